"""`vmshmi alarms whatif` on a real database folder, while the runtime that owns it runs and after it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from vmshmi.app.cli import main
from vmshmi.config.formatting import format_project
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.clock import to_iso
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime

PROJECT: dict[str, object] = {
    "vmsproj": 1,
    "vessel": {"name": "MV Aurora"},
    "tags": [{"id": "me_p.lo_press", "unit": "bar"}, {"id": "me_p.run", "kind": "digital"}],
    "alarms": [
        {
            "id": "me_p.lo_press.low",
            "tag": "me_p.lo_press",
            "operator": "<",
            "limit": 2.5,
            "hysteresis": 0.3,
            "priority": "alarm",
            "message": "Port ME lube oil pressure low",
            "enable_when": "me_p.run == 1",
        }
    ],
}
LOW = "me_p.lo_press.low"


async def test_the_table_and_the_verdict_beside_a_running_runtime_and_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, folder, clock = tmp_path / "ship.vmsproj", tmp_path / "db", FakeClock()
    project.write_text(format_project(PROJECT), encoding="utf-8")
    runtime = build_runtime(load_project(project), RuntimeOptions(database=folder), clock)
    await runtime.start()
    since = clock.now()
    for second, value in enumerate([4.0, 2.4, 4.0, 4.0, 1.0, 1.0, 1.0, 4.0]):
        batch = [("me_p.run", 1.0)] if second == 0 else []
        for tag, number in [*batch, ("me_p.lo_press", value)]:
            runtime.store.update(TagId(tag), TagValue(number, Quality.GOOD, clock.now(), number))
        await runtime.alarms.announced()
        if second == 1:
            await runtime.alarms.ack(LOW, "Chief")
        clock.advance(1)
    runtime.historian.flush_now()
    asked = ["alarms", "whatif", "--vmsproj", str(project), "--db", str(folder), "--alarm", LOW]
    asked += ["--since", to_iso(since), "--until", to_iso(clock.now() + timedelta(seconds=1))]
    try:
        assert await asyncio.to_thread(main, [*asked, "--delay", "2"]) == 0
        beside = capsys.readouterr().out
        await runtime.tuning.revise(LOW, DefinitionChange(delay_s=1.0), "Chief", "trial")
    finally:
        await runtime.stop()
    lines = beside.splitlines()
    assert lines[0] == f"Port ME lube oil pressure low ({LOW})"
    assert "raisings      2                 1" in lines
    assert f"{to_iso(since + timedelta(seconds=1)):<28}{'-':<28}{'gone':<14}Chief" in lines
    assert lines[-3:] == [
        "2 raisings: 1 would have gone, 1 would come 2 s later.",
        "The journal has 2 in this time; the replay agrees with 2 of them.",
        "WARNING: 1 of those that would have gone were answered by a person.",
    ]
    assert await asyncio.to_thread(main, [*asked, "--delay", "2"]) == 0
    after = capsys.readouterr().out
    assert f"({LOW}, revision 1)" in after
    assert "delay         1 s               2 s" in after
    unknown = [*asked[:-4], "--alarm", "me_p.lo_press.lwo", *asked[-4:]]
    assert await asyncio.to_thread(main, unknown) == 2
    assert capsys.readouterr().err == f"--alarm me_p.lo_press.lwo: the project has no such alarm, did you mean {LOW}?\n"
