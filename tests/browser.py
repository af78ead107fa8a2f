"""A real Chromium and a real server for the tests of pages: one browser a session, one server a module.

`Desk` is somebody at a page: opens it, and knows what the page asked the server for and what went wrong in it.
"""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, headless; skips where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def desk(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Somebody at the page of a server on this machine, with a folder of its own."""
    pytest.importorskip("uvicorn")
    with Served(tmp_path_factory.mktemp("data")) as served:
        made = Desk(browser, served)
        yield made
        made.close()


class Served:
    """A server at a free port of loopback, in a thread."""

    def __init__(self, folder: Path) -> None:
        import uvicorn

        from docfill.serve.app import application
        from docfill.serve.server import Server, Settings

        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.server = Server(Settings(folder, port=self.port))
        config = uvicorn.Config(application(self.server), log_level="error", lifespan="off")
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._uvicorn.run, kwargs={"sockets": [self._socket]}, daemon=True)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Served:
        self._socket.listen(64)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(20)
        self._socket.close()
        self.server.close()


class Desk:
    """Somebody at a page.

    Attributes:
        page: Playwright's page.
        asked: the addresses that pages asked for.
        faults: scripts that failed, what the policy blocked, dialogs that opened: nothing of it may be.
    """

    def __init__(self, browser: Any, served: Served, **options: Any) -> None:
        self.served = served
        self._context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce", **options
        )
        self.page: Any = self._context.new_page()
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("dialog", self._dialog)
        self.open(f"/?start={served.server.guard.start_token}")

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.faults.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> Any:
        """Opens a page of the server."""
        self.page.goto(self.served.address + path)
        return self.page

    def api(self, method: str, path: str, body: Any = None, data: bytes | None = None) -> Any:
        """Asks the API as the page does."""
        csrf = self.page.evaluate("document.documentElement.dataset.csrf")
        headers = {"x-csrf": csrf}
        if body is not None:
            headers["content-type"] = "application/json"
        answer = self._context.request.fetch(
            self.served.address + path,
            method=method,
            headers=headers,
            data=data if data is not None else body,
        )
        assert answer.ok, answer.text()
        return answer.json() if answer.body() else None

    def stayed_home(self) -> bool:
        """Whether nothing was asked of any other host."""
        return {urlsplit(url).netloc for url in self.asked if url.startswith("http")} <= {
            f"127.0.0.1:{self.served.port}"
        }

    def close(self) -> None:
        """Leaves."""
        self._context.close()
