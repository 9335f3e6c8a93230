"""Which alarm the banner shows, and when a touch counts."""

from dataclasses import replace

from vmshmi.core.alarms.model import AlarmRecord, Priority
from vmshmi.ui.alarms.banner_queue import GUARD_S, BannerQueue, Shown, key

_PRIORITIES = {"e": Priority.EMERGENCY_ALARM, "a": Priority.ALARM, "w": Priority.WARNING}


def _alarm(name: str, occurrence: int = 1) -> AlarmRecord:
    return AlarmRecord(name, occurrence, active=True, acknowledged=False)


def _queue(*alarms: AlarmRecord, now: float = 0.0) -> BannerQueue:
    queue = BannerQueue(lambda record: _PRIORITIES[record.id[0]])
    queue.update(alarms, now)
    return queue


def _id(queue: BannerQueue) -> str | None:
    return queue.shown.id if queue.shown else None


def test_nothing_is_shown_for_warnings_alone() -> None:
    assert _queue(_alarm("w1")).shown is None


def test_an_alarm_of_the_same_priority_does_not_push_the_shown_one_away() -> None:
    queue = _queue(_alarm("a1"))
    queue.update((_alarm("a2"), _alarm("a1")), 5.0)
    assert _id(queue) == "a1"
    assert queue.more == 1


def test_an_alarm_of_a_higher_priority_takes_the_place_and_starts_the_guard() -> None:
    queue = _queue(_alarm("a1"))
    assert queue.accepts(GUARD_S)
    queue.update((_alarm("e1"), _alarm("a1")), 5.0)
    assert _id(queue) == "e1"
    assert not queue.accepts(5.0 + GUARD_S / 2)
    assert queue.accepts(5.0 + GUARD_S)


def test_a_lower_one_that_was_chosen_stays_although_higher_ones_were_there_before() -> None:
    higher, lower = _alarm("a1"), _alarm("w1")
    queue = _queue(higher, lower)
    queue.choose(key(lower), 1.0)
    queue.update((higher, lower), 2.0)
    assert _id(queue) == "w1"
    queue.update((_alarm("a2"), higher, lower), 3.0)
    assert _id(queue) == "a2"


def test_the_same_alarm_raised_anew_follows_the_one_that_is_gone() -> None:
    queue = _queue(_alarm("a2"), _alarm("a1"))
    queue.choose(Shown("a1", 1), 0.0)
    queue.update((_alarm("a2"), _alarm("a1", 7)), 1.0)
    assert queue.shown is not None
    assert key(queue.shown) == Shown("a1", 7)


def test_new_facts_of_the_shown_occurrence_are_shown_without_a_new_guard() -> None:
    queue = _queue(_alarm("a1"))
    queue.update((replace(_alarm("a1"), active=False),), 3.0)
    assert queue.shown is not None
    assert not queue.shown.active
    assert queue.accepts(3.0)


def test_a_press_within_the_guard_means_nothing() -> None:
    queue = _queue(_alarm("a1"))
    assert not queue.press(GUARD_S / 2)
    assert queue.release(GUARD_S) is None


def test_a_press_holds_what_is_shown_until_the_release() -> None:
    queue = _queue(_alarm("a1"))
    assert queue.press(1.0)
    queue.update((_alarm("e1"),), 1.1)
    assert _id(queue) == "a1"
    assert queue.release(1.2) == Shown("a1", 1)
    assert _id(queue) == "e1"


def test_choosing_one_that_is_already_answered_changes_nothing() -> None:
    queue = _queue(_alarm("a1"))
    queue.choose(Shown("a9", 1), 1.0)
    assert _id(queue) == "a1"


def _bridge_queue(*alarms: AlarmRecord) -> BannerQueue:
    """Alarms that begin with `ac` are answered elsewhere."""
    queue = BannerQueue(lambda record: _PRIORITIES[record.id[0]], lambda record: not record.id.startswith("ac"))
    queue.update(alarms, 0.0)
    return queue


def test_what_can_be_answered_here_goes_before_what_cannot() -> None:
    assert _id(_bridge_queue(_alarm("ac1"), _alarm("ab1"))) == "ab1"
    assert _id(_bridge_queue(_alarm("ac1"), _alarm("ac2"))) == "ac1"


def test_what_cannot_be_answered_here_makes_room_for_the_first_that_can() -> None:
    queue = _bridge_queue(_alarm("ac1"))
    queue.update((_alarm("ac2"), _alarm("ac1")), 1.0)
    assert _id(queue) == "ac1"
    queue.update((_alarm("ab1"), _alarm("ac2"), _alarm("ac1")), 2.0)
    assert _id(queue) == "ab1"
    assert queue.more == 2
    queue.update((_alarm("ac2"), _alarm("ac1")), 3.0)
    assert _id(queue) == "ac2"


def test_what_can_be_answered_here_is_not_pushed_away_by_what_cannot() -> None:
    queue = _bridge_queue(_alarm("ab1"))
    queue.update((_alarm("ac1"), _alarm("ab1")), 1.0)
    assert _id(queue) == "ab1"


def test_one_that_cannot_be_answered_here_can_be_looked_at_when_a_person_chooses_it() -> None:
    queue = _bridge_queue(_alarm("ac1"), _alarm("ab1"))
    queue.choose(Shown("ac1", 1), 1.0)
    queue.update((_alarm("ac1"), _alarm("ab1")), 2.0)
    assert _id(queue) == "ac1"
