"""The server under load: returns dropped by the thousand, and what a person at the page waits for meanwhile.

python benchmarks/serve.py [--returns 2000] [--doc 400]

Four senders drop the files while one visitor goes round the pages; then the queue is waited for, and the list and a
review are opened.  What is told: files a second, the answers' times (median, 95th percentile, longest), the server's
own memory, and what became of every file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from docfill import Form
from tests.serving import served

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
    if old:
        command = ["soffice", "--headless", "--convert-to", "doc", "--outdir", str(folder / "doc")]
        subprocess.run([*command, *map(str, folder.glob("*.docx"))], check=True, capture_output=True)
        made |= {f"旧/{p.name}": p.read_bytes() for p in (folder / "doc").glob("*.doc")}
    return made


def shown(name: str, seconds: list[float]) -> None:
    """A line of the table: how long some answers took."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    median = statistics.median(ordered)
    print(f"| {name} | {len(ordered)} | {median * 1000:.0f} ms | {p95 * 1000:.0f} ms | {ordered[-1] * 1000:.0f} ms |")


def main() -> None:
    """Runs it and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--returns", type=int, default=2000)
    parser.add_argument("--doc", type=int, default=400)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder, "data")) as server:
        files = documents(asked.returns, asked.doc, Path(folder))
        process = psutil.Process(server.process.pid)
        client = server.client()
        form = next(f["id"] for f in client.get("/api/forms").json()["forms"] if f["bundled"] == "shanghai")
        made = client.post("/api/collections", json={"title": "大批", "form": form}).json()["id"]
        drop = client.post(f"/api/collections/{made}/drops", json={"announced": len(files)}).json()["id"]
        times: dict[str, list[float]] = {}
        memory = [process.memory_info().rss]
        is_over = threading.Event()

        def timed(name: str, path: str) -> None:
            begun = time.perf_counter()
            answer = client.get(path)
            assert answer.status_code == 200, answer.text
            times.setdefault(name, []).append(time.perf_counter() - begun)

        def visit() -> None:
            while not is_over.is_set():
                for name, path in (
                    ("home page", "/"),
                    ("list page", f"/collections/{made}"),
                    ("progress", f"/api/collections/{made}"),
                ):
                    timed(name, path)
                memory.append(process.memory_info().rss)
                time.sleep(0.2)

        def put(item: tuple[str, bytes]) -> None:
            begun = time.perf_counter()
            answer = client.put(f"/api/drops/{drop}/files", params={"name": item[0]}, content=item[1])
            assert answer.status_code == 201, answer.text
            times.setdefault("dropping a file", []).append(time.perf_counter() - begun)

        visitor = threading.Thread(target=visit)
        visitor.start()
        begun = time.perf_counter()
        with closing(client):
            with ThreadPoolExecutor(4) as senders:
                list(senders.map(put, files.items()))
            sent = time.perf_counter() - begun
            while client.get(f"/api/collections/{made}").json()["progress"]["queued"]:
                time.sleep(1)
            read = time.perf_counter() - begun
            is_over.set()
            visitor.join()
            for _ in range(10):
                timed(f"the list of {len(files)}, as data", f"/api/collections/{made}/returns")
            one = client.get(f"/api/collections/{made}/returns").json()["returns"][0]["id"]
            for _ in range(10):
                timed("a return, as data", f"/api/collections/{made}/returns/{one}")
            states = client.get(f"/api/collections/{made}").json()["progress"]["states"]
        rate = len(files) / read
        print(f"{len(files)} files sent in {sent:.0f} s, read in {read:.0f} s ({rate:.1f} a second): {states}")
        print(f"the server's own memory: {memory[0] / 2**20:.0f} MiB at first, {max(memory) / 2**20:.0f} at most")
        print("\n| | answers | median | 95 % within | longest |\n| --- | --- | --- | --- | --- |")
        for name, seconds in times.items():
            shown(name, seconds)


if __name__ == "__main__":
    main()
