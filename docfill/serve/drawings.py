"""How returns look, for their pages: drawn when they have been read and nothing else is to be done, at once where a
page asks for one sooner, and kept (`store.drawings`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from docfill.problems import Language
from docfill.serve import viewing
from docfill.serve.database import Row
from docfill.serve.jobs import KINDS, Kind
from docfill.serve.store.jobs import DRAW
from docfill.view.words import spoken

if TYPE_CHECKING:
    from docfill.serve.server import Server


class Drawing(Struct, frozen=True):
    """How a return looks, as JSON, or soon will.

    Attributes:
        is_there: whether nobody has to wait for it.
        get: gives it.
    """

    is_there: bool
    get: Callable[[], bytes]


def of(server: Server, known: Row, lang: Language) -> Drawing:
    """A return as it is drawn; it is begun at once, and whoever asks meanwhile waits for the same."""
    asked = _asked(server, known)
    held = server.drawings.of(known["id"], asked.digest)
    if held is not None:
        return Drawing(True, lambda: spoken(held, lang))

    def draw() -> bytes:
        made: bytes = server.desk.call(viewing.drawn, asked)
        server.drawings.keep(known["id"], asked.digest, made)
        return made

    drawn = _UNDER_WAY.get((known["id"], asked.digest), draw)
    return Drawing(False, lambda: spoken(drawn.result(), lang))


def file_of(server: Server, known: Row) -> str:
    """The .docx that was read of a return: the file itself, or what it was converted to."""
    return _file_in(server.returns.reading(known["id"])["machine"], known)


def _file_in(machine: Row, known: Row) -> str:
    return str(machine.get("docx") or known["blob"])


def draw_later(server: Server, return_id: str, collection: str, who: str) -> None:
    """Has a return drawn when there is nothing else to do."""
    known = server.returns.one(return_id)
    server.jobs.add(DRAW, f"{DRAW} {return_id} {known['edition']}", {"subject": return_id}, who, collection)


def _asked(server: Server, known: Row) -> viewing.Asked:
    machine = server.returns.reading(known["id"])["machine"]
    return viewing.Asked(
        blobs=str(server.blobs.folder.resolve()),
        blob=_file_in(machine, known),
        name=PurePosixPath(known["name"]).name,
        edition=server.forms.for_work(known["edition"]),
        problems=[{k: p[k] for k in ("id", "code", "found", "expected", "place")} for p in machine["problems"]],
        pictures=f"/api/collections/{known['collection']}/returns/{known['id']}/view/pictures",
    )


class UnderWay:
    """What is being drawn: a page, and the one before it, ask for the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: dict[Hashable, Future[bytes]] = {}

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> Future[bytes]:
        """What is being drawn under a key; it is begun where nobody has."""
        with self._lock:
            if key in self._drawn:
                return self._drawn[key]
            drawn = self._drawn[key] = Future[bytes]()
        threading.Thread(target=self._draw, args=(key, drawn, draw), daemon=True).start()
        return drawn

    def _draw(self, key: Hashable, drawn: Future[bytes], draw: Callable[[], bytes]) -> None:
        try:
            made = draw()
        except Exception as error:
            self._end(key)
            drawn.set_exception(error)
        else:
            self._end(key)
            drawn.set_result(made)

    def _end(self, key: Hashable) -> None:
        with self._lock:
            del self._drawn[key]


_UNDER_WAY = UnderWay()


# --- as jobs ---


def _prepare(server: Server, job: Row) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    asked = _asked(server, server.returns.one(job["subject"]))
    return _made, (asked,)


def _made(asked: viewing.Asked) -> tuple[str, bytes]:
    """In the crew: what was asked, and what was drawn of it."""
    return asked.digest, viewing.drawn(asked)


def _finish(server: Server, job: Row, found: tuple[str, bytes]) -> None:
    server.drawings.keep(job["subject"], *found)


KINDS[DRAW] = Kind(_prepare, _finish)
