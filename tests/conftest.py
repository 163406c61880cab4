"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway import Gateway


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A scripted OpenAI-compatible server on the loopback device; see tests/gateway."""
    with Gateway() as gateway:
        yield gateway
