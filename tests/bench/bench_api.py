"""The API under load: 1,000 tags at 10,000 updates/s to three WebSocket clients, and large answers over HTTP.

`python -m tests.bench.bench_api [seconds]`. Beside it in the same run: a server that does nothing but keep the latest
values in a dict, encode them with json.dumps and broadcast them; and our runtime with nobody listening.
"""

import asyncio
import json
import multiprocessing
import multiprocessing.connection
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.bench.measure import LagMeter, big_project, percentile, print_table
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime

TAGS = 1_000
UPDATES_PER_S = 10_000
BATCH_S = 0.01
CLIENTS = 3
WARM_UP_S = 1.0
Pipe = multiprocessing.connection.Connection


def _batches() -> Any:
    """For ever: the tags of the next batch."""
    size = int(UPDATES_PER_S * BATCH_S)
    ids = [TagId(f"bench.t{number}") for number in range(TAGS)]
    start = 0
    while True:
        yield [ids[(start + offset) % TAGS] for offset in range(size)]
        start = (start + size) % TAGS


async def _feed(seconds: float, write: Any) -> tuple[int, float, list[float]]:
    """Write batches at the rate; returns updates, CPU seconds and the loop's lags in ms."""
    meter = LagMeter()
    lags = asyncio.create_task(meter.run())
    batches = _batches()
    cpu = time.process_time()
    begin = time.monotonic()
    updates = 0
    while (now := time.monotonic()) < begin + seconds:
        due = int((now - begin) / BATCH_S) * int(UPDATES_PER_S * BATCH_S)
        while updates < due:
            batch = next(batches)
            write(batch)
            updates += len(batch)
        await asyncio.sleep(BATCH_S / 2)
    lags.cancel()
    return updates, time.process_time() - cpu, meter.lags_ms


async def _asked_to_go(pipe: Pipe) -> None:
    while not pipe.poll():  # noqa: ASYNC110 - a pipe has no event
        await asyncio.sleep(0.05)


async def _ours(pipe: Pipe, seconds: float) -> None:
    runtime = build_runtime(big_project(TAGS, TAGS // 5), RuntimeOptions(api_port=0))
    await runtime.start()
    assert runtime.api is not None

    def write(batch: list[TagId]) -> None:
        now, stamp = time.monotonic(), datetime.now(UTC)
        runtime.store.update_many([(tag_id, TagValue(now, Quality.GOOD, stamp, now)) for tag_id in batch])

    pipe.send(runtime.api.port)
    await _asked_to_go(pipe)
    pipe.send(await _feed(seconds, write))
    await runtime.stop()


async def _stub(pipe: Pipe, seconds: float) -> None:
    """Nothing but a dict, json.dumps and broadcast."""
    connections: set[ServerConnection] = set()
    latest: dict[str, dict[str, object]] = {}

    async def serve_one(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()
        connections.discard(connection)

    async def tell() -> None:
        while True:
            await asyncio.sleep(0.05)
            if latest:
                broadcast(connections, json.dumps({"type": "tags", "tags": list(latest.values())}))
                latest.clear()

    def write(batch: list[TagId]) -> None:
        now, stamp = time.monotonic(), datetime.now(UTC).isoformat(timespec="milliseconds")
        for tag_id in batch:
            latest[tag_id] = {
                "id": tag_id,
                "value": now,
                "quality": "good",
                "quality_reason": "",
                "timestamp": stamp,
                "raw_value": now,
                "unit": "bar",
                "description": "Bench tag",
                "kind": "analog",
                "group": "G1",
            }

    async with serve(serve_one, "127.0.0.1", 0, compression=None) as server:
        telling = asyncio.create_task(tell())
        pipe.send(next(iter(server.sockets)).getsockname()[1])
        await _asked_to_go(pipe)
        pipe.send(await _feed(seconds, write))
        telling.cancel()


def _child(pipe: Pipe, which: str, seconds: float) -> None:
    asyncio.run(_ours(pipe, seconds) if which == "ours" else _stub(pipe, seconds))


async def _listen(port: int, path: str, delays_ms: list[float], sizes: list[int]) -> None:
    """One client: how old each value is when it has been read."""
    try:
        async with connect(f"ws://127.0.0.1:{port}{path}", proxy=None, compression=None, max_size=None) as socket:
            begin = time.monotonic() + WARM_UP_S
            async for message in socket:
                data = json.loads(message)
                now = time.monotonic()
                if data["type"] == "tags" and now > begin:
                    sizes.append(len(message))
                    delays_ms += [(now - tag["value"]) * 1000 for tag in data["tags"] if tag["id"].startswith("bench.")]
    except websockets.ConnectionClosed:
        return


async def _measure(name: str, which: str, path: str, clients: int, seconds: float) -> tuple[list[str], float]:
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_child, args=(there, which, seconds))
    child.start()
    port = await asyncio.to_thread(here.recv)
    delays_ms: list[float] = []
    sizes: list[int] = []
    listening = [asyncio.create_task(_listen(port, path, delays_ms, sizes)) for _ in range(clients)]
    await asyncio.sleep(0.3)
    here.send("go")
    updates, cpu, lags = await asyncio.to_thread(here.recv)
    await asyncio.gather(*listening)
    await asyncio.to_thread(child.join)
    per_update_us = cpu / updates * 1e6
    row = [
        name,
        f"{updates / seconds:,.0f}",
        f"{percentile(delays_ms, 0.5):.0f}" if delays_ms else "-",
        f"{percentile(delays_ms, 0.99):.0f}" if delays_ms else "-",
        f"{per_update_us:.1f}",
        f"{percentile(lags, 0.99):.1f}",
        f"{sum(sizes) / seconds / 1e6 / max(1, clients):.1f}",
    ]
    return row, per_update_us


async def _answers() -> list[list[str]]:
    """Large answers over HTTP, and how late the loop was meanwhile."""
    rows: list[list[str]] = []
    for tags in (1_000, 5_000, 20_000):
        runtime = build_runtime(big_project(tags, 0), RuntimeOptions(api_port=0))
        await runtime.start()
        assert runtime.api is not None
        stamp = datetime.now(UTC)
        ids = [TagId(f"bench.t{number}") for number in range(tags)]
        async with httpx.AsyncClient(base_url=runtime.api.url, trust_env=False, timeout=60) as client:
            await client.get("/health")
            for name, path in (
                ("GET /tags, first", "/tags"),
                ("GET /tags, again", "/tags"),
                ("GET /definitions", "/definitions"),
            ):
                if name.endswith("first"):
                    runtime.store.update_many([(i, TagValue(1.5, Quality.GOOD, stamp, 1.5)) for i in ids])
                    await asyncio.sleep(0.2)
                rows.append(await _ask(client, f"{name}, {tags:,} tags", path))
            if tags == 1_000:
                for second in range(100):
                    sample = TagValue(float(second), Quality.GOOD, stamp + timedelta(seconds=second))
                    runtime.store.update_many([(ids[0], sample)] * 1000)
                    await asyncio.sleep(0)
                rows.append(await _ask(client, "history, 1,000 rows", f"/tags/{ids[0]}/history"))
                rows.append(await _ask(client, "history, 100,000 rows", f"/tags/{ids[0]}/history?limit=100000"))
        await runtime.stop()
    return rows


async def _ask(client: httpx.AsyncClient, name: str, path: str) -> list[str]:
    meter = LagMeter(0.001)
    lags = asyncio.create_task(meter.run())
    await asyncio.sleep(0.02)
    begin = time.perf_counter()
    response = await client.get(path)
    took_ms = (time.perf_counter() - begin) * 1000
    lags.cancel()
    return [name, f"{took_ms:.1f}", f"{len(response.content) / 1e6:.2f}", f"{max(meter.lags_ms):.1f}"]


async def main(seconds: float) -> None:
    """Run all and print two tables."""
    nobody, nobody_us = await _measure("runtime, nobody listens", "ours", "/ws/realtime", 0, seconds)
    ours, ours_us = await _measure(f"runtime, {CLIENTS} clients", "ours", "/ws/realtime", CLIENTS, seconds)
    stub, stub_us = await _measure(f"stub, {CLIENTS} clients", "stub", "/", CLIENTS, seconds)
    head = ["server", "updates/s", "arrival p50 ms", "p99 ms", "CPU us/update", "loop lag p99 ms", "MB/s a client"]
    print_table(f"{TAGS:,} tags at {UPDATES_PER_S:,} updates/s, {seconds:g} s", head, [nobody, ours, stub])
    sys.stdout.write(
        f"the API's own share: {ours_us - nobody_us:.1f} us/update for {CLIENTS} clients; "
        f"the stub that does nothing else: {stub_us:.1f}; ratio {(ours_us - nobody_us) / stub_us:.2f}\n\n"
    )
    print_table("Large answers", ["question", "ms", "MB", "longest loop stall ms"], await _answers())


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
