"""History as versions wrote it that kept one time to a row."""

import sqlite3
from pathlib import Path

import duckdb


def make_old(folder: Path) -> None:
    """Take the times of receipt out of a database folder that nothing uses: its files are then as they once were."""
    for file in (folder / "history").glob("[rt]*/day=*/*.parquet"):
        make_old_segment(file)
    make_old_journal(folder / "history/journal.sqlite")


def make_old_segment(file: Path) -> None:
    """The same of one closed segment."""
    draft = file.with_suffix(".old")
    duckdb.execute(
        f"COPY (SELECT * EXCLUDE (received) FROM read_parquet('{file}', hive_partitioning = false))"
        f" TO '{draft}' (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd)"
    )
    draft.replace(file)


def make_old_journal(file: Path) -> None:
    """The same of a journal, which must hold no late row: its checksums cover them."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        assert connection.execute("SELECT count(received) FROM flushes").fetchone() == (0,)
        connection.execute("ALTER TABLE flushes DROP COLUMN received")
        connection.execute("PRAGMA user_version = 2")
    finally:
        connection.close()
