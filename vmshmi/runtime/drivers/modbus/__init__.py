"""Modbus: the only door to pymodbus."""

from vmshmi.runtime.drivers.modbus.driver import ModbusDriver

__all__ = ["ModbusDriver"]
