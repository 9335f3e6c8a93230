"""Silence makes a value bad, on time and only where it is silent."""

from tests.support.builders import a_tag, a_value
from tests.support.fake_clock import FakeClock
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.staleness import StalenessMonitor
from vmshmi.runtime.tag_store import TagStore

P = TagId("me_p.lo_press")
Q = TagId("dg1.freq")


class Ship:
    """Two devices with a tag each, stale after 3 s."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = TagStore(self.clock)
        tags = [a_tag(P, "plc1"), a_tag(Q, "plc2")]
        self.store.register_many(tags)
        self.monitor = StalenessMonitor(self.store, tags, {"plc1": 3.0, "plc2": 3.0}, self.clock)

    def live(self, seconds: float, *speaking: TagId) -> None:
        """Let time pass in scans while these tags are updated."""
        for _ in range(round(seconds / self.monitor.period_s)):
            self.clock.advance(self.monitor.period_s)
            for tag_id in speaking:
                self.store.update(tag_id, a_value())
            self.monitor.scan()


def test_a_silent_tag_is_bad_within_its_time_and_the_others_stay_good() -> None:
    ship = Ship()
    ship.live(1, P, Q)
    ship.live(2.3, Q)
    assert ship.store.get(P).quality is Quality.GOOD
    ship.live(0.7, Q)
    assert ship.store.get(P).quality is Quality.BAD_NO_COMMUNICATION
    assert ship.store.get(P).value is None
    assert ship.store.get(Q).quality is Quality.GOOD


def test_a_stale_tag_heals_with_its_next_sample() -> None:
    ship = Ship()
    ship.live(1, P, Q)
    ship.live(5, Q)
    ship.live(0.5, P, Q)
    assert ship.store.get(P).quality is Quality.GOOD


def test_a_value_that_never_came_goes_from_waiting_to_no_communication() -> None:
    ship = Ship()
    ship.live(2)
    assert ship.store.get(P).quality is Quality.BAD_WAITING_FOR_INITIAL_DATA
    ship.live(1.5)
    assert ship.store.get(P).quality is Quality.BAD_NO_COMMUNICATION


def test_a_bad_value_keeps_its_own_reason() -> None:
    ship = Ship()
    ship.store.update(P, a_value(None, Quality.BAD_CONFIGURATION_ERROR))
    ship.live(10)
    assert ship.store.get(P).quality is Quality.BAD_CONFIGURATION_ERROR


def test_the_same_value_again_is_a_sign_of_life() -> None:
    ship = Ship()
    ship.live(30, P, Q)
    assert ship.store.get(P).quality is Quality.GOOD


def test_stale_is_announced_once() -> None:
    ship = Ship()
    ship.live(1, P, Q)
    ship.live(4, Q)
    updates = ship.store.stats().updates
    for _ in range(20):
        ship.clock.advance(1.0)
        ship.store.update(Q, a_value())
        ship.monitor.scan()
    assert ship.store.stats().updates == updates + 20


def test_a_step_of_the_wall_clock_makes_nothing_stale() -> None:
    ship = Ship()
    ship.live(1, P, Q)
    ship.clock.step_wall(86_400)
    ship.monitor.scan()
    assert ship.store.get(P).quality is Quality.GOOD


def test_a_tag_with_its_own_time_uses_it() -> None:
    from dataclasses import replace

    clock = FakeClock()
    store = TagStore(clock)
    tags = [replace(a_tag(P), stale_after_s=10.0), a_tag(Q)]
    store.register_many(tags, {P: a_value(), Q: a_value()})
    monitor = StalenessMonitor(store, tags, {"plc1": 3.0}, clock)
    clock.advance(4)
    monitor.scan()
    assert store.get(P).quality is Quality.GOOD
    assert store.get(Q).quality is Quality.BAD_NO_COMMUNICATION


def test_tags_without_a_device_never_age() -> None:
    clock = FakeClock()
    store = TagStore(clock)
    tag = a_tag(P, device="")
    store.register_tag(tag, a_value())
    StalenessMonitor(store, [tag], {}, clock)
    clock.advance(1e6)
    assert StalenessMonitor(store, [tag], {}, clock).scan() == 0
    assert store.get(P).quality is Quality.GOOD
