"""A person tests lamp, horn and list: the alarm of that priority is raised through its tag, as every other alarm is."""

import asyncio
from datetime import datetime

from vmshmi.core.alarms.model import Priority, TransitionKind
from vmshmi.core.clock import Clock
from vmshmi.core.errors import CommandRefused
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.supervision.alarms import alarm_of_test
from vmshmi.runtime.supervision.tags import TEST
from vmshmi.runtime.tag_store import TagStore

TEST_S = 10.0
PERIOD_S = 0.25
WRITER = "runtime alarm test"


class AlarmTest:
    """Raises the test alarms and takes them back after ten seconds. Belongs to the runtime's loop.

    Args:
        store: has the system tags already.
        alarms: writes down who tests.
        clock: both clocks.
    """

    def __init__(self, store: TagStore, alarms: AlarmEngine, clock: Clock) -> None:
        self._alarms = alarms
        self._clock = clock
        self._write = store.claim(WRITER, [TEST])
        self._until: float | None = None

    async def begin(self, priority: Priority, user: str, station: str | None = None) -> None:
        """Test this priority; another test that runs ends. Returns when it is in the journal who tests.

        Raises:
            CommandRefused: `no_user`, `not_running`.
        """
        alarm_id = alarm_of_test(priority)
        if not user.strip():
            self._alarms.write_down(TransitionKind.REFUSED, alarm_id, station=station, reason="no_user")
            raise CommandRefused("no_user", "an alarm test needs the name of a person")
        self._alarms.write_down(TransitionKind.TESTED, alarm_id, user, station)
        await self._alarms.announced()
        self._until = self._clock.monotonic() + TEST_S
        self._say(priority.rank + 1, self._clock.now())

    def look(self) -> None:
        """End a test whose time is over; four times a second."""
        if self._until is not None and self._clock.monotonic() >= self._until:
            self._until = None
            self._say(0, self._clock.now())

    def rest(self) -> None:
        """Say that nothing is tested; at the start."""
        self._say(0, self._clock.now())

    async def run(self) -> None:
        """Look four times a second until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(PERIOD_S)

    def _say(self, number: int, now: datetime) -> None:
        self._write([(TEST, TagValue(number, Quality.GOOD, now, number))])
