"""One alarm at a glance: what, where, how much, since when. Painted; the value in it is live."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Priority
from vmshmi.ui.alarms.marks import Mark, paint_marks
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import priority_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_INSTRUMENT, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, WidthOf, draw_lines, draw_text

_SIGN = 132
_VALUE = 250
_LARGE_LETTERS = 7
"""As many letters as a value in digits of an instrument may have."""


@dataclass(frozen=True, slots=True)
class FactsText:
    """What is written, ready to read.

    Attributes:
        tag: id and description of the tag.
        value: with unit, `---` when there is none.
        unit: what `value` ends with; empty for none, as states have.
        value_note: quality when it is not good.
        limit: operator, limit and unit.
        raised: when it was raised.
        state: what became of it since, empty while it is simply active.
        marks: what else is to be said of it.
        more: how many more want an answer; empty for none.
        warning: what stands in the way (refused, not connected); empty for nothing.
    """

    tag: str = ""
    value: str = ""
    unit: str = ""
    value_note: str = ""
    limit: str = ""
    raised: str = ""
    state: str = ""
    marks: tuple[Mark, ...] = ()
    more: str = ""
    warning: str = ""


class AlarmFacts(QWidget):
    """The left part of the banner."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._alarm: AlarmDef | None = None
        self._record: AlarmRecord | None = None
        self._priority = Priority.CAUTION
        self._text = FactsText()
        self._lit = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def text(self) -> FactsText:
        """What is written now."""
        return self._text

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def show_alarm(self, alarm: AlarmDef, record: AlarmRecord, priority: Priority, text: FactsText) -> None:
        """Show this, with the priority it has now; draws only when something reads differently."""
        if (alarm, record, priority, text) != (self._alarm, self._record, self._priority, self._text):
            self._alarm, self._record, self._priority, self._text = alarm, record, priority, text
            self.setAccessibleName(alarm.message)
            words = (text.value, text.limit, text.raised, text.state, *(m.sentence for m in text.marks), text.warning)
            self.setAccessibleDescription(" ".join(word for word in words if word))
            self.update()

    def set_lit(self, lit: bool) -> None:
        """The phase of the flash."""
        self._lit = lit
        self.update(0, 0, _SIGN, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw sign, words and value."""
        del event
        if self._alarm is None or self._record is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_sign(painter, QRectF(0, 0, _SIGN, self.height()), self._priority, self._record)
        left = _SIGN + MARGIN
        value = QRectF(self.width() - _VALUE, 0, _VALUE - MARGIN, self.height())
        words = QRectF(left, 0, value.left() - left - MARGIN, self.height())
        self._paint_words(painter, words, self._alarm)
        self._paint_value(painter, value)
        painter.end()

    def _paint_sign(self, painter: QPainter, box: QRectF, priority: Priority, record: AlarmRecord) -> None:
        colours = self._theme.alert(priority)
        lit = self._lit or not record.is_unanswered
        painter.fillRect(box, colours.fill if lit else colours.container)
        ink = colours.on_fill if lit else self._theme.text
        symbol = QRectF(box.x(), box.center().y() - 56, box.width(), 72)
        plate = QRectF(0, 0, 88, 80)
        plate.moveCenter(symbol.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.card)
        painter.drawRoundedRect(plate, 8, 8)
        paint_alert(painter, symbol.adjusted(0, 4, 0, -4), priority, record.state, self._theme, lit=lit)
        word = QRectF(box.x() + 4, symbol.bottom() + 8, box.width() - 8, 52)
        lines = priority_text(priority).split(" ")
        size = TEXT_BODY + 3
        wide = max(map(WidthOf(ui_font(size, bold=True)), lines))
        font = ui_font(min(size, int(size * word.width() / wide)), bold=True)  # EMERGENCIA is longer than EMERGENCY
        for number, line in enumerate(lines):
            place = QRectF(word.x(), word.y() + number * 22, word.width(), 24)
            draw_text(painter, place, line, font, ink, CENTRE)

    def _paint_words(self, painter: QPainter, box: QRectF, alarm: AlarmDef) -> None:
        theme, text = self._theme, self._text
        message = QRectF(box.x(), 10, box.width(), 76)
        took = draw_lines(painter, message, alarm.message, ui_font(TEXT_TITLE + 6, bold=True), theme.text, lines=2)
        top = 10 + took + 6
        tag = QRectF(box.x(), top, box.width(), 24)
        draw_text(painter, tag, text.tag, ui_font(TEXT_BODY + 1), theme.text_secondary)
        raised = QRectF(box.x(), top + 26, box.width(), 24)
        draw_text(painter, raised, text.raised, ui_font(TEXT_BODY + 1), theme.text)
        state = QRectF(box.x(), top + 52, box.width(), 26)
        took = paint_marks(painter, state, text.marks, theme) if text.marks else 0.0
        said = text.state or (text.marks[0].sentence if len(text.marks) == 1 else "")
        draw_text(painter, state.adjusted(took, 0, 0, 0), said, ui_font(TEXT_BODY + 1, bold=True), theme.text)
        foot = QRectF(box.x(), box.bottom() - 40, box.width(), 32)
        if text.warning:
            painter.fillRect(foot.adjusted(-GAP, 0, 0, 0), theme.invalid)
            draw_text(painter, foot, text.warning, ui_font(TEXT_BODY, bold=True), theme.text)
        elif text.more:
            draw_text(painter, foot, text.more, ui_font(TEXT_BODY + 1, bold=True), theme.text)

    def _paint_value(self, painter: QPainter, box: QRectF) -> None:
        theme, text = self._theme, self._text
        painter.setPen(QPen(theme.outline, 1))
        painter.drawLine(
            box.topLeft().toPoint().x() - GAP, 12, box.topLeft().toPoint().x() - GAP, int(box.bottom()) - 12
        )
        number = text.value.removesuffix(f" {text.unit}") if text.unit else text.value
        top = box.center().y() - 70
        if len(number) <= _LARGE_LETTERS:
            font = ui_font(TEXT_INSTRUMENT, bold=True)
            draw_text(painter, QRectF(box.x(), top, box.width(), 56), number, font, theme.text, RIGHT)
        else:  # a state's name
            font, room = ui_font(TEXT_TITLE + 2, bold=True), QRectF(box.x(), top + 6, box.width(), 76)
            draw_lines(painter, room, number, font, theme.text, RIGHT, lines=2)
        if text.unit and number != text.value:
            unit = QRectF(box.x(), top + 56, box.width(), 26)
            draw_text(painter, unit, text.unit, ui_font(TEXT_BODY + 2), theme.text_secondary, RIGHT)
        limit = QRectF(box.x(), top + 86, box.width(), 48)
        draw_lines(painter, limit, text.limit, ui_font(TEXT_BODY + 2), theme.text, RIGHT, lines=2)
        if text.value_note:
            note = QRectF(box.x(), box.bottom() - 40, box.width(), 24)
            painter.fillRect(note, theme.invalid)
            draw_text(painter, note, text.value_note, ui_font(TEXT_BODY - 1), theme.text, RIGHT)
