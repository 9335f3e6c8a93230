"""From frames to the values of tags, by the messages of a DBC file. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from vmshmi.core.devices import MonitorLine
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.canbus.binding import Binding, Convert
from vmshmi.runtime.drivers.canbus.dbc import DbcMessage
from vmshmi.runtime.drivers.canbus.describe import describer
from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.packets import Packets
from vmshmi.runtime.drivers.listening import Decoded, Heard

_Key = tuple[int, bool]
_Plan = tuple[tuple[TagId, Convert], ...]
_SHORT = Quality.BAD_DECODING_ERROR


class DbcDecoder:
    """Decodes the bound signals only.

    Args:
        messages: all of the file; for the monitor.
        bindings: the tags.
        timed: whether frames bear the times of the bus.
    """

    def __init__(self, messages: Sequence[DbcMessage], bindings: Sequence[Binding], *, timed: bool = True) -> None:
        self._messages = tuple(messages)
        self._bindings = tuple(bindings)
        self._plans: dict[_Key, _Plan | None] = {}
        """What to do with each id; None where the file knows none."""
        self._packets = Packets(timed=timed) if any(each.message.in_packets for each in bindings) else None
        self._shown_packets = Packets(timed=timed) if any(each.in_packets for each in self._messages) else None
        self._describers: dict[_Key, tuple[str, list[tuple[str, Convert]]]] = {}
        self._messages_decoded = 0
        self._unknown = 0
        self._decode_errors = 0

    def decode(self, heard: Sequence[Heard[CanFrame]]) -> Decoded:
        """The samples of the bound tags."""
        plans = self._plans
        out: Decoded = []
        for stamp, (can_id, extended, data) in heard if self._packets is None else self._packets.with_long(heard):
            key = (can_id, extended)
            try:
                plan = plans[key]
            except KeyError:
                plan = plans[key] = self._plan(key)
            if plan is None:
                self._unknown += 1
                continue
            self._messages_decoded += 1
            for tag_id, convert in plan:
                converted = convert(data)
                if converted is None:
                    continue
                value, quality, raw = converted
                if quality is _SHORT:
                    self._decode_errors += 1
                out.append((tag_id, TagValue(value, quality, stamp, raw)))
        return out

    def describe(self, heard: Sequence[Heard[CanFrame]]) -> Iterable[MonitorLine]:
        """Each frame with all its signals."""
        for stamp, frame in heard if self._shown_packets is None else self._shown_packets.with_long(heard):
            key = (frame.id, frame.extended)
            message = next((each for each in self._messages if each.means(*key)), None)
            raw = frame.data.hex(" ").upper()
            shown_id = frame.text().partition("#")[0]
            if message is None:
                yield MonitorLine(stamp, shown_id, raw)
                continue
            describe = self._describers.get(key)
            if describe is None:
                describe = self._describers[key] = (f"{shown_id} {message.name}", describer(message))
            name, signals = describe
            values = ((signal, convert(frame.data)) for signal, convert in signals)
            meaning = ", ".join(f"{signal} {found[0]}" for signal, found in values if found and found[0] is not None)
            yield MonitorLine(stamp, name, raw, meaning)

    def _plan(self, key: _Key) -> _Plan | None:
        if not any(message.means(*key) for message in self._messages):
            return None
        return tuple((each.tag_id, each.convert) for each in self._bindings if each.message.means(*key))

    def counters(self) -> Mapping[str, int]:
        """What was decoded, what the file does not know, what was too short."""
        packets: Mapping[str, int] = {} if self._packets is None else self._packets.counters()
        return {
            "messages": self._messages_decoded,
            "unknown": self._unknown,
            "decode_errors": self._decode_errors,
            **packets,
        }
