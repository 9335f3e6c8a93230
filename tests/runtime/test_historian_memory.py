"""What history holds in memory does not grow with the days: counted, in engines, caches and files, not timed."""

import gc
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from tests.support.fake_clock import FakeClock
from tests.support.history import PRESS, a_historian, record_each_second
from tests.support.waiting import until
from vmshmi.core.history import HistoryQuery
from vmshmi.runtime.historian.engine import Engine, Session
from vmshmi.runtime.historian.reading import Reader
from vmshmi.runtime.historian.segments import find_segments

_T = TypeVar("_T")


def held_by(engine: Engine) -> int:
    """Bytes DuckDB itself says it holds, after the question is over."""
    session = engine.session()
    (held,) = session.numbers("SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT AS held FROM duckdb_memory()")
    session.close()
    return held


def alive(kind: type[_T], before: Sequence[object] = ()) -> list[_T]:
    """Objects of a kind; not those that another test left."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, kind) and not any(one is old for old in before)]


def held_by_the_only_engine(before: Sequence[object]) -> int:
    (engine,) = alive(Engine, before)  # the one for questions: the upkeep and each seal have let go of theirs
    return held_by(engine)


def test_an_engine_keeps_nothing_of_the_files_it_has_read(tmp_path: Path) -> None:
    engine = Engine(1, 256)
    session = engine.session()
    for number in range(30):
        file = tmp_path / f"{number}.parquet"
        duckdb.execute(f"COPY (SELECT range AS n FROM range(1000)) TO '{file}' (FORMAT parquet)")
        session.columns("SELECT sum(n) AS total FROM read_parquet($file)", {"file": str(file)})
        file.unlink()
    session.close()
    held = held_by(engine)
    engine.close()
    assert held == 0


async def test_days_leave_nothing_behind_in_memory(tmp_path: Path) -> None:
    clock = FakeClock()
    held: list[int] = []
    before = [*alive(Engine), *alive(Session), *alive(Reader)]
    async with a_historian(tmp_path, clock, query_cache_mb=1) as historian:
        for day in range(8):
            for _ in range(2):
                record_each_second(historian, clock, PRESS, map(float, range(5)))
                assert historian.seal_now()
                while historian.upkeep_now():
                    pass
                for span in (timedelta(hours=1), timedelta(days=1), timedelta(days=30)):
                    await historian.read(HistoryQuery(PRESS, clock.now() - span, clock.now(), points=100))
                clock.advance(12 * 3600)
            # a thread lets go of its question a moment after it has answered
            await until(lambda: not alive(Reader, before) and not alive(Session, before), seconds=60)
            await until(lambda: len(alive(Engine, before)) == 1, seconds=60)
            held.append(held_by_the_only_engine(before))
            assert len(find_segments(tmp_path / "history")) <= day + 3
    # footers of a day's files: the engine is made anew each day
    assert 0 < max(held[4:]) <= 1.5 * max(held[:4])
