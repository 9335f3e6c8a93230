"""Modbus: the only door to pymodbus."""

from vmshmi.runtime.drivers.modbus.driver import ModbusTcpDriver

__all__ = ["ModbusTcpDriver"]
