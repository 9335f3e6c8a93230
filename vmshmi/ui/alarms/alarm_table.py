"""The list of alarms: the same rows on the alarms page and inside the banner."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRectF, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.collapse import AlarmRow
from vmshmi.core.alarms.model import AlarmRecord, AlarmState
from vmshmi.core.display import NO_VALUE
from vmshmi.core.ports import TagChanges
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.banner_queue import Shown, key
from vmshmi.ui.alarms.marks import Mark, marks_of, marks_width, paint_marks
from vmshmi.ui.alarms.symbols import paint_alert, paint_no_alert
from vmshmi.ui.alarms.words import limit_text, list_state_text, number_with_unit
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import RIGHT, WidthOf, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

_FOLD = 52
_SYMBOL = 46
_STATE = 150
_INDENT = 22
_LEAST_MESSAGE = 0.55
"""The share of its cell that the message keeps when there are marks beside it."""
_ROOMY = 700
"""From this width on a message cell says how many of what is below want an answer; the sign at the left says it too."""
AT_LEAST = 20
"""Alarms to be seen at once on a large screen (MSC.302 9.11)."""


class AlarmTable(QWidget):
    """Alarms in the order they are given, with the live value of those that can be seen."""

    picked = Signal(object)
    """A `Shown`: the row a person chose."""
    opened = Signal(str)
    """Id of the alarm whose consequences a person wants to see, or to see no more."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._feed = context.alarms
        self._flash = context.flash
        self._theme = context.theme
        self._rows: tuple[AlarmRow, ...] = ()
        self._folds = False
        self._below: Callable[[AlarmRow], str] = lambda _: ""
        self._is_open: Callable[[AlarmRow], bool] = lambda _: False
        self._live: dict[TagId, str] = {}
        self.rows = RowTable(
            self, self._columns(folds=False), context.theme, self.tr("No alarms"), self, least_rows=AT_LEAST
        )
        self.rows.setObjectName("alarm_rows")
        self.rows.setAccessibleName(self.tr("Alarm list"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self._binding = TagBinding(self.rows, context.runtime.tags, self._on_values)
        self.rows.visible_rows_changed.connect(self._bind_visible)
        self.rows.row_touched.connect(self._on_row)
        self.rows.row_opened.connect(self._on_opened)
        self._flash.phase_changed.connect(self._on_phase)

    def _columns(self, *, folds: bool) -> tuple[Column, ...]:
        fold = (Column("fold", "", _FOLD, opens=True),) if folds else ()
        return (
            *fold,
            Column("symbol", "", _SYMBOL),
            Column("state", self.tr("State"), _STATE),
            Column("raised", self.tr("Raised UTC"), 112),
            Column("message", self.tr("Message"), 240, stretch=True),
            Column("tag", self.tr("Tag"), 190, from_width=1500),
            Column("value", self.tr("Value now"), 112),
            Column("limit", self.tr("Limit"), 170, from_width=1000),
            Column("group", self.tr("Group"), 110, from_width=1100),
            Column("by", self.tr("Acknowledged by"), 160, from_width=1350),
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_records(self, records: Sequence[AlarmRecord]) -> None:
        """Show these, in this order, none below another."""
        self.set_rows([AlarmRow(record) for record in records])

    def set_rows(
        self,
        rows: Sequence[AlarmRow],
        below: Callable[[AlarmRow], str] = lambda _: "",
        is_open: Callable[[AlarmRow], bool] = lambda _: False,
    ) -> None:
        """Show these, in this order.

        Args:
            rows: what is to be drawn.
            below: says what stands below a row.
            is_open: whether that is among the rows now.
        """
        self._below, self._is_open = below, is_open
        fresh = tuple(rows)
        if fresh != self._rows:
            self._rows = fresh
            self._folds = any(row.below for row in fresh)
            self.rows.set_columns(self._columns(folds=self._folds))
            self.rows.rows_changed()

    def records(self) -> tuple[AlarmRecord, ...]:
        """What is shown."""
        return tuple(row.record for row in self._rows)

    def in_sight(self) -> tuple[AlarmRecord, ...]:
        """What can be seen whole, without scrolling."""
        return tuple(self._rows[row].record for row in self.rows.whole_rows())

    def select(self, wanted: Shown | None) -> None:
        """Mark a row."""
        self.rows.select_key(wanted)

    def selected(self) -> AlarmRecord | None:
        """The marked alarm, while it is in the list."""
        row = self.rows.selected_row()
        return None if row is None else self._rows[row].record

    def tags_at(self, place: QPoint) -> tuple[str, ...]:
        """The tag of the row under a place of the list."""
        row = self.rows.row_at(place)
        return () if row is None else (self._feed.definition(self._rows[row].record.id).tag,)

    # ---- following

    def _on_row(self, row: int) -> None:
        self.picked.emit(key(self._rows[row].record))

    def _on_opened(self, row: int) -> None:
        if self._rows[row].below:
            self.opened.emit(self._rows[row].record.id)

    def _bind_visible(self) -> None:
        visible = (self._rows[row].record for row in self.rows.visible_rows())
        self._binding.set_tags({self._feed.definition(record.id).tag for record in visible})

    def _on_values(self, changes: TagChanges) -> None:
        definitions = self._context.runtime.tags.definitions()
        changed: set[TagId] = set()
        for tag_id, sample in changes.items():
            text = number_with_unit(sample.value, definitions.get(tag_id))
            if self._live.get(tag_id) != text:
                self._live[tag_id] = text
                changed.add(tag_id)
        for row in self.rows.visible_rows():
            if self._feed.definition(self._rows[row].record.id).tag in changed:
                self.rows.update_cell(row, "value")

    def _on_phase(self, lit: bool) -> None:
        del lit
        if not self.rows.isVisible():
            return
        for row in self.rows.visible_rows():
            if self._hides_unanswered(self._rows[row]):
                self.rows.update_row(row)
            elif self._rows[row].record.is_unanswered:
                self.rows.update_cell(row, "symbol")

    def _hides_unanswered(self, row: AlarmRow) -> bool:
        return row.unanswered > 0 and not self._is_open(row)

    # ---- RowSource

    def row_count(self) -> int:
        """How many alarms are shown."""
        return len(self._rows)

    def row_key(self, row: int) -> object:
        """The raising."""
        return key(self._rows[row].record)

    def row_text(self, row: int) -> str:
        """The alarm in one line."""
        record = self._rows[row].record
        alarm = self._feed.definition(record.id)
        words = [alarm.message, self._state_text(record), self._below(self._rows[row])]
        words += [mark.sentence for mark in self._marks(record)]
        return ", ".join(word for word in words if word)

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """What wants an answer stands on its priority's quiet colour."""
        record = self._rows[row].record
        if record.is_unanswered:
            left = _FOLD if self._folds else 0
            mark = QRectF(rect.x() + left, rect.y(), _SYMBOL + _STATE, rect.height())
            painter.fillRect(mark, self._theme.alert(self._feed.priority(record)).container)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        shown = self._rows[row]
        record = shown.record
        match column.key:
            case "fold":
                self._paint_fold(painter, rect, shown)
            case "symbol":
                lit = self._flash.lit or not record.is_unanswered
                symbol = rect.adjusted(-2, 4, 2, -4)
                priority = self._feed.priority(record)
                if record.stands:
                    paint_alert(painter, symbol, priority, record.state, self._theme, lit=lit)
                else:
                    paint_no_alert(painter, symbol, priority, self._theme)
            case "message":
                self._paint_message(painter, rect, shown)
            case _:
                text = self._cell_text(record, column.key)
                draw_text(painter, rect, text, ui_font(TEXT_BODY), self._ink(record), column.align)

    def _ink(self, record: AlarmRecord) -> QColor:
        active = record.state in (AlarmState.ACTIVE, AlarmState.ACK)
        return self._theme.text if active or record.is_unanswered else self._theme.text_secondary

    def _paint_fold(self, painter: QPainter, rect: QRectF, row: AlarmRow) -> None:
        """A chevron where something stands below; the sign of the highest unanswered one that it hides."""
        if row.depth:
            left = rect.x() + 4 + (row.depth - 1) * 8
            painter.fillRect(QRectF(left, rect.y() - 1, 3, rect.height() + 1), self._theme.text_disabled)
        if not row.below:
            return
        icon = "down" if self._is_open(row) else "right"
        if self._hides_unanswered(row) and row.worst is not None:
            sign = QRectF(rect.right() - 20, rect.y(), 22, rect.height())
            paint_alert(painter, sign, row.worst, AlarmState.ACTIVE, self._theme, lit=self._flash.lit)
            rect = rect.adjusted(-8, 0, -18, 0)
        paint_icon(painter, icon, rect.adjusted(0, 6, 0, -6), self._theme.text)

    def _paint_message(self, painter: QPainter, rect: QRectF, row: AlarmRow) -> None:
        record = row.record
        box = rect.adjusted(row.depth * _INDENT, 0, 0, 0)
        font = ui_font(TEXT_BODY, record.is_unanswered)
        below = self._below(row)
        if below:
            if row.unanswered and rect.width() >= _ROOMY:
                below = self.tr("{below}, {count} unack.").format(below=below, count=row.unanswered)
            took = WidthOf(ui_font(TEXT_LABEL, bold=True))(below) + GAP
            draw_text(painter, box, below, ui_font(TEXT_LABEL, bold=True), self._theme.text_secondary, RIGHT)
            box = box.adjusted(0, 0, -took, 0)
        marks = self._marks(record)
        message = self._feed.definition(record.id).message
        if marks:
            needed = min(WidthOf(font)(message) + 2 * GAP, box.width() - marks_width(marks))
            needed = max(needed, min(box.width() * _LEAST_MESSAGE, WidthOf(font)(message) + 2 * GAP))
            paint_marks(painter, box.adjusted(needed, 0, 0, 0), marks, self._theme)
            box.setWidth(needed - GAP)
        draw_text(painter, box, message, font, self._ink(record))

    def _marks(self, record: AlarmRecord) -> tuple[Mark, ...]:
        alarm = self._feed.definition(record.id)
        return marks_of(alarm, record, self._context.rules, self._context.station.id)

    def _state_text(self, record: AlarmRecord) -> str:
        return list_state_text(record) if record.stands or record.suppression else self.tr("Not watched")

    def _cell_text(self, record: AlarmRecord, column: str) -> str:
        alarm = self._feed.definition(record.id)
        times = self._context.times
        match column:
            case "state":
                return self._state_text(record)
            case "raised":
                return times.utc_stamp(record.raised_at, self._context.clock.now()) if record.raised_at else ""
            case "tag":
                return alarm.tag
            case "value":
                return self._live.get(alarm.tag, NO_VALUE)
            case "limit":
                return limit_text(alarm, self._context.runtime.tags.definitions().get(alarm.tag))
            case "group":
                return alarm.group
            case _:
                return record.acked_by or ""
