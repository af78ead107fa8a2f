"""Collections over REST: what is collected, from whom, and what is dropped."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from docfill.batch.handed import Bearing, Names
from docfill.serve import intake, stateless, work
from docfill.serve.api.uploads import passing, received
from docfill.serve.database import Row
from docfill.serve.doors import Answer, Call, Refusal, Role, door
from docfill.text import fold

_TICK = 0.5
"""Seconds between two looks at what has changed."""
_QUIET = {False: 15.0, True: 1.0}
"""Seconds after which it is looked anyway: sooner where other servers may have changed something."""


@dataclass(frozen=True, slots=True)
class NewCollection:
    """What a collection begins with; without `edition`, the latest one of `form`."""

    title: str
    form: str = ""
    edition: str = ""
    due: str = ""
    key_path: str | None = None
    shown: list[str] = field(default_factory=list)
    roster: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Changes:
    """What of a collection is to be otherwise; null stays as it is."""

    title: str | None = None
    due: str | None = None
    key_path: str | None = None
    shown: list[str] | None = None
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who must hand in."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class NewDrop:
    """How many files are to come."""

    announced: int = 0


@dataclass(frozen=True, slots=True)
class EndOfDrop:
    """Whether everything came."""

    ended: Literal["whole", "cancelled"]


@door("GET", "/api/collections", "列出收表任务 / list the collections")
def collections(call: Call) -> Any:
    return {"collections": call.server.collections.all()}


@door(
    "POST",
    "/api/collections",
    "新建收表任务 / start a collection",
    role=Role.official,
    takes=NewCollection,
    gives={201: "新任务的编号 / the id of the new one", 404: "没有这张表 / no such form"},
)
def start(call: Call, given: NewCollection) -> Answer:
    return Answer({"id": begin(call, given)}, 201)


def begin(call: Call, given: NewCollection) -> str:
    """A new collection; its id."""
    server = call.server
    edition = server.forms.edition(given.edition) if given.edition else server.forms.latest(given.form)
    paths = {f["path"] for f in edition["fields"]}
    _check_title(given.title)
    key = given.key_path if given.key_path is not None else _applicant(call, edition)
    _check_paths(paths, [*given.shown, *([key] if key else [])])
    with server.database.transaction():
        made = server.collections.add(given.title.strip(), edition["id"], given.due, key, given.shown, call.user.name)
        server.collections.set_roster(made, given.roster)
        server.users.note(call.user.name, "collection.start", made, made, given.title)
    server.changed()
    return made


def _applicant(call: Call, edition: Row) -> str:
    """What names an applicant: the form's own key, else the first text that it asks."""
    texts = [f["path"] for f in edition["fields"] if f["is_prose"] and f["is_short"]]
    declared = call.server.desk.call(work.applicant, call.server.forms.for_work(edition["id"]))
    return next((path for path in (*declared, *texts) if path in texts), "")


def _check_title(title: str) -> None:
    if not title.strip():
        raise Refusal(422, "请给这次收表起个名称", "give the collection a title")


def _check_paths(known: set[str], asked: list[str]) -> None:
    if strange := [p for p in asked if p not in known]:
        listed = "、".join(strange)
        raise Refusal(422, f"表上没有这些项：{listed}", f"the form has no such fields: {listed}")


@door("GET", "/api/collections/{collection}", "一个收表任务 / one collection")
def collection(call: Call) -> Any:
    known = call.server.collections.one(call["collection"])
    return {**known, "progress": progress_of(call, known["id"])}


@door(
    "PATCH",
    "/api/collections/{collection}",
    "改名称、截止日期、列表中的列；edition：改用另一版，全部重读 / change it; another edition has all read again",
    role=Role.official,
    takes=Changes,
)
def change(call: Call, given: Changes) -> Any:
    server = call.server
    known = server.collections.one(call["collection"])
    edition = server.forms.edition(given.edition or known["edition"])
    if edition["form"] != known["form_id"]:
        raise Refusal(422, "这一版属于另一张表", "this edition is of another form")
    changes = {k: v for k, v in asdict(given).items() if v is not None}
    paths = {f["path"] for f in edition["fields"]}
    _check_paths(paths, [*changes.get("shown", []), *([changes["key_path"]] if changes.get("key_path") else [])])
    if "title" in changes:
        _check_title(changes["title"])
    changes = {k: v for k, v in changes.items() if v != known.get(k)}
    with server.database.transaction():
        server.collections.change(known["id"], changes)
        server.users.note(call.user.name, "collection.change", known["id"], known["id"], ", ".join(changes))
        if changes.get("edition", known["edition"]) != known["edition"]:
            server.collections.set_edition(known["id"], edition["id"])
        elif {"shown", "key_path"} & changes.keys():
            server.returns.sum_up_all(server.collections.one(known["id"]))
    if changes.get("edition", known["edition"]) != known["edition"]:
        intake.read_again(server, known["id"], call.user.name)
    server.changed()
    return server.collections.one(known["id"])


@door(
    "DELETE",
    "/api/collections/{collection}",
    "删除收表任务及其全部个人数据 / delete a collection with all personal data in it",
    role=Role.data,
    gives={204: ""},
)
def delete(call: Call) -> Answer:
    known = call.server.collections.one(call["collection"])
    call.server.delete_collection(known["id"])
    call.server.users.note(call.user.name, "collection.delete", known["id"], known["id"], known["title"])
    call.server.changed()
    return Answer(None, 204)


@door(
    "POST",
    "/api/collections/{collection}/readings",
    "全部重读 / read everything again",
    role=Role.official,
    gives={202: ""},
)
def read_again(call: Call) -> Answer:
    known = call.server.collections.one(call["collection"])
    return Answer({"returns": intake.read_again(call.server, known["id"], call.user.name)}, 202)


# --- who has to hand in ---


@door("GET", "/api/collections/{collection}/roster", "应交名单，谁还没有交 / who must hand in, and who has not")
def roster(call: Call) -> Any:
    known = call.server.collections.one(call["collection"])
    return {"names": call.server.collections.roster(known["id"]), **standing_of_roster(call, known["id"])}


@door(
    "PUT", "/api/collections/{collection}/roster", "换一份应交名单 / another roster", role=Role.official, takes=Roster
)
def set_roster(call: Call, given: Roster) -> Any:
    known = call.server.collections.one(call["collection"])
    call.server.collections.set_roster(known["id"], given.names)
    call.server.users.note(call.user.name, "roster.change", known["id"], "", str(len(given.names)))
    call.server.changed()
    return roster(call)


@door(
    "POST",
    "/api/names",
    "从 Excel 或文本里取出一列名称，不保存 / the column of names in a spreadsheet; nothing is kept",
    role=Role.official,
    accepts="application/octet-stream",
    query={"name": "文件名 / its name"},
)
async def names(call: Call) -> Any:
    name = call.query("name", "names.xlsx") or "names.xlsx"
    async with passing(call, name) as path:
        return {"names": await run_in_threadpool(call.server.desk.call, stateless.names, path, name)}


def standing_of_roster(call: Call, collection_id: str) -> dict[str, Any]:
    """Who of the roster is missing, with the unread files that bear the name, and who handed in without being on it."""
    server = call.server
    names = server.collections.roster(collection_id)
    known = {fold(n) for n in names}
    returns = server.returns.listed(collection_id)
    there = [r for r in returns if r["state"] == "read" and not r["newer"]]
    missing = server.collections.missing(collection_id)
    alike = Names(missing)
    unknown = [
        {"id": r["id"], "who": r["who"], "near": alike.nearest(r["who"])}
        for r in there
        if names and fold(r["who"]) not in known
    ]
    unread = Bearing(r["name"] for r in returns if r["state"] == "refused")
    bearing = {name: files for name in missing if (files := unread.of(name))}
    return {"missing": missing, "unread": bearing, "unknown": unknown}


# --- drops ---


@door("GET", "/api/collections/{collection}/drops", "每一批投入的文件和去向 / what was dropped, and what became of it")
def drops(call: Call) -> Any:
    known = call.server.collections.one(call["collection"])
    return {"drops": call.server.collections.drops(known["id"])}


@door(
    "POST",
    "/api/collections/{collection}/drops",
    "开始投入一批文件 / begin a drop",
    role=Role.official,
    takes=NewDrop,
    gives={201: ""},
)
def begin_drop(call: Call, given: NewDrop) -> Answer:
    known = call.server.collections.one(call["collection"])
    made = call.server.collections.add_drop(known["id"], max(0, given.announced), call.user.name)
    call.server.users.note(call.user.name, "drop.begin", known["id"], made, str(given.announced))
    return Answer({"id": made}, 201)


@door(
    "PUT",
    "/api/drops/{drop}/files",
    "投入一个文件，请求体就是文件；name 是带文件夹的名称 / one file of a drop, the body is the file",
    role=Role.official,
    accepts="application/octet-stream",
    query={"name": "文件名，可带文件夹 / its name, folders included"},
    gives={201: "收下了 / taken", 200: "已有 / it is there already", 413: "", 507: "磁盘已满 / disk full"},
)
async def put_file(call: Call) -> Answer:
    server = call.server
    drop = await run_in_threadpool(server.collections.drop, call["drop"])
    blob, size, name = await received(call)
    made, is_new = await run_in_threadpool(intake.arrived, server, drop, name, blob, size, call.user.name)
    server.queued()
    return Answer({"id": made, "is_new": is_new}, 201 if is_new else 200)


@door(
    "POST",
    "/api/drops/{drop}/end",
    "这一批投完了，或取消：还没有读的不再读 / the drop is whole, or cancelled",
    role=Role.official,
    takes=EndOfDrop,
)
def end_drop(call: Call, given: EndOfDrop) -> Any:
    server = call.server
    drop = server.collections.drop(call["drop"])
    with server.database.transaction():
        server.collections.end_drop(drop["id"], given.ended)
        if given.ended == "cancelled":
            server.jobs.cancel(drop["collection"], drop["id"])
            server.returns.cancel(drop["id"])
        server.users.note(call.user.name, f"drop.{given.ended}", drop["collection"], drop["id"])
    server.changed()
    return server.collections.drop(drop["id"])


# --- progress ---


def progress_of(call: Call, collection_id: str) -> dict[str, Any]:
    """How a collection stands: returns by state, and what is still to be done by a person."""
    return call.server.returns.progress(collection_id)


@door(
    "GET",
    "/api/collections/{collection}/events",
    "进度（SSE） / progress, as server-sent events",
    gives={200: "text/event-stream"},
)
async def events(call: Call) -> StreamingResponse:
    known = await run_in_threadpool(call.server.collections.one, call["collection"])
    return StreamingResponse(_events(call, known["id"]), media_type="text/event-stream")


async def _events(call: Call, collection_id: str) -> AsyncIterator[str]:
    told, version, quiet = "", -1, 0.0
    while not await call.request.is_disconnected():
        if version != call.server.version or quiet > _QUIET[call.server.database.is_shared]:
            version = call.server.version
            found = await run_in_threadpool(progress_of, call, collection_id)
            now_told = json.dumps(found, ensure_ascii=False)
            yield f"data: {now_told}\n\n" if now_told != told else ": still here\n\n"
            told, quiet = now_told, 0.0
        await asyncio.sleep(_TICK)
        quiet += _TICK
