"""The control of the simulated power cut: rows in a SQLite table, each commit told: `... FILE FULL|OFF`."""

import sqlite3
import sys
from pathlib import Path


def main(file: Path, synchronous: str) -> None:
    """Insert until killed."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint = 50")
    connection.execute("CREATE TABLE IF NOT EXISTS rows(n INTEGER PRIMARY KEY, text TEXT)")
    taken = 0
    while True:
        connection.execute("BEGIN")
        for _ in range(20):
            connection.execute("INSERT INTO rows VALUES (?, ?)", (taken, "x" * 100))
            taken += 1
        connection.execute("COMMIT")
        sys.stdout.write(f"durable {taken}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
