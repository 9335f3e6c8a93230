"""From rows to what is drawn: few enough points, gaps as gaps, steps as steps, doubt apart."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vmshmi.ui.trends.series import Floats, Rows

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Look:
    """How rows become a line.

    Attributes:
        start_s, end_s: the view, seconds since 1970 UTC.
        buckets: at most about three points in each of so many slices of the view.
        step: True holds each value until the next one (states), False joins them.
        hold_to_s: how far the last value of a step line is held; None ends it at its own time.
        silence_s: between rows that lie further apart there is no line: nobody was recording.
    """

    start_s: float
    end_s: float
    buckets: int
    step: bool = False
    hold_to_s: float | None = None
    silence_s: float = float("inf")


@dataclass(frozen=True, slots=True)
class Line:
    """A line in seconds since 1970 and engineering units; NaN breaks it.

    Attributes:
        x, y: what is sure.
        doubt_x, doubt_y: what is uncertain, joined to its neighbours.
        low, high: smallest and largest value in view; None without any.
        last: newest value in view that is a value; None without any.
    """

    x: Floats
    y: Floats
    doubt_x: Floats
    doubt_y: Floats
    low: float | None = None
    high: float | None = None
    last: float | None = None


def line_of(rows: Rows, look: Look) -> Line:
    """The line of some rows, as `look` asks."""
    x, y, doubt = rows.stamps / 1e6, rows.values, rows.doubtful
    low, high, last = _extent(x, y, look)
    if len(x) > 3 * look.buckets:
        keep = _thin(x, y, look)
        x, y, doubt = x[keep], y[keep], doubt[keep]
    x, y, doubt = _with_silence(x, y, doubt, look)
    if look.step:
        x, y, doubt = _steps(x, y, doubt, look)
    pixel = (look.end_s - look.start_s) / max(1, look.buckets)
    doubt &= ~np.isnan(y)
    if not doubt.any():
        x, y = _lone_points(x, y, pixel)
        return Line(x, y, np.empty(0), np.empty(0), low, high, last)
    near = doubt.copy()
    near[1:] |= doubt[:-1]
    near[:-1] |= doubt[1:]
    doubt_x, doubt_y = _lone_points(x, np.where(near, y, np.nan), pixel)
    x, y = _lone_points(x, np.where(doubt, np.nan, y), pixel)
    return Line(x, y, doubt_x, doubt_y, low, high, last)


def _extent(x: Floats, y: Floats, look: Look) -> tuple[float | None, float | None, float | None]:
    inside = (x >= look.start_s) & (x <= look.end_s) & ~np.isnan(y)
    if look.step and len(x) and not inside.any():
        inside = (x <= look.end_s) & ~np.isnan(y)  # the value before the view still holds in it
    if not inside.any():
        return None, None, None
    seen = y[inside]
    return float(seen.min()), float(seen.max()), float(seen[-1])


def _thin(x: Floats, y: Floats, look: Look) -> Index:
    """First minimum, first maximum and first gap of each slice, and both ends."""
    width = (look.end_s - look.start_s) / look.buckets
    buckets = np.floor((x - look.start_s) / width).astype(np.int64)
    gap = np.isnan(y)
    good: Index = np.flatnonzero(~gap)
    bad: Index = np.flatnonzero(gap)
    ends = np.array([0, len(x) - 1], dtype=np.intp)
    parts: list[Index] = [ends]
    if len(bad):
        parts.append(bad[np.flatnonzero(np.concatenate(([True], buckets[bad][1:] != buckets[bad][:-1])))])
    if len(good):
        of_good = buckets[good]
        starts = np.flatnonzero(np.concatenate(([True], of_good[1:] != of_good[:-1])))
        sizes = np.diff(np.append(starts, len(of_good)))
        for extreme in (np.minimum.reduceat(y[good], starts), np.maximum.reduceat(y[good], starts)):
            hits = np.flatnonzero(y[good] == np.repeat(extreme, sizes))
            firsts = np.flatnonzero(np.concatenate(([True], of_good[hits[1:]] != of_good[hits[:-1]])))
            parts.append(good[hits[firsts]])
    return np.unique(np.concatenate(parts))


def _with_silence(
    x: Floats, y: Floats, doubt: npt.NDArray[np.bool_], look: Look
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    slice_s = (look.end_s - look.start_s) / max(1, look.buckets)
    quiet = np.flatnonzero(np.diff(x) > max(look.silence_s, 4 * slice_s)) + 1
    if not len(quiet):
        return x, y, doubt
    behind = np.nextafter(x[quiet - 1], np.inf) if not look.step else x[quiet - 1] + min(look.silence_s, slice_s)
    return np.insert(x, quiet, behind), np.insert(y, quiet, np.nan), np.insert(doubt, quiet, False)


def _steps(
    x: Floats, y: Floats, doubt: npt.NDArray[np.bool_], look: Look
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Each value until the time of the next one."""
    if look.hold_to_s is not None and len(x) and not np.isnan(y[-1]) and look.hold_to_s > x[-1]:
        x, y, doubt = np.append(x, look.hold_to_s), np.append(y, y[-1]), np.append(doubt, doubt[-1])
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1], np.repeat(doubt, 2)[:-1]


def _lone_points(x: Floats, y: Floats, pixel_s: float) -> tuple[Floats, Floats]:
    """A value with gaps on both sides gets a pixel's length, or it would not be seen."""
    gap = np.isnan(y)
    before = np.concatenate(([True], gap[:-1]))
    after = np.concatenate((gap[1:], [True]))
    alone = np.flatnonzero(~gap & before & after)
    if not len(alone):
        return x, y
    return np.insert(x, alone + 1, x[alone] + pixel_s), np.insert(y, alone + 1, y[alone])
