"""The list of alarms: the same rows on the alarms page and inside the banner."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmRecord, AlarmState
from vmshmi.core.clock import Clock
from vmshmi.core.ports import TagChanges, TagsPort
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.banner_queue import Shown, key
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import limit_text, list_state_text, number_with_unit
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

_SYMBOL = 48
_STATE = 156
_MARK = _SYMBOL + _STATE


class AlarmTable(QWidget):
    """Alarms in the order they are given, with the live value of those that can be seen."""

    picked = Signal(object)
    """A `Shown`: the row a person chose."""

    def __init__(
        self,
        feed: AlarmFeed,
        flash: FlashClock,
        tags: TagsPort,
        clock: Clock,
        times: ShipTime,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._feed = feed
        self._flash = flash
        self._tags = tags
        self._clock = clock
        self._times = times
        self._theme = theme
        self._records: tuple[AlarmRecord, ...] = ()
        self._live: dict[TagId, str] = {}
        self.rows = RowTable(self, self._columns(), theme, self.tr("No alarms"), self)
        self.rows.setObjectName("alarm_rows")
        self.rows.setAccessibleName(self.tr("Alarm list"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self._binding = TagBinding(self.rows, tags, self._on_values)
        self.rows.visible_rows_changed.connect(self._bind_visible)
        self.rows.row_touched.connect(self._on_row)
        flash.phase_changed.connect(self._on_phase)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("symbol", "", _SYMBOL),
            Column("state", self.tr("State"), _STATE),
            Column("raised", self.tr("Raised UTC"), 116),
            Column("message", self.tr("Message"), 240, stretch=True),
            Column("tag", self.tr("Tag"), 190, from_width=1250),
            Column("value", self.tr("Value now"), 120),
            Column("limit", self.tr("Limit"), 130, from_width=1000),
            Column("group", self.tr("Group"), 110, from_width=1050),
            Column("by", self.tr("Acknowledged by"), 160, from_width=1400),
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_records(self, records: Sequence[AlarmRecord]) -> None:
        """Show these, in this order."""
        fresh = tuple(records)
        if fresh != self._records:
            self._records = fresh
            self.rows.rows_changed()

    def records(self) -> tuple[AlarmRecord, ...]:
        """What is shown."""
        return self._records

    def select(self, wanted: Shown | None) -> None:
        """Mark a row."""
        self.rows.select_key(wanted)

    def selected(self) -> AlarmRecord | None:
        """The marked alarm, while it is in the list."""
        row = self.rows.selected_row()
        return None if row is None else self._records[row]

    # ---- following

    def _on_row(self, row: int) -> None:
        self.picked.emit(key(self._records[row]))

    def _bind_visible(self) -> None:
        visible = (self._records[row] for row in self.rows.visible_rows())
        self._binding.set_tags({self._feed.definition(record.id).tag for record in visible})

    def _on_values(self, changes: TagChanges) -> None:
        definitions = self._tags.definitions()
        changed: set[TagId] = set()
        for tag_id, sample in changes.items():
            text = number_with_unit(sample.value, definitions.get(tag_id))
            if self._live.get(tag_id) != text:
                self._live[tag_id] = text
                changed.add(tag_id)
        for row in self.rows.visible_rows():
            if self._feed.definition(self._records[row].id).tag in changed:
                self.rows.update_row(row)

    def _on_phase(self, lit: bool) -> None:
        del lit
        if not self.rows.isVisible():
            return
        for row in self.rows.visible_rows():
            if self._records[row].is_unanswered:
                self.rows.update_row(row)

    # ---- RowSource

    def row_count(self) -> int:
        """How many alarms are shown."""
        return len(self._records)

    def row_key(self, row: int) -> object:
        """The raising."""
        return key(self._records[row])

    def row_text(self, row: int) -> str:
        """The alarm in one line."""
        record = self._records[row]
        return f"{self._feed.definition(record.id).message}, {list_state_text(record)}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """What wants an answer stands on its priority's quiet colour."""
        record = self._records[row]
        if record.is_unanswered:
            mark = QRectF(rect.x(), rect.y(), _MARK, rect.height())
            painter.fillRect(mark, self._theme.alert(self._feed.priority(record)).container)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        record = self._records[row]
        if column.key == "symbol":
            lit = self._flash.lit or not record.is_unanswered
            symbol = rect.adjusted(2, 5, -2, -5)
            paint_alert(painter, symbol, self._feed.priority(record), record.state, self._theme, lit=lit)
            return
        bold = record.is_unanswered and column.key == "message"
        text = self._cell_text(record, column.key)
        active = record.state in (AlarmState.ACTIVE, AlarmState.ACK)
        ink = self._theme.text if active or record.is_unanswered else self._theme.text_secondary
        draw_text(painter, rect, text, ui_font(TEXT_BODY, bold), ink, column.align)

    def _cell_text(self, record: AlarmRecord, column: str) -> str:
        alarm = self._feed.definition(record.id)
        match column:
            case "state":
                return list_state_text(record)
            case "raised":
                return self._times.utc_stamp(record.raised_at, self._clock.now()) if record.raised_at else ""
            case "message":
                return alarm.message
            case "tag":
                return alarm.tag
            case "value":
                return self._live.get(alarm.tag, "---")
            case "limit":
                return limit_text(alarm, self._tags.definitions().get(alarm.tag))
            case "group":
                return alarm.group
            case _:
                return record.acked_by or ""
