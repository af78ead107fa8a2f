"""The pages of forms: all of them, one with its editions and fields."""

from __future__ import annotations

from starlette.responses import Response

from docfill.serve.doors import Call, door
from docfill.serve.pages.render import render


@door("GET", "/forms", "表单 / the forms")
def forms(call: Call) -> Response:
    return render(call, "forms.html", forms=call.server.forms.all())
