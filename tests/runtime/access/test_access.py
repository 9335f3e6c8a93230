"""Logins: how long they hold, and how guessing is slowed."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.fake_clock import FakeClock
from vmshmi.core.access import Role
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.access import Access, Claim
from vmshmi.runtime.access.access import NO_LOGIN, SESSION_S
from vmshmi.runtime.access.accounts import FILE, Account, Accounts
from vmshmi.runtime.storage.audit_log import AuditLog


class QuickAccounts(Accounts):
    """Accounts whose PIN costs nothing to check: 2468 for everybody."""

    def check(self, name: str, pin: str) -> Account | None:
        return self.find(name) if pin == "2468" else None


class Door:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.audit = AuditLog(None)
        Accounts(folder / FILE).put("Chief", Role.ENGINEER, "2468")
        self.accounts = QuickAccounts(folder / FILE)
        self.access = Access(folder, lambda name: Role.OPERATOR, self.audit, self.clock, {"ecr": "Control room"})
        self.access._accounts = self.accounts

    async def refused(self, user: str = "Chief", pin: str = "0000") -> str:
        with pytest.raises(CommandRefused) as refusal:
            await self.access.login(user, pin)
        return refusal.value.reason


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door = Door(tmp_path)
    await door.audit.start()
    yield door
    await door.audit.stop()


async def test_each_wrong_pin_doubles_the_wait_up_to_a_minute(door: Door) -> None:
    for wait_s in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        assert await door.refused() == "wrong_pin"
        door.clock.advance(wait_s - 0.01)
        assert await door.refused(pin="2468") == "too_many_attempts"
        door.clock.advance(0.02)
    assert (await door.access.login("Chief", "2468")).person.name == "Chief"
    assert await door.refused() == "wrong_pin"
    door.clock.advance(1.01)  # counted anew
    assert (await door.access.login("Chief", "2468")).person.name == "Chief"


async def test_names_nobody_has_share_one_count(door: Door) -> None:
    for name in ("a", "b", "c"):
        assert await door.refused(name) in ("wrong_pin", "too_many_attempts")
    assert len(door.access._failures) == 1
    assert (await door.access.login("Chief", "2468")).person.role is Role.ENGINEER


async def test_a_login_ends_after_eight_hours(door: Door) -> None:
    login = await door.access.login("Chief", "2468")
    door.clock.advance(SESSION_S - 1)
    assert (await door.access.identify(Claim("", login.token))).role is Role.ENGINEER
    door.clock.advance(1)
    with pytest.raises(CommandRefused) as refusal:
        await door.access.identify(Claim("", login.token))
    assert refusal.value.reason == "session_ended"
    assert door.access._sessions == {}


async def test_a_changed_role_counts_at_once(door: Door) -> None:
    login = await door.access.login("Chief", "2468")
    door.accounts.put("Chief", Role.VIEWER, "2468")
    with pytest.raises(CommandRefused) as refusal:
        await door.access.require(Claim("", login.token), Role.OPERATOR)
    assert refusal.value.reason == "role"


async def test_sessions_are_bounded_and_the_oldest_goes(door: Door) -> None:
    first = await door.access.login("Chief", "2468")
    for _ in range(200):
        await door.access.login("Chief", "2468")
    assert len(door.access._sessions) == 200
    with pytest.raises(CommandRefused):
        await door.access.identify(Claim("", first.token))


async def test_the_token_is_not_kept(door: Door) -> None:
    login = await door.access.login("Chief", "2468")
    assert login.token not in repr(door.access._sessions)
    assert len(login.token) >= 43


async def test_logins_and_failures_are_written_down_without_the_pin(door: Door) -> None:
    await door.refused(pin="1111")
    door.clock.advance(2)
    login = await door.access.login("Chief", "2468", "ecr")
    await door.access.logout(login.token, "ecr")
    await door.access.logout(login.token, "ecr")
    entries = await door.audit.entries()
    assert [entry.kind.value for entry in entries] == ["logout", "login", "login_failed"]
    assert all("2468" not in repr(entry) and "1111" not in repr(entry) for entry in entries)


async def test_an_alarm_is_answered_in_the_name_of_a_login_or_of_the_station_and_of_nobody_else(door: Door) -> None:
    token = (await door.access.login("chief", "2468")).token
    assert await door.access.answering(Claim("Chief", token), "ecr") == "Chief"
    assert await door.access.answering(Claim("Second", token), "ecr") == "Chief"
    assert await door.access.answering(Claim("Chief", here=True), "ecr") == "Control room"
    assert await door.access.answering(Claim("Nobody known"), "ecr") == "Control room"
    assert await door.access.answering(Claim("Chief", "no such token"), "ecr") == "Control room"
    assert await door.access.answering(Claim("Chief"), "a station of nobody") == NO_LOGIN
    assert await door.access.answering(Claim("Chief"), None) == NO_LOGIN
    door.accounts.remove("Chief")
    assert await door.access.answering(Claim("Chief", token), "ecr") == "Control room"  # a login that is over
    assert await door.access.answering(Claim("Chief"), "ecr") == "Chief"  # and no accounts any more


async def test_an_alarm_is_answered_though_the_accounts_cannot_be_read(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    token = (await door.access.login("Chief", "2468")).token
    assert door.accounts.path is not None
    door.accounts.path.write_bytes(b"this is no database" * 100)
    for claim in (Claim("Chief"), Claim("Chief", token)):
        assert await door.access.answering(claim, "ecr") == "Control room"
    assert "who answers an alarm cannot be proven" in caplog.text


async def test_an_alarm_is_answered_though_the_accounts_are_not_read_in_time(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmshmi.runtime.access.access._PATIENCE_S", 0.01)
    free = threading.Event()
    monkeypatch.setattr(door.accounts, "everyone", lambda: free.wait(60.0) and [])
    try:
        assert await door.access.answering(Claim("Chief"), "ecr") == "Control room"
    finally:
        free.set()
