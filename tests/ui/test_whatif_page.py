"""The what-if page: choose, change, run, save, take back; stale answers never paint over newer ones."""

from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.support.ui_window import Stage, a_window, press_key, settle, touch
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.alarms.whatif import Pair, Raising, Recorded
from vmshmi.core.errors import StorageError
from vmshmi.ui.pages.whatif import WhatIfPage
from vmshmi.ui.style.sizes import TOUCH
from vmshmi.ui.tuning.number_pad import NumberPad
from vmshmi.ui.widgets.scroll_area import TouchScrollArea

WARNING = "me_p.lo_press.low"
FIRE = "fire.zone1.on"


def _page(stage: Stage, alarm_id: str = WARNING) -> WhatIfPage:
    page = stage.window.page("whatif")
    assert isinstance(page, WhatIfPage)
    page.open_with({"alarm": alarm_id})
    return page


def _at(stage: Stage, hours: float, seconds: float = 60) -> Raising:
    start: datetime = stage.clock.now() - timedelta(hours=hours)
    return Raising(start, start + timedelta(seconds=seconds), 2.2)


def _shifted(raising: Raising, seconds: float) -> Raising:
    return Raising(raising.raised_at + timedelta(seconds=seconds), raising.ended_at, raising.value)


def _dialog(name: str) -> QWidget:
    found = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == name and widget.isVisible()]
    assert len(found) == 1, f"{name}: {len(found)}"
    return found[0]


def _button(dialog: QWidget, name: str) -> QWidget:
    found = dialog.findChild(QWidget, name)
    assert found is not None
    return found


async def _run(stage: Stage, page: WhatIfPage) -> None:
    await touch(page.controls.run)
    await settle(40)


async def test_the_sentence_tells_what_would_be_gone_later_and_new() -> None:
    with a_window(page="whatif") as stage:
        page = _page(stage)
        first, second = _at(stage, 5), _at(stage, 4)
        stage.runtime.tuning.pairs = (
            Pair(first, None, Recorded(first.raised_at, "Second engineer")),
            Pair(second, _shifted(second, 4), Recorded(second.raised_at)),
            Pair(None, _at(stage, 3)),
        )
        stage.runtime.tuning.recorded = 2
        await touch(stage.child("delay_more"))
        await _run(stage, page)
        assert page.verdict.sentence == "2 raisings: 1 would have gone, 1 would come 4 s later, 1 would be new."
        assert page.verdict.warnings == ("1 of those that would have gone were answered by a person.",)
        assert [page.pairs.row_text(row).split()[-1] for row in range(3)] == ["new", "later", "gone"]
        assert page.chart.lanes == (2, 2)
        (asked,) = stage.runtime.tuning.asked
        assert asked[:2] == (WARNING, DefinitionChange(delay_s=1.0))
        assert asked[3] - asked[2] == timedelta(days=1)


async def test_lost_raisings_of_an_emergency_alarm_are_warned_of() -> None:
    with a_window(page="whatif") as stage:
        page = _page(stage, FIRE)
        stage.runtime.tuning.pairs = (Pair(_at(stage, 5), None),)
        await touch(stage.child("delay_more"))
        await _run(stage, page)
        assert any("emergency" in warning for warning in page.verdict.warnings)
        assert not page.controls.hysteresis.isEnabled()


async def test_steps_are_round_and_the_number_pad_takes_any_number() -> None:
    with a_window(page="whatif") as stage:
        page = _page(stage)
        await touch(stage.child("limit_less"))
        assert page.controls.limit.number == 2.45
        await touch(stage.child("limit_number"))
        pad = _dialog("number_pad")
        assert isinstance(pad, NumberPad)
        for key in "2.x1":
            pad.press(key) if key != "x" else pad.press(".")
        await press_key(pad, Qt.Key.Key_Backspace)
        await press_key(pad, Qt.Key.Key_3)
        await touch(_button(pad, "confirm"))
        assert page.controls.limit.number == 2.3
        assert page.controls.change == DefinitionChange(limit=2.3)
        await touch(stage.child("hysteresis_less"))
        assert page.controls.hysteresis.number == 0.0


async def test_an_answer_that_is_overtaken_never_shows_and_cancel_gives_up() -> None:
    with a_window(page="whatif") as stage:
        page, tuning = _page(stage), stage.runtime.tuning
        tuning.hold = True
        tuning.pairs = (Pair(_at(stage, 5), None),)
        await touch(stage.child("delay_more"))
        await _run(stage, page)
        assert page.controls.run.text() == "CANCEL"
        await touch(page.controls.run)
        await settle()
        assert tuning.waiting[0].cancelled()
        assert page.controls.run.text() == "RUN"
        await _run(stage, page)
        first = page.questions.question
        page.controls.period.choose("week")
        page.questions.ask(page._question() or first)  # type: ignore[arg-type]
        await settle()
        for waiting in tuning.waiting:
            if not waiting.done():
                waiting.set_result(None)
        await settle(40)
        assert page.questions.answer is not None
        assert page.questions.answer.until - page.questions.answer.since == timedelta(days=7)


async def test_another_number_makes_the_answer_old_and_saving_waits_for_a_run() -> None:
    with a_window(page="whatif") as stage:
        page = _page(stage)
        assert page.controls.save.sub_text == "nothing is changed"
        await touch(stage.child("delay_more"))
        assert page.controls.save.sub_text == "run it first"
        await _run(stage, page)
        assert page.controls.save.isEnabled()
        await touch(stage.child("delay_more"))
        assert not page.controls.save.isEnabled()
        assert page.verdict.sentence == "Other numbers are chosen: touch RUN again."


async def test_saving_wants_a_reason_and_makes_a_revision_that_can_be_taken_back() -> None:
    with a_window(page="whatif") as stage:
        page, tuning = _page(stage), stage.runtime.tuning
        await touch(stage.child("delay_more"))
        await _run(stage, page)
        await touch(stage.child("save"))
        dialog = _dialog("revision_dialog")
        assert not _button(dialog, "confirm").isEnabled()
        await touch(_button(dialog, "reason_1"))
        await touch(_button(dialog, "confirm"))
        await settle(40)
        (made,) = tuning.stored[WARNING]
        assert (made.user, made.station, made.reason) == ("Chief engineer", "ecr", "Comes and goes in a seaway")
        assert (made.before.delay_s, made.after.delay_s) == (0.0, 1.0)
        await touch(stage.child("choice_revisions"))
        assert page.revisions.row_text(0) == "delay 0 s → 1 s Chief engineer, ecr"
        await touch(stage.child("take_back"))
        dialog = _dialog("revision_dialog")
        reason = dialog.findChild(QLineEdit, "reason")
        assert reason is not None
        reason.setText("did not help")
        await touch(_button(dialog, "confirm"))
        await settle(40)
        assert [revision.reason for revision in tuning.stored[WARNING]] == [
            "Comes and goes in a seaway",
            "did not help",
        ]


async def test_without_a_person_it_cannot_be_saved_and_says_so() -> None:
    with a_window(page="whatif", station="bridge") as stage:
        page = _page(stage)
        await touch(stage.child("delay_more"))
        await _run(stage, page)
        assert page.controls.save.sub_text == "choose the person at this station first"


async def test_history_that_cannot_be_read_is_said_in_its_own_words() -> None:
    with a_window(page="whatif") as stage:
        page = _page(stage)
        stage.runtime.tuning.error = StorageError("the disk is gone")
        await touch(stage.child("delay_more"))
        await _run(stage, page)
        assert (page.verdict.sentence, page.verdict.detail) == ("No answer", "the disk is gone")


async def test_an_alarm_is_found_by_a_word_and_chosen_with_one_touch() -> None:
    with a_window(page="whatif") as stage:
        page = stage.window.page("whatif")
        assert isinstance(page, WhatIfPage)
        await touch(stage.child("choose_alarm"))
        picker = _dialog("alarm_picker")
        search = picker.findChild(QLineEdit, "picker_search")
        assert search is not None
        search.setText("voltage")
        rows = _button(picker, "picker_rows")
        await touch(rows, QPoint(200, 60))
        assert page.controls.alarm.text() == "Genset 1 voltage high"


async def test_every_palette_paints_both_lanes() -> None:
    for palette in ("day", "night"):
        with a_window(page="whatif", palette=palette) as stage:
            page = _page(stage)
            stage.runtime.tuning.pairs = (Pair(_at(stage, 5, 3000), None), Pair(None, _at(stage, 3, 3000)))
            await touch(stage.child("delay_more"))
            await _run(stage, page)
            image: QImage = page.chart.grab().toImage()
            colours = {image.pixelColor(x, image.height() - 95).name() for x in range(150, image.width() - 10)}
            accent = stage.window._theme.accent.name()
            under = {image.pixelColor(x, image.height() - 55).name() for x in range(150, image.width() - 10)}
            assert len(colours) > 1
            assert accent in under


async def test_beside_a_banner_in_the_window_the_controls_move_and_none_lies_over_another() -> None:
    with a_window(page="whatif", station="bridge", banner="non_modal", raised="gen1.volt.high") as stage:
        page = _page(stage)
        controls = page.controls
        (area,) = controls.findChildren(TouchScrollArea)
        assert area.geometry().bottom() < controls.run.y()
        assert controls.run.geometry().bottom() < controls.save.y()
        assert controls.save.geometry().bottom() < controls.height()
        for stepper in controls.steppers:
            for button in (stepper.less, stepper.more, stepper.field):
                assert min(button.width(), button.height()) >= TOUCH
