"""Pages drawn from a description: what stands where on a mimic, in the units of a virtual canvas.

Every field that names tags is called `tag` or `tags` or ends in `_tag`: the loader checks them all by that rule.
"""

from typing import Annotated, Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier

Medium = Literal["fuel", "oil", "fresh", "sea", "waste", "power", "none"]
"""What flows or stands in it; chooses the colour in every palette."""

MOST_TREND_TAGS = 4
"""More lines cannot be read on a small trend."""


class Placed(ConfigModel):
    """A rectangle on the canvas: left, top, width, height."""

    x: float
    y: float
    w: float = Field(gt=0)
    h: float = Field(gt=0)


class PanelElement(Placed):
    """A quiet frame with a title, behind what belongs together."""

    type: Literal["panel"]
    title: str = ""


class TextElement(Placed):
    """A heading or a label."""

    type: Literal["text"]
    text: str
    size: Literal["label", "body", "title"] = "body"
    align: Literal["left", "centre", "right"] = "left"


class LineElement(ConfigModel):
    """A pipe, a shaft or a busbar through points `[x, y]`."""

    type: Literal["line"]
    points: tuple[tuple[float, float], ...] = Field(min_length=2)
    medium: Medium = "none"
    width: float = Field(default=4, gt=0, le=20)
    live_tag: Identifier | None = None
    """The line is drawn live while this tag is not 0."""


class ReadoutElement(Placed):
    """A value with unit and quality; its age when it is old."""

    type: Literal["readout"]
    tag: Identifier
    label: str = ""
    command_tag: Identifier | None = None
    """Writable tag that its card offers to command: the order, where another tag says what the machine does."""


class BarElement(Placed):
    """An analogue indicator: the value as a bar on its scale, normal range and alarm limits as marks."""

    type: Literal["bar"]
    tag: Identifier
    label: str = ""
    orientation: Literal["horizontal", "vertical"] = "horizontal"
    minimum: float | None = None
    """Scale ends; without them the sensor's range, or the normal range with room around it."""
    maximum: float | None = None


class GaugeElement(Placed):
    """A dial."""

    type: Literal["gauge"]
    tag: Identifier
    label: str = ""
    minimum: float | None = None
    maximum: float | None = None


class TankElement(Placed):
    """A tank with its level in per cent."""

    type: Literal["tank"]
    tag: Identifier
    label: str = ""
    medium: Medium = "none"


class EngineElement(Placed):
    """A main engine: state, speed and load."""

    type: Literal["engine"]
    label: str
    state_tag: Identifier
    rpm_tag: Identifier | None = None
    load_tag: Identifier | None = None
    running_states: tuple[int, ...] = (2,)
    """State numbers in which it runs."""
    command_tag: Identifier | None = None
    """Writable tag that its card offers to command: the order, where another tag says what the machine does."""


class GensetElement(Placed):
    """A generator set: state, power and frequency."""

    type: Literal["genset"]
    label: str
    state_tag: Identifier
    power_tag: Identifier | None = None
    freq_tag: Identifier | None = None
    running_states: tuple[int, ...] = (2,)
    command_tag: Identifier | None = None
    """Writable tag that its card offers to command: the order, where another tag says what the machine does."""


class BreakerElement(Placed):
    """A circuit breaker: open, closed or tripped."""

    type: Literal["breaker"]
    tag: Identifier
    label: str = ""
    closed_states: tuple[int, ...] = (1,)
    orientation: Literal["horizontal", "vertical"] = "vertical"
    command_tag: Identifier | None = None
    """Writable tag that its card offers to command: the order, where another tag says what the machine does."""


class PumpElement(Placed):
    """A pump or a fan that runs or does not."""

    type: Literal["pump"]
    tag: Identifier
    label: str = ""
    running_states: tuple[int, ...] = (1,)
    command_tag: Identifier | None = None
    """Writable tag that its card offers to command: the order, where another tag says what the machine does."""


class ValveElement(Placed):
    """A valve that is open or shut."""

    type: Literal["valve"]
    tag: Identifier
    label: str = ""
    open_states: tuple[int, ...] = (1,)
    orientation: Literal["horizontal", "vertical"] = "horizontal"
    command_tag: Identifier | None = None
    """Writable tag that its card offers to command: the order, where another tag says what the machine does."""


class LampElement(Placed):
    """A condition that is there or not, with its text."""

    type: Literal["lamp"]
    tag: Identifier
    label: str = ""


class ListElement(Placed):
    """What a text tag says, an entry a line where it is divided by `;`: the active faults of an engine."""

    type: Literal["list"]
    tag: Identifier
    label: str = ""


class RudderElement(Placed):
    """The rudder's angle on an arc."""

    type: Literal["rudder"]
    tag: Identifier
    label: str = ""
    limit: float = Field(default=35, gt=0)
    """Degrees to each side."""


class TrendElement(Placed):
    """A small trend: the last minutes of some tags, and what they read now."""

    type: Literal["trend"]
    tags: tuple[Identifier, ...] = Field(min_length=1, max_length=MOST_TREND_TAGS)
    label: str = ""
    minutes: float = Field(default=15, gt=0, le=1440)
    minimum: float | None = None
    """Scale ends, where all tags have one unit; without them the lines fill the height."""
    maximum: float | None = None


Element = Annotated[
    PanelElement
    | TextElement
    | LineElement
    | ReadoutElement
    | BarElement
    | GaugeElement
    | TankElement
    | EngineElement
    | GensetElement
    | BreakerElement
    | PumpElement
    | ValveElement
    | LampElement
    | ListElement
    | RudderElement
    | TrendElement,
    Field(discriminator="type"),
]


class PageConfig(ConfigModel):
    """One mimic page; the first one of a project is its overview."""

    id: Identifier
    title: str
    width: float = Field(default=1280, gt=0)
    """Canvas units; the page is scaled to the window, never stretched."""
    height: float = Field(default=640, gt=0)
    elements: tuple[Element, ...] = ()
