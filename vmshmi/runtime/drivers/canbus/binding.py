"""Which signal of which message a tag is; and what is wrong when it is none. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vmshmi.config.can_devices import CanSource
from vmshmi.config.problems import Suggester
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus.convert import ToValue, finite_only, to_value
from vmshmi.runtime.drivers.canbus.dbc import DbcMessage, DbcSignal
from vmshmi.runtime.drivers.canbus.fields import Take, interpreter, taker
from vmshmi.runtime.drivers.engineering import Converted

Tags = Mapping[TagId, tuple[TagDef, CanSource]]
Convert = Callable[[bytes], Converted | None]
"""None where the signal is not in this frame: its multiplexer says another."""

SHORT: Converted = (None, Quality.BAD_DECODING_ERROR, None)
"""The frame ends before the field does: nothing is guessed."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One tag in one message.

    Attributes:
        tag_id: the tag.
        message: where it is.
        convert: makes the value of a frame's data.
    """

    tag_id: TagId
    message: DbcMessage
    convert: Convert


def bind(messages: Sequence[DbcMessage], tags: Tags) -> tuple[list[Binding], dict[TagId, str]]:
    """The tags' bindings, and what is wrong with those that have none."""
    by_name = {message.name: message for message in messages}
    bound: list[Binding] = []
    problems: dict[TagId, str] = {}
    suggester = Suggester()
    for tag_id, (definition, source) in tags.items():
        message = by_name.get(source.message)
        if message is None:
            hint = suggester.hint(source.message, frozenset(by_name))
            problems[tag_id] = f"there is no message '{source.message}' in the DBC file{hint}"
            continue
        signal = message.signals.get(source.signal)
        if signal is None:
            hint = suggester.hint(source.signal, frozenset(message.signals))
            hint = hint or f"; it has {', '.join(sorted(message.signals)[:12])}"
            problems[tag_id] = f"message '{message.name}' has no signal '{source.signal}'{hint}"
            continue
        try:
            convert = converter(definition, source, message, signal)
        except ConfigurationError as error:
            problems[tag_id] = str(error)
        else:
            bound.append(Binding(tag_id, message, convert))
    return bound, problems


def converter(definition: TagDef, source: CanSource, message: DbcMessage, signal: DbcSignal) -> Convert:
    """The function that makes the tag's value of a frame's data.

    Raises:
        ConfigurationError: when source and signal cannot fit.
    """
    if signal.layout.bits > 64:
        raise ConfigurationError(f"signal '{signal.name}' has {signal.layout.bits} bits; at most 64 can be read")
    finish = to_value(definition, source, signal.scale, signal.offset, signal.choices, signal.unit)
    if signal.layout.is_float:
        finish = finite_only(finish)
    read = reader(signal, finish)
    if not signal.multiplexer:
        return read
    return _multiplexed(read, message, signal)


def reader(signal: DbcSignal, finish: ToValue) -> Callable[[bytes], Converted]:
    """Take a signal out of the data, mind its sign, finish it."""
    take, sign, end = taker(signal.layout), interpreter(signal.layout), signal.layout.end
    if sign is None:

        def plain(data: bytes) -> Converted:
            if len(data) < end:
                return SHORT
            return finish(take(data))

        return plain

    def signed(data: bytes) -> Converted:
        if len(data) < end:
            return SHORT
        return finish(sign(take(data)))

    return signed


def _multiplexed(read: Callable[[bytes], Converted], message: DbcMessage, signal: DbcSignal) -> Convert:
    """Only where its multiplexer, and that one's own, say that the signal is there."""
    conditions: list[tuple[Take, int, frozenset[int]]] = []
    inner = signal
    while inner.multiplexer:
        outer = message.signals.get(inner.multiplexer)
        if outer is None:
            raise ConfigurationError(f"signal '{inner.name}' hangs on '{inner.multiplexer}', which is not there")
        conditions.append((taker(outer.layout), outer.layout.end, inner.multiplexer_ids))
        inner = outer
        if len(conditions) > len(message.signals):
            raise ConfigurationError(f"signal '{signal.name}' hangs on itself")

    def convert(data: bytes) -> Converted | None:
        for take, end, ids in conditions:
            if len(data) < end:
                return SHORT
            if take(data) not in ids:
                return None
        return read(data)

    return convert
