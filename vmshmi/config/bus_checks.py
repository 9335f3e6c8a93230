"""What the interface of a listened-to device needs, and what says nothing about it."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from vmshmi.config.problems import Problem, shown
from vmshmi.config.raw import Raw

_REPLAY = ("file", "speed", "loop", "timestamps")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "socketcan": ("channel",),
    "slcan": ("channel",),
    "socketcand": ("channel", "host"),
    "virtual": ("channel",),
    "serial": ("channel",),
    "tcp": ("host", "port"),
    "udp": ("port",),
    "logfile": ("file",),
}
_MEANINGFUL: Mapping[str, tuple[str, ...]] = {
    "socketcan": ("channel", "listen_only"),
    "slcan": ("channel", "bitrate", "listen_only"),
    "socketcand": ("channel", "host", "port", "listen_only"),
    "virtual": ("channel", "listen_only"),
    "udp_multicast": ("channel", "port", "listen_only"),
    "serial": ("channel", "baud", "gateway"),
    "tcp": ("host", "port", "gateway"),
    "udp": ("host", "port", "group", "bind", "gateway"),
    "logfile": (*_REPLAY, "baud"),
}
_ALL = frozenset(key for keys in _MEANINGFUL.values() for key in keys)


def bus_problems(device: Raw) -> Iterator[Problem]:
    """Everything wrong between a listened-to device's interface and its other keys."""
    interface = device.text("interface") or ""
    if interface not in _MEANINGFUL:
        return
    # the port of a device on the network has a default where the protocol has one
    for key in _NEEDED.get(interface, ()):
        if device.data.get(key) in (None, "") and not (key == "port" and device.text("driver") == "nmea0183"):
            yield Problem(device.at(key), f"is missing: interface '{interface}' needs it")
    meaningful = set(_MEANINGFUL[interface])
    if interface == "logfile" and device.text("driver") in ("can", "j1939"):
        meaningful.add("channel")  # of a log of several buses
    for key in device.data:
        if key in _ALL and key not in meaningful:
            yield Problem(device.at(key), f"says nothing about interface '{interface}'")
    group, card = device.text("group"), device.text("bind")
    if group and not _is_group(group):
        yield Problem(
            device.at("group"), f"must be a multicast group, 224.0.0.0 to 239.255.255.255, not {shown(group)}"
        )
    if card and _address(card) is None:
        yield Problem(device.at("bind"), f"must be the address of a network card, as '10.0.0.5', not {shown(card)}")


def _is_group(text: str) -> bool:
    address = _address(text)
    return address is not None and address.is_multicast


def _address(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except ValueError:
        return None
