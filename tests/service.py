# pyright: strict
"""A small service, as somebody builds one on docfill, from the public calls alone: bytes in, JSON and a .docx out.

`answer` is all that a thread, a queue's worker or a web framework calls.  A request
names its language, and its reply is in that one, whatever others are being
answered at the same moment.  `Worker` is a daemonic process, as Celery's are.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any, Literal

from docfill import (
    DocfillError,
    Form,
    InvalidData,
    Problem,
    check_document,
    collect_sources,
    extract_many,
    recognise_form,
    speaking,
)

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Request:
    """A returned file, what is to be corrected in it, and the language of the reply."""

    file: bytes
    name: str
    language: Language = "zh"
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Reply:
    """The status as HTTP has it, the JSON, and the corrected file where one was asked for."""

    status: int
    json: bytes
    document: bytes = b""


def answer(request: Request, forms: Sequence[Form] = ()) -> Reply:
    """What is to be said about a returned file, and the file with its corrections.

    Args:
        request: what was handed in.
        forms: the forms that it may be; the bundled ones if none are given.
    """
    with speaking(request.language):
        try:
            form = recognise_form(request.file, forms)
            document = form.put(request.file, request.changes) if request.changes else b""
            checked = check_document(form, document or request.file, request.name)
        except InvalidData as refused:
            return Reply(422, _json({"code": refused.code, "problems": _told(refused.problems)}))
        except DocfillError as error:
            return Reply(400, _json({"code": error.code, "message": str(error)}))
        told = {"form": form.name, "title": form.title, "fine": checked.is_fine, "data": checked.result.data}
        return Reply(200, _json({**told, "problems": _told(checked.problems)}), document)


def _told(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"code": p.code, "path": p.path, "severity": p.severity, "message": p.message} for p in problems]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def summary(folder: Path, forms: Sequence[Form]) -> list[tuple[str, int]]:
    """Each file of a folder with how many doubts its reading has, -1 where it could not be read."""
    outcomes = extract_many(collect_sources([str(folder)]), forms, jobs=2)
    return [(Path(o.source.name).name, -1 if o.result is None else len(o.result.problems)) for o in outcomes]


class Worker:
    """A daemonic process that answers requests from a queue: it may have no children of its own.

    Args:
        form: the form of all requests; it goes to the process by pickle.
        method: how the process is started: "spawn", "forkserver" or "fork".
    """

    def __init__(self, form: Form, method: Literal["spawn", "forkserver", "fork"]) -> None:
        context: Any = multiprocessing.get_context(method)
        self._orders: Queue[Request | Path | None] = context.Queue()
        self._replies: Queue[Reply | list[tuple[str, int]]] = context.Queue()
        self._process = context.Process(target=_work, args=(form, self._orders, self._replies), daemon=True)
        self._process.start()

    def ask(self, order: Request | Path, patience: float = 60) -> Reply | list[tuple[str, int]]:
        """The reply to a request, or the summary of a folder."""
        self._orders.put(order)
        return self._replies.get(timeout=patience)

    def close(self) -> None:
        """Ends the process."""
        self._orders.put(None)
        self._process.join(30)


def _work(form: Form, orders: Queue[Any], replies: Queue[Any]) -> None:
    while (order := orders.get()) is not None:
        replies.put(answer(order, [form]) if isinstance(order, Request) else summary(order, [form]))
