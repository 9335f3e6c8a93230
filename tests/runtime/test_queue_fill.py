"""Whatever can overflow says how full it is before it does."""

from datetime import UTC, datetime

from tests.support.fake_clock import FakeClock
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.api.outbox import Outbox, RealtimeSettings
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.tag_store import TagStore

P = TagId("me_p.lo_press")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_subscriber_who_takes_nothing_fills_up() -> None:
    store = TagStore(FakeClock())
    store.register_tag(TagDef(P))
    assert store.fullest == 0
    store.subscribe()  # latest wins: cannot overflow
    slow = store.subscribe(every_change=True, max_pending=4)
    slow.drain_all()
    for number in range(3):
        store.update(P, TagValue(number, Quality.GOOD, NOON, number))
    assert store.fullest == 0.75
    slow.drain_all()
    assert store.fullest == 0


def test_hot_rows_that_are_not_taken_into_a_file_fill_up() -> None:
    table = HotTable(Family.NUMBERS, 100, block_rows=10)
    assert table.fill == 0
    table.append([0] * 50, [1] * 50, [1.0] * 50, [0] * 50)
    assert table.fill == 0.5
    table.drop_below(40)
    assert table.fill == 0.1


def test_rows_in_memory_alone_make_room_by_themselves() -> None:
    table = HotTable(Family.NUMBERS, 100, forget_oldest=True, block_rows=10)
    table.append([0] * 200, [1] * 200, [1.0] * 200, [0] * 200)
    assert table.fill == 0


def test_a_screen_elsewhere_that_reads_nothing_fills_up() -> None:
    outbox = Outbox(None, RealtimeSettings(max_waiting_alarms=10))
    assert outbox.fill == 0
    for _ in range(9):
        outbox.offer_alarm("{}")
    assert outbox.fill == 0.9
