"""Several tags at once, the value at a moment, and figures over a period, over HTTP."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.api_ship import NAME, PRESS, RUN, Ship, problem_of
from tests.support.fake_clock import FakeClock
from vmshmi.core.clock import to_iso
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue


def put(ship: Ship, tag_id: TagId, *values: Scalar | None) -> list[datetime]:
    """Record values ten seconds apart; the clock goes on."""
    assert isinstance(ship.clock, FakeClock)
    stamps: list[datetime] = []
    for value in values:
        quality = Quality.GOOD if value is not None else Quality.BAD_SENSOR_FAILURE
        stamps.append(ship.clock.now())
        ship.runtime.historian.record([(tag_id, TagValue(value, quality, ship.clock.now()))])
        ship.clock.advance(10)
    return stamps


async def test_several_tags_come_in_one_answer(ship: Ship, api: httpx.AsyncClient) -> None:
    put(ship, PRESS, 4.0, None)
    put(ship, RUN, True)
    put(ship, NAME, "Ærø")
    answer = (await api.get("/history", params={"tags": f"{RUN},{PRESS},{NAME}", "points": 10})).json()
    assert list(answer) == [RUN, PRESS, NAME]
    assert [row["value"] for row in answer[PRESS]] == [4.0, None]
    for tag_id in answer:
        assert answer[tag_id] == (await api.get(f"/tags/{tag_id}/history", params={"points": 10})).json()


async def test_the_value_at_a_moment_tells_its_row(ship: Ship, api: httpx.AsyncClient) -> None:
    first, second = put(ship, PRESS, 4.0, None)
    later = await api.get(f"/tags/{PRESS}/at", params={"time": to_iso(first + timedelta(seconds=3))})
    assert later.json() == {"timestamp": to_iso(first), "value": 4.0, "quality": "good", "quality_reason": ""}
    gap = (await api.get(f"/tags/{PRESS}/at", params={"time": to_iso(second)})).json()
    assert (gap["value"], gap["quality"], gap["quality_reason"]) == (None, "bad", "BadSensorFailure")
    before = (await api.get(f"/tags/{PRESS}/at", params={"time": to_iso(first - timedelta(seconds=3))})).json()
    assert before == {"timestamp": None, "value": None, "quality": "bad", "quality_reason": "NotRecorded"}


async def test_only_a_row_that_came_late_tells_when_it_came(ship: Ship, api: httpx.AsyncClient) -> None:
    now = ship.clock.now()
    early = now - timedelta(hours=1)
    ship.runtime.historian.record(
        [(PRESS, TagValue(4.0, Quality.GOOD, early)), (PRESS, TagValue(5.0, Quality.GOOD, now))]
    )
    late = {"timestamp": to_iso(early), "value": 4.0, "quality": "good", "received": to_iso(now)}
    live = {"timestamp": to_iso(now), "value": 5.0, "quality": "good"}
    assert (await api.get(f"/tags/{PRESS}/history")).json() == [late, live]
    assert (await api.get("/history", params={"tags": PRESS})).json() == {PRESS: [late, live]}
    for row in (late, live):
        moment = (await api.get(f"/tags/{PRESS}/at", params={"time": row["timestamp"]})).json()
        assert moment == {**row, "quality_reason": ""}


async def test_figures_over_a_period_end_now_at_the_latest(ship: Ship, api: httpx.AsyncClient) -> None:
    start = ship.clock.now()
    put(ship, RUN, False, True, None, True)
    params = {"since": to_iso(start), "until": to_iso(start + timedelta(days=1))}
    answer = (await api.get(f"/tags/{RUN}/aggregates", params=params)).json()
    assert (answer["since"], answer["until"]) == (to_iso(start), to_iso(ship.clock.now()))
    assert (answer["seconds"], answer["known_s"], answer["unknown_share"]) == (40, 30, 0.25)
    assert (answer["starts"], answer["running_hours"], answer["duty"]) == (1, 20 / 3600, pytest.approx(2 / 3))
    assert answer["states"] == [
        {"value": 0, "text": "Stopped", "seconds": 10},
        {"value": 1, "text": "Running", "seconds": 20},
    ]


@pytest.mark.parametrize(
    ("path", "params", "word"),
    [
        (f"/tags/{PRESS}/at", {}, "missing"),
        (f"/tags/{PRESS}/at", {"time": "2099-01-01T00:00:00Z"}, "not yet over"),
        (f"/tags/{PRESS}/at", {"time": "yesterday"}, "no date and time"),
        (f"/tags/{PRESS}/aggregates", {}, "missing"),
        (f"/tags/{PRESS}/aggregates", {"since": "2020-01-01T00:00:00Z"}, "31 days"),
        (f"/tags/{PRESS}/aggregates", {"since": "2099-01-01T00:00:00Z"}, "not before"),
        (f"/tags/{NAME}/aggregates", {"since": "2026-11-22T00:00:00Z"}, "texts"),
        ("/history", {"tags": ",".join([PRESS, *(f"x{n}" for n in range(40))])}, "at most 32"),
    ],
)
async def test_what_cannot_be_answered_is_refused_with_a_reason(
    api: httpx.AsyncClient, path: str, params: dict[str, str], word: str
) -> None:
    assert word in problem_of(await api.get(path, params=params), 422, "invalid")["detail"]


@pytest.mark.parametrize("path", ["/tags/nothing/at", "/tags/nothing/aggregates", "/history?tags=nothing"])
async def test_an_unknown_tag_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(path)).status_code == 404


async def test_a_period_comes_as_arrow_csv_and_parquet_with_every_sample(
    ship: Ship, api: httpx.AsyncClient, tmp_path: Path
) -> None:
    stamps = put(ship, PRESS, 4.0, None, 4.5)
    for path, params in ((f"/tags/{PRESS}/history", {}), ("/history", {"tags": PRESS})):
        period = {**params, "since": to_iso(stamps[0]), "until": to_iso(stamps[2])}
        arrow = await api.get(path, params={**period, "format": "arrow"})
        assert arrow.headers["content-type"] == "application/vnd.apache.arrow.stream"
        assert pa.ipc.open_stream(arrow.content).read_all().column("value").to_pylist() == [4.0, None, 4.5]
        text = (await api.get(path, params={**period, "format": "csv"})).text
        assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["4.0", "", "4.5"]
        file = tmp_path / "answer.parquet"
        file.write_bytes((await api.get(path, params={**period, "format": "parquet"})).content)
        assert pq.read_table(file).column("value").to_pylist() == [4.0, None, 4.5]
    assert not list(Path(tempfile.gettempdir()).glob("vmshmi-download-*/*")), "a file stayed behind"


async def test_a_file_holds_every_sample_so_limit_and_points_are_refused(ship: Ship, api: httpx.AsyncClient) -> None:
    for name in ("limit", "points"):
        answer = await api.get(f"/tags/{PRESS}/history", params={"format": "arrow", name: 5})
        assert name in problem_of(answer, 422, "invalid")["detail"]
    answer = await api.get("/history", params={"tags": PRESS, "format": "xls"})
    assert "format" in problem_of(answer, 422, "invalid")["detail"]
    problem_of(await api.get("/tags/nope/history", params={"format": "csv"}), 404, "unknown_tag")
