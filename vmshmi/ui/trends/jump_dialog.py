"""Go to a time: date and time by touch, the usual steps back, and the alarm before or after."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_LABEL, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.widgets.painting import CENTRE, draw_ground, draw_text
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

_HOUR_S, _DAY_S = 3_600.0, 86_400.0
_FIELD_PX = 112
_FIELDS = ("day", "month", "year", "hour", "minute")


class _Field(QWidget):
    """One number of the date or time, large."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self.text = ""
        self.setFixedSize(_FIELD_PX, ACK + GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name and number."""
        del event
        painter = QPainter(self)
        box = QRectF(self.rect())
        ink = self._theme.text_secondary
        draw_text(painter, box.adjusted(0, 0, 0, -44), self._name, ui_font(TEXT_LABEL), ink, CENTRE)
        font = ui_font(TEXT_TITLE + 6, bold=True)
        draw_text(painter, box.adjusted(0, 20, 0, 0), self.text, font, self._theme.text, CENTRE)
        painter.end()


class JumpDialog(QDialog):
    """Asks for a moment. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        ticks: the clock of the axis.
        at_s: where it begins, seconds since 1970 UTC.
        now_s: the latest moment that can be asked for.
        given: called with the moment when it was confirmed.
        to_alarm: called with -1 for the alarm before the chart's middle, 1 for the one after it.
    """

    def __init__(
        self,
        theme: Theme,
        ticks: TimeTicks,
        at_s: float,
        now_s: float,
        given: Callable[[float], None],
        to_alarm: Callable[[int], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("jump_dialog")
        self.setWindowTitle(self.tr("Go to a time"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme, self._ticks, self._now_s = theme, ticks, now_s
        self._given, self._to_alarm = given, to_alarm
        self._at_s = min(at_s, now_s)
        words = (self.tr("Day"), self.tr("Month"), self.tr("Year"), self.tr("Hour"), self.tr("Minute"))
        self._fields = {name: _Field(theme, word, self) for name, word in zip(_FIELDS, words, strict=True)}
        heading = QLabel(self.tr("Go to a time"), self)
        heading.setFont(ui_font(TEXT_TITLE, bold=True))
        self.clock = QLabel(self)
        self.clock.setFont(ui_font(TEXT_BODY))
        self.clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addWidget(self.clock, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        column.addLayout(top)
        column.addLayout(self._steppers())
        column.addLayout(self._steps_back())
        column.addLayout(self._ways())
        self._show()

    @property
    def at_s(self) -> float:
        """The moment that is shown."""
        return self._at_s

    def _steppers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, (name, field) in enumerate(self._fields.items()):
            grid.addWidget(field, 1, place)
            for row, sign, text, part in ((0, 1, "+", "more"), (2, -1, "−", "less")):
                button = self._button(text, f"jump_{name}_{part}", ACK)
                button.set_text_size(TEXT_TITLE)
                button.setAutoRepeat(True)
                button.clicked.connect(lambda _=False, of=name, by=sign: self.step(of, by))
                grid.addWidget(button, row, place)
        return grid

    def _steps_back(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        steps = (
            (self.tr("1 h back"), _HOUR_S),
            (self.tr("1 day back"), _DAY_S),
            (self.tr("1 week back"), 7 * _DAY_S),
            (self.tr("30 days back"), 30 * _DAY_S),
        )
        for text, seconds in steps:
            button = self._button(text, f"jump_back_{seconds:.0f}", ACK)
            button.clicked.connect(lambda _=False, by=seconds: self._set(self._at_s - by))
            row.addWidget(button)
        return row

    def _ways(self) -> QGridLayout:
        before = self._button(self.tr("Previous alarm"), "jump_alarm_before", ACK, icon="alarms")
        after = self._button(self.tr("Next alarm"), "jump_alarm_after", ACK, icon="alarms")
        cancel = self._button(self.tr("Cancel"), "cancel", TOUCH_LARGE)
        show = self._button(self.tr("Show"), "jump_show", TOUCH_LARGE, role=ButtonRole.PRIMARY)
        for button, way in ((before, -1), (after, 1)):
            button.setToolTip(self.tr("Of the tags on the chart"))
            button.clicked.connect(lambda _=False, it=way: self._go_to_alarm(it))
        cancel.clicked.connect(self.reject)
        show.clicked.connect(self._confirm)
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, button in enumerate((before, after, cancel, show)):
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _button(
        self, text: str, name: str, height: int, *, icon: str = "", role: ButtonRole = ButtonRole.NORMAL
    ) -> TouchButton:
        button = TouchButton(self._theme, text, icon=icon, role=role, parent=self)
        button.setObjectName(name)
        button.setFixedHeight(height)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def step(self, field: str, by: int) -> None:
        """Move one field; hours and minutes go through a clock change as time does, days keep the time of the day."""
        match field:
            case "minute":
                self._set(self._at_s + by * 60)
            case "hour":
                self._set(self._at_s + by * _HOUR_S)
            case "day":
                self._set(self._ticks.at(self._wall() + timedelta(days=by)))
            case "month":
                self._set(self._ticks.at(months_later(self._wall(), by)))
            case _:
                self._set(self._ticks.at(months_later(self._wall(), 12 * by)))

    def _wall(self) -> datetime:
        return self._ticks.wall(self._at_s).replace(tzinfo=None)

    def _set(self, at_s: float) -> None:
        self._at_s = max(0.0, min(at_s, self._now_s))
        self._show()

    def _show(self) -> None:
        wall = self._wall()
        texts = (f"{wall.day}", wall.strftime("%b"), f"{wall.year}", f"{wall.hour:02d}", f"{wall.minute:02d}")
        for field, text in zip(self._fields.values(), texts, strict=True):
            field.text = text
            field.update()
        self.clock.setText(self._ticks.offset_text(self._at_s, self._at_s))

    def _confirm(self) -> None:
        self._given(self._at_s)
        self.accept()

    def _go_to_alarm(self, way: int) -> None:
        self._to_alarm(way)
        self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)


def months_later(wall: datetime, months: int) -> datetime:
    """The same day of another month; its last day where that is earlier."""
    number = wall.year * 12 + wall.month - 1 + months
    year, month = max(1970, number // 12), number % 12 + 1
    for day in range(wall.day, 28, -1):
        try:
            return wall.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return wall.replace(year=year, month=month, day=min(wall.day, 28))
