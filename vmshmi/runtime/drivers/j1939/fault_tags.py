"""What the tags of an engine's active faults say. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.drivers.j1939.binding import COUNT, LIST, FaultBinding
from vmshmi.runtime.drivers.j1939.convert import code_quality, state
from vmshmi.runtime.drivers.j1939.database import Database
from vmshmi.runtime.drivers.j1939.engines import Engines
from vmshmi.runtime.drivers.j1939.faults import LAMP_STATES, ActiveFaults, Lamp, fault_text, read_faults

_SAID_AGAIN = timedelta(seconds=5)
"""An engine with faults says them every second; one that was not heard for so long counts no more among several."""
_LAMP_BITS = 2


class FaultTags:
    """Remembers what each engine has said last, because a tag may speak of all of them.

    Args:
        database: texts.
        bindings: the tags.
        engines: who is where.

    Attributes:
        decode_errors: messages that were too short, or ended within a fault.
    """

    def __init__(self, database: Database, bindings: Sequence[FaultBinding], engines: Engines) -> None:
        self.decode_errors = 0
        self._database = database
        self._bindings = bindings
        self._engines = engines
        self._said: dict[int, tuple[datetime, ActiveFaults]] = {}

    def decode(self, stamp: datetime, source: int, data: bytes) -> Iterator[tuple[TagId, TagValue]]:
        """What this message of an engine changes."""
        said = read_faults(data)
        if said is None:
            self.decode_errors += 1
        else:
            self._said[source] = (stamp, said)
        for binding in self._bindings:
            if not self._engines.is_at(binding.engine, source):
                continue
            if said is None:
                yield binding.tag_id, TagValue(None, Quality.BAD_DECODING_ERROR, stamp)
            else:
                value, quality, raw = self._value(binding, self._heard(stamp, binding))
                yield binding.tag_id, TagValue(value, quality, stamp, raw)

    def _heard(self, stamp: datetime, binding: FaultBinding) -> dict[int, ActiveFaults]:
        """What the engines the tag speaks of say, by address."""
        return {
            source: said
            for source, (at, said) in sorted(self._said.items())
            if abs(stamp - at) <= _SAID_AGAIN and self._engines.is_at(binding.engine, source)
        }

    def _value(
        self, binding: FaultBinding, heard: dict[int, ActiveFaults]
    ) -> tuple[Scalar | None, Quality, Scalar | None]:
        faults = [fault for said in heard.values() for fault in said.faults]
        match binding.field:
            case "":
                active = any(fault.spn == binding.spn and binding.fmi in (None, fault.fmi) for fault in faults)
                return active, Quality.GOOD, active
            case "count" if binding.field == COUNT:
                count = len(faults)
                return state(binding.definition, count, str(count)), Quality.GOOD, count
            case "faults" if binding.field == LIST:
                return self._text(heard), Quality.GOOD, None
            case _:
                return self._lamp(binding, heard)

    def _text(self, heard: dict[int, ActiveFaults]) -> str:
        if len(heard) == 1:
            return fault_text(next(iter(heard.values())).faults, self._database)
        return (
            "; ".join(
                f"from {source}: {fault_text(said.faults, self._database)}"
                for source, said in heard.items()
                if said.faults
            )
            or "none"
        )

    @staticmethod
    def _lamp(binding: FaultBinding, heard: dict[int, ActiveFaults]) -> tuple[Scalar | None, Quality, Scalar | None]:
        """On where one engine says so; what is said about the lamp itself only where none says anything better."""
        lamp = Lamp[binding.field.upper()]
        codes = [said.lamp(lamp) for said in heard.values()]
        raw = min(codes, key=(1, 0, 2, 3).index)
        quality = code_quality(_LAMP_BITS, raw)
        if quality.is_bad:
            return None, quality, raw
        if binding.definition.kind is TagKind.TEXT:
            return LAMP_STATES[raw], quality, raw
        return state(binding.definition, raw, ""), quality, raw
