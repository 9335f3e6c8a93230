"""Two stations on one runtime: what one does to an alarm the other sees, with name and place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from tests.support.alarm_ship import BILGE, FIRE, LEVEL, OIL, WATER, AlarmShip, a_ship_with_alarms
from tests.support.api_ship import served, until
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmRecord, AlarmState, AlarmTransition, Priority, Suppression, TransitionKind
from vmshmi.core.errors import CommandRefused
from vmshmi.core.ports import AlarmsPort
from vmshmi.runtime.api.server import ApiServer
from vmshmi.runtime.remote import FeedTiming, RemoteRuntime

QUICK = FeedTiming(silence_s=2.0, retry_min_s=0.02, retry_max_s=0.05, poll_s=0.05)


@dataclass
class Station:
    """A screen elsewhere and what it was told."""

    remote: RemoteRuntime
    told: list[AlarmTransition] = field(default_factory=list[AlarmTransition])

    @property
    def alarms(self) -> AlarmsPort:
        return self.remote.alarms

    def kinds(self, alarm_id: str) -> list[TransitionKind]:
        """What happened to this alarm, in order."""
        return [transition.kind for transition in self.told if transition.record.id == alarm_id]

    def standing(self, alarm_id: str) -> AlarmRecord | None:
        return next((record for record in self.alarms.standing() if record.id == alarm_id), None)

    def suppressed(self) -> dict[str, Suppression | None]:
        return {record.id: record.suppression for record in self.alarms.suppressed()}

    async def sees(self, alarm_id: str, kind: TransitionKind) -> AlarmTransition:
        """Wait until it was told of this."""
        await until(lambda: kind in self.kinds(alarm_id))
        return next(t for t in reversed(self.told) if t.record.id == alarm_id and t.kind is kind)


@asynccontextmanager
async def a_station(server: ApiServer, name: str) -> AsyncIterator[Station]:
    remote = RemoteRuntime(server.url, name, FakeClock(), QUICK)
    await remote.start()
    station = Station(remote)
    remote.alarms.watch(station.told.extend)
    try:
        yield station
    finally:
        await remote.stop()


@pytest.fixture
async def ship() -> AsyncIterator[AlarmShip]:
    async with a_ship_with_alarms() as running:
        yield running


@pytest.fixture
async def server(ship: AlarmShip) -> AsyncIterator[ApiServer]:
    async with served(ship) as running:
        yield running


@pytest.fixture
async def ecr(server: ApiServer) -> AsyncIterator[Station]:
    async with a_station(server, "ecr") as station:
        yield station


@pytest.fixture
async def bridge(server: ApiServer) -> AsyncIterator[Station]:
    async with a_station(server, "bridge") as station:
        yield station


async def refusal(action: object) -> CommandRefused:
    """The refusal of an action."""
    with pytest.raises(CommandRefused) as refused:
        await action  # type: ignore[misc]  # every action of the port is a coroutine
    return refused.value


async def test_shelving_and_its_end_are_seen_with_name_reason_and_hour(
    ship: AlarmShip, ecr: Station, bridge: Station
) -> None:
    await ship.raise_(WATER)
    done = await ecr.alarms.shelve(WATER, "ana", 30, "a leak", "ecr")
    assert done.suppression is Suppression.SHELVED
    told = await bridge.sees(WATER, TransitionKind.SHELVED)
    assert (told.user, told.station, told.reason) == ("ana", "ecr", "a leak")
    (record,) = bridge.alarms.suppressed()
    assert record == ship.runtime.alarms.record(WATER)
    assert record.shelved is not None
    assert record.shelved.until is not None
    await bridge.alarms.unshelve(WATER, "ben", "bridge")
    assert (await ecr.sees(WATER, TransitionKind.UNSHELVED)).user == "ben"
    assert ecr.suppressed() == {}
    assert bridge.standing(WATER) is not None


async def test_out_of_service_is_kept_although_nothing_stands(ecr: Station, bridge: Station) -> None:
    await ecr.alarms.out_of_service(OIL, "ana", "engine is open", "ecr")
    told = await bridge.sees(OIL, TransitionKind.OUT_OF_SERVICE)
    assert (told.user, told.station, told.reason) == ("ana", "ecr", "engine is open")
    assert bridge.suppressed() == {OIL: Suppression.OUT_OF_SERVICE}
    assert bridge.alarms.standing() == []
    await ecr.alarms.in_service(OIL, "ana", "ecr")
    told = await bridge.sees(OIL, TransitionKind.IN_SERVICE)
    assert (told.user, told.station) == ("ana", "ecr")
    assert bridge.suppressed() == {}


async def test_a_station_that_comes_later_knows_what_is_not_announced(
    ship: AlarmShip, server: ApiServer, ecr: Station
) -> None:
    await ecr.alarms.out_of_service(OIL, "ana", "engine is open", "ecr")
    await ecr.alarms.shelve(WATER, "ana", 30, "a leak", "ecr")
    await ship.let(BILGE, 200.0)
    async with a_station(server, "cabin") as late:
        assert late.suppressed() == {
            OIL: Suppression.OUT_OF_SERVICE,
            WATER: Suppression.SHELVED,
            LEVEL: Suppression.SUPPRESSED_BY_DESIGN,
        }
        assert {r.id: r for r in late.alarms.suppressed()} == {r.id: r for r in ship.runtime.alarms.suppressed()}
        assert [record.id for record in late.alarms.standing()] == [BILGE]


async def test_a_latched_alarm_is_reset_from_afar(ship: AlarmShip, ecr: Station, bridge: Station) -> None:
    record = await ship.raise_(OIL)
    await ship.let(OIL, 5.0)
    await until(lambda: ecr.standing(OIL) is not None and not ship.runtime.alarms.record(OIL).active)
    assert (await refusal(ecr.alarms.reset(OIL, "ana", "ecr"))).reason == "not_acknowledged"
    after = await ecr.alarms.acknowledge(OIL, record.occurrence, "ana", "ecr")
    assert (after.state, after.latched, after.active) == (AlarmState.ACK, True, False)
    await bridge.sees(OIL, TransitionKind.ACKNOWLEDGED)
    assert bridge.standing(OIL) == after
    await bridge.alarms.reset(OIL, "ben", "bridge")
    assert (await ecr.sees(OIL, TransitionKind.RESET)).station == "bridge"
    await until(lambda: ecr.standing(OIL) is None)


async def test_an_escalated_warning_is_an_alarm_at_every_station(
    ship: AlarmShip, ecr: Station, bridge: Station
) -> None:
    before = await ship.raise_(WATER)
    await until(lambda: bridge.standing(WATER) == before)
    await ship.pass_time(301)
    for station in (ecr, bridge):
        await until(
            lambda station=station: station.kinds(WATER)[-2:] == [TransitionKind.ESCALATED, TransitionKind.RAISED]
        )
        record = station.standing(WATER)
        assert record is not None
        assert record.escalations == 1
        assert station.told[-1].priority is Priority.ALARM
    stale = await refusal(bridge.alarms.acknowledge(WATER, before.occurrence, "ben", "bridge"))
    assert stale.reason == "stale_occurrence"
    assert str(stale) == "water high: has been raised again since it was shown, look at it again"


async def test_the_bridge_only_silences_and_follows_category_c(ship: AlarmShip, bridge: Station, ecr: Station) -> None:
    record = await ship.raise_(BILGE)
    await until(lambda: bridge.standing(BILGE) is not None)
    actions = (
        bridge.alarms.acknowledge(BILGE, record.occurrence, "ben", "bridge"),
        bridge.alarms.reset(BILGE, "ben", "bridge"),
        bridge.alarms.shelve(BILGE, "ben", 5, "x", "bridge"),
        bridge.alarms.out_of_service(BILGE, "ben", "x", "bridge"),
    )
    for action in actions:
        refused = await refusal(action)
        assert refused.reason == "category_c"
        assert str(refused) == "bilge high: is answered in the engine room, the bridge can silence it"
    journal = await ecr.alarms.history(limit=4)
    assert {(row.kind, row.reason, row.user, row.station) for row in journal} == {
        (TransitionKind.REFUSED, "category_c", "ben", "bridge")
    }
    await bridge.alarms.silence("ben", "bridge")
    assert (await ecr.sees(BILGE, TransitionKind.SILENCED)).user == "ben"
    await ecr.alarms.acknowledge(BILGE, record.occurrence, "ana", "ecr")
    await bridge.sees(BILGE, TransitionKind.ACKNOWLEDGED)


async def test_what_is_visible_is_acknowledged_at_once_where_that_is_allowed(
    ship: AlarmShip, ecr: Station, bridge: Station
) -> None:
    seen = [(alarm, (await ship.raise_(alarm)).occurrence) for alarm in (OIL, WATER, FIRE)]
    assert (await refusal(bridge.alarms.acknowledge_visible(seen, "ben", "bridge"))).reason == "not_allowed_here"
    assert await ecr.alarms.acknowledge_visible([(OIL, seen[0][1]), (WATER, seen[1][1] - 1)], "ana", "ecr") == 1
    await bridge.sees(OIL, TransitionKind.ACKNOWLEDGED)
    assert {record.id: record.state for record in bridge.alarms.standing()} == {
        FIRE: AlarmState.ACK,
        WATER: AlarmState.ACTIVE,
        OIL: AlarmState.ACK,
    }


async def test_a_test_is_seen_everywhere(ecr: Station, bridge: Station) -> None:
    await ecr.alarms.test(Priority.CAUTION, "ana", "ecr")
    await bridge.sees("system.test.caution", TransitionKind.RAISED)


@pytest.mark.parametrize("user", ["", "  "])
async def test_an_action_without_a_name_is_refused_in_words(ecr: Station, user: str) -> None:
    for action in (
        ecr.alarms.reset(OIL, user, "ecr"),
        ecr.alarms.unshelve(OIL, user, "ecr"),
        ecr.alarms.test(Priority.ALARM, user, "ecr"),
        ecr.alarms.acknowledge_visible([(OIL, 1)], user, "ecr"),
    ):
        refused = await refusal(action)
        assert "user" in str(refused) or "name" in str(refused)


class TestARevision:
    """A limit that a person changed holds at every station at once, without a new start."""

    async def test_it_reaches_every_station(self, ship: AlarmShip, ecr: Station, bridge: Station) -> None:
        engine = ship.runtime.alarms
        revised = replace(engine.definitions()[OIL], limit=20.0, hysteresis=1.5, revision=1)
        await engine.redefine(revised, "ana", "too early", "ecr")
        for station in (ecr, bridge):
            told = await station.sees(OIL, TransitionKind.REVISED)
            assert (told.user, told.reason) == ("ana", "too early")
            assert station.alarms.definitions()[OIL] == revised
            assert station.alarms.definitions() == engine.definitions()

    async def test_one_that_was_made_while_a_station_was_away_is_told_when_it_is_back(self, ship: AlarmShip) -> None:
        engine = ship.runtime.alarms
        async with served(ship) as server, a_station(server, "bridge") as bridge:
            await server.stop()
            await until(lambda: not bridge.remote.system.connected())
            await engine.redefine(replace(engine.definitions()[OIL], delay_s=3.0, revision=1), "ana", "x", "ecr")
            async with served(ship, port=server.port):
                await bridge.sees(OIL, TransitionKind.REVISED)
                assert bridge.alarms.definitions() == engine.definitions()


async def test_everything_is_right_again_after_a_break(ship: AlarmShip) -> None:
    engine = ship.runtime.alarms
    async with served(ship) as server, a_station(server, "bridge") as bridge:
        await ship.raise_(OIL)
        before = await ship.raise_(WATER)
        await engine.shelve(BILGE, "ana", 30, "x", "ecr")
        await engine.out_of_service(FIRE, "ana", "x", "ecr")
        await until(lambda: len(bridge.alarms.suppressed()) == 2)
        await server.stop()
        await until(lambda: not bridge.remote.system.connected())
        assert (await refusal(bridge.alarms.reset(OIL, "ben", "bridge"))).reason == "not_connected"
        assert len(bridge.alarms.suppressed()) == 2, "the last known ones stay listed"
        bridge.told.clear()
        await engine.ack(OIL, "ana", "ecr")
        await ship.let(OIL, 5.0)  # latched
        await engine.unshelve(BILGE, "ana", "ecr")
        await engine.in_service(FIRE, "ana", "ecr")
        await engine.shelve(LEVEL, "ana", 30, "x", "ecr")
        await ship.pass_time(301)  # the warning escalates
        async with served(ship, port=server.port):
            await until(bridge.remote.system.connected)
            await until(lambda: bridge.told)
            kinds = {transition.record.id: transition.kind for transition in bridge.told}
            assert kinds == {
                OIL: TransitionKind.ACKNOWLEDGED,
                WATER: TransitionKind.RAISED,
                BILGE: TransitionKind.UNSHELVED,
                FIRE: TransitionKind.IN_SERVICE,
                LEVEL: TransitionKind.SHELVED,
            }
            assert bridge.alarms.standing() == engine.standing()
            assert {r.id: r for r in bridge.alarms.suppressed()} == {r.id: r for r in engine.suppressed()}
            record = bridge.standing(WATER)
            assert record is not None
            assert record.occurrence != before.occurrence


async def test_two_stations_that_acknowledge_at_once_are_told_apart(
    ship: AlarmShip, ecr: Station, bridge: Station
) -> None:
    record = await ship.raise_(WATER)
    answers = await asyncio.gather(
        ecr.alarms.acknowledge(WATER, record.occurrence, "ana", "ecr"),
        bridge.alarms.acknowledge(WATER, record.occurrence, "ben", "bridge"),
        return_exceptions=True,
    )
    (done,) = [answer for answer in answers if isinstance(answer, AlarmRecord)]
    (refused,) = [answer for answer in answers if isinstance(answer, CommandRefused)]
    assert refused.reason == "already_acknowledged"
    assert done.acked_by is not None
    assert done.acked_by in str(refused)
    for station in (ecr, bridge):
        await until(lambda station=station: station.standing(WATER) == done)
