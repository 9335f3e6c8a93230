"""NMEA 0183: a log through decoder, driver and tag store, and a full IEC 61162-450 network.

`python -m tests.bench.bench_nmea0183 [sentences] [datagrams a second]`. Beside it in the same run: the bare
`pynmea2.parse` of the same lines, which converts nothing until it is asked; and the same with the bound fields asked.
"""

import asyncio
import itertools
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pynmea2

from tests.bench.measure import print_table
from tests.support.nmea0183 import DATA, NOW, lines_of, sentence, tagged
from tests.support.waiting import until
from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.listening import ListeningDriver, ReplayFeed
from vmshmi.runtime.drivers.nmea0183 import build_driver
from vmshmi.runtime.drivers.nmea0183.binding import bind_all
from vmshmi.runtime.drivers.nmea0183.decode import SentenceDecoder
from vmshmi.runtime.drivers.nmea0183.sentence import parse
from vmshmi.runtime.tag_store import TagStore

_BOUND = {
    "RMC": {"latitude": "latitude", "longitude": "longitude", "speed": "spd_over_grnd", "course_true": "true_course"},
    "GGA": {"latitude": "latitude", "altitude": "altitude", "satellites": "num_sats", "hdop": "horizontal_dil"},
    "VTG": {"speed": "spd_over_grnd_kts", "course_true": "true_track"},
    "GLL": {"latitude": "latitude", "longitude": "longitude"},
    "VHW": {"speed": "water_speed_knots"},
    "DBT": {"depth": "depth_meters"},
    "HDM": {"heading": "heading"},
    "MWD": {"speed": "wind_speed_knots"},
}
_GROUP, _PORT_WAIT_S = "239.192.0.1", 0.5

Tags = dict[TagId, tuple[TagDef, Nmea0183Source]]
Row = tuple[str, float, float, float]


def _tags() -> Tags:
    tags: Tags = {}
    for name, fields in _BOUND.items():
        for field in fields:
            tag_id = TagId(f"{name}.{field}")
            source = Nmea0183Source(device="nmea", sentence=name, field=field)
            tags[tag_id] = (TagDef(tag_id, device="nmea"), source)
    return tags


def _store(tags: Tags) -> TagStore:
    store = TagStore(SystemClock())
    store.register_many([definition for definition, _ in tags.values()])
    return store


def _timed(what: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds, the best of three by CPU."""
    runs: list[tuple[float, float]] = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        what()
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = min(runs)
    return wall, cpu


def _pynmea2(texts: Iterable[str], *, ask: bool) -> None:
    for text in texts:
        try:
            found = pynmea2.parse(text, check=True)
        except pynmea2.ParseError:
            continue
        if ask:
            for attribute in _BOUND.get(text[3:6], {}).values():
                value = getattr(found, attribute)
                if value not in (None, ""):
                    float(value)


def _decode(lines: Sequence[bytes]) -> None:
    decoder = SentenceDecoder(bind_all(_tags())[0])
    heard = [(NOW, line) for line in lines]
    for at in range(0, len(heard), 256):
        decoder.decode(heard[at : at + 256])


def _replay(lines: Sequence[bytes]) -> int:
    """Through the whole driver into the store; the number of samples."""
    device = Nmea0183Device(id="nmea", driver="nmea0183", interface="logfile", file="bench.log", speed=0)
    tags = _tags()
    store = _store(tags)
    heard = [(NOW, line) for line in lines]
    feed = ReplayFeed("bench.log", lambda: heard, SystemClock(), 0)
    decoder = SentenceDecoder(bind_all(tags)[0])
    driver = ListeningDriver(device, "nmea0183", list(tags), feed, decoder, DriverContext(SystemClock()))

    async def play() -> None:
        await driver.start(store.claim("nmea", list(tags)))
        await until(lambda: driver.status().last_error == "the log is at its end", 600.0)
        await driver.stop()

    asyncio.run(play())
    return dict(driver.status().counters)["samples"]


def _bench_log(name: str, lines: Sequence[bytes]) -> None:
    texts = [line.decode() for line in lines]
    samples = _replay(lines)
    rows: list[Row] = [
        ("pynmea2.parse, nothing asked", *_timed(lambda: _pynmea2(texts, ask=False)), 0),
        ("pynmea2.parse, bound fields asked", *_timed(lambda: _pynmea2(texts, ask=True)), samples),
        ("our parse alone", *_timed(lambda: [parse(line) for line in lines]), 0),
        ("our decoder", *_timed(lambda: _decode(lines)), samples),
        ("decoder, driver, store", *_timed(lambda: _replay(lines)), samples),
    ]
    bare = rows[0][2]
    print_table(
        f"{name}: {len(lines):,} sentences, {samples:,} samples",
        ("what", "sentences/s", "us/sentence (CPU)", "us/sample (CPU)", "against bare pynmea2.parse"),
        [
            (
                what,
                f"{len(lines) / wall:,.0f}",
                f"{1e6 * cpu / len(lines):.2f}",
                f"{1e6 * cpu / count:.2f}" if count else "-",
                f"{bare / cpu:.2f}",
            )
            for what, wall, cpu, count in rows
        ],
    )


_SENDER = """
import json, socket, sys, time
port, rate, group = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
datagrams = [bytes.fromhex(text) for text in json.load(sys.stdin)]
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
start = time.perf_counter()
for number, datagram in enumerate(datagrams):
    sender.sendto(datagram, (group, port))
    if number % 20 == 0:
        ahead = start + number / rate - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
print(len(datagrams) / (time.perf_counter() - start))
"""


async def _network(rate: int, seconds: float) -> None:
    numbers = itertools.cycle(range(1, 1000))
    datagrams = [
        b"UdPbC\0" + tagged(f"s:HE0001,n:{line}", sentence(f"HEHDT,{count % 360}.0,T")) + b"\r\n"
        for count, line in zip(range(int(rate * seconds)), numbers, strict=False)
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    device = Nmea0183Device(
        id="nmea", driver="nmea0183", interface="udp", port=port, group=_GROUP, bind="127.0.0.1", silent_after_s=60
    )
    source = Nmea0183Source(device="nmea", sentence="HDT", field="heading")
    tags = {TagId("heading"): (TagDef(TagId("heading"), device="nmea"), source)}
    store = _store(tags)
    driver = build_driver(device, tags, DriverContext(SystemClock()))
    await driver.start(store.claim("nmea", list(tags)))
    await asyncio.sleep(_PORT_WAIT_S)
    cpu = time.process_time()
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SENDER, str(port), str(rate), _GROUP,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    said, _ = await sender.communicate(json.dumps([datagram.hex() for datagram in datagrams]).encode())
    counters: dict[str, Any] = dict(driver.status().counters)
    before = -1
    while before != counters["heard"]:  # what waits in the socket is heard yet
        before = counters["heard"]
        await asyncio.sleep(_PORT_WAIT_S)
        counters = dict(driver.status().counters)
    cpu = time.process_time() - cpu
    await driver.stop()
    print_table(
        "IEC 61162-450 by multicast on the loopback, sender in another process",
        ("sent", "sent/s", "heard", "lost by the line count", "dropped for want of room", "us/datagram (CPU)"),
        [
            (
                f"{len(datagrams):,}",
                f"{float(said):,.0f}",
                f"{counters['heard']:,}",
                f"{counters['lost']:,}",
                f"{counters['dropped']:,}",
                f"{1e6 * cpu / len(datagrams):.1f}",
            )
        ],
    )


def main() -> None:
    """Print the tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    for name in ("gps", "plaka"):
        whole = [line for line in lines_of(Path(DATA / f"{name}.log.gz")) if line]
        _bench_log(name, list(itertools.islice(itertools.cycle(whole), count)))
    asyncio.run(_network(rate, 3.0))


if __name__ == "__main__":
    main()
