"""Single devices: test the connection, listen to what one says."""

import asyncio
import contextlib

from fastapi import APIRouter, Response, WebSocket, WebSocketDisconnect

from vmshmi.core.errors import CommandRefused, DeviceError
from vmshmi.runtime.api.encode import Json, dumps, monitor_row_json
from vmshmi.runtime.api.outbox import GOING_AWAY
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem, unknown
from vmshmi.runtime.api.questions import refuse_unknown_parameters
from vmshmi.runtime.api.schemas import ProblemOut
from vmshmi.runtime.api.turns import json_response
from vmshmi.runtime.drivers.desk import MonitorTap
from vmshmi.runtime.drivers.monitoring import BATCH_S

_HEARTBEAT_S = 2.0
_SEND_TIMEOUT_S = 10.0


class DeviceRoutes:
    """Probe and monitor of a device.

    Args:
        runtime: whose devices.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._desk = runtime.desk
        self._stopping = asyncio.Event()

    def router(self) -> APIRouter:
        """The routes, without the WebSocket."""
        router = APIRouter(tags=["system"])
        router.add_api_route(
            "/devices/{device_id}/probe", self.probe, methods=["POST"], responses={404: {"model": ProblemOut}}
        )
        return router

    def close(self) -> None:
        """Ask every monitor to go; nobody new is let in."""
        self._stopping.set()

    async def probe(self, device_id: str) -> Response:
        """Test the connection beside the running polls; a device that does not answer is `ok` false, no error."""
        self._known(device_id)
        try:
            ok, message = True, await self._desk.probe(device_id)
        except DeviceError as error:
            ok, message = False, str(error)
        return json_response(dumps({"id": device_id, "ok": ok, "message": message}))

    async def serve_monitor(self, websocket: WebSocket, device_id: str) -> None:
        """What a device says: the latest of each key that has changed, five times a second, until the client goes."""
        try:
            if self._stopping.is_set():
                raise Problem(503, "stopping", "the runtime stops")
            refuse_unknown_parameters(websocket, set())
            self._known(device_id)
            try:
                tap = self._desk.tap(device_id)
            except CommandRefused as error:
                raise Problem(409, error.reason, str(error)) from error
        except Problem as problem:
            await websocket.send_denial_response(problem.response())
            return
        try:
            await websocket.accept()
            await self._until_gone(websocket, tap)
        finally:
            tap.close()

    def _known(self, device_id: str) -> None:
        if device_id not in self._desk.ids:
            raise unknown("device", device_id, self._desk.ids)

    async def _until_gone(self, websocket: WebSocket, tap: MonitorTap) -> None:
        works = [
            asyncio.create_task(_send(websocket, tap), name="monitor sender"),
            asyncio.create_task(_listen(websocket), name="monitor reader"),
            asyncio.create_task(_wait(self._stopping), name="monitor end"),
        ]
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
        if self._stopping.is_set():
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it has just gone by itself
                await websocket.close(GOING_AWAY, "the runtime stops")
        for work in done:
            work.result()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _send(websocket: WebSocket, tap: MonitorTap) -> None:
    """Send until the client goes; one that takes nothing is given up, what it misses is only older lines of a key."""
    loop = asyncio.get_running_loop()
    next_beat = 0.0
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):  # RuntimeError: sent after its close
        while True:
            rows = tap.take()
            if rows or loop.time() >= next_beat:
                next_beat = loop.time() + _HEARTBEAT_S
                told: list[Json] = [monitor_row_json(row) for row in rows]
                async with asyncio.timeout(_SEND_TIMEOUT_S):
                    await websocket.send_text(dumps({"type": "rows", "rows": told, "left_out": tap.left_out}))
            await asyncio.sleep(BATCH_S)


async def _listen(websocket: WebSocket) -> None:
    """Read, and pass over, what the client says, until it goes."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
