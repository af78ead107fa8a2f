"""The server without a network: what comes in is accounted for, corrected, decided; who may do what."""

from __future__ import annotations

import base64
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
import openpyxl
from PIL import Image
from starlette.testclient import TestClient
from typer.testing import CliRunner

from docfill import Form, corrections
from docfill.cli.serve import UserAction
from docfill.serve import letters, work
from docfill.serve.app import application
from docfill.serve.doors import Refusal
from docfill.serve.pages import words
from docfill.serve.records import changed, value_at
from docfill.serve.server import Server, Settings
from docfill.word.document import Document, paragraphs_of
from tests.commands import app
from tests.disturb import parts_of
from tests.small_form import p, package
from tests.test_cli import DATA, ROOT, loaded, with_text

PORT = 8765


class Official:
    """Somebody at the page of a server on this machine."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = TestClient(application(server), base_url=f"http://127.0.0.1:{PORT}")
        page = self.client.get(f"/?start={server.guard.start_token}").text
        csrf = re.search(r'data-csrf="([^"]+)"', page)
        assert csrf
        self.client.headers["x-csrf"] = csrf[1]

    def ask(self, method: str, path: str, status: int = 200, **given: Any) -> Any:
        """Asks the API; the answer must have the status."""
        answer = self.client.request(method, f"/api{path}", **given)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def collection(self, **given: Any) -> str:
        """A new collection of the Shanghai form."""
        form = next(f for f in self.ask("GET", "/forms")["forms"] if f["bundled"] == "shanghai")
        made = self.ask("POST", "/collections", 201, json={"title": "收表", "form": form["id"], **given})
        return str(made["id"])

    def drop(self, collection: str, files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
        """Drops files and waits for them to be looked at: what became of each, by name."""
        made = self.ask("POST", f"/collections/{collection}/drops", 201, json={"announced": len(files)})["id"]
        for name, data in files.items():
            answer = self.client.put(f"/api/drops/{made}/files", params={"name": name}, content=data)
            assert answer.status_code in (200, 201), answer.text
        self.ask("POST", f"/drops/{made}/end", json={"ended": "whole"})
        self.settled(collection)
        return {r["name"]: r for r in self.ask("GET", f"/collections/{collection}/returns")["returns"]}

    def settled(self, collection: str) -> dict[str, Any]:
        """How a collection stands when nothing is under way any more."""
        for _ in range(600):
            progress: dict[str, Any] = self.ask("GET", f"/collections/{collection}")["progress"]
            if not progress["queued"]:
                return progress
            time.sleep(0.1)
        raise AssertionError("the queue does not end")


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Official]:
    server = Server(Settings(tmp_path_factory.mktemp("data"), port=PORT))
    yield Official(server)
    server.close()


def returned(*changes: tuple[str, str]) -> bytes:
    """A returned Shanghai form, with some words of its text otherwise."""
    document = Form.load("shanghai").fill(loaded(DATA / "shanghai.json"))
    for old, new in changes:
        document = with_text(document, old, new)
    return document


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def mail(files: dict[str, bytes]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "交表"
    message.set_content("见附件")
    for name, data in files.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_the_same_words_at_many_places_are_one_doubt_in_the_list_as_in_the_review(official: Official) -> None:
    hidden = "></w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>旧稿</w:t></w:r><w:r><w:t>"
    document = returned(*((f">{n}<", f"{hidden}{n}<") for n in (212, 231, 256)))
    collection = official.collection()
    found = official.drop(collection, {"甲.docx": document})
    told = official.ask("GET", f"/collections/{collection}/returns/{found['甲.docx']['id']}")["problems"]
    ids = [p["id"] for p in told if p["is_open"] and p["kind"] == "reading"]
    assert len(ids) > 2, "the document says it more than once"
    assert found["甲.docx"]["doubts"] == len(set(ids)) < len(ids)
    official.ask(
        "PUT", f"/collections/{collection}/returns/{found['甲.docx']['id']}/verdict", json={"verdict": "returned"}
    )
    with zipfile.ZipFile(io.BytesIO(made(official, collection, what="remarks"))) as archive:
        cover = next(archive.read(name) for name in archive.namelist() if name.endswith("修改说明.docx"))
    lines = [q.text for q in paragraphs_of(Document(cover, "修改说明.docx").blocks)]
    assert sum("旧稿" in line for line in lines) == 1
    assert any(line.endswith(f"等 {len(ids)} 处") for line in lines)


def test_everything_that_is_dropped_is_accounted_for(official: Official) -> None:
    collection = official.collection()
    good = returned()
    found = official.drop(
        collection,
        {
            "交回/松江.docx": good,
            "交回/又一份.docx": good,
            "交回/扫描.pdf": b"%PDF-1.7 ...",
            "交回/拍照.jpg": b"\xff\xd8\xff\xe0",
            "交回/~$松江.docx": b"lock",
            "全部.zip": zipped(
                {"浦东/浦东.docx": returned((">231<", ">二百余<")), "Thumbs.db": b"x", "图.jpg": b"\xff\xd8\xff"}
            ),
            "来信.eml": mail({"附件.docx": returned((">231<", ">不详<"))}),
            "坏.zip": b"PK\3\4...",
            "无附件.eml": mail({}),
            "信.zip": zipped({"坏.7z": b"7z\xbc\xaf\x27\x1c..."}),
        },
    )
    assert (
        found["坏.zip"]["reason_zh"]
        == "坏.zip：压缩包已损坏；请用解压软件打开，把里面的文件另存后交来，打不开的请发件人重发"
    ), "a name that nobody gave it"
    assert found["无附件.eml"]["reason_zh"] == "无附件.eml：邮件没有附件，请向发件人另要 Word 文件"
    assert (
        found["信.zip/坏.7z"]["reason_zh"]
        == "信.zip/坏.7z：压缩包已损坏；请用解压软件打开，把里面的文件另存后交来，打不开的请发件人重发"
    )
    assert {name: r["state"] for name, r in found.items()} == {
        "交回/松江.docx": "read",
        "交回/又一份.docx": "duplicate",
        "交回/扫描.pdf": "refused",
        "交回/拍照.jpg": "refused",
        "交回/~$松江.docx": "aside",
        "全部.zip": "opened",
        "全部.zip/浦东/浦东.docx": "read",
        "全部.zip/图.jpg": "refused",
        "全部.zip/Thumbs.db": "aside",
        "来信.eml": "opened",
        "来信.eml → 附件.docx": "read",
        "坏.zip": "refused",
        "无附件.eml": "refused",
        "信.zip": "opened",
        "信.zip/坏.7z": "refused",
    }
    assert found["交回/又一份.docx"]["same_as"] == found["交回/松江.docx"]["id"]
    assert "PDF" in found["交回/扫描.pdf"]["reason_zh"]
    assert "照片和扫描件无法读取" in found["交回/拍照.jpg"]["reason_zh"]
    page = official.client.get(f"/collections/{collection}/returns/{found['交回/扫描.pdf']['id']}").text
    assert "这个文件读不了" in page and "请改交 Word 文件" in page
    page = official.client.get(f"/collections/{collection}/returns/{found['交回/又一份.docx']['id']}").text
    assert f"returns/{found['交回/松江.docx']['id']}" in page
    assert found["全部.zip/浦东/浦东.docx"]["doubts"] == 1


# --- corrections, confirmations, verdicts ---


@pytest.fixture(scope="module")
def one(official: Official) -> str:
    """The address of a return with an unreadable number."""
    collection = official.collection(shown=[NUMBER])
    found = official.drop(collection, {"浦东.docx": returned((">231<", ">二百余<"))})
    return f"/collections/{collection}/returns/{found['浦东.docx']['id']}"


NUMBER = "主导产业情况.集群企业数量.2021年"


def test_a_correction_settles_the_doubt_and_undo_brings_it_back(official: Official, one: str) -> None:
    before = official.ask("GET", one)
    (doubt,) = [p for p in before["problems"] if p["path"] == NUMBER and p["is_open"]]
    assert value_at(before["record"], NUMBER) == doubt["found"] == "二百余"
    after = official.ask(
        "POST", f"{one}/corrections", json={"path": NUMBER, "old": "二百余", "new": 231, "why": "电话"}
    )
    assert value_at(after["record"], NUMBER) == 231
    assert value_at(after["machine"], NUMBER) == "二百余"
    assert not [p for p in after["problems"] if p["path"] == NUMBER and p["code"] == "not-an-integer"]
    (correction,) = after["corrections"]
    assert (correction["machine"], correction["old"], correction["new"]) == ("二百余", "二百余", 231)
    assert correction["made_by"] == official.server.guard.local_user and correction["why"] == "电话"
    undone = official.ask("DELETE", f"{one}/corrections/{correction['number']}")
    assert undone["record"] == before["record"]
    assert undone["problems"] == before["problems"]
    official.ask("DELETE", f"{one}/corrections/{correction['number']}", 404)


def test_rules_are_checked_again_with_the_corrected_value(official: Official, one: str) -> None:
    before = {p["id"] for p in official.ask("GET", one)["problems"] if p["kind"] == "rules"}
    after = official.ask("POST", f"{one}/corrections", json={"path": NUMBER, "old": "二百余", "new": 1})
    broken = {p["id"] for p in after["problems"] if p["kind"] == "rules"}
    official.ask("DELETE", f"{one}/corrections/{after['corrections'][-1]['number']}")
    assert broken > before, "one firm in all contradicts the number of small ones among them"


def test_what_somebody_else_changed_meanwhile_is_never_overwritten(official: Official, one: str) -> None:
    told = official.ask("POST", f"{one}/corrections", 409, json={"path": NUMBER, "old": 230, "new": 231})
    assert told["current"] == "二百余" and "没有覆盖" in told["zh"]


@pytest.mark.parametrize(
    ("path", "new", "words"),
    [(NUMBER, "很多", "整数"), (NUMBER, 2.5, "整数"), ("没有.这项", 1, "没有“没有.这项”"), (NUMBER, ["1"], "整数")],
)
def test_a_value_that_the_form_refuses_is_refused(
    official: Official, one: str, path: str, new: Any, words: str
) -> None:
    told = official.ask("POST", f"{one}/corrections", 422, json={"path": path, "old": "二百余", "new": new})
    assert words in told["zh"]


def test_a_confirmation_closes_the_problems_of_a_value_and_is_marked_apart(official: Official, one: str) -> None:
    before = official.ask("GET", one)
    after = official.ask("PUT", f"{one}/confirmations", json={"subject": NUMBER})
    assert after["open"] < before["open"]
    assert after["confirmed"][NUMBER]["made_by"] == official.server.guard.local_user
    assert official.ask("DELETE", f"{one}/confirmations", json={"subject": NUMBER})["open"] == before["open"]


def test_remarks_and_the_verdict_are_kept(official: Official, one: str) -> None:
    told = official.ask("POST", f"{one}/remarks", json={"words": "请写数字", "path": NUMBER})
    assert [r["words"] for r in told["remarks"]] == ["请写数字"]
    assert official.ask("PUT", f"{one}/verdict", json={"verdict": "returned"})["return"]["verdict"] == "returned"
    official.ask("PUT", f"{one}/verdict", 422, json={"verdict": "perhaps"})
    collection = one.split("/")[2]
    assert official.ask("GET", f"/collections/{collection}")["progress"]["returned"] == 1


def test_a_claim_keeps_others_off_and_is_let_go(official: Official, one: str) -> None:
    official.ask("PUT", f"{one}/claim")
    other = official.server.returns
    with pytest.raises(Refusal, match="正在核对"):
        other.claim(one.split("/")[-1], "李明")
    official.ask("DELETE", f"{one}/claim", 204)
    other.claim(one.split("/")[-1], "李明")
    assert "李明" in official.ask("PUT", f"{one}/claim", 409)["zh"]
    other.release(one.split("/")[-1], "李明")


def test_the_same_doubt_is_settled_in_many_returns_at_once(official: Official) -> None:
    collection = official.collection()
    told = {"甲": ">二百余<", "乙": ">三百余<", "丙": ">一百多<"}
    files = {f"{n}.docx": returned((">231<", said), ("沈佳琪", f"沈佳琪{n}")) for n, said in told.items()}
    ids = [r["id"] for r in official.drop(collection, files).values()]
    # the same applicant handed in three times, so the latest counts only
    official.ask("PATCH", f"/collections/{collection}", json={"key_path": ""})
    at = f"/collections/{collection}/returns/{ids[0]}"
    (doubt,) = [p for p in official.ask("GET", at)["problems"] if p["path"] == NUMBER and p["kind"] == "reading"]
    alike = official.ask("GET", f"{at}/alike", params={"problem": doubt["id"]})
    assert [(r["id"], r["found"]) for r in alike["returns"]] == list(
        zip(ids, ["二百余", "三百余", "一百多"], strict=True)
    )
    given = {"returns": ids[:2], "seen": ids[0], "problem": doubt["id"]}
    done = official.ask("POST", f"/collections/{collection}/alike", json=given)
    assert (done["settled"], done["failed"]) == (ids[:2], [])
    assert [step["return"] for step in done["undo"]] == ids[:2]
    assert [r["id"] for r in official.ask("GET", f"{at}/alike", params={"problem": doubt["id"]})["returns"]] == ids[2:]
    other = official.drop(collection, {"丁.docx": returned(("沈佳琪", "沈佳琪丁"))})["丁.docx"]["id"]
    again = official.ask("POST", f"/collections/{collection}/alike", json={**given, "returns": [other]})
    assert [f["id"] for f in again["failed"]] == [other]
    step = done["undo"][1]
    taken_back = f"/collections/{collection}/returns/{step['return']}/confirmations"
    official.ask("DELETE", taken_back, json={"subject": step["confirmation"]})
    noted = [(n["action"], n["detail"]) for n in official.server.users.notes(collection) if "confirm" in n["action"]]
    assert sorted(noted) == [("confirm", NUMBER)] * 2 + [("unconfirm", NUMBER)], "the trail names the field"


def test_each_of_many_returns_takes_what_is_suggested_for_it(official: Official) -> None:
    collection = official.collection()
    path, record = "主导产业情况.集群总产值.2021年", loaded(DATA / "shanghai.json")
    whole = Form.load("shanghai").fill(changed(record, {path: 98765.43}))
    said = {n: with_text(with_text(whole, "98765.43", f"{n}亿"), "沈佳琪", f"沈佳琪{n}") for n in ("14.8", "15.2")}
    files = {f"{n}.docx": document for n, document in said.items()}
    ids = [r["id"] for r in official.drop(collection, files).values()]
    official.ask("PATCH", f"/collections/{collection}", json={"key_path": ""})
    at = f"/collections/{collection}/returns/{ids[0]}"
    doubt = next(p for p in official.ask("GET", at)["problems"] if p["path"] == path and p.get("suggested") is not None)
    given = {"returns": ids, "seen": ids[0], "problem": doubt["id"], "why": "采用建议值"}
    assert official.ask("POST", f"/collections/{collection}/alike", json=given)["settled"] == ids
    records_ = [official.ask("GET", f"/collections/{collection}/returns/{i}")["record"] for i in ids]
    assert [value_at(r, path) for r in records_] == [14.8, 15.2]


def test_of_two_at_once_one_is_told_of_the_other(official: Official, one: str) -> None:
    def correct(new: int) -> int:
        given = {"path": NUMBER, "old": "二百余", "new": new}
        return official.client.post(f"/api{one}/corrections", json=given).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(correct, (231, 232))) == [200, 409]
    standing = [c for c in official.ask("GET", one)["corrections"] if not c["undone_by"]]
    assert len(standing) == 1
    official.ask("DELETE", f"{one}/corrections/{standing[0]['number']}")


def test_of_two_who_claim_at_once_one_has_it(official: Official, one: str) -> None:
    def claim(who: str) -> bool:
        try:
            official.server.returns.claim(one.split("/")[-1], who)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(4) as all_:
        assert sum(all_.map(claim, "甲乙丙丁")) == 1
    for who in "甲乙丙丁":
        official.server.returns.release(one.split("/")[-1], who)


def test_a_second_return_of_an_applicant_is_the_newer_version(official: Official) -> None:
    collection = official.collection(roster=["上海市松江区工业机器人产业集群", "没交的集群"])
    found = official.drop(collection, {"一稿.docx": returned(), "二稿.docx": returned((">231<", ">232<"))})
    assert found["一稿.docx"]["newer"] == found["二稿.docx"]["id"]
    assert found["二稿.docx"]["newer"] is None
    standing = official.ask("GET", f"/collections/{collection}/roster")
    assert standing["missing"] == ["没交的集群"] and standing["unknown"] == []


def test_who_is_missing_is_told_with_the_unread_file_of_that_name(official: Official) -> None:
    collection = official.collection(roster=["没交的集群", "交了扫描件的集群"])
    official.drop(collection, {"交了扫描件的集群.pdf": b"%PDF-1.7"})
    standing = official.ask("GET", f"/collections/{collection}/roster")
    assert standing["missing"] == ["没交的集群", "交了扫描件的集群"]
    assert standing["unread"] == {"交了扫描件的集群": ["交了扫描件的集群.pdf"]}


def test_the_names_of_a_spreadsheet_are_taken_without_its_numbers_and_heading(official: Official) -> None:
    book = openpyxl.Workbook()
    rows = (
        ["序号", "单位名称", "日期"],
        [1, "甲厂", "2024-01-02"],
        [2, "乙厂", "2024-01-02"],
        [3, "甲厂", "2024-01-03"],
    )
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    for name, data in (("名单.xlsx", stream.getvalue()), ("名单.csv", "单位名称,1\n甲厂,2\n乙厂,3\n".encode("gbk"))):
        assert official.ask("POST", "/names", params={"name": name}, content=data) == {"names": ["甲厂", "乙厂"]}
    assert "名单是空的" in official.ask("POST", "/names", 422, params={"name": "空.csv"}, content=b"1\n2\n")["zh"]


def test_chosen_columns_and_the_name_of_a_return_come_from_its_values(official: Official) -> None:
    collection = official.collection(shown=["封面.所属区"])
    found = official.drop(collection, {"一.docx": returned()})["一.docx"]
    assert (found["who"], found["cells"]) == ("上海市松江区工业机器人产业集群", {"封面.所属区": "松江区"})
    official.ask("PATCH", f"/collections/{collection}", json={"shown": ["封面.申报单位"], "key_path": "封面.所属区"})
    (again,) = official.ask("GET", f"/collections/{collection}/returns")["returns"]
    assert again["who"] == "松江区" and list(again["cells"]) == ["封面.申报单位"]
    official.ask("PATCH", f"/collections/{collection}", 422, json={"shown": ["没有"]})


def test_a_form_of_another_kind_is_named_and_refused(official: Official) -> None:
    collection = official.collection()
    found = official.drop(collection, {"山东.docx": Form.load("shandong").blank(), "信.docx": letter("只是一封信")})
    assert "这是“山东省" in found["山东.docx"]["reason_zh"]
    assert "对不上" in found["信.docx"]["reason_zh"]


def letter(words: str) -> bytes:
    return letters.document([letters.Line(words)])


def test_a_mended_template_reads_everything_again_and_corrections_stay(official: Official) -> None:
    collection = official.collection()
    found = official.drop(collection, {"浦东.docx": returned((">231<", ">二百余<"))})
    at = f"/collections/{collection}/returns/{found['浦东.docx']['id']}"
    official.ask("POST", f"{at}/corrections", json={"path": NUMBER, "old": "二百余", "new": 231})
    known = official.ask("GET", f"/collections/{collection}")
    forms = official.server.forms
    old = forms.edition(known["edition"])
    template = official.server.blobs.read(old["template"])
    mended = with_text(template, "集群企业数量", "集群企业数量")  # the same words in another file
    edition = forms.add_edition(old["form"], old, mended, official.server.blobs.read(old["rules"]), "改过", "测试")
    official.ask("PATCH", f"/collections/{collection}", json={"edition": edition})
    official.settled(collection)
    after = official.ask("GET", at)
    assert after["edition"]["id"] == edition
    assert value_at(after["record"], NUMBER) == 231
    assert [c["is_conflict"] for c in after["corrections"]] == [False]
    assert after["changes"] == {}


def test_a_correction_of_what_is_now_read_otherwise_is_told_as_a_conflict(official: Official) -> None:
    collection = official.collection()
    found = official.drop(collection, {"浦东.docx": returned((">231<", ">二百余<"))})["浦东.docx"]
    at = f"/collections/{collection}/returns/{found['id']}"
    official.ask("POST", f"{at}/corrections", json={"path": NUMBER, "old": "二百余", "new": 231})
    returns = official.server.returns
    reading = returns.reading(found["id"])
    machine = {**reading["machine"], "data": changed(reading["machine"]["data"], {NUMBER: 230})}
    read_again = {"state": "read", "machine": machine, "record": reading["record"], "problems": reading["problems"]}
    known = official.server.collections.one(collection)
    returns.settle(found["id"], read_again, known["edition"], known)
    after = official.ask("GET", at)
    assert value_at(after["record"], NUMBER) == 231
    assert [c["is_conflict"] for c in after["corrections"]] == [True]
    assert after["changes"] == {NUMBER: ["二百余", 230]} and after["return"]["changed"] == 1


# --- pictures ---

PICTURED = package(p("登记表") + p("姓名：{{ 姓名 | blank(8) }}") + p('照片：{{ 照片 | picture(width="2cm") }}'))


def photograph(grey: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (30, 40), grey).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def pictured(official: Official) -> Iterator[tuple[str, str]]:
    """A collection of a form with a photograph, and the address of a return in it."""
    server = official.server
    kept = str(server.blobs.folder.resolve()), server.blobs.put(PICTURED)
    described = server.desk.call(work.describe_bytes, *kept, "登记表", None)
    form = server.forms.add("登记表", "测试")
    server.forms.add_edition(form, described, PICTURED, None, "", "测试")
    collection = official.ask("POST", "/collections", 201, json={"title": "登记", "form": form})["id"]
    filled = Form.load(PICTURED).fill({"姓名": "王芳", "照片": photograph(10)})
    found = official.drop(collection, {"王芳.docx": filled})["王芳.docx"]
    yield collection, f"/collections/{collection}/returns/{found['id']}"
    official.client.delete(f"/api/collections/{collection}")


def test_a_picture_is_replaced_and_goes_out_in_the_document(official: Official, pictured: tuple[str, str]) -> None:
    collection, at = pictured
    before = official.ask("GET", at)["record"]["照片"]
    given: dict[str, Any] = {"params": {"path": "照片", "name": "新.png"}, "content": photograph(200)}
    official.ask("PUT", f"{at}/pictures", 409, **given)
    given["params"]["old"] = before["sha256"]
    assert (
        "不是可以使用的图片"
        in official.ask("PUT", f"{at}/pictures", 422, params=given["params"], content=b"<svg/>")["zh"]
    )
    after = official.ask("PUT", f"{at}/pictures", **given)
    new = after["record"]["照片"]
    assert new["file"] == "新.png" and new["sha256"] == sha256(photograph(200)).hexdigest()
    for picture in (before, new):
        shown = official.client.get(f"/api{at}/pictures/{picture['sha256']}")
        assert shown.headers["content-type"] == "image/png"
    official.ask("GET", f"{at}/pictures/{'0' * 64}", 404)
    with zipfile.ZipFile(io.BytesIO(made(official, collection, what="documents"))) as archive:
        out = Form.load(PICTURED).extract(archive.read(archive.namelist()[0]))
    assert out.data["照片"]["sha256"] == new["sha256"] and not out.problems
    undone = official.ask("DELETE", f"{at}/corrections/{after['corrections'][-1]['number']}")
    assert undone["record"]["照片"] == before


def test_a_deleted_collection_leaves_no_picture(official: Official, pictured: tuple[str, str]) -> None:
    collection, at = pictured
    sha = official.ask("GET", at)["record"]["照片"]["sha256"]
    new = {"path": "照片", "name": "新.png", "old": sha}
    official.ask("PUT", f"{at}/pictures", params=new, content=photograph(99))
    kept = [official.server.blobs.path(s) for s in (sha, sha256(photograph(99)).hexdigest())]
    assert all(path.exists() for path in kept)
    official.ask("DELETE", f"/collections/{collection}", 204)
    assert not any(path.exists() for path in kept)


# --- out ---


def made(official: Official, collection: str, **wanted: Any) -> bytes:
    job = official.ask("POST", f"/collections/{collection}/exports", 202, json=wanted)["job"]
    return done(official, job)


def done(official: Official, job: str) -> bytes:
    for _ in range(600):
        state = official.ask("GET", f"/jobs/{job}")
        if state["state"] in ("done", "failed"):
            break
        time.sleep(0.05)
    assert state["state"] == "done", state
    return official.client.get(state["file"]).content


@pytest.fixture(scope="module")
def decided(official: Official) -> str:
    """A collection with a corrected return, one sent back with a remark, and a file that could not be read."""
    collection = official.collection()
    files = {
        "浦东.docx": returned((">231<", ">二百余<"), ("上海市松江区工业机器人产业集群", "浦东集群")),
        "松江.docx": returned((">231<", ">不详<")),
        "坏的.docx": b"PK",
    }
    found = official.drop(collection, files)
    at = f"/collections/{collection}/returns/"
    corrected, sent = found["浦东.docx"]["id"], found["松江.docx"]["id"]
    official.ask(
        "POST", f"{at}{corrected}/corrections", json={"path": NUMBER, "old": "二百余", "new": 231, "why": "电话核实"}
    )
    official.ask("PUT", f"{at}{corrected}/verdict", json={"verdict": "accepted"})
    official.ask("POST", f"{at}{sent}/remarks", json={"words": "请写明数量", "path": NUMBER})
    official.ask("PUT", f"{at}{sent}/verdict", json={"verdict": "returned"})
    return collection


def test_the_workbook_has_the_corrections_and_who_made_them(official: Official, decided: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(official, decided, what="xlsx")))
    text = "\n".join(
        str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None
    )
    assert "231" in text and "二百余" in text and "电话核实" in text
    assert official.server.guard.local_user in text
    assert "不详" in text and "坏的.docx" in text


def test_data_files_hold_the_record_with_corrections(official: Official, decided: str) -> None:
    results = json.loads(made(official, decided, what="json"))
    values = {r["source"]: value_at(r["data"], NUMBER) for r in results if r["data"]}
    assert values == {"浦东.docx": 231, "松江.docx": "不详"}
    only = json.loads(made(official, decided, what="json", only="accepted"))
    assert [r["source"] for r in only] == ["浦东.docx"]
    assert made(official, decided, what="parquet")[:4] == b"PAR1"
    assert NUMBER in made(official, decided, what="csv").decode("utf-8-sig")


def test_corrections_go_out_as_the_command_line_keeps_them(
    official: Official, decided: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("浦东.docx").write_bytes(returned((">231<", ">二百余<"), ("上海市松江区工业机器人产业集群", "浦东集群")))
    Path("汇总.corrections.jsonl").write_bytes(made(official, decided, what="corrections"))
    (line,) = corrections.Log(Path("汇总.corrections.jsonl")).of("浦东.docx").values()
    assert (line.path, line.read, line.new, line.why, len(line.sha256_before)) == (
        NUMBER,
        "二百余",
        231,
        "电话核实",
        64,
    )
    CliRunner().invoke(
        app, ["extract", "浦东.docx", "--form", "shanghai", "-o", "汇总.jsonl"], env={"DOCFILL_LANG": "zh"}
    )
    read = loaded("汇总.jsonl")
    assert value_at(read["data"], NUMBER) == 231
    assert [p["code"] for p in read["problems"] if p["path"] == NUMBER] == ["corrected"]


def test_the_workbook_is_gone_on_with_at_the_command_line(
    official: Official, decided: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("交回").mkdir()
    Path("交回/浦东.docx").write_bytes(returned((">231<", ">二百余<"), ("上海市松江区工业机器人产业集群", "浦东集群")))
    Path("交回/松江.docx").write_bytes(returned((">231<", ">不详<")))
    Path("汇总.xlsx").write_bytes(made(official, decided, what="xlsx"))
    book = openpyxl.load_workbook("汇总.xlsx")
    [cell] = [c for row in book[Form.load("shanghai").title].iter_rows() for c in row if c.value == "不详"]
    cell.value = 77
    book.save("汇总.xlsx")
    for _ in range(2):
        done = CliRunner().invoke(
            app, ["extract", "交回", "--form", "shanghai", "-o", "汇总.xlsx"], env={"DOCFILL_LANG": "zh"}
        )
        assert "保留了 2 处人工改正" in done.stderr
    log = corrections.Log(Path("汇总.corrections.jsonl"))
    digests = [sha256(Path(f"交回/{name}.docx").read_bytes()).hexdigest() for name in ("浦东", "松江")]
    assert [log.of_bytes(digest)[NUMBER].new for digest in digests] == [231, 77]
    values = [c.value for row in openpyxl.load_workbook("汇总.xlsx").worksheets[1].iter_rows() for c in row]
    assert {231, 77} <= {*values} and "二百余" not in values and "不详" not in values


def test_corrections_come_in_once_and_never_over_others(official: Official, decided: str) -> None:
    log = made(official, decided, what="corrections")
    collection = official.collection()
    changes = (">231<", ">二百余<"), ("上海市松江区工业机器人产业集群", "浦东集群")
    at = f"/collections/{collection}"
    absent = official.ask("POST", f"{at}/corrections", content=log)
    assert absent["corrected"] == 0 and [f["name"] for f in absent["failed"]] == ["浦东.docx"]
    one = f"{at}/returns/{official.drop(collection, {'浦东.docx': returned(*changes)})['浦东.docx']['id']}"
    assert official.ask("POST", f"{at}/corrections", content=log) == {"corrected": 1, "already": 0, "failed": []}
    known = official.ask("GET", one)
    assert value_at(known["record"], NUMBER) == 231
    assert [(c["machine"], c["why"]) for c in known["corrections"]] == [("二百余", "电话核实")]
    assert official.ask("POST", f"{at}/corrections", content=log) == {"corrected": 0, "already": 1, "failed": []}
    official.ask("POST", f"{one}/corrections", json={"path": NUMBER, "old": 231, "new": 240})
    (left,) = official.ask("POST", f"{at}/corrections", content=log)["failed"]
    assert left["path"] == NUMBER and "240" in left["zh"]
    assert value_at(official.ask("GET", one)["record"], NUMBER) == 240
    # who went on with it elsewhere, knowing of this, calls the file otherwise
    after = {**json.loads(log.splitlines()[-1]), "source": "收/浦东.docx", "old": 240, "new": 250}
    log += json.dumps(after).encode() + b"\n"
    assert official.ask("POST", f"{at}/corrections", content=log) == {"corrected": 1, "already": 0, "failed": []}
    official.ask("POST", f"{at}/corrections", 422, content=b"{")


def test_corrected_files_say_what_was_corrected_and_nothing_else_is_touched(official: Official, decided: str) -> None:
    form = Form.load("shanghai")
    for is_tracked in (False, True):
        archive = zipfile.ZipFile(io.BytesIO(made(official, decided, what="documents", is_tracked=is_tracked)))
        assert archive.namelist() == ["浦东集群.docx", "上海市松江区工业机器人产业集群.docx"]
        corrected, untouched = (archive.read(name) for name in archive.namelist())
        assert value_at(form.extract(corrected).data, NUMBER) == 231
        assert untouched == returned((">231<", ">不详<"))
        tracked = parts_of(corrected)["word/document.xml"].count(b"<w:ins ")
        assert bool(tracked) == is_tracked


def test_remarks_go_out_as_commented_files_with_a_covering_page(official: Official, decided: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(made(official, decided, what="remarks")))
    cover, commented = sorted(archive.namelist(), key=lambda name: "意见" in name)
    said = text_of(archive.read(cover))
    assert "请写明数量" in said and "应附材料" in said
    comments = parts_of(archive.read(commented))["word/comments.xml"].decode()
    assert "请写明数量" in comments and "请填整数，现在是“不详”" in comments
    assert "请填整数，现在是“不详”" in said and "已按原文保留" not in said + comments


def test_what_a_remark_says_already_is_told_once(official: Official) -> None:
    collection = official.collection()
    (sent,) = official.drop(collection, {"浦东.docx": returned((">231<", ">不详<"))}).values()
    at = f"/collections/{collection}/returns/{sent['id']}"
    (doubt,) = [p for p in official.ask("GET", at)["problems"] if p["path"] == NUMBER]
    official.ask("POST", f"{at}/remarks", json={"words": f"2021年：{doubt['asks']['zh']}，并附说明", "path": NUMBER})
    official.ask("PUT", f"{at}/verdict", json={"verdict": "returned"})
    archive = zipfile.ZipFile(io.BytesIO(made(official, collection, what="remarks")))
    cover, commented = sorted(archive.namelist(), key=lambda name: "意见" in name)
    assert text_of(archive.read(cover)).count("不详") == 1
    assert parts_of(archive.read(commented))["word/comments.xml"].decode().count("不详") == 1


def text_of(document: bytes) -> str:
    return "\n".join(p.text for p in paragraphs_of(Document(document, "x.docx").blocks))


def test_the_summary_counts_and_draws(official: Official, decided: str) -> None:
    page = official.client.get(f"/collections/{decided}/summary", params={"path": NUMBER}).text
    assert "<svg" in page and "231" in page
    assert "1</b> 份核对无误" in page and "1</b> 份退回修改" in page
    assert "1 份不是数字" in page


# --- filling, and calls that keep nothing ---


def test_a_workbook_is_filled_and_its_faults_are_told_by_cell(official: Official) -> None:
    form = next(f for f in official.ask("GET", "/forms")["forms"] if f["bundled"] == "shanghai")
    data = (DATA / "shanghai.xlsx").read_bytes()
    job = official.ask("POST", "/fills", 202, params={"name": "数据.xlsx", "form": form["id"]}, content=data)["job"]
    archive = zipfile.ZipFile(io.BytesIO(done(official, job)))
    assert archive.namelist() == ["数据-001.docx"]
    bad = openpyxl.load_workbook(io.BytesIO(data))
    sheet = bad.worksheets[0]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == 231)
    cell.value = "许多"
    stream = io.BytesIO()
    bad.save(stream)
    job = official.ask("POST", "/fills", 202, params={"name": "错.xlsx", "form": form["id"]}, content=stream.getvalue())
    job = job["job"]
    for _ in range(200):
        if official.ask("GET", f"/jobs/{job}")["state"] == "done":
            break
        time.sleep(0.05)
    result = official.ask("GET", f"/jobs/{job}")["result"]
    assert (result["count"], result["written"]) == (1, 0)
    (problem,) = result["records"][0]["problems"]
    assert problem["found"] == "许多" and cell.column_letter in problem["place"]["zh"]


def test_stateless_calls_say_what_the_command_line_says(official: Official) -> None:
    document = returned((">231<", ">二百余<"))
    read = official.ask("POST", "/extract", params={"form": "shanghai"}, content=document)
    assert read["data"] == Form.load("shanghai").extract(document).data
    assert official.ask("POST", "/extract", content=document)["form"] == "shanghai"
    told = official.ask("POST", "/check", params={"comments": "1", "name": "浦东.docx"}, content=document)
    assert not told["is_fine"] and base64.b64decode(told["commented"])[:2] == b"PK"
    changes = json.dumps({"封面": {"集群名称": "甲"}})
    put = official.client.post("/api/put", params={"form": "shanghai", "changes": changes}, content=document)
    assert Form.load("shanghai").extract(put.content).data["封面"]["集群名称"] == "甲"
    record = loaded(DATA / "shanghai.json")
    filled = official.client.post("/api/fill", params={"form": "shanghai"}, json={"record": record})
    assert filled.content == Form.load("shanghai").fill(record)
    refused = official.ask("POST", "/fill", 422, params={"form": "shanghai"}, json={"record": {"没有": 1}})
    assert [p["code"] for p in refused["problems"]] == ["unknown-field"]
    official.ask("POST", "/fill", 404, params={"form": "没有"}, json={"record": {}})
    assert official.ask("POST", "/extract", 422, content=b"PK broken")["zh"]


@pytest.mark.parametrize("said", ['{"人数":1,"人数":2}', '{"人数":NaN}', '{"人数":"\\ud800"}', "[" * 10_000, '{"'])
def test_json_that_would_have_to_be_guessed_is_refused_here_too(official: Official, said: str) -> None:
    sent = {"content": f'{{"record":{said}}}'.encode(), "headers": {"content-type": "application/json"}}
    told = official.ask("POST", "/fill", 400, params={"form": "shanghai"}, **sent)
    assert "发来的数据" in told["zh"]
    asked = {"form": "shanghai", "changes": said}
    assert "changes" in official.ask("POST", "/put", 422, params=asked, content=b"PK")["zh"]


def test_what_needs_libreoffice_answers_with_a_job(official: Official) -> None:
    answer = official.ask("POST", "/extract", 202, params={"name": "旧.doc"}, content=b"{\\rtf1 x}")
    for _ in range(300):
        state = official.ask("GET", f"/jobs/{answer['job']}")
        if state["state"] in ("done", "failed"):
            break
        time.sleep(0.1)
    assert state["state"] == "failed" and state["zh"]  # a letter, not a form


# --- drafts ---


def test_a_blank_becomes_a_form_step_by_step(official: Official) -> None:
    blank = (ROOT / "docs" / "your-own-form" / "借用表.docx").read_bytes()
    draft = official.ask("POST", "/drafts", 201, params={"name": "借用表.docx"}, content=blank)["id"]
    at = f"/drafts/{draft}"
    first = official.ask("GET", at)["places"][0]["path"]
    step = {"do": "rename", "path": first, "to": "新名", "after": 0}
    after = official.ask("POST", f"{at}/steps", json=step)
    assert after["places"][0]["path"] == "新名"
    official.ask("POST", f"{at}/steps", 409, json=step)
    official.ask("POST", f"{at}/steps", 422, json={"do": "rename", "path": "没有", "to": "甲", "after": 1})
    assert official.ask("POST", f"{at}/undo")["places"][0]["path"] == first
    assert official.ask("POST", f"{at}/redo")["places"][0]["path"] == "新名"
    official.ask("POST", f"{at}/redo", 409)
    record = official.ask("GET", f"{at}/sample")["record"]
    assert official.client.post(f"/api{at}/sample", json={"record": record}).content[:2] == b"PK"
    assert isinstance(official.ask("GET", f"{at}/lint")["problems"], list)
    saved = official.ask("POST", f"{at}/edition", 201, json={"title": "借用登记"})
    assert official.ask("GET", f"/forms/{saved['form']}")["title"] == "借用登记"
    official.ask("GET", at, 404)
    official.ask("POST", "/drafts", 422, params={"name": "信.docx"}, content=b"no Word")


# --- leaving nothing behind ---


def test_a_deleted_collection_leaves_no_file_of_anybody(official: Official) -> None:
    before = set(official.server.blobs.names())
    collection = official.collection()
    official.drop(
        collection,
        {"一.docx": returned((">231<", ">999<")), "包.zip": zipped({"二.docx": returned((">231<", ">998<"))})},
    )
    made(official, collection, what="json")
    assert set(official.server.blobs.names()) > before
    official.ask("DELETE", f"/collections/{collection}", 204)
    assert set(official.server.blobs.names()) == before
    official.ask("GET", f"/collections/{collection}", 404)


def test_the_audit_trail_says_who_did_what(official: Official, decided: str) -> None:
    actions = [n["action"] for n in official.server.users.notes(decided)]
    assert {"collection.start", "drop.begin", "correct", "verdict.accepted", "remark"} <= set(actions)
    page = official.client.get(f"/collections/{decided}/settings").text
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", page)]
    told = {row[3]: row[4:] for row in rows[1:]}
    returns = official.ask("GET", f"/collections/{decided}/returns")["returns"]
    assert [told["核对无误"]] == [[r["who"]] for r in returns if r["verdict"] == "accepted"]
    assert told["投入文件"] == ["3", "个文件"]
    assert {f"user.{action.value}" for action in UserAction if action.value != "list"} <= set(words.DEEDS)
    log = words.detail({"action": "fill", "detail": "第一批.xlsx"}, "zh")
    assert log == "第一批.xlsx", "a file's name is no path"
    assert told["改正"][1:] == ["主导产业情况", "›", "集群企业数量", "›", "2021年"]


def test_every_page_is_there_in_both_languages(official: Official, decided: str) -> None:
    form = official.ask("GET", "/forms")["forms"][0]["id"]
    inside = ("", "/in", "/roster", "/out", "/settings", "/summary")
    pages = ["/", "/collections/new", "/forms", f"/forms/{form}", "/forms/new", "/fill", "/account"]
    for path in [*pages, *(f"/collections/{decided}{tab}" for tab in inside)]:
        for lang, tag in (("zh", '<html lang="zh-CN"'), ("en", '<html lang="en"')):
            answer = official.client.get(path, params={"lang": lang})
            assert answer.status_code == 200 and tag in answer.text, path
            assert "style=" not in answer.text and "<script>" not in answer.text and "http://" not in answer.text
