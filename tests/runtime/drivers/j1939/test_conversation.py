"""Two controllers of can-j1939 talk on a bus; we only listen."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import j1939

from tests.support.j1939 import tag
from tests.support.running_driver import running
from tests.support.waiting import until
from vmshmi.config.j1939_devices import J1939Device
from vmshmi.core.tags import TagKind
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.j1939 import build_driver

CHANNEL = "conversation"
LONG = 61184
"""Proprietary A: to one receiver. In the DBC below, SPN 7000 lies in its last bytes."""
DBC = """VERSION ""
NS_ :
BS_:
BU_: X
BO_ 2565800190 Proprietary: 100 X
 SG_ Last : 784|16@1+ (1,0) [0|0] "" X
BA_DEF_ SG_  "SPN" INT 0 524287;
BA_DEF_ BO_  "VFrameFormat" ENUM  "StandardCAN","ExtendedCAN","reserved","J1939PG";
BA_DEF_DEF_  "SPN" 0;
BA_DEF_DEF_  "VFrameFormat" "J1939PG";
BA_ "VFrameFormat" BO_ 2565800190 3;
BA_ "SPN" SG_ 2565800190 Last 7000;
"""


@contextlib.contextmanager
def controller(identity: int, address: int) -> Iterator[j1939.ControllerApplication]:
    ecu = j1939.ElectronicControlUnit()
    ecu.connect(interface="virtual", channel=CHANNEL)
    name = j1939.Name(
        arbitrary_address_capable=1, industry_group=4, function=0, manufacturer_code=666, identity_number=identity
    )
    application = j1939.ControllerApplication(name, address)
    ecu.add_ca(controller_application=application)
    try:
        yield application
    finally:
        application.stop()
        ecu.disconnect()
        ecu.stop()


async def test_claims_conflicts_and_long_messages_of_others_are_followed(tmp_path: Path) -> None:
    dbc = tmp_path / "own.dbc"
    dbc.write_text(DBC)
    tags = {
        **tag("weak", pgn=65262, spn=110, name={"identity": 9, "manufacturer": 666}),
        **tag("strong", pgn=65262, spn=110, name={"identity": 1, "manufacturer": 666}),
        **tag("last", pgn=LONG, spn=7000),
        **tag("faults", TagKind.TEXT, pgn=65226, field="faults"),
    }
    device = J1939Device(
        id="eng", driver="j1939", interface="virtual", channel=CHANNEL, dbc=str(dbc), silent_after_s=20
    )
    it = build_driver(device, tags, DriverContext(SystemClock()))
    claimed = j1939.ControllerApplication.State.NORMAL
    with controller(9, 48) as weak, controller(1, 48) as strong:
        async with running(it) as kept:
            await until(lambda: dict(it.status().counters)["connects"] == 1, 15)
            weak.start()
            await until(lambda: weak.state == claimed, 15)
            strong.start()
            await until(lambda: strong.state == claimed and weak.state == claimed and weak.device_address != 48, 15)
            # both speak of their coolant, each from its address
            for each, celsius in ((weak, 60), (strong, 80)):
                each.send_pgn(0, 0xFE, 0xEE, 6, [celsius + 40, *[255] * 7])
            await until(lambda: bool(kept.good("weak")) and bool(kept.good("strong")), 15)
            payload = [*([0] * 98), 0x39, 0x30]
            strong.send_pgn(0, 0xEF, weak.device_address, 6, payload)
            await until(lambda: bool(kept.good("last")), 15)
            dm1 = [0x04, 0xFF, 100, 0, 1, 3, 110, 0, 0, 1]
            strong.send_pgn(0, 0xFE, 0xCA, 6, dm1)
            await until(lambda: bool(kept.good("faults")), 15)
            counters = dict(it.status().counters)
    assert kept.good("weak") == [60.0]
    assert kept.good("strong") == [80.0]
    assert kept.good("last") == [12345.0]
    assert str(kept.good("faults")[0]).startswith("SPN 100 Engine Oil Pressure: data valid, below the normal range")
    assert counters["address_claims"] >= 3
    assert counters["long_messages"] == 2
    assert counters["long_messages_dropped"] == counters["decode_errors"] == 0
