"""Forms over REST."""

from __future__ import annotations

from typing import Any

from docfill.serve.doors import Answer, Call, door

FOR_GOOD = {"cache-control": "private, max-age=31536000, immutable"}


@door("GET", "/api/forms", "列出表单 / list the forms")
def forms(call: Call) -> Any:
    return {"forms": call.server.forms.all()}


@door("GET", "/api/forms/{form}", "一张表和它的各版 / one form with its editions")
def form(call: Call) -> Any:
    return call.server.forms.one(call["form"])


@door("GET", "/api/editions/{edition}", "一版的各项；一版不会再变 / the fields of an edition, which never changes")
def edition(call: Call) -> Answer:
    known = call.server.forms.edition(call["edition"])
    shown = {k: known[k] for k in ("id", "form", "number", "title", "note", "created", "made_by", "fields")}
    return Answer(shown, headers=FOR_GOOD)
