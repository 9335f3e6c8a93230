"""Errors as RFC 9457 problem details, in plain words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from vmshmi.core.errors import CommandRefused, StorageError

MEDIA_TYPE = "application/problem+json"
_REFUSED_STATUS = {
    "unknown_alarm": 404,
    "unknown_device": 404,
    "no_user": 422,
    "no_reason": 422,
    "bad_minutes": 422,
    "bad_value": 422,
    "bad_period": 422,
    "not_running": 503,
    "audit": 503,
    "storage": 503,
    "login_required": 401,
    "session_ended": 401,
    "wrong_pin": 401,
    "too_many_attempts": 429,
    "role": 403,
    "station": 403,
    "not_you": 403,
    "not_writable": 403,
    "unknown_tag": 404,
    "unknown_station": 422,
    "not_allowed": 422,
    "out_of_range": 422,
}
_MOST_GUESSED_AT = 100


class Problem(HTTPException):
    """Ends a request with this answer; an HTTPException so that FastAPI lets it pass while it reads a body.

    Args:
        status: HTTP status code.
        reason: machine-readable key, for example `unknown_tag`.
        detail: one line for a person: what, where, what to do.
        errors: each single thing that is wrong, `where` and `message`.
    """

    def __init__(self, status: int, reason: str, detail: str, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(status, detail)
        self.reason = reason
        self.errors = errors

    def response(self) -> Response:
        """As the answer."""
        return problem_response(self.status_code, self.reason, self.detail, errors=self.errors)


def problem_response(
    status: int,
    reason: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says what is wrong.

    Args:
        status: HTTP status code; its phrase becomes the title.
        reason: machine-readable key.
        detail: one line for a person.
        errors: each single thing that is wrong, `where` and `message`.
        headers: further headers.
    """
    body: dict[str, object] = {
        "type": f"urn:vmshmi:problem:{reason}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "reason": reason,
        "detail": detail,
    }
    if errors:
        body["errors"] = [dict(error) for error in errors]
    return Response(json.dumps(body), status, headers, media_type=MEDIA_TYPE)


def unknown(kind: str, wanted: str, known: Iterable[str]) -> Problem:
    """404 for an id that does not exist, with the nearest one that does.

    Args:
        kind: `tag` or `alarm`.
        wanted: the id as asked for.
        known: the ids there are.
    """
    guess = nearest(wanted, known)
    hint = f"; did you mean {guess}?" if guess else ""
    return Problem(404, f"unknown_{kind}", f"there is no {kind} {wanted[:120]!r}{hint}")


def nearest(wanted: str, known: Iterable[str]) -> str | None:
    """The most similar id. Comparing with every one of thousands would hold up the loop, so likely ones only."""
    if len(wanted) > 120:
        return None
    folded = wanted.lower()
    likely = [
        name
        for name in known
        if abs(len(name) - len(wanted)) <= 3 and (name[:2].lower() == folded[:2] or name[-3:].lower() == folded[-3:])
    ]
    by_folded = {name.lower(): name for name in likely[:_MOST_GUESSED_AT]}
    matches = get_close_matches(folded, by_folded, n=1, cutoff=0.7)
    return by_folded[matches[0]] if matches else None


def install(app: FastAPI) -> None:
    """Make every error of this application a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(CommandRefused, _on_refused)
    app.add_exception_handler(StorageError, _on_storage)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)


def _on_problem(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, Problem)
    return error.response()


def _on_refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, CommandRefused)
    return refused_response(error.reason, str(error))


def refused_response(reason: str, message: str) -> Response:
    """The answer to what was refused."""
    status = _REFUSED_STATUS.get(reason, 409)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return problem_response(status, reason, message, headers=headers)


def _on_storage(request: Request, error: Exception) -> Response:
    del request
    return problem_response(503, "storage", str(error))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reason = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    detail = f"{request.method} {request.url.path[:200]}: {error.detail}"
    return problem_response(error.status_code, reason, detail, headers=error.headers)


def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    whole_body = any(e["loc"] == ("body",) and e["type"] != "missing" for e in error.errors())
    if whole_body and content_type != "application/json":
        return problem_response(
            415, "not_json", "send the body as JSON, with the header Content-Type: application/json"
        )
    errors = [_plainly(e["loc"], e["type"], e["msg"]) for e in error.errors()]
    detail = "; ".join(f"{e['where']}: {e['message']}" for e in errors)
    return problem_response(422, "invalid", detail, errors=errors)


def _plainly(loc: Sequence[str | int], kind: str, message: str) -> dict[str, str]:
    """One validation error without the validator's jargon; what was sent is not repeated, it may be a secret."""
    place = [str(part)[:80] for part in loc]
    if kind == "json_invalid":
        return {"where": "body", "message": f"is not JSON, near character {place[-1]}"}
    where = "body" if place == ["body"] else ".".join(place[1:] or place)
    plain = {
        "missing": "is missing",
        "extra_forbidden": "is not a field of this request",
        "model_attributes_type": "must be a JSON object",
        "string_type": "must be a text",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "must be a smaller number",
        "float_type": "must be a number",
        "float_parsing": "must be a number",
    }
    return {"where": where, "message": plain.get(kind) or _in_our_words(message)}


def _in_our_words(message: str) -> str:
    plain = message.removeprefix("Value error, ").replace("Input should", "must").replace("String should", "must")
    return plain[:1].lower() + plain[1:]
