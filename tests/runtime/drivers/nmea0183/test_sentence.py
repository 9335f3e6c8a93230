"""Is a line a sentence?"""

from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.nmea0183 import sentence, tagged
from vmshmi.runtime.drivers.nmea0183.sentence import Fault, Sentence, TagBlock, checksum, parse, unescaped

RPM = b"$ERRPM,E,1,649.5,80.0,A*53"


def _whole(line: bytes) -> Sentence:
    found = parse(line)
    assert isinstance(found, Sentence), found
    return found


@given(st.binary(max_size=300))
def test_the_checksum_is_the_exclusive_or_of_all_bytes(data: bytes) -> None:
    assert checksum(data) == reduce(xor, data, 0)


def test_a_sentence_has_talker_formatter_and_fields() -> None:
    found = _whole(sentence("ERRPM,E,1,649.5,80.0,A"))
    assert found == Sentence("ERRPM", ["E", "1", "649.5", "80.0", "A"], None, False)
    assert (found.talker, found.formatter) == ("ER", "RPM")


def test_a_proprietary_sentence_has_no_talker() -> None:
    found = _whole(sentence("PFEC,GPatt,12.345,23.456,34.567,"))
    assert (found.talker, found.formatter, len(found.fields)) == ("", "PFEC", 5)


@pytest.mark.parametrize("start", ["$", "!"])
def test_both_starts_are_taken(start: str) -> None:
    assert _whole(sentence("AIVDM,1,1,,A,x,0", start)).formatter == "VDM"


@pytest.mark.parametrize("end", [b"", b" ", b"\0"])
def test_a_checksum_in_small_letters_and_padding_are_taken(end: bytes) -> None:
    line = sentence("GPHDT,12.0,T")
    assert _whole(line[:-2] + line[-2:].lower() + end).fields == ["12.0", "T"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"", Fault.NOISE),
        (b"hello", Fault.NOISE),
        (b"$", Fault.TRUNCATED),
        (b"$GPHDT,12.0,T", Fault.TRUNCATED),
        (b"$GPHDT,12.0,T*", Fault.CHECKSUM),
        (b"$GPHDT,12.0,T*0", Fault.CHECKSUM),
        (b"$GPHDT,12.0,T*00", Fault.CHECKSUM),
        (sentence("GPHDT,12.0,T") + b"x", Fault.CHECKSUM),
        (sentence("GPHDT,12.0,T").replace(b"*", b"* "), Fault.CHECKSUM),
        (sentence("GPHDT,1\x01.0,T"), Fault.NOISE),
        (sentence("GPHDT,1\xe9.0,T"), Fault.NOISE),
        (sentence("&bTXT,01"), Fault.NOISE),
        (sentence("GP,01"), Fault.NOISE),
        (sentence("gphdt,01,T"), Fault.NOISE),
        (sentence(""), Fault.NOISE),
    ],
)
def test_what_is_none_says_why(line: bytes, fault: Fault) -> None:
    assert parse(line) is fault


def test_only_where_it_is_allowed_a_sentence_needs_no_checksum() -> None:
    bare = b"$GPHDT,12.0,T"
    assert parse(bare) is Fault.TRUNCATED
    assert parse(bare + b" ", need_checksum=False) == Sentence("GPHDT", ["12.0", "T"], None, False)
    assert parse(bare + b"*00", need_checksum=False) is Fault.CHECKSUM
    assert parse(b"$GPRM" + bare, need_checksum=False) is Fault.TRUNCATED
    assert isinstance(parse(tagged("s:GP0001", bare), need_checksum=False), Sentence)
    assert isinstance(parse(b"x" + sentence("GPHDT,12.0,T"), need_checksum=False), Sentence)


@pytest.mark.parametrize("noise", [b"\xb5b\x01\x07", b"$GPRMC,0854", b"!AIVDM,1", b"x\\y"])
def test_a_whole_sentence_behind_noise_is_taken_and_marked(noise: bytes) -> None:
    assert parse(noise + sentence("GPHDT,12.0,T")) == Sentence("GPHDT", ["12.0", "T"], None, True)


def test_a_tag_block_says_who_sent_it_and_when() -> None:
    found = _whole(tagged("s:GP0001,n:17,c:1398176789,g:1-3-1234", sentence("GPHDT,12.0,T")))
    assert found.tags == TagBlock("GP0001", 17, 1398176789.0, (1, 3, "1234"))
    assert not found.after_noise


def test_milliseconds_several_blocks_and_a_datagrams_header_are_understood() -> None:
    inner = tagged("s:HE0002,n:1", tagged("c:1398176789250,x:?", sentence("HEHDT,12.0,T")))
    found = _whole(b"UdPbC\0" + inner)
    assert found.tags == TagBlock("HE0002", 1, 1398176789.25, None)
    assert not found.after_noise


def test_noise_before_a_tag_block_is_marked() -> None:
    found = _whole(b"\x01x" + tagged("s:GP0001", sentence("HEHDT,12.0,T")))
    assert (found.after_noise, found.tags) == (True, TagBlock("GP0001"))


def test_a_datagram_may_have_no_tag_block() -> None:
    assert parse(b"UdPbC\0" + sentence("HEHDT,12.0,T")) == Sentence("HEHDT", ["12.0", "T"], None, False)
    assert _whole(b"UdXbC\0" + sentence("HEHDT,12.0,T")).after_noise


@pytest.mark.parametrize("block", [rb"\s:GP0001*00\\"[:-1], rb"\s:GP0001\\"[:-1], b"\\*\\"])
def test_a_tag_block_with_a_wrong_checksum_spoils_its_sentence(block: bytes) -> None:
    assert parse(block + sentence("GPHDT,12.0,T")) is Fault.TAG_BLOCK


@pytest.mark.parametrize("block", ["n:x", "n:", "c:now", "g:1-2", "g:a-b-c", "?", "s:"])
def test_what_a_tag_block_says_wrongly_is_not_said(block: str) -> None:
    assert _whole(tagged(block, sentence("GPHDT,12.0,T"))).tags == TagBlock()


def test_escapes_stand_for_characters() -> None:
    assert unescaped("50 ^25 ^2C done^2") == "50 % , done^2"
