"""The alarm journal as a list: what happened, newest first."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.ui.alarms.alarm_table import AT_LEAST
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import kind_text, number_with_unit
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

MOST_ROWS = 2000


class HistoryTable(QWidget):
    """Transitions; the newest `MOST_ROWS` are kept on the screen, all of them in the journal."""

    picked = Signal(object)
    """The `AlarmTransition` a person chose."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._feed = context.alarms
        self._theme = context.theme
        self._group = ""
        self._all: list[AlarmTransition] = []
        self._transitions: list[AlarmTransition] = []
        columns = (
            Column("symbol", "", 46),
            Column("at", self.tr("Time UTC"), 122),
            Column("kind", self.tr("What"), 184),
            Column("message", self.tr("Message"), 240, stretch=True),
            Column("tag", self.tr("Tag"), 190, from_width=1400),
            Column("value", self.tr("Value"), 120, from_width=1000),
            Column("by", self.tr("By"), 160),
            Column("reason", self.tr("Why"), 220, from_width=1200),
        )
        nothing = self.tr("Nothing has happened yet")
        self.rows = RowTable(self, columns, context.theme, nothing, self, least_rows=AT_LEAST)
        self.rows.setObjectName("history_rows")
        self.rows.setAccessibleName(self.tr("Alarm history"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self.rows.row_touched.connect(self._on_row)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_transitions(self, newest_first: Sequence[AlarmTransition]) -> None:
        """Show these instead of what was shown."""
        self._all = list(newest_first[:MOST_ROWS])
        self._filter()

    def prepend(self, in_order: Sequence[AlarmTransition]) -> None:
        """Put what has just happened on top."""
        self._all[:0] = reversed(in_order)
        del self._all[MOST_ROWS:]
        self._filter()

    def show_group(self, group: str) -> None:
        """Show the alarms of one group; empty for everything."""
        self._group = group
        self._filter()

    def transitions(self) -> Sequence[AlarmTransition]:
        """All that is kept, of every group, newest first."""
        return self._all

    def tags_at(self, place: QPoint) -> tuple[str, ...]:
        """The tag of the row under a place of the list; none for the program's own lines."""
        row = self.rows.row_at(place)
        tag = "" if row is None else self._feed.definition(self._transitions[row].record.id).tag
        return (tag,) if tag else ()

    def _filter(self) -> None:
        group = self._group
        wanted = (line for line in self._all if not group or self._feed.definition(line.record.id).group == group)
        self._transitions = list(wanted)
        self.rows.rows_changed()

    def _on_row(self, row: int) -> None:
        self.picked.emit(self._transitions[row])

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
        return f"{kind_text(transition.kind)} {self._text(transition, 'message')}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """History is calm: no ground."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        transition = self._transitions[row]
        if column.key != "symbol":
            text = self._text(transition, column.key)
            draw_text(painter, rect, text, ui_font(TEXT_BODY), self._theme.text, column.align)
        elif not transition.kind.is_of_runtime:
            priority = transition.priority or self._feed.priority(transition.record)
            paint_alert(painter, rect.adjusted(-2, 5, 2, -5), priority, transition.record.state, self._theme)

    def _text(self, transition: AlarmTransition, column: str) -> str:
        alarm = self._feed.definition(transition.record.id)
        match column:
            case "at":
                return self._context.times.utc_stamp(transition.at, self._context.clock.now())
            case "kind":
                return kind_text(transition.kind)
            case "message":
                return transition.message or alarm.message
            case "tag":
                return alarm.tag
            case "value":
                definitions = self._context.runtime.tags.definitions()
                value = transition.record.value
                return number_with_unit(value, definitions.get(alarm.tag)) if value is not None else ""
            case "reason":
                return transition.reason
            case _:
                return ", ".join(
                    part for part in (transition.user, self._context.station_name(transition.station)) if part
                )
