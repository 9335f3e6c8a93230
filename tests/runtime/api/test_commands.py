"""Commands, logins and the audit log over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.api_ship import Ship, asked, problem_of
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.access import Role
from vmshmi.runtime.access.accounts import FILE, Accounts
from vmshmi.runtime.api.app import create_app
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime


def a_project(*users: object, **command: object) -> Project:
    """A simulated set-point that can be commanded, and one that cannot."""
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "devices": [{"id": "sim", "driver": "simulator", "tick_s": 0.05}],
            "tags": [
                {
                    "id": "me.rpm_set",
                    "unit": "rpm",
                    "range_min": 0,
                    "range_max": 1800,
                    "source": {"device": "sim", "signal": "constant"},
                    "writable": True,
                    "command": command or {"feedback_timeout_s": 10},
                },
                {"id": "me.rpm", "source": {"device": "sim"}},
            ],
            "stations": [{"id": "ecr"}, {"id": "bridge", "commands": False}],
            "users": list(users),
        }
    )


@asynccontextmanager
async def a_ship(project: Project | None = None, folder: Path | None = None) -> AsyncIterator[Ship]:
    """Running on the machine's clock, with its simulator."""
    runtime = build_runtime(project or a_project(), RuntimeOptions(database=folder))
    await runtime.start()
    try:
        yield Ship(runtime, SystemClock())
    finally:
        await runtime.stop()


def an_account(folder: Path, name: str = "Chief", role: Role = Role.OPERATOR, pin: str = "2468") -> None:
    Accounts(folder / FILE).put(name, role, pin)


@asynccontextmanager
async def asked_from(ship: Ship, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client on another machine."""
    transport = httpx.ASGITransport(create_app(ship.runtime), client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://192.168.1.5:8765") as client:
        yield client


async def log_in(client: httpx.AsyncClient, name: str = "Chief", pin: str = "2468") -> dict[str, str]:
    answer = await client.post("/login", json={"user": name, "pin": pin})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


class TestWrite:
    async def test_a_command_is_confirmed_and_written_down(self) -> None:
        async with a_ship(a_project({"name": "Chief", "role": "engineer"})) as ship, asked(ship) as client:
            body = {"user": "Chief", "value": 750.0, "station": "ecr", "reason": "slow down"}
            answer = await client.post("/tags/me.rpm_set/write", json=body)
            assert answer.status_code == 200, answer.text
            report: dict[str, Any] = answer.json()
            assert report["outcome"] == "CONFIRMED"
            assert (report["before"], report["seen"], report["value"]) == (50.0, 750.0, 750.0)
            assert [step["stage"] for step in report["stages"]] == ["intent", "taken", "ended"]
            assert (await client.get("/tags/me.rpm_set")).json()["value"] == 750.0
            rows = (await client.get("/audit", params={"user": "Chief"})).json()
        assert [row["kind"] for row in rows] == ["ended", "taken", "intent"]
        assert {row["command"] for row in rows} == {report["id"]}
        assert (rows[2]["user"], rows[2]["station"], rows[2]["old"], rows[2]["new"], rows[2]["reason"]) == (
            "Chief", "ecr", 50.0, 750.0, "slow down",
        )  # fmt: skip
        assert rows[0]["result"] == "confirmed"

    async def test_refusals_are_problems(self) -> None:
        async with a_ship() as ship, asked(ship) as client:
            for path, body, status, reason in (
                ("me.rpm_set", {"user": "Chief", "value": 1801}, 422, "out_of_range"),
                ("me.rpm_set", {"user": "Chief", "value": "fast"}, 422, "bad_value"),
                ("me.rpm_set", {"user": "Chief", "value": 50.0}, 409, "already"),
                ("me.rpm_set", {"user": "Chief", "value": 5, "station": "bridge"}, 403, "station"),
                ("me.rpm_set", {"user": "Chief", "value": 5, "station": "bar"}, 422, "unknown_station"),
                ("me.rpm_set", {"user": "Chief"}, 422, "invalid"),
                ("me.rpm_set", {"user": "Chief", "value": None}, 422, "invalid"),
                ("me.rpm_set", {"value": 5}, 403, "role"),
                ("me.rpm", {"user": "Chief", "value": 5}, 403, "not_writable"),
                ("me.rpm_se", {"user": "Chief", "value": 5}, 404, "unknown_tag"),
            ):
                problem_of(await client.post(f"/tags/{path}/write", json=body), status, reason)

    async def test_select_before_operate(self) -> None:
        project = a_project(select_before_operate=True, feedback_timeout_s=10)
        async with a_ship(project) as ship, asked(ship) as client:
            body: dict[str, object] = {"user": "Chief", "station": "ecr"}
            problem_of(await client.post("/tags/me.rpm_set/write", json={**body, "value": 7}), 409, "not_selected")
            answer = await client.post("/tags/me.rpm_set/select", json=body)
            assert answer.status_code == 200
            assert answer.json()["selected_until"].endswith("Z")
            other = {"user": "Second", "station": "ecr"}
            problem_of(await client.post("/tags/me.rpm_set/select", json=other), 409, "selected_by_other")
            answer = await client.post("/tags/me.rpm_set/write", json={**body, "value": 7})
            assert answer.json()["outcome"] == "CONFIRMED"

    async def test_what_may_be_done_now(self) -> None:
        async with a_ship() as ship, asked(ship) as client:
            may = (await client.get("/tags/me.rpm_set/command", params={"user": "Chief", "station": "ecr"})).json()
            assert may == {"allowed": True, "reason": "", "message": ""}
            may = (await client.get("/tags/me.rpm_set/command", params={"user": "Chief", "station": "bridge"})).json()
            assert (may["allowed"], may["reason"]) == (False, "station")

    async def test_the_definition_says_how_it_is_commanded(self) -> None:
        async with a_ship() as ship, asked(ship) as client:
            tags = {tag["id"]: tag for tag in (await client.get("/definitions")).json()["tags"]}
        assert tags["me.rpm"]["command"] is None
        assert tags["me.rpm_set"]["command"]["range_max"] == 1800
        assert tags["me.rpm_set"]["command"]["feedback_timeout_s"] == 10


class TestWhoMay:
    async def test_a_name_counts_on_this_machine_only(self) -> None:
        async with a_ship() as ship, asked_from(ship, "192.168.1.77") as client:
            problem_of(
                await client.post("/tags/me.rpm_set/write", json={"user": "Chief", "value": 5}), 401, "login_required"
            )
            assert (await client.get("/tags/me.rpm_set")).status_code == 200

    @pytest.mark.parametrize("header", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
    async def test_a_proxy_on_this_machine_speaks_for_others(self, header: str) -> None:
        async with a_ship() as ship, asked(ship) as client:
            may = await client.get("/tags/me.rpm_set/command", params={"user": "Chief"}, headers={header: "10.0.0.9"})
            assert may.json()["reason"] == "login_required"

    @pytest.mark.parametrize("address", ["::1", "127.0.0.5"])
    async def test_every_loopback_address_is_this_machine(self, address: str) -> None:
        async with a_ship() as ship, asked_from(ship, address) as client:
            assert (await client.get("/session", params={"user": "Chief"})).json()["role"] == "operator"

    async def test_where_the_project_has_roles_a_name_has_its_own(self) -> None:
        project = a_project("Motorman", {"name": "Chief", "role": "engineer"}, {"name": "Cook", "role": "viewer"})
        async with a_ship(project) as ship, asked(ship) as client:
            for user, role in (("Motorman", "operator"), ("Chief", "engineer"), ("Cook", "viewer"), ("X", "viewer")):
                person = (await client.get("/session", params={"user": user})).json()
                assert person == {
                    "user": user,
                    "role": role,
                    "expires_at": None,
                    "login_needed": False,
                    "accounts": False,
                }
            problem_of(await client.post("/tags/me.rpm_set/write", json={"user": "Cook", "value": 5}), 403, "role")

    async def test_with_accounts_only_a_login_counts(self, tmp_path: Path) -> None:
        an_account(tmp_path)
        async with a_ship(folder=tmp_path) as ship, asked(ship) as client:
            body = {"user": "Chief", "value": 5}
            problem_of(await client.post("/tags/me.rpm_set/write", json=body), 401, "login_required")
            token = await log_in(client)
            problem_of(
                await client.post("/tags/me.rpm_set/write", json={"user": "X", "value": 5}, headers=token),
                403,
                "not_you",
            )
            answer = await client.post("/tags/me.rpm_set/write", json={"value": 5}, headers=token)
            assert answer.json()["outcome"] == "CONFIRMED"
            assert answer.json()["user"] == "Chief"

    async def test_a_login_counts_from_another_machine(self, tmp_path: Path) -> None:
        an_account(tmp_path)
        async with a_ship(folder=tmp_path) as ship, asked_from(ship, "192.168.1.77") as client:
            answer = await client.post("/tags/me.rpm_set/write", json={"value": 5}, headers=await log_in(client))
            assert answer.json()["outcome"] == "CONFIRMED"

    async def test_an_account_that_is_taken_away_counts_no_more(self, tmp_path: Path) -> None:
        an_account(tmp_path)
        an_account(tmp_path, "Second")
        async with a_ship(folder=tmp_path) as ship, asked(ship) as client:
            token = await log_in(client)
            Accounts(tmp_path / FILE).remove("Chief")
            problem_of(
                await client.post("/tags/me.rpm_set/write", json={"value": 5}, headers=token), 401, "session_ended"
            )

    async def test_accounts_that_cannot_be_read_are_not_no_accounts(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_bytes(b"no database" * 100)
        async with a_ship(folder=tmp_path) as ship, asked(ship) as client:
            problem_of(await client.post("/tags/me.rpm_set/write", json={"user": "Chief", "value": 5}), 503, "storage")

    async def test_logout_ends_it(self, tmp_path: Path) -> None:
        an_account(tmp_path, role=Role.ENGINEER)
        async with a_ship(folder=tmp_path) as ship, asked(ship) as client:
            token = await log_in(client)
            assert (await client.get("/session", headers=token)).json()["role"] == "engineer"
            rows = (await client.get("/audit", headers=token)).json()
            assert [row["kind"] for row in rows] == ["login"]
            assert (await client.post("/logout", headers=token)).status_code == 204
            problem_of(await client.get("/session", headers=token), 401, "session_ended")

    async def test_a_wrong_pin_is_refused_written_down_and_slowed(self, tmp_path: Path) -> None:
        an_account(tmp_path, role=Role.ENGINEER)
        async with a_ship(folder=tmp_path) as ship, asked(ship) as client:
            wrong = {"user": "Chief", "pin": "1111"}
            problem_of(await client.post("/login", json=wrong), 401, "wrong_pin")
            right = {"user": "chief", "pin": "2468"}
            problem_of(await client.post("/login", json=right), 429, "too_many_attempts")
            kinds = [entry.kind.value for entry in await ship.runtime.audit.entries()]
        assert kinds == ["login_failed"]

    async def test_the_audit_log_is_for_engineers(self) -> None:
        async with a_ship() as ship, asked(ship) as client:
            problem_of(await client.get("/audit", params={"user": "Chief"}), 403, "role")
        async with a_ship() as ship, asked_from(ship, "10.0.0.9") as client:
            problem_of(await client.get("/audit", params={"user": "Chief"}), 401, "login_required")

    @pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer  ", "nonsense"])
    async def test_a_header_that_is_no_token(self, header: str) -> None:
        async with a_ship() as ship, asked(ship) as client:
            answer = await client.get("/session", headers={"Authorization": header})
            problem_of(answer, 401, "session_ended")
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_description_says_which_requests_look_at_a_login() -> None:
    async with a_ship() as ship, asked(ship) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    secured = {path for path, methods in paths.items() if any("security" in about for about in methods.values())}
    commanding = {f"/tags/{{tag_id}}/{what}" for what in ("write", "select", "command")}
    answering = {"/alarms/{alarm_id}/ack", "/alarms/silence", "/alarms/test", "/alarms/{alarm_id}/revise"}
    assert secured >= commanding | answering | {"/logout", "/session", "/audit", "/sql"}
    assert not secured & {"/login", "/tags", "/alarms"}


async def test_a_runtime_that_is_stopped_answers_what_waits() -> None:
    project = a_project(feedback_timeout_s=600, feedback_tag="me.rpm", feedback={"5": [-1]})
    async with a_ship(project) as ship, asked(ship) as client:
        waiting = asyncio.create_task(client.post("/tags/me.rpm_set/write", json={"user": "Chief", "value": 5}))
        async with asyncio.timeout(10):
            while not ship.runtime.commands._effects._waiting:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0)
        await ship.runtime.stop()
        assert (await waiting).json()["outcome"] == "UNKNOWN"
