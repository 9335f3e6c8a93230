"""Export: the history of some tags over a range of time as a file, beside a running runtime or without one.

Reads what every other program may read too: closed segments and, read-only, the journal. Nothing of the history is
changed.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import Enum
from pathlib import Path

import numpy as np

from vmshmi.core.clock import to_micros
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian.engine import Column, Engine, EngineError, Session, one_line, quoted
from vmshmi.runtime.historian.journal import TagEntry
from vmshmi.runtime.historian.offline import look_at
from vmshmi.runtime.historian.reading import FIRST_US, LAST_US
from vmshmi.runtime.historian.rows import Family, Rows, as_floats, as_texts
from vmshmi.runtime.historian.segments import HISTORY, Segment

SUFFIXES = (".csv", ".parquet")
_MEMORY_MB = 512

_ROWS = """
SELECT $tag AS tag, timestamp, value, quality, {text} AS text FROM read_parquet($files, hive_partitioning = false)
WHERE tag = $tag AND timestamp BETWEEN make_timestamp($since) AND make_timestamp($until)
"""
_HOT = """
SELECT $tag AS tag, make_timestamp(stamp) AS timestamp, CASE WHEN isnan(value) THEN NULL ELSE value END AS value,
       quality, text
FROM hot WHERE stamp BETWEEN $since AND $until
"""
_PARQUET = "SELECT tag, timestamp, {value}, quality FROM found ORDER BY timestamp, tag"
_CSV = """
SELECT {tag}strftime(found.timestamp, '%Y-%m-%dT%H:%M:%S.%fZ') AS timestamp, coalesce(found.text, {number}) AS value,
       words.word AS quality, nullif(words.reason, '') AS quality_reason
FROM found LEFT JOIN words ON found.quality = words.code ORDER BY found.timestamp, found.tag
"""


class Decimal(Enum):
    """How a CSV file for a country's spreadsheet is written."""

    POINT = ("point", ",", "found.value::VARCHAR")
    COMMA = ("comma", ";", "replace(found.value::VARCHAR, '.', ',')")

    def __init__(self, word: str, separator: str, number: str) -> None:
        self.word = word
        self.separator = separator
        self.number = number


@dataclass(frozen=True, slots=True)
class Range:
    """What is to be written: tags, each once, and microseconds since 1970 UTC, both included."""

    tag_ids: tuple[str, ...]
    since_us: int
    until_us: int


def range_of(tag_ids: Sequence[str], since: datetime | None, until: datetime | None) -> Range:
    """The same from moments; None is open."""
    return Range(
        tuple(dict.fromkeys(tag_ids)),
        FIRST_US if since is None else max(to_micros(since), FIRST_US),
        LAST_US if until is None else min(to_micros(until), LAST_US),
    )


def export_range(
    folder: Path,
    tag_ids: Sequence[str],
    since: datetime | None,
    until: datetime | None,
    out: Path,
    decimal: Decimal = Decimal.POINT,
) -> int:
    """Write the rows of some tags, in order of time, as CSV or Parquet.

    Args:
        folder: the database folder; a runtime may be using it.
        tag_ids: which tags, at least one; a CSV file of several has a column `tag` more.
        since, until: aware, both included; None is open.
        out: `.csv` (ISO 8601 UTC times, quality in words) or `.parquet` (columns as in closed segments, a text tag's
            value as text); replaced when it exists.
        decimal: of the numbers in CSV; with a comma there, semicolons separate the columns.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: for what the caller can mend: suffix, folder, tag.
        StorageError: if history cannot be read or the file cannot be written.
    """
    _check_suffix(out)
    if out.resolve().is_relative_to((folder / HISTORY).resolve()):
        raise ConfigurationError(
            f"{out}: lies in the recorded history itself; choose a file outside {folder / HISTORY}"
        )
    journal, segments, open_rows = look_at(folder)
    with Exporter(2) as exporter:
        return exporter.write(
            segments, OpenRows(journal.tags, open_rows), range_of(tag_ids, since, until), out, decimal
        )


class Exporter:
    """Writes files, one after the other; what does not fit into its memory waits in a folder of the system's.

    Args:
        threads: of DuckDB's.
    """

    def __init__(self, threads: int) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="vmshmi-export-")
        self._engine = Engine(threads, _MEMORY_MB, Path(self._spill.name))
        self._session = self._engine.session()

    def __enter__(self) -> "Exporter":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()
        self._spill.cleanup()

    def interrupt(self) -> None:
        """End what runs, with a StorageError; any thread."""
        self._session.interrupt()

    def write(
        self,
        segments: Sequence[Segment],
        hot: "OpenRows",
        wanted: "Range",
        out: Path,
        decimal: Decimal = Decimal.POINT,
    ) -> int:
        """As `export_range`, of what was found already.

        Raises:
            ConfigurationError: for what the caller can mend: suffix, tag.
            StorageError: if history cannot be read or the file cannot be written.
        """
        _check_suffix(out)
        try:
            return _export(self._session, wanted, segments, hot, out, decimal)
        except EngineError as error:
            names = ", ".join(wanted.tag_ids)
            raise StorageError(f"history of {names} cannot be exported: {one_line(error)}") from error
        except OSError as error:
            raise StorageError(f"{out} cannot be written: {error}") from error


def _check_suffix(out: Path) -> None:
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigurationError(f"{out}: the file must end in {' or '.join(SUFFIXES)}")


class OpenRows:
    """The rows that no segment holds.

    Args:
        tags: what each code meant in each run.
        rows: stretches with their run.
    """

    def __init__(self, tags: Mapping[tuple[int, int], TagEntry], rows: Sequence[tuple[Rows, int]]) -> None:
        self._tags = tags
        self._rows = rows

    def tag_ids(self) -> set[str]:
        return {entry.tag_id for entry in self._tags.values()}

    def columns(self, tag_id: str) -> dict[str, Column]:
        """Stamp, value, quality and text of one tag."""
        stamps, values, qualities, texts = (
            [np.empty(0, np.int64)],
            [np.empty(0)],
            [np.empty(0, np.uint32)],
            [as_texts([])],
        )
        for rows, run in self._rows:
            codes = [code for (of_run, code), entry in self._tags.items() if of_run == run and entry.tag_id == tag_id]
            index = np.flatnonzero(np.isin(rows.codes, codes))
            stamps.append(rows.stamps[index])
            qualities.append(rows.qualities[index])
            if isinstance(rows.values, list):
                texts.append(as_texts([rows.values[place] for place in index.tolist()]))
                values.append(np.full(len(index), np.nan))
            else:
                texts.append(as_texts([None] * len(index)))
                values.append(as_floats(rows.values[index]))
        return {
            "stamp": np.concatenate(stamps),
            "value": np.concatenate(values),
            "quality": np.concatenate(qualities),
            "text": np.concatenate(texts),
        }


def _export(
    session: Session, wanted: Range, segments: Sequence[Segment], hot: OpenRows, out: Path, decimal: Decimal
) -> int:
    session.run(
        "CREATE OR REPLACE TEMP TABLE found"
        "(tag VARCHAR, timestamp TIMESTAMP, value DOUBLE, quality UINTEGER, text VARCHAR)"
    )
    for tag_id in wanted.tag_ids:
        _gather(session, tag_id, wanted, segments, hot)
    count, texts, numbers = session.numbers(
        "SELECT count(*) AS rows, count(text) AS texts, count(value) AS numbers FROM found"
    )
    several = len(wanted.tag_ids) > 1
    draft = out.with_name(f".{out.name}.tmp")
    try:
        if out.suffix.lower() == ".csv":
            session.offer("words", _words())
            select = _CSV.format(tag="found.tag AS tag, " if several else "", number=decimal.number)
            options = f"FORMAT csv, HEADER, DELIMITER '{decimal.separator}'"
            session.run(f"COPY ({select}) TO {quoted(draft)} ({options})")
        else:
            value = "value, text" if texts and numbers else "text AS value" if texts else "value"
            select = _PARQUET.format(value=value)
            session.run(f"COPY ({select}) TO {quoted(draft)} (FORMAT parquet, COMPRESSION zstd)")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _gather(session: Session, tag_id: str, wanted: Range, segments: Sequence[Segment], hot: OpenRows) -> None:
    """Add one tag's rows to `found`; says so when there is no such tag."""
    bounds: dict[str, object] = {"tag": tag_id, "since": wanted.since_us, "until": wanted.until_us}
    for is_text in (False, True):
        files = [str(segment.file) for segment in segments if (segment.family is Family.TEXTS) is is_text]
        if files:
            select = _ROWS.format(text="text" if is_text else "NULL")
            session.run(f"INSERT INTO found {select}", {**bounds, "files": files})
    session.offer("hot", hot.columns(tag_id))
    session.run(f"INSERT INTO found {_HOT}", bounds)
    (count,) = session.columns("SELECT count(*) AS rows FROM found WHERE tag = $tag", {"tag": tag_id})["rows"]
    if count == 0 and not _is_known(session, tag_id, hot, segments):
        raise ConfigurationError(_unknown(tag_id, _known(session, hot, segments)))


def _is_known(session: Session, tag_id: str, hot: OpenRows, segments: Sequence[Segment]) -> bool:
    return tag_id in hot.tag_ids() or tag_id in _known(session, hot, segments)


def _known(session: Session, hot: OpenRows, segments: Iterable[Segment]) -> set[str]:
    files = [str(segment.file) for segment in segments]
    if not files:
        return hot.tag_ids()
    found = session.columns(
        "SELECT DISTINCT tag FROM read_parquet($files, hive_partitioning = false, union_by_name = true)",
        {"files": files},
    )
    return hot.tag_ids() | set(map(str, found["tag"].tolist()))


def _unknown(tag_id: str, known: set[str]) -> str:
    near = get_close_matches(tag_id, sorted(known), 1)
    return f"{tag_id}: no such tag in this history{f', did you mean {near[0]}?' if near else ''}"


def _words() -> Mapping[str, Column]:
    return {
        "code": np.array([int(quality) for quality in Quality], np.uint32),
        "word": as_texts([quality.level.value for quality in Quality]),
        "reason": as_texts([quality.reason for quality in Quality]),
    }
