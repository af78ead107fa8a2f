"""Documents as pages over REST: what a return, a blank or a sample looks like, and the pictures in them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from starlette.responses import Response

from docfill.serve import viewing
from docfill.serve.api import drafts
from docfill.serve.api.returns import ONE
from docfill.serve.database import Row
from docfill.serve.doors import Call, Refusal, Role, door, not_there


@door(
    "GET",
    f"{ONE}/view",
    "这份表的样子（HTML 与样式），每个字归哪一项，疑点在哪里 / how the return looks, and whose each character is",
)
def view(call: Call) -> Any:
    return drawing(call, *_file(call)).result()


def drawing(call: Call, known: Row, blob: str) -> Future[Any]:
    """A return as it is drawn, or was: what its page will ask for."""
    reading = call.server.returns.reading(known["id"])
    edition = call.server.forms.for_work(known["edition"])
    address = f"/api/collections/{known['collection']}/returns/{known['id']}/view/pictures"
    told = [{k: p[k] for k in ("id", "code", "found", "expected", "place")} for p in reading["problems"]]
    key = (address, blob, edition.id, call.lang, *(p["id"] for p in told))
    given = (_blobs(call), blob, _name(known), edition, told, address, call.lang)
    return _KEPT.get(key, lambda: call.server.desk.call(viewing.returned, *given))


def draw_ahead(call: Call, known: Row) -> None:
    """Has a return drawn while its page is on the way; whoever asks for it then waits for the same drawing."""
    if known["state"] == "read":
        drawing(call, known, blob_of(call, known))


class Kept:
    """The documents that were drawn last, or are being drawn: a page, and the one before it, ask for the same ahead."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._drawn: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], Any]) -> Future[Any]:
        """What is drawn under a key; it is begun where nobody has, and again where it failed."""
        with self._lock:
            known = self._drawn.get(key)
            if known is not None and not (known.done() and known.exception()):
                self._drawn.move_to_end(key)
                return known
            drawn = self._drawn[key] = Future[Any]()
            while len(self._drawn) > self._most:
                self._drawn.popitem(last=False)
        threading.Thread(target=_draw, args=(drawn, draw), daemon=True).start()
        return drawn


def _draw(drawn: Future[Any], draw: Callable[[], Any]) -> None:
    try:
        drawn.set_result(draw())
    except Exception as error:
        drawn.set_exception(error)


_KEPT = Kept(64)


@door("GET", f"{ONE}/view/pictures/{{picture}}", "其中的一张图片，已重新编码 / a picture in it, drawn anew")
def picture(call: Call) -> Response:
    known, blob = _file(call)
    return _picture(call, blob, _name(known))


def _picture(call: Call, blob: str, name: str) -> Response:
    drawn = call.server.desk.call(viewing.picture, _blobs(call), blob, name, call["picture"])
    if drawn is None:
        raise not_there("没有这张图片，或不能显示", "there is no such picture, or it cannot be shown")
    return Response(drawn.data, media_type=drawn.media_type, headers={"cache-control": "private, max-age=86400"})


def _file(call: Call) -> tuple[Any, str]:
    """A return, and the .docx that was read of it."""
    known = call.server.returns.one(call["return_id"], call["collection"])
    if not known["blob"]:
        raise Refusal(404, "这个文件没有能取出来", "this file could not be taken out")
    return known, blob_of(call, known)


def blob_of(call: Call, known: Row) -> str:
    """The .docx that was read of a return: the file itself, or what it was converted to."""
    read: str | None = call.server.returns.reading(known["id"])["machine"].get("docx")
    return read or str(known["blob"])


def _name(known: Any) -> str:
    return PurePosixPath(known["name"]).name


def _blobs(call: Call) -> str:
    return str(call.server.blobs.folder.resolve())


@dataclass(frozen=True, slots=True)
class Rules:
    """The text of the rules beside a template."""

    rules: str = ""


@door(
    "GET",
    "/api/drafts/{draft}/view",
    "空白表的样子，标出各填写处 / how the blank looks, its places marked",
    role=Role.data,
)
def draft_view(call: Call) -> Any:
    known = drafts.one(call)
    address = call.request.url.path + "/pictures"
    return call.server.desk.call(
        viewing.blank, *(_blobs(call), known["blank"], known["title"], known["places"], address, call.lang)
    )


@door(
    "GET", "/api/drafts/{draft}/view/pictures/{picture}", "空白表里的一张图片 / a picture in the blank", role=Role.data
)
def draft_picture(call: Call) -> Response:
    known = call.server.drafts.one(call["draft"])
    return _picture(call, known["blank"], known["title"])


@door(
    "POST",
    "/api/drafts/{draft}/trial",
    "用一条样例试填再读回，看规则怎么说 / filled with a sample and read again, and what the rules say",
    role=Role.data,
    takes=Rules,
)
def trial(call: Call, given: Rules) -> Any:
    known = drafts.one(call)
    return call.server.desk.call(
        viewing.trial, *(_blobs(call), known["template"], known["title"], given.rules, call.lang)
    )
