"""Pictures as answers: the laws over them byte for byte, and what is refused.

The pictures are made by Pillow; no two have the same size.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from typer.testing import CliRunner

from docfill import DocfillError, Form, InvalidData, limits, tables
from docfill.lint import lint
from docfill.pictures import TYPES, Frame, Picture
from docfill.word.media import paper_of
from docfill.word.package import Package
from docfill.word.xml import W
from tests.commands import app
from tests.disturb import HARMLESS, changed
from tests.small_form import cell, loaded, p, package, row, table
from tests.test_document import frame

BODY = (
    p("报名表"),
    table(2, row("姓名", "{{ 姓名 }}"),
          row("照片", '{{ 照片 | picture(width="2.5cm", height="3.5cm") | default("贴照片处") }}')),
    p("现场：{{ 现场 | pictures(width=\"4cm\") }}"),
    p("图一　现场情况"),
    table(2, row("成员", "签名"), row("{%tr for 人 in 成员 %}"),
          row("{{ 人.姓名 }}", "{{ 人.签名 | picture(height=\"1cm\") }}"), row("{%tr endfor %}")),
    p("以上属实"),
)  # fmt: skip


def form() -> Form:
    return loaded(package("".join(BODY)), "报名")


def drawn(suffix: str = "png", size: tuple[int, int] = (40, 60), turn: int = 1) -> bytes:
    image, out = Image.new("RGB", size, (size[0] % 256, size[1] % 256, 99)), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = turn
    image.save(out, suffix, **({"exif": exif} if turn != 1 else {}))
    return out.getvalue()


def metafile(suffix: str) -> bytes:
    if suffix == "emf":
        head = struct.pack("<II4i4i4sI", 1, 88, 0, 0, 99, 99, 0, 0, 2540, 5080, b" EMF", 0x10000)
        return head.ljust(88, b"\0")
    return struct.pack("<4sH4hHIH", b"\xd7\xcd\xc6\x9a", 0, 0, 0, 1440, 2880, 1440, 0, 0)


def record() -> dict[str, Any]:
    return {
        "姓名": "王芳",
        "照片": Picture.of(drawn()),
        "现场": [Picture.of(drawn("jpeg", (90, 50))), Picture.of(drawn("gif", (30, 31)))],
        "成员": [{"姓名": "甲", "签名": Picture.of(drawn("png", (70, 20)))}, {"姓名": "乙", "签名": None}],
    }


@pytest.mark.parametrize("data", [record(), {**record(), "照片": None}, {"现场": [Picture.of(drawn())] * 2}, {}])
def test_the_laws_hold_over_pictures_byte_for_byte(data: dict[str, Any]) -> None:
    f = form()
    expected = f.records.nested(f.records.flatten(data))
    document = f.fill(data)
    assert document == f.fill(data)
    for by_meaning in (False, True):
        result = f.extract(document, by_meaning=by_meaning)
        assert (result.data, result.problems, result.leftovers) == (expected, [], [])
        assert f.fill(result.data) == document
    given = f.fill(data) and result.data["照片"]
    assert given is None or given.data == drawn()


def test_what_no_field_owns_stays_and_the_package_is_whole() -> None:
    f = form()
    with zipfile.ZipFile(io.BytesIO(f.fill(record()))) as full, zipfile.ZipFile(io.BytesIO(f.blank())) as blank:
        added = set(full.namelist()) - set(blank.namelist())
        changed_parts = {n for n in blank.namelist() if full.read(n) != blank.read(n)}
        assert {Path(n).suffix for n in added} == {".png", ".jpeg", ".gif"}
        assert changed_parts == {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
        root = etree.fromstring(full.read("word/document.xml"))
        numbers = root.xpath("//*[local-name()='docPr']/@id")
        assert len(numbers) == len(set(numbers)) == 4
        types = full.read("[Content_Types].xml").decode()
        assert all(types.count(f'Extension="{s}"') == 1 for s in ("png", "jpeg", "gif"))


def test_a_form_with_pictures_reads_back() -> None:
    assert [x.code for x in lint(form())] == []


@pytest.mark.parametrize("suffix", TYPES)
def test_every_format_goes_in_and_comes_out_as_it_is(suffix: str) -> None:
    data = metafile(suffix) if suffix in ("emf", "wmf") else drawn(suffix)
    f = form()
    result = f.extract(f.fill({"照片": data}), by_meaning=True)
    assert result.problems == []
    assert (result.data["照片"].data, result.data["照片"].suffix) == (data, suffix)
    assert result.data["照片"]["width"] > 0


@pytest.mark.parametrize("given", [drawn(), "data:image/png;base64," + base64.b64encode(drawn()).decode()])
def test_data_give_bytes_or_a_data_url(given: Any) -> None:
    f = form()
    assert f.extract(f.fill({"照片": given})).data["照片"] == Picture.of(drawn())


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (bomb(), "bad-picture", "像素过多"),
        (b"GIF89a", "bad-picture", "图片"),
        (drawn()[:60], "bad-picture", "损坏"),
        (b"%PDF-1.7", "bad-picture", "不是可以使用的图片"),
        ("/etc/passwd", "wrong-type", "/etc/passwd"),
        ({"file": "照片.png"}, "wrong-type", "照片.png"),
        (7, "wrong-type", "7"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_clear_sentence(given: Any, code: str, words: str) -> None:
    with pytest.raises(InvalidData) as refused:
        form().fill({"照片": given})
    assert [x.code for x in refused.value.problems] == [code]
    assert words in str(refused.value.problems[0])


def test_a_picture_over_the_limit_of_bytes_is_refused_before_it_is_looked_at() -> None:
    with limits.within(picture=50), pytest.raises(DocfillError, match="picture=50"):
        Picture.of(drawn())


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_turned_as_its_exif_says_and_its_bytes_stay(turn: int) -> None:
    data = drawn("jpeg", (80, 40), turn)
    picture = Picture.of(data)
    assert (picture["width"], picture["height"]) == ((40, 80) if turn >= 5 else (80, 40))
    f = form()
    document = f.fill({"照片": data})
    xml = Package(document, "x").read("word/document.xml").decode()
    assert ('rot="' in xml, "flip" in xml) == (turn in (3, 5, 6, 7, 8), turn in (2, 4, 5, 7))
    assert f.extract(document).data["照片"].data == data


@pytest.mark.parametrize(("turn", "size"), [(1, (3.5, 1.75)), (6, (1.75, 3.5))])
def test_a_place_tells_how_large_its_picture_is_on_paper(turn: int, size: tuple[float, float]) -> None:
    f = loaded(package(table(2, row("照片", '{{ 照片 | picture(width="3.5cm", height="3.5cm") }}'))), "表")
    document = f.fill({"照片": drawn("jpeg", (80, 40), turn)})
    assert f.extract(document).places["照片"].paper == size
    assert f.extract(f.blank()).places["照片"].paper is None
    hostile = changed(document, lambda root: [x.set("cx", "1e999") for x in root.iter("{*}extent")])
    assert 0 in (f.extract(hostile).places["照片"].paper or ())


@pytest.mark.parametrize(
    ("style", "size"), [("width:72pt;height:36.0pt", (2.54, 1.27)), ("width:9e9pt", None), ("margin-width:1pt", None)]
)
def test_a_picture_of_old_word_says_its_size_in_a_style(style: str, size: tuple[float, float] | None) -> None:
    drawing = etree.fromstring(
        f'<w:pict xmlns:w="{W[1:-1]}"><v:shape xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict>'
    )
    drawing[0].set("style", style)
    assert paper_of(drawing) == size


def test_a_picture_is_shown_whole_or_fills_its_room() -> None:
    picture = Picture.of(drawn("png", (100, 100)))
    assert Frame(200, 400).fitted(picture) == (200, 200, (0, 0))
    assert Frame(200, 400, True).fitted(picture) == (200, 400, (25_000, 0))
    assert Frame(400, 200, True).fitted(picture) == (400, 200, (0, 25_000))
    assert Frame(300, 0).fitted(picture) == (300, 300, (0, 0))


@pytest.mark.parametrize("arguments", ['width="2.5"', 'width="2.5cm", fit="fill"', 'depth="1cm"', 'fit="cover"', "2"])
def test_a_size_that_is_wrongly_spelt_is_refused(arguments: str) -> None:
    with pytest.raises(DocfillError, match="图片大小应写作"):
        loaded(package(p("{{ 照片 | picture(" + arguments + ") }}")), "错")


@pytest.mark.parametrize("disturb", HARMLESS, ids=lambda d: getattr(d, "__name__", str(d)))
def test_pictures_are_read_from_a_document_that_somebody_saved_again(disturb: Any) -> None:
    f = form()
    result = f.extract(changed(f.fill(record()), disturb))
    assert (result.data, [x.code for x in result.problems]) == (f.records.nested(f.records.flatten(record())), [])


def answered(photo: Any) -> bytes:
    people = table(2, row("成员", "签名"))
    return package(
        "".join((BODY[0], table(2, row("姓名", "王"), row("照片", photo)), p("现场："), BODY[3], people, BODY[5]))
    )


def test_words_where_a_picture_is_due_are_told() -> None:
    result = form().extract(answered("已交电子版"))
    assert result.data["照片"] is None
    assert [(x.code, x.path, x.found) for x in result.problems] == [("words-for-picture", "照片", "已交电子版")]


@pytest.mark.parametrize("kind", ["chart", "picture"])
def test_a_drawing_without_a_picture_is_told(kind: str) -> None:
    result = form().extract(answered(cell(p(frame(kind)))))
    assert [(x.path, x.severity) for x in result.problems] == [("照片", "warning")]


@pytest.mark.parametrize(
    "change",
    [
        {"照片": Picture.of(drawn(size=(77, 78)))}, {"照片": None}, {"现场": []},
        {"现场": [Picture.of(drawn(size=(5, 6)))]}, {"成员": [{"姓名": "甲", "签名": Picture.of(drawn(size=(9, 9)))}]},
    ],
)  # fmt: skip
def test_put_replaces_pictures_and_nothing_else(change: dict[str, Any]) -> None:
    f = form()
    document = f.fill(record())
    assert f.put(document, f.extract(document).data) == document
    after = f.put(document, change)
    result = f.extract(after)
    assert (result.data, result.problems) == (f.records.nested({**f.records.flatten(record()), **change}), [])
    once = f.put(f.blank(), {"照片": Picture.of(drawn())})
    assert f.extract(once).data["照片"] == Picture.of(drawn())
    parts = [Package(d, "x") for d in (document, after)]
    same = [
        n
        for n in parts[0].infos
        if n not in ("word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml")
    ]
    assert all(parts[0].read(n) == parts[1].read(n) for n in same)


def test_extract_gives_files_and_fill_takes_them_beside_the_data(tmp_path: Path) -> None:
    template = tmp_path / "报名.docx"
    template.write_bytes(package("".join(BODY)))
    (tmp_path / "王芳.docx").write_bytes(Form.load(template).fill(record()))
    for output in ("结果", "结果.xlsx", "结果.csv", "结果.jsonl"):
        run = CliRunner().invoke(
            app, ["extract", str(tmp_path / "王芳.docx"), "--form", str(template), "-o", str(tmp_path / output)]
        )
        assert run.exit_code == 0, run.output
    known = json.loads((tmp_path / "结果" / "王芳.json").read_text("utf-8"))
    photo = known["data"]["照片"]
    assert photo["file"] == "王芳-照片.png" and (photo["width"], photo["height"]) == (40, 60)
    assert (tmp_path / "结果" / photo["file"]).read_bytes() == drawn()
    (tmp_path / "结果" / "记录.json").write_text(json.dumps(known["data"]), "utf-8")
    for data in ("结果/记录.json", "结果.xlsx", "结果.csv"):
        target = tmp_path / f"{Path(data).stem}-{Path(data).suffix[1:]}.docx"
        run = CliRunner().invoke(app, ["fill", str(template), str(tmp_path / data), "-o", str(target)])
        assert run.exit_code == 0, run.output
        assert Form.load(template).extract(target).data["照片"].data == drawn()


def test_a_name_in_the_data_opens_no_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "外.png").write_bytes(drawn())
    inside = tmp_path / "数据"
    inside.mkdir()
    for name in ("../外.png", str(tmp_path / "外.png"), "没有.png"):
        (inside / "记录.json").write_text(json.dumps({"照片": name}), "utf-8")
        (record_,) = tables.load(inside / "记录.json", form()).records
        assert [x.code for x in record_.problems] == ["bad-picture"] and record_.data["照片"] is None


def test_several_pictures_where_one_is_due_are_not_chosen_from() -> None:
    f = form()
    both = loaded(package("".join(map(str, BODY)).replace("| picture(width", "| pictures(width", 1)), "多")
    result = f.extract(both.fill({"照片": [drawn(), drawn(size=(41, 60))]}))
    assert result.data["照片"] is None
    assert [(x.code, x.path) for x in result.problems] == [("several-pictures", "照片")]


def test_a_picture_of_a_result_replaces_nobodys_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("表.docx").write_bytes(form().template)
    Path("甲.docx").write_bytes(form().fill({"照片": drawn()}))
    asked = ["extract", "甲.docx", "--form", "表.docx", "-o", "out/"]
    assert CliRunner().invoke(app, asked).exit_code == 0
    [made] = Path("out").glob("*.png")
    Path("out/甲.json").unlink()
    made.write_bytes(b"theirs")
    refused = CliRunner().invoke(app, asked)
    assert refused.exit_code == 2 and made.name in refused.output and made.read_bytes() == b"theirs"
    assert CliRunner().invoke(app, [*asked, "--force"]).exit_code == 0 and made.read_bytes() == drawn()
