"""The worst offenders: most frequent, chattering, stale; one touch from each to its what-if and to its definition."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.model import AlarmDef, AlarmState
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.kpi.words import share_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, WidthOf, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable
from vmshmi.ui.widgets.segments import Segments

FREQUENT, CHATTERING, STALE = "frequent", "chattering", "stale"
WHAT_IF, DEFINITION = "what_if", "definition"


@dataclass(frozen=True, slots=True)
class _Line:
    alarm: str
    number: str
    more: str
    share: float


class WorstList(QWidget):
    """One of three lists, chosen above it."""

    opened = Signal(str, str)
    """`WHAT_IF` or `DEFINITION`, and the alarm's id."""

    def __init__(self, definitions: Mapping[str, AlarmDef], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._definitions = definitions
        self._theme = theme
        self._kpi: AlarmKpi | None = None
        self._lines: tuple[_Line, ...] = ()
        self.choice = Segments(self._choices(), theme, self)
        self.rows = RowTable(self, self._columns(), theme, "", self, row_height=TOUCH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choice)
        column.addWidget(self.rows, 1)
        self.choice.chosen.connect(self._fill)
        self.rows.cell_opened.connect(self._on_cell)

    def _choices(self) -> tuple[tuple[str, str], ...]:
        return (
            (FREQUENT, self.tr("Most frequent")),
            (CHATTERING, self.tr("Chattering")),
            (STALE, self.tr("Stale")),
        )

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("alarm", self.tr("Alarm"), 150, stretch=True),
            Column("number", "", 96, align=RIGHT),
            Column(WHAT_IF, "", 84, opens=True),
            Column(DEFINITION, "", 84, opens=True),
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.choice.apply_theme(theme)
        self.rows.apply_theme(theme)

    def set_kpi(self, kpi: AlarmKpi | None) -> None:
        """Show these; None shows none."""
        self._kpi = kpi
        counts = {CHATTERING: len(kpi.chattering), STALE: len(kpi.stale)} if kpi is not None else {}
        for which, text in self._choices():
            self.choice.set_text(which, f"{text}  {counts[which]}" if which in counts else text)
        self._fill()

    def _fill(self) -> None:
        kpi, which = self._kpi, self.choice.current
        self._lines = ()
        if kpi is not None and which == FREQUENT:
            most = max((actor.raised for actor in kpi.top), default=1)
            self._lines = tuple(_Line(a.alarm, f"{a.raised:,}", share_text(a.share), a.raised / most) for a in kpi.top)
        elif kpi is not None and which == CHATTERING:
            most = max((one.bursts for one in kpi.chattering), default=1)
            self._lines = tuple(
                _Line(
                    one.alarm,
                    self.tr("{count} times").format(count=f"{one.bursts:,}"),
                    self.tr("{count} in 1 min").format(count=one.most),
                    one.bursts / most,
                )
                for one in kpi.chattering
            )
        elif kpi is not None:
            longest = max((one.standing_s for one in kpi.stale), default=1.0)
            self._lines = tuple(
                _Line(
                    one.alarm,
                    duration_text(one.standing_s),
                    self.tr("ended") if one.ended_at else self.tr("stands"),
                    one.standing_s / longest,
                )
                for one in kpi.stale
            )
        empty = {
            FREQUENT: self.tr("No alarms"),
            CHATTERING: self.tr("None came three times within a minute"),
            STALE: self.tr("None stood for more than a day"),
        }
        self.rows.set_empty_text(empty[which] if kpi is not None and kpi.known_since is not None else "")
        self.rows.verticalScrollBar().setValue(0)
        self.rows.rows_changed()

    def _on_cell(self, row: int, column: str) -> None:
        self.opened.emit(column, self._lines[row].alarm)

    # ---- RowSource

    def row_count(self) -> int:
        """How many are listed."""
        return len(self._lines)

    def row_key(self, row: int) -> object:
        """The alarm."""
        return self._lines[row].alarm

    def row_text(self, row: int) -> str:
        """The line in words."""
        line = self._lines[row]
        return f"{self._message(line.alarm)}, {line.number}, {line.more}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Nothing lies under a row; its bar is in its first cell."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        line, theme = self._lines[row], self._theme
        match column.key:
            case "alarm":
                self._paint_alarm(painter, rect, line)
            case "number":
                upper = rect.adjusted(0, 3, 0, -rect.height() / 2)
                draw_text(painter, upper, line.number, ui_font(TEXT_BODY, bold=True), theme.text, RIGHT)
                lower = rect.adjusted(0, rect.height() / 2, 0, -3)
                draw_text(painter, lower, line.more, ui_font(TEXT_LABEL), theme.text_secondary, RIGHT)
            case _:
                text = self.tr("What-if") if column.key == WHAT_IF else self.tr("Limits")
                painter.save()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.text_disabled, 1))
                painter.setBrush(theme.card)
                button = rect.adjusted(-GAP + 3, 3, GAP - 3, -4)
                painter.drawRoundedRect(button, RADIUS, RADIUS)
                painter.restore()
                painter.setBrush(Qt.BrushStyle.NoBrush)
                draw_text(painter, button, text, ui_font(TEXT_LABEL, bold=True), theme.text, CENTRE)

    def _paint_alarm(self, painter: QPainter, rect: QRectF, line: _Line) -> None:
        theme = self._theme
        definition = self._definitions.get(line.alarm)
        text = rect
        if definition is not None:
            symbol = QRectF(rect.x(), rect.center().y() - 11, 22, 22)
            paint_alert(painter, symbol, definition.priority, AlarmState.ACK, theme)
            text = rect.adjusted(28, 0, 0, 0)
        bar = QRectF(text.x(), rect.bottom() - 9, max(2.0, text.width() * line.share), 5)
        painter.fillRect(bar, theme.accent)
        message = self._message(line.alarm)
        font = ui_font(TEXT_BODY)
        if WidthOf(font)(message) > text.width():
            font = ui_font(TEXT_LABEL)
        draw_text(painter, text.adjusted(0, 0, 0, -8), message, font, theme.text)

    def _message(self, alarm_id: str) -> str:
        definition = self._definitions.get(alarm_id)
        return alarm_id if definition is None else definition.message or alarm_id
