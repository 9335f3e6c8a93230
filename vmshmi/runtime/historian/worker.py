"""The storage threads: one flushes, one seals, one looks after closed days, so that nothing long holds up a flush."""

import logging
import os
import sys
import threading
from collections.abc import Callable

from vmshmi.runtime.historian.storage import Storage
from vmshmi.runtime.historian.upkeep import Upkeep

log = logging.getLogger(__name__)

_JOIN_S = 2.5
_BEHIND = 15
"""Niceness of the upkeep."""


def step_back(niceness: int) -> None:
    """Let this thread wait for the processor behind others, where a thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


class Worker:
    """Runs a storage.

    Args:
        storage: what to run.
        upkeep: looks after closed days.
        every_s: seconds between two flushes, and between two looks whether a seal is due.
        upkeep_every_s: seconds between two looks at closed days.
    """

    def __init__(self, storage: Storage, upkeep: Upkeep, every_s: float, upkeep_every_s: float) -> None:
        self._storage = storage
        self._ended = threading.Event()
        # daemons: a disk that hangs must not keep the process from ending
        self._threads = [
            threading.Thread(target=run, args=(work, pause_s), name=name, daemon=True)
            for name, run, work, pause_s in (
                ("history-flush", self._run, storage.flush, every_s),
                ("history-seal", self._run, storage.seal_if_due, every_s),
                ("history-upkeep", self._run_behind, upkeep.run_once, upkeep_every_s),
            )
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads; waits for what they are doing, at most 2.5 s each."""
        self._ended.set()
        for thread in self._threads:
            thread.join(_JOIN_S)
            if thread.is_alive():
                log.warning("history: %s does not end, left behind", thread.name)

    def _run_behind(self, work: Callable[[], bool], pause_s: float) -> None:
        """The same, after everything else that wants the processor."""
        step_back(_BEHIND)
        self._run(work, pause_s)

    def _run(self, work: Callable[[], bool], pause_s: float) -> None:
        while not self._ended.wait(pause_s):
            try:
                work()
            except Exception as error:  # a defect here must not end recording in silence: it becomes a state
                log.exception("history: defect in %s", threading.current_thread().name)
                self._storage.report_defect(error)
