"""Lines of text out of chunks of bytes."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from vmshmi.runtime.drivers.listening.feed import Feed, Heard

LONGEST = 1_024
"""Bytes of a line; an IEC 61162 sentence has 82, with a TAG block twice that, and devices take liberties."""
_AT_ONCE = 256
_TICK = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)


class LineSplitter:
    """Cuts a stream into lines. CR, LF or both end one; an empty one is none.

    Args:
        longest: a line beyond is dropped to its end and counted: it is noise, or another speed.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._rest = b""
        self._skipping = False
        self.too_long = 0

    def split(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk."""
        lines = (self._rest + chunk).replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop()
        if self._skipping and lines:
            del lines[0]
            self._skipping = False
        if len(self._rest) > self._longest or self._skipping:
            self.too_long += not self._skipping
            self._skipping, self._rest = True, b""
        return [line for line in lines if line and not self._is_too_long(line)]

    def flush(self) -> list[bytes]:
        """What was begun and not ended, where it is known that nothing follows; begin anew."""
        rest, self._rest, self._skipping = self._rest, b"", False
        return [rest] if rest else []

    def _is_too_long(self, line: bytes) -> bool:
        if len(line) <= self._longest:
            return False
        self.too_long += 1
        return True


class LineFeed:
    """The lines of a stream as a `Feed[bytes]`; each bears the time of the chunk that ended it, but none the same.

    History keeps one row a tag and microsecond: of two lines of one chunk the first would vanish.

    Args:
        stream: of chunks.
        datagrams: each chunk stands for itself: its last line needs no end, and nothing goes on in the next.
        longest: bytes of a line.
    """

    def __init__(self, stream: Feed[bytes], *, datagrams: bool = False, longest: int = LONGEST) -> None:
        self._stream = stream
        self._datagrams = datagrams
        self._splitter = LineSplitter(longest)
        self._ready: deque[tuple[datetime, bytes]] = deque()
        self._last = datetime.min.replace(tzinfo=UTC)

    @property
    def address(self) -> str:
        """The stream's."""
        return self._stream.address

    async def open(self) -> None:
        """Open the stream; what was begun before is forgotten."""
        self._splitter.flush()
        self._ready.clear()
        await self._stream.open()

    async def receive(self) -> list[Heard[bytes]]:
        """Lines without their ends, at most some hundred at once; raises as the stream's."""
        ready = self._ready
        while not ready:
            for at, chunk in await self._stream.receive():
                for line in self._splitter.split(chunk + b"\n" if self._datagrams else chunk):
                    ready.append((self._apart(at), line))
        return [ready.popleft() for _ in range(min(len(ready), _AT_ONCE))]

    def _apart(self, at: datetime) -> datetime:
        # further behind is a clock that was set back
        self._last = self._last + _TICK if at <= self._last <= at + _SECOND else at
        return self._last

    async def close(self) -> None:
        """Close the stream."""
        await self._stream.close()

    def counters(self) -> Mapping[str, int]:
        """The stream's, and lines that were too long."""
        return {**self._stream.counters(), "too_long": self._splitter.too_long}
