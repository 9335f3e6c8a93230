"""What lies behind a touched mark: each alarm with its times, and one touch to its list."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import TransitionKind
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.mark_strip import state_of
from vmshmi.ui.trends.marks import EventMark, MarkGroup
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.widgets.painting import draw_ground, draw_text
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.touch_button import TouchButton

_ROW_PX = 68
_MOST_ROWS = 50
_WIDTH = 620


class _Lines(QWidget):
    """The marks, newest first, as painted rows."""

    def __init__(self, theme: Theme, marks: list[EventMark], ticks: TimeTicks, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks = marks
        self._ticks = ticks
        self.setFixedHeight(_ROW_PX * len(marks))
        self.setAccessibleName("\n".join(f"{self.title(mark)} {self.times(mark)}" for mark in marks))

    def title(self, mark: EventMark) -> str:
        """What happened."""
        match mark.line.kind:
            case TransitionKind.STARTED:
                return self.tr("The program started")
            case TransitionKind.STOPPED:
                return self.tr("The program stopped")
            case TransitionKind.CLOCK_JUMPED:
                return self.tr("The clock was set: {by}").format(by=mark.line.reason)
            case _:
                return mark.line.message or mark.line.record.id

    def times(self, mark: EventMark) -> str:
        """When, until when, and who answered."""
        parts = [self._ticks.moment_text(mark.at_s)]
        over = mark.latest.rectified_at or mark.latest.cleared_at
        if mark.priority is not None and over is not None:
            parts.append(self.tr("until {time}").format(time=self._clock(over)))
        if mark.latest.acked_at is not None and mark.latest.acked_by:
            words = self.tr("acknowledged {time}, {user}")
            parts.append(words.format(time=self._clock(mark.latest.acked_at), user=mark.latest.acked_by))
        return "   ".join(parts)

    def _clock(self, moment: datetime) -> str:
        return self._ticks.clock_text(moment.astimezone(UTC).timestamp())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        theme = self._theme
        for position, mark in enumerate(self._marks):
            rect = QRectF(0, position * _ROW_PX, self.width(), _ROW_PX)
            if not rect.intersects(QRectF(event.rect())):
                continue
            painter.fillRect(QRectF(0, rect.bottom() - 1, rect.width(), 1), theme.outline)
            if mark.priority is not None:
                box = QRectF(4, rect.center().y() - 15, 30, 30)
                paint_alert(painter, box, mark.priority, state_of(mark), theme)
            left = rect.adjusted(46, 8, -8, -_ROW_PX / 2)
            draw_text(painter, left, self.title(mark), ui_font(TEXT_BODY, bold=True), theme.text)
            below = rect.adjusted(46, _ROW_PX / 2, -8, -8)
            draw_text(painter, below, self.times(mark), ui_font(TEXT_LABEL), theme.text_secondary)
        painter.end()


class MarkCard(QDialog):
    """Use `open()`, never `exec()`.

    Args:
        theme: colours.
        group: what was touched.
        ticks: the clock of the axis.
        show_alarm: called with the gravest alarm's id when it is wanted; its list opens.
        look_at: called with the moment when the chart is to show it.
    """

    def __init__(
        self,
        theme: Theme,
        group: MarkGroup,
        ticks: TimeTicks,
        show_alarm: Callable[[str], None],
        look_at: Callable[[float], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("mark_card")
        self.setWindowTitle(self.tr("Alarms at this time"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        marks = sorted(group.marks, key=lambda mark: -mark.at_s)[:_MOST_ROWS]
        self.lines = _Lines(theme, marks, ticks, self)
        area = TouchScrollArea(self.lines, self)
        area.setFixedHeight(min(5, len(marks)) * _ROW_PX + 4)
        alarm_id = group.gravest.line.record.id
        self.alarm = TouchButton(theme, self.tr("Show alarm"), icon="alarms", parent=self)
        self.around = TouchButton(theme, self.tr("Show this time"), icon="trends", parent=self)
        self.close_button = TouchButton(theme, self.tr("Close"), icon="close", parent=self)
        self.alarm.setEnabled(bool(alarm_id))
        self.alarm.clicked.connect(lambda: (self.accept(), show_alarm(alarm_id)))
        self.around.clicked.connect(lambda: (self.accept(), look_at(group.gravest.at_s)))
        self.close_button.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        named = ((self.close_button, "cancel"), (self.around, "mark_around"), (self.alarm, "mark_alarm"))
        for button, name in named:
            button.setObjectName(name)
            button.setFixedHeight(ACK)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(area)
        column.addLayout(buttons)
        self.setFixedWidth(min(_WIDTH, parent.width() - 2 * MARGIN))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)
