"""Import of another logger's CSV file: rows a second and the memory it takes, wide and long, and the same file again.

python -m tests.bench.bench_import                  2 M rows
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.measure import print_table

START = datetime(2024, 1, 1, tzinfo=UTC)
TAGS = 20


def make_file(file: Path, rows: int, *, wide: bool) -> None:
    """Write rows of 20 tags, ten seconds apart."""
    with file.open("w", encoding="utf-8") as out:
        tags = [f"old.t{tag}" for tag in range(TAGS)]
        out.write(",".join(["time", *tags] if wide else ["time", "tag", "value"]) + "\n")
        for step in range(rows // TAGS):
            at = (START + timedelta(seconds=10 * step)).isoformat()
            values = [f"{50 + (step * 7919 + tag * 104729) % 10000 / 100:.2f}" for tag in range(TAGS)]
            if wide:
                out.write(",".join([at, *values]) + "\n")
            else:
                out.writelines(f"{at},{tag},{value}\n" for tag, value in zip(tags, values, strict=True))


def load(folder: Path, file: Path, *, wide: bool) -> tuple[float, str]:
    """Import in a process of its own; returns seconds and what it said."""
    columns = [] if wide else ["--tag-column", "tag", "--value-column", "value"]
    command = ["-m", "vmshmi", "history", "import", "--db", str(folder), "--csv", str(file), "--time-column", "time"]
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *command, *columns], check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout.rpartition("; ")[2].strip()


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    given = parser.parse_args()
    lines: list[list[str]] = []
    with tempfile.TemporaryDirectory() as place:
        for wide in (True, False):
            file, folder = Path(place) / "past.csv", Path(place) / f"db-{wide}"
            make_file(file, given.rows, wide=wide)
            for turn in ("first time", "again"):
                seconds, said = load(folder, file, wide=wide)
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                size = sum(part.stat().st_size for part in folder.rglob("*.parquet"))
                lines.append([
                    "wide" if wide else "long", turn, f"{seconds:.1f}", f"{given.rows / seconds:,.0f}", f"{peak:.0f}",
                    f"{size / given.rows:.2f}", said,
                ])  # fmt: skip
    head = ["shape", "", "s", "rows/s", "most memory so far, MB", "bytes a row", "it said"]
    print_table(f"Import of {given.rows:,} rows of {TAGS} tags", head, lines)


if __name__ == "__main__":
    main()
