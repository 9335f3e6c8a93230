"""The store: truth of values, ownership, subscriptions, statistics."""

import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import a_tag, a_value
from tests.support.fake_clock import FakeClock
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.tag_store import TagStore

P = TagId("me_p.lo_press")
S = TagId("me_s.lo_press")


def a_store() -> TagStore:
    store = TagStore(FakeClock())
    store.register_many([a_tag(P), a_tag(S)])
    return store


def test_a_new_tag_waits_for_its_first_sample() -> None:
    assert a_store().get(P).quality is Quality.BAD_WAITING_FOR_INITIAL_DATA
    assert a_store().get(P).value is None


def test_initial_values_are_there_after_registering() -> None:
    store = TagStore(FakeClock())
    store.register_many([a_tag(P), a_tag(S)], {P: a_value(4.0)})
    assert store.get(P).value == 4.0
    assert store.get(S).value is None


def test_a_tag_cannot_be_registered_twice() -> None:
    store = a_store()
    with pytest.raises(ValueError, match=P):
        store.register_tag(a_tag(P))
    fresh = TagStore(FakeClock())
    with pytest.raises(ValueError, match=P):
        fresh.register_many([a_tag(P), a_tag(P)])
    assert fresh.definitions() == {}


def test_initial_values_of_strangers_are_refused() -> None:
    store = TagStore(FakeClock())
    with pytest.raises(ValueError, match=S):
        store.register_many([a_tag(P)], {S: a_value()})


def test_an_update_is_read_back_whole() -> None:
    store = a_store()
    store.update(P, a_value(4.2))
    assert store.get(P) == a_value(4.2)


def test_an_unknown_tag_is_refused_and_nothing_of_the_batch_is_written() -> None:
    store = a_store()
    with pytest.raises(KeyError):
        store.update_many([(P, a_value(5.0)), (TagId("no.such"), a_value())])
    assert store.get(P).value is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_never_good(value: float) -> None:
    store = a_store()
    store.update(P, a_value(value))
    assert store.get(P).quality is Quality.BAD_OUT_OF_RANGE
    assert store.get(P).value is None


def test_a_bad_value_is_none_and_the_last_good_one_stays_available() -> None:
    store = a_store()
    store.update(P, a_value(4.2))
    store.update(P, a_value(9.9, Quality.BAD_TIMEOUT, after_s=1))
    assert store.get(P).value is None
    assert store.last_good(P) == a_value(4.2)


def test_the_last_good_value_is_the_latest_that_was_not_bad_whatever_stood_beside_it() -> None:
    store = a_store()
    assert store.last_good(P) is None
    store.update_many([(P, a_value(1.0)), (P, a_value(2.0)), (P, a_value(math.nan)), (S, a_value(7.0))])
    assert store.last_good(P) == a_value(2.0)
    store.update(P, a_value(None, Quality.BAD_TIMEOUT))
    assert store.last_good(P) == a_value(2.0)
    store.update(P, a_value(3.0))
    assert store.last_good(P) == a_value(3.0)
    store.invalidate([P], Quality.BAD_NO_COMMUNICATION)
    assert store.last_good(P) == a_value(3.0)
    assert store.last_good(S) == a_value(7.0)
    assert store.last_good(TagId("no.such")) is None


def test_none_is_never_good() -> None:
    store = a_store()
    store.update(P, a_value(None))
    assert store.get(P).quality.is_bad


@given(
    value=st.one_of(st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=3)),
    quality=st.sampled_from(Quality),
)
def test_a_value_never_travels_without_quality_and_bad_is_none(value: object, quality: Quality) -> None:
    store = a_store()
    heard: list[object] = []
    store.add_listener(heard.extend)
    store.update(P, a_value(value, quality))  # pyright: ignore[reportArgumentType] - hypothesis gives all scalars
    present = store.get(P)
    assert (present.value is None) == present.quality.is_bad
    assert heard == [(P, present)]
    if quality.is_bad:
        assert present.quality is quality


def test_one_writer_per_tag() -> None:
    store = a_store()
    write = store.claim("plc1", [P])
    write([(P, a_value(4.0))])
    with pytest.raises(ValueError, match="plc1"):
        store.claim("plc2", [P])
    with pytest.raises(PermissionError, match="plc1"):
        store.update(P, a_value(1.0))
    with pytest.raises(PermissionError, match=S):
        write([(S, a_value(1.0))])
    assert store.get(P).value == 4.0
    with pytest.raises(KeyError):
        store.claim("plc1", [TagId("no.such")])


def test_latest_wins_keeps_one_value_a_tag() -> None:
    store = a_store()
    subscription = store.subscribe([P])
    subscription.drain()
    for number in range(100):
        store.update(P, a_value(float(number)))
    store.update(S, a_value(1.0))
    assert subscription.drain() == {P: a_value(99.0)}
    assert subscription.drain() == {}
    assert subscription.dropped == 0


def test_a_subscription_begins_with_the_present_values() -> None:
    store = a_store()
    store.update(P, a_value(4.2))
    assert store.subscribe([P]).drain() == {P: a_value(4.2)}
    assert store.subscribe().drain().keys() == {P, S}


def test_every_change_keeps_order_and_counts_what_it_drops() -> None:
    store = a_store()
    subscription = store.subscribe([P], every_change=True, max_pending=3)
    subscription.drain_all()
    for number in range(5):
        store.update(P, a_value(float(number)))
    assert [value.value for _, value in subscription.drain_all()] == [2.0, 3.0, 4.0]
    assert subscription.dropped == 2


def test_a_subscription_to_an_unknown_tag_is_refused() -> None:
    with pytest.raises(KeyError):
        a_store().subscribe([TagId("no.such")])


def test_after_unsubscribing_nothing_comes() -> None:
    store = a_store()
    subscription = store.subscribe([P])
    subscription.drain()
    store.unsubscribe(subscription)
    store.unsubscribe(subscription)
    store.update(P, a_value())
    assert subscription.drain() == {}


async def test_waiting_ends_when_something_came() -> None:
    store = a_store()
    subscription = store.subscribe([P])
    await subscription.wait()
    subscription.drain()
    store.update(P, a_value(1.0))
    await subscription.wait()
    assert subscription.drain() == {P: a_value(1.0)}


def test_draining_from_another_thread_loses_nothing() -> None:
    store = a_store()
    subscription = store.subscribe([P], every_change=True, max_pending=1_000_000)
    subscription.drain_all()
    taken: list[object] = []
    done = threading.Event()

    def drain() -> None:
        while not done.is_set():
            taken.extend(value.value for _, value in subscription.drain_all())
        taken.extend(value.value for _, value in subscription.drain_all())

    reader = threading.Thread(target=drain)
    reader.start()
    for number in range(20_000):
        store.update(P, a_value(number))
    done.set()
    reader.join()
    assert taken == list(range(20_000))


def test_statistics_count_by_quality() -> None:
    store = a_store()
    store.update(P, a_value())
    store.update(S, a_value(1.0, Quality.UNCERTAIN_LAST_USABLE_VALUE))
    stats = store.stats()
    assert (stats.total, stats.good, stats.uncertain, stats.bad, stats.updates) == (2, 1, 1, 0, 2)
    assert stats.by_reason == (("UncertainLastUsableValue", 1),)


def test_invalidating_keeps_the_raw_value_and_tells_everybody() -> None:
    store = a_store()
    store.claim("plc1", [P])([(P, a_value(4.2))])
    subscription = store.subscribe([P])
    subscription.drain()
    store.invalidate([P], Quality.BAD_OUT_OF_SERVICE)
    assert subscription.drain()[P].quality is Quality.BAD_OUT_OF_SERVICE
    assert store.get(P).raw_value == 4.2
