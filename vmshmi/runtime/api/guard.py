"""What stands before every request: names, origins, sizes, and the last net under an error.

A browser on the same machine reaches a loopback port, whichever page it shows. So a page of another site must not be
able to acknowledge an alarm (foreign `Origin`), nor to become this site by pointing its own name at 127.0.0.1 (foreign
`Host`).
"""

import ipaddress
import logging
import secrets
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vmshmi.runtime.api.problems import Problem, problem_response

_log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
_SAFE_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]


class Guard:
    """ASGI middleware; refuses before the application sees anything.

    Args:
        app: what is guarded.
        names: host names that are this machine's, beside its addresses and `localhost`.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self._app = app
        self._names = {"localhost", socket.gethostname().lower(), *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check(headers)
        except Problem as problem:
            _log.warning("refused %s: %s", scope["path"][:200], problem.detail)
            await problem.response()(scope, receive, send)
            return
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _check(self, headers: Headers) -> None:
        host = headers.get("host", "")
        name = _name_of(f"//{host}")
        if not (name in self._names or name.endswith(".localhost") or _is_address(name)):
            raise Problem(421, "foreign_host", f"{host[:100]!r} is not a name of this machine; use its IP address")
        origin = headers.get("origin")
        if origin is not None and not _same_site(origin, host):
            raise Problem(403, "foreign_origin", f"pages of {origin[:100]!r} may not use this API")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            raise Problem(403, "foreign_origin", "pages of other sites may not use this API")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            raise _too_large()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0
        started = False

        async def bounded_receive() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise _too_large()
            return message

        async def safe_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *_SAFE_HEADERS]
            await send(message)

        try:
            await self._app(scope, bounded_receive, safe_send)
        except Exception:  # noqa: BLE001 - the edge to other programs: logged whole, the client gets its number
            number = secrets.token_hex(4)
            _log.exception("%s %s failed, error %s", scope["method"], scope["path"], number)
            if not started:
                detail = f"an error in the program, number {number} in its log"
                await problem_response(500, "internal", detail)(scope, receive, safe_send)


def _too_large() -> Problem:
    return Problem(413, "too_large", f"a request has at most {MAX_BODY} bytes")


def _name_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same_site(origin: str, host: str) -> bool:
    """True when a page of this origin came from us: same name and port as the request's own."""
    scheme, _, place = origin.partition("://")
    default_port = {"http": ":80", "https": ":443"}.get(scheme)
    if default_port is None:
        return False
    return place.lower().removesuffix(default_port) == host.lower().removesuffix(default_port)
