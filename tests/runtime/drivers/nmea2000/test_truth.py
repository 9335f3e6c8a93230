"""Real logs: every number equal to what canboat's own analyzer prints."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.n2k import (
    DATA,
    START,
    a_decoder,
    a_source,
    a_tag,
    by_layout,
    expected_numbers,
    number_fields,
    same,
    truth,
)
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue
from vmshmi.runtime.drivers.canbus.header import header_of
from vmshmi.runtime.drivers.listening import Heard
from vmshmi.runtime.drivers.nmea2000 import database
from vmshmi.runtime.drivers.nmea2000.decode import Nmea2000Decoder
from vmshmi.runtime.drivers.nmea2000.log import Nmea2000Log
from vmshmi.runtime.drivers.nmea2000.packet import Packet

Samples = list[tuple[str, TagValue]]
LOGS = {
    "aava-n2k.data.gz": "aava-n2k.si.jsonl.gz",
    "susteranna-actisense-serial.raw.gz": "susteranna-actisense-serial.si.jsonl.gz",
    "candumpSample3.txt.gz": "candumpSample3.si.jsonl.gz",
}
EXPLAINED = {
    # the analyzer prints codes that say so by their text as any other
    ("specialManeuverIndicator", Quality.BAD_NOT_CONNECTED),
    ("dte", Quality.BAD_NOT_CONNECTED),
    ("timeStamp", Quality.BAD_NOT_CONNECTED),
    ("typeOfShip", Quality.BAD_NOT_CONNECTED),
    # FF is "not available", the analyzer's 1.51
    ("peukertExponent", Quality.BAD_NOT_CONNECTED),
    # 25:00:00, AIS's own way to say that there is none
    ("etaTime", Quality.BAD_OUT_OF_RANGE),
    # no ship
    ("mothershipUserId", Quality.BAD_OUT_OF_RANGE),
}


def next_message(decoder: Nmea2000Decoder, log: Iterator[Heard[Packet]]) -> tuple[Heard[Packet], Samples]:
    """The packet that ends the next message, and its samples: none in a layout that only says "unknown"."""
    before = decoder.counters()["messages"]
    while True:
        entry = next(log)
        samples = [(str(tag_id), value) for tag_id, value in decoder.decode([entry])]
        if decoder.counters()["messages"] > before:
            return entry, samples


@pytest.mark.parametrize(("log", "said"), LOGS.items())
def test_every_number_is_the_analyzers(log: str, said: str) -> None:
    expected = [message for message in truth(said) if message["pgn"] <= 0x3FFFF and database.variants(message["pgn"])]
    decoder = a_decoder(number_fields({message["pgn"] for message in expected}))
    equal, explained = Counter[int](), Counter[str]()
    ours = iter(Nmea2000Log(str(DATA / log)).read())
    for message in expected:
        entry, samples = next_message(decoder, ours)
        header = header_of(entry[1].can_id)
        assert (header.pgn, header.source) == (message["pgn"], message["src"])
        layout, found = by_layout(samples)
        if not layout:
            continue
        for field, number in expected_numbers(message, layout).items():
            sample = found[field]
            if same(number, sample.value):
                assert sample.quality is Quality.GOOD
                equal[message["pgn"]] += 1
            else:
                assert (field, sample.quality) in EXPLAINED, (message, field, number, sample)
                explained[field] += 1
    assert len(equal) >= len({message["pgn"] for message in expected}) * 0.8
    assert sum(explained.values()) < sum(equal.values()) / 50


def test_what_the_analyzer_leaves_out_is_never_a_good_number() -> None:
    log, said = "susteranna-actisense-serial.raw.gz", "susteranna-actisense-serial.si.jsonl.gz"
    engines = [message for message in truth(said) if message["pgn"] in (127488, 127489, 127505)]
    decoder = a_decoder(number_fields({127488, 127489, 127505}))
    packets = [
        entry
        for entry in Nmea2000Log(str(DATA / log)).read()
        if header_of(entry[1].can_id).pgn in (127488, 127489, 127505)
    ]
    reasons = Counter[Quality]()
    for message, entry in zip(engines, packets, strict=True):
        layout, found = by_layout([(str(tag_id), value) for tag_id, value in decoder.decode([entry])])
        printed = expected_numbers(message, layout)
        for field, sample in found.items():
            if field not in printed and not field.startswith("discreteStatus"):
                assert sample.value is None, (message, field, sample)
                reasons[sample.quality] += 1
    assert reasons[Quality.BAD_NOT_CONNECTED] > 100


def test_repeated_parts_are_the_analyzers() -> None:
    compared = 0
    logged = Nmea2000Log(str(DATA / "susteranna-actisense-serial.raw.gz")).read()
    packets = [entry[1] for entry in logged if header_of(entry[1].can_id).pgn == 129540]
    said = [m for m in truth("susteranna-actisense-serial.si.jsonl.gz") if m["pgn"] == 129540]
    for message, packet in zip(said, packets, strict=True):
        satellites = message["fields"].get("list", [])
        for satellite in satellites:
            tags = {}
            for field in ("elevation", "azimuth", "snr"):
                tags.update(a_tag(field, a_source(129540, field, match={"prn": satellite["PRN"]})))
            found = a_decoder(tags).decode([(START, packet)])
            values = {str(tag_id): value.value for tag_id, value in found}
            for name, field in (("Elevation", "elevation"), ("Azimuth", "azimuth"), ("SNR", "snr")):
                if name in satellite:
                    assert same(satellite[name], values[field])
                    compared += 1
    assert compared > 100
