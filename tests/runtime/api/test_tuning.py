"""What if and revisions over HTTP."""

from datetime import timedelta

from tests.support.api_ship import LOW, PRESS, Ship, a_running_ship, asked, problem_of
from tests.support.fake_clock import FakeClock
from vmshmi.core.clock import to_iso

REVISE = {"limit": 2.2, "user": "Chief", "station": "ecr", "reason": "false alarms in swell"}


async def _sail(ship: Ship, *values: float) -> dict[str, str]:
    """A sample a second; the period they make."""
    assert isinstance(ship.clock, FakeClock)
    since = ship.clock.now()
    for value in values:
        ship.put(value)
        ship.clock.advance(1)
    return {"since": to_iso(since), "until": to_iso(ship.clock.now() + timedelta(seconds=1))}


async def test_what_if_tells_each_raising_and_what_becomes_of_it() -> None:
    async with a_running_ship() as ship, asked(ship) as client:
        period = await _sail(ship, 5.0, 2.4, 5.0, 5.0, 1.0, 1.0, 5.0)
        answer = (await client.post(f"/alarms/{LOW}/whatif", json={**period, "limit": 2.0})).json()
        assert answer["counts"] == {"same": 1, "later": 0, "earlier": 0, "gone": 1, "new": 0}
        assert [pair["fate"] for pair in answer["pairs"]] == ["gone", "same"]
        assert answer["pairs"][0]["before"]["value"] == 2.4
        assert answer["before"] == {"limit": 2.5, "hysteresis": 0.3, "delay_s": 0.0}
        assert answer["after"]["limit"] == 2.0
        assert (answer["recorded"], answer["agreed"], answer["samples"]) == (2, 2, 7)


async def test_a_revision_is_applied_listed_and_shown_in_the_project() -> None:
    async with a_running_ship() as ship, asked(ship) as client:
        made = (await client.post(f"/alarms/{LOW}/revise", json=REVISE)).json()
        assert (made["number"], made["user"], made["before"]["limit"], made["after"]["limit"]) == (1, "Chief", 2.5, 2.2)
        assert ship.runtime.alarms.definitions()[LOW].limit == 2.2
        assert (await client.get(f"/alarms/{LOW}/revisions")).json() == [made]
        assert (await client.get("/alarms/history")).json()[0]["kind"] == "revised"


async def test_a_revision_needs_a_name_a_reason_and_another_number() -> None:
    async with a_running_ship() as ship, asked(ship) as client:
        for body, status, reason in (
            ({**REVISE, "user": " "}, 422, "invalid"),
            ({**REVISE, "reason": ""}, 422, "invalid"),
            ({**REVISE, "limit": 2.5}, 409, "no_change"),
            ({**REVISE, "delay_s": -1}, 422, "invalid"),
            ({**REVISE, "limitt": 1}, 422, "invalid"),
        ):
            problem_of(await client.post(f"/alarms/{LOW}/revise", json=body), status, reason)
        assert ship.runtime.alarms.definitions()[LOW].revision == 0


async def test_an_alarm_or_a_period_that_is_none_is_one_clear_line() -> None:
    async with a_running_ship() as ship, asked(ship) as client:
        period = await _sail(ship, 5.0)
        problem = problem_of(await client.post("/alarms/me_p.lo_press.lwo/whatif", json=period), 404, "unknown_alarm")
        assert LOW in problem["detail"]
        backwards = {"since": period["until"], "until": period["since"]}
        problem_of(await client.post(f"/alarms/{LOW}/whatif", json=backwards), 422, "bad_period")
        problem_of(await client.post(f"/alarms/{LOW}/whatif", json={**period, "since": "noon"}), 422, "invalid")
        problem_of(await client.get("/alarms/nothing/revisions"), 404, "unknown_alarm")
        assert PRESS in ship.runtime.store.definitions()
