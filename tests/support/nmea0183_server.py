"""A TCP server in a process of its own that says the same sentences again and again, as a GPS does.

As a program: `python -m tests.support.nmea0183_server PORT SENTENCE...`; it prints the port it listens on.
"""

import asyncio
import sys

_EVERY_S = 0.02


async def _serve(port: int, said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        try:
            while True:
                writer.write(said)
                await writer.drain()
                await asyncio.sleep(_EVERY_S)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


class SentenceServer:
    """The server as another process, to be killed."""

    def __init__(self, *sentences: bytes, port: int = 0) -> None:
        self._sentences = sentences
        self.port = port
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Listen, on the port of before if there was one."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.support.nmea0183_server", str(self.port), *(text.decode() for text in self._sentences)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.port = int(await self._process.stdout.readline())

    async def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), b"".join(text.encode() + b"\r\n" for text in sys.argv[2:])))
