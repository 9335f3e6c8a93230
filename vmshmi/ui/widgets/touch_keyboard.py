"""Letters on the glass, for the few words a person must write where there is no keyboard."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from vmshmi.ui.style.sizes import TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import TouchButton

_ROWS = ("1234567890", "qwertyuiop", "asdfghjklñ", "zxcvbnm,.-")
_GAP = 4


class TouchKeyboard(QWidget):
    """Four rows of keys, a space, and one that takes the last letter away."""

    typed = Signal(str)
    erased = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys: list[TouchButton] = []
        self._large = True
        self._letters: list[TouchButton] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        for line, letters in enumerate(_ROWS):
            for place, letter in enumerate(letters):
                button = self._key(theme, letter, f"key_{letter}")
                button.clicked.connect(lambda _=False, it=button: self._type(it.text()))
                grid.addWidget(button, line, place)
                self._letters.append(button)
        shift = self._key(theme, self.tr("Aa"), "key_shift")
        shift.clicked.connect(lambda: self.set_large(not self._large))
        space = self._key(theme, self.tr("Space"), "key_space")
        space.clicked.connect(lambda: self._type(" "))
        erase = self._key(theme, self.tr("Erase"), "key_erase")
        erase.clicked.connect(self.erased)
        last = len(_ROWS)
        grid.addWidget(shift, last, 0, 1, 2)
        grid.addWidget(space, last, 2, 1, 6)
        grid.addWidget(erase, last, 8, 1, 2)
        self.set_large(True)

    def _key(self, theme: Theme, text: str, name: str) -> TouchButton:
        button = TouchButton(theme, text, parent=self)
        button.setObjectName(name)
        button.setMinimumHeight(TOUCH)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def set_large(self, large: bool) -> None:
        """Capital letters for the next letter, or small ones."""
        self._large = large
        for button in self._letters:
            button.setText(button.text().upper() if large else button.text().lower())

    def _type(self, text: str) -> None:
        self.typed.emit(text)
        if self._large:
            self.set_large(False)
