"""A process that records until it is killed: `python -m tests.support.history_child FOLDER`.

Says `ready N` with the rows it found, then `durable N` each time all rows so far are. Values count on from N. They are
late data: all were received at `RECEIVED`.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, TAGS, a_value
from vmshmi.runtime.historian import Historian, HistorianSettings

_ROWS = 100
RECEIVED = FakeClock().now() + timedelta(days=400)
"""Every day recorded here is over by then."""


def say(word: str, rows: int) -> None:
    """One line to whoever started this process."""
    sys.stdout.write(f"{word} {rows}\n")
    sys.stdout.flush()


async def main(folder: Path) -> None:
    start = FakeClock().now()
    clock = FakeClock(RECEIVED)
    # seals, compacts and rolls up in threads of their own every few flushes, over a midnight now and then
    settings = HistorianSettings(
        flush_every_s=0.003, seal_every_s=1e9, seal_rows=700, upkeep_every_s=0.02, mark_stops=False
    )
    historian = Historian(folder, TAGS, clock, settings)
    await historian.start()
    taken = len(historian.query(PRESS))
    say("ready", taken)
    while True:
        stamps = [start + timedelta(seconds=taken + n) for n in range(_ROWS)]
        historian.record([(PRESS, a_value(float(taken + n), stamp)) for n, stamp in enumerate(stamps)])
        historian.record([(NAME, a_value(f"{taken}", stamps[0]))])
        taken += _ROWS
        if historian.flush_now():
            say("durable", taken)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
