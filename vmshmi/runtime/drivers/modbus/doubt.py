"""Which requests of an RTU line were not answered, so that their answers may still come. Pure.

Nothing in an RTU answer says to which request it belongs; only unit, function and length tell. A unit answers one
request after the other, so an answer that cannot belong to an earlier request says that all answers to earlier ones
have come or will never come.
"""

from dataclasses import dataclass

from vmshmi.runtime.drivers.modbus.wire import EXCEPTION_FLAG, Request

FORGET_S = 10.0
"""No unit answers later than this. It lets a unit come back that says nothing to the reads that would clear a doubt."""

_Shape = tuple[int, int, bytes | None]
"""Function, length of the answer's PDU, and the whole of it where it is known."""


@dataclass(slots=True)
class _Open:
    count: int
    last_at: float


class Doubt:
    """The unanswered requests of each unit, oldest first; each shape of answer once, with how many may come."""

    def __init__(self) -> None:
        self._open: dict[int, dict[_Shape, _Open]] = {}

    def is_about(self, request: Request, now: float) -> bool:
        """True when an answer to it could be the answer to an earlier one; `now` is monotonic seconds."""
        shapes, shape = self._open.get(request.unit, {}), _shape(request)
        if shape in shapes and now - shapes[shape].last_at > FORGET_S:
            del shapes[shape]
        return shape in shapes

    def lengths(self, request: Request) -> tuple[int, ...]:
        """Lengths of the answers that may still come to earlier requests with the same function, oldest first."""
        shapes = self._open.get(request.unit, ())
        return tuple(length for function, length, _ in shapes if function == request.function)

    def unanswered(self, request: Request, now: float) -> None:
        """It was sent and nothing that could be its answer came."""
        shapes = self._open.setdefault(request.unit, {})
        waiting = shapes.setdefault(_shape(request), _Open(0, now))
        waiting.count += 1
        waiting.last_at = now

    def answered(self, request: Request) -> None:
        """Something came that has the shape of its answer."""
        shape = _shape(request)
        if shape in self._open.get(request.unit, ()):
            self._resolve_before(request.unit, shape)
        else:
            self._open.pop(request.unit, None)

    def refused(self, request: Request, now: float) -> None:
        """An exception to its function came: to it, or to the oldest one with this function."""
        oldest = self._oldest(request.unit, request.function)
        if oldest is None:
            self._open.pop(request.unit, None)
            return
        self._came(request.unit, oldest)
        self.unanswered(request, now)

    def late(self, unit: int, pdu: bytes) -> bool:
        """An answer came that is not to the present request; True when it can be one to an earlier one."""
        if pdu[0] & EXCEPTION_FLAG:
            shape = self._oldest(unit, pdu[0] & ~EXCEPTION_FLAG)
        else:
            shapes = self._open.get(unit, ())
            shape = next((s for s in shapes if s[:2] == (pdu[0], len(pdu)) and s[2] in (None, pdu)), None)
        if shape is None:
            return False
        self._came(unit, shape)
        return True

    def _oldest(self, unit: int, function: int) -> _Shape | None:
        return next((shape for shape in self._open.get(unit, ()) if shape[0] == function), None)

    def _came(self, unit: int, shape: _Shape) -> None:
        self._resolve_before(unit, shape)
        shapes = self._open[unit]
        shapes[shape].count -= 1
        if shapes[shape].count == 0:
            del shapes[shape]

    def _resolve_before(self, unit: int, shape: _Shape) -> None:
        shapes = self._open[unit]
        for earlier in list(shapes):
            if earlier == shape:
                return
            del shapes[earlier]


def _shape(request: Request) -> _Shape:
    return request.function, request.answer_bytes, request.echo
