"""What makes no sense between Modbus devices that share a line, or between a line and what is asked on it."""

from collections.abc import Iterator

from vmshmi.config.modbus_devices import ModbusRtuDevice
from vmshmi.config.problems import Problem, shown
from vmshmi.config.raw import Raw

_RTU = ("modbus_rtu", "modbus_rtu_over_tcp")
_LINE_KEYS = ("driver", "baud", "parity", "stop_bits", "resync_quiet_ms")


def line_problems(root: Raw) -> Iterator[Problem]:
    """A serial port has one user or one setting, and nobody has unit 0."""
    devices = list(root.items("devices"))
    first: dict[str, Raw] = {}
    for device in devices:
        channel = device.text("channel")
        if channel is None or not _is_serial(device):
            continue
        other = first.setdefault(channel, device)
        for key in _LINE_KEYS:
            mine, theirs = _setting(device, key), _setting(other, key)
            if mine != theirs:
                message = f"is {shown(mine)}, but {shown(theirs)} for device '{other.text('id')}' on the same port"
                yield Problem(device.at(key if key in device.data else "channel"), f"{_named(device, key)}{message}")
                break
    serial = {device.text("id") for device in devices if device.text("driver") in _RTU}
    for tag in root.items("tags"):
        source = tag.child("source")
        if source is not None and source.text("device") in serial and source.whole("unit") == 0:
            yield Problem(source.at("unit"), "0 speaks to all units of a serial line and nobody answers; use 1 to 255")


def _is_serial(device: Raw) -> bool:
    return device.text("driver") == "modbus_rtu" or device.text("interface") == "serial"


def _setting(device: Raw, key: str) -> object:
    field = ModbusRtuDevice.model_fields[key]
    return device.data.get(key, None if key == "driver" else field.default)


def _named(device: Raw, key: str) -> str:
    return "" if key in device.data else f"{key} "
