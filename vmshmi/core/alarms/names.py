"""The names other worlds have for the state of an alarm: projections of the facts, stored nowhere."""

from enum import Enum

from vmshmi.core.alarms.model import AlarmRecord, AlarmState, Suppression


class IsaState(Enum):
    """ISA-18.2 and IEC 62682."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned_unacknowledged"
    LATCHED_UNACKNOWLEDGED = "latched_unacknowledged"
    LATCHED_ACKNOWLEDGED = "latched_acknowledged"
    SHELVED = "shelved"
    SUPPRESSED_BY_DESIGN = "suppressed_by_design"
    OUT_OF_SERVICE = "out_of_service"


class BridgeState(Enum):
    """Letters of the alert sentence ALF (IEC 61162-1, IEC 62923)."""

    UNACKNOWLEDGED = "V"
    SILENCED = "S"
    ACKNOWLEDGED = "A"
    RECTIFIED = "U"
    NORMAL = "N"


_SUPPRESSED = {
    Suppression.SHELVED: IsaState.SHELVED,
    Suppression.SUPPRESSED_BY_DESIGN: IsaState.SUPPRESSED_BY_DESIGN,
    Suppression.OUT_OF_SERVICE: IsaState.OUT_OF_SERVICE,
}


def isa_state(record: AlarmRecord) -> IsaState:
    """Its state in the words of ISA-18.2; a reason not to announce it comes before everything else."""
    if record.suppression is not None:
        return _SUPPRESSED[record.suppression]
    if record.latched and not record.active:
        return IsaState.LATCHED_ACKNOWLEDGED if record.acknowledged else IsaState.LATCHED_UNACKNOWLEDGED
    match record.state:
        case AlarmState.ACTIVE:
            return IsaState.UNACKNOWLEDGED
        case AlarmState.ACK:
            return IsaState.ACKNOWLEDGED
        case AlarmState.RECTIFIED:
            return IsaState.RETURNED_UNACKNOWLEDGED
        case AlarmState.CLEARED:
            return IsaState.NORMAL


def bridge_state(record: AlarmRecord) -> BridgeState:
    """Its letter for the bridge; what is answered and stands for whatever reason is `A`."""
    match record.state:
        case AlarmState.ACTIVE:
            return BridgeState.UNACKNOWLEDGED if record.silenced_until is None else BridgeState.SILENCED
        case AlarmState.ACK:
            return BridgeState.ACKNOWLEDGED
        case AlarmState.RECTIFIED:
            return BridgeState.RECTIFIED
        case AlarmState.CLEARED:
            return BridgeState.NORMAL
