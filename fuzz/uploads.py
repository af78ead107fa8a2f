"""The doors of `docfill serve` in this process, asked as browsers and worse do: any heads, queries and bodies."""

from __future__ import annotations

import asyncio
import atexit
import dataclasses
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from docfill.serve import doors
from docfill.serve.app import application
from docfill.serve.auth import COOKIE, digest
from docfill.serve.server import Server, Settings
from fuzz.choices import Choices

_TYPES = (
    *(
        "application/json",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "",
        "text/plain; charset=甲",
    ),
    *("multipart/form-data; boundary=b", "multipart/form-data", 'multipart/form-data; boundary="', "application/json;"),
)
_WORDS = (
    *("甲", "", "1", "-1", "small.docx", "a.zip", "../../x", "信.eml", "true", "shanghai", "\0", "\ud800", "x" * 300),
    *("{封面.集群名称}", '{"申请": {"申请人": "丙"}}', "[[[[", "%00", "a\r\nb: c", "9" * 30, "NaN"),
)
_LEFT_OUT = ("/events", "/login", "/logout", "/end")
"""What never ends, is slow on purpose, or ends the session."""


class _Desk:
    """Does at once what a server has other processes do."""

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        return function(*given)

    def close(self) -> None:
        pass


@cache
def _served() -> tuple[Any, Server, str, str]:
    """The application, its server, a session's cookie and what a page sends back with it."""
    folder = tempfile.mkdtemp(prefix="docfill-fuzz-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = Server(Settings(Path(folder)), is_working=False)
    server.desk.close()
    server.desk = _Desk()  # type: ignore[assignment]
    cookie = server.guard.start(server.guard.start_token) or ""
    user = server.users.of_session(digest(cookie), server.guard.lasts)
    assert user is not None
    return application(server), server, cookie, user.csrf


@cache
def _thread() -> ThreadPoolExecutor:
    """A thread without an event loop; in this one, a browser of the tests may have left its own."""
    return ThreadPoolExecutor(1)


def asked(choices: Choices, contents: Sequence[bytes]) -> int:
    """The status of the answer to a request; what the server did not expect is raised.

    Args:
        choices: which request it is.
        contents: files that may be sent.
    """
    app, server, cookie, csrf = _served()
    door = choices.one_of([d for d in doors.DOORS if not d.path.endswith(_LEFT_OUT)])
    media = choices.one_of(_TYPES)
    body = _body(door, media, choices, contents)
    path = "/".join(_identifier(step, server, choices) for step in door.path.split("/"))
    query = {name: choices.one_of(_WORDS) for name in door.query if choices.below(2)}
    heads = {
        "host": "127.0.0.1:8765",
        "cookie": f"{COOKIE}={cookie}",
        "x-csrf": csrf,
        "content-type": media,
        "accept-language": choices.one_of(("zh", "en", "")),
    }
    if choices.below(4) == 0:
        heads["content-length"] = choices.one_of((str(len(body)), "0", "99999999999"))
    answered = _answered(app, door.method, path, urlencode(query, errors="replace"), heads, body)
    status = _thread().submit(copy_context().run, asyncio.run, answered).result()
    arriving = [*(server.blobs.folder / "arriving").iterdir()]
    if arriving:
        raise AssertionError(f"left: {arriving}")
    return status


async def _answered(app: Any, method: str, path: str, query: str, heads: dict[str, str], body: bytes) -> int:
    pieces = [body[:7], body[7:]]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode("latin-1", "replace"),
        "headers": [(k.encode(), v.encode("utf-8", "replace")) for k, v in heads.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8765),
        "state": {},
    }
    await app(scope, receive, send)
    if len(statuses) != 1 or statuses[0] >= 500:
        raise AssertionError(f"{method} {path} answered {statuses}")
    return statuses[0]


def _identifier(step: str, server: Server, choices: Choices) -> str:
    if not step.startswith("{"):
        return step
    known = {
        "{form}": [f["id"] for f in server.forms.all()],
        "{edition}": [f["edition"] for f in server.forms.all()],
        "{collection}": [c["id"] for c in server.collections.all()],
        "{draft}": [d["id"] for d in server.drafts.all()],
    }.get(step, [])
    return str(choices.one_of([*known[-3:], "0", "a", "9" * 40]))


def _body(door: doors.Door, media: str, choices: Choices, contents: Sequence[bytes]) -> bytes:
    if door.takes is None:
        return choices.one_of(contents) if choices.below(4) else choices.rest()
    value = _value(door.takes, choices)
    if media.startswith("multipart"):
        return b"".join(_part(name, said, choices) for name, said in _pairs(value)) + choices.one_of(
            (b"--b--\r\n", b"")
        )
    if media.startswith("application/x-www"):
        return urlencode(_pairs(value), errors="replace").encode()
    made = json.dumps(value).encode()
    cut = choices.below(1 + len(made)) if choices.below(8) == 0 else len(made)
    return made[:cut]


def _pairs(value: Any) -> list[tuple[str, str]]:
    return [(str(k), str(v)) for k, v in value.items()] if isinstance(value, dict) else [("a", str(value))]


def _part(name: str, said: str, choices: Choices) -> bytes:
    file = choices.one_of(("", '; filename="a"', "; filename", '; filename="\r\n"'))
    end = choices.one_of(("\r\n", "\n"))
    heads = f'Content-Disposition: form-data; name="{name}"{file}{end}{choices.one_of(("", f"Content-Type: x{end}"))}'
    return f"--b{end}{heads}{end}{said}{end}".encode("utf-8", "replace")


def _value(kind: Any, choices: Choices) -> Any:
    """A value of a door's shape, or nearly."""
    if dataclasses.is_dataclass(kind) and choices.below(12):
        return {f.name: _value(f.type, choices) for f in dataclasses.fields(kind) if choices.below(8)}
    kinds = (str, int, bool, list, dict, None, float)
    taken = (
        choices.one_of(kinds)
        if choices.below(4) == 0
        else next((k for k in kinds if k and k.__name__ in str(kind)), str)
    )
    if taken is dict:
        return {choices.one_of(_WORDS): choices.one_of(_WORDS)}
    if taken is list:
        return [choices.one_of(_WORDS) for _ in range(choices.below(3))]
    return {str: choices.one_of(_WORDS), int: choices.below(300), bool: True, float: 1.5, None: None}[taken]
