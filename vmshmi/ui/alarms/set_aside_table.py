"""What is not announced: which alarm, why, by whom, since and until when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Override, Suppression
from vmshmi.ui.alarms.banner_queue import Shown, key
from vmshmi.ui.alarms.symbols import paint_alert, paint_no_alert
from vmshmi.ui.alarms.words import suppression_text
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import WidthOf, draw_lines, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

_ROW_PX = 56


def order_of(record: AlarmRecord) -> Override | None:
    """The person's order that keeps it from being announced; None when it is by design."""
    if record.suppression is Suppression.OUT_OF_SERVICE:
        return record.out_of_service
    return record.shelved if record.suppression is Suppression.SHELVED else None


class SetAsideTable(QWidget):
    """Alarms that a person or the ship's design keeps from being announced."""

    picked = Signal(object)
    """A `Shown`: the row a person chose."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._records: tuple[AlarmRecord, ...] = ()
        self._since: Mapping[str, datetime] = {}
        columns = (
            Column("symbol", "", 46),
            Column("kind", self.tr("Not announced"), 150),
            Column("message", self.tr("Alarm, and why it is not announced"), 240, stretch=True),
            Column("by", self.tr("By"), 166),
            Column("since", self.tr("Since, until (UTC)"), 190),
            Column("group", self.tr("Group"), 120, from_width=1100),
        )
        self.rows = RowTable(self, columns, context.theme, "", self, row_height=_ROW_PX)
        self.rows.setObjectName("set_aside_rows")
        self.rows.setAccessibleName(self.tr("Alarms that are not announced"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self.rows.row_touched.connect(self._on_row)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def set_records(self, records: Sequence[AlarmRecord], since: Mapping[str, datetime]) -> None:
        """Show these.

        Args:
            records: in the order of the list.
            since: when the design suppressed an alarm, by id, as far as it is known.
        """
        fresh = tuple(records)
        if fresh != self._records or since != self._since:
            self._records, self._since = fresh, dict(since)
            self.rows.rows_changed()

    def records(self) -> tuple[AlarmRecord, ...]:
        """What is shown."""
        return self._records

    def select(self, wanted: Shown | None) -> None:
        """Mark a row."""
        self.rows.select_key(wanted)

    def _on_row(self, row: int) -> None:
        self.picked.emit(key(self._records[row]))

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
        alarm = self._context.alarms.definition(record.id)
        cells = (self._lines(record, alarm, column) for column in ("kind", "message", "by", "since"))
        return ", ".join(line for lines in cells for line in lines if line)

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Calm: nothing here asks for an answer now."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell of two lines."""
        record = self._records[row]
        alarm = self._context.alarms.definition(record.id)
        if column.key == "symbol":
            symbol, priority = rect.adjusted(-2, 12, 2, -12), self._context.alarms.priority(record)
            if record.stands:
                paint_alert(painter, symbol, priority, record.state, self._theme)
            else:
                paint_no_alert(painter, symbol, priority, self._theme)
            return
        first, second = self._lines(record, alarm, column.key)
        if not second and WidthOf(ui_font(TEXT_BODY))(first) > rect.width():
            draw_lines(painter, rect.adjusted(0, 8, 0, 0), first, ui_font(TEXT_BODY), self._theme.text, lines=2)
            return
        half = rect.height() / 2
        above = QRectF(rect.x(), rect.y() + 4, rect.width(), half - 4) if second else rect
        below = QRectF(rect.x(), rect.y() + half - 1, rect.width(), half - 4)
        draw_text(painter, above, first, ui_font(TEXT_BODY, column.key == "message"), self._theme.text)
        draw_text(painter, below, second, ui_font(TEXT_LABEL), self._theme.text_secondary)

    def _lines(self, record: AlarmRecord, alarm: AlarmDef, column: str) -> tuple[str, str]:
        order = order_of(record)
        match column:
            case "kind":
                state = self.tr("the alarm stands") if record.active else ""
                return (suppression_text(record.suppression) if record.suppression else "", state)
            case "message":
                return alarm.message, order.reason if order is not None else self.reason_by_design(record, alarm)
            case "by":
                return (
                    (order.user, self._context.station_name(order.station))
                    if order is not None
                    else (self.tr("the ship's project"), "")
                )
            case "since":
                return self._span(record, order)
            case _:
                return alarm.group, ""

    def reason_by_design(self, record: AlarmRecord, alarm: AlarmDef) -> str:
        """Why the design keeps an alarm from being announced, for a person."""
        if record.blocked:
            return self.tr("its input is lost")
        return self.tr("watched only while {condition}").format(condition=alarm.enable_when)

    def _span(self, record: AlarmRecord, order: Override | None) -> tuple[str, str]:
        now = self._context.clock.now()
        times = self._context.times
        since = order.since if order is not None else self._since.get(record.id)
        first = self.tr("since {at}").format(at=times.utc_stamp(since, now)) if since is not None else ""
        if order is None:
            return first, self.tr("until the condition holds") if not record.blocked else self.tr("until it is back")
        if order.until is None:
            return first, self.tr("until somebody ends it")
        left = duration_text((order.until - now).total_seconds())
        return first, self.tr("until {at}, {left}").format(at=times.utc_stamp(order.until, now), left=left)
