"""Sentences, tags bound to them, and the truth files beside the logs."""

import gzip
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vmshmi.config.nmea0183_devices import Nmea0183Source
from vmshmi.config.problems import Suggester
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.nmea0183.binding import Binding, bind
from vmshmi.runtime.drivers.nmea0183.catalogue import ALERT_NAMES, SENTENCES
from vmshmi.runtime.drivers.nmea0183.decode import SentenceDecoder
from vmshmi.runtime.drivers.nmea0183.fields import FieldDef, Form
from vmshmi.runtime.drivers.nmea0183.sentence import checksum

NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "nmea0183"
Truth = list[tuple[str, Any]]


def sentence(body: str, start: str = "$") -> bytes:
    """`GPRMC,...` as it goes over the wire, without the line's end."""
    return f"{start}{body}*{checksum(body.encode('latin-1')):02X}".encode("latin-1")


def tagged(block: str, line: bytes) -> bytes:
    """A sentence behind a TAG block."""
    return f"\\{block}*{checksum(block.encode()):02X}\\".encode() + line


def a_binding(tag_id: str, sentence: str, field: str | int, kind: str = "analog", **more: Any) -> Binding:
    """The binding of a tag; keys of the tag itself begin with `tag_`."""
    own = {key.removeprefix("tag_"): more.pop(key) for key in list(more) if key.startswith("tag_")}
    definition = TagDef(TagId(tag_id), kind=TagKind(kind), device="d", **own)
    source = Nmea0183Source.model_validate({"device": "d", "sentence": sentence, "field": field, **more})
    return bind(definition, source, Suggester())


def a_decoder(*bindings: Binding, need_checksum: bool = True) -> SentenceDecoder:
    return SentenceDecoder(bindings, need_checksum=need_checksum)


def decoded(decoder: SentenceDecoder, *lines: bytes) -> list[tuple[str, TagValue]]:
    """The samples of these lines."""
    return [(str(tag_id), value) for tag_id, value in decoder.decode([(NOW, line) for line in lines])]


def kind_for(field: FieldDef) -> str:
    return "text" if field.form in (Form.LETTER, Form.TEXT) else "analog"


def bindings_of_all(formatters: Iterable[str] = tuple(SENTENCES), **more: Any) -> list[Binding]:
    """A tag `RMC.latitude` for each field of each sentence but alerts."""
    return [
        a_binding(f"{name}.{field.name}", name, field.name, kind_for(field), **more)
        for name in formatters
        if name not in ALERT_NAMES
        for field in SENTENCES[name].fields
    ]


def lines_of(file: Path) -> list[bytes]:
    """The lines of a log, plain or compressed."""
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return data.replace(b"\r\n", b"\n").split(b"\n")


def truth_of(file: Path) -> Iterator[tuple[int, Truth]]:
    """Number of the line from 1, and what Signal K's parser made of it."""
    for row in gzip.decompress(file.read_bytes()).splitlines():
        found = json.loads(row)
        yield found["n"], [(path, value) for path, value in found["v"]]


_RAD = math.pi / 180.0
_KNOT = 1852.0 / 3600.0
_TURN = 2.0 * math.pi

TRUTHS: dict[tuple[str, str], tuple[str, float]] = {
    ("RMC", "navigation.courseOverGroundTrue"): ("course_true", _RAD),
    ("RMC", "navigation.speedOverGround"): ("speed", _KNOT),
    ("RMC", "navigation.magneticVariation"): ("variation", _RAD),
    ("GGA", "navigation.gnss.antennaAltitude"): ("altitude", 1.0),
    ("GGA", "navigation.gnss.geoidalSeparation"): ("geoid_separation", 1.0),
    ("GGA", "navigation.gnss.horizontalDilution"): ("hdop", 1.0),
    ("GGA", "navigation.gnss.satellites"): ("satellites", 1.0),
    ("GGA", "navigation.gnss.differentialAge"): ("differential_age", 1.0),
    ("VTG", "navigation.courseOverGroundMagnetic"): ("course_magnetic", _RAD),
    ("VTG", "navigation.courseOverGroundTrue"): ("course_true", _RAD),
    ("VTG", "navigation.speedOverGround"): ("speed_kmh", 1.0 / 3.6),
    ("HDG", "navigation.headingCompass"): ("heading", _RAD),
    ("HDG", "navigation.magneticDeviation"): ("deviation", _RAD),
    ("HDG", "navigation.magneticVariation"): ("variation", _RAD),
    ("HDM", "navigation.headingMagnetic"): ("heading", _RAD),
    ("DBS", "environment.depth.belowSurface"): ("depth", 1.0),
    ("DBT", "environment.depth.belowTransducer"): ("depth", 1.0),
    ("MWV", "environment.wind.angleApparent"): ("angle", _RAD),
    ("MWV", "environment.wind.angleTrueWater"): ("angle", _RAD),
    ("MWV", "environment.wind.speedApparent"): ("speed", _KNOT),
    ("MWV", "environment.wind.speedTrue"): ("speed", _KNOT),
    ("VHW", "navigation.speedThroughWater"): ("speed", _KNOT),
    ("VPW", "performance.velocityMadeGood"): ("speed", _KNOT),
    ("VWT", "environment.wind.angleTrueWater"): ("angle", _RAD),
    ("VWT", "environment.wind.speedTrue"): ("speed_ms", 1.0),
    ("XTE", "navigation.courseRhumbline.crossTrackError"): ("cross_track_error", 1852.0),
}
"""What Signal K calls it, in SI units: our field, and the factor from its unit."""
ANGLES = frozenset(key for key, (_, factor) in TRUTHS.items() if factor == _RAD)


class Comparison:
    """Counts equal and different values of a log and its truth."""

    def __init__(self) -> None:
        self.equal = 0
        self.empty_as_zero = 0
        """Where nothing stands in the sentence Signal K writes 0: we say that it is not available."""
        self.different: list[str] = []
        self.not_compared: dict[str, int] = {}

    def compare(self, line: bytes, truth: Truth, ours: Sequence[tuple[str, TagValue]]) -> None:
        formatter = line[3:6].decode()
        values = {tag_id.partition(".")[2]: value.value for tag_id, value in ours}
        quality = {tag_id.partition(".")[2]: value.quality for tag_id, value in ours}
        for path, expected in truth:
            in_knots = formatter == "VTG" and values["speed_kmh"] is None
            for name, wanted in _expected(formatter, path, expected, in_knots=in_knots):
                if name == "":
                    self.not_compared[f"{formatter} {path}"] = self.not_compared.get(f"{formatter} {path}", 0) + 1
                elif wanted == 0 and quality[name] is Quality.BAD_NOT_CONNECTED:
                    self.empty_as_zero += 1
                elif _is_same(values.get(name), wanted, is_angle=(formatter, path) in ANGLES):
                    self.equal += 1
                else:
                    self.different.append(f"{line.decode()}: {name} {values.get(name)}, Signal K {path} {wanted}")


def _expected(formatter: str, path: str, expected: Any, *, in_knots: bool) -> Iterator[tuple[str, Any]]:
    """Our field and the value it should have, in our unit."""
    if path == "navigation.position" and expected is not None:
        yield "latitude", expected["latitude"]
        yield "longitude", expected["longitude"]
    elif path == "navigation.datetime":
        yield "datetime", None if expected is None else datetime.fromisoformat(expected).timestamp()
    elif path == "environment.current":
        yield "drift", None if expected is None else expected["drift"] / _KNOT
        yield "set_true", None if expected is None else expected["setTrue"] / _RAD
    elif in_knots and path == "navigation.speedOverGround" and expected is not None:
        yield "speed", expected / _KNOT
    elif (formatter, path) in TRUTHS:
        name, factor = TRUTHS[formatter, path]
        yield name, None if expected is None else expected / factor
    else:
        yield "", None


def _is_same(ours: Any, expected: Any, *, is_angle: bool) -> bool:
    if ours is None or expected is None:
        return ours is expected
    difference = abs(float(ours) - float(expected))
    if is_angle:  # -10 degrees and 350 are one direction
        difference = min(difference, abs(360.0 - difference))
    return difference <= 1e-6 * max(1.0, abs(float(expected)))
