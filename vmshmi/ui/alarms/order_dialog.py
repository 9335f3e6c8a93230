"""Shelve an alarm, or take it out of service: why, and for how long. A dialog that never waits in a loop of its own."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from vmshmi.ui.alarms.marks import hours_text
from vmshmi.ui.style.sizes import GAP, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.reason_dialog import ReasonDialog
from vmshmi.ui.widgets.touch_button import TouchButton

MINUTES = (15.0, 30.0, 60.0, 240.0, 480.0)
"""The lengths that have a button, as far as the ship allows them."""


def choices_of(longest: float) -> tuple[float, ...]:
    """The minutes that can be chosen where the ship allows at most `longest`."""
    return tuple(minutes for minutes in MINUTES if minutes <= longest) or (longest,)


class OrderDialog(ReasonDialog):
    """Asks for a reason, and for a time where `longest` is given. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        message: of the alarm.
        who: the person in whose name it is done, and where.
        longest: most minutes the ship allows; None for out of service, which only a person ends.
        given: called with reason and minutes (0 without a time) when it was confirmed.
    """

    def __init__(
        self,
        theme: Theme,
        message: str,
        who: str,
        longest: float | None,
        given: Callable[[str, float], None],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, lambda reason: given(reason, self._minutes or 0.0), parent)
        self.setObjectName("order_dialog")
        self._minutes: float | None = 0.0 if longest is None else None
        self._times: dict[float, TouchButton] = {}
        self._verb = self.tr("OUT OF SERVICE") if longest is None else self.tr("SHELVE")
        self.setWindowTitle(self._verb)
        self.add_text(f"{self._verb}: {message}", TEXT_TITLE, bold=True)
        self.add_text(self._explanation())
        self.add_text(self.tr("In the name of {who}").format(who=who), bold=True)
        if longest is not None:
            self._add_times(longest)
        self.add_reason(
            (
                self.tr("Sensor or cable faulty"),
                self.tr("Spare part ordered"),
                self.tr("Maintenance on the machine"),
                self.tr("Test or trial"),
                self.tr("Comes and goes without cause"),
                self.tr("Known and being attended"),
            )
        )

    def _explanation(self) -> str:
        if self._minutes is None:
            return self.tr(
                "It will not be announced until the time is over or somebody ends it. It stays on the lists."
            )
        return self.tr("It will not be announced until somebody brings it back into service. It stays on the lists.")

    def _add_times(self, longest: float) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for minutes in choices_of(longest):
            button = TouchButton(self.theme, hours_text(minutes * 60), parent=self)
            button.setObjectName(f"minutes_{minutes:g}")
            button.setCheckable(True)
            button.set_text_size(TEXT_TITLE)
            button.setFixedHeight(TOUCH_LARGE)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, chosen=minutes: self._choose_minutes(chosen))
            row.addWidget(button)
            self._times[minutes] = button
        self.column.addLayout(row)

    def _choose_minutes(self, minutes: float) -> None:
        self._minutes = minutes
        for choice, button in self._times.items():
            button.setChecked(choice == minutes)
        self.show_wanted()

    def wanted(self) -> str:
        """What a person must still do before it can be confirmed; empty when nothing."""
        return self.tr("choose how long") if self._minutes is None else super().wanted()

    def show_wanted(self) -> None:
        """The length stands on the button, and what is still wanted."""
        super().show_wanted()
        length = hours_text(self._minutes * 60) if self._minutes else ""
        self.confirm.setText(f"{self._verb} {length}".rstrip())
