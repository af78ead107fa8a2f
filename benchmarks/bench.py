"""Speed and memory side by side in one run: `./run bench` prints the table that docs/benchmarks.md keeps.

Every contender does the same work on the Shanghai form, its output is checked
against the data, and rounds are interleaved, so that a busy machine slows all
alike; the ratios are medians of the rounds' ratios.
"""

from __future__ import annotations

import io
import json
import platform
import statistics
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docxtpl import DocxTemplate
from lxml import etree

from docfill import Form, bundled

ROUNDS = 7
ROOT = Path(__file__).parent.parent
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def main() -> None:
    """Measures, and prints the table."""
    form = Form.load("shanghai")
    record = json.loads((ROOT / "data" / "shanghai.json").read_text(encoding="utf-8"))
    document = form.fill(record)
    saved = _saved_by_another_program(document)
    name = record["封面"]["集群名称"]

    def stock_docxtpl() -> str:
        template = DocxTemplate(str(bundled()["shanghai"]))
        template.render(form.context(record), form.environment)
        out = io.BytesIO()
        template.save(out)
        return _text(out.getvalue())

    fills: dict[str, Callable[[], Any]] = {
        "docxtpl（新建对象 fresh）": stock_docxtpl,
        "docfill fill": lambda: form.fill(record),
        "极限 limit: 拼接与压缩 join and deflate": _join_limit(document),
    }
    reads: dict[str, Callable[[], Any]] = {
        "python-docx 逐格 cell by cell": lambda: _python_docx(saved),
        "docfill extract（他人保存 saved by others）": lambda: form.extract(saved).data,
        "docfill extract（原样 as filled）": lambda: form.extract(document).data,
        "极限 limit: unzip + lxml parse": lambda: _parse(saved),
    }
    assert name in stock_docxtpl()
    assert form.extract(saved).data == form.extract(document).data == record
    assert name in _python_docx(saved)

    print(f"*{date.today()}, {platform.machine()}, Python {platform.python_version()}; medians of {ROUNDS} rounds*\n")
    _table("填表 fill", fills, "docfill fill")
    _table("读取 extract", reads, "docfill extract（他人保存 saved by others）")
    load = [_seconds(lambda: Form.load("shanghai")) for _ in range(3)]
    print(f"编译模板 Form.load: {statistics.median(load) * 1000:.0f} ms")


def _table(title: str, contenders: dict[str, Callable[[], Any]], ours: str) -> None:
    times: dict[str, list[float]] = {n: [] for n in contenders}
    for _ in range(ROUNDS):
        for n, run in contenders.items():
            times[n].append(_seconds(run))
    print(f"| {title} | ms | docfill 快几倍 times as fast |\n| --- | --- | --- |")
    for n, measured in times.items():
        ratio = statistics.median(other / own for other, own in zip(measured, times[ours], strict=True))
        print(f"| {n} | {statistics.median(measured) * 1000:.2f} | {ratio:.2f} |")
    print()


def _seconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _saved_by_another_program(document: bytes) -> bytes:
    """The same document as lxml writes it, so that it is read by meaning."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "word/document.xml":
                content = etree.tostring(etree.fromstring(content), encoding="UTF-8")
            target.writestr(info, content)
    return out.getvalue()


def _join_limit(document: bytes) -> Callable[[], bytes]:
    """What a fill cannot undercut: the finished part joined of pieces and deflated."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        content = archive.read("word/document.xml")
    pieces = [content[i : i + 200] for i in range(0, len(content), 200)]

    def join() -> bytes:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        return packer.compress(b"".join(pieces)) + packer.flush()

    return join


def _python_docx(document: bytes) -> str:
    """All text, cell by cell, as people write it with python-docx: no meaning."""
    opened = docx.Document(io.BytesIO(document))
    texts = [p.text for p in opened.paragraphs]
    texts += [c.text for t in opened.tables for r in t.rows for c in r.cells]
    return "\n".join(texts)


def _parse(document: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return len(etree.fromstring(archive.read("word/document.xml")))


def _text(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return "".join(t.text or "" for t in etree.fromstring(archive.read("word/document.xml")).iter(W + "t"))


if __name__ == "__main__":
    main()
