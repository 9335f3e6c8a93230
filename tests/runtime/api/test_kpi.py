"""The alarm system's numbers over HTTP, and at a station that is elsewhere."""

import asyncio
import csv
import io
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarms import at as after_noon
from tests.support.api_ship import LOW, Ship, problem_of, until
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.kpi import (
    AlarmKpi,
    Answers,
    BadActor,
    Chattering,
    FloodTime,
    KpiMeasure,
    Peak,
    Stale,
    Withheld,
)
from vmshmi.core.alarms.kpi_targets import TARGETS, KpiKey, Verdict
from vmshmi.core.alarms.model import Priority
from vmshmi.runtime.api.encode import dumps
from vmshmi.runtime.api.encode_kpi import kpi_json
from vmshmi.runtime.remote.decode import PeerError, understood
from vmshmi.runtime.remote.decode_kpi import alarm_kpi


async def raised_twice(ship: Ship) -> None:
    """Two raisings a minute ago; the second is answered after 30 s."""
    assert isinstance(ship.clock, FakeClock)
    first = await ship.raise_low()
    ship.put(5.0)
    ship.clock.advance(1)
    await ship.raise_low()
    await until(lambda: ship.runtime.alarms.record(LOW).occurrence > first)
    ship.clock.advance(30)
    await ship.runtime.alarms.ack(LOW, "ana", "ecr")
    ship.clock.advance(30)


async def test_the_numbers_of_a_day_are_the_default(ship: Ship, api: httpx.AsyncClient) -> None:
    await raised_twice(ship)
    found = (await api.get("/alarms/kpi")).json()
    assert found["raised"] == 2
    assert found["top"] == [{"id": LOW, "message": "Port ME lube oil pressure low", "raised": 2, "share": 1.0}]
    assert found["answers"] == {
        "wanted": 2, "answered": 1, "waiting": 0, "never": 1, "median_s": 30.0, "p95_s": 30.0
    }  # fmt: skip
    assert found["split"]["alarm"] == 2
    assert len(found["per_10_min"]) == 144
    assert [measure["key"] for measure in found["measures"]] == [key.value for key in KpiKey]
    first = found["measures"][0]
    assert (first["target"], first["source"], first["verdict"]) == (120, "EEMUA 191", "none")


async def test_a_period_is_cut_at_now(ship: Ship, api: httpx.AsyncClient) -> None:
    await raised_twice(ship)
    params = {"since": "2026-11-22T14:06:00Z", "until": "2027-01-01T00:00:00Z"}
    found = (await api.get("/alarms/kpi", params=params)).json()
    assert (found["since"], found["until"]) == ("2026-11-22T14:06:00.000Z", "2026-11-22T14:07:01.000Z")
    assert found["watched_s"] == 61


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"since": "2026-11-22T15:00:00Z", "until": "2026-11-22T14:00:00Z"}, "is not before"),
        ({"since": "2027-01-01T00:00:00Z"}, "is not before"),
        ({"since": "2024-01-01T00:00:00Z"}, "up to 400 days"),
        ({"since": "yesterday"}, "no date and time"),
        ({"from": "2026-11-22T14:00:00Z"}, "is not a parameter"),
    ],
)
async def test_a_period_that_cannot_be_is_refused(api: httpx.AsyncClient, params: dict[str, str], said: str) -> None:
    for path in ("/alarms/kpi", "/alarms/kpi.csv"):
        problem = problem_of(await api.get(path, params=params), 422, "invalid")
        assert said in problem["detail"]


async def test_a_spreadsheet_gets_a_file_with_a_name(ship: Ship, api: httpx.AsyncClient) -> None:
    await raised_twice(ship)
    answer = await api.get("/alarms/kpi.csv", params={"since": "2026-11-22T12:00:00Z"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="alarm-kpi-20261122-1200-20261122-1407.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["raised", "2"] in rows
    assert [LOW, "Port ME lube oil pressure low", "2", "1.0"] in rows


async def test_two_who_ask_at_once_are_answered_one_after_the_other(ship: Ship, api: httpx.AsyncClient) -> None:
    await raised_twice(ship)
    answers = await asyncio.gather(*(api.get("/alarms/kpi") for _ in range(5)))
    assert {answer.json()["raised"] for answer in answers} == {2}


moments = st.integers(0, 10_000_000).map(lambda ms: after_noon(ms / 1000))
numbers = st.integers(0, 100_000)
reals = st.floats(0, 1e9)
texts = st.text(max_size=10)
peaks = st.builds(Peak, numbers, st.none() | moments)


def measures_of(key: KpiKey) -> st.SearchStrategy[KpiMeasure]:
    """One measure against its own target."""
    return st.builds(KpiMeasure, st.just(key), st.none() | reals, st.just(TARGETS[key]), st.sampled_from(Verdict))


kpis = st.builds(
    AlarmKpi,
    since=moments,
    until=moments,
    known_since=st.none() | moments,
    watched_s=reals,
    raised=numbers,
    measures=st.lists(st.sampled_from(KpiKey).flatmap(measures_of), max_size=3).map(tuple),
    per_10_min=st.lists(numbers, max_size=5).map(tuple),
    peak_minute=peaks,
    peak_10_min=peaks,
    peak_hour=peaks,
    floods=st.lists(st.builds(FloodTime, moments, moments, numbers, st.booleans()), max_size=2).map(tuple),
    top=st.lists(st.builds(BadActor, texts, numbers, reals), max_size=2).map(tuple),
    chattering=st.lists(st.builds(Chattering, texts, numbers, numbers, numbers), max_size=2).map(tuple),
    stale=st.lists(st.builds(Stale, texts, moments, st.none() | moments, reals), max_size=2).map(tuple),
    split=st.tuples(numbers, numbers, numbers, numbers).map(lambda four: tuple(zip(Priority, four, strict=True))),
    answers=st.builds(Answers, numbers, numbers, numbers, numbers, st.none() | reals, st.none() | reals),
    shelved=st.builds(Withheld, numbers, numbers, numbers),
    out_of_service=st.builds(Withheld, numbers, numbers, numbers),
)


@given(kpi=kpis)
def test_a_station_reads_what_the_runtime_writes(kpi: AlarmKpi) -> None:
    assert alarm_kpi(json.loads(dumps(kpi_json(kpi, {})))) == kpi


def test_what_a_station_does_not_understand_is_said_in_one_line() -> None:
    with pytest.raises(PeerError, match="otherwise than expected"):
        understood(lambda: alarm_kpi({"since": 5}))
