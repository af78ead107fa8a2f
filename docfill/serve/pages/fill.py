"""Filling in a browser, and the applicant's door."""

from __future__ import annotations

from starlette.responses import Response

from docfill.serve.doors import Call, Role, door, not_there
from docfill.serve.pages.render import render


@door("GET", "/fill", "批量填表 / filling a form from a workbook", role=Role.official)
def fill(call: Call) -> Response:
    return render(call, "fill.html", forms=call.server.forms.all(), chosen=call.query("form"))


@door("GET", "/check", "填表人自查 / the applicant's check", role=Role.nobody)
def check(call: Call) -> Response:
    if not call.server.settings.is_public:
        raise not_there("这里没有开放自查", "this check is not open")
    return render(call, "check.html", forms=call.server.forms.all())
