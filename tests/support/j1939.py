"""Frames, tags and real logs for tests of J1939."""

import csv
import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vmshmi.config.j1939_devices import J1939Source
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.canbus import CanFrame, CanLog
from vmshmi.runtime.drivers.canbus.header import EXTENDED_CONTROL, EXTENDED_DATA
from vmshmi.runtime.drivers.j1939.binding import Tags, bind
from vmshmi.runtime.drivers.j1939.database import Database, own_database
from vmshmi.runtime.drivers.j1939.decode import J1939Decoder
from vmshmi.runtime.drivers.listening import Heard

DATA = Path(__file__).parent.parent / "data" / "j1939"
LOG = DATA / "css_11111111_cut.log.gz"
START = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)


def truth(signal: str) -> list[float]:
    """The values of a signal in the real log, as asammdf reads them."""
    with gzip.open(DATA / f"css_11111111_cut.{signal}.csv.gz", "rt") as file:
        return [float(row["value"]) for row in csv.DictReader(file)]


def real_frames() -> list[Heard[CanFrame]]:
    """The real log."""
    return list(CanLog(str(LOG)).read())


def frame(pgn: int, data: str | bytes, source: int = 0, destination: int = 255, priority: int = 6) -> CanFrame:
    """One frame; data as bytes or in hexadecimal."""
    low = pgn if pgn >> 8 & 0xFF >= 240 else pgn | destination
    payload = bytes.fromhex(data) if isinstance(data, str) else data
    return CanFrame(priority << 26 | low << 8 | source, True, payload)


def heard(*frames: CanFrame, every_s: float = 0.01, start: datetime = START) -> list[Heard[CanFrame]]:
    """The frames one after the other."""
    return [(start + timedelta(seconds=index * every_s), each) for index, each in enumerate(frames)]


def broadcast(pgn: int, data: bytes, source: int = 0) -> list[CanFrame]:
    """A long message to everybody."""
    packets = -(-len(data) // 7)
    control = bytes([32, *len(data).to_bytes(2, "little"), packets, 255, *pgn.to_bytes(3, "little")])
    return [frame(60416, control, source), *_packets(data, source, 255)]


def addressed(pgn: int, data: bytes, source: int, destination: int) -> list[CanFrame]:
    """A long message to one, with what the receiver says to it."""
    packets = -(-len(data) // 7)
    group = pgn.to_bytes(3, "little")
    size = len(data).to_bytes(2, "little")
    return [
        frame(60416, bytes([16, *size, packets, 255, *group]), source, destination),
        frame(60416, bytes([17, packets, 1, 255, 255, *group]), destination, source),
        *_packets(data, source, destination),
        frame(60416, bytes([19, *size, packets, 255, *group]), destination, source),
    ]


def _packets(data: bytes, source: int, destination: int) -> Iterable[CanFrame]:
    for number, at in enumerate(range(0, len(data), 7), start=1):
        yield frame(60160, bytes([number]) + data[at : at + 7].ljust(7, b"\xff"), source, destination)


def extended(pgn: int, data: bytes, source: int = 0, destination: int = 9, block: int = 16) -> list[CanFrame]:
    """An extended message to one, in blocks, with what the receiver says to it."""
    group, packets = pgn.to_bytes(3, "little"), -(-len(data) // 7)
    size = len(data).to_bytes(4, "little")
    train = [frame(EXTENDED_CONTROL, b"\x14" + size + group, source, destination)]
    for first in range(0, packets, block):
        count = min(block, packets - first)
        ask = bytes([21, count]) + (first + 1).to_bytes(3, "little") + group
        train.append(frame(EXTENDED_CONTROL, ask, destination, source))
        offset = bytes([22, count]) + first.to_bytes(3, "little") + group
        train.append(frame(EXTENDED_CONTROL, offset, source, destination))
        for number in range(count):
            piece = data[(first + number) * 7 :][:7].ljust(7, b"\xff")
            train.append(frame(EXTENDED_DATA, bytes([number + 1]) + piece, source, destination))
    train.append(frame(EXTENDED_CONTROL, b"\x17" + size + group, destination, source))
    return train


def tag(name: str, /, kind: TagKind = TagKind.ANALOG, unit: str = "", **keys: object) -> Tags:
    """One tag by what its source says."""
    source = J1939Source.model_validate({"device": "eng", **keys})
    return {TagId(name): (TagDef(TagId(name), kind=kind, unit=unit), source)}


def decoder(*tags: Tags, database: Database | None = None) -> J1939Decoder:
    """A decoder of these tags; none of them may have a problem."""
    database = database or own_database()
    together: dict[TagId, tuple[TagDef, J1939Source]] = {}
    for each in tags:
        together.update(each)
    bindings, problems = bind(database, together)
    assert not problems, problems
    return J1939Decoder(database, bindings)


def values(samples: Iterable[tuple[TagId, TagValue]], name: str) -> list[object]:
    """The values of one tag; the reason where a value is bad."""
    return [value.quality.reason if value.value is None else value.value for tag_id, value in samples if tag_id == name]
