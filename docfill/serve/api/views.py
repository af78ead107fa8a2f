"""Documents as pages over REST: what a return, a blank or a sample looks like, and the pictures in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from starlette.responses import Response

from docfill.serve import drawings, viewing
from docfill.serve.api import drafts
from docfill.serve.api.returns import ONE
from docfill.serve.doors import Call, Refusal, Role, door, not_there


@door(
    "GET",
    f"{ONE}/view",
    "这份表的样子（HTML 与样式），每个字归哪一项，疑点在哪里 / how the return looks, and whose each character is",
)
def view(call: Call) -> Response:
    known, _ = _file(call)
    return Response(drawings.of(call.server, known, call.lang).get(), media_type="application/json")


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
    return known, drawings.file_of(call.server, known)


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
