"""Analogue indicators: readout, bar, dial, tank. A number says little; its place in the normal range says much."""

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from vmshmi.config.pages import BarElement, GaugeElement, ReadoutElement, TankElement
from vmshmi.core.alarms.model import AlarmDef, Measure, Operator
from vmshmi.core.display import VisualState
from vmshmi.core.tags import TagDef
from vmshmi.ui.mimic.sight import Shown, Sight, arrow, flap_side, paint_value, value_width_of
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_text

_LABEL = 13.0
_VALUE = 18.0
_ORDERED = (Operator.GREATER, Operator.GREATER_EQUAL, Operator.LESS, Operator.LESS_EQUAL)


def scale_of(
    tag: TagDef, alarms: tuple[AlarmDef, ...], minimum: float | None, maximum: float | None
) -> tuple[float, float]:
    """The ends of a scale: what the page says, else the normal range and every limit with a tenth of room around."""
    marks = [mark for mark in (tag.normal_min, tag.normal_max) if mark is not None]
    marks += [limit for alarm in alarms for limit in limits_of(alarm)]
    if not marks:
        marks = [0.0, 100.0]
    low, high = min(marks), max(marks)
    room = (high - low) * 0.1 or 1.0
    low_end = low - room if low < 0 or low - room >= 0 else 0.0
    if tag.unit == "%":
        low_end, high = 0.0, max(100.0, high)
        room = 0.0
    start = low_end if minimum is None else minimum
    end = high + room if maximum is None else maximum
    return (start, end) if end > start else (start, start + 1.0)


def share_of(number: float, scale: tuple[float, float]) -> float:
    """Where a number stands on a scale, 0 to 1; beyond the ends it stays at the end."""
    return min(1.0, max(0.0, (number - scale[0]) / (scale[1] - scale[0])))


def bar_colour(shown: Shown, theme: Theme) -> QColor:
    """Calm inside the normal range, plain text colour outside: the alarm's own frame says the rest."""
    if shown.state is VisualState.UNCERTAIN:
        return theme.text_inactive
    return theme.text if shown.state is VisualState.OUTSIDE_NORMAL else theme.accent


def inside(box: QRectF, sight: Sight) -> QRectF:
    """Room for what is drawn; the edge belongs to the alarm's frame."""
    return box.adjusted(6 * sight.scale, 3 * sight.scale, -6 * sight.scale, -5 * sight.scale)


def paint_label(p: QPainter, tag_id: str, box: QRectF, text: str, sight: Sight, align: Qt.AlignmentFlag = LEFT) -> None:
    """Draw what is measured, beside the alert's symbol if there is one."""
    indent = flap_side(sight.scale) if align == LEFT and sight.standing(tag_id) is not None else 0.0
    draw_text(p, box.adjusted(indent, 0, 0, 0), text, ui_font(sight.pixels(_LABEL)), sight.theme.text_secondary, align)


def paint_readout(p: QPainter, e: ReadoutElement, box: QRectF, sight: Sight) -> None:
    """Label above, value with unit below."""
    shown = sight.show(e.tag)
    room = inside(box, sight)
    label_height = min(sight.pixels(_LABEL) * 1.35, room.height() * 0.45)
    head = QRectF(room.x(), room.y(), room.width(), label_height)
    paint_label(p, e.tag, head, e.label or shown.tag.description, sight)
    value_box = room.adjusted(-4, label_height, 4, 0)
    size = min(sight.pixels(_VALUE + 4), max(16, round(value_box.height() * 0.85)))
    paint_value(p, value_box, shown, sight, pixels=size, align=LEFT)


def paint_bar(p: QPainter, e: BarElement, box: QRectF, sight: Sight) -> None:
    """A bar on its scale."""
    shown = sight.show(e.tag)
    scale = scale_of(shown.tag, sight.alarms(e.tag), e.minimum, e.maximum)
    if e.orientation == "horizontal":
        _paint_horizontal(p, e, inside(box, sight), sight, shown, scale)
    else:
        _paint_vertical(p, e, inside(box, sight), sight, shown, scale)


def _paint_horizontal(
    p: QPainter, e: BarElement, room: QRectF, sight: Sight, shown: Shown, scale: tuple[float, float]
) -> None:
    track_height = max(8.0, 10 * sight.scale)
    mark = _mark(sight)
    head = QRectF(room.x(), room.y(), room.width(), room.height() - track_height - mark - 2 * sight.scale)
    pixels = max(16, sight.pixels(_VALUE))
    value_width = min(head.width() * 0.6, value_width_of(shown, pixels) + 10)
    label_box = QRectF(head.x(), head.y(), head.width() - value_width - 4, head.height())
    paint_label(p, e.tag, label_box, e.label or shown.tag.description, sight)
    value_box = QRectF(head.right() - value_width + 4, head.y(), value_width, head.height())
    paint_value(p, value_box, shown, sight, pixels=pixels, align=RIGHT)
    track = QRectF(room.x(), head.bottom() + sight.scale, room.width(), track_height)
    at = _Scale(scale, track.x(), track.right())
    _paint_track(p, track, sight.theme)
    low, high = _normal(shown, scale)
    p.fillRect(QRectF(at(low), track.y() + 1, at(high) - at(low), track_height - 1), sight.theme.text_disabled)
    if shown.number is not None:
        colour = bar_colour(shown, sight.theme)
        begin, end = sorted((at(max(scale[0], min(0.0, scale[1]))), at(shown.number)))
        inset = track_height * 0.28
        p.fillRect(QRectF(begin, track.y() + inset, end - begin, track_height - 2 * inset), colour)
        p.fillRect(QRectF(at(shown.number) - 1.5, track.y() - 2, 3, track_height + 4), colour)
    for alarm in sight.alarms(e.tag):
        for limit in limits_of(alarm):
            _paint_limit(p, QPointF(at(limit), track.bottom() + 1), alarm, sight, mark, pointing="up")


def _paint_vertical(
    p: QPainter, e: BarElement, room: QRectF, sight: Sight, shown: Shown, scale: tuple[float, float]
) -> None:
    label_height = sight.pixels(_LABEL) * 1.35
    value_height = max(16, sight.pixels(_VALUE)) * 1.3
    head = QRectF(room.x(), room.y(), room.width(), label_height)
    paint_label(p, e.tag, head, e.label or shown.tag.description, sight)
    value_box = QRectF(room.x(), room.bottom() - value_height, room.width(), value_height)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE)))
    width = max(10.0, 14 * sight.scale)
    track = QRectF(
        room.center().x() - width / 2,
        room.y() + label_height + 4,
        width,
        room.height() - label_height - value_height - 8,
    )
    at = _Scale(scale, track.bottom(), track.y())
    _paint_track(p, track, sight.theme)
    low, high = _normal(shown, scale)
    p.fillRect(QRectF(track.x() + 1, at(high), width - 1, at(low) - at(high)), sight.theme.text_disabled)
    if shown.number is not None:
        colour = bar_colour(shown, sight.theme)
        top, bottom = sorted((at(max(scale[0], min(0.0, scale[1]))), at(shown.number)))
        inset = width * 0.28
        p.fillRect(QRectF(track.x() + inset, top, width - 2 * inset, bottom - top), colour)
        p.fillRect(QRectF(track.x() - 2, at(shown.number) - 1.5, width + 4, 3), colour)
    for alarm in sight.alarms(e.tag):
        for limit in limits_of(alarm):
            _paint_limit(p, QPointF(track.right() + 2, at(limit)), alarm, sight, _mark(sight), pointing="left")


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a number to its pixel."""

    ends: tuple[float, float]
    first: float
    last: float

    def __call__(self, number: float) -> float:
        return self.first + share_of(number, self.ends) * (self.last - self.first)


def _normal(shown: Shown, scale: tuple[float, float]) -> tuple[float, float]:
    tag = shown.tag
    return (
        scale[0] if tag.normal_min is None else tag.normal_min,
        scale[1] if tag.normal_max is None else tag.normal_max,
    )


def _mark(sight: Sight) -> float:
    return max(6.0, 7 * sight.scale)


def limits_of(alarm: AlarmDef) -> tuple[float, ...]:
    """Where an alarm begins on its tag's scale, if that is what it watches; both sides for one of the amount alone."""
    if alarm.measure is not Measure.VALUE:
        return ()
    if alarm.operator is Operator.ABS_GREATER:
        return (-alarm.limit, alarm.limit)
    return (alarm.limit,) if alarm.operator in _ORDERED else ()


def _paint_track(p: QPainter, track: QRectF, theme: Theme) -> None:
    p.setPen(QPen(theme.text_disabled, 1))
    p.setBrush(theme.section)
    p.drawRect(track)


def _paint_limit(
    p: QPainter, tip: QPointF, alarm: AlarmDef, sight: Sight, size: float, *, pointing: Literal["up", "left"]
) -> None:
    """A limit is a filled triangle in its priority's colour with a dark edge: a shape, not only a colour."""
    p.setPen(QPen(sight.theme.text_secondary, 1))
    p.setBrush(sight.theme.alert(alarm.priority).fill)
    p.drawPolygon(arrow(tip, size, pointing=pointing))


def paint_gauge(p: QPainter, e: GaugeElement, box: QRectF, sight: Sight) -> None:
    """A dial from seven to five o'clock with the value in its middle."""
    theme = sight.theme
    shown = sight.show(e.tag)
    scale = scale_of(shown.tag, sight.alarms(e.tag), e.minimum, e.maximum)
    room = inside(box, sight)
    label_height = sight.pixels(_LABEL) * 1.35 if e.label else 0.0
    side = min(room.width(), room.height() - label_height)
    thick = max(5.0, side * 0.07)
    dial = QRectF(room.center().x() - side / 2, room.y() + label_height + 2, side, side).adjusted(
        thick, thick, -thick, -thick
    )
    if e.label:
        head = QRectF(room.x(), room.y(), room.width(), label_height)
        paint_label(p, e.tag, head, e.label, sight, CENTRE)
    _arc(p, dial, 0.0, 1.0, theme.outline, thick)
    if shown.tag.normal_min is not None and shown.tag.normal_max is not None:
        low, high = share_of(shown.tag.normal_min, scale), share_of(shown.tag.normal_max, scale)
        _arc(p, dial, low, high, theme.text_disabled, thick)
    for alarm in sight.alarms(e.tag):
        for limit in limits_of(alarm):
            share = share_of(limit, scale)
            begin, end = max(0.0, share - 0.008), min(1.0, share + 0.008)
            _arc(p, dial, begin, end, theme.alert(alarm.priority).fill, thick * 1.6)
    if shown.number is not None:
        zero = share_of(max(scale[0], min(0.0, scale[1])), scale)
        now = share_of(shown.number, scale)
        _arc(p, dial, min(zero, now), max(zero, now), bar_colour(shown, theme), thick * 0.5)
        angle = math.radians(225 - 270 * now)
        centre, outer = dial.center(), dial.width() / 2
        direction = QPointF(math.cos(angle), -math.sin(angle))
        p.setPen(QPen(bar_colour(shown, theme), max(2.0, thick * 0.4)))
        p.drawLine(centre + direction * (outer * 0.72), centre + direction * (outer + thick * 0.6))
    value_box = QRectF(dial.x() + dial.width() * 0.12, dial.center().y() - side * 0.14, dial.width() * 0.76, side * 0.3)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE + 2)))


def _arc(p: QPainter, dial: QRectF, begin: float, end: float, colour: QColor, width: float) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawArc(dial, round((225 - 270 * begin) * 16), round(-270 * (end - begin) * 16))


def paint_tank(p: QPainter, e: TankElement, box: QRectF, sight: Sight) -> None:
    """A vessel that is as full as its level; the strip at its side is the normal range, the triangles are limits."""
    theme = sight.theme
    shown = sight.show(e.tag)
    room = inside(box, sight)
    label_height = sight.pixels(_LABEL) * 1.35
    value_height = max(16, sight.pixels(_VALUE)) * 1.35
    head = QRectF(box.x() + 2, room.y(), box.width() - 4, label_height)
    paint_label(p, e.tag, head, e.label or shown.tag.description, sight, CENTRE)
    mark = _mark(sight)
    strip = max(3.0, 4 * sight.scale)
    left, right = 6 * sight.scale, 3 + strip + mark
    top, bottom = label_height + 3, value_height + 3
    hull = room.adjusted(left, top, -right, -bottom)
    p.setPen(QPen(theme.text_secondary, 1.5))
    p.setBrush(theme.section)
    p.drawRoundedRect(hull, 3, 3)
    inner = hull.adjusted(2, 2, -2, -2)
    at = _Scale((0.0, 100.0), inner.bottom(), inner.y())
    if shown.number is None:  # an unknown level is not an empty tank
        p.fillRect(inner, QBrush(theme.text_disabled, Qt.BrushStyle.BDiagPattern))
    else:
        level = at(shown.number)
        p.fillRect(QRectF(inner.x(), level, inner.width(), inner.bottom() - level), medium_colour(e.medium, theme))
        p.setPen(QPen(theme.text, 1.5))
        p.drawLine(QPointF(inner.x(), level), QPointF(inner.right(), level))
    low, high = _normal(shown, (0.0, 100.0))
    p.fillRect(QRectF(hull.right() + 2, at(high), strip, at(low) - at(high)), theme.text_disabled)
    for alarm in sight.alarms(e.tag):
        for limit in limits_of(alarm):
            tip = QPointF(hull.right() + 3 + strip, at(limit))
            _paint_limit(p, tip, alarm, sight, mark, pointing="left")
    value_box = QRectF(box.x() + 4, room.bottom() - value_height, box.width() - 8, value_height)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE)))


def medium_colour(medium: str, theme: Theme) -> QColor:
    """The palette's colour of what flows."""
    colours = {
        "fuel": theme.medium_fuel,
        "oil": theme.medium_oil,
        "fresh": theme.medium_fresh,
        "sea": theme.medium_sea,
        "waste": theme.medium_waste,
        "power": theme.accent,
    }
    return colours.get(medium, theme.text_inactive)
