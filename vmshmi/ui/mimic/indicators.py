"""Analogue indicators: readout, bar, dial, tank. A number says little; its place in the normal range says much."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from vmshmi.config.pages import BarElement, GaugeElement, ReadoutElement, TankElement
from vmshmi.core.alarms.model import AlarmDef, Operator
from vmshmi.core.display import VisualState
from vmshmi.core.tags import TagDef
from vmshmi.ui.mimic.sight import Shown, Sight, arrow, paint_value
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import LEFT, RIGHT, draw_text

_LABEL = 13.0
_VALUE = 18.0
_ORDERED = (Operator.GREATER, Operator.GREATER_EQUAL, Operator.LESS, Operator.LESS_EQUAL)


def scale_of(
    tag: TagDef, alarms: tuple[AlarmDef, ...], minimum: float | None, maximum: float | None
) -> tuple[float, float]:
    """The ends of a scale: what the page says, else the normal range and every limit with a tenth of room around."""
    marks = [mark for mark in (tag.normal_min, tag.normal_max) if mark is not None]
    marks += [alarm.limit for alarm in alarms if alarm.operator in _ORDERED]
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


def paint_readout(p: QPainter, e: ReadoutElement, box: QRectF, sight: Sight) -> None:
    """Label above, value with unit below."""
    shown = sight.show(e.tag)
    label = e.label or shown.tag.description
    label_height = sight.pixels(_LABEL) * 1.35
    draw_text(
        p,
        QRectF(box.x() + 4, box.y(), box.width() - 8, label_height),
        label,
        ui_font(sight.pixels(_LABEL)),
        sight.theme.text_secondary,
        LEFT,
    )
    value_box = box.adjusted(0, label_height, 0, 0)
    size = min(sight.pixels(_VALUE + 4), max(16, round(value_box.height() * 0.8)))
    paint_value(p, value_box, shown, sight, pixels=size, align=LEFT)


def paint_bar(p: QPainter, e: BarElement, box: QRectF, sight: Sight) -> None:
    """A bar on its scale."""
    shown = sight.show(e.tag)
    scale = scale_of(shown.tag, sight.alarms(e.tag), e.minimum, e.maximum)
    if e.orientation == "horizontal":
        _paint_horizontal(p, e, box, sight, shown, scale)
    else:
        _paint_vertical(p, e, box, sight, shown, scale)


def _paint_horizontal(
    p: QPainter, e: BarElement, box: QRectF, sight: Sight, shown: Shown, scale: tuple[float, float]
) -> None:
    theme = sight.theme
    track_height = max(8.0, 10 * sight.scale)
    head = QRectF(box.x(), box.y(), box.width(), box.height() - track_height - 8 * sight.scale)
    value_width = box.width() * 0.46
    label_box = QRectF(head.x() + 2, head.y(), head.width() - value_width - 2, head.height())
    draw_text(p, label_box, e.label or shown.tag.description, ui_font(sight.pixels(_LABEL)), theme.text_secondary, LEFT)
    value_box = QRectF(head.right() - value_width, head.y(), value_width, head.height())
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE)), align=RIGHT)
    track = QRectF(box.x() + 2, head.bottom() + 2 * sight.scale, box.width() - 4, track_height)
    _paint_track(p, track, theme)
    low = scale[0] if shown.tag.normal_min is None else shown.tag.normal_min
    high = scale[1] if shown.tag.normal_max is None else shown.tag.normal_max
    left = track.x() + share_of(low, scale) * track.width()
    right = track.x() + share_of(high, scale) * track.width()
    p.fillRect(QRectF(left, track.y(), right - left, track.height()), theme.text_disabled)
    if shown.number is not None:
        zero = share_of(max(scale[0], min(0.0, scale[1])), scale)
        now = share_of(shown.number, scale)
        begin, end = sorted((zero, now))
        inset = track_height * 0.28
        fill = QRectF(
            track.x() + begin * track.width(),
            track.y() + inset,
            (end - begin) * track.width(),
            track_height - 2 * inset,
        )
        p.fillRect(fill, bar_colour(shown, theme))
        tip = track.x() + now * track.width()
        p.fillRect(QRectF(tip - 1.5, track.y() - 2, 3, track.height() + 4), bar_colour(shown, theme))
    for alarm in sight.alarms(e.tag):
        if alarm.operator in _ORDERED:
            x = track.x() + share_of(alarm.limit, scale) * track.width()
            _paint_limit(p, QPointF(x, track.bottom() + 1), alarm, sight, down=False)


def _paint_vertical(
    p: QPainter, e: BarElement, box: QRectF, sight: Sight, shown: Shown, scale: tuple[float, float]
) -> None:
    theme = sight.theme
    label_height = sight.pixels(_LABEL) * 1.35
    value_height = max(16, sight.pixels(_VALUE)) * 1.3
    draw_text(
        p,
        QRectF(box.x(), box.y(), box.width(), label_height),
        e.label,
        ui_font(sight.pixels(_LABEL)),
        theme.text_secondary,
    )
    value_box = QRectF(box.x(), box.bottom() - value_height, box.width(), value_height)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE)))
    width = max(10.0, 16 * sight.scale)
    track = QRectF(
        box.center().x() - width / 2, box.y() + label_height + 2, width, box.height() - label_height - value_height - 4
    )
    _paint_track(p, track, theme)
    low = scale[0] if shown.tag.normal_min is None else shown.tag.normal_min
    high = scale[1] if shown.tag.normal_max is None else shown.tag.normal_max
    top = track.bottom() - share_of(high, scale) * track.height()
    bottom = track.bottom() - share_of(low, scale) * track.height()
    p.fillRect(QRectF(track.x(), top, track.width(), bottom - top), theme.text_disabled)
    if shown.number is not None:
        y = track.bottom() - share_of(shown.number, scale) * track.height()
        inset = width * 0.28
        p.fillRect(QRectF(track.x() + inset, y, width - 2 * inset, track.bottom() - y), bar_colour(shown, theme))
        p.fillRect(QRectF(track.x() - 2, y - 1.5, width + 4, 3), bar_colour(shown, theme))
    for alarm in sight.alarms(e.tag):
        if alarm.operator in _ORDERED:
            y = track.bottom() - share_of(alarm.limit, scale) * track.height()
            colours = theme.alert(alarm.priority)
            p.setPen(QPen(theme.text_secondary, 1))
            p.setBrush(colours.fill)
            size = max(5.0, 6 * sight.scale)
            p.drawRect(QRectF(track.right() + 2, y - size / 2, size, size))


def _paint_track(p: QPainter, track: QRectF, theme: Theme) -> None:
    p.setPen(QPen(theme.text_disabled, 1))
    p.setBrush(theme.section)
    p.drawRect(track)


def _paint_limit(p: QPainter, tip: QPointF, alarm: AlarmDef, sight: Sight, *, down: bool) -> None:
    """A limit is a filled triangle in its priority's colour with a dark edge: a shape, not only a colour."""
    p.setPen(QPen(sight.theme.text_secondary, 1))
    p.setBrush(sight.theme.alert(alarm.priority).fill)
    p.drawPolygon(arrow(tip, max(5.0, 7 * sight.scale), down=down))


def paint_gauge(p: QPainter, e: GaugeElement, box: QRectF, sight: Sight) -> None:
    """A dial from seven to five o'clock with the value in its middle."""
    theme = sight.theme
    shown = sight.show(e.tag)
    scale = scale_of(shown.tag, sight.alarms(e.tag), e.minimum, e.maximum)
    label_height = sight.pixels(_LABEL) * 1.35 if e.label else 0.0
    side = min(box.width(), box.height() - label_height)
    thick = max(5.0, side * 0.07)
    dial = QRectF(box.center().x() - side / 2, box.y() + label_height, side, side).adjusted(
        thick, thick, -thick, -thick
    )
    if e.label:
        head = QRectF(box.x(), box.y(), box.width(), label_height)
        draw_text(p, head, e.label, ui_font(sight.pixels(_LABEL)), theme.text_secondary, Qt.AlignmentFlag.AlignCenter)
    _arc(p, dial, 0.0, 1.0, theme.outline, thick)
    if shown.tag.normal_min is not None and shown.tag.normal_max is not None:
        low, high = share_of(shown.tag.normal_min, scale), share_of(shown.tag.normal_max, scale)
        _arc(p, dial, low, high, theme.text_disabled, thick)
    for alarm in sight.alarms(e.tag):
        if alarm.operator in _ORDERED:
            share = share_of(alarm.limit, scale)
            _arc(
                p, dial, max(0.0, share - 0.008), min(1.0, share + 0.008), theme.alert(alarm.priority).fill, thick * 1.6
            )
    if shown.number is not None:
        zero = share_of(max(scale[0], min(0.0, scale[1])), scale)
        now = share_of(shown.number, scale)
        _arc(p, dial, min(zero, now), max(zero, now), bar_colour(shown, theme), thick * 0.5)
        angle = math.radians(225 - 270 * now)
        centre, outer = dial.center(), dial.width() / 2
        direction = QPointF(math.cos(angle), -math.sin(angle))
        p.setPen(QPen(bar_colour(shown, theme), max(2.0, thick * 0.4)))
        p.drawLine(centre + direction * (outer * 0.72), centre + direction * (outer + thick * 0.6))
    value_box = QRectF(dial.x() + dial.width() * 0.14, dial.center().y() - side * 0.14, dial.width() * 0.72, side * 0.3)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE)))


def _arc(p: QPainter, dial: QRectF, begin: float, end: float, colour: QColor, width: float) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawArc(dial, round((225 - 270 * begin) * 16), round(-270 * (end - begin) * 16))


def paint_tank(p: QPainter, e: TankElement, box: QRectF, sight: Sight) -> None:
    """A vessel that is as full as its level, limits as marks at its side."""
    theme = sight.theme
    shown = sight.show(e.tag)
    label_height = sight.pixels(_LABEL) * 1.35
    value_height = max(16, sight.pixels(_VALUE)) * 1.35
    head = QRectF(box.x(), box.y(), box.width(), label_height)
    draw_text(
        p,
        head,
        e.label or shown.tag.description,
        ui_font(sight.pixels(_LABEL)),
        theme.text,
        Qt.AlignmentFlag.AlignCenter,
    )
    mark = max(6.0, 8 * sight.scale)
    hull = QRectF(
        box.x() + 2, box.y() + label_height + 2, box.width() - 6 - mark, box.height() - label_height - value_height - 6
    )
    p.setPen(QPen(theme.text_secondary, 1.5))
    p.setBrush(theme.section)
    p.drawRoundedRect(hull, 4, 4)
    if shown.number is not None:
        share = min(1.0, max(0.0, shown.number / 100.0))
        inner = hull.adjusted(2, 2, -2, -2)
        filled = QRectF(inner.x(), inner.bottom() - inner.height() * share, inner.width(), inner.height() * share)
        p.fillRect(filled, medium_colour(e.medium, theme))
        p.setPen(QPen(theme.text, 1.5))
        p.drawLine(filled.topLeft(), filled.topRight())
    for alarm in sight.alarms(e.tag):
        if alarm.operator in _ORDERED:
            y = hull.bottom() - 2 - min(1.0, max(0.0, alarm.limit / 100.0)) * (hull.height() - 4)
            p.setPen(QPen(theme.text_secondary, 1))
            p.setBrush(theme.alert(alarm.priority).fill)
            p.drawRect(QRectF(hull.right() + 2, y - mark / 2, mark, mark))
    value_box = QRectF(box.x(), box.bottom() - value_height, box.width(), value_height)
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
