"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.gateway import Gateway

settings.register_profile("ligature", deadline=None)  # a busy machine is no bug
settings.load_profile("ligature")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A scripted OpenAI-compatible server on the loopback device; see tests/gateway."""
    with Gateway() as gateway:
        yield gateway
