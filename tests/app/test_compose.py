"""Logging of a running program."""

import logging
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmshmi.app import compose


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("vmshmi")
    handlers, levels = list(root.handlers), (root.level, ours.level)
    root.handlers.clear()
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def test_a_log_file_on_a_full_disk_costs_no_line_and_tells_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compose.start_logging(tmp_path, verbose=False)
    log = logging.getLogger("vmshmi.test")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # no file takes one byte more
    try:
        log.warning("the first one")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    log.warning("the second one")
    said = capsys.readouterr().err.splitlines()
    assert [line.rpartition(": ")[2] for line in said] == ["the first one", "the second one"]
    assert "the second one" in (tmp_path / "vmshmi.log").read_text(encoding="utf-8")
