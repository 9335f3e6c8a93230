"""The legend: each pen with its colour, value, unit, quality and extent in view. A touch chooses the pen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.core.display import NO_VALUE, VisualState, value_text
from vmshmi.core.tags import TagDef
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.lane_items import paint_chip
from vmshmi.ui.trends.lanes import STATE_KINDS
from vmshmi.ui.trends.pen_colours import pen_colour
from vmshmi.ui.trends.picture import NO_EXTENT, Extent
from vmshmi.ui.widgets.painting import LEFT, RIGHT, WidthOf, draw_lines, draw_text, wrap

_LEAST_PX = 66
_MOST_PX = 88
_BETWEEN_PX = 82
_CHIP_COLUMN_PX = 50
_SLIP_PX = 12
_LINE_PX = 18.0
_VALUE_PX = 26.0
_TWO_LINES_PX = 3 * _LINE_PX + _VALUE_PX


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One pen as it reads now.

    Attributes:
        tag: its definition.
        value: text without unit; `---` when it is not valid.
        state: what is to be seen about it.
        quality: in words; empty when it is good.
        extent: in view.
        between: what there is to say between the cursors, up to three lines; they stand in the place of the value.
    """

    tag: TagDef
    value: str
    state: VisualState
    quality: str
    extent: Extent = NO_EXTENT
    between: tuple[str, ...] = ()

    def extent_text(self, low_word: str, high_word: str) -> str:
        """`min 4.71   max 4.92`; states have none."""
        low, high = self.extent.low, self.extent.high
        if low is None or high is None or self.tag.kind in STATE_KINDS:
            return ""
        return f"{low_word} {value_text(self.tag, low)}   {high_word} {value_text(self.tag, high)}"


class Legend(QWidget):
    """Painted rows, tall enough for a finger; one of them may be chosen."""

    chosen = Signal(int)
    """Position of the pen; touched again, -1: none."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[LegendRow, ...] = ()
        self._selected: int | None = None
        self._press: QPointF | None = None
        self.setObjectName("trend_legend")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    @property
    def rows(self) -> tuple[LegendRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def selected(self) -> int | None:
        """Position of the chosen pen."""
        return self._selected

    def set_rows(self, rows: Sequence[LegendRow], selected: int | None) -> None:
        """Show these; draws only what reads differently."""
        fresh = tuple(rows)
        if [bool(row.between) for row in fresh] != [bool(row.between) for row in self._rows]:
            self._rows = fresh
            self.updateGeometry()
            self.update()
        for position, (before, now) in enumerate(zip(self._rows, fresh, strict=True)):
            if before != now or (position in (selected, self._selected) and selected != self._selected):
                self.update(self._rect(position).toAlignedRect())
        self._rows, self._selected = fresh, selected
        self.setAccessibleName("\n".join(f"{row.tag.description} {row.value} {row.tag.unit}" for row in fresh))

    def sizeHint(self) -> QSize:
        """Comfortable rows."""
        return QSize(300, max(1, len(self._rows)) * self._least_px())

    def minimumSizeHint(self) -> QSize:
        """At least all rows: what does not fit is scrolled."""
        return self.sizeHint()

    def row_height(self) -> int:
        """Pixels of a row: what there is, within reason."""
        return min(_MOST_PX, max(self._least_px(), self.height() // max(1, len(self._rows))))

    def _least_px(self) -> int:
        return _BETWEEN_PX if any(row.between for row in self._rows) else _LEAST_PX

    def _rect(self, position: int) -> QRectF:
        height = self.row_height()
        return QRectF(0, position * height, self.width(), height)

    # ---- fingers and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where: only a touch that stays chooses."""
        self._press = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the finger."""
        press, self._press = self._press, None
        if press is None or (event.position() - press).manhattanLength() > _SLIP_PX:
            return
        position = int(event.position().y()) // self.row_height()
        if 0 <= position < len(self._rows):
            self.chosen.emit(-1 if position == self._selected else position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose the pen above and below."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            super().keyPressEvent(event)
            return
        present = self._selected if self._selected is not None else -1 if step > 0 else len(self._rows)
        self.chosen.emit(max(0, min(len(self._rows) - 1, present + step)))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows inside the part that asks for it."""
        painter = QPainter(self)
        if not self._rows:
            place = QRectF(0, 0, self.width(), 72)
            ink = self._theme.text_secondary
            draw_text(painter, place, self.tr("No tag chosen yet."), ui_font(TEXT_BODY), ink, LEFT)
        for position, row in enumerate(self._rows):
            rect = self._rect(position)
            if rect.intersects(QRectF(event.rect())):
                self._paint_row(painter, rect, position, row)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_row(self, painter: QPainter, rect: QRectF, position: int, row: LegendRow) -> None:
        theme = self._theme
        chosen = position == self._selected
        if chosen:
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(theme.section)
            painter.drawRoundedRect(rect.adjusted(1, 2, -1, -2), RADIUS, RADIUS)
        else:
            painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), theme.outline)
        middle = rect.center().y()
        colour = pen_colour(theme.name, position)
        painter.fillRect(QRectF(rect.x() + 4, middle - 1, _CHIP_COLUMN_PX - 8, 2), colour)
        paint_chip(painter, QRectF(rect.x() + 14, middle - 12, 24, 24), position, theme, chosen=chosen)
        left = rect.x() + _CHIP_COLUMN_PX
        wide = rect.width() - _CHIP_COLUMN_PX - GAP
        name, font = row.tag.description or row.tag.id, ui_font(TEXT_LABEL)
        if row.between:
            top = middle - (len(row.between) + 1) * _LINE_PX / 2
            for number, text in enumerate((name, *row.between)):
                ink = theme.text if number < 2 else theme.text_secondary
                line = QRectF(left, top + number * _LINE_PX, wide, _LINE_PX)
                draw_text(painter, line, text, ui_font(TEXT_LABEL, bold=number == 1), ink)
            return
        lines = 2 if rect.height() >= _TWO_LINES_PX and len(wrap(name, WidthOf(font), wide, 2)) > 1 else 1
        top = middle - (_LINE_PX * (lines + 1) + _VALUE_PX) / 2
        place = QRectF(left, top, wide, 0)
        if lines == 1:
            draw_text(painter, QRectF(left, top, wide, _LINE_PX), name, font, theme.text)
        else:
            draw_lines(painter, place, name, font, theme.text, lines=lines, spacing=_LINE_PX / TEXT_LABEL)
        top += lines * _LINE_PX
        self._paint_value(painter, QRectF(left, top, wide, _VALUE_PX), row)
        extent = row.extent_text(self.tr("min"), self.tr("max"))
        draw_text(painter, QRectF(left, top + _VALUE_PX, wide, _LINE_PX), extent, font, theme.text_secondary)

    def _paint_value(self, painter: QPainter, place: QRectF, row: LegendRow) -> None:
        theme = self._theme
        text = f"? {row.value}" if row.state is VisualState.UNCERTAIN else row.value
        if row.tag.unit and row.value != NO_VALUE:
            text = f"{text} {row.tag.unit}"
        grounds = {VisualState.INVALID: theme.invalid, VisualState.UNCERTAIN: theme.low_integrity}
        ground = grounds.get(row.state)
        if ground is not None:
            painter.fillRect(place.adjusted(-4, 1, 0, -1), ground)
        used = draw_text(painter, place, text, ui_font(TEXT_BODY + 4, bold=True), theme.text)
        rest = place.adjusted(used + 12, 0, -4, 0)
        ink = theme.text if ground is not None else theme.text_secondary
        draw_text(painter, rest, row.quality, ui_font(TEXT_LABEL), ink, RIGHT)
