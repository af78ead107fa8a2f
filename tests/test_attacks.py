"""Hostile files end in one clear error, or in a result, within two seconds and 300 MiB (law 6).

python -m tests.test_attacks           # measures the tables of docs/security.md here, and writes them there
python -m tests.test_attacks NAME …    # these lines of them only

Memory is asserted; time is only printed, since a test machine may be busy, and a
file that takes ten times what is promised is ended by the trial itself.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import http.server
import io
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from docfill import DocfillError, Form, files, limits, sources, tables
from docfill.check.expression import Expression, Unanswered
from docfill.check.functions import FUNCTIONS
from docfill.lint import lint
from docfill.tables import flat, held, old
from docfill.tables.xlsx import Merged
from docfill.template import language, sandbox
from docfill.text import normal
from docfill.view import View
from docfill.word import cage, xml
from docfill.word.document import Document
from docfill.word.package import Package
from tests.attacks import ATTACKS, INJECTIONS, Attack, Member, Trials, book_with, injected, with_programs, zip_of
from tests.burdens import BURDENS
from tests.commands import app
from tests.disturb import MAIN, package_of, parts_of
from tests.small_form import form_named, loaded, p, package, template

PAGE = Path(__file__).parent.parent / "docs" / "security.md"
LARGEST = 300
"""MiB that a refusal may take."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux only")
needs_scripts = pytest.mark.skipif(os.name == "nt", reason="the converters of these tests are shell scripts")
needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None and os.environ.get("DOCFILL_TEST_LIBREOFFICE") != "required",
    reason="not installed: soffice",
)


# --- files that are attacks ---


def _made(attack: Attack, folder: Path) -> Path:
    path = folder / f"attack{attack.suffix}"
    path.write_bytes(attack.make())
    return path


@pytest.fixture(scope="module")
def trials() -> Iterator[Trials]:
    opened = Trials()
    yield opened
    opened.close()


@needs_proc
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_one_clear_error_or_is_harmless(name: str, tmp_path: Path, trials: Trials) -> None:
    attack = ATTACKS[name]
    ended = trials.outcome(attack.door, _made(attack, tmp_path))
    assert ended.kind == ("refused" if attack.says else "read"), ended.message
    assert re.search(attack.says, ended.message), ended.message
    assert ended.mebibytes < LARGEST


def test_every_attack_stands_in_the_table_of_the_documentation() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in (*ATTACKS, *BURDENS) if f"| {name} |" not in page] == []


@needs_proc
@pytest.mark.parametrize("name", BURDENS)
def test_a_file_that_asks_for_much_work_ends_soon_and_in_little_memory(
    name: str, tmp_path: Path, trials: Trials
) -> None:
    burden = BURDENS[name]
    path = tmp_path / f"burden{burden.suffix}"
    path.write_bytes(burden.make(burden.size))
    ended = trials.outcome(burden.door, path)
    assert ended.kind in ("read", "refused"), ended.message
    assert ended.mebibytes < LARGEST


@pytest.mark.parametrize("tag", INJECTIONS, ids=lambda tag: tag[:40])
def test_an_injection_into_a_tag_is_refused_or_never_evaluated(tag: str) -> None:
    try:
        form = Form(Package(injected(tag)(), "template.docx"), "template")
    except DocfillError:
        return
    assert form.skeleton.unread and "__" not in tag
    assert {problem.code for problem in lint(form)} >= {"unread-tag"}
    with pytest.raises(DocfillError):
        language.expression(form.skeleton.unread[0].source)


@pytest.mark.parametrize("tag", [t for t in INJECTIONS if t != "{% raw %}"], ids=lambda tag: tag[:40])
def test_an_injection_into_an_expression_is_refused(tag: str) -> None:
    with pytest.raises(DocfillError):
        language.expression(_inside(tag))


@pytest.mark.parametrize("tag", INJECTIONS, ids=lambda tag: tag[:40])
def test_an_injection_into_a_rule_is_refused_or_says_nothing(tag: str) -> None:
    answers = {"甲": {"乙": 1, "items": 2}, "乙": "__class__"}
    with pytest.raises((DocfillError, Unanswered, TypeError)):
        Expression(_inside(tag))({**answers, **FUNCTIONS})


def _inside(tag: str) -> str:
    return re.sub(r"^\{[{%](?:p|tr|tc|r)?\s*(?:if\b)?|[%}]\}.*$", "", tag).strip()


class _Watched(dict[str, Any]):
    """Data whose attributes tell that they were reached."""

    @property
    def secret(self) -> str:
        raise AssertionError("an attribute was reached")


@pytest.mark.parametrize(
    "source", ["甲.secret", '甲["secret"]', "甲.keys", "甲.items", "甲.real", '"文".upper', "甲.__len__"]
)
def test_no_attribute_of_an_object_is_reached(source: str) -> None:
    environment = sandbox.environment()
    assert environment.from_string("{{ " + source + " }}").render(甲=_Watched()) == ""


@pytest.mark.parametrize("source", ["甲()", "甲.keys()", '"".join(甲)', "range(3)", "cycler()", "dict()", "lipsum()"])
def test_stock_docxtpl_cannot_call_anything_either(source: str) -> None:
    environment = sandbox.environment()
    with pytest.raises(Exception, match=r"called|undefined"):
        environment.from_string("{{ " + source + " }}").render(甲=_Watched())


@pytest.mark.parametrize("source", ['"a" * 1000000000', "[1] * 1000000000", "9 * 甲.大", "甲.长 + 甲.长", "甲.大 / 0"])
def test_what_would_grow_or_fail_is_nothing(source: str) -> None:
    assert language.expression(source)({"甲": {"大": 10**18, "长": "文" * 600_000}}) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("甲.一 + 甲.二", 5),
        ("(甲.一 + 甲.二) * 2 - 1", 9),
        ("甲.二 / 甲.一", 1.5),
        ("甲.无 + 甲.一", None),
        ("甲.没有.这个 + 1", None),
        ('甲["一"] == 2 and "乙" in 甲.选', True),
        ("甲.文 ~ 甲.一", "文2"),
        ("甲.文 + 甲.文", "文文"),
        ("甲.一 > 甲.文", None),
        ("甲.行[1].列", "下"),
        ("甲.行[7].列", None),
        ("甲.无 is none", True),
        ("甲.没有 is defined", False),
        ("甲.一 if 甲.无 else 甲.二", 3),
    ],
)
def test_an_expression_gives_data_or_nothing(source: str, value: Any) -> None:
    record = {"甲": {"一": 2, "二": 3, "无": None, "文": "文", "选": ["乙"], "行": [{"列": "上"}, {"列": "下"}]}}
    assert language.expression(source)(record) in (value,)


def test_an_expression_tells_which_paths_it_reads() -> None:
    paths = language.expression('甲.一 + 甲["二"] if "x" in 乙.选 else 丙').paths
    assert set(paths) == {("甲", "一"), ("甲", "二"), ("乙", "选"), ("丙",)}


def test_a_derived_value_is_escaped_once() -> None:
    form = loaded(package(p("名称：{{ 甲 }}") + p("摘要：{{ 甲 ~ 甲 }}。")))
    document = form.fill({"甲": "<&"})
    assert b"&lt;&amp;&lt;&amp;" in parts_of(document)[MAIN] and b"amp;lt;" not in parts_of(document)[MAIN]
    assert form.extract(document).problems == []


def test_a_derived_number_of_an_empty_form_is_empty() -> None:
    form = loaded(package(p("甲：{{ 甲 | number }}") + p("乙：{{ 乙 | number }}") + p("合计：{{ 甲 + 乙 }}元")))
    assert form.extract(form.blank()).problems == []
    assert "合计：5元" in "".join(re.findall(r">([^<>]+)<", parts_of(form.fill({"甲": 2, "乙": 3}))[MAIN].decode()))


# --- archives of returned files ---


def _of_zip(*members: Member) -> tuple[list[bytes], list[str]]:
    """What is read of a zip, and why the rest is not."""
    read, told = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "收.zip")
        path.write_bytes(zip_of(members))
        for source in sources.collect([str(path)]):
            try:
                read.append(source.read())
            except DocfillError as refused:
                told.append(refused.zh)
    return read, told


@pytest.mark.parametrize("declared", [0, 3, 4])
def test_a_member_that_is_longer_than_it_says_is_refused_and_no_other(declared: int) -> None:
    lies = Member.of("长.docx", "长的内容".encode())
    lies.size, lies.crc = declared, zlib.crc32("长的内容".encode()[:declared])
    read, told = _of_zip(lies, Member.of("好.docx", b"good"))
    assert read == [b"good"] and len(told) == 1 and "长.docx 部分已损坏" in told[0]


def test_a_member_with_a_dictionary_of_4_gb_is_refused_and_no_other() -> None:
    asks = Member(b"a.docx", b"\x09\x14\x05\0\x5d\xff\xff\xff\xff" + b"\0" * 64, 9, 0, 14)
    read, told = _of_zip(asks, Member.of("好.docx", b"good"))
    assert read == [b"good"] and len(told) == 1 and "a.docx 部分已损坏" in told[0]


# --- limits ---


def test_limits_are_raised_by_name_where_a_file_is_trusted() -> None:
    document = package(p("甲") * 30)
    with limits.within(blocks=20), pytest.raises(DocfillError, match="blocks=20"):
        Document(document).blocks  # noqa: B018
    with limits.within(blocks=20), limits.within(blocks=30) as inner:
        assert len(Document(document).blocks) == 30 and inner == limits.current()
    assert limits.current() == limits.DEFAULT


def test_limits_come_from_the_environment_and_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    path = tmp_path / "表.docx"
    path.write_bytes(form_named("shanghai").blank())
    monkeypatch.setenv(limits.VARIABLE, "part=10K")
    assert limits.current() == limits.Limits(part=10 * 2**10)
    with pytest.raises(DocfillError, match="part=10240"):
        Document(path).blocks  # noqa: B018
    done = CliRunner().invoke(app, ["--limits", "part=20K, blocks=7", "extract", str(path), "--form", str(path)])
    assert "part=20480" in done.output and done.exit_code == 2


@pytest.mark.parametrize(
    "text", ["part", "part=0", "part=-1", "part=1.5", "teil=1", "part=1T", "part=99999999999999999"]
)
def test_a_limit_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(app, ["--limits", text, "forms"])
    assert done.exit_code == 2 and "members" in done.output and "Traceback" not in done.output
    monkeypatch.setenv(limits.VARIABLE, text)
    assert CliRunner().invoke(app, ["blank", "shanghai", "-o", "x"]).exit_code == 2
    with pytest.raises(DocfillError, match="members"):
        limits.limits_from(text)


def test_reading_and_drawing_draw_on_one_budget() -> None:
    data = package("".join(p(f"第{n}段") for n in range(200)))
    with limits.within(work=14_000):
        assert len(Document(data).blocks) == len(Document(data).blocks) == 200
        with pytest.raises(DocfillError, match="work=14000"):
            View(Document(data)).html  # noqa: B018
    with limits.within(work=24_000):
        view = View(Document(data))
        assert view.html == view.marked([]).html


def test_who_passes_over_the_end_of_the_budget_is_refused_at_its_end() -> None:
    passed_over = contextlib.suppress(DocfillError)
    with limits.within(work=10), pytest.raises(DocfillError, match="work=10"), limits.Budget("表.docx", 1), passed_over:
        limits.spend(11)


def test_a_large_table_weighs_what_it_says_and_nothing_else_more_than_its_file() -> None:
    drawn = random.Random(7)
    text = "<w:r><w:rPr><w:rFonts w:ascii='FangSong' w:hAnsi='FangSong' w:eastAsia='FangSong'/></w:rPr>{}</w:r>"
    words = [text.format(f"<w:t>{drawn.randrange(10**30)}</w:t>") for _ in range(40_000)]
    cells = "".join(f"<w:tc><w:p>{word}</w:p></w:tc>" for word in words)
    large = Package(package(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), "表.docx")
    assert large.weight == 2**20 + len(large.read(MAIN)) // 5 > len(large.data)
    again = Package(package(f"<w:tbl><w:tr>{cells[: len(cells) // 800] * 800}</w:tr></w:tbl>"), "表.docx")
    assert again.weight == 2**20 * 4 // 3
    lines = Package(package("".join(f"<w:p>{word}</w:p>" for word in words)), "表.docx")
    assert lines.weight == len(lines.data)


def test_a_normal_form_of_marks_in_a_heap_is_that_of_unicode_thirty_by_thirty() -> None:
    heap = "e" + "\u0301\u0323" * 40
    assert normal("NFKC", "ｅ\u0301") == "é" and normal("NFC", "……" * 40) == "……" * 40
    assert sorted(unicodedata.normalize("NFD", normal("NFC", heap))) == sorted(heap)


def test_a_text_over_the_limit_is_refused() -> None:
    with limits.within(text=3), pytest.raises(DocfillError, match="text=3"):
        Document(package(p("甲乙丙丁"))).blocks  # noqa: B018


@pytest.mark.parametrize(
    "encoding", ["UTF-8", "utf-8", "GB18030", "gbk", "Big5", "ISO-8859-1", "windows-1252", "UTF-16"]
)
def test_encodings_that_keep_ascii_are_read(encoding: str) -> None:
    assert xml.parse(f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>'.encode(encoding), "a").text == "x"


@pytest.mark.parametrize("encoding", ["UTF-7", "IBM037", "UTF-32", "x-unknown", "HZ"])
def test_encodings_that_may_hide_a_tag_are_refused(encoding: str) -> None:
    with pytest.raises(DocfillError):
        xml.parse(f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>'.encode(), "a")


# --- what is there and is left alone ---


def test_macros_and_embedded_files_are_reported_and_left_alone() -> None:
    result = form_named("shanghai").extract(with_programs())
    found = {x.code: (x.severity, x.found) for x in result.problems if x.code in ("macros", "embedded-file")}
    assert found == {
        "macros": ("note", "word/vbaProject.bin"),
        "embedded-file": ("note", "word/activeX/activeX1.bin, word/embeddings/oleObject1.bin"),
    }


def test_macros_that_the_form_itself_has_are_no_news() -> None:
    blank = package_of({**parts_of(template()), "word/vbaProject.bin": b"x"})
    form = loaded(blank)
    assert form.extract(form.blank(), by_meaning=True).problems == []


def test_nothing_is_asked_of_the_network_or_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **_: Any) -> Any:
        raise AssertionError(f"opened {arguments}")

    secret = tmp_path / "secret.xml"
    secret.write_text("<a>秘密</a>", encoding="utf-8")
    document = ATTACKS["external relationships"].make().replace(b"http://127.0.0.1:9/a", b"http://127.0.0.1:9/b")
    form = form_named("shanghai")
    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    said = str(form.extract(document).to_dict())
    assert "秘密" not in said and "root:" not in said


def test_a_system_entity_of_a_url_asks_no_server() -> None:
    with _server() as (address, asked):
        entity = f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{address}/x.dtd">%x;<!ENTITY y SYSTEM "{address}/y">]>'
        text = f'<?xml version="1.0"?>{entity}<w:document xmlns:w="{xml.W[1:-1]}">&y;</w:document>'
        parts = {**parts_of(package(p("甲"))), MAIN: text.encode()}
        with pytest.raises(DocfillError, match="DOCTYPE"):
            Document(package_of(parts)).blocks  # noqa: B018
        assert asked == []


class _server:
    """A server on this machine, and the paths that it was asked for."""

    def __enter__(self) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self._running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._running.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._running.server_port}", asked

    def __exit__(self, *_: object) -> None:
        self._running.shutdown()
        self._running.server_close()


# --- LibreOffice ---


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of soffice."""
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def script(text: str) -> None:
        path = tmp_path / "soffice"
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return script


RTF = rb"{\rtf1 x}"


@needs_scripts
def test_a_converter_has_limits_of_memory_and_processor_time(tmp_path: Path, converter: Callable[[str], None]) -> None:
    converter(f'echo $(ulimit -v) $(ulimit -t) $(ulimit -c) > "{tmp_path}/said"; exit 1')
    with limits.within(office=2**30), pytest.raises(DocfillError, match="LibreOffice"):
        Document(RTF, "表.doc", timeout=20)
    memory, seconds, core = (tmp_path / "said").read_text().split()
    assert (seconds, core) == ("50", "0")
    assert memory == str(2**20) or sys.platform != "linux"


@needs_scripts
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no limit on memory that a user could set")
def test_a_converter_that_eats_memory_is_one_message(converter: Callable[[str], None]) -> None:
    converter(f"exec {sys.executable} -c 'x = bytearray(2 * 2**30); print(len(x))'")
    with limits.within(office=2**30), pytest.raises(DocfillError, match="LibreOffice 无法转换（MemoryError"):
        Document(RTF, "表.doc")


@needs_scripts
def test_the_socket_of_a_converter_that_was_ended_is_removed(converter: Callable[[str], None], tmp_path: Path) -> None:
    # the name that LibreOffice gives it, as it computes it
    program = (
        "import hashlib,os,sys;url=sys.argv[1].partition('=')[2];"
        "name=''.join(f'{b:x}' for b in hashlib.md5(url.encode('utf-16-le')).digest());"
        f"path=f'/tmp/OSL_PIPE_{{os.getuid()}}_SingleOfficeIPC_{{name}}';open(path,'w').close();"
        f"open(r'{tmp_path}/socket','w').write(path)"
    )
    converter(f'{sys.executable} -c "{program}" "$1"; sleep 300')
    with pytest.raises(DocfillError, match="已中止"):
        Document(RTF, "表.doc", timeout=5)
    socket = Path((tmp_path / "socket").read_text())
    assert socket.name.startswith("OSL_PIPE_") and not socket.exists()


@needs_scripts
def test_a_full_temporary_folder_is_no_fault_of_the_file(
    converter: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    converter("exit 77")
    room = shutil.disk_usage(tempfile.gettempdir())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=4096))
    with pytest.raises(DocfillError, match=r"无法使用临时文件夹 .*磁盘已满"):
        Document(RTF, "表.doc", timeout=5)


@needs_scripts
@needs_libreoffice
def test_what_is_linked_is_not_fetched_even_where_there_is_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "_offline", lambda: ())
    with _server() as (address, asked):
        text = (
            '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2" '
            'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>甲<draw:frame>'
            f'<draw:image xlink:href="{address}/a.png" xlink:actuate="onLoad"/></draw:frame></text:p></office:text>'
            "</office:body></office:document>"
        )
        assert [x.text for x in Document(text.encode(), "表.fodt").blocks] == ["甲"]  # type: ignore[union-attr]
        assert asked == []


# --- spreadsheets ---


def _loaded(path: Path) -> list[tables.Record]:
    return list(tables.load(path, form_named("shanghai")).records)


def _dumped(record: dict[str, Any], path: Path) -> Path:
    """A record as `extract` writes it, in the format of the suffix."""
    form = form_named("shanghai")
    with tables.Writer(path, [form]) as writer:
        writer.add(form, form.extract(form.fill(record)))
    return path


def test_a_formula_gives_its_value_and_one_without_a_value_is_an_error(tmp_path: Path) -> None:
    formula = '<f>"乙"&amp;"丙"</f>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"{kind}>{formula}{value}</c></row>'
        for n, kind, value in ((3, ' t="str"', "<v>乙丙</v>"), (4, "", ""), (5, ' t="e"', "<v>#DIV/0!</v>"))
    )
    path = tmp_path / "data.xlsx"
    path.write_bytes(book_with(rows))
    records = _loaded(path)
    assert [r.data["封面"]["集群名称"] for r in records] == ["甲", "乙丙", None, None]
    told = [[(x.code, x.found, x.place.row, x.place.column) for x in r.problems] for r in records]
    assert told == [[], [], [("no-result", '="乙"&"丙"', "4", "A")], [("cell-error", "#DIV/0!", "5", "A")]]


_OWN_FORMULAS = re.compile(rb"""<f>(?:HYPERLINK|IF\(('(?:[^'<]|'')+'![A-Z]{1,3}[0-9]+)="","",\1\)</f>)""")
"""A workbook's own: its links, and cells that show what another one says."""


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1",
        "-3.5",
        "=cmd|' /C calc'!A0",
        "'=1",
        "''=1",
        "a;=1+1",
        "a;'=1",
        "x\t=1+1",
        'x;"=1+1;',
        "x\n=1",
    ],
)
def test_no_text_becomes_a_formula_in_any_table_and_it_comes_back(text: str, tmp_path: Path) -> None:
    record = {"封面": {"集群名称": text}}
    written = _dumped(record, tmp_path / "a.csv")
    shown = list(csv.reader(io.StringIO(written.read_text("utf-8-sig"))))[-1]
    seen = (piece for cell in shown for piece in re.split(r"[;\t\r\n]", cell))
    assert not any(piece.startswith(tuple("=+-@＝＋－＠")) for piece in seen)
    assert _loaded(written)[0].data["封面"]["集群名称"] == text
    book = _dumped(record, tmp_path / "a.xlsx")
    assert not any(b"<f>" in _OWN_FORMULAS.sub(b"", content) for content in parts_of(book.read_bytes()).values())
    assert _loaded(book)[0].data["封面"]["集群名称"] == text


@given(st.text(alphabet="=+-@'; \t\r\n甲,\"1", max_size=9))
def test_what_is_escaped_in_a_csv_comes_back_and_no_part_of_it_begins_a_formula(text: str) -> None:
    shown = flat.escaped(text)
    assert flat._ESCAPED_FORMULA.sub(r"\1\2", shown) == text
    assert not any(part[:1] in tuple("=+-@") for part in re.split(r"[;\t\r\n]", shown))
    line = io.StringIO()
    csv.writer(line).writerow(["甲.docx", shown, "乙"])
    for separator in ",;\t":
        # what is `;"=1;` was a cell `=1` where lists are separated by semicolons: quotation marks are doubled
        rows = csv.reader(io.StringIO(line.getvalue(), newline=""), delimiter=separator)
        assert not any(cell[:1] in tuple("=+-@") for row in rows for cell in row)


_OF_A_BOOK = [True, False, [[0, "", False, "000000", None], [14, "", False, "000000", None]]]


def test_what_the_process_says_of_an_old_workbook_is_what_is_in_it() -> None:
    cells = ["", [0, held.WORDS, "甲\n乙\u2028丙"], [0, held.FLAG, True], [0, held.FIGURE, 1.5], [1, held.FIGURE, 1.0]]
    sheet = ["甲", True, [[0, 1, 0, 1]], [3], [2], [[4, 1, " 好 "]]]
    lines = [_OF_A_BOOK, [*sheet, 1], cells, ["大", False, [], [], [], [], None], ["空", False, [], [], [], [], 0]]
    read = old._Held.of("\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode())
    held_rows = [["", "甲\n乙\u2028丙", True, 1.5, datetime.datetime(1904, 1, 2)]]
    merged = [Merged(1, 2, 0, 1)]
    assert read.sheets["甲"] == (True, merged, frozenset({4}), frozenset({2}), {5: [(1, "好")]}, held_rows)
    assert read.sheets["大"].rows is None and read.sheets["空"].rows == [] and not read.has_pictures


def test_a_sheet_that_has_too_many_cells_hides_none_behind_it() -> None:
    def sheet(*rows: int) -> SimpleNamespace:
        cell = SimpleNamespace(ctype=2, value=1.0, xf_index=0)
        maps = {"rowinfo_map": {}, "colinfo_map": {}, "cell_note_map": {}, "merged_cells": [], "visibility": 0}
        return SimpleNamespace(nrows=len(rows), row_len=rows.__getitem__, row=lambda n: [cell] * rows[n], **maps)

    sheets = [sheet(3), sheet(*[9] * 9), sheet(2)]
    nothing = {"datemode": 0, "mem": b"", "base": 0, "stream_len": 0, "xf_list": [], "unload_sheet": lambda _: None}
    book = SimpleNamespace(sheet_names=lambda: ["甲", "大", "小"], sheet_by_index=sheets.__getitem__, **nothing)
    read = old._Held.of("\n".join(held._lines(book, 10)).encode()).sheets
    assert [read[name].rows for name in ("甲", "大", "小")] == [[[1.0] * 3], None, [[1.0] * 2]]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "x",
        "[1]",
        '[0, 0, [[0, "", 0, "", null]]]\\n["甲", 0, [], [], [], [], 1]\\n[[0, "os.system", "id"]]',
        '[0, 0, []]\n["甲", 0, [], [], [], [], 1]\n[[7, "words"]]',
        "\udcff",
    ],
)
def test_a_process_that_was_made_to_say_something_else_is_not_believed(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    done = subprocess.CompletedProcess((), 0, said.encode(errors="surrogateescape"))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(DocfillError, match="已损坏"):
        old.OldBook(path)


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    form = form_named("shanghai")
    path = next(f for f in form.fields if f.kind.name == "number")
    record = form.records.nested({path.path: -12.5})
    for suffix in (".csv", ".xlsx"):
        written = _dumped(record, tmp_path / f"a{suffix}")
        assert suffix == ".xlsx" or (b",-12.5," in written.read_bytes() and b"'-12.5" not in written.read_bytes())
        found = _loaded(written)[0]
        assert form.records.flatten(found.data) == {path.path: -12.5} and found.problems == []


# --- outputs ---


@pytest.mark.parametrize(
    "said",
    [
        "../../etc/cron.d/x",
        "/etc/passwd",
        "..\\..\\x",
        "C:\\x",
        "con",
        "con .docx",
        "NUL.txt",
        "a/../../b",
        "..",
        ".",
        "\0",
        "～",
        "~$a",
        *("甲" * 5000, "-rf", "a\nb", "\u202egnp.exe", "com¹", "a.", " a ", "<>:|?*", "\ud800"),
    ],
)
def test_a_name_made_of_an_answer_stays_in_its_folder(said: str, tmp_path: Path) -> None:
    name = files.safe_name(said)
    assert not re.search(r'[/\\:*?"<>|\x00-\x1f]', name) and not name.startswith(("-", "~", "."))
    assert len(name.encode()) <= files.LONGEST
    if name:
        target = tmp_path / f"{name}.docx"
        files.write(target, b"x")
        assert target.resolve().parent == tmp_path.resolve() and [p.name for p in tmp_path.iterdir()] == [target.name]


def test_a_batch_with_names_from_data_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    names = ["../外", "/tmp/外", "同", "同", "同", "CON"]
    records = [{"封面": {"集群名称": name}} for name in names]
    (tmp_path / "data.json").write_bytes(files.dump_json(records))
    out = tmp_path / "a" / "out"
    arguments = ["fill", "shanghai", str(tmp_path / "data.json"), "-o", str(out), "--name", "{封面.集群名称}"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    made = sorted(str(x.relative_to(tmp_path)) for x in tmp_path.rglob("*.docx"))
    assert made == sorted(f"a/out/{n}.docx" for n in ("_外", "_tmp_外", "同", "同-2", "同-3", "_CON"))


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_an_output_is_never_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"old")
    hard, soft, dangling = (tmp_path / "out" / n for n in ("hard.docx", "soft.docx", "dangling.docx"))
    (tmp_path / "out").mkdir()
    os.link(outside, hard)
    soft.symlink_to(outside)
    dangling.symlink_to(tmp_path / "new")
    for target in (hard, soft, dangling):
        with pytest.raises(DocfillError, match="--force"):
            files.check_targets([target], [], force=False)
        files.check_targets([target], [], force=True)
        files.write(target, b"new")
        assert target.read_bytes() == b"new" and not target.is_symlink()
    assert outside.read_bytes() == b"old" and not (tmp_path / "new").exists()


def test_many_records_of_one_name_are_numbered_one_by_one() -> None:
    made = list(files.distinct(["甲"] * 30_000))
    assert made[:3] == ["甲", "甲-2", "甲-3"] and len(set(made)) == 30_000


def test_a_key_given_twice_in_a_large_object_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{" + ",".join(f'"{n}":1' for n in range(50_000)) + ',"7":2}', encoding="utf-8")
    with pytest.raises(DocfillError, match="“7”出现了两次"):
        files.load_json(path)


@pytest.mark.parametrize("half", ["\\ud800", "\\uDFFF甲", "\\udc00\\ud800"])
def test_half_a_character_in_json_is_refused_and_a_whole_one_is_not(half: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for text in (f'{{"甲":"{half}"}}', f'[{{"{half}":1}}]'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DocfillError, match="半个字符"):
            files.load_json(path)
    path.write_text('["\\ud842\\udfb7", "\\\\ud800"]', encoding="utf-8")
    assert files.load_json(path) == ["𠮷", "\\ud800"]


def _measured(name: str, opened: Trials, folder: Path) -> str:
    """The line of a table that says what came of an attack or a burden here."""
    if name in ATTACKS:
        attack = ATTACKS[name]
        ended = opened.outcome(attack.door, _made(attack, folder))
        means = ended.message if ended.kind == "broken" else "refused" if attack.says else "read, nothing unpacked"
        return f"| {name} | {means} | {ended.seconds:.2f} | {ended.mebibytes} |"
    burden = BURDENS[name]
    path = folder / f"burden{burden.suffix}"
    path.write_bytes(burden.make(burden.size))
    ended = opened.outcome(burden.door, path)
    size = path.stat().st_size / 1e6
    return f"| {name} | {burden.size:,} | {size:.2f} | {ended.kind} | {ended.seconds:.2f} | {ended.mebibytes} |"


def _with_table(page: str, head: str, names: Iterable[str], lines: dict[str, str]) -> str:
    """The page with the lines of a table that were measured; those that were not stay, those of no name go."""
    before, found, behind = page.partition(head)
    table, gap, rest = behind.partition("\n\n")
    rule, *old = table.strip("\n").split("\n")
    known = {line.split(" | ")[0].removeprefix("| "): line for line in old} | lines
    return before + found + "\n" + "\n".join([rule, *(known[name] for name in names if name in known)]) + gap + rest


def _measure(names: Iterable[str]) -> None:
    opened = Trials()
    lines: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            lines[name] = _measured(name, opened, Path(folder))
            print(lines[name], flush=True)
    opened.close()
    page = _with_table(PAGE.read_text(encoding="utf-8"), "| attack | what happens | seconds | MiB |", ATTACKS, lines)
    page = _with_table(page, "| burden | how many | MB | what happens | seconds | MiB |", BURDENS, lines)
    PAGE.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    _measure(sys.argv[1:] or [*ATTACKS, *BURDENS])
