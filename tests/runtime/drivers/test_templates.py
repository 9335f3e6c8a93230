"""Shipped templates against their drivers: every source exists, and real logs give the values others read in them."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from tests.config.test_templates import minimal_use
from tests.support.fake_clock import FakeClock
from tests.support.running_driver import Kept, running
from tests.support.waiting import until
from vmshmi.config.loader import load_project, parse_project
from vmshmi.config.problems import Suggester
from vmshmi.config.project import Project
from vmshmi.config.shipped import resources
from vmshmi.config.templates import read_template, shipped_templates
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.table import binding_problems, build_driver

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("name", list(shipped_templates()))
def test_every_source_of_a_template_is_one_its_driver_knows(name: str) -> None:
    file = read_template(name, None, Suggester()).file
    project = parse_project({"vmsproj": 1, "vessel": {"name": "X"}, "templates": [minimal_use(name, file)]})
    assert binding_problems(project) == []


def replayed(folder: Path, log: Path, *uses: dict[str, object]) -> Project:
    """A project whose first template hears a log as fast as it can be read."""
    first = {"id": "dev", "device": {"interface": "logfile", "file": str(log), "speed": 0}}
    data = {"vmsproj": 1, "vessel": {"name": "X"}, "templates": [uses[0] | first, *uses[1:]]}
    file = folder / "replay.vmsproj"
    file.write_text(json.dumps(data))
    return load_project(file)


async def heard(project: Project) -> Kept:
    """All that the device's tags said until the log was at its end."""
    driver = build_driver(project, project.devices[0], DriverContext(FakeClock()))
    async with running(driver) as kept:
        await until(lambda: driver.status().last_error == "the log is at its end")
    return kept


async def test_an_engine_on_j1939_reads_as_others_read_it(tmp_path: Path) -> None:
    log = DATA / "j1939" / "css_11111111_cut.log.gz"
    kept = await heard(replayed(tmp_path, log, {"template": "j1939_engine"}))
    with gzip.open(DATA / "j1939" / "css_11111111_cut.EngineSpeed.csv.gz", "rt") as file:
        truth = [float(row[1]) for row in csv.reader(file) if row[1].replace(".", "").isdigit()]
    assert truth
    assert kept.good("dev.rpm") == truth
    assert set(kept.good("dev.lo_press")) <= {raw * 4 * 0.01 for raw in range(250)}
    assert 2 < float(str(kept.good("dev.lo_press")[-1])) < 4
    assert 60 < float(str(kept.good("dev.fw_temp")[-1])) < 90
    assert kept.good("dev.fo_rail")[-1] == pytest.approx(652, abs=10)
    faults = str(kept.good("dev.faults")[-1])
    assert faults.startswith("SPN 980")
    assert kept.good("dev.faults.count")[-1] == faults.count("SPN ")
    assert set(kept.good("dev.lamp.stop")) == {False}


async def test_engine_and_tank_on_nmea_2000_read_as_canboat_reads_them(tmp_path: Path) -> None:
    log = DATA / "n2k" / "susteranna-actisense-serial.raw.gz"
    tank: dict[str, object] = {
        "template": "nmea2000_tank",
        "device": "dev",
        "prefix": "fuel.",
        "parameters": {"liquid": "Fuel"},
    }
    kept = await heard(replayed(tmp_path, log, {"template": "nmea2000_engine"}, tank))
    speeds = truth_of(log, 127488, "Speed")
    pressures = truth_of(log, 127489, "Oil pressure")
    levels = truth_of(log, 127505, "Level")
    assert speeds
    assert pressures
    assert levels
    assert numbers(kept, "dev.rpm") == pytest.approx(speeds, abs=0.26)
    assert numbers(kept, "dev.lo_press") == pytest.approx([pascal / 1e5 for pascal in pressures], abs=0.001)
    assert numbers(kept, "fuel.level") == pytest.approx(levels, abs=0.01)


async def test_navigation_on_nmea_0183_reads_as_signal_k_reads_it(tmp_path: Path) -> None:
    log = DATA / "nmea0183" / "plaka.log.gz"
    sentences = {"position": "GLL", "course": "VTG", "depth": "DBT"}
    kept = await heard(replayed(tmp_path, log, {"template": "nmea0183_navigation", "parameters": sentences}))
    truth: dict[str, list[float]] = {}
    with gzip.open(log.with_name("plaka.sk.jsonl.gz"), "rt") as file:
        for line in file:
            for path, value in json.loads(line)["v"]:
                truth.setdefault(path, []).append(value)
    knots = 3600 / 1852
    water = [speed * knots for speed in truth["navigation.speedThroughWater"]]
    ground = [speed * knots for speed in truth["navigation.speedOverGround"]]
    assert numbers(kept, "dev.stw") == pytest.approx(water, abs=0.01)
    assert numbers(kept, "dev.sog") == pytest.approx(ground, abs=0.01)
    assert numbers(kept, "dev.depth") == pytest.approx(truth["environment.depth.belowTransducer"], abs=0.01)
    assert len(ground) > 100


@pytest.mark.parametrize("device", ["me_p", "me_s", "house", "nav"])
async def test_every_tag_of_the_recorded_voyage_has_a_good_value(device: str) -> None:
    project = load_project(resources() / "demo" / "recorded.vmsproj")
    once = tuple(one.model_copy(update={"speed": 0.0, "loop": False}) for one in project.devices if one.id == device)
    kept = await heard(project.model_copy(update={"devices": once}))
    mine = [tag.id for tag in project.tags if tag.source is not None and tag.source.device == device]
    assert mine
    assert [tag_id for tag_id in mine if not kept.good(tag_id)] == []


def numbers(kept: Kept, name: str) -> list[float]:
    return [float(str(value)) for value in kept.good(name)]


def truth_of(log: Path, pgn: int, field: str) -> list[float]:
    """What canboat's own decoder read of a field of instance 0, in SI units."""
    name = log.name.replace(".raw.gz", ".si.jsonl.gz")
    found: list[float] = []
    with gzip.open(log.with_name(name)) as file:
        for line in io.TextIOWrapper(file, "utf-8"):
            message = json.loads(line)
            fields = message.get("fields", {})
            instance = fields.get("Instance", 0)
            number = instance.get("value") if isinstance(instance, dict) else instance
            if message.get("pgn") == pgn and number == 0 and isinstance(fields.get(field), int | float):
                found.append(float(fields[field]))
    return found
