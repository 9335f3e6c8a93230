"""The file of a log, however it was packed or written: gzip, byte order marks, the three ends of lines."""

import gzip
import io
import os
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from vmshmi.runtime.drivers.listening.feed import NeedsPerson

DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
"""What reading a packed file raises where it is damaged; what came before has been read."""

_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 4
_LONGEST = 65_536
"""Characters of a line; the rest of a longer one counts as further lines, so that noise never fills the memory."""


class LogFile(NamedTuple):
    """An open log.

    Attributes:
        raw: unpacked; stands at `begin`.
        begin: first byte behind a byte order mark.
        written: when the file was last written.
    """

    raw: "io.BufferedReader[Any]"
    begin: int
    written: datetime


@contextmanager
def open_log(file: str | Path) -> Generator[LogFile]:
    """The bytes of a log.

    Raises:
        NeedsPerson: when there is no such file, or it cannot be read.
        Any of `DAMAGED`, while it is read.
    """
    try:
        with open(file, "rb") as plain:
            written = datetime.fromtimestamp(os.fstat(plain.fileno()).st_mtime, UTC)
            packed = plain.read(len(_GZIP)) == _GZIP
            plain.seek(0)
            if packed:
                with gzip.open(plain) as unpacked:
                    yield _behind_mark(cast("io.BufferedReader", unpacked), written)  # it reads as one does
            else:
                yield _behind_mark(plain, written)
    except DAMAGED:
        raise
    except FileNotFoundError:
        raise NeedsPerson(f"there is no file {file}") from None
    except OSError as error:
        raise NeedsPerson(f"{file} cannot be read: {error.strerror or error}") from error


def _behind_mark(raw: "io.BufferedReader[Any]", written: datetime) -> LogFile:
    head = raw.read(_LOOKED_AT)
    if head.startswith(_UTF16_MARKS) and b"\0" in head[2:]:  # what a redirection of PowerShell writes
        raw.seek(0)
        whole = io.BytesIO(raw.read().decode("utf-16", "replace").encode("latin-1", "replace"))
        return LogFile(io.BufferedReader(whole), 0, written)
    begin = len(_UTF8_MARK) if head.startswith(_UTF8_MARK) else 0
    raw.seek(begin)
    return LogFile(raw, begin, written)


def text_lines(raw: "io.BufferedReader[Any]") -> Iterator[str]:
    """The lines from where the file stands, each with an end but the last where it has none.

    They are read as latin-1, which reads any byte, so that noise is a bad line and not the end.
    """
    text = io.TextIOWrapper(raw, encoding="latin-1")
    try:
        while line := text.readline(_LONGEST):
            yield line
    finally:
        if not raw.closed:
            text.detach()  # so that it stays open
