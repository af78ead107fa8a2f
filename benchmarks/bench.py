"""Speed and growth side by side in one run: `./run bench` prints the tables that docs/benchmarks.md keeps.

Every contender does the same work on the same documents, its output is checked
against the data, and rounds are interleaved, so that a busy machine slows all
alike; ratios are medians of the rounds' ratios.  The limits are what no program
of the kind can undercut: they read no meaning and check nothing.

Rivals that need another interpreter or clash with docxtpl run in processes of
their own and time themselves (`benchmarks/rivals/`).
"""

from __future__ import annotations

import argparse
import gc
import io
import itertools
import json
import math
import multiprocessing
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import docx
import docx2txt
from docxtpl import DocxTemplate
from lxml import etree

from docfill import DocfillError, Form, bundled, limits, propose_tags
from docfill.recognise import recognise
from docfill.sample import record_of as record_for
from docfill.word.package import Package, Writer

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.messy import CLEAR, HABITS, spoilt  # noqa: E402  (what people do to a form is defined there)
from tests.small_form import cell, loaded, package, row, table  # noqa: E402
from tests.strategies import filled_everywhere, record_of  # noqa: E402

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"
RECORDS, ROWS, COLUMNS = 12, 5000, 10
HABITS_AT_ONCE = 6
FILES = 5

Run = Callable[[], Any]


def main() -> None:
    """Measures, and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--rivals", type=Path, help="folder with the modules of rivals that run on their own")
    parser.add_argument("--returned", type=Path, help="folder of returned forms, in layouts of others, read besides")
    parser.add_argument("--blank", type=Path, help="folder of blank forms of offices, tagged, filled and read besides")
    given = parser.parse_args()
    print(f"*{date.today()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}*\n")
    with tempfile.TemporaryDirectory() as folder:
        _form(Path(folder), given.rounds, given.rivals and given.rivals.resolve())
        if given.returned:
            _of_others(given.returned, given.rounds)
        if given.blank:
            _of_offices(given.blank, given.rounds)
        _rows(Path(folder), given.rounds)
        _growth()
        _start(Path(folder), given.rounds)


# --- the Shanghai form: 156 fields, 94 boxes ---


def _form(folder: Path, rounds: int, rivals: Path | None) -> None:
    form = Form.load("shanghai").compiled()
    records = [_record(form, n) for n in range(RECORDS)]
    texts = itertools.cycle([json.dumps(r, ensure_ascii=False) for r in records])
    target = folder / "docfill.docx"

    def docfill_fill() -> None:
        target.write_bytes(form.fill(json.loads(next(texts))))

    def stock_docxtpl() -> None:
        template = DocxTemplate(str(bundled()["shanghai"]))
        template.render(form.context(json.loads(next(texts))), form.environment)
        template.save(str(folder / "docxtpl.docx"))

    template, data = folder / "plain.docx", folder / "plain.json"
    values = _plain_template(form, records[0], template)
    data.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    fills: dict[str, Run] = {
        "docxtpl": stock_docxtpl,
        **_rivals(template, data, folder, _text(form.fill(records[0])), rivals),
        "**docfill fill**": docfill_fill,
        "极限 limit: join, deflate, write": _join_limit(template, data, folder / "limit.docx"),
    }
    docfill_fill()
    stock_docxtpl()
    assert form.extract(target, by_meaning=True).data == records[0]
    assert _text(target.read_bytes()) == _text(form.fill(records[0]))
    assert form.extract(folder / "docxtpl.docx").data == records[1]
    _table("填表 fill（JSON → .docx）", fills, "**docfill fill**", rounds)

    own = [form.fill(r) for r in records]
    clean = [_saved_by_another_program(d) for d in own]
    messy = [_messy(form, r, n) for n, r in enumerate(records)]
    for document, record in zip([*own, *clean], [*records, *records], strict=True):
        result = form.extract(document)
        assert (result.data, result.problems, result.leftovers) == (record, [], [])
    for document, truth in messy:
        assert form.extract(document).data == truth
    name = records[0]["封面"]["集群名称"]
    assert name in _python_docx(clean[0]) and name in _docx2txt(clean[0]) and name in str(_grid(clean[0]))
    reads: dict[str, Run] = {
        "python-docx, cell by cell": _all(_python_docx, clean),
        "docx2txt": _all(_docx2txt, clean),
        "**docfill extract**（他人保存 saved by others）": _all(form.extract, clean),
        f"docfill extract（{HABITS_AT_ONCE} 种习惯 habits at once）": _all(form.extract, [d for d, _ in messy]),
        "docfill extract（原样 as filled）": _all(form.extract, own),
        "极限 limit: one lxml pass to a cell grid": _all(_grid, clean),
        "unzip + lxml parse": _all(_parsed, clean),
    }
    _table(
        f"读取 {RECORDS} 份 extract, {RECORDS} returns",
        reads,
        "**docfill extract**（他人保存 saved by others）",
        rounds,
    )
    changed = [(d, {"主导产业情况": {"集群总产值": {"2021年": n + 1}}}) for n, d in enumerate(clean)]
    puts: dict[str, Run] = {
        "**docfill put**（他人保存 saved by others）": _each(lambda given: form.put(*given), changed),
        "docfill extract": _each(form.extract, clean),
        "docfill extract ×2": _each(lambda d: (form.extract(d), form.extract(d)), clean),
    }
    _table("改值 put（一处 one value）", puts, "**docfill put**（他人保存 saved by others）", rounds)


def _of_others(folder: Path, rounds: int) -> None:
    """Returned forms that were laid out by others: rows, runs and blanks stand otherwise than in the template.

    A round reads the whole folder with one contender after another, as an office reads what came back.
    """
    forms = [Form.load(name) for name in bundled()]
    documents = [path.read_bytes() for path in sorted(folder.rglob("*.docx"))]
    _read_all("别人排版的", "of other layouts", [(recognise(d, forms), d) for d in documents], rounds)


def _of_offices(folder: Path, rounds: int) -> None:
    """Blank forms as offices have them, in the XML that Word or WPS gave them: tagged, filled, and saved by another.

    Of each there are `FILES`, one after another, as a batch has many of one form.
    """
    returned: list[tuple[Form, bytes]] = []
    for path in sorted(folder.rglob("*.docx")):
        try:
            form = Form.load(propose_tags(path).template)
            returned += [(form, _saved_by_another_program(form.fill(record_for(form, 1))))] * FILES
        except (DocfillError, KeyError) as error:  # nothing to tag, or a main part of another name
            print(f"{path.name}: {error}", file=sys.stderr)
    _read_all("真实表格", "real forms of many offices", returned, rounds)


def _read_all(zh: str, en: str, returned: Sequence[tuple[Form, bytes]], rounds: int) -> None:
    """Each file by its form, beside what reads no forms."""
    documents = [document for _, document in returned]
    reads: dict[str, Run] = {
        "docx2txt": _all(_docx2txt, documents),
        "**docfill extract**": _all(lambda given: given[0].extract(given[1]), returned),
        "极限 limit: one lxml pass to a cell grid": _all(_grid, documents),
    }
    _table(f"读取{zh} {len(documents)} 份 extract, all {en}", reads, "**docfill extract**", rounds)


def _record(form: Form, n: int) -> dict[str, Any]:
    """A record with other answers for each n."""
    values = dict(filled_everywhere(form))
    for at, f in enumerate(form.fields):
        if f.kind.name in ("number", "integer"):
            values[f.path] = 37 * at + n + (0.25 if f.kind.name == "number" and at % 2 else 0)
        elif f.kind.name == "text":
            values[f.path] = f"第{at}项第{n}份"
    return form.context(record_of(values))


def _messy(form: Form, record: dict[str, Any], n: int) -> tuple[bytes, dict[str, Any]]:
    """A document after some habits that a person reads without a doubt, and what it says."""
    kinds = list({habit.kin: habit for habit in HABITS if habit.reading == CLEAR}.values())
    page = spoilt(form, record, [(kinds[(n * HABITS_AT_ONCE + i) % len(kinds)], n) for i in range(HABITS_AT_ONCE)])
    return page.document(), page.truth()


def _rivals(template: Path, data: Path, folder: Path, expected: str, modules: Path | None) -> dict[str, Run]:
    """Contenders in processes of their own, as far as their modules are there.

    They fill a plain template: every slot of the form as `{{v1}}`, its text
    ready made, without kinds, blanks or checks.
    """
    here = Path(__file__).parent / "rivals"
    commands = {
        "rust-docxtpl": ("bin/python", [f"{modules}/bin/python", str(here / "rust.py")]),
        "docxtemplater": ("node_modules/docxtemplater", ["node", str(here / "docxtemplater.mjs")]),
    }
    runs: dict[str, Run] = {}
    for name, (module, command) in commands.items():
        if modules is None or not (modules / module).exists():
            print(f"({name}: not installed)\n")
            continue
        target = folder / f"{name}.docx"
        worker = subprocess.Popen(
            [*command, str(modules), str(template), str(data), str(target)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        runs[name] = _worker(worker)
        runs[name]()
        assert _text(target.read_bytes()) == expected, name
    return runs


def _worker(process: subprocess.Popen[str]) -> Run:
    def run() -> float:
        assert process.stdin and process.stdout
        process.stdin.write("1\n")
        process.stdin.flush()
        return float(process.stdout.readline())

    return run


def _plain_template(form: Form, record: dict[str, Any], template: Path) -> dict[str, str]:
    """Writes a template whose every slot is a plain tag; gives the text for each."""
    printed = {t.text for t in _texts(form.blank()) if (t.text or "").strip("□")}
    document = form.fill(record)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        root = etree.fromstring(archive.read(MAIN))
    values: dict[str, str] = {}
    for t in root.iter(W + "t"):
        if t.text and t.text not in printed:
            name = f"v{len(values)}"
            values[name], t.text = t.text, f"{{{{{name}}}}}"
    template.write_bytes(_with(document, etree.tostring(root, encoding="UTF-8", standalone=True)))
    return values


def _join_limit(template: Path, data: Path, target: Path) -> Run:
    """What a fill cannot undercut: JSON read, values escaped and joined between static bytes, deflated, written."""
    opened = Package.open(template)
    writer = Writer(opened, frozenset({MAIN}))
    pieces = re.split(rb"\{\{(v\d+)\}\}", opened.read(MAIN))
    static, names = pieces[::2], [name.decode() for name in pieces[1::2]]
    text = data.read_text(encoding="utf-8")

    def join() -> None:
        values = json.loads(text)
        out = [static[0]]
        for name, following in zip(names, static[1:], strict=True):
            out += (escape(values[name]).encode(), following)
        target.write_bytes(writer.write({MAIN: b"".join(out)}))

    return join


# --- readers ---


def _each(read: Callable[[Any], Any], documents: Sequence[Any]) -> Run:
    """Reads the next of the documents each time."""
    following = itertools.cycle(documents)
    return lambda: read(next(following))


def _all(read: Callable[[Any], Any], documents: Sequence[Any]) -> Run:
    """Reads all of the documents each time."""

    def run() -> None:
        for document in documents:
            read(document)

    return run


def _python_docx(document: bytes) -> str:
    """All text, cell by cell, as people write it with python-docx: no meaning."""
    opened = docx.Document(io.BytesIO(document))
    texts = [p.text for p in opened.paragraphs]
    texts += [c.text for t in opened.tables for r in t.rows for c in r.cells]
    return "\n".join(texts)


def _docx2txt(document: bytes) -> str:
    return str(docx2txt.process(io.BytesIO(document)))


def _parsed(document: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return etree.fromstring(archive.read(MAIN))


def _grid(document: bytes) -> list[Any]:
    """The text of each paragraph and of each cell with its span and merge: one pass, nothing of Word's habits."""
    blocks: list[Any] = []
    for element in _parsed(document)[0]:
        if element.tag == W + "p":
            blocks.append(_shown(element))
        for tr in element.iterchildren(W + "tr"):
            for tc in tr.iterchildren(W + "tc"):
                span, merge = tc.find(f"{W}tcPr/{W}gridSpan"), tc.find(f"{W}tcPr/{W}vMerge")
                blocks.append(
                    (
                        1 if span is None else int(span.get(W + "val", "1")),
                        None if merge is None else merge.get(W + "val", "continue"),
                        "\n".join([_shown(p) for p in tc.iterchildren(W + "p")]),
                    )
                )
    return blocks


def _shown(paragraph: etree._Element) -> str:
    return "".join([t.text or "" for t in paragraph.iter(W + "t")])


# --- a table of many rows ---


def _rows(folder: Path, rounds: int) -> None:
    few = max(3, rounds // 5)
    form, record = _listing(ROWS)
    template = io.BytesIO(package(_listing_body()))
    document = form.fill(record)
    saved = _saved_by_another_program(document)
    result = form.extract(saved)
    assert result.data == record and not result.problems

    def stock_docxtpl() -> None:
        template.seek(0)
        stock = DocxTemplate(template)
        stock.render(record, form.environment)
        stock.save(io.BytesIO())

    plain, data, target = folder / "plain-rows.docx", folder / "plain-rows.json", folder / "rows.docx"
    data.write_text(json.dumps(_plain_template(form, record, plain), ensure_ascii=False), encoding="utf-8")
    text = json.dumps(record, ensure_ascii=False)
    fills: dict[str, Run] = {
        "docxtpl": stock_docxtpl,
        "**docfill fill**": lambda: target.write_bytes(form.fill(json.loads(text))),
        "极限 limit: join, deflate, write": _join_limit(plain, data, folder / "rows-limit.docx"),
    }
    _table(f"填表 fill, {ROWS} 行 rows × {COLUMNS}", fills, "**docfill fill**", few)
    _table(
        f"读取 extract, {ROWS} 行 rows × {COLUMNS}",
        {
            "**docfill extract**（他人保存 saved by others）": lambda: form.extract(saved),
            "docfill extract（原样 as filled）": lambda: form.extract(document),
            "极限 limit: one lxml pass to a cell grid": lambda: _grid(saved),
        },
        "**docfill extract**（他人保存 saved by others）",
        few,
    )


def _listing_body() -> str:
    names = [f"列{n}" for n in range(1, COLUMNS + 1)]
    return table(
        COLUMNS,
        row(*names),
        row(cell("{%tr for 行 in 清单 %}", span=COLUMNS)),
        row(*(f"{{{{ 行.{n} }}}}" for n in names)),
        row(cell("{%tr endfor %}", span=COLUMNS)),
    )


def _listing(count: int) -> tuple[Form, dict[str, Any]]:
    names = [f"列{n}" for n in range(1, COLUMNS + 1)]
    given = random.Random(count)
    rows = [{name: _short(given) for name in names} for _ in range(count)]
    return loaded(package(_listing_body()), "listing"), {"清单": rows}


def _short(given: random.Random) -> str:
    """A name or a number, as tables of thousands of rows have them."""
    return (
        "".join(given.choices("张王李赵陈一二三伟芳娜静明华强", k=3))
        if given.random() < 0.5
        else str(given.randrange(10**5))
    )


# --- growth ---


def _growth() -> None:
    print("| 增长 growth | 行 rows | s | MiB | 每行 µs a row |\n| --- | --- | --- | --- | --- |")
    for work in ("fill", "extract"):
        for count in (ROWS // 10, ROWS, ROWS * 4):
            context = multiprocessing.get_context("spawn")
            with context.Pool(1) as pool:
                seconds, mebibytes = pool.apply(_one_of, (work, count))
            print(f"| {work} | {count} | {seconds:.2f} | {mebibytes:.0f} | {seconds / count * 1e6:.0f} |")
    print()


def _one_of(work: str, count: int) -> tuple[float, float]:
    """Seconds and peak MiB of the whole process for a table of so many rows."""
    form, record = _listing(count)
    document = form.fill(record) if work == "fill" else _saved_by_another_program(form.fill(record))
    run = (lambda: form.fill(record)) if work == "fill" else (lambda: form.extract(document))
    with limits.within(blocks=10**7, elements=10**8, part=2**30, work=10**8):
        seconds = _seconds(run)
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return seconds, int(peak[1]) / 1024 if peak else math.nan


# --- start ---

_EMPTY_APP = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
_CELLS = """
import sys, docx
d = docx.Document(sys.argv[1])
print(len([c.text for t in d.tables for r in t.rows for c in r.cells] + [p.text for p in d.paragraphs]))
"""
_PASS = """
import sys, zipfile
from lxml import etree
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
root = etree.fromstring(zipfile.ZipFile(sys.argv[1]).read("word/document.xml"))
cells = [[t.text or "" for t in tc.iter(W + "t")] for tc in root.iter(W + "tc")]
print(len(cells))
"""


def _start(folder: Path, rounds: int) -> None:
    form = Form.load("shanghai")
    returned = folder / "returned.docx"
    returned.write_bytes(_saved_by_another_program(form.fill(_record(form, 1))))
    docfill = str(Path(sys.executable).with_name("docfill"))
    _table(
        "启动 start: --help",
        {
            "**docfill --help**": _command(folder, docfill, "--help"),
            "an empty typer app": _command(folder, sys.executable, "-c", _EMPTY_APP),
        },
        "**docfill --help**",
        rounds,
    )
    _table(
        "读一份 one file, process start included",
        {
            "python-docx, cell by cell": _command(folder, sys.executable, "-c", _CELLS, str(returned)),
            "**docfill extract --form shanghai**": _command(
                folder, docfill, "extract", str(returned), "--form", "shanghai"
            ),
            "docfill extract": _command(folder, docfill, "extract", str(returned)),
            "极限 limit: one lxml pass": _command(folder, sys.executable, "-c", _PASS, str(returned)),
        },
        "**docfill extract --form shanghai**",
        rounds,
    )


def _command(folder: Path, *command: str) -> Run:
    """A process of its own, with bytecode as every installed program has it."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    return lambda: subprocess.run(command, check=True, capture_output=True, env=environment)


# --- tables ---


def _table(title: str, contenders: dict[str, Run], ours: str, rounds: int) -> None:
    """Interleaved rounds; a contender that times itself gives its seconds."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    gc.collect()
    gc.freeze()  # what the benchmark itself holds is no work of the contenders' garbage collection
    for _ in range(rounds):
        for name, run in contenders.items():
            gc.collect()
            times[name].append(_seconds(run))
    gc.unfreeze()
    print(f"| {title} | ms | docfill 快几倍 times as fast |\n| --- | --- | --- |")
    for name, measured in times.items():
        ratio = statistics.median(other / own for other, own in zip(measured, times[ours], strict=True))
        print(f"| {name} | {statistics.median(measured) * 1000:.2f} | {ratio:.2f} |")
    print(flush=True)


def _seconds(run: Run) -> float:
    started = time.perf_counter()
    told = run()
    return told if isinstance(told, float) else time.perf_counter() - started


# --- documents ---


def _saved_by_another_program(document: bytes) -> bytes:
    """The same document as lxml writes it, so that it is read by meaning."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return _with(document, etree.tostring(etree.fromstring(archive.read(MAIN)), encoding="UTF-8"))


def _with(document: bytes, main: bytes) -> bytes:
    """The package with another main part."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for info in source.infolist():
            target.writestr(info, main if info.filename == MAIN else source.read(info))
    return out.getvalue()


def _texts(document: bytes) -> list[etree._Element]:
    return list(_parsed(document).iter(W + "t"))


def _text(document: bytes) -> str:
    return "".join(t.text or "" for t in _texts(document))


if __name__ == "__main__":
    main()
