"""Alarms over HTTP: what stands, what a person may do, what is refused."""

import json
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api_ship import LOW, Ship, at, problem_of, until

ALARM_KEYS = [
    "id",
    "occurrence",
    "tag",
    "state",
    "priority",
    "category",
    "message",
    "group",
    "value",
    "limit",
    "raised_at",
    "acked_at",
    "acked_by",
    "acked_station",
    "rectified_at",
    "cleared_at",
    "suppression",
    "silenced_until",
]
ACTIONS = ("ack", "shelve", "unshelve", "out-of-service", "in-service")
GOOD_BODIES = {
    "ack": {"user": "ana"},
    "shelve": {"user": "ana", "minutes": 10, "reason": "sensor is being changed"},
    "unshelve": {"user": "ana"},
    "out-of-service": {"user": "ana", "reason": "engine is open"},
    "in-service": {"user": "ana"},
}


async def test_an_alarm_that_stands_is_listed_with_the_promised_fields(ship: Ship, api: httpx.AsyncClient) -> None:
    assert (await api.get("/alarms")).json() == []
    occurrence = await ship.raise_low()
    (alarm,) = (await api.get("/alarms")).json()
    assert list(alarm)[: len(ALARM_KEYS)] == ALARM_KEYS
    assert (alarm["id"], alarm["occurrence"], alarm["state"]) == (LOW, occurrence, "ACTIVE")
    assert (alarm["priority"], alarm["category"], alarm["group"]) == ("alarm", "B", "ME")
    assert (alarm["value"], alarm["limit"]) == (1.0, 2.5)
    assert at(alarm["raised_at"]) == ship.clock.now()


async def test_a_rectified_alarm_stays_listed_until_it_is_acknowledged(ship: Ship, api: httpx.AsyncClient) -> None:
    await ship.raise_low()
    ship.put(5.0)
    await until(lambda: not ship.runtime.alarms.record(LOW).active)
    assert [alarm["state"] for alarm in (await api.get("/alarms")).json()] == ["RECTIFIED"]
    await api.post(f"/alarms/{LOW}/ack", json={"user": "ana"})
    assert (await api.get("/alarms")).json() == []
    assert (await api.get(f"/alarms/{LOW}")).json()["state"] == "CLEARED"


async def test_an_acknowledgement_carries_name_station_and_time(ship: Ship, api: httpx.AsyncClient) -> None:
    occurrence = await ship.raise_low()
    body = {"user": " ana ", "station": "bridge", "occurrence": occurrence}
    response = await api.post(f"/alarms/{LOW}/ack", json=body)
    alarm = response.json()
    assert response.status_code == 200
    assert (alarm["state"], alarm["acked_by"], alarm["acked_station"]) == ("ACK", "ana", "bridge")
    assert at(alarm["acked_at"]) == ship.clock.now()


async def test_an_acknowledgement_of_another_occurrence_is_409_and_changes_nothing(
    ship: Ship, api: httpx.AsyncClient
) -> None:
    occurrence = await ship.raise_low()
    response = await api.post(f"/alarms/{LOW}/ack", json={"user": "ana", "occurrence": occurrence - 1})
    problem_of(response, 409, "stale_occurrence")
    assert (await api.get(f"/alarms/{LOW}")).json()["state"] == "ACTIVE"


async def test_a_second_acknowledgement_is_409(ship: Ship, api: httpx.AsyncClient) -> None:
    await ship.raise_low()
    await api.post(f"/alarms/{LOW}/ack", json={"user": "ana"})
    problem_of(await api.post(f"/alarms/{LOW}/ack", json={"user": "ben"}), 409, "already_acknowledged")


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_unknown_alarm_is_404_with_the_nearest_id(api: httpx.AsyncClient, action: str) -> None:
    response = await api.post("/alarms/me_p.lo_press.lo/" + action, json=GOOD_BODIES[action])
    assert problem_of(response, 404, "unknown_alarm")["detail"].endswith(f"did you mean {LOW}?")


async def test_a_shelved_alarm_says_so_and_comes_back(ship: Ship, api: httpx.AsyncClient) -> None:
    await ship.raise_low()
    shelved = (await api.post(f"/alarms/{LOW}/shelve", json=GOOD_BODIES["shelve"])).json()
    assert shelved["suppression"] == "shelved"
    assert shelved["shelved"]["reason"] == "sensor is being changed"
    back = (await api.post(f"/alarms/{LOW}/unshelve", json={"user": "ana"})).json()
    assert back["suppression"] is None
    problem_of(await api.post(f"/alarms/{LOW}/unshelve", json={"user": "ana"}), 409, "not_shelved")


async def test_out_of_service_lasts_until_in_service(api: httpx.AsyncClient) -> None:
    out = (await api.post(f"/alarms/{LOW}/out-of-service", json=GOOD_BODIES["out-of-service"])).json()
    assert (out["suppression"], out["out_of_service"]["until"]) == ("out_of_service", None)
    again = await api.post(f"/alarms/{LOW}/out-of-service", json=GOOD_BODIES["out-of-service"])
    problem_of(again, 409, "already_out_of_service")
    assert (await api.post(f"/alarms/{LOW}/in-service", json={"user": "ana"})).json()["suppression"] is None


@pytest.mark.parametrize("body", [None, {}, {"user": "ana", "station": "bridge"}], ids=["none", "empty", "named"])
async def test_silence_needs_no_name_and_acknowledges_nothing(
    ship: Ship, api: httpx.AsyncClient, body: dict[str, str] | None
) -> None:
    await ship.raise_low()
    response = await api.post("/alarms/silence", json=body) if body is not None else await api.post("/alarms/silence")
    assert response.status_code == 204
    (alarm,) = (await api.get("/alarms")).json()
    assert alarm["state"] == "ACTIVE"
    assert alarm["silenced_until"] == "2026-11-22T14:06:30.000Z"


async def test_history_has_the_newest_transition_first(ship: Ship, api: httpx.AsyncClient) -> None:
    await ship.raise_low()
    await api.post(f"/alarms/{LOW}/ack", json={"user": "ana", "station": "bridge"})
    rows = (await api.get("/alarms/history")).json()
    assert [row["kind"] for row in rows] == ["acknowledged", "raised", "started"]
    assert (rows[0]["user"], rows[0]["station"], rows[0]["alarm"]["state"]) == ("ana", "bridge", "ACK")
    assert [row["kind"] for row in (await api.get("/alarms/history?limit=1")).json()] == ["acknowledged"]
    assert (await api.get("/alarms/history?until=2020-01-01")).json() == []
    problem_of(await api.get("/alarms/history?since=2027-01-01&until=2026-01-01"), 422, "invalid")
    problem_of(await api.get("/alarms/history?limit=100001"), 422, "invalid")


@pytest.mark.parametrize(
    ("action", "body", "detail"),
    [
        ("ack", {}, "user: is missing"),
        ("ack", {"user": ""}, "user: must have at least 1 character"),
        ("ack", {"user": "  "}, "user: must have at least 1 character"),
        ("ack", {"user": "a" * 81}, "user: must have at most 80 characters"),
        ("ack", {"user": "ana\nben"}, "user: must not hold control characters or line breaks"),
        ("ack", {"user": 7}, "user: must be a text"),
        ("ack", {"user": "ana", "occurrence": "7"}, "occurrence: must be a whole number"),
        ("ack", {"user": "ana", "occurrence": True}, "occurrence: must be a whole number"),
        ("ack", {"user": "ana", "occurence": 7}, "occurence: is not a field of this request"),
        ("ack", [], "body: must be a JSON object"),
        ("shelve", {"user": "ana", "minutes": 5}, "reason: is missing"),
        ("shelve", {"user": "ana", "minutes": 0, "reason": "x"}, "minutes: must be greater than 0"),
        ("shelve", {"user": "ana", "minutes": "long", "reason": "x"}, "minutes: must be a number"),
        ("out-of-service", {"user": "ana"}, "reason: is missing"),
    ],
)
async def test_a_wrong_request_is_422_in_plain_words(
    api: httpx.AsyncClient, action: str, body: object, detail: str
) -> None:
    problem = problem_of(await api.post(f"/alarms/{LOW}/{action}", json=body), 422, "invalid")
    assert problem["detail"] == detail
    assert problem["errors"] == [dict(zip(("where", "message"), detail.split(": "), strict=True))]


async def test_no_body_at_all_is_said_so(api: httpx.AsyncClient) -> None:
    assert problem_of(await api.post(f"/alarms/{LOW}/ack"), 422, "invalid")["detail"] == "body: is missing"


async def test_a_shelving_longer_than_the_ship_allows_is_422(api: httpx.AsyncClient) -> None:
    body = {"user": "ana", "minutes": 5000, "reason": "x"}
    problem_of(await api.post(f"/alarms/{LOW}/shelve", json=body), 422, "bad_minutes")


async def test_a_body_that_is_not_json_says_where(api: httpx.AsyncClient) -> None:
    response = await api.post(f"/alarms/{LOW}/ack", content='{"user":', headers={"Content-Type": "application/json"})
    assert problem_of(response, 422, "invalid")["detail"].startswith("body: is not JSON, near character")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_body_that_a_foreign_page_could_send_is_415(api: httpx.AsyncClient, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    response = await api.post(f"/alarms/{LOW}/ack", content=b'{"user":"ana"}', headers=headers)
    problem_of(response, 415, "not_json")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_BODY = st.one_of(
    _JSON,
    st.fixed_dictionaries({}, optional={"user": _JSON | st.text(), "station": _JSON, "occurrence": _JSON}),
    st.fixed_dictionaries({"user": st.text()}, optional={"station": st.text(), "occurrence": st.integers()}),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(action=st.sampled_from(ACTIONS), alarm_id=st.just(LOW) | st.text(min_size=1, max_size=20), body=_BODY)
async def test_no_body_and_no_id_is_an_error_of_the_program(
    ship: Ship, api: httpx.AsyncClient, action: str, alarm_id: str, body: object
) -> None:
    path = f"/alarms/{quote(alarm_id, safe='', errors='surrogatepass')}/{action}"
    response = await api.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert set(response.json()) >= {"type", "title", "status", "detail"}
    assert ship.runtime.alarms.record(LOW) is not None
