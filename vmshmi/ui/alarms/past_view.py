"""The alarm journal as far as it is on the screen: its newest lines, going on live, or a stretch of earlier ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmTransition, TransitionKind
from vmshmi.core.errors import VmsError
from vmshmi.ui.alarms.history_table import MOST_ROWS, HistoryTable
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import TouchButton

_BY_DESIGN = (TransitionKind.SUPPRESSED, TransitionKind.BLOCKED)


class PastView(QWidget):
    """Lines of the journal, and the ways to earlier ones and back to the present."""

    loaded = Signal()
    """Lines have come."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._live = True
        self._known = False
        self._since: dict[str, datetime] = {}
        self.table = HistoryTable(context, self)
        self.earlier = TouchButton(context.theme, self.tr("Earlier"), parent=self)
        self.newest = TouchButton(context.theme, self.tr("Newest"), parent=self)
        self.span = QLabel(self)
        self.span.setFont(ui_font(TEXT_BODY))
        self.span.setAlignment(Qt.AlignmentFlag.AlignCenter)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        for name, button in (("past_earlier", self.earlier), ("past_newest", self.newest)):
            button.setObjectName(name)
            button.setFixedSize(150, ACK)
        foot.addWidget(self.earlier)
        foot.addWidget(self.span, 1)
        foot.addWidget(self.newest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.earlier.clicked.connect(self._go_back)
        self.newest.clicked.connect(self.refresh)
        self._show_span(False)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.table, self.earlier, self.newest):
            part.apply_theme(theme)

    @property
    def since_by_design(self) -> Mapping[str, datetime]:
        """When the design began to suppress an alarm, by id, as far as the newest lines go back."""
        return self._since

    def refresh(self) -> None:
        """Read the newest lines and go on with the present."""
        self._live = True
        self._context.tasks.spawn(self._load(None), name="alarm history")

    def take(self, lines: Sequence[AlarmTransition]) -> None:
        """Take what has just happened, in order."""
        if not self._known:
            return
        self._since |= {line.record.id: line.at for line in lines if line.kind in _BY_DESIGN}
        if self._live:
            self.table.prepend(lines)
            self._show_span(len(self.table.transitions()) == MOST_ROWS)

    def _go_back(self) -> None:
        lines = self.table.transitions()
        if lines:
            self._live = False
            self._context.tasks.spawn(self._load(lines[-1].at), name="alarm history")

    async def _load(self, until: datetime | None) -> None:
        try:
            lines = await self._context.runtime.alarms.history(until=until, limit=MOST_ROWS)
        except VmsError as error:
            self.table.set_transitions(())
            self.table.set_empty_text(self.tr("History cannot be read: {error}").format(error=error))
            return
        self.table.set_transitions(lines)
        if until is None:
            self._known = True
            self._since = {line.record.id: line.at for line in reversed(lines) if line.kind in _BY_DESIGN}
        else:
            self.table.rows.verticalScrollBar().setValue(0)
        self._show_span(len(lines) == MOST_ROWS)
        self.loaded.emit()

    def _show_span(self, more: bool) -> None:
        """Which stretch is seen, and which ways there are from it."""
        lines, times, now = self.table.transitions(), self._context.times, self._context.clock.now()
        ends = [times.utc_stamp(lines[place].at, now) for place in (-1, 0)] if lines else []
        self.span.setText(f"{' – '.join(ends)} UTC" if ends else "")
        self.earlier.setEnabled(more)
        self.newest.setEnabled(not self._live)
