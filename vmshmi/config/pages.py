"""Pages drawn from a description: what stands where on a mimic, in the units of a virtual canvas."""

from typing import Annotated, Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier


class Placed(ConfigModel):
    """Something with a place on the canvas."""

    x: float
    y: float
    w: float = Field(gt=0)
    h: float = Field(gt=0)


class TextElement(Placed):
    """A heading."""

    type: Literal["text"]
    text: str
    size: Literal["label", "body", "title"] = "title"


class ReadoutElement(Placed):
    """A value with unit, quality and age."""

    type: Literal["readout"]
    tag: Identifier
    label: str = ""


Element = Annotated[TextElement | ReadoutElement, Field(discriminator="type")]


class PageConfig(ConfigModel):
    """One mimic page."""

    id: Identifier
    title: str
    width: float = Field(default=1280, gt=0)
    height: float = Field(default=640, gt=0)
    elements: tuple[Element, ...] = ()
