"""What pydantic found, in words an engineer can read, with the place in the file and what was probably meant."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from vmshmi.config.base import IDENTIFIER_PATTERN
from vmshmi.config.json_text import DataPath
from vmshmi.config.problems import Problem, Suggester, shown, value_at

_DISCRIMINATORS = ("driver", "type")
"""The keys that say which of several shapes an object has."""

_EXPECTED = {
    "string_type": "a text in double quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "tuple_type": "a list [...]",
    "list_type": "a list [...]",
    "dict_type": "an object {{...}}",
    "model_type": "an object {{...}}",
    "model_attributes_type": "an object {{...}}",
    "greater_than": "greater than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "enum": "{expected}",
    "literal_error": "{expected}",
    "string_too_long": "at most {max_length} characters long",
    "too_long": "at most {max_length} items long",
    "too_short": "at least {min_length} items long",
}


def to_problems(root: type[BaseModel], data: object, errors: Iterable[ErrorDetails], hints: Suggester) -> list[Problem]:
    """What pydantic found wrong with `data`; several findings about one value become one problem."""
    found: list[Problem] = []
    missing: list[DataPath] = []
    meant: set[DataPath] = set()
    wanted: dict[DataPath, list[str]] = {}
    for error in errors:
        kind, path = error["type"], data_path(data, error["loc"])
        if error["loc"][-1:] == ("[key]",):
            found.append(Problem(path, f"the key must be a whole number in quotes, not {shown(path[-1])}"))
        elif kind == "extra_forbidden":
            known = _known_keys(root, error["loc"])
            near = hints.nearest(str(path[-1]), known)
            meant.add((*path[:-1], near or ""))
            message = f"did you mean '{near}'?" if near else f"known here: {', '.join(sorted(known))}"
            found.append(Problem(path, f"unknown key; {message}"))
        elif kind == "missing":
            missing.append(path)
        elif kind in _EXPECTED:
            wanted.setdefault(path, []).append(_EXPECTED[kind].format(**error.get("ctx", {})))
        else:
            found.append(_special(kind, path, error, data, hints))
    found += [Problem(path, "is missing") for path in missing if path not in meant]
    return found + [_must_be(data, path, expected, hints) for path, expected in wanted.items()]


def data_path(data: object, location: Sequence[str | int]) -> DataPath:
    """The place in the data: pydantic's location without its own words (members of a union it tried, `[key]`)."""
    path: DataPath = ()
    tried = False
    for index, part in enumerate(location):
        if isinstance(data, dict) and isinstance(part, str):
            here = cast("dict[str, object]", data)
            if not tried and part in [here.get(name) for name in _DISCRIMINATORS]:
                tried = True
            elif part in here or index == len(location) - 1:
                data, tried, path = here.get(part), False, (*path, part)
        elif isinstance(data, list) and isinstance(part, int):
            data, tried, path = value_at(cast("list[object]", data), (part,)), False, (*path, part)
    return path


def _must_be(data: object, path: DataPath, expected: Sequence[str], hints: Suggester) -> Problem:
    value, text = value_at(data, path), " or ".join(dict.fromkeys(expected))
    choices = frozenset(re.findall(r"'([^']*)'", text))
    hint = hints.hint(value, choices) if isinstance(value, str) else ""
    return Problem(path, f"must be {text}, not {shown(value)}{hint}")


def _special(kind: str, path: DataPath, error: ErrorDetails, data: object, hints: Suggester) -> Problem:
    """The findings that need more than `must be ..., not ...`."""
    context = error.get("ctx", {})
    value = value_at(data, path)
    match kind:
        case "union_tag_not_found":
            key = str(context["discriminator"]).strip("'")
            return Problem((*path, key), "is missing")
        case "union_tag_invalid":
            key = str(context["discriminator"]).strip("'")
            choices = str(context["expected_tags"])
            return _must_be(data, (*path, key), [f"one of {choices}"], hints)
        case "string_pattern_mismatch" if context.get("pattern") == IDENTIFIER_PATTERN:
            rule = "an id is letters, digits, '_', '.' and '-', and begins with a letter or '_'"
            return Problem(path, f"{rule}; {shown(value)} is none")
        case "string_too_short":
            return Problem(path, "must not be empty")
        case "json_invalid":  # the data was written as JSON a moment ago; all that can be wrong is its depth
            return Problem(path, "lists and objects are nested too deeply")
        case "value_error":
            return Problem(path, str(context.get("error", error["msg"])))
        case _:
            return Problem(path, error["msg"].replace("Input should", "should"))


def _known_keys(root: type[BaseModel], location: Sequence[str | int]) -> frozenset[str]:
    """The keys an object at this place may have."""
    models = [root]
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        named = [model for model in models if _is_called(model, part)] if len(models) > 1 else []
        models = named or [
            inner
            for model in models
            if part in model.model_fields
            for inner in _models_in(model.model_fields[part].annotation)
        ]
    return frozenset(name for model in models for name in model.model_fields)


def _is_called(model: type[BaseModel], name: str) -> bool:
    """True when a discriminator of the model has this value."""
    kinds = [model.model_fields[key].annotation for key in _DISCRIMINATORS if key in model.model_fields]
    return any(get_origin(kind) is Literal and name in get_args(kind) for kind in kinds)


def _models_in(annotation: object) -> list[type[BaseModel]]:
    """Every model an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]
