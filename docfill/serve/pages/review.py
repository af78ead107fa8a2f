"""The review of a return: the document beside its fields."""

from __future__ import annotations

from starlette.responses import Response

from docfill.serve import drawings
from docfill.serve.doors import Call, door
from docfill.serve.pages.render import render


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
    drawings.of(call.server, known, call.lang)  # drawn, where it is not yet, while the page is on the way
    return render(call, "review.html", known=known, collection=collection)
