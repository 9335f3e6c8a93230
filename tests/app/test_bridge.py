"""Two threads meet in one place: values latest-wins, transitions one by one, answers by name."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.fake_driver import FakeDriver
from tests.support.waiting import until
from vmshmi.app.bridge import Bridge
from vmshmi.app.bridge_system import SILENT_S
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.config.project import AlarmConfig, Project, TagConfig, VesselConfig
from vmshmi.core.alarms.model import AlarmState, AlarmTransition, Operator, Priority, TransitionKind
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.alarms.whatif import Fate
from vmshmi.core.devices import MonitorLine, MonitorRow
from vmshmi.core.errors import CommandRefused, DeviceError
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.desk import DriverDesk
from vmshmi.runtime.runtime_app import build_runtime

pytestmark = pytest.mark.usefixtures("qapp")

P = TagId("me_p.lo_press")
Q = TagId("dg1.freq")
PROJECT = Project(
    vmsproj=1,
    vessel=VesselConfig(name="MV Test"),
    tags=(TagConfig(id=P, unit="bar"), TagConfig(id=Q, unit="Hz")),
    alarms=(
        AlarmConfig(id="lo.low", tag=P, operator=Operator.LESS, limit=2.5, priority=Priority.ALARM, message="Low"),
        AlarmConfig(id="hz.low", tag=Q, operator=Operator.LESS, limit=47, enable_when=f"{P} > 1", message="Slow"),
    ),
)


class LateClock(SystemClock):
    """The machine's clock, whose monotonic hand can be put forward."""

    def __init__(self) -> None:
        self.late = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.late


class House:
    """A runtime in its thread and the bridge to it, frames made by hand."""

    def __init__(self) -> None:
        self.clock = LateClock()
        self.thread = LoopThread("runtime")
        self.runtime = build_runtime(PROJECT)
        self.bridge = Bridge(self.runtime, self.thread, self.clock)

    async def write(self, tag_id: TagId, value: float) -> None:
        """A sample as a driver would give it, and the frame after it."""

        async def there() -> None:
            self.runtime.store.update(tag_id, TagValue(value, Quality.GOOD, datetime.now(UTC), value))

        await self.thread.run(there())
        self.bridge.frame()


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    house.thread.start()
    await house.thread.run(house.runtime.start())
    await house.bridge.open()
    yield house
    await house.bridge.close()
    await house.thread.run(house.runtime.stop())
    assert house.thread.close()


async def test_a_watch_begins_with_all_its_tags_and_goes_on_with_what_changed(house: House) -> None:
    seen: list[set[TagId]] = []
    watch = house.bridge.tags.watch([P, Q], lambda changes: seen.append(set(changes)))
    assert seen == [{P, Q}]
    await house.write(P, 4.0)
    assert seen[-1] == {P}
    assert house.bridge.tags.value(P).value == 4.0
    watch.close()
    watch.close()
    await house.write(P, 4.1)
    assert len(seen) == 2


async def test_many_samples_are_one_call_with_the_latest_value(house: House) -> None:
    seen: list[object] = []
    watch = house.bridge.tags.watch([P], lambda changes: seen.append(changes[P].value))

    async def burst() -> None:
        for number in range(1000):
            house.runtime.store.update(P, TagValue(float(number), Quality.GOOD, datetime.now(UTC)))

    await house.thread.run(burst())
    house.bridge.frame()
    assert seen[-1] == 999.0
    assert len(seen) <= 3
    watch.close()


async def test_an_unknown_tag_is_refused(house: House) -> None:
    with pytest.raises(KeyError):
        house.bridge.tags.value(TagId("no.such"))
    with pytest.raises(KeyError):
        house.bridge.tags.watch([TagId("no.such")], lambda _: None)


async def test_every_transition_arrives_in_order_and_an_answer_goes_back_with_its_name(house: House) -> None:
    seen: list[AlarmTransition] = []
    raised, cleared = asyncio.Event(), asyncio.Event()

    def take(transitions: object) -> None:
        assert isinstance(transitions, list)
        seen.extend(transitions)
        kinds = [t.kind for t in seen]
        if TransitionKind.RAISED in kinds:
            raised.set()
        if TransitionKind.CLEARED in kinds:
            cleared.set()

    watch = house.bridge.alarms.watch(take)
    await house.write(P, 2.0)
    await until(raised.is_set, between=house.bridge.frame)
    (standing,) = house.bridge.alarms.standing()
    assert standing.state is AlarmState.ACTIVE
    with pytest.raises(CommandRefused):
        await house.bridge.alarms.acknowledge("lo.low", standing.occurrence - 1, "Chief engineer", "ecr")
    answered = await house.bridge.alarms.acknowledge("lo.low", standing.occurrence, "Chief engineer", "ecr")
    assert (answered.acked_by, answered.acked_station) == ("Chief engineer", "ecr")
    await house.write(P, 4.0)
    await until(cleared.is_set, between=house.bridge.frame)
    assert house.bridge.alarms.standing() == []
    kinds = [t.kind for t in seen]
    assert kinds == [TransitionKind.RAISED, TransitionKind.ACKNOWLEDGED, TransitionKind.CLEARED]
    journal = await house.bridge.alarms.history(limit=10)
    written = [t.kind for t in reversed(journal) if t.record.id == "lo.low"]
    assert written == [kinds[0], TransitionKind.REFUSED, *kinds[1:]]
    watch.close()


async def test_every_transition_of_a_busy_runtime_crosses_once_and_in_order(house: House) -> None:
    announced: list[AlarmTransition] = []
    seen: list[AlarmTransition] = []

    async def busy() -> None:
        end = house.runtime.alarms.subscribe(announced.extend)
        for number in range(400):
            value = 2.0 if number % 2 else 4.0
            house.runtime.store.update(P, TagValue(value, Quality.GOOD, datetime.now(UTC), value))
            await asyncio.sleep(0)
        await house.runtime.alarms.announced()
        end()

    watch = house.bridge.alarms.watch(seen.extend)
    working = house.thread.submit(busy())
    await until(working.done, 30, between=house.bridge.frame)
    working.result()
    house.bridge.frame()
    assert len(announced) > 100
    # so many are a flood, which is told as an alarm of its own, sometime
    assert [t for t in seen if t.record.id == "lo.low"] == [t for t in announced if t.record.id == "lo.low"]
    assert "lo.low" in [record.id for record in house.bridge.alarms.standing()]
    watch.close()


async def test_a_screen_that_fails_keeps_nothing_from_the_others(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[AlarmTransition] = []

    broken = asyncio.Event()

    def fail(_: object) -> None:
        if broken.is_set():
            raise ValueError("a broken page")

    watches = [
        house.bridge.tags.watch([P], fail),
        house.bridge.alarms.watch(fail),
        house.bridge.alarms.watch(seen.extend),
    ]
    broken.set()
    await house.write(P, 2.0)
    await until(lambda: bool(seen), between=house.bridge.frame)
    assert [transition.kind for transition in seen] == [TransitionKind.RAISED]
    assert "a screen failed" in caplog.text
    for watch in watches:
        watch.close()


async def test_an_alarm_that_is_only_suppressed_does_not_stand(house: House) -> None:
    kinds: list[TransitionKind] = []
    watch = house.bridge.alarms.watch(lambda transitions: kinds.extend(t.kind for t in transitions))
    await house.write(Q, 50.0)
    await house.write(P, 5.0)
    await house.write(P, 0.5)
    await until(lambda: TransitionKind.SUPPRESSED in kinds, between=house.bridge.frame)
    assert [record.id for record in house.bridge.alarms.standing()] == ["lo.low"]
    watch.close()


async def test_history_is_read_through_the_bridge(house: House, tmp_path: Path) -> None:
    await house.write(Q, 50.0)
    await house.write(Q, 50.1)
    series = await house.bridge.history.query(HistoryQuery(Q))
    assert list(series.values)[-2:] == [50.0, 50.1]
    now = datetime.now(UTC)
    both = await house.bridge.history.query_many([Q, Q], now - timedelta(hours=1), now + timedelta(hours=1), 100)
    assert [list(one.values)[-2:] for one in both] == [[50.0, 50.1]] * 2
    out = tmp_path / "q.csv"
    await house.bridge.history.export([Q], now - timedelta(hours=1), now + timedelta(hours=1), out)
    assert [line.split(",")[1] for line in out.read_text().splitlines()[-2:]] == ["50.0", "50.1"]


async def test_the_alarm_systems_numbers_come_through_the_bridge(house: House) -> None:
    now = datetime.now(UTC)
    found = await house.bridge.alarms.kpi(now - timedelta(hours=4), now + timedelta(days=1))
    assert found.until < now + timedelta(minutes=1)
    assert len(found.measures) == 15


async def test_a_runtime_that_does_not_answer_makes_everything_visibly_not_true(house: House) -> None:
    await house.write(P, 4.0)
    seen: list[Quality] = []
    watch = house.bridge.tags.watch([P], lambda changes: seen.append(changes[P].quality))
    house.clock.late = SILENT_S + 1
    house.bridge.frame()
    assert not house.bridge.system.connected()
    assert house.bridge.tags.value(P).quality is Quality.BAD_NO_COMMUNICATION
    assert seen[-1] is Quality.BAD_NO_COMMUNICATION
    good = house.bridge.tags.last_good(P)
    assert good is not None
    assert good.value == 4.0
    house.clock.late = 0.0
    house.bridge.frame()
    assert seen[-1] is Quality.GOOD
    watch.close()


async def test_health_and_devices_are_there_soon(house: House) -> None:
    await until(lambda: house.bridge.system.health() is not None)
    health = house.bridge.system.health()
    assert health is not None
    assert health.tags.total >= 2
    assert house.bridge.system.devices() == []


async def test_a_bridge_that_can_no_longer_look_at_the_runtime_is_a_dead_task(house: House) -> None:
    def broken() -> RuntimeHealth:
        raise RuntimeError("planted")

    house.runtime.health = broken  # breaks what the bridge asks once a second
    await until(lambda: house.runtime.store.get(TagId("system.tasks.dead")).value == 1)
    await until(lambda: house.runtime.alarms.record("system.tasks.failed").active)  # once it is durable


async def test_what_if_and_a_revision_go_through_the_bridge_and_the_screens_see_the_new_number(house: House) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    for value in (4.0, 2.4, 4.0):
        await house.write(P, value)
        await asyncio.sleep(0.01)
    change = DefinitionChange(limit=2.0)
    answer = await house.bridge.tuning.what_if("lo.low", change, since, datetime.now(UTC))
    assert [pair.fate for pair in answer.pairs] == [Fate.GONE]
    made = await house.bridge.tuning.revise("lo.low", change, "Chief", "swell", "ecr")
    assert list(await house.bridge.tuning.revisions("lo.low")) == [made]
    house.bridge.frame()
    assert house.bridge.alarms.definitions()["lo.low"].limit == 2.0


async def test_a_probe_runs_in_the_runtimes_thread_and_its_error_comes_back(house: House) -> None:
    driver = FakeDriver()
    house.runtime.desk = DriverDesk([driver])
    assert await house.bridge.system.probe("plc1") == "10.0.0.5:502: answers"
    driver.answer = DeviceError("connection refused")
    with pytest.raises(DeviceError, match="connection refused"):
        await house.bridge.system.probe("plc1")
    house.clock.late = SILENT_S + 1
    with pytest.raises(CommandRefused) as refused:
        await house.bridge.system.probe("plc1")
    assert refused.value.reason == "not_connected"


async def test_a_monitor_crosses_as_the_latest_of_each_key_and_ends_with_its_watch(house: House) -> None:
    driver = FakeDriver()
    house.runtime.desk = DriverDesk([driver])
    heard: list[MonitorRow] = []
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    watch = house.bridge.system.watch_monitor("plc1", heard.extend)
    await until(lambda: bool(driver.monitors))

    async def speak() -> None:
        driver.say([MonitorLine(noon, "a", "1"), MonitorLine(noon, "b", "2"), MonitorLine(noon, "a", "3")])

    await house.thread.run(speak())

    def framed() -> bool:
        house.bridge.frame()
        return len(heard) == 2

    await until(framed)
    assert [(row.latest.key, row.latest.raw, row.count) for row in heard] == [("a", "3", 2), ("b", "2", 1)]
    watch.close()
    await until(lambda: not driver.monitors and house.runtime.desk.taps == 0)
