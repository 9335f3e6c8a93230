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
from vmshmi.ui.mimic.indicators import bar_colour, inside, paint_label, share_of
from vmshmi.ui.mimic.sight import Shown, Sight, flap_side, paint_value
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_text

_LABEL = 13.0
_TITLE = 16.0
_VALUE = 20.0


def _ground(shown: Shown, states: tuple[int, ...], sight: Sight) -> tuple[QColor, QColor | None]:
    """Fill of a machine, and the mark of one that runs; None while it stands or nobody knows.

    Where nobody knows, the state's own text is marked: a whole machine in that colour would be an alarm.
    """
    theme = sight.theme
    paper = sight.paper(shown.state) if shown.state is VisualState.UNCERTAIN else None
    runs = shown.number is not None and shown.number in states
    return paper or theme.section, theme.running_equipment if runs else None


def _frame(p: QPainter, box: QRectF, fill: QColor, sight: Sight, radius: float = 4) -> None:
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(fill)
    p.drawRoundedRect(box, radius, radius)


def _disc(p: QPainter, disc: QRectF, shown: Shown, states: tuple[int, ...], sight: Sight) -> None:
    """A round machine: a ring in the palette's running colour when it runs."""
    fill, mark = _ground(shown, states, sight)
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(fill)
    p.drawEllipse(disc)
    if mark is not None:
        ring = max(4.0, disc.width() * 0.1)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(mark, ring))
        inset = ring / 2 + 1
        p.drawEllipse(disc.adjusted(inset, inset, -inset, -inset))


def _paint_state(p: QPainter, box: QRectF, state: Shown, sight: Sight, ink: QColor, align: Qt.AlignmentFlag) -> None:
    """Draw the state of a machine in words; marked where it is not to be relied on."""
    if state.state is VisualState.INVALID:
        height = min(box.height(), 24 * sight.scale)
        chip = QRectF(box.x(), box.center().y() - height / 2, box.width(), height)
        paint_value(p, chip, state, sight, pixels=max(14, sight.pixels(_LABEL + 1)), align=align)
    else:
        draw_text(p, box, state.text, ui_font(sight.pixels(_LABEL + 1)), ink, align)


def paint_engine(p: QPainter, e: EngineElement, box: QRectF, sight: Sight) -> None:
    """A block with its cylinders, name and state; speed and load beneath. Cylinders and foot show that it runs."""
    theme = sight.theme
    state = sight.show(e.state_tag)
    fill, mark = _ground(state, e.running_states, sight)
    tags = [tag for tag in (e.rpm_tag, e.load_tag) if tag is not None]
    row_height = max(16, sight.pixels(_VALUE)) * 1.4
    room = inside(box, sight)
    body = QRectF(room.x(), room.y(), room.width(), room.height() - len(tags) * row_height - 4 * sight.scale)
    head = max(8.0, body.height() * 0.2)
    count = 6
    width = body.width() / (count * 1.5 + 0.5)
    for number in range(count):
        x = body.x() + width * 0.5 + number * width * 1.5
        _frame(p, QRectF(x, body.y(), width, head + 4), mark or fill, sight, 2)
    block = body.adjusted(0, head, 0, 0)
    _frame(p, block, fill, sight)
    if mark is not None:
        foot = max(4.0, 6 * sight.scale)
        p.fillRect(QRectF(block.x() + 2, block.bottom() - foot - 2, block.width() - 4, foot), mark)
    half = block.height() / 2 - 3 * sight.scale
    name = QRectF(block.x() + 4, block.y() + 2, block.width() - 8, half)
    draw_text(p, name, e.label, ui_font(sight.pixels(_TITLE), bold=True), theme.text, CENTRE)
    words = QRectF(block.x() + 4, name.bottom() - 2, block.width() - 8, half)
    _paint_state(p, words, state, sight, theme.text, CENTRE)
    y = body.bottom() + 4 * sight.scale
    for tag_id in tags:
        row = QRectF(room.x(), y, room.width(), row_height)
        shown = sight.show(tag_id)
        if shown.tag.unit == "%":
            _paint_load(p, row, shown, sight)
        else:
            paint_value(p, row, shown, sight, pixels=max(16, sight.pixels(_VALUE)))
        y += row_height


def _paint_load(p: QPainter, row: QRectF, shown: Shown, sight: Sight) -> None:
    """A load in per cent: bar with the number beside."""
    theme = sight.theme
    value_width = row.width() * 0.4
    value_box = QRectF(row.right() - value_width + 4, row.y(), value_width, row.height())
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE - 2)), align=RIGHT)
    track = QRectF(row.x(), row.center().y() - 5 * sight.scale, row.width() - value_width - 6, 10 * sight.scale)
    p.setPen(QPen(theme.text_disabled, 1))
    p.setBrush(theme.section)
    p.drawRect(track)
    if shown.number is not None:
        fill = QRectF(track.x(), track.y(), track.width() * share_of(shown.number, (0.0, 110.0)), track.height())
        p.fillRect(fill, bar_colour(shown, theme))


def paint_genset(p: QPainter, e: GensetElement, box: QRectF, sight: Sight) -> None:
    """A round machine with G, its name and state; power and frequency beneath."""
    theme = sight.theme
    state = sight.show(e.state_tag)
    rows = [tag for tag in (e.power_tag, e.freq_tag) if tag is not None]
    room = inside(box, sight)
    row_height = max(16, sight.pixels(_VALUE - 2)) * 1.35
    head = QRectF(room.x(), room.y(), room.width(), room.height() - len(rows) * row_height - 2)
    side = min(head.height() - 2, head.width() * 0.38)
    disc = QRectF(head.x(), head.center().y() - side / 2, side, side)
    _disc(p, disc, state, e.running_states, sight)
    draw_text(p, disc, "G", ui_font(max(16, round(side * 0.42)), bold=True), theme.text, CENTRE)
    words = QRectF(disc.right() + 8 * sight.scale, disc.y(), head.right() - disc.right() - 4 * sight.scale, side / 2)
    draw_text(p, words, e.label, ui_font(sight.pixels(_TITLE), bold=True), theme.text, LEFT)
    words.translate(0, side / 2)
    _paint_state(p, words, state, sight, theme.text_secondary, LEFT)
    y = head.bottom() + 2
    for tag_id in rows:
        row = QRectF(room.x() - 4, y, room.width() + 8, row_height)
        paint_value(p, row, sight.show(tag_id), sight, pixels=max(16, sight.pixels(_VALUE - 2)), align=LEFT)
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
    theme = sight.theme
    shown = sight.show(e.tag)
    room = inside(box, sight)
    label_height = sight.pixels(_LABEL) * 1.3
    side = min(room.width(), room.height() - 2 * label_height - 2)
    disc = QRectF(room.center().x() - side / 2, room.y(), side, side).adjusted(1, 1, -1, -1)
    _disc(p, disc, shown, e.running_states, sight)
    reach = disc.width() * 0.34
    centre = disc.center()
    points = [
        centre + QPointF(math.cos(angle), math.sin(angle)) * reach
        for angle in (0.0, math.radians(125), math.radians(235))
    ]
    _, mark = _ground(shown, e.running_states, sight)
    p.setPen(QPen(theme.text_secondary, 1.5))
    p.setBrush(mark or theme.card)
    p.drawPolygon(QPolygonF(points))
    words = QRectF(box.x() + 2, disc.bottom() + 1, box.width() - 4, label_height)
    draw_text(p, words, e.label or shown.tag.description, ui_font(sight.pixels(_LABEL)), theme.text_secondary, CENTRE)
    words.translate(0, label_height)
    _paint_state(p, words, shown, sight, theme.text, CENTRE)


def paint_valve(p: QPainter, e: ValveElement, box: QRectF, sight: Sight) -> None:
    """Two triangles, filled when open."""
    shown = sight.show(e.tag)
    fill, mark = _ground(shown, e.open_states, sight)
    room = inside(box, sight)
    label_height = sight.pixels(_LABEL) * 1.3 if e.label else 0.0
    body = QRectF(room.x(), room.y(), room.width(), room.height() - label_height)
    centre, x, y = body.center(), min(body.width(), body.height()) * 0.45, min(body.width(), body.height()) * 0.3
    if e.orientation == "vertical":
        x, y = y, x
        ends = (QPointF(-x, -y), QPointF(x, -y)), (QPointF(-x, y), QPointF(x, y))
    else:
        ends = (QPointF(-x, -y), QPointF(-x, y)), (QPointF(x, -y), QPointF(x, y))
    p.setPen(QPen(sight.theme.text_secondary, 1.5))
    p.setBrush(mark or fill)
    for first, second in ends:
        p.drawPolygon(QPolygonF([centre, centre + first, centre + second]))
    if e.label:
        words = QRectF(box.x(), body.bottom(), box.width(), label_height)
        draw_text(p, words, e.label, ui_font(sight.pixels(_LABEL)), sight.theme.text_secondary, CENTRE)


def paint_lamp(p: QPainter, e: LampElement, box: QRectF, sight: Sight) -> None:
    """A quiet tile while nothing is wrong; the symbol of a standing alarm takes the place of its dot."""
    theme = sight.theme
    shown = sight.show(e.tag)
    wrong = shown.state is VisualState.OUTSIDE_NORMAL
    standing = sight.standing(e.tag)
    ink = theme.text if wrong else theme.text_secondary
    fill = theme.low_integrity if shown.state is VisualState.UNCERTAIN else theme.outline if wrong else theme.card
    if standing is not None and standing.record.active:
        colours = theme.alert(standing.priority)
        flashed = standing.record.is_unanswered and sight.lit
        fill, ink = (colours.fill, colours.on_fill) if flashed else (colours.container, theme.text)
    p.setPen(QPen(theme.text if wrong else theme.text_disabled, 1))
    p.setBrush(fill)
    p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    side = max(10.0, 11 * sight.scale)
    left = box.x() + 8 * sight.scale
    if standing is not None:
        left += flap_side(sight.scale) + 2 * sight.scale
    if shown.state is VisualState.INVALID:
        chip = QRectF(left - 3 * sight.scale, box.center().y() - 9 * sight.scale, 26 * sight.scale, 18 * sight.scale)
        p.setPen(QPen(theme.text_secondary, 1))
        p.setBrush(theme.invalid)
        p.drawRoundedRect(chip, 3, 3)
        draw_text(p, chip, shown.text, ui_font(sight.pixels(_LABEL), bold=True), theme.text, CENTRE)
        left = chip.right() + 5 * sight.scale
    elif standing is None:
        dot = QRectF(left, box.center().y() - side / 2, side, side)
        p.setPen(QPen(ink, 1.5))
        p.setBrush(ink if shown.number else Qt.BrushStyle.NoBrush)
        p.drawEllipse(dot)
        left = dot.right() + 6 * sight.scale
    words = QRectF(left, box.y(), box.right() - left - 3 * sight.scale, box.height())
    draw_text(p, words, e.label or shown.tag.description, ui_font(sight.pixels(_LABEL)), ink, LEFT)


def paint_rudder(p: QPainter, e: RudderElement, box: QRectF, sight: Sight) -> None:
    """An arc below midships with the rudder's angle; port is left."""
    theme = sight.theme
    shown = sight.show(e.tag)
    label_height = sight.pixels(_LABEL) * 1.35 if e.label else 0.0
    value_height = max(16, sight.pixels(_VALUE)) * 1.3
    whole = inside(box, sight)
    if e.label:
        head = QRectF(whole.x(), whole.y(), whole.width(), label_height)
        paint_label(p, e.tag, head, e.label, sight, CENTRE)
    room = whole.adjusted(0, label_height, 0, -value_height)
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
    value_box = QRectF(box.x() + box.width() * 0.2, whole.bottom() - value_height, box.width() * 0.6, value_height)
    paint_value(p, value_box, shown, sight, pixels=max(16, sight.pixels(_VALUE)))
