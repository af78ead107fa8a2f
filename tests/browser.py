"""A real Chromium for the tests of pages, one a session, and somebody at a page of a real server, one a module."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.serving import Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, headless; skips where there is none, unless DOCFILL_TEST_CHROMIUM is "required"."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None and os.environ.get("DOCFILL_TEST_CHROMIUM") != "required":
        pytest.skip("no Chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def desk(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Somebody at the page of a server on this machine, with a folder of its own."""
    pytest.importorskip("uvicorn")
    from tests.serving import served

    with served(tmp_path_factory.mktemp("data")) as server:
        made = Desk(browser, server)
        yield made
        made.close()


def wait_until(page: Any, script: str) -> None:
    """Waits for what a script says; the page's policy forbids Playwright's own way, which evaluates strings."""
    for _ in range(600):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


def unfit(page: Any) -> dict[str, list[str]]:
    """What axe finds on a page against WCAG 2.2 AA, by rule; of the dark page, its colours."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    violations = axe.Axe().run(page, options={"runOnly": rules}).response["violations"]
    page.emulate_media(color_scheme="dark")
    violations += axe.Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    page.emulate_media(color_scheme="light")
    return {v["id"]: [n["html"][:120] for n in v["nodes"]][:3] for v in violations}


class Desk:
    """Somebody at a page.

    Attributes:
        page: Playwright's page.
        asked: the addresses that pages asked for.
        faults: scripts that failed, what the policy blocked, dialogs that opened: nothing of it may be.
    """

    def __init__(self, browser: Any, server: Served) -> None:
        self._base = server.base
        self._context = browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
            reduced_motion="reduce",
            timezone_id="America/New_York",  # no page may tell another time than the server does
        )
        self.page: Any = self._context.new_page()
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("dialog", self._dialog)
        self.page.goto(server.address)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.faults.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> Any:
        """Opens a page of the server."""
        self.page.goto(self._base + path)
        return self.page

    def api(self, method: str, path: str, body: Any = None, data: bytes | None = None) -> Any:
        """Asks the API as the page does."""
        headers = {"x-csrf": self.page.evaluate("document.documentElement.dataset.csrf")}
        if body is not None:
            headers["content-type"] = "application/json"
        sent = data if data is not None else body
        answer = self._context.request.fetch(self._base + path, method=method, headers=headers, data=sent)
        assert answer.ok, answer.text()
        return answer.json() if answer.body() else None

    def get(self, url: str) -> Any:
        """What the server answers to an address, as it is."""
        return self._context.request.get(url)

    def stayed_home(self) -> bool:
        """Whether nothing was asked of any other host."""
        home = urlsplit(self._base).netloc
        return {urlsplit(url).netloc for url in self.asked if url.startswith("http")} <= {home}

    def close(self) -> None:
        """Leaves."""
        self._context.close()
