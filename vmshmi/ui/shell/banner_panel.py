"""The banner: the shown alarm, ACK, SILENCE, and all that want an answer. Modal or in the window, it is this panel."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmState, Measure, Operator
from vmshmi.core.ports import TagChanges
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.alarms.alarm_facts import AlarmFacts, FactsText
from vmshmi.ui.alarms.banner_queue import GUARD_S, BannerQueue, Shown
from vmshmi.ui.alarms.marks import marks_of
from vmshmi.ui.alarms.words import limit_text, number_with_unit
from vmshmi.ui.binding.ship_time import duration_text
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, TEXT_BODY, TEXT_LABEL, TEXT_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

STRIP_HEIGHT = 216
_WARNING_S = 10.0
"""Seconds a refusal stays on the banner."""


class BannerPanel(QWidget):
    """Shows one unanswered alarm and answers exactly that one."""

    list_wanted = Signal()
    user_wanted = Signal()

    def __init__(self, context: PageContext, queue: BannerQueue, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._context = context
        self._queue = queue
        self._theme = context.theme
        self._meant: Shown | None = None
        self._warning = ""
        self._warning_until = 0.0
        self.takes_focus = True
        """ACK takes the keyboard when it becomes ready; not while a person walks through the list."""
        self.setObjectName("banner_panel")
        theme = context.theme
        self.facts = AlarmFacts(theme, self)
        self.ack_button = TouchButton(theme, self.tr("ACK"), role=ButtonRole.PRIMARY, stacked=True, parent=self)
        self.elsewhere = QLabel(self.tr("Acknowledged in the engine control room only"), self)
        """Stands where ACK is, for what cannot be answered at this station."""
        self.user_button = TouchButton(theme, icon="user", parent=self)
        self.list_button = TouchButton(theme, self.tr("ALARM LIST"), icon="list", stacked=True, parent=self)
        self.silence_button = TouchButton(theme, self.tr("SILENCE"), icon="silence", stacked=True, parent=self)
        self._arrange()
        self._binding = TagBinding(self, context.runtime.tags, self._on_values)
        self._guard = QTimer(self)
        self._guard.setSingleShot(True)
        self._guard.setInterval(round(GUARD_S * 100))
        self._guard.timeout.connect(self._refresh_ack)
        self.ack_button.pressed.connect(self._on_pressed)
        self.ack_button.released.connect(self._on_released)
        self.ack_button.clicked.connect(self._on_clicked)
        self.silence_button.clicked.connect(context.answers.silence)
        self.list_button.clicked.connect(self.list_wanted)
        self.user_button.clicked.connect(self.user_wanted)
        context.answers.changed.connect(self._refresh_ack)
        context.answers.refused.connect(self._on_refused)
        context.session.changed.connect(self._refresh_ack)
        context.flash.phase_changed.connect(self.facts.set_lit)

    def _arrange(self) -> None:
        self.setFixedHeight(STRIP_HEIGHT)
        names = {
            "ack": self.ack_button,
            "banner_user": self.user_button,
            "alarm_list": self.list_button,
            "banner_silence": self.silence_button,
        }
        for name, button in names.items():
            button.setObjectName(name)
        self.ack_button.set_text_size(TEXT_LARGE)
        self.ack_button.setMinimumSize(204, ACK)
        self.user_button.set_text_size(TEXT_LABEL)
        self.user_button.setFixedHeight(56)
        for button in (self.list_button, self.silence_button):
            button.setFixedWidth(132)
        middle = QVBoxLayout()
        middle.setSpacing(GAP)
        middle.addWidget(self.list_button)
        middle.addWidget(self.silence_button)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        self.elsewhere.setObjectName("elsewhere")
        self.elsewhere.setFont(ui_font(TEXT_BODY + 1, bold=True))
        self.elsewhere.setWordWrap(True)
        self.elsewhere.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.elsewhere.setFixedWidth(204)
        right.addWidget(self.ack_button, 1)
        right.addWidget(self.elsewhere, 1)
        right.addWidget(self.user_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 4, 12, 3)
        row.setSpacing(12)
        row.addWidget(self.facts, 1)
        for column in (middle, right):
            column.setContentsMargins(0, 8, 0, 9)
            row.addLayout(column)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # ---- what others call

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for part in (self.facts, self.ack_button, self.user_button, self.list_button, self.silence_button):
            part.apply_theme(theme)
        self.update()

    def refresh(self) -> None:
        """Show what the queue says, with the present age; called for every change and twice a second."""
        record = self._queue.shown
        if record is not None:
            alarm = self._context.alarms.definition(record.id)
            self._binding.set_tags({alarm.tag})
            self.facts.show_alarm(alarm, record, self._context.alarms.priority(record), self._texts(alarm, record))
        self._refresh_ack()
        self._refresh_silence()

    def focus_ack(self) -> None:
        """Let a key answer, as a finger does."""
        self.ack_button.setFocus()

    # ---- what is written

    def _texts(self, alarm: AlarmDef, record: AlarmRecord) -> FactsText:
        context = self._context
        now = context.clock.now()
        tag = context.runtime.tags.definitions().get(alarm.tag)
        sample = self._live(alarm.tag)
        raised = ""
        if record.raised_at is not None:
            age = duration_text((now - record.raised_at).total_seconds())
            utc = context.times.utc_stamp(record.raised_at, now)
            ship = context.times.ship_stamp(record.raised_at, now)
            raised = self.tr("Raised {utc} UTC ({ship} ship), {age} ago").format(utc=utc, ship=ship, age=age)
        return FactsText(
            tag=f"{alarm.tag}  ·  {tag.description}" if tag and tag.description else alarm.tag,
            value=number_with_unit(sample.value if sample else None, tag),
            unit=tag.unit if tag else "",
            value_note=sample.quality.reason if sample else self.tr("not connected"),
            limit=self._limit(alarm, tag),
            raised=raised,
            state=self._state(record),
            marks=marks_of(alarm, record, context.rules, context.station.id),
            more=self.tr("%n more unanswered", "", self._queue.more) if self._queue.more else "",
            warning=self._present_warning(),
        )

    def _limit(self, alarm: AlarmDef, tag: TagDef | None) -> str:
        """`limit < 1.80 bar`; what has no limit says when it is an alarm."""
        text = limit_text(alarm, tag)
        if alarm.measure is Measure.VALUE and alarm.operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
            return self.tr("limit {limit}").format(limit=text)
        return self.tr("alarm when {limit}").format(limit=text.removeprefix("= "))

    def _state(self, record: AlarmRecord) -> str:
        context = self._context
        if record.state is AlarmState.RECTIFIED and record.rectified_at is not None:
            at = context.times.utc_stamp(record.rectified_at, context.clock.now())
            return self.tr("Returned to normal at {at} UTC").format(at=at)
        return ""

    def _live(self, tag_id: TagId) -> TagValue | None:
        """The present value; None when nothing is known or nothing answers."""
        tags = self._context.runtime.tags
        if not self._context.runtime.system.connected() or tag_id not in tags.definitions():
            return None
        return tags.value(tag_id)

    def _present_warning(self) -> str:
        if not self._context.runtime.system.connected():
            return self.tr("Not connected to the runtime: nothing can be answered from here now")
        if self._warning and self._context.clock.monotonic() < self._warning_until:
            return self._warning
        return ""

    def _on_values(self, changes: TagChanges) -> None:
        del changes
        self.refresh()

    def _refresh_silence(self) -> None:
        now = self._context.clock.now()
        may = self._context.alarms.may_sound(now)
        until = self._context.alarms.silent_until(now)
        resting = until is not None and not may
        connected = self._context.runtime.system.connected()
        self.silence_button.setEnabled(may or not connected)  # it is then the station itself that sounds
        self.silence_button.setText(self.tr("SILENCED") if resting else self.tr("SILENCE"))
        seconds = round((until - now).total_seconds()) if until is not None else 0
        self.silence_button.set_sub_text(self.tr("%n s", "", seconds) if resting else "")

    # ---- answering

    def _refresh_ack(self) -> None:
        record = self._queue.shown
        context = self._context
        ready = self._queue.accepts(context.clock.monotonic())
        busy = record is not None and context.answers.under_way(record.id, record.occurrence)
        connected = context.runtime.system.connected()
        here = record is None or context.answerable(record)
        self.ack_button.setVisible(here)
        self.elsewhere.setVisible(not here)
        could = self.ack_button.isEnabled()
        self.ack_button.setEnabled(self.ack_button.isDown() or (ready and here and not busy and connected))
        if self.ack_button.isEnabled() and not could and self.takes_focus:
            self.ack_button.setFocus()
        who = context.session.answering_as
        self.ack_button.set_sub_text(
            self.tr("sending") if busy else (self.tr("as {user}").format(user=who) if who else self.tr("who are you?"))
        )
        self.user_button.setText(context.session.user or self.tr("Choose"))
        self.user_button.set_sub_text(context.session.station_name)
        self.list_button.set_sub_text(self.tr("%n unanswered", "", len(self._queue.unanswered)))
        if record is not None and not ready and self.isVisible():
            self._guard.start()

    def _on_pressed(self) -> None:
        self._queue.press(self._context.clock.monotonic())

    def _on_released(self) -> None:
        self._meant = self._queue.release(self._context.clock.monotonic())

    def _on_clicked(self) -> None:
        meant, self._meant = self._meant, None
        if meant is None:
            return
        if not self._context.session.answering_as:
            self.user_wanted.emit()
        else:
            self._warning = ""
            self._context.answers.acknowledge(meant.alarm_id, meant.occurrence)
        self.refresh()

    def _on_refused(self, alarm_id: str, reason: str) -> None:
        name = self._context.alarms.definition(alarm_id).message if alarm_id else self.tr("Silence")
        self._warning = self.tr("Refused: {reason} ({name})").format(name=name, reason=reason.rstrip("."))
        self._warning_until = self._context.clock.monotonic() + _WARNING_S
        self._context.alarms.refresh()
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter answers as a touch on ACK does; a key held down answers once."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.window().focusWidget() is self.ack_button:
            if not event.isAutoRepeat():
                self.ack_button.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame in the colour of the shown priority."""
        del event
        painter = QPainter(self)
        record = self._queue.shown
        edge = self._theme.alert(self._context.alarms.priority(record)).fill if record else self._theme.outline
        painter.fillRect(self.rect(), edge)
        painter.fillRect(self.rect().adjusted(3, 4, -3, -3), self._theme.card)
        painter.end()
