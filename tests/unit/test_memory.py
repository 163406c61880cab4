"""What gateways remember, read from their answers whatever these hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.memory import EVENT, PROFILE, Remembered, refusal, remembered_from
from desktop.services.presets import presets

KEYS = ["data", "id", "content", "profiles", "events", "event_data", "profile_delta", "attributes", "topic"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
)


def test_profiles_and_events_are_read() -> None:
    profile = {"id": "p", "content": "Lives in\nBern", "attributes": {"topic": "basic_info", "sub_topic": "city"}}
    assert remembered_from({"data": {"profiles": [profile]}, "errno": 0}, PROFILE) == [
        Remembered("p", PROFILE, "Lives in Bern", "basic info · city")
    ]
    tip = {"id": 1, "event_data": {"event_tip": "Went hiking."}}
    delta = {"id": 2, "event_data": {"profile_delta": [{"content": "Likes"}, {"content": "cheese"}, 3]}}
    assert remembered_from({"data": {"events": [tip, delta, {"id": 3}, {"event_data": {}}]}}, EVENT) == [
        Remembered("1", EVENT, "Went hiking."),
        Remembered("2", EVENT, "Likes cheese"),
    ]


@given(JSON)
def test_no_answer_breaks_the_reading(body: Any) -> None:
    for kind in (PROFILE, EVENT):
        assert all(entry.id and entry.text for entry in remembered_from(body, kind) if entry.id)
    assert isinstance(refusal(body), str)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"errno": 0, "errmsg": ""}, ""),
        ({"code": 0}, ""),
        ({"code": 200}, ""),
        ({"errno": 5, "errmsg": "No such user"}, "No such user"),
        ({"code": -1, "msg": "Busy"}, "Busy"),
        ({"code": 7}, "7"),
        (None, ""),
    ],
)
def test_a_refusal_with_a_good_status_is_seen(body: Any, told: str) -> None:
    assert refusal(body) == told


def test_the_shipped_gateway_says_how_it_remembers() -> None:
    [endpoint] = [preset for preset in presets() if preset.id == "ai302"]
    [feature] = [feature for feature in endpoint.features if feature.id == "memory"]
    assert feature.user_field == "userid"
    assert set(feature.paths) == {"user", "profile", "profile_entry", "event", "event_entry"}
