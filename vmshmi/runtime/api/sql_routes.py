"""The SQL console: recorded history asked by an engineer, read only."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from vmshmi.core.access import Role
from vmshmi.core.errors import ConfigurationError
from vmshmi.runtime.api.claims import BEARER, require_role
from vmshmi.runtime.api.encode import dumps
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem
from vmshmi.runtime.api.schemas import PrintableText, ProblemOut
from vmshmi.runtime.api.turns import json_response


class SqlRequest(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    sql: Annotated[str, Field(min_length=1, max_length=20_000)]
    """One SELECT over `history`, `history_1m`, `history_10m` and `history_1h`."""
    user: PrintableText = ""
    """Who asks, where there are no accounts."""


class SqlOut(BaseModel):
    """An answer; times are ISO 8601 UTC."""

    columns: list[str]
    types: list[str]
    rows: list[list[str | int | float | bool | None]]
    is_whole: bool
    took_ms: float


class SqlRoutes:
    """POST of a question.

    Args:
        runtime: whose history.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(tags=["history"])
        problems: dict[int | str, dict[str, object]] = {status: {"model": ProblemOut} for status in (401, 403, 503)}
        router.add_api_route(
            "/sql", self.ask, methods=["POST"], dependencies=[BEARER], responses={200: {"model": SqlOut}, **problems}
        )
        return router

    async def ask(self, request: Request, question: SqlRequest) -> Response:
        """Ask recorded history in SQL; for engineers. At most 10 s, 512 MB and 10,000 rows."""
        await require_role(self._runtime.access, request, Role.ENGINEER, question.user)
        try:
            answer = await self._runtime.historian.sql(question.sql)
        except ConfigurationError as error:
            raise Problem(422, "sql", str(error)) from error
        return json_response(dumps(asdict(answer)))
