"""One runtime for one database folder."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from vmshmi.core.errors import StartError
from vmshmi.runtime.storage.folder_lock import FolderLock


def test_a_second_process_is_refused_with_the_first_ones_id(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vmshmi.runtime.storage.folder_lock import FolderLock;"
        "lock = FolderLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StartError, match=rf"process {first.pid}\b"):
            FolderLock(tmp_path).acquire()
        first.kill()
        first.wait()
    lock = FolderLock(tmp_path)
    lock.acquire()
    lock.release()


def test_after_release_the_folder_is_free(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new" / "folder")
    lock.acquire()
    lock.release()
    lock.release()
    again = FolderLock(tmp_path / "new" / "folder")
    again.acquire()
    again.release()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(StartError, match="cannot be written") as refused:
        FolderLock(file / "below").acquire()
    assert "\n" not in str(refused.value)


def test_a_full_disk_is_one_clear_line_and_leaves_the_folder_free(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # no file takes one byte more
    try:
        with pytest.raises(StartError, match="cannot be written") as refused:
            FolderLock(tmp_path).acquire()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(refused.value)
    assert "free space" in str(refused.value)
    again = FolderLock(tmp_path)
    again.acquire()
    again.release()
