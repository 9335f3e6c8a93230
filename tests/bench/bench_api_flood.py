"""A flood of alarms to twenty stations, one of them slow: what each is told, and how late.

`python -m tests.bench.bench_api_flood`. Beside the alarms 1,000 tags change at 5,000 updates/s. The slow station rests
10 to 30 ms after each message.
"""

import asyncio
import json
import multiprocessing
import multiprocessing.connection
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import websockets
from websockets.asyncio.client import connect

from tests.bench.measure import LagMeter, big_project, percentile, print_table
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

TAGS = 1_000
ALARMS = 4_691
STATIONS = 20
REST_S = 0.03
PATIENCE_S = 90.0
Pipe = multiprocessing.connection.Connection


@dataclass(frozen=True)
class Flood:
    """How alarms come: `count` raisings in `seconds`; 0 seconds is one batch."""

    name: str
    count: int
    seconds: float


FLOODS = (
    Flood("1,000 alarms in 10 s", 1_000, 10.0),
    Flood("4,691 alarms in one batch", 4_691, 0.0),
    Flood("4,691 alarms in 10 s (600 s in life)", 4_691, 10.0),
)


@dataclass
class Heard:
    """What one station was told of the flood's alarms."""

    occurrences: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    delays_ms: list[float] = field(default_factory=list[float])
    ended: str = ""


def _raise(runtime: RuntimeApp, numbers: range) -> None:
    stamp = datetime.now(UTC)
    values = [(TagId(f"bench.t{number}"), TagValue(99.0, Quality.GOOD, stamp, 99.0)) for number in numbers]
    runtime.store.update_many(values)


async def _keep_changing(runtime: RuntimeApp) -> None:
    """Other tags change meanwhile: 1,000 of them five times a second."""
    ids = [TagId(f"bench.t{number}") for number in range(ALARMS, ALARMS + TAGS)]
    while True:
        value = TagValue(time.monotonic(), Quality.GOOD, datetime.now(UTC))
        runtime.store.update_many([(tag_id, value) for tag_id in ids])
        await asyncio.sleep(0.2)


async def _serve(pipe: Pipe, flood: Flood) -> None:
    runtime = build_runtime(big_project(ALARMS + TAGS, ALARMS), RuntimeOptions(api_port=0))
    await runtime.start()
    assert runtime.api is not None
    changing = asyncio.create_task(_keep_changing(runtime))
    meter = LagMeter()
    pipe.send(runtime.api.port)
    await asyncio.to_thread(pipe.recv)
    lags = asyncio.create_task(meter.run())
    begin, done = time.monotonic(), 0
    while done < flood.count:
        share = 1.0 if flood.seconds == 0 else min(1.0, (time.monotonic() - begin) / flood.seconds)
        due = int(share * flood.count)
        _raise(runtime, range(done, due))
        done = due
        await asyncio.sleep(0.01)
    await runtime.alarms.announced()
    raised = [(r.id, r.occurrence) for r in runtime.alarms.standing() if r.id.startswith("bench.")]
    await asyncio.sleep(1.0)
    lags.cancel()
    pipe.send((raised, meter.lags_ms))
    await asyncio.to_thread(pipe.recv)
    changing.cancel()
    await runtime.stop()


def _child(pipe: Pipe, flood: Flood) -> None:
    asyncio.run(_serve(pipe, flood))


async def _station(port: int, heard: Heard, count: int, rest_s: float, ready: asyncio.Event) -> None:
    url = f"ws://127.0.0.1:{port}/ws/realtime"
    try:
        async with connect(url, proxy=None, compression=None, max_size=None, max_queue=1, ping_interval=None) as socket:
            async for message in socket:
                data = json.loads(message)
                ready.set()
                if data["type"] == "alarm" and data["kind"] == "raised" and data["alarm"]["id"].startswith("bench."):
                    heard.occurrences.append((data["alarm"]["id"], data["alarm"]["occurrence"]))
                    at = datetime.fromisoformat(data["at"]).timestamp()
                    heard.delays_ms.append((time.time() - at) * 1000)
                if len(heard.occurrences) >= count:
                    return
                await asyncio.sleep(rest_s)
    except websockets.ConnectionClosed as error:
        heard.ended = str(error)


async def _measure(flood: Flood, rest_s: float) -> list[str]:
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_child, args=(there, flood))
    child.start()
    port = await asyncio.to_thread(here.recv)
    told = [Heard() for _ in range(STATIONS)]
    ready = [asyncio.Event() for _ in told]
    listening = [
        asyncio.create_task(_station(port, heard, flood.count, rest_s if heard is told[0] else 0.0, is_ready))
        for heard, is_ready in zip(told, ready, strict=True)
    ]
    for is_ready in ready:
        await is_ready.wait()
    here.send("go")
    begin = time.monotonic()
    raised, lags = await asyncio.to_thread(here.recv)
    await asyncio.wait(listening, timeout=PATIENCE_S + flood.count * rest_s)
    took_s = time.monotonic() - begin
    here.send("end")
    await asyncio.gather(*listening, return_exceptions=True)
    await asyncio.to_thread(child.join)
    slow, fast = told[0], told[1:]
    assert len(raised) == flood.count
    wanted = set(raised)
    lost = sum(len(wanted - set(heard.occurrences)) for heard in fast)
    twice = sum(len(heard.occurrences) - len(set(heard.occurrences)) for heard in told)
    delays = [delay for heard in fast for delay in heard.delays_ms]
    return [
        flood.name,
        str(lost),
        str(twice),
        f"{percentile(delays, 0.5):.0f}",
        f"{percentile(delays, 0.99):.0f}",
        f"{len(wanted - set(slow.occurrences))}{' ' + slow.ended if slow.ended else ''}",
        f"{took_s:.0f}",
        f"{max(lags):.0f}",
    ]


async def main() -> None:
    """Run all and print a table."""
    rows = [await _measure(flood, REST_S if flood.count <= 1000 else REST_S / 3) for flood in FLOODS]
    head = ["flood", "lost, fast", "twice", "late p50 ms", "p99 ms", "lost, slow", "slow done s", "loop stall ms"]
    print_table(f"{STATIONS} stations, one of them slow", head, rows)


if __name__ == "__main__":
    asyncio.run(main())
