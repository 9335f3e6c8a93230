"""The alarms page: what wants an answer, what stands, what happened."""

from collections.abc import Mapping, Sequence
from typing import cast

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.errors import VmsError
from vmshmi.ui.alarms.alarm_detail import AlarmDetail
from vmshmi.ui.alarms.alarm_table import AlarmTable
from vmshmi.ui.alarms.banner_queue import Shown, key
from vmshmi.ui.alarms.history_table import MOST_ROWS, HistoryTable
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, MARGIN
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.segments import Segments

UNANSWERED, ALL, HISTORY = "unanswered", "all", "history"


class AlarmsPage(QWidget):
    """Filter, list, and beside it the details of the chosen alarm."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._chosen: Shown | None = None
        self._loaded = False
        theme = context.theme
        feed, tags = context.alarms, context.runtime.tags
        self.filter = Segments(
            (
                (UNANSWERED, self.tr("Unacknowledged")),
                (ALL, self.tr("All standing")),
                (HISTORY, self.tr("History")),
            ),
            theme,
            self,
        )
        self.table = AlarmTable(feed, context.flash, tags, context.clock, context.times, theme, self)
        self.past = HistoryTable(feed, tags, context.clock, context.times, theme, self)
        self.detail = AlarmDetail(
            feed, tags, context.answers, context.session, context.clock, context.times, theme, self
        )
        self._arrange()
        self.filter.chosen.connect(self._on_filter)
        self.table.picked.connect(self._on_picked)
        self.detail.trend_wanted.connect(self._go_to_trend)
        self.detail.tag_wanted.connect(self._go_to_tag)
        feed.changed.connect(self._follow)
        feed.transitioned.connect(self._on_transitions)
        self.filter.choose(ALL)
        self._follow()

    def _arrange(self) -> None:
        self._lists = QStackedWidget(self)
        self._lists.addWidget(self.table)
        self._lists.addWidget(self.past)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self.filter)
        left.addWidget(self._lists, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(MARGIN)
        row.addLayout(left, 1)
        self.detail.setFixedWidth(328)
        row.addWidget(self.detail)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.filter, self.table, self.past, self.detail):
            part.apply_theme(theme)

    def on_shown(self) -> None:
        """Bring everything up to date."""
        self._follow()

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"alarm": id}` chooses an alarm."""
        record = self._context.alarms.record(arguments.get("alarm", ""))
        if record is not None:
            self.filter.choose(ALL)
            self._on_picked(key(record))

    # ---- following

    def _follow(self) -> None:
        feed = self._context.alarms
        unanswered = feed.unanswered()
        self.filter.set_text(UNANSWERED, f"{self.tr('Unacknowledged')}  {len(unanswered)}")
        self.filter.set_text(ALL, f"{self.tr('All standing')}  {len(feed.records())}")
        self.table.set_records(unanswered if self.filter.current == UNANSWERED else feed.records())
        self._show_chosen()

    def _show_chosen(self) -> None:
        record = None
        if self._chosen is not None:
            record = self._context.alarms.record(self._chosen.alarm_id)
            if record is None or key(record) != self._chosen:
                record = None
        self.table.select(key(record) if record is not None else None)
        self.detail.show_record(record)

    def tick(self) -> None:
        """Twice a second while it is visible: the live value of the chosen alarm."""
        connected = self._context.runtime.system.connected()
        self.table.rows.set_empty_text(
            self.tr("No alarms") if connected else self.tr("Not connected: alarms are not known")
        )
        self.detail.refresh()

    def _on_picked(self, wanted: Shown) -> None:
        self._chosen = wanted
        self._show_chosen()

    def _go_to_trend(self, tag: str) -> None:
        self._context.navigate("trends", {"tag": tag})

    def _go_to_tag(self, tag: str) -> None:
        self._context.navigate("tags", {"tag": tag})

    def _on_filter(self, which: str) -> None:
        past = which == HISTORY
        self._lists.setCurrentWidget(self.past if past else self.table)
        self.detail.setVisible(not past)
        if past:
            self._context.tasks.spawn(self._load(), name="alarm history")
        else:
            self._follow()

    async def _load(self) -> None:
        try:
            transitions = await self._context.runtime.alarms.history(limit=MOST_ROWS)
        except VmsError as error:
            self.past.set_transitions(())
            self.past.set_empty_text(self.tr("History cannot be read: {error}").format(error=error))
            return
        self._loaded = True
        self.past.set_transitions(transitions)

    def _on_transitions(self, transitions: object) -> None:
        if self._loaded:
            # the signal can only carry an object; the feed sends a tuple of transitions
            self.past.prepend(cast("Sequence[AlarmTransition]", transitions))
