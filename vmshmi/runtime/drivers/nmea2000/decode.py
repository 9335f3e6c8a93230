"""What the packets of a network say about tags. Pure: no wire, no clock."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vmshmi.core.devices import MonitorLine
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.canbus.header import TRANSPORT_CONTROL, TRANSPORT_DATA, Header, header_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.listening import Decoded, Heard
from vmshmi.runtime.drivers.nmea2000.binding import Binding, Condition
from vmshmi.runtime.drivers.nmea2000.database import REPEATED, Field, Message, decode, interval_s, is_fast
from vmshmi.runtime.drivers.nmea2000.describe import Describer
from vmshmi.runtime.drivers.nmea2000.fast_packet import LIMIT_S, FastPackets
from vmshmi.runtime.drivers.nmea2000.packet import Packet, id_of

_log = logging.getLogger(__name__)

_ABSENT, _CUT = Quality.BAD_NOT_CONNECTED, Quality.BAD_DECODING_ERROR
_MOST_ROUTES = 4096
"""Different CAN ids remembered; a ship has some hundred."""


@dataclass(frozen=True, slots=True)
class Route:
    """What is done with the packets of one CAN id.

    Attributes:
        header: what the id says.
        bindings: of the tags that want it, by layout; empty when nobody does.
        limit_s: how old a fast packet may become; None when a frame is a message.
        is_transfer: the frames carry another group.
    """

    header: Header
    bindings: Mapping[str, Sequence[Binding]]
    limit_s: float | None
    is_transfer: bool


class Nmea2000Decoder:
    """Joins the packets somebody wants, decodes them and picks the fields.

    Args:
        bound: the bindings of each group.
    """

    def __init__(self, bound: Mapping[int, Sequence[Binding]]) -> None:
        self._bound = bound
        self._routes: dict[int, Route] = {}
        self._fast = FastPackets()
        self._transfers = Reassembler()
        self._describer: Describer | None = None
        self._messages = 0
        self._unbound = 0
        self._errors = 0
        self._first_keys: dict[tuple[TagId, str], tuple[object, ...]] = {}
        self._ambiguous: set[TagId] = set()

    def decode(self, heard: Sequence[Heard[Packet]]) -> Decoded:
        """The samples of the bound tags in order."""
        samples: Decoded = []
        routes = self._routes
        for stamp, (at, can_id, data, whole) in heard:
            route = routes.get(can_id)
            if route is None:
                route = self._route(can_id)
            if route.is_transfer and not whole:
                header = route.header
                carried = self._transfers.take(datetime.fromtimestamp(at, UTC), header, data)
                if carried is None:
                    continue
                pgn, payload = carried
                route = self._carried(header, pgn)
                if not route.bindings:
                    self._unbound += 1
                    continue
            elif not route.bindings:
                self._unbound += 1
                if route.limit_s is not None and not whole:
                    self._fast.pass_by(can_id, data)
                continue
            elif whole or route.limit_s is None:
                payload = data
            else:
                joined = self._fast.push(can_id & 0x3FFFFFF, at, data, route.limit_s)
                if joined is None:
                    continue
                payload = joined
            message = decode(*route.header, payload)
            if message is None:
                self._errors += 1
                continue
            self._messages += 1
            bindings = route.bindings.get(message.id)
            if bindings is not None:
                self._append(samples, stamp, message, payload, bindings)
        return samples

    def _append(
        self, samples: Decoded, stamp: datetime, message: Message, payload: bytes, bindings: Sequence[Binding]
    ) -> None:
        """What a message says about the tags that are bound to its layout."""
        length = len(payload) * 8
        for binding in bindings:
            found = _plain(binding, message) if binding.is_plain else _pick(binding, message, length)
            if found is None:
                continue
            if binding.open_keys:
                self._watch(binding, message)
            field, start = found
            if start + binding.bits <= length:
                value, quality, raw = binding.convert(field, payload, start)
                samples.append((binding.tag_id, TagValue(value, quality, stamp, raw)))
            else:
                # the library takes what is cut off for zeros; an older edition of the standard lacks the whole field
                cut = _ABSENT if start >= length else _CUT
                samples.append((binding.tag_id, TagValue(None, cut, stamp)))

    def _watch(self, binding: Binding, message: Message) -> None:
        """Notice that a tag is told about several things: two engines, wind apparent and true."""
        tag_id = binding.tag_id
        if tag_id in self._ambiguous:
            return
        keys = [_at(message.fields, key.index, key.id) for key in binding.open_keys]
        heard = tuple(None if key is None else key.raw_value for key in keys)
        first = self._first_keys.setdefault((tag_id, binding.variant), heard)
        if heard != first:
            self._ambiguous.add(tag_id)
            key = binding.open_keys[[one != other for one, other in zip(heard, first, strict=True)].index(True)]
            text = "tag %s is told about several things: %s is not always the same; say which is meant"
            _log.warning(text, tag_id, key.id)

    def describe(self, heard: Sequence[Heard[Packet]]) -> Iterable[MonitorLine]:
        """All of it for a person; joins frames on its own."""
        if self._describer is None:
            self._describer = Describer()
        return self._describer.describe(heard)

    def counters(self) -> Mapping[str, int]:
        """Messages decoded for tags, packets nobody wants, and what was given up."""
        fast = self._fast.counts
        return {
            "messages": self._messages,
            "unbound": self._unbound,
            "decode_errors": self._errors,
            "ambiguous_tags": len(self._ambiguous),
            "expired": fast.expired,
            "broken": fast.broken,
            "headless": fast.headless,
            "transfers": self._transfers.assembled,
            "transfers_lost": self._transfers.dropped,
        }

    def _route(self, can_id: int) -> Route:
        if len(self._routes) >= _MOST_ROUTES:
            self._routes.clear()
        route = self._routes[can_id] = self._make_route(header_of(can_id))
        return route

    def _carried(self, header: Header, pgn: int) -> Route:
        """The route of what a transfer has carried, as if it had come by itself."""
        try:
            can_id = id_of(0, pgn, header.source, header.destination)
        except ValueError:
            return Route(header, {}, None, False)
        return self._routes.get(can_id) or self._route(can_id)

    def _make_route(self, header: Header) -> Route:
        bindings: dict[str, list[Binding]] = {}
        for binding in self._bound.get(header.pgn, ()):
            if binding.source is None or binding.source == header.source:
                bindings.setdefault(binding.variant, []).append(binding)
        limit_s = fast_limit_s(header.pgn) if is_fast(header.pgn) else None
        return Route(header, bindings, limit_s, header.pgn in (TRANSPORT_CONTROL, TRANSPORT_DATA))


def fast_limit_s(pgn: int) -> float:
    """How old a fast packet may become: of a sender that numbers all its messages alike, the next one must not fit."""
    return min(LIMIT_S, (interval_s(pgn) or 2 * LIMIT_S) / 2)


def _pick(binding: Binding, message: Message, length: int) -> tuple[Field, int] | None:
    """The field and where in the payload it begins; None when the message is not meant."""
    fields = message.fields
    for condition in binding.conditions:
        asked = condition.field
        # the library takes what is cut off for zeros
        if (asked.start or 0) + (asked.bits or 0) > length or not _meets(condition, _at(fields, asked.index, asked.id)):
            return None
    definition = binding.field
    if not definition.is_repeated:
        return _plain(binding, message)
    for listed in fields:
        if not listed.id.startswith(REPEATED[:6]) or not isinstance(listed.value, list):
            continue
        for number, entry in enumerate(listed.value):
            if definition.id in entry and all(_meets(one, entry.get(one.field.id)) for one in binding.repeated):
                return entry[definition.id], (definition.start or 0) + number * (definition.repeat or 0)
    return None


def _plain(binding: Binding, message: Message) -> tuple[Field, int] | None:
    definition, fields = binding.field, message.fields
    index = definition.index
    if index < len(fields):
        field = fields[index]
        if field.id == definition.id:
            return field, binding.start
    found = _at(fields, index, definition.id)
    return None if found is None else (found, binding.start)


def _at(fields: Sequence[Field], index: int, field_id: str) -> Field | None:
    """The field of an id, most often at the place the database gives it; the decoder leaves some out."""
    if index < len(fields) and fields[index].id == field_id:
        return fields[index]
    return next((field for field in fields if field.id == field_id), None)


def _meets(condition: Condition, field: Field | None) -> bool:
    if field is None:
        return False
    if condition.code is not None:
        return field.raw_value == condition.code
    return isinstance(field.value, str) and field.value.casefold() == condition.label
