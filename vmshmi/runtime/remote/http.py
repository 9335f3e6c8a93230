"""Requests to the API; its problems come back as the errors of this program."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import httpx

from vmshmi.core.clock import to_iso
from vmshmi.core.errors import CommandRefused, StartError, StorageError
from vmshmi.runtime.remote.decode import PeerError, Row, row_of

TIMEOUT_S = 5.0
FILE_TIMEOUT_S = 600.0
"""A year of samples takes the other side minutes to write before the first byte comes."""
MAX_ROWS = 100_000
"""The API's own limit of one answer."""

Params = Mapping[str, str | int]
Body = Mapping[str, str | int | float | Sequence[Mapping[str, str | int]]]


def base_url(url: str) -> str:
    """The address of a runtime, checked.

    Raises:
        StartError: with how to write it.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise StartError(f"--connect {url}: {error}; write it as http://HOST:8765") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise StartError(f"--connect {url}: not the address of a runtime; write it as http://HOST:8765")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise StartError(f"--connect {url}: give scheme, host and port only, as http://HOST:8765")
    return f"{parts.scheme}://{parts.netloc}"


class ApiClient:
    """JSON over HTTP, in the loop that made it.

    Args:
        base: address as `base_url` gives it.
        station: who asks; for the other side's log.
    """

    def __init__(self, base: str, station: str) -> None:
        self.base = base
        self._client = httpx.AsyncClient(
            base_url=base,
            timeout=TIMEOUT_S,
            trust_env=False,  # a proxy of the office is not on the ship's network
            headers={"User-Agent": _agent(station)},
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def get(
        self, path: str, params: Params | None = None, timeout_s: float = TIMEOUT_S, *, token: str = ""
    ) -> object:
        """What the API answers; `token` is of a login.

        Raises:
            httpx.HTTPError: no answer.
            PeerError: an answer that is no JSON.
            CommandRefused, StorageError, KeyError: what the problem says.
        """
        return _answer(
            await self._client.get(path, params=dict(params or {}), timeout=timeout_s, headers=_bearer(token))
        )

    async def read(self, path: str, params: Params | None = None, timeout_s: float = TIMEOUT_S) -> object:
        """As `get`, of something that is stored there.

        Raises:
            StorageError: if it cannot be read now.
            KeyError: no such tag.
        """
        try:
            return await self.get(path, params, timeout_s)
        except (httpx.HTTPError, PeerError, CommandRefused) as error:
            raise StorageError(f"{self.base}: {one_line(error)}") from error

    async def fetch(self, path: str, params: Params, file: Path) -> None:
        """Carry an answer of any length into a file, which is there whole or not at all.

        Raises:
            StorageError: if there is no answer or the file cannot be written.
            KeyError: no such tag.
        """
        draft = file.with_name(f".{file.name}.tmp")
        try:
            with draft.open("wb") as target:
                request = self._client.stream("GET", path, params=dict(params), timeout=FILE_TIMEOUT_S)
                async with request as response:
                    if response.status_code >= 400:
                        await response.aread()
                        _raise_problem(response)
                    async for part in response.aiter_bytes():
                        target.write(part)
            draft.replace(file)
        except (httpx.HTTPError, PeerError, CommandRefused) as error:
            raise StorageError(f"{self.base}: {one_line(error)}") from error
        except OSError as error:
            raise StorageError(f"{file}: {error.strerror or error}") from error
        finally:
            draft.unlink(missing_ok=True)

    async def post(self, path: str, body: Body, timeout_s: float = TIMEOUT_S, *, token: str = "") -> object:
        """As `get`."""
        return _answer(await self._client.post(path, json=dict(body), timeout=timeout_s, headers=_bearer(token)))


def period(since: datetime | None, until: datetime | None) -> dict[str, str | int]:
    """The parameters of a period; an open end is none."""
    named = {"since": since, "until": until}
    return {name: to_iso(moment) for name, moment in named.items() if moment is not None}


def one_line(error: BaseException) -> str:
    """What an error says, or its name when it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _agent(station: str) -> str:
    """A header holds printable ASCII and does not end with a space."""
    name = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in station)
    return f"vmshmi station {name}".strip()


def _answer(response: httpx.Response) -> object:
    if response.status_code >= 400:
        _raise_problem(response)
    if response.status_code == 204:
        return None
    try:
        return json.loads(response.content)
    except ValueError as error:
        raise PeerError(f"{response.url} answers something that is no JSON: is it a vmshmi runtime?") from error


def _raise_problem(response: httpx.Response) -> NoReturn:
    """Say the problem in this program's errors.

    Raises:
        KeyError: no such tag.
        StorageError: 503.
        CommandRefused: any other refusal in the 400s.
        PeerError: an error of the other side.
    """
    problem: Row = {}
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        problem = row_of(json.loads(response.content))
    reason = str(problem.get("reason", f"http_{response.status_code}"))
    detail = str(problem.get("detail", f"{response.url} answers {response.status_code} {response.reason_phrase}"))
    if reason == "unknown_tag":
        raise KeyError(detail)
    if response.status_code == 503:
        raise StorageError(detail)
    if response.status_code < 500 and problem:
        raise CommandRefused(reason, detail)
    raise PeerError(detail)
