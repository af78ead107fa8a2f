"""The public types, as those who build on docfill have them judged: by mypy --strict and by pyright."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import LIBRARY, TUTORIALS, blocks

ROOT = Path(__file__).parent.parent
SERVICE = ROOT / "tests" / "service.py"


def judged(tool: str, *files: Path) -> str:
    """What a type checker has to say of files."""
    strict = ("--strict", "--no-error-summary", "--show-error-codes") if tool == "mypy" else ()
    command = [sys.executable, "-m", tool, *strict, *map(str, files)]
    words = {**os.environ, "PYTHONPATH": str(ROOT), "MYPYPATH": str(ROOT), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=words, capture_output=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


WRONG = """from docfill import Form, speaking
form = Form.load(3)
form.extract(b"").fields
with speaking("fr"):
    pass
"""


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_the_service_and_the_programs_of_the_pages_are_clean_and_a_wrong_use_is_found(
    tool: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG, encoding="utf-8")
    programs = []
    for page in (LIBRARY, TUTORIALS[-1]):
        programs.append(tmp_path / f"{page.stem}_page.py")
        programs[-1].write_text("# pyright: strict\n" + "\n".join(blocks(page, "python")), encoding="utf-8")
    told = judged(tool, SERVICE, *programs, wrong)
    found = [(Path(name).name, int(line)) for name, line in re.findall(r"^\s*(\S+\.py):(\d+):.* error", told, re.M)]
    assert found == [("wrong.py", n) for n in (2, 3, 4)], told
