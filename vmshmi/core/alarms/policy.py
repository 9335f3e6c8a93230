"""What a person may do at which station."""

from vmshmi.core.alarms.events import Acknowledge, PersonEvent, Reset, Shelve, TakeOutOfService
from vmshmi.core.alarms.machine import Refusal
from vmshmi.core.alarms.model import AlarmDef, Category
from vmshmi.core.alarms.rules import StationRights

_ANSWERS = Acknowledge | Reset | Shelve | TakeOutOfService


def refused_here(definition: AlarmDef, event: PersonEvent, rights: StationRights) -> Refusal | None:
    """Why this action is not allowed at this station; None when it is.

    Alarms of category C belong to the engine room: the bridge follows and silences them (MSC.302 6.3). Ending a
    shelving and bringing back into service are allowed everywhere: they only make an alarm heard again.
    """
    if rights.bridge and definition.category is Category.C and isinstance(event, _ANSWERS):
        name = definition.message or definition.id
        return Refusal("category_c", f"{name}: is answered in the engine room, the bridge can silence it")
    return None


def refused_visible(user: str, rights: StationRights) -> Refusal | None:
    """Why all that is on the screen cannot be acknowledged at once here; None when it can (MSC.302 9.8, 9.9)."""
    if not user.strip():
        return Refusal("no_user", "an acknowledgement needs a name")
    if rights.bridge or not rights.acknowledge_visible:
        return Refusal("not_allowed_here", "alarms are acknowledged one by one at this station")
    return None
