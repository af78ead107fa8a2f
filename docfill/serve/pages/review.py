"""The review of a return: the document beside its fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from docfill.problems import DocfillError
from docfill.serve import drawings
from docfill.serve.api.returns import state_of
from docfill.serve.doors import Call, door
from docfill.serve.pages.render import render, with_data


@door(
    "GET",
    "/collections/{collection}/returns/{return_id}",
    "核对一份表；没有读出的说明原因 / the review of a return, or why there is none",
)
def review(call: Call) -> Response:
    known = call.server.returns.one(call["return_id"], call["collection"])
    collection = call.server.collections.one(call["collection"])
    if known["state"] != "read":
        return render(call, "unread.html", known=known, collection=collection)
    call.server.looked()
    drawn = drawings.of(call.server, known, call.lang)
    state = {"state": state_of(call, known), "next": call.server.returns.following(collection["id"], known["id"])}
    page = render(call, "review.html", known=known, collection=collection, is_drawn=drawn.is_there)
    return with_data(page, {"known": _dumped(state), "drawn": _shown(drawn.get)})


def _dumped(value: Any) -> Callable[[], bytes]:
    return lambda: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _shown(drawn: Callable[[], bytes]) -> Callable[[], bytes]:
    """The return as it is drawn, once it is; or why it cannot be: what was read of it is shown all the same."""

    def shown() -> bytes:
        try:
            return drawn()
        except DocfillError as error:
            return _dumped({"zh": error.zh, "en": error.en})()

    return shown
