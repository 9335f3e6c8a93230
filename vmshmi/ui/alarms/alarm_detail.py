"""Everything about one alarm, and what a person can do with it."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord
from vmshmi.core.display import NO_VALUE
from vmshmi.core.tags import TagDef
from vmshmi.ui.alarms.alarm_actions import AlarmActions
from vmshmi.ui.alarms.marks import marks_of
from vmshmi.ui.alarms.ways import Ways
from vmshmi.ui.alarms.words import limit_text, list_state_text, measured_text, number_with_unit, priority_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea

_LEAST = 44
"""Two lines can be read, and moved by a finger, when a banner takes the room."""

_ROOM_FOR_WAYS = 280


class AlarmDetail(Panel):
    """The chosen alarm: facts, explanation (MSC.302 9.7), what may be done, and the way to trend, page and tag."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._record: AlarmRecord | None = None
        self.fields = FieldList(context.theme, self)
        self.buttons = AlarmActions(context, self)
        self.ways = Ways(context, self)
        area = TouchScrollArea(self.fields, self)
        area.setMinimumHeight(_LEAST)
        self.column.addWidget(area, 1)
        self.column.addWidget(self.buttons)
        self.column.addWidget(self.ways)
        context.answers.changed.connect(self.refresh)
        context.session.changed.connect(self.refresh)
        self.show_record(None)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        for part in (self.fields, self.buttons, self.ways):
            part.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where a banner leaves too little room, the actions stay and the ways out go."""
        self.ways.setVisible(event.size().height() >= _ROOM_FOR_WAYS)
        super().resizeEvent(event)

    @property
    def record(self) -> AlarmRecord | None:
        """What is shown."""
        return self._record

    def show_record(self, record: AlarmRecord | None) -> None:
        """Show this alarm; None says how to choose one."""
        self._record = record
        tag_id = "" if record is None else self._context.alarms.definition(record.id).tag
        self.ways.lead_to(tag_id, alarm_id="" if record is None else record.id)
        self.refresh()

    def refresh(self) -> None:
        """Write the fields again: value, ages, what may be done."""
        record = self._record
        if record is None:
            self.buttons.offer(None, None)
            self.fields.set_fields([Field("", self.tr("Touch an alarm to see what it means and what to do."))])
            return
        alarm = self._context.alarms.definition(record.id)
        self.buttons.offer(alarm, record)
        self.fields.set_fields(self._fields_of(alarm, record))

    def _fields_of(self, alarm: AlarmDef, record: AlarmRecord) -> list[Field]:
        tag = self._context.runtime.tags.definitions().get(alarm.tag)
        value, reason = self._value(alarm, tag)
        explained = (
            (self.tr("What to do"), alarm.action),
            (self.tr("Cause"), alarm.cause),
            (self.tr("Consequence"), alarm.consequence),
        )
        category = self.tr("category {letter}").format(letter=alarm.category.value)
        priority = priority_text(self._context.alarms.priority(record))
        marks = marks_of(alarm, record, self._context.rules, self._context.station.id)
        state = list_state_text(record) if record.stands or record.suppression else self.tr("Not watched: input lost")
        return [
            Field("", alarm.message, heading=True),
            Field(self.tr("State"), state, bold=record.is_unanswered),
            *(Field("", mark.sentence, doubtful=True) for mark in marks),
            *self._orders_of(record),
            Field(self.tr("Value now"), f"{value}  {reason}".rstrip(), bold=True, marked=bool(reason)),
            Field(self.tr("Limit"), limit_text(alarm, tag)),
            *self._measured(alarm, record, tag),
            *(Field(name, text, stacked=True) for name, text in explained if text),
            *self._history_of(record),
            Field(self.tr("Priority"), f"{priority}, {category}"),
            Field(self.tr("Tag"), alarm.tag),
            *(Field(names, reason, stacked=True) for names, reason in self.buttons.why_not),
        ]

    def _value(self, alarm: AlarmDef, tag: TagDef | None) -> tuple[str, str]:
        if tag is None:
            return NO_VALUE, ""
        sample = self._context.runtime.tags.value(alarm.tag)
        return number_with_unit(sample.value, tag), sample.quality.reason

    def _measured(self, alarm: AlarmDef, record: AlarmRecord, tag: TagDef | None) -> list[Field]:
        """What was held against the limit, where that is not the tag's value."""
        text = measured_text(alarm, record.value, tag) if record.raised_at is not None else ""
        name = self.tr("When raised") if record.active else self.tr("When it returned")
        return [Field(name, text)] if text else []

    def _orders_of(self, record: AlarmRecord) -> list[Field]:
        """Who keeps it from being announced, why, and until when."""
        times, now = self._context.times, self._context.clock.now()
        fields: list[Field] = []
        for name, order in ((self.tr("Shelved"), record.shelved), (self.tr("Out of service"), record.out_of_service)):
            if order is None:
                continue
            since = times.utc_stamp(order.since, now)
            until = f" – {times.utc_stamp(order.until, now)}" if order.until is not None else ""
            who = ", ".join(part for part in (order.user, self._context.station_name(order.station)) if part)
            fields.append(Field(name, f"{order.reason}. {who}, {since}{until} UTC", stacked=True))
        if record.by_design and record.suppression is not None:
            alarm = self._context.alarms.definition(record.id)
            fields.append(Field(self.tr("Watched only while"), alarm.enable_when, stacked=True))
        return fields

    def _history_of(self, record: AlarmRecord) -> list[Field]:
        now, times = self._context.clock.now(), self._context.times
        by = self.tr("by {user}, {station}").format(
            user=record.acked_by or "", station=self._context.station_name(record.acked_station)
        )
        moments = (
            (self.tr("Raised"), record.raised_at, ""),
            (self.tr("Returned"), record.rectified_at, ""),
            (self.tr("Acknowledged"), record.acked_at, f" {by}"),
        )
        return [
            Field(name, f"{times.utc_stamp(moment, now)} UTC ({times.ship_stamp(moment, now)}){who}")
            for name, moment, who in moments
            if moment is not None
        ]
