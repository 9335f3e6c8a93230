"""Whether a command may be given: pure rules over what is known now. Every refusal says what to do."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from vmshmi.core.access import Person
from vmshmi.core.commands import CommandRefusal, CommandRule, same
from vmshmi.core.expression import parse
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.access.access import LOGIN_FIRST

_LONGEST_TEXT = 200
_LARGEST = 2**64


class CommandChecks:
    """The rules of one ship.

    Args:
        definitions: every tag.
        value: the present value of a tag.
        devices: devices that can be written to.
        stations: for each station of the project whether machinery may be commanded from there.
    """

    def __init__(
        self,
        definitions: Mapping[TagId, TagDef],
        value: Callable[[TagId], TagValue],
        devices: Collection[str],
        stations: Mapping[str, bool],
    ) -> None:
        self._definitions = definitions
        self._value = value
        self._devices = devices
        self._stations = stations
        self._permissives = {
            tag_id: parse(tag.command.permissive.expression)
            for tag_id, tag in definitions.items()
            if tag.command is not None and tag.command.permissive is not None
        }

    def rule(self, tag_id: TagId) -> CommandRule | CommandRefusal:
        """How a tag is commanded, or why it cannot be at all."""
        tag = self._definitions.get(tag_id)
        if tag is None:
            return CommandRefusal("unknown_tag", f"there is no tag {tag_id[:120]!r}")
        if not tag.writable or tag.command is None:
            return CommandRefusal(
                "not_writable", f"{tag_id} cannot be commanded: the project does not make it writable"
            )
        if tag.device not in self._devices:
            return CommandRefusal("not_writable", f"{tag_id} cannot be commanded: no device feeds it")
        return tag.command

    def authority(self, tag_id: TagId, rule: CommandRule, person: Person, station: str | None) -> CommandRefusal | None:
        """Who, and from where."""
        if not person.role.covers(rule.role):
            if person.login_needed and person.until is None:
                return CommandRefusal("login_required", LOGIN_FIRST)
            who = person.name or "nobody"
            return CommandRefusal("role", f"{tag_id} is for the role {rule.role.value}; {who} is {person.role.value}")
        if station is not None and self._stations:
            may = self._stations.get(station)
            if may is None:
                return CommandRefusal("unknown_station", f"the project has no station {station[:80]!r}")
            if not may:
                return CommandRefusal("station", f"machinery is not commanded from station {station}")
        return None

    def permission(self, tag_id: TagId, rule: CommandRule) -> CommandRefusal | None:
        """The permissive, evaluated now; what is not known permits nothing."""
        expression = self._permissives.get(tag_id)
        if expression is None or rule.permissive is None:
            return None
        permits = expression.evaluate(self._good)
        if permits:
            return None
        wanted = rule.permissive.text or rule.permissive.expression
        if permits is None:
            unknown = ", ".join(sorted(tag for tag in expression.tags if self._good(tag) is None))
            return CommandRefusal("permissive_unknown", f"not permitted while {unknown} is not known: {wanted}")
        return CommandRefusal("not_permitted", f"not permitted: {wanted}")

    def _good(self, tag_id: TagId) -> Scalar | None:
        try:
            value = self._value(tag_id)
        except KeyError:
            return None
        return value.value if value.quality.is_good else None

    def value(self, tag_id: TagId, rule: CommandRule, value: Scalar) -> CommandRefusal | None:
        """Kind, range, and the values there are."""
        tag = self._definitions[tag_id]
        wrong = _wrong_kind(tag, value)
        if wrong:
            return CommandRefusal("bad_value", f"{tag_id}: {wrong}")
        if rule.allowed and not any(same(value, allowed) for allowed in rule.allowed):
            choices = ", ".join(str(allowed) for allowed in rule.allowed)
            return CommandRefusal("not_allowed", f"{tag_id}: {value} is not one of {choices}")
        if not isinstance(value, str) and tag.kind in (TagKind.ANALOG, TagKind.COUNTER):
            low, high = rule.range_min, rule.range_max
            if (low is not None and value < low) or (high is not None and value > high):
                ends = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'} {tag.unit}"
                return CommandRefusal("out_of_range", f"{tag_id}: {value:g} is outside {ends.strip()}")
        return None

    def shown_by(self, tag_id: TagId, rule: CommandRule, value: Scalar) -> CommandRule:
        """The rule by which a command is confirmed.

        A feedback that is there already shows nothing. But an order that stands otherwise must be taken back, although
        the machine has not followed it (yet): then the order itself is read back.
        """
        if rule.feedback_tag is not None and rule.shows(value, self._good(rule.feedback_tag)):
            return replace(rule, feedback_tag=None, feedback=())
        return rule

    def already(self, tag_id: TagId, rule: CommandRule, value: Scalar) -> CommandRefusal | None:
        """Whether it is so already: then nothing could show that the command did it."""
        watched = rule.watched(tag_id)
        seen = self._good(watched)
        if seen is None or not rule.shows(value, seen):
            return None
        if rule.feedback_tag is not None and _stands_otherwise(rule, self._good(tag_id), value):
            return None
        shown = self._definitions[watched]
        state = shown.state_text(float(seen)) if not isinstance(seen, str) else None
        return CommandRefusal("already", f"{tag_id}: {watched} is {state or seen} already")


def _stands_otherwise(rule: CommandRule, order: Scalar | None, value: Scalar) -> bool:
    """True when the tag holds another order; a register of momentary commands reads as something that is none."""
    if order is None or same(order, value):
        return False
    return not rule.feedback or any(same(order, known) for known, _ in rule.feedback)


def _wrong_kind(tag: TagDef, value: Scalar) -> str:
    """Why a tag cannot have this value; empty when it can."""
    if tag.kind is TagKind.TEXT:
        if not isinstance(value, str):
            return f"needs a text, not {value}"
        return "" if len(value) <= _LONGEST_TEXT and value.isprintable() else "a text of at most 200 printable letters"
    if isinstance(value, str):
        return f"needs a number, not {value[:40]!r}"
    if not abs(value) <= _LARGEST:
        return "needs a smaller number"
    match tag.kind:
        case TagKind.DIGITAL:
            return "" if value in (0, 1) else f"is 0 or 1, not {value:g}"
        case TagKind.ENUM:
            known = [number for number, _ in tag.states]
            return "" if not known or value in known else f"has no state {value:g}"
        case TagKind.ANALOG | TagKind.COUNTER:
            return "needs a number, not true or false" if isinstance(value, bool) else ""
