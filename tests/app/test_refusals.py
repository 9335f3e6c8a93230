"""Why an action was refused, from the engine over the wire to the words at the station."""

import pytest

from tests.support.alarm_ship import BILGE, OIL, a_ship_with_alarms
from tests.support.api_ship import served, until
from tests.support.fake_clock import FakeClock
from vmshmi.config.project import StationConfig
from vmshmi.runtime.remote import FeedTiming, RemoteRuntime
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.tasks import Tasks

QUICK = FeedTiming(silence_s=2.0, retry_min_s=0.02, retry_max_s=0.05, poll_s=0.05)


@pytest.mark.usefixtures("qapp")
async def test_a_station_that_may_not_answer_says_why_in_words() -> None:
    async with a_ship_with_alarms() as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "bridge", FakeClock(), QUICK)
        await remote.start()
        told: list[tuple[str, str]] = []
        answers = Answers(remote.alarms, Session(StationConfig(id="bridge", user="ben"), ()), Tasks())
        answers.refused.connect(lambda alarm_id, why: told.append((alarm_id, why)))
        record = await ship.raise_(BILGE)
        answers.acknowledge(BILGE, record.occurrence)
        await until(lambda: told)
        assert told == [(BILGE, "Only in the engine control room.")]
        oil = await ship.raise_(OIL)
        answers.acknowledge(OIL, oil.occurrence - 1)
        await until(lambda: len(told) == 2)
        assert told[1] == (OIL, "It has been raised again since it was shown: look again.")
        await server.stop()
        await until(lambda: not remote.system.connected())
        answers.acknowledge(OIL, oil.occurrence)
        await until(lambda: len(told) == 3)
        assert told[2][1] == "The runtime does not answer: look again when it does."
        await remote.stop()
