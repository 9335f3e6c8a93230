"""History as a file to take home: Arrow as it is read, CSV and Parquet when they are whole."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

from fastapi import Query, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse

from vmshmi.core.values import TagId
from vmshmi.runtime.api.ports import HistoryReader
from vmshmi.runtime.api.problems import Problem
from vmshmi.runtime.historian.arrow import MEDIA_TYPE


class Format(Enum):
    """What history comes as."""

    JSON = "json"
    ARROW = "arrow"
    CSV = "csv"
    PARQUET = "parquet"


FormatQuery = Annotated[
    Format, Query(description="json, or every sample of the period as an Arrow stream, CSV or Parquet, of any length")
]
_MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.PARQUET: "application/vnd.apache.parquet"}


def refuse_thinning(form: Format, **given: object) -> None:
    """A file holds every sample: limits and points are for JSON.

    Raises:
        Problem: 422 when one was given.
    """
    for name, value in given.items():
        if value is not None:
            raise Problem(422, "invalid", f"{name}: is for format=json; format={form.value} gives every sample")


async def download(
    historian: HistoryReader, form: Format, tag_ids: Sequence[TagId], since: datetime | None, until: datetime | None
) -> Response:
    """Every sample of some tags.

    Raises:
        StorageError: if history cannot be read now.
    """
    if form is Format.ARROW:
        pieces = historian.arrow(tag_ids, since, until)
        first = [await anext(pieces), await anext(pieces)]  # so that an error is still an answer
        return StreamingResponse(_rest(first, pieces), media_type=MEDIA_TYPE)
    folder = Path(tempfile.mkdtemp(prefix="vmshmi-download-"))
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    file = folder / f"history.{form.value}"
    try:
        await historian.export(tag_ids, since, until, file)
    except BaseException:  # a request that was given up too: the file must not stay
        await gone()
        raise
    return FileResponse(file, media_type=_MEDIA_TYPES[form], filename=file.name, background=gone)


async def _rest(first: Sequence[bytes], pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for piece in first:
        yield piece
    async for piece in pieces:
        yield piece
