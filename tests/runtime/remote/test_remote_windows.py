"""A station elsewhere: whatever happens before, after and between a break, each screen is told once and in order."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.announced import Announced, Facts, facts_of
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmTransition, TransitionKind
from vmshmi.runtime.remote.screen_alarms import RemoteAlarms


@dataclass
class Screen:
    """One that watches: what it saw when it began, and what it makes of what it is told."""

    facts: Facts
    numbers: list[int] = field(default_factory=list[int])

    def take(self, transitions: list[AlarmTransition] | Any) -> None:
        for transition in transitions:
            record = transition.record
            if transition.reason:
                self.numbers.append(int(transition.reason))
            if record.stands:
                assert transition.kind is TransitionKind.RAISED
                self.facts[record.id] = (record.occurrence, record.active)
            else:
                del self.facts[record.id]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.text("abc", min_size=1, max_size=4)),
        st.tuples(st.sampled_from(["frame", "watch", "break"]), st.just("")),
        st.tuples(st.just("back"), st.just("")),
    ),
    max_size=30,
)


@given(STEPS)
def test_each_screen_is_told_once_and_in_order_and_after_a_break_what_is_other(steps: list[tuple[str, str]]) -> None:
    engine, frames = Announced(), [0]

    def schedule() -> None:
        frames[0] += 1

    api: Any = None
    station = RemoteAlarms(api, FakeClock(), schedule, lambda: True, lambda _: "")
    station.define(engine.known.values())
    connected = False
    screens: list[tuple[Screen, list[int]]] = []
    for name, alarms in [*steps, ("back", ""), ("happen", "ab"), ("frame", "")]:
        match name:
            case "happen":
                for transition in engine.happen(alarms):
                    if connected:
                        station.change(transition)
                        for _, expected in screens:
                            expected.append(int(transition.reason))
            case "frame":
                station.flush()
            case "watch":
                screen = Screen(facts_of(station.standing()))
                station.watch(screen.take)
                screens.append((screen, []))
            case "break":
                connected = False
            case _:
                connected = True
                station.snapshot(engine.standing())
    assert facts_of(station.standing()) == engine.states[-1]
    for screen, expected in screens:
        assert screen.numbers == expected
        assert screen.facts == engine.states[-1]
    assert frames[0] >= 1, "a frame was asked for"
