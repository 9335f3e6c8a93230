"""Four buttons that test lamp, horn and list, one for each priority."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmshmi.core.alarms.model import Priority
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.alarms.words import priority_text
from vmshmi.ui.style.sizes import ACK, GAP
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.touch_button import TouchButton


class AlarmTestPanel(Panel):
    """Raises a test alarm for ten seconds in the name of the person at this station.

    Args:
        answers: does it, and says when it is refused.
        theme: at the time of building.
        parent: the page.
    """

    def __init__(self, answers: Answers, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._answers = answers
        self._text = FieldList(theme, self)
        self._text.set_fields(
            [
                Field("", self.tr("Test alarms"), heading=True),
                Field("", self.tr("Lamp, horn and list for ten seconds; the journal says who tested.")),
            ]
        )
        self.column.addWidget(self._text)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self.buttons = {priority: self._button(priority, theme) for priority in Priority}
        for button in self.buttons.values():
            row.addWidget(button, 1)
        self.column.addLayout(row)
        answers.changed.connect(self._follow)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        self._text.apply_theme(theme)
        for button in self.buttons.values():
            button.apply_theme(theme)

    def _button(self, priority: Priority, theme: Theme) -> TouchButton:
        button = TouchButton(theme, priority_text(priority), parent=self)
        button.setObjectName(f"test {priority.value}")
        button.setFixedHeight(ACK)
        button.clicked.connect(lambda: self._answers.test(priority))
        return button

    def _follow(self) -> None:
        for priority, button in self.buttons.items():
            button.setEnabled(not self._answers.testing(priority))
