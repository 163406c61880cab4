"""Versions compare as those of Python packages do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version as PackageVersion

from desktop.core.versions import Version

NUMBERS = st.integers(0, 30)
RELEASES = st.lists(NUMBERS, min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers)))
STAGES = st.one_of(st.just(""), st.builds("{}{}".format, st.sampled_from(["a", "b", "rc", "-alpha.", "-rc."]), NUMBERS))
POSTS = st.one_of(st.just(""), NUMBERS.map(".post{}".format))
DEVS = st.one_of(st.just(""), NUMBERS.map(".dev{}".format))
VERSIONS = st.builds("{}{}{}{}".format, RELEASES, STAGES, POSTS, DEVS)


@given(VERSIONS, VERSIONS)
def test_two_versions_stand_as_python_packages_would(left: str, right: str) -> None:
    ours, theirs = (Version.parsed(left), Version.parsed(right)), (PackageVersion(left), PackageVersion(right))
    assert (ours[0] < ours[1]) == (theirs[0] < theirs[1])
    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    assert ours[0].is_trial == theirs[0].is_prerelease


@pytest.mark.parametrize(
    ("older", "newer"),
    [("0.9", "0.10"), ("1.0rc1", "1.0"), ("1.0.dev3", "1.0a1"), ("1.0", "1.0.post1"), ("1.2", "1.2.1"), ("9", "10")],
)
def test_the_newer_one_is_larger(older: str, newer: str) -> None:
    assert Version.parsed(older) < Version.parsed(newer)


@pytest.mark.parametrize("text", ["", "latest", "1..2", "1.0-", "1.0 beta of mine", "../1.0", "1.0\n2", "٣.٤"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        Version.parsed(text)


@given(st.text(max_size=12))
def test_any_text_is_a_version_or_refused(text: str) -> None:
    try:
        Version.parsed(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("running", "offered", "wanted"),
    [
        ("1.0", "1.1", True),
        ("1.1", "1.1", False),
        ("1.1", "1.0", False),
        ("1.0", "1.1rc1", False),
        ("1.1rc1", "1.1rc2", True),
        ("1.1rc1", "1.1", True),
        ("1.1rc1", "1.0", False),
    ],
)
def test_only_newer_ones_are_offered_and_trials_only_to_those_who_run_one(
    running: str, offered: str, wanted: bool
) -> None:
    assert Version.parsed(offered).is_offered_to(Version.parsed(running)) is wanted
