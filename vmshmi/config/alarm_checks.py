"""What makes no sense in an alarm, between alarms, and between the alarm system and its stations."""

from collections.abc import Iterator, Mapping

from vmshmi.config.alarms import YES_OR_NO, AlarmConfig, AlarmSystemConfig
from vmshmi.config.problems import Problem, Suggester, shown
from vmshmi.config.raw import Raw
from vmshmi.config.references import RESERVED
from vmshmi.core.alarms.model import BadInput, Measure, Operator, Priority
from vmshmi.core.alarms.sensors import sensor_alarm_id
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId

LONGEST_BRIDGE_ESCALATION_S = 300.0
"""MSC.302(87) and IEC 62923-1: an unanswered warning of the bridge becomes an alarm within five minutes."""

_SENSOR_SUFFIX = sensor_alarm_id(TagId(""))
"""`<tag>.sensor` is the alarm on a lost sensor: the program makes it where the project has none."""

_LEAST_SAMPLES = 4
"""Samples that the window of a rate must hold."""

_KEYS_OF = {"mean_of": Measure.DEVIATION, "follows": Measure.MISMATCH, "window_s": Measure.RATE}
"""Keys that one measure alone understands."""


def alarm_problems(root: Raw, hints: Suggester) -> Iterator[Problem]:
    """Everything that makes no sense about alarms although every value has the right type."""
    tags = {tag.text("id") or "": tag for tag in root.items("tags")}
    devices = {device.text("id") or "": device for device in root.items("devices")}
    for alarm in root.items("alarms"):
        yield from _comparison(alarm)
        yield from _measured(alarm, tags)
        yield from _window(alarm, tags, devices)
        yield from _by_priority(alarm)
        yield from _sensor_alarm(alarm, tags)
    yield from _parents(root.items("alarms"), tags, hints)
    system = root.child("alarm_system") or Raw(("alarm_system",), {})
    yield from _flood(system)
    bridges = [station for station in root.items("stations") if station.text("profile") == "bridge"]
    for station in bridges:
        yield from _bridge(station)
    if bridges:
        yield from _escalations(root.items("alarms"), system, bridges[0].text("id") or "")


def measure_of(alarm: Raw) -> str:
    """What an alarm holds against its limit, as it is written."""
    return alarm.text("measure") or Measure.VALUE.value


def _comparison(alarm: Raw) -> Iterator[Problem]:
    operator, hysteresis, limit = alarm.text("operator"), alarm.number("hysteresis") or 0, alarm.number("limit")
    measure = measure_of(alarm)
    if measure in [yes_or_no.value for yes_or_no in YES_OR_NO]:
        yield from _needs_no_limit(alarm, measure)
        return
    for key in ("operator", "limit"):
        if alarm.data.get(key) is None:
            yield Problem(alarm.at(key), "is missing")
    if operator in (Operator.EQUAL.value, Operator.NOT_EQUAL.value) and hysteresis:
        yield Problem(alarm.at("hysteresis"), f"makes no sense with '{operator}'")
    if operator == Operator.ABS_GREATER.value and limit is not None:
        if limit < 0:
            yield Problem(alarm.at("limit"), f"must not be negative with '{operator}', or it holds always")
        elif hysteresis > limit:
            yield Problem(
                alarm.at("hysteresis"), f"is above the limit; with '{operator}' no value would be far enough back"
            )


def _needs_no_limit(alarm: Raw, measure: str) -> Iterator[Problem]:
    """Mismatch and bad quality are 1 while they hold, otherwise 0: `== 1` may be written, nothing else means more."""
    reason = f"measure '{measure}' is 1 while it holds and 0 while it does not; leave it out"
    if alarm.text("operator") not in (None, Operator.EQUAL.value):
        yield Problem(alarm.at("operator"), f"must be '==' or nothing, not {shown(alarm.data['operator'])}: {reason}")
    if alarm.number("limit") not in (None, 1):
        yield Problem(alarm.at("limit"), f"must be 1 or nothing, not {shown(alarm.data['limit'])}: {reason}")
    if alarm.number("hysteresis"):
        yield Problem(alarm.at("hysteresis"), f"makes no sense with measure '{measure}'")
    if measure == Measure.BAD_QUALITY.value and alarm.text("on_bad") not in (None, BadInput.ALARM.value):
        yield Problem(alarm.at("on_bad"), f"makes no sense with measure '{measure}': the lost input is the alarm")


def _measured(alarm: Raw, tags: Mapping[str, Raw]) -> Iterator[Problem]:
    measure = measure_of(alarm)
    for key, owner in _KEYS_OF.items():
        if alarm.data.get(key) not in (None, []) and measure != owner.value:
            yield Problem(alarm.at(key), f"is for measure '{owner.value}', not for '{measure}'")
    if measure == Measure.DEVIATION.value and alarm.data.get("mean_of") in (None, []):
        yield Problem(alarm.at("mean_of"), f"is missing: measure '{measure}' needs the tags of the mean")
    if measure == Measure.MISMATCH.value and alarm.data.get("follows") is None:
        yield Problem(alarm.at("follows"), f"is missing: measure '{measure}' needs the tag to agree with")
    names = alarm.values("mean_of")
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Problem((*alarm.at("mean_of"), index), f"{shown(name)} is listed twice")
    tag_id = alarm.text("tag")
    if tag_id is not None and (tag_id == alarm.text("follows") or names == [tag_id]):
        key = "follows" if alarm.text("follows") else "mean_of"
        yield Problem(alarm.at(key), f"is '{tag_id}' itself: it never differs from itself")
    reads_text = measure == Measure.BAD_QUALITY.value  # a text may be lost too
    for path in [alarm.at("tag"), alarm.at("follows"), *[(*alarm.at("mean_of"), i) for i in range(len(names))]]:
        name = _at(alarm, path)
        tag = tags.get(name) if isinstance(name, str) else None
        if tag is not None and tag.text("kind") == TagKind.TEXT.value and not reads_text:
            yield Problem(path, f"tag '{name}' holds a text; an alarm compares numbers")


def _window(alarm: Raw, tags: Mapping[str, Raw], devices: Mapping[str, Raw]) -> Iterator[Problem]:
    """A rate needs some samples in its window."""
    if measure_of(alarm) != Measure.RATE.value:
        return
    window_s = alarm.number("window_s") or AlarmConfig.model_fields["window_s"].default
    tag = tags.get(alarm.text("tag") or "")
    source = tag.child("source") if tag else None
    device = devices.get(source.text("device") or "") if source else None
    for key in ("poll_s", "tick_s"):
        period_s = (device.number(key) if device else None) or 0.0
        if window_s < _LEAST_SAMPLES * period_s:
            message = f"must be at least {_LEAST_SAMPLES} times {key} of the tag's device ({period_s:g} s)"
            yield Problem(alarm.at("window_s"), message)


def _at(alarm: Raw, path: tuple[str | int, ...]) -> object:
    """The value at one of an alarm's own places."""
    key, *index = path[len(alarm.path) :]
    return alarm.values(str(key))[int(index[0])] if index else alarm.data.get(str(key))


def _by_priority(alarm: Raw) -> Iterator[Problem]:
    """Escalation is a warning's; asking again needs somebody who has answered."""
    priority = alarm.text("priority") or Priority.WARNING.value
    if alarm.data.get("escalate_s") is not None and priority != Priority.WARNING.value:
        yield Problem(alarm.at("escalate_s"), f"is for warnings; this is of priority '{priority}'")
    if priority not in (Priority.ALARM.value, Priority.WARNING.value):
        for key in ("realarm_s", "latching"):
            if alarm.data.get(key):
                yield Problem(alarm.at(key), f"makes no sense with priority '{priority}': nobody has to answer it")


def _sensor_alarm(alarm: Raw, tags: Mapping[str, Raw]) -> Iterator[Problem]:
    """The name of a tag's sensor alarm may be taken by an own alarm that does the same, by nothing else."""
    alarm_id = alarm.text("id") or ""
    tag_id = alarm_id.removesuffix(_SENSOR_SUFFIX)
    if tag_id == alarm_id or tag_id not in tags:
        return
    if measure_of(alarm) != Measure.BAD_QUALITY.value or alarm.text("tag") != tag_id:
        message = f"is the name of the sensor alarm of tag '{tag_id}'; give it measure 'bad_quality' or another id"
        yield Problem(alarm.at("id"), message)


def _parents(alarms: list[Raw], tags: Mapping[str, Raw], hints: Suggester) -> Iterator[Problem]:
    known = {alarm.text("id") or "": alarm for alarm in alarms}
    ids = frozenset(known)
    parents: dict[str, list[str]] = {}
    for alarm_id, alarm in known.items():
        named = parents.setdefault(alarm_id, [])
        for index, parent in enumerate(alarm.values("consequence_of")):
            if not isinstance(parent, str):
                continue
            named.append(parent)
            if parent not in ids and not _is_own(parent, tags):
                path = (*alarm.at("consequence_of"), index)
                yield Problem(path, f"there is no alarm '{parent}'{hints.hint(parent, ids)}")
    for alarm_id in _in_a_circle(parents):
        yield Problem(known[alarm_id].at("consequence_of"), "goes in a circle: it would be a consequence of itself")


def _is_own(alarm_id: str, tags: Mapping[str, Raw]) -> bool:
    """True for an alarm that the program makes itself."""
    tag_id = alarm_id.removesuffix(_SENSOR_SUFFIX)
    return alarm_id.startswith(RESERVED) or (tag_id != alarm_id and tag_id in tags)


def _in_a_circle(parents: Mapping[str, list[str]]) -> list[str]:
    """Every alarm from which a way of parents leads back to it, by taking away what leads nowhere."""
    left = {alarm_id: {p for p in named if p in parents} for alarm_id, named in parents.items()}
    free = [alarm_id for alarm_id, named in left.items() if not named]
    children: dict[str, list[str]] = {}
    for alarm_id, named in left.items():
        for parent in named:
            children.setdefault(parent, []).append(alarm_id)
    while free:
        gone = free.pop()
        del left[gone]
        for child in children.get(gone, ()):
            left[child].discard(gone)
            if not left[child]:
                free.append(child)
    return [alarm_id for alarm_id in left if _leads_back(alarm_id, left)]


def _leads_back(alarm_id: str, parents: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(parents[alarm_id])
    while waiting:
        parent = waiting.pop()
        if parent == alarm_id:
            return True
        if parent not in seen:
            seen.add(parent)
            waiting += parents.get(parent, ())
    return False


def _flood(system: Raw) -> Iterator[Problem]:
    fields = AlarmSystemConfig.model_fields
    start, end = (system.data.get(key, fields[key].default) for key in ("flood_start", "flood_end"))
    if isinstance(start, int) and isinstance(end, int) and end > start:
        yield Problem(system.at("flood_end"), f"{end} is above flood_start {start}: a flood would end as it begins")


def _bridge(station: Raw) -> Iterator[Problem]:
    if (station.text("banner") or "modal") == "modal":
        message = "is 'modal'; a station of profile 'bridge' must say 'non_modal' (MSC.302 9.15)"
        yield Problem(station.at("banner"), message)
    if station.data.get("acknowledge_visible") is True:
        message = "is not allowed at a station of profile 'bridge': alarms are acknowledged one by one (MSC.302 9.8)"
        yield Problem(station.at("acknowledge_visible"), message)


def _escalations(alarms: list[Raw], system: Raw, bridge: str) -> Iterator[Problem]:
    """With a bridge no warning may wait for longer than the rules allow."""
    longest = LONGEST_BRIDGE_ESCALATION_S
    places = [(system.at("escalate_warnings_s"), system.number("escalate_warnings_s"))]
    places += [(alarm.at("escalate_s"), alarm.number("escalate_s")) for alarm in alarms]
    for path, seconds in places:
        if seconds is not None and not 0 < seconds <= longest:
            what = "never" if seconds == 0 else f"after {seconds:g} s"
            message = (
                f"an unanswered warning would become an alarm {what}; station '{bridge}' of profile 'bridge' wants it"
            )
            yield Problem(path, f"{message} within {longest:g} s")
