"""The raisings one by one, and the revisions."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmshmi.core.alarms.revision import Revision
from vmshmi.core.alarms.whatif import Fate, Pair, Raising, WhatIf
from vmshmi.core.clock import Clock
from vmshmi.core.tags import TagDef
from vmshmi.ui.alarms.words import number_with_unit
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tuning.words import differences, fate_text, revision_author, span_text
from vmshmi.ui.widgets.painting import draw_text
from vmshmi.ui.widgets.row_table import Column, RowTable


class PairTable(QWidget):
    """Each raising with what becomes of it; changed ones first of all in the eye, in order of time."""

    def __init__(self, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock = clock
        self._times = times
        self._theme = theme
        self._pairs: Sequence[Pair] = ()
        self._tag: TagDef | None = None
        columns = (
            Column("now", self.tr("Raised (UTC)"), 150),
            Column("stood", self.tr("Stood"), 110),
            Column("value", self.tr("Value"), 110, from_width=960),
            Column("new", self.tr("Would be raised"), 150),
            Column("new_stood", self.tr("Would stand"), 110, from_width=700),
            Column("fate", self.tr("Change"), 150, stretch=True),
            Column("by", self.tr("Answered by"), 150, from_width=560),
        )
        self.rows = RowTable(self, columns, theme, "", self)
        self.rows.setObjectName("pair_rows")
        self.rows.setAccessibleName(self.tr("Raisings"))
        _fill(self, self.rows)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def show_answer(self, answer: WhatIf | None, tag: TagDef | None, empty: str) -> None:
        """Show these raisings, newest first; `empty` is said when there are none."""
        self._pairs = () if answer is None else answer.pairs[::-1]
        self._tag = tag
        self.rows.set_empty_text(empty)
        self.rows.rows_changed()

    # ---- RowSource

    def row_count(self) -> int:
        """How many raisings there are."""
        return len(self._pairs)

    def row_key(self, row: int) -> object:
        """The pair."""
        return self._pairs[row]

    def row_text(self, row: int) -> str:
        """The pair in one line."""
        pair = self._pairs[row]
        return f"{self._moment(pair.before)} {fate_text(pair)}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """What changes stands on a quiet ground."""
        if self._pairs[row].fate is not Fate.SAME:
            painter.fillRect(rect, self._theme.section)

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        pair = self._pairs[row]
        bold = column.key == "fate" and pair.fate is not Fate.SAME
        draw_text(painter, rect, self._text(pair, column.key), ui_font(TEXT_BODY, bold), self._theme.text)

    def _text(self, pair: Pair, column: str) -> str:
        match column:
            case "now":
                return self._moment(pair.before)
            case "stood":
                return _stood(pair.before, self.tr("stands"))
            case "value":
                raising = pair.before or pair.after
                return number_with_unit(None if raising is None else raising.value, self._tag)
            case "new":
                return self._moment(pair.after)
            case "new_stood":
                return _stood(pair.after, self.tr("stands"))
            case "fate":
                return fate_text(pair)
            case _:
                return (pair.recorded.answered_by or "") if pair.recorded is not None else ""

    def _moment(self, raising: Raising | None) -> str:
        return "–" if raising is None else self._times.utc_stamp(raising.raised_at, self._clock.now())


class RevisionTable(QWidget):
    """Who changed what and why, newest first."""

    chosen = Signal()

    def __init__(self, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock = clock
        self._times = times
        self._theme = theme
        self._revisions: Sequence[Revision] = ()
        self._unit = ""
        columns = (
            Column("number", self.tr("No."), 56),
            Column("at", self.tr("When (UTC)"), 140),
            Column("what", self.tr("What"), 240, stretch=True),
            Column("why", self.tr("Why"), 220),
            Column("by", self.tr("By"), 170, from_width=640),
        )
        self.rows = RowTable(self, columns, theme, "", self)
        self.rows.setObjectName("revision_rows")
        self.rows.setAccessibleName(self.tr("Revisions"))
        self.rows.row_touched.connect(self.chosen)
        _fill(self, self.rows)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.rows.apply_theme(theme)

    def show_revisions(self, newest_first: Sequence[Revision], unit: str, empty: str) -> None:
        """Show these; `empty` is said when there are none."""
        self._revisions, self._unit = newest_first, unit
        self.rows.set_empty_text(empty)
        self.rows.rows_changed()

    @property
    def newest(self) -> Revision | None:
        """The one that may be taken back."""
        return self._revisions[0] if self._revisions else None

    # ---- RowSource

    def row_count(self) -> int:
        """How many there are."""
        return len(self._revisions)

    def row_key(self, row: int) -> object:
        """Its number."""
        return self._revisions[row].number

    def row_text(self, row: int) -> str:
        """The revision in one line."""
        revision = self._revisions[row]
        return f"{differences(revision.before, revision.after, self._unit)} {revision_author(revision)}"

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Calm: no ground."""

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None:
        """Draw one cell."""
        revision = self._revisions[row]
        text = {
            "number": str(revision.number),
            "at": self._times.utc_stamp(revision.at, self._clock.now()),
            "what": differences(revision.before, revision.after, self._unit),
            "why": revision.reason,
        }.get(column.key, revision_author(revision))
        draw_text(painter, rect, text, ui_font(TEXT_BODY), self._theme.text)


def _fill(home: QWidget, table: RowTable) -> None:
    column = QVBoxLayout(home)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(table)


def _stood(raising: Raising | None, still: str) -> str:
    if raising is None:
        return "–"
    if raising.ended_at is None:
        return still
    return span_text((raising.ended_at - raising.raised_at).total_seconds())
