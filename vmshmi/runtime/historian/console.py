"""SQL over recorded history, read only: one SELECT, with bounds of time, memory and rows.

The question runs in a process of its own, at low priority: DuckDB's own limits do not hold for everything (a single
`repeat('x', 3000000000)` took 6 GB and 38 s under a limit of 256 MB and 3 s). Nothing but closed files of the history
and what the journal holds can be read there: no other file, no network, no setting, no variable of the program.
"""

import asyncio
import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np

from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.core.history import NOT_LATE
from vmshmi.runtime.historian.engine import Column, EngineError, one_line, quoted
from vmshmi.runtime.historian.journal import JournalCopy
from vmshmi.runtime.historian.offline import look_at
from vmshmi.runtime.historian.rollups import ROLLUP, Level, find_rollups
from vmshmi.runtime.historian.rows import Family, Rows, as_floats, as_moments, as_texts, times_of_receipt
from vmshmi.runtime.historian.segments import HISTORY, Segment

_ADDRESS_SPACE_MB = 1500
"""Beyond DuckDB's own limit: the program, its libraries, hot rows."""
_CHUNK_ROWS = 500
_NICENESS = 10
_GRACE_S = 20.0
"""To start a process on a busy machine."""
_USER_ERROR = 2
_EMPTY = (
    "SELECT NULL::VARCHAR AS tag, NULL::TIMESTAMP AS timestamp, NULL::DOUBLE AS value, NULL::UINTEGER AS quality,"
    " NULL::VARCHAR AS text, NULL::TIMESTAMP AS received WHERE false"
)
_HOT = """
SELECT names.tag, make_timestamp(hot.stamp) AS timestamp,
       CASE WHEN isnan(hot.value) THEN NULL ELSE hot.value END AS value, hot.quality, hot.text, hot.received
FROM {hot} hot JOIN {names} names ON hot.code = names.code
"""
_ROLLUPS = {Level.MINUTE: "history_1m", Level.TEN_MINUTES: "history_10m", Level.HOUR: "history_1h"}
_NO_ROLLUPS = (
    "SELECT NULL::VARCHAR AS tag, NULL::TIMESTAMP AS timestamp, 0::UINTEGER AS count, 0::UINTEGER AS bad,"
    " 0::DOUBLE AS min, 0::DOUBLE AS max, 0::DOUBLE AS first, 0::DOUBLE AS last, 0::DOUBLE AS mean,"
    " 0::UINTEGER AS quality WHERE false"
)

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class SqlLimits:
    """What a question may take.

    Attributes:
        seconds: of time, beside what a process needs to start.
        memory_mb: of DuckDB.
        rows: of the answer; what is beyond is left out, and said.
    """

    seconds: float = 10.0
    memory_mb: int = 512
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """What came out.

    Attributes:
        columns: their names.
        types: DuckDB's, of each.
        rows: times as ISO 8601 UTC, what JSON does not know as text.
        is_whole: False when there are more rows than the limit.
        took_ms: in the engine.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[list[Cell]]
    is_whole: bool
    took_ms: float


async def ask_apart(folder: Path, sql: str, limits: SqlLimits) -> SqlAnswer:
    """Ask in a process of its own; cancelling ends it.

    Args:
        folder: database folder; a runtime may be using it.
        sql: one SELECT over the views `history`, `history_1m`, `history_10m` and `history_1h`.
        limits: what it may take.

    Raises:
        ConfigurationError: if the question is refused or takes too much; one line.
        StorageError: if history cannot be read.
    """
    words = ["--db", str(folder), "--seconds", str(limits.seconds), "--memory", str(limits.memory_mb)]
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "vmshmi"]
    process = await asyncio.create_subprocess_exec(
        *program, "history", "sql", *words, "--rows", str(limits.rows), "--json", "-",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(limits.seconds + _GRACE_S):
            out, err = await process.communicate(sql.encode("utf-8", "replace"))
    except TimeoutError:
        raise ConfigurationError(_too_long(limits)) from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == 0:
        found = cast("dict[str, Any]", await asyncio.to_thread(json.loads, out))
        return SqlAnswer(
            tuple(found["columns"]), tuple(found["types"]), found["rows"], found["is_whole"], found["took_ms"]
        )
    text = one_line(Exception(err.decode("utf-8", "replace")))
    if process.returncode == _USER_ERROR and text:
        raise ConfigurationError(text.removeprefix("vmshmi: "))
    raise ConfigurationError(_too_large(limits))  # whatever ended it without a word was the memory


def bound_this_process(limits: SqlLimits) -> None:
    """Take no more memory than the limits say, and the processor last, until the process ends."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(_NICENESS)
    most = (limits.memory_mb + _ADDRESS_SPACE_MB) * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ask_here(folder: Path, sql: str, limits: SqlLimits) -> SqlAnswer:
    """Ask in this process, which should do nothing else and be bounded.

    Raises:
        ConfigurationError: if the question is refused or takes too much; one line.
        StorageError: if history cannot be read.
    """
    _refuse_all_but_one_select(sql)
    journal, segments, open_rows = look_at(folder)
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": f"{limits.memory_mb}MB",
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,  # else a table's name may be a variable of this program
        },
    )
    timer = threading.Timer(limits.seconds, connection.interrupt)
    timer.daemon = True
    began = time.monotonic()
    try:
        _offer(connection, folder / HISTORY, journal, segments, open_rows)
        _lock(connection, folder / HISTORY)
        began = time.monotonic()
        timer.start()
        connection.execute(sql)
        described = connection.description or []
        found: list[list[Cell]] = []
        while len(found) <= limits.rows and (chunk := connection.fetchmany(_CHUNK_ROWS)):
            found += [[_cell(value) for value in row] for row in chunk]
    except duckdb.InterruptException as error:
        raise ConfigurationError(_too_long(limits)) from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise ConfigurationError(_too_large(limits)) from error
    except EngineError as error:
        raise ConfigurationError(f"SQL: {one_line(error)}") from error
    finally:
        timer.cancel()
        connection.close()
    return SqlAnswer(
        tuple(str(column[0]) for column in described),
        tuple(str(column[1]) for column in described),
        found[: limits.rows],
        len(found) <= limits.rows,
        (time.monotonic() - began) * 1e3,
    )


def _too_long(limits: SqlLimits) -> str:
    return f"SQL: not done after {limits.seconds:g} s; ask for fewer tags or a shorter time, or ask history_1h"


def _too_large(limits: SqlLimits) -> str:
    return f"SQL: needs more than the {limits.memory_mb} MB there are; ask for fewer rows, or group them"


def _refuse_all_but_one_select(sql: str) -> None:
    try:
        statements = duckdb.extract_statements(sql)
    except EngineError as error:
        raise ConfigurationError(f"SQL: {one_line(error)}") from error
    if len(statements) != 1:
        raise ConfigurationError(f"SQL: one SELECT is asked for, these are {len(statements)} statements")
    kind = statements[0].type
    if kind != duckdb.StatementType.SELECT:
        raise ConfigurationError(f"SQL: {kind.name} is refused; history is read only, ask with SELECT")


def _offer(
    connection: duckdb.DuckDBPyConnection,
    history: Path,
    journal: JournalCopy,
    segments: Sequence[Segment],
    open_rows: Sequence[tuple[Rows, int]],
) -> None:
    """Make the views."""
    parts = [_EMPTY]
    for with_text in (False, True):
        files = [segment.file for segment in segments if (segment.family is Family.TEXTS) is with_text]
        if files:
            parts.append(f"FROM {_read(files)}")
    stretches: dict[tuple[Family, int], list[Rows]] = {}
    for rows, run in open_rows:
        stretches.setdefault((rows.family, run), []).append(rows)
    for (family, run), of_run in stretches.items():
        hot, names = f"hot_{family.value}_{run}", f"names_{run}"
        connection.register(hot, dict(_hot_columns(of_run)))
        codes = {code: entry.tag_id for (of, code), entry in journal.tags.items() if of == run}
        tags: dict[str, Column] = {
            "code": np.array(list(codes), np.int32),
            "tag": as_texts(list(codes.values())),
        }
        connection.register(names, tags)
        parts.append(_HOT.format(hot=hot, names=names))
    connection.execute(f"CREATE VIEW history AS {' UNION ALL BY NAME '.join(parts)}")
    try:
        counting, _ = find_rollups(history)
    except OSError as error:
        raise StorageError(f"{history}: history cannot be read: {error}") from error
    for level, name in _ROLLUPS.items():
        files = [rollup.file for rollup in counting if rollup.level is level]
        connection.execute(f"CREATE VIEW {name} AS {f'FROM {_read(files)}' if files else _NO_ROLLUPS}")


def _read(files: Sequence[Path]) -> str:
    names = ", ".join(quoted(file.resolve()) for file in files)
    return f"read_parquet([{names}], hive_partitioning = false, union_by_name = true)"


def _hot_columns(stretches: Sequence[Rows]) -> Mapping[str, Column]:
    values: list[Column] = []
    texts: list[Column] = []
    for rows in stretches:
        if isinstance(rows.values, list):
            values.append(np.full(len(rows), np.nan))
            texts.append(as_texts(rows.values))
        else:
            values.append(as_floats(rows.values))
            texts.append(np.full(len(rows), None, np.object_))
    stamps, received = np.concatenate([rows.stamps for rows in stretches]), times_of_receipt(stretches)
    return {
        "code": np.concatenate([rows.codes for rows in stretches]),
        "stamp": stamps,
        "value": np.concatenate(values),
        "quality": np.concatenate([rows.qualities for rows in stretches]),
        "text": np.concatenate(texts),
        "received": as_moments(np.full(len(stamps), NOT_LATE) if received is None else received),
    }


def _lock(connection: duckdb.DuckDBPyConnection, history: Path) -> None:
    """From here on nothing but closed files can be opened, and no setting changed."""
    places = ", ".join(quoted(history.resolve() / place) for place in ("raw", "text", ROLLUP))
    connection.execute(f"SET allowed_directories = [{places}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    return str(value)
