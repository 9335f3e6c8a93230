"""Engines and gensets on J1939, listened to."""

from collections.abc import Mapping

from vmshmi.config.j1939_devices import J1939Device
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus import UnusableFeed, can_feed, description, load_dbc
from vmshmi.runtime.drivers.description import TagDescription
from vmshmi.runtime.drivers.driver import Driver, DriverContext
from vmshmi.runtime.drivers.j1939.binding import Tags, bind
from vmshmi.runtime.drivers.j1939.database import Database, own_database
from vmshmi.runtime.drivers.j1939.decode import J1939Decoder
from vmshmi.runtime.drivers.j1939.faults import LAMP_STATES, Lamp
from vmshmi.runtime.drivers.listening import ListeningDriver


def build_driver(device: J1939Device, tags: Tags, context: DriverContext) -> Driver:
    """The driver of one device; a tag it can never read is bad, and the others go on."""
    try:
        database = _database(device)
        feed = can_feed(device, device.interface, context)
    except ConfigurationError as error:
        # without the file nothing is sure, but the ship's other devices go on
        database, feed = own_database(), UnusableFeed(device, device.interface, error)
    bindings, problems = bind(database, tags)
    # a replay gives frames other times than the bus did, and waits where history is slow
    timed = device.interface != "logfile" or device.timestamps == "log"
    decoder = J1939Decoder(database, bindings, timed=timed)
    return ListeningDriver(device, "j1939", list(tags), feed, decoder, context, problems)


def binding_problems(device: J1939Device, tags: Tags) -> Mapping[TagId, str]:
    """Tags that can never be read as configured, and why, with what was probably meant."""
    try:
        database = _database(device)
    except ConfigurationError as error:
        return {tag_id: str(error) for tag_id in list(tags)[:1]}  # once is enough
    return bind(database, tags)[1]


def descriptions(device: J1939Device, tags: Tags) -> Mapping[TagId, TagDescription]:
    """Units and states as the database has them; nothing where the customer's cannot be read, which the device says."""
    try:
        database = _database(device)
    except ConfigurationError:
        return {}
    found: dict[TagId, TagDescription] = {}
    for tag_id, (_, source) in tags.items():
        parameter = None if source.spn is None else database.parameter(source.pgn, source.spn)
        if source.field.upper() in Lamp.__members__:
            found[tag_id] = TagDescription(states=LAMP_STATES)
        elif parameter is not None:
            found[tag_id] = description(source, parameter.unit, parameter.texts)
    return found


def _database(device: J1939Device) -> Database:
    """The program's own, with the customer's before it.

    Raises:
        ConfigurationError: when that one cannot be read.
    """
    own = own_database()
    return own.with_messages(load_dbc(device.dbc)) if device.dbc else own
