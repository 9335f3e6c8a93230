"""A text field large enough for a finger, with a frame that is seen in every palette."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TOUCH
from vmshmi.ui.style.theme import Theme


class SearchField(QLineEdit):
    """One line to search in."""

    def __init__(self, theme: Theme, placeholder: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        self.setFrame(False)
        self.setFont(ui_font(TEXT_BODY))
        self.setFixedHeight(TOUCH)
        self.setTextMargins(TOUCH - GAP, 0, GAP, 0)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame and the glass over what Qt draws."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(QPen(theme.accent if self.hasFocus() else theme.text_disabled, 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        paint_icon(painter, "search", QRectF(GAP + 2, 12, TOUCH - 24, TOUCH - 24), theme.text_secondary)
        painter.end()
