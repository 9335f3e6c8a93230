"""The parameters we ship, against facts typed from elsewhere and the traps that others fell into."""

import json
from collections import Counter

import pytest

from tests.support.j1939 import DATA, decoder, frame, heard, tag, values
from vmshmi.config.shipped import resources
from vmshmi.runtime.drivers.canbus import DbcMessage, DbcSignal, Field, load_dbc
from vmshmi.runtime.drivers.j1939.convert import highest_valid
from vmshmi.runtime.drivers.j1939.database import own_database

# spn, pgn, first byte and bit (from 0), bits, scale, offset: as voltage-j1939 (MIT or Apache-2.0) has them
_FACTS = [
    (899, 61444, 0, 0, 4, 1, 0),
    (512, 61444, 1, 0, 8, 1, -125),
    (513, 61444, 2, 0, 8, 1, -125),
    (190, 61444, 3, 0, 16, 0.125, 0),
    (1483, 61444, 5, 0, 8, 1, 0),
    (1675, 61444, 6, 0, 4, 1, 0),
    (2432, 61444, 7, 0, 8, 1, -125),
    (558, 61443, 0, 0, 2, 1, 0),
    (559, 61443, 0, 2, 2, 1, 0),
    (1437, 61443, 0, 4, 2, 1, 0),
    (91, 61443, 1, 0, 8, 0.4, 0),
    (92, 61443, 2, 0, 8, 1, 0),
    (974, 61443, 3, 0, 8, 0.4, 0),
    (29, 61443, 4, 0, 8, 0.4, 0),
    (514, 65247, 0, 0, 8, 1, -125),
    (515, 65247, 1, 0, 16, 0.125, 0),
    (519, 65247, 3, 0, 8, 1, 0),
    (2978, 65247, 4, 0, 8, 1, -125),
    (110, 65262, 0, 0, 8, 1, -40),
    (174, 65262, 1, 0, 8, 1, -40),
    (175, 65262, 2, 0, 16, 0.03125, -273),
    (176, 65262, 4, 0, 16, 0.03125, -273),
    (52, 65262, 6, 0, 8, 1, -40),
    (1134, 65262, 7, 0, 8, 0.4, 0),
    (94, 65263, 0, 0, 8, 4, 0),
    (22, 65263, 1, 0, 8, 0.05, 0),
    (98, 65263, 2, 0, 8, 0.4, 0),
    (100, 65263, 3, 0, 8, 4, 0),
    (101, 65263, 4, 0, 16, 0.0078125, -250),
    (109, 65263, 6, 0, 8, 2, 0),
    (111, 65263, 7, 0, 8, 0.4, 0),
    (81, 65270, 0, 0, 8, 0.5, 0),
    (102, 65270, 1, 0, 8, 2, 0),
    (105, 65270, 2, 0, 8, 1, -40),
    (106, 65270, 3, 0, 8, 2, 0),
    (107, 65270, 4, 0, 8, 0.05, 0),
    (173, 65270, 5, 0, 16, 0.03125, -273),
    (112, 65270, 7, 0, 8, 0.5, 0),
    (168, 65271, 4, 0, 16, 0.05, 0),
    (158, 65271, 6, 0, 16, 0.05, 0),
    (108, 65269, 0, 0, 8, 0.5, 0),
    (170, 65269, 1, 0, 16, 0.03125, -273),
    (171, 65269, 3, 0, 16, 0.03125, -273),
    (172, 65269, 5, 0, 8, 1, -40),
    (79, 65269, 6, 0, 16, 0.03125, -273),
    (183, 65266, 0, 0, 16, 0.05, 0),
    (184, 65266, 2, 0, 16, 0.001953125, 0),
    (185, 65266, 4, 0, 16, 0.001953125, 0),
    (51, 65266, 6, 0, 8, 0.4, 0),
    (247, 65253, 0, 0, 32, 0.05, 0),
    (249, 65253, 4, 0, 32, 1000, 0),
    (182, 65257, 0, 0, 32, 0.5, 0),
    (250, 65257, 4, 0, 32, 0.5, 0),
    (244, 65248, 0, 0, 32, 0.125, 0),
    (245, 65248, 4, 0, 32, 0.125, 0),
    (70, 65265, 0, 2, 2, 1, 0),
    (84, 65265, 1, 0, 16, 0.00390625, 0),
    (595, 65265, 3, 0, 2, 1, 0),
    (86, 65265, 5, 0, 8, 1, 0),
    # as famez/J1939-Framework (MIT) has them
    (96, 65276, 1, 0, 8, 0.4, 0),
    (123, 65272, 0, 0, 8, 16, 0),
    (124, 65272, 1, 0, 8, 0.4, 0),
    (126, 65272, 2, 0, 8, 2, 0),
    (127, 65272, 3, 0, 8, 16, 0),
    (177, 65272, 4, 0, 16, 0.03125, -273),
    (1761, 65110, 0, 0, 8, 0.4, 0),
    (524, 61445, 0, 0, 8, 1, -125),
]


@pytest.mark.parametrize(("spn", "pgn", "byte", "bit", "bits", "scale", "offset"), _FACTS)
def test_a_parameter_lies_where_others_find_it(
    spn: int, pgn: int, byte: int, bit: int, bits: int, scale: float, offset: float
) -> None:
    parameter = own_database().parameter(pgn, spn)
    assert parameter is not None
    assert parameter.layout == Field(byte * 8 + bit, bits)
    assert (parameter.scale, parameter.offset) == (scale, offset)


def test_where_the_other_tables_are_wrong_ours_is_not() -> None:
    database = own_database()
    fraction = database.parameter(61444, 4154)  # not the byte of SPN 512, and a fraction, not a percentage of its own
    assert fraction is not None
    assert (fraction.layout, fraction.scale, fraction.offset) == (Field(4, 4), 0.125, 0)
    current = database.parameter(65271, 114)  # one byte, not two
    assert current is not None
    assert (current.layout, current.offset) == (Field(0, 8), -125)
    alternator = database.parameter(65271, 115)
    assert alternator is not None
    assert alternator.layout == Field(8, 8)
    assert database.parameter(65217, 246) is None  # vehicle hours are group 65255
    hours = database.parameter(65255, 246)
    assert hours is not None
    assert hours.scale == 0.05


def test_no_two_parameters_of_a_group_lie_over_each_other_or_out_of_it() -> None:
    for group in own_database().groups.values():
        taken = Counter(
            bit
            for parameter in group.parameters.values()
            for bit in range(parameter.layout.start, parameter.layout.start + parameter.layout.bits)
        )
        assert max(taken.values()) == 1, group.name
        assert max(taken) < 64 or group.name == "EC1", group.name


def test_every_parameter_says_what_it_is() -> None:
    text = (resources() / "j1939" / "parameters.json").read_text(encoding="utf-8")
    rows = [row for group in json.loads(text)["groups"] for row in group["parameters"]]
    database = own_database()
    assert len(rows) == sum(len(group.parameters) for group in database.groups.values()) >= 70
    assert len({row["spn"] for row in rows}) == len(rows)
    assert len({row["name"] for row in rows}) == len(rows)
    for group in database.groups.values():
        for parameter in group.parameters.values():
            if parameter.texts:
                assert parameter.layout.bits == 2
                continue
            assert parameter.low is not None
            assert parameter.high is not None
            top = highest_valid(parameter.layout.bits)
            if parameter.layout.bits > 8:
                top -= (1 << parameter.layout.bits - 8) - 1 - (0xFF if parameter.layout.bits == 16 else 0xFFFFFF)
            assert parameter.low == pytest.approx(parameter.offset)
            assert parameter.high == pytest.approx(top * parameter.scale + parameter.offset)


def test_every_kind_of_failure_has_a_text() -> None:
    assert set(own_database().failure_modes) == {*range(22), 31}


def test_a_customers_file_goes_before_and_the_rest_stays() -> None:
    own = own_database()
    both = own.with_messages(load_dbc(str(DATA / "CSS-Electronics-SAE-J1939-DEMO.dbc")))
    assert both.names[190] == "EngineSpeed"
    assert both.group_name(65265) == "65265 CCVS1"
    assert both.parameter(61444, 513) == own.parameter(61444, 513)
    assert own.names[190] == "Engine Speed"


def test_only_what_has_a_number_and_a_long_id_comes_from_a_customers_file() -> None:
    signals = {"a": DbcSignal("a", Field(0, 8), spn=77), "b": DbcSignal("b", Field(8, 8))}
    own = own_database()
    both = own.with_messages(
        [DbcMessage("Long", 0x18FF1234, True, signals), DbcMessage("Short", 0x123, False, signals)]
    )
    assert set(both.groups) - set(own.groups) == {0xFF12}
    assert set(both.groups[0xFF12].parameters) == {77}


def test_a_customers_signed_signal_keeps_its_sign_and_its_small_numbers() -> None:
    signal = DbcSignal("trim", Field(0, 16, signed=True), scale=0.1, spn=5000, unit="°")
    database = own_database().with_messages([DbcMessage("Trim", 0x18FF1234, True, {"trim": signal})])
    samples = decoder(tag("trim", pgn=0xFF12, spn=5000), database=database).decode(
        heard(frame(0xFF12, "FFFF"), frame(0xFF12, "6400"), frame(0xFF12, "64"))
    )
    assert values(samples, "trim") == [-0.1, 10.0, "BadDecodingError"]
