"""What arithmetic over months asks of the journal: light rows, in blocks, in a thread of its own."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.runtime.test_alarm_journal import a_row, opened, write
from tests.support.alarms import at
from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.core.clock import to_micros
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage.alarm_journal import events_of_file


def all_of(blocks: Iterator[Sequence[JournalEvent]]) -> list[JournalEvent]:
    return [event for block in blocks for event in block]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def test_events_are_light_oldest_first_and_bound_to_their_time(path: Path) -> None:
    async with opened(path) as journal:
        started = AlarmTransition(TransitionKind.STARTED, at(0), AlarmRecord(""))
        await write(journal, started, a_row("low", 1), a_row("low", 2, TransitionKind.CLEARED), a_row("hot", 3))
        occurrence = a_row().record.occurrence
        assert await journal.events(None, at(2), all_of) == [
            (to_micros(at(0)), "started", "", 0, None),
            (to_micros(at(1)), "raised", "low", occurrence, "warning"),
            (to_micros(at(2)), "cleared", "low", occurrence, "warning"),
        ]
        assert [event[2] for event in await journal.events(at(2), None, all_of)] == ["low", "hot"]
        assert events_of_file(path, at(2), None, all_of) == await journal.events(at(2), None, all_of)


async def test_many_events_come_in_blocks_in_another_thread(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, *(a_row(second=second) for second in range(10_001)))
        here = threading.get_ident()
        sizes = await journal.events(
            None, None, lambda blocks: [(len(block), threading.get_ident() == here) for block in blocks]
        )
        assert sizes == [(10_000, False), (1, False)]


async def test_raisings_are_those_of_the_window_by_alarm(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row("low", 1), a_row("hot", 2), a_row("low", 3, TransitionKind.ACKNOWLEDGED))
        await write(journal, a_row("low", 4, TransitionKind.REALARMED), a_row("low", 5, TransitionKind.CLEARED))
        await write(journal, a_row("low", 6), a_row("low", 7, TransitionKind.REFUSED))
        await write(journal, a_row("hot", 7, TransitionKind.ESCALATED), a_row("hot", 7))
        assert await journal.raisings(at(2)) == {"hot": [at(2)], "low": [at(6)]}
        assert await journal.raisings(at(8)) == {}


async def test_raisings_need_no_readable_facts(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row("low", 1))
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("UPDATE journal SET facts = '['")
        assert await journal.raisings(at(0)) == {"low": [at(1)]}


def test_events_of_a_file_that_is_not_there_are_one_clear_line(path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open"):
        events_of_file(path, None, None, all_of)
