"""What a person may do at which station, and what may be changed of a definition while the runtime runs."""

from dataclasses import replace

from vmshmi.core.alarms.events import Acknowledge, PersonEvent, Reset, Revise, Shelve, TakeOutOfService
from vmshmi.core.alarms.model import AlarmDef, Category
from vmshmi.core.alarms.rules import StationRights
from vmshmi.core.alarms.steps import Refusal

_ANSWERS = Acknowledge | Reset | Shelve | TakeOutOfService | Revise


def refused_here(definition: AlarmDef, event: PersonEvent | Revise, rights: StationRights) -> Refusal | None:
    """Why this action is not allowed at this station; None when it is.

    Alarms of category C belong to the engine room: the bridge follows and silences them (MSC.302 6.3), and so does,
    where there is a bridge, who does not say from where. Ending a shelving and bringing back into service are allowed
    everywhere: they only make an alarm heard again.
    """
    if definition.category is not Category.C or not isinstance(event, _ANSWERS):
        return None
    name = definition.message or definition.id
    if not rights.known:
        return Refusal("category_c", f"{name}: is answered in the engine room: say from which station of the project")
    if rights.bridge:
        return Refusal("category_c", f"{name}: is answered in the engine room, the bridge can silence it")
    return None


def refused_visible(user: str, rights: StationRights) -> Refusal | None:
    """Why all that is on the screen cannot be acknowledged at once here; None when it can (MSC.302 9.8, 9.9)."""
    if not user.strip():
        return Refusal("no_user", "an acknowledgement needs a name")
    if rights.bridge or not rights.acknowledge_visible:
        return Refusal("not_allowed_here", "alarms are acknowledged one by one at this station")
    return None


def refused_revision(old: AlarmDef, new: AlarmDef, event: Revise) -> Refusal | None:
    """Why a definition cannot be changed like this while it is at work; None when it can.

    Limit, hysteresis, both delays and the number of the revision may differ, nothing else. `not_revisable` is the key.
    """
    name = old.message or old.id
    if not event.reason.strip():
        return Refusal("no_reason", f"{name}: a changed definition needs a reason")
    same = replace(
        new,
        limit=old.limit,
        hysteresis=old.hysteresis,
        delay_s=old.delay_s,
        off_delay_s=old.off_delay_s,
        revision=old.revision,
    )
    if same != old:
        return Refusal("not_revisable", f"{name}: only limit, hysteresis and delays can be changed while it is at work")
    return None
