"""A server for tests as a child process that is told things in lines of JSON and answers each with one line."""

import json
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Any, Self


def answer(what: object) -> None:
    """In the child: send one line to the parent."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class ChildServer:
    """The parent's side; a context manager that ends the child.

    Args:
        module: to run with `python -m`; it gets the port as its argument and answers first with the port it listens on.
        port: 0 takes a free one.
    """

    def __init__(self, module: str, port: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port: int = self._line()

    def say(self, command: dict[str, object]) -> Any:
        """Send a command and wait for the answer.

        Raises:
            RuntimeError: if the child has ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._line()

    def freeze(self) -> None:
        """Let it stand still with its connections open; it does when this returns."""
        os.kill(self._process.pid, signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut does; a second call does nothing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _line(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the server ended")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
