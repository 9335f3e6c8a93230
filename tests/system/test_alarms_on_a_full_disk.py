"""A full disk keeps no alarm from being announced and answered, and nothing is lost when it has room again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT
from vmshmi.runtime.storage.alarm_journal import prove_file


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of file size for a process")
def test_alarms_come_and_are_answered_while_the_disk_is_full(tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.alarm_full_disk", str(journal)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "standing while full": ["before", "meanwhile"],
        "error": "disk I/O error",
        "answered while full": "chief",
        "still failing": True,
        "history while full": ["before"],
        "history afterwards": ["acknowledged meanwhile", "raised meanwhile", "raised before"],
    }
    assert prove_file(journal).broken is None
