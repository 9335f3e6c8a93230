"""The storage threads: one flushes, one seals, so that a long seal never holds up a flush."""

import logging
import threading
from collections.abc import Callable

from vmshmi.runtime.historian.storage import Storage

log = logging.getLogger(__name__)

_JOIN_S = 2.5


class Worker:
    """Runs a storage.

    Args:
        storage: what to run.
        every_s: seconds between two flushes, and between two looks whether a seal is due.
    """

    def __init__(self, storage: Storage, every_s: float) -> None:
        self._storage = storage
        self._every_s = every_s
        self._ended = threading.Event()
        # daemons: a disk that hangs must not keep the process from ending
        self._threads = [
            threading.Thread(target=self._run, args=(work,), name=name, daemon=True)
            for name, work in (("history-flush", storage.flush), ("history-seal", storage.seal_if_due))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; waits for what they are doing, at most 2.5 s each."""
        self._ended.set()
        for thread in self._threads:
            thread.join(_JOIN_S)
            if thread.is_alive():
                log.warning("history: %s does not end, left behind", thread.name)

    def _run(self, work: Callable[[], bool]) -> None:
        while not self._ended.wait(self._every_s):
            try:
                work()
            except Exception as error:  # a defect here must not end recording in silence: it becomes a state
                log.exception("history: defect in %s", threading.current_thread().name)
                self._storage.report_defect(error)
