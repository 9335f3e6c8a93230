"""The addresses of a device that was configured by name."""

import asyncio
import ipaddress
import socket

from vmshmi.runtime.drivers.modbus.errors import NotConnected


class Resolver:
    """Looks a host name up, one lookup at a time.

    A lookup runs in a thread that nobody can stop. When a name server hangs, each further try waits for the same lookup
    instead of taking another thread, so that one device without a name server takes one thread and not all of them.

    Args:
        host: name or number.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._is_number = _is_number(host)
        self._lookup: asyncio.Task[list[str]] | None = None

    async def addresses(self) -> list[str]:
        """The numeric addresses of the host in the order to try them; IPv4 first, because machinery networks speak it.

        Raises:
            NotConnected: if the name is not known, or `close` ended the lookup.
        """
        if self._is_number:
            return [self._host]
        lookup = self._lookup
        if lookup is None:
            lookup = self._lookup = asyncio.create_task(self._look_up(), name=f"lookup:{self._host}")
        try:
            found = await asyncio.shield(lookup)
        except asyncio.CancelledError:
            if lookup.cancelled():  # by close, not the caller's own end
                raise NotConnected("the device was stopped") from None
            raise
        self._lookup = None
        if not found:
            raise NotConnected(f"host name {self._host} is not known")
        return found

    def close(self) -> None:
        """Wait for no lookup any more."""
        if self._lookup is not None:
            self._lookup.cancel()
            self._lookup = None

    async def _look_up(self) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self._host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # UnicodeError: no resolver takes such a name
            return []
        found.sort(key=lambda entry: entry[0] is not socket.AF_INET)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
