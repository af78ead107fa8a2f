"""A new form: a blank in, its places proposed, mended by hand, saved as an edition."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from docfill.kinds import KINDS, WRITTEN
from docfill.serve.doors import Call, Role, door
from docfill.serve.pages.render import render


@door(
    "GET", "/forms/new", "新建表单 / a new form", role=Role.data, query={"form": "作为哪张表的新一版 / of which form"}
)
def new_form(call: Call) -> Response:
    form = call.server.forms.one(call.query("form")) if call.query("form") else None
    return render(call, "new_form.html", form=form, drafts=call.server.drafts.all())


@door("GET", "/forms/drafts/{draft}", "没做完的表单 / a draft", role=Role.data)
def draft(call: Call) -> Response:
    known = call.server.drafts.one(call["draft"])
    return render(call, "draft.html", draft=known, kinds=_kinds(), rules=_rules(call, known["form"]))


def _rules(call: Call, form: str) -> str:
    """The rules of the form's latest edition, which a new one begins with."""
    blob = call.server.forms.latest(form)["rules"] if form else ""
    return call.server.blobs.read(blob).decode("utf-8-sig") if blob else ""


def _kinds() -> list[dict[str, Any]]:
    """What a place can be, as people call it."""
    return [
        {
            "name": name,
            "zh": kind.label[0],
            "en": kind.label[1],
            "is_ticked": kind.has_options,
            "is_written": name in WRITTEN,
            "has_unit": kind.has_unit,
            "is_prose": kind.is_prose,
        }
        for name, kind in KINDS.items()
    ]
