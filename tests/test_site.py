"""The site of the documents: built here, searched in a browser without a network; its examples for both systems."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.test_docs import PAGES, ROOT
from tests.test_packaging import module_at


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """docs/site.py."""
    return module_at("docs_site", ROOT / "docs" / "site.py")


def words(command: str) -> list[str]:
    """A command for PowerShell as it takes it apart, where it has words and words in single quotes only."""
    assert not re.search(r"[$`;@(){}&|<>\"#]|(?<=\S),", re.sub(r"'[^']*'|  #.*", "", command)), command
    return [
        w.replace("\0", "'") for w in shlex.split(command.replace("''", "\0").partition("  #")[0].replace("\\", "/"))
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_unix_example_has_its_twin_for_powershell(page: Path, hook: ModuleType) -> None:
    text = page.read_text(encoding="utf-8")
    shown = hook.on_page_markdown(text)
    count = len(re.findall(r"^```(?:sh|console)$", text, re.M))
    assert shown.count('=== "Windows PowerShell"') == shown.count('=== "Linux、macOS"') == count
    for kind, body, given in hook._BLOCK.findall(text):
        for line in body.splitlines() if not given else ():
            if kind == "sh" or line.startswith("$ "):
                command = line.removeprefix("$ ").partition("  #")[0]
                twin = hook.twin(line, kind == "console").removeprefix("PS> ")
                assert command.startswith("#") or words(twin) == shlex.split(command)


def test_words_that_powershell_acts_on_are_quoted(hook: ModuleType) -> None:
    assert hook.twin('$ docfill fill a --name "{甲}" --limits a=1,b=2', True) == (
        "PS> docfill fill a --name '{甲}' --limits 'a=1,b=2'"
    )
    assert hook.twin('docfill put a --set "甲=it\'s"  # 注', False) == "docfill put a --set '甲=it''s'  # 注"
    assert hook.twin("./run docs", False) == r".\run.ps1 docs"
    assert hook.twin("共 4 份", True) == "共 4 份"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site's address on this machine."""
    pytest.importorskip("material")
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


def test_the_site_is_searched_in_chinese_and_in_english_and_asks_for_nothing_elsewhere(
    site: str,
    browser: Any,
) -> None:
    context = browser.new_context(locale="zh-CN", reduced_motion="reduce")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    for query, found in (("应交名单", "tutorial/official.html"), ("mail merge", "coming-from.html")):
        page.goto(f"{site}/index.html")
        page.get_by_text("键入以开始搜索").wait_for(state="attached")  # what is typed before is not searched for
        box = page.get_by_role("textbox", name="搜索")
        box.fill(query)
        box.press("End")  # the page heeds keys, which `fill` does without
        result = page.locator(f".md-search-result__item a[href*='{found}']").first
        result.wait_for(state="visible", timeout=60_000)
        result.click()
        page.wait_for_url(lambda url, found=found: urlsplit(url).path == f"/{found}")
    page.goto(f"{site}/tutorial/data.html")
    page.get_by_text("Windows PowerShell").first.click()
    page.get_by_text("PS> docfill sample shanghai", exact=False).first.wait_for(state="visible")
    context.close()
    assert {urlsplit(url).netloc for url in asked if url.startswith("http")} == {urlsplit(site).netloc}
