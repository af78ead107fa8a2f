"""Corrections that come as the file beside a summary, which the page and the command line write alike.

Each is looked up by its file, by name or by content, and set as a person would set it at the page: nothing that
somebody has corrected here otherwise is written over, and what the form refuses is told and left.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from docfill.corrections import Correction, Log
from docfill.problems import DocfillError
from docfill.serve import records
from docfill.serve.api import returns
from docfill.serve.api.uploads import passing
from docfill.serve.database import Row
from docfill.serve.doors import Call, Role, door
from docfill.serve.ids import now


@door(
    "POST",
    "/api/collections/{collection}/corrections",
    "读入改正记录（.corrections.jsonl），请求体就是文件：已有的不重复，页面上另改过的不覆盖 / takes the corrections "
    "beside a summary in, the body is the file: none twice, none over what was corrected here",
    role=Role.official,
    accepts="application/octet-stream",
    query={"name": "文件名 / its name"},
    gives={200: "改了几处，哪些没有改、为什么 / how many were made, which were not and why", 422: ""},
)
async def take_in(call: Call) -> Any:
    collection = await run_in_threadpool(call.server.collections.one, call["collection"])
    name = call.query("name", "corrections.jsonl")
    async with passing(call, name) as path:
        return await run_in_threadpool(_taken_in, call, collection, Path(path), name)


def _taken_in(call: Call, collection: Row, path: Path, name: str) -> dict[str, Any]:
    try:
        log = Log(path)
    except DocfillError as error:
        raise DocfillError(error.zh.replace(str(path), name), error.en.replace(str(path), name)) from None
    done = {"corrected": 0, "already": 0}
    failed: list[dict[str, str]] = []
    unknown = set(log.sources())
    for found in call.server.returns.listed(collection["id"]):
        if found["state"] != "read" or found["newer"]:
            continue
        known = call.server.returns.one(found["id"])
        wanted = {**log.of(known["name"]), **log.of_bytes(known["blob"])}  # a file may have had other names, too
        unknown -= {known["name"], *_sources(log, wanted)}
        _correct(call, known, wanted, done, failed)
    failed += (_told(source, "", _NOT_HERE) for source in sorted(unknown))
    call.server.users.note(call.user.name, "corrections", collection["id"], "", str(done["corrected"]))
    return {**done, "failed": failed}


_NOT_HERE = DocfillError("这个任务里没有这份表", "the collection has no such return")


def _sources(log: Log, wanted: dict[str, Correction]) -> Iterator[str]:
    """The names under which a file has the corrections that were found by its content."""
    digests = {one.sha256_before for one in wanted.values()} - {""}
    return (s for s, own in log.sources().items() if digests & {one.sha256_before for one in own})


def _correct(
    call: Call, known: Row, wanted: dict[str, Correction], done: dict[str, int], failed: list[dict[str, str]]
) -> None:
    """Sets what is to be set in one return, each by itself, so that what is refused stops no other."""
    for path, one in wanted.items():
        try:
            reading = call.server.returns.reading(known["id"])
            current = records.value_at(reading["record"], path)
            if current == one.new:
                done["already"] += 1
                continue
            if current not in (records.value_at(reading["machine"]["data"], path), one.old):
                shown = records.shown(current)
                raise DocfillError(
                    f"页面上已另改为“{shown}”，没有覆盖", f'it was corrected to "{shown}" here, and is left'
                )
            value = returns.Correction(path, one.new, current, one.why)
            said = returns.Said(value, one.read, one.who or call.user.name, _seconds(one.when))
            returns.set_value(call, known, said)
            done["corrected"] += 1
        except DocfillError as error:
            failed.append(_told(known["name"], path, error))


def _seconds(when: str) -> float:
    """A moment as the store has it; this one where none is told."""
    try:
        return datetime.datetime.fromisoformat(when).timestamp()
    except (ValueError, OverflowError, OSError):
        return now()


def _told(name: str, path: str, why: DocfillError) -> dict[str, str]:
    return {"name": name, "path": path, "zh": why.zh, "en": why.en}
