"""The pages of collections: all of them, one's list, what came in, who must hand in, what goes out, its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from docfill.serve import summary, viewing
from docfill.serve.api import collections as api
from docfill.serve.doors import Call, Refusal, Role, door
from docfill.serve.ids import now
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
    edition = call.server.collections.one(call["collection"])["edition"]
    call.server.desk.expect(viewing.ready, call.server.forms.for_work(edition))
    return _page(call, "returns.html", "list")


@door("GET", "/collections/{collection}/in", "投入文件，每个文件的去向 / dropping files, and what became of each")
def dropped(call: Call) -> Response:
    return _page(call, "intake.html", "in")


@door("GET", "/collections/{collection}/roster", "应交名单 / who must hand in")
def roster(call: Call) -> Response:
    names = call.server.collections.roster(call["collection"])
    return _page(call, "roster.html", "roster", names=names, standing=api.standing_of_roster(call, call["collection"]))


@dataclass(frozen=True, slots=True)
class Roster:
    """Names, one a line; of a line copied from a spreadsheet, the first cell."""

    names: str


@door("POST", "/collections/{collection}/roster", "保存名单 / save the roster", role=Role.official, takes=Roster)
def save_roster(call: Call, given: Roster) -> Response:
    api.set_roster(call, api.Roster([line.partition("\t")[0] for line in given.names.splitlines()]))
    return RedirectResponse(f"/collections/{call['collection']}/roster", 303)


@door("GET", "/collections/{collection}/out", "汇总与发回 / handing over and sending back")
def out(call: Call) -> Response:
    return _page(call, "out.html", "out")


@door("GET", "/collections/{collection}/summary", "一页汇总，可打印 / the summary on one page, to be printed")
def summed_up(call: Call) -> Response:
    known = call.server.collections.one(call["collection"])
    fields = call.server.forms.edition(known["edition"])["fields"]
    asked = call.request.query_params.getlist("path") or summary.suggested(fields, known["shown"])
    return _page(
        call,
        "summary.html",
        "out",
        figures=summary.figures(call.server, known, fields, asked),
        asked=asked,
        countable=summary.countable(fields),
        standing=api.standing_of_roster(call, known["id"]),
        names=call.server.collections.roster(known["id"]),
        unread=sum(r["state"] == "refused" and not r["beside"] for r in call.server.returns.listed(known["id"])),
        at=now(),
    )


@door("GET", "/collections/{collection}/settings", "设置 / settings")
def settings(call: Call) -> Response:
    known = call.server.collections.one(call["collection"])
    form = call.server.forms.one(known["form_id"])
    return _page(
        call, "settings.html", "settings", editions=form["editions"], notes=call.server.users.notes(known["id"])
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page of settings sends."""

    title: str
    due: str
    key_path: str
    edition: str


@door("POST", "/collections/{collection}/settings", "保存设置 / save the settings", role=Role.official, takes=Settings)
def save_settings(call: Call, given: Settings) -> Response:
    api.change(call, api.Changes(given.title, given.due, given.key_path, None, given.edition))
    return RedirectResponse(f"/collections/{call['collection']}", 303)


@dataclass(frozen=True, slots=True)
class Deletion:
    """The title, typed once more."""

    title: str


@door("POST", "/collections/{collection}/delete", "删除任务 / delete the collection", role=Role.data, takes=Deletion)
def delete(call: Call, given: Deletion) -> Response:
    if given.title.strip() != call.server.collections.one(call["collection"])["title"]:
        raise Refusal(422, "输入的名称与任务名称不同，没有删除", "that is not the title; nothing was deleted")
    api.delete(call)
    return RedirectResponse("/", 303)


def _page(call: Call, template: str, tab: str, **shown: Any) -> Response:
    known = call.server.collections.one(call["collection"])
    edition = call.server.forms.edition(known["edition"])
    progress = api.progress_of(call, known["id"])
    return render(call, template, collection=known, fields=edition["fields"], progress=progress, tab=tab, **shown)
