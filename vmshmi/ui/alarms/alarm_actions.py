"""What a person can do with the chosen alarm: a button for each, and beside it why not."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord
from vmshmi.ui.alarms.allowed import Action, refusal_of
from vmshmi.ui.alarms.order_dialog import OrderDialog
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import ACK, GAP, TEXT_LABEL, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton


class AlarmActions(QWidget):
    """ACK and SILENCE above, RESET, SHELVE and OUT OF SERVICE (or their opposites) beneath."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._record: AlarmRecord | None = None
        self.why_not: tuple[tuple[str, str], ...] = ()
        """What is not possible now: names of buttons, and the reason in a sentence."""
        theme = context.theme
        self.ack = TouchButton(theme, self.tr("ACK"), role=ButtonRole.PRIMARY, parent=self)
        self.silence = TouchButton(theme, self.tr("SILENCE"), icon="silence", stacked=True, parent=self)
        self.reset = TouchButton(theme, self.tr("RESET"), parent=self)
        self.shelve = TouchButton(theme, self.tr("SHELVE"), parent=self)
        self.service = TouchButton(theme, self.tr("OUT OF SERVICE"), parent=self)
        self._arrange()
        self.ack.clicked.connect(self._acknowledge)
        self.silence.clicked.connect(context.answers.silence)
        self.reset.clicked.connect(self._on_reset)
        self.shelve.clicked.connect(self._on_shelve)
        self.service.clicked.connect(self._on_service)

    def _arrange(self) -> None:
        names = {
            "detail_ack": self.ack,
            "detail_silence": self.silence,
            "detail_reset": self.reset,
            "detail_shelve": self.shelve,
            "detail_service": self.service,
        }
        for name, button in names.items():
            button.setObjectName(name)
            button.set_text_size(TEXT_LABEL)
            button.setFixedHeight(ACK)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.ack.set_text_size(TEXT_TITLE)
        for button in (self.ack, self.silence):
            button.setFixedHeight(TOUCH_LARGE)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.addWidget(self.ack, 2)
        upper.addWidget(self.silence, 1)
        for button in (self.reset, self.shelve, self.service):
            lower.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for layout in (column, upper, lower):
            layout.setSpacing(GAP)
        column.addLayout(upper)
        column.addLayout(lower)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for button in (self.ack, self.silence, self.reset, self.shelve, self.service):
            button.apply_theme(theme)

    def offer(self, alarm: AlarmDef | None, record: AlarmRecord | None) -> None:
        """Offer what is allowed now for this alarm; None offers nothing but silence."""
        self._record = record
        now = self._context.clock.now()
        connected = self._context.runtime.system.connected()
        self.silence.setEnabled(self._context.alarms.may_sound(now) or not connected)
        self.why_not = ()
        self.reset.setVisible(alarm is not None and alarm.latching)
        if alarm is None or record is None:
            for button in (self.ack, self.reset, self.shelve, self.service):
                button.setEnabled(False)
            self.ack.set_sub_text("")
            return
        shelved, out = record.shelved is not None, record.out_of_service is not None
        self.shelve.setText(self.tr("UNSHELVE") if shelved else self.tr("SHELVE"))
        self.service.setText(self.tr("BACK IN SERVICE") if out else self.tr("OUT OF SERVICE"))
        self._offer_ack(alarm, record)
        orders = (
            (self.reset, Action.RESET),
            (self.shelve, Action.UNSHELVE if shelved else Action.SHELVE),
            (self.service, Action.IN_SERVICE if out else Action.OUT_OF_SERVICE),
        )
        busy = self._context.answers.busy(record.id)
        reasons: dict[str, list[str]] = {}
        for button, action in orders:
            reason = self._refusal(action, alarm, record)
            button.setEnabled(not reason and not busy)
            if reason and not button.isHidden():
                reasons.setdefault(reason, []).append(button.text())
        self.why_not = tuple((", ".join(names), reason) for reason, names in reasons.items())

    def _offer_ack(self, alarm: AlarmDef, record: AlarmRecord) -> None:
        context = self._context
        user = context.session.answering_as
        reason = self._refusal(Action.ACKNOWLEDGE, alarm, record)
        busy = context.answers.under_way(record.id, record.occurrence)
        if busy:
            note = self.tr("sending")
        elif not context.answerable(record):
            note = self.tr("in the engine control room")
        elif not record.acknowledged and not user:
            note = self.tr("who are you?")
        elif reason or not record.is_unanswered:
            note = self.tr("nothing to acknowledge")
        else:
            note = self.tr("as {user}").format(user=user)
        self.ack.setEnabled(not reason and not busy and record.is_unanswered)
        self.ack.set_sub_text(note)
        self.ack.setToolTip(reason)

    def _refusal(self, action: Action, alarm: AlarmDef, record: AlarmRecord) -> str:
        context = self._context
        return refusal_of(action, alarm, record, context.rights, context.session.answering_as, context.clock.now())

    # ---- acting

    def _acknowledge(self) -> None:
        if self._record is not None:
            self._context.answers.acknowledge(self._record.id, self._record.occurrence)

    def _on_reset(self) -> None:
        if self._record is not None:
            self._context.answers.reset(self._record.id)

    def _on_shelve(self) -> None:
        record, answers = self._record, self._context.answers
        if record is None:
            return
        if record.shelved is not None:
            answers.unshelve(record.id)
            return
        longest = self._context.rules.max_shelve_minutes
        self._ask(record, longest, lambda reason, minutes: answers.shelve(record.id, minutes, reason))

    def _on_service(self) -> None:
        record, answers = self._record, self._context.answers
        if record is None:
            return
        if record.out_of_service is not None:
            answers.in_service(record.id)
            return
        self._ask(record, None, lambda reason, _minutes: answers.out_of_service(record.id, reason))

    def _ask(self, record: AlarmRecord, longest: float | None, given: Callable[[str, float], None]) -> None:
        session = self._context.session
        message = self._context.alarms.definition(record.id).message
        who = session.signature
        OrderDialog(self._theme, message, who, longest, given, self.window()).open()
