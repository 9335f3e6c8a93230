"""Everything about one alarm, and what a person can do with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from vmshmi.core.alarms.model import AlarmRecord, AlarmState
from vmshmi.core.clock import Clock
from vmshmi.core.display import NO_VALUE
from vmshmi.core.ports import TagsPort
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.words import limit_text, list_state_text, number_with_unit, priority_text
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.sizes import GAP, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton


class AlarmDetail(Panel):
    """The chosen alarm: facts, explanation (MSC.302 9.7), acknowledge, trend, tag."""

    trend_wanted = Signal(str)
    tag_wanted = Signal(str)

    def __init__(
        self,
        feed: AlarmFeed,
        tags: TagsPort,
        answers: Answers,
        session: Session,
        clock: Clock,
        times: ShipTime,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(theme, parent)
        self._feed = feed
        self._tags = tags
        self._answers = answers
        self._session = session
        self._clock = clock
        self._times = times
        self._record: AlarmRecord | None = None
        self.fields = FieldList(theme, self)
        self.ack_button = TouchButton(theme, self.tr("ACK"), role=ButtonRole.PRIMARY, parent=self)
        self.trend_button = TouchButton(theme, self.tr("Trend"), icon="trends", parent=self)
        self.tag_button = TouchButton(theme, self.tr("Tag"), icon="tags", parent=self)
        self._arrange()
        self.ack_button.clicked.connect(self._acknowledge)
        self.trend_button.clicked.connect(lambda: self.trend_wanted.emit(self._tag()))
        self.tag_button.clicked.connect(lambda: self.tag_wanted.emit(self._tag()))
        answers.changed.connect(self.refresh)
        session.changed.connect(self.refresh)
        self.show_record(None)

    def _arrange(self) -> None:
        self.ack_button.setObjectName("detail_ack")
        self.ack_button.set_text_size(TEXT_TITLE)
        self.ack_button.setFixedHeight(TOUCH_LARGE)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in (self.trend_button, self.tag_button):
            button.setFixedHeight(56)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
        self.column.addWidget(TouchScrollArea(self.fields, self), 1)
        self.column.addWidget(self.ack_button)
        self.column.addLayout(row)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        for part in (self.fields, self.ack_button, self.trend_button, self.tag_button):
            part.apply_theme(theme)

    @property
    def record(self) -> AlarmRecord | None:
        """What is shown."""
        return self._record

    def show_record(self, record: AlarmRecord | None) -> None:
        """Show this alarm; None says how to choose one."""
        self._record = record
        self.refresh()

    def refresh(self) -> None:
        """Write the fields again: value, ages, what may be done."""
        record = self._record
        for button in (self.trend_button, self.tag_button):
            button.setEnabled(record is not None)
        if record is None:
            self.fields.set_fields([Field("", self.tr("Touch an alarm to see what it means and what to do."))])
            self._offer_ack(False, "")
            return
        self.fields.set_fields(self._fields_of(record))
        busy = self._answers.under_way(record.id, record.occurrence)
        user = self._session.user
        if busy:
            self._offer_ack(False, self.tr("sending"))
        elif not record.is_unanswered:
            self._offer_ack(False, self.tr("nothing to acknowledge"))
        elif not user:
            self._offer_ack(False, self.tr("choose the person at this station first"))
        else:
            self._offer_ack(True, self.tr("as {user}").format(user=user))

    def _offer_ack(self, possible: bool, note: str) -> None:
        self.ack_button.setEnabled(possible)
        self.ack_button.set_sub_text(note)
        self.ack_button.setToolTip("" if possible else note)

    def _fields_of(self, record: AlarmRecord) -> list[Field]:
        alarm = self._feed.definition(record.id)
        tag = self._tags.definitions().get(alarm.tag)
        value, reason = NO_VALUE, ""
        if tag is not None:
            sample = self._tags.value(alarm.tag)
            value, reason = number_with_unit(sample.value, tag), sample.quality.reason
        explained = (
            (self.tr("What to do"), alarm.action),
            (self.tr("Cause"), alarm.cause),
            (self.tr("Consequence"), alarm.consequence),
        )
        category = self.tr("category {letter}").format(letter=alarm.category.value)
        return [
            Field("", alarm.message, heading=True),
            Field(self.tr("State"), list_state_text(record), bold=record.is_unanswered),
            Field(self.tr("Value now"), f"{value}  {reason}".rstrip(), bold=True, marked=bool(reason)),
            Field(self.tr("Limit"), limit_text(alarm, tag)),
            *(Field(name, text, stacked=True) for name, text in explained if text),
            *self._history_of(record),
            Field(self.tr("Priority"), f"{priority_text(alarm.priority)}, {category}"),
            Field(self.tr("Tag"), alarm.tag),
        ]

    def _history_of(self, record: AlarmRecord) -> list[Field]:
        now = self._clock.now()
        by = self.tr("by {user}, {station}").format(user=record.acked_by or "", station=record.acked_station or "")
        moments = (
            (self.tr("Raised"), record.raised_at, ""),
            (self.tr("Returned"), record.rectified_at, ""),
            (self.tr("Acknowledged"), record.acked_at, f" {by}"),
        )
        return [
            Field(name, f"{self._times.utc_stamp(moment, now)} UTC ({self._times.ship_stamp(moment, now)}){who}")
            for name, moment, who in moments
            if moment is not None
        ]

    def _acknowledge(self) -> None:
        if self._record is not None and self._record.state in (AlarmState.ACTIVE, AlarmState.RECTIFIED):
            self._answers.acknowledge(self._record.id, self._record.occurrence)

    def _tag(self) -> str:
        return self._feed.definition(self._record.id).tag if self._record is not None else ""
