"""What the API needs of a runtime. `RuntimeApp` is one; everything is called in the runtime's loop."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmTransition, Priority
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.values import TagId
from vmshmi.runtime.access import Access
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.alarms.tuning import AlarmTuning
from vmshmi.runtime.commands import CommandGateway
from vmshmi.runtime.drivers.desk import DriverDesk
from vmshmi.runtime.historian.console import SqlAnswer
from vmshmi.runtime.storage.audit_log import AuditLog
from vmshmi.runtime.supervision.stations import StationSounds
from vmshmi.runtime.tag_store import TagStore


class HistoryReader(Protocol):
    """The historian, read only."""

    async def read(self, query: HistoryQuery) -> HistorySeries:
        """Rows of one tag in order of time.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        ...

    def arrow(
        self, tag_ids: Sequence[TagId], since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[bytes]:
        """Every row of some tags as an Arrow stream, in pieces.

        Raises:
            KeyError: if there is no such tag.
            StorageError: while it goes out, if history cannot be read.
        """
        ...

    async def export(
        self, tag_ids: Sequence[TagId], since: datetime | None, until: datetime | None, file: Path
    ) -> None:
        """Write every row of some tags to a `.parquet` or `.csv` file.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read or the file cannot be written.
        """
        ...

    async def sql(self, sql: str) -> SqlAnswer:
        """Ask history in SQL, in a process of its own.

        Raises:
            ConfigurationError: if the question is refused or takes too much; one line.
            StorageError: if history cannot be read.
        """
        ...


class Runtime(Protocol):
    """All that the API asks for."""

    @property
    def project(self) -> Project: ...

    @property
    def store(self) -> TagStore: ...

    @property
    def alarms(self) -> AlarmEngine: ...

    @property
    def tuning(self) -> AlarmTuning: ...

    @property
    def historian(self) -> HistoryReader: ...

    @property
    def commands(self) -> CommandGateway: ...

    @property
    def access(self) -> Access: ...

    @property
    def audit(self) -> AuditLog: ...

    def devices(self) -> Sequence[DeviceStatus]:
        """A snapshot of every device."""
        ...

    def health(self) -> RuntimeHealth:
        """One look at the whole."""
        ...

    @property
    def desk(self) -> DriverDesk: ...

    @property
    def stations(self) -> StationSounds: ...

    async def test_alarm(self, priority: Priority, user: str, station: str | None = None) -> None:
        """Raise the test alarm of this priority for ten seconds.

        Raises:
            CommandRefused: `no_user`, `not_running`.
        """
        ...

    async def alarm_history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        """Transitions from the journal, newest first.

        Raises:
            StorageError: if the journal cannot be read now.
        """
        ...
