"""What can be told to go wrong, by name."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from vmshmi.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with a name.

    Attributes:
        name: what `--scenario` takes.
        description: one line for the command line's help.
    """

    name: str
    description: str


SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("normal", "under way at sea, nothing wrong"),
        Scenario("blackout", "the only generator on the board trips and the standby set fails to start"),
        Scenario("lo-pressure", "the port main engine loses its lube oil and shuts down"),
        Scenario("flood", "an alarm flood: a wet junction box makes sixty contacts chatter"),
        Scenario("genset-trip", "DG1 trips, DG2 starts and takes the board over"),
        Scenario("fire", "fire in the engine room, up to the release of the extinguishing system"),
        Scenario("bilge", "a sea water pipe leaks into the engine room"),
        Scenario("overheat", "the starboard sea strainer clogs and the engine runs hot"),
        Scenario("sensor-fail", "a broken wire, a stuck sensor and a drifting one"),
        Scenario("lost-node", "the I/O node of the engine room stops speaking, and comes back"),
        Scenario("chatter", "one worn float switch comes and goes"),
    )
}


def find_scenario(name: str) -> Scenario:
    """The scenario of this name.

    Raises:
        ConfigurationError: if there is none; names the nearest.
    """
    if name in SCENARIOS:
        return SCENARIOS[name]
    near = difflib.get_close_matches(name, SCENARIOS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(SCENARIOS)}"
    raise ConfigurationError(f"scenario: there is no scenario {name!r}; {hint}")
