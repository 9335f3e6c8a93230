"""Whatever comes over the wire: nothing raises, and what was damaged gives no other value."""

import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.runtime.drivers.nmea0183.test_decode import EXAMPLES
from tests.support.nmea0183 import DATA, NOW, a_binding, a_decoder, bindings_of_all, lines_of, sentence, tagged
from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.listening.lines import LineSplitter
from vmshmi.runtime.drivers.nmea0183.binding import Binding
from vmshmi.runtime.drivers.nmea0183.catalogue import SENTENCES

_ALERT = {"alert": "192"}


def _bindings() -> list[Binding]:
    """A tag for everything; made once, a binding remembers nothing."""
    return [
        *bindings_of_all(),
        a_binding("alf.active", "ALF", "active", "digital", **_ALERT),
        a_binding("alf.text", "ALF", "text", "text", **_ALERT),
        a_binding("alc.listed", "ALC", "listed", "digital", talker="RA", **_ALERT),
        a_binding("alr.active", "ALR", "active", "digital", **_ALERT),
        a_binding("xdr.oil", "XDR", "OIL"),
        a_binding("own", "PFEC", "2"),
        a_binding("second", "RMC", "2", "text"),
    ]


_ALL = _bindings()
_REAL = [line for name in ("gps", "plaka", "n2kd") for line in lines_of(DATA / f"{name}.log.gz")[:60] if line]
_WHOLE = [
    *_REAL,
    *map(sentence, EXAMPLES),
    *(tagged("s:GP0001,n:17,c:1398176789", sentence(body)) for body in EXAMPLES),
    sentence("RAALF,1,1,0,124304.50,A,W,A,,192,1,1,0,LOST TARGET"),
    sentence("RAALC,01,01,00,2,,192,1,7,,193,1,7"),
    sentence("SGALR,081950.10,192,A,V,STEERING GEAR 1 OVERLOAD"),
    sentence("IIXDR,A,-1.5,D,PITCH,P,350000,P,OIL"),
    sentence("PFEC,GPatt,12.345,23.456,34.567,"),
]


def _good(stream: bytes) -> set[tuple[str, object]]:
    """The good values of a stream, by a decoder that has heard nothing before."""
    splitter = LineSplitter()
    lines = splitter.split(stream) + splitter.flush()
    found = a_decoder(*_ALL).decode([(NOW, line) for line in lines])
    return {(str(tag_id), value.value) for tag_id, value in found if value.quality.is_good}


@settings(max_examples=400)
@given(line=st.sampled_from(_WHOLE), place=st.integers(0, 200), byte=st.integers(0, 255))
def test_one_damaged_byte_never_gives_another_good_value(line: bytes, place: int, byte: int) -> None:
    at = place % len(line)
    damaged = line[:at] + bytes([byte]) + line[at + 1 :]
    assert _good(damaged + b"\r\n") <= _good(line + b"\r\n")


@settings(max_examples=200)
@given(line=st.sampled_from(_WHOLE), place=st.integers(0, 200), other=st.sampled_from(_WHOLE))
def test_a_sentence_that_breaks_off_gives_nothing_and_spoils_not_the_next(
    line: bytes, place: int, other: bytes
) -> None:
    cut = line[: place % len(line)]
    assume(b"\\" not in cut)  # what is left of a TAG block spoils the sentence behind it, too
    assert _good(cut + other + b"\r\n") == _good(other + b"\r\n")
    assert _good(cut + b"\r\n" + other + b"\r\n") == _good(other + b"\r\n")


def test_two_damaged_bytes_may_go_unnoticed() -> None:
    """What a checksum of eight bits cannot do: two equal changes cancel out. Only the range of a tag may notice."""
    right = sentence("HEHDT,123.4,T")
    swapped = right.replace(b"123.4", b"321.4")
    assert _good(swapped) == {("HDT.heading", 321.4)}


@settings(max_examples=300)
@given(st.lists(st.one_of(st.binary(max_size=120), st.sampled_from(_WHOLE)), max_size=12))
def test_no_bytes_raise(chunks: list[bytes]) -> None:
    decoder, splitter = a_decoder(*_ALL), LineSplitter(longest=200)
    for chunk in chunks:
        heard = [(NOW, line) for line in splitter.split(chunk + b"\n")]
        list(decoder.describe(heard))
        decoder.decode(heard)


_FIELD = st.one_of(
    st.sampled_from(["", "A", "V", "N", "E", "R", "T", "M", "1", "0", "-", ".", "+.", "00", "192", "RA", "085411"]),
    st.decimals(-1e6, 1e6, places=3).map(str),
    st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="$!*\\,"), max_size=12),
)


@settings(max_examples=400)
@given(formatter=st.sampled_from([*SENTENCES, "XDR", "ZZZ"]), fields=st.lists(_FIELD, max_size=20))
def test_no_whole_sentence_raises_and_every_good_number_is_finite(formatter: str, fields: list[str]) -> None:
    heard = [(NOW, sentence(",".join([f"RA{formatter}", *fields])))]
    decoder = a_decoder(*_ALL)
    list(decoder.describe(heard))
    for _, value in decoder.decode(heard):
        assert (value.value is None) is value.quality.is_bad
        assert not isinstance(value.value, float) or math.isfinite(value.value)
        assert value.quality is not Quality.BAD
