"""From frames to the values of tags: parameters, faults, whoever sends them. Pure."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from vmshmi.core.devices import MonitorLine
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.canbus import CanFrame
from vmshmi.runtime.drivers.canbus.header import TRANSPORT, header_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.j1939.binding import Bindings, Engine
from vmshmi.runtime.drivers.j1939.convert import Convert
from vmshmi.runtime.drivers.j1939.database import Database
from vmshmi.runtime.drivers.j1939.describe import Describer
from vmshmi.runtime.drivers.j1939.engines import Engines
from vmshmi.runtime.drivers.j1939.fault_tags import FaultTags
from vmshmi.runtime.drivers.j1939.ids import ACTIVE_FAULTS, ADDRESS_CLAIMED, name_of
from vmshmi.runtime.drivers.listening import Decoded, Heard

_log = logging.getLogger(__name__)

_ANY = Engine()
_SHORT = Quality.BAD_DECODING_ERROR
_SPECIAL = frozenset((ADDRESS_CLAIMED, ACTIVE_FAULTS, *TRANSPORT))

_Plan = tuple[tuple[TagId, Convert], ...]


class J1939Decoder:
    """Decodes the bound parameters and faults; remembers halves of long messages and who is where.

    Args:
        database: for the monitor and the texts of faults.
        bindings: the tags.
        timed: whether frames bear the times of the bus.
    """

    def __init__(self, database: Database, bindings: Bindings, *, timed: bool = True) -> None:
        self._database = database
        self._bindings = bindings
        self._engines = Engines()
        self._faults = FaultTags(database, bindings.faults, self._engines)
        self._transport = Reassembler(timed=timed)
        self._describer = Describer(database, timed=timed)
        self._plans: dict[int, _Plan | None] = {}
        """What to do with each id; None where it is more than taking numbers out."""
        self._heard_from: dict[TagId, int] = {}
        """First source of each tag that takes any."""
        self._ambiguous: set[TagId] = set()
        self._messages = 0
        self._other_frames = 0
        self._decode_errors = 0

    def decode(self, heard: Sequence[Heard[CanFrame]]) -> Decoded:
        """The samples of the bound tags."""
        plans = self._plans
        out: Decoded = []
        for stamp, (can_id, extended, data) in heard:
            if not extended:
                self._other_frames += 1
                continue
            try:
                plan = plans[can_id]
            except KeyError:
                plan = plans[can_id] = self._plan(can_id)
            if plan is None:
                self._take_special(stamp, can_id, data, out)
                continue
            for tag_id, convert in plan:
                value, quality, raw = convert(data)
                if quality is _SHORT:
                    self._decode_errors += 1
                out.append((tag_id, TagValue(value, quality, stamp, raw)))
        self._messages += len(heard)
        return out

    def describe(self, heard: Sequence[Heard[CanFrame]]) -> Iterable[MonitorLine]:
        """Each frame, and each message that has become whole, with all that is known of it."""
        return self._describer.describe(heard)

    def counters(self) -> Mapping[str, int]:
        """What was decoded, what not, and what became of long messages."""
        return {
            "messages": self._messages,
            "other_frames": self._other_frames,
            "decode_errors": self._decode_errors + self._faults.decode_errors,
            "ambiguous_tags": len(self._ambiguous),
            "long_messages": self._transport.assembled,
            "long_messages_dropped": self._transport.dropped,
            "transport_errors": self._transport.errors,
            "stray_packets": self._transport.stray,
            "address_claims": self._engines.claims,
        }

    def _plan(self, can_id: int) -> _Plan | None:
        header = header_of(can_id)
        if header.pgn in _SPECIAL:
            return None
        return self._plan_of(header.pgn, header.source)

    def _plan_of(self, pgn: int, source: int) -> _Plan:
        found = [
            binding
            for binding in self._bindings.parameters
            if binding.pgn == pgn and self._engines.is_at(binding.engine, source)
        ]
        for binding in found:
            if binding.engine == _ANY:
                self._watch(binding.tag_id, source)
        return tuple((binding.tag_id, binding.convert) for binding in found)

    def _watch(self, tag_id: TagId, source: int) -> None:
        """Notice that a tag is told by several engines, between which it jumps."""
        first = self._heard_from.setdefault(tag_id, source)
        if first != source and tag_id not in self._ambiguous:
            self._ambiguous.add(tag_id)
            _log.warning("tag %s is told by several: source %s and %s; say which is meant", tag_id, first, source)

    def _take_special(self, stamp: datetime, can_id: int, data: bytes, out: Decoded) -> None:
        header = header_of(can_id)
        if header.pgn in TRANSPORT:
            whole = self._transport.take(stamp, header, data)
            if whole is not None:
                out += self._message(stamp, whole[0], header.source, whole[1])
        elif header.pgn == ADDRESS_CLAIMED:
            name = name_of(data)
            if name is None:
                self._decode_errors += 1
            elif self._engines.claimed(header.source, name):
                self._plans.clear()
        else:
            out += self._message(stamp, header.pgn, header.source, data)

    def _message(self, stamp: datetime, pgn: int, source: int, data: bytes) -> Iterator[tuple[TagId, TagValue]]:
        """A long message, or one of faults."""
        if pgn == ACTIVE_FAULTS:
            yield from self._faults.decode(stamp, source, data)
            return
        for tag_id, convert in self._plan_of(pgn, source):
            value, quality, raw = convert(data)
            if quality is _SHORT:
                self._decode_errors += 1
            yield tag_id, TagValue(value, quality, stamp, raw)
