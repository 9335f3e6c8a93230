"""A running ship, and a client of its API without a port."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.api_ship import Ship, a_running_ship, asked


@pytest.fixture
async def ship() -> AsyncIterator[Ship]:
    async with a_running_ship() as running:
        yield running


@pytest.fixture
async def api(ship: Ship) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(ship) as client:
        yield client
