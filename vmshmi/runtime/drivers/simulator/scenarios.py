"""What can be told to go wrong, by name."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from vmshmi.core.errors import ConfigurationError
from vmshmi.runtime.drivers.simulator import stories
from vmshmi.runtime.drivers.simulator.script import Step


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with a name.

    Attributes:
        name: what `--scenario` takes.
        description: one line for the command line's help.
        steps: what happens when, in order of time.
    """

    name: str
    description: str
    steps: tuple[Step, ...] = ()


SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("normal", "under way at sea, nothing wrong"),
        Scenario(
            "blackout", "DG1 trips, DG2 fails to start, the emergency generator takes its board", stories.BLACKOUT
        ),
        Scenario("lo-pressure", "the port main engine loses its lube oil and shuts down", stories.LO_PRESSURE),
        Scenario("flood", "an alarm flood: a wet junction box makes sixty inputs come and go", stories.FLOOD),
        Scenario("genset-trip", "DG1 loses its oil, DG2 starts and takes the board over", stories.GENSET_TRIP),
        Scenario("fire", "a fuel leak burns in the engine room, up to the release of CO2", stories.FIRE),
        Scenario("bilge", "a sea water pipe leaks into the engine room", stories.BILGE),
        Scenario("overheat", "the starboard sea strainer clogs and the engine runs hot", stories.OVERHEAT),
        Scenario("misfire", "a cylinder of the starboard engine stops firing", stories.MISFIRE),
        Scenario("rudder", "the rudder runs to starboard, whatever is ordered", stories.RUDDER),
        Scenario("sensor-fail", "a broken wire, a stuck sensor and a drifting one", stories.SENSOR_FAIL),
        Scenario("lost-node", "the engine room's I/O node stops speaking for three minutes", stories.LOST_NODE),
        Scenario("chatter", "one worn bilge float comes and goes", stories.CHATTER),
    )
}
"""Every scenario, the quiet one first."""


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
