"""Messages speak the language of their thread, task or command line; the environment only says where to begin."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from docfill import DocfillError, Form, editions, files, limits, speaking
from docfill.batch import pool
from docfill.check.expression import Expression
from docfill.problems import language
from tests.small_form import package
from tests.test_cli import Run, run

__all__ = ["run"]


def refusal() -> str:
    with pytest.raises(DocfillError) as refused:
        Form.load("nowhere")
    return str(refused.value)


def test_two_threads_speak_two_languages_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCFILL_LANG", "zh")
    both = threading.Barrier(2, timeout=30)

    def said(spoken: str) -> str:
        with speaking(spoken):  # type: ignore[arg-type]
            both.wait()
            told = refusal()
            both.wait()
            return told

    with ThreadPoolExecutor(2) as threads:
        zh, en = threads.map(said, ("zh", "en"))
    assert zh.startswith("没有名为“nowhere”的表单") and en.startswith('there is no form "nowhere"')


def test_an_error_speaks_the_language_of_the_moment_it_is_read() -> None:
    error = DocfillError("坏", "bad", "corrupt")
    with speaking("en"):
        assert str(error) == "bad"
        with speaking("zh"):
            assert str(error) == "坏"
        assert str(pickle.loads(pickle.dumps(error))) == "bad"
    assert pickle.loads(pickle.dumps(error)).code == "corrupt"


@pytest.mark.parametrize(("given", "spoken"), [("en_GB.UTF-8", "en"), ("zh", "zh"), ("de", "zh"), ("", "zh")])
def test_the_environment_gives_the_default(monkeypatch: pytest.MonkeyPatch, given: str, spoken: str) -> None:
    monkeypatch.setenv("DOCFILL_LANG", given)
    assert language() == spoken
    with speaking("en"):
        assert language() == "en"
    assert language() == spoken


def test_there_are_two_languages() -> None:
    with pytest.raises(DocfillError, match="zh"), speaking("fr"):  # type: ignore[arg-type]
        pass


def spoken_and_limited(item: str) -> tuple[str, int]:
    return language(), limits.current().blocks


def _maps(text: str, folder: Path) -> None:
    (folder / "图.toml").write_text(text, encoding="utf-8")
    editions.loaded(folder / "图.toml")


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("部分已损坏（第 2 行第 350 列写法有误）", lambda _: Form.load(package("<w:p>"))),
        ("不是可用的式子（写法有误）", lambda _: Expression("1 +")),
        ("不是可用的式子（只能调用函数）", lambda _: Expression("a.b()")),
        ("不是可用的式子（这里不能用 __class__）", lambda _: Expression("a.__class__")),
        ("JSON 无法读取（嵌套过深）", lambda _: files.json_from("[" * 99_999, "甲.json")),
        ("JSON 无法读取（有的数字过长）", lambda _: files.json_from("9" * 5_000, "甲.json")),
        ("对照表（第 1 行第 1 列写法有误）", lambda folder: _maps("= ", folder)),
        ("对照表（写法有误）", lambda folder: _maps("x = 1", folder)),
    ],
)
def test_what_a_parser_says_is_put_into_words(said: str, act: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(DocfillError) as refused:
        act(tmp_path)
    assert said in refused.value.zh and "写法有误" not in refused.value.en


@pytest.mark.parametrize("own", [False, True])
def test_workers_speak_and_bound_as_their_caller_does(own: bool) -> None:
    with nullcontext() if own else ThreadPoolExecutor(2) as threads:
        executor: Executor | None = threads
        with speaking("en"), limits.within(blocks=77):
            crew = pool.Crew(2, executor)
            found = list(pool.in_order(spoken_and_limited, [("", "甲"), ("", "乙")], crew, lambda _: ("", 0)))
    assert [result for _, result in found] == [("en", 77)] * 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--lang", "en", "fields", "nowhere"),
        ("--lang=en", "fields", "nowhere"),
        ("fields", "--lang", "en", "nowhere"),
        ("fields", "nowhere", "--lang=en"),
        ("--lang", "zh", "fields", "nowhere", "--lang", "en"),
    ],
)
def test_the_language_stands_before_or_after_the_command(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).stderr.startswith('there is no form "nowhere"')
    assert run("fields", "nowhere").stderr.startswith("没有名为")


def test_what_follows_two_dashes_is_no_option(run: Run) -> None:
    assert run("fields", "--", "--lang=en").stderr.startswith("没有名为“--lang=en”的表单")


def test_limits_hold_for_one_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(Form.load("shanghai").blank())
    assert "blocks=3" in run("--limits", "blocks=3", "extract", "a.docx", "--form", "shanghai").stderr
    assert "blocks=3" not in run("extract", "a.docx", "--form", "shanghai").stderr
