"""Opening a bus of python-can, and what its errors mean. All of it blocks: for the reader's thread."""

import errno
import logging
import socket
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from vmshmi.config.bus_devices import CanBusDevice
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening import NeedsPerson

if TYPE_CHECKING:
    from can import Message

# it writes a line for each of its tries and troubles; what matters of them reaches us as an exception
logging.getLogger("can").setLevel(logging.CRITICAL)

MULTICAST_PORT = 43_113
MULTICAST_GROUP = "239.74.163.2"
"""python-can's own, version 4 of IP: a ship's network seldom has version 6."""
_CONNECT_S = 2.0


class Bus(Protocol):
    """What is used of a bus of python-can."""

    def recv(self, timeout: float | None = None) -> "Message | None":
        """The next message; None when there is none in time."""
        ...

    def shutdown(self) -> None:
        """Close it."""
        ...


def address(device: CanBusDevice, interface: str) -> str:
    """For a person: `socketcan can0`, `socketcand 10.0.0.5:29536 can0`."""
    match interface:
        case "socketcand":
            return f"socketcand {device.host}:{device.port} {device.channel}"
        case "udp_multicast":
            return f"udp_multicast {device.channel or MULTICAST_GROUP}:{_multicast_port(device)}"
        case "logfile":
            return PurePath(device.file).name
        case _:
            return f"{interface} {device.channel}"


def open_bus(device: CanBusDevice, interface: str) -> Bus:
    """Open it; may take seconds.

    Raises:
        DeviceError: when that fails now.
        NeedsPerson: when trying again does not help.
    """
    try:
        return _open(device, interface)
    except DeviceError:
        raise
    except Exception as error:  # each adapter of python-can raises its own
        raise _explained(device, interface, error) from error


def _open(device: CanBusDevice, interface: str) -> Bus:
    # imported when a bus is opened: a project without one need not wait for them. By name and not through can.Bus,
    # which would also take a plugin of the same name from anywhere on the machine
    match interface:
        case "socketcan":
            from can.interfaces.socketcan import SocketcanBus

            return SocketcanBus(device.channel, fd=False)
        case "slcan":
            from can.interfaces.slcan import slcanBus

            return slcanBus(device.channel, bitrate=device.bitrate, listen_only=device.listen_only)
        case "socketcand":
            from can.interfaces.socketcand import SocketCanDaemonBus

            _greet(device.host, device.port)
            return SocketCanDaemonBus(device.channel, device.host, device.port)
        case "udp_multicast":
            from can.interfaces.udp_multicast import UdpMulticastBus

            return UdpMulticastBus(device.channel or MULTICAST_GROUP, port=_multicast_port(device))
        case _:
            from can.interfaces.virtual import VirtualBus

            return VirtualBus(device.channel)


def _multicast_port(device: CanBusDevice) -> int:
    return device.port if "port" in device.model_fields_set else MULTICAST_PORT


def _greet(host: str, port: int) -> None:
    """See that the daemon is there. python-can tries for 10 s as fast as it can, and waits for a greeting for ever."""
    with socket.create_connection((host, port), _CONNECT_S) as connection:
        connection.settimeout(_CONNECT_S)
        if b"hi" not in connection.recv(64):
            raise DeviceError(f"{host}:{port} is no socketcand")


def _explained(device: CanBusDevice, interface: str, error: Exception) -> DeviceError:
    """What it means and what to do, in one line."""
    cause = system_error(error)
    code = None if cause is None else cause.errno
    channel = device.channel
    match interface, code:
        case "socketcan", errno.EAFNOSUPPORT:
            return DeviceError("this computer's system knows no CAN; load it with 'sudo modprobe can-raw'")
        case "socketcan", errno.ENODEV:
            return DeviceError(f"there is no CAN interface '{channel}'; 'ip link' lists those there are")
        case "socketcan", errno.ENETDOWN:
            up = f"sudo ip link set {channel} up type can bitrate {device.bitrate}"
            return DeviceError(f"{channel} is down; switch it on with '{up}'")
        case "slcan", errno.ENOENT:
            return DeviceError(f"there is no serial port {channel}")
        case "slcan", errno.EACCES:
            return DeviceError(f"serial port {channel} may not be opened; add the user to the group 'dialout'")
        case "slcan", None if "bitrate" in str(error).lower():
            return NeedsPerson(f"an slcan adapter knows no bitrate {device.bitrate}")
        case "udp_multicast", _ if isinstance(cause, socket.gaierror) or code == errno.EINVAL:
            return DeviceError(f"{channel or MULTICAST_GROUP} cannot be joined; is it a multicast group?")
        case _:
            return DeviceError(described(error))


def system_error(error: BaseException) -> OSError | None:
    """The operating system's error behind one of python-can's."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def described(error: BaseException) -> str:
    """One line of it."""
    cause = system_error(error)
    if isinstance(cause, TimeoutError):
        return "no answer"
    text = (cause.strerror if cause is not None else None) or str(error) or type(error).__name__
    return text.strip().splitlines()[0]
