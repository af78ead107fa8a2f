"""Which files are meant: folders, wildcards, zip files and URLs, and what is refused of them."""

from __future__ import annotations

import functools
import http.server
import io
import json
import os
import struct
import threading
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from docfill import DocfillError, Form, limits, remote, sources
from docfill.batch import extract_many
from docfill.sources import Met, Source
from tests.test_batch import form, names, record
from tests.test_cli import Run, run

__all__ = ["form", "run"]


def collected(*arguments: str | Path) -> Met:
    return sources.collect(list(map(str, arguments)))


def called(found: Iterable[Source], folder: Path) -> list[str]:
    return [s.name.removeprefix(f"{folder}/") for s in found]


def called_aside(found: Met, folder: Path) -> list[str]:
    return [name.removeprefix(f"{folder}/").partition("/")[2] for name in found.aside]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refusals(found: Iterable[Source]) -> list[str]:
    told = []
    for source in found:
        with pytest.raises(DocfillError) as refused:
            source.read()
        told.append(str(refused.value))
    return told


# --- files, folders, wildcards ---


def test_wildcards_are_for_files(tmp_path: Path) -> None:
    for name in ("甲.docx", "乙.doc", "~$甲.docx", "说明.txt", "深/丙.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    zipped(tmp_path / "丁.zip", {"丁.docx": b"x"})
    found = collected(tmp_path / "*")
    assert called(found, tmp_path) == ["丁.zip/丁.docx", "乙.doc", "甲.docx", "说明.txt"]
    assert found.aside == [f"{tmp_path}/~$甲.docx"]
    assert called(collected(tmp_path / "**" / "*.docx"), tmp_path) == ["深/丙.docx", "甲.docx"]
    with pytest.raises(DocfillError, match=r"没有符合 .*\*\.rtf 的文件"):
        collected(tmp_path / "*.rtf")


def test_a_name_that_looks_like_wildcards_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "[甲]*.docx").touch()
    assert called(collected(tmp_path / "[甲]*.docx"), tmp_path) == ["[甲]*.docx"]


def test_a_file_meant_twice_counts_once(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"甲.docx": b"x"})
    assert len(collected(tmp_path, archive, tmp_path / "*.zip")) == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.docx")
    told = f"{tmp_path}/a.docx 是文件夹的链接、管道或设备，不是普通文件"
    assert refusals(collected(tmp_path / "a.docx")) == refusals(collected(tmp_path)) == [told]


def test_a_name_that_is_not_utf_8_is_read_as_gbk(tmp_path: Path, form: Form) -> None:
    with open(os.fsencode(tmp_path) + b"/" + "松江.docx".encode("gbk"), "wb") as stream:  # noqa: PTH123
        stream.write(form.fill(record(1)))
    (found,) = collected(tmp_path)
    (outcome,) = extract_many([found], [form])
    assert (found.stem, outcome.result and outcome.result.source) == ("松江", f"{tmp_path}/松江.docx")


def test_controls_in_a_name_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\n.docx").touch()
    assert called(collected(tmp_path), tmp_path) == ["a\ufffd[31m\ufffd.docx"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.docx").open("wb") as stream:
        stream.truncate(limits.DEFAULT.file + 1)
    assert f"{tmp_path}/a.docx：文件过大，超出安全限额（file=134217728）" in refusals(collected(tmp_path))[0]
    with limits.within(file=3):
        (tmp_path / "a.docx").write_bytes(b"1234")
        assert "（file=3）" in refusals(collected(tmp_path))[0]
        (tmp_path / "a.docx").write_bytes(b"123")
        assert collected(tmp_path)[0].read() == b"123"


# --- zip files ---


def test_the_members_of_a_zip_are_returns(tmp_path: Path, form: Form, run: Run) -> None:
    members = {f"交回/{n}.docx": form.fill(record(n)) for n in range(3)}
    junk = {"__MACOSX/交回/._1.docx": b"x", "交回/~$1.docx": b"x", "Thumbs.db": b"x", "空/": b""}
    archive = zipped(tmp_path / "收.zip", {**members, **junk})
    found = collected(archive)
    assert called(found, tmp_path) == ["收.zip/交回/0.docx", "收.zip/交回/1.docx", "收.zip/交回/2.docx"]
    assert called_aside(found, tmp_path) == ["__MACOSX/交回/._1.docx", "交回/~$1.docx", "Thumbs.db"]
    assert names(list(extract_many(found, [form]))) == ["甲0", "甲1", "甲2"]


def test_names_that_windows_wrote_in_gbk_are_read(tmp_path: Path, form: Form) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("XXXX.docx", form.fill(record(1)))
    data = out.getvalue().replace(b"XXXX", "松江".encode("gbk"))
    (tmp_path / "a.zip").write_bytes(data)
    assert called(collected(tmp_path), tmp_path) == ["a.zip/松江.docx"]


@pytest.mark.parametrize("name", ["../外.docx", "/外.docx", "a/../../外.docx", "C:/外.docx", "..\\外.docx"])
def test_a_member_that_leads_out_of_its_zip_is_refused(tmp_path: Path, name: str) -> None:
    found = collected(zipped(tmp_path / "a.zip", {name: b"x", "好.docx": b"y"}))
    assert "压缩包中的路径指向包外，不予读取" in refusals(found[:1])[0]
    assert (found[1].read(), found[0].stem) == (b"y", "外")


def test_what_is_in_a_zip_but_cannot_be_read_is_named(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"内.zip": b"x", "大.docx": b"\0" * 3_000_000, "密.docx": b"z"})
    data = bytearray(archive.read_bytes())
    flags = data.rindex(b"PK\1\2") + 8
    data[flags] |= 1
    archive.write_bytes(data)
    inner, large, secret = refusals(collected(archive))
    assert inner.startswith(f"{archive}/内.zip：压缩包已损坏；请用解压软件打开")
    assert large.startswith(f"{archive}/大.docx：压缩比异常，超出安全限额（ratio=400）")
    assert secret == f"{archive}/密.docx：压缩包设有密码，请解压后再读"


def test_a_damaged_member_is_the_problem_of_that_member(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"坏.docx": b"abcdefgh" * 9, "好.docx": b"x"})
    data = bytearray(archive.read_bytes())
    data[45:50] = b"\xff" * 5
    archive.write_bytes(data)
    bad, good = collected(archive)
    assert refusals([bad])[0].startswith(f"{archive}/坏.docx")
    assert good.read() == b"x"


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"0.docx": os.urandom(5000)})
    data = archive.read_bytes()
    start = data.index(b"PK\1\2")
    entry, end = data[start : data.rindex(b"PK\5\6")], data[data.rindex(b"PK\5\6") :]
    count = struct.pack("<HH", 50, 50)
    size = struct.pack("<L", len(entry) * 50)
    archive.write_bytes(data[:start] + entry * 50 + end[:8] + count + size + end[16:])
    assert refusals(collected(archive)) == [f"{archive}：压缩包已损坏，成员互相重叠或超出文件（0.docx），不予读取"]


def test_a_directory_that_is_too_large_is_not_even_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped(tmp_path / "a.zip", {f"{n}.docx": b"x" for n in range(50)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with limits.within(files=20):
        assert "压缩包成员过多，超出安全限额（files=20）" in refusals(collected(archive))[0]


def test_a_zip_with_wide_offsets_is_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(65536):
            archive.writestr(f".{number}", b"")
        archive.writestr("甲.docx", b"x")
    assert called(collected(tmp_path), tmp_path) == ["a.zip/甲.docx"]


@pytest.mark.parametrize("content", [b"", b"PK", b"nothing", b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_does_not_stop_the_others(tmp_path: Path, content: bytes, form: Form) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    (tmp_path / "b.docx").write_bytes(form.fill(record(1)))
    outcomes = list(extract_many(collected(tmp_path), [form]))
    assert ("a.zip：压缩包已损坏" if content else "a.zip：文件是空的") in str(outcomes[0].error)
    assert names(outcomes) == ["甲1"]


def test_an_archive_that_holds_nothing_is_named(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"Thumbs.db": b"x"})
    found = collected(tmp_path)
    assert refusals(found) == [f"{archive}：压缩包中没有可用的文件"]
    assert found.aside == [f"{archive}/Thumbs.db"]


def test_a_zip_that_is_changed_meanwhile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = collected(zipped(tmp_path / "a.zip", {"甲.docx": b"1", "乙.docx": b"2"}))
    monkeypatch.setattr(sources, "_opened", sources._Open())  # as in a worker, which opens it later
    zipped(tmp_path / "a.zip", {"乙.docx": b"2"})
    assert refusals(found) == [f"{s.name}：压缩包在读取期间被改动，请重新读取" for s in found]


# --- URLs ---


@pytest.fixture
def memory(form: Form) -> Iterator[str]:
    """A folder of an object storage with three returns and what is none."""
    import fsspec

    storage = fsspec.filesystem("memory")
    for number in range(3):
        storage.pipe_file(f"/收/{number}.docx", form.fill(record(number)))
    storage.pipe_file("/收/.DS_Store", b"x")
    yield "memory://收"
    storage.rm("/", recursive=True)


@pytest.fixture
def server(tmp_path: Path, form: Form) -> Iterator[str]:
    """A web server with two returns, and one in a zip; it gives whole files only."""
    folder = tmp_path / "网"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.docx").write_bytes(form.fill(record(number)))
    (folder / "批.json").write_text(json.dumps(record(5)))
    zipped(folder / "a.zip", {"内.docx": form.fill(record(7))})

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return None

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_a_folder_of_a_storage_is_read_and_written(run: Run, form: Form, memory: str) -> None:
    Path("人.docx").write_bytes(form._package.data)
    done = run("extract", memory, "--form", "人.docx", "-o", "memory://果/")
    assert done.exit_code == 0
    assert done.stderr.startswith("共 3 份：3 份无疑问，0 份有疑问，0 份无法读取\n另有 1 个文件不是表")
    with remote.opened("memory://果/2.json") as stream:
        assert json.load(stream)["data"] == record(2)
    again = run("extract", memory, "--form", "人.docx", "-o", "memory://果/")
    assert again.exit_code == 2
    assert "输出已存在，未改动：memory://果/0.json 等 3 个文件" in again.stderr
    assert run("extract", memory, "--form", "人.docx", "-o", "memory://果/", "--resume").exit_code == 0


def test_a_storage_is_resumed_by_what_is_newer_in_it(run: Run, form: Form, memory: str) -> None:
    Path("人.docx").write_bytes(form._package.data)
    command = ("extract", memory, "--form", "人.docx", "-o", "memory://果/")
    run(*command)
    with remote.opened("memory://果/1.json") as stream:
        remote.write("memory://果/1.json", stream.read().replace("甲".encode(), "乙".encode()))
    remote.write("memory://收/2.docx", form.fill(record(9)))
    run(*command, "--resume")
    said = []
    for number in range(3):
        with remote.opened(f"memory://果/{number}.json") as stream:
            said.append(json.load(stream)["data"]["人"]["姓名"])
    assert said == ["甲0", "乙1", "甲9"]


def test_one_file_in_a_storage_is_written(run: Run, form: Form, memory: str) -> None:
    Path("人.docx").write_bytes(form._package.data)
    assert run("extract", f"{memory}/[01].docx", "--form", "人.docx", "-o", "memory://全.jsonl").exit_code == 0
    with remote.opened("memory://全.jsonl") as stream:
        assert [json.loads(line)["data"] for line in stream] == [record(0), record(1)]
    assert run("fill", "人.docx", "memory://全.jsonl", "-o", "memory://填/").exit_code == 0
    with remote.opened("memory://填/1.docx") as stream:
        assert stream.read() == form.fill(record(1))
    assert "输出已存在" in run("fill", "人.docx", "memory://全.jsonl", "-o", "memory://填/").stderr
    assert run("fill", "人.docx", "memory://全.jsonl", "-o", "memory://填/", "--resume").exit_code == 0
    assert list(Path().iterdir()) == [Path("人.docx")]


def test_files_of_a_web_server_are_read(run: Run, form: Form, server: str) -> None:
    Path("人.docx").write_bytes(form._package.data)
    done = run("extract", f"{server}/0.docx", f"{server}/1.docx", "--form", "人.docx", "-o", "全.jsonl")
    assert (done.exit_code, done.stderr) == (0, "共 2 份：2 份无疑问，0 份有疑问，0 份无法读取\n")
    shown = run("extract", f"{server}/1.docx", "--form", "人.docx").stdout
    assert json.loads(shown)["source"] == f"{server}/1.docx"
    inside = json.loads(run("extract", f"{server}/a.zip", "--form", "人.docx", "-o", "内.json").stdout or "null")
    assert inside is None
    assert json.loads(Path("内.json").read_bytes())[0]["data"] == record(7)
    assert run("fill", "人.docx", f"{server}/批.json", "-o", "五.docx").exit_code == 0
    assert Path("五.docx").read_bytes() == form.fill(record(5))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://没有/", "没有这个文件或文件夹：memory://没有/"),
        ("nowhere://a/b", "无法访问 nowhere://a/b（ValueError: Protocol not known: nowhere）"),
        ("http://127.0.0.1:9/a.docx", "没有这个文件或文件夹：http://127.0.0.1:9/a.docx"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_message(run: Run, url: str, message: str) -> None:
    done = run("extract", url, "-o", "果/")
    assert (done.exit_code, done.stderr) == (3 if "无法访问" in message else 2, message + "\n")


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(DocfillError, match=r'pip install "docfill-forms\[cloud\]"'):
        collected("s3://a/b")


def test_a_drive_letter_is_no_url() -> None:
    assert not remote.is_url("C:\\表")
    assert remote.is_url("s3://桶/表.docx")
