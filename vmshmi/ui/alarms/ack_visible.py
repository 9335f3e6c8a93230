"""One action that acknowledges all that is on the screen, at stations whose rights allow it (MSC/Circ.982 5.4.1.1)."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.ui.alarms.alarm_table import AlarmTable
from vmshmi.ui.alarms.banner_queue import GUARD_S, Shown, key
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import ACK
from vmshmi.ui.widgets.touch_button import TouchButton


class AckVisible(TouchButton):
    """Acknowledges what could be seen whole when the finger came; not what is folded, cut off or below the edge."""

    def __init__(self, context: PageContext, table: AlarmTable, parent: QWidget) -> None:
        super().__init__(context.theme, parent=parent)
        self._context = context
        self._table = table
        self._since: dict[Shown, float] = {}
        self._meant: tuple[Shown, ...] = ()
        self.setObjectName("ack_visible")
        self.setFixedHeight(ACK)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVisible(context.rights.acknowledge_visible and not context.rights.bridge)
        self.pressed.connect(self._on_pressed)
        self.clicked.connect(self._on_clicked)
        table.rows.visible_rows_changed.connect(self.follow)
        context.session.changed.connect(self.follow)

    def follow(self) -> None:
        """Take what is in sight now."""
        now = self._context.clock.monotonic()
        unanswered = (key(record) for record in self._table.in_sight() if record.is_unanswered)
        self._since = {shown: self._since.get(shown, now) for shown in unanswered}
        user = self._context.session.answering_as
        self.setText(self.tr("ACK VISIBLE  %n", "", len(self._since)))
        self.set_sub_text(self.tr("as {user}").format(user=user) if user else self.tr("who are you?"))
        self.setEnabled(bool(self._since and user) or self.isDown())

    def _on_pressed(self) -> None:
        """Nobody acknowledges what appeared under a finger already on its way."""
        now = self._context.clock.monotonic()
        self._meant = tuple(shown for shown, since in self._since.items() if now - since >= GUARD_S)

    def _on_clicked(self) -> None:
        meant, self._meant = self._meant, ()
        if meant:
            self._context.answers.acknowledge_visible(meant)
