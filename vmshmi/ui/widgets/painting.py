"""Text that is never cut off without saying so, and the ground of what has no title bar."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_ONE_LINE = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
_FLAGS = {align: int(align | _ONE_LINE) for align in (LEFT, RIGHT, CENTRE)}
"""Worked out once: joining flags takes as long as drawing a short text."""


def draw_ground(widget: QWidget, theme: Theme, frame: int = 2) -> None:
    """Paint a dialog's ground with a frame of so many pixels: it has no title bar to touch. For its `paintEvent`."""
    painter = QPainter(widget)
    painter.fillRect(widget.rect(), theme.text_secondary)
    painter.fillRect(widget.rect().adjusted(frame, frame, -frame, -frame), theme.background)
    painter.end()


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> float:
    """Draw one line, elided with `…` when it does not fit; answers the width it took."""
    painter.setFont(font)
    painter.setPen(colour)
    metrics = painter.fontMetrics()
    room, took = int(rect.width()), metrics.horizontalAdvance(text)
    if took > room:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        took = metrics.horizontalAdvance(text)
    # the width is kept by eliding; a box lower than the font is high must not shave the letters
    flags = _FLAGS.get(align)
    painter.drawText(rect, int(align | _ONE_LINE) if flags is None else flags, text)
    return float(took)


class WidthOf:
    """The width of a text in a font."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetricsF(font)

    def __call__(self, text: str) -> float:
        return self._metrics.horizontalAdvance(text)


def fitting(text: str, width: float, pixels: int, least: int) -> int:
    """The largest size from `pixels` down to `least` in which a plain text needs no `…`."""
    sizes = range(pixels, least, -1)
    return next((size for size in sizes if WidthOf(ui_font(size))(text) <= width), least)


def wrap(text: str, width_of: WidthOf, width: float, lines: int) -> list[str]:
    """Break a text at spaces into at most `lines` lines; the last one keeps what is left, however long."""
    words = text.split()
    done: list[str] = []
    line = ""
    for position, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer) > width:
            done.append(line)
            line = word
            if len(done) == lines - 1:
                return [*done, " ".join(words[position:])]
        else:
            line = longer
    return [*done, line] if line else done


def draw_lines(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    *,
    lines: int,
    spacing: float = 1.2,
) -> float:
    """Draw a text on at most `lines` lines from the top of `rect`; answers the height it took."""
    height = font.pixelSize() * spacing
    parts = wrap(text, WidthOf(font), rect.width(), lines)
    for number, part in enumerate(parts):
        place = QRectF(rect.x(), rect.y() + number * height, rect.width(), height)
        draw_text(painter, place, part, font, colour, align)
    return height * len(parts)
