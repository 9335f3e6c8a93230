"""Questions that are not understood are refused: a typing mistake must not be taken for silence."""

from collections.abc import Collection

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from vmshmi.runtime.api.problems import Problem, nearest


async def only_known_parameters(request: Request) -> None:
    """Refuse what the endpoint does not ask for; a dependency of every route."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    refuse_unknown_parameters(request, {field.alias for field in route.dependant.query_params})


def refuse_unknown_parameters(connection: HTTPConnection, known: Collection[str]) -> None:
    """Compare what is asked with what there is to be asked.

    Raises:
        Problem: 422 when a parameter is not known, or is given twice.
    """
    errors: list[dict[str, str]] = []
    given = connection.query_params
    for name in dict.fromkeys(given):
        if name not in known:
            errors.append({"where": name[:80], "message": f"is not a parameter of this request{_hint(name, known)}"})
        elif len(given.getlist(name)) > 1:
            errors.append({"where": name[:80], "message": "is given more than once"})
    if errors:
        detail = "; ".join(f"{error['where']}: {error['message']}" for error in errors[:5])
        raise Problem(422, "invalid", detail, errors[:20])


def _hint(name: str, known: Collection[str]) -> str:
    if not known:
        return ", which has none"
    guess = nearest(name, known)
    return f"; did you mean {guess}?" if guess else f"; there are {', '.join(sorted(known))}"
