"""What an alarm says beside its state, in a word each: the same marks in the list, the details and on the banner."""

from dataclasses import dataclass
from math import ceil
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QRectF
from PySide6.QtGui import QPainter, QPen

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Category
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, WidthOf, draw_text

TEST_TAG = "system.test"
"""The tag that an alarm test sets: its alarms are no alarms of the ship."""
_TEXTS = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[str, tuple[str, str]]",
    {
        "test": (
            QT_TRANSLATE_NOOP("Marks", "TEST"),
            QT_TRANSLATE_NOOP("Marks", "This is a test of the alarm system, not an alarm."),
        ),
        "first": (
            QT_TRANSLATE_NOOP("Marks", "FIRST"),
            QT_TRANSLATE_NOOP("Marks", "First of its group: the others came after it."),
        ),
        "latched": (
            QT_TRANSLATE_NOOP("Marks", "reset wanted"),
            QT_TRANSLATE_NOOP("Marks", "Its cause has gone; it stands until it is reset."),
        ),
        "held": (
            QT_TRANSLATE_NOOP("Marks", "input lost"),
            QT_TRANSLATE_NOOP("Marks", "Last known state: its input is lost."),
        ),
        "repeating": ("{times}", QT_TRANSLATE_NOOP("Marks", "It comes and goes: {times}.")),
        "escalated": (
            QT_TRANSLATE_NOOP("Marks", "escalated"),
            QT_TRANSLATE_NOOP("Marks", "An unanswered warning: now an alarm."),
        ),
        "engine": (
            QT_TRANSLATE_NOOP("Marks", "ECR"),
            QT_TRANSLATE_NOOP("Marks", "Acknowledged in the engine control room only."),
        ),
    },
)
_LOUD = ("test", "first")
_PAD = 7
_GAP = 6
_HEIGHT = 22


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Attributes:
        word: on the mark.
        sentence: the same where there is room, for a person.
        loud: True for what a person must not overlook; it stands on the colour of text.
    """

    word: str
    sentence: str
    loud: bool = False


def is_test(alarm: AlarmDef) -> bool:
    """True for the alarms of the alarm test."""
    return alarm.tag == TEST_TAG


def hours_text(seconds: float) -> str:
    """`5 h`, `30 min`."""
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def marks_of(alarm: AlarmDef, record: AlarmRecord, rules: AlarmRules, station: str) -> tuple[Mark, ...]:
    """Its marks, what matters most first.

    Args:
        alarm: definition of the record.
        record: the facts.
        rules: of the ship; they say how far the fleeting memory looks back.
        station: where this is read.
    """
    window = hours_text(rules.repeat_window_s)
    times = QCoreApplication.translate("Marks", "{count} times in {window}").format(count=record.repeats, window=window)
    found = {
        "test": is_test(alarm),
        "first": record.first_out,
        "latched": record.latched and not record.active,
        "held": record.held,
        "repeating": record.repeats > 0,
        "escalated": record.escalations > 0,
        "engine": answered_elsewhere(alarm, record, rules, station),
    }
    return tuple(_mark(name, times) for name, applies in found.items() if applies)


def answered_elsewhere(alarm: AlarmDef, record: AlarmRecord, rules: AlarmRules, station: str) -> bool:
    """True for what wants an answer and cannot be answered at this station: category C on the bridge."""
    return not record.acknowledged and alarm.category is Category.C and rules.rights(station).bridge


def _mark(name: str, times: str) -> Mark:
    word, sentence = (QCoreApplication.translate("Marks", text).format(times=times) for text in _TEXTS[name])
    return Mark(word, sentence, name in _LOUD)


def paint_marks(painter: QPainter, room: QRectF, marks: tuple[Mark, ...], theme: Theme) -> float:
    """Draw as many marks as fit from the left edge of `room`, then `+n`; answers the width they took.

    Nothing is drawn where not even the first one fits.
    """
    width_of = WidthOf(ui_font(TEXT_LABEL, bold=True))
    left = room.x()
    for position, mark in enumerate(marks):
        rest = len(marks) - position
        wide = ceil(width_of(mark.word)) + 2 * _PAD
        last = ceil(width_of(f"+{rest - 1}")) + 2 * _PAD + _GAP if rest > 1 else 0
        if left + wide + last > room.right() + 0.5:
            left = _paint_more(painter, room, left, rest, theme)
            break
        _paint_mark(painter, QRectF(left, room.center().y() - _HEIGHT / 2, wide, _HEIGHT), mark, theme)
        left += wide + _GAP
    return left - room.x()


def marks_width(marks: tuple[Mark, ...]) -> float:
    """What they take when all of them fit."""
    width_of = WidthOf(ui_font(TEXT_LABEL, bold=True))
    return sum(ceil(width_of(mark.word)) + 2 * _PAD + _GAP for mark in marks)


def _paint_more(painter: QPainter, room: QRectF, left: float, rest: int, theme: Theme) -> float:
    text = f"+{rest}"
    wide = ceil(WidthOf(ui_font(TEXT_LABEL, bold=True))(text)) + 2 * _PAD
    if left + wide > room.right() + 0.5:
        return left
    _paint_mark(painter, QRectF(left, room.center().y() - _HEIGHT / 2, wide, _HEIGHT), Mark(text, ""), theme)
    return left + wide + _GAP


def _paint_mark(painter: QPainter, box: QRectF, mark: Mark, theme: Theme) -> None:
    painter.setPen(QPen(theme.text_secondary, 1))
    painter.setBrush(theme.text if mark.loud else theme.card)
    painter.drawRoundedRect(box, 4, 4)
    ink = theme.background if mark.loud else theme.text
    draw_text(painter, box, mark.word, ui_font(TEXT_LABEL, bold=True), ink, CENTRE)
