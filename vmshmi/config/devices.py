"""Devices of a project and where on a device a tag comes from. The drivers are a static table."""

from typing import Annotated, Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier, PositiveSeconds
from vmshmi.config.can_devices import CanDevice, CanSource
from vmshmi.config.j1939_devices import J1939Device, J1939Source
from vmshmi.config.modbus_devices import ModbusRtuDevice, ModbusRtuOverTcpDevice, ModbusSource, ModbusTcpDevice
from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.config.nmea2000_devices import Nmea2000Device, Nmea2000Source


class SimulatorDevice(ConfigModel):
    """A device that needs no hardware."""

    id: Identifier
    driver: Literal["simulator"]
    tick_s: PositiveSeconds = 0.5
    """How often it speaks."""
    model: Literal["workboat", "signals"] = "signals"
    """`workboat` is the machinery of the demo vessel; `signals` lets every tag wander inside its normal range."""
    scenario: str = "normal"
    """What goes wrong, by name; `normal` is nothing."""
    seed: int = 1
    """The same seed gives the same voyage."""
    time_factor: float = Field(default=1.0, ge=0.01, le=120)
    """Simulated seconds in a second; above 1 the ship lives faster."""
    stale_after_s: PositiveSeconds = 3.0


Device = Annotated[
    SimulatorDevice
    | ModbusTcpDevice
    | ModbusRtuDevice
    | ModbusRtuOverTcpDevice
    | CanDevice
    | J1939Device
    | Nmea2000Device
    | Nmea0183Device,
    Field(discriminator="driver"),
]


class SimulatorSource(ConfigModel):
    """A tag fed by the simulator."""

    driver: Literal["simulator"] = "simulator"
    """Filled in by the loader from the device; may be left out."""
    device: Identifier
    signal: Literal["auto", "constant", "sine", "square", "ramp", "walk"] = "auto"
    """For model `signals`; `auto` chooses by the tag's kind."""
    period_s: PositiveSeconds = 60.0
    minimum: float | None = None
    maximum: float | None = None


Source = Annotated[
    SimulatorSource | ModbusSource | CanSource | J1939Source | Nmea2000Source | Nmea0183Source,
    Field(discriminator="driver"),
]
