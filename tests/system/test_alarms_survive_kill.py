"""kill -9 at random moments: no acknowledgement is lost, none is invented, what stood stands again.

Ten kills; `VMSHMI_KILLS=50 pytest tests/system/test_alarms_survive_kill.py` makes it fifty.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.alarm_child import definitions
from tests.support.sources import ROOT
from vmshmi.runtime.storage.alarm_journal import prove_file

pytestmark = pytest.mark.slow

_READY_S = 20.0
Answer = tuple[str, int, str]
"""Alarm, occurrence, who."""
_Row = tuple[str, str, int, str | None]
"""Kind, alarm, occurrence, who."""


@dataclass
class _Seen:
    """What the parent has heard over all lives of the child."""

    tried: set[Answer] = field(default_factory=set)
    confirmed: set[Answer] = field(default_factory=set)
    told: set[tuple[str, str, int]] = field(default_factory=set)


def _live_and_die(journal: Path, seed: int, seconds: float, seen: _Seen) -> tuple[list[list[object]], list[_Row]]:
    """One life of the child, ended by SIGKILL `seconds` after it is ready.

    Returns:
        What it said stood at its start, and what it had told until then: timers that were over while nothing ran.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.alarm_child", str(journal), str(seed)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    # a pipe holds 64 kB: somebody must read it all the time
    timers = [threading.Timer(_READY_S, child.kill)]
    timers[0].start()
    stood: list[list[object]] = []
    begun: list[_Row] = []
    assert child.stdout is not None
    with child, child.stdout as lines:
        for line in lines:
            if not line.endswith("\n"):
                break  # cut by the kill
            match json.loads(line):
                case ["ready"]:
                    timers.append(threading.Timer(seconds, os.kill, (child.pid, signal.SIGKILL)))
                    timers[-1].start()
                case ["stands", *facts]:
                    stood.append(facts)
                case ["told", kind, alarm, occurrence]:
                    seen.told.add((kind, alarm, occurrence))
                    if not stood:
                        begun.append((kind, alarm, occurrence, None))
                case ["try", alarm, occurrence, user]:
                    seen.tried.add((alarm, occurrence, user))
                case ["confirmed", alarm, occurrence, user]:
                    seen.confirmed.add((alarm, occurrence, user))
                case ["refused", *_]:
                    pass
                case other:
                    pytest.fail(f"the child said {other}")
    for timer in timers:
        timer.cancel()
        timer.join()
    assert child.returncode == -signal.SIGKILL
    assert len(timers) == 2, "the child was never ready"
    return stood, begun


def _rows(journal: Path) -> list[_Row]:
    with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT kind, alarm, occurrence, user FROM journal ORDER BY id").fetchall()


def _must_stand(rows: list[_Row]) -> dict[str, list[object]]:
    """What each alarm must come back as, worked out from the journal's rows alone."""
    latching = {definition.id for definition in definitions() if definition.latching}
    facts: dict[str, list[object]] = {}
    for kind, alarm, occurrence, user in rows:
        now = facts.setdefault(alarm, never_raised(alarm))
        match kind:
            case "raised" | "realarmed":
                now[1:5] = [occurrence, True, False, None]
                now[7] = False
            case "rectified" | "cleared" | "latched":
                now[2] = False
                now[7] = alarm in latching and kind != "cleared"
            case "acknowledged":
                now[3:5] = [True, user]
            case "reset":
                now[7] = False
            case "shelved" | "unshelved":
                now[5] = user if kind == "shelved" else None
            case "out_of_service" | "in_service":
                now[6] = user if kind == "out_of_service" else None
            case _:
                pass
    return facts


def never_raised(alarm: object) -> list[object]:
    """Alarm, occurrence, active, acknowledged, by whom; who shelved it, who took it out of service; latched."""
    return [alarm, 0, False, True, None, None, None, False]


@pytest.mark.timeout(600)
def test_no_acknowledgement_is_lost_or_invented(tmp_path: Path) -> None:
    kills = int(os.environ.get("VMSHMI_KILLS", "10"))
    journal = tmp_path / "journal.sqlite"
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)
    seen = _Seen()
    rows: list[_Row] = []
    for life in range(kills + 1):
        stood, begun = _live_and_die(journal, seed + life, chance.uniform(0.0, 0.4), seen)
        expected = _must_stand([*rows, *begun])
        for facts in stood:
            assert facts == expected.get(str(facts[0]), never_raised(facts[0]))
        rows = _rows(journal)
        answered = {(alarm, occurrence, user) for kind, alarm, occurrence, user in rows if kind == "acknowledged"}
        assert seen.confirmed <= answered, "a confirmed acknowledgement is not in the journal"
        assert answered <= seen.tried, "an acknowledgement that nobody gave is in the journal"
        assert seen.told <= {(kind, alarm, occurrence) for kind, alarm, occurrence, _ in rows}, "told, but not durable"
    assert prove_file(journal).broken is None
    assert len(seen.confirmed) > kills, "the lives were too short to say anything"
    print(f"{kills + 1} kills, {len(rows)} rows, {len(seen.confirmed)} confirmed acknowledgements")  # noqa: T201 - as above
