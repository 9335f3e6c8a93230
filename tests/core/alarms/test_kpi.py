"""What is counted, over which time, and what is said of it."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarms import at
from vmshmi.core.alarms.flood import FLOODING
from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.kpi import AlarmKpi, BadActor, Chattering, FloodTime, Stale, Withheld, reads_from, work_out
from vmshmi.core.alarms.kpi_counting import Opening
from vmshmi.core.alarms.kpi_targets import TARGETS, KpiKey, Source, Verdict
from vmshmi.core.alarms.model import AlarmRecord, Override, Priority
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import to_micros

DAY = 86_400.0
HOUR = 3_600.0


def row(second: float, kind: str, alarm: str = "oil", occurrence: int = 1, priority: str = "warning") -> JournalEvent:
    """One row, seconds after noon."""
    return to_micros(at(second)), kind, alarm, occurrence, priority


def kpi(
    rows: Sequence[JournalEvent],
    seconds: float = DAY,
    *,
    since: float = 0.0,
    records: Sequence[AlarmRecord] = (),
    known: float | None = -DAY * 100,
    stopped: float | None = None,
    rules: AlarmRules | None = None,
    block: int = 3,
) -> AlarmKpi:
    """Worked out over this many seconds from `since` on, the rows in small blocks."""
    opening = Opening(
        records,
        None if known is None else to_micros(at(known)),
        None if stopped is None else to_micros(at(stopped)),
    )
    blocks = [rows[first : first + block] for first in range(0, len(rows), block)]
    return work_out(at(since), at(since + seconds), opening, blocks, rules or AlarmRules())


def raisings(*seconds: float, alarm: str = "oil", priority: str = "warning") -> list[JournalEvent]:
    """Raised and cleared a tenth of a second later, at each of these."""
    return [
        made
        for number, second in enumerate(seconds, 1)
        for made in (
            row(second, "raised", alarm, number, priority),
            row(second + 0.1, "rectified", alarm, number, priority),
        )
    ]


def verdict(found: AlarmKpi, key: KpiKey) -> Verdict:
    return found.measure(key).verdict


# ---- how many


def test_an_empty_period_has_nothing_to_judge_but_its_silence() -> None:
    found = kpi([], HOUR)
    assert (found.raised, found.per_10_min, found.floods, found.top, found.stale) == (0, (0,) * 6, (), (), ())
    assert found.measure(KpiKey.PER_DAY).value == 0.0
    assert verdict(found, KpiKey.PER_DAY) is Verdict.OK
    assert verdict(found, KpiKey.TOP_TEN) is Verdict.NONE
    assert (found.peak_hour.count, found.peak_hour.at, found.answers.median_s) == (0, None, None)


def test_the_first_minutes_are_not_praised_and_what_is_bad_already_is_said() -> None:
    quiet = kpi([], HOUR - 1)
    assert quiet.measure(KpiKey.PER_DAY).value == 0.0
    assert {measure.verdict for measure in quiet.measures} == {Verdict.NONE}
    busy = kpi(raisings(*range(0, 600, 10)), HOUR - 1)
    assert verdict(busy, KpiKey.PEAK_10_MIN) is Verdict.BAD
    assert verdict(busy, KpiKey.PER_DAY) is Verdict.NONE  # sixty in an hour are not yet a day's
    assert verdict(busy, KpiKey.CHATTERING) is Verdict.BAD or verdict(busy, KpiKey.CHATTERING) is Verdict.WATCH


def test_a_journal_that_knows_nothing_of_the_period_judges_nothing() -> None:
    for found in (kpi([], HOUR, known=None), kpi([], HOUR, known=HOUR)):
        assert (found.known_since, found.watched_s) == (None, 0.0)
        assert {measure.verdict for measure in found.measures} == {Verdict.NONE}
        assert {measure.value for measure in found.measures} == {None}


def test_averages_are_over_the_time_the_journal_knows_and_the_runtime_ran() -> None:
    rows = [*raisings(DAY / 2 + 60), row(DAY / 2 + HOUR, "stopped", ""), row(DAY / 2 + 3 * HOUR, "started", "")]
    found = kpi(rows, DAY, known=DAY / 2)
    assert (found.known_since, found.watched_s) == (at(DAY / 2), 10 * HOUR)
    assert found.measure(KpiKey.PER_HOUR).value == pytest.approx(0.1)
    assert found.measure(KpiKey.PER_10_MIN).value == pytest.approx(1 / 60)
    assert found.measure(KpiKey.PER_DAY).value == pytest.approx(2.4)


def test_a_runtime_that_was_stopped_over_both_edges_is_not_counted_as_running() -> None:
    assert kpi([row(HOUR, "started", "")], DAY, stopped=-HOUR).watched_s == 23 * HOUR
    assert kpi([row(HOUR, "stopped", "")], DAY).watched_s == HOUR
    assert kpi([], DAY, stopped=-HOUR).watched_s == 0


def test_a_raising_at_the_beginning_is_counted_and_one_at_the_end_belongs_to_the_next_period() -> None:
    rows = [row(0, "raised"), row(HOUR, "raised", occurrence=2)]
    assert kpi(rows, HOUR).raised == 1
    assert kpi(rows, HOUR, since=HOUR).raised == 1


def test_asking_again_is_a_raising() -> None:
    assert kpi([row(0, "raised"), row(900, "acknowledged"), row(1800, "realarmed", occurrence=2)]).raised == 2


@pytest.mark.parametrize(
    ("hide", "show"), [("shelved", "unshelved"), ("out_of_service", "in_service")], ids=["shelved", "out of service"]
)
def test_what_is_not_announced_is_not_counted(hide: str, show: str) -> None:
    rows = [*raisings(1), row(10, hide), *raisings(20, 30), row(40, show), *raisings(50)]
    found = kpi(rows)
    assert (found.raised, found.answers.wanted) == (2, 2)
    assert found.top == (BadActor("oil", 2, 1.0),)


def test_an_alarm_that_is_both_shelved_and_out_of_service_is_announced_when_both_are_over() -> None:
    rows = [row(1, "shelved"), row(2, "out_of_service"), *raisings(3), row(4, "unshelved"), *raisings(5)]
    assert kpi(rows).raised == 0
    assert kpi([*rows, row(6, "in_service"), *raisings(7)]).raised == 1


def test_what_was_shelved_before_the_period_is_still_shelved_in_it() -> None:
    order = Override("chief", "ecr", "bad float", at(-HOUR))
    found = kpi(raisings(10), records=[AlarmRecord("oil", shelved=order)])
    assert (found.raised, found.shelved) == (0, Withheld(1, 1, 0))
    found = kpi([row(-5, "unshelved"), *raisings(10)], records=[AlarmRecord("oil", shelved=order)])
    assert (found.raised, found.shelved) == (1, Withheld(0, 0, 0))


def test_the_alarm_test_and_the_floods_own_caution_are_not_measured() -> None:
    rows = [*raisings(1, alarm="system.test.alarm"), *raisings(2, alarm=FLOODING), *raisings(3, alarm="system.x")]
    assert [actor.alarm for actor in kpi(rows).top] == ["system.x"]


def test_shelving_is_counted_at_the_end_ever_and_by_its_beginnings() -> None:
    rows = [row(1, "shelved", "a"), row(2, "shelved", "b"), row(3, "unshelved", "a"), row(4, "shelved", "a")]
    found = kpi([*rows, row(5, "unshelved", "b"), row(6, "out_of_service", "c")])
    assert found.shelved == Withheld(at_end=1, ever=2, times=3)
    assert found.out_of_service == Withheld(1, 1, 1)


# ---- when


def test_ten_minutes_are_counted_from_the_beginning_of_the_period() -> None:
    found = kpi(raisings(0, 599.9, 600, 1500), 1_501)
    assert found.per_10_min == (2, 1, 1)


def test_the_peaks_are_those_of_moving_windows() -> None:
    found = kpi(raisings(100, 500, 590, 610, 650, 5_000))
    assert (found.peak_10_min.count, found.peak_10_min.at) == (5, at(100))
    assert (found.peak_minute.count, found.peak_minute.at) == (2, at(590))
    assert (found.peak_hour.count, found.peak_hour.at) == (5, at(100))


def test_too_busy_hours_are_those_with_more_than_thirty() -> None:
    found = kpi([*raisings(*range(30)), *raisings(*(HOUR + s for s in range(31)))], 4 * HOUR)
    assert found.measure(KpiKey.BUSY_HOURS).value == 0.25
    assert found.measure(KpiKey.BUSY_10_MIN).value == pytest.approx(2 / 24)


def test_a_flood_is_the_one_that_the_flood_meter_finds() -> None:
    found = kpi(raisings(*range(100, 112)))
    assert found.floods == (FloodTime(at(109), at(707), 12),)
    assert found.measure(KpiKey.FLOOD_TIME).value == pytest.approx(598 / DAY)


def test_a_flood_that_began_before_the_period_is_cut_to_it() -> None:
    rows = raisings(*range(-20, -8))
    found = kpi(rows, HOUR)
    assert (found.floods, found.raised) == ((FloodTime(at(0), at(587), 12),), 0)
    assert kpi(rows, HOUR, since=-HOUR).floods == (FloodTime(at(-11), at(0), 12, is_on=True),)


def test_rows_are_read_from_as_far_back_as_a_flood_looks() -> None:
    assert reads_from(at(0), AlarmRules()) == at(-600)
    assert reads_from(at(0), AlarmRules(flood_window_s=10)) == at(-60)


# ---- who


def test_three_raisings_within_a_minute_are_chattering() -> None:
    assert kpi(raisings(0, 30, 60)).chattering == ()
    assert kpi(raisings(0, 30, 59.9)).chattering == (Chattering("oil", 3, 1, 3),)
    bursts = kpi([*raisings(0, 10, 20, 30, 1000, 1010, 1020, 5000)])
    assert bursts.chattering == (Chattering("oil", 8, 2, 4),)
    assert verdict(bursts, KpiKey.CHATTERING) is Verdict.WATCH


def test_three_alarms_that_come_once_each_are_no_chattering() -> None:
    assert kpi([*raisings(0, alarm="a"), *raisings(1, alarm="b"), *raisings(2, alarm="c")]).chattering == ()


def test_the_ten_worst_and_their_share() -> None:
    rows = [made for number in range(12) for made in raisings(*range(12 - number), alarm=f"alarm{number:02}")]
    found = kpi(sorted(rows))
    assert found.raised == 78
    assert [actor.alarm for actor in found.top] == [f"alarm{number:02}" for number in range(10)]
    assert found.measure(KpiKey.TOP_TEN).value == pytest.approx(75 / 78)
    assert verdict(found, KpiKey.TOP_TEN) is Verdict.BAD


def test_shares_of_a_few_raisings_are_not_judged() -> None:
    assert verdict(kpi(raisings(*range(0, 4_900, 100))), KpiKey.TOP_TEN) is Verdict.NONE
    assert verdict(kpi(raisings(*range(0, 5_000, 100))), KpiKey.TOP_TEN) is Verdict.BAD


def test_the_split_is_by_the_priority_each_raising_had() -> None:
    rows = [
        *raisings(1, 2, alarm="a"),
        *raisings(3, alarm="b", priority="alarm"),
        *raisings(4, alarm="c", priority="caution"),
    ]
    found = kpi(rows)
    assert [number for _, number in found.split] == [0, 1, 2, 1]
    assert [priority for priority, _ in found.split] == list(Priority)
    assert found.measure(KpiKey.MEDIUM).value == 0.5


# ---- stale


def stale(found: AlarmKpi) -> list[Stale]:
    return list(found.stale)


def test_what_stands_for_more_than_a_day_is_stale() -> None:
    assert kpi([row(0, "raised"), row(DAY, "cleared")], 3 * DAY).stale == ()
    (one,) = kpi([row(0, "raised"), row(DAY + 1, "cleared")], 3 * DAY).stale
    assert one == Stale("oil", at(0), at(DAY + 1), DAY + 1)


@pytest.mark.parametrize("end", ["cleared", "rectified", "latched", "removed"])
def test_it_ends_with_its_condition(end: str) -> None:
    (one,) = kpi([row(0, "raised"), row(2 * DAY, end)], 3 * DAY).stale
    assert one.ended_at == at(2 * DAY)


def test_what_stood_before_the_period_and_still_stands_after_it_is_stale() -> None:
    record = AlarmRecord("oil", 1, active=True, raised_at=at(-5 * DAY))
    (one,) = kpi([], HOUR, records=[record]).stale
    assert one == Stale("oil", at(-5 * DAY), None, 5 * DAY + HOUR)


def test_what_becomes_a_day_old_within_the_period_is_stale_from_then_on() -> None:
    record = AlarmRecord("oil", 1, active=True, raised_at=at(-23 * HOUR))
    assert kpi([], HOUR, records=[record]).stale == ()
    assert len(kpi([], HOUR + 1, records=[record]).stale) == 1
    assert kpi([row(HOUR, "cleared")], DAY, records=[record]).stale == ()


def test_what_ended_before_the_period_is_not_stale_in_it() -> None:
    record = AlarmRecord("oil", 1, active=True, raised_at=at(-5 * DAY))
    assert kpi([row(-1, "cleared")], HOUR, records=[record]).stale == ()


def test_asking_again_and_escalating_do_not_make_it_young() -> None:
    rows = [
        row(0, "raised"),
        row(300, "escalated"),
        row(300, "raised", occurrence=2),
        row(HOUR, "acknowledged", occurrence=2),
    ]
    rows += [row(20 * HOUR, "realarmed", occurrence=3)]
    (one,) = kpi(rows, 2 * DAY).stale
    assert one.raised_at == at(0)


def test_a_lost_sensor_does_not_end_it() -> None:
    assert len(kpi([row(0, "raised"), row(9, "held"), row(HOUR, "released")], 2 * DAY).stale) == 1


def test_what_is_out_of_service_is_not_stale_meanwhile() -> None:
    rows = [row(0, "raised"), row(HOUR, "out_of_service")]
    assert kpi(rows, 3 * DAY).stale == ()
    (one,) = kpi([*rows, row(2 * DAY, "in_service")], 3 * DAY).stale
    assert one == Stale("oil", at(0), None, 3 * DAY)
    (one,) = kpi([row(0, "raised"), row(2 * DAY, "shelved")], 3 * DAY).stale
    assert one.ended_at == at(2 * DAY)


def test_stale_alarms_are_judged_by_how_many_there_were_at_once() -> None:
    five = [AlarmRecord(f"a{n}", 1, active=True, raised_at=at(-5 * DAY)) for n in range(5)]
    found = kpi([], HOUR, records=five)
    assert (found.measure(KpiKey.STALE).value, verdict(found, KpiKey.STALE)) == (5, Verdict.WATCH)
    found = kpi([row(60, "cleared", "a0"), row(120, "raised", "a0")], HOUR, records=five[:4])
    assert (found.measure(KpiKey.STALE).value, verdict(found, KpiKey.STALE)) == (4, Verdict.OK)


# ---- answers


def test_the_time_to_an_answer_is_from_its_own_raising() -> None:
    rows = [
        row(0, "raised"), row(10, "rectified"), row(20, "raised", occurrence=2), row(50, "acknowledged", occurrence=2),
        row(100, "raised", "b", 7), row(110, "acknowledged", "b", 7),
    ]  # fmt: skip
    answers = kpi(rows).answers
    assert (answers.wanted, answers.answered, answers.waiting, answers.never) == (3, 2, 0, 1)
    assert (answers.median_s, answers.p95_s) == (20, 30)


def test_an_answer_to_another_raising_is_not_taken_for_the_answer_to_this_one() -> None:
    answers = kpi([row(0, "raised", occurrence=2), row(10, "acknowledged", occurrence=1)]).answers
    assert (answers.answered, answers.waiting) == (0, 1)


def test_the_95th_percentile_is_a_time_that_somebody_took() -> None:
    rows = [made for n in range(100) for made in (row(n, "raised", f"a{n}"), row(2 * n + 1, "acknowledged", f"a{n}"))]
    assert kpi(sorted(rows)).answers.p95_s == 95


def test_a_warning_that_was_left_unanswered_was_never_answered() -> None:
    answers = kpi([row(0, "raised"), row(300, "escalated"), row(300, "raised", occurrence=2, priority="alarm")]).answers
    assert (answers.wanted, answers.never, answers.waiting) == (2, 1, 1)


def test_what_needs_no_answer_is_not_waited_for() -> None:
    rows = [row(0, "raised", priority="caution"), row(1, "raised", "fire", priority="emergency_alarm")]
    assert kpi(rows).answers.wanted == 0


def test_an_answer_to_what_was_raised_before_the_period_is_not_one_of_its() -> None:
    rows = [row(-100, "raised"), row(10, "acknowledged")]
    assert kpi(rows).answers.answered == 0


# ---- targets


def test_numbers_that_could_not_be_read_in_the_guide_are_called_common_practice() -> None:
    quoted = {key for key, target in TARGETS.items() if target.source is Source.EEMUA_191}
    assert quoted == {
        KpiKey.PER_DAY, KpiKey.PER_HOUR, KpiKey.PER_10_MIN, KpiKey.PEAK_MINUTE, KpiKey.PEAK_10_MIN, KpiKey.PEAK_HOUR,
        KpiKey.HIGH, KpiKey.MEDIUM, KpiKey.LOW,
    }  # fmt: skip
    assert {target.source for key, target in TARGETS.items() if key not in quoted} == {Source.COMMON_PRACTICE}
    assert set(TARGETS) == set(KpiKey)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (KpiKey.PER_DAY, 120.0, Verdict.OK),
        (KpiKey.PER_DAY, 120.1, Verdict.WATCH),
        (KpiKey.PER_DAY, 240.1, Verdict.BAD),
        (KpiKey.LOW, 0.8, Verdict.OK),
        (KpiKey.LOW, 0.79, Verdict.WATCH),
        (KpiKey.LOW, 0.49, Verdict.BAD),
        (KpiKey.STALE, None, Verdict.NONE),
    ],
)
def test_a_value_is_good_watched_or_bad(key: KpiKey, value: float | None, expected: Verdict) -> None:
    assert TARGETS[key].verdict(value) is expected


# ---- whatever happens

kinds = st.sampled_from(
    [
        *["raised"] * 6, "realarmed", "acknowledged", "acknowledged", "rectified", "cleared", "escalated", "latched",
        "shelved", "unshelved", "out_of_service", "in_service", "held", "refused", "removed", "started", "stopped",
    ]
)  # fmt: skip


@st.composite
def journals(draw: st.DrawFn) -> list[JournalEvent]:
    """Rows in order of time, many of them at the same moment, over a day and a half."""
    found: list[JournalEvent] = []
    second = -HOUR
    for _ in range(draw(st.integers(0, 60))):
        second += draw(st.sampled_from([0.0, 0.0, 1.0, 20.0, 400.0, 3 * HOUR]))
        kind = draw(kinds)
        alarm = "" if kind in ("started", "stopped") else draw(st.sampled_from(["a", "b", "c", FLOODING]))
        priority = draw(st.sampled_from([priority.value for priority in Priority]))
        found.append(row(second, kind, alarm, draw(st.integers(1, 3)), priority))
    return found


few = AlarmRules(flood_start=3, flood_end=2)


@given(rows=journals())
def test_the_parts_make_the_whole(rows: list[JournalEvent]) -> None:
    found = kpi(rows, DAY, rules=few)
    assert sum(found.per_10_min) == found.raised
    assert sum(number for _, number in found.split) == found.raised
    assert sum(actor.raised for actor in found.top) == found.raised  # there are only three alarms
    answers = found.answers
    assert answers.answered + answers.waiting + answers.never == answers.wanted <= found.raised
    assert min(answers.answered, answers.waiting, answers.never) >= 0
    assert 0 <= found.watched_s <= DAY
    assert all(flood.begin < flood.end for flood in found.floods)
    assert all(before.end <= after.begin for before, after in zip(found.floods, found.floods[1:], strict=False))
    for measure in found.measures:
        if measure.key.is_share and measure.value is not None:
            assert 0 <= measure.value <= 1


@given(rows=journals(), cut=st.sampled_from([0.0, 1.0, HOUR, 3 * HOUR + 20, DAY]))
def test_two_periods_that_meet_hold_every_raising_once(rows: list[JournalEvent], cut: float) -> None:
    whole = kpi(rows, DAY, rules=few)
    parts = [kpi(rows, cut, rules=few), kpi(rows, DAY - cut, since=cut, rules=few)]
    assert sum(part.raised for part in parts) == whole.raised
    assert sum(part.flood_s for part in parts) == pytest.approx(whole.flood_s)


@given(rows=journals(), seed=st.integers(0, 1_000))
def test_the_order_of_different_alarms_at_one_moment_changes_nothing(rows: list[JournalEvent], seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    position = {id(made): number for number, made in enumerate(rows)}
    ranks = {alarm: number for number, alarm in enumerate(dict.fromkeys(made[2] for made in shuffled))}
    other = sorted(rows, key=lambda made: (made[0], ranks[made[2]], position[id(made)]))
    assert kpi(other, DAY, rules=few) == kpi(rows, DAY, rules=few)


@given(rows=journals(), block=st.integers(1, 70))
def test_the_size_of_a_block_changes_nothing(rows: list[JournalEvent], block: int) -> None:
    assert kpi(rows, DAY, block=block) == kpi(rows, DAY, block=1)


@given(rows=journals(), day=st.integers(0, 400))
def test_another_day_of_the_year_changes_nothing_but_the_date(rows: list[JournalEvent], day: int) -> None:
    """Clocks of ships are put on and back; the journal is in UTC."""
    moved = [(stamp + day * 86_400_000_000, *rest) for stamp, *rest in rows]
    there = kpi(moved, DAY, since=day * DAY, rules=few)  # pyright: ignore[reportArgumentType]
    here = kpi(rows, DAY, rules=few)
    assert (there.per_10_min, there.top, there.measures) == (here.per_10_min, here.top, here.measures)
    assert [_back(flood.begin, day) for flood in there.floods] == [flood.begin for flood in here.floods]


def _back(moment: datetime, days: int) -> datetime:
    return moment - timedelta(days=days)
