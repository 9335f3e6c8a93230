"""Several tags at once, the value at a moment, and figures over a period, from rows in memory and in closed files."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, TAGS, a_historian, a_value, record_each_second
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.historian.engine import Column, Session
from vmshmi.runtime.historian.questions import aggregates, read_many, value_at

TAG: dict[TagId, TagDef] = {tag.id: tag for tag in TAGS}


async def test_several_tags_are_answered_in_the_order_asked_each_as_if_alone(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [float(n) for n in range(50)])
        historian.seal_now()
        record_each_second(historian, clock, RUN, [True, False])
        record_each_second(historian, clock, NAME, ["Ærø"])
        queries = [HistoryQuery(tag_id, points=10) for tag_id in (NAME, PRESS, RUN, PRESS)]
        answers = await read_many(historian, queries)
        alone = [await historian.read(query) for query in queries]
    assert [answer.tag_id for answer in answers] == [NAME, PRESS, RUN, PRESS]
    for answer, one in zip(answers, alone, strict=True):
        assert answer.timestamps == one.timestamps
        assert np.array_equal(np.asarray(answer.values), np.asarray(one.values), equal_nan=True)
        assert answer.texts == one.texts


async def test_an_unknown_tag_among_several_is_named(tmp_path: Path) -> None:
    async with a_historian(tmp_path, FakeClock()) as historian:
        with pytest.raises(KeyError, match="nothing"):
            await read_many(historian, [HistoryQuery(PRESS), HistoryQuery(TagId("nothing"))])


async def test_the_value_at_a_moment_is_the_last_row_before_it(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        stamps = record_each_second(historian, clock, PRESS, [1.0, 2.0, None, 4.0])
        record_each_second(historian, clock, RUN, [True])
        historian.seal_now()
        half = timedelta(seconds=0.5)
        assert await value_at(historian, TAG[PRESS], stamps[0] - half) is None
        at_once, between, gap = [
            await value_at(historian, TAG[PRESS], stamps[n] + wait) for n, wait in enumerate((timedelta(), half, half))
        ]
        years_on = await value_at(historian, TAG[PRESS], stamps[3] + timedelta(days=900))
        run = await value_at(historian, TAG[RUN], clock.now())
    assert at_once is not None
    assert (at_once.timestamp, at_once.value) == (stamps[0], 1.0)
    assert between is not None
    assert (between.timestamp, between.value) == (stamps[1], 2.0)
    assert gap is not None
    assert (gap.value, gap.quality) == (None, Quality.BAD_NO_COMMUNICATION)
    assert years_on is not None
    assert years_on.value == 4.0
    assert run is not None
    assert run.value is True


async def test_the_value_at_a_moment_of_a_text_is_the_text(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, NAME, ["Ærø", "Ø"])
        sample = await value_at(historian, TAG[NAME], clock.now())
    assert sample is not None
    assert sample.value == "Ø"


async def test_running_hours_over_days_are_counted_from_the_row_before_the_period_on(tmp_path: Path) -> None:
    clock = FakeClock()
    begin = clock.now()
    async with a_historian(tmp_path, clock) as historian:
        historian.record([(RUN, a_value(True, begin))])
        historian.seal_now()
        historian.record([(RUN, a_value(False, begin + timedelta(hours=50)))])
        historian.record([(RUN, a_value(True, begin + timedelta(hours=60)))])
        historian.record([(RUN, a_value(None, begin + timedelta(hours=70), Quality.BAD_NOT_CONNECTED))])
        historian.seal_now()
        found = await aggregates(historian, TAG[RUN], begin + timedelta(hours=10), begin + timedelta(hours=90))
    assert found.running_s == 50 * 3600
    assert found.starts == 1
    assert found.state_s == {0.0: 10 * 3600, 1.0: 50 * 3600}
    assert found.duty == pytest.approx(5 / 6)
    assert found.unknown_share == pytest.approx(20 / 80)
    assert found.rows == 3


async def test_a_question_that_takes_long_holds_up_no_flush_and_no_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    under_way, go_on = threading.Event(), threading.Event()
    columns = Session.columns

    def slowly(session: Session, sql: str, parameters: Mapping[str, object]) -> dict[str, Column]:
        under_way.set()
        assert go_on.wait(10)
        return columns(session, sql, parameters)

    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        historian.seal_now()
        monkeypatch.setattr(Session, "columns", slowly)
        question = asyncio.ensure_future(historian.read(HistoryQuery(PRESS)))
        await asyncio.to_thread(under_way.wait, 10)
        record_each_second(historian, clock, PRESS, [3.0])
        assert await asyncio.wait_for(asyncio.to_thread(historian.flush_now), 10)
        assert historian.stats().pending == 0
        assert await asyncio.wait_for(asyncio.to_thread(historian.seal_now), 10)
        assert not question.done()
        go_on.set()
        assert list((await question).values) == [1.0, 2.0]
