"""A real server in a process of its own, for what a server without a network cannot show."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx

from docfill import Form
from tests.test_cli import DATA, ROOT, loaded

PROGRAM = "from docfill.cli import main; main()"


class Served:
    """A running server: `address` holds its start token, `base` does not."""

    def __init__(self, data: Path, *options: str) -> None:
        port = () if "--port" in options else ("--port", "0")
        command = [sys.executable, "-c", PROGRAM, "serve", "--data", str(data), *port, "--no-browser", *options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT)
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"https?://\S+", line)
        assert found, line + self.process.stderr.read()
        self.address = found[0]
        self.base = self.address.partition("/?")[0].rstrip("/")

    def kill(self) -> None:
        """Ends it as a power cut does."""
        self.process.kill()
        self.close()

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        self.process.terminate()
        self.close()

    def close(self) -> None:
        self.process.wait(timeout=60)
        assert self.process.stderr is not None
        self.process.stderr.close()

    def client(self) -> httpx.Client:
        """A browser's way in, without the browser."""
        client = httpx.Client(base_url=self.base, follow_redirects=True, timeout=60)
        found = re.search(r'data-csrf="([^"]+)"', client.get(self.address).text)
        assert found
        client.headers["x-csrf"] = found[1]
        return client


@contextlib.contextmanager
def served(data: Path, *options: str) -> Iterator[Served]:
    """A server that is ended at the end of the block."""
    made = Served(data, *options)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.stop()


def settled(client: httpx.Client, collection: str) -> dict[str, Any]:
    """How a collection stands when its queue is empty."""
    for _ in range(1200):
        progress: dict[str, Any] = client.get(f"/api/collections/{collection}").json()["progress"]
        if not progress["queued"]:
            return progress
        time.sleep(0.1)
    raise AssertionError("the queue does not end")


def returns(count: int) -> dict[str, bytes]:
    """So many returned forms, each of another applicant."""
    form, record = Form.load("shanghai"), loaded(DATA / "shanghai.json")
    made = {}
    for number in range(count):
        name = f"上海市松江区第{number:03}产业集群"
        record["封面"]["集群名称"] = record["基本情况"]["集群名称"] = name
        made[f"交回/{name}.docx"] = form.fill(record)
    return made
