"""Commands to machinery: one way in, whoever asks."""

from vmshmi.runtime.commands.gateway import CommandGateway

__all__ = ["CommandGateway"]
