"""What is asked: alarm, period, numbers; and the buttons that ask and save."""

from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.alarms.revision import DefinitionChange, Tuning
from vmshmi.core.tags import TagDef
from vmshmi.ui.style.sizes import ACK, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tuning.stepper import NumberStepper
from vmshmi.ui.tuning.steps import delay_step, has_hysteresis, has_limit, limit_step, unit_of
from vmshmi.ui.widgets.panel import Panel
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.segments import Segments
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
LONGEST_DELAY_S = 86_400.0
WIDTH = 360


class Controls(Panel):
    """The left side of the page."""

    changed = Signal()
    """Another number or another period."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setFixedWidth(WIDTH)
        self.alarm = TouchButton(theme, icon="search", parent=self)
        names = (("day", self.tr("Day")), ("week", self.tr("Week")), ("month", self.tr("30 days")))
        self.period = Segments(names, theme, self)
        self.limit = NumberStepper(theme, self.tr("Limit"), "limit", self)
        self.hysteresis = NumberStepper(theme, self.tr("Hysteresis"), "hysteresis", self)
        self.delay = NumberStepper(theme, self.tr("Delay"), "delay", self)
        self.run = TouchButton(theme, role=ButtonRole.PRIMARY, parent=self)
        self.save = TouchButton(theme, self.tr("SAVE"), parent=self)
        for button, name, height in (
            (self.alarm, "choose_alarm", TOUCH_LARGE),
            (self.run, "run", TOUCH_LARGE),
            (self.save, "save", ACK),
        ):
            button.setObjectName(name)
            button.setFixedHeight(height)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.run.set_text_size(TEXT_TITLE)
        choices = QWidget(self)
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.column.spacing())
        for part in (self.alarm, self.period, *self.steppers):
            column.addWidget(part)
        column.addStretch(1)
        self.column.addWidget(TouchScrollArea(choices, self), 1)  # a banner may leave little room
        self.column.addWidget(self.run)
        self.column.addWidget(self.save)
        self.period.chosen.connect(self.changed)
        for stepper in self.steppers:
            stepper.changed.connect(self.changed)
        self.delay.changed.connect(lambda: self.delay.set_step(delay_step(self.delay.number)))

    @property
    def steppers(self) -> tuple[NumberStepper, ...]:
        """The three numbers."""
        return self.limit, self.hysteresis, self.delay

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        super().apply_theme(theme)
        for part in (self.alarm, self.period, *self.steppers, self.run, self.save):
            part.apply_theme(theme)

    def offer(self, definition: AlarmDef | None, tag: TagDef | None) -> None:
        """Begin anew with the present numbers of this alarm."""
        for stepper in self.steppers:
            stepper.setEnabled(definition is not None)
        if definition is None:
            self.alarm.setText(self.tr("Choose an alarm"))
            self.alarm.set_sub_text("")
            return
        self.alarm.setText(definition.message or definition.id)
        self.alarm.set_sub_text(definition.id)
        self.alarm.setToolTip(definition.message)
        unit, step = unit_of(definition, tag), limit_step(definition, tag)
        self.limit.offer(definition.limit, unit, step)
        self.hysteresis.offer(definition.hysteresis, unit, step, lowest=0.0)
        delay_s = definition.delay_s
        self.delay.offer(delay_s, "s", delay_step(delay_s), lowest=0.0, highest=LONGEST_DELAY_S)
        self.limit.setEnabled(has_limit(definition))
        self.hysteresis.setEnabled(has_hysteresis(definition))

    @property
    def theme(self) -> Theme:
        """The present colours, for dialogs."""
        return self._theme

    @property
    def present(self) -> Tuning:
        """The numbers the alarm has now, as they are shown."""
        return Tuning(self.limit.present, self.hysteresis.present, self.delay.present)

    def follow(self, definition: AlarmDef) -> None:
        """The present numbers are others now; what was chosen stays."""
        self.limit.set_present(definition.limit)
        self.hysteresis.set_present(definition.hysteresis)
        self.delay.set_present(definition.delay_s)

    @property
    def change(self) -> DefinitionChange:
        """What is to be different; what is as it was is None."""
        numbers = [stepper.number if stepper.is_changed else None for stepper in self.steppers]
        return DefinitionChange(*numbers)
