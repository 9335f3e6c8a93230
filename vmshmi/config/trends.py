"""Groups of tags that belong together on the trends page."""

from typing import Annotated

from pydantic import Field, StringConstraints

from vmshmi.config.base import ConfigModel, Identifier


class TrendConfig(ConfigModel):
    """One group; the first one of a project is shown first."""

    id: Identifier
    title: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    tags: tuple[Identifier, ...] = Field(min_length=1, max_length=16)
    """Drawn in this order; as many as the chart has pens."""
