"""Which kind of source a tag has: the file says it once, at the device."""

from collections import Counter
from typing import cast, get_args

from vmshmi.config.base import ConfigModel
from vmshmi.config.devices import Source
from vmshmi.config.problems import Problem, Suggester
from vmshmi.config.raw import Raw

_MODELS = cast("tuple[type[ConfigModel], ...]", get_args(get_args(Source)[0]))  # the union inside Annotated
_KEYS = {
    str(driver): frozenset(model.model_fields)
    for model in _MODELS
    for driver in get_args(model.model_fields["driver"].annotation)
}
"""For each driver the keys its sources may have; several drivers may share one kind of source."""
_TELLING_KEYS = {
    driver: frozenset(key for key in keys if not all(key in every for every in _KEYS.values()))
    for driver, keys in _KEYS.items()
}
"""For each driver the keys that not every source has."""


def name_drivers(data: object, hints: Suggester) -> tuple[object, list[Problem]]:
    """Write each device's driver into the sources that name the device.

    Returns:
        A copy (parts that need no change are shared) and what is wrong between sources and devices.
    """
    root = Raw.root(data)
    drivers = {device.text("id"): device.text("driver") for device in root.items("devices")}
    known = frozenset(name for name in drivers if name)
    problems: list[Problem] = []
    tags = list(root.values("tags"))
    for tag in root.items("tags"):
        source = tag.child("source")
        if source is not None:
            driver = _driver_of(source, drivers, known, hints, problems)
            named = None if driver is None else {**source.data, "driver": driver}
            tags[cast("int", tag.path[-1])] = {**tag.data, "source": named}  # an element of a list has an index
    return ({**root.data, "tags": tags} if tags else data), problems


def _driver_of(
    source: Raw,
    drivers: dict[str | None, str | None],
    known: frozenset[str],
    hints: Suggester,
    problems: list[Problem],
) -> object:
    """The driver whose source this is; None when nothing tells."""
    device = source.text("device")
    if device is not None and device not in known:
        problems.append(Problem(source.at("device"), f"there is no device '{device}'{hints.hint(device, known)}"))
    actual = drivers.get(device)
    if "driver" in source.data:
        claimed = source.data["driver"]
        if actual in _KEYS and isinstance(claimed, str) and claimed in _KEYS and claimed != actual:
            problems.append(Problem(source.at("driver"), f"device '{device}' is a {actual}, not a {claimed}"))
        return claimed
    written = Counter({driver: len(keys & source.data.keys()) for driver, keys in _TELLING_KEYS.items()})
    likely, hits = written.most_common(1)[0]
    if actual not in _KEYS:
        if hits == 0 and "device" not in source.data:
            problems.append(Problem(source.at("device"), "is missing"))
        return likely if hits else None
    if hits <= written[actual]:
        return actual
    keys = ", ".join(key for key in source.data if key in _TELLING_KEYS[likely] - _TELLING_KEYS[str(actual)])
    message = f"device '{device}' is a {actual}, but this is the source of a {likely} ({keys})"
    problems.append(Problem(source.at("device"), message))
    return likely
