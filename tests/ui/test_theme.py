"""The four palettes: every text can be read, colours that cannot carry text never do, a switch is complete."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.support.ui_window import RESOURCES, a_window
from vmshmi.core.alarms.model import Priority
from vmshmi.core.errors import StartError
from vmshmi.ui.style.theme import PALETTE_NAMES, Theme, load_themes

_UI = Path(__file__).parents[2] / "vmshmi" / "ui"
_SURFACES = ("backdrop", "background", "section", "card", "alarm_container", "warning_container", "caution_container")
_TEXT_ON = {
    "text": (*_SURFACES, "low_integrity", "invalid"),
    "text_secondary": ("backdrop", "background", "section", "card", "alarm_container"),
    "text_inactive": ("background",),
    "on_selected": ("selected",),
    "on_running": ("running_equipment",),
    "on_alarm": ("alarm",),
    "on_warning": ("warning",),
    "on_caution": ("caution",),
    "warning_text": ("background", "card"),
    "accent": ("background", "card"),
}


def _themes() -> dict[str, Theme]:
    return dict(load_themes(RESOURCES / "palettes" / "openbridge.json"))


def _luminance(colour: QColor) -> float:
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", PALETTE_NAMES)
def test_every_text_stands_out_from_what_it_is_written_on(name: str) -> None:
    theme = _themes()[name]
    weak = {
        f"{ink} on {ground}": round(_contrast(getattr(theme, ink), getattr(theme, ground)), 2)
        for ink, grounds in _TEXT_ON.items()
        for ground in grounds
        if _contrast(getattr(theme, ink), getattr(theme, ground)) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("name", PALETTE_NAMES)
def test_the_word_of_a_priority_is_readable_on_its_own_colour(name: str) -> None:
    theme = _themes()[name]
    for priority in Priority:
        colours = theme.alert(priority)
        assert _contrast(colours.on_fill, colours.fill) >= 4.5
        assert _contrast(theme.text, colours.container) >= 4.5


def test_warning_and_caution_cannot_carry_text_on_light_grounds_and_nothing_writes_in_them() -> None:
    for name in ("bright", "day"):
        theme = _themes()[name]
        assert _contrast(theme.warning, theme.background) < 3
        assert _contrast(theme.caution, theme.background) < 2
    outside = re.compile(r"theme\.(warning|caution)\b")
    users = [
        str(path.relative_to(_UI))
        for path in sorted(_UI.rglob("*.py"))
        if path.name != "theme.py" and outside.search(path.read_text(encoding="utf-8"))
    ]
    assert users == [], "take theme.alert(priority): fill with on_fill upon it, or container under text"


def test_nothing_uses_a_style_sheet_because_palettes_would_stop_working() -> None:
    users = [str(path) for path in _UI.rglob("*.py") if "setStyleSheet" in path.read_text(encoding="utf-8")]
    assert users == []


def test_night_is_darker_than_dusk_and_dusk_than_day() -> None:
    grounds = [_luminance(_themes()[name].background) for name in ("day", "dusk", "night")]
    assert grounds == sorted(grounds, reverse=True)


def test_a_palette_file_with_a_missing_colour_is_one_clear_line(tmp_path: Path) -> None:
    text = (RESOURCES / "palettes" / "openbridge.json").read_text(encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text(text.replace('"backdrop": "#E0E0E0"', '"backdrop": "grey-ish"'), encoding="utf-8")
    with pytest.raises(StartError, match="day: no colour in backdrop"):
        load_themes(broken)


async def test_switching_the_palette_changes_every_part_of_the_window() -> None:
    with a_window(page="tags") as stage:
        window = stage.window
        places = {"bar": (100, 8), "page": (8, 400), "navigation": (900, 790)}

        def colours() -> dict[str, str]:
            picture = window.grab().toImage()
            return {name: picture.pixelColor(*place).name() for name, place in places.items()}

        themes = _themes()
        for name in ("night", "day", "dusk", "bright"):
            window.set_palette(name)
            theme = themes[name]
            expected = {"bar": theme.card, "page": theme.background, "navigation": theme.card}
            assert colours() == {part: colour.name() for part, colour in expected.items()}
            assert QApplication.palette().window().color() == theme.background
