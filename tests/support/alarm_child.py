"""A process with an alarm engine under load, to be killed: `python -m tests.support.alarm_child JOURNAL SEED`.

Says on stdout, one JSON list a line and flushed at once: what stands at its start, every announcement, each
acknowledgement before it is given and after it is confirmed.
"""

import asyncio
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, Operator, Priority
from vmshmi.core.errors import CommandRefused
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.storage.alarm_journal import AlarmJournal

ALARMS = 12


class PatientClock(SystemClock):
    """A hundred times as slow: on a busy machine too only durability announces here, never the time limit."""

    def monotonic(self) -> float:
        return super().monotonic() / 100


def definitions() -> list[AlarmDef]:
    """Some of each: alarms and warnings that want an answer, with delays, latching, escalation and asking again."""
    return [
        AlarmDef(
            f"a{number}",
            TagId(f"t{number}"),
            Operator.GREATER,
            50.0,
            hysteresis=10.0,
            delay_s=0.0 if number % 3 else 0.0002,
            priority=Priority.ALARM if number % 2 else Priority.WARNING,
            latching=number % 4 == 1,
            escalate_s=None if number % 2 else 0.0005,
            realarm_s=0.0005 if number % 3 == 1 else None,
        )
        for number in range(ALARMS)
    ]


def say(*words: object) -> None:
    """One line that the parent has even if the next instruction is the last."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def announce(transitions: Sequence[AlarmTransition]) -> None:
    """Tell the parent what the engine has announced."""
    for told in transitions:
        say("told", told.kind.value, told.record.id, told.record.occurrence)


async def acknowledge(engine: AlarmEngine, alarm_id: str, occurrence: int, user: str) -> None:
    """Give one acknowledgement; a refusal is an answer too."""
    say("try", alarm_id, occurrence, user)
    try:
        record = await engine.ack(alarm_id, user, "ecr", occurrence)
    except CommandRefused as refused:
        say("refused", alarm_id, occurrence, refused.reason)
    else:
        say("confirmed", alarm_id, record.occurrence, record.acked_by)


async def order(engine: AlarmEngine, chance: random.Random) -> None:
    """Somebody shelves, resets, takes out of service, or takes that back; what is refused is refused."""
    alarm_id, user = f"a{chance.randrange(ALARMS)}", f"user{chance.randrange(1000)}"
    try:
        match chance.randrange(5):
            case 0:
                await engine.shelve(alarm_id, user, 60, "being worked on")
            case 1:
                await engine.unshelve(alarm_id, user)
            case 2:
                await engine.out_of_service(alarm_id, user, "ashore")
            case 3:
                await engine.in_service(alarm_id, user)
            case _:
                await engine.reset(alarm_id, user)
    except CommandRefused:
        pass


async def main(path: Path, seed: int) -> None:
    """Raise, end and acknowledge alarms at random until killed."""
    chance = random.Random(seed)
    clock = PatientClock()
    engine = AlarmEngine(definitions(), clock, AlarmJournal(path))
    engine.subscribe(announce)
    await engine.start()
    for number in range(ALARMS):
        record = engine.record(f"a{number}")
        orders = [record.shelved and record.shelved.user, record.out_of_service and record.out_of_service.user]
        facts = [record.id, record.occurrence, record.active, record.acknowledged, record.acked_by, *orders]
        say("stands", *facts, record.latched)
    say("ready")
    async with asyncio.TaskGroup() as people:
        while True:
            batch = [
                (
                    TagId(f"t{chance.randrange(ALARMS)}"),
                    TagValue(chance.choice([20.0, 80.0]), Quality.GOOD, clock.now()),
                )
                for _ in range(chance.randrange(1, 4))
            ]
            engine.on_samples(batch)
            for record in engine.standing():
                if not record.acknowledged and chance.random() < 0.3:
                    user = f"user{chance.randrange(1000)}"
                    people.create_task(acknowledge(engine, record.id, record.occurrence, user))
            if chance.random() < 0.2:
                people.create_task(order(engine, chance))
            await asyncio.sleep(chance.choice([0.0, 0.001, 0.005]))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
