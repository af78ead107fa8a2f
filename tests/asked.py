"""A module of the tests in a process of its own, which is asked and answers a line of JSON at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class Asked:
    """The process; closed by `close`."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )

    def answer(self, question: list[Any]) -> Any:
        """What it answers to a question."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
