"""Modbus: over TCP, on a serial line, and a serial line behind a plain TCP server."""

from typing import Literal

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier, PositiveSeconds


class ModbusUnitDevice(ConfigModel):
    """What every Modbus device has. Devices on one line, or behind one address, share it: one request at a time."""

    id: Identifier
    unit: int = Field(default=1, ge=0, le=255)
    poll_s: PositiveSeconds = 0.5
    timeout_s: PositiveSeconds = 0.5
    """How long the device may take to answer; on a serial line the time its bytes travel comes on top."""
    stale_after_s: PositiveSeconds = 3.0
    max_gap: int = Field(default=8, ge=0, le=100)
    """Registers between two tags that may be read and thrown away to save a request; 0 where holes are refused."""
    max_registers: int = Field(default=125, ge=1, le=125)
    """Most registers of one request."""
    backoff_max_s: PositiveSeconds = 5.0
    """Longest wait between two tries to connect."""
    write_multiple: bool = False
    """A single coil or register is written with function 15 or 16 too, for a device that knows only these."""


class ModbusTcpDevice(ModbusUnitDevice):
    """A Modbus TCP server. Several units behind one address may be one device; a source may name its own unit."""

    driver: Literal["modbus_tcp"]
    host: str = Field(min_length=1)
    port: int = Field(default=502, ge=1, le=65_535)


class ModbusSerialDevice(ModbusUnitDevice):
    """RTU frames: nothing in an answer says to which request it belongs."""

    unit: int = Field(default=1, ge=1, le=255)
    resync_quiet_ms: int = Field(default=250, ge=10, le=10_000)
    """After a missing answer the line must be silent for so long before the next request."""


class ModbusRtuDevice(ModbusSerialDevice):
    """A serial line, RS-485 or RS-232."""

    driver: Literal["modbus_rtu"]
    channel: str = Field(min_length=1)
    """Serial port: `/dev/ttyUSB0`, `COM3`."""
    baud: int = Field(default=19_200, ge=300, le=4_000_000)
    parity: Literal["none", "even", "odd"] = "even"
    stop_bits: Literal[1, 2] = 1


class ModbusRtuOverTcpDevice(ModbusSerialDevice):
    """A serial line behind a device server that passes bytes on as they are."""

    driver: Literal["modbus_rtu_over_tcp"]
    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65_535)


ModbusDevice = ModbusTcpDevice | ModbusRtuDevice | ModbusRtuOverTcpDevice

ModbusType = Literal["uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "string"]


class ModbusSource(ConfigModel):
    """A tag in a register or a coil."""

    driver: Literal["modbus_tcp", "modbus_rtu", "modbus_rtu_over_tcp"] = "modbus_tcp"
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
