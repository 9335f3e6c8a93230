"""What a protocol knows of a tag that its project need not write again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmshmi.config.bus_devices import ScaledSource

CONVERSIONS: Mapping[tuple[str, str], str] = {
    ("kPa", "bar"): "scale 0.01",
    ("kPa", "mbar"): "scale 10",
    ("kPa", "MPa"): "scale 0.001",
    ("kPa", "psi"): "scale 0.1450377",
    ("MPa", "bar"): "scale 10",
    ("MPa", "kPa"): "scale 1000",
    ("Pa", "bar"): "scale 1e-5",
    ("Pa", "mbar"): "scale 0.01",
    ("Pa", "hPa"): "scale 0.01",
    ("Pa", "kPa"): "scale 0.001",
    ("Pa", "MPa"): "scale 1e-6",
    ("Pa", "psi"): "scale 0.0001450377",
    ("bar", "kPa"): "scale 100",
    ("bar", "mbar"): "scale 1000",
    ("bar", "hPa"): "scale 1000",
    ("°C", "K"): "offset 273.15",
    ("°C", "°F"): "scale 1.8, offset 32",
    ("K", "°C"): "offset -273.15",
    ("K", "°F"): "scale 1.8, offset -459.67",
    ("rad", "°"): "scale 57.29578",
    ("rad", "deg"): "scale 57.29578",
    ("rad/s", "°/s"): "scale 57.29578",
    ("rad/s", "°/min"): "scale 3437.747",
    ("W", "kW"): "scale 0.001",
    ("var", "kvar"): "scale 0.001",
    ("VAR", "kvar"): "scale 0.001",
    ("VA", "kVA"): "scale 0.001",
    ("km/h", "kn"): "scale 0.5399568",
    ("km/h", "m/s"): "scale 0.2777778",
    ("m/s", "kn"): "scale 1.943844",
    ("m/s", "km/h"): "scale 3.6",
    ("kn", "m/s"): "scale 0.5144444",
    ("kn", "km/h"): "scale 1.852",
    ("L/h", "m³/h"): "scale 0.001",
    ("L", "m³"): "scale 0.001",
    ("m", "ft"): "scale 3.28084",
    ("m", "nmi"): "scale 0.0005399568",
    ("s", "min"): "scale 0.01666667",
    ("s", "h"): "scale 0.0002777778",
}
"""What a source needs whose protocol brings the first unit and whose tag has the second: without it the number would be
wrong by this factor and look right."""


@dataclass(frozen=True, slots=True)
class TagDescription:
    """Of one tag.

    Attributes:
        unit: of the values as they come; empty where there is none, or the tag's own scale changes it.
        states: texts of the numbers, of a state.
    """

    unit: str = ""
    states: Mapping[int, str] = field(default_factory=dict[int, str])


def is_as_it_comes(source: ScaledSource) -> bool:
    """Whether a tag's numbers stay in the unit in which its protocol brings them."""
    return source.scale == 1 and source.offset == 0
