"""A ship without a ship: plants, instruments and what can go wrong with both. It opens nothing."""

from vmshmi.runtime.drivers.simulator.driver import SimulatorDriver
from vmshmi.runtime.drivers.simulator.scenarios import SCENARIOS, Scenario, find_scenario

__all__ = ["SCENARIOS", "Scenario", "SimulatorDriver", "find_scenario"]
