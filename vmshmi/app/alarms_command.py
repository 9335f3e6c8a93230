"""`vmshmi alarms`: what can be done with alarms on the command line; each action has a module of its own."""

import argparse
from collections.abc import Callable
from typing import TypeVar

from vmshmi.app.definitions_command import add_definitions
from vmshmi.app.kpi_command import add_kpi
from vmshmi.app.whatif_command import add_whatif

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_alarms(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi alarms` and its actions.

    Args:
        commands: of the command line.
        moment: reads a time.
    """
    alarms = commands.add_parser("alarms", help="numbers, what-if and definitions of the alarm system")
    actions = alarms.add_subparsers(metavar="ACTION", required=True, parser_class=type(alarms))
    add_kpi(actions, moment)
    add_whatif(actions, moment)
    add_definitions(actions)
