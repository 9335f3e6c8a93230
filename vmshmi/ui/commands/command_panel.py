"""The controls of a tag that may be commanded: choose, then send; what is awaited, and how it ended.

Nothing here looks as if it had happened before the machine shows it: a button is never down, the value above is the
one that was read.
"""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.commands import SELECTION_S, CommandOutcome, CommandRefusal, CommandReport, CommandRule
from vmshmi.core.display import decimals_of, exact_text, value_text
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar
from vmshmi.ui.commands.commanding import CommandState
from vmshmi.ui.commands.words import effect_text, outcome_text, refusal_text
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, TEXT_BODY
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tuning.stepper import NumberStepper
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

ACTION = 64
"""Height of what acts on machinery: gloved hands."""
_COLUMNS = 2
_MOST_CHOICES = 6
_STEPS = 100


class CommandPanel(QWidget):
    """Hidden for a tag that is only read."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._tag: TagDef | None = None
        self._choices: list[tuple[Scalar, TouchButton]] = []
        self.words = FieldList(context.theme, self, name_width=0)
        self.stepper = NumberStepper(context.theme, self.tr("Set-point"), "setpoint", self)
        self.set_button = self._button(self.tr("Set"), "command_set")
        self.send = self._button("", "command_send", ButtonRole.PRIMARY)
        self.cancel = self._button(self.tr("Cancel"), "command_cancel")
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._arrange()
        self.stepper.changed.connect(self.refresh)
        self.set_button.clicked.connect(lambda: self._arm(self.stepper.number))
        self.send.clicked.connect(self._send)
        self.cancel.clicked.connect(self._disarm)
        context.commanding.changed.connect(self._on_changed)
        self.show_tag(None)

    def _button(self, text: str, name: str, role: ButtonRole = ButtonRole.NORMAL) -> TouchButton:
        button = TouchButton(self._theme, text, role=role, parent=self)
        button.setObjectName(name)
        button.setFixedHeight(ACTION)
        button.set_text_size(TEXT_BODY + 2)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _arrange(self) -> None:
        for button in (self.stepper.less, self.stepper.more):
            button.setFixedSize(ACTION, ACTION)
        self.stepper.field.setFixedHeight(ACTION)
        confirm = QHBoxLayout()
        confirm.setSpacing(GAP)
        confirm.addWidget(self.cancel, 1)
        confirm.addWidget(self.send, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.words)
        column.addLayout(self._grid)
        column.addWidget(self.stepper)
        column.addWidget(self.set_button)
        column.addLayout(confirm)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        buttons = [button for _, button in self._choices]
        for part in (self.words, self.stepper, self.set_button, self.send, self.cancel, *buttons):
            part.apply_theme(theme)

    def show_tag(self, tag: TagDef | None) -> None:
        """Offer the commands of this tag; what was chosen of another one and not sent is forgotten."""
        commanded = tag if tag is not None and tag.writable and tag.command is not None else None
        if self._tag is not None and self._tag != commanded:
            self._context.commanding.disarm(self._tag.id)
        if commanded != self._tag:
            self._tag = commanded
            self._offer()
        self.setVisible(self._tag is not None)
        self.refresh()

    def _offer(self) -> None:
        """The controls of the tag."""
        for _, button in self._choices:
            self._grid.removeWidget(button)
            button.deleteLater()
        self._choices = []
        tag = self._tag
        if tag is None or tag.command is None:
            return
        for position, value in enumerate(values_of(tag, tag.command)):
            button = self._button(value_text(tag, value), f"command_{position}")
            button.clicked.connect(lambda _=False, chosen=value: self._arm(chosen))
            self._grid.addWidget(button, position // _COLUMNS, position % _COLUMNS)
            self._choices.append((value, button))
        if not self._choices and tag.kind is not TagKind.TEXT:
            low, high = tag.command.range_min, tag.command.range_max
            present = self._present(tag)
            first = present if present is not None else low if low is not None else 0.0
            self.stepper.offer(first, tag.unit, _step(tag, low, high), lowest=low, highest=high)

    def _present(self, tag: TagDef) -> float | None:
        value = self._context.runtime.tags.value(tag.id).value
        return float(value) if isinstance(value, int | float) else None

    # ---- touches

    def _arm(self, value: Scalar) -> None:
        if self._tag is not None and self._tag.command is not None:
            select = self._tag.command.select_first
            self._context.commanding.arm(self._tag.id, value, SELECTION_S, select=select)

    def _send(self) -> None:
        if self._tag is not None:
            self._context.commanding.send(self._tag.id)

    def _disarm(self) -> None:
        if self._tag is not None:
            self._context.commanding.disarm(self._tag.id)

    def _on_changed(self, tag_id: str) -> None:
        if self._tag is not None and self._tag.id == tag_id:
            self.refresh()

    # ---- what is shown

    def refresh(self) -> None:
        """Write everything again; asks whether the person may, at most once at a time."""
        tag = self._tag
        if tag is None or tag.command is None:
            return
        if self.isVisible():
            self._context.commanding.ask(tag.id)
        state = self._context.commanding.state(tag.id)
        ready = state.asked and state.refusal is None and state.pending is None
        arming = state.armed is not None
        numeric = not self._choices and tag.kind is not TagKind.TEXT
        for _, button in self._choices:
            button.setVisible(not arming)
            button.setEnabled(ready)
        self.stepper.setVisible(numeric and not arming)
        self.stepper.setEnabled(ready)
        self.set_button.setVisible(numeric and not arming)
        self.set_button.setEnabled(ready and self.stepper.is_changed)
        if numeric and (present := self._present(tag)) is not None:
            self.stepper.set_present(present)
        self.send.setVisible(arming)
        self.cancel.setVisible(arming)
        if state.armed is not None:
            words = f"{exact_text(tag, state.armed.value)} {tag.unit}".rstrip()
            self.send.setText(self.tr("SEND: {value}").format(value=words))
            self.send.setEnabled(state.armed.until is not None and state.refusal is None)
            self.send.set_sub_text(self._time_left(state))
        self.words.set_fields(self._fields(tag, tag.command, state))

    def _time_left(self, state: CommandState) -> str:
        if state.armed is None or state.armed.until is None:
            return self.tr("selecting …")
        left = (state.armed.until - self._context.clock.now()).total_seconds()
        return self.tr("{seconds} s left").format(seconds=max(0, round(left)))

    def _fields(self, tag: TagDef, rule: CommandRule, state: CommandState) -> list[Field]:
        fields = [Field("", self.tr("Command"), heading=True)]
        if state.pending is not None:
            fields.append(Field("", self._pending_text(tag, rule, state), bold=True))
        elif state.failure is not None:
            fields.append(Field("", refusal_text(state.failure, rule), doubtful=True))
        elif state.report is not None:
            fields += self._outcome(tag, rule, state.report)
        if not state.asked:
            fields.append(Field("", self.tr("Asking whether you may …")))
        elif state.refusal is not None and state.pending is None:
            reason = refusal_text(state.refusal, rule)
            fields.append(Field("", self.tr("Not now: {reason}").format(reason=reason), bold=True))
        elif tag.kind is TagKind.TEXT:
            fields.append(Field("", self.tr("A text is written over the API only.")))
        elif not self._choices and (ends := _range_text(tag, rule)):
            fields.append(Field("", ends))
        return fields

    def _pending_text(self, tag: TagDef, rule: CommandRule, state: CommandState) -> str:
        if state.pending is None:
            return ""
        watched_id = rule.watched(tag.id)
        watched = self._context.runtime.tags.definitions().get(watched_id, TagDef(watched_id))
        words = self.tr("{value} is on its way. Waiting for {effect}; {seconds} s of {most} s.")
        return words.format(
            value=f"{exact_text(tag, state.pending.value)} {tag.unit}".rstrip(),
            effect=effect_text(rule, state.pending.value, watched),
            seconds=round(self._context.clock.monotonic() - state.pending.since),
            most=f"{rule.deadline_s + rule.timeout_s:g}",
        )

    def _outcome(self, tag: TagDef, rule: CommandRule, report: CommandReport) -> list[Field]:
        sure = report.outcome in (CommandOutcome.CONFIRMED, CommandOutcome.REFUSED)
        unknown = report.outcome is CommandOutcome.UNKNOWN
        stamp = self._context.times.utc_stamp(report.ended_at, self._context.clock.now())
        value = f"{exact_text(tag, report.command.value)} {tag.unit}".rstrip()
        sign = "✔" if report.outcome is CommandOutcome.CONFIRMED else "?" if unknown else "✖"
        first = f"{sign} {value}: {outcome_text(report.outcome)}"
        fields = [Field("", first, bold=True, marked=not sure and not unknown, doubtful=unknown)]
        if report.outcome not in (CommandOutcome.CONFIRMED, CommandOutcome.TIMED_OUT):
            fields.append(Field("", refusal_text(CommandRefusal(report.reason, report.message), rule)))
        fields.append(Field("", f"{stamp} UTC, {report.command.user}"))
        return fields


def values_of(tag: TagDef, rule: CommandRule) -> tuple[Scalar, ...]:
    """The values that have a button each; none where a number is to be chosen."""
    if rule.allowed:
        return rule.allowed if len(rule.allowed) <= _MOST_CHOICES or tag.kind is TagKind.ENUM else ()
    if tag.kind is TagKind.ENUM:
        return tuple(number for number, _ in tag.states)
    return (False, True) if tag.kind is TagKind.DIGITAL else ()


def _step(tag: TagDef, low: float | None, high: float | None) -> float:
    """A hundredth of the range, as a round number, and never less than the last digit that is shown."""
    last = 10.0 ** -decimals_of(tag)
    if low is None or high is None or high <= low:
        return last
    rough = (high - low) / _STEPS
    power = 1.0
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    return max(power, last)


def _range_text(tag: TagDef, rule: CommandRule) -> str:
    low, high = rule.range_min, rule.range_max
    if low is None or high is None:
        return ""
    return f"{exact_text(tag, low)} … {exact_text(tag, high)} {tag.unit}".rstrip()
