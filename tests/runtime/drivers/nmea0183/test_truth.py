"""Real logs: we read what Signal K's parser and pynmea2 read; what cannot be right is counted and left out."""

import os
from collections import Counter
from pathlib import Path

import pynmea2
import pytest

from tests.support.nmea0183 import (
    DATA,
    Comparison,
    a_decoder,
    bindings_of_all,
    decoded,
    lines_of,
    truth_of,
)
from vmshmi.core.values import TagValue
from vmshmi.runtime.drivers.listening.lines import LineSplitter
from vmshmi.runtime.drivers.nmea0183.decode import SentenceDecoder

_WHOLE_LOGS = os.environ.get("VMSHMI_NMEA0183_LOGS", "")
LOGS = {"gps": (4_701, 314, 0), "n2kd": (640, 0, 147), "plaka": (2_400, 600, 0)}
"""Of each log: equal values, fields that are empty where Signal K says 0, sentences with too few fields."""


def compared(log: Path, truth: Path) -> tuple[Comparison, SentenceDecoder]:
    """All of a log against its truth."""
    lines, decoder, comparison = lines_of(log), a_decoder(*bindings_of_all()), Comparison()
    ours = [decoded(decoder, line) if line else [] for line in lines]
    for number, found in truth_of(truth):
        comparison.compare(lines[number - 1], found, ours[number - 1])
    return comparison, decoder


@pytest.mark.parametrize("name", LOGS)
def test_values_are_those_of_signal_ks_parser(name: str) -> None:
    comparison, decoder = compared(DATA / f"{name}.log.gz", DATA / f"{name}.sk.jsonl.gz")
    assert comparison.different == []
    assert (comparison.equal, comparison.empty_as_zero, decoder.counters()["too_few_fields"]) == LOGS[name]
    counts = {name: count for name, count in decoder.counters().items() if count and name != "sentences"}
    assert set(counts) <= {"too_few_fields"}


@pytest.mark.skipif(not _WHOLE_LOGS, reason="VMSHMI_NMEA0183_LOGS names no folder with whole logs and their truth")
def test_whole_logs_are_what_signal_ks_parser_reads() -> None:
    """Each `NAME.log` beside a `NAME.sk.jsonl.gz`, from where the cut ones here were taken."""
    for truth in sorted(Path(_WHOLE_LOGS).glob("*.sk.jsonl.gz")):
        comparison, _ = compared(truth.with_name(truth.name.replace(".sk.jsonl.gz", ".log")), truth)
        assert comparison.different == [], truth.name
        assert comparison.equal > 0


_PYNMEA2 = {
    "RMC": {"latitude": "latitude", "longitude": "longitude", "speed": "spd_over_grnd", "course_true": "true_course"},
    "GGA": {"latitude": "latitude", "longitude": "longitude", "altitude": "altitude", "hdop": "horizontal_dil"},
    "GLL": {"latitude": "latitude", "longitude": "longitude"},
    "VTG": {"course_true": "true_track", "speed": "spd_over_grnd_kts", "speed_kmh": "spd_over_grnd_kmph"},
    "HDG": {"heading": "heading"},
    "HDM": {"heading": "heading"},
    "VHW": {"speed": "water_speed_knots", "speed_kmh": "water_speed_km"},
    "DBT": {"depth": "depth_meters", "depth_feet": "depth_feet"},
    "MWD": {"speed": "wind_speed_knots", "speed_ms": "wind_speed_meters"},
    "MWV": {"angle": "wind_angle", "speed": "wind_speed"},
}


@pytest.mark.parametrize("name", LOGS)
def test_values_are_those_of_pynmea2(name: str) -> None:
    decoder = a_decoder(*bindings_of_all())
    compared_values = 0
    for line in lines_of(DATA / f"{name}.log.gz"):
        ours = {tag_id: value.value for tag_id, value in decoded(decoder, line)}
        formatter = line[3:6].decode()
        if not ours or formatter not in _PYNMEA2:
            continue
        theirs = pynmea2.parse(line.decode(), check=True)
        for field, attribute in _PYNMEA2[formatter].items():
            expected, found = getattr(theirs, attribute), ours[f"{formatter}.{field}"]
            if expected in (None, ""):
                assert found is None, line
                continue
            assert found == pytest.approx(float(expected), abs=1e-9), (line, field)
            compared_values += 1
    assert compared_values == {"gps": 3_447, "n2kd": 392, "plaka": 2_400}[name]


def _read(name: str) -> tuple[dict[str, int], list[tuple[str, TagValue]]]:
    """What is counted in a broken log besides sentences, and the values that came out."""
    splitter, decoder = LineSplitter(), a_decoder(*bindings_of_all())
    lines = splitter.split((DATA / name).read_bytes()) + splitter.flush()
    samples = [sample for sample in decoded(decoder, *lines) if sample[1].value is not None]
    assert splitter.too_long == 0
    return {name: count for name, count in decoder.counters().items() if count}, samples


BROKEN = {
    "BADHDR.log": {"sentences": 15, "bad_checksum": 1},
    "badeof.log": {"sentences": 4, "no_checksum": 1},
    "mixed.log": {"sentences": 15, "noise": 10, "no_checksum": 2, "after_noise": 2},
    "nmeabadck.log": {"sentences": 1, "bad_checksum": 2},
    "maritime.log": {"sentences": 15},
    "furuno.log": {"sentences": 2},
}


@pytest.mark.parametrize("name", BROKEN)
def test_every_bad_thing_is_counted(name: str) -> None:
    assert _read(name)[0] == BROKEN[name]


@pytest.mark.parametrize("name", BROKEN)
def test_nothing_comes_out_of_what_is_broken(name: str) -> None:
    """The same values come out of the good lines alone, as another decoder knows them."""
    good: list[bytes] = []
    for line in (DATA / name).read_bytes().split(b"\n"):
        # what stands before the sentence on its line is noise: the sentence itself is whole
        text = line[line.rfind(b"$") :].strip() if b"$" in line else b""
        try:
            pynmea2.parse(text.decode("ascii"), check=True)
        except pynmea2.SentenceTypeError:
            good.append(text)
        except (pynmea2.ParseError, UnicodeDecodeError):
            continue
        else:
            good.append(text)
    samples = _read(name)[1]
    again = [sample for sample in decoded(a_decoder(*bindings_of_all()), *good) if sample[1].value is not None]
    assert samples == again
    assert Counter(value.quality.is_good for _, value in samples)[False] == 0


def test_what_was_truncated_leaves_the_values_before_it() -> None:
    found = dict(_read("badeof.log")[1])
    assert found["RMC.latitude"].value == pytest.approx(53 + 27.03942 / 60)
    assert found["GNS.longitude"].value == pytest.approx(-(2 + 14.42462 / 60))
