"""The one button of this program: large, painted, and it says why when it cannot be pressed."""

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import WidthOf, wrap


class ButtonRole(Enum):
    """How loud a button is."""

    NORMAL = "normal"
    PRIMARY = "primary"
    """The one that acts: at most one on a panel."""
    FLAT = "flat"
    """On a bar: no frame until it is chosen."""


class TouchButton(QAbstractButton):
    """A painted button with an optional icon and a second, smaller line.

    A disabled button keeps its place; the reason is its tool tip and its second line.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        icon: str = "",
        role: ButtonRole = ButtonRole.NORMAL,
        stacked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._role = role
        self._stacked = stacked
        self._sub_text = ""
        self._pixels = TEXT_BODY
        self.setText(text)
        self.setMinimumSize(TOUCH, TOUCH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def set_icon(self, name: str) -> None:
        """Show another icon of `ui.style.icons`."""
        if name != self._icon:
            self._icon = name
            self.update()

    @property
    def sub_text(self) -> str:
        """The second line."""
        return self._sub_text

    def set_sub_text(self, text: str) -> None:
        """Set the second, smaller line; empty takes it away."""
        if text != self._sub_text:
            self._sub_text = text
            self.update()

    def set_text_size(self, pixels: int) -> None:
        """Height of the first line in pixels."""
        self._pixels = pixels
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for both lines; at least a finger."""
        width = max(self._metrics_width(self.text(), self._pixels), self._metrics_width(self._sub_text, TEXT_LABEL))
        if self._icon and not self._stacked:
            width += self._pixels + 3 * GAP
        return QSize(max(TOUCH, width + 4 * GAP), TOUCH)

    def _metrics_width(self, text: str, pixels: int) -> int:
        return QFontMetrics(ui_font(pixels, bold=True)).horizontalAdvance(text)

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        """Fill, border, text."""
        theme = self._theme
        fill, border, text = theme.card, theme.text_disabled, theme.text
        if self._role is ButtonRole.FLAT:
            fill, border = QColor(Qt.GlobalColor.transparent), QColor(Qt.GlobalColor.transparent)
        if self._role is ButtonRole.PRIMARY:
            fill, border, text = theme.selected, theme.accent, theme.on_selected
        if not self.isEnabled():
            fill = theme.section if self._role is not ButtonRole.FLAT else fill
            return fill, theme.outline, theme.text_disabled
        if self.isChecked():
            fill, border, text = theme.selected, theme.accent, theme.on_selected
        if self.isDown():
            border = theme.text
            fill = theme.outline if self._role is not ButtonRole.PRIMARY and not self.isChecked() else fill
        return fill, border, text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, icon and lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, text = self._colours()
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(border, 3 if self.isDown() else 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(2, 2, -2, -2), RADIUS, RADIUS)
        inner = frame.adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2)
        if self._stacked:
            self._paint_stacked(painter, inner, text)
        else:
            self._paint_in_line(painter, inner, text)
        painter.end()

    def _paint_stacked(self, painter: QPainter, inner: QRectF, colour: QColor) -> None:
        lines = self._lines(inner.width())
        heights = [pixels * 1.3 for _, pixels, _ in lines]
        icon_side = min(32.0, inner.height() - sum(heights)) if self._icon else 0.0
        top = inner.center().y() - (icon_side + sum(heights)) / 2
        if self._icon:
            paint_icon(painter, self._icon, QRectF(inner.x(), top, inner.width(), icon_side), colour)
            top += icon_side
        for (line, pixels, bold), height in zip(lines, heights, strict=True):
            self._draw_line(painter, QRectF(inner.x(), top, inner.width(), height), line, pixels, bold, colour)
            top += height

    def _paint_in_line(self, painter: QPainter, inner: QRectF, colour: QColor) -> None:
        icon_side = self._pixels * 1.5 if self._icon else 0.0
        lines = self._lines(inner.width() - icon_side - GAP)
        widest = max((self._metrics_width(line, pixels) for line, pixels, _ in lines), default=0)
        widest = min(float(widest), inner.width() - icon_side - GAP)
        left = inner.center().x() - (icon_side + (GAP if self._icon and lines else 0) + widest) / 2
        if self._icon:
            paint_icon(painter, self._icon, QRectF(left, inner.y(), icon_side, inner.height()), colour)
            left += icon_side + GAP
        top = inner.center().y() - sum(pixels * 1.3 for _, pixels, _ in lines) / 2
        for line, pixels, bold in lines:
            self._draw_line(painter, QRectF(left, top, widest + 2, pixels * 1.3), line, pixels, bold, colour)
            top += pixels * 1.3

    def _lines(self, room: float) -> list[tuple[str, int, bool]]:
        """Text, height in pixels and weight of each line; the text takes two where it is long, broken where it says."""
        width_of = WidthOf(ui_font(self._pixels, bold=True))
        whole = self.text().replace("\n", " ")
        parts = [whole]
        if width_of(whole) > room:
            parts = self.text().split("\n") if "\n" in self.text() else wrap(whole, width_of, room, 2)
        lines = [(part, self._pixels, True) for part in parts if part]
        return [*lines, (self._sub_text, TEXT_LABEL, False)] if self._sub_text else lines

    def _draw_line(self, painter: QPainter, rect: QRectF, text: str, pixels: int, bold: bool, colour: QColor) -> None:
        painter.setFont(ui_font(pixels, bold))
        painter.setPen(colour if bold or self.isEnabled() else self._theme.text_secondary)  # the reason can be read
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, shown)
