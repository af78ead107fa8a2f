"""Doors: a door is a route with who may use it, the shape of what it takes, and a sentence that says what it does.

@door("POST", "/api/collections", "新建收表任务 / start a collection", role=Role.official, takes=NewCollection)
def start(call: Call, given: NewCollection) -> dict: ...

From the doors come the routes, the checks before each, and the OpenAPI document: nothing is declared twice.  A
plain function runs in a thread and may wait for the database; an `async` one (uploads, events) must not.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from docfill.problems import DocfillError, Language

if TYPE_CHECKING:
    from docfill.serve.server import Server


class Role(IntEnum):
    """Who may: each may what those before may."""

    nobody = 0
    """Whoever comes, without a name."""
    reader = 1
    """Looks at everything, changes nothing."""
    official = 2
    """Collects, corrects, sends back, hands over."""
    data = 3
    """Makes forms and mends them, deletes collections."""


@dataclass(frozen=True, slots=True)
class User:
    """Who is calling.

    Attributes:
        name: what the audit trail and corrections say.
        role: what they may.
        csrf: what a page sends back with every change; "" for a program with a token, which needs none.
        session: the session's name in the database, or "".
    """

    name: str
    role: Role
    csrf: str = ""
    session: str = ""


class Refusal(DocfillError):
    """What a door answers instead: an HTTP status, and why in both languages.

    Args:
        status: the HTTP status.
        zh: the reason in Chinese.
        en: the reason in English.
        more: what a program may want to know besides.
    """

    def __init__(self, status: int, zh: str, en: str, **more: Any) -> None:
        super().__init__(zh, en)
        self.status, self.more = status, more


def not_there(zh: str = "没有这个页面，或已删除", en: str = "there is no such thing, or it was deleted") -> Refusal:
    """404."""
    return Refusal(404, zh, en)


@dataclass(slots=True)
class Call:
    """One request, past its door.

    Attributes:
        request: as Starlette has it.
        server: what it is asked of.
        user: who asks.
    """

    request: Request
    server: Server
    user: User

    def __getitem__(self, name: str) -> str:
        """A part of the address that varies, by name."""
        return str(self.request.path_params[name])

    @property
    def lang(self) -> Language:
        """The language of the answer: what the page was switched to, else what the browser or program asks for."""
        chosen = self.request.query_params.get("lang") or self.request.cookies.get("lang", "")
        if chosen in ("zh", "en"):
            return "en" if chosen == "en" else "zh"
        wanted = self.request.headers.get("accept-language", "")
        return "en" if wanted.lower().startswith("en") else "zh"

    def say(self, zh: str, en: str) -> str:
        """The sentence in the language of the answer."""
        return en if self.lang == "en" else zh

    def query(self, name: str, default: str = "") -> str:
        """A part of the query, by name."""
        return str(self.request.query_params.get(name, default))


@dataclass(frozen=True, slots=True)
class Door:
    """See the module.

    Attributes:
        method: GET, POST, PUT, PATCH or DELETE.
        path: the address, with what varies in braces.
        does: what it does, Chinese / English.
        role: who may at least.
        takes: a dataclass, the shape of the JSON or of the page's form that is sent; None where nothing is.
        accepts: the media type of a body that is no JSON, "" if there is none.
        gives: the answers by status, each with a sentence.
        query: what the query may hold, each with a sentence.
        handler: what answers.
    """

    method: str
    path: str
    does: str
    role: Role
    takes: type | None
    accepts: str
    gives: Mapping[int, str]
    query: Mapping[str, str]
    handler: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        """Whether programs use it, too."""
        return self.path.startswith("/api/")

    @property
    def is_async(self) -> bool:
        """Whether it runs in the event loop."""
        return inspect.iscoroutinefunction(self.handler)


DOORS: list[Door] = []
"""All doors, in the order in which they are tried."""


def door(
    method: str,
    path: str,
    does: str,
    *,
    role: Role = Role.reader,
    takes: type | None = None,
    accepts: str = "",
    gives: Mapping[int, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes a function a door; see `Door`."""

    def made(handler: Callable[..., Any]) -> Callable[..., Any]:
        answers = gives or {200: "好 / fine"}
        DOORS.append(Door(method, path, does, role, takes, accepts, answers, query or {}, handler))
        return handler

    return made


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON with a status other than 200, or with headers."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
