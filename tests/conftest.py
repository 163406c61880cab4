"""What every test shares."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.gateway import Gateway

settings.register_profile("ligature", deadline=None)  # a busy machine is no bug
settings.load_profile("ligature")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what needs a screen of its own where there is no such thing."""
    if sys.platform != "linux":
        for item in items:
            if item.get_closest_marker("desktop"):
                item.add_marker(pytest.mark.skip(reason="Xvfb and a session bus are Linux's"))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A scripted OpenAI-compatible server on the loopback device; see tests/gateway."""
    with Gateway() as gateway:
        yield gateway
