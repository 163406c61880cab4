"""What unit tests share: an Api that gives up its pauses quickly, and an endpoint that is the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desktop.core.endpoints import Endpoint, Timeouts
from tests.gateway import Gateway

if TYPE_CHECKING:
    from desktop.services.api import Api
    from tests.unit.turn_kit import Desk


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """An Api with short pauses."""
    from desktop.services.api import Api, Retries  # most unit tests need no network

    api = Api(version="1.0", retries=Retries(first_delay_s=0.02))
    yield api
    await api.aclose()


@pytest.fixture
def endpoint(gateway: Gateway) -> Endpoint:
    """The gateway as an endpoint, with short time-outs."""
    timeouts = Timeouts(connect_s=1.0, first_byte_s=2.0, gap_s=2.0)
    return Endpoint("gateway_1", "Gateway", gateway.base_url, timeouts=timeouts)


@pytest.fixture
async def desk(tmp_path: Path, api: Api, endpoint: Endpoint) -> AsyncIterator[Desk]:
    """A store with what turns need, and the gateway to ask."""
    from tests.unit.turn_kit import Desk  # most unit tests need no turn

    desk = Desk(tmp_path, api, endpoint)
    yield desk
    desk.attachments.close()
    await asyncio.to_thread(desk.store.close)
