"""One runtime for one database folder: the second is refused with the first one's process id."""

import contextlib
import os
import sys
from pathlib import Path
from typing import IO

from vmshmi.core.errors import StartError

_NAME = "runtime.lock"


class FolderLock:
    """Holds a database folder until it is released or the process dies, however it dies.

    Args:
        folder: made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the folder.

        Raises:
            StartError: when it cannot be made or written, or another runtime holds it.
        """
        path = self._folder / _NAME
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = path.open("a+", encoding="ascii")
        except OSError as error:
            raise self._unwritable(error, "give this account the right to write it") from error
        if not _try_lock(file):
            file.seek(0)
            owner = file.read().strip() or "unknown"
            file.close()
            raise StartError(
                f"database folder {self._folder}: in use by another vmshmi runtime, process {owner}; "
                "stop that one, or choose another folder with --db PATH"
            )
        try:
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
        except OSError as error:  # the disk is full
            with contextlib.suppress(OSError):  # it tries to write once more, and closes all the same
                file.close()
            raise self._unwritable(error, "free space") from error
        self._file = file

    def release(self) -> None:
        """Give the folder back; a second call does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _unwritable(self, error: OSError, advice: str) -> StartError:
        why = error.strerror or error
        return StartError(
            f"database folder {self._folder}: cannot be written ({why}); choose another with --db PATH or {advice}"
        )


def holder_of(folder: Path) -> str | None:
    """Process id of the runtime that holds a database folder; None when none does."""
    try:
        with (folder / _NAME).open("r+", encoding="ascii") as file:
            if _try_lock(file):
                return None
            file.seek(0)
            return file.read().strip() or "unknown"
    except OSError:  # never used, or not readable for this account
        return None


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        # the byte lies far behind the text, so that the refused one can still read the process id
        file.seek(4096)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
