"""An engineer's screen elsewhere reads the audit log through the wire; nobody else does."""

import pytest

from tests.support.api_ship import a_running_ship, served
from tests.support.fake_clock import FakeClock
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.remote.remote_runtime import RemoteRuntime


async def test_the_audit_log_is_the_same_over_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    async with a_running_ship(clock=clock) as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "bridge", clock)
        await remote.start()
        try:
            for kind in (AuditKind.LOGIN, AuditKind.INTENT, AuditKind.ENDED):
                entry = AuditEntry(kind, clock.now(), "Chief", "ecr", "c1", "tag", 1.0, 2.5, "failed", "no")
                await ship.runtime.audit.append(entry)
                clock.advance(1)
            with pytest.raises(CommandRefused) as refused:
                await remote.commands.audit("Chief", None, 10)
            assert refused.value.reason == "role"

            async def engineer(*_: object) -> None:
                """Everybody is one."""

            monkeypatch.setattr(ship.runtime.access, "require", engineer)
            here = await ship.runtime.audit.entries(None, None, 2)
            assert list(await remote.commands.audit("Chief", None, 2)) == here
            assert len(await remote.commands.audit("Chief", here[1].at, 10)) == 2
        finally:
            await remote.stop()
