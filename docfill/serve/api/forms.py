"""Forms over REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docfill.kinds import WRITTEN
from docfill.serve.doors import Answer, Call, Refusal, door


@dataclass(frozen=True, slots=True)
class Written:
    """A text as somebody wrote it at a field."""

    path: str
    text: str


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


@door(
    "POST",
    "/api/editions/{edition}/meaning",
    "一段文字填在这一项，读作什么 / what a text means at a field",
    takes=Written,
    gives={
        200: "值，或最可能的值 / the value, or what it nearly certainly is",
        422: "这一项不是写的 / not a written field",
    },
)
def meaning(call: Call, given: Written) -> Any:
    """`value` is what the text says (itself where it says nothing), `suggested` what it nearly certainly means."""
    fields = call.server.forms.edition(call["edition"])["fields"]
    field = next((f for f in fields if f["path"] == given.path), None)
    kind = WRITTEN.get(field["kind"]) if field else None
    if field is None or kind is None:
        raise Refusal(422, f"“{given.path}”不是写文字的一项", f'"{given.path}" is no field that is written')
    reading = kind.parse(given.text, field["unit"] or None)
    return {"value": reading.value, "suggested": reading.suggested, "is_read": not reading.problem}
