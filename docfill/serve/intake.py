"""The way in: what was dropped is looked at by the crew, and what it turns out to be is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docfill.problems import DocfillError
from docfill.serve import drawings, work
from docfill.serve.database import Row
from docfill.serve.jobs import KINDS, Kind
from docfill.serve.store.jobs import TAKE

if TYPE_CHECKING:
    from docfill.serve.server import Server

OTHERS = 6
"""So many other forms a file is compared with, to say that it is one of them by mistake."""


def arrived(
    server: Server, drop: Row, name: str, blob: str, size: int, who: str, inside: str | None = None
) -> tuple[str, bool]:
    """Notes a file that came, and has it looked at; its return's id, and whether it is new."""
    with server.database.transaction():
        made, is_new = server.returns.add(drop, name, blob, size, inside)
        if is_new:
            look_at(server, made, drop["collection"], who)
    return made, is_new


def look_at(server: Server, return_id: str, collection: str, who: str) -> str:
    """Has a return read with the form as it is now, and with its corrections; the job's id."""
    edition, corrected = server.collections.one(collection)["edition"], len(server.returns.corrections(return_id))
    return server.jobs.add(TAKE, f"{TAKE} {return_id} {edition} {corrected}", {"subject": return_id}, who, collection)


def read_again(server: Server, collection: str, who: str) -> int:
    """Has everything in a collection read again, since its form was mended; how many returns that are."""
    with server.database.transaction():
        again = [r for r in server.returns.listed(collection) if r["state"] in ("read", "refused") and r["size"]]
        for found in again:
            look_at(server, found["id"], collection, who)
    server.queued()
    return len(again)


def _prepare(server: Server, job: Row) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    known = server.returns.one(job["subject"])
    collection = server.collections.one(job["collection"])
    edition, form = server.forms.for_work(collection["edition"]), collection["form_id"]
    standing = tuple(server.returns.standing(known["id"]).items())
    folder = str(Path(server.blobs.folder).resolve())
    others = tuple(server.forms.for_work(f["edition"]) for f in server.forms.all() if f["id"] != form)[:OTHERS]
    return _taken, (work.Order(known["name"], known["blob"], folder, edition, others, standing),)


def _taken(order: work.Order) -> dict[str, Any]:
    """In the crew: what it is, and as what it was taken."""
    return {**work.take(order), "edition": order.edition.id, "corrected": dict(order.corrections)}


def _finish(server: Server, job: Row, found: dict[str, Any]) -> Any:
    known = server.returns.one(job["subject"])
    collection = server.collections.one(job["collection"])
    server.returns.settle(known["id"], found, found["edition"], collection)
    if found["edition"] != collection["edition"] or found["corrected"] != server.returns.standing(known["id"]):
        look_at(server, known["id"], collection["id"], job["made_by"])  # it was changed while it was read
    elif found["state"] == "read":
        drawings.draw_later(server, known["id"], collection["id"], job["made_by"])
    if found["state"] == "opened":
        drop = server.collections.drop(known["dropped"])
        for inside in found["inside"]:
            if "blob" in inside:
                arrived(server, drop, inside["name"], inside["blob"], inside["size"], job["made_by"], known["id"])
            else:
                server.returns.add_told(drop, known["id"], inside)
    return None


def _lost(server: Server, job: Row, error: DocfillError) -> None:
    collection = server.collections.one(job["collection"])
    server.returns.settle(job["subject"], work.refused(error), collection["edition"], collection)


KINDS[TAKE] = Kind(_prepare, _finish, _lost)
