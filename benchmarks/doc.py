"""Returns in .doc: docfill reading them all, beside one LibreOffice process that converts them all in one run.

python benchmarks/doc.py --count 200        # the goal is 1.2 × that process
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

from docfill import Form, collect_sources, extract_many, make_samples


def converted(files: list[Path], kind: str, folder: Path) -> float:
    """Seconds that one LibreOffice process takes to convert files into a folder."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder / kind)]
    started = time.perf_counter()
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Makes the returns, measures both, and prints the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    count = parser.parse_args().count
    form = Form.load("shanghai")
    document = make_samples(form)[0].document
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{n:03}.docx" for n in range(count)]
        for file in files:
            file.write_bytes(document)
        converted(files, "doc", folder)
        made = sorted((folder / "doc").glob("*.doc"))
        alone = converted(made, "docx", folder)
        started = time.perf_counter()
        read = sum(outcome.result is not None for outcome in extract_many(collect_sources(folder / "doc"), [form]))
        ours = time.perf_counter() - started
    print(f"{count} .doc: one process {alone:.1f} s, docfill {ours:.1f} s ({read} read), {ours / alone:.2f} x")


if __name__ == "__main__":
    main()
