"""One tag over another: pairs of values of the same moment. No pixel is drawn here."""

from dataclasses import dataclass

import numpy as np

from vmshmi.ui.trends.series import Floats, Rows

_PAIRS = 1_500


@dataclass(frozen=True, slots=True)
class Pairs:
    """Values of two pens at the same moments, oldest first; moments at which either has none are left out."""

    x: Floats
    y: Floats


def pairs_of(
    across: Rows, up: Rows, start_s: float, end_s: float, *, steps: tuple[bool, bool], silences_s: tuple[float, float]
) -> Pairs:
    """Both at equal steps of time.

    Args:
        across, up: rows of the two pens.
        start_s, end_s: the stretch, seconds since 1970 UTC.
        steps: of each pen, True holds each value until the next one, False joins them.
        silences_s: of each pen, between rows further apart nothing is known.
    """
    moments = np.linspace(start_s, end_s, _PAIRS)
    x = _at(across, moments, steps[0], silences_s[0])
    y = _at(up, moments, steps[1], silences_s[1])
    both = ~(np.isnan(x) | np.isnan(y))
    return Pairs(x[both], y[both])


def _at(rows: Rows, moments: Floats, step: bool, silence_s: float) -> Floats:
    """Values at these moments; NaN in gaps and outside the rows."""
    stamps, values = rows.stamps / 1e6, rows.values
    if len(stamps) < 2:
        return np.full(len(moments), np.nan)
    before = np.clip(np.searchsorted(stamps, moments, side="right") - 1, 0, len(stamps) - 2)
    width = np.diff(stamps)[before]
    share = (moments - stamps[before]) / np.maximum(width, 1e-9)
    first, second = values[before], values[before + 1]
    found = first.copy() if step else first + share * (second - first)
    found[(moments < stamps[0]) | (moments > stamps[-1]) | (width > silence_s)] = np.nan
    return found
