"""What flashes, how fast, and that colour is never the only difference."""

from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tests.support.fake_clock import FakeClock
from tests.support.ui_window import RESOURCES, a_window
from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.style.application import prepare_application
from vmshmi.ui.style.theme import PALETTE_NAMES, load_themes

_STATES = (AlarmState.ACTIVE, AlarmState.ACK, AlarmState.RECTIFIED)


def _drawn(priority: Priority, state: AlarmState, palette: str, *, lit: bool = True) -> QImage:
    """The symbol as a colour-blind camera sees it: grey levels."""
    theme = load_themes(RESOURCES / "palettes" / "openbridge.json")[palette]
    image = QImage(48, 48, QImage.Format.Format_RGB32)
    image.fill(theme.background)
    painter = QPainter(image)
    paint_alert(painter, QRectF(0, 0, 48, 48), priority, state, theme, lit=lit)
    painter.end()
    return image.convertToFormat(QImage.Format.Format_Grayscale8)


def _difference(one: QImage, other: QImage) -> float:
    """Part of the pixels that differ clearly."""
    pixels = [
        abs(one.pixelColor(x, y).value() - other.pixelColor(x, y).value()) > 40 for x in range(48) for y in range(48)
    ]
    return sum(pixels) / len(pixels)


@pytest.mark.parametrize("palette", PALETTE_NAMES)
def test_priorities_and_states_differ_in_shape_and_mark_without_any_colour(palette: str, qapp: object) -> None:
    del qapp
    prepare_application(RESOURCES)
    pictures = {(priority, state): _drawn(priority, state, palette) for priority in Priority for state in _STATES}
    alike = [
        (one, other)
        for one, other in combinations(pictures, 2)
        # an emergency alarm is filled whatever its state, as it takes no answer
        if not (one[0] is other[0] is Priority.EMERGENCY_ALARM) and _difference(pictures[one], pictures[other]) < 0.03
    ]
    assert alike == []


def test_the_flash_is_lit_at_least_half_of_one_second(qapp: object) -> None:
    del qapp
    clock = FakeClock()
    flash = FlashClock(clock)
    flash.set_needed(True)
    lit: list[bool] = []
    for _ in range(200):
        clock.advance(0.05)
        flash.tick()
        lit.append(flash.lit)
    flash.set_needed(False)
    edges = sum(1 for before, after in pairwise(lit) if after and not before)
    assert 9 <= edges <= 10  # ten seconds
    assert 0.5 <= sum(lit) / len(lit) <= 0.75


async def test_only_what_is_unanswered_flashes_and_all_in_one_phase() -> None:
    with a_window() as stage:
        flash = stage.window.context.flash
        assert not flash.running
        record = stage.runtime.alarms.raise_alarm("me_p.lo_press.low")
        assert flash.running
        strip, counters = stage.child("alert_strip"), stage.child("alert_counters")

        def pictures() -> tuple[QImage, QImage]:
            return strip.grab().toImage(), counters.grab().toImage()

        stage.clock.advance(1.0 - stage.clock.monotonic() % 1.0 + 0.1)
        flash.tick()
        lit = pictures()
        stage.clock.advance(0.6)
        flash.tick()
        dark = pictures()
        assert lit[0] != dark[0]
        assert lit[1] != dark[1]
        await stage.runtime.alarms.acknowledge(record.id, record.occurrence, "Master", "ecr")
        assert not flash.running
        assert flash.lit


async def test_an_acknowledged_alarm_and_an_emergency_alarm_stand_still() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm("fire.zone1.on")
        stage.runtime.alarms.raise_alarm("fo.day_tank.low")
        assert not stage.window.context.flash.running
