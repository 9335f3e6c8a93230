"""What makes no sense although every value has the right type: a bit of a float, a minimum above its maximum."""

from collections.abc import Iterator
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

from vmshmi.config.bus_checks import bus_problems
from vmshmi.config.modbus_checks import line_problems
from vmshmi.config.modbus_devices import ModbusSource, ModbusType
from vmshmi.config.problems import Problem, Suggester, shown
from vmshmi.config.raw import Raw
from vmshmi.core.tags import TagKind

REGISTERS: dict[str, int] = {name: int(name[-2:]) // 16 for name in get_args(ModbusType) if name[-2:].isdigit()}
"""16-bit registers of each type of number."""
_RANGES: dict[str, tuple[int, int]] = {
    name: (0, 2**bits - 1) if name.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for name, bits in ((name, int(name[-2:])) for name in REGISTERS if "int" in name)
}
_BIT_TABLES = ("coil", "discrete")
_READ_ONLY_TABLES = {"input": "input registers", "discrete": "discrete inputs"}
_ONLY_REGISTERS = ("type", "word_order", "bit", "scale", "offset", "length", "sentinels")
_LAST_ADDRESS = 65_535
_LONG_NUMBERS = {"holding": 400_001, "input": 300_001}
"""Where manuals with numbers of six digits begin to count."""
_TOO_LARGE = 2**64


def plausibility_problems(root: Raw, hints: Suggester) -> Iterator[Problem]:
    """Everything that makes no sense within one part of a project, or between a tag and its device."""
    vessel = root.child("vessel")
    if vessel is not None:
        yield from _time_zone(vessel, hints)
    devices = {device.text("id"): device for device in root.items("devices")}
    for device in devices.values():
        yield from _device(device)
        yield from bus_problems(device)
    yield from line_problems(root)
    for tag in root.items("tags"):
        yield from _order(tag, "range_normal_min", "range_normal_max")
        yield from _order(tag, "range_min", "range_max")
        yield from _initial(tag)
        source = tag.child("source")
        device = devices.get(source.text("device")) if source else None
        yield from _staleness(tag, device)
        if source is not None:
            yield from _order(source, "minimum", "maximum")
            if source.number("scale") == 0 and "table" not in source.data:
                yield Problem(source.at("scale"), "must not be 0")
            if "table" in source.data:
                yield from _modbus(tag, source, device)
        yield from _recording(tag.child("record"))
    history = root.child("history")
    rules = history.child("record") if history else None
    groups = frozenset(tag.text("group") or "" for tag in root.items("tags")) - {""}
    for group in rules.data if rules else ():
        if rules and group not in groups:
            yield Problem(rules.at(group), f"no tag is of group {shown(group)}{hints.hint(group, groups)}")
        yield from _recording(rules.child(group) if rules else None)
    writable = {tag.text("id"): tag.data.get("writable") is True for tag in root.items("tags")}
    for page in root.items("pages"):
        for element in page.items("elements"):
            yield from _order(element, "minimum", "maximum")
            commanded = element.text("command_tag")
            if writable.get(commanded) is False:
                yield Problem(element.at("command_tag"), f"tag '{commanded}' cannot be commanded: it is not writable")


def _time_zone(vessel: Raw, hints: Suggester) -> Iterator[Problem]:
    name = vessel.text("time_zone")
    if not name:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a plain name; the name of a folder of zones
        zones = frozenset(available_timezones())
        if zones:  # a machine without any time zones can judge none
            example = hints.hint(name, zones) or "; write it as in 'Europe/Madrid' or 'UTC'"
            yield Problem(vessel.at("time_zone"), f"there is no time zone {shown(name)}{example}")


def _device(device: Raw) -> Iterator[Problem]:
    host = device.text("host")
    if host and (host != host.strip() or any(sign in host for sign in "/ \t") or host.count(":") == 1):
        yield Problem(
            device.at("host"), f"must be a name or an address alone, without scheme and port, not {shown(host)}"
        )
    for rhythm in ("poll_s", "tick_s"):
        if _below(device.number("stale_after_s"), device.number(rhythm)):
            yield Problem(
                device.at("stale_after_s"), f"is shorter than {rhythm}: every value would go stale between two"
            )


def _staleness(tag: Raw, device: Raw | None) -> Iterator[Problem]:
    for rhythm in ("poll_s", "tick_s"):
        period = device.number(rhythm) if device else None
        if device and _below(tag.number("stale_after_s"), period):
            yield Problem(
                tag.at("stale_after_s"), f"is shorter than {rhythm} of device '{device.text('id')}' ({period:g} s)"
            )


def _order(item: Raw, low: str, high: str) -> Iterator[Problem]:
    if _below(item.number(high), item.number(low)):
        yield Problem(item.at(low), f"{shown(item.number(low))} is above {high} {shown(item.number(high))}")


def _recording(record: Raw | None) -> Iterator[Problem]:
    if record is None:
        return
    others = [key for key in ("deadband", "min_interval_s", "max_interval_s") if key in record.data]
    if record.data.get("period_s") is not None and others:
        yield Problem(record.at(others[0]), f"has no meaning beside period_s: leave out {' and '.join(others)}")
    yield from _order(record, "min_interval_s", "max_interval_s")


def _initial(tag: Raw) -> Iterator[Problem]:
    initial = tag.data.get("initial")
    if initial is None or not isinstance(initial, str | int | float):
        return
    if isinstance(initial, int) and abs(initial) >= _TOO_LARGE:
        yield Problem(tag.at("initial"), f"{shown(initial)} is too large")
    if isinstance(initial, str) != _holds_text(tag):
        wanted = "a text" if _holds_text(tag) else "a number or true or false"
        yield Problem(tag.at("initial"), f"must be {wanted} for a tag of kind '{_kind(tag)}', not {shown(initial)}")


def _modbus(tag: Raw, source: Raw, device: Raw | None) -> Iterator[Problem]:
    table = source.text("table") or ""
    if tag.data.get("writable") is True and table in _READ_ONLY_TABLES:
        yield Problem(tag.at("writable"), f"{_READ_ONLY_TABLES[table]} cannot be written")
    if table in _BIT_TABLES:
        for key in _ONLY_REGISTERS:
            if _is_given(source, key):
                yield Problem(source.at(key), f"makes no sense for table '{table}': it holds single bits")
        if _holds_text(tag):
            yield Problem(tag.at("kind"), f"table '{table}' holds single bits, no text")
        return
    kind = source.text("type") or "uint16"
    yield from _text_type(tag, source, kind)
    if _is_given(source, "bit") and kind in REGISTERS:
        yield from _bit(source, kind)
    if source.number("scale") == 0:
        yield Problem(source.at("scale"), "must not be 0")
    yield from _sentinels(source, kind)
    yield from _extent(source, kind, device)


def _text_type(tag: Raw, source: Raw, kind: str) -> Iterator[Problem]:
    if kind == "string":
        for key in ("bit", "scale", "offset", "sentinels"):
            if _is_given(source, key):
                yield Problem(source.at(key), "makes no sense for type 'string'")
        if not _holds_text(tag):
            yield Problem(source.at("type"), f"type 'string' needs a tag of kind 'text', not '{_kind(tag)}'")
    elif kind in REGISTERS:
        if (source.whole("length") or 1) > 1:
            yield Problem(source.at("length"), f"is for type 'string'; type '{kind}' knows its length")
        if _holds_text(tag):
            yield Problem(tag.at("kind"), f"kind 'text' needs a source of type 'string', not '{kind}'")


def _bit(source: Raw, kind: str) -> Iterator[Problem]:
    if REGISTERS[kind] != 1:
        yield Problem(source.at("bit"), f"picks a bit of a 16-bit register; type '{kind}' makes no sense with it")
    for key in ("scale", "offset", "sentinels"):
        if _is_given(source, key):
            yield Problem(source.at(key), "makes no sense together with 'bit'")


def _sentinels(source: Raw, kind: str) -> Iterator[Problem]:
    values = source.values("sentinels")
    if kind.startswith("float") and values:
        yield Problem(source.at("sentinels"), f"are for whole numbers; type '{kind}' says it with NaN")
    if kind in _RANGES:
        low, high = _RANGES[kind]
        for index, value in enumerate(values):
            if isinstance(value, int) and not low <= value <= high:
                yield Problem((*source.at("sentinels"), index), f"{shown(value)} is no {kind} ({low} to {high})")


def _extent(source: Raw, kind: str, device: Raw | None) -> Iterator[Problem]:
    """The registers must exist, and come in one answer: a value torn over two answers can be a value that never was."""
    count = (source.whole("length") or 1) if kind == "string" else REGISTERS.get(kind, 1)
    address = source.whole("address")
    longest = _LONG_NUMBERS.get(source.text("table") or "")
    if address is not None and longest is not None and longest <= address <= longest + _LAST_ADDRESS:
        yield Problem(
            source.at("address"), f"addresses count from 0: {address} of a manual is {address - longest} here"
        )
    if address is not None and 0 <= address <= _LAST_ADDRESS < address + count - 1:
        yield Problem(source.at("address"), f"{address} and {count} registers go beyond {_LAST_ADDRESS}")
    most = device.whole("max_registers") if device else None
    if device and most and count > most:
        message = f"needs {count} registers, device '{device.text('id')}' gives at most {most} at once (max_registers)"
        yield Problem(source.at("length" if kind == "string" else "type"), message)


def _is_given(source: Raw, key: str) -> bool:
    """True when a key of a Modbus source says something else than its default."""
    return source.data.get(key) not in (None, [], ModbusSource.model_fields[key].default)


def _kind(tag: Raw) -> str:
    return tag.text("kind") or TagKind.ANALOG.value


def _holds_text(tag: Raw) -> bool:
    return _kind(tag) == TagKind.TEXT.value


def _below(value: float | None, other: float | None) -> bool:
    return value is not None and other is not None and value < other
