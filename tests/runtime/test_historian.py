"""What the historian is given comes back as it was, at once and later."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import BY_HAND, NAME, PRESS, RUN, TAGS, a_historian, a_value, record_each_second, values_of
from vmshmi.core.errors import StorageError
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.historian import Historian


@pytest.fixture(params=["folder", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path if request.param == "folder" else None


async def test_a_sample_can_be_read_at_once(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        (stamp,) = record_each_second(historian, clock, PRESS, [4.5])
        (sample,) = historian.query(PRESS)
    assert (sample.timestamp, sample.value, sample.quality) == (stamp, 4.5, Quality.GOOD)


async def test_a_bad_value_is_a_gap_with_its_reason(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        historian.record([(PRESS, a_value(None, clock.now(), Quality.BAD_SENSOR_FAILURE))])
        historian.record([(PRESS, a_value(7.0, clock.now(), Quality.BAD_TIMEOUT))])
        historian.record([(NAME, a_value("x", clock.now(), Quality.BAD_TIMEOUT))])
        samples = historian.query(PRESS)
        series = await historian.read(HistoryQuery(PRESS))
        (text,) = historian.query(NAME)
    assert [(s.value, s.quality) for s in samples] == [(None, Quality.BAD_SENSOR_FAILURE), (None, Quality.BAD_TIMEOUT)]
    assert np.isnan(series.values).all()
    assert text.value is None


async def test_booleans_and_texts_come_back_as_such(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        record_each_second(historian, clock, RUN, [True, False, None])
        record_each_second(historian, clock, NAME, ["Ærø", None, "", "\ud800"])
        historian.seal_now()
        record_each_second(historian, clock, RUN, [True])
        record_each_second(historian, clock, NAME, ["Ærø 2"])
        assert values_of(historian, RUN) == [True, False, None, True]
        assert [type(value) for value in values_of(historian, RUN)] == [bool, bool, type(None), bool]
        assert values_of(historian, NAME) == ["Ærø", None, "", "?", "Ærø 2"]
        booleans = await historian.read(HistoryQuery(RUN))
        texts = await historian.read(HistoryQuery(NAME))
    assert booleans.values.tolist()[:2] == [1.0, 0.0]
    assert booleans.texts is None
    assert texts.texts == ("Ærø", None, "", "?", "Ærø 2")


async def test_every_sample_is_a_row_the_unchanged_and_the_repeated_too(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        same = (PRESS, a_value(4.5, clock.now()))
        historian.record([same, same])
        historian.record([same])
        assert values_of(historian) == [4.5, 4.5, 4.5]


async def test_late_rows_come_back_in_their_place(folder: Path | None) -> None:
    clock = FakeClock()
    noon = clock.now()
    async with a_historian(folder, clock) as historian:
        for minute in (3, 1, 2):
            historian.record([(PRESS, a_value(float(minute), noon + timedelta(minutes=minute)))])
        historian.seal_now()
        historian.record([(PRESS, a_value(1.5, noon + timedelta(minutes=1, seconds=30)))])
        historian.record([(PRESS, a_value(-1.0, noon - timedelta(days=3)))])
        assert values_of(historian) == [-1.0, 1.0, 1.5, 2.0, 3.0]
        assert [s.value for s in historian.query(PRESS, limit=4)] == [1.0, 1.5, 2.0, 3.0]


async def test_rows_of_the_same_time_keep_their_order_of_arrival(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        for value in (3.0, 1.0, 2.0):
            historian.record([(PRESS, a_value(value, clock.now()))])
        historian.seal_now()
        historian.record([(PRESS, a_value(0.5, clock.now()))])
        assert values_of(historian) == [3.0, 1.0, 2.0, 0.5]


async def test_since_and_until_are_both_included(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        stamps = record_each_second(historian, clock, PRESS, map(float, range(10)))
        for _ in ("hot", "sealed"):
            assert [s.value for s in historian.query(PRESS, stamps[2], stamps[4])] == [2.0, 3.0, 4.0]
            assert [s.value for s in historian.query(PRESS, stamps[2], stamps[7], limit=2)] == [6.0, 7.0]
            assert historian.query(PRESS, stamps[4], stamps[2]) == []
            historian.seal_now()


async def test_limit_gives_the_newest_over_many_days(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        for day in range(40):
            historian.record([(PRESS, a_value(float(day), clock.now()))])
            clock.advance(86_400)
            if day % 7 == 0:
                historian.seal_now()
        for limit in (0, 1, 5, 23, 40, 99):
            assert [s.value for s in historian.query(PRESS, limit=limit)] == list(map(float, range(40)))[
                40 - min(limit, 40) :
            ]


async def test_late_rows_in_memory_do_not_stand_for_newer_ones_on_disk(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        historian.seal_now()
        historian.record([(PRESS, a_value(-float(n), clock.now() - timedelta(days=9))) for n in range(5)])
        assert [s.value for s in historian.query(PRESS, limit=2)] == [1.0, 2.0]


@pytest.mark.parametrize("seed", range(3))
async def test_the_newest_are_right_whatever_came_late(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    clock = FakeClock()
    start = clock.now()
    rows: list[tuple[datetime, float]] = []
    async with a_historian(tmp_path, clock) as historian:
        for number in range(300):
            stamp = start + timedelta(hours=chance.choice([number, chance.randint(0, 480)]))
            rows.append((stamp, float(number)))
            historian.record([(PRESS, a_value(float(number), stamp))])
            if chance.random() < 0.05:
                assert historian.seal_now()
        rows.sort(key=lambda row: row[0])
        for since in (None, start + timedelta(days=5)):
            expected = [value for stamp, value in rows if since is None or stamp >= since]
            for limit in (1, 2, 5, 50, 299, 300, 301):
                assert [s.value for s in historian.query(PRESS, since, limit=limit)] == expected[-limit:]


async def test_an_unknown_tag_is_a_key_error_and_its_samples_are_counted(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        historian.record([(TagId("me_p.lo_pres"), a_value(1.0, clock.now())), (PRESS, a_value(2.0, clock.now()))])
        assert historian.stats().dropped == 1
        assert values_of(historian) == [2.0]
        with pytest.raises(KeyError):
            historian.query("me_p.lo_pres")
        with pytest.raises(KeyError):
            await historian.read(HistoryQuery(TagId("me_p.lo_pres")))


async def test_a_value_no_column_can_hold_is_a_gap_and_costs_no_neighbour(folder: Path | None) -> None:
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        stamp = clock.now()
        values = [1.0, "broken", 10**400, True, 2**53, None]
        historian.record([(PRESS, a_value(value, stamp)) for value in values])
        assert values_of(historian) == [1.0, None, None, 1.0, float(2**53), None]


async def test_stats_say_what_is_taken_and_what_is_durable(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        record_each_second(historian, clock, RUN, [True])
        before = historian.stats()
        assert historian.flush_now()
        after = historian.stats()
    assert (before.state, before.rows, before.pending, before.path) == ("running", 3, 3, str(tmp_path))
    assert (after.rows, after.pending, after.dropped, after.last_error) == (3, 0, 0, "")
    assert after.last_flush == clock.now()
    assert historian.stats().state == "stopped"


async def test_a_full_buffer_refuses_the_newest_and_counts_them(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock, max_hot_rows=10) as historian:
        historian.record([(PRESS, a_value(float(n), clock.now())) for n in range(14)])
        assert historian.stats().dropped == 4
        assert values_of(historian) == list(map(float, range(10)))
        assert historian.seal_now()
        historian.record([(PRESS, a_value(99.0, clock.now()))])
        assert historian.stats().dropped == 4
        assert values_of(historian) == [*map(float, range(10)), 99.0]


async def test_memory_alone_keeps_the_newest() -> None:
    clock = FakeClock()
    async with a_historian(None, clock, max_hot_rows=300_000) as historian:
        for start in range(0, 1_000_000, 10_000):
            historian.record([(PRESS, a_value(float(n), clock.now())) for n in range(start, start + 10_000)])
        kept = values_of(historian)
        stats = historian.stats()
    assert kept[-1] == 999_999.0
    assert 30_000 < len(kept) <= 300_000
    assert (stats.dropped, stats.pending, stats.path) == (0, 0, ":memory:")


async def test_what_was_recorded_before_the_start_is_kept(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
    historian = Historian(tmp_path, TAGS, clock, BY_HAND)
    record_each_second(historian, clock, PRESS, [2.0])
    await historian.start()
    record_each_second(historian, clock, PRESS, [3.0])
    assert values_of(historian) == [1.0, 2.0, 3.0]
    await historian.stop()
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [1.0, 2.0, 3.0]


async def test_after_the_stop_samples_are_counted_and_questions_refused(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        pass
    historian.record([(PRESS, a_value(1.0, clock.now()))])
    assert historian.stats().dropped == 1
    with pytest.raises(StorageError, match="not running"):
        historian.query(PRESS)
    with pytest.raises(StorageError, match="not running"):
        await historian.read(HistoryQuery(PRESS))
    await historian.stop()


async def test_a_tag_whose_kind_changed_keeps_its_past(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, RUN, [True, False])
        historian.seal_now()
    async with a_historian(tmp_path, clock, (TagDef(RUN, kind=TagKind.ENUM),)) as historian:
        record_each_second(historian, clock, RUN, [3])
        assert values_of(historian, RUN) == [1.0, 0.0, 3.0]


async def test_a_tag_that_left_the_project_and_came_back_keeps_its_past(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, RUN, [True])
        record_each_second(historian, clock, PRESS, [1.0])
    # codes are given anew in each run: the tag in second place is now alone, and in first
    async with a_historian(tmp_path, clock, (TagDef(TagId("other")), TagDef(PRESS))) as historian:
        record_each_second(historian, clock, PRESS, [2.0])
        with pytest.raises(KeyError):
            historian.query(RUN)
        historian.seal_now()
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian, RUN) == [True]
        assert values_of(historian) == [1.0, 2.0]


async def test_a_question_that_is_cancelled_leaves_the_historian_well(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        historian.seal_now()
        asked = [asyncio.create_task(historian.read(HistoryQuery(PRESS, points=10))) for _ in range(20)]
        await asyncio.sleep(0)
        for task in asked[::2]:
            task.cancel()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
        assert [len(answer) for answer in answers[1::2] if not isinstance(answer, BaseException)] == [2] * 10
        assert len(await historian.read(HistoryQuery(PRESS))) == 2


async def test_times_of_any_age_are_taken(tmp_path: Path) -> None:
    clock = FakeClock()
    moments = [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ]
    async with a_historian(tmp_path, clock) as historian:
        historian.record([(PRESS, a_value(float(n), moment)) for n, moment in enumerate(moments)])
        for _ in ("hot", "sealed"):
            assert [(s.timestamp, s.value) for s in historian.query(PRESS)] == [
                (moment, float(n)) for n, moment in enumerate(moments)
            ]
            assert len(await historian.read(HistoryQuery(PRESS, points=4))) == 4
            assert historian.seal_now()


async def test_a_start_writes_down_when_the_run_before_it_ended(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        ended = clock.now()
    clock.advance(600)
    async with a_historian(tmp_path, clock, mark_stops=True) as historian:
        record_each_second(historian, clock, PRESS, [3.0])
        rows = historian.query(PRESS)
        assert [row.value for row in rows] == [1.0, 2.0, None, 3.0]
        assert (rows[2].timestamp, rows[2].quality) == (ended, Quality.BAD_OUT_OF_SERVICE)
        assert [row.value for row in historian.query(RUN)] == [None]


async def test_a_tag_with_a_rule_keeps_its_changes_and_how_long_a_value_was_alive(tmp_path: Path) -> None:
    clock = FakeClock()
    tags = (TagDef(PRESS, recording=RecordingRule(deadband=0.5)), TagDef(RUN, kind=TagKind.DIGITAL))
    async with a_historian(tmp_path, clock, tags) as historian:
        stamps = record_each_second(historian, clock, PRESS, [1.0, 1.2, 0.9, 3.0, 3.0, 3.1])
        record_each_second(historian, clock, RUN, [True, True])
    async with a_historian(tmp_path, clock, tags) as historian:
        kept = [(row.timestamp, row.value) for row in historian.query(PRESS)]
        assert kept == [(stamps[0], 1.0), (stamps[2], 0.9), (stamps[3], 3.0), (stamps[5], 3.1)]
        assert values_of(historian, RUN) == [True, True]
