"""Tags, definitions, health and history over HTTP."""

import math
from datetime import timedelta

import httpx
import pytest

from tests.support.api_ship import LOW, NAME, PRESS, RUN, Ship, at, problem_of
from tests.support.fake_clock import FakeClock
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue

TAG_KEYS = [
    "id",
    "value",
    "quality",
    "quality_reason",
    "timestamp",
    "raw_value",
    "unit",
    "description",
    "kind",
    "group",
]


async def test_a_tag_has_the_promised_fields_in_the_promised_form(ship: Ship, api: httpx.AsyncClient) -> None:
    ship.runtime.store.update(PRESS, TagValue(4.2, Quality.GOOD, ship.clock.now(), 420))
    assert (await api.get(f"/tags/{PRESS}")).json() == {
        "id": "me_p.lo_press",
        "value": 4.2,
        "quality": "good",
        "quality_reason": "",
        "timestamp": "2026-11-22T14:06:00.000Z",
        "raw_value": 420,
        "unit": "bar",
        "description": "Port ME lube oil pressure",
        "kind": "analog",
        "group": "ME",
    }


async def test_all_tags_are_listed_with_the_runtimes_own(ship: Ship, api: httpx.AsyncClient) -> None:
    rows = (await api.get("/tags")).json()
    assert [row["id"] for row in rows] == list(ship.runtime.store.definitions())
    assert all(list(row)[: len(TAG_KEYS)] == TAG_KEYS for row in rows)


async def test_only_the_tags_asked_for_are_listed(api: httpx.AsyncClient) -> None:
    rows = (await api.get("/tags", params={"tags": f"{RUN},{PRESS}"})).json()
    assert [row["id"] for row in rows] == [RUN, PRESS]


async def test_a_bad_tag_has_no_value_but_a_reason_and_its_last_good_value(ship: Ship, api: httpx.AsyncClient) -> None:
    ship.put(4.2)
    ship.put(None, quality=Quality.BAD_SENSOR_FAILURE)
    tag = (await api.get(f"/tags/{PRESS}")).json()
    assert (tag["value"], tag["quality"], tag["quality_reason"]) == (None, "bad", "BadSensorFailure")
    assert tag["last_good"] == {
        "value": 4.2,
        "quality": "good",
        "quality_reason": "",
        "timestamp": "2026-11-22T14:06:00.000Z",
    }


@pytest.mark.parametrize(
    ("value", "told"), [(True, True), (False, False), (7, 7), (0.1, 0.1), ('a "b" \\ \u2028 é', 'a "b" \\ \u2028 é')]
)
async def test_every_sort_of_value_arrives_as_it_is(
    ship: Ship, api: httpx.AsyncClient, value: float | bool | str, told: object
) -> None:
    ship.put(value, NAME)
    tag = (await api.get(f"/tags/{NAME}")).json()
    assert tag["value"] == told
    assert type(tag["value"]) is type(told)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
async def test_what_is_not_finite_is_null_and_bad(ship: Ship, api: httpx.AsyncClient, value: float) -> None:
    ship.put(value)
    response = await api.get(f"/tags/{PRESS}")
    assert "NaN" not in response.text
    assert "Infinity" not in response.text
    tag = response.json()
    assert (tag["value"], tag["raw_value"], tag["quality"]) == (None, None, "bad")


async def test_an_unknown_tag_is_404_with_the_nearest_id(api: httpx.AsyncClient) -> None:
    for path in ("/tags/me_p.lo_pres", "/tags/ME_P.LO_PRESS", "/tags/me_p.lo_pres/history", "/tags?tags=me_p.lo_pres"):
        problem = problem_of(await api.get(path), 404, "unknown_tag")
        assert problem["detail"].endswith("did you mean me_p.lo_press?")


async def test_a_wildly_different_id_gets_no_guess(api: httpx.AsyncClient) -> None:
    assert "did you mean" not in problem_of(await api.get("/tags/zzz"), 404, "unknown_tag")["detail"]


async def test_definitions_tell_all_of_tags_and_alarms(api: httpx.AsyncClient) -> None:
    told = (await api.get("/definitions")).json()
    tags = {tag["id"]: tag for tag in told["tags"]}
    alarms = {alarm["id"]: alarm for alarm in told["alarms"]}
    assert (tags[PRESS]["range_normal_min"], tags[PRESS]["range_normal_max"]) == (3.5, 6.5)
    assert tags[RUN]["states"] == {"0": "Stopped", "1": "Running"}
    assert (alarms[LOW]["operator"], alarms[LOW]["limit"], alarms[LOW]["hysteresis"]) == ("<", 2.5, 0.3)
    assert "system.historian.ok" in tags
    assert "system.historian.failed" in alarms


async def test_the_project_is_the_file_as_it_was_read(api: httpx.AsyncClient) -> None:
    project = (await api.get("/project")).json()
    assert project["vessel"] == {"name": "MV Aurora", "imo": "9074729"}
    assert project["tags"][2] == {"id": NAME, "kind": "text"}
    assert list(project) == ["vmsproj", "vessel", "tags", "alarms"]


async def test_health_says_how_it_is(ship: Ship, api: httpx.AsyncClient) -> None:
    health = (await api.get("/health")).json()
    assert health["status"] == "ok"
    assert at(health["started_at"]) == ship.clock.now()
    assert health["tags"]["total"] == len(ship.runtime.store.definitions())
    assert health["historian"]["state"] == "running"
    assert health["clients"] == 0
    assert (await api.get("/devices")).json() == []


class TestHistory:
    """`GET /tags/{id}/history`."""

    @staticmethod
    def write(ship: Ship, count: int) -> None:
        """One sample a second from 14:06:00 on, its value the number of seconds."""
        assert isinstance(ship.clock, FakeClock)
        for second in range(count):
            ship.put(float(second))
            ship.clock.advance(1.0)

    async def test_samples_come_in_order_with_three_fields(self, ship: Ship, api: httpx.AsyncClient) -> None:
        self.write(ship, 2)
        ship.put(None, quality=Quality.BAD_NO_COMMUNICATION)
        assert (await api.get(f"/tags/{PRESS}/history")).json() == [
            {"timestamp": "2026-11-22T14:06:00.000Z", "value": 0.0, "quality": "good"},
            {"timestamp": "2026-11-22T14:06:01.000Z", "value": 1.0, "quality": "good"},
            {"timestamp": "2026-11-22T14:06:02.000Z", "value": None, "quality": "bad"},
        ]

    async def test_every_sample_has_its_own_moment(self, ship: Ship, api: httpx.AsyncClient) -> None:
        start = ship.clock.now()
        self.write(ship, 130)
        rows = (await api.get(f"/tags/{PRESS}/history")).json()
        assert [at(row["timestamp"]) for row in rows] == [start + timedelta(seconds=n) for n in range(130)]

    async def test_without_a_limit_the_newest_thousand_come(self, ship: Ship, api: httpx.AsyncClient) -> None:
        self.write(ship, 1010)
        rows = (await api.get(f"/tags/{PRESS}/history")).json()
        assert len(rows) == 1000
        assert (rows[0]["value"], rows[-1]["value"]) == (10.0, 1009.0)

    async def test_limit_gives_the_newest_in_order(self, ship: Ship, api: httpx.AsyncClient) -> None:
        self.write(ship, 10)
        rows = (await api.get(f"/tags/{PRESS}/history", params={"limit": 3})).json()
        assert [row["value"] for row in rows] == [7.0, 8.0, 9.0]

    @pytest.mark.parametrize(
        "since",
        ["2026-11-22T14:06:05Z", "2026-11-22T14:06:05", "2026-11-22T16:06:05+02:00", "2026-11-22T16:06:05 02:00"],
        ids=["utc", "no offset", "offset", "offset whose plus was not escaped"],
    )
    async def test_since_and_until_cut_the_period(self, ship: Ship, api: httpx.AsyncClient, since: str) -> None:
        self.write(ship, 10)
        params = {"since": since, "until": "2026-11-22T14:06:07Z"}
        rows = (await api.get(f"/tags/{PRESS}/history", params=params)).json()
        assert [row["value"] for row in rows] == [5.0, 6.0, 7.0]

    async def test_a_period_that_ends_with_a_samples_own_time_holds_that_sample(
        self, ship: Ship, api: httpx.AsyncClient
    ) -> None:
        assert isinstance(ship.clock, FakeClock)
        ship.clock.advance(0.000_123)
        ship.put(5.0)
        (row,) = (await api.get(f"/tags/{PRESS}/history")).json()
        params = {"since": row["timestamp"], "until": row["timestamp"]}
        assert (await api.get(f"/tags/{PRESS}/history", params=params)).json() == [row]

    async def test_points_keep_minimum_and_maximum(self, ship: Ship, api: httpx.AsyncClient) -> None:
        self.write(ship, 300)
        ship.put(-7.0)
        rows = (await api.get(f"/tags/{PRESS}/history", params={"points": 10})).json()
        assert len(rows) <= 20
        assert {row["value"] for row in rows} >= {-7.0, 299.0}

    async def test_a_text_tag_has_texts(self, ship: Ship, api: httpx.AsyncClient) -> None:
        ship.put("Rotterdam", NAME)
        rows = (await api.get(f"/tags/{NAME}/history")).json()
        assert [row["value"] for row in rows] == ["Rotterdam"]

    async def test_a_digital_tag_has_numbers(self, ship: Ship, api: httpx.AsyncClient) -> None:
        ship.put(True, RUN)
        rows = (await api.get(f"/tags/{RUN}/history")).json()
        assert [row["value"] for row in rows] == [1.0]

    @pytest.mark.parametrize(
        ("params", "place", "word"),
        [
            ({"since": "yesterday"}, "since", "write it as 2026-11-22T14:06:00Z"),
            ({"until": "2026-13-40"}, "until", "no date and time"),
            ({"since": "0001-01-01T00:00:00+14:00"}, "since", "no date and time"),
            ({"since": "2026-11-22T15:00:00Z", "until": "2026-11-22T14:00:00Z"}, "since", "later than until"),
            ({"limit": "0"}, "limit", "must be greater than or equal to 1"),
            ({"limit": "100001"}, "limit", "must be less than or equal to 100000"),
            ({"limit": "many"}, "limit", "must be a whole number"),
            ({"limit": "9" * 5000}, "limit", "must be a smaller number"),
            ({"points": "-1"}, "points", "must be greater than or equal to 1"),
        ],
    )
    async def test_a_wrong_question_is_422_in_plain_words(
        self, api: httpx.AsyncClient, params: dict[str, str], place: str, word: str
    ) -> None:
        problem = problem_of(await api.get(f"/tags/{PRESS}/history", params=params), 422, "invalid")
        assert problem["detail"].startswith(place)
        assert word in problem["detail"]
