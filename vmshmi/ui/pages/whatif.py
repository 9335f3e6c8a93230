"""The what-if page: an alarm with other numbers over recorded history, beside what really was; and its revisions."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.alarms.revising import tuning_of
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, MARGIN, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tuning.alarm_picker import AlarmPicker
from vmshmi.ui.tuning.chart import WhatIfChart
from vmshmi.ui.tuning.controls import PERIODS, Controls
from vmshmi.ui.tuning.questions import Question, Questions
from vmshmi.ui.tuning.revision_dialog import RevisionDialog
from vmshmi.ui.tuning.steps import unit_of
from vmshmi.ui.tuning.tables import PairTable, RevisionTable
from vmshmi.ui.tuning.verdict import Verdict
from vmshmi.ui.tuning.words import differences, headline, standing_line, warnings
from vmshmi.ui.widgets.segments import Segments
from vmshmi.ui.widgets.touch_button import TouchButton

RAISINGS, REVISIONS = "raisings", "revisions"


class WhatIfPage(QWidget):
    """Numbers on the left, the answer on the right."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._alarm_id = ""
        theme = context.theme
        self.questions = Questions(context.runtime, context.tasks, self)
        self.controls = Controls(theme, self)
        self.verdict = Verdict(theme, self)
        self.chart = WhatIfChart(theme, self)
        self.lists = Segments(((RAISINGS, self.tr("Raisings")), (REVISIONS, self.tr("Revisions"))), theme, self)
        self.pairs = PairTable(context.clock, context.times, theme, self)
        self.revisions = RevisionTable(context.clock, context.times, theme, self)
        self.take_back = TouchButton(theme, self.tr("Take back"), parent=self)
        self.take_back.setObjectName("take_back")
        self._arrange()
        self._connect()
        self._choose("")

    def _arrange(self) -> None:
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.pairs)
        self._stack.addWidget(self.revisions)
        self.take_back.setFixedHeight(TOUCH)
        self.take_back.setMinimumWidth(220)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.lists)
        head.addStretch(1)
        head.addWidget(self.take_back)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.verdict)
        right.addWidget(self.chart, 1)
        right.addLayout(head)
        right.addWidget(self._stack, 1)
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(MARGIN)
        row.addWidget(self.controls)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        controls, questions = self.controls, self.questions
        controls.alarm.clicked.connect(self._pick)
        controls.changed.connect(self._show)
        controls.run.clicked.connect(self._run)
        controls.save.clicked.connect(self._ask_reason)
        self.lists.chosen.connect(self._on_list)
        self.take_back.clicked.connect(self._ask_take_back)
        questions.changed.connect(self._show)
        questions.revisions_changed.connect(self._show_revisions)
        questions.saved.connect(self._on_saved)
        questions.refused.connect(self._on_refused)
        self._context.session.changed.connect(self._show)
        self._context.alarms.transitioned.connect(self._on_transitions)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (
            self.controls,
            self.verdict,
            self.chart,
            self.lists,
            self.pairs,
            self.revisions,
            self.take_back,
        ):
            part.apply_theme(theme)

    def on_hidden(self) -> None:
        """Nobody waits for an answer behind another page."""
        self.questions.give_up()

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """`{"alarm": id}` chooses an alarm, `{"alarm": id, "list": "revisions"}` shows how it was changed."""
        alarm_id = arguments.get("alarm", "")
        if alarm_id in self._context.runtime.alarms.definitions() and alarm_id != self._alarm_id:
            self._choose(alarm_id)
        if arguments.get("list") == REVISIONS:
            self.lists.choose(REVISIONS)

    # ---- choosing

    def _definition(self) -> AlarmDef | None:
        return self._context.runtime.alarms.definitions().get(self._alarm_id)

    def _tag(self) -> TagDef | None:
        definition = self._definition()
        return None if definition is None else self._context.runtime.tags.definitions().get(definition.tag)

    def _unit(self) -> str:
        definition = self._definition()
        return "" if definition is None else unit_of(definition, self._tag())

    def _pick(self) -> None:
        known = self._context.runtime.alarms.definitions()
        mine = [alarm for alarm in known.values() if not alarm.id.startswith("system.")]
        AlarmPicker(self.controls.theme, mine, self._choose, self).open()

    def _choose(self, alarm_id: str) -> None:
        self._alarm_id = alarm_id
        self.controls.offer(self._definition(), self._tag())
        self.questions.forget()
        if alarm_id:
            self.questions.load_revisions(alarm_id)
        self._show_revisions()

    def _question(self) -> Question | None:
        """What RUN would ask, up to now."""
        definition, tag = self._definition(), self._tag()
        if definition is None:
            return None
        until = self._context.clock.now()
        has_line = tag is not None and tag.kind in (TagKind.ANALOG, TagKind.COUNTER)
        curve = definition.tag if has_line and definition.measure.value == "value" else ""
        return Question(
            definition.id, self.controls.change, until - PERIODS[self.controls.period.current], until, curve
        )

    def _run(self) -> None:
        if self.questions.busy:
            self.questions.give_up()
            return
        question = self._question()
        if question is not None:
            self.questions.ask(question)

    # ---- showing

    def _is_current(self) -> bool:
        """True while what is shown belongs to what is chosen."""
        asked = self.questions.question
        return (
            asked is not None
            and asked.change == self.controls.change
            and asked.until - asked.since == PERIODS[self.controls.period.current]
        )

    def _show(self) -> None:
        definition, answer = self._definition(), self.questions.answer
        self._show_buttons(definition)
        if definition is None:
            self.verdict.say(self.tr("Choose an alarm, change its numbers, and see what would have been."))
        elif self.questions.busy:
            self.verdict.say(self.tr("Replaying recorded history …"))
        elif self.questions.error:
            self.verdict.say(self.tr("No answer"), self.questions.error)
        elif answer is None:
            self.verdict.say(self.tr("Change limit, hysteresis or delay and touch RUN."))
        elif not self._is_current():
            self.verdict.say(self.tr("Other numbers are chosen: touch RUN again."), headline(answer))
        else:
            self.verdict.say(headline(answer), standing_line(answer), warnings(definition, answer))
        self._show_answer(definition)

    def _show_answer(self, definition: AlarmDef | None) -> None:
        answer = self.questions.answer
        note = self.tr("Replaying …") if self.questions.busy else self.tr("No answer yet")
        if definition is not None:
            self.chart.show_answer(answer, self.questions.curve, definition.priority, self._unit(), note)
        empty = self.tr("It was not raised, and would not have been") if answer is not None else note
        self.pairs.show_answer(answer, self._tag(), empty)

    def _show_buttons(self, definition: AlarmDef | None) -> None:
        controls, busy = self.controls, self.questions.busy
        controls.run.setEnabled(definition is not None)
        controls.run.setText(self.tr("CANCEL") if busy else self.tr("RUN"))
        controls.run.set_sub_text(self.tr("replaying …") if busy else "")
        wanted = self._save_wants()
        controls.save.setEnabled(not wanted)
        controls.save.set_sub_text(wanted or self.tr("as {user}").format(user=self._context.session.answering_as))
        controls.save.setToolTip(wanted)

    def _save_wants(self) -> str:
        """Why it cannot be saved now; empty when it can."""
        if self.controls.change == DefinitionChange():
            return self.tr("nothing is changed")
        if self.questions.answer is None or not self._is_current():
            return self.tr("run it first")
        return "" if self._context.session.answering_as else self.tr("choose the person at this station first")

    def _show_revisions(self) -> None:
        found = self.questions.revisions if self._alarm_id else ()
        self.revisions.show_revisions(found, self._unit(), self.tr("The numbers are those of the project file"))
        self.lists.set_text(REVISIONS, f"{self.tr('Revisions')}  {len(found)}")
        newest = self.revisions.newest
        self.take_back.setVisible(self.lists.current == REVISIONS)
        user = self._context.session.answering_as
        can = newest is not None and newest.by_person and newest.after != newest.before and bool(user)
        self.take_back.setEnabled(can)
        self.take_back.setText(
            self.tr("Take back no. {number}").format(number=newest.number) if newest else self.tr("Take back")
        )

    def _on_list(self, which: str) -> None:
        self._stack.setCurrentIndex(1 if which == REVISIONS else 0)
        self._show_revisions()

    # ---- saving

    def _ask_reason(self) -> None:
        definition, answer = self._definition(), self.questions.answer
        if definition is None or answer is None:
            return
        change = self.controls.change
        self._open_dialog(definition, change, warnings(definition, answer))

    def _ask_take_back(self) -> None:
        definition, newest = self._definition(), self.revisions.newest
        if definition is not None and newest is not None:
            before = newest.before
            self._open_dialog(definition, DefinitionChange(before.limit, before.hysteresis, before.delay_s), ())

    def _open_dialog(self, definition: AlarmDef, change: DefinitionChange, beware: Sequence[str]) -> None:
        session = self._context.session
        present = tuning_of(definition)
        RevisionDialog(
            self.controls.theme,
            definition.message or definition.id,
            differences(present, change.applied(present), self._unit()),
            beware,
            session.signature,
            lambda reason: self.questions.revise(
                definition.id, change, session.answering_as, reason, session.station_id
            ),
            self,
        ).open()

    def _on_saved(self, revision: object) -> None:
        del revision
        definition = self._definition()
        if definition is not None:
            self.controls.offer(definition, self._tag())
        self.questions.forget()
        self.verdict.say(self.tr("Saved. The alarm goes on with the new numbers."))

    def _on_refused(self, why: str) -> None:
        self.verdict.say(self.tr("Not saved"), why)

    def _on_transitions(self, transitions: object) -> None:
        del transitions
        definition = self._definition()
        if definition is not None and tuning_of(definition) != self.controls.present:
            self.controls.follow(definition)
            self.questions.load_revisions(definition.id)
            self._show()
