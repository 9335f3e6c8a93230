"""The alarm system is itself alarmed: each thing that can go wrong is made to go wrong in a running runtime."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.alarm_engine import running as an_engine
from tests.support.waiting import until
from vmshmi.config.project import AlarmConfig, Project, StationConfig, TagConfig, VesselConfig
from vmshmi.core.alarms.model import AlarmState, Operator, Priority, TransitionKind
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.alarms.sounds import Signal
from vmshmi.core.errors import CommandRefused
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime import alarm_engine
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.historian.journal import FILE_NAME
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.sound.player import SoundOptions
from vmshmi.runtime.supervision.observe import NEWS_S
from vmshmi.runtime.supervision.tags import StationSound

P = TagId("me_p.lo_press")
SOUND = TagId("system.station.ecr.sound")
SILENT = "system.station.ecr.silent"
NULL = SoundOptions("ecr", backends=("NULL",))
NO_CARD = SoundOptions("ecr", backends=("WEBAUDIO",))
PROJECT = Project(
    vmsproj=1,
    vessel=VesselConfig(name="MV Test"),
    tags=(TagConfig(id=P, unit="bar"),),
    stations=(StationConfig(id="ecr"), StationConfig(id="bridge", banner="non_modal")),
    alarms=(
        AlarmConfig(id="low", tag=P, operator=Operator.LESS, limit=2.5, priority=Priority.WARNING, message="Low"),
        AlarmConfig(id="lowest", tag=P, operator=Operator.LESS, limit=1.5, priority=Priority.ALARM, message="Lowest"),
    ),
)


class SetClock(SystemClock):
    """The machine's clock, whose wall hand can be set."""

    def __init__(self) -> None:
        self.set_by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.set_by


@asynccontextmanager
async def running(
    folder: Path | None = None,
    sound: SoundOptions | None = None,
    clock: SystemClock | None = None,
    project: Project = PROJECT,
) -> AsyncIterator[RuntimeApp]:
    runtime = build_runtime(project, RuntimeOptions(database=folder, sound=sound), clock)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


def active(runtime: RuntimeApp, alarm_id: str) -> bool:
    return runtime.alarms.record(alarm_id).active


def put(runtime: RuntimeApp, value: float) -> None:
    runtime.store.update(P, TagValue(value, Quality.GOOD, SystemClock().now(), value))


def value(runtime: RuntimeApp, tag_id: str) -> Scalar | None:
    return runtime.store.get(TagId(tag_id)).value


def heard(runtime: RuntimeApp) -> Signal | None:
    assert runtime._sound is not None
    key = runtime._sound._player.key_now()
    return None if key is None else key[0]


async def test_a_scan_of_the_alarms_that_has_stopped_is_an_alarm() -> None:
    async with running() as runtime:
        assert not active(runtime, "system.scan.stopped")
        (scan,) = [task for task in asyncio.all_tasks() if task.get_name() == "alarm scan"]
        scan.cancel()
        await until(lambda: active(runtime, "system.scan.stopped"))


async def test_each_scan_of_the_alarms_makes_it_young_again() -> None:
    async with an_engine() as rig:
        rig.clock.advance(5)
        assert rig.engine.scan_age_s == 5
        rig.engine.tick()
        assert rig.engine.scan_age_s == 0


async def test_a_task_that_dies_is_an_alarm() -> None:
    async with running() as runtime:

        def broken() -> None:
            raise RuntimeError("planted")

        runtime._staleness.scan = broken  # type: ignore[method-assign] - the mistake that is planted
        await until(lambda: active(runtime, "system.tasks.failed"))
        assert runtime.health().messages == ("stopped: staleness: RuntimeError: planted",)


async def test_a_historian_that_stops_is_an_alarm(tmp_path: Path) -> None:
    async with running(tmp_path) as runtime:
        assert not active(runtime, "system.historian.failed")
        await runtime.historian.stop()
        await until(lambda: active(runtime, "system.historian.failed"))


async def test_a_damaged_journal_of_history_is_an_alarm(tmp_path: Path) -> None:
    async with running(tmp_path):
        pass
    (tmp_path / "history" / FILE_NAME).write_bytes(b"no database" * 1000)
    async with running(tmp_path) as runtime:
        await until(lambda: active(runtime, "system.historian.lost"))
        assert any("set aside" in line for line in runtime.health().messages)


async def test_an_alarm_journal_that_cannot_be_written_is_an_alarm_and_so_is_its_full_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_engine, "MAX_PENDING", 10)
    async with running(tmp_path) as runtime:
        other = sqlite3.connect(tmp_path / "journal.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        try:
            for turn in range(12):
                put(runtime, 5.0 if turn % 2 else 1.0)
                await asyncio.sleep(0)
            await until(lambda: active(runtime, "system.queue.full"), 10)
            await until(lambda: active(runtime, "system.journal.failed"), 10)
            assert any("queue alarm journal" in line for line in runtime.health().messages)
        finally:
            other.close()
        await until(lambda: not active(runtime, "system.queue.full"))


@pytest.mark.parametrize("by_s", [7200.0, -7200.0])
async def test_a_clock_that_is_set_is_in_the_journal_and_a_caution(by_s: float) -> None:
    clock = SetClock()
    async with running(clock=clock) as runtime:
        put(runtime, 2.0)
        await until(lambda: active(runtime, "low"))
        await runtime.alarms.silence("Anna", "ecr")
        clock.set_by = timedelta(seconds=by_s)
        await until(lambda: active(runtime, "system.clock.jumped"))
        rows = await runtime.alarm_history(limit=20)
        (jump,) = [row for row in rows if row.kind is TransitionKind.CLOCK_JUMPED]
        assert jump.reason.endswith(" s")
        assert float(jump.reason.removesuffix(" s")) == pytest.approx(by_s, abs=0.3)
        assert runtime.alarms.record("low").silenced_until is not None  # the silence goes on for its 30 s


async def test_a_station_without_a_sound_card_is_an_alarm_and_one_with_a_card_is_none() -> None:
    async with running(sound=NO_CARD) as runtime:
        await until(lambda: active(runtime, SILENT))
        record, definition = runtime.alarms.record(SILENT), runtime.alarms.definitions()[SILENT]
        assert (record.state, definition.priority) == (AlarmState.ACTIVE, Priority.ALARM)
        assert any(line.startswith("station ecr is silent: no sound device") for line in runtime.health().messages)
        assert value(runtime, "system.station.bridge.sound") == StationSound.NOT_HERE
    async with running(sound=NULL) as runtime:
        await until(lambda: value(runtime, SOUND) == StationSound.PLAYS)
        assert not active(runtime, SILENT)


async def test_a_runtime_without_a_loudspeaker_of_its_own_misses_none() -> None:
    async with running() as runtime:
        await until(lambda: value(runtime, SOUND) == StationSound.NOT_HERE)
        assert runtime.alarms.standing() == []


async def test_a_station_with_another_horn_plays_nothing_and_the_journal_says_so() -> None:
    async with running(sound=SoundOptions("ecr", plays=False)) as runtime:
        await until(lambda: value(runtime, SOUND) == StationSound.OWN_HORN)
        put(runtime, 1.0)
        await until(lambda: active(runtime, "lowest"))
        assert runtime._sound is not None
        assert runtime._sound._player._thread is None
        (started,) = [row for row in await runtime.alarm_history() if row.kind is TransitionKind.STARTED]
        assert started.reason == "station ecr plays no sound: --no-sound"


async def test_the_highest_that_asks_is_heard_until_it_is_silenced_or_answered() -> None:
    async with running(sound=NULL) as runtime:
        engine = runtime.alarms
        put(runtime, 2.0)
        await until(lambda: heard(runtime) is Signal.WARNING)
        put(runtime, 1.0)
        await until(lambda: heard(runtime) is Signal.ALARM)
        await engine.ack("lowest", "Anna", "ecr")
        assert heard(runtime) is Signal.WARNING
        await engine.silence("Anna", "ecr")
        assert heard(runtime) is None
        assert active(runtime, "low")


async def test_what_was_unanswered_before_a_restart_is_heard_after_it(tmp_path: Path) -> None:
    async with running(tmp_path) as runtime:
        put(runtime, 1.0)
        await until(lambda: active(runtime, "lowest"))
    async with running(tmp_path, NULL) as runtime:
        assert heard(runtime) is Signal.ALARM


@pytest.mark.parametrize("priority", Priority)
async def test_a_test_raises_its_alarm_sounds_it_and_says_who_tested(priority: Priority) -> None:
    async with running(sound=NULL) as runtime:
        await runtime.test_alarm(priority, "Anna", "bridge")
        alarm_id = f"system.test.{priority.value}"
        await until(lambda: active(runtime, alarm_id))
        assert [record.id for record in runtime.alarms.standing()] == [alarm_id]
        signals = [*Signal, None]
        assert heard(runtime) is signals[priority.rank]
        rows = await runtime.alarm_history()
        (tested,) = [row for row in rows if row.kind is TransitionKind.TESTED]
        assert (tested.record.id, tested.user, tested.station) == (alarm_id, "Anna", "bridge")
        assert (tested.priority, tested.message) == (priority, runtime.alarms.definitions()[alarm_id].message)


async def test_a_test_without_a_name_is_refused_and_that_is_written_down() -> None:
    async with running() as runtime:
        with pytest.raises(CommandRefused) as refused:
            await runtime.test_alarm(Priority.ALARM, " ", "bridge")
        assert refused.value.reason == "no_user"
        await runtime.alarms.announced()
        (row,) = [row for row in await runtime.alarm_history() if row.kind is TransitionKind.REFUSED]
        assert (row.record.id, row.reason, row.station) == ("system.test.alarm", "no_user", "bridge")
        assert value(runtime, "system.test") == 0
    with pytest.raises(CommandRefused):
        await runtime.test_alarm(Priority.ALARM, "Anna", "bridge")


def with_limit(limit: float) -> Project:
    """The project, with another limit of `low`."""
    low, lowest = PROJECT.alarms
    return PROJECT.model_copy(update={"alarms": (low.model_copy(update={"limit": limit}), lowest)})


async def test_a_project_file_that_ends_a_revision_is_told_at_the_start_for_a_day(tmp_path: Path) -> None:
    ended = "system.alarms.superseded"
    async with running(tmp_path) as runtime:
        await runtime.tuning.revise("low", DefinitionChange(limit=2.2), "Chief", "false alarms in swell", "ecr")
    async with running(tmp_path) as runtime:
        await until(lambda: runtime.store.get(TagId(ended)).value == 0)
        assert runtime.alarms.definitions()["low"].limit == 2.2
        assert not active(runtime, ended), "the revision holds: there is nothing to tell"
    async with running(tmp_path, project=with_limit(2.4)) as runtime:
        await until(lambda: active(runtime, ended))
        assert runtime.alarms.definitions()["low"].limit == 2.4
        assert runtime.alarms.definitions()[ended].priority is Priority.CAUTION
        assert runtime.health().messages == (
            "low: the project file has changed since revision 1; its numbers hold again",
        )
        runtime._supervision._started -= NEWS_S
        await until(lambda: not active(runtime, ended))
        assert runtime.health().messages == ()


async def test_a_project_file_that_takes_the_revised_numbers_over_is_no_news(tmp_path: Path) -> None:
    async with running(tmp_path) as runtime:
        await runtime.tuning.revise("low", DefinitionChange(limit=2.2), "Chief", "false alarms in swell", "ecr")
    async with running(tmp_path, project=with_limit(2.2)) as runtime:
        await until(lambda: runtime.store.get(TagId("system.alarms.superseded")).value == 0)
        assert len(runtime.alarms.revisions.superseded) == 1
        assert not active(runtime, "system.alarms.superseded")
