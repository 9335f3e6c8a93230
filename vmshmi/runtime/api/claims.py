"""Who stands behind a request."""

import ipaddress

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from vmshmi.core.access import Person, Role
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.access import Access, Claim

BEARER = Depends(HTTPBearer(scheme_name="login", description="Token of POST /login", auto_error=False))
"""For the description of the API: a route that looks at the token of a login. `claim_of` is what reads it."""
_PROXIED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def claim_of(request: Request, user: str = "") -> Claim:
    """What a request says of who sends it.

    Args:
        request: `Authorization: Bearer TOKEN` of a login, and where it comes from.
        user: the name in its body or question.

    Raises:
        CommandRefused: `session_ended` for another scheme than Bearer.
    """
    header = request.headers.get("authorization")
    if header is None:
        return Claim(user, None, _is_here(request))
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise CommandRefused("session_ended", "send the token of POST /login as: Authorization: Bearer TOKEN")
    return Claim(user, token.strip(), _is_here(request))


async def answering(access: Access, request: Request, user: str, station: str | None) -> str:
    """In whose name a request answers an alarm; it is never refused for want of a login."""
    try:
        claim = claim_of(request, user)
    except CommandRefused:
        claim = Claim(user)
    return await access.answering(claim, station)


async def require_role(access: Access, request: Request, role: Role, user: str = "") -> Person:
    """Whoever sends this, when they have this role or a higher one.

    Raises:
        CommandRefused: becomes 401 or 403.
        StorageError: becomes 503; when the accounts cannot be read.
    """
    return await access.require(claim_of(request, user), role)


def _is_here(request: Request) -> bool:
    """True for the runtime's own computer; a proxy on it speaks for others, and says so."""
    if request.client is None or any(name in request.headers for name in _PROXIED):
        return False
    try:
        return ipaddress.ip_address(request.client.host.partition("%")[0]).is_loopback
    except ValueError:
        return False
