"""Alerts of other systems as tags: told by ALF and ALR, proved by the list ALC."""

import pytest

from tests.support.nmea0183 import NOW, a_binding, a_decoder, decoded, sentence
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue
from vmshmi.runtime.drivers.nmea0183.decode import SentenceDecoder


def _alf(state: str, text: str = "LOST TARGET", alert: str = ",192,1", revision: int = 1, part: str = "1,1,0") -> bytes:
    return sentence(f"RAALF,{part},124304.50,A,W,{state},{alert},{revision},0,{text}")


def _ship(alert: str = "192", **more: str) -> SentenceDecoder:
    return a_decoder(
        a_binding("active", "ALF", "active", "digital", alert=alert, **more),
        a_binding("state", "ALF", "state", "text", alert=alert, **more),
        a_binding("text", "ALF", "text", "text", alert=alert, **more),
    )


def _said(decoder: SentenceDecoder, *lines: bytes) -> list[tuple[str, object]]:
    return [(tag_id, value.value) for tag_id, value in decoded(decoder, *lines)]


@pytest.mark.parametrize(("state", "is_active", "words"), [
    ("A", True, "active, unacknowledged"),
    ("S", True, "active, silenced"),
    ("O", True, "active, responsibility transferred"),
    ("V", True, "active, acknowledged"),
    ("U", False, "rectified, unacknowledged"),
    ("N", False, "normal"),
])  # fmt: skip
def test_an_alert_is_a_switch_that_is_on_while_it_is_active(state: str, is_active: bool, words: str) -> None:
    assert _said(_ship(), _alf(state)) == [("active", is_active), ("state", words), ("text", "LOST TARGET")]


def test_an_unknown_state_is_neither() -> None:
    [(_, active), *_] = decoded(_ship(), _alf("Z"))
    assert active == TagValue(None, Quality.BAD_DECODING_ERROR, NOW, "Z")


@pytest.mark.parametrize(("bound", "more", "told", "matches"), [
    ("192", {}, ",192,1", True),
    ("192", {}, ",193,1", False),
    ("192", {}, "XYZ,192,1", True),
    ("XYZ-192", {}, "XYZ,0192,1", True),
    ("xyz-192", {}, "ABC,192,1", False),
    ("XYZ-192", {}, ",192,1", False),
    ("192", {"instance": "2"}, ",192,1", False),
    ("192", {"instance": "2"}, ",192,02", True),
    ("0512", {}, "XYZ,512,", True),
    ("192", {"talker": "II"}, ",192,1", False),
])  # fmt: skip
def test_an_alert_is_found_by_number_maker_and_instance(
    bound: str, more: dict[str, str], told: str, matches: bool
) -> None:
    assert bool(_said(_ship(bound, **more), _alf("A", alert=told))) is matches


def test_a_text_in_two_sentences_is_joined_and_the_state_does_not_wait_for_it() -> None:
    decoder = _ship("XYZ-512")
    first = sentence("IIALF,2,1,1,081950.10,B,A,S,XYZ,0512,1,2,0,HEADING LOST")
    second = sentence("IIALF,2,2,1,,,,,XYZ,0512,1,2,0,NO SYSTEM HEADING^2C AT ALL")
    assert _said(decoder, first) == [("active", True), ("state", "active, silenced")]
    assert _said(decoder, second)[2] == ("text", "HEADING LOST NO SYSTEM HEADING, AT ALL")
    assert decoder.counters()["incomplete"] == 0


def test_a_second_sentence_without_its_first_says_nothing() -> None:
    decoder = _ship("XYZ-512")
    second = sentence("IIALF,2,2,1,,,,,XYZ,0512,1,2,0,NO SYSTEM HEADING")
    assert _said(decoder, second) == []
    first = sentence("IIALF,2,1,1,081950.10,B,A,S,XYZ,0512,1,2,0,HEADING LOST")
    other = sentence("IIALF,2,2,2,,,,,XYZ,0512,1,2,0,OF ANOTHER MESSAGE")
    assert len(_said(decoder, first, other)) == 2
    assert decoder.counters()["incomplete"] == 2


def test_a_text_of_which_a_sentence_is_missing_is_not_joined() -> None:
    decoder = _ship()
    first, third = _alf("A", "ONE", part="3,1,5"), _alf("A", "THREE", part="3,3,5")
    assert len(_said(decoder, first, third)) == 2
    assert decoder.counters()["incomplete"] == 1
    decoded(decoder, first, first)
    assert decoder.counters()["incomplete"] == 2


def test_an_alarm_of_the_older_kind() -> None:
    decoder = a_decoder(
        a_binding("active", "ALR", "active", "digital", alert="23"),
        a_binding("acked", "ALR", "acknowledged", "digital", alert="23"),
        a_binding("text", "ALR", "text", "text", alert="23"),
    )
    assert _said(decoder, sentence("SGALR,081950.10,023,A,V,STEERING GEAR 1 OVERLOAD")) == [
        ("active", True), ("acked", False), ("text", "STEERING GEAR 1 OVERLOAD"),
    ]  # fmt: skip
    assert _said(decoder, sentence("SGALR,081950.10,024,A,V,OTHER")) == []
    assert _said(decoder, sentence("SGALR,081951.10,023,V,A,OVER"))[0] == ("active", False)


def test_a_system_without_alarms_ends_them_all() -> None:
    decoder = a_decoder(
        a_binding("active", "ALR", "active", "digital", alert="23", talker="SG"),
        a_binding("text", "ALR", "text", "text", alert="23", talker="SG"),
    )
    assert _said(decoder, sentence("SGALR,,,V,V,")) == [("active", False)]
    assert _said(decoder, sentence("SGALR,,,A,V,")) == []
    assert _said(decoder, sentence("RAALR,,,V,V,")) == []


def test_a_refused_command_is_told() -> None:
    decoder = a_decoder(a_binding("refused", "ARC", "command", "text", alert="192", instance="1"))
    assert _said(decoder, sentence("RAARC,081950.10,,192,1,A")) == [("refused", "acknowledge")]


def _alc(*entries: str, talker: str = "RA", part: str = "01,01,00") -> bytes:
    return sentence(",".join([f"{talker}ALC", part, str(len(entries)), *entries]))


def test_the_list_proves_what_was_told_so_that_it_does_not_grow_stale() -> None:
    decoder = _ship()
    told = _said(decoder, _alf("V", revision=7))
    assert _said(decoder, _alc(",192,1,7")) == told


def test_an_alert_that_is_not_in_the_list_is_normal_again() -> None:
    decoder = _ship()
    decoded(decoder, _alf("A"))
    assert _said(decoder, _alc(",193,1,1")) == [("active", False), ("state", "normal"), ("text", "LOST TARGET")]
    assert _said(decoder, _alf("A"))[0] == ("active", True)


def test_the_list_of_another_system_says_nothing_about_it() -> None:
    decoder = _ship()
    decoded(decoder, _alf("A"))
    assert _said(decoder, _alc(talker="VD")) == []


def test_an_alert_in_the_list_with_another_revision_is_active_and_the_rest_is_doubted() -> None:
    decoder = _ship()
    decoded(decoder, _alf("N", revision=1))
    found = [(tag_id, value.value, value.quality) for tag_id, value in decoded(decoder, _alc(",192,1,3"))]
    assert found == [
        ("active", True, Quality.GOOD),
        ("state", "normal", Quality.UNCERTAIN_LAST_USABLE_VALUE),
        ("text", "LOST TARGET", Quality.UNCERTAIN_LAST_USABLE_VALUE),
    ]


def test_an_alert_nobody_has_told_of_is_known_from_the_list() -> None:
    assert _said(_ship(), _alc(",192,1,3")) == [("active", True)]
    assert _said(_ship(), _alc()) == []  # perhaps it is another system's
    assert _said(_ship(talker="RA"), _alc()) == [("active", False), ("state", "normal")]


def test_a_list_in_two_sentences_says_nothing_before_it_is_complete() -> None:
    decoder = _ship()
    decoded(decoder, _alf("A"))
    assert _said(decoder, _alc(",1,1,1", ",2,1,1", part="02,01,00")) == []
    assert _said(decoder, _alc(",192,1,1", part="02,02,00"))[0] == ("active", True)


def test_being_in_the_list_is_a_tag_too() -> None:
    decoder = a_decoder(a_binding("listed", "ALC", "listed", "digital", alert="192", talker="RA"))
    lines = [_alc(",192,1,3"), _alc(), _alc(",192,1,3", talker="VD")]
    assert [_said(decoder, line) for line in lines] == [[("listed", True)], [("listed", False)], []]
