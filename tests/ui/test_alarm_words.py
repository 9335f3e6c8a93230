"""Marks, what is allowed, limits of every measure: what is read beside an alarm."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.support.alarms import after, an_alarm, at
from tests.support.ui_window import RESOURCES
from vmshmi.core.alarms.events import Acknowledge, ConditionCame, ConditionWent, Shelve, TakeOutOfService
from vmshmi.core.alarms.model import AlarmRecord, Category, Measure, Operator, Priority, TransitionKind
from vmshmi.core.alarms.rules import AlarmRules, StationRights
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.allowed import Action, refusal_of, sentence_of
from vmshmi.ui.alarms.marks import marks_of, marks_width, paint_marks
from vmshmi.ui.alarms.words import kind_text, limit_text, measured_text, state_text
from vmshmi.ui.style.application import prepare_application
from vmshmi.ui.style.theme import load_themes

RULES = AlarmRules(stations={"bridge": StationRights(bridge=True)})
ENGINE, BRIDGE = StationRights(), StationRights(bridge=True)
TAG = TagDef(TagId("me_p.lo_press"), unit="bar", decimals=2)


def _words(record: AlarmRecord, station: str = "ecr", **definition: Any) -> list[str]:
    return [mark.word for mark in marks_of(an_alarm(**definition), record, RULES, station)]


def test_each_fact_beside_the_state_has_a_mark_of_its_own() -> None:
    raised = after(an_alarm(), ConditionCame(2.0))
    assert _words(raised) == []
    assert _words(replace(raised, first_out=True)) == ["FIRST"]
    assert _words(replace(raised, held=True)) == ["input lost"]
    assert _words(replace(raised, repeats=18)) == ["18 times in 5 h"]
    assert _words(replace(raised, escalations=1)) == ["escalated"]
    assert _words(replace(raised, latched=True)) == []  # latching, and still active
    assert _words(replace(raised, active=False, latched=True)) == ["reset wanted"]
    assert _words(raised, tag=TagId("system.test")) == ["TEST"]


def test_category_c_is_marked_on_the_bridge_only_and_only_while_it_wants_an_answer() -> None:
    raised = after(an_alarm(), ConditionCame(2.0))
    assert _words(raised, "bridge", category=Category.C) == ["ECR"]
    assert _words(raised, "bridge", category=Category.B) == []
    assert _words(raised, "ecr", category=Category.C) == []
    assert _words(replace(raised, acknowledged=True), "bridge", category=Category.C) == []


def test_marks_that_do_not_fit_are_counted(qapp: QApplication) -> None:
    del qapp
    prepare_application(RESOURCES)
    record = replace(after(an_alarm(), ConditionCame(2.0)), first_out=True, held=True, repeats=9)
    marks = marks_of(an_alarm(), record, RULES, "ecr")
    theme = load_themes(RESOURCES / "palettes" / "openbridge.json")["day"]
    image = QImage(600, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    whole = marks_width(marks)
    took = [paint_marks(painter, QRectF(0, 0, room, 40), marks, theme) for room in (600.0, whole - 20, 60.0, 10.0)]
    painter.end()
    assert took[0] == pytest.approx(whole, abs=1)
    assert whole - 20 >= took[1] > took[2] > 0
    assert took[3] == 0


def _refusal(action: Action, record: AlarmRecord, rights: StationRights = ENGINE, user: str = "chief", **d: Any) -> str:
    return refusal_of(action, an_alarm(**d), record, rights, user, at(60))


def test_what_is_allowed_follows_the_rules_that_judge_it() -> None:
    raised = after(an_alarm(), ConditionCame(2.0))
    assert _refusal(Action.ACKNOWLEDGE, raised) == ""
    assert _refusal(Action.ACKNOWLEDGE, raised, user="") == "Choose the person at this station first."
    assert _refusal(Action.ACKNOWLEDGE, raised, BRIDGE, category=Category.C) == "Only in the engine control room."
    answered = after(an_alarm(), ConditionCame(2.0), Acknowledge(raised.occurrence, "chief"))
    assert _refusal(Action.ACKNOWLEDGE, answered) == "It is acknowledged already, by chief."
    assert _refusal(Action.SHELVE, raised) == ""
    assert "emergency" in _refusal(Action.SHELVE, raised, priority=Priority.EMERGENCY_ALARM)
    assert _refusal(Action.OUT_OF_SERVICE, raised) == ""


def test_a_reset_is_allowed_when_the_cause_has_gone_and_the_alarm_was_acknowledged() -> None:
    latching = an_alarm(latching=True)
    raised = after(latching, ConditionCame(2.0))
    over = after(latching, ConditionCame(2.0), ConditionWent(3.0))
    answered = after(latching, ConditionCame(2.0), ConditionWent(3.0), Acknowledge(raised.occurrence, "chief"))
    assert _refusal(Action.RESET, raised, latching=True) == "Its cause is still there."
    assert _refusal(Action.RESET, over, latching=True) == "Acknowledge it first."
    assert _refusal(Action.RESET, answered, latching=True) == ""
    assert _refusal(Action.RESET, answered, BRIDGE, latching=True, category=Category.C) != ""


def test_ending_what_a_person_ordered_is_allowed_on_the_bridge_too() -> None:
    shelved = after(an_alarm(), Shelve(at(0) + timedelta(hours=1), "chief", "sensor"))
    out = after(an_alarm(), TakeOutOfService("chief", "overhaul"))
    assert _refusal(Action.UNSHELVE, shelved, BRIDGE, category=Category.C) == ""
    assert _refusal(Action.IN_SERVICE, out, BRIDGE, category=Category.C) == ""
    assert _refusal(Action.OUT_OF_SERVICE, out) == "It is out of service already, by chief."
    assert _refusal(Action.UNSHELVE, out) == "It is not shelved."
    assert _refusal(Action.IN_SERVICE, shelved) == "It is in service."


@pytest.mark.parametrize("reason", ["not_connected", "no_reason", "bad_minutes", "not_running", "already_acknowledged"])
def test_a_refusal_of_the_runtime_is_a_sentence_of_the_screen(reason: str) -> None:
    assert sentence_of(reason, "as the runtime says") not in ("", "as the runtime says")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "< 2.50 bar"),
        ({"measure": Measure.RATE, "operator": Operator.GREATER, "limit": 5}, "rises > 5.00 bar/min"),
        ({"measure": Measure.RATE, "operator": Operator.LESS, "limit": -2}, "falls > 2.00 bar/min"),
        ({"measure": Measure.RATE, "operator": Operator.LESS_EQUAL, "limit": -2}, "falls ≥ 2.00 bar/min"),
        ({"measure": Measure.RATE, "operator": Operator.ABS_GREATER, "limit": 2}, "changes > 2.00 bar/min"),
        ({"measure": Measure.RATE, "operator": Operator.LESS, "limit": 2}, "rate < 2.00 bar/min"),
        ({"measure": Measure.DEVIATION, "operator": Operator.ABS_GREATER, "limit": 1}, "deviation > ±1.00 bar"),
        ({"measure": Measure.DEVIATION, "operator": Operator.GREATER, "limit": 50}, "deviation > 50.00 bar"),
        ({"measure": Measure.MISMATCH, "others": (TagId("me_p.cmd"),)}, "≠ me_p.cmd"),
        ({"measure": Measure.BAD_QUALITY}, "no valid value"),
    ],
)
def test_a_limit_says_what_is_measured(changes: dict[str, Any], text: str) -> None:
    assert limit_text(an_alarm(**changes), TAG) == text


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [
        (Measure.DEVIATION, 52.3, "deviation +52.30 bar"),
        (Measure.RATE, -2.125, "rate -2.12 bar/min"),
        (Measure.VALUE, 2.4, ""),
        (Measure.MISMATCH, 1.0, ""),
        (Measure.DEVIATION, None, ""),
    ],
)
def test_what_was_measured_is_said_where_it_is_not_the_value(measure: Measure, value: float | None, text: str) -> None:
    assert measured_text(an_alarm(measure=measure), value, TAG) == text


def test_every_kind_of_a_line_has_words() -> None:
    assert [kind for kind in TransitionKind if kind_text(kind) == kind.value] == []


def test_what_has_returned_and_still_stands_answered_says_so() -> None:
    record = replace(
        after(an_alarm(), ConditionCame(2.0)), active=False, latched=True, acknowledged=True, acked_at=at(1)
    )
    assert state_text(record) == "Returned, ack."
