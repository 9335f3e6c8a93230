"""The alarm journal as a list: what happened, newest first."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.clock import Clock
from vmshmi.core.ports import TagsPort
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import kind_text, number_with_unit
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

MOST_ROWS = 2000


class HistoryTable(QWidget):
    """Transitions; the newest `MOST_ROWS` are kept on the screen, all of them in the journal."""

    def __init__(
        self, feed: AlarmFeed, tags: TagsPort, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._feed = feed
        self._tags = tags
        self._clock = clock
        self._times = times
        self._theme = theme
        self._transitions: list[AlarmTransition] = []
        columns = (
            Column("symbol", "", 48),
            Column("at", self.tr("Time UTC"), 130),
            Column("kind", self.tr("What"), 170),
            Column("message", self.tr("Message"), 240, stretch=True),
            Column("tag", self.tr("Tag"), 190, from_width=1400),
            Column("value", self.tr("Value"), 130),
            Column("by", self.tr("By"), 230),
        )
        self.rows = RowTable(self, columns, theme, self.tr("Nothing has happened yet"), self)
        self.rows.setObjectName("history_rows")
        self.rows.setAccessibleName(self.tr("Alarm history"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_transitions(self, newest_first: Sequence[AlarmTransition]) -> None:
        """Show these instead of what was shown."""
        self._transitions = list(newest_first[:MOST_ROWS])
        self.rows.rows_changed()

    def prepend(self, in_order: Sequence[AlarmTransition]) -> None:
        """Put what has just happened on top."""
        self._transitions[:0] = reversed(in_order)
        del self._transitions[MOST_ROWS:]
        self.rows.rows_changed()

    def set_empty_text(self, text: str) -> None:
        """What an empty list says."""
        self.rows.set_empty_text(text)

    # ---- RowSource

    def row_count(self) -> int:
        """How many transitions are shown."""
        return len(self._transitions)

    def row_key(self, row: int) -> object:
        """The transition itself."""
        return self._transitions[row]

    def row_text(self, row: int) -> str:
        """The transition in one line."""
        transition = self._transitions[row]
        return f"{kind_text(transition.kind)} {self._feed.definition(transition.record.id).message}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """History is calm: no ground."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        transition = self._transitions[row]
        alarm = self._feed.definition(transition.record.id)
        if column.key == "symbol":
            symbol = rect.adjusted(2, 7, -2, -7)
            paint_alert(painter, symbol, alarm.priority, transition.record.state, self._theme)
            return
        draw_text(painter, rect, self._text(transition, column.key), ui_font(TEXT_BODY), self._theme.text, column.align)

    def _text(self, transition: AlarmTransition, column: str) -> str:
        alarm = self._feed.definition(transition.record.id)
        match column:
            case "at":
                return self._times.utc_stamp(transition.at, self._clock.now())
            case "kind":
                return kind_text(transition.kind)
            case "message":
                return alarm.message
            case "tag":
                return alarm.tag
            case "value":
                return number_with_unit(transition.record.value, self._tags.definitions().get(alarm.tag))
            case _:
                return ", ".join(part for part in (transition.user, transition.station) if part)
