"""What makes no sense in the commands of a project, and between them and their tags."""

import math
from collections.abc import Iterator

from vmshmi.config.commands import value_of
from vmshmi.config.problems import Problem, shown
from vmshmi.config.raw import Raw
from vmshmi.core.tags import TagKind

_KINDS = {kind.value: kind for kind in TagKind}
_NUMBERS = (TagKind.ANALOG, TagKind.COUNTER)


def command_problems(root: Raw) -> Iterator[Problem]:
    """Everything, tag by tag; what names another tag is checked with the references."""
    for tag in root.items("tags"):
        command = tag.child("command")
        if command is not None:
            yield from _command(tag, command)


def _command(tag: Raw, command: Raw) -> Iterator[Problem]:
    if tag.data.get("writable") is not True:
        yield Problem(tag.at("command"), 'has no meaning for a tag that is not "writable": true')
    kind = _KINDS.get(tag.text("kind") or TagKind.ANALOG.value)
    if kind is None:
        return
    for key in ("range_min", "range_max", "tolerance"):
        if command.number(key) is not None and kind not in _NUMBERS:
            yield Problem(command.at(key), f"makes no sense for a tag of kind '{kind.value}'")
    low, high = command.number("range_min"), command.number("range_max")
    if low is not None and high is not None and low > high:
        yield Problem(command.at("range_min"), f"{shown(low)} is above range_max {shown(high)}")
    for key, limit in (("range_min", low), ("range_max", high)):
        own = tag.number(key)
        if limit is not None and own is not None and (limit < own if key == "range_min" else limit > own):
            yield Problem(command.at(key), f"{shown(limit)} is outside what the tag can say at all ({shown(own)})")
    yield from _allowed(tag, command, kind)
    yield from _feedback(command, kind)
    if command.text("permissive_text") and not command.text("permissive"):
        yield Problem(command.at("permissive_text"), "explains a permissive that is not there")


def _allowed(tag: Raw, command: Raw, kind: TagKind) -> Iterator[Problem]:
    states = tag.child("states")
    for index, value in enumerate(command.values("allowed")):
        path = (*command.at("allowed"), index)
        if isinstance(value, str) != (kind is TagKind.TEXT):
            yield Problem(path, f"is no value of a tag of kind '{kind.value}', {shown(value)}")
        elif isinstance(value, int | float) and not math.isfinite(value):
            yield Problem(path, "must be a finite number")
        elif isinstance(value, int | float) and kind in (TagKind.ENUM, TagKind.DIGITAL):
            known = {"0", "1"} if kind is TagKind.DIGITAL else set(states.data if states else ())
            if known and str(int(value)) not in known:
                yield Problem(path, f"{shown(value)} is no state of the tag; it has {', '.join(sorted(known))}")
        elif isinstance(value, int | float):
            low, high = command.number("range_min"), command.number("range_max")
            if (low is not None and value < low) or (high is not None and value > high):
                yield Problem(path, f"{shown(value)} is outside the range of the command")


def _feedback(command: Raw, kind: TagKind) -> Iterator[Problem]:
    feedback = command.child("feedback")
    if feedback is None:
        return
    if not command.text("feedback_tag"):
        yield Problem(command.at("feedback"), "has no meaning without feedback_tag")
    allowed = command.values("allowed")
    for key in feedback.data:
        value = value_of(key, kind)
        if value is None:
            yield Problem(feedback.at(key), f"{shown(key)} is no value of a tag of kind '{kind.value}'")
        elif allowed and value not in allowed:
            yield Problem(feedback.at(key), f"{shown(key)} is not among the allowed values")
