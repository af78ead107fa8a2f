"""Documents as pages over REST: what a return looks like, and its pictures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import PurePosixPath
from typing import Any

from starlette.responses import Response

from docfill.serve import viewing
from docfill.serve.api.returns import ONE
from docfill.serve.doors import Call, Refusal, door, not_there


@door(
    "GET",
    f"{ONE}/view",
    "这份表的样子（HTML 与样式），每个字归哪一项，疑点在哪里 / how the return looks, and whose each character is",
)
def view(call: Call) -> Any:
    known, blob = _file(call)
    reading = call.server.returns.reading(known["id"])
    edition = call.server.forms.for_work(known["edition"])
    address = call.request.url.path + "/pictures"
    told = [{k: p[k] for k in ("id", "code", "found", "expected", "place")} for p in reading["problems"]]
    key = (address, blob, edition.id, call.lang, *(p["id"] for p in told))
    return _KEPT.get(
        key,
        lambda: call.server.desk.call(
            viewing.returned, *(_blobs(call), blob, _name(known), edition, told, address, call.lang)
        ),
    )


class _Kept:
    """The documents that were drawn last; a page asks for the next one ahead."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._drawn: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], Any]) -> Any:
        """What was drawn under a key, or is drawn now."""
        with self._lock:
            if key in self._drawn:
                self._drawn.move_to_end(key)
                return self._drawn[key]
        drawn = draw()
        with self._lock:
            self._drawn[key] = drawn
            while len(self._drawn) > self._most:
                self._drawn.popitem(last=False)
        return drawn


_KEPT = _Kept(64)


@door("GET", f"{ONE}/view/pictures/{{picture}}", "其中的一张图片，已重新编码 / a picture in it, drawn anew")
def picture(call: Call) -> Response:
    known, blob = _file(call)
    drawn = call.server.desk.call(viewing.picture, _blobs(call), blob, _name(known), call["picture"])
    if drawn is None:
        raise not_there("没有这张图片，或不能显示", "there is no such picture, or it cannot be shown")
    return Response(drawn.data, media_type=drawn.media_type, headers={"cache-control": "private, max-age=86400"})


def _file(call: Call) -> tuple[Any, str]:
    """A return, and the .docx that was read of it."""
    known = call.server.returns.one(call["return_id"], call["collection"])
    if not known["blob"]:
        raise Refusal(404, "这个文件没有能取出来", "this file could not be taken out")
    read = call.server.returns.reading(known["id"])["machine"].get("docx")
    return known, read or known["blob"]


def _name(known: Any) -> str:
    return PurePosixPath(known["name"]).name


def _blobs(call: Call) -> str:
    return str(call.server.blobs.folder.resolve())
