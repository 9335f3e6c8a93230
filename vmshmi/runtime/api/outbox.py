"""What waits for one reader of the WebSocket, and how it leaves.

Tags are latest-wins, alarm transitions are never coalesced; both are bounded, so a reader that stops costs little and
holds up nobody.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vmshmi.core.values import TagId

GOING_AWAY = 1001
BROKEN = 1011
TRY_AGAIN = 1013
_TURN_S = 0.001
"""Longest turn of one reader: there may be twenty, and alarms are to be judged meanwhile."""


@dataclass(frozen=True, slots=True)
class RealtimeSettings:
    """How the WebSocket behaves.

    Attributes:
        frame_s: shortest time between two `tags` messages.
        heartbeat_s: longest silence; the API promises 5 s.
        send_timeout_s: a reader that has taken nothing for so long is given up.
        max_waiting_alarms: transitions that wait for one reader before it is asked to connect again. A whole flood
            can come within one turn of the loop, in which nobody can read; all readers share one text.
    """

    frame_s: float = 0.05
    heartbeat_s: float = 2.0
    send_timeout_s: float = 15.0
    max_waiting_alarms: int = 20_000


class Outlet(Protocol):
    """Where a client's messages go; `fastapi.WebSocket` is one."""

    async def send_text(self, data: str) -> None: ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None: ...


class Outbox:
    """What waits for one reader.

    Args:
        wanted: tags it asked for; None is all.
        settings: see there.
    """

    def __init__(self, wanted: frozenset[TagId] | None, settings: RealtimeSettings) -> None:
        self.wanted = wanted
        self._settings = settings
        self._alarms: deque[str] = deque()
        self._tags: Mapping[TagId, str] = {}
        self._frame: str | None = None
        self._notes: dict[str, str] = {}
        self._close: tuple[int, str] | None = None
        self._gone = False
        self._wake = asyncio.Event()

    def offer_tags(self, texts: Mapping[TagId, str], frame: str) -> None:
        """Take changed tags; `frame` is the message that holds all of them, used as it is when nothing else waits."""
        if self._close is not None:
            return
        if self.wanted is not None:
            texts = {tag_id: texts[tag_id] for tag_id in self.wanted & texts.keys()}
            if not texts:
                return
        whole = self.wanted is None and not self._tags
        self._tags = {**self._tags, **texts} if self._tags else texts
        self._frame = frame if whole else None
        self._wake.set()

    def offer_alarm(self, text: str) -> None:
        """Take one transition; when too many wait, the client is told to come back for a snapshot."""
        if self._close is not None:
            return
        most = self._settings.max_waiting_alarms
        if len(self._alarms) >= most:
            self.close(TRY_AGAIN, f"more than {most} alarm messages were not read: connect again")
            return
        self._alarms.append(text)
        self._wake.set()

    def offer_note(self, kind: str, text: str) -> None:
        """Take a heartbeat or an answer to a ping; only the last of each kind is kept."""
        if self._close is None:
            self._notes[kind] = text
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """End it as soon as what is being sent has left; what waits is thrown away."""
        self._close = self._close or (code, reason)
        self._alarms.clear()
        self._tags, self._frame = {}, None
        self._notes.clear()
        self._wake.set()

    def gone(self) -> None:
        """The reader has ended it: there is nobody left to tell."""
        self._gone = True
        self.close(GOING_AWAY, "")

    @property
    def fill(self) -> float:
        """Share of the alarm messages that may wait, 0 to 1; beyond it the reader is sent away."""
        return len(self._alarms) / self._settings.max_waiting_alarms

    @property
    def waiting(self) -> int:
        """How many messages and values wait."""
        return len(self._alarms) + len(self._tags) + len(self._notes)

    async def run(self, outlet: Outlet) -> None:
        """Send what comes until closed.

        Raises:
            TimeoutError: if the reader takes nothing for `send_timeout_s`.
        """
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            end = loop.time() + _TURN_S
            while (text := self._next()) is not None:
                async with asyncio.timeout(self._settings.send_timeout_s):
                    await outlet.send_text(text)
                if loop.time() > end:  # sending does not wait while the reader keeps up: others want their turn too
                    await asyncio.sleep(0)
                    end = loop.time() + _TURN_S
            if self._gone:
                return
            if self._close is not None:
                async with asyncio.timeout(self._settings.send_timeout_s):
                    await outlet.close(*self._close)
                return

    def _next(self) -> str | None:
        """The next message, alarms first."""
        if self._alarms:
            return self._alarms.popleft()
        if self._notes:
            return self._notes.pop(next(iter(self._notes)))
        if self._tags:
            frame, tags = self._frame, self._tags
            self._tags, self._frame = {}, None
            return frame or tags_message(tags.values())
        return None


def tags_message(texts: Iterable[str]) -> str:
    """The message that holds these tags."""
    return f'{{"type":"tags","tags":[{",".join(texts)}]}}'
