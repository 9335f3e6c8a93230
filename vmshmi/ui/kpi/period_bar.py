"""Chooses the time that is looked at: the last watch, day, week or month, steps back from it, or any from and to."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QTimer, QTimeZone, Signal
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QWidget

from vmshmi.core.clock import Clock
from vmshmi.ui.kpi.periods import A_DAY, CUSTOM, LENGTHS, LONGEST, MONTH, WATCH, WEEK, Period, beside, latest
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_BODY, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.segments import Segments
from vmshmi.ui.widgets.touch_button import TouchButton

_SETTLE_MS = 600
"""Somebody who turns through days wants the last one only."""


class PeriodBar(QWidget):
    """The choice and what it comes to."""

    changed = Signal()
    """Another period is wanted."""

    def __init__(self, clock: Clock, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock = clock
        self._period = latest(WEEK, clock.now())
        self.follows_now = True
        """The period ends now and goes on with the time."""
        choices = (
            (WATCH, self.tr("Watch 4 h")),
            (A_DAY, self.tr("Day")),
            (WEEK, self.tr("Week")),
            (MONTH, self.tr("30 days")),
            (CUSTOM, self.tr("From – to")),
        )
        self.choice = Segments(choices, theme, self)
        self.earlier = TouchButton(theme, "", icon="left", parent=self)
        self.earlier.setObjectName("kpi_earlier")
        self.earlier.setAccessibleName(self.tr("Earlier"))
        self.later = TouchButton(theme, "", icon="right", parent=self)
        self.later.setObjectName("kpi_later")
        self.later.setAccessibleName(self.tr("Later"))
        self.since_edit, self.until_edit = self._edit(), self._edit()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._arrange()
        self.choice.chosen.connect(self._on_choice)
        self.earlier.clicked.connect(lambda: self._shift(forwards=False))
        self.later.clicked.connect(lambda: self._shift(forwards=True))
        self._settle.timeout.connect(self._on_edited)
        for edit in (self.since_edit, self.until_edit):
            edit.dateTimeChanged.connect(self._on_touched)
        self.choice.choose(WEEK)

    def _edit(self) -> QDateTimeEdit:
        edit = QDateTimeEdit(self)
        edit.setTimeZone(QTimeZone.utc())
        edit.setDisplayFormat("dd MMM yyyy HH:mm")
        edit.setCalendarPopup(True)
        edit.setFont(ui_font(TEXT_BODY))
        edit.setMinimumHeight(TOUCH)
        return edit

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.choice)
        for part in (self.earlier, self.later, self.since_edit, self.until_edit):
            row.addWidget(part)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.choice, self.earlier, self.later):
            part.apply_theme(theme)

    @property
    def period(self) -> Period:
        """What is to be looked at now."""
        if self.follows_now and self.choice.current in LENGTHS:
            self._period = latest(self.choice.current, self._clock.now())
        return self._period

    def _on_choice(self, choice: str) -> None:
        custom = choice == CUSTOM
        for part in (self.earlier, self.later):
            part.setVisible(not custom)
        for edit in (self.since_edit, self.until_edit):
            edit.setVisible(custom)
        self.follows_now = not custom
        if custom:
            self._show(self._period)
        self._tell()

    def _shift(self, *, forwards: bool) -> None:
        wanted = beside(self.period, LENGTHS[self.choice.current], forwards=forwards)
        self.follows_now = wanted.until >= self._clock.now()
        self._period = wanted
        self._tell()

    def _on_touched(self) -> None:
        self._settle.start()

    def _on_edited(self) -> None:
        """Take what was written; what cannot be is put right in the fields."""
        if self.choice.current != CUSTOM:
            return
        now = self._clock.now()
        until = min(now, _moment(self.until_edit))
        since = min(_moment(self.since_edit), until - timedelta(minutes=10))
        period = Period(max(since, until - LONGEST), until)
        self._show(period)
        if period != self._period:
            self._period = period
            self._tell()

    def _show(self, period: Period) -> None:
        for edit, moment in ((self.since_edit, period.since), (self.until_edit, period.until)):
            edit.blockSignals(True)
            edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), QTimeZone.utc()))
            edit.blockSignals(False)

    def _tell(self) -> None:
        self.later.setEnabled(not self.follows_now)
        self.changed.emit()


def _moment(edit: QDateTimeEdit) -> datetime:
    return datetime.fromtimestamp(edit.dateTime().toSecsSinceEpoch(), UTC)
