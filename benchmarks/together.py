"""So many `docfill extract` of one file at once: python benchmarks/together.py [COUNT [SECONDS]]

As a scheduler or an impatient user starts them.  Told are how many ended well, the time, and
the memory of the largest; what has not ended after the seconds (170) is killed and told.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docfill import Form


def main(count: int, seconds: float) -> int:
    """Starts them all, waits, tells; the number of those that did not end well."""
    with tempfile.TemporaryDirectory(prefix="docfill-") as folder:
        source = Path(folder, "表.docx")
        source.write_bytes(Form.load("shanghai").blank())
        (Path(folder) / "out").mkdir()
        command = [sys.executable, "-c", "from docfill.cli import main; main()", "extract", str(source)]
        begun = time.monotonic()
        running = {
            n: subprocess.Popen(
                [*command, "--form", "shanghai", "-o", f"{folder}/out/{n}.json"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for n in range(count)
        }
        while running and time.monotonic() - begun < seconds:
            ended = [n for n, process in running.items() if process.poll() is not None]
            for n in ended:
                running.pop(n)
            time.sleep(0.05)
        took = time.monotonic() - begun
        for process in running.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
        made = sum(1 for path in (Path(folder) / "out").glob("*.json") if path.stat().st_size)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{count} at once on {os.cpu_count()} cores: {made} results, {len(running)} not ended, {took:.0f} s, "
        f"{used.ru_utime + used.ru_stime:.0f} s of CPU, {used.ru_maxrss // 1024} MiB the largest"
    )
    return count - made


if __name__ == "__main__":
    count, seconds = [*map(int, sys.argv[1:]), *(300, 170)[len(sys.argv) - 1 :]]
    sys.exit(1 if main(count, seconds) else 0)
