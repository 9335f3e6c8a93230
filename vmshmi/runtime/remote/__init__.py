"""The ports of `vmshmi.core.ports` over HTTP and one WebSocket: a screen fed by a runtime elsewhere."""

from vmshmi.runtime.remote.feed import FeedTiming
from vmshmi.runtime.remote.remote_runtime import RemoteRuntime

__all__ = ["FeedTiming", "RemoteRuntime"]
