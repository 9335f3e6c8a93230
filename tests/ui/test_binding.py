"""Watches, tasks, ship's time, the person at the station."""

import asyncio
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.fake_clock import FakeClock
from tests.support.ui_runtime import FakeRuntime, Gate
from tests.support.ui_ship import a_ship
from tests.support.ui_window import settle
from vmshmi.config.project import StationConfig
from vmshmi.core.ports import TagChanges
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.binding.session import UNNAMED, Session
from vmshmi.ui.binding.ship_time import ShipTime, duration_text
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.binding.tasks import Tasks

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def test_a_binding_watches_while_its_widget_is_visible(qtbot: QtBot) -> None:
    runtime = FakeRuntime(a_ship(), FakeClock())
    widget = QWidget()
    qtbot.addWidget(widget)
    seen: list[TagChanges] = []
    binding = TagBinding(widget, runtime.tags, seen.append)
    binding.set_tags([TagId("me_p.rpm"), TagId("no.such.tag")])
    assert not runtime.tags.watches
    widget.show()
    assert runtime.tags.watched() == {"me_p.rpm"}
    runtime.tags.set("me_p.rpm", 900.0)
    assert seen[-1][TagId("me_p.rpm")].value == 900.0
    widget.hide()
    assert not runtime.tags.watches
    widget.show()
    binding.set_tags([TagId("gen1.volt")])
    assert runtime.tags.watched() == {"gen1.volt"}
    binding.close()
    assert not runtime.tags.watches


async def test_an_unexpected_error_of_a_task_reaches_the_loop_and_a_closed_owner_cancels() -> None:
    loop = asyncio.get_running_loop()
    told: list[str] = []
    loop.set_exception_handler(lambda _, context: told.append(str(context["message"])))
    tasks = Tasks()

    async def fail() -> None:
        raise ZeroDivisionError

    tasks.spawn(fail(), name="broken touch")
    await settle()
    assert told == ["task broken touch ended with an error"]
    loop.set_exception_handler(None)
    ended: list[bool] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    tasks.spawn(wait(), name="waits")
    await settle()
    tasks.close()
    await tasks.drain()
    assert ended == [True]


async def test_one_occurrence_is_sent_once_however_often_it_is_asked_for() -> None:
    runtime = FakeRuntime(a_ship(), FakeClock())
    tasks = Tasks()
    answers = Answers(runtime.alarms, Session(StationConfig(id="ecr", user="Master"), ()), tasks)
    gate = runtime.alarms.gate = Gate()
    record = runtime.alarms.raise_alarm("gen1.volt.high")
    for _ in range(3):
        answers.acknowledge(record.id, record.occurrence)
        await settle()
    assert answers.under_way(record.id, record.occurrence)
    gate.open()
    await tasks.drain()
    assert len(runtime.alarms.acknowledged) == 1
    assert not answers.under_way(record.id, record.occurrence)


def test_who_stands_here_before_anybody_says_so() -> None:
    station = StationConfig(id="ecr", user="Chief")
    assert Session(station, ("Master",)).user == "Chief"
    assert Session(station, ("Master",)).users == ("Master", "Chief")
    assert Session(StationConfig(id="x"), ("Master", "Mate")).user == ""
    assert Session(StationConfig(id="x"), ("Master",)).user == "Master"
    assert Session(StationConfig(id="x"), ()).user == UNNAMED


def test_ship_time_is_the_zone_of_the_vessel_with_its_offset() -> None:
    times = ShipTime("America/St_Johns")
    assert times.utc_clock(NOON) == "12:00:00"
    assert times.ship_clock(NOON) == "08:30:00"
    assert times.offset(NOON) == "UTC-3:30"
    assert ShipTime("Europe/Madrid").offset(NOON) == "UTC+1"


def test_a_stamp_of_another_day_carries_its_date() -> None:
    times = ShipTime("UTC")
    assert times.utc_stamp(NOON, NOON + timedelta(hours=3)) == "12:00:00"
    assert times.utc_stamp(NOON, NOON + timedelta(days=2)) == "22 Nov 12:00"


def test_durations_read_as_a_person_says_them() -> None:
    spoken = [duration_text(seconds) for seconds in (0, 59, 60, 3_599, 3_600, 90_000, 400_000)]
    assert spoken == ["0 s", "59 s", "1 min 00 s", "59 min 59 s", "1 h 00 min", "1 d 1 h", "4 d 15 h"]
