"""Commands to machinery as an engineer writes them, and who may give them."""

from typing import Literal

from pydantic import Field, ModelWrapValidatorHandler, model_serializer, model_validator

from vmshmi.config.base import ConfigModel, Identifier
from vmshmi.config.devices import ModbusSource, Source
from vmshmi.core.access import Role
from vmshmi.core.commands import CommandRule, Permissive
from vmshmi.core.tags import TagKind
from vmshmi.core.values import Scalar, TagId


class CommandConfig(ConfigModel):
    """How a writable tag is commanded."""

    range_min: float | None = None
    """Lowest number that is sent; without it the tag's own `range_min`."""
    range_max: float | None = None
    allowed: tuple[Scalar, ...] = ()
    """The only values there are; empty is every one in the range."""
    permissive: str = ""
    """Expression over tags that must be true; empty is always. What is not known permits nothing."""
    permissive_text: str = Field(default="", max_length=200)
    """The same for a person: what must be so first."""
    deadline_s: float = Field(default=2.0, gt=0, le=60)
    """Nothing is sent later than this after the person's action."""
    feedback_tag: Identifier | None = None
    """The tag that shows the effect; without it the tag itself is read back."""
    feedback: dict[str, tuple[Scalar, ...]] = Field(default_factory=dict[str, tuple[Scalar, ...]])
    """For each value which ones of the feedback tag show its effect; a value that is not listed shows itself."""
    feedback_timeout_s: float = Field(default=5.0, gt=0, le=600)
    """How long the effect is waited for."""
    tolerance: float | None = Field(default=None, ge=0)
    """How far a number that is read back may be from the one sent; without it half a step of a whole register."""
    select_before_operate: bool = False
    role: Literal["operator", "engineer"] = "operator"

    def to_rule(self, tag: "CommandedTag") -> CommandRule:
        """The rule the rest of the program works with."""
        feedback = ((value_of(key, tag.kind), accepted) for key, accepted in self.feedback.items())
        tolerance = tag.step / 2 if self.feedback_tag is None else 0.0
        return CommandRule(
            range_min=tag.range_min if self.range_min is None else self.range_min,
            range_max=tag.range_max if self.range_max is None else self.range_max,
            allowed=self.allowed,
            permissive=Permissive(self.permissive, self.permissive_text) if self.permissive else None,
            deadline_s=self.deadline_s,
            feedback_tag=None if self.feedback_tag is None else TagId(self.feedback_tag),
            feedback=tuple((value, accepted) for value, accepted in feedback if value is not None),
            timeout_s=self.feedback_timeout_s,
            tolerance=tolerance if self.tolerance is None else self.tolerance,
            select_first=self.select_before_operate,
            role=Role(self.role),
        )


class CommandedTag:
    """What a command rule takes from its tag.

    Args:
        kind: sort of value.
        range_min, range_max: what the sensor can say at all.
        source: where it is read; a whole register cannot hold what lies between two steps.
    """

    def __init__(self, kind: TagKind, range_min: float | None, range_max: float | None, source: Source | None) -> None:
        self.kind = kind
        self.range_min = range_min
        self.range_max = range_max
        whole = isinstance(source, ModbusSource) and "int" in source.type
        self.step = abs(source.scale) if whole and isinstance(source, ModbusSource) else 0.0


def value_of(text: str, kind: TagKind) -> Scalar | None:
    """A key of `feedback` as the value it stands for; None when it is none of this kind."""
    if kind is TagKind.TEXT:
        return text
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return None


class UserConfig(ConfigModel):
    """A person who can be chosen at a station; a plain name is an operator."""

    name: str
    role: Role = Role.OPERATOR

    @model_validator(mode="wrap")
    @classmethod
    def _from_name(cls, data: object, handler: ModelWrapValidatorHandler["UserConfig"]) -> "UserConfig":
        return handler({"name": data} if isinstance(data, str) else data)

    @model_serializer
    def _to_name(self) -> str | dict[str, str]:
        if self.role is Role.OPERATOR:
            return self.name
        return {"name": self.name, "role": self.role.value}
