"""The answer in one large sentence, what it rests on, and what to beware of."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_BODY, TEXT_LABEL, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import WidthOf, draw_text, wrap

_LINE = 1.3
_MOST_LINES = 3
_MARK = 26


class Verdict(QWidget):
    """Painted, read-only; as high as what it says."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self._theme = theme
        self.sentence = ""
        self.detail = ""
        self.warnings: Sequence[str] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def say(self, sentence: str, detail: str = "", warnings: Sequence[str] = ()) -> None:
        """Say this."""
        self.sentence, self.detail, self.warnings = sentence, detail, tuple(warnings)
        self.setAccessibleName(" ".join((sentence, detail, *warnings)))
        self.setFixedHeight(max(self._height(), 40))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(300, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setFixedHeight(max(self._height(), 40))

    def _parts(self) -> list[tuple[str, int, bool, bool]]:
        """Text, size, bold, warning."""
        parts = [(self.sentence, TEXT_TITLE, True, False), (self.detail, TEXT_LABEL, False, False)]
        return [*(part for part in parts if part[0]), *((text, TEXT_BODY, True, True) for text in self.warnings)]

    def _lines(self, text: str, pixels: int, bold: bool, warns: bool) -> list[str]:
        width = self.width() - (2 * GAP + _MARK if warns else 0)
        return wrap(text, WidthOf(ui_font(pixels, bold)), max(width, 100), _MOST_LINES)

    def _height(self) -> int:
        return round(
            sum(len(self._lines(*part)) * part[1] * _LINE + (GAP if part[3] else 0) + GAP / 2 for part in self._parts())
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sentences; warnings on the colour of what is not sure, with a mark."""
        del event
        painter = QPainter(self)
        theme = self._theme
        top = 0.0
        for part in self._parts():
            text, pixels, bold, warns = part
            lines = self._lines(text, pixels, bold, warns)
            height = len(lines) * pixels * _LINE
            left = 0.0
            if warns:
                painter.fillRect(QRectF(0, top, self.width(), height + GAP), theme.warning_container)
                draw_text(painter, QRectF(GAP, top + GAP / 2, _MARK, height), "⚠", ui_font(pixels, bold), theme.text)
                left = GAP + _MARK
                top += GAP / 2
            for line in lines:
                place = QRectF(left, top, self.width() - left, pixels * _LINE)
                draw_text(painter, place, line, ui_font(pixels, bold), theme.text)
                top += pixels * _LINE
            top += GAP / 2 + (GAP / 2 if warns else 0)
        painter.end()
