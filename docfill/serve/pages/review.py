"""The review of a return: the document beside its fields."""

from __future__ import annotations

from starlette.responses import Response

from docfill.serve.api.views import draw_ahead
from docfill.serve.doors import Call, Role, door
from docfill.serve.pages.render import render
from docfill.view import base_css


@door("GET", "/document.css", "所有文档共用的样式 / the rules that all drawn documents share", role=Role.nobody)
def document_css(call: Call) -> Response:
    return Response(base_css(), media_type="text/css", headers={"cache-control": "no-cache"})


@door("GET", "/collections/{collection}/returns/{return_id}", "核对一份表 / the review of a return")
def review(call: Call) -> Response:
    known = call.server.returns.one(call["return_id"], call["collection"])
    collection = call.server.collections.one(call["collection"])
    draw_ahead(call, known)
    return render(call, "review.html", known=known, collection=collection)
