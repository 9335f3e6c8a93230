"""The alarms page: what wants an answer, what stands, what is not announced and why, what happened."""

from collections.abc import Mapping, Sequence
from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, Suppression
from vmshmi.ui.alarms.ack_visible import AckVisible
from vmshmi.ui.alarms.alarm_detail import AlarmDetail
from vmshmi.ui.alarms.alarm_table import AlarmTable
from vmshmi.ui.alarms.arrangement import Arrangement
from vmshmi.ui.alarms.banner_queue import Shown, key
from vmshmi.ui.alarms.flood_strip import FloodStrip
from vmshmi.ui.alarms.group_lamps import GroupLamps
from vmshmi.ui.alarms.history_detail import HistoryDetail
from vmshmi.ui.alarms.past_view import PastView
from vmshmi.ui.alarms.set_aside_table import SetAsideTable, order_of
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.shell.registry import KPI
from vmshmi.ui.style.sizes import GAP, MARGIN
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.segments import Segments
from vmshmi.ui.widgets.touch_button import TouchButton

UNANSWERED, ALL, HISTORY, NOT_ANNOUNCED = "unanswered", "all", "history", "not_announced"
_SUPPRESSED = {
    Suppression.SHELVED.value: Suppression.SHELVED,
    Suppression.SUPPRESSED_BY_DESIGN.value: Suppression.SUPPRESSED_BY_DESIGN,
    Suppression.OUT_OF_SERVICE.value: Suppression.OUT_OF_SERVICE,
}
_WIDE = 1600
"""From this width on there is room for a wide panel of details."""

_MANY, _COSTLY_S, _REST, _REST_MS = 100, 0.01, 4, 400
"""Bringing a list of so many up to date, or for so long, is followed by a rest: so many times as long, ms at least.

The length counts too: drawing the list anew costs more than working it out.
"""


class AlarmsPage(QWidget):
    """Which alarms, of which group; the list, and beside it the details of the chosen one."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._chosen: Shown | None = None
        theme, feed = context.theme, context.alarms
        self.filter = Segments(self._choices(), theme, self)
        self.kpi = TouchButton(theme, self.tr("KPI"), icon="kpi", parent=self)
        self.kpi.setObjectName("alarm_kpi")
        self.kpi.setAccessibleName(self.tr("How the alarm system did"))
        self.lamps = GroupLamps(feed, context.flash, theme, self)
        self.flood = FloodStrip(context.runtime.tags, context.rules.flood_window_s, theme, self)
        self.arrangement = Arrangement(context.runtime.alarms, context.runtime.tags)
        self.table = AlarmTable(context, self)
        self.set_aside = SetAsideTable(context, self)
        self.past_view = PastView(context, self)
        self.past = self.past_view.table
        self.ack_visible = AckVisible(context, self.table, self)
        self.detail = AlarmDetail(context, self)
        self.past_detail = HistoryDetail(context, self)
        self._arrange()
        self.filter.chosen.connect(self._on_filter)
        self.kpi.clicked.connect(lambda: context.navigate(KPI, {}))
        self.lamps.chosen.connect(self._on_group)
        self.flood.changed.connect(self._follow)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.set_aside.picked.connect(self._on_picked)
        self.past.picked.connect(self._on_line)
        self.past_view.loaded.connect(self._fill)
        feed.changed.connect(self._on_changed)
        feed.transitioned.connect(self._on_transitions)
        self._behind = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._catch_up)
        for table in (self.table, self.past):
            context.drag.offer(table.rows.viewport(), table.tags_at)
        self.filter.choose(ALL)

    def _choices(self) -> tuple[tuple[str, str], ...]:
        return (
            (UNANSWERED, self.tr("Unacknowledged")),
            (ALL, self.tr("All standing")),
            (Suppression.SHELVED.value, self.tr("Shelved")),
            (Suppression.SUPPRESSED_BY_DESIGN.value, self.tr("Suppressed by design")),
            (Suppression.OUT_OF_SERVICE.value, self.tr("Out of service")),
            (NOT_ANNOUNCED, self.tr("Not announced")),
            (HISTORY, self.tr("History")),
        )

    def _arrange(self) -> None:
        self._lists = QStackedWidget(self)
        for table in (self.table, self.set_aside, self.past_view):
            self._lists.addWidget(table)
        self._details = QStackedWidget(self)
        for detail in (self.detail, self.past_detail):
            self._details.addWidget(detail)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self.flood)
        left.addWidget(self._lists, 1)
        left.addWidget(self.ack_visible)
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self._details)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.filter, 1)
        top.addWidget(self.kpi)
        column.addLayout(top)
        column.addWidget(self.lamps)
        column.addLayout(row, 1)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.filter, self.lamps, self.flood, self.table, self.set_aside, self.past_view, self.ack_visible):
            part.apply_theme(theme)
        self.kpi.apply_theme(theme)
        self.detail.apply_theme(theme)
        self.past_detail.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wide page has a wide panel of details."""
        self._details.setFixedWidth(420 if event.size().width() >= _WIDE else 344)
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring everything up to date."""
        self._follow()
        super().showEvent(event)

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"alarm": id}` chooses an alarm, `{"list": "not_announced"}` a list."""
        if which := arguments.get("list"):
            self.filter.choose(which)
        record = self._context.alarms.record(arguments.get("alarm", ""))
        if record is not None:
            self.filter.choose(ALL if record.stands else NOT_ANNOUNCED)
            self._on_picked(key(record))

    # ---- following

    def _on_changed(self) -> None:
        self._behind = True
        if not self._rest.isActive():
            self._catch_up()

    def _catch_up(self) -> None:
        """Follow; thousands of rows rest afterwards, so that the banner and fingers have the most of the thread."""
        if not self._behind or not self.isVisible():
            return
        self._behind = False
        begin = self._context.clock.monotonic()
        self._follow()
        took_s = self._context.clock.monotonic() - begin
        if took_s > _COSTLY_S or len(self._context.alarms.records()) > _MANY:
            self._rest.start(max(_REST_MS, round(took_s * 1000 * _REST)))

    def _follow(self) -> None:
        feed = self._context.alarms
        suppressed = feed.suppressed()
        people = feed.set_aside()
        counts = {which: str(sum(r.suppression is kind for r in suppressed)) for which, kind in _SUPPRESSED.items()}
        counts |= {
            UNANSWERED: str(len(feed.unanswered())),
            ALL: str(len(feed.records())),
            NOT_ANNOUNCED: f"{people} + {len(suppressed) - people}",  # by people, as the bar says, and by design
        }
        for which, text in self._choices():
            self.filter.set_text(which, f"{text}  {counts[which]}" if which in counts else text)
        self.lamps.follow()
        self.arrangement.forget((*feed.records(), *suppressed))
        self._fill()
        self._show_chosen()

    def _fill(self) -> None:
        feed, which = self._context.alarms, self.filter.current
        if which in (UNANSWERED, ALL):
            records = self._of_group(feed.unanswered() if which == UNANSWERED else feed.records())
            arrangement = self.arrangement
            arrangement.all_open = self.flood.unfold.isChecked()
            rows = arrangement.rows(records, flood=self.flood.flood, blind=which == ALL)
            self.table.set_rows(rows, arrangement.below_text, arrangement.is_open)
            self.ack_visible.follow()
        elif which != HISTORY:
            kind = _SUPPRESSED.get(which)
            wanted = [record for record in feed.suppressed() if kind is None or record.suppression is kind]
            wanted.sort(key=lambda record: order_of(record) is None)  # what people ordered, then what the design says
            self.set_aside.set_records(self._of_group(wanted), self.past_view.since_by_design)

    def _of_group(self, records: Sequence[AlarmRecord]) -> Sequence[AlarmRecord]:
        feed, group = self._context.alarms, self.lamps.current
        return [record for record in records if feed.definition(record.id).group == group] if group else records

    def _show_chosen(self) -> None:
        record = self._find(self._chosen) if self._chosen is not None else None
        chosen = key(record) if record is not None else None
        self.table.select(chosen)
        self.set_aside.select(chosen)
        self.detail.show_record(record)

    def _find(self, wanted: Shown) -> AlarmRecord | None:
        """The chosen raising, as long as it can be shown; what does not stand has no raising of its own."""
        record = self._context.alarms.record(wanted.alarm_id)
        listed = (record,) if record is not None else self.table.records()
        return next((found for found in listed if key(found) == wanted), None)

    def tick(self) -> None:
        """Twice a second while it is visible: the live value of the chosen alarm, and what the eyes have had before."""
        connected = self._context.runtime.system.connected()
        unknown = self.tr("Not connected: alarms are not known")
        self.table.rows.set_empty_text(self.tr("No alarms") if connected else unknown)
        self.set_aside.rows.set_empty_text(self.tr("Every alarm is announced") if connected else unknown)
        if self.filter.current in (UNANSWERED, ALL):
            now = self._context.clock.monotonic()
            if self.arrangement.look(self.table.in_sight(), now) and self.flood.flood:
                self._fill()
        elif self.filter.current != HISTORY:
            self.set_aside.rows.viewport().update()  # the time that is left
        self.detail.refresh()

    # ---- what a finger does

    def _on_picked(self, wanted: Shown) -> None:
        self._chosen = wanted
        self._show_chosen()

    def _on_opened(self, alarm_id: str) -> None:
        self.arrangement.toggle(alarm_id)
        self._fill()

    def _on_line(self, transition: object) -> None:
        self.past_detail.show_transition(cast("AlarmTransition", transition))  # the signal can only carry an object

    def _on_group(self, group: str) -> None:
        self.past.show_group(group)
        self._follow()

    def _on_filter(self, which: str) -> None:
        lists: dict[str, QWidget] = {UNANSWERED: self.table, ALL: self.table, HISTORY: self.past_view}
        self._lists.setCurrentWidget(lists.get(which, self.set_aside))
        self._details.setCurrentWidget(self.past_detail if which == HISTORY else self.detail)
        rights = self._context.rights
        self.ack_visible.setVisible(which in (UNANSWERED, ALL) and rights.acknowledge_visible and not rights.bridge)
        if which not in (UNANSWERED, ALL):
            self.past_view.refresh()
        self._follow()

    # ---- the past

    def _on_transitions(self, transitions: object) -> None:
        self.past_view.take(cast("Sequence[AlarmTransition]", transitions))  # the signal can only carry an object
