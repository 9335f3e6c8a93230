"""The buttons of the trends page: how long, where in time, which group."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmshmi.ui.style.sizes import TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.time_window import MORE_SPANS_S, SPANS_S
from vmshmi.ui.widgets.choice_popup import ChoicePopup
from vmshmi.ui.widgets.touch_button import TouchButton

_COLUMNS = 2
_MORE_PX = 104
_CHOICE_PX = 140
_GROUP_PX = 240
_WIDEST_PX = 240


class SpanButtons(QWidget):
    """One button for each usual length of the view; the present one is down, none after a zoom."""

    chosen = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        words = (
            self.tr("1 min"),
            self.tr("10 min"),
            self.tr("1 h"),
            self.tr("8 h"),
            self.tr("24 h"),
            self.tr("7 d"),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._buttons: dict[float, TouchButton] = {}
        for span, word in zip(SPANS_S, words, strict=True):
            button = TouchButton(theme, word, parent=self)
            button.setObjectName(f"span_{span:.0f}")
            button.setCheckable(True)
            button.setFixedHeight(TOUCH)
            button.clicked.connect(lambda _=False, seconds=span: self.chosen.emit(seconds))
            row.addWidget(button)
            self._buttons[span] = button
        self._more_words = (
            self.tr("5 min"),
            self.tr("30 min"),
            self.tr("4 h"),
            self.tr("3 d"),
            self.tr("30 d"),
            self.tr("3 months"),
            self.tr("1 year"),
            self.tr("5 years"),
        )
        self._theme = theme
        self._span_s = 0.0
        self.more = TouchButton(theme, self.tr("More"), parent=self)
        self.more.setObjectName("span_more")
        self.more.setCheckable(True)
        self.more.setFixedSize(_MORE_PX, TOUCH)
        self.more.setToolTip(self.tr("Other lengths, up to five years"))
        self.more.clicked.connect(self._offer)
        row.addWidget(self.more)

    def _offer(self) -> None:
        self.show_span(self._span_s)  # a touch alone does not press it
        choices = [(f"{span:.0f}", word) for span, word in zip(MORE_SPANS_S, self._more_words, strict=True)]
        popup = ChoicePopup(
            self._theme, choices, f"{self._span_s:.0f}", self, columns=_COLUMNS, button_width=_CHOICE_PX
        )
        popup.taken.connect(self._take)
        popup.move(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
        popup.show()

    def _take(self, key: str) -> None:
        self.chosen.emit(float(key))

    def show_span(self, span_s: float) -> None:
        """Press the button of this length."""
        for seconds, button in self._buttons.items():
            button.setChecked(abs(seconds - span_s) < 0.5)
        self._span_s = span_s
        found = [word for span, word in zip(MORE_SPANS_S, self._more_words, strict=True) if abs(span - span_s) < 0.5]
        self.more.setChecked(bool(found))
        self.more.setText(found[0] if found else self.tr("More"))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for button in (*self._buttons.values(), self.more):
            button.apply_theme(theme)


class GroupButton(TouchButton):
    """Says which group of tags is shown; touched, it offers the project's groups."""

    chosen = Signal(str)
    """Id of the group."""

    def __init__(self, theme: Theme, groups: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(theme, icon="list", parent=parent)
        self.setObjectName("trend_groups")
        self._project = tuple(groups)
        self._own: tuple[tuple[str, str], ...] = ()
        self._current = ""
        self.setVisible(bool(groups))
        self.setFixedHeight(TOUCH)
        self.clicked.connect(self._offer)
        self.show_group("")

    @property
    def current(self) -> str:
        """Id of the group that is shown; empty for a choice of one's own."""
        return self._current

    def set_own(self, groups: Sequence[tuple[str, str]]) -> None:
        """Offer these behind the groups of the project."""
        self._own = tuple(groups)
        self.setVisible(bool(self._project or self._own))
        self.show_group(self._current)

    def show_group(self, group: str) -> None:
        """Say that this group is shown; an empty or unknown one says that the choice is one's own."""
        self._current = group
        self.setText(dict((*self._project, *self._own)).get(group, self.tr("Own choice")))
        self.updateGeometry()

    def _offer(self) -> None:
        popup = ChoicePopup(
            self._theme, (*self._project, *self._own), self._current, self, columns=_COLUMNS, button_width=_GROUP_PX
        )
        popup.taken.connect(self.chosen)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        popup.show()
