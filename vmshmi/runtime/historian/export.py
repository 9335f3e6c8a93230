"""Export: one tag's history of a range of time as a file, beside a running runtime or without one.

Reads what every other program may read too: closed segments and, read-only, the journal. Nothing of the history is
changed.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from vmshmi.core.clock import to_micros
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian.engine import Column, Engine, EngineError, Session, one_line, quoted
from vmshmi.runtime.historian.journal import JournalCopy
from vmshmi.runtime.historian.offline import look_at
from vmshmi.runtime.historian.reading import FIRST_US, LAST_US
from vmshmi.runtime.historian.rows import Family, Rows, as_floats, as_texts
from vmshmi.runtime.historian.segments import Segment

SUFFIXES = (".csv", ".parquet")
_MEMORY_MB = 512

_ROWS = """
SELECT timestamp, value, quality, {text} AS text FROM read_parquet($files, hive_partitioning = false)
WHERE tag = $tag AND timestamp BETWEEN make_timestamp($since) AND make_timestamp($until)
"""
_HOT = """
SELECT make_timestamp(stamp) AS timestamp, CASE WHEN isnan(value) THEN NULL ELSE value END AS value, quality, text
FROM hot WHERE stamp BETWEEN $since AND $until
"""
_PARQUET = "SELECT $tag AS tag, timestamp, {value} AS value, quality FROM found ORDER BY timestamp"
_CSV = """
SELECT strftime(found.timestamp, '%Y-%m-%dT%H:%M:%S.%fZ') AS timestamp, found.{value} AS value,
       words.word AS quality, nullif(words.reason, '') AS quality_reason
FROM found LEFT JOIN words ON found.quality = words.code ORDER BY found.timestamp
"""


@dataclass(frozen=True, slots=True)
class _Range:
    tag_id: str
    since_us: int
    until_us: int


def export_range(folder: Path, tag_id: str, since: datetime | None, until: datetime | None, out: Path) -> int:
    """Write one tag's rows, in order of time, as CSV or Parquet.

    Args:
        folder: the database folder; a runtime may be using it.
        tag_id: which tag.
        since, until: aware, both included; None is open.
        out: `.csv` (ISO 8601 UTC times, quality in words) or `.parquet` (columns as in closed segments, a text tag's
            value as text); replaced when it exists.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: for what the caller can mend: suffix, folder, tag.
        StorageError: if history cannot be read or the file cannot be written.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigurationError(f"{out}: the file must end in {' or '.join(SUFFIXES)}")
    journal, segments, open_rows = look_at(folder)
    wanted = _Range(
        tag_id,
        FIRST_US if since is None else max(to_micros(since), FIRST_US),
        LAST_US if until is None else min(to_micros(until), LAST_US),
    )
    with tempfile.TemporaryDirectory(prefix="vmshmi-export-") as spill:
        engine = Engine(2, _MEMORY_MB, Path(spill))
        try:
            return _export(engine.session(), wanted, segments, _Hot(journal, open_rows), out)
        except EngineError as error:
            raise StorageError(f"history of {tag_id} cannot be exported: {one_line(error)}") from error
        except OSError as error:
            raise StorageError(f"{out} cannot be written: {error}") from error
        finally:
            engine.close()


class _Hot:
    """What the journal holds and no segment does."""

    def __init__(self, journal: JournalCopy, rows: Sequence[tuple[Rows, int]]) -> None:
        self._tags = journal.tags
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


def _export(session: Session, wanted: _Range, segments: Sequence[Segment], hot: _Hot, out: Path) -> int:
    session.offer("hot", hot.columns(wanted.tag_id))
    session.run("CREATE TEMP TABLE found(timestamp TIMESTAMP, value DOUBLE, quality UINTEGER, text VARCHAR)")
    bounds: dict[str, object] = {"since": wanted.since_us, "until": wanted.until_us}
    for is_text in (False, True):
        files = [str(segment.file) for segment in segments if (segment.family is Family.TEXTS) is is_text]
        if files:
            select = _ROWS.format(text="text" if is_text else "NULL")
            session.run(f"INSERT INTO found {select}", {**bounds, "files": files, "tag": wanted.tag_id})
    session.run(f"INSERT INTO found {_HOT}", bounds)
    count, texts = session.numbers("SELECT count(*) AS rows, count(text) AS texts FROM found")
    if count == 0 and not _is_known(session, wanted.tag_id, hot, segments):
        raise ConfigurationError(_unknown(wanted.tag_id, _known(session, hot, segments)))
    value = "text" if texts else "value"
    draft = out.with_name(f".{out.name}.tmp")
    try:
        if out.suffix.lower() == ".csv":
            session.offer("words", _words())
            session.run(f"COPY ({_CSV.format(value=value)}) TO {quoted(draft)} (FORMAT csv, HEADER)")
        else:
            select = _PARQUET.format(value=value)
            target = quoted(draft)
            session.run(f"COPY ({select}) TO {target} (FORMAT parquet, COMPRESSION zstd)", {"tag": wanted.tag_id})
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _is_known(session: Session, tag_id: str, hot: _Hot, segments: Sequence[Segment]) -> bool:
    return tag_id in hot.tag_ids() or tag_id in _known(session, hot, segments)


def _known(session: Session, hot: _Hot, segments: Iterable[Segment]) -> set[str]:
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
