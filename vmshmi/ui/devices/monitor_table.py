"""What a device says, a row for each key: so a sensor that nobody knows is found."""

import re
from bisect import insort
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.clock import Clock
from vmshmi.core.devices import MonitorRow
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import RIGHT, WidthOf, draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable

_NARROWEST_KEY, _WIDEST_KEY = 80, 300
_Order = tuple[tuple[int, int, str], ...]


class MonitorTable(QWidget):
    """Keys in their natural order, so that no row moves under a finger; the latest line of each.

    Args:
        clock, times: for the time of a line.
    """

    picked = Signal(str)
    """Key of the row a person chose."""

    def __init__(self, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock = clock
        self._times = times
        self._theme = theme
        self._rows: dict[str, MonitorRow] = {}
        self._keys: list[tuple[_Order, str]] = []
        self._shown: list[str] = []
        self._row_of: dict[str, int] = {}
        self._words: tuple[str, ...] = ()
        self._widest = float(_NARROWEST_KEY)
        self.rows = RowTable(self, self._columns(), theme, "", self)
        self.rows.setObjectName("monitor_rows")
        self.rows.setAccessibleName(self.tr("What the device says"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)
        self.rows.row_touched.connect(self._on_row)
        self._say_empty()

    def _columns(self) -> tuple[Column, ...]:
        """Meaning and raw get what the longest key leaves."""
        return (
            Column("key", self.tr("What"), min(_WIDEST_KEY, round(self._widest) + 2 * GAP)),
            Column("meaning", self.tr("Meaning"), 160, stretch=True),
            Column("raw", self.tr("Raw"), 196),
            Column("count", self.tr("Count"), 72, align=RIGHT),
            Column("rate", self.tr("Rate"), 96, align=RIGHT),
            Column("at", self.tr("Last UTC"), 84, align=RIGHT),
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    @property
    def count(self) -> tuple[int, int]:
        """How many rows are shown, and how many there are."""
        return len(self._shown), len(self._rows)

    def row(self, key: str) -> MonitorRow | None:
        """The latest of a key."""
        return self._rows.get(key)

    def clear(self) -> None:
        """Begin anew: another device, or another look."""
        self._rows.clear()
        self._keys.clear()
        self._widest = float(_NARROWEST_KEY)
        self.rows.select_key(None)
        self._filter()

    def search(self, text: str) -> None:
        """Show the rows in which each of these words is found, in what, raw or meaning."""
        self._words = tuple(text.lower().split())
        self._filter()

    def take(self, rows: Sequence[MonitorRow]) -> None:
        """Take what has changed."""
        is_new = False
        width_of = WidthOf(ui_font(TEXT_BODY, bold=True))
        for row in rows:
            key = row.latest.key
            if key not in self._rows:
                insort(self._keys, (_natural(key), key))
                self._widest = max(self._widest, width_of(key))
                is_new = True
            self._rows[key] = row
        if is_new or self._words:  # with words a row may match now that did not before
            self._filter()
        for row in rows:
            place = self._row_of.get(row.latest.key)
            if place is not None:
                self.rows.update_row(place)

    def _filter(self) -> None:
        shown = [key for _, key in self._keys if self._matches(key)]
        if shown == self._shown and shown:
            return
        self._shown = shown
        self._row_of = {key: row for row, key in enumerate(shown)}
        self.rows.set_columns(self._columns())
        self._say_empty()
        self.rows.rows_changed()

    def _matches(self, key: str) -> bool:
        if not self._words:
            return True
        line = self._rows[key].latest
        text = f"{line.key} {line.raw} {line.meaning}".lower()
        return all(word in text for word in self._words)

    def _say_empty(self) -> None:
        self.rows.set_empty_text(self.tr("Nothing matches") if self._rows else self.tr("Nothing heard yet"))

    def _on_row(self, row: int) -> None:
        self.picked.emit(self._shown[row])

    # ---- RowSource

    def row_count(self) -> int:
        """How many rows are shown."""
        return len(self._shown)

    def row_key(self, row: int) -> object:
        """The key."""
        return self._shown[row]

    def row_text(self, row: int) -> str:
        """The row as one line."""
        line = self._rows[self._shown[row]].latest
        return f"{line.key} {line.meaning} {line.raw}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Calm."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        bold = column.key == "key"
        ink = self._theme.text if column.key in ("key", "meaning") else self._theme.text_secondary
        text = self._text(self._rows[self._shown[row]], column.key)
        draw_text(painter, rect, text, ui_font(TEXT_BODY, bold), ink, column.align)

    def _text(self, row: MonitorRow, column: str) -> str:
        match column:
            case "key":
                return row.latest.key
            case "meaning":
                return row.latest.meaning
            case "raw":
                return row.latest.raw
            case "count":
                return f"{row.count:,}"
            case "rate":
                return rate_text(row)
            case _:
                return self._times.utc_stamp(row.latest.at, self._clock.now())


def rate_text(row: MonitorRow) -> str:
    """`10.0/s`, `3.0/min`; empty before the second line."""
    rate = row.rate_hz
    if rate is None:
        return ""
    return f"{rate:.1f}/s" if rate >= 0.5 else f"{rate * 60:.1f}/min"


def _natural(key: str) -> _Order:
    """An order in which 9 stands before 10."""
    parts = re.split(r"(\d+)", key.lower())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)
