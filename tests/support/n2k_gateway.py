"""A gateway in another process: writes what it is told to, over and over.

python n2k_gateway.py tcp PORT FILE     one connection after another
python n2k_gateway.py udp PORT FILE     a datagram for each line
"""

import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

PAUSE_S = 0.02


class Gateway:
    """Runs as long as the block; `kill` ends it at once."""

    def __init__(self, kind: str, port: int, file: Path) -> None:
        self._command = [sys.executable, __file__, kind, str(port), str(file)]

    def __enter__(self) -> "Gateway":
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def kill(self) -> None:
        """No goodbye."""
        self._process.kill()
        self._process.wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _serve(port: int, chunks: list[bytes]) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        print(server.getsockname()[1], flush=True)  # noqa: T201 - it tells its port
        while True:
            connection, _ = server.accept()
            with connection:
                try:
                    while True:
                        for chunk in chunks:
                            connection.sendall(chunk)
                            time.sleep(PAUSE_S)
                except OSError:
                    continue


def _send(port: int, chunks: list[bytes]) -> None:
    print(port, flush=True)  # noqa: T201 - as above
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        while True:
            for chunk in chunks:
                with suppress(ConnectionRefusedError):
                    out.sendto(chunk, ("127.0.0.1", port))
                time.sleep(PAUSE_S)


if __name__ == "__main__":
    _, kind, port, file = sys.argv
    content = Path(file).read_bytes()
    split = content.split(b"\n\n") if b"\n\n" in content else [content]
    (_serve if kind == "tcp" else _send)(int(port), split)
