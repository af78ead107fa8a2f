"""Calls that keep nothing, over REST: extract, check, fill, put, tag, lint; what needs LibreOffice answers 202.

The body is the file; `form` is the id of a form, or the name of a bundled one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from docfill import files
from docfill.problems import DocfillError
from docfill.serve import fills, stateless
from docfill.serve.api.forms import FOR_GOOD
from docfill.serve.api.uploads import attached, passing, received
from docfill.serve.database import Row
from docfill.serve.doors import Answer, Call, Refusal, Role, door
from docfill.serve.jobs import KINDS, Kind
from docfill.serve.work import Edition

FILE = "application/octet-stream"
CALL = "call"
_NAME = {"name": "文件名 / its name"}
_FORM = {"form": "表的编号或随附的表名 / a form's id or bundled name"}
_ANY_FORM = {"form": "同上；不给则自动识别 / the same; recognised if not given"}
_SLOW = {200: "", 202: "要用 LibreOffice，稍后取：工作的编号 / it needs LibreOffice: the job's id", 422: ""}
_PACKAGE = b"PK"


@dataclass(frozen=True, slots=True)
class Record:
    """A record, in the shape of the form's JSON Schema."""

    record: dict[str, Any]


def editions_of(call: Call, form: str) -> tuple[Edition, ...]:
    """The latest edition of a form by id or bundled name, or of all of them for ""; Refusal (404) for anything else."""
    server = call.server
    known = [f for f in server.forms.all() if form in ("", f["id"], f["bundled"])]
    if not known:
        raise Refusal(404, f"没有“{form}”这张表", f'there is no form "{form}"')
    return tuple(server.forms.for_work(f["edition"]) for f in known)


def edition_of(call: Call) -> Edition:
    """The latest edition of the one form that a call names; Refusal (404) where it names none, or one unknown."""
    (edition,) = editions_of(call, call.query("form") or "-")
    return edition


async def _asked(call: Call, function: Callable[..., Any], *more: Any) -> Any:
    """What a function of `stateless` says of the body; a job where that is no package, and so needs LibreOffice."""
    name = call.query("name", "document.docx") or "document.docx"
    async with passing(call, name) as path:
        if Path(path).read_bytes()[:2] == _PACKAGE:
            return await run_in_threadpool(call.server.desk.call, function, path, name, *more)
        blob = await run_in_threadpool(call.server.blobs.put, Path(path).read_bytes())
    arguments = {"function": function.__name__, "blob": blob, "name": name}
    editions = [e.id for part in more if isinstance(part, tuple) for e in part]
    flags = [part for part in more if isinstance(part, bool)]
    payload = {**arguments, "editions": editions, "flags": flags}
    key = f"{CALL} {json.dumps(payload, sort_keys=True)}"
    job = await run_in_threadpool(call.server.jobs.add, CALL, key, payload, call.user.name)
    call.server.queued()
    return Answer({"job": job}, 202)


def _prepare(server: Any, job: Row) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    given = job["payload"]
    editions = tuple(server.forms.for_work(e) for e in given["editions"])
    more = ([editions] if editions else []) + given["flags"]
    return getattr(stateless, given["function"]), (str(server.blobs.path(given["blob"])), given["name"], *more)


KINDS[CALL] = Kind(_prepare, lambda server, job, found: found)


@door(
    "POST", "/api/extract", "读一份表 / read a returned form", accepts=FILE, query={**_NAME, **_ANY_FORM}, gives=_SLOW
)
async def extract(call: Call) -> Any:
    return await _asked(call, stateless.extracted, await run_in_threadpool(editions_of, call, call.query("form")))


@door(
    "POST",
    "/api/check",
    "核对一份表；comments=1 时附带批注的文件（base64） / check one; with comments=1 also the commented file",
    accepts=FILE,
    query={**_NAME, **_ANY_FORM, "comments": "1"},
    gives=_SLOW,
)
async def check(call: Call) -> Any:
    editions = await run_in_threadpool(editions_of, call, call.query("form"))
    return await _asked(call, stateless.checked, editions, call.query("comments") == "1")


@door("POST", "/api/tag", "给空白表加标签 / propose tags for a blank form", accepts=FILE, query=_NAME, gives=_SLOW)
async def tag(call: Call) -> Any:
    return await _asked(call, stateless.tagged)


@door("POST", "/api/lint", "模板能否读回 / whether a template reads back", accepts=FILE, query=_NAME, gives=_SLOW)
async def lint(call: Call) -> Any:
    return await _asked(call, stateless.linted)


@door(
    "POST",
    "/api/fill",
    "用一条记录填一份表，得到 .docx / fill a form with one record",
    takes=Record,
    query=_FORM,
    gives={200: FILE, 422: "记录不合要求，逐条列出 / the record is refused, everything listed"},
)
def fill(call: Call, given: Record) -> Response:
    edition = edition_of(call)
    made = call.server.desk.call(stateless.filled, edition, given.record)
    return attached(made, f"{files.safe_name(edition.name)}.docx")


@door(
    "POST",
    "/api/put",
    "把改正写进交回的表；changes 是记录的一部分 / put a part of a record into a returned form",
    accepts=FILE,
    query={**_NAME, **_FORM, "changes": 'JSON: {"封面": {"集群名称": "…"}}'},
    gives={200: FILE, 422: ""},
)
async def put(call: Call) -> Response:
    edition = await run_in_threadpool(edition_of, call)
    try:
        changes = files.json_from(call.query("changes"), "changes")
    except DocfillError as error:
        raise Refusal(422, error.zh, error.en) from None
    if not isinstance(changes, dict):
        raise Refusal(422, "changes 应为 JSON 对象", "changes should be a JSON object")
    name = call.query("name", "document.docx") or "document.docx"
    async with passing(call, name) as path:
        made = await run_in_threadpool(call.server.desk.call, stateless.put, path, name, edition, changes)
    return attached(made, name)


# --- forms ---


def _edition(call: Call) -> Row:
    return call.server.forms.edition(call["edition"])


@door("GET", "/api/editions/{edition}/blank", "空白表 / the blank form", gives={200: FILE})
def blank(call: Call) -> Response:
    known = _edition(call)
    made = call.server.desk.call(stateless.blank, call.server.forms.for_work(known["id"]))
    return attached(made, f"{files.safe_name(known['title'])}.docx")


@door("GET", "/api/editions/{edition}/sheet", "录入表 / the data-entry workbook", gives={200: FILE})
def sheet(call: Call) -> Response:
    known = _edition(call)
    made = call.server.desk.call(stateless.sheet, call.server.forms.for_work(known["id"]))
    return attached(made, f"{files.safe_name(known['title'])}-{call.say('录入', 'entry')}.xlsx")


@door("GET", "/api/editions/{edition}/template", "加了标签的模板 / the tagged template", gives={200: FILE})
def template(call: Call) -> Response:
    known = _edition(call)
    return attached(call.server.blobs.read(known["template"]), f"{files.safe_name(known['title'])}-模板.docx")


@door("GET", "/api/editions/{edition}/schema", "一条记录的 JSON Schema / the JSON Schema of a record")
def schema(call: Call) -> Answer:
    made = call.server.desk.call(stateless.schema, call.server.forms.for_work(_edition(call)["id"]))
    return Answer(made, headers=FOR_GOOD)


# --- filling many ---


@door(
    "POST",
    "/api/fills",
    "用工作簿批量填表，请求体就是文件 / fill a form with every record of a workbook",
    role=Role.official,
    accepts=FILE,
    query={
        **_NAME,
        **_FORM,
        "pattern": "文件名的写法 / names, such as {封面.集群名称}",
        "print": "1：合成一个 PDF / one PDF",
    },
    gives={202: "工作的编号 / the job's id"},
)
async def fill_many(call: Call) -> Answer:
    edition = await run_in_threadpool(edition_of, call)
    blob, _, name = await received(call)
    printed = call.query("print") == "1"
    job = await run_in_threadpool(
        fills.order, call.server, blob, name, edition.id, call.query("pattern"), printed, call
    )
    return Answer({"job": job}, 202)


# --- the applicant's door ---


@door(
    "POST",
    "/api/self-check",
    "填表人自查：核对一份，什么都不留 / the applicant's check: nothing is kept",
    role=Role.nobody,
    accepts=FILE,
    query={**_NAME, **_ANY_FORM},
    gives={200: "", 404: "没有开放 / it is not open", 422: "", 429: "太忙 / too busy"},
)
async def self_check(call: Call) -> Any:
    if not call.server.settings.is_public:
        raise Refusal(404, "这里没有开放自查", "this check is not open")
    call.server.guard.check_busy(call.request)
    editions = await run_in_threadpool(editions_of, call, call.query("form"))
    name = call.query("name", "document.docx") or "document.docx"
    async with call.server.guard.one_of_few(), passing(call, name) as path:
        if Path(path).read_bytes()[:2] != _PACKAGE:
            raise Refusal(422, "请用 Word 或 WPS 另存为 .docx 后再查", "save the file as .docx first")
        return await run_in_threadpool(call.server.desk.call, stateless.checked, path, name, editions, True)
