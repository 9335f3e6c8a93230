"""A process whose disk takes not one byte more while alarms come: `python -m tests.support.alarm_full_disk JOURNAL`.

A process of its own, because the limit holds for every file of a process. Says on stdout, as JSON, what it saw.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path

from vmshmi.core.alarms.model import AlarmDef, Operator
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.storage.alarm_journal import AlarmJournal


async def main(path: Path) -> None:
    """Fill the disk, raise and acknowledge, empty the disk."""
    clock = SystemClock()
    definitions = [AlarmDef(name, TagId(name), Operator.GREATER, 50.0) for name in ("before", "meanwhile")]
    engine = AlarmEngine(definitions, clock, AlarmJournal(path, retry_s=0.02))
    await engine.start()
    seen: dict[str, object] = {}

    def feed(tag: str) -> None:
        engine.on_samples([(TagId(tag), TagValue(80.0, Quality.GOOD, clock.now()))])

    feed("before")
    await engine.announced()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        feed("meanwhile")
        await engine.announced()
        seen["standing while full"] = sorted(record.id for record in engine.standing())
        while engine.journal_error() is None:  # noqa: ASYNC110 - a thread changes it
            await asyncio.sleep(0.01)
        seen["error"] = engine.journal_error()
        seen["answered while full"] = (await engine.ack("meanwhile", "chief", "ecr")).acked_by
        seen["still failing"] = engine.journal_error() is not None
        seen["history while full"] = [row.record.id for row in await engine.history(limit=1)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    while engine.journal_error() is not None:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)
    seen["history afterwards"] = [f"{row.kind.value} {row.record.id}" for row in await engine.history(limit=3)]
    await engine.stop()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
