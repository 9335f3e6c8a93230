"""The driver against a server of other people's code in another process."""

from tests.support.modbus_driver import a_device, a_source, a_tag, registers, running, until
from tests.support.modbus_server import ServerProcess
from vmshmi.core.devices import DeviceState
from vmshmi.core.tags import TagKind


async def test_registers_and_coils_arrive_as_good_values() -> None:
    tags = {
        **a_tag("press", a_source(address=0, scale=0.01)),
        **a_tag("temp", a_source("input", 7, type="int16", scale=0.1)),
        **a_tag("energy", a_source(address=4, type="uint32"), TagKind.COUNTER),
        **a_tag("run", a_source("coil", 10), TagKind.DIGITAL),
        **a_tag("door", a_source("discrete", 3), TagKind.DIGITAL),
        **a_tag("other", a_source(address=0, unit=9)),
    }
    writes = [
        (1, "holding", 0, [412, 0, 0, 0, 1, 2]),
        (1, "input", 7, [0xFFFB]),
        (1, "coil", 10, [True]),
        (1, "discrete", 3, [False]),
        (9, "holding", 0, [77]),
    ]
    with ServerProcess(writes) as server:
        async with running(a_device(server.port), tags) as (driver, received):
            await until(lambda: len(received.latest) == len(tags), "all tags")
            assert received.reasons() == {""}
            assert {name: received.value(name) for name in tags} == {
                "press": 4.12,
                "temp": -0.5,
                "energy": 65538,
                "run": True,
                "door": False,
                "other": 77.0,
            }
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")


async def test_a_change_of_a_register_arrives() -> None:
    with ServerProcess([(1, "holding", 0, [1, 2])]) as server:
        async with running(a_device(server.port), registers(2)) as (_, received):
            await until(lambda: received.value("r1") == 2, "the first value")
            await server.put_async([(1, "holding", 1, [99])])
            await until(lambda: received.value("r1") == 99, "the new value")


async def test_the_servers_death_marks_its_tags_bad_and_its_return_heals_them() -> None:
    with ServerProcess([(1, "holding", 0, [1, 2])]) as server:
        async with running(a_device(server.port), registers(2)) as (driver, received):
            await until(lambda: received.value("r0") == 1, "the first value")
            server.kill()
            await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags")
            assert driver.status().state is DeviceState.BACKOFF
            # a poll may have been under way when it died: then the first word is another
            await until(lambda: driver.status().last_error == "connection refused", "the reason")
            with ServerProcess([(1, "holding", 0, [3, 4])], port=server.port):
                await until(lambda: received.value("r0") == 3, "the value after the return")
                await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
