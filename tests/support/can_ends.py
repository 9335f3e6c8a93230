"""Other ends of CAN buses: a serial adapter on a pseudo terminal, a socketcand, a sender in another process."""

import asyncio
import os
import socket
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import contextmanager


class SlcanAdapter:
    """A serial CAN adapter; `port` is what a program opens."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._ours)
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        os.set_blocking(self._ours, False)

    def say(self, text: bytes) -> None:
        os.write(self._ours, text)

    def heard(self) -> bytes:
        """What the program has sent."""
        try:
            return os.read(self._ours, 65_536)
        except BlockingIOError:
            return b""

    def unplug(self) -> None:
        for end in (self._ours, self._theirs):
            if end >= 0:
                os.close(end)
        self._ours = self._theirs = -1


class Socketcand:
    """The daemon's side of its protocol, as far as a listener needs it. Enter it in the loop."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._clients: list[asyncio.StreamWriter] = []
        self.port = 0
        self.opened: list[str] = []
        self.sent: list[str] = []

    async def __aenter__(self) -> "Socketcand":
        await self.start()
        return self

    async def __aexit__(self, *unused: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Gone, with all its connections."""
        assert self._server is not None
        self._server.close()
        for client in self._clients:
            client.close()
        self._clients.clear()
        await self._server.wait_closed()

    def send(self, text: str) -> None:
        for client in self._clients:
            client.write(text.encode())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"< hi >")
        try:
            opened = await reader.readuntil(b">")
            self.opened.append(opened.decode())
            writer.write(b"< ok >")
            await reader.readuntil(b">")
            writer.write(b"< ok >")
            self._clients.append(writer)
            self.sent.append((await reader.read()).decode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # a program that only looks whether the daemon is there
        finally:
            writer.close()


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


_SENDER = """
import sys, time, can
with can.Bus(interface="udp_multicast", channel=sys.argv[1], port=int(sys.argv[2]), ignore_config=True) as bus:
    number = 0
    while True:
        data = number.to_bytes(8, "big")
        bus.send(can.Message(arbitration_id=0x18F00400, is_extended_id=True, data=data))
        number += 1
        time.sleep(0.01)
"""


@contextmanager
def multicast_sender(group: str, port: int) -> Iterator[None]:
    """Another process that sends frames 18F00400 with a running number."""
    process = subprocess.Popen([sys.executable, "-c", _SENDER, group, str(port)])
    try:
        yield
    finally:
        process.kill()
        process.wait()
