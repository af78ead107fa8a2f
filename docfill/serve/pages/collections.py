"""The pages of collections: all of them, one's list, what came in, who must hand in, what goes out, its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from docfill.serve.api import collections as api
from docfill.serve.doors import Call, Refusal, Role, door
from docfill.serve.pages.render import render


@dataclass(frozen=True, slots=True)
class NewCollection:
    """What the page of a new collection sends."""

    title: str
    form: str
    due: str = ""
    roster: str = ""


@door("GET", "/", "收表任务 / the collections")
def home(call: Call) -> Response:
    return render(call, "home.html", collections=call.server.collections.all())


@door("GET", "/collections/new", "新建收表任务 / a new collection", role=Role.official)
def new(call: Call) -> Response:
    return _new(call, NewCollection("", call.query("form")), None)


def _new(call: Call, given: NewCollection, wrong: Refusal | None) -> Response:
    status = wrong.status if wrong else 200
    return render(call, "new_collection.html", status, forms=call.server.forms.all(), given=given, wrong=wrong)


@door("POST", "/collections/new", "新建收表任务 / start a collection", role=Role.official, takes=NewCollection)
def start(call: Call, given: NewCollection) -> Response:
    try:
        names = [line for line in given.roster.splitlines() if line.strip()]
        made = api.begin(call, api.NewCollection(given.title, given.form, due=given.due, roster=names))
    except Refusal as error:
        return _new(call, given, error)
    return RedirectResponse(f"/collections/{made}/in", 303)


@door("GET", "/collections/{collection}", "交回的表 / the returns of a collection")
def listed(call: Call) -> Response:
    return _page(call, "returns.html", "list")


@door("GET", "/collections/{collection}/in", "投入文件，每个文件的去向 / dropping files, and what became of each")
def dropped(call: Call) -> Response:
    return _page(call, "intake.html", "in")


@door("GET", "/collections/{collection}/roster", "应交名单 / who must hand in")
def roster(call: Call) -> Response:
    names = call.server.collections.roster(call["collection"])
    return _page(call, "roster.html", "roster", names=names, standing=api.standing_of_roster(call, call["collection"]))


@door("GET", "/collections/{collection}/out", "汇总与发回 / handing over and sending back")
def out(call: Call) -> Response:
    return _page(call, "out.html", "out")


@door("GET", "/collections/{collection}/settings", "设置 / settings")
def settings(call: Call) -> Response:
    known = call.server.collections.one(call["collection"])
    form = call.server.forms.one(known["form_id"])
    return _page(
        call, "settings.html", "settings", editions=form["editions"], notes=call.server.users.notes(known["id"])
    )


def _page(call: Call, template: str, tab: str, **shown: Any) -> Response:
    known = call.server.collections.one(call["collection"])
    edition = call.server.forms.edition(known["edition"])
    progress = api.progress_of(call, known["id"])
    return render(call, template, collection=known, fields=edition["fields"], progress=progress, tab=tab, **shown)
