"""What takes long, over REST: exports, and how each job stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from docfill.serve import exports
from docfill.serve.api.uploads import download
from docfill.serve.database import Row
from docfill.serve.doors import Answer, Call, Refusal, Role, door


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be made: see `exports.Wanted`."""

    what: Literal["xlsx", "csv", "json", "jsonl", "parquet", "documents", "remarks", "corrections"]
    only: Literal["", "accepted", "returned"] = ""
    with_problems: bool = True
    is_tracked: bool = False


@door(
    "POST",
    "/api/collections/{collection}/exports",
    "导出：汇总、改正后的表、退回意见 / an export: data, corrected files, remarks",
    takes=Export,
    gives={202: "工作的编号 / the job's id"},
)
def export(call: Call, given: Export) -> Answer:
    known = call.server.collections.one(call["collection"])
    wanted = exports.Wanted(given.what, call.lang, given.only, given.with_problems, given.is_tracked)
    return Answer({"job": exports.order(call.server, known["id"], wanted, call.user.name)}, 202)


@door("GET", "/api/collections/{collection}/exports", "最近的导出 / the latest exports")
def exported(call: Call) -> Any:
    known = call.server.collections.one(call["collection"])
    return {"exports": [shown(j) for j in call.server.jobs.of_collection(known["id"], exports.EXPORT)]}


@door("GET", "/api/jobs/{job}", "一项工作做得怎样了 / how a job stands")
def job(call: Call) -> Any:
    return shown(call.server.jobs.one(call["job"]))


def shown(known: Row) -> dict[str, Any]:
    """A job as callers see it: `queued`, `running`, `done` with its result, `failed` with the reason."""
    result = known["result"]
    visible = {k: v for k, v in result.items() if k != "blob"} if isinstance(result, dict) else result
    return {
        **{k: known[k] for k in ("id", "kind", "state", "made_by", "created", "finished", "payload")},
        "result": visible,
        "file": f"/api/jobs/{known['id']}/file" if known["blob"] else None,
        "zh": known["reason_zh"],
        "en": known["reason_en"],
    }


@door("GET", "/api/jobs/{job}/file", "做好的文件 / the file that a job made", role=Role.reader)
def made(call: Call) -> Response:
    known = call.server.jobs.one(call["job"])
    if not known["blob"]:
        raise Refusal(409, "还没有做好，或没有文件", "it is not done yet, or makes no file")
    return download(call.server.blobs.path(known["blob"]), known["result"]["name"])
