"""The ports of `vmshmi.core.ports` over HTTP and one WebSocket: a screen fed by a runtime elsewhere."""
