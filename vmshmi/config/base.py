"""The base of everything an engineer writes: unknown keys are refused, nothing changes after reading."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class ConfigModel(BaseModel):
    """Frozen; unknown keys, infinities and NaN are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


IDENTIFIER_PATTERN = r"^[A-Za-z_][A-Za-z0-9_.\-]*$"

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN, min_length=1, max_length=120)]
"""An id: letters, digits, `_`, `.` and `-`, not beginning with a digit."""

PositiveSeconds = Annotated[float, Field(gt=0, le=86_400)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
