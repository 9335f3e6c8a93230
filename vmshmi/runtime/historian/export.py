"""Export: the history of some tags over a range of time as a file, beside a running runtime or without one.

Reads what every other program may read too: closed segments and, read-only, the journal. Nothing of the history is
changed. Day by day: what is held in memory is a day's rows, whatever the range; each day waits as a piece on disk, and
the pieces are streamed into the file (decision 26).
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
from vmshmi.core.history import NOT_LATE
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian.engine import Column, Engine, EngineError, Session, one_line, quoted
from vmshmi.runtime.historian.journal import TagEntry
from vmshmi.runtime.historian.offline import look_at
from vmshmi.runtime.historian.reading import FIRST_US, LAST_US
from vmshmi.runtime.historian.rows import Family, Rows, as_floats, as_moments, as_texts
from vmshmi.runtime.historian.segments import DAY_US, HISTORY, Segment

SUFFIXES = (".csv", ".parquet")
_MEMORY_MB = 512

_ROWS = """
SELECT tag, timestamp, value, quality, {text} AS text, received
FROM (FROM read_parquet($files, hive_partitioning = false, union_by_name = true)
      UNION ALL BY NAME SELECT NULL::TIMESTAMP AS received WHERE false)
WHERE tag IN ({tags}) AND timestamp BETWEEN make_timestamp($since) AND make_timestamp($until)
"""
_ONE_ROW = """
SELECT tag FROM read_parquet($files, hive_partitioning = false, union_by_name = true) WHERE tag = $tag LIMIT 1
"""
_COLUMNS = "(tag VARCHAR, timestamp TIMESTAMP, value DOUBLE, quality UINTEGER, text VARCHAR, received TIMESTAMP)"
_HOT = """
SELECT $tag AS tag, make_timestamp(stamp) AS timestamp, CASE WHEN isnan(value) THEN NULL ELSE value END AS value,
       quality, text, received
FROM hot WHERE stamp BETWEEN $since AND $until
"""
_HOT_OF_DAY = "SELECT * FROM open_rows WHERE timestamp BETWEEN make_timestamp($since) AND make_timestamp($until)"
_PARQUET_PIECE = "SELECT * FROM found ORDER BY timestamp, tag"
_CSV_PIECE = """
SELECT found.tag, strftime(found.timestamp, '%Y-%m-%dT%H:%M:%S.%fZ') AS timestamp,
       coalesce(found.text, {number}) AS value, words.word AS quality, nullif(words.reason, '') AS quality_reason,
       strftime(found.received, '%Y-%m-%dT%H:%M:%S.%fZ') AS received
FROM found LEFT JOIN words ON found.quality = words.code ORDER BY found.timestamp, found.tag
"""
# in the order of the files and of their rows: what is in order piece by piece needs no sorting as a whole
_PIECES = "FROM read_parquet({pieces}, hive_partitioning = false)"


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

    def of_day(self, day_us: int) -> "Range":
        """The part of it in a UTC day."""
        return Range(self.tag_ids, max(self.since_us, day_us), min(self.until_us, day_us + DAY_US - 1))


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
        out: `.csv` (ISO 8601 UTC times, quality in words; `received` where a row has one) or `.parquet` (columns as in
            closed segments, a text tag's value as text); replaced when it exists.
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
        self.most_rows_held = 0
        """The most rows of closed segments and hot rows that were in memory at once: those of the fullest day."""

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
            return self._write(wanted, segments, hot, out, decimal)
        except EngineError as error:
            names = ", ".join(wanted.tag_ids)
            raise StorageError(f"history of {names} cannot be exported: {one_line(error)}") from error
        except OSError as error:
            raise StorageError(f"{out} cannot be written: {error}") from error

    def _write(self, wanted: "Range", segments: Sequence[Segment], hot: "OpenRows", out: Path, decimal: Decimal) -> int:
        session, is_csv = self._session, out.suffix.lower() == ".csv"
        _refuse_unknown_tags(session, wanted, hot, segments)
        _take_open_rows(session, wanted, hot)
        session.offer("words", _words())
        piece_of_day = _CSV_PIECE.format(number=decimal.number) if is_csv else _PARQUET_PIECE
        draft = out.with_name(f".{out.name}.tmp")
        with tempfile.TemporaryDirectory(dir=self._spill.name) as folder:
            pieces: list[Path] = []
            for day_us in _days(wanted, segments, hot):
                self._gather(wanted.of_day(day_us), [one for one in segments if one.day_us == day_us])
                pieces.append(Path(folder, f"{len(pieces):06d}.parquet"))
                session.run(f"COPY ({piece_of_day}) TO {quoted(pieces[-1])} (FORMAT parquet, COMPRESSION lz4)")
            session.run("DROP TABLE found; DROP TABLE open_rows")
            whole = _PIECES.format(pieces=f"[{', '.join(map(quoted, pieces))}]")
            try:
                if is_csv:
                    tag = "tag, " if len(wanted.tag_ids) > 1 else ""
                    (late,) = session.numbers(f"SELECT count(received) AS late {whole}")
                    received = ", received" if late else ""
                    select = f"SELECT {tag}timestamp, value, quality, quality_reason{received} {whole}"
                    options = f"FORMAT csv, HEADER, DELIMITER '{decimal.separator}'"
                else:
                    texts, numbers = session.numbers(f"SELECT count(text) AS texts, count(value) AS numbers {whole}")
                    value = "value, text" if texts and numbers else "text AS value" if texts else "value"
                    select = f"SELECT tag, timestamp, {value}, quality, received {whole}"
                    options = "FORMAT parquet, COMPRESSION zstd"
                session.run(f"COPY ({select}) TO {quoted(draft)} ({options})")
                (count,) = session.numbers(f"SELECT count(*) AS rows {whole}")
                draft.replace(out)
            finally:
                draft.unlink(missing_ok=True)
        return count

    def _gather(self, of_day: "Range", segments: Sequence[Segment]) -> None:
        """Put a day's rows into `found`."""
        session = self._session
        session.run(f"CREATE OR REPLACE TEMP TABLE found{_COLUMNS}")
        bounds: dict[str, object] = {"since": of_day.since_us, "until": of_day.until_us}
        # all in one statement, so that a footer is read once; constants, so that it leaves row groups out
        tags: dict[str, object] = {f"tag{place}": tag_id for place, tag_id in enumerate(of_day.tag_ids)}
        names = ", ".join(f"${name}" for name in tags)
        for is_text in (False, True):
            files = [str(segment.file) for segment in segments if (segment.family is Family.TEXTS) is is_text]
            if files:
                select = _ROWS.format(text="text" if is_text else "NULL", tags=names)
                session.run(f"INSERT INTO found {select}", {**bounds, **tags, "files": files})
        session.run(f"INSERT INTO found {_HOT_OF_DAY}", bounds)
        (held,) = session.numbers("SELECT count(*) AS rows FROM found")
        self.most_rows_held = max(self.most_rows_held, held)


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

    def days(self) -> set[int]:
        """Starts of the UTC days that have rows of any tag."""
        return {int(day) * DAY_US for rows, _ in self._rows for day in np.unique(rows.stamps // DAY_US).tolist()}

    def columns(self, tag_id: str) -> dict[str, Column]:
        """Stamp, value, quality, text and time of receipt of one tag."""
        stamps, values, qualities, texts, received = (
            [np.empty(0, np.int64)],
            [np.empty(0)],
            [np.empty(0, np.uint32)],
            [as_texts([])],
            [np.empty(0, np.int64)],
        )
        for rows, run in self._rows:
            codes = [code for (of_run, code), entry in self._tags.items() if of_run == run and entry.tag_id == tag_id]
            index = np.flatnonzero(np.isin(rows.codes, codes))
            stamps.append(rows.stamps[index])
            qualities.append(rows.qualities[index])
            received.append(np.full(len(index), NOT_LATE) if rows.received is None else rows.received[index])
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
            "received": as_moments(np.concatenate(received)),
        }


def _days(wanted: Range, segments: Sequence[Segment], hot: OpenRows) -> list[int]:
    """Starts of the days that may have rows; one at least, so that there is a file of no rows too."""
    days = hot.days() | {segment.day_us for segment in segments}
    return sorted(day for day in days if day <= wanted.until_us and day + DAY_US > wanted.since_us) or [0]


def _take_open_rows(session: Session, wanted: Range, hot: OpenRows) -> None:
    """Put the rows that no segment holds into `open_rows`; they are in memory already, and bounded there."""
    session.run(f"CREATE OR REPLACE TEMP TABLE open_rows{_COLUMNS}")
    for tag_id in wanted.tag_ids:
        session.offer("hot", hot.columns(tag_id))
        bounds = {"tag": tag_id, "since": wanted.since_us, "until": wanted.until_us}
        session.run(f"INSERT INTO open_rows {_HOT}", bounds)


def _refuse_unknown_tags(session: Session, wanted: Range, hot: OpenRows, segments: Sequence[Segment]) -> None:
    """Say so when there is no such tag; a tag without rows in the range is none of that."""
    files, told = [str(segment.file) for segment in segments], hot.tag_ids()
    for tag_id in (one for one in wanted.tag_ids if one not in told):
        found = session.columns(_ONE_ROW, {"files": files, "tag": tag_id})["tag"] if files else ()
        if not len(found):
            raise ConfigurationError(_unknown(tag_id, _known(session, hot, segments)))


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
