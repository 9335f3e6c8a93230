"""The API on a port of this machine, in the runtime's loop."""

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import socket
from collections.abc import Callable, Generator

import uvicorn

from vmshmi.core.clock import Clock
from vmshmi.core.errors import StartError
from vmshmi.runtime.api.app import create_app
from vmshmi.runtime.api.device_routes import DeviceRoutes
from vmshmi.runtime.api.outbox import RealtimeSettings
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.realtime import RealtimeHub

_log = logging.getLogger(__name__)

_SEND_BUFFER = 256 * 1024
"""Bytes the system holds for one client; its default grows to megabytes, and a slow reader would see old values."""
_GIVE_UP_MS = 30_000
"""The system ends a connection whose peer takes nothing for so long, even when it still answers."""
_MAX_CONNECTIONS = 256
_CLOSE_S = 1.0


def _is_true(record: logging.LogRecord) -> bool:
    """uvicorn 0.54 calls every refused WebSocket handshake an error of the application; it is none."""
    return record.msg != "ASGI callable returned without completing handshake."


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: signals belong to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


class ApiServer:
    """Serves a runtime's API.

    Args:
        runtime: all requests are served in its loop.
        host: address to listen on; anything but loopback is warned about: only commands need a login.
        port: 0 takes any free one.
        clock: stamps heartbeats; the machine's, when None.
        realtime: how the WebSocket behaves.
        on_death: told when the server ends by an error of ours.
    """

    def __init__(
        self,
        runtime: Runtime,
        host: str = "127.0.0.1",
        port: int = 8765,
        *,
        clock: Clock | None = None,
        realtime: RealtimeSettings | None = None,
        on_death: Callable[[str, BaseException], None] = lambda name, error: None,
    ) -> None:
        self._runtime = runtime
        self._host = host
        self._port = port
        self._clock = clock
        self._realtime = realtime
        self._on_death = on_death
        self._task: asyncio.Task[None] | None = None
        self._server: _Server | None = None
        self._hub: RealtimeHub | None = None
        self._devices: DeviceRoutes | None = None

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """The port it listens on; after `start` the one it got."""
        return self._port

    @property
    def url(self) -> str:
        """Where a client on this machine finds it."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def clients(self) -> int:
        """How many WebSocket clients there are."""
        return 0 if self._hub is None else self._hub.clients

    @property
    def fullest(self) -> float:
        """How much the slowest WebSocket client has let pile up, 0 to 1."""
        return 0.0 if self._hub is None else self._hub.fullest

    async def start(self) -> None:
        """Listen; returns when requests are answered.

        Raises:
            StartError: port in use, not allowed, or an address that is not this machine's.
        """
        listener = await asyncio.to_thread(_listen, self._host, self._port)
        address, self._port = listener.getsockname()[:2]
        if not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
            _log.warning(
                "the API listens on %s port %d: everybody on that network can read all and answer alarms by name; "
                "commands need a login",
                address,
                self._port,
            )
        app = create_app(
            self._runtime, clock=self._clock, names=[self._host], realtime=self._realtime, on_death=self._on_death
        )
        self._hub = app.state.hub
        self._devices = app.state.devices
        config = uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            ws_max_size=64 * 1024,
            ws_per_message_deflate=False,  # compressing the same text once a client costs more than a ship's network
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MAX_CONNECTIONS,
            timeout_graceful_shutdown=1,
        )
        logging.getLogger("uvicorn.error").addFilter(_is_true)
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="api")
        self._task.add_done_callback(self._ended)
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0)
        _log.info("the API listens on %s", self.url)

    async def stop(self) -> None:
        """Close every WebSocket, then the port; within 2 s. Again does nothing."""
        server, self._server = self._server, None
        if server is None or self._hub is None or self._devices is None or self._task is None:
            return
        self._hub.close()
        self._devices.close()
        server.should_exit = True
        await asyncio.wait([self._task], timeout=_CLOSE_S)
        for connection in list(server.server_state.connections):
            connection.transport.abort()  # what did not go by itself
        await asyncio.wait([self._task], timeout=_CLOSE_S)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Tell when it ends although nobody asked it to."""
        if task.cancelled() or self._server is None:
            return
        error = task.exception() or RuntimeError("the server ended by itself")
        _log.critical("the API ended: %s", error, exc_info=task.exception())
        self._on_death("api", error)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        StartError: with one line that says what to do.
    """
    if not 0 <= port <= 65_535:  # the system would take the lowest 16 bits
        raise StartError(f"--port {port}: a port is a number from 1 to 65535, or 0 for any free one")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise StartError(f"--host {host}: no such address ({error}); 127.0.0.1 serves this machine alone") from error
    family, kind, protocol, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not held up by the last run's connections
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _GIVE_UP_MS)
        listener.bind(address)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise StartError(_why(host, port, error)) from error
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    code = error.errno
    if code == errno.EADDRINUSE:
        return f"port {port} on {host} is in use by another program: choose another with --port"
    if code == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: choose another with --host"
    if code in (errno.EACCES, errno.EPERM):
        return f"port {port} on {host} needs more rights: choose one above 1023 with --port"
    return f"cannot listen on port {port} of {host}: {error}"
