"""The addresses of a device that was configured by name."""

import asyncio
import ipaddress
import socket


class Resolver:
    """Looks a host name up, one lookup at a time.

    A lookup runs in a thread that nobody can stop. When a name server hangs, each further try waits for the same lookup
    instead of taking another thread, so that one device without a name server takes one thread and not all of them.

    Args:
        host: name or number.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self._is_number = _is_number(host)
        self._lookup: asyncio.Future[list[str]] | None = None

    async def addresses(self) -> list[str]:
        """The numeric addresses of the host in the order to try them; none when the name is not known.

        IPv4 comes first, because machinery networks speak it.
        """
        if self._is_number:
            return [self.host]
        if self._lookup is None:
            self._lookup = asyncio.get_running_loop().run_in_executor(None, _look_up, self.host)
        found = await asyncio.shield(self._lookup)
        self._lookup = None
        return found


def _look_up(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
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
