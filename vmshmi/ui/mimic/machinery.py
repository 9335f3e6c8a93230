"""Machinery and lamps. What runs has the palette's own colour, what stands is grey."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vmshmi.config.pages import (
    BreakerElement,
    EngineElement,
    GensetElement,
    LampElement,
    PumpElement,
    RudderElement,
    ValveElement,
)
from vmshmi.core.display import VisualState
from vmshmi.ui.mimic.indicators import share_of
from vmshmi.ui.mimic.sight import Shown, Sight, paint_value
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.widgets.painting import CENTRE, LEFT, draw_text

_LABEL = 13.0
_TITLE = 16.0
_VALUE = 20.0


def _ground(shown: Shown, states: tuple[int, ...], sight: Sight) -> tuple[QColor, QColor]:
    """Fill and ink of a machine: running, stopped, or unknown."""
    theme = sight.theme
    paper = sight.paper(shown.state)
    if paper is not None:
        return paper, theme.text
    if shown.number is not None and shown.number in states:
        return theme.running_equipment, theme.on_running
    return theme.section, theme.text


def _frame(p: QPainter, box: QRectF, fill: QColor, sight: Sight, radius: float = 4) -> None:
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(fill)
    p.drawRoundedRect(box, radius, radius)


def paint_engine(p: QPainter, e: EngineElement, box: QRectF, sight: Sight) -> None:
    """A block with its cylinders, name and state; speed and load beneath."""
    theme = sight.theme
    state = sight.show(e.state_tag)
    fill, ink = _ground(state, e.running_states, sight)
    rows = sum(tag is not None for tag in (e.rpm_tag, e.load_tag))
    row_height = sight.pixels(_VALUE) * 1.5
    body = QRectF(box.x() + 2, box.y() + 2, box.width() - 4, box.height() - rows * row_height - 6)
    head = max(8.0, body.height() * 0.22)
    count = 6
    width = body.width() / (count * 1.5 + 0.5)
    for number in range(count):
        x = body.x() + width * 0.5 + number * width * 1.5
        _frame(p, QRectF(x, body.y(), width, head + 4), fill, sight, 2)
    block = body.adjusted(0, head, 0, 0)
    _frame(p, block, fill, sight)
    half = block.height() / 2
    name = QRectF(block.x() + 4, block.y(), block.width() - 8, half)
    draw_text(p, name, e.label, ui_font(sight.pixels(_TITLE), bold=True), ink, CENTRE)
    words = QRectF(block.x() + 4, block.y() + half - 2, block.width() - 8, half)
    draw_text(p, words, state.text, ui_font(sight.pixels(_LABEL + 1)), ink, CENTRE)
    y = body.bottom() + 4
    for tag_id in (e.rpm_tag, e.load_tag):
        if tag_id is not None:
            row = QRectF(box.x() + 2, y, box.width() - 4, row_height - 2)
            shown = sight.show(tag_id)
            if shown.tag.unit == "%":
                _paint_load(p, row, shown, sight)
            else:
                paint_value(p, row, shown, sight, pixels=sight.pixels(_VALUE))
            y += row_height
    p.setPen(theme.text)


def _paint_load(p: QPainter, row: QRectF, shown: Shown, sight: Sight) -> None:
    """A load in per cent: bar with the number beside."""
    theme = sight.theme
    value_width = row.width() * 0.42
    paint_value(
        p,
        QRectF(row.right() - value_width, row.y(), value_width, row.height()),
        shown,
        sight,
        pixels=max(16, sight.pixels(17)),
    )
    track = QRectF(row.x(), row.center().y() - 5 * sight.scale, row.width() - value_width - 6, 10 * sight.scale)
    p.setPen(QPen(theme.text_disabled, 1))
    p.setBrush(theme.section)
    p.drawRect(track)
    if shown.number is not None:
        fill = QRectF(track.x(), track.y(), track.width() * share_of(shown.number, (0.0, 110.0)), track.height())
        p.fillRect(fill, theme.text if shown.state is VisualState.OUTSIDE_NORMAL else theme.accent)


def paint_genset(p: QPainter, e: GensetElement, box: QRectF, sight: Sight) -> None:
    """A round machine with G, its name and state; power and frequency beneath."""
    state = sight.show(e.state_tag)
    fill, ink = _ground(state, e.running_states, sight)
    rows = [tag for tag in (e.power_tag, e.freq_tag) if tag is not None]
    row_height = max(16, sight.pixels(_VALUE - 2)) * 1.4
    head = QRectF(box.x(), box.y(), box.width(), box.height() - len(rows) * row_height - 2)
    side = min(head.height() - 4, head.width() * 0.42)
    disc = QRectF(head.x() + 4, head.center().y() - side / 2, side, side)
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(fill)
    p.drawEllipse(disc)
    draw_text(p, disc, "G", ui_font(max(16, round(side * 0.5)), bold=True), ink, CENTRE)
    words = QRectF(disc.right() + 8, head.y(), head.right() - disc.right() - 8, head.height())
    name_height = words.height() / 2
    draw_text(
        p,
        QRectF(words.x(), words.y() + 2, words.width(), name_height),
        e.label,
        ui_font(sight.pixels(_TITLE), bold=True),
        sight.theme.text,
        LEFT,
    )
    draw_text(
        p,
        QRectF(words.x(), words.y() + name_height - 2, words.width(), name_height),
        state.text,
        ui_font(sight.pixels(_LABEL)),
        sight.theme.text_secondary,
        LEFT,
    )
    y = head.bottom() + 2
    for tag_id in rows:
        row = QRectF(box.x(), y, box.width(), row_height - 2)
        paint_value(p, row, sight.show(tag_id), sight, pixels=max(16, sight.pixels(_VALUE - 2)))
        y += row_height


def paint_breaker(p: QPainter, e: BreakerElement, box: QRectF, sight: Sight) -> None:
    """A square on the line: filled and crossed through along the line when closed, across when open."""
    theme = sight.theme
    shown = sight.show(e.tag)
    label_width = box.width() * 0.5 if e.label else 0.0
    side = min(box.width() - label_width, box.height())
    square = QRectF(box.x(), box.center().y() - side / 2, side, side).adjusted(2, 2, -2, -2)
    closed = shown.number is not None and shown.number in e.closed_states
    paper = sight.paper(shown.state)
    fill = paper or (theme.accent if closed else theme.card)
    p.setPen(QPen(theme.text_secondary, 1.5))
    p.setBrush(fill)
    p.drawRect(square)
    p.setPen(QPen(theme.card if closed and paper is None else theme.text, max(2.0, side * 0.1)))
    centre, reach = square.center(), square.width() * 0.32
    along = QPointF(0, reach) if e.orientation == "vertical" else QPointF(reach, 0)
    across = QPointF(along.y(), along.x())
    line = along if closed else across
    if shown.number is None:
        draw_text(p, square, "?", ui_font(max(16, round(side * 0.6)), bold=True), theme.text, CENTRE)
    else:
        p.drawLine(centre - line, centre + line)
    if e.label:
        words = QRectF(square.right() + 6, box.y(), box.right() - square.right() - 6, box.height())
        draw_text(p, words, e.label, ui_font(sight.pixels(_LABEL)), theme.text_secondary, LEFT)


def paint_pump(p: QPainter, e: PumpElement, box: QRectF, sight: Sight) -> None:
    """A circle with a triangle in the direction of flow, its label and state."""
    shown = sight.show(e.tag)
    fill, ink = _ground(shown, e.running_states, sight)
    label_height = sight.pixels(_LABEL) * 1.3
    side = min(box.width(), box.height() - 2 * label_height)
    disc = QRectF(box.center().x() - side / 2, box.y(), side, side).adjusted(2, 2, -2, -2)
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(fill)
    p.drawEllipse(disc)
    reach = disc.width() / 2
    centre = disc.center()
    points = [
        QPointF(centre.x() + reach * math.cos(angle), centre.y() + reach * math.sin(angle))
        for angle in (0.0, math.radians(125), math.radians(235))
    ]
    p.setBrush(ink if fill == sight.theme.running_equipment else sight.theme.outline)
    p.drawPolygon(QPolygonF(points))
    words = QRectF(box.x(), disc.bottom() + 2, box.width(), label_height)
    draw_text(p, words, e.label or shown.tag.description, ui_font(sight.pixels(_LABEL)), sight.theme.text, CENTRE)
    words.translate(0, label_height)
    draw_text(p, words, shown.text, ui_font(sight.pixels(_LABEL)), sight.theme.text_secondary, CENTRE)


def paint_valve(p: QPainter, e: ValveElement, box: QRectF, sight: Sight) -> None:
    """Two triangles, filled when open."""
    shown = sight.show(e.tag)
    fill, _ = _ground(shown, e.open_states, sight)
    label_height = sight.pixels(_LABEL) * 1.3 if e.label else 0.0
    body = QRectF(box.x(), box.y(), box.width(), box.height() - label_height)
    centre, x, y = body.center(), min(body.width(), body.height()) * 0.45, min(body.width(), body.height()) * 0.3
    if e.orientation == "vertical":
        x, y = y, x
        ends = (QPointF(-x, -y), QPointF(x, -y)), (QPointF(-x, y), QPointF(x, y))
    else:
        ends = (QPointF(-x, -y), QPointF(-x, y)), (QPointF(x, -y), QPointF(x, y))
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(fill)
    for first, second in ends:
        p.drawPolygon(QPolygonF([centre, centre + first, centre + second]))
    if e.label:
        words = QRectF(box.x(), body.bottom(), box.width(), label_height)
        draw_text(p, words, e.label, ui_font(sight.pixels(_LABEL)), sight.theme.text_secondary, CENTRE)


def paint_lamp(p: QPainter, e: LampElement, box: QRectF, sight: Sight) -> None:
    """A quiet tile while nothing is wrong; its alarm's frame and colour come from the alarm, not from here."""
    theme = sight.theme
    shown = sight.show(e.tag)
    paper = sight.paper(shown.state)
    wrong = shown.state is VisualState.OUTSIDE_NORMAL
    standing = sight.standing(e.tag)
    fill, ink = paper or theme.card, theme.text if wrong else theme.text_secondary
    if standing is not None and standing.record.active and (sight.lit or standing.record.acknowledged):
        colours = theme.alert(standing.definition.priority)
        fill, ink = (colours.container, theme.text) if standing.record.acknowledged else (colours.fill, colours.on_fill)
    elif wrong:
        fill = theme.outline
    p.setPen(QPen(theme.outline if not wrong else theme.text, 1))
    p.setBrush(fill)
    p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    mark = min(10.0 * sight.scale, box.height() * 0.3)
    dot = QRectF(box.x() + 8, box.center().y() - mark / 2, mark, mark)
    p.setPen(QPen(ink, 1.5))
    p.setBrush(ink if shown.number else Qt.BrushStyle.NoBrush)
    p.drawEllipse(dot)
    words = QRectF(dot.right() + 6, box.y(), box.right() - dot.right() - 10, box.height())
    draw_text(p, words, e.label or shown.tag.description, ui_font(sight.pixels(_LABEL)), ink, LEFT)


def paint_rudder(p: QPainter, e: RudderElement, box: QRectF, sight: Sight) -> None:
    """An arc below midships with the rudder's angle; port is left."""
    theme = sight.theme
    shown = sight.show(e.tag)
    label_height = sight.pixels(_LABEL) * 1.35 if e.label else 0.0
    value_height = max(16, sight.pixels(18)) * 1.3
    if e.label:
        draw_text(
            p,
            QRectF(box.x(), box.y(), box.width(), label_height),
            e.label,
            ui_font(sight.pixels(_LABEL)),
            theme.text_secondary,
            CENTRE,
        )
    room = QRectF(box.x(), box.y() + label_height, box.width(), box.height() - label_height - value_height)
    pivot = QPointF(room.center().x(), room.y() + 4)
    reach = min(room.height() - 8, room.width() / 2 / math.sin(math.radians(e.limit + 8)))
    arc = QRectF(pivot.x() - reach, pivot.y() - reach, 2 * reach, 2 * reach)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(theme.text_disabled, max(4.0, 6 * sight.scale)))
    p.drawArc(arc, round((270 - e.limit) * 16), round(2 * e.limit * 16))
    for degrees in (-e.limit, -e.limit / 2, 0.0, e.limit / 2, e.limit):
        angle = math.radians(degrees)
        direction = QPointF(math.sin(angle), math.cos(angle))
        p.setPen(QPen(theme.text_secondary, 1.5))
        p.drawLine(pivot + direction * (reach - 6 * sight.scale), pivot + direction * (reach + 3))
    if shown.number is not None:
        angle = math.radians(max(-e.limit, min(e.limit, shown.number)))
        tip = pivot + QPointF(math.sin(angle), math.cos(angle)) * reach
        pen = QPen(theme.accent, max(4.0, 6 * sight.scale))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        p.setPen(pen)
        p.drawLine(pivot, tip)
    value_box = QRectF(box.x() + box.width() * 0.2, box.bottom() - value_height, box.width() * 0.6, value_height)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(18)))
