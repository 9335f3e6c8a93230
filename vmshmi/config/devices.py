"""Devices of a project and where on a device a tag comes from. The drivers are a static table."""

from typing import Annotated, Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier, PositiveSeconds
from vmshmi.config.can_devices import CanDevice, CanSource
from vmshmi.config.j1939_devices import J1939Device, J1939Source
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


class ModbusTcpDevice(ConfigModel):
    """A Modbus TCP server. Several units behind one address are one device; a source may name its own unit."""

    id: Identifier
    driver: Literal["modbus_tcp"]
    host: str = Field(min_length=1)
    port: int = Field(default=502, ge=1, le=65_535)
    unit: int = Field(default=1, ge=0, le=255)
    poll_s: PositiveSeconds = 0.5
    timeout_s: PositiveSeconds = 0.5
    stale_after_s: PositiveSeconds = 3.0
    max_gap: int = Field(default=8, ge=0, le=100)
    """Registers between two tags that may be read and thrown away to save a request; 0 where holes are refused."""
    max_registers: int = Field(default=125, ge=1, le=125)
    """Most registers of one request."""
    backoff_max_s: PositiveSeconds = 5.0
    """Longest wait between two tries to connect."""


Device = Annotated[
    SimulatorDevice | ModbusTcpDevice | CanDevice | J1939Device | Nmea2000Device | Nmea0183Device,
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


ModbusType = Literal["uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "string"]


class ModbusSource(ConfigModel):
    """A tag in a register or a coil."""

    driver: Literal["modbus_tcp"] = "modbus_tcp"
    """Filled in by the loader from the device; may be left out."""
    device: Identifier
    table: Literal["holding", "input", "coil", "discrete"]
    address: int = Field(ge=0, le=65_535)
    """Protocol address, counted from 0."""
    type: ModbusType = "uint16"
    word_order: Literal["big", "little"] = "big"
    bit: int | None = Field(default=None, ge=0, le=15)
    """Picks one bit of a 16-bit register; 0 is the lowest."""
    scale: float = 1.0
    offset: float = 0.0
    length: int = Field(default=1, ge=1, le=125)
    """Registers of a string."""
    unit: int | None = Field(default=None, ge=0, le=255)
    """Unit id, where it is not the device's."""
    sentinels: tuple[int, ...] = ()
    """Raw numbers that mean `not available`: the tag is then bad with BadNotConnected."""


Source = Annotated[
    SimulatorSource | ModbusSource | CanSource | J1939Source | Nmea2000Source | Nmea0183Source,
    Field(discriminator="driver"),
]
