"""Files in and out: a body that is streamed to the disk, and a file that a browser saves and never shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from docfill import limits
from docfill.serve.blobs import Arrival
from docfill.serve.doors import Call, Refusal

_LONGEST_NAME = 1000
_SANDBOX = {"content-security-policy": "default-src 'none'; sandbox"}


async def received(call: Call) -> tuple[str, int, str]:
    """The body of a request, kept as a file: its blob, its size, and the name that the query gives it.

    Refusal (413) where it is over the limit, (507) where the disk is full, (422) without a name.
    """
    name = clean(call.query("name"))
    with call.server.blobs.arriving() as arrival:
        await _stream(call, arrival, name)
        blob = await run_in_threadpool(arrival.keep)
        return blob, arrival.size, name


@asynccontextmanager
async def passing(call: Call, name: str) -> AsyncIterator[str]:
    """The body of a request as a file that is gone at the end of the block; its path."""
    with call.server.blobs.arriving() as arrival:
        await _stream(call, arrival, name)
        arrival.flush()
        yield str(arrival.path)


async def _stream(call: Call, arrival: Arrival, name: str) -> None:
    most = limits.current().file
    async for piece in call.request.stream():
        if arrival.size + len(piece) > most:
            raise Refusal(413, f"{name}：文件过大（超过 {most >> 20} MB）", f"{name}: over {most >> 20} MB")
        arrival.write(piece)


def clean(name: str) -> str:
    """A name as it is shown: folders kept, nothing that leads out, no controls; Refusal (422) where nothing is left."""
    parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in ("/", ".", "..")]
    shown = "/".join("".join(c if c.isprintable() else "�" for c in p) for p in parts)[:_LONGEST_NAME]
    if not shown:
        raise Refusal(422, "缺少文件名（name）", "the file has no name")
    return shown


def download(path: Path, name: str) -> Response:
    """A file to be saved under its name, never shown by the browser itself."""
    return FileResponse(path, media_type="application/octet-stream", headers=_saved_as(name))


def attached(data: bytes, name: str) -> Response:
    """The same of bytes."""
    return Response(data, media_type="application/octet-stream", headers=_saved_as(name))


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", **_SANDBOX}
