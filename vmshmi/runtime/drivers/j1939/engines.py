"""Who is at which address. Pure; learns from address claims that others make."""

from vmshmi.runtime.drivers.j1939.binding import Engine
from vmshmi.runtime.drivers.j1939.ids import NO_ADDRESS, NameTest


class Engines:
    """The NAME of each address, as far as it was heard.

    Attributes:
        claims: address claims heard.
    """

    def __init__(self) -> None:
        self.claims = 0
        self._name_at: dict[int, int] = {}

    def claimed(self, address: int, name: int) -> bool:
        """Hear a claim; True when something has changed."""
        self.claims += 1
        if self._name_at.get(address) == name:
            return False
        self._name_at = {at: known for at, known in self._name_at.items() if known != name}
        if address < NO_ADDRESS:
            self._name_at[address] = name
        return True

    def is_at(self, engine: Engine, address: int) -> bool:
        """Whether what comes from this address is that engine's.

        One that is known by its NAME is at the address it has claimed. Before any claim of it was heard it is at the
        address the project names, unless another has claimed that one. Two that fit are nobody: which is meant?
        """
        test = engine.name
        if test is None:
            return engine.source is None or engine.source == address
        found = self._addresses(test)
        if found:
            return found == [address]
        return engine.source == address and address not in self._name_at

    def _addresses(self, test: NameTest) -> list[int]:
        return [address for address, name in self._name_at.items() if test(name)]
