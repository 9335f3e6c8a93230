"""Touch navigation at the lower edge, where a hand rests."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, NAV_BAR, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import RIGHT, draw_text
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One page in the navigation."""

    page_id: str
    title: str
    icon: str


class NavBar(QWidget):
    """One button a page, icon and text; the right side says what was refused or went wrong last."""

    page_wanted = Signal(str)

    def __init__(self, entries: tuple[NavEntry, ...], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice = ""
        self.setFixedHeight(NAV_BAR)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP, 4, GAP, 4)
        self._row.setSpacing(4)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, TouchButton] = {}
        for entry in entries:
            button = TouchButton(theme, entry.title, icon=entry.icon, role=ButtonRole.FLAT, parent=self)
            button.setObjectName(f"nav_{entry.page_id}")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            button.setMinimumWidth(132)
            button.clicked.connect(lambda _=False, page_id=entry.page_id: self.page_wanted.emit(page_id))
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[entry.page_id] = button
        self._row.addStretch(1)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for button in self._buttons.values():
            button.apply_theme(theme)
        self.update()

    def buttons(self) -> Mapping[str, QWidget]:
        """The button of each page."""
        return self._buttons

    def mark(self, page_id: str) -> None:
        """Show which page is in front."""
        button = self._buttons.get(page_id)
        if button is not None:
            button.setChecked(True)

    def set_notice(self, text: str) -> None:
        """Say something at the right side; empty takes it away."""
        if text != self._notice:
            self._notice = text
            self.update()

    @property
    def notice(self) -> str:
        """What the right side says."""
        return self._notice

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar's ground and the notice."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.card)
        painter.fillRect(0, 0, self.width(), 1, self._theme.text_disabled)
        if self._notice:
            left = max((b.geometry().right() for b in self._buttons.values()), default=0) + 2 * GAP
            room = QRectF(left, 0, self.width() - left - 2 * GAP, self.height())
            draw_text(painter, room, self._notice, ui_font(TEXT_LABEL), self._theme.text, RIGHT)
        painter.end()
