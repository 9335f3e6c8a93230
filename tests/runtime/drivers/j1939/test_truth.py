"""A real truck and a real outboard engine: every value against what others read in the same log."""

import gzip
import re
from collections import Counter

import can
import j1939
import pytest

from tests.support.j1939 import DATA, decoder, frame, heard, real_frames, tag, truth, values
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus import CanLog, load_dbc
from vmshmi.runtime.drivers.canbus.header import header_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.j1939.database import own_database

DBC = DATA / "CSS-Electronics-SAE-J1939-DEMO.dbc"
SIGNALS = {"EngineSpeed": (61444, 190), "WheelBasedVehicleSpeed": (65265, 84)}


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("dbc", [False, True])
def test_every_value_of_the_truck_is_asammdfs(signal: str, dbc: bool) -> None:
    pgn, spn = SIGNALS[signal]
    database = own_database().with_messages(load_dbc(str(DBC))) if dbc else own_database()
    samples = decoder(tag("it", pgn=pgn, spn=spn), database=database).decode(real_frames())
    expected = truth(signal)
    assert len(expected) > 400
    assert values(samples, "it") == expected
    assert {value.quality.reason for _, value in samples} == {""}


def test_every_long_message_of_the_truck_is_put_together_as_can_j1939_does() -> None:
    frames = real_frames()
    theirs: list[tuple[int, int, bytes]] = []
    ecu = j1939.ElectronicControlUnit()
    try:
        ecu.subscribe(lambda _, pgn, source, __, data: theirs.append((pgn, source, bytes(data))))
        for stamp, each in frames:
            ecu.notify(each.id, bytearray(each.data), stamp.timestamp())
    finally:
        ecu.stop()
    ours: list[tuple[int, int, bytes]] = []
    transport = Reassembler()
    for stamp, each in frames:
        header = header_of(each.id)
        if header.pgn in (60416, 60160) and (whole := transport.take(stamp, header, each.data)):
            ours.append((whole[0], header.source, whole[1]))
    announced = sum(1 for _, each in frames if header_of(each.id).pgn == 60416 and each.data[0] == 32)
    assert ours == [message for message in theirs if len(message[2]) > 8]
    # the cut ends within one
    assert announced - len(ours) <= 1
    assert Counter((pgn, len(data)) for pgn, _, data in ours).keys() == {(65226, 18), (65251, 39)}
    assert transport.dropped == 0


def test_the_faults_of_the_truck_are_read() -> None:
    samples = decoder(
        tag("list", TagKind.TEXT, pgn=65226, field="faults"),
        tag("count", pgn=65226, field="count"),
        tag("nox", TagKind.DIGITAL, pgn=65226, spn=3216),
        tag("nox_20", TagKind.DIGITAL, pgn=65226, spn=3216, fmi=20),
        tag("nox_1", TagKind.DIGITAL, pgn=65226, spn=3216, fmi=1),
        tag("oil", TagKind.DIGITAL, pgn=65226, spn=100),
        tag("malfunction", TagKind.DIGITAL, pgn=65226, field="malfunction"),
        tag("amber", TagKind.DIGITAL, pgn=65226, field="amber_warning"),
        tag("protect", TagKind.DIGITAL, pgn=65226, field="protect"),
    ).decode(real_frames())
    assert len(values(samples, "count")) > 40
    assert set(values(samples, "count")) == {4.0}
    assert set(values(samples, "list")) == {
        "SPN 980: abnormal update rate (FMI 9), 126 times; "
        "SPN 3216 Aftertreatment 1 Intake NOx: data drifted high (FMI 20), 2 times; "
        "SPN 609 Controller 2: abnormal update rate (FMI 9), once; "
        "SPN 609 Controller 2: bad intelligent device or component (FMI 12), 3 times"
    }
    assert {name: set(values(samples, name)) for name in ("nox", "nox_20", "nox_1", "oil", "malfunction", "amber")} == {
        "nox": {True},
        "nox_20": {True},
        "nox_1": {False},
        "oil": {False},
        "malfunction": {True},
        "amber": {False},
    }
    # 43 hex: the two bits of the protect lamp say that there is none
    assert set(values(samples, "protect")) == {"BadNotConnected"}


@pytest.mark.parametrize(
    ("pgn", "spn", "low", "high"),
    [
        (65251, 188, 650, 650),  # idle speed, in a long message
        (65262, 110, 60, 80),  # coolant
        (65262, 175, 60, 80),  # oil
        (65263, 100, 200, 300),  # oil pressure
        (65271, 168, 13, 14),  # battery
        (65269, 108, 98, 100),  # air pressure
        (65243, 157, 50, 100),  # fuel rail
        (65276, 96, 70, 80),  # fuel level
        (61444, 513, 3, 10),  # torque, of which canboat makes -124 %
    ],
)
def test_what_the_truck_says_is_what_a_warm_idling_engine_says(pgn: int, spn: int, low: float, high: float) -> None:
    found = values(decoder(tag("it", pgn=pgn, spn=spn)).decode(real_frames()), "it")
    assert len(found) > 5
    assert all(isinstance(value, float) and low <= value <= high for value in found), set(found)


_CANBOAT = {
    (61443, 91): ("Accelerator Pedal Position 1", 1.0),
    (61443, 92): ("Engine Percent Load At Current Speed", 1.0),
    (61443, 974): ("Remote Accelerator Pedal Position", 1.0),
    (61444, 190): ("Engine RPM", 1.0),
    (65262, 110): ("Engine Coolant Temp", 1.0),
    (65262, 174): ("Engine Fuel Temp 1", 1.0),
    (65262, 175): ("Engine Oil Temp 1", 1.0),
    (65266, 183): ("Fuel Rate", 1.0),
    (65266, 51): ("Throttle Position", 1.0),
    (65269, 108): ("Barometric Pressure", 0.01),
    (65270, 102): ("Boost Pressure", 0.01),
    (65270, 105): ("Intake Manifold Temp", 1.0),
    (65270, 106): ("Air Inlet Pressure", 0.01),
    (65270, 173): ("Exhaust Gas Temperature", 1.0),
    (65271, 168): ("Battery Voltage", 1.0),
}
"""canboat's name of each parameter, and how many of its units ours is."""


def test_the_outboard_engine_reads_as_canboat_reads_it() -> None:
    frames = list(CanLog(str(DATA / "canboat_j1939-pgn-test.in.gz")).read())
    with gzip.open(DATA / "canboat_j1939-pgn-test.out.gz", "rt") as file:
        golden = [line for line in file if re.match(r"\S+ +\d+ +\d+ +\d+ +\d+ ", line)]
    assert len(golden) == len(frames)
    tags = {(pgn, spn): tag(f"{pgn}.{spn}", pgn=pgn, spn=spn, scale=by) for (pgn, spn), (_, by) in _CANBOAT.items()}
    ours = decoder(*tags.values())
    compared: Counter[str] = Counter()
    for (stamp, each), line in zip(frames, golden, strict=True):
        samples = dict(ours.decode([(stamp, each)]))
        for (pgn, spn), (name, _) in _CANBOAT.items():
            said = re.search(rf"[:;] +{re.escape(name)} = ([^;\n]+)", line)
            value = samples.get(TagId(f"{pgn}.{spn}"))
            if header_of(each.id).pgn != pgn:
                assert value is None
                continue
            assert value is not None
            if said is None or said[1].strip() == "Unknown":
                assert value.value is None, (name, line)
                assert value.quality.reason == "BadNotConnected"
                compared["unknown"] += 1
            else:
                text = said[1].split()[0]
                decimals = len(text.partition(".")[2])
                assert isinstance(value.value, float)
                assert value.value == pytest.approx(float(text), abs=0.51 * 10**-decimals), (name, line)
                compared["known"] += 1
    assert compared["known"] > 700
    assert compared["unknown"] > 500


def test_the_traps_of_other_decoders_are_not_ours() -> None:
    # canboat: 84 hex of a percent torque is -124 %; of J1939 it is 132 - 125
    torque = decoder(tag("torque", pgn=61444, spn=513))
    assert values(torque.decode(heard(frame(61444, "FFFF84FFFFFFFFFF"))), "torque") == [7.0]
    assert values(torque.decode(heard(frame(61444, "FFFFFFFFFFFFFFFF"))), "torque") == ["BadNotConnected"]
    # voltage-j1939: SPN 4154 on the byte of SPN 512; it is the high half of the first byte
    parts = decoder(tag("fraction", pgn=61444, spn=4154), tag("demand", pgn=61444, spn=512))
    samples = parts.decode(heard(frame(61444, "5F8AFFFFFFFFFFFF")))
    assert (values(samples, "fraction"), values(samples, "demand")) == ([0.625], [13.0])


def test_python_can_and_we_hear_the_same_frames() -> None:
    with gzip.open(DATA / "css_11111111_cut.log.gz", "rt") as file:
        theirs = [(message.arbitration_id, bytes(message.data)) for message in can.CanutilsLogReader(file)]
    assert [(each.id, each.data) for _, each in real_frames()] == theirs
