"""Whose work is shipped, under which licences: complete, allowed, and the same as what the packages say themselves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import features

from desktop.resources import resource
from desktop.services.licences import Notice, licence_text, read_notices
from scripts.update_notices import (
    NOTICES,
    PAGE,
    TEXTS,
    Facts,
    added,
    as_json,
    as_page,
    facts_of,
    installed,
    is_allowed,
    locked,
    make_notices,
)

WRITTEN = {notice.name: notice for notice in read_notices() if not notice.part_of}


def facts(name: str, versions: Sequence[str]) -> Facts:
    """What the installed package says; of one that only other systems need, what was written down."""
    package = installed(name, versions)
    if package is not None:
        return facts_of(package)
    notice = WRITTEN[name]
    text = resource("licenses", f"{notice.texts[0]}.txt").read_text(encoding="utf-8")
    return Facts(notice.licence, notice.author, notice.homepage, text)


def named(notice: Notice) -> str:
    return f"{notice.part_of}-{notice.name}"


def test_every_locked_package_has_a_notice_with_its_exact_version() -> None:
    assert {name: list(notice.versions) for name, notice in WRITTEN.items() if notice.versions} == locked()


def test_it_is_said_of_every_package_what_it_is_here_for() -> None:
    assert [name for name, notice in WRITTEN.items() if not notice.why] == []
    assert set(added()["packages"]) == set(locked())


@pytest.mark.parametrize("notice", read_notices(), ids=named)
def test_every_licence_may_be_shipped(notice: Notice) -> None:
    assert is_allowed(notice.licence, added()["allowed"])


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-only", False),
        ("MIT OR GPL-2.0-only", True),
        ("GPL-2.0-only OR MIT AND BSD-3-Clause", True),
        ("GPL-2.0-only OR MIT AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_may_be_shipped_if_one_of_those_offered_may(licence: str, allowed: bool) -> None:
    assert is_allowed(licence, ["MIT", "BSD-3-Clause"]) is allowed


@pytest.mark.parametrize("notice", read_notices(), ids=named)
def test_every_notice_comes_with_its_texts_and_a_homepage(notice: Notice) -> None:
    assert notice.texts
    assert len(licence_text(notice)) > 200
    assert notice.homepage.startswith(("https://", "http://"))


def test_every_text_belongs_to_a_notice() -> None:
    there = {path.relative_to(TEXTS).with_suffix("").as_posix() for path in TEXTS.rglob("*.txt")}
    assert there == {text for notice in read_notices() for text in notice.texts}


def test_notices_say_what_the_packages_say() -> None:
    notices, texts = make_notices(facts)
    assert as_json(notices) == NOTICES.read_text(encoding="utf-8"), "run: make notices"
    assert {name: resource("licenses", f"{name}.txt").read_text(encoding="utf-8") for name in texts} == texts


def test_the_page_of_notices_says_the_same() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_page(read_notices()), "run: make notices"


def test_qt_comes_with_its_texts_and_the_sources_of_exactly_its_versions() -> None:
    qt = WRITTEN["pyside6-essentials"]
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in licence_text(qt)
    assert "GNU GENERAL PUBLIC LICENSE" in licence_text(qt)
    for version in qt.versions:
        assert [source for source in qt.sources if f"qt-everywhere-src-{version}.tar" in source]
        assert [source for source in qt.sources if f"pyside-setup-everywhere-src-{version}.tar" in source]
    assert all(source in PAGE.read_text(encoding="utf-8") for source in qt.sources)


def test_the_picture_library_carries_nothing_under_the_gpl() -> None:
    """Pillow can be built with libimagequant (GPL), and finds FriBiDi (LGPL) on the system if it is there."""
    assert not features.check("libimagequant")
    package = installed("pillow", locked()["pillow"])
    assert package
    assert not [file for file in package.files or [] if "imagequant" in str(file) or "fribidi" in str(file)]
