"""A bus that a DBC file describes: every signal against cantools, and what becomes of a wrong file or a wrong name."""

import math
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import can
import pytest
from cantools.database import load_file
from cantools.database.can import Database

from tests.support.can_dbc import SHIP
from tests.support.j1939 import DATA, START, broadcast, heard
from tests.support.running_driver import running
from tests.support.waiting import until
from vmshmi.config.can_devices import CanDevice, CanSource
from vmshmi.core.devices import DeviceState
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.canbus import (
    CanFrame,
    DbcMessage,
    DbcSignal,
    Field,
    binding_problems,
    build_driver,
    load_dbc,
)
from vmshmi.runtime.drivers.canbus.binding import Tags, bind
from vmshmi.runtime.drivers.canbus.decode import DbcDecoder
from vmshmi.runtime.drivers.driver import Driver, DriverContext


@pytest.fixture
def dbc(tmp_path: Path) -> Path:
    path = tmp_path / "ship.dbc"
    path.write_text(SHIP)
    return path


def tag(name: str, message: str, signal: str, kind: TagKind = TagKind.ANALOG, **keys: Any) -> Tags:
    source = CanSource.model_validate({"device": "bus", "message": message, "signal": signal, **keys})
    return {TagId(name): (TagDef(TagId(name), kind=kind), source)}


def decoder(dbc: Path, tags: Tags) -> DbcDecoder:
    messages = load_dbc(str(dbc))
    bindings, problems = bind(messages, tags)
    assert not problems
    return DbcDecoder(messages, bindings)


def decoded(dbc: Path, tags: Tags, *frames: CanFrame) -> list[tuple[str, Scalar | None, str]]:
    samples = decoder(dbc, tags).decode([(START, frame) for frame in frames])
    return [(str(tag_id), value.value, value.quality.reason) for tag_id, value in samples]


def test_every_signal_is_read_as_cantools_reads_it(dbc: Path) -> None:
    database = load_file(str(dbc))
    assert isinstance(database, Database)
    tags: dict[TagId, tuple[TagDef, CanSource]] = {}
    for message in database.messages:
        for signal in message.signals:
            tags.update(tag(f"{message.name}.{signal.name}", message.name, signal.name))
    it = decoder(dbc, tags)
    noise = random.Random(7)
    compared = 0
    for _ in range(300):
        for message in database.messages:
            data = noise.randbytes(8)
            if message.name == "Tank":
                data = bytes([noise.randrange(1, 3)]) + data[1:]
            expected = message.decode(data, decode_choices=False)
            assert isinstance(expected, dict)
            samples = it.decode([(START, CanFrame(message.frame_id, message.is_extended_frame, data))])
            found = {tag_id.partition(".")[2]: value.value for tag_id, value in samples if value.value is not None}
            finite = {name: value for name, value in expected.items() if math.isfinite(float(str(value)))}
            assert found == pytest.approx(finite)
            compared += len(found)
    assert compared > 3000


def test_a_value_has_the_shape_of_its_tag(dbc: Path) -> None:
    frame = CanFrame(291, False, bytes.fromhex("0BB8 FFF0 0A FF 0000"))
    tags = {
        **tag("speed", "Pump", "Speed"),
        **tag("thousands", "Pump", "Speed", scale=0.001),
        **tag("state", "Pump", "State", TagKind.ENUM),
        **tag("text", "Pump", "State", TagKind.TEXT),
        **tag("running", "Pump", "Running", TagKind.DIGITAL),
        **tag("trim", "Pump", "Trim", TagKind.TEXT),
    }
    assert {name: value for name, value, _ in decoded(dbc, tags, frame)} == {
        "speed": 1500.0,
        "thousands": 1.5,
        "state": 2,
        "text": "Running",
        "running": True,
        "trim": "-1 deg",
    }


def test_a_multiplexed_signal_speaks_only_when_it_is_there(dbc: Path) -> None:
    tags = {
        **tag("level", "Tank", "Level"),
        **tag("temperature", "Tank", "Temperature"),
        **tag("always", "Tank", "Always"),
    }
    one, two, three = (CanFrame(0x18FEF215, True, bytes([which, 0xF4, 0x01, 0, 0, 0, 0, 9])) for which in (1, 2, 3))
    assert decoded(dbc, tags, one) == [("level", 50.0, ""), ("always", 9.0, "")]
    assert decoded(dbc, tags, two) == [("temperature", 50.0, ""), ("always", 9.0, "")]
    assert decoded(dbc, tags, three) == [("always", 9.0, "")]


def test_a_long_and_a_short_id_of_the_same_number_are_two_messages(dbc: Path) -> None:
    tags = tag("speed", "Pump", "Speed")
    assert decoded(dbc, tags, CanFrame(291, True, bytes(8))) == []
    assert len(decoded(dbc, tags, CanFrame(291, False, bytes(8)))) == 1


def test_a_frame_that_ends_before_the_signal_is_never_guessed(dbc: Path) -> None:
    tags = {**tag("speed", "Pump", "Speed"), **tag("trim", "Pump", "Trim"), **tag("level", "Tank", "Level")}
    assert decoded(dbc, tags, CanFrame(291, False, bytes(4))) == [
        ("speed", 0.0, ""),
        ("trim", None, "BadDecodingError"),
    ]
    assert decoded(dbc, tags, CanFrame(0x18FEF215, True, b"\x01\x00")) == [("level", None, "BadDecodingError")]
    assert decoded(dbc, tags, CanFrame(0x18FEF215, True, b"")) == [("level", None, "BadDecodingError")]


def test_a_float_that_is_no_number_is_bad(dbc: Path) -> None:
    tags = tag("rate", "Flow", "Rate")
    assert decoded(dbc, tags, CanFrame(512, False, bytes.fromhex("0000C03F00000000"))) == [("rate", 1.5, "")]
    for bits in ("0000C07F", "0000807F"):
        frame = CanFrame(512, False, bytes.fromhex(bits + "00000000"))
        assert decoded(dbc, tags, frame) == [("rate", None, "BadSensorFailure")]


def test_a_message_of_j1939_is_known_by_its_group() -> None:
    messages = load_dbc(str(DATA / "CSS-Electronics-SAE-J1939-DEMO.dbc"))
    bindings, problems = bind(messages, tag("rpm", "EEC1", "EngineSpeed"))
    assert not problems
    it = DbcDecoder(messages, bindings)
    data = bytes.fromhex("607D84481400F084")
    # any priority and, because the file says 254, any source
    for can_id in (0x0CF00400, 0x18F00417, 0x0CF004FE):
        ((_, value),) = it.decode([(START, CanFrame(can_id, True, data))])
        assert value.value == 649.0
    for can_id, extended in ((0x0CF00500, True), (0x400, False)):
        assert it.decode([(START, CanFrame(can_id, extended, data))]) == []
    assert it.counters()["unknown"] == 2


ENGINE_CONFIGURATION = """VERSION ""

BU_: Engine

BO_ 2566841342 EC1: 39 Engine
 SG_ Idle : 0|16@1+ (0.125,0) [0|0] "rpm" Engine
 SG_ Reference : 152|16@1+ (1,0) [0|0] "Nm" Engine
 SG_ Last : 304|8@1+ (1,0) [0|0] "" Engine

BO_ 2565668862 Flow: 8 Engine
 SG_ Control : 0|8@1+ (1,0) [0|0] "" Engine

BA_DEF_ BO_  "VFrameFormat" ENUM  "StandardCAN","ExtendedCAN","reserved","J1939PG";
BA_DEF_DEF_  "VFrameFormat" "J1939PG";
BA_ "VFrameFormat" BO_ 2566841342 3;
BA_ "VFrameFormat" BO_ 2565668862 3;
"""


def test_a_message_of_j1939_in_packets_is_put_together(tmp_path: Path) -> None:
    path = tmp_path / "engine.dbc"
    path.write_text(ENGINE_CONFIGURATION)
    messages = load_dbc(str(path))
    tags = {
        **tag("idle", "EC1", "Idle"),
        **tag("torque", "EC1", "Reference"),
        **tag("last", "EC1", "Last"),
        **tag("control", "Flow", "Control"),
    }
    bindings, problems = bind(messages, tags)
    assert not problems
    it = DbcDecoder(messages, bindings)
    payload = bytearray(39)
    payload[0:2], payload[19:21], payload[38] = (5200).to_bytes(2, "little"), (1500).to_bytes(2, "little"), 7
    whole = heard(*broadcast(65251, bytes(payload), 3))
    said = [(tag_id, value.value) for tag_id, value in it.decode(whole)]
    # a tag may still look at the frames themselves
    assert said == [("control", 32.0), ("idle", 650.0), ("torque", 1500.0), ("last", 7.0)]
    assert it.decode(heard(*broadcast(65251, bytes(payload), 3)[:-1], start=START + timedelta(seconds=10)))[1:] == []
    assert it.counters()["long_messages"] == 1
    lines = list(it.describe(whole))
    assert [line.key for line in lines] == [*["18ECFF03 Flow"], *["18EBFF03"] * 6, "18FEE303 EC1"]
    assert "Idle 650" in lines[-1].meaning


def test_a_message_of_j1939_with_a_source_is_that_sources() -> None:
    signals = {"s": DbcSignal("s", Field(0, 8))}
    message = DbcMessage("m", 0x18F00403, True, signals, j1939=True)
    assert message.means(0x0CF00403, True)
    assert not message.means(0x18F00404, True)
    to_somebody = DbcMessage("m", 0x18EF1203, True, signals, j1939=True)
    assert to_somebody.means(0x18EF9903, True)
    assert not to_somebody.means(0x18EF9904, True)
    assert not DbcMessage("m", 0x18F00403, True, signals).means(0x0CF00403, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_unit_is_read_however_it_is_written(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ship.dbc"
    path.write_text(SHIP.replace('"degC"', '"°C"'), encoding=encoding)
    (tank,) = [message for message in load_dbc(str(path)) if message.name == "Tank"]
    assert tank.signals["Temperature"].unit == "°C"


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "ship.dbc"
    path.write_text(SHIP)
    assert len(load_dbc(str(path))) == 3
    path.write_text(SHIP.replace(" Pump:", " Pomp:"))
    os.utime(path, ns=(1, 1))
    assert "Pomp" in {message.name for message in load_dbc(str(path))}


def test_the_monitor_shows_every_signal(dbc: Path) -> None:
    decoder = DbcDecoder(load_dbc(str(dbc)), ())
    frames = [
        CanFrame(291, False, bytes.fromhex("0BB8FFF00AFF0000")),
        CanFrame(0x18FEF215, True, bytes([1, 0xF4, 0x01, 0, 0, 0, 0, 9])),
        CanFrame(0x700, False, b"\x01"),
    ]
    lines = list(decoder.describe([(START, frame) for frame in frames]))
    assert [(line.key, line.raw) for line in lines] == [
        ("123 Pump", "0B B8 FF F0 0A FF 00 00"),
        ("18FEF215 Tank", "01 F4 01 00 00 00 00 09"),
        ("700", "01"),
    ]
    assert "Speed 1500 rpm" in lines[0].meaning
    assert "State Running" in lines[0].meaning
    assert lines[1].meaning == "Which 1, Level 50 %, Always 9"
    decoder.decode([(START, frame) for frame in frames])
    assert decoder.counters() == {"messages": 2, "unknown": 1, "decode_errors": 0}


@pytest.mark.parametrize(
    ("message", "signal", "said"),
    [
        ("Pumpe", "Speed", "there is no message 'Pumpe' in the DBC file; did you mean 'Pump'?"),
        ("Zzz", "Speed", "there is no message 'Zzz' in the DBC file"),
        ("Pump", "Sped", "message 'Pump' has no signal 'Sped'; did you mean 'Speed'?"),
        ("Flow", "Zzz", "message 'Flow' has no signal 'Zzz'; it has Rate, Total"),
    ],
)
def test_a_wrong_name_is_said_with_what_was_meant(dbc: Path, message: str, signal: str, said: str) -> None:
    device = CanDevice(id="bus", driver="can", interface="virtual", channel="x", dbc=str(dbc))
    assert binding_problems(device, tag("t", message, signal)) == {"t": said}


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("SG_ Speed : 7|16@0", "SG_ Speed : 7|16", "ship.dbc: line 10: invalid syntax: "),
        ("BO_ 291 Pump: 8", "BO_ Pump: 8", "ship.dbc: line 9: invalid syntax: "),
        ("VERSION", "\x00\x01\x02", "ship.dbc: line 1: invalid syntax: "),
        ("7|16@0", "7|0@0", "ship.dbc: cannot be read: The signal Speed length 0 is not greater than 0"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(dbc: Path, wrong: str, right: str, said: str) -> None:
    dbc.write_text(SHIP.replace(wrong, right, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_dbc(str(dbc))
    assert str(caught.value).startswith(said)
    assert str(caught.value).isprintable()


def test_other_formats_and_other_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no file"):
        load_dbc(str(tmp_path / "none.dbc"))
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load_dbc(str(tmp_path))
    empty = tmp_path / "empty.kcd"
    empty.write_text("")
    with pytest.raises(ConfigurationError, match=r"empty\.kcd: "):
        load_dbc(str(empty))


def driver(dbc: Path, tags: Tags, **keys: Any) -> Driver:
    device = CanDevice.model_validate({"id": "bus", "driver": "can", "dbc": str(dbc), **keys})
    return build_driver(device, tags, DriverContext(SystemClock()))


async def test_a_virtual_bus_is_read_and_a_wrong_tag_costs_no_other(dbc: Path) -> None:
    tags = {**tag("speed", "Pump", "Speed"), **tag("wrong", "Pump", "Sped")}
    it = driver(dbc, tags, interface="virtual", channel="dbc")
    message = can.Message(arbitration_id=291, is_extended_id=False, data=bytes.fromhex("0BB8000000000000"))
    with can.Bus(interface="virtual", channel="dbc", ignore_config=True) as sender:
        async with running(it) as kept:
            await until(lambda: bool(kept.good("speed")), between=lambda: sender.send(message))
            status = it.status()
    assert set(kept.good("speed")) == {1500.0}
    assert status.state is DeviceState.DEGRADED
    assert status.last_error == "tag wrong: message 'Pump' has no signal 'Sped'; did you mean 'Speed'?"
    assert kept.of("wrong")[0].quality is Quality.BAD_CONFIGURATION_ERROR


async def test_a_device_whose_file_does_not_parse_is_faulted_in_one_line(dbc: Path) -> None:
    dbc.write_text("BO_ nonsense")
    it = driver(dbc, tag("speed", "Pump", "Speed"), interface="virtual", channel="dbc")
    async with running(it) as kept:
        await until(lambda: it.status().state is DeviceState.FAULTED)
        assert it.status().last_error.startswith("ship.dbc: line 1: invalid syntax")
        assert it.status().address == "virtual dbc"
        assert [value.quality for value in kept.of("speed")] == [Quality.BAD_CONFIGURATION_ERROR]
