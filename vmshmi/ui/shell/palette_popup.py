"""Four palettes, one touch each."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from vmshmi.ui.style.sizes import GAP, TEXT_LABEL, TOUCH_LARGE
from vmshmi.ui.style.theme import PALETTE_NAMES, Theme
from vmshmi.ui.widgets.painting import draw_ground
from vmshmi.ui.widgets.touch_button import TouchButton


class PalettePopup(QFrame):
    """Stands under its button and goes away with the next touch anywhere."""

    def __init__(self, theme: Theme, choose: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._choose = choose
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(GAP)
        words = {
            "bright": self.tr("Bright"),
            "day": self.tr("Day"),
            "dusk": self.tr("Dusk"),
            "night": self.tr("Night"),
        }
        for name in PALETTE_NAMES:
            button = TouchButton(theme, words[name], icon=name, stacked=True, parent=self)
            button.setObjectName(f"palette_{name}")
            button.setCheckable(True)
            button.setChecked(name == theme.name)
            button.set_text_size(TEXT_LABEL)
            button.setFixedSize(TOUCH_LARGE + 24, TOUCH_LARGE)
            button.clicked.connect(lambda _=False, palette=name: self._take(palette))
            row.addWidget(button)

    def show_under(self, anchor: QWidget) -> None:
        """Open with the right edge under the anchor's right edge."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width(), anchor.height() + 4))
        self.move(corner.x() - self.width(), corner.y())
        self.show()

    def _take(self, palette: str) -> None:
        self._choose(palette)
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame."""
        del event
        draw_ground(self, self._theme, frame=1)
