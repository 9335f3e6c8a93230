"""The time axis, also on the night the clocks change."""

from datetime import UTC, datetime
from itertools import pairwise

from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.trends.time_ticks import TimeTicks

MADRID = ShipTime("Europe/Madrid")


def at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()


def texts(ticks: TimeTicks, start: float, end: float, most: int) -> list[str]:
    return [mark.text for mark in ticks.marks(start, end, most)]


def test_marks_stand_on_round_times_of_the_clock_that_is_shown() -> None:
    start, end = at(2026, 11, 22, 14, 3, 20), at(2026, 11, 22, 15, 3, 20)
    assert texts(TimeTicks(MADRID), start, end, 7) == ["15:10", "15:20", "15:30", "15:40", "15:50", "16:00"]
    assert texts(TimeTicks(MADRID, utc=True), start, end, 7)[0] == "14:10"


def test_a_zone_with_half_hours_has_its_own_round_times() -> None:
    ticks = TimeTicks(ShipTime("Asia/Kolkata"))
    start = at(2026, 6, 1, 0, 0)
    assert texts(ticks, start, start + 4 * 3600, 5) == ["06:00", "07:00", "08:00", "09:00"]
    assert [mark.at_s % 3600 for mark in ticks.marks(start, start + 4 * 3600, 5)] == [1800.0] * 4


def test_the_hour_that_comes_twice_in_autumn_is_marked_twice() -> None:
    start, end = at(2026, 10, 24, 22, 30), at(2026, 10, 25, 3, 30)
    marks = TimeTicks(MADRID).marks(start, end, 6)
    assert [mark.text for mark in marks] == ["01:00", "02:00", "02:00", "03:00", "04:00"]
    assert {later.at_s - mark.at_s for mark, later in pairwise(marks)} == {3600.0}
    assert TimeTicks(MADRID).offset_text(start, end) == "UTC+2 → UTC+1"


def test_the_hour_that_is_missing_in_spring_has_no_mark() -> None:
    start, end = at(2026, 3, 28, 23, 30), at(2026, 3, 29, 3, 30)
    assert texts(TimeTicks(MADRID), start, end, 6) == ["01:00", "03:00", "04:00", "05:00"]


def test_days_begin_at_the_ships_midnight_on_both_sides_of_a_clock_change() -> None:
    start = at(2026, 10, 22, 12, 0)
    marks = TimeTicks(MADRID).marks(start, start + 7 * 86_400, 9)
    assert [mark.text for mark in marks] == [f"{day} Oct" for day in range(23, 30)]
    walls = [MADRID.local(datetime.fromtimestamp(mark.at_s, UTC)) for mark in marks]
    assert {(wall.hour, wall.minute) for wall in walls} == {(0, 0)}
    lengths = [(later.at_s - mark.at_s) / 3600 for mark, later in pairwise(marks)]
    assert lengths == [24, 24, 25, 24, 24, 24]


def test_midnight_names_the_day() -> None:
    start = at(2026, 11, 22, 20, 0)
    assert texts(TimeTicks(MADRID), start, start + 8 * 3600, 5) == ["22:00", "23 Nov", "02:00", "04:00"]


def test_years_are_marked_without_end_of_marks() -> None:
    start = at(2021, 1, 1)
    assert 2 <= len(texts(TimeTicks(MADRID), start, start + 366 * 86_400, 8)) <= 8


def test_the_view_says_its_days_and_times() -> None:
    ticks = TimeTicks(MADRID)
    assert ticks.span_text(at(2026, 11, 22, 14), at(2026, 11, 22, 15)) == "22 Nov 2026, 15:00 – 16:00"
    assert ticks.span_text(at(2026, 11, 22, 14), at(2026, 11, 22, 14, 1)) == "22 Nov 2026, 15:00:00 – 15:01:00"
    assert ticks.span_text(at(2026, 11, 21, 14), at(2026, 11, 22, 15)) == "21 Nov 15:00 – 22 Nov 2026 16:00"
    assert ticks.span_text(at(2026, 11, 21, 14), at(2026, 11, 22, 15), " –\n") == "21 Nov 15:00 –\n22 Nov 2026 16:00"
