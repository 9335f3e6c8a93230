"""A list on a mimic: every entry of a text, and the number of those that find no room."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tests.support.fake_clock import FakeClock
from tests.support.ui_window import RESOURCES
from vmshmi.config.pages import ListElement
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.mimic import text_list
from vmshmi.ui.mimic.sight import Sight
from vmshmi.ui.mimic.text_list import entries_of, lines_that_fit, paint_list
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.theme import load_themes
from vmshmi.ui.widgets.painting import WidthOf

pytestmark = pytest.mark.usefixtures("qapp")
TAG = TagDef(TagId("me.faults"), description="Active faults", kind=TagKind.TEXT)
FAULTS = "SPN 100 Engine Oil Pressure: low (FMI 1); SPN 110 Engine Coolant Temperature: high (FMI 0), 3 times"


def drawn(value: str | None, quality: Quality, height: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are written of a list 400 wide."""
    written: list[str] = []

    def note(p: object, rect: object, text: str, *rest: object) -> float:
        written.append(text)
        return 0.0

    monkeypatch.setattr(text_list, "draw_text", note)
    clock = FakeClock()
    theme = load_themes(RESOURCES / "palettes" / "openbridge.json")["day"]
    sample = TagValue(value, quality, clock.now())
    sight = Sight(
        theme, 1.0, True, clock.now(), lambda _: (TAG, sample), lambda _: True, True, lambda _: (), lambda _: None
    )
    image = QImage(400, height, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    element = ListElement(type="list", tag=TAG.id, x=0, y=0, w=400, h=height)
    paint_list(painter, element, QRectF(0, 0, 400, height), sight)
    painter.end()
    return written


def test_each_entry_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = drawn(FAULTS, Quality.GOOD, 160, monkeypatch)
    assert written[0] == "SPN 100 Engine Oil Pressure: low (FMI 1)"
    assert " ".join(written[1:]) == "SPN 110 Engine Coolant Temperature: high (FMI 0), 3 times"


def test_what_finds_no_room_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "; ".join(f"SPN {number}" for number in range(1, 10))
    assert drawn(many, Quality.GOOD, 86, monkeypatch) == ["SPN 1", "SPN 2", "and 7 more"]


def test_no_list_is_shown_of_what_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(None, Quality.BAD_NO_COMMUNICATION, 160, monkeypatch) == []


def test_entries_are_divided_at_semicolons() -> None:
    assert entries_of("a; b;;  c ") == ["a", "b", "c"]
    assert entries_of("none") == ["none"]


def test_nothing_is_left_over_when_the_last_line_is_just_taken() -> None:
    width_of = WidthOf(ui_font(14))
    assert lines_that_fit(["a", "b", "c"], width_of, 100, 3) == (["a", "b", "c"], 0)
    assert lines_that_fit(["a", "b", "c", "d"], width_of, 100, 3) == (["a", "b"], 2)
