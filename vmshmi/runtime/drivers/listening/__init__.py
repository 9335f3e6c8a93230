"""Devices that speak by themselves: a bus, a line, or the log of one. The only door to pyserial.

A `Feed` brings what was heard, a `Decoder` knows which tags it speaks of, `ListeningDriver` is the driver around both.
`TcpStream`, `UdpStream` and `SerialPort` are feeds of bytes as they come, `LineFeed` makes lines of them.
"""

from vmshmi.runtime.drivers.listening.driver import ListeningDriver
from vmshmi.runtime.drivers.listening.feed import Decoded, Decoder, EndOfLog, Feed, Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.lines import LineFeed
from vmshmi.runtime.drivers.listening.replay import ReplayFeed
from vmshmi.runtime.drivers.listening.serial_port import SerialPort
from vmshmi.runtime.drivers.listening.streams import TcpStream, UdpStream

__all__ = [
    "Decoded",
    "Decoder",
    "EndOfLog",
    "Feed",
    "Heard",
    "LineFeed",
    "ListeningDriver",
    "NeedsPerson",
    "ReplayFeed",
    "SerialPort",
    "TcpStream",
    "UdpStream",
]
