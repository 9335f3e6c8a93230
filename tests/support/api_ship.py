"""A small real ship for the API: store, alarm engine and historian in memory, no devices."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.support.fake_clock import FakeClock
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.clock import Clock
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.api.app import create_app
from vmshmi.runtime.api.outbox import RealtimeSettings
from vmshmi.runtime.api.server import ApiServer
from vmshmi.runtime.runtime_app import RuntimeApp, build_runtime

PRESS = TagId("me_p.lo_press")
RUN = TagId("me_p.run")
NAME = TagId("voyage.name")
LOW = "me_p.lo_press.low"
PATIENCE_S = 30.0
"""Longest wait of a test for something that must happen; reached only when it does not."""


def a_project(extra_tags: int = 0) -> Project:
    """Three tags and one alarm, and more tags `x0`, `x1` ... without a device."""
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora", "imo": "9074729"},
            "tags": [
                {
                    "id": PRESS,
                    "description": "Port ME lube oil pressure",
                    "unit": "bar",
                    "group": "ME",
                    "range_normal_min": 3.5,
                    "range_normal_max": 6.5,
                },
                {"id": RUN, "kind": "digital", "group": "ME", "states": {"0": "Stopped", "1": "Running"}},
                {"id": NAME, "kind": "text"},
                *({"id": f"x{number}", "unit": "%"} for number in range(extra_tags)),
            ],
            "alarms": [
                {
                    "id": LOW,
                    "tag": PRESS,
                    "operator": "<",
                    "limit": 2.5,
                    "hysteresis": 0.3,
                    "priority": "alarm",
                    "message": "Port ME lube oil pressure low",
                }
            ],
        }
    )


class Ship:
    """A running runtime and short ways to work with it."""

    def __init__(self, runtime: RuntimeApp, clock: Clock) -> None:
        self.runtime = runtime
        self.clock = clock

    def put(self, value: Scalar | None, tag_id: TagId = PRESS, quality: Quality = Quality.GOOD) -> None:
        """A sample from nowhere."""
        self.runtime.store.update(tag_id, TagValue(value, quality, self.clock.now(), value))

    async def raise_low(self) -> int:
        """Let the pressure fall; returns the occurrence when the alarm stands."""
        self.put(5.0)
        self.put(1.0)
        await until(lambda: not self.runtime.alarms.record(LOW).acknowledged)
        return self.runtime.alarms.record(LOW).occurrence


@asynccontextmanager
async def a_running_ship(project: Project | None = None, clock: Clock | None = None) -> AsyncIterator[Ship]:
    """A runtime in memory without an API of its own."""
    clock = clock or FakeClock()
    runtime = build_runtime(project or a_project(), clock=clock)
    await runtime.start()
    try:
        yield Ship(runtime, clock)
    finally:
        await runtime.stop()


@asynccontextmanager
async def asked(ship: Ship, base: str = "http://127.0.0.1:8765") -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application itself, without a port."""
    transport = httpx.ASGITransport(create_app(ship.runtime, clock=ship.clock), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client


@asynccontextmanager
async def served(ship: Ship, realtime: RealtimeSettings | None = None, port: int = 0) -> AsyncIterator[ApiServer]:
    """The API on a free port."""
    server = ApiServer(ship.runtime, "127.0.0.1", port, clock=ship.clock, realtime=realtime)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def listening(server: ApiServer, query: str = "", **options: Any) -> AsyncIterator[ClientConnection]:
    """A WebSocket client."""
    url = server.url.replace("http", "ws", 1) + "/ws/realtime" + query
    async with connect(url, proxy=None, compression=None, max_size=None, close_timeout=0.2, **options) as client:
        yield client


async def said(client: ClientConnection) -> dict[str, Any]:
    """The next message."""
    async with asyncio.timeout(PATIENCE_S):
        return json.loads(await client.recv())


async def said_of(client: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type; others are passed over."""
    while True:
        message = await said(client)
        if message["type"] == kind:
            return message


def stubborn(server: ApiServer) -> socket.socket:
    """A socket for `listening` that takes little; with `max_queue=1` a client on it takes nothing once that is full."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    raw.setblocking(False)
    raw.connect_ex(("127.0.0.1", server.port))
    return raw


async def flood(ship: Ship, tags: int, updates: int) -> None:
    """Write the tags `x0` ... again and again, each time the number of updates so far; the loop turns between."""
    ids = [TagId(f"x{number}") for number in range(tags)]
    for start in range(0, updates, tags):
        value = TagValue(float(min(start + tags, updates) - 1), Quality.GOOD, ship.clock.now())
        ship.runtime.store.update_many([(tag_id, value) for tag_id in ids])
        await asyncio.sleep(0)


async def read_to_the_end(client: ClientConnection) -> None:
    """Read until it is closed; raises ConnectionClosed, at once or after all that was on the way."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await client.recv()


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until this holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - the things waited for have no event
            await asyncio.sleep(0)


def problem_of(response: httpx.Response, status: int, reason: str) -> Mapping[str, Any]:
    """The problem in an answer, checked to be one of this sort."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["reason"] == reason
    assert problem["type"] == f"urn:vmshmi:problem:{reason}"
    assert problem["title"]
    assert problem["detail"]
    assert "\n" not in problem["detail"]
    return problem


def at(text: str) -> datetime:
    """A moment from its promised form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
