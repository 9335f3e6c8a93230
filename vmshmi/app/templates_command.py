"""`vmshmi templates`: which kinds of devices a project can use, and what each needs to know."""

import argparse
import json
import sys
from pathlib import Path
from typing import TypeVar

from vmshmi.config.problems import Suggester
from vmshmi.config.templates import Template, TemplateFile, TemplateParameter, read_template, shipped_templates

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_templates(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
) -> None:
    """Add `vmshmi templates` and `vmshmi templates show NAME`."""
    templates = commands.add_parser(
        "templates", help="list the kinds of devices a project can use", description=_run_list.__doc__
    )
    templates.set_defaults(run=_run_list)
    actions = templates.add_subparsers(metavar="ACTION", parser_class=type(templates))
    show = actions.add_parser("show", help="show what one brings and needs", description=_run_show.__doc__)
    show.add_argument("name", metavar="NAME", help="of `vmshmi templates`, or the path of a template of your own")
    show.set_defaults(run=_run_show)


def _run_list(_given: argparse.Namespace) -> int:
    """List the templates of devices with their parameters."""
    for name in shipped_templates():
        file = read_template(name, None, Suggester()).file
        sys.stdout.write(f"{name}: {file.title}; {_counted(file)}\n")
        sys.stdout.writelines(f"    {line}\n" for line in _parameters(file))
    sys.stdout.write("\n`vmshmi templates show NAME` tells all of one; docs/templates.md tells how to use it.\n")
    return 0


def _run_show(given: argparse.Namespace) -> int:
    """Show a template: what it is for, its parameters, its tags and alarms, and how to use it."""
    template = read_template(given.name, Path(), Suggester())
    file = template.file
    lines = [
        f"{template.name}: {file.title}",
        file.description,
        f"source: {file.source}",
        f"licence: {file.licence}",
        "",
        "parameters:" if file.parameters else "no parameters",
        *(f"  {line}" for line in _parameters(file)),
        "",
        "tags:",
        *(f"  {tag.get('id')!s:<28} {tag.get('unit', '')!s:<6} {tag.get('description', '')}" for tag in file.tags),
        "",
        "alarms:" if file.alarms else "no alarms",
        *(f"  {alarm.get('id')!s:<28} {_condition(alarm):<24} {alarm.get('message', '')}" for alarm in file.alarms),
        "",
        "in a project:",
        f'  "templates": [\n    {_example(template)}]',
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _counted(file: TemplateFile) -> str:
    return f"{len(file.tags)} tags, {len(file.alarms)} alarms"


def _parameters(file: TemplateFile) -> list[str]:
    return [f"{name} ({_default(parameter)}): {parameter.description}" for name, parameter in file.parameters.items()]


def _default(parameter: TemplateParameter) -> str:
    if parameter.required:
        return "needed"
    return "optional" if parameter.default is None else json.dumps(parameter.default, ensure_ascii=False)


def _condition(alarm: dict[str, object]) -> str:
    return f"{alarm.get('tag')} {alarm.get('operator', alarm.get('measure', ''))} {alarm.get('limit', '')}".rstrip()


def _example(template: Template) -> str:
    """A use of it, for a person who fills in the dots."""
    file = template.file
    parameters = {name: "..." for name, parameter in file.parameters.items() if parameter.required}
    use: dict[str, object] = {"template": template.name, "id": "...", "device": dict.fromkeys(file.needs, "...")}
    return json.dumps(use | ({"parameters": parameters} if parameters else {}), ensure_ascii=False)
