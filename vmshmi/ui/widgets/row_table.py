"""A painted list for thousands of rows: only what is visible and changed is drawn. Made for a finger, works by keys."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QScroller, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, HEADER, ROW, ROW_LOW, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, LEFT, draw_text

_SLIP_PX = 12
"""A finger may slip this far and still mean the row."""
_NARROWEST = 44
"""Pixels a column keeps, however narrow the list."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: what the source knows it by.
        title: in the header; empty for none.
        width: pixels; the stretching column takes what is left, at least this.
        stretch: True for the one that takes what is left.
        from_width: shown only when the list is at least this wide.
        align: of header and cell.
        opens: touching it opens the row, beside choosing it.
    """

    key: str
    title: str
    width: int
    stretch: bool = False
    from_width: int = 0
    align: Qt.AlignmentFlag = LEFT
    opens: bool = False


class RowSource(Protocol):
    """Where a table gets its rows; rows are counted from 0."""

    def row_count(self) -> int: ...

    def row_key(self, row: int) -> object:
        """What stays the same when rows move."""
        ...

    def paint_row_ground(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Paint what lies under the cells."""
        ...

    def paint_cell(self, painter: QPainter, rect: QRectF, row: int, column: Column) -> None: ...

    def row_text(self, row: int) -> str:
        """The row as one line, for people who hear the screen."""
        ...


class _WideBar(QScrollBar):
    """A scroll bar that a thumb finds."""

    def sizeHint(self) -> QSize:
        return QSize(24, super().sizeHint().height())


def _placed(columns: tuple[Column, ...], width: int) -> list[tuple[Column, int, int]]:
    """Column, left edge and width of those that are shown."""
    shown = [column for column in columns if width >= column.from_width]
    spare = width - sum(column.width for column in shown)
    placed: list[tuple[Column, int, int]] = []
    left = 0
    for column in shown:
        wide = max(_NARROWEST, column.width + (spare if column.stretch else 0))
        placed.append((column, left, wide))
        left += wide
    return placed


class RowTable(QAbstractScrollArea):
    """Rows of equal height from a `RowSource`.

    Args:
        row_height: of each row in pixels.
        least_rows: so many are to be seen at once; they become as low as `ROW_LOW` for it.
    """

    row_touched = Signal(int)
    """A row was chosen by finger, mouse or key."""
    row_opened = Signal(int)
    """A row was touched in a column that opens it, or Enter was pressed on it."""
    cell_opened = Signal(int, str)
    """A row was touched in the column of this key, which opens it."""
    visible_rows_changed = Signal()

    def __init__(
        self,
        source: RowSource,
        columns: tuple[Column, ...],
        theme: Theme,
        empty: str,
        parent: QWidget,
        *,
        row_height: int = ROW,
        least_rows: int = 0,
    ) -> None:
        super().__init__(parent)
        self._row_px = self._highest = row_height
        self._least_rows = least_rows
        self._source = source
        self._columns = columns
        self._theme = theme
        self._empty = empty
        self._selected: object = None
        self._press: QPointF | None = None
        self._press_scroll = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBar(_WideBar(Qt.Orientation.Vertical, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, HEADER, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # ---- what others call

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()
        self.viewport().update()

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns."""
        if columns != self._columns:
            self._columns = columns
            self.update()
            self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """What an empty list says."""
        if text != self._empty:
            self._empty = text
            self.viewport().update()

    @property
    def empty_text(self) -> str:
        """What an empty list says."""
        return self._empty

    def rows_changed(self) -> None:
        """Rows came, went or moved; the selection stays with its key."""
        self._fit_scroll_bar()
        self.viewport().update()
        self.visible_rows_changed.emit()

    def visible_rows(self) -> range:
        """The rows that can be seen, partly seen ones included."""
        top = self.verticalScrollBar().value()
        first = top // self._row_px
        last = (top + max(0, self.viewport().height() - 1)) // self._row_px
        return range(first, min(self._source.row_count(), last + 1))

    def whole_rows(self) -> range:
        """The rows that can be seen from their upper to their lower edge."""
        top = self.verticalScrollBar().value()
        last = (top + self.viewport().height()) // self._row_px
        return range(-(-top // self._row_px), min(self._source.row_count(), last))

    @property
    def row_px(self) -> int:
        """Height of a row now."""
        return self._row_px

    def rows_that_fit(self) -> int:
        """How many whole rows can be seen at once."""
        return self.viewport().height() // self._row_px

    def update_row(self, row: int) -> None:
        """Draw one row again, when it can be seen."""
        if row in self.visible_rows():
            self.viewport().update(self._row_rect(row))

    def update_cell(self, row: int, column_key: str) -> None:
        """Draw one cell again, when it can be seen."""
        if row not in self.visible_rows():
            return
        rect = self._row_rect(row)
        for column, left, width in self._placed_columns():
            if column.key == column_key:
                self.viewport().update(QRect(left, rect.y(), width, rect.height()))

    @property
    def selected_key(self) -> object:
        """Key of the chosen row; None for none."""
        return self._selected

    def select_key(self, key: object) -> None:
        """Choose a row by its key; None chooses none."""
        if key != self._selected:
            self._selected = key
            self.viewport().update()

    def selected_row(self) -> int | None:
        """The chosen row; None when there is none, or it is no longer in the list."""
        if self._selected is None:
            return None
        count = self._source.row_count()
        return next((row for row in range(count) if self._source.row_key(row) == self._selected), None)

    def show_row(self, row: int) -> None:
        """Scroll as little as needed to see the whole row."""
        bar = self.verticalScrollBar()
        top, height = row * self._row_px, self.viewport().height()
        if top < bar.value():
            bar.setValue(top)
        elif top + self._row_px > bar.value() + height:
            bar.setValue(top + self._row_px - height)

    def row_at(self, position: QPoint) -> int | None:
        """The row under a place of the viewport."""
        row = (position.y() + self.verticalScrollBar().value()) // self._row_px
        return row if 0 <= row < self._source.row_count() else None

    # ---- geometry

    def _row_rect(self, row: int) -> QRect:
        return QRect(0, row * self._row_px - self.verticalScrollBar().value(), self.viewport().width(), self._row_px)

    def _placed_columns(self) -> list[tuple[Column, int, int]]:
        return _placed(self._columns, self.viewport().width())

    def _fit_scroll_bar(self) -> None:
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(self._row_px)
        bar.setRange(0, max(0, self._source.row_count() * self._row_px - height))

    def _on_scrolled(self, value: int) -> None:
        del value
        self.viewport().update()
        self.visible_rows_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows and the scroll bar."""
        super().resizeEvent(event)
        if self._least_rows:
            self._row_px = max(ROW_LOW, min(self._highest, self.viewport().height() // self._least_rows))
        self._fit_scroll_bar()
        self.visible_rows_changed.emit()

    # ---- touch and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where it began."""
        self._press = event.position()
        self._press_scroll = self.verticalScrollBar().value()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the row when the finger did not travel."""
        start, self._press = self._press, None
        if start is None or self._press_scroll != self.verticalScrollBar().value():
            return
        if (event.position() - start).manhattanLength() <= _SLIP_PX:
            row = self.row_at(event.position().toPoint())
            if row is not None:
                self._choose(row)
                column = self._column_at(event.position().x())
                if column is not None and column.opens:
                    self.row_opened.emit(row)
                    self.cell_opened.emit(row, column.key)

    def _column_at(self, x: float) -> Column | None:
        return next((column for column, left, width in self._placed_columns() if left <= x < left + width), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, pages, ends; Enter opens."""
        count = self._source.row_count()
        present = self.selected_row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and present is not None:
            self.row_opened.emit(present)
            return
        page = max(1, self.rows_that_fit() - 1)
        steps = {
            Qt.Key.Key_Down: 0 if present is None else present + 1,
            Qt.Key.Key_Up: 0 if present is None else present - 1,
            Qt.Key.Key_PageDown: (present or 0) + page,
            Qt.Key.Key_PageUp: (present or 0) - page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }
        target = steps.get(Qt.Key(event.key()))
        if target is None or not count:
            super().keyPressEvent(event)
            return
        row = max(0, min(count - 1, target))
        self.show_row(row)
        self._choose(row)

    def _choose(self, row: int) -> None:
        self.select_key(self._source.row_key(row))
        self.setAccessibleDescription(self._source.row_text(row))
        self.row_touched.emit(row)

    # ---- painting

    def event(self, event: QEvent) -> bool:
        """The frame's own paint event draws the header; the viewport's comes through `paintEvent`."""
        if event.type() == QEvent.Type.Paint:
            self._paint_header()
            return True
        return super().event(event)

    def _paint_header(self) -> None:
        painter = QPainter(self)
        theme = self._theme
        band = QRectF(0, 0, self.width(), HEADER)
        painter.fillRect(band, theme.section)
        painter.fillRect(QRectF(0, HEADER - 1, self.width(), 1), theme.text_disabled)
        for column, left, width in self._placed_columns():
            place = QRectF(left + GAP, 0, width - 2 * GAP, HEADER)
            draw_text(painter, place, column.title, ui_font(TEXT_LABEL), theme.text_secondary, column.align)
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows inside the part that asks for it."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.background)
        count = self._source.row_count()
        if not count:
            middle = QRectF(self.viewport().rect())
            draw_text(painter, middle, self._empty, ui_font(TEXT_BODY + 4), self._theme.text_secondary, CENTRE)
        placed, region = self._placed_columns(), event.region()
        for row in self.visible_rows():
            rect = self._row_rect(row)
            if region.intersects(rect):
                dirty = [
                    place for place in placed if region.intersects(QRect(place[1], rect.y(), place[2], rect.height()))
                ]
                self._paint_row(painter, row, QRectF(rect), dirty)
        painter.end()

    def _paint_row(self, painter: QPainter, row: int, rect: QRectF, placed: list[tuple[Column, int, int]]) -> None:
        self._source.paint_row_ground(painter, rect, row)
        for column, left, width in placed:
            cell = QRectF(left + GAP, rect.y(), width - 2 * GAP, rect.height())
            self._source.paint_cell(painter, cell, row, column)
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), self._theme.outline)
        if self._selected is not None and self._source.row_key(row) == self._selected:
            painter.setPen(QPen(self._theme.accent, 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
