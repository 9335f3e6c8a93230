"""How long does a project of 20,000 tags take to read, against its JSON alone, right and wrong everywhere?

`python -m tests.bench.bench_project [tags]`. Half of the tags have an alarm with an `enable_when`.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.measure import print_table
from vmshmi.config.check import check_file
from vmshmi.config.loader import load_project

DEVICES = 10
REPEATS = 3


def ship(tags: int) -> dict[str, object]:
    """Data of a ship whose tags come from Modbus devices."""
    names = [f"sys{number % 100}.part{number % 7}.tag_{number}" for number in range(tags)]
    return {
        "vmsproj": 1,
        "vessel": {"name": "Bench"},
        "devices": [
            {"id": f"plc{number}", "driver": "modbus_tcp", "host": f"10.0.0.{number}"} for number in range(DEVICES)
        ],
        "tags": [
            {
                "id": name,
                "description": f"Bench tag {number}",
                "unit": "bar",
                "range_normal_min": 0,
                "range_normal_max": 100,
                "source": {
                    "device": f"plc{number % DEVICES}",
                    "table": "holding",
                    "address": number // DEVICES * 2,
                    "type": "float32",
                },
            }
            for number, name in enumerate(names)
        ],
        "alarms": [
            {
                "id": f"{name}.high",
                "tag": name,
                "operator": ">",
                "limit": 90,
                "enable_when": f"{name} > 5 and {names[0]} > 1",
            }
            for name in names[: tags // 2]
        ],
    }


def best_of(work: Callable[[], object]) -> float:
    """Seconds of processor time of the quickest of a few runs; nothing here waits."""
    times: list[float] = []
    for _ in range(REPEATS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def main() -> None:
    tags = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        good, bad = Path(folder, "good.vmsproj"), Path(folder, "bad.vmsproj")
        good.write_text(json.dumps(ship(tags), indent=1), encoding="utf-8")
        bad.write_text(
            good.read_text("utf-8").replace("address", "adress").replace(".part", ".patr", tags), encoding="utf-8"
        )
        alone = best_of(lambda: json.loads(good.read_bytes()))
        whole = best_of(lambda: load_project(good))
        wrong = best_of(lambda: check_file(bad))
        problems = len(check_file(bad))
        size = good.stat().st_size / 1e6
    print_table(
        f"A project of {tags} tags and {tags // 2} alarms, {size:.1f} MB",
        ["", "CPU ms", "times the JSON alone"],
        [
            ["json.loads alone", f"{alone * 1e3:.0f}", "1.0"],
            ["load_project", f"{whole * 1e3:.0f}", f"{whole / alone:.1f}"],
            [f"check_file, {problems} problems", f"{wrong * 1e3:.0f}", f"{wrong / alone:.1f}"],
        ],
    )


if __name__ == "__main__":
    main()
