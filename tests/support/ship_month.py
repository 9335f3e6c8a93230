"""A believable month of a ship's alarms: quiet nights, a chattering float switch, a blackout's flood, forgotten ones.

The rows are made by the alarm state machine itself, so that their facts are those a runtime would have written.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from vmshmi.core.alarms.events import (
    Acknowledge,
    ConditionCame,
    ConditionWent,
    Event,
    Shelve,
    ShelvingOver,
    Silence,
    TakeOutOfService,
)
from vmshmi.core.alarms.machine import step
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Priority, TransitionKind
from vmshmi.runtime.storage.journal_file import JournalFile

DAY_S = 86_400
_BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 9, 10, 10, 9, 8, 7, 9, 10, 9, 8, 7, 5, 4, 3, 2, 2, 1)
"""How busy each hour of the day is: people work by day, and work makes alarms."""
_PEOPLE = (("chief", "ecr"), ("second", "ecr"), ("third", "ecr"), ("mate", "bridge"))


@dataclass
class _Happening:
    second: float
    alarm: str
    event: Event | str


@dataclass
class Month:
    """What is to happen; `rows` plays it.

    Attributes:
        definitions: of the ship's alarms; the more there are, the more of the stories find theirs.
        begin: UTC.
        days: how long.
        seed: the same seed makes the same month.
        silences: people silence before they answer.
    """

    definitions: Sequence[AlarmDef]
    begin: datetime
    days: int = 30
    seed: int = 7
    silences: bool = False
    _happenings: list[_Happening] = field(default_factory=list[_Happening])

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._by_id = {definition.id: definition for definition in self.definitions}

    def episode(self, alarm: str, second: float, lasts_s: float | None, answered_after_s: float | None = None) -> None:
        """One alarm comes, is answered, goes. None: it stays; nobody answers."""
        if alarm not in self._by_id:
            return
        self._add(second, alarm, ConditionCame(1.0))
        if answered_after_s is not None:
            if self.silences:
                self._add(second + answered_after_s / 2, alarm, "silence")
            self._add(second + answered_after_s, alarm, "answer")
        if lasts_s is not None:
            self._add(second + lasts_s, alarm, ConditionWent(0.0))

    def _add(self, second: float, alarm: str, event: Event | str) -> None:
        self._happenings.append(_Happening(second, alarm, event))

    def _patience(self) -> float | None:
        """Seconds until somebody answers: half a minute, sometimes many, now and then never."""
        return None if self._chance.random() < 0.02 else self._chance.lognormvariate(3.3, 0.9)

    def everyday(self, per_day: float, often: Sequence[str], never: Sequence[str] = ()) -> None:
        """What comes every day: most of it from those that come often, the first of them most."""
        ids = [d.id for d in self.definitions if d.priority is not Priority.EMERGENCY_ALARM and d.id not in never]
        weights = [1 / (often.index(alarm) + 1) if alarm in often else 0.015 for alarm in ids]
        hours = [hour for hour, busy in enumerate(_BY_HOUR) for _ in range(busy)]
        for day in range(self.days):
            for alarm in self._chance.choices(ids, weights, k=round(per_day * self._chance.uniform(0.75, 1.25))):
                hour = (self._chance.choice(hours) - self.begin.hour) % 24
                second = day * DAY_S + hour * 3600 + self._chance.uniform(0, 3600)
                lasts = self._chance.lognormvariate(4.5, 1.4)
                self.episode(alarm, second, lasts, self._patience())

    def float_switch(self, alarm: str, first_day: int, last_day: int, bursts_per_day: int) -> None:
        """The ship rolls and a float switch chatters."""
        for day in range(first_day, min(last_day, self.days)):
            for _ in range(bursts_per_day):
                second = day * DAY_S + self._chance.uniform(0, DAY_S)
                for _ in range(self._chance.randint(3, 9)):
                    self.episode(alarm, second, self._chance.uniform(1, 4), self._chance.uniform(20, 90))
                    second += self._chance.uniform(6, 22)

    def blackout(self, day: float) -> None:
        """The switchboard is dead: one cause, and an alarm of nearly everything within minutes."""
        second = day * DAY_S
        for alarm in ("msb.source.dead", "dg1.cb.trip", "dg1.state.fail"):
            self.episode(alarm, second, 1_500, 200)
            second += 0.4
        groups = ("Power", "ME", "Propulsion", "Cooling", "Steering", "HVAC", "Fuel", "Aux", "NavLights")
        hit = [definition.id for definition in self.definitions if definition.group in groups][::2]
        for alarm in hit:
            self.episode(alarm, second + self._chance.expovariate(1 / 90), 1_600, self._chance.uniform(250, 1_400))

    def forgotten(self, alarm: str, from_day: float, to_day: float | None = None) -> None:
        """Stands for days."""
        lasts = None if to_day is None else (to_day - from_day) * DAY_S
        self.episode(alarm, from_day * DAY_S, lasts, 40)

    def shelved(self, alarm: str, day: float, hours: float, reason: str) -> None:
        """Shelved by the chief, and back by itself."""
        if alarm in self._by_id:
            until = self.begin + timedelta(days=day, hours=hours)
            self._add(day * DAY_S, alarm, Shelve(until, "chief", reason, "ecr"))
            self._add(day * DAY_S + hours * 3600, alarm, ShelvingOver())

    def out_of_service(self, alarm: str, day: float, reason: str) -> None:
        """Taken out of service and left there."""
        if alarm in self._by_id:
            self._add(day * DAY_S, alarm, TakeOutOfService("chief", reason, "ecr"))

    def dry_dock(self, day: float, hours: float) -> None:
        """The runtime is stopped for some hours: nothing happens in them."""
        begin, end = day * DAY_S, day * DAY_S + hours * 3600
        self._happenings = [h for h in self._happenings if not begin <= h.second <= end]
        self._add(begin, "", "stopped")
        self._add(end, "", "started")

    def rows(self) -> list[AlarmTransition]:
        """The journal of it, in order; it begins with the start of the runtime."""
        records = {alarm: AlarmRecord(alarm) for alarm in self._by_id}
        made = [AlarmTransition(TransitionKind.STARTED, self.begin, AlarmRecord(""))]
        for happening in sorted(self._happenings, key=lambda one: one.second):
            if happening.second >= self.days * DAY_S:
                break
            at = self.begin + timedelta(seconds=round(happening.second, 3))
            if not happening.alarm and isinstance(happening.event, str):
                made.append(AlarmTransition(TransitionKind(happening.event), at, AlarmRecord("")))
                continue
            record = records[happening.alarm]
            records[happening.alarm], effects = step(
                self._by_id[happening.alarm], record, self._event(happening.event, record, at), at
            )
            made.extend(effect for effect in effects if isinstance(effect, AlarmTransition))
        return made

    def _event(self, event: Event | str, record: AlarmRecord, at: datetime) -> Event:
        if not isinstance(event, str):
            return event
        user, station = self._chance.choice(_PEOPLE)
        if event == "silence":
            return Silence(at + timedelta(seconds=30), user, station)
        return Acknowledge(record.occurrence, user, station)


_NUISANCES = (
    "me_p.exh_dev.high", "bilge.pump1_starts.high", "nav.roll.high", "fo_sep.fault.fail", "sw_p.press.low",
    "er.temp.high", "msb.insul.low", "t_fo_day.level.low", "gb_s.lo_temp.high", "stp.fault.fail", "frz.temp.high",
)  # fmt: skip
_FORGOTTEN = ("shore.power.high", "t_gw.level.high", "me_s.hours.due", "crane.hyd_temp.high")


def a_month(definitions: Sequence[AlarmDef], until: datetime, days: int = 30) -> list[AlarmTransition]:
    """Of the demo vessel: too many alarms from a few, one blackout, some that nobody looks at any more."""
    month = Month(definitions, until - timedelta(days=days), days)
    month.everyday(95, _NUISANCES, _FORGOTTEN)
    month.float_switch("bilge.er_a_high.high", 9, 16, bursts_per_day=7)
    month.float_switch("t_bw.level.high", 20, 22, bursts_per_day=3)
    month.blackout(days * 0.62)
    month.forgotten("shore.power.high", 2.5, 6.25)
    month.forgotten("t_gw.level.high", 11.2)
    month.forgotten("me_s.hours.due", days - 1.6)
    month.shelved("fo_filt.dp.high", 14.4, 8, "new element ordered")
    month.out_of_service("crane.hyd_temp.high", 5.3, "crane dismantled")
    month.dry_dock(25.1, 5)
    return month.rows()


def a_terrible_month(definitions: Sequence[AlarmDef], until: datetime, per_day: int) -> list[AlarmTransition]:
    """As on the worst of eleven measured ships on each of thirty days; all is silenced before it is answered."""
    month = Month(definitions, until - timedelta(days=30), silences=True)
    month.everyday(per_day, [definition.id for definition in definitions][::4])
    month.blackout(15)
    return month.rows()


def write_journal(path: Path, rows: Iterable[AlarmTransition]) -> None:
    """A journal file with these rows, chained and whole."""
    file = JournalFile(path)
    file.open()
    block: list[AlarmTransition] = []
    for row in rows:
        block.append(row)
        if len(block) == 10_000:
            file.commit(block)
            block = []
    file.commit(block)
    file.close()
