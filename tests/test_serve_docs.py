"""What docs/serve.md says to programs is true: its commands are run against a running server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from tests.serving import Served, returns, served
from tests.test_cli import ROOT
from tests.test_docs import blocks

PAGE = ROOT / "docs" / "serve.md"


def token_of(server: Served) -> str:
    """A program's token, made on the account page."""
    with closing(server.client()) as client:
        page = client.post("/account/tokens", data={"label": "文档", "csrf": client.headers["x-csrf"]}).text
    found = re.search(r'class="token">([^<]+)<', page)
    assert found
    return found[1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    (commands,) = blocks(PAGE, "sh")
    (document,) = returns(1).values()
    (tmp_path / "表.docx").write_bytes(document)
    with served(tmp_path / "data") as server:
        known = {**os.environ, "DOCFILL": server.base, "TOKEN": token_of(server)}
        script = f"set -euo pipefail\n{commands}"
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=known, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert "上海市松江区第000产业集群" in done.stdout.decode()
    assert all((tmp_path / name).stat().st_size for name in ("核对.json", "空白.docx", "汇总.xlsx"))


def test_every_picture_of_the_page_is_there_and_small() -> None:
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / name).stat().st_size < 120_000, name
