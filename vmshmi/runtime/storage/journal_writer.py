"""The thread that makes the alarm journal durable: group commit, retry, a bounded memory."""

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.core.clock import Clock
from vmshmi.runtime.storage.journal_file import JournalFile

_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)

GROUP = 10_000
"""Rows of one transaction at most: one fsync is shared by all, yet nobody waits behind a whole flood."""
CHECK_S = 2.0
"""In quiet times the file is looked at this often: somebody may have deleted it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening the journal found.

    Attributes:
        records: the last record of each alarm.
        clean: False when the runtime before this one did not stop by itself.
        notice: what was unusual, one line; empty when nothing was.
    """

    records: dict[str, AlarmRecord]
    clean: bool
    notice: str


@dataclass(frozen=True, slots=True)
class _Batch:
    transitions: Sequence[AlarmTransition]
    on_durable: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[], None]
    cancel: Callable[[], object]


class JournalWriter:
    """One thread, one file.

    Args:
        file: not yet opened.
        clock: stamps the row that counts lost ones.
        max_pending: rows kept while the file cannot be written; of what comes beyond, each alarm's last row is kept.
        retry_s: pause between two attempts.
    """

    def __init__(self, file: JournalFile, clock: Clock, max_pending: int, retry_s: float) -> None:
        self.opened: Future[Opened] = Future()
        """Done when the file is open; carries the error when it cannot be opened."""
        self.error: str | None = None
        """Why rows are not durable now; None when all is well. Any thread may read it."""
        self.notice = ""
        """What was unusual since the start, one line."""
        self._file = file
        self._clock = clock
        self._max_pending = max_pending
        self._retry_s = retry_s
        self._changed = threading.Condition()
        self._batches: deque[_Batch] = deque()
        self._pending = 0
        self._jobs: deque[_Job] = deque()
        self._overflow: dict[str, AlarmTransition] = {}
        self._overflowed = 0
        self._dropped = 0
        self._stopping = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="alarm journal", daemon=True)

    @property
    def pending(self) -> int:
        """Rows not yet durable. Any thread."""
        with self._changed:
            return self._pending + len(self._overflow)

    @property
    def dropped(self) -> int:
        """Rows lost for good since the start. Any thread."""
        with self._changed:
            return self._dropped + self._overflowed - len(self._overflow)

    def start(self) -> None:
        """Let the thread open the file and begin."""
        self._thread.start()

    def append(self, transitions: Sequence[AlarmTransition], on_durable: Callable[[], None]) -> None:
        """Take rows; never waits for the disk. Any thread.

        Args:
            transitions: rows of one transaction, in order.
            on_durable: called in the writer's thread when they are durable; never when memory was full.
        """
        with self._changed:
            # once something had to go there, what follows goes there too: nothing overtakes
            if self._overflowed or (self._pending and self._pending + len(transitions) > self._max_pending):
                for transition in transitions:
                    if transition.kind.is_change:
                        self._overflow[transition.record.id] = transition
                self._overflowed += len(transitions)
                return
            self._batches.append(_Batch(transitions, on_durable))
            self._pending += len(transitions)
            self._changed.notify()

    def do(self, work: Callable[[], _Answer]) -> "Future[_Answer]":
        """Let the thread do something else when no row waits. Any thread; cancelled when the thread ends first."""
        answer: Future[_Answer] = Future()

        def job() -> None:
            if answer.set_running_or_notify_cancel():
                try:
                    answer.set_result(work())
                except (OSError, sqlite3.Error) as error:
                    answer.set_exception(error)

        with self._changed:
            if self._ended:
                answer.cancel()
            else:
                self._jobs.append(_Job(job, answer.cancel))
                self._changed.notify()
        return answer

    def stop(self) -> None:
        """Ask the thread to make one last attempt and to end; returns at once."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread's end; False when it is still at work. Not for the loop's thread."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            notice = self._file.open()
            records, unreadable, clean = self._file.restore()
        except (OSError, sqlite3.Error, ValueError) as error:
            self._file.close()
            self.opened.set_exception(error)
            return
        if unreadable:
            notice = "; ".join(filter(None, [notice, f"no readable record of {', '.join(sorted(unreadable))}"]))
        self.opened.set_result(Opened(records, clean, notice))
        while self._work():
            pass
        self._file.close()
        with self._changed:
            self._ended = True
            jobs, self._jobs = self._jobs, deque()
        for job in jobs:
            job.cancel()

    def _work(self) -> bool:
        """Make one group durable; False when it is time to end."""
        with self._changed:
            if not (self._batches or self._jobs or self._stopping) and not self._changed.wait(CHECK_S):
                self._jobs.append(_Job(self._check, _nobody))
            if not self._batches:
                if self._stopping:
                    return False
                if not self._jobs:
                    return True
            job = None if self._batches else self._jobs.popleft()
            group = self._take_group()
        if job is not None:
            job.run()
            return True
        rows = [transition for batch in group for transition in batch.transitions]
        if not self._try(lambda: self._file.commit(rows)):
            with self._changed:
                self._batches.extendleft(reversed(group))
                if self._stopping:
                    return False
                self._changed.wait(self._retry_s)
            return True
        with self._changed:
            self._pending -= len(rows)
        for batch in group:
            batch.on_durable()
        if self._overflowed:
            self._recover_overflow()
        self._tell_rescue()
        return True

    def _check(self) -> None:
        """See in quiet times too whether the file is still there."""
        self._try(self._file.check)
        self._tell_rescue()

    def _tell_rescue(self) -> None:
        """Say in the journal that its files were not what they should be."""
        said, self._file.rescued = self._file.rescued, ""
        if not said:
            return
        lost = AlarmTransition(TransitionKind.LOST, self._clock.now(), AlarmRecord(""), reason=f"0 rows: {said}")
        with self._changed:
            self._batches.append(_Batch([lost], _nobody))
            self._pending += 1
        self.notice = said  # last: who reads it finds the row pending or written

    def _take_group(self) -> list[_Batch]:
        group: list[_Batch] = []
        size = 0
        while self._batches and (not group or size + len(self._batches[0].transitions) <= GROUP):
            group.append(self._batches.popleft())
            size += len(group[-1].transitions)
        return group

    def _try(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except (OSError, sqlite3.Error) as error:
            if self.error is None:
                _log.error("alarm journal cannot be written: %s", error)
            self.error = str(error)
            return False
        if self.error is not None:
            _log.warning("alarm journal can be written again")
            self.error = None
        return True

    def _recover_overflow(self) -> None:
        """Say in the journal how much it missed, and what each alarm has come to meanwhile."""
        with self._changed:
            last, self._overflow = list(self._overflow.values()), {}
            missed, self._overflowed = self._overflowed - len(last), 0
            self._dropped += missed
            reason = f"{missed} rows: memory was full"
            lost = AlarmTransition(TransitionKind.LOST, self._clock.now(), AlarmRecord(""), reason=reason)
            self._batches.append(_Batch([lost, *last], _nobody))
            self._pending += len(last) + 1


def _nobody() -> None:
    """Nobody waits for these rows."""
