"""The strip of marks above the lanes, as it is painted."""

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from tests.support.ui_window import RESOURCES
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, Priority, TransitionKind
from vmshmi.ui.style.application import prepare_application
from vmshmi.ui.style.theme import load_themes
from vmshmi.ui.trends.mark_strip import STRIP_PX, MarkStrip
from vmshmi.ui.trends.marks import MARK_PX, EventMark, MarkGroup
from vmshmi.ui.trends.picture import Picture

pytestmark = pytest.mark.usefixtures("qapp")
SIZE = (400, STRIP_PX)


def a_group(at_s: float, count: int) -> MarkGroup:
    record = AlarmRecord("a", 1, active=True, acknowledged=False)
    line = AlarmTransition(TransitionKind.RAISED, datetime(2026, 3, 1, tzinfo=UTC), record)
    return MarkGroup(at_s, tuple(EventMark(at_s, line, record, Priority.ALARM) for _ in range(count)))


def painted(*groups: MarkGroup) -> QImage:
    prepare_application(RESOURCES)
    strip = MarkStrip(load_themes(RESOURCES / "palettes" / "openbridge.json")["day"])
    strip.resize(*SIZE)
    strip.show_marks(Picture(0.0, float(SIZE[0]), (), (), None, (), groups))
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    strip.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return image


def test_the_number_of_a_group_is_read_although_another_stands_close_behind_it() -> None:
    alone, close = painted(a_group(100, 12)), painted(a_group(100, 12), a_group(124, 1))
    half, middle = round(MARK_PX / 2), SIZE[1] // 2
    number = (100 + half - 5, middle - half - 4, 12, 11)  # over the symbol's upper right corner
    assert alone.copy(*number) == close.copy(*number)
    assert painted(a_group(100, 1)).copy(*number) != alone.copy(*number)
