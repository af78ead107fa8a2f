"""Returns over REST: the list, what one says, and what a person says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from docfill.problems import DocfillError
from docfill.serve import records, work
from docfill.serve.api.uploads import download, received
from docfill.serve.database import Row
from docfill.serve.doors import Answer, Call, Refusal, Role, door, not_there
from docfill.serve.ids import now
from docfill.serve.store.returns import is_alike, is_open

_TRIES = 5
"""So many times a correction is worked out anew because another came between."""

ONE = "/api/collections/{collection}/returns/{return_id}"


@dataclass(frozen=True, slots=True)
class Correction:
    """Another value at a path; `old` is the one that was seen, so that nobody's work is overwritten unseen."""

    path: str
    new: Any
    old: Any
    why: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is held to be right: a field's path, or the id of a problem."""

    subject: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the applicant is to be told, about a field or ("") the whole."""

    words: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted` 核对无误, `returned` 退回修改, "" not decided."""

    verdict: Literal["", "accepted", "returned"]


@dataclass(frozen=True, slots=True)
class Alike:
    """The same doubt in several returns; `problem` is its id in the return `seen`, where somebody decided."""

    returns: list[str]
    seen: str
    problem: str
    why: str = ""


@door("GET", "/api/collections/{collection}/returns", "列出交回的表 / list the returns")
def returns(call: Call) -> Any:
    known = call.server.collections.one(call["collection"])
    return {"returns": call.server.returns.listed(known["id"]), "shown": known["shown"]}


@door(
    "GET",
    ONE,
    "一份表：读出的值、疑点、改正、确认、意见 / one return with all that is known",
)
def one(call: Call) -> Any:
    return state_of(call, _return(call))


def state_of(call: Call, known: Row) -> dict[str, Any]:
    """Everything that the review of a return shows, but for the fields, which are its edition's.

    `record` has the corrections, `machine` what was read; `problems` are those of the record, each with `is_open` and
    what it `asks` of the applicant.
    """
    server = call.server
    reading = server.returns.reading(known["id"])
    confirmed = server.returns.confirmed(known["id"])
    problems = [{**p, "is_open": is_open(p, confirmed), "asks": work.asks(p)} for p in reading["problems"]]
    corrections = server.returns.corrections(known["id"])
    for correction in corrections:
        correction["is_conflict"] = not correction["undone_by"] and correction["machine"] != records.value_at(
            reading["machine"]["data"], correction["path"]
        )
    edition = server.forms.edition(known["edition"])
    return {
        "return": {k: v for k, v in known.items() if k not in ("cells", "who_key")},
        "title": edition["title"],
        "edition": {k: edition[k] for k in ("id", "number", "form")},
        "record": reading["record"],
        "machine": reading["machine"]["data"],
        "texts": reading["machine"]["texts"],
        "due": reading["machine"]["due"],
        "changes": reading["changes"],
        "problems": problems,
        "open": sum(p["is_open"] for p in problems),
        "corrections": corrections,
        "confirmed": confirmed,
        "remarks": server.returns.remarks(known["id"]),
        "versions": server.returns.versions(known),
        "me": call.user.name,
        "may_write": call.user.role >= Role.official,
    }


@door("GET", f"{ONE}/file", "交回的原文件 / the file as it was handed in")
def original(call: Call) -> Response:
    known = _return(call)
    if not known["blob"]:
        raise Refusal(404, "这个文件没有能取出来", "this file could not be taken out")
    return download(call.server.blobs.path(known["blob"]), PurePosixPath(known["name"]).name)


@door(
    "GET",
    "/api/collections/{collection}/next",
    "下一份存疑的表 / the next return with doubts",
    query={"after": "从哪一份之后找 / after which return"},
)
def following(call: Call) -> Any:
    known = call.server.collections.one(call["collection"])
    return call.server.returns.following(known["id"], call.query("after"))


# --- what a person says of it ---


@door(
    "POST",
    f"{ONE}/corrections",
    "改正一个值 / correct a value",
    role=Role.official,
    takes=Correction,
    gives={200: "改正之后的这份表 / the return afterwards", 409: "别人刚改过 / changed meanwhile"},
)
def correct(call: Call, given: Correction) -> Any:
    known = _return(call)
    _correct(call, known, given)
    return state_of(call, _return(call))


def _correct(call: Call, known: Row, given: Correction) -> int:
    machine = records.value_at(call.server.returns.reading(known["id"])["machine"]["data"], given.path)
    return set_value(call, known, Said(given, machine, call.user.name, now()))


@dataclass(frozen=True, slots=True)
class Said:
    """A correction, what the machine had read there, who made it, and when."""

    value: Correction
    machine: Any
    who: str
    when: float


def set_value(call: Call, known: Row, said: Said) -> int:
    """Corrects a value of one return; the correction's number.

    Refusal (409 or 422) where it cannot stand there or another came between.
    """
    server, value = call.server, said.value
    reading = server.returns.reading(known["id"])
    edition = server.forms.for_work(known["edition"])
    _check_value(call, edition, reading["record"], value)
    for _ in range(_TRIES):
        before = server.returns.corrections(known["id"])
        standing = {c["path"]: c["new"] for c in before if not c["undone_by"]}
        stated = server.desk.call(work.corrected, edition, reading["machine"], {**standing, value.path: value.new})
        with server.database.transaction():
            _check_unchanged(server.returns.reading(known["id"]), value)
            if server.returns.corrections(known["id"]) == before:
                told = (value.path, value.new, value.why, said.who, said.machine, said.when)
                number = server.returns.correct(known["id"], *told)
                server.users.note(call.user.name, "correct", known["collection"], known["id"], value.path)
                _restate(call, known, stated)
                server.changed()
                return number
    raise Refusal(409, "这份表正被别人改着，请再试一次", "others keep changing this return; try again")


def _check_value(call: Call, edition: work.Edition, record: Row, given: Correction) -> None:
    """Refusal (422) of a value that cannot stand where it is to."""
    if not records.has(record, given.path):
        raise Refusal(422, f"这份表上没有“{given.path}”", f'the return has no "{given.path}"')
    if faults := call.server.desk.call(work.refusals, edition, _blobs(call), given.path, given.new):
        raise Refusal(422, faults[0]["zh"], faults[0]["en"], problems=faults)


@door(
    "PUT",
    f"{ONE}/pictures",
    "换一张图片，或在多张图片处加一张，请求体就是图片 / another picture, or one more where there may be several",
    role=Role.official,
    accepts="application/octet-stream",
    query={
        "path": "哪一项 / which field",
        "name": "文件名 / its name",
        "old": "看到的那张的 sha256，没有就不给 / the one that was seen",
    },
    gives={200: "改正之后的这份表 / the return afterwards", 409: "别人刚改过 / changed meanwhile", 413: "", 507: ""},
)
async def put_picture(call: Call) -> Any:
    known = await run_in_threadpool(_return, call)
    blob, _, name = await received(call)
    return await run_in_threadpool(_put_picture, call, known, blob, PurePosixPath(name).name)


def _put_picture(call: Call, known: Row, blob: str, name: str) -> Any:
    server, path = call.server, call.query("path")
    current = records.value_at(server.returns.reading(known["id"])["record"], path)
    picture = server.desk.call(work.pictured, _blobs(call), blob, name)
    new: Any = [*current, picture] if isinstance(current, list) else picture
    seen = current["sha256"] if isinstance(current, dict) and "sha256" in current else ""
    if not isinstance(current, list) and call.query("old") != seen:
        raise Refusal(409, "这张图片刚被别人换过，没有覆盖", "somebody has just changed it", current=current)
    _correct(call, known, Correction(path, new, current))
    return state_of(call, _return(call))


@door("GET", f"{ONE}/pictures/{{picture}}", "填在表上或改成的一张图片，已重新编码 / a picture of a value, drawn anew")
def picture_of(call: Call) -> Response:
    known, wanted = _return(call), call["picture"]
    reading = call.server.returns.reading(known["id"])
    own = {*records.pictures(reading["record"]), *records.pictures(reading["machine"]["data"])}
    drawn = call.server.desk.call(work.picture_drawn, _blobs(call), wanted) if wanted in own else None
    if drawn is None:
        raise not_there("没有这张图片，或不能显示", "there is no such picture, or it cannot be shown")
    return Response(drawn.data, media_type=drawn.media_type, headers={"cache-control": "private, max-age=86400"})


def _blobs(call: Call) -> str:
    return str(call.server.blobs.folder.resolve())


def _check_unchanged(reading: Row, given: Correction) -> None:
    current = records.value_at(reading["record"], given.path)
    if current != given.old:
        raise Refusal(
            409,
            f"这一项刚被别人改成“{records.shown(current)}”，没有覆盖；请看过再改",
            f'somebody has just changed it to "{records.shown(current)}"; look at that first',
            current=current,
        )


def _restate(call: Call, known: Row, stated: Row) -> None:
    collection = call.server.collections.one(known["collection"])
    call.server.returns.restate(known["id"], stated["record"], stated["problems"], collection)


@door("DELETE", f"{ONE}/corrections/{{number}}", "撤销一处改正 / undo a correction", role=Role.official)
def undo(call: Call) -> Any:
    server, known = call.server, _return(call)
    number, before = _number(call["number"]), server.returns.corrections(known["id"])
    rest = {c["path"]: c["new"] for c in before if not c["undone_by"] and c["number"] != number}
    machine = server.returns.reading(known["id"])["machine"]
    stated = server.desk.call(work.corrected, server.forms.for_work(known["edition"]), machine, rest)
    with server.database.transaction():
        if server.returns.corrections(known["id"]) != before:
            raise Refusal(409, "这份表刚被别人改过，请再试一次", "the return was just changed; try again")
        undone = server.returns.undo(known["id"], number, call.user.name)
        _restate(call, known, stated)
        server.users.note(call.user.name, "undo", known["collection"], known["id"], undone["path"])
    server.changed()
    return state_of(call, _return(call))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


@door(
    "PUT",
    f"{ONE}/confirmations",
    "确认一个值，或确认一处疑点不是问题 / confirm a value, or that a problem is none",
    role=Role.official,
    takes=Confirmation,
)
def confirm(call: Call, given: Confirmation) -> Any:
    known = _return(call)
    _confirm(call, known, given.subject)
    return state_of(call, _return(call))


def _confirm(call: Call, known: Row, subject: str) -> None:
    """Confirms a path with all problems that are told of it now, or one problem."""
    server = call.server
    reading = server.returns.reading(known["id"])
    told = [p["id"] for p in reading["problems"] if subject in (p["path"], p["id"])]
    if not told and not records.has(reading["record"], subject):
        raise Refusal(422, f"这份表上没有“{subject}”", f'the return has no "{subject}"')
    with server.database.transaction():
        for one_of in {subject, *told}:
            server.returns.confirm(known["id"], one_of, call.user.name)
        _restate(call, known, reading)
        server.users.note(call.user.name, "confirm", known["collection"], known["id"], _about(reading, subject))
    server.changed()


def _about(reading: Row, subject: str) -> str:
    """The field that a confirmation is about; the problem's id where it is of none."""
    return next((p["path"] for p in reading["problems"] if p["id"] == subject), "") or subject


@door("DELETE", f"{ONE}/confirmations", "收回确认 / take a confirmation back", role=Role.official, takes=Confirmation)
def unconfirm(call: Call, given: Confirmation) -> Any:
    server, known = call.server, _return(call)
    reading = server.returns.reading(known["id"])
    told = [p["id"] for p in reading["problems"] if given.subject in (p["path"], p["id"])]
    with server.database.transaction():
        for one_of in {given.subject, *told}:
            server.returns.unconfirm(known["id"], one_of)
        _restate(call, known, reading)
        about = _about(reading, given.subject)
        server.users.note(call.user.name, "unconfirm", known["collection"], known["id"], about)
    server.changed()
    return state_of(call, _return(call))


@door("POST", f"{ONE}/remarks", "给填表人写一条意见 / a remark for the applicant", role=Role.official, takes=Remark)
def remark(call: Call, given: Remark) -> Any:
    known = _return(call)
    if not given.words.strip():
        raise Refusal(422, "意见是空的", "the remark is empty")
    call.server.returns.remark(known["id"], given.path, given.words.strip(), call.user.name)
    call.server.users.note(call.user.name, "remark", known["collection"], known["id"], given.path)
    return state_of(call, _return(call))


@door("DELETE", f"{ONE}/remarks/{{number}}", "删去一条意见 / take a remark back", role=Role.official)
def unremark(call: Call) -> Any:
    known = _return(call)
    call.server.returns.unremark(known["id"], _number(call["number"]))
    call.server.users.note(call.user.name, "unremark", known["collection"], known["id"])
    return state_of(call, _return(call))


@door("PUT", f"{ONE}/verdict", "核对无误，或退回修改 / accept it, or send it back", role=Role.official, takes=Verdict)
def decide(call: Call, given: Verdict) -> Any:
    known = _return(call)
    call.server.returns.decide(known["id"], given.verdict, call.user.name)
    call.server.users.note(call.user.name, f"verdict.{given.verdict or 'open'}", known["collection"], known["id"])
    call.server.changed()
    return state_of(call, _return(call))


@door(
    "PUT",
    f"{ONE}/claim",
    "我来核对这份，别人暂不改；要占着就每分钟再说一次 / claim a return; say so again every minute to keep it",
    role=Role.official,
    gives={200: "", 409: "别人正在核对 / somebody else is at it"},
)
def claim(call: Call) -> Any:
    known = _return(call)
    call.server.returns.claim(known["id"], call.user.name)
    return {"claimed_by": call.user.name}


@door("DELETE", f"{ONE}/claim", "不再占着 / let go of a claim", role=Role.official, gives={204: ""})
def release(call: Call) -> Answer:
    call.server.returns.release(_return(call)["id"], call.user.name)
    call.server.changed()
    return Answer(None, 204)


@door(
    "GET",
    f"{ONE}/alike",
    "哪些表有同样的疑点 / which returns have the same doubt",
    query={"problem": "疑点的编号 / the id of the problem"},
)
def alike(call: Call) -> Any:
    known = _return(call)
    told = _problem(call, known["id"], call.query("problem"))
    return {"returns": call.server.returns.alike(known["collection"], told), "code": told["code"], "path": told["path"]}


def _problem(call: Call, return_id: str, problem: str) -> Row:
    told = next((p for p in call.server.returns.reading(return_id)["problems"] if p["id"] == problem), None)
    if told is None:
        raise Refusal(404, "没有这处疑点", "there is no such problem")
    found: Row = told
    return found


@door(
    "POST",
    "/api/collections/{collection}/alike",
    "同样的疑点一起处理：有建议值的各自采用，没有的算作没有问题 / settle the same doubt in many returns: each takes "
    "what is suggested for it, or is held to be right",
    role=Role.official,
    takes=Alike,
    gives={200: "每份的结果，各自怎样撤销 / what became of each, and what undoes it"},
)
def settle_alike(call: Call, given: Alike) -> Any:
    collection = call.server.collections.one(call["collection"])
    seen = _problem(call, call.server.returns.one(given.seen, collection["id"])["id"], given.problem)
    settled, undo, failed = [], [], []
    for return_id in dict.fromkeys(given.returns):
        try:
            known = call.server.returns.one(return_id, collection["id"])
            reading = call.server.returns.reading(known["id"])
            told = [p for p in reading["problems"] if is_alike(p, seen)]
            if not told:
                raise Refusal(409, "这份表已没有同样的疑点", "the return has no such doubt any more")
            if (suggested := told[0].get("suggested")) is not None:
                old = records.value_at(reading["record"], seen["path"])
                number = _correct(call, known, Correction(seen["path"], suggested, old, given.why))
                undo.append({"return": return_id, "correction": number})
            else:
                for p in told:
                    _confirm(call, known, p["id"])
                    undo.append({"return": return_id, "confirmation": p["id"]})
            settled.append(return_id)
        except DocfillError as error:
            failed.append({"id": return_id, "zh": error.zh, "en": error.en})
    return {"settled": settled, "undo": undo, "failed": failed}


def _return(call: Call) -> Row:
    return call.server.returns.one(call["return_id"], call["collection"])
