"""Joins the frames of fast packets. Pure.

A sender numbers its messages with three bits and nothing else holds the frames of one together, so that after a loss
the tail of a message fits the head of an older one. What is here would rather lose a message than join what does not
belong together (decision 74). A message begins with its first frame, no frame comes twice, and it is given up

* when it is older than `LIMIT_S`,
* when two later ones of its group and sender have begun, or four of its sender: some number all groups together,
* when a frame is missing and does not come within `_REORDERED_S`: a network may swap frames, a bus does not.
"""

from dataclasses import dataclass, field

from vmshmi.runtime.drivers.nmea2000.packet import LONGEST_FAST

LIMIT_S = 0.75
_IN_FIRST = 6
_IN_OTHERS = 7
_FRAME_BITS = 0x1F
_SOURCE_BITS = 0xFF
_REORDERED_S = 0.05
_OVERTAKEN_BY = 3
"""Messages of its sender that may begin while one is in the making. The ninth bears its number again."""
_MOST_OPEN = 2048
"""Messages in the making; more is no ship but noise."""


@dataclass(slots=True)
class _Open:
    """A message in the making."""

    until: float
    begun: int
    born: float
    length: int
    frames: list[bytes]
    missing: int
    expected: int = 1
    overtaken: bool = False


@dataclass(slots=True)
class FastPacketCounts:
    """What became of frames, since the beginning."""

    joined: int = 0
    expired: int = 0
    """Messages given up because they took too long or were overtaken."""
    broken: int = 0
    """Messages given up because a frame came twice or cannot be right."""
    headless: int = 0
    """Frames of messages whose first frame was not heard."""


@dataclass(slots=True)
class FastPackets:
    """The messages in the making of one network."""

    counts: FastPacketCounts = field(default_factory=FastPacketCounts)
    _open: dict[int, dict[int, _Open]] = field(default_factory=dict[int, dict[int, _Open]])
    _begun: list[int] = field(default_factory=lambda: [0] * (_SOURCE_BITS + 1))

    def pass_by(self, stream: int, data: bytes) -> None:
        """Take a frame of a message nobody wants: its sender has gone on."""
        if data and not data[0] & _FRAME_BITS:
            self._begun[stream & _SOURCE_BITS] += 1

    def push(self, stream: int, at: float, data: bytes, limit_s: float = LIMIT_S) -> bytes | None:
        """Take one frame.

        Args:
            stream: what messages are told apart by beside their number, the CAN id without its priority.
            at: when it was heard, in seconds.
            data: of the frame.
            limit_s: how old a message in the making may become.

        Returns:
            The payload, when this frame was the last it lacked.
        """
        if not data:
            self.counts.broken += 1
            return None
        sequence, index = data[0] >> 5, data[0] & _FRAME_BITS
        messages = self._open.get(stream)
        if index == 0:
            self._begun[stream & _SOURCE_BITS] += 1
            if messages is None:
                if len(self._open) >= _MOST_OPEN:
                    self.counts.expired += sum(len(messages) for messages in self._open.values())
                    self._open.clear()
                messages = self._open[stream] = {}
            return self._begin(messages, sequence, stream, at, limit_s, data)
        message = None if messages is None else messages.get(sequence)
        if messages is None or message is None:
            self.counts.headless += 1
            return None
        behind = self._begun[stream & _SOURCE_BITS] - message.begun
        if not message.born <= at <= message.until or behind > _OVERTAKEN_BY:
            del messages[sequence]
            self.counts.expired += 1
            return None
        return self._go_on(messages, sequence, message, index, at, data)

    def _begin(
        self, messages: dict[int, _Open], sequence: int, stream: int, at: float, limit_s: float, data: bytes
    ) -> bytes | None:
        if messages:
            self._overtake(messages, sequence)
        length = data[1] if len(data) > 1 else 0
        body = data[2:]
        if length == 0 or length > LONGEST_FAST or len(body) < min(length, _IN_FIRST):
            self.counts.broken += 1
            return None
        if length <= _IN_FIRST:
            self.counts.joined += 1
            return body[:length]
        others = -(-(length - _IN_FIRST) // _IN_OTHERS)
        begun = self._begun[stream & _SOURCE_BITS]
        messages[sequence] = _Open(at + limit_s, begun, at, length, [body, *[b""] * others], others)
        return None

    def _overtake(self, messages: dict[int, _Open], sequence: int) -> None:
        """A later message has begun: the one of the same number is over, and so is who has seen this happen before."""
        for number, message in list(messages.items()):
            if number == sequence or message.overtaken:
                del messages[number]
                self.counts.expired += 1
            else:
                message.overtaken = True

    def _go_on(
        self, messages: dict[int, _Open], sequence: int, message: _Open, index: int, at: float, data: bytes
    ) -> bytes | None:
        frames = message.frames
        needed = min(_IN_OTHERS, message.length - _IN_FIRST - _IN_OTHERS * (index - 1))
        if index >= len(frames) or frames[index] or len(data) - 1 < needed:
            del messages[sequence]
            self.counts.broken += 1
            return None
        if index == message.expected:
            message.expected += 1
        else:
            message.until = min(message.until, at + _REORDERED_S)
        frames[index] = data[1:]
        message.missing -= 1
        if message.missing:
            return None
        del messages[sequence]
        self.counts.joined += 1
        return b"".join(frames)[: message.length]
