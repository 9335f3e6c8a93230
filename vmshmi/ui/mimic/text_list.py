"""What a text says, an entry a line: the active faults of an engine."""

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter

from vmshmi.config.pages import ListElement
from vmshmi.core.display import VisualState
from vmshmi.ui.mimic.indicators import inside, paint_label
from vmshmi.ui.mimic.sight import Sight, paint_value
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.widgets.painting import LEFT, WidthOf, draw_text, wrap

_LABEL = 13.0
_TEXT = 14.0
_SEPARATOR = ";"
_MOST_LINES = 3
"""Of one entry; a longer one gives way to the next."""


def entries_of(text: str) -> list[str]:
    """The entries of a text that holds several, as an engine's active faults do."""
    return [entry for part in text.split(_SEPARATOR) if (entry := part.strip())]


def lines_that_fit(entries: list[str], width_of: WidthOf, width: float, most: int) -> tuple[list[str], int]:
    """Whole entries in at most `most` lines, and how many entries are left over; these have a line of their own."""
    lines: list[str] = []
    for number, entry in enumerate(entries):
        more = wrap(entry, width_of, width, _MOST_LINES)
        is_last = number == len(entries) - 1
        if len(lines) + len(more) > most - (0 if is_last else 1) and lines:
            return lines, len(entries) - number
        lines += more[:most]
    return lines, 0


def paint_list(p: QPainter, e: ListElement, box: QRectF, sight: Sight) -> None:
    """Label above, the entries below; what finds no room is counted."""
    shown = sight.show(e.tag)
    room = inside(box, sight)
    head = QRectF(room.x(), room.y(), room.width(), sight.pixels(_LABEL) * 1.35)
    paint_label(p, e.tag, head, e.label or shown.tag.description, sight)
    body = room.adjusted(0, head.height() + 2 * sight.scale, 0, 0)
    pixels = sight.pixels(_TEXT)
    height = pixels * 1.3
    if shown.state is VisualState.INVALID:
        chip = QRectF(body.x(), body.y(), body.width(), min(body.height(), height * 1.2))
        paint_value(p, chip, shown, sight, pixels=pixels, align=LEFT)
        return
    if shown.state is VisualState.UNCERTAIN:
        p.fillRect(body, sight.theme.low_integrity)
    font = ui_font(pixels)
    most = max(1, int(body.height() / height))
    lines, left = lines_that_fit(entries_of(shown.text), WidthOf(font), body.width() - 4, most)
    if left:
        lines.append(QCoreApplication.translate("Mimic", "and {count} more").format(count=left))
    for number, line in enumerate(lines[:most]):
        place = QRectF(body.x() + 2, body.y() + number * height, body.width() - 4, height)
        draw_text(p, place, line, font, sight.theme.text)
