"""Devices that speak by themselves: a bus, a line, or the log of one. The only door to pyserial.

A `Feed` brings what was heard, a `Decoder` knows which tags it speaks of, `ListeningDriver` is the driver around both.
"""

from vmshmi.runtime.drivers.listening.driver import ListeningDriver
from vmshmi.runtime.drivers.listening.feed import Decoded, Decoder, EndOfLog, Feed, Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.replay import ReplayFeed

__all__ = ["Decoded", "Decoder", "EndOfLog", "Feed", "Heard", "ListeningDriver", "NeedsPerson", "ReplayFeed"]
