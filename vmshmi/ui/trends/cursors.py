"""Two moments of the chart and what lies between them. No pixel is drawn here."""

from dataclasses import dataclass

import numpy as np

from vmshmi.ui.trends.series import Rows

_DENSE = 1.0
"""Thinning leaves a minimum and a maximum a bucket: so many rows a bucket may be thinned ones."""


@dataclass(frozen=True, slots=True)
class Between:
    """A pen between two moments; None where there is nothing to say.

    Attributes:
        at_a, at_b: value at each cursor.
        low, high, mean: over all that is known between them; the mean is weighted with time.
        changes: how often the value was another than the one before.
        known_s: seconds between them in which there was a value.
        about: True where history was thinned: the mean is that of each point's ends.
    """

    at_a: float | None = None
    at_b: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    changes: int = 0
    known_s: float = 0.0
    about: bool = False


def between(
    rows: Rows, a_s: float, b_s: float, *, step: bool, silence_s: float, bucket_s: float, hold_to_s: float
) -> Between:
    """What a pen did from `a_s` to `b_s`, `a_s` < `b_s`.

    Args:
        rows: with at least one row at each side where there is one.
        a_s, b_s: seconds since 1970 UTC.
        step: True holds each value until the next one, False joins them.
        silence_s: between rows further apart nothing is known.
        bucket_s: seconds of a point of history; 0 where nothing is thinned.
        hold_to_s: how far the last value still counts.
    """
    x, y = rows.stamps / 1e6, rows.values
    if len(x) and step and hold_to_s > x[-1]:
        x, y = np.append(x, hold_to_s), np.append(y, y[-1])
    if len(x) < 2:
        return Between()
    at_a, at_b = (_at(x, y, moment, step, silence_s) for moment in (a_s, b_s))
    left, right = np.maximum(x[:-1], a_s), np.minimum(x[1:], b_s)
    ends = np.isnan(y[:-1]) if step else np.isnan(y[:-1]) | np.isnan(y[1:])
    known = (right > left) & ~ends & (np.diff(x) <= silence_s)
    if not known.any():
        return Between(at_a, at_b)
    left, right, first = left[known], right[known], y[:-1][known]
    if step:
        low_values = high_values = middle = first
    else:
        slope = (y[1:][known] - first) / np.diff(x)[known]
        begin = first + slope * (left - x[:-1][known])
        end = first + slope * (right - x[:-1][known])
        low_values, high_values, middle = np.minimum(begin, end), np.maximum(begin, end), (begin + end) / 2
    lasts = right - left
    inside = y[(x > a_s) & (x <= b_s)]
    before = y[np.searchsorted(x, a_s, side="right") - 1] if x[0] <= a_s else np.nan
    walk = np.concatenate(([before], inside))
    walk = walk[~np.isnan(walk)]
    count = int(((x >= a_s) & (x <= b_s)).sum())
    return Between(
        at_a,
        at_b,
        float(low_values.min()),
        float(high_values.max()),
        float((middle * lasts).sum() / lasts.sum()),
        int((np.diff(walk) != 0).sum()),
        float(lasts.sum()),
        bucket_s > 0 and count >= _DENSE * (b_s - a_s) / bucket_s,
    )


def _at(x: np.ndarray, y: np.ndarray, moment: float, step: bool, silence_s: float) -> float | None:
    """The value at a moment; None in a gap."""
    position = int(np.searchsorted(x, moment, side="right")) - 1
    if position < 0 or np.isnan(y[position]):
        return None
    if position == len(x) - 1:
        return float(y[position]) if moment == x[position] else None
    if x[position + 1] - x[position] > silence_s:
        return None
    if step or moment == x[position]:
        return float(y[position])
    if np.isnan(y[position + 1]):
        return None
    share = (moment - x[position]) / (x[position + 1] - x[position])
    return float(y[position] + share * (y[position + 1] - y[position]))
