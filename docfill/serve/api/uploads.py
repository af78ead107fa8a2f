"""Files in and out: a body that is streamed to the disk, and a file that a browser saves and never shows."""

from __future__ import annotations

import errno
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from docfill import limits
from docfill.serve.doors import Call, Refusal

_LONGEST_NAME = 1000
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SANDBOX = {"content-security-policy": "default-src 'none'; sandbox"}


async def received(call: Call) -> tuple[str, int, str]:
    """The body of a request, kept as a file: its blob, its size, and the name that the query gives it.

    Refusal (413) where it is over the limit, (507) where the disk is full, (422) without a name or body.
    """
    name = clean(call.query("name"))
    most = limits.current().file
    with call.server.blobs.arriving() as arrival:
        try:
            async for piece in call.request.stream():
                if arrival.size + len(piece) > most:
                    raise Refusal(413, f"{name}：文件过大（超过 {most >> 20} MB）", f"{name}: over {most >> 20} MB")
                arrival.write(piece)
            blob = await run_in_threadpool(arrival.keep)
        except OSError as error:
            if error.errno in _FULL:
                raise Refusal(
                    507, "磁盘已满，没有收下；腾出空间后重试", "the disk is full; make room, try again"
                ) from None
            raise
        return blob, arrival.size, name


def clean(name: str) -> str:
    """A name as it is shown: folders kept, nothing that leads out, no controls; Refusal (422) where nothing is left."""
    parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in ("/", ".", "..")]
    shown = "/".join("".join(c if c.isprintable() else "�" for c in p) for p in parts)[:_LONGEST_NAME]
    if not shown:
        raise Refusal(422, "缺少文件名（name）", "the file has no name")
    return shown


def download(path: Path, name: str) -> Response:
    """A file to be saved under its name, never shown by the browser itself."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"content-disposition": disposition, **_SANDBOX}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)
