"""New forms over REST: a blank in, its places proposed, mended step by step, tried, saved as an edition."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool

from docfill import files
from docfill.serve import drafts, work
from docfill.serve.api.uploads import download, received
from docfill.serve.database import Row
from docfill.serve.doors import Answer, Call, Refusal, Role, door
from docfill.serve.store.drafts import changed_meanwhile


@dataclass(frozen=True, slots=True)
class Step:
    """One change, see `docfill.tag.mend`; `after` is how many steps there were when it was made."""

    do: Literal["rename", "kind", "option", "optional", "unit", "limit", "split", "join", "remove", "add"]
    path: str
    after: int
    to: str | None = None
    kind: str | None = None
    option: str | None = None
    optional: bool | None = None
    unit: str | None = None
    limit: int | None = None
    rows: int | None = None
    paragraph: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """What the form is called."""

    title: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A record to try the form with."""

    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a draft becomes: an edition of its form, or of a new one; `rules` is the text of the .toml beside it."""

    title: str = ""
    note: str = ""
    rules: str = ""


_NEEDS = {
    "rename": ("to",),
    "kind": ("kind",),
    "option": ("option", "to"),
    "optional": ("optional",),
    "unit": ("unit",),
    "limit": ("limit",),
    "split": (),
    "join": ("rows", "to"),
    "remove": (),
    "add": ("paragraph", "start", "end", "kind"),
}


@door("GET", "/api/drafts", "列出没做完的表单 / list the drafts", role=Role.data)
def listed(call: Call) -> Any:
    return {"drafts": call.server.drafts.all()}


@door(
    "POST",
    "/api/drafts",
    "交一份空白表，请求体就是文件；form：作为哪张表的新一版 / a blank form, the body is the file",
    role=Role.data,
    accepts="application/octet-stream",
    query={"name": "文件名 / its name", "form": "表的编号，可不给 / the form that it is an edition of"},
    gives={201: "草稿 / the draft", 422: "不是 Word 文件，或没有找到填写处 / no Word file, or nothing to fill in"},
)
async def begin(call: Call) -> Answer:
    blob, _, name = await received(call)
    return await run_in_threadpool(_begin, call, blob, name)


def _begin(call: Call, blob: str, name: str) -> Answer:
    form = call.query("form")
    proposed = call.server.desk.call(drafts.proposed, _folder(call), blob, name, [])  # refused here, if it has to be
    heading = "" if proposed["title"] == name else proposed["title"]
    title = call.server.forms.one(form)["title"] if form else heading or PurePosixPath(name).stem
    made = call.server.drafts.add(title, blob, call.user.name, form)
    call.server.users.note(call.user.name, "draft.begin", "", made, title)
    return Answer({"id": made}, 201)


@door(
    "GET",
    "/api/drafts/{draft}",
    "一份草稿：填写处、没有加标签的地方、各步改动 / a draft with its places",
    role=Role.data,
)
def one(call: Call) -> Any:
    return _shown(call, call.server.drafts.one(call["draft"]))


def _shown(call: Call, known: Row) -> dict[str, Any]:
    made = call.server.desk.call(drafts.proposed, _folder(call), known["blank"], known["title"], known["steps"])
    return {**known, **made, "title": known["title"]}


def _folder(call: Call) -> str:
    return str(call.server.blobs.folder.resolve())


@door("DELETE", "/api/drafts/{draft}", "丢弃草稿 / throw a draft away", role=Role.data, gives={204: ""})
def remove(call: Call) -> Answer:
    call.server.drafts.remove(call.server.drafts.one(call["draft"])["id"])
    return Answer(None, 204)


@door("PATCH", "/api/drafts/{draft}", "改表的名称 / rename a draft", role=Role.data, takes=Title)
def rename(call: Call, given: Title) -> Any:
    known = call.server.drafts.one(call["draft"])
    if not given.title.strip():
        raise Refusal(422, "请给这张表起个名称", "give the form a title")
    call.server.drafts.rename(known["id"], given.title.strip())
    return one(call)


@door(
    "POST",
    "/api/drafts/{draft}/steps",
    "改一步 / one change",
    role=Role.data,
    takes=Step,
    gives={200: "", 409: "别人刚改过 / changed meanwhile", 422: "这一步不能做 / it cannot be"},
)
def add_step(call: Call, given: Step) -> Any:
    known = call.server.drafts.one(call["draft"])
    missing = [name for name in _NEEDS[given.do] if getattr(given, name) is None]
    if missing:
        raise Refusal(422, f"缺少 {'、'.join(missing)}", f"missing: {', '.join(missing)}")
    if given.after != len(known["steps"]):
        raise changed_meanwhile()
    step = {"do": given.do, "path": given.path, **{name: getattr(given, name) for name in _NEEDS[given.do]}}
    call.server.desk.call(
        drafts.proposed, _folder(call), known["blank"], known["title"], [*known["steps"], step]
    )  # refused here, if it has to be
    call.server.drafts.add_step(known["id"], step, given.after)
    return one(call)


@door("POST", "/api/drafts/{draft}/undo", "撤销一步 / undo a step", role=Role.data, gives={200: "", 409: ""})
def undo(call: Call) -> Any:
    call.server.drafts.move(call["draft"], -1)
    return one(call)


@door("POST", "/api/drafts/{draft}/redo", "重做一步 / redo a step", role=Role.data, gives={200: "", 409: ""})
def redo(call: Call) -> Any:
    call.server.drafts.move(call["draft"], 1)
    return one(call)


@door("GET", "/api/drafts/{draft}/lint", "能否读回，逐条 / whether it reads back", role=Role.data)
def lint(call: Call) -> Any:
    known = one(call)
    return {"problems": call.server.desk.call(drafts.linted, _folder(call), known["template"], known["title"])}


@door("GET", "/api/drafts/{draft}/sample", "一条样例记录 / a sample record", role=Role.data)
def sample(call: Call) -> Any:
    known = one(call)
    return {"record": call.server.desk.call(drafts.sample, _folder(call), known["template"], known["title"])}


@door(
    "POST",
    "/api/drafts/{draft}/sample",
    "用一条记录试填，得到 .docx / the form filled with a record",
    role=Role.data,
    takes=Sample,
    gives={200: "application/octet-stream", 422: "记录不合要求 / the record is refused"},
)
def try_out(call: Call, given: Sample) -> Any:
    known = one(call)
    blob = call.server.desk.call(drafts.tried, _folder(call), known["template"], known["title"], given.record)
    return download(call.server.blobs.path(blob), f"{files.safe_name(known['title'])}-试填.docx")


@door("GET", "/api/drafts/{draft}/template", "加了标签的模板 / the tagged template", role=Role.data)
def template(call: Call) -> Any:
    known = one(call)
    return download(call.server.blobs.path(known["template"]), f"{files.safe_name(known['title'])}.docx")


@door(
    "POST",
    "/api/drafts/{draft}/edition",
    "存为表的一版 / save it as an edition",
    role=Role.data,
    takes=Saved,
    gives={201: "表和这一版的编号 / the ids of the form and the edition"},
)
def save(call: Call, given: Saved) -> Answer:
    server, known = call.server, one(call)
    title = given.title.strip() or known["title"]
    rules = given.rules.encode() if given.rules.strip() else None
    described = server.desk.call(work.describe_bytes, _folder(call), known["template"], title, rules)
    template_bytes = server.blobs.read(known["template"])
    with server.database.transaction():
        form = known["form"] or server.forms.add(title, call.user.name)
        edition = server.forms.add_edition(
            form, {**described, "title": title}, template_bytes, rules, given.note, call.user.name
        )
        server.drafts.remove(known["id"])
        server.users.note(call.user.name, "edition.save", "", edition, title)
    server.changed()
    return Answer({"form": form, "edition": edition}, 201)
