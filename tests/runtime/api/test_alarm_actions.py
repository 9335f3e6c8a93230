"""What people do to alarms from any station: reset, all that is visible, not announced, tested, refused."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.alarm_ship import BILGE, FIRE, LEVEL, OIL, WATER, AlarmShip, a_ship_with_alarms
from tests.support.api_ship import asked, at, problem_of
from vmshmi.core.access import Role
from vmshmi.core.values import TagId
from vmshmi.runtime.access.access import NO_LOGIN
from vmshmi.runtime.access.accounts import FILE, Accounts

ECR_NAME = "ecr"
ANA = {"user": "ana", "station": "ecr"}
BEN = {"user": "ben", "station": "bridge"}


@pytest.fixture
async def ship() -> AsyncIterator[AlarmShip]:
    async with a_ship_with_alarms() as running:
        yield running


@pytest.fixture
async def api(ship: AlarmShip) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(ship) as client:
        yield client


async def standing(api: httpx.AsyncClient) -> dict[str, Any]:
    return {alarm["id"]: alarm for alarm in (await api.get("/alarms")).json()}


async def journal(api: httpx.AsyncClient) -> list[tuple[str, str, str | None, str]]:
    rows = (await api.get("/alarms/history", params={"limit": 50})).json()
    return [(row["kind"], row["alarm"]["id"], row["user"], row["reason"]) for row in rows]


class TestReset:
    """A latching alarm stands until somebody resets it."""

    async def test_it_is_reset_by_name_when_it_is_over_and_acknowledged(
        self, ship: AlarmShip, api: httpx.AsyncClient
    ) -> None:
        await ship.raise_(OIL)
        path = f"/alarms/{OIL}"
        problem_of(await api.post(f"{path}/reset", json=ANA), 409, "still_active")
        await ship.let(OIL, 5.0)
        alarm = (await api.get(path)).json()
        assert (alarm["state"], alarm["latched"], alarm["active"]) == ("RECTIFIED", True, False)
        assert alarm["isa_state"] == "latched_unacknowledged"
        problem_of(await api.post(f"{path}/reset", json=ANA), 409, "not_acknowledged")
        await api.post(f"{path}/ack", json=ANA)
        alarm = (await standing(api))[OIL]
        assert (alarm["state"], alarm["isa_state"], alarm["iec_state"]) == ("ACK", "latched_acknowledged", "A")
        answer = await api.post(f"{path}/reset", json=ANA)
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["latched"]) == ("CLEARED", False)
        assert await standing(api) == {}
        assert ("reset", OIL, "ana", "") in (await journal(api))[:2]
        problem_of(await api.post(f"{path}/reset", json=ANA), 409, "not_latched")

    async def test_an_unknown_alarm_is_404_and_no_name_is_422(self, api: httpx.AsyncClient) -> None:
        problem_of(await api.post("/alarms/nope/reset", json=ANA), 404, "unknown_alarm")
        problem_of(await api.post(f"/alarms/{OIL}/reset", json={"station": "ecr"}), 422, "invalid")


class TestWhatIsVisible:
    """One action for all that is on the screen, where the rules allow it."""

    async def test_exactly_the_raisings_that_were_seen_are_acknowledged(
        self, ship: AlarmShip, api: httpx.AsyncClient
    ) -> None:
        seen = [{"id": alarm, "occurrence": (await ship.raise_(alarm)).occurrence} for alarm in (OIL, WATER, BILGE)]
        ship.clock.advance(1)
        await ship.raise_(WATER)  # it went and came again: nobody has seen that
        await ship.raise_(FIRE)
        answer = await api.post("/alarms/ack-visible", json={**ANA, "alarms": seen})
        assert (answer.status_code, answer.json()) == (200, {"acknowledged": 2})
        states = {alarm_id: alarm["state"] for alarm_id, alarm in (await standing(api)).items()}
        assert states == {OIL: "ACK", BILGE: "ACK", WATER: "ACTIVE", FIRE: "ACK"}
        assert ("refused", WATER, "ana", "stale_occurrence") in await journal(api)

    @pytest.mark.parametrize("station", ["bridge", "cabin", "unknown", None])
    async def test_elsewhere_it_is_refused_and_in_the_journal(
        self, ship: AlarmShip, api: httpx.AsyncClient, station: str | None
    ) -> None:
        seen = [{"id": OIL, "occurrence": (await ship.raise_(OIL)).occurrence}]
        body = {"user": "ben", "station": station, "alarms": seen}
        problem = problem_of(await api.post("/alarms/ack-visible", json=body), 409, "not_allowed_here")
        assert "one by one" in problem["detail"]
        assert (await standing(api))[OIL]["state"] == "ACTIVE"
        assert (await journal(api))[0] == ("refused", "", "ben", "not_allowed_here")

    @pytest.mark.parametrize(
        ("alarms", "detail"),
        [
            ([], "alarms: list should have at least 1 item"),
            ([{"id": OIL}], "alarms.0.occurrence: is missing"),
            ([{"id": OIL, "occurrence": 1, "x": 1}], "alarms.0.x: is not a field of this request"),
            ([{"id": "", "occurrence": 1}], "alarms.0.id: must have at least 1 character"),
            ([{"id": OIL, "occurrence": -1}], "alarms.0.occurrence: must be greater than or equal to 0"),
        ],
    )
    async def test_a_malformed_list_is_422(self, api: httpx.AsyncClient, alarms: list[Any], detail: str) -> None:
        answer = await api.post("/alarms/ack-visible", json={**ANA, "alarms": alarms})
        assert problem_of(answer, 422, "invalid")["detail"].startswith(detail)


class TestWhatIsNotAnnounced:
    """One question shows everything that is held back, why, by whom and until when."""

    async def test_all_three_reasons_are_listed(self, ship: AlarmShip, api: httpx.AsyncClient) -> None:
        assert (await api.get("/alarms/suppressed")).json() == []
        await ship.raise_(OIL)
        await api.post(f"/alarms/{OIL}/shelve", json={**ANA, "minutes": 10, "reason": "a leak"})
        await api.post(f"/alarms/{WATER}/out-of-service", json={**ANA, "reason": "engine is open"})
        await ship.let(BILGE, 200.0)
        rows = {row["id"]: row for row in (await api.get("/alarms/suppressed")).json()}
        assert list(rows) == sorted(rows)
        told = {alarm: (row["suppression"], row["why"], row["by"]) for alarm, row in rows.items()}
        assert told == {
            OIL: ("shelved", "a leak", "ana"),
            WATER: ("out_of_service", "engine is open", "ana"),
            LEVEL: ("suppressed_by_design", "not watched unless bilge < 100", None),
        }
        assert (at(rows[OIL]["until"]) - at(rows[OIL]["since"])).total_seconds() == 600
        assert rows[WATER]["until"] is None
        assert rows[OIL]["state"] == "ACTIVE"
        assert OIL in await standing(api), "it stands, although it is not announced"
        assert rows[OIL]["isa_state"] == "shelved"

    async def test_a_shelving_that_is_over_leaves_the_list(self, ship: AlarmShip, api: httpx.AsyncClient) -> None:
        await api.post(f"/alarms/{OIL}/shelve", json={**ANA, "minutes": 10, "reason": "a leak"})
        await ship.pass_time(601)
        assert (await api.get("/alarms/suppressed")).json() == []
        assert (await journal(api))[0] == ("unshelved", OIL, None, "its time is over")


class TestTheBridge:
    """Alarms of category C belong to the engine room."""

    @pytest.mark.parametrize("station", [None, "", "attic"])
    async def test_who_does_not_say_from_where_does_not_answer_category_c(
        self, ship: AlarmShip, api: httpx.AsyncClient, station: str | None
    ) -> None:
        for alarm in (BILGE, OIL):
            await ship.raise_(alarm)
        body = {"user": "ana"} if station is None else {"user": "ana", "station": station}
        problem = problem_of(await api.post(f"/alarms/{BILGE}/ack", json=body), 409, "category_c")
        assert problem["detail"] == "bilge high: is answered in the engine room: say from which station of the project"
        assert (await standing(api))[BILGE]["state"] == "ACTIVE"
        assert (await journal(api))[0][0] == "refused"
        assert (await api.post(f"/alarms/{OIL}/ack", json=body)).status_code == 200
        assert (await api.post(f"/alarms/{BILGE}/ack", json=ANA)).status_code == 200

    @pytest.mark.parametrize(
        ("action", "more"),
        [
            ("ack", {}),
            ("reset", {}),
            ("shelve", {"minutes": 5, "reason": "x"}),
            ("out-of-service", {"reason": "x"}),
        ],
    )
    async def test_it_cannot_answer_them_and_is_told_why(
        self, ship: AlarmShip, api: httpx.AsyncClient, action: str, more: dict[str, object]
    ) -> None:
        await ship.raise_(BILGE)
        problem = problem_of(await api.post(f"/alarms/{BILGE}/{action}", json={**BEN, **more}), 409, "category_c")
        assert problem["detail"] == "bilge high: is answered in the engine room, the bridge can silence it"
        assert (await standing(api))[BILGE]["state"] == "ACTIVE"
        assert (await journal(api))[0] == ("refused", BILGE, "ben", "category_c")

    async def test_it_can_silence_them_and_answer_the_others(self, ship: AlarmShip, api: httpx.AsyncClient) -> None:
        await ship.raise_(BILGE)
        await ship.raise_(WATER)
        assert (await api.post("/alarms/silence", json=BEN)).status_code == 204
        alarms = await standing(api)
        assert alarms[BILGE]["silenced_until"] is not None
        assert alarms[BILGE]["iec_state"] == "S"
        assert (await api.post(f"/alarms/{WATER}/ack", json=BEN)).status_code == 200
        assert (await api.post(f"/alarms/{BILGE}/ack", json=ANA)).status_code == 200


async def test_an_escalated_warning_is_an_alarm_with_a_new_occurrence(ship: AlarmShip, api: httpx.AsyncClient) -> None:
    before = await ship.raise_(WATER)
    assert (await standing(api))[WATER]["priority"] == "warning"
    await ship.pass_time(301)
    alarm = (await standing(api))[WATER]
    assert (alarm["priority"], alarm["escalations"], alarm["state"]) == ("alarm", 1, "ACTIVE")
    assert alarm["occurrence"] > before.occurrence
    answer = await api.post(f"/alarms/{WATER}/ack", json={**ANA, "occurrence": before.occurrence})
    problem_of(answer, 409, "stale_occurrence")
    kinds = [(kind, alarm_id) for kind, alarm_id, _, _ in await journal(api)]
    assert kinds[1:3] == [("raised", WATER), ("escalated", WATER)]


async def test_a_test_of_lamp_and_horn_is_an_alarm_and_in_the_journal(ship: AlarmShip, api: httpx.AsyncClient) -> None:
    assert (await api.post("/alarms/test", json={**ANA, "priority": "warning"})).status_code == 204
    await ship.runtime.alarms.announced()
    alarm = (await standing(api))["system.test.warning"]
    assert (alarm["priority"], alarm["state"]) == ("warning", "ACTIVE")
    assert any(user == "ana" and alarm_id == "system.test.warning" for _, alarm_id, user, _ in await journal(api))
    problem_of(await api.post("/alarms/test", json={**ANA, "priority": "loud"}), 422, "invalid")
    problem_of(await api.post("/alarms/test", json={"priority": "alarm"}), 422, "invalid")


async def test_the_definitions_say_all_that_a_person_may_ask(api: httpx.AsyncClient) -> None:
    rows = {row["id"]: row for row in (await api.get("/definitions")).json()["alarms"]}
    oil = rows[OIL]
    assert (oil["cause"], oil["action"], oil["latching"], oil["revision"]) == ("a leak", "look", True, 0)
    assert (oil["measure"], oil["on_bad"], oil["others"], oil["consequence_of"]) == ("value", "alarm", [], [])
    assert rows[WATER]["escalate_s"] == 300
    assert rows[WATER]["realarm_s"] is None


class TestALoudspeaker:
    """A station elsewhere says whether it can be heard; the runtime makes a tag and an alarm of it."""

    async def test_a_silent_one_is_known_to_everybody(self, ship: AlarmShip, api: httpx.AsyncClient) -> None:
        said = {"sound": "silent", "why": "no sound device"}
        assert (await api.post("/stations/bridge/sound", json=said)).status_code == 204
        assert ship.runtime.stations.silent() == [("bridge", "no sound device")]
        tag = TagId("system.station.bridge.sound")
        assert tag in ship.runtime.store.definitions()

    async def test_an_unknown_station_is_404_and_a_wrong_word_422(self, api: httpx.AsyncClient) -> None:
        problem = problem_of(await api.post("/stations/brige/sound", json={"sound": "plays"}), 404, "unknown_station")
        assert problem["detail"].endswith("did you mean bridge?")
        problem_of(await api.post("/stations/bridge/sound", json={"sound": "loud"}), 422, "invalid")


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/alarms?state=ACTIVE", "state: is not a parameter of this request, which has none"),
        ("/alarms/history?limt=5", "limt: is not a parameter of this request; did you mean limit?"),
        ("/alarms/history?zz=5", "zz: is not a parameter of this request; there are limit, since, until"),
        ("/alarms/history?limit=5&limit=6", "limit: is given more than once"),
        ("/health?verbose=1", "verbose: is not a parameter of this request, which has none"),
        ("/tags?tag=oil", "tag: is not a parameter of this request; did you mean tags?"),
        ("/tags/oil/history?point=9", "point: is not a parameter of this request; did you mean points?"),
    ],
)
async def test_a_parameter_that_is_not_known_is_422(api: httpx.AsyncClient, path: str, detail: str) -> None:
    problem = problem_of(await api.get(path), 422, "invalid")
    assert problem["detail"] == detail
    assert problem["errors"] == [dict(zip(("where", "message"), detail.split(": ", 1), strict=True))]


async def test_a_parameter_of_an_action_is_refused_before_anything_happens(
    ship: AlarmShip, api: httpx.AsyncClient
) -> None:
    await ship.raise_(OIL)
    problem_of(await api.post(f"/alarms/{OIL}/ack?user=ana", json=ANA), 422, "invalid")
    assert (await standing(api))[OIL]["state"] == "ACTIVE"


async def test_every_question_and_every_field_is_in_the_description(ship: AlarmShip, api: httpx.AsyncClient) -> None:
    await ship.raise_(OIL)
    await api.post(f"/alarms/{OIL}/shelve", json={**ANA, "minutes": 10, "reason": "x"})
    described = (await api.get("/openapi.json")).json()
    shapes = described["components"]["schemas"]
    (listed,) = (await api.get("/alarms")).json()
    (held_back,) = (await api.get("/alarms/suppressed")).json()
    assert set(listed) == set(shapes["AlarmOut"]["properties"])
    assert set(held_back) == set(shapes["SuppressedOut"]["properties"])
    for path in ("/alarms/{alarm_id}/reset", "/alarms/ack-visible", "/alarms/test", "/stations/{station_id}/sound"):
        assert "post" in described["paths"][path], path


class TestWithAccounts:
    """An answer stands in the name of a login or of the station; it is refused to nobody."""

    @pytest.fixture(autouse=True)
    def accounts(self, ship: AlarmShip, tmp_path: Path) -> None:
        accounts = Accounts(tmp_path / FILE)
        accounts.put("Ana", Role.VIEWER, "2468")
        ship.runtime.access._accounts = accounts

    async def test_without_a_login_it_is_the_station_that_acknowledges(
        self, ship: AlarmShip, api: httpx.AsyncClient
    ) -> None:
        await ship.raise_(OIL)
        answer = (await api.post(f"/alarms/{OIL}/ack", json=ANA)).json()
        assert (answer["state"], answer["acked_by"], answer["acked_station"]) == ("ACK", ECR_NAME, "ecr")
        await ship.raise_(WATER)
        answer = await api.post(f"/alarms/{WATER}/ack", json={"user": "Ana"}, headers={"Authorization": "Basic x"})
        assert answer.json()["acked_by"] == NO_LOGIN
        assert "ana" not in {str(user).casefold() for _, _, user, _ in await journal(api)}

    async def test_a_login_answers_whatever_name_is_given_and_every_order_carries_it(
        self, ship: AlarmShip, api: httpx.AsyncClient
    ) -> None:
        token = (await api.post("/login", json={"user": "ana", "pin": "2468"})).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        await ship.raise_(OIL)
        assert (await api.post(f"/alarms/{OIL}/ack", json={**BEN, "station": "ecr"})).json()["acked_by"] == "Ana"
        await ship.raise_(WATER)
        for path, body in (
            ("silence", {}),
            (f"{WATER}/shelve", {"minutes": 5, "reason": "tested"}),
            (f"{WATER}/unshelve", {}),
            (f"{WATER}/out-of-service", {"reason": "tested"}),
            (f"{WATER}/in-service", {}),
            ("test", {}),
        ):
            answer = await api.post(f"/alarms/{path}", json={**ANA, "user": "Ben", **body})
            assert answer.status_code in (200, 204), answer.text
        users = {user for _, _, user, _ in await journal(api) if user is not None}
        assert users == {"Ana"}
        revised = await api.post(f"/alarms/{OIL}/revise", json={**ANA, "user": "Ben", "reason": "tested", "delay_s": 7})
        assert revised.json()["user"] == "Ana"
