"""How long to wait before the next try. Pure; chance is given."""

from collections.abc import Callable

FIRST_S = 0.5
_FACTOR = 2.0
_JITTER = 0.2


class Backoff:
    """Waits that double from 0.5 s to a limit, each 20 % longer or shorter by chance.

    The chance keeps many devices that were lost together from coming back all in the same moment.

    Args:
        maximum_s: longest wait before the chance, seconds.
        chance: gives numbers from 0 to 1.
    """

    def __init__(self, maximum_s: float, chance: Callable[[], float]) -> None:
        self._maximum_s = maximum_s
        self._chance = chance
        self._next_s = min(FIRST_S, maximum_s)

    def next_s(self) -> float:
        """Seconds to wait now."""
        wait_s = self._next_s
        self._next_s = min(self._maximum_s, wait_s * _FACTOR)
        return wait_s * (1.0 + _JITTER * (2.0 * self._chance() - 1.0))

    def reset(self) -> None:
        """Begin again with the shortest; it answered."""
        self._next_s = min(FIRST_S, self._maximum_s)
