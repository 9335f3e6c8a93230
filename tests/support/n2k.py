"""The logs of tests/data/n2k, what canboat's analyzer made of them, and short ways to packets and tags."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from nmea2000.backend import DATABASE

from vmshmi.config.nmea2000_devices import Nmea2000Source
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.nmea2000.binding import bind
from vmshmi.runtime.drivers.nmea2000.decode import Nmea2000Decoder
from vmshmi.runtime.drivers.nmea2000.packet import Packet, id_of

DATA = Path(__file__).parent.parent / "data" / "n2k"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
NO_NUMBERS = ("RESERVED", "BINARY", "VARIABLE", "ISO_NAME", "SPARE", "DYNAMIC_FIELD_VALUE")


class Sent(NamedTuple):
    """What a CAN id says."""

    priority: int
    pgn: int
    source: int
    destination: int = 255


def truth(name: str, folder: Path = DATA) -> list[dict[str, Any]]:
    """What canboat's analyzer printed, one message each."""
    with gzip.open(folder / name, "rt") as lines:
        return [json.loads(line) for line in lines]


def a_source(pgn: int, field: str, **more: Any) -> Nmea2000Source:
    """Of device `n2k`."""
    return Nmea2000Source(device="n2k", pgn=pgn, field=field, **more)


def a_tag(
    tag_id: str, source: Nmea2000Source, kind: TagKind = TagKind.ANALOG, **more: Any
) -> dict[TagId, tuple[TagDef, Nmea2000Source]]:
    """A tag and its source."""
    return {TagId(tag_id): (TagDef(TagId(tag_id), kind=kind, **more), source)}


def a_decoder(tags: Mapping[TagId, tuple[TagDef, Nmea2000Source]]) -> Nmea2000Decoder:
    """The decoder of tags that have no problems."""
    bound, problems = bind(tags)
    assert not problems, problems
    return Nmea2000Decoder(bound)


def message(pgn: int, data: bytes | str, source: int = 1, at: float = 0.0) -> Packet:
    """A whole message."""
    payload = bytes.fromhex(data) if isinstance(data, str) else data
    return Packet(at, id_of(3, pgn, source), payload, whole=True)


def frames(pgn: int, payload: bytes, sequence: int = 0, source: int = 1, at: float = 0.0) -> list[Packet]:
    """A message as fast packet, one millisecond between the frames."""
    can_id = id_of(3, pgn, source)
    bodies = [bytes([len(payload)]) + payload[:6]]
    bodies += [payload[start : start + 7].ljust(7, b"\xff") for start in range(6, len(payload), 7)]
    return [
        Packet(at + 0.001 * index, can_id, bytes([sequence << 5 | index]) + body) for index, body in enumerate(bodies)
    ]


def heard(packets: Iterable[Packet]) -> list[tuple[datetime, Packet]]:
    """With a time each, as a feed hands them on."""
    return [(START + timedelta(seconds=packet.at), packet) for packet in packets]


def values(decoder: Nmea2000Decoder, packets: Iterable[Packet]) -> list[tuple[str, TagValue]]:
    """The samples."""
    return [(str(tag_id), value) for tag_id, value in decoder.decode(heard(packets))]


def number_fields(pgns: Iterable[int]) -> dict[TagId, tuple[TagDef, Nmea2000Source]]:
    """A tag for each field of the groups that holds a number and is not repeated, `127488/layout.field`."""
    tags: dict[TagId, tuple[TagDef, Nmea2000Source]] = {}
    for pgn in pgns:
        for layout in DATABASE.pgn_variants(pgn):
            repeated = {index for start, size, _ in layout.repeating_sets for index in range(start, start + size)}
            for index, field in enumerate(layout.fields):
                kind = field.field_type or ""
                if layout.id.startswith("0x") or index in repeated or kind in NO_NUMBERS or kind.startswith("STRING"):
                    continue
                name = f"{layout.id}.{field.id}"
                tags.update(a_tag(f"{pgn}/{name}", a_source(pgn, name)))
    return tags


def expected_numbers(said: Mapping[str, Any], layout: str) -> dict[str, float]:
    """By field id the numbers of a message, of codes too; those of the analyzer's times are ten-thousandths."""
    fields = {field.name: field for field in reversed(DATABASE.pgn_info(layout).fields)}
    numbers: dict[str, float] = {}
    for name, shown in said["fields"].items():
        number: Any = shown.get("value") if isinstance(shown, dict) else shown
        field = fields.get(name)
        if field is None or field.field_type in NO_NUMBERS:
            continue
        if field.field_type == "MMSI":
            number = int(str(number))
        if isinstance(number, int | float):
            numbers[field.id] = number / 10_000 if field.field_type == "TIME" else number
    return numbers


def same(printed: float, value: object) -> bool:
    """Whether a number is the one that was printed, as far as it was printed."""
    if not isinstance(value, int | float):
        return False
    decimals = len(f"{printed!r}".partition(".")[2]) if "e" not in f"{printed!r}" else 5
    return abs(value - printed) <= max(0.5000001 * 10.0**-decimals, 1e-9 * abs(printed))


def by_layout(samples: Sequence[tuple[str, TagValue]]) -> tuple[str, dict[str, TagValue]]:
    """The layout of a message whose fields are all bound, and its samples by field id."""
    layout = samples[0][0].partition("/")[2].partition(".")[0] if samples else ""
    return layout, {tag_id.rpartition(".")[2]: value for tag_id, value in samples}


def escaped(message: bytes) -> bytes:
    """Between DLE STX and DLE ETX, with its checksum."""
    whole = message + bytes([-sum(message) & 0xFF])
    return b"\x10\x02" + whole.replace(b"\x10", b"\x10\x10") + b"\x10\x03"


def ngt1(header: Sent, data: bytes, milliseconds: int = 0) -> bytes:
    """As an Actisense NGT-1 writes it."""
    body = bytes([header.priority]) + header.pgn.to_bytes(3, "little") + bytes([header.destination, header.source])
    body += milliseconds.to_bytes(4, "little") + bytes([len(data)]) + data
    return escaped(bytes([0x93, len(body)]) + body)


def bst_d0(header: Sent, data: bytes) -> bytes:
    """As newer Actisense gateways write a message."""
    pgn = header.pgn
    body = bytes([header.destination, header.source, pgn & 0xFF, pgn >> 8 & 0xFF, pgn >> 16 | header.priority << 2, 0])
    body += bytes(4) + data
    return escaped(b"\xd0" + (len(body) + 3).to_bytes(2, "little") + body)


def bst_95(header: Sent, data: bytes) -> bytes:
    """As newer Actisense gateways write a frame."""
    pgn = header.pgn
    body = bytes([0, 0, header.source, pgn & 0xFF, pgn >> 8 & 0xFF, pgn >> 16 | header.priority << 2]) + data
    return escaped(bytes([0x95, len(body)]) + body)


def ydwg(packet: Packet) -> str:
    """As a Yacht Devices gateway writes a frame."""
    return f"12:00:{packet.at % 60:06.3f} R {packet.can_id:08X} {packet.data.hex(' ').upper()}"
