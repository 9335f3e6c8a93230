"""What can go wrong with one Modbus request; each error carries the quality its tags get.

DeviceError
    LinkLost          the connection is gone: closed, reset
        NotConnected  no connection could be made: refused, no answer, name not found, no such port
    NotSent           connected, but it was too late to send, or not the time
    LinkTimeout       connected, but no valid answer in time
        NeverSilent   and NotSent: no moment to send in
    ProtocolError     an answer that is not an answer to what was asked
    DeviceException   the device answered with a Modbus exception
"""

from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality

ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
_ACKNOWLEDGE = 5
_BUSY = 6
_NOTHING_BEHIND_GATEWAY = (10, 11)

_NAMES = {
    ILLEGAL_FUNCTION: "illegal function",
    ILLEGAL_ADDRESS: "illegal data address",
    ILLEGAL_VALUE: "illegal data value",
    4: "device failure",
    _ACKNOWLEDGE: "acknowledge, still working",
    _BUSY: "device busy",
    7: "negative acknowledge",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target does not answer",
}


class LinkLost(DeviceError):
    """There is no connection to the device."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Quality.BAD_NO_COMMUNICATION)


class NotConnected(LinkLost):
    """No connection could be made."""


class NotSent(DeviceError):
    """There is a connection and nothing was sent over it."""


class LinkTimeout(DeviceError):
    """The device is connected and does not answer in time; `quality` says otherwise where noise came instead."""

    def __init__(self, message: str, quality: Quality = Quality.BAD_TIMEOUT) -> None:
        super().__init__(message, quality)


class NeverSilent(LinkTimeout, NotSent):
    """There was no moment to send in: noise on the line, or somebody else asks on it."""


class ProtocolError(DeviceError):
    """The device answered something else than what was asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Quality.BAD_DECODING_ERROR)


class DeviceException(DeviceError):
    """The device refused the request with a Modbus exception code.

    Args:
        code: exception code of the answer, 0..255.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code} ({_NAMES.get(code, 'unknown')})", _quality(code))
        self.code = code

    @property
    def is_busy(self) -> bool:
        """True when the device will answer later: nothing is wrong yet."""
        return self.code in (_ACKNOWLEDGE, _BUSY)

    @property
    def is_about_range(self) -> bool:
        """True when the device refused the addresses or how many of them: a part of them may still be readable."""
        return self.code in (ILLEGAL_ADDRESS, ILLEGAL_VALUE)

    @property
    def is_silence(self) -> bool:
        """True when a gateway says that nobody answers behind it; that costs as much time as no answer."""
        return self.code in _NOTHING_BEHIND_GATEWAY

    @property
    def is_refusal(self) -> bool:
        """True when it says that the request had no effect; the others leave it open."""
        return self.code in (ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, _BUSY, 7, 10)

    @property
    def is_final(self) -> bool:
        """True when asking the same again at once gives the same answer."""
        return self.code in (ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE)


def _quality(code: int) -> Quality:
    if code in (ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE):
        return Quality.BAD_CONFIGURATION_ERROR
    return Quality.BAD_NO_COMMUNICATION if code in _NOTHING_BEHIND_GATEWAY else Quality.BAD_DEVICE_FAILURE
