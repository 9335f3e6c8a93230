"""Commands to the simulated ship: what she does, when it shows, and what she refuses."""

import pytest

from tests.runtime.drivers.simulator.sailing import Sailing, aurora
from tests.support.fake_clock import FakeClock
from vmshmi.config.devices import SimulatorDevice, SimulatorSource
from vmshmi.core.commands import CommandRule
from vmshmi.core.devices import MonitorLine
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.drivers.driver import DriverContext, WriteFailed, WriteRefused
from vmshmi.runtime.drivers.simulator import SimulatorDriver

_TAGS = {tag.id: tag for tag in aurora().tags}


def _rule(tag_id: str) -> CommandRule:
    rule = _TAGS[tag_id].to_definition().command
    assert rule is not None
    return rule


async def _order(voyage: Sailing, tag_id: str, value: Scalar) -> None:
    source = _TAGS[tag_id].source
    assert source is not None
    await voyage.drivers[source.device].write(TagId(tag_id), value, voyage.clock.monotonic() + 1)


def _shows_within(voyage: Sailing, tag_id: str, value: Scalar) -> float:
    """Seconds until the tag that the project names shows the effect; at most as long as the project waits."""
    rule = _rule(tag_id)
    started = voyage.time_s
    while voyage.time_s < started + rule.timeout_s:
        voyage.sail(0.5)
        if rule.shows(value, voyage.values[rule.watched(TagId(tag_id))].value):
            return voyage.time_s - started
    pytest.fail(f"no effect of {tag_id} = {value} within {rule.timeout_s} s")


def test_the_demo_has_a_pump_a_genset_a_valve_and_a_set_point_to_command() -> None:
    writable = {tag.id: tag.kind for tag in aurora().tags if tag.writable}
    assert writable == {
        "dg2.order": TagKind.DIGITAL,
        "bilge.pump1_order": TagKind.DIGITAL,
        "sw_xover.order": TagKind.DIGITAL,
        "frz.temp_set": TagKind.ANALOG,
    }


@pytest.mark.parametrize(
    ("tag_id", "back", "soonest_s"),
    [("dg2.order", 7.0, 4.0), ("bilge.pump1_order", 0.5, 1.5), ("sw_xover.order", 5.0, 5.0)],
)
async def test_a_command_shows_some_seconds_later_and_can_be_taken_back(
    tag_id: str, back: float, soonest_s: float
) -> None:
    voyage = Sailing()
    voyage.sail(5)
    assert voyage.values[TagId(tag_id)].value is False
    await _order(voyage, tag_id, True)
    assert _shows_within(voyage, tag_id, True) >= soonest_s
    assert voyage.values[TagId(tag_id)].value is True
    voyage.sail(20)
    await _order(voyage, tag_id, False)
    assert _shows_within(voyage, tag_id, False) <= 2 * back + 1
    voyage.sail(30)
    assert voyage.raised() == {}


async def test_a_set_that_is_started_shares_the_load_and_gives_it_away_before_it_stops() -> None:
    voyage = Sailing()
    voyage.sail(5)
    await _order(voyage, "dg2.order", True)
    voyage.sail(40)
    assert voyage.values[TagId("dg2.cb")].value == 1
    power = voyage.values[TagId("dg2.power")].value
    assert isinstance(power, float)
    assert power > 20
    await _order(voyage, "dg2.order", False)
    voyage.sail(30)
    assert voyage.values[TagId("dg2.cb")].value == 0
    assert voyage.values[TagId("msb.source")].value == 1


async def test_a_set_point_is_taken_at_once_and_the_machine_follows() -> None:
    voyage = Sailing(tick_s=1.0)
    voyage.sail(5)
    await _order(voyage, "frz.temp_set", -24.0)
    assert _shows_within(voyage, "frz.temp_set", -24.0) <= 1
    before = voyage.values[TagId("frz.temp")].value
    voyage.sail(900)
    after = voyage.values[TagId("frz.temp")].value
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after < before - 0.5


async def test_what_the_ship_cannot_do_is_refused_in_one_line() -> None:
    voyage = Sailing("genset-trip")
    voyage.sail(100)
    with pytest.raises(WriteFailed, match="msb refused: DG2 alone feeds the board"):
        await _order(voyage, "dg2.order", False)
    with pytest.raises(WriteFailed, match=r"nothing on this ship obeys dg1\.power"):
        await _order(voyage, "dg1.power", 5.0)
    with pytest.raises(WriteRefused, match="takes numbers, not 'on'"):
        await _order(voyage, "dg2.order", "on")
    dark = Sailing("blackout")
    dark.sail(60)
    with pytest.raises(WriteFailed, match="DG2 has tripped: reset it at the engine"):
        await _order(dark, "dg2.order", True)


async def test_a_lost_node_and_a_late_command_take_nothing() -> None:
    voyage = Sailing("lost-node")
    voyage.sail(20)
    with pytest.raises(WriteRefused, match="io_er is backoff, nothing was sent"):
        await _order(voyage, "bilge.pump1_order", True)
    with pytest.raises(WriteRefused, match="too late"):
        await voyage.drivers["msb"].write(TagId("dg2.order"), True, voyage.clock.monotonic())
    voyage.sail(200)
    assert voyage.values[TagId("bilge.pump1")].value == 0
    assert voyage.values[TagId("dg2.state")].value == 0


async def test_a_tag_of_the_model_signals_holds_what_was_written() -> None:
    device = SimulatorDevice(id="sim", driver="simulator")
    tag = TagDef(TagId("speed"), unit="rpm", normal_min=0, normal_max=10)
    driver = SimulatorDriver(device, {tag.id: (tag, SimulatorSource(device="sim"))}, DriverContext(FakeClock()))
    await driver.start(lambda batch: None)
    await driver.write(tag.id, 4.5, 1e9)
    heard: list[MonitorLine] = []
    end = driver.monitor(heard.extend)
    samples = [dict(driver.tick_once())[tag.id].value for _ in range(5)]
    end()
    end()
    driver.tick_once()
    await driver.stop()
    assert samples == [4.5] * 5
    assert [(line.key, line.raw, line.meaning) for line in heard] == [("speed", "4.5", "4.5 rpm")] * 5
