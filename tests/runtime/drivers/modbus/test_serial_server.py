"""RTU against a unit that other people wrote: every function that reads and writes."""

from time import monotonic

import pytest

from tests.support.modbus_driver import PATIENT_S, a_source, a_tag, an_rtu_device, registers, running, until
from tests.support.modbus_serial_server import SerialServer
from vmshmi.core.devices import DeviceState
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId


@pytest.mark.parametrize("multiple", [False, True], ids=["single", "multiple"])
async def test_every_function_is_understood_by_a_foreign_unit(multiple: bool) -> None:
    tags = (
        registers(60)
        | a_tag("input", a_source("input", 7))
        | a_tag("coil", a_source("coil", 3), TagKind.DIGITAL)
        | a_tag("discrete", a_source("discrete", 4), TagKind.DIGITAL)
        | a_tag("long", a_source(address=70, type="uint32", word_order="little"), TagKind.COUNTER)
        | a_tag("power", a_source(address=72, type="float32"))
        | a_tag("bit", a_source(address=80, bit=9), TagKind.DIGITAL)
    )
    with SerialServer() as server:
        device = an_rtu_device(server.channel, timeout_s=PATIENT_S, write_multiple=multiple)
        async with running(device, tags) as (driver, received):
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
            assert [received.value(f"r{n}") for n in range(60)] == [float(n) for n in range(60)]
            assert (received.value("input"), received.value("long")) == (7.0, (71 << 16) + 70)
            for name, value in (("r5", 1234), ("coil", True), ("long", 70_000), ("power", 55.5), ("bit", True)):
                await driver.write(TagId(name), value, monotonic() + 5)
                await until(lambda: received.value(name) == value, f"{name} read back")  # noqa: B023
            assert received.reasons() == {""}
            assert dict(driver.status().counters)["writes"] == 5
