"""A verdict as shape, colour and word. Red is for alarms: a bad number stands on the quiet colour of what is wrong."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from vmshmi.core.alarms.kpi_targets import Verdict
from vmshmi.ui.kpi.words import verdict_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text

_ICONS = {Verdict.OK: "check", Verdict.WATCH: "look", Verdict.BAD: "close"}


def paint_verdict(painter: QPainter, rect: QRectF, verdict: Verdict, theme: Theme, pixels: int) -> None:
    """Draw it into `rect`: a tick, an eye or a cross, and the word."""
    if verdict is Verdict.NONE:
        draw_text(painter, rect, verdict_text(verdict), ui_font(pixels), theme.text_secondary)
        return
    ground = {Verdict.WATCH: theme.low_integrity, Verdict.BAD: theme.invalid}.get(verdict)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.text_disabled, 1))
    painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.restore()
    side = min(rect.height() * 0.75, pixels * 1.2)
    sign = QRectF(rect.x() + rect.height() * 0.35, rect.center().y() - side / 2, side, side)
    paint_icon(painter, _ICONS[verdict], sign, theme.text)
    word = QRectF(sign.right() + pixels * 0.35, rect.y(), rect.right() - sign.right() - pixels * 0.6, rect.height())
    draw_text(painter, word, verdict_text(verdict), ui_font(pixels, bold=verdict is Verdict.BAD), theme.text)
