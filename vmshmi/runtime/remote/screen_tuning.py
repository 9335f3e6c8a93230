"""`core.ports.TuningPort` over HTTP."""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote

import httpx

from vmshmi.core.alarms.revision import DefinitionChange, Revision
from vmshmi.core.alarms.whatif import WhatIf
from vmshmi.core.clock import to_iso
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.remote import decode_tuning
from vmshmi.runtime.remote.decode import PeerError, row_of, rows_of, understood
from vmshmi.runtime.remote.http import TIMEOUT_S, ApiClient, one_line

WHAT_IF_TIMEOUT_S = 120.0
"""A month of a fast tag takes ten seconds, a year minutes: then the command line is the place to ask."""


class RemoteTuning:
    """What if and revisions.

    Args:
        api: asked for each question.
        is_connected: nothing is asked while it says no.
        token_of: the login of a person, empty without one.
    """

    def __init__(self, api: ApiClient, is_connected: Callable[[], bool], token_of: Callable[[str], str]) -> None:
        self._api = api
        self._is_connected = is_connected
        self._token_of = token_of

    async def what_if(self, alarm_id: str, change: DefinitionChange, since: datetime, until: datetime) -> WhatIf:
        """Replay a period with other numbers.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
            StorageError: if its history cannot be read now.
        """
        body = {**_numbers(change), "since": to_iso(since), "until": to_iso(until)}
        answer = await self._post(alarm_id, "whatif", body, WHAT_IF_TIMEOUT_S)
        return understood(lambda: decode_tuning.what_if(row_of(answer)))

    async def revise(self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str) -> Revision:
        """Let an alarm go on with other numbers.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
        """
        body = {**_numbers(change), "user": user, "reason": reason, "station": station}
        answer = await self._post(alarm_id, "revise", body, token=self._token_of(user))
        return understood(lambda: decode_tuning.revision(row_of(answer)))

    async def revisions(self, alarm_id: str) -> Sequence[Revision]:
        """Of one alarm, newest first.

        Raises:
            StorageError: if they cannot be read now.
        """
        answer = await self._api.read(f"/alarms/{quote(alarm_id, safe='')}/revisions")
        return understood(lambda: [decode_tuning.revision(row) for row in rows_of(answer)])

    async def _post(
        self,
        alarm_id: str,
        action: str,
        body: dict[str, str | float],
        timeout_s: float = TIMEOUT_S,
        *,
        token: str = "",
    ) -> object:
        if not self._is_connected():
            raise CommandRefused("not_connected", f"the runtime at {self._api.base} does not answer")
        path = f"/alarms/{quote(alarm_id, safe='')}/{action}"
        try:
            return await self._api.post(path, body, timeout_s, token=token)
        except (httpx.HTTPError, PeerError) as error:
            raise CommandRefused("not_connected", f"no answer from {self._api.base}: {one_line(error)}") from error


def _numbers(change: DefinitionChange) -> dict[str, str | float]:
    named = {"limit": change.limit, "hysteresis": change.hysteresis, "delay_s": change.delay_s}
    return {name: value for name, value in named.items() if value is not None}
