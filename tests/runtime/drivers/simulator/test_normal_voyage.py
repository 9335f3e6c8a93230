"""With nothing wrong nothing looks wrong."""

from collections.abc import Mapping

import pytest

from tests.runtime.drivers.simulator.sailing import Sailing, aurora
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.instruments import NOISE_LIMIT
from vmshmi.runtime.drivers.simulator.plant.propulsion import RUNNING
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat

_DAY_S = 86_400
_LEAVING_S = 5.0
"""How long a generating set gives its load away before it leaves the board."""
_SETTLED_S = {"rpm": 20.0, "lo_press": 20.0, "volt": 20.0, "freq": 20.0, "power": 20.0, "cw_temp": 900.0}
"""How long a starting generating set may take until each of its values is a running set's."""


class _Service:
    """Which tags of stopped machines say nothing, and for how long after a start."""

    def __init__(self) -> None:
        self._since = {"dg1": -1e9, "dg2": -1e9}

    def out_of_service(self, values: Mapping[TagId, float], now_s: float) -> set[str]:
        excused: set[str] = set()
        for name in self._since:
            on_board = values[TagId(f"{name}.state")] == RUNNING and values[TagId(f"{name}.cb")] == 1
            if not on_board:
                self._since[name] = now_s
            for signal, settle_s in _SETTLED_S.items():
                if not on_board or now_s - self._since[name] < settle_s:
                    excused.add(f"{name}.{signal}")
        for side in "ps":
            if values[TagId(f"gb_{side}.clutch")] == 0:
                excused.add(f"gb_{side}.lo_press")
        return excused


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "dt_s"), [(1, 1.0), (42, 0.5)])
def test_a_day_at_sea_stays_in_the_normal_range(seed: int, dt_s: float) -> None:
    """Every value of every step, with the largest error its instrument may have."""
    ship = Workboat(seed)
    bounds: list[tuple[TagId, float, float]] = []
    for tag in aurora().tags:
        error = NOISE_LIMIT * ship.noise(TagId(tag.id))
        assert tag.range_normal_min is not None
        assert tag.range_normal_max is not None
        # where the sensor itself ends, its error ends too
        low = tag.range_normal_min + (0.0 if tag.range_min == tag.range_normal_min else error)
        bounds.append((TagId(tag.id), low, tag.range_normal_max - error))
    service = _Service()
    strange: dict[str, float] = {}
    outside_s: dict[TagId, float] = {}
    for step in range(int(_DAY_S / dt_s)):
        ship.advance(dt_s)
        values = ship.values
        outside = [tag for tag, low, high in bounds if not low <= values[tag] <= high]
        excused = service.out_of_service(values, step * dt_s)
        outside_s = {tag: outside_s.get(tag, 0.0) + dt_s for tag in outside}
        for tag in outside:
            leaves = tag == "dg2.power" and outside_s[tag] < _LEAVING_S
            if tag not in excused and not leaves:
                strange.setdefault(tag, values[tag])
    assert strange == {}


def test_twenty_minutes_with_all_instruments_raise_no_alarm() -> None:
    voyage = Sailing(seed=3)
    voyage.sail(1200)
    assert voyage.log == []
    assert {sample.quality for sample in voyage.values.values()} == {Quality.GOOD}


@pytest.mark.slow
def test_work_on_station_raises_no_alarm() -> None:
    """Both generators, clutches in and out, thruster and crane; a second a tick to get there in time."""
    voyage = Sailing(seed=5, tick_s=1.0)
    voyage.sail(4.8 * 3600)
    assert voyage.log == []


def test_the_demo_begins_alive() -> None:
    voyage = Sailing()
    voyage.sail(0.5)
    value = {tag: sample.value for tag, sample in voyage.values.items()}
    assert len(value) == 176
    assert value[TagId("me_p.state")] == value[TagId("me_s.state")] == RUNNING
    assert value[TagId("dg1.cb")] == 1
    assert value[TagId("dg2.cb")] == 0
    speed = value[TagId("nav.sog")]
    assert isinstance(speed, float)
    assert speed > 8


def test_the_same_seed_gives_the_same_voyage_and_another_seed_another() -> None:
    voyages = [Sailing(seed=seed) for seed in (4, 4, 5)]
    for voyage in voyages:
        voyage.sail(120)
    first, second, other = ({tag: sample.value for tag, sample in voyage.values.items()} for voyage in voyages)
    assert first == second
    assert first != other


def test_readings_are_as_fine_as_the_instrument_and_not_finer() -> None:
    voyage = Sailing()
    voyage.sail(10)
    decimals = {TagId(tag.id): tag.decimals for tag in aurora().tags if tag.kind.value == "analog"}
    for tag, digits in decimals.items():
        value = voyage.values[tag].value
        assert isinstance(value, float)
        assert value == round(value, digits)


def test_a_stopped_machine_reads_zero_and_not_noise() -> None:
    voyage = Sailing()
    said: set[object] = set()
    for _ in range(60):
        voyage.sail(0.5)
        said.update(voyage.values[TagId(f"dg2.{name}")].value for name in ("rpm", "volt", "freq", "power"))
    assert said == {0.0}


def test_the_kinds_have_their_types() -> None:
    voyage = Sailing()
    voyage.sail(1)
    types = {"digital": bool, "enum": int, "analog": float}
    for tag in aurora().tags:
        if tag.kind.value in types:
            assert type(voyage.values[TagId(tag.id)].value) is types[tag.kind.value], tag.id
