"""A mimic paints what changed and nothing else, says what a value is worth, and opens a faceplate by touch."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.ui_mimic import MimicStage, a_mimic
from tests.support.ui_window import RESOURCES
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.model import AlarmState
from vmshmi.core.display import NO_VALUE, VisualState
from vmshmi.core.quality import Quality
from vmshmi.ui.mimic import alert_frame, indicators, machinery, sight, still, trend_element
from vmshmi.ui.mimic.canvas import QUIET_S
from vmshmi.ui.style.theme import load_themes
from vmshmi.ui.widgets.painting import WidthOf

pytestmark = pytest.mark.usefixtures("qapp")
DEMO = load_project(RESOURCES / "demo" / "aurora.vmsproj")


def settle() -> None:
    """Let Qt paint."""
    QApplication.processEvents()


def touch(stage: MimicStage, place: QPointF) -> None:
    """A short touch on the canvas."""
    QTest.mouseClick(stage.page.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.toPoint())


def test_a_changed_tag_repaints_only_its_element() -> None:
    with a_mimic() as stage:
        before = stage.page.canvas.painted
        stage.runtime.tags.set("temp", 20.0)
        settle()
        assert stage.page.canvas.painted == before + 1
        (region,) = stage.painting.regions
        around = stage.box("temp").toAlignedRect().adjusted(-8, -8, 8, 8)
        assert QRect(around).contains(region.boundingRect())


def test_a_number_that_changes_fast_is_painted_at_once_and_then_waits(qtbot: QtBot) -> None:
    with a_mimic() as stage:
        canvas = stage.page.canvas
        before = canvas.painted
        stage.runtime.tags.set("temp", 20.0)
        settle()
        assert canvas.painted == before + 1
        for number in range(10):
            stage.clock.advance(QUIET_S / 20)
            stage.runtime.tags.set("temp", 21.0 + number)
            settle()
        assert canvas.painted == before + 1
        stage.clock.advance(QUIET_S)
        qtbot.waitUntil(lambda: canvas.painted > before + 1)
        assert canvas.painted == before + 2


def test_a_bad_value_is_dashes_on_the_ground_of_invalid_values() -> None:
    with a_mimic() as stage:
        invalid = stage.context.theme.invalid
        stage.runtime.tags.set("temp", 20.0)
        assert stage.count("temp", invalid) == 0
        stage.runtime.tags.set("temp", 20.0, Quality.BAD_SENSOR_FAILURE)
        assert stage.count("temp", invalid) > 100
        assert stage.page.canvas.sight().show("temp").text == NO_VALUE


def test_an_uncertain_value_stays_and_is_marked_with_its_age() -> None:
    with a_mimic() as stage:
        stage.runtime.tags.set("temp", 20.0, Quality.UNCERTAIN_LAST_USABLE_VALUE)
        stage.clock.advance(3)
        shown = stage.page.canvas.sight().show("temp")
        assert (shown.text, shown.age) == ("20.0", "3 s")
        assert stage.count("temp", stage.context.theme.low_integrity) > 100


def test_a_good_value_says_its_age_only_when_it_is_old() -> None:
    with a_mimic() as stage:
        stage.runtime.tags.set("temp", 20.0)
        stage.clock.advance(4)
        assert stage.page.canvas.sight().show("temp").age == ""
        stage.clock.advance(60)
        assert stage.page.canvas.sight().show("temp").age == "1 min"


def test_without_a_connection_nothing_on_the_page_is_valid() -> None:
    with a_mimic() as stage:
        stage.runtime.tags.set("temp", 20.0)
        settle()
        stage.painting.regions.clear()
        stage.runtime.system.is_connected = False
        stage.page.tick()
        settle()
        assert stage.painting.regions
        assert stage.page.canvas.sight().show("temp").text == NO_VALUE


def test_a_standing_alarm_frames_its_element_and_flashes_in_phase_until_it_is_answered() -> None:
    with a_mimic() as stage:
        red = stage.context.theme.alarm
        stage.runtime.tags.set("press", 1.0)
        assert stage.count("press", red) < 100
        stage.runtime.alarms.raise_alarm("press.low")
        flash = stage.context.flash
        flash.set_needed(True)
        lit = stage.count("press", red)
        assert lit > 500
        settle()
        stage.painting.regions.clear()
        stage.clock.advance(0.7 if stage.clock.monotonic() % 1 == 0 else 0.5)
        flash.tick()
        assert not flash.lit
        settle()
        assert stage.painting.regions, "the dark phase was not painted"
        assert stage.count("press", red) < 100
        stage.clock.advance(0.4)
        flash.tick()
        assert stage.count("press", red) == lit
        flash.set_needed(False)


async def test_an_alarm_that_is_over_and_answered_takes_its_frame_away() -> None:
    with a_mimic() as stage:
        orange = stage.context.theme.warning
        stage.runtime.tags.set("bilge", 1)
        stage.runtime.alarms.raise_alarm("bilge.high")
        assert stage.count("bilge", orange) > 300
        stage.runtime.alarms.rectify("bilge.high")
        assert stage.runtime.alarms.record("bilge.high").state is AlarmState.RECTIFIED
        assert stage.count("bilge", orange) > 100, "it still wants an answer"
        occurrence = stage.runtime.alarms.record("bilge.high").occurrence
        await stage.runtime.alarms.acknowledge("bilge.high", occurrence, "Chief engineer", "ecr")
        assert stage.count("bilge", orange) == 0


def test_the_symbol_of_an_alarm_lies_beside_the_text_of_a_lamp(monkeypatch: pytest.MonkeyPatch) -> None:
    begins: dict[str, float] = {}
    draw = still.draw_text

    def watch(p: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, *rest: Qt.AlignmentFlag) -> float:
        begins[text] = rect.x()
        return draw(p, rect, text, font, colour, *rest)

    monkeypatch.setattr(machinery, "draw_text", watch)
    with a_mimic() as stage:
        stage.runtime.tags.set("bilge", 1)
        stage.runtime.alarms.raise_alarm("bilge.high")
        stage.page.canvas.grab()
        element = next(item.element for item in stage.page.canvas.items if item.tags == ("bilge",))
        flap = alert_frame.flap_of(element, stage.box("bilge"), 1.0)
        assert stage.box("bilge").contains(flap)
        assert flap.right() <= begins["Bilge"]


def test_a_stopped_machine_has_no_abnormal_values() -> None:
    with a_mimic() as stage:
        stage.runtime.tags.set_many({"press": 0.0, "state": 0})
        assert stage.page.canvas.sight().show("press").state is VisualState.NORMAL
        settle()
        stage.rest()
        stage.runtime.tags.set("state", 2)
        settle()
        assert stage.page.canvas.sight().show("press").state is VisualState.OUTSIDE_NORMAL
        bar = stage.box("press").toAlignedRect()
        assert any(region.intersects(bar) for region in stage.painting.regions), "the bar was not painted again"


def test_a_condition_nobody_knows_hides_nothing() -> None:
    with a_mimic() as stage:
        stage.runtime.tags.set("press", 0.0)
        stage.runtime.tags.set("state", None, Quality.BAD_NO_COMMUNICATION)
        assert stage.page.canvas.sight().show("press").state is VisualState.OUTSIDE_NORMAL


def test_a_hidden_page_does_no_work() -> None:
    with a_mimic() as stage:
        canvas = stage.page.canvas
        stage.page.hide()
        before = canvas.painted
        stage.runtime.tags.set("press", 1.0)
        stage.runtime.alarms.raise_alarm("press.low")
        stage.context.flash.set_needed(True)
        settle()
        assert stage.runtime.tags.watched() == frozenset()
        assert canvas.painted == before
        assert not canvas.busy
        stage.page.show()
        assert stage.runtime.tags.watched() == {"press", "temp", "bilge", "state"}
        assert stage.count("press", stage.context.theme.alarm) > 500


def test_a_touch_opens_the_faceplate_and_its_button_or_a_touch_beside_closes_it() -> None:
    with a_mimic() as stage:
        plate = stage.page.faceplate
        touch(stage, stage.middle("press"))
        assert plate.isVisible()
        assert plate.detail.tag is not None
        assert plate.detail.tag.id == "press"
        assert not plate.geometry().intersects(stage.box("press").toAlignedRect())
        plate.close_button.click()
        assert not plate.isVisible()
        touch(stage, stage.middle("state"))
        assert not plate.geometry().intersects(stage.box("state").toAlignedRect())
        touch(stage, QPointF(780, 390))
        assert not plate.isVisible()


def test_a_small_element_is_as_large_as_a_finger() -> None:
    with a_mimic() as stage:
        lamp = stage.box("bilge")
        assert lamp.height() < 48
        assert stage.page.canvas.tags_at(QPointF(lamp.center().x(), lamp.center().y() - 23)) == ("bilge",)
        assert stage.page.canvas.tags_at(QPointF(lamp.center().x(), lamp.center().y() + 26)) == ()


def test_a_drag_chooses_nothing() -> None:
    with a_mimic() as stage:
        canvas, start = stage.page.canvas, stage.middle("press").toPoint()
        assert canvas.tags_at(QPointF(start + QPoint(-40, 82))) == ("temp",)
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(canvas, left, plain, start)
        QTest.mouseRelease(canvas, left, plain, start + QPoint(-40, 82))
        assert not stage.page.faceplate.isVisible()


def test_the_faceplate_says_its_alarms_and_leads_to_trend_and_tag() -> None:
    with a_mimic() as stage:
        stage.runtime.alarms.raise_alarm("press.low")
        touch(stage, stage.middle("press"))
        plate = stage.page.faceplate
        assert [field.value for field in plate.standing.fields] == ["Low. Active, unack."]
        plate.detail.trend_button.click()
        plate.tag_button.click()
        assert stage.navigated == [("trends", {"tag": "press"}), ("tags", {"tag": "press"})]


def test_the_card_of_a_machine_leads_to_its_command() -> None:
    power = next(index for index, page in enumerate(DEMO.pages) if page.id == "power")
    with a_mimic(DEMO, power) as stage:
        plate = stage.page.faceplate
        touch(stage, stage.middle("dg1.state"))
        assert plate.detail.tag is not None
        assert (plate.detail.tag.id, plate.command_button.isVisible()) == ("dg1.state", False)
        plate.close_button.click()
        touch(stage, stage.middle("dg2.state"))
        assert (plate.detail.tag.id, plate.command_button.isVisible()) == ("dg2.state", True)
        plate.command_button.click()
        assert (plate.detail.tag.id, plate.command_button.isVisible()) == ("dg2.order", False)
        assert plate.detail.commands.isVisible()


def test_a_low_page_is_moved_with_a_finger_instead_of_becoming_illegible() -> None:
    with a_mimic(DEMO, size=(1280, 420)) as stage:
        assert stage.page.canvas.height() >= 0.9 * 640
    with a_mimic(DEMO, size=(1280, 640)) as stage:
        assert stage.page.canvas.height() == 640


@pytest.mark.parametrize("page", range(len(DEMO.pages)), ids=[page.id for page in DEMO.pages])
@pytest.mark.parametrize("size", [(1280, 640), (1920, 920)], ids=["1280x800", "1920x1080"])
@pytest.mark.parametrize("alarmed", [False, True], ids=["calm", "alarmed"])
def test_no_text_on_a_demo_page_is_cut_off(
    page: int, size: tuple[int, int], alarmed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: set[str] = set()
    draw = still.draw_text

    def watch(p: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, *rest: Qt.AlignmentFlag) -> float:
        if WidthOf(font)(text) > int(rect.width()):
            cut.add(text)
        return draw(p, rect, text, font, colour, *rest)

    for module in (indicators, machinery, sight, still, trend_element):
        monkeypatch.setattr(module, "draw_text", watch)
    with a_mimic(DEMO, page, size) as stage:
        for tag in DEMO.tags:
            value = tag.range_normal_max if tag.range_normal_max is not None else 0
            stage.runtime.tags.set(tag.id, max(tag.states) if tag.states else value)
        if alarmed:
            for alarm in DEMO.alarms:
                stage.runtime.alarms.raise_alarm(alarm.id)
        stage.page.canvas.grab()
    assert sorted(cut) == []


def test_every_palette_paints_the_running_colour_of_its_own() -> None:
    themes = load_themes(RESOURCES / "palettes" / "openbridge.json")
    with a_mimic() as stage:
        stage.runtime.tags.set("state", 2)
        for theme in themes.values():
            stage.page.apply_theme(theme)
            assert stage.count("state", theme.running_equipment) > 100
        for one, other in itertools.permutations((themes["day"], themes["night"]), 2):
            stage.page.apply_theme(one)
            assert stage.count("state", QColor(other.running_equipment)) == 0
