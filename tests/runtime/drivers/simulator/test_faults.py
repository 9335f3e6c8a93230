"""Faults of instruments, one by one and together."""

from random import Random

from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.faults import (
    BrokenWire,
    Chatter,
    Drift,
    Fault,
    FaultBoard,
    Forced,
    Noise,
    Reading,
    Stuck,
)

_TAG = TagId("er.temp")


def readings(fault: Fault, truths: list[float], step_s: float = 1.0) -> list[float | None]:
    """What comes out of a fault, a reading a step."""
    rng = Random(1)
    return [fault.apply(Reading(truth), number * step_s, rng).value for number, truth in enumerate(truths)]


def test_a_stuck_sensor_says_what_it_said_first() -> None:
    assert readings(Stuck(_TAG), [20.0, 25.0, 30.0]) == [20.0, 20.0, 20.0]


def test_a_drift_grows_with_time_up_to_its_limit() -> None:
    assert readings(Drift(_TAG, per_s=-2.0, limit=5.0), [10.0] * 5) == [10.0, 8.0, 6.0, 5.0, 5.0]


def test_noise_stays_within_its_amplitude_and_moves() -> None:
    values = readings(Noise(_TAG, 3.0), [10.0] * 200)
    assert all(value is not None and 7.0 <= value <= 13.0 for value in values)
    assert len(set(values)) > 100


def test_a_broken_wire_has_no_value_and_a_reason() -> None:
    assert BrokenWire(_TAG).apply(Reading(5.0), 0.0, Random(1)) == Reading(None, Quality.BAD_SENSOR_FAILURE)


def test_a_forced_input_ignores_the_machine() -> None:
    assert readings(Forced(_TAG, 0.0), [4.0, 5.0]) == [0.0, 0.0]


def test_chatter_comes_and_goes_from_its_phase_on() -> None:
    fault = Chatter(_TAG, 1.0, on_s=2.0, off_s=1.0, phase_s=2.0)
    assert readings(fault, [0.0] * 9) == [0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]


def test_faults_on_one_tag_act_in_the_order_they_were_added() -> None:
    board = FaultBoard()
    board.add(Forced(_TAG, 50.0))
    board.add(Drift(_TAG, per_s=1.0))
    rng = Random(1)
    said: list[float | None] = []
    for second in range(3):
        reading = Reading(20.0)
        for fault in board.on(_TAG):
            reading = fault.apply(reading, float(second), rng)
        said.append(reading.value)
    assert said == [50.0, 51.0, 52.0]


def test_nothing_moves_the_value_of_a_broken_wire_back() -> None:
    board = FaultBoard()
    board.add(BrokenWire(_TAG))
    board.add(Drift(_TAG, per_s=1.0))
    board.add(Noise(_TAG, 1.0))
    reading = Reading(20.0)
    for fault in board.on(_TAG):
        reading = fault.apply(reading, 5.0, Random(1))
    assert reading == Reading(None, Quality.BAD_SENSOR_FAILURE)
    assert board.broken_wires() == 1


def test_a_repaired_tag_has_no_fault() -> None:
    board = FaultBoard()
    board.add(BrokenWire(_TAG))
    board.clear(_TAG)
    board.clear(_TAG)
    assert board.on(_TAG) == []
    assert board.broken_wires() == 0


def test_a_lost_node_is_known_by_any_of_its_tags() -> None:
    board = FaultBoard()
    board.lose_node(_TAG, "no answer")
    assert board.silence({_TAG, TagId("sw.temp")}) == "no answer"
    assert board.silence({TagId("sw.temp")}) is None
    board.restore_node(_TAG)
    assert board.silence({_TAG}) is None
