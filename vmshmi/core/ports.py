"""What the screens need of a runtime, wherever it runs.

Two implementations: `app.bridge` (runtime in the same process, own thread) and `runtime.remote` (HTTP and WebSocket).
Every method and every callback here runs in the screen's thread; callbacks come in batches, at most once a frame.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vmshmi.core.access import Person
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Priority
from vmshmi.core.alarms.revision import DefinitionChange, Revision
from vmshmi.core.alarms.whatif import WhatIf
from vmshmi.core.audit import AuditEntry
from vmshmi.core.commands import CommandRefusal, CommandReport
from vmshmi.core.devices import DeviceStatus, MonitorRow
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId, TagValue

TagChanges = Mapping[TagId, TagValue]
TagCallback = Callable[[TagChanges], None]
AlarmCallback = Callable[[Sequence[AlarmTransition]], None]
MonitorCallback = Callable[[Sequence[MonitorRow]], None]


class Watch(Protocol):
    """Something that goes on until it is closed."""

    def close(self) -> None:
        """End it; a second call does nothing."""
        ...


class TagsPort(Protocol):
    """Values of tags, latest wins."""

    def definitions(self) -> Mapping[TagId, TagDef]:
        """Every tag the runtime knows, its own system tags included."""
        ...

    def value(self, tag_id: TagId) -> TagValue:
        """The present value; bad with a reason when there is none.

        Raises:
            KeyError: if there is no such tag.
        """
        ...

    def last_good(self, tag_id: TagId) -> TagValue | None:
        """The last value that was not bad, for marking as such; None when there never was one."""
        ...

    def watch(self, tag_ids: Iterable[TagId], callback: TagCallback) -> Watch:
        """Call back with what changed among these tags, once a frame at most; first with all of them."""
        ...


class AlarmsPort(Protocol):
    """Alarms and what a person may do with them. Transitions are never coalesced."""

    def definitions(self) -> Mapping[str, AlarmDef]:
        """Every alarm the runtime knows, its own system alarms included."""
        ...

    def standing(self) -> Sequence[AlarmRecord]:
        """All that are active or want an answer, in the order of the list."""
        ...

    def watch(self, callback: AlarmCallback) -> Watch:
        """Call back with each transition, in order."""
        ...

    async def acknowledge(self, alarm_id: str, occurrence: int, user: str, station: str) -> AlarmRecord:
        """Acknowledge exactly this occurrence.

        Raises:
            CommandRefused: if it is not the present occurrence, unknown, or needs no acknowledgement.
        """
        ...

    def suppressed(self) -> Sequence[AlarmRecord]:
        """All that are not announced; each record says why, by whom and until when."""
        ...

    async def acknowledge_visible(self, seen: Sequence[tuple[str, int]], user: str, station: str) -> int:
        """Acknowledge these (alarm id, occurrence), where the station's rights allow it.

        Returns:
            How many were acknowledged; those that have changed meanwhile are left as they are.

        Raises:
            CommandRefused: `not_allowed_here`, `no_user`, `not_running`.
        """
        ...

    async def reset(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        """End the latching of an alarm whose condition is over and which is acknowledged.

        Raises:
            CommandRefused: if it is not latched, still active, not acknowledged, or category C on a bridge.
        """
        ...

    async def shelve(self, alarm_id: str, user: str, minutes: float, reason: str, station: str) -> AlarmRecord:
        """Do not announce it for some minutes.

        Raises:
            CommandRefused: see `AlarmEngine.shelve`.
        """
        ...

    async def unshelve(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        """End the shelving.

        Raises:
            CommandRefused: see `AlarmEngine.unshelve`.
        """
        ...

    async def out_of_service(self, alarm_id: str, user: str, reason: str, station: str) -> AlarmRecord:
        """Do not announce it until a person brings it back.

        Raises:
            CommandRefused: see `AlarmEngine.out_of_service`.
        """
        ...

    async def in_service(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        """Bring it back.

        Raises:
            CommandRefused: see `AlarmEngine.in_service`.
        """
        ...

    async def test(self, priority: Priority, user: str, station: str) -> None:
        """Raise the test alarm of this priority for ten seconds: lamp, horn and list are exercised; it is journalled.

        Raises:
            CommandRefused: `no_user`, `not_running`.
        """
        ...

    async def silence(self, user: str, station: str) -> None:
        """Let all sound rest for 30 s; acknowledges nothing."""
        ...

    async def history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        """Transitions from the journal, newest first."""
        ...

    async def kpi(self, since: datetime, until: datetime) -> AlarmKpi:
        """The alarm system's numbers over a time that ends now at the latest; `since` before `until`.

        Raises:
            StorageError: if the journal cannot be read now.
        """
        ...


class HistoryPort(Protocol):
    """The historian, from afar."""

    async def query(self, query: HistoryQuery) -> HistorySeries:
        """Rows in order of time.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        ...

    async def query_many(
        self, tag_ids: Sequence[TagId], since: datetime, until: datetime, points: int
    ) -> Sequence[HistorySeries]:
        """Several tags in one question, each thinned to `points` buckets, in the order asked; at most 32.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now; then none is answered.
        """
        ...

    async def export(self, tag_ids: Sequence[TagId], since: datetime, until: datetime, file: Path) -> None:
        """Write every recorded sample of some tags, in order of time; cancelling ends the work.

        Args:
            tag_ids: at most 32.
            since, until: aware, both included.
            file: on this machine; ends with `.parquet` or `.csv`; replaced when it exists, and whole or not there.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now or the file cannot be written.
        """
        ...


class TuningPort(Protocol):
    """What would have been with other numbers, and other numbers for an alarm."""

    async def what_if(self, alarm_id: str, change: DefinitionChange, since: datetime, until: datetime) -> WhatIf:
        """Replay the recorded history of a period with the present and with changed numbers.

        Cancelling ends the work. A month of a tag that is sampled each second takes seconds.

        Raises:
            CommandRefused: `unknown_alarm`, `bad_value`, `bad_period`, `not_connected`.
            StorageError: if history or the journal cannot be read now.
        """
        ...

    async def revise(self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str) -> Revision:
        """Let an alarm go on with other numbers, from now on and after every restart; it loses no fact.

        Raises:
            CommandRefused: `unknown_alarm`, `bad_value`, `no_change`, `no_user`, `no_reason`, `not_running`,
                `not_connected`.
        """
        ...

    async def revisions(self, alarm_id: str) -> Sequence[Revision]:
        """How an alarm was changed, newest first.

        Raises:
            CommandRefused: `unknown_alarm`.
            StorageError: if they cannot be read now.
        """
        ...


class CommandsPort(Protocol):
    """Commands to machinery, and who gives them. How a tag is commanded is in its definition, `TagDef.command`."""

    async def person(self, user: str) -> Person:
        """What somebody may do here and now, logged in or by name alone.

        Raises:
            CommandRefused: `not_connected`, `session_ended`.
            StorageError: if the accounts cannot be read now.
        """
        ...

    async def login(self, user: str, pin: str, station: str) -> Person:
        """Log in at this screen; whoever was logged in here before is not any more.

        Raises:
            CommandRefused: `wrong_pin`, `too_many_attempts`, `no_accounts`, `not_connected`.
            StorageError: if the accounts cannot be read now.
        """
        ...

    async def logout(self, station: str) -> None:
        """End the login of this screen; without one nothing happens."""
        ...

    async def may(self, tag_id: TagId, user: str, station: str) -> CommandRefusal | None:
        """Why this person may not command this tag from here now; None when nothing is in the way.

        For a button that is disabled with the reason beside it: ask once a second while it is shown.
        """
        ...

    async def select(self, tag_id: TagId, user: str, station: str) -> datetime:
        """Select a tag before operating it (`CommandRule.select_first`); good for one command. Returns until when.

        Raises:
            CommandRefused: as a command would be; `not_connected`.
        """
        ...

    async def write(self, tag_id: TagId, value: Scalar, user: str, station: str, reason: str = "") -> CommandReport:
        """Command a tag; returns when its outcome is known, which takes up to deadline and timeout of its rule.

        Raises nothing for a refusal: the outcome says it. No answer from the runtime is an UNKNOWN outcome.
        """
        ...

    async def audit(self, user: str, until: datetime | None, limit: int) -> Sequence[AuditEntry]:
        """What people did, newest first; for engineers.

        Args:
            user: who asks.
            until: nothing younger; None is now.
            limit: at most so many.

        Raises:
            CommandRefused: `role`, `login_required`, `session_ended`, `not_connected`.
            StorageError: if it cannot be read now.
        """
        ...


class SystemPort(Protocol):
    """The runtime's own state."""

    def devices(self) -> Sequence[DeviceStatus]:
        """Every device of the project, at most a second old."""
        ...

    def health(self) -> RuntimeHealth | None:
        """At most a second old; None before the first."""
        ...

    def connected(self) -> bool:
        """False when the runtime does not answer: everything shown must then be visibly not true."""
        ...

    async def probe(self, device_id: str) -> str:
        """Test the connection to a device, beside its running polls; one line for a person.

        Raises:
            DeviceError: it does not answer; with one line that says what failed.
            CommandRefused: `unknown_device`, `not_connected`.
        """
        ...

    def watch_monitor(self, device_id: str, callback: MonitorCallback) -> Watch:
        """Call back with what a device says: the latest of each key that has changed, at most five times a second.

        Nothing is made of what it says while nobody watches. Of a device that is not there nothing is said.
        """
        ...


class RuntimePort(Protocol):
    """All that a screen may ask of a runtime."""

    @property
    def tags(self) -> TagsPort: ...

    @property
    def alarms(self) -> AlarmsPort: ...

    @property
    def history(self) -> HistoryPort: ...

    @property
    def tuning(self) -> TuningPort: ...

    @property
    def commands(self) -> CommandsPort: ...

    @property
    def system(self) -> SystemPort: ...
