"""Active faults: lamps, list, count, and a tag that is true while one stands."""

from datetime import timedelta

import pytest

from tests.support.j1939 import START, broadcast, decoder, extended, frame, heard, tag, values
from vmshmi.core.tags import TagKind
from vmshmi.runtime.drivers.canbus import CanFrame

DM1 = 65226
OIL = bytes([100, 0, 1, 3])  # SPN 100, FMI 1, three times
COOLANT = bytes([110, 0, 0, 127])  # SPN 110, FMI 0, how often is not said
FAR = bytes([0xFF, 0xFF, 6 << 5 | 31, 1])  # SPN 458751, FMI 31
OLD = bytes([0x12, 0x34, 0x41, 0x85])  # counted in a way of before 1996
NONE = bytes(4)


def faults(*codes: bytes, lamps: int = 0, source: int = 0) -> list[CanFrame]:
    data = bytes([lamps, 0xFF]) + b"".join(codes or [NONE])
    return [frame(DM1, data.ljust(8, b"\xff"), source)] if len(data) <= 8 else broadcast(DM1, data, source)


OIL_TEXT = "SPN 100 Engine Oil Pressure: data valid, below the normal range, most severe (FMI 1), 3 times"
COOLANT_TEXT = "SPN 110 Engine Coolant Temperature: data valid, above the normal range, most severe (FMI 0)"


def test_the_list_is_for_a_person() -> None:
    it = decoder(tag("list", TagKind.TEXT, pgn=DM1, field="faults"), tag("count", pgn=DM1, field="count"))
    samples = it.decode(heard(*faults(), *faults(OIL), *faults(OIL, COOLANT), *faults(FAR, OLD)))
    assert values(samples, "list") == [
        "none",
        OIL_TEXT,
        f"{OIL_TEXT}; {COOLANT_TEXT}",
        "SPN 458751: condition exists (FMI 31), once; "
        "a part that is coded in an old way: data valid, below the normal range, most severe (FMI 1), 5 times",
    ]
    assert values(samples, "count") == [0.0, 1.0, 2.0, 2.0]


def test_a_fault_that_stands_makes_its_tag_true() -> None:
    it = decoder(
        tag("oil", TagKind.DIGITAL, pgn=DM1, spn=100),
        tag("oil_low", TagKind.DIGITAL, pgn=DM1, spn=100, fmi=1),
        tag("oil_open", TagKind.DIGITAL, pgn=DM1, spn=100, fmi=5),
        tag("far", TagKind.DIGITAL, pgn=DM1, spn=458751, fmi=31),
    )
    samples = it.decode(heard(*faults(), *faults(COOLANT, OIL), *faults(FAR), *faults(OLD)))
    assert values(samples, "oil") == [False, True, False, False]
    assert values(samples, "oil_low") == [False, True, False, False]
    assert values(samples, "oil_open") == [False] * 4
    assert values(samples, "far") == [False, False, True, False]


def test_more_faults_than_a_long_message_holds_come_by_extended_transport() -> None:
    it = decoder(tag("count", pgn=DM1, field="count"), tag("coolant", TagKind.DIGITAL, pgn=DM1, spn=110))
    data = bytes([0, 0xFF]) + OIL * 450 + COOLANT
    samples = it.decode(heard(*extended(DM1, data)))
    assert values(samples, "coolant") == [True]
    assert it.counters()["long_messages"] == 1


def test_no_fault_is_said_in_two_ways() -> None:
    it = decoder(tag("count", pgn=DM1, field="count"))
    samples = it.decode(
        heard(frame(DM1, "00FF00000000FFFF"), frame(DM1, "00FFFFFFFFFFFFFF"), frame(DM1, "00FF00000000"))
    )
    assert values(samples, "count") == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("field", "shift"), [("protect", 0), ("amber_warning", 2), ("red_stop", 4), ("malfunction", 6)]
)
def test_a_lamp_is_on_off_or_not_there(field: str, shift: int) -> None:
    it = decoder(
        tag("lamp", TagKind.DIGITAL, pgn=DM1, field=field),
        tag("text", TagKind.TEXT, pgn=DM1, field=field),
        tag("state", TagKind.ENUM, pgn=DM1, field=field),
    )
    others = 0xFF & ~(3 << shift)
    samples = it.decode(heard(*(faults(lamps=others | code << shift)[0] for code in range(4))))
    assert values(samples, "lamp") == [False, True, "BadSensorFailure", "BadNotConnected"]
    assert values(samples, "text") == ["off", "on", "BadSensorFailure", "BadNotConnected"]
    assert values(samples, "state") == [0, 1, "BadSensorFailure", "BadNotConnected"]


def test_engines_are_told_apart_or_taken_together() -> None:
    it = decoder(
        tag("port", TagKind.TEXT, pgn=DM1, field="faults", source=0),
        tag("all", TagKind.TEXT, pgn=DM1, field="faults"),
        tag("count", pgn=DM1, field="count"),
        tag("oil", TagKind.DIGITAL, pgn=DM1, spn=100),
        tag("stop", TagKind.DIGITAL, pgn=DM1, field="red_stop"),
    )
    samples = it.decode(heard(*faults(OIL, lamps=0x10), *faults(COOLANT, source=1), *faults(source=1), *faults()))
    assert values(samples, "port") == [OIL_TEXT, "none"]
    assert values(samples, "all") == [
        OIL_TEXT,
        f"from 0: {OIL_TEXT}; from 1: {COOLANT_TEXT}",
        f"from 0: {OIL_TEXT}",
        "none",
    ]
    assert values(samples, "count") == [1.0, 2.0, 1.0, 0.0]
    # what one engine says does not end the other's fault
    assert values(samples, "oil") == [True, True, True, False]
    assert values(samples, "stop") == [True, True, True, False]


def test_an_engine_that_has_gone_silent_counts_no_more_among_several() -> None:
    it = decoder(tag("count", pgn=DM1, field="count"))
    it.decode(heard(*faults(OIL)))
    samples = it.decode(
        heard(*faults(source=1), start=START + timedelta(seconds=4))
        + heard(*faults(source=1), start=START + timedelta(seconds=6))
    )
    assert values(samples, "count") == [1.0, 0.0]


@pytest.mark.parametrize("data", ["", "04", "04FF640001", "04FF6400010305"])
def test_a_message_that_is_cut_is_no_all_clear(data: str) -> None:
    it = decoder(tag("oil", TagKind.DIGITAL, pgn=DM1, spn=100), tag("list", TagKind.TEXT, pgn=DM1, field="faults"))
    it.decode(heard(*faults(OIL)))
    samples = it.decode(heard(frame(DM1, data)))
    assert values(samples, "oil") == ["BadDecodingError"]
    assert values(samples, "list") == ["BadDecodingError"]
    assert it.counters()["decode_errors"] == 1


def test_faults_follow_the_name() -> None:
    name = "4064960001DDF28E"
    it = decoder(tag("oil", TagKind.DIGITAL, pgn=DM1, spn=100, name=name))
    assert it.decode(heard(*faults(OIL, source=7))) == []
    claim = frame(60928, bytes.fromhex(name)[::-1], 7)
    assert values(it.decode(heard(claim, *faults(OIL, source=7))), "oil") == [True]
