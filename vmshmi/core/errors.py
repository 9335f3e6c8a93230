"""The family of errors, sorted by who must act.

VmsError
    ConfigurationError   the engineer: a project file or a setting is wrong, found at start, all at once
    DeviceError          nobody at once: it becomes the quality of tags and the state of a device
    CommandRefused       the operator: an acknowledgement or a command was refused, with the reason
    StorageError         becomes a system alarm: something could not be made durable
    StartError           the person who started the program: port in use, folder locked, folder not writable
"""

from vmshmi.core.quality import Quality


class VmsError(Exception):
    """Root of every error this project raises on purpose; its text is one line fit for a person."""


class ConfigurationError(VmsError):
    """What an engineer wrote is wrong.

    Args:
        problems: one line each, `place: message`, all that were found.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class DeviceError(VmsError):
    """A device could not be read; carries the quality its tags get."""

    def __init__(self, message: str, quality: Quality = Quality.BAD_NO_COMMUNICATION) -> None:
        super().__init__(message)
        self.quality = quality


class CommandRefused(VmsError):
    """An operator's action was refused.

    Args:
        reason: machine-readable key, for example `unknown_alarm`, `stale_occurrence`, `not_acknowledgeable`.
        message: the same for a person.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class StorageError(VmsError):
    """Something could not be made durable or read back."""


class StartError(VmsError):
    """The program cannot start as asked; the text says what to do."""
