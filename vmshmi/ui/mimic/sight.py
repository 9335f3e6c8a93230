"""What a painter of an element gets to see, and the marks that every element shares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Priority, priority_of
from vmshmi.core.display import NO_VALUE, VisualState, age_text, value_text, visual_state
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, WidthOf, draw_text

MIN_TEXT = 12
OLD_AFTER_S = 5.0
"""Younger good values show no age."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The highest alarm that stands on an element's tags."""

    definition: AlarmDef
    record: AlarmRecord

    @property
    def priority(self) -> Priority:
        """The one it has now."""
        return priority_of(self.definition, self.record)


@dataclass(frozen=True, slots=True)
class Shown:
    """One tag as it reads now.

    Attributes:
        text: the value, `---` when there is none.
        number: for bars and tanks; None when there is none.
        age: how old, empty while that says nothing.
    """

    tag: TagDef
    sample: TagValue
    state: VisualState
    text: str
    number: float | None
    age: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All that painting needs.

    Attributes:
        scale: pixels for one unit of the canvas.
        lit: the lit part of the flashing period.
        lookup: definition and present sample of a tag; None for a tag the runtime does not know.
        applies: False while the normal range of a tag means nothing, as when its machine stands still.
        connected: False while nothing comes from the runtime: then no value is valid.
        alarms: the alarm definitions of a tag.
        standing: the highest alarm that stands on a tag.
    """

    theme: Theme
    scale: float
    lit: bool
    now: datetime
    lookup: Callable[[str], tuple[TagDef, TagValue] | None]
    applies: Callable[[TagDef], bool]
    connected: bool
    alarms: Callable[[str], tuple[AlarmDef, ...]]
    standing: Callable[[str], Standing | None]

    def pixels(self, units: float) -> int:
        """A text height; never below what can be read."""
        return max(MIN_TEXT, round(units * self.scale))

    def show(self, tag_id: str) -> Shown:
        """How a tag reads now."""
        found = self.lookup(tag_id)
        if found is None:
            unknown = TagDef(TagId(tag_id))
            missing = TagValue(None, Quality.BAD_CONFIGURATION_ERROR, self.now)
            return Shown(unknown, missing, VisualState.INVALID, NO_VALUE, None, "")
        tag, sample = found
        state = visual_state(tag, sample, applies=self.applies(tag)) if self.connected else VisualState.INVALID
        value = None if state is VisualState.INVALID else sample.value
        number = float(value) if isinstance(value, int | float) else None
        old = (self.now - sample.timestamp).total_seconds() >= OLD_AFTER_S
        age = age_text(sample, self.now) if old or state is VisualState.UNCERTAIN else ""
        return Shown(tag, sample, state, value_text(tag, value), number, age)

    def paper(self, state: VisualState) -> QColor | None:
        """The ground a value stands on; None is no ground of its own."""
        match state:
            case VisualState.INVALID:
                return self.theme.invalid
            case VisualState.UNCERTAIN:
                return self.theme.low_integrity
            case VisualState.NORMAL | VisualState.OUTSIDE_NORMAL:
                return None


def paint_value(
    p: QPainter, box: QRectF, shown: Shown, sight: Sight, *, pixels: int, align: Qt.AlignmentFlag = CENTRE
) -> None:
    """Draw a value with its unit on the ground its quality asks for, and its age below when that says something."""
    theme = sight.theme
    paper = sight.paper(shown.state)
    if paper is not None:
        box = _around(box, value_width_of(shown, pixels) + 12, align)
        dashed = QPen(theme.text_secondary, 1, Qt.PenStyle.DashLine)
        p.setPen(dashed if shown.state is VisualState.UNCERTAIN else QPen(theme.text_secondary, 1))
        p.setBrush(paper)
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    inner = box.adjusted(4, 0, -4, 0)
    unit = shown.tag.unit if shown.number is not None else ""
    age_height = MIN_TEXT + 3 if shown.age and box.height() >= pixels + MIN_TEXT + 4 else 0
    if shown.age and not age_height:
        inner = _paint_age_beside(p, inner, shown, sight, align)
    line = QRectF(inner.x(), inner.y(), inner.width(), inner.height() - age_height)
    font, unit_font = ui_font(pixels, bold=True), ui_font(unit_pixels(pixels))
    p.setFont(unit_font)
    unit_width = p.fontMetrics().horizontalAdvance(unit) + 4 if unit else 0
    p.setFont(font)
    value_width = p.fontMetrics().horizontalAdvance(shown.text)
    while value_width > inner.width() and font.pixelSize() > MIN_TEXT + 2:
        font = ui_font(font.pixelSize() - 1, bold=True)
        p.setFont(font)
        value_width = p.fontMetrics().horizontalAdvance(shown.text)
    if unit and value_width + unit_width > inner.width():
        unit, unit_width = "", 0
    total = min(inner.width(), value_width + unit_width)
    left = inner.x()
    if align & Qt.AlignmentFlag.AlignHCenter:
        left += (inner.width() - total) / 2
    elif align & Qt.AlignmentFlag.AlignRight:
        left += inner.width() - total
    baseline = line.center().y() + p.fontMetrics().capHeight() / 2
    p.setPen(theme.text)
    fitting = shown.text
    if value_width > inner.width():
        fitting = p.fontMetrics().elidedText(shown.text, Qt.TextElideMode.ElideRight, int(inner.width()))
    p.drawText(QPointF(left, baseline), fitting)
    if unit:
        p.setFont(unit_font)
        p.setPen(theme.text_secondary)
        p.drawText(QPointF(left + total - unit_width + 4, baseline), unit)
    if age_height:
        foot = QRectF(inner.x(), line.bottom(), inner.width(), age_height)
        draw_text(p, foot, shown.age, ui_font(MIN_TEXT), theme.text_secondary, align)


def _around(box: QRectF, width: float, align: Qt.AlignmentFlag) -> QRectF:
    """The part of a box that a content of this width takes: a mark no larger than what it marks."""
    width = min(width, box.width())
    if align & Qt.AlignmentFlag.AlignHCenter:
        return QRectF(box.center().x() - width / 2, box.y(), width, box.height())
    left = box.right() - width if align & Qt.AlignmentFlag.AlignRight else box.x()
    return QRectF(left, box.y(), width, box.height())


def _paint_age_beside(p: QPainter, box: QRectF, shown: Shown, sight: Sight, align: Qt.AlignmentFlag) -> QRectF:
    """Draw the age at the far side of a low box if there is room; answers the room that is left."""
    font = ui_font(MIN_TEXT)
    width = WidthOf(font)(shown.age) + 4
    if box.width() < width + WidthOf(ui_font(MIN_TEXT + 4, bold=True))(shown.text):
        return box
    at_left = bool(align & Qt.AlignmentFlag.AlignRight)
    draw_text(p, box, shown.age, font, sight.theme.text_secondary, LEFT if at_left else RIGHT)
    return box.adjusted(width, 0, 0, 0) if at_left else box.adjusted(0, 0, -width, 0)


def flap_side(scale: float) -> float:
    """Side of an alert's symbol on an element."""
    return max(18.0, 19 * scale)


def arrow(tip: QPointF, size: float, *, pointing: Literal["up", "left"]) -> QPolygonF:
    """A small triangle that points at a scale."""
    x, y, half = tip.x(), tip.y(), size * 0.6
    if pointing == "up":
        return QPolygonF([tip, QPointF(x - half, y + size), QPointF(x + half, y + size)])
    return QPolygonF([tip, QPointF(x + size, y - half), QPointF(x + size, y + half)])


def value_width_of(shown: Shown, pixels: int) -> float:
    """The width a value with its unit and its age asks for."""
    unit = shown.tag.unit if shown.number is not None else ""
    width = WidthOf(ui_font(pixels, bold=True))(shown.text)
    width += WidthOf(ui_font(unit_pixels(pixels)))(unit) + 4 if unit else 0.0
    return width + (WidthOf(ui_font(MIN_TEXT))(shown.age) + 6 if shown.age else 0.0)


def unit_pixels(pixels: int) -> int:
    """A unit is smaller than its value, and never too small to read."""
    return max(MIN_TEXT, round(pixels * 0.66))
