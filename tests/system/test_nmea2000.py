"""A recorded voyage through the whole program, and a gateway that dies."""

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.n2k import DATA, frames, same, truth, ydwg
from tests.support.n2k_gateway import Gateway
from tests.support.waiting import until
from vmshmi.config.loader import load_project, parse_project
from vmshmi.core.alarms.model import AlarmState
from vmshmi.core.devices import DeviceState
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

LOG = "susteranna-actisense-serial.raw"
TAGS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "me.rpm": (127488, "speed", "Speed", {"instance": 0}),
    "me.lo_press": (127489, "oilPressure", "Oil pressure", {"instance": 0}),
    "me.temp": (127489, "temperature", "Temperature", {"source": 16}),
    "me.volt": (127489, "alternatorPotential", "Alternator Potential", {}),
    "fuel.level": (127505, "level", "Level", {"match": {"type": "Fuel"}}),
    "nav.lat": (129025, "latitude", "Latitude", {"source": 0}),
    "nav.sog": (129026, "sog", "SOG", {"source": 127}),
    "nav.rudder": (127245, "position", "Position", {"source": 26}),
    "nav.depth": (128267, "depth", "Depth", {"source": 105}),
}
SENDERS = {127488: 16, 127489: 16, 127505: 16}


def expected(tag_id: str) -> list[tuple[datetime, float | None]]:
    """What the analyzer printed for a tag, in order; None where it left the field out."""
    pgn, _, name, where = TAGS[tag_id]
    source = where.get("source", SENDERS.get(pgn))
    rows: list[tuple[datetime, float | None]] = []
    for message in truth("susteranna-actisense-serial.si.jsonl.gz"):
        fields: dict[str, Any] = message["fields"]
        if (message["pgn"], message["src"]) != (pgn, source) or (
            "match" in where and fields["Type"]["name"] != where["match"]["type"]
        ):
            continue
        rows.append((datetime.fromisoformat(message["timestamp"]), fields.get(name)))
    return rows


def a_voyage(folder: Path) -> Path:
    """A project that replays the log, which ends in the middle of a line."""
    log = gzip.decompress((DATA / f"{LOG}.gz").read_bytes())
    (folder / "voyage.log").write_bytes(log + b"2016-04-09T16:5")
    replay = {"interface": "logfile", "file": "voyage.log", "speed": 0, "loop": False, "timestamps": "log"}
    tags = [
        {
            "id": tag_id,
            "record": {"max_interval_s": 0.001},
            "source": {"device": "n2k", "pgn": pgn, "field": field, **where},
        }
        for tag_id, (pgn, field, _, where) in TAGS.items()
    ]
    project = {
        "vmsproj": 1,
        "vessel": {"name": "Suster Anna"},
        "devices": [{"id": "n2k", "driver": "nmea2000", **replay}],
        "tags": tags,
    }
    file = folder / "voyage.vmsproj"
    file.write_text(json.dumps(project), encoding="utf-8")
    return file


async def until_the_end(runtime: RuntimeApp) -> None:
    await until(lambda: "at its end" in runtime.devices()[0].last_error, 20)


async def test_history_of_a_replayed_log_is_what_the_analyzer_says_value_by_value(tmp_path: Path) -> None:
    runtime = build_runtime(load_project(a_voyage(tmp_path)), RuntimeOptions(database=tmp_path / "db"))
    await runtime.start()
    try:
        await until_the_end(runtime)
        status = runtime.devices()[0]
        assert dict(status.counters)["unreadable"] == 1
        assert "1 of its entries cannot be read" in status.last_error
        assert status.state is DeviceState.STOPPED
        for tag_id in TAGS:
            said = expected(tag_id)
            history = runtime.historian.query(TagId(tag_id), said[0][0], said[-1][0] + timedelta(milliseconds=1))
            rows = [row for row in history if row.quality is not Quality.UNCERTAIN_LAST_USABLE_VALUE]
            for (at, number), row in zip(said, rows, strict=True):
                # entries of one millisecond are put a microsecond apart
                assert timedelta() <= row.timestamp - at < timedelta(milliseconds=1)
                if number is None:
                    assert row.quality is Quality.BAD_NOT_CONNECTED
                else:
                    assert (same(number, row.value), row.quality) == (True, Quality.GOOD), (tag_id, row, number)
        last = runtime.store.get(TagId("me.rpm"))
        assert last.quality is Quality.UNCERTAIN_LAST_USABLE_VALUE
        assert runtime.alarms.standing() == []
    finally:
        await runtime.stop()


async def test_a_gateway_that_dies_is_one_alarm_and_bad_tags_until_it_is_back(tmp_path: Path) -> None:
    dynamic = bytes.fromhex("002f06ffffe3736505ff7f72100000ffffffffff060000007f7f")
    said = tmp_path / "said"
    said.write_text("".join(f"{ydwg(packet)}\r\n" for packet in frames(127489, dynamic, source=16)))
    with Gateway("tcp", 0, said) as gateway:
        device = {"id": "n2k", "driver": "nmea2000", "interface": "tcp", "host": "127.0.0.1", "port": gateway.port}
        source = {"device": "n2k", "pgn": 127489, "instance": 0}
        project = parse_project(
            {
                "vmsproj": 1,
                "vessel": {"name": "MV Test"},
                "devices": [{**device, "silent_after_s": 0.5, "backoff_max_s": 0.2}],
                "tags": [
                    {"id": "press", "source": {**source, "field": "oilPressure"}},
                    {"id": "hot", "kind": "digital", "source": {**source, "field": "discreteStatus1", "bit": 1}},
                ],
            }
        )
        runtime = build_runtime(project)
        await runtime.start()
        try:
            await until(lambda: runtime.store.get(TagId("press")).value == 158_300.0)
            assert runtime.store.get(TagId("hot")).value is True
            gateway.kill()
            await until(lambda: runtime.store.get(TagId("press")).quality is Quality.BAD_NO_COMMUNICATION)
            assert runtime.store.get(TagId("hot")).value is None
            await until(lambda: len(runtime.alarms.standing()) == 1)
            (lost,) = runtime.alarms.standing()
            assert (lost.id, lost.state) == ("system.device.n2k.lost", AlarmState.ACTIVE)
            with Gateway("tcp", gateway.port, said):
                await until(lambda: runtime.store.get(TagId("press")).quality.is_good)
                await until(lambda: [alarm.state for alarm in runtime.alarms.standing()] == [AlarmState.RECTIFIED])
        finally:
            await runtime.stop()
