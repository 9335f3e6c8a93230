"""Whoever comes, goes, reads late or not at all, in any order: what a reader is told has no hole and no repetition.

The real hub, board and store on a real WebSocket class; only the wire is made here, so that each step is one of the
test's and every order of steps can be tried.
"""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message
from starlette.websockets import WebSocket

from tests.support.alarms import at
from tests.support.announced import Announced, Facts
from tests.support.fake_clock import FakeClock
from tests.support.waiting import until
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.api import turns
from vmshmi.runtime.api.encode import TagEncoder
from vmshmi.runtime.api.outbox import BROKEN, TRY_AGAIN, RealtimeSettings
from vmshmi.runtime.api.realtime import RealtimeHub
from vmshmi.runtime.tag_store import TagStore

PRESS = TagId("me_p.lo_press")
MAX_WAITING = 6


class Reader:
    """One client: its wire, and what it makes of what it is told."""

    def __init__(self, hub: RealtimeHub) -> None:
        self._connected = asyncio.Event()
        self._hung_up = asyncio.Event()
        self._may_read = asyncio.Semaphore(0)
        self.reads_all = False
        self.first: dict[str, Any] | None = None
        self.numbers: list[int] = []
        self.facts: Facts = {}
        self.values: list[float] = []
        self.code: int | None = None
        scope = {"type": "websocket", "path": "/ws/realtime", "query_string": b"", "headers": []}
        self.task = asyncio.create_task(hub.serve(WebSocket(scope, self._receive, self._send)))

    async def _receive(self) -> Message:
        if not self._connected.is_set():
            self._connected.set()
            return {"type": "websocket.connect"}
        await self._hung_up.wait()
        return {"type": "websocket.disconnect", "code": 1006}

    async def _send(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            self.code = message["code"]
        elif message["type"] == "websocket.send":
            if not self.reads_all:
                await self._may_read.acquire()
            self._take(json.loads(message["text"]))

    def read(self, messages: int) -> None:
        """Take so many more."""
        for _ in range(messages):
            self._may_read.release()

    def read_on(self) -> None:
        """Take everything from now on."""
        self.reads_all = True
        self.read(1)

    def hang_up(self) -> None:
        self._hung_up.set()
        self.read_on()

    def _take(self, said: dict[str, Any]) -> None:
        if said["type"] == "snapshot":
            assert self.first is None
            self.first = said
            self.facts = {row["id"]: (row["occurrence"], row["active"]) for row in said["alarms"]}
        elif said["type"] == "alarm":
            self.numbers.append(int(said["reason"]))
            alarm = said["alarm"]
            if alarm["active"]:
                self.facts[alarm["id"]] = (alarm["occurrence"], True)
            else:
                del self.facts[alarm["id"]]
        self.values += [tag["value"] for tag in said.get("tags", ()) if tag["value"] is not None]


class House:
    """A hub, what it tells, and its readers."""

    def __init__(self, frame_s: float = 0.0) -> None:
        self.alarms = Announced()
        self.store = TagStore(FakeClock())
        self.store.register_tag(TagDef(PRESS, "Pressure"))
        self.written = 0.0
        self.deaths: list[str] = []
        runtime: Any = SimpleNamespace(store=self.store, alarms=self.alarms)
        quick = RealtimeSettings(frame_s=frame_s, max_waiting_alarms=MAX_WAITING)
        self.hub = RealtimeHub(
            runtime, TagEncoder(self.store), FakeClock(), quick, lambda name, _: self.deaths.append(name)
        )
        self.readers: list[Reader] = []

    def write(self) -> None:
        self.written += 1
        self.store.update(PRESS, TagValue(self.written, Quality.GOOD, at(0)))

    def enter(self) -> None:
        self.readers.append(Reader(self.hub))

    def reader(self, number: int) -> Reader | None:
        return self.readers[number % len(self.readers)] if self.readers else None

    def knows_all(self, reader: Reader) -> bool:
        """True when it has been told the latest of everything, or that it must come back."""
        told = reader.first is not None and reader.facts == self.alarms.states[-1]
        late = bool(reader.numbers) and reader.numbers[-1] != self.alarms.count
        return reader.task.done() or (
            told and not late and reader.values[-1:] == ([self.written] if self.written else [])
        )

    def check(self, reader: Reader) -> None:
        """No hole, no repetition, and nothing goes back in time."""
        assert reader.values == sorted(reader.values)
        if reader.first is None:
            assert not reader.numbers
            return
        began = {row["id"]: (row["occurrence"], row["active"]) for row in reader.first["alarms"]}
        if reader.numbers:
            first = reader.numbers[0]
            assert reader.numbers == list(range(first, first + len(reader.numbers)))
            assert began == self.alarms.states[first - 1]
        assert reader.facts == self.alarms.states[reader.numbers[-1]] if reader.numbers else began in self.alarms.states

    async def end(self) -> None:
        for reader in self.readers:
            reader.hang_up()
        await asyncio.gather(*(reader.task for reader in self.readers))
        assert self.hub.clients == 0
        assert not self.deaths
        assert self.alarms._listeners == []


Step = tuple[str, Any]
a_reader = st.integers(0, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.text("abc", min_size=1, max_size=4)),
        st.tuples(st.just("enter"), st.none()),
        st.tuples(st.just("turn"), st.integers(1, 4)),
        st.tuples(st.just("read"), st.tuples(a_reader, st.integers(1, 3))),
        st.tuples(st.just("read on"), a_reader),
        st.tuples(st.just("hang up"), a_reader),
        st.tuples(st.just("write"), st.none()),
    ),
    min_size=4,
    max_size=40,
)


async def run(steps: list[Step]) -> None:
    house = House()
    for name, argument in steps:
        match name:
            case "happen":
                house.alarms.happen(argument)
            case "enter":
                if len(house.readers) < 6:
                    house.enter()
            case "turn":
                for _ in range(argument):
                    await asyncio.sleep(0)
            case "write":
                house.write()
            case _:
                reader = house.reader(argument[0] if name == "read" else argument)
                if reader is not None and name == "read":
                    reader.read(argument[1])
                elif reader is not None:
                    (reader.read_on if name == "read on" else reader.hang_up)()
    try:
        for reader in house.readers:
            reader.read_on()
        await until(lambda: all(house.knows_all(reader) for reader in house.readers), 30)
        for reader in house.readers:
            house.check(reader)
            if reader.task.done() and not reader._hung_up.is_set():
                assert reader.code == TRY_AGAIN, "it is told why it is sent away"
    finally:
        await house.end()


@settings(max_examples=200)
@given(STEPS)
def test_no_transition_is_missed_or_told_twice_in_any_order_of_events(steps: list[Step]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "_TURN_S", -1.0)  # making a snapshot lets the others have their turn at each row
        patch.setattr(turns, "_ROWS_A_LOOK", 1)
        asyncio.run(run(steps))


@pytest.mark.parametrize("between", range(12))
async def test_who_comes_while_the_last_reader_goes_is_told_once(between: int) -> None:
    something_each_turn: list[Step] = [step for _ in range(16) for step in (("happen", "a"), ("turn", 1))]
    first: list[Step] = [("enter", None), ("turn", 8), ("read on", 0), ("turn", 8), ("hang up", 0), ("turn", between)]
    await run([*first, ("enter", None), ("read on", 1), *something_each_turn])


async def test_a_transition_that_comes_while_the_snapshot_is_on_its_way_follows_it() -> None:
    house = House()
    house.write()
    house.enter()
    reader = house.readers[0]
    await until(lambda: house.hub.clients == 1)
    house.alarms.happen("ab")  # the reader has taken nothing yet
    house.write()
    reader.read_on()
    await until(lambda: house.knows_all(reader))
    assert reader.numbers == [1, 2]
    assert reader.values[0] == 1.0, "the snapshot is of the instant from which on everything is told"
    await house.end()


async def test_values_of_a_snapshot_that_takes_many_turns_are_no_newer_than_what_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "_TURN_S", -1.0)
    monkeypatch.setattr(turns, "_ROWS_A_LOOK", 1)
    house = House(frame_s=0.05)
    house.alarms.happen("abc")
    house.enter()
    reader = house.readers[0]
    reader.read_on()
    for _ in range(20):
        house.write()
        await asyncio.sleep(0)
    await until(lambda: house.knows_all(reader))
    house.check(reader)
    await house.end()


async def test_a_message_that_cannot_be_made_sends_the_readers_away_to_come_back() -> None:
    house = House()
    house.enter()
    reader = house.readers[0]
    reader.read_on()
    await until(lambda: reader.first is not None)
    broken = AlarmTransition(TransitionKind.RAISED, at(0), AlarmRecord("a", 1, active=True, acked_by=object()))  # pyright: ignore[reportArgumentType]
    house.alarms.announce([broken])
    house.alarms.happen("b")
    await until(lambda: reader.task.done())
    assert (reader.code, reader.numbers) == (BROKEN, [])
    await house.end()
