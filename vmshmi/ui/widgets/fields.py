"""Name and value, line by line: details beside a list. Painted, read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import MARGIN, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import WidthOf, draw_text, wrap

_NAME_WIDTH = 132
_LINE = 22
_MOST_NAME = 0.45
"""The share of its width that names may take."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of details.

    Attributes:
        name: what it is; empty for a paragraph over the whole width.
        value: what it says; wrapped as needed.
        bold: True for what matters most.
        marked: True for what is wrong; it stands on the colour of invalid values.
        doubtful: True for what is not sure; it stands on the colour of uncertain values.
        heading: True for a title above the fields that follow.
        stacked: True for long text: its name stands above it, the text takes the whole width.
    """

    name: str
    value: str
    bold: bool = False
    marked: bool = False
    doubtful: bool = False
    heading: bool = False
    stacked: bool = False


class FieldList(QWidget):
    """Fields beneath each other; it asks for the height they need at its width."""

    def __init__(self, theme: Theme, parent: QWidget, *, name_width: int = _NAME_WIDTH) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name_width = name_width
        self._fields: tuple[Field, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is shown."""
        return self._fields

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Show these; draws only when something reads differently."""
        fresh = tuple(fields)
        if fresh == self._fields:
            return
        lengthened = self._height(fresh, self.width()) != self._height(self._fields, self.width())
        self._fields = fresh
        self.setAccessibleName("\n".join(f"{field.name} {field.value}" for field in fresh))
        if lengthened:
            self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        """What the fields need at this width."""
        return self._height(self._fields, width)

    def sizeHint(self) -> QSize:
        """What the fields need at the present width."""
        width = max(200, self.width())
        return QSize(width, self._height(self._fields, width))

    def minimumSizeHint(self) -> QSize:
        """At least what the fields need: text is never cut off below."""
        return QSize(160, self._height(self._fields, self.width()))

    def _height(self, fields: Sequence[Field], width: int) -> int:
        names = self._name_room(fields, width)
        return sum(self._field_height(field, width, names) for field in fields) + 4

    def _name_room(self, fields: Sequence[Field], width: float) -> float:
        """What the longest name beside a value takes, within reason: a name is never cut off while there is room."""
        width_of = WidthOf(ui_font(TEXT_LABEL))
        longest = max((width_of(field.name) for field in fields if self._beside(field)), default=0.0)
        return max(float(self._name_width), min(longest + 8, width * _MOST_NAME))

    def _lines(self, field: Field, width: float, names: float) -> list[str]:
        room = width - (names if self._beside(field) else 0)
        pixels = TEXT_BODY + 2 if field.heading else TEXT_BODY
        return wrap(field.value, WidthOf(ui_font(pixels, field.bold or field.heading)), room, 12) or [""]

    def _field_height(self, field: Field, width: int, names: float) -> int:
        above = _LINE if field.stacked else 0
        return len(self._lines(field, width, names)) * _LINE + above + (MARGIN if field.heading else 6)

    def _beside(self, field: Field) -> bool:
        """True when the name stands left of the value."""
        return bool(field.name) and not field.heading and not field.stacked

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every field."""
        del event
        painter = QPainter(self)
        theme = self._theme
        names = self._name_room(self._fields, self.width())
        top = 0
        for field in self._fields:
            height = self._field_height(field, self.width(), names)
            if field.marked or field.doubtful:
                ground = theme.invalid if field.marked else theme.low_integrity
                painter.fillRect(QRectF(0, top, self.width(), height - 4), ground)
            left = 0.0
            if field.name and not field.heading:
                wide = self.width() if field.stacked else names - 8
                name = QRectF(0, top, wide, _LINE)
                draw_text(painter, name, field.name, ui_font(TEXT_LABEL), theme.text_secondary)
                left = names if self._beside(field) else 0.0
            pixels = TEXT_BODY + 2 if field.heading else TEXT_BODY
            font = ui_font(pixels, field.bold or field.heading)
            first = top + (_LINE if field.stacked else 0)
            for number, line in enumerate(self._lines(field, self.width(), names)):
                place = QRectF(left, first + number * _LINE, self.width() - left, _LINE)
                draw_text(painter, place, line, font, theme.text)
            top += height
        painter.end()
