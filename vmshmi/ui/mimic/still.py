"""What does not move: panels, headings, pipes. Painted once into the background for a size and a palette."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from vmshmi.config.pages import LineElement, PanelElement, TextElement
from vmshmi.ui.mimic.indicators import medium_colour
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_text

_ALIGN = {"left": LEFT, "centre": CENTRE, "right": RIGHT}
_SIZE = {"label": 13.0, "body": 16.0, "title": 22.0}


def paint_panel(p: QPainter, e: PanelElement, box: QRectF, theme: Theme, scale: float) -> None:
    """A card with its title in the upper left corner."""
    p.setPen(QPen(theme.outline, 1))
    p.setBrush(theme.card)
    p.drawRoundedRect(box, 6, 6)
    if e.title:
        size = max(13, round(15 * scale))
        head = QRectF(box.x() + 12 * scale, box.y() + 6 * scale, box.width() - 24 * scale, size * 1.5)
        draw_text(p, head, e.title, ui_font(size, bold=True), theme.text_secondary, LEFT)


def paint_text(p: QPainter, e: TextElement, box: QRectF, theme: Theme, scale: float) -> None:
    """A heading or a label."""
    colour = theme.text_secondary if e.size == "label" else theme.text
    font = ui_font(max(12, round(_SIZE[e.size] * scale)), bold=e.size == "title")
    draw_text(p, box, e.text, font, colour, _ALIGN[e.align])


def paint_line(
    p: QPainter, e: LineElement, points: list[QPointF], theme: Theme, scale: float, *, live: bool | None
) -> None:
    """A pipe or a busbar.

    Args:
        live: True and None (not watched) draw it full, False draws it dead: thin and grey.
    """
    dead = live is False
    colour = theme.text_disabled if dead else medium_colour(e.medium, theme)
    pen = QPen(colour, max(1.5, (e.width * 0.5 if dead else e.width) * scale))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPolyline(QPolygonF(points))
