"""Which request writes a tag. Pure; sends nothing."""

from vmshmi.core.tags import TagKind
from vmshmi.core.values import Scalar
from vmshmi.runtime.drivers.modbus.convert import sentinels_of
from vmshmi.runtime.drivers.modbus.encode import encode, encode_bit, raw_of
from vmshmi.runtime.drivers.modbus.plan import Binding
from vmshmi.runtime.drivers.modbus.wire import Request, write_bit, write_coil, write_registers

_READ_ONLY = {"input": "input registers", "discrete": "discrete inputs"}


def write_request(binding: Binding, value: Scalar, *, multiple: bool) -> Request:
    """The one request that brings a value to where a tag is read.

    A bit of a register is set in the device itself (function 22): to read the register, change it and write it back
    could undo what somebody else has written meanwhile (decision 33).

    Args:
        binding: where the tag is.
        value: engineering value.
        multiple: write single coils and registers with the functions for several.

    Raises:
        ValueError: if the place cannot be written or does not hold the value, with what fits.
    """
    source, unit = binding.source, binding.unit
    if source.table in _READ_ONLY:
        raise ValueError(f"{_READ_ONLY[source.table]} cannot be written")
    if source.table == "coil":
        return write_coil(unit, source.address, on=encode_bit(value), multiple=multiple)
    if source.bit is not None:
        return write_bit(unit, source.address, source.bit, on=encode_bit(value))
    if binding.definition.kind is TagKind.DIGITAL:
        # it is read as `not 0`, whatever its scale
        return write_registers(unit, source.address, raw_of(source, int(encode_bit(value))), multiple=multiple)
    words = encode(source, value)
    if source.sentinels and words in [raw_of(source, sentinel) for sentinel in sentinels_of(source)]:
        raise ValueError(f"{value!r} is written as what means 'not available'")
    return write_registers(unit, source.address, words, multiple=multiple)
