"""The server under load: returns dropped by the thousand, and what a person at the page waits for meanwhile.

python benchmarks/serve.py [--returns 2000] [--doc 400] [--kill]

Four senders drop the files while one visitor goes round the pages; then the queue is waited for, and the list and a
review are opened, in a browser, too, where there is one.  What is told: files a second, the answers' times (median,
95th percentile, longest), the server's own memory and processor time, the load of the machine, and what became of
every file.  With `--kill` the server is killed when half of them are read, and another one goes on.

A review is open when the first sight of document and fields is on the screen, by the page's own clock, from the moment
the browser leaves the page before.  It is opened while the server draws ahead what was read, and again while that
rests, as it does for a while after each opening; nobody waits until all is drawn.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from docfill import Form
from tests.serving import Served

DATA = Path(__file__).parent.parent / "data" / "shanghai.json"


def documents(count: int, old: int, folder: Path) -> dict[str, bytes]:
    """So many returned forms of different applicants, some of them converted to .doc by LibreOffice."""
    form, record = Form.load("shanghai"), json.loads(DATA.read_text(encoding="utf-8"))
    made = {}
    for number in range(count):
        name = f"上海市松江区第{number:04}产业集群"
        record["封面"]["集群名称"] = record["基本情况"]["集群名称"] = name
        made[f"交回/{number % 20:02}/{name}.docx"] = form.fill(record)
    for name in list(made)[:old]:
        (folder / Path(name).name).write_bytes(made.pop(name))
    command = ["soffice", "--headless", "--convert-to", "doc", "--outdir", str(folder / "doc")]
    waiting = sorted(map(str, folder.glob("*.docx")))
    for first in range(0, old, 100):  # one process does not do many hundreds
        subprocess.run([*command, *waiting[first : first + 100]], check=True, capture_output=True)
    if old:
        made |= {f"旧/{p.name}": p.read_bytes() for p in (folder / "doc").glob("*.doc")}
    return made


def shown(name: str, seconds: list[float]) -> None:
    """A line of the table: how long some answers took."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    median = statistics.median(ordered)
    print(f"| {name} | {len(ordered)} | {median * 1000:.0f} ms | {p95 * 1000:.0f} ms | {ordered[-1] * 1000:.0f} ms |")


class Load:
    """A collection that is filled while somebody looks.

    Attributes:
        times: seconds that answers took, by what was asked.
        memory: what the server itself held, in bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.times: dict[str, list[float]] = {}
        self.memory: list[int] = []
        self._begin()
        form = next(f["id"] for f in self.client.get("/api/forms").json()["forms"] if f["bundled"] == "shanghai")
        self.collection = self.client.post("/api/collections", json={"title": "大批", "form": form}).json()["id"]

    def _begin(self) -> None:
        self.server = Served(self._folder)
        self.client = self.server.client()
        self.process = psutil.Process(self.server.process.pid)

    def timed(self, name: str, path: str) -> Any:
        """What is answered, its time noted."""
        begun = time.perf_counter()
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        self.times.setdefault(name, []).append(time.perf_counter() - begun)
        return answer

    def drop(self, files: dict[str, bytes]) -> None:
        """Drops files, four at a time."""
        at = f"/api/collections/{self.collection}/drops"
        drop = self.client.post(at, json={"announced": len(files)}).json()["id"]

        def put(item: tuple[str, bytes]) -> None:
            begun = time.perf_counter()
            answer = self.client.put(f"/api/drops/{drop}/files", params={"name": item[0]}, content=item[1])
            assert answer.status_code == 201, answer.text
            self.times.setdefault("dropping a file", []).append(time.perf_counter() - begun)

        with ThreadPoolExecutor(4) as senders:
            list(senders.map(put, files.items()))

    @contextlib.contextmanager
    def visited(self) -> Iterator[None]:
        """Somebody goes round the pages meanwhile."""
        is_over = threading.Event()
        pages = {"home page": "/", "list page": f"/collections/{self.collection}"}
        pages["progress"] = f"/api/collections/{self.collection}"

        def visit() -> None:
            while not is_over.is_set():
                for name, path in pages.items():
                    self.timed(name, path)
                self.memory.append(self.process.memory_info().rss)
                time.sleep(0.2)

        visitor = threading.Thread(target=visit)
        visitor.start()
        try:
            yield
        finally:
            is_over.set()
            visitor.join()

    def wait(self, most: int = 0) -> None:
        """Waits until no more than so many are queued."""
        at = f"/api/collections/{self.collection}"
        while self.client.get(at).json()["progress"]["queued"] > most:
            time.sleep(0.5)

    def killed(self) -> None:
        """A power cut, and the next start."""
        self.client.close()
        self.server.kill()
        self._begin()

    def look(self, count: int) -> None:
        """Opens the list and a review, as data and in a browser."""
        at = f"/api/collections/{self.collection}/returns"
        for _ in range(10):
            listed = self.timed(f"the list of {count}, as data", at).json()["returns"]
            self.timed("a return, as data", f"{at}/{listed[0]['id']}")
        assert sorted(Counter(r["name"] for r in listed).values())[-1] == 1, "something is there twice"
        assert len(listed) == count, "something is lost"
        returns = [r["id"] for r in listed[:20]]
        with contextlib.suppress(ImportError):
            self._browse(count, returns[:10], " while others are drawn", lambda _: None)
            self._browse(count, returns[10:], "", self._draw)

    def _draw(self, known: str) -> None:
        """Has a return drawn; what else was being drawn ends meanwhile, and no other is begun for as long again."""
        self.client.get(f"/collections/{self.collection}/returns/{known}")
        time.sleep(1)

    def _browse(self, count: int, returns: list[str], meanwhile: str, before: Callable[[str], None]) -> None:
        from playwright.sync_api import sync_playwright

        from tests.browser import CHROMIUM, FLAGS

        base = f"{self.server.base}/collections/{self.collection}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            page.goto(self.server.address)
            for _ in range(5):
                begun = time.perf_counter()
                page.goto(base)
                page.wait_for_selector("#list tbody a")
                took = time.perf_counter() - begun
                self.times.setdefault(f"the list of {count}, in a browser{meanwhile}", []).append(took)
            for known in returns:
                before(known)
                page.goto(f"{base}/returns/{known}")
                page.wait_for_selector("main[data-ready]")
                opened = page.evaluate("performance.getEntriesByName('opened')[0].startTime")
                self.times.setdefault(f"a review, in a browser{meanwhile}", []).append(opened / 1000)
            browser.close()


def main() -> None:
    """Runs it and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=2000)
    parser.add_argument("--doc", type=int, default=400)
    parser.add_argument("--kill", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = documents(asked.returns, asked.doc, Path(folder))
        load = Load(Path(folder, "data"))
        begun = time.perf_counter()
        with load.visited():
            load.drop(files)
            sent = time.perf_counter() - begun
            load.wait(len(files) // 2 if asked.kill else 0)
        if asked.kill:
            load.killed()
            with load.visited():
                load.wait()
        read = time.perf_counter() - begun
        used = sum(load.process.cpu_times()[:2])
        load.look(len(files))
        states = load.client.get(f"/api/collections/{load.collection}").json()["progress"]["states"]
        load.client.close()
        load.server.stop()
        rate = len(files) / read
        print(f"{len(files)} files sent in {sent:.0f} s, read in {read:.0f} s ({rate:.1f} a second): {states}")
        print(f"the server's own memory: {max(load.memory) / 2**20:.0f} MiB at most; its processor time: {used:.0f} s")
        print(f"load of the machine at the end: {psutil.getloadavg()[1]:.1f} on {psutil.cpu_count()} cores")
        print("\n| | answers | median | 95 % within | longest |\n| --- | --- | --- | --- | --- |")
        for name, seconds in load.times.items():
            shown(name, seconds)


if __name__ == "__main__":
    main()
