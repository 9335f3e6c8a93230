"""The door to DuckDB: an in-memory engine over Parquet files and numpy columns.

No database file of DuckDB is ever opened (decision 20). Extensions are never looked for: there is no network on a ship,
and what is needed here (parquet) is built in.
"""

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
EngineError = duckdb.Error
"""Whatever DuckDB raises."""


def is_damage(error: EngineError) -> bool:
    """True when a file's content is to blame, and not the disk, the memory limit or an interruption."""
    elsewhere = (
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        duckdb.InterruptException,
        duckdb.ConnectionException,
    )
    return not isinstance(error, elsewhere)


def one_line(error: Exception) -> str:
    """An error's text, fit for a log or a person."""
    return " ".join(str(error).split())[:300]


def quoted(path: Path) -> str:
    """A path as a literal in SQL, where a statement takes no parameter."""
    text = str(path).replace("'", "''")
    return f"'{text}'"


class Engine:
    """One DuckDB in memory.

    Args:
        threads: worker threads of its own.
        memory_mb: most memory it may take.
        spill: folder for what does not fit; None forbids spilling.
        keeps_footers: of the files it has read, for ever: for questions that come back to the same files.
    """

    def __init__(self, threads: int, memory_mb: int, spill: Path | None = None, *, keeps_footers: bool = False) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": f"{memory_mb}MB",
                "temp_directory": "" if spill is None else str(spill),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                # it keeps a kilobyte of every file ever read, of files long gone too, and no local file's content
                "enable_external_file_cache": False,
            },
        )
        self._lock = threading.Lock()
        if keeps_footers:
            self._connection.execute("SET GLOBAL parquet_metadata_cache = true")

    def session(self) -> "Session":
        """A session for one thread at a time; any thread may ask for one."""
        with self._lock:
            return Session(self._connection.cursor())

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()


class Session:
    """A cursor: one statement at a time."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def columns(self, sql: str, parameters: Mapping[str, object]) -> dict[str, Column]:
        """Run a SELECT; NULL comes as a masked element.

        Raises:
            EngineError: if DuckDB refuses.
        """
        cursor = self._cursor.execute(sql, dict(parameters))
        # the stub also allows pandas.Categorical, for ENUM columns, of which there are none here
        answer = cast("dict[str, Column]", cursor.fetchnumpy())  # pyright: ignore[reportUnknownMemberType]
        return {name: np.ma.asanyarray(column) for name, column in answer.items()}

    def run(self, sql: str, parameters: Mapping[str, object] | None = None) -> None:
        """Run a statement that answers nothing.

        Raises:
            EngineError: if DuckDB refuses.
        """
        self._cursor.execute(sql, dict(parameters or {}))

    def numbers(self, sql: str) -> tuple[int, ...]:
        """Run a SELECT whose answer is one row of whole numbers.

        Raises:
            EngineError: if DuckDB refuses.
        """
        return tuple(int(column[0]) for column in self.columns(sql, {}).values())

    def offer(self, name: str, columns: Mapping[str, Column]) -> None:
        """Let SQL see numpy columns of equal length as a table; they are not copied."""
        self._cursor.register(name, dict(columns))

    def interrupt(self) -> None:
        """End the running statement, if there is one, with an error; from any thread."""
        with contextlib.suppress(duckdb.ConnectionException):  # closed meanwhile: nothing runs
            self._cursor.interrupt()

    def close(self) -> None:
        """End the session."""
        self._cursor.close()
