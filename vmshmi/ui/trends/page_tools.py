"""What a person does on the chart besides moving it: cursors, marks of alarms, going to a time."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QWidget

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.errors import VmsError
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.trends.jump_dialog import JumpDialog
from vmshmi.ui.trends.mark_card import MarkCard
from vmshmi.ui.trends.mark_feed import MarkFeed
from vmshmi.ui.trends.marks import MarkGroup
from vmshmi.ui.trends.page_parts import PageParts
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.trends.time_window import TimeWindow

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate


class PageTools:
    """Cursors, marks and ways to a moment.

    Args:
        context: of the page.
        parts: widgets of the page.
        window: which stretch of time is seen.
        ticks: the clock of the axis.
        redraw: called when the chart is to be drawn anew.
        look_at: called with a moment that is to be shown.
        page: owns the dialogs.
    """

    def __init__(
        self,
        context: PageContext,
        parts: PageParts,
        window: TimeWindow,
        ticks: TimeTicks,
        redraw: Callable[[], None],
        look_at: Callable[[float], None],
        page: QWidget,
    ) -> None:
        self._context = context
        self._parts = parts
        self._window = window
        self._ticks = ticks
        self._redraw = redraw
        self._look_at = look_at
        self._page = page
        self._dialog: QDialog | None = None
        self._note = ""
        self.cursors: tuple[float, float] | None = None
        self.marks = MarkFeed(context.runtime.alarms, context.tasks, redraw)
        context.alarms.transitioned.connect(self._take)
        parts.cursors.clicked.connect(self._switch_cursors)
        parts.go_to.clicked.connect(self._open_jump)
        parts.chart.cursor_moved.connect(self._move_cursor)
        parts.chart.mark_touched.connect(self._open_card)

    def close_dialogs(self) -> None:
        """The page goes away."""
        if self._dialog is not None:
            self._dialog.reject()

    @property
    def note(self) -> str:
        """What is to be said in the line above the legend; empty for nothing."""
        missing = self.marks.complete_from_s
        if self._note:
            return self._note
        if self.cursors is not None:
            a_s, b_s = self.cursors
            ends = f"A {self._ticks.clock_text(a_s)}   B {self._ticks.clock_text(b_s)}"
            return f"{ends}   {duration_text(round(b_s - a_s))}"
        if missing is None or missing <= self._window.start_s:
            return ""
        words = translate("TrendPage", "Alarm marks only from {time} on: there are too many.")
        return words.format(time=self._ticks.moment_text(missing))

    def forget_note(self) -> None:
        """Somebody goes on."""
        self._note = ""

    def say(self, note: str) -> None:
        """Say this until somebody goes on."""
        self._note = note
        self._redraw()

    def _take(self, lines: Sequence[AlarmTransition]) -> None:
        if self._page.isVisible():
            self.marks.take(lines)

    # ---- cursors

    def _switch_cursors(self) -> None:
        window = self._window
        if self.cursors is None:
            window.freeze()
            third = window.span_s / 3
            self.cursors = (window.start_s + third, window.start_s + 2 * third)
        else:
            self.cursors = None
        self._parts.cursors.setChecked(self.cursors is not None)
        self._redraw()

    def _move_cursor(self, which: int, at_s: float) -> None:
        """Each stays on its side of the other, and in view."""
        if self.cursors is None:
            return
        window = self._window
        at_s = min(max(at_s, window.start_s), window.end_s)
        least = window.span_s / 1_000
        a_s, b_s = self.cursors
        self.cursors = (min(at_s, b_s - least), b_s) if which == 0 else (a_s, max(at_s, a_s + least))
        self._redraw()

    # ---- going to a moment

    def _open_jump(self) -> None:
        now_s = self._context.clock.now().timestamp()
        middle = self._window.end_s - self._window.span_s / 2
        theme, home = self._parts.theme, self._page.window()
        self.open(JumpDialog(theme, self._ticks, middle, now_s, self._look_at, self.go_to_alarm, home))

    def go_to_alarm(self, way: int) -> None:
        """Show the alarm before (-1) or after (1) the middle of the view."""
        middle = self._window.end_s - self._window.span_s / 2
        self._context.tasks.spawn(self._find_alarm(middle, way), name="find alarm")

    async def _find_alarm(self, at_s: float, way: int) -> None:
        try:
            mark = await self.marks.nearest(at_s, way)
        except VmsError as error:
            self.say(str(error))
            return
        if mark is not None:
            self._look_at(mark.at_s)
        elif way < 0:
            self.say(translate("TrendPage", "No earlier alarm of these tags."))
        else:
            self.say(translate("TrendPage", "No later alarm of these tags."))

    def _open_card(self, group: MarkGroup) -> None:
        theme, home = self._parts.theme, self._page.window()
        self.open(MarkCard(theme, group, self._ticks, self._show_alarm, self._look_at, home))

    def _show_alarm(self, alarm_id: str) -> None:
        """Its line in the list while it stands, else the history."""
        record = self._context.alarms.record(alarm_id)
        stands = record is not None and record.stands
        self._context.navigate("alarms", {"alarm": alarm_id} if stands else {"list": "history"})

    def open(self, dialog: QDialog) -> None:
        """Open a dialog of the page; it goes when the page goes."""
        self._dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self._dialog = None
