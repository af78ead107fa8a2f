"""Our own style sheets, modules and pictures, under an address that changes with them.

`/static/<edition>/page.js`: a browser keeps what it has been given and asks for none of it again, until a docfill
with other files says another edition.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib import resources
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
DOCUMENT = "document.css"
"""The rules that all drawn documents share, which the engine has beside its drawing."""
_DRAWING = Path(str(resources.files("docfill.view")))


class Assets(StaticFiles):
    """The files, each of them for good under the edition's address, and otherwise only until it is asked for again."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if path != DOCUMENT:
            return super().lookup_path(path)
        return str(_DRAWING / DOCUMENT), (_DRAWING / DOCUMENT).stat()

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        is_current = scope["path_params"].get("edition") == edition()
        answer.headers["cache-control"] = "public, max-age=31536000, immutable" if is_current else "no-cache"
        return answer


@cache
def edition() -> str:
    """What tells these files from those of another docfill."""
    digest = hashlib.sha256((_DRAWING / DOCUMENT).read_bytes())
    for path in sorted(p for p in FOLDER.rglob("*") if p.is_file()):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Where a file is to be had."""
    return f"/static/{edition()}/{name}"
