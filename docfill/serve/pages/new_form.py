"""A new form: a blank in, its places proposed, mended by hand, saved as an edition."""

from __future__ import annotations

from starlette.responses import Response

from docfill.serve.doors import Call, Role, door
from docfill.serve.pages.render import render


@door("GET", "/forms/new", "新建表单 / a new form", role=Role.data)
def new_form(call: Call) -> Response:
    return render(call, "new_form.html")
