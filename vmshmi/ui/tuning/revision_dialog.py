"""Save other numbers: what changes, what to beware of, why, in whose name. A dialog that never waits in a loop."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from vmshmi.ui.style.sizes import TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.reason_dialog import ReasonDialog


class RevisionDialog(ReasonDialog):
    """Asks for a reason. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        message: of the alarm.
        changes: what will be different, in words.
        warnings: what to beware of.
        who: the person in whose name it is done, and where.
        given: called with the reason when it was confirmed.
    """

    def __init__(
        self,
        theme: Theme,
        message: str,
        changes: str,
        warnings: Sequence[str],
        who: str,
        given: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, given, parent)
        self.setObjectName("revision_dialog")
        self.setWindowTitle(self.tr("Save as a revision"))
        self.confirm.setText(self.tr("SAVE"))
        self.add_text(message, TEXT_TITLE, bold=True)
        self.add_text(changes, TEXT_TITLE)
        self.add_text(self.tr("It holds at once and after every restart, until the project file says otherwise."))
        for warning in warnings:
            self.add_text(f"⚠  {warning}", bold=True)
        self.add_text(self.tr("In the name of {who}").format(who=who), bold=True)
        self.add_reason(
            (
                self.tr("Nuisance alarms, machine is well"),
                self.tr("Comes and goes in a seaway"),
                self.tr("Maker's recommendation"),
                self.tr("Alarm came too late"),
                self.tr("Other operating conditions"),
                self.tr("Found in the alarm review"),
            )
        )
