"""What a person sees who looks for a sensor: every register that is read, and what it is taken for."""

from tests.support.modbus_driver import PATIENT_S, a_device, a_source, a_tag, running, until
from tests.support.modbus_server import ServerProcess
from vmshmi.core.devices import DeviceState, MonitorLine
from vmshmi.core.tags import TagKind

_TAGS = (
    a_tag("press", a_source(address=100, scale=0.01), unit="bar")
    | a_tag("energy", a_source(address=102, type="uint32"), TagKind.COUNTER, unit="kWh")
    | a_tag("low", a_source(address=104, bit=3), TagKind.DIGITAL)
    | a_tag("high", a_source(address=104, bit=4), TagKind.DIGITAL)
    | a_tag("temp", a_source(address=105, sentinels=(0xFFFF,)), unit="°C")
    | a_tag("run", a_source("coil", 3), TagKind.DIGITAL)
    | a_tag("hole", a_source("input", 9))
)


async def test_every_register_is_told_with_its_words_and_its_meaning_while_somebody_listens() -> None:
    memory = [(1, "holding", 100, [412, 77, 1, 2, 0b1000, 0xFFFF]), (1, "coil", 3, [True])]
    heard: list[MonitorLine] = []
    with ServerProcess(memory) as server:
        async with running(a_device(server.port, timeout_s=PATIENT_S), _TAGS) as (driver, received):
            await until(lambda: driver.status().state is DeviceState.DEGRADED, "all but the hole")
            end = driver.monitor(heard.extend)
            other: list[MonitorLine] = []
            end_other = driver.monitor(other.extend)
            await until(lambda: len({line.key for line in heard}) >= 7, "all registers")
            end()
            end()
            told, so_far = len(heard), len(received.all)
            await until(lambda: len(received.all) > so_far + 20, "some more polls")
            end_other()
        assert len(heard) == told
        assert len(other) > told
    latest = {line.key: (line.raw, line.meaning) for line in heard}
    assert latest == {
        "unit 1 coil 3": ("1", "run = True"),
        "unit 1 holding 100": ("019c", "press = 4.12 bar"),
        "unit 1 holding 101": ("004d", ""),
        "unit 1 holding 102": ("0001 0002", "energy = 65538 kWh"),
        "unit 1 holding 104": ("0008", "high bit 4 = False, low bit 3 = True"),
        "unit 1 holding 105": ("ffff", "temp = BadNotConnected"),
        "unit 1 input 9": ("", "exception 2 (illegal data address)"),
    }
