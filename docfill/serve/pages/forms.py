"""The pages of forms: all of them, one with its editions and fields."""

from __future__ import annotations

from starlette.responses import Response

from docfill.serve.doors import Call, door
from docfill.serve.pages.render import render


@door("GET", "/forms", "表单 / the forms")
def forms(call: Call) -> Response:
    return render(call, "forms.html", forms=call.server.forms.all())


@door("GET", "/forms/{form}", "一张表：各项、各版 / one form: its fields and editions")
def form(call: Call) -> Response:
    known = call.server.forms.one(call["form"])
    edition = call.server.forms.edition(known["editions"][0]["id"])
    return render(call, "form.html", form=known, edition=edition)
