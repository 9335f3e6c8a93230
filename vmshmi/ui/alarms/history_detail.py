"""Everything about one line of the alarm journal, and the way to the trend of that minute."""

from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.ui.alarms.ways import Ways
from vmshmi.ui.alarms.words import kind_text, limit_text, number_with_unit, priority_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea


class HistoryDetail(Panel):
    """The chosen line: what, when, who, why."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self.fields = FieldList(context.theme, self)
        self.ways = Ways(context, self)
        self.column.addWidget(TouchScrollArea(self.fields, self), 1)
        self.column.addWidget(self.ways)
        self.show_transition(None)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        self.fields.apply_theme(theme)
        self.ways.apply_theme(theme)

    def show_transition(self, transition: AlarmTransition | None) -> None:
        """Show this line; None says how to choose one."""
        if transition is None:
            self.ways.lead_to("")
            self.fields.set_fields([Field("", self.tr("Touch a line to see everything about it."))])
            return
        alarm_id = transition.record.id
        self.ways.lead_to(self._context.alarms.definition(alarm_id).tag, transition.at, alarm_id)
        fields = self._fields_of(transition)
        self.fields.set_fields([field for field in fields if field.value])

    def _fields_of(self, transition: AlarmTransition) -> list[Field]:
        times, now = self._context.times, self._context.clock.now()
        record = transition.record
        alarm = self._context.alarms.definition(record.id)
        tag = self._context.runtime.tags.definitions().get(alarm.tag)
        utc, ship = times.utc_stamp(transition.at, now), times.ship_stamp(transition.at, now)
        of_alarm = bool(record.id)
        priority = transition.priority or self._context.alarms.priority(record)
        return [
            Field("", transition.message or alarm.message or kind_text(transition.kind), heading=True),
            Field(self.tr("What"), kind_text(transition.kind), bold=True),
            Field(self.tr("Time"), f"{utc} UTC ({ship})"),
            Field(
                self.tr("By"),
                ", ".join(part for part in (transition.user, self._context.station_name(transition.station)) if part),
            ),
            Field(self.tr("Why"), transition.reason, stacked=True),
            Field(self.tr("Value"), number_with_unit(record.value, tag) if record.value is not None else ""),
            Field(self.tr("Limit"), limit_text(alarm, tag) if of_alarm and alarm.tag else ""),
            Field(self.tr("Priority"), priority_text(priority) if of_alarm else ""),
            Field(self.tr("Group"), alarm.group),
            Field(self.tr("Tag"), alarm.tag),
        ]
