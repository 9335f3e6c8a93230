"""The simulator keeps the driver contract."""

from datetime import timedelta

import pytest

from tests.runtime.drivers.simulator.sailing import Sailing, aurora, tags_of
from tests.support.fake_clock import FakeClock
from vmshmi.config.devices import SimulatorDevice, SimulatorSource
from vmshmi.core.devices import DeviceState
from vmshmi.core.errors import ConfigurationError, DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.driver import DriverContext, SampleBatch
from vmshmi.runtime.drivers.simulator import SimulatorDriver
from vmshmi.runtime.drivers.simulator.faults import Forced
from vmshmi.runtime.drivers.simulator.grid import Grid
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat
from vmshmi.runtime.drivers.simulator.world import World


def device(**changes: object) -> SimulatorDevice:
    """A simulated device with these settings."""
    return SimulatorDevice.model_validate({"id": "sim", "driver": "simulator", **changes})


def some_tags(*ids: str) -> dict[TagId, tuple[TagDef, SimulatorSource]]:
    """Analog tags of this device."""
    definitions = [TagDef(TagId(i), kind=TagKind.ANALOG, normal_min=0, normal_max=10) for i in ids]
    return {tag.id: (tag, SimulatorSource(device="sim")) for tag in definitions}


def workboat(context: DriverContext, device_id: str, scenario: str = "normal") -> SimulatorDriver:
    """One of the demo vessel's devices."""
    described = device(id=device_id, model="workboat", scenario=scenario)
    return SimulatorDriver(described, tags_of(aurora(), device_id), context)


async def test_start_delivers_every_tag_at_once_with_one_stamp() -> None:
    clock = FakeClock()
    driver = SimulatorDriver(device(), some_tags("a", "b"), DriverContext(clock))
    batches: list[SampleBatch] = []
    await driver.start(batches.append)
    await driver.stop()
    assert [tag for tag, _ in batches[0]] == ["a", "b"]
    assert {sample.timestamp for _, sample in batches[0]} == {clock.now()}
    assert {sample.quality for _, sample in batches[0]} == {Quality.GOOD}


async def test_start_and_stop_may_be_called_twice() -> None:
    driver = SimulatorDriver(device(), some_tags("a"), DriverContext(FakeClock()))
    batches: list[SampleBatch] = []
    await driver.start(batches.append)
    await driver.start(batches.append)
    assert len(batches) == 1
    assert driver.status().state is DeviceState.ONLINE
    await driver.stop()
    await driver.stop()
    assert driver.status().state is DeviceState.STOPPED


async def test_nothing_is_delivered_after_stop() -> None:
    driver = SimulatorDriver(device(), some_tags("a"), DriverContext(FakeClock()))
    batches: list[SampleBatch] = []
    await driver.start(batches.append)
    await driver.stop()
    driver.tick_once()
    assert len(batches) == 1


async def test_a_simulation_that_dies_is_a_faulted_device() -> None:
    driver = SimulatorDriver(device(tick_s=0.001), some_tags("a"), DriverContext(FakeClock()))
    batches: list[SampleBatch] = []

    def failing_sink(batch: SampleBatch) -> None:
        batches.append(batch)
        if len(batches) > 1:
            raise RuntimeError("a bug")

    await driver.start(failing_sink)
    task = driver._task
    assert task is not None
    with pytest.raises(RuntimeError, match="a bug"):
        await task
    status = driver.status()
    assert status.state is DeviceState.FAULTED
    assert "a bug" in status.last_error
    await driver.stop()


async def test_the_counters_count() -> None:
    driver = SimulatorDriver(device(), some_tags("a", "b"), DriverContext(FakeClock()))
    for _ in range(3):
        driver.tick_once()
    counters = dict(driver.status().counters)
    assert counters == {"requests": 3, "responses": 3, "timeouts": 0, "samples": 6, "overruns": 0}
    assert driver.status().tags == 2


def test_every_tick_takes_its_own_stamp() -> None:
    clock = FakeClock()
    driver = SimulatorDriver(device(), some_tags("a"), DriverContext(clock))
    first = driver.tick_once()[0][1].timestamp
    clock.advance(0.5)
    assert driver.tick_once()[0][1].timestamp - first == timedelta(seconds=0.5)


def test_devices_of_one_ship_see_one_ship() -> None:
    context = DriverContext(FakeClock())
    engines, board = workboat(context, "io_er"), workboat(context, "msb")
    worlds = [world for world in context.shared.values() if isinstance(world, World)]
    assert len(worlds) == 1
    for _ in range(10):
        engines.tick_once()
        board.tick_once()
    assert worlds[0].time_s == 5.0
    ship = worlds[0].model
    assert isinstance(ship, Workboat)
    ship.port.engine.trip("test")
    assert dict(engines.tick_once())[TagId("me_p.state")].value == 4


def test_two_runtimes_have_two_ships() -> None:
    first, second = DriverContext(FakeClock()), DriverContext(FakeClock())
    ahead, behind = workboat(first, "sim"), workboat(second, "sim")
    for _ in range(50):
        ahead.tick_once()
    behind.tick_once()
    times = [
        world.time_s for context in (first, second) for world in context.shared.values() if isinstance(world, World)
    ]
    assert times == [25.0, 0.5]


def test_the_time_factor_lets_the_ship_live_faster() -> None:
    context = DriverContext(FakeClock())
    fast = device(id="sim", model="workboat", time_factor=60)
    driver = SimulatorDriver(fast, tags_of(aurora(), "sim"), context)
    for _ in range(10):
        driver.tick_once()
    assert [world.time_s for world in context.shared.values() if isinstance(world, World)] == [300.0]


async def test_a_lost_node_reports_once_and_is_in_backoff() -> None:
    driver = workboat(DriverContext(FakeClock()), "io_er", "lost-node")
    batches = [driver.tick_once() for _ in range(20)]
    gone = [batch for batch in batches if batch and batch[0][1].quality is Quality.BAD_NO_COMMUNICATION]
    assert len(gone) == 1
    assert len(gone[0]) == len(tags_of(aurora(), "io_er"))
    assert batches[-1] == []
    status = driver.status()
    assert status.state is DeviceState.BACKOFF
    assert status.last_error == "no answer to three requests"
    with pytest.raises(DeviceError, match="no answer"):
        await driver.probe()


async def test_a_healthy_device_passes_its_probe() -> None:
    assert "26 tags" in await workboat(DriverContext(FakeClock()), "sim").probe()


def test_an_unknown_scenario_names_the_device_and_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match=r"device sim: scenario: .* 'blakout'; did you mean 'blackout'\?"):
        SimulatorDriver(device(model="workboat", scenario="blakout"), {}, DriverContext(FakeClock()))


def test_signals_cannot_play_a_story() -> None:
    with pytest.raises(ConfigurationError, match="needs the model 'workboat'"):
        SimulatorDriver(device(scenario="blackout"), {}, DriverContext(FakeClock()))


def test_tags_the_ship_has_not_are_all_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        SimulatorDriver(device(model="workboat"), some_tags("me_p.rmp", "dg1.rpm", "zz"), DriverContext(FakeClock()))
    assert len(refused.value.problems) == 2
    assert "me_p.rmp" in refused.value.problems[0]
    assert "did you mean 'me_p.rpm'?" in refused.value.problems[0]


def test_a_reading_beyond_the_sensor_is_kept_and_uncertain() -> None:
    voyage = Sailing()
    world = next(world for world in _worlds(voyage) if isinstance(world.model, Workboat))
    world.model.faults.add(Forced(TagId("me_p.lo_press"), 14.0))
    voyage.sail(0.5)
    sample = voyage.values[TagId("me_p.lo_press")]
    assert sample == TagValue(14.0, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED, sample.timestamp, 14.0)


def _worlds(voyage: Sailing) -> list[World]:
    return [driver._world for driver in voyage.drivers.values()]


def test_the_grid_holds_its_rate_however_late_each_tick_is() -> None:
    grid = Grid(100.0, 0.5)
    now, ticks = 100.0, 0
    while now < 200.0:
        now += grid.wait_s(now) + 0.13  # each tick takes its time
        ticks += 1
    assert ticks == 200
    assert grid.missed == 0


def test_the_grid_passes_over_what_a_stall_has_cost() -> None:
    grid = Grid(0.0, 0.5)
    assert grid.wait_s(0.0) == 0.5
    assert grid.wait_s(10.2) == 0.0  # ticks at 1.0 to 9.5 are gone; the one of 10.0 is late, but its own
    assert grid.missed == 18
    assert grid.wait_s(10.2) == pytest.approx(0.3)
