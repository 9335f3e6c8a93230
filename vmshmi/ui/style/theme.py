"""The four palettes as roles. Everything painted takes its colours from a `Theme`, nothing from a style sheet.

With any style sheet active Qt no longer follows `QApplication.setPalette`; so there is none, anywhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

from PySide6.QtGui import QColor, QPalette

from vmshmi.core.alarms.model import Priority
from vmshmi.core.errors import StartError

PALETTE_NAMES = ("bright", "day", "dusk", "night")


@dataclass(frozen=True, slots=True)
class AlertColours:
    """Colours of one priority: `fill` with `on_fill` upon it, `container` for a quiet surface under normal text."""

    fill: QColor
    on_fill: QColor
    container: QColor


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette as roles. The fields have the names of the file.

    `text_inactive` may stand on `background` only; `warning` and `caution` are fills, never text or thin lines:
    on a light background they reach a contrast of 2.2 and 1.3.
    """

    name: str
    backdrop: QColor
    background: QColor
    section: QColor
    card: QColor
    text: QColor
    text_secondary: QColor
    text_inactive: QColor
    text_disabled: QColor
    outline: QColor
    selected: QColor
    on_selected: QColor
    accent: QColor
    alarm: QColor
    on_alarm: QColor
    alarm_container: QColor
    warning: QColor
    on_warning: QColor
    warning_text: QColor
    warning_container: QColor
    caution: QColor
    on_caution: QColor
    caution_container: QColor
    running: QColor
    running_equipment: QColor
    on_running: QColor
    low_integrity: QColor
    invalid: QColor
    medium_fuel: QColor
    medium_oil: QColor
    medium_fresh: QColor
    medium_sea: QColor
    medium_waste: QColor

    def alert(self, priority: Priority) -> AlertColours:
        """Colours of a priority; an emergency alarm has the alarm's colour and a shape of its own."""
        match priority:
            case Priority.EMERGENCY_ALARM | Priority.ALARM:
                return AlertColours(self.alarm, self.on_alarm, self.alarm_container)
            case Priority.WARNING:
                return AlertColours(self.warning, self.on_warning, self.warning_container)
            case Priority.CAUTION:
                return AlertColours(self.caution, self.on_caution, self.caution_container)

    def to_qpalette(self) -> QPalette:
        """For the few controls Qt paints itself (text fields, scroll bars), with the Fusion style."""
        palette = QPalette()
        role = QPalette.ColorRole
        roles = {
            role.Window: self.background,
            role.WindowText: self.text,
            role.Base: self.card,
            role.AlternateBase: self.section,
            role.Text: self.text,
            role.Button: self.card,
            role.ButtonText: self.text,
            role.BrightText: self.text,
            role.PlaceholderText: self.text_secondary,
            role.Highlight: self.selected,
            role.HighlightedText: self.on_selected,
            role.ToolTipBase: self.card,
            role.ToolTipText: self.text,
            role.Link: self.accent,
            role.Light: self.card,
            role.Midlight: self.section,
            role.Mid: self.outline,
            role.Dark: self.outline,
            role.Shadow: self.backdrop,
        }
        for which, colour in roles.items():
            palette.setColor(which, colour)
        for which in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, self.text_disabled)
        return palette


def load_themes(file: Path) -> Mapping[str, Theme]:
    """Read the four palettes.

    Raises:
        StartError: if the file is missing, or a palette or a colour in it.
    """
    try:
        content = cast("dict[str, dict[str, dict[str, str]]]", json.loads(file.read_text(encoding="utf-8")))
        palettes = content["palettes"]
        return {name: _theme(name, palettes[name]) for name in PALETTE_NAMES}
    except (OSError, ValueError, KeyError) as error:
        raise StartError(f"{file}: not a palette file ({error}); install the program again") from error


def _theme(name: str, colours: Mapping[str, str]) -> Theme:
    roles = {f.name: QColor(colours[f.name]) for f in fields(Theme) if f.name != "name"}
    wrong = [role for role, colour in roles.items() if not colour.isValid()]
    if wrong:
        raise ValueError(f"{name}: no colour in {', '.join(wrong)}")
    return Theme(name=name, **roles)
