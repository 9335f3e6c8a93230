"""Through the whole program: a recorded voyage into history, an alert of another system into alarms."""

import asyncio
import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.nmea0183 import DATA, sentence, truth_of
from tests.support.nmea0183_server import SentenceServer
from tests.support.waiting import until
from vmshmi.config.loader import load_project, parse_project
from vmshmi.config.project import Project
from vmshmi.core.devices import DeviceState
from vmshmi.core.quality import Quality
from vmshmi.core.values import Sample, TagId
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

_KNOT = 1852.0 / 3600.0
_SAME = 1e-6
"""Signal K's knot is rounded to six digits."""
_FIELDS = ("latitude", "longitude", "speed")


def _ship(device: dict[str, Any], tags: Mapping[str, dict[str, Any]], *alarms: dict[str, Any]) -> Project:
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Test"},
            "devices": [{"id": "gps", "driver": "nmea0183", **device}],
            "tags": [
                {"id": name, "kind": keys.pop("kind", "analog"), "source": {"device": "gps", **keys}}
                for name, keys in ((name, dict(keys)) for name, keys in tags.items())
            ],
            "alarms": list(alarms),
        }
    )


def _voyage(**more: Any) -> Project:
    log = {"interface": "logfile", "file": str(DATA / "gps.log.gz"), "speed": 0, "stale_after_s": 2}
    return _ship({**log, **more}, {field: {"sentence": "RMC", "field": field} for field in _FIELDS})


def _truth() -> dict[str, list[tuple[datetime, float]]]:
    """Time and value of each position, as Signal K's parser reads them."""
    found: dict[str, list[tuple[datetime, float]]] = {field: [] for field in _FIELDS}
    for _, pairs in truth_of(DATA / "gps.sk.jsonl.gz"):
        said = dict(pairs)
        if "navigation.datetime" not in said:
            continue
        at = datetime.fromisoformat(said["navigation.datetime"]).astimezone(UTC)
        found["latitude"].append((at, said["navigation.position"]["latitude"]))
        found["longitude"].append((at, said["navigation.position"]["longitude"]))
        found["speed"].append((at, said["navigation.speedOverGround"] / _KNOT))
    return found


async def _to_the_end(runtime: RuntimeApp) -> None:
    await until(lambda: runtime.devices()[0].last_error == "the log is at its end", 20.0)


def _at(samples: list[Sample], moment: datetime) -> float:
    """The value history gives for a moment: every change is recorded."""
    found = samples[bisect_right(samples, moment, key=lambda sample: sample.timestamp) - 1]
    assert isinstance(found.value, float)
    return found.value


async def test_a_voyage_of_2014_lies_in_2014_in_history_and_equals_the_truth(tmp_path: Path) -> None:
    runtime = build_runtime(_voyage(timestamps="log"), RuntimeOptions(database=tmp_path / "db"))
    started = datetime.now(UTC)
    await runtime.start()
    try:
        await _to_the_end(runtime)
        for field, truth in _truth().items():
            assert len(truth) > 300
            samples = await asyncio.to_thread(runtime.historian.query, field)
            assert {sample.timestamp.year for sample in samples if sample.value is not None} == {2014}
            of_the_log = [sample for sample in samples if sample.timestamp.year == 2014]
            assert all(sample.received and sample.received >= started for sample in of_the_log)
            within_the_second = timedelta(milliseconds=1)  # the lines of one second lie microseconds apart
            for at, value in truth:
                assert _at(samples, at + within_the_second) == pytest.approx(value, rel=_SAME), (field, at)
            day = await asyncio.to_thread(
                runtime.historian.query, field, datetime(2014, 4, 3, tzinfo=UTC), datetime(2014, 4, 4, tzinfo=UTC)
            )
            assert day == [sample for sample in samples if sample.timestamp.year == 2014]
            assert day[-1].quality is Quality.UNCERTAIN_LAST_USABLE_VALUE
        # told again and again, the held values do not grow stale
        before = runtime.store.get(TagId("speed"))
        await until(lambda: runtime.store.get(TagId("speed")).timestamp > before.timestamp + timedelta(microseconds=1))
        assert runtime.store.get(TagId("speed")).quality is Quality.UNCERTAIN_LAST_USABLE_VALUE
        assert runtime.alarms.standing() == []
    finally:
        await runtime.stop()


async def test_a_2014_voyage_is_still_there_after_a_restart_and_a_compaction(tmp_path: Path) -> None:
    options = RuntimeOptions(database=tmp_path / "db")
    first = build_runtime(_voyage(timestamps="log"), options)
    await first.start()
    await _to_the_end(first)
    before = await asyncio.to_thread(first.historian.query, "latitude")
    await asyncio.to_thread(first.historian.seal_now)
    await asyncio.to_thread(first.historian.upkeep_now)
    await first.stop()
    quiet = _ship(
        {"interface": "tcp", "host": "127.0.0.1", "port": 9}, {"latitude": {"sentence": "RMC", "field": "latitude"}}
    )
    second = build_runtime(quiet, options)
    await second.start()
    try:
        old = await asyncio.to_thread(second.historian.query, "latitude", None, datetime(2015, 1, 1, tzinfo=UTC))
        good = [sample for sample in before if sample.quality.is_good]
        assert [sample for sample in old if sample.quality.is_good] == good
    finally:
        await second.stop()


async def test_a_log_out_of_order_falls_into_its_right_place(tmp_path: Path) -> None:
    log = tmp_path / "buffer.log"
    seconds = (30, 31, 10, 11, 11, 20, 40)
    log.write_bytes(b"".join(b"13965152%d;%s\n" % (at, sentence(f"HEHDT,{at}.0,T")) for at in seconds))
    device = {"interface": "logfile", "file": str(log), "speed": 0, "timestamps": "log", "stale_after_s": 60}
    runtime = build_runtime(_ship(device, {"heading": {"sentence": "HDT", "field": "heading"}}))
    await runtime.start()
    try:
        await _to_the_end(runtime)
        samples = await asyncio.to_thread(runtime.historian.query, "heading")
        good = [sample for sample in samples if sample.quality.is_good]
        assert [sample.value for sample in good] == [10.0, 11.0, 11.0, 20.0, 30.0, 31.0, 40.0]
        assert [int(sample.timestamp.timestamp()) % 100 for sample in good] == [10, 11, 11, 20, 30, 31, 40]
        assert runtime.store.get(TagId("heading")).value == 40.0
    finally:
        await runtime.stop()


async def test_a_replay_stamped_now_lies_in_the_present_with_every_change() -> None:
    runtime = build_runtime(_voyage())
    started = datetime.now(UTC)
    await runtime.start()
    try:
        await _to_the_end(runtime)
        for field, truth in _truth().items():
            samples = await asyncio.to_thread(runtime.historian.query, field)
            good = [sample for sample in samples if sample.quality.is_good]
            assert all(sample.timestamp >= started for sample in good)
            changes = [value for number, (_, value) in enumerate(truth) if number == 0 or value != truth[number - 1][1]]
            recorded = [sample.value for sample in good]
            kept = [value for number, value in enumerate(recorded) if number == 0 or value != recorded[number - 1]]
            assert kept == pytest.approx(changes, rel=_SAME)
    finally:
        await runtime.stop()


async def test_an_alert_of_another_system_raises_an_alarm_here(tmp_path: Path) -> None:
    log = tmp_path / "radar.log"
    alf = "RAALF,1,1,0,124304.50,A,W,{},,192,1,{},0,LOST TARGET"
    log.write_bytes(b"\r\n".join([sentence(alf.format("N", 1)), sentence(alf.format("A", 2))]) + b"\r\n")
    alarm = {
        "id": "radar.lost",
        "tag": "radar.lost",
        "operator": "==",
        "limit": 1,
        "priority": "warning",
        "message": "Radar lost a target",
    }
    tags = {"radar.lost": {"sentence": "ALF", "field": "active", "alert": "192", "kind": "digital"}}
    runtime = build_runtime(_ship({"interface": "logfile", "file": str(log), "speed": 0}, tags, alarm))
    await runtime.start()
    try:
        await until(lambda: [record.id for record in runtime.alarms.standing()] == ["radar.lost"])
    finally:
        await runtime.stop()


async def test_a_lost_server_is_one_alarm_that_ends_when_it_is_back() -> None:
    server = SentenceServer(sentence("HEHDT,12.5,T"), sentence("ERRPM,E,1,649.5,,A"))
    await server.start()
    device = {"interface": "tcp", "host": "127.0.0.1", "port": server.port, "backoff_max_s": 0.1, "stale_after_s": 1}
    tags = {
        "heading": {"sentence": "HDT", "field": "heading"},
        "rpm": {"sentence": "RPM", "field": "speed", "instance": "E1"},
    }
    runtime = build_runtime(_ship(device, tags))
    await runtime.start()
    try:
        heading, rpm = TagId("heading"), TagId("rpm")
        await until(lambda: runtime.store.get(rpm).value == 649.5 and runtime.store.get(heading).value == 12.5)
        await server.kill()
        await until(lambda: [record.id for record in runtime.alarms.standing()] == ["system.device.gps.lost"])
        assert {runtime.store.get(tag).quality for tag in (heading, rpm)} == {Quality.BAD_NO_COMMUNICATION}
        await server.start()
        await until(lambda: runtime.store.get(rpm).value == 649.5)
        assert runtime.devices()[0].state is DeviceState.ONLINE
        await until(lambda: not any(record.active for record in runtime.alarms.standing()))
    finally:
        await runtime.stop()
        await server.kill()


async def test_a_log_that_is_not_there_is_one_alarm_with_its_name(tmp_path: Path) -> None:
    project = tmp_path / "ship.vmsproj"
    device = {"id": "gps", "driver": "nmea0183", "interface": "logfile", "file": "nowhere.log"}
    tag = {"id": "speed", "source": {"device": "gps", "sentence": "RMC", "field": "speed"}}
    project.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "MV"}, "devices": [device], "tags": [tag]}))
    runtime = build_runtime(load_project(project))
    await runtime.start()
    try:
        await until(lambda: [record.id for record in runtime.alarms.standing()] == ["system.device.gps.lost"])
        status = runtime.devices()[0]
        assert status.state is DeviceState.FAULTED
        assert status.last_error == f"there is no file {tmp_path / 'nowhere.log'}"
        assert runtime.store.get(TagId("speed")).quality is Quality.BAD_CONFIGURATION_ERROR
    finally:
        await runtime.stop()
