"""What a pen does between the cursors, in words."""

from PySide6.QtCore import QCoreApplication

from vmshmi.core.display import NO_VALUE, decimals_of, value_text
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.ui.trends.cursors import Between
from vmshmi.ui.trends.lanes import STATE_KINDS

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate

_HOURLY_S = 7_200.0


def between_lines(tag: TagDef, found: Between, a_s: float, b_s: float) -> tuple[str, ...]:
    """Three lines: both ends, all between, and the slope; two for states."""
    ends = f"A {_text(tag, found.at_a)}   B {_text(tag, found.at_b)}"
    if tag.kind in STATE_KINDS:
        return ends, _states(tag, found)
    if found.at_a is None or found.at_b is None:
        return f"{ends} {tag.unit}".rstrip(), _all(tag, found), ""
    change = found.at_b - found.at_a
    whole = f"{ends}   Δ {_signed(tag, change)} {tag.unit}".rstrip()
    a_minute = change / (b_s - a_s) * 60
    long = b_s - a_s >= _HOURLY_S or abs(a_minute) < 0.1 ** (decimals_of(tag) + 1)
    slope = a_minute * 60 if long else a_minute
    per = translate("CursorWords", "h") if long else translate("CursorWords", "min")
    steep = f"{_steep(tag, slope)} {tag.unit}/{per}"
    return whole, _all(tag, found), translate("CursorWords", "slope {slope}").format(slope=steep)


def _all(tag: TagDef, found: Between) -> str:
    if found.mean is None:
        return translate("CursorWords", "no value between them")
    low, mean, high = (_text(tag, value) for value in (found.low, found.mean, found.high))
    about = "≈ " if found.about else ""
    words = translate("CursorWords", "min {low}   mean {mean}   max {high}")
    return words.format(low=low, mean=about + mean, high=high)


def _states(tag: TagDef, found: Between) -> str:
    if found.mean is None:
        return translate("CursorWords", "no value between them")
    changes = translate("CursorWords", "changes: {count}").format(count=f"{'≥ ' if found.about else ''}{found.changes}")
    if tag.kind is not TagKind.DIGITAL:
        return changes
    share = f"{'≈ ' if found.about else ''}{100 * found.mean:.0f} %"
    words = translate("CursorWords", "{state} {share} of the time")
    return f"{words.format(state=value_text(tag, True), share=share)}   {changes}"


def _text(tag: TagDef, value: float | None) -> str:
    return NO_VALUE if value is None else value_text(tag, value)


def _steep(tag: TagDef, slope: float) -> str:
    """Three digits, and none where the tag itself would not show it within an hour: noise is no slope."""
    if abs(slope) < 0.1 ** (decimals_of(tag) + 1):
        return "0"
    return f"{'−' if slope < 0 else '+'}{abs(slope):.3g}"


def _signed(tag: TagDef, value: float) -> str:
    return f"{'−' if value < 0 else '+'}{value_text(tag, abs(value))}"
