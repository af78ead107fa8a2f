"""A service built on the public calls alone answers threads, daemonic processes and two languages at once."""

from __future__ import annotations

import ast
import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docfill import Form, speaking
from tests import service
from tests.service import Reply, Request, Worker, answer
from tests.small_form import p, package
from tests.test_cli import with_text

TEMPLATE = package(p("领用登记表") + p("部门：{{ 申请.部门 | blank(20) }}") + p("数量：{{ 申请.数量 | integer }}个"))
RULES = '[[rule]]\nname = "少"\nfor = "申请.数量"\nrequire = "value < 9"\nmessage = "太多"\nmessage_en = "too many"\n'
RULES += 'severity = "error"\nsource = "说明"\n'


@pytest.fixture(scope="module")
def form() -> Form:
    return Form.load(TEMPLATE, name="领用", rules=RULES.encode())


@pytest.fixture(scope="module")
def returned(form: Form) -> bytes:
    return with_text(form.fill({"申请": {"部门": "一科", "数量": 7}}), "7个", "七八个")


def told(reply: Reply) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(reply.json)
    return known


def test_the_service_is_made_of_public_names_only() -> None:
    tree = ast.parse(Path(service.__file__).read_text(encoding="utf-8"))
    froms = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    plain = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert [n for n in (*froms, *plain) if n.startswith("docfill")] == ["docfill"]


def test_bytes_in_give_json_and_a_corrected_document(form: Form, returned: bytes) -> None:
    reply = answer(Request(returned, "一科.docx"), [form])
    assert reply.status == 200 and reply.document == b""
    assert told(reply)["data"] == {"申请": {"部门": "一科", "数量": "七八"}}
    assert "not-an-integer" in {x["code"] for x in told(reply)["problems"]}

    corrected = answer(Request(returned, "一科.docx", "zh", {"申请": {"数量": 8}}), [form])
    assert told(corrected)["fine"] and form.extract(corrected.document).data["申请"]["数量"] == 8
    broken = answer(Request(returned, "一科.docx", "en", {"申请": {"数量": 10}}), [form])
    assert [x["message"] for x in told(broken)["problems"]] == ["too many"]


def test_what_cannot_be_done_has_a_code_and_one_language(form: Form, returned: bytes) -> None:
    pdf = answer(Request(b"%PDF-1.7", "表.pdf", "en"), [form])
    assert (pdf.status, told(pdf)["code"]) == (400, "not-word") and told(pdf)["message"].isascii()
    refused = answer(Request(returned, "一科.docx", "en", {"申请": {"数量": "多"}}), [form])
    assert refused.status == 422
    assert [(x["code"], x["path"]) for x in told(refused)["problems"]] == [("wrong-type", "申请.数量")]


def test_many_threads_use_one_form_from_its_first_use_on_in_two_languages(returned: bytes) -> None:
    expected = {x: answer(Request(returned, "a.docx", x, {"申请": {"数量": 10}})
                          , [Form.load(TEMPLATE, name="先", rules=RULES.encode())]).json.replace("先".encode(), b"_")
                for x in ("zh", "en")}  # fmt: skip
    assert expected["zh"] != expected["en"]
    for turn in range(6):
        name = f"竞{turn}"
        fresh = Form.load(TEMPLATE, name=name, rules=RULES.encode())
        barrier = threading.Barrier(8)

        def work(number: int, fresh: Form = fresh, barrier: threading.Barrier = barrier) -> tuple[str, bytes]:
            language: service.Language = "en" if number % 2 else "zh"
            barrier.wait()
            return language, answer(Request(returned, "a.docx", language, {"申请": {"数量": 10}}), [fresh]).json

        with ThreadPoolExecutor(8) as pool:
            for language, reply in pool.map(work, range(8)):
                assert reply.replace(name.encode(), b"_") == expected[language]


def test_every_lazy_part_of_a_form_may_be_raced(form: Form) -> None:
    parts = ("schema", "title", "fingerprint", "environment", "unfilled")
    calls = [*((lambda f, x=x: getattr(f, x)) for x in parts), lambda f: f.blank(), lambda f: f.marked().blank()]
    calls.append(lambda f: f.extract(f.marked().blank(), by_meaning=True).data)
    known = [call(form) for call in calls]
    for turn in range(4):
        fresh = Form.load(TEMPLATE, name=f"领{turn}")
        barrier = threading.Barrier(2 * len(calls))

        def first(number: int, fresh: Form = fresh, barrier: threading.Barrier = barrier) -> Any:
            barrier.wait()
            return calls[number % len(calls)](fresh)

        with ThreadPoolExecutor(2 * len(calls)) as pool:
            found = list(pool.map(first, range(2 * len(calls))))
        for number, value in enumerate(found):
            at = number % len(calls)
            if at not in (3, 6):  # an object of its own; the mark names the form
                assert value == known[at], at


def test_the_event_loop_stays_free_while_a_thread_reads(form: Form, returned: bytes) -> None:
    async def both() -> list[Reply]:
        async with asyncio.TaskGroup() as group:
            tasks = []
            for language in ("zh", "en"):
                with speaking("en" if language == "zh" else "zh"):  # the task's own language does not matter
                    order = Request(b"%PDF-1.7", "表.pdf", language)  # type: ignore[arg-type]
                    tasks.append(group.create_task(asyncio.to_thread(answer, order, [form])))
        return [task.result() for task in tasks]

    with ThreadPoolExecutor(1) as own:  # a browser of other tests may have a loop in this thread
        zh, en = own.submit(lambda: asyncio.run(both())).result()
    assert "请改交" in told(zh)["message"] and "a Word file is needed" in told(en)["message"]


@pytest.fixture(scope="module", params=["forkserver", "spawn"])
def worker(request: pytest.FixtureRequest, form: Form) -> Iterator[Worker]:
    started = Worker(form, request.param)
    yield started
    started.close()


def test_a_daemonic_process_answers_as_this_one(worker: Worker, form: Form, returned: bytes, tmp_path: Path) -> None:
    for language in ("zh", "en"):
        order = Request(returned, "一科.docx", language, {"申请": {"数量": 10}})  # type: ignore[arg-type]
        assert worker.ask(order) == answer(order, [form])
    for number in range(9):
        (tmp_path / f"{number}.docx").write_bytes(returned if number else b"?")
    assert worker.ask(tmp_path) == [("0.docx", -1), *((f"{n}.docx", 1) for n in range(1, 9))]
