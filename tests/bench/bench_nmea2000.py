"""NMEA 2000 from frames to the tag store, beside the bare library in the same run.

`python -m tests.bench.bench_nmea2000 [frames] [seconds of bus]`. The frames are those of a real log (tests/data/n2k),
its joined messages cut into frames again. Also the messages that 5 % of lost frames make wrong.
"""

import asyncio
import gc
import itertools
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import can
from nmea2000 import NMEA2000Decoder, backend

from tests.bench.measure import print_table
from tests.support.n2k import DATA, START, a_source, a_tag, frames, number_fields
from tests.support.waiting import until
from vmshmi.config.nmea2000_devices import Nmea2000Device, Nmea2000Source
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.canbus.header import header_of
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.listening import EndOfLog, Feed, Heard, ListeningDriver, ReplayFeed
from vmshmi.runtime.drivers.nmea2000.binding import Tags, bind
from vmshmi.runtime.drivers.nmea2000.database import is_fast
from vmshmi.runtime.drivers.nmea2000.decode import Nmea2000Decoder
from vmshmi.runtime.drivers.nmea2000.fast_packet import FastPackets
from vmshmi.runtime.drivers.nmea2000.log import Nmea2000Log
from vmshmi.runtime.drivers.nmea2000.packet import Packet
from vmshmi.runtime.tag_store import TagStore

BUS = 1_800
"""Frames a second of a full bus of 250 kbit/s."""
LOSS = 0.05


def _frames(count: int) -> list[Heard[Packet]]:
    """Real frames, each a moment after the last as on a full bus."""
    counts = Counter[int]()
    once: list[Packet] = []
    for _, packet in Nmea2000Log(str(DATA / "susteranna-actisense-serial.raw.gz")).read():
        header = header_of(packet.can_id)
        if is_fast(header.pgn):
            once += frames(header.pgn, packet.data, counts[packet.can_id] % 8, header.source)
            counts[packet.can_id] += 1
        else:
            once.append(packet._replace(data=packet.data[:8], whole=False))
    heard: list[Heard[Packet]] = []
    for number, packet in enumerate(itertools.islice(itertools.cycle(once), count)):
        at = number / BUS
        heard.append((START + timedelta(seconds=at), packet._replace(at=at)))
    return heard


def _engine_room() -> Tags:
    """Thirty tags as an engine room has them."""
    tags: dict[TagId, tuple[TagDef, Nmea2000Source]] = {}
    fields = {
        127488: ("speed", "boostPressure", "tiltTrim"),
        127489: (
            "oilPressure", "oilTemperature", "temperature", "alternatorPotential", "fuelRate", "totalEngineHours",
            "coolantPressure", "fuelPressure", "engineLoad", "engineTorque",
        ),
        127505: ("level", "capacity"),
        127508: ("voltage", "current", "temperature"),
        127245: ("position",),
        128267: ("depth",),
        129025: ("latitude", "longitude"),
        129026: ("cog", "sog"),
        130306: ("windSpeed", "windAngle"),
        130311: ("temperature", "atmosphericPressure"),
    }  # fmt: skip
    for pgn, names in fields.items():
        for name in names:
            tags.update(a_tag(f"{pgn}.{name}", a_source(pgn, name)))
    tags.update(a_tag("hot", a_source(127489, "discreteStatus1", bit=1), TagKind.DIGITAL))
    tags.update(a_tag("low", a_source(127489, "discreteStatus1", bit=2), TagKind.DIGITAL))
    return tags


class Bus:
    """Gives every 20 ms what a full bus has brought meanwhile, as the feed of a CAN interface does."""

    address = "bus"

    def __init__(self, heard: list[Heard[Packet]]) -> None:
        self._heard = heard
        self._taken = 0
        self._began = 0.0

    async def open(self) -> None:
        self._began = time.perf_counter()

    async def receive(self) -> Sequence[Heard[Packet]]:
        if self._taken >= len(self._heard):
            raise EndOfLog
        await asyncio.sleep(0.02)
        due = min(len(self._heard), int((time.perf_counter() - self._began) * BUS))
        taken, self._taken = self._heard[self._taken : due], due
        return taken

    async def close(self) -> None:
        pass

    def counters(self) -> Mapping[str, int]:
        return {}


async def _ours(heard: list[Heard[Packet]], tags: Tags, *, live: bool) -> tuple[float, float, int]:
    """Wall and CPU seconds, and samples, from the feed to the store."""
    store = TagStore(SystemClock())
    store.register_many(definition for definition, _ in tags.values())
    device = Nmea2000Device(id="n2k", driver="nmea2000", interface="logfile", file="-")
    feed: Feed[Packet] = Bus(heard) if live else ReplayFeed("-", lambda: heard, SystemClock(), speed=0)
    bound, problems = bind(tags)
    assert not problems, problems
    driver = ListeningDriver[Packet](
        device, "nmea2000", list(tags), feed, Nmea2000Decoder(bound), DriverContext(SystemClock())
    )
    for _ in backend.DATABASE.pgns():  # the database is there before the clock runs
        pass
    wall, cpu = time.perf_counter(), time.process_time()
    await driver.start(store.claim("n2k", tags))
    await until(lambda: "at its end" in driver.status().last_error, 600)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    samples = dict(driver.status().counters)["samples"]
    await driver.stop()
    return *spent, samples


def _bare(heard: list[Heard[Packet]]) -> float:
    """CPU seconds of the library alone on the same frames."""
    decoder = NMEA2000Decoder()
    messages = [
        can.Message(arbitration_id=packet.can_id, data=packet.data, is_extended_id=True, timestamp=stamp.timestamp())
        for stamp, packet in heard
    ]
    before = time.process_time()
    for message in messages:
        decoder.decode(message)
    return time.process_time() - before


def _lossy(messages: int, seed: int) -> tuple[list[Packet], set[bytes]]:
    chance = random.Random(seed)
    packets: list[Packet] = []
    known: set[bytes] = set()
    for number in range(messages):
        payload = chance.randbytes(26)
        known.add(payload)
        packets += frames(127489, payload, number % 8, 1, at=number * 0.1)
    return [packet for packet in packets if chance.random() > LOSS], known


def _wrong_of_ours(packets: list[Packet], known: set[bytes]) -> Counter[bool]:
    fast = FastPackets()
    joined = [fast.push(packet.can_id, packet.at, packet.data) for packet in packets]
    return Counter(payload in known for payload in joined if payload is not None)


def _wrong_of_library(packets: list[Packet], known: set[bytes]) -> Counter[bool]:
    decoder = NMEA2000Decoder()
    found = Counter[bool]()
    decode = backend.decode
    try:

        def look(pgn: int, payload: bytes, *rest: object) -> None:
            found[payload in known] += 1

        backend.decode = look  # to see what it has joined
        for packet in packets:
            decoder.decode(can.Message(arbitration_id=packet.can_id, data=packet.data, is_extended_id=True))
    finally:
        backend.decode = decode
    return found


async def _run(count: int, seconds: float) -> None:
    logging.disable(logging.WARNING)
    heard = _frames(count)
    gc.collect()
    gc.freeze()  # as the program does after its start (decision 44)
    gc.set_threshold(5_000, 5, 50)
    everything = number_fields(header_of(packet.can_id).pgn for _, packet in heard)
    bare = _bare(heard)
    rows = [("bare library, all messages", f"{count / bare:,.0f}", f"{bare / count * 1e6:.2f}", "1.00", "", "")]
    asked: dict[str, Tags] = {"nobody asks": {}, "an engine room": _engine_room(), "every field": everything}
    for name, tags in asked.items():
        _, cpu, samples = await _ours(heard, tags, live=False)
        each = f"{cpu / samples * 1e6:.2f}" if samples else ""
        speed = f"{count / cpu:,.0f}", f"{cpu / count * 1e6:.2f}", f"{bare / cpu:.2f}"
        rows.append((f"driver, {name}: {len(tags)} tags", *speed, f"{samples:,}", each))
    print_table(
        f"Replay of {count:,} frames from log entries to the tag store (CPU time)",
        ("way", "frames/s", "us/frame", "ratio", "samples", "us/sample"),
        rows,
    )
    live: list[tuple[str, ...]] = []
    for name, tags in asked.items():
        wall, cpu, samples = await _ours(heard[: int(seconds * BUS)], tags, live=True)
        rates = f"{seconds * BUS / wall:,.0f}", f"{samples / wall:,.0f}", f"{cpu / wall * 100:.1f}"
        live.append((name, str(len(tags)), *rates))
    print_table(
        f"A full bus, {BUS:,} frames/s for {seconds:g} s",
        ("what is bound", "tags", "frames/s", "samples/s", "CPU %"),
        live,
    )
    lost: list[tuple[str, ...]] = []
    for seed in range(3):
        packets, known = _lossy(20_000, seed)
        for name, wrong in (("bare library", _wrong_of_library), ("ours", _wrong_of_ours)):
            result = wrong(packets, known)
            lost.append((str(seed), name, f"{result[True]:,}", str(result[False])))
    print_table(
        "20,000 messages of four frames, 5 % of the frames lost",
        ("seed", "who", "right payloads", "wrong payloads"),
        lost,
    )


if __name__ == "__main__":
    arguments = [float(argument) for argument in sys.argv[1:]]
    asyncio.run(_run(int(arguments[0]) if arguments else 100_000, arguments[1] if len(arguments) > 1 else 10.0))
