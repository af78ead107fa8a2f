"""Installs docfill into the folder "app" beside this file, without a network: python install.py.

Run by whatever Python the machine has, also Python's embeddable zip for Windows, which
has no pip: the pip among the wheels installs.  Every file is checked against SHA256SUMS
first, and what is installed already stays until the new one is complete.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXED = ("--quiet", "--no-index", "--require-hashes", "--no-deps", "--no-warn-script-location", "--isolated")


def main() -> str:
    """Installs; what went wrong, or nothing."""
    version = "{}.{}".format(*sys.version_info[:2])
    listed = HERE / f"requirements-{version}.txt"
    if not listed.exists() or sys.maxsize < 2**32:
        return f"需要 64 位的 Python 3.11 到 3.13，这里是 {version} / Python 3.11 to 3.13 of 64 bit is needed"
    damaged = [name for name, known in sums() if not is_whole(HERE / name, known)]
    if damaged:
        return f"文件不完整，请重新解压 / damaged, unpack the zip again: {'、'.join(damaged)}"
    pip = next((HERE / "wheels").glob("pip-*.whl")) / "pip"
    new = HERE / "app.new"
    shutil.rmtree(new, ignore_errors=True)
    what = ("--find-links", str(HERE / "wheels"), "--target", str(new), "-r", str(listed))
    if subprocess.run([sys.executable, str(pip), "install", *FIXED, *what]).returncode:
        return "没有装成 / not installed"
    shutil.rmtree(HERE / "app", ignore_errors=True)
    new.rename(HERE / "app")
    return (
        ""
        if subprocess.run([sys.executable, str(HERE / "docfill.py"), "--version"]).returncode == 0
        else "装好了，但不能运行 / installed, but it does not run"
    )


def sums() -> list[tuple[str, str]]:
    """The files that were packed, each with its hash."""
    lines = (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return [(name, known) for known, _, name in (line.partition("  ") for line in lines)]


def is_whole(path: Path, known: str) -> bool:
    """Whether a file is there with the content that it was packed with."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == known


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    sys.exit(main() or None)
