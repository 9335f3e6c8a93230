"""Commands on the screen: chosen, sent, awaited, and how they ended; and why they may not be given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt

from tests.support.ui_commands import FakeCommands
from tests.support.ui_history import ScriptedHistory
from tests.support.ui_mimic import MimicStage, a_mimic
from tests.support.ui_pump import a_pump_ship
from tests.support.ui_window import settle
from vmshmi.core.commands import CommandOutcome, CommandRefusal
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.ui.commands.command_panel import ACTION, CommandPanel, _step
from vmshmi.ui.style.sizes import TOUCH
from vmshmi.ui.widgets.scroll_area import TouchScrollArea
from vmshmi.ui.widgets.touch_button import TouchButton

pytestmark = pytest.mark.usefixtures("qapp")
PUMP, VALVE, BREAKER = TagId("pump.cmd"), TagId("valve.set"), TagId("breaker.cmd")


class Commands:
    """A faceplate, and the port that takes its commands."""

    def __init__(self, stage: MimicStage) -> None:
        self.stage = stage
        self.port: FakeCommands = stage.runtime.commands
        stage.runtime.tags.set_many({"pump.cmd": 0, "bilge.local": 0, "valve.set": 40.0, "breaker.cmd": 0})

    @property
    def panel(self) -> CommandPanel:
        return self.stage.page.faceplate.detail.commands

    @property
    def words(self) -> str:
        return " ".join(field.value for field in self.panel.words.fields)

    async def open(self, tag: str) -> None:
        self.stage.page.open_with({"tag": tag})
        await settle()

    def button(self, text: str) -> TouchButton:
        (found,) = [
            button for button in self.panel.findChildren(TouchButton) if button.isVisible() and button.text() == text
        ]
        return found

    async def press(self, text: str) -> None:
        button = self.button(text)
        assert button.isEnabled(), text
        button.click()
        await settle()


@contextmanager
def commands() -> Iterator[Commands]:
    with a_mimic(a_pump_ship(), size=(1280, 640), history=ScriptedHistory()) as stage:
        yield Commands(stage)


async def test_a_command_takes_two_touches_and_says_how_it_ended() -> None:
    with commands() as c:
        await c.open(PUMP)
        await c.press("Running")
        assert c.port.sent == []  # chosen, not sent
        await c.press("SEND: Running")
        assert [(command.tag_id, command.value, command.user, command.station) for command in c.port.sent] == [
            (PUMP, 1, "Chief engineer", "ecr")
        ]
        assert "✔ Running: CONFIRMED" in c.words


async def test_while_it_is_pending_it_says_what_is_awaited_and_nothing_looks_done() -> None:
    with commands() as c:
        c.port.hold = asyncio.Event()
        await c.open(PUMP)
        await c.press("Running")
        await c.press("SEND: Running")
        c.stage.clock.advance(3)
        c.panel.refresh()
        assert "Waiting for Bilge pump 1: Running; 3 s of 7 s" in c.words
        for text in ("Running", "Stopped"):
            assert not c.button(text).isEnabled()
            assert not c.button(text).isChecked()
            assert not c.button(text).isDown()
        c.port.hold.set()
        await settle()
        assert "CONFIRMED" in c.words


@pytest.mark.parametrize(
    ("outcome", "reason", "message", "said"),
    [
        (CommandOutcome.REFUSED, "already", "x", "✖ Running: REFUSED: nothing was sent. It is so already."),
        (CommandOutcome.FAILED, "device", "exception 2", "✖ Running: FAILED: the device said no. exception 2"),
        (CommandOutcome.TIMED_OUT, "no_effect", "x", "✖ Running: TIMED OUT"),
        (CommandOutcome.UNKNOWN, "no_answer", "x", "? Running: UNKNOWN: it may have been sent. Look at the machine."),
    ],
)
async def test_each_outcome_is_said_in_words(outcome: CommandOutcome, reason: str, message: str, said: str) -> None:
    with commands() as c:
        c.port.outcome, c.port.reason, c.port.message = outcome, reason, message
        await c.open(PUMP)
        await c.press("Running")
        await c.press("SEND: Running")
        assert said in c.words
        first = next(field for field in c.panel.words.fields if "Running:" in field.value)
        assert first.doubtful is (outcome is CommandOutcome.UNKNOWN)
        assert first.marked is (outcome in (CommandOutcome.FAILED, CommandOutcome.TIMED_OUT))


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (CommandRefusal("not_permitted", "x"), "Not now: Not permitted. First: the pump is in remote control"),
        (CommandRefusal("role", "x"), "Not now: Only for the role Operator."),
        (CommandRefusal("not_connected", "x"), "Not now: The runtime does not answer."),
        (CommandRefusal("unheard_of", "The moon is full."), "Not now: The moon is full."),
    ],
)
async def test_why_not_stands_beside_the_disabled_control(refusal: CommandRefusal, said: str) -> None:
    with commands() as c:
        c.port.refusals[PUMP] = refusal
        await c.open(PUMP)
        assert said in c.words
        assert not c.button("Running").isEnabled()
        del c.port.refusals[PUMP]
        c.panel.refresh()
        await settle()
        assert c.button("Running").isEnabled()


async def test_before_the_runtime_has_said_it_may_nothing_can_be_touched() -> None:
    with commands() as c:
        c.stage.page.open_with({"tag": PUMP})
        assert not c.button("Running").isEnabled()
        await settle()
        assert c.button("Running").isEnabled()


async def test_a_set_point_is_moved_in_its_range_and_sent() -> None:
    with commands() as c:
        await c.open(VALVE)
        assert "10 … 90 %" in c.words
        assert not c.button("Set").isEnabled()  # nothing is changed yet
        for _ in range(3):
            c.panel.stepper.more.click()
        await settle()
        await c.press("Set")
        await c.press("SEND: 43 %")
        assert c.port.sent[0].value == 43
        c.panel.stepper.choose(120)
        assert c.panel.stepper.number == 90


async def test_the_button_that_sends_says_every_digit_of_what_is_sent() -> None:
    with commands() as c:
        await c.open(VALVE)
        c.panel.stepper.choose(43.4)  # typed; the tag itself reads whole per cents
        await settle()
        await c.press("Set")
        await c.press("SEND: 43.4 %")
        assert c.port.sent[0].value == 43.4
        assert "43.4 %: CONFIRMED" in c.words


@pytest.mark.parametrize("height", [640, 424, 392, 300])
async def test_on_a_low_page_nothing_of_a_command_lies_over_anything(height: int) -> None:
    with commands() as c:
        c.stage.page.resize(1280, height)
        await c.open(VALVE)
        detail = c.stage.page.faceplate.detail
        areas = detail.findChildren(TouchScrollArea, options=Qt.FindChildOption.FindDirectChildrenOnly)
        parts = [part for part in (*areas, detail.trend_button) if part.isVisible()]
        tops, bottoms = [part.y() for part in parts], [part.geometry().bottom() for part in parts]
        assert all(low < top for low, top in zip(bottoms, tops[1:], strict=False)), (tops, bottoms)
        assert bottoms[-1] < detail.height()
        stepper = c.panel.stepper
        assert stepper.geometry().bottom() < c.panel.set_button.y()
        for button in (stepper.less, stepper.more, stepper.field, c.panel.set_button):
            assert min(button.width(), button.height()) >= TOUCH
        assert len(parts) == (3 if height == 640 else 2)  # the way to the trend goes where there is no room


async def test_what_wants_to_be_selected_is_selected_and_its_time_runs_out() -> None:
    with commands() as c:
        await c.open(BREAKER)
        await c.press("Closed")
        assert c.port.selected == [(BREAKER, "Chief engineer")]
        assert c.button("SEND: Closed").sub_text == "10 s left"
        c.stage.clock.advance(10.5)
        c.panel.refresh()
        assert c.button("Closed").isVisible()  # it must be chosen anew
        assert c.port.sent == []


async def test_a_selection_that_is_refused_says_why_and_offers_nothing_to_send() -> None:
    with commands() as c:
        await c.open(BREAKER)
        button = c.button("Closed")
        c.port.refusals[BREAKER] = CommandRefusal("selected_by_other", "x")
        button.click()
        await settle()
        assert "Somebody else has it selected" in c.words
        assert not c.panel.send.isVisible()


async def test_cancel_and_another_tag_forget_what_was_chosen() -> None:
    with commands() as c:
        await c.open(PUMP)
        await c.press("Running")
        await c.press("Cancel")
        assert c.button("Running").isVisible()
        await c.press("Running")
        await c.open(VALVE)
        await c.open(PUMP)
        assert c.button("Running").isVisible()
        assert c.port.sent == []


async def test_a_closed_and_opened_card_still_says_what_is_pending() -> None:
    with commands() as c:
        c.port.hold = asyncio.Event()
        await c.open(PUMP)
        await c.press("Running")
        await c.press("SEND: Running")
        c.stage.page.faceplate.close_button.click()
        await c.open(PUMP)
        assert "is on its way" in c.words
        c.port.hold.set()
        await settle()


async def test_a_tag_that_is_only_read_has_no_controls() -> None:
    with commands() as c:
        await c.open("temp")
        assert not c.panel.isVisible()


async def test_what_acts_on_machinery_is_large_enough_for_a_glove() -> None:
    with commands() as c:
        for tag in (PUMP, VALVE, BREAKER):
            await c.open(tag)
            for button in c.panel.findChildren(TouchButton):
                if button.isVisible():
                    assert button.height() >= ACTION
                    assert button.width() >= ACTION


def test_one_touch_moves_a_set_point_by_no_less_than_what_is_shown() -> None:
    assert _step(TagDef(TagId("a")), 0.0, 10.0) == 1.0
    assert _step(TagDef(TagId("a"), decimals=1), 0.0, 10.0) == 0.1
    assert _step(TagDef(TagId("a"), decimals=2), 0.0, 1000.0) == 10.0
    assert _step(TagDef(TagId("a"), normal_min=3.0, normal_max=6.0), None, None) == 0.01
