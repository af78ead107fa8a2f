"""Pictures in the cells of workbooks: those of extract, of Excel (over a cell, and placed in one) and of WPS.

Excel's two ways are written by XlsxWriter, the way of WPS by hand into the package.
"""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PIL import Image
from typer.testing import CliRunner

from docfill import DocfillError, Form, limits, tables, write_results
from docfill.pictures import Picture
from docfill.tables import Record
from docfill.tables.entry import make_entry_sheet
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.small_form import loaded, p, package, row, table
from tests.test_pictures import BODY, bomb, drawn, form, metafile, record

Drawer = Callable[[Any, int, int, bytes], None]


def over(sheet: Any, at: int, column: int, data: bytes, **options: Any) -> None:
    """Insert → picture over the cell, made to fit."""
    given = {"image_data": io.BytesIO(data), "x_scale": 0.2, "y_scale": 0.2, "object_position": 1, **options}
    assert sheet.insert_image(at, column, "p.png", given) == 0


def placed(sheet: Any, at: int, column: int, data: bytes) -> None:
    """Insert → picture → place in cell."""
    assert sheet.embed_image(at, column, "p.png", {"image_data": io.BytesIO(data)}) == 0


def book(draw: Callable[[Any, Any], None], heads: tuple[str, ...] = ("姓名", "照片", "现场")) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("报名")
        sheet.write_row(0, 0, heads)
        draw(made, sheet)
    return out.getvalue()


def people(drawer: Drawer, *photos: bytes) -> bytes:
    def draw(_: Any, sheet: Any) -> None:
        for number, photo in enumerate(photos, 1):
            sheet.write(number, 0, f"第{number}人")
            drawer(sheet, number, 1, photo)

    return book(draw)


_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"


def of_wps(*photos: bytes) -> bytes:
    """What WPS writes for pictures in cells: a formula with a name, and the pictures by their names in a part."""

    def draw(_: Any, sheet: Any) -> None:
        for number in range(1, len(photos) + 1):
            sheet.write(number, 0, f"第{number}人")
            code = f'DISPIMG("ID_{number:032X}",1)'
            sheet.write_formula(number, 1, f"=_xlfn.{code}", None, f"={code}")

    parts = parts_of(book(draw))
    pictures = "".join(
        f'<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{n}" name="ID_{n:032X}" descr="照片"/><xdr:cNvPicPr/>'
        f'</xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId{n}"/></xdr:blipFill></xdr:pic></etc:cellImage>'
        for n in range(1, len(photos) + 1)
    )
    parts["xl/cellimages.xml"] = (
        '<etc:cellImages xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">{pictures}</etc:cellImages>'
    ).encode()
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_IMAGE}" Target="media/image{n}.png"/>' for n in range(1, len(photos) + 1)
    )
    parts["xl/_rels/cellimages.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    ).encode()
    rels = "xl/_rels/workbook.xml.rels"
    own = '<Relationship Id="rId99" Type="http://www.wps.cn/officeDocument/2020/cellImage" Target="cellimages.xml"/>'
    parts[rels] = parts[rels].replace(b"</Relationships>", own.encode() + b"</Relationships>")
    return package_of(parts | {f"xl/media/image{n}.png": photo for n, photo in enumerate(photos, 1)})


def read(data: bytes, f: Form | None = None) -> list[Record]:
    return list(tables.load(data, f or form()).records)


PHOTOS = (drawn(size=(40, 60)), drawn("jpeg", (60, 80)), drawn("gif", (30, 44)))


@pytest.mark.parametrize(
    "made", [people(over, *PHOTOS), people(placed, *PHOTOS), of_wps(*PHOTOS)], ids=["over", "placed", "wps"]
)
def test_a_picture_in_a_cell_goes_into_the_document_byte_for_byte(made: bytes) -> None:
    f = form()
    records = read(made, f)
    assert [r.problems for r in records] == [[], [], []]
    assert [r.data["照片"].data for r in records] == [*PHOTOS]
    assert [f.extract(f.fill(r.data)).data["照片"].data for r in records] == [*PHOTOS]


def test_the_workbook_of_extract_holds_the_pictures_themselves(tmp_path: Path) -> None:
    """Sent on without its folder, it fills the same forms."""
    template, workbook = tmp_path / "报名.docx", tmp_path / "结果.xlsx"
    template.write_bytes(package("".join(BODY)))
    f = Form.load(template)
    people = [record(), {"姓名": "李明", "照片": Picture.of(drawn("bmp", (9, 9)))}, {"姓名": "赵一"}]
    people[1]["现场"] = [Picture.of(drawn(size=(300, 20)))] * 2
    returned = []
    for number, one in enumerate(people):
        returned.append(tmp_path / f"{number}.docx")
        returned[-1].write_bytes(f.fill(one))
    run = CliRunner().invoke(app, ["extract", *map(str, returned), "--form", str(template), "-o", str(workbook)])
    assert run.exit_code == 0, run.output
    alone = tmp_path / "别处" / "结果.xlsx"
    alone.parent.mkdir()
    alone.write_bytes(workbook.read_bytes())
    assert [r.problems for r in tables.load(alone, f).records] == [[], [], []]
    out = tmp_path / "填好"
    run = CliRunner().invoke(app, ["fill", str(template), str(alone), "-o", str(out)])
    assert run.exit_code == 0, run.output
    made = sorted(out.glob("*.docx"))
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in returned]


def test_the_workbook_is_the_same_however_often_it_is_written(tmp_path: Path) -> None:
    f = form()
    result = f.extract(f.fill(record()))
    for name in ("一.xlsx", "二.xlsx"):
        write_results(tmp_path / name, [result], [f])
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()
    assert len({i.CRC for i in zipfile.ZipFile(tmp_path / "一.xlsx").infolist() if "media" in i.filename}) == 4


def test_a_picture_that_no_workbook_shows_stays_a_name(tmp_path: Path) -> None:
    f = form()
    shown = {"照片": Picture.of(metafile("emf"), "图.emf"), "现场": [Picture.of(drawn("webp"), "场.webp")]}
    write_results(tmp_path / "结果.xlsx", [f.extract(f.fill(shown))], [f])
    kept = [n for n in zipfile.ZipFile(tmp_path / "结果.xlsx").namelist() if "media" in n]
    assert [Path(n).suffix for n in kept] == [".emf"]
    [again] = read((tmp_path / "结果.xlsx").read_bytes(), f)
    assert (again.data["照片"].data, [x.code for x in again.problems]) == (metafile("emf"), ["bad-picture"])


def test_repeated_rows_have_pictures_in_their_cells(tmp_path: Path) -> None:
    f = form()
    data = {
        "姓名": "王芳",
        "成员": [{"姓名": n, "签名": Picture.of(drawn(size=(20, 9 + i)))} for i, n in enumerate("甲乙")],
    }
    (tmp_path / "录入.xlsx").write_bytes(make_entry_sheet(f, [data]))
    [again] = read((tmp_path / "录入.xlsx").read_bytes(), f)
    assert again.problems == []
    assert [one["签名"].data for one in again.data["成员"]] == [drawn(size=(20, 9)), drawn(size=(20, 10))]


def test_several_pictures_of_a_cell_are_read_from_left_to_right() -> None:
    def draw(_: Any, sheet: Any) -> None:
        for number, data in enumerate(PHOTOS):
            over(sheet, 1, 2, data, x_offset=30 - 12 * number)

    [found] = read(book(draw))
    assert [one.data for one in found.data["现场"]] == [*reversed(PHOTOS)]


@pytest.mark.parametrize(
    ("options", "problems"),
    [
        ({}, []),
        ({"x_offset": -3, "y_offset": 3}, []),
        ({"x_scale": 3, "y_scale": 3}, ["picture-across"]),
        ({"object_position": 2}, []),
        ({"object_position": 3}, []),
    ],
)
def test_a_picture_belongs_to_the_cell_that_its_middle_is_over(options: dict[str, Any], problems: list[str]) -> None:
    def draw(_: Any, sheet: Any) -> None:
        sheet.write(1, 0, "王芳")
        over(sheet, 1, 1, PHOTOS[0], **{"x_offset": 20, **options})

    records = read(book(draw))
    assert [x.code for r in records for x in r.problems] == problems
    assert problems or [r.data["照片"].data for r in records] == [PHOTOS[0]]


def test_a_picture_that_begins_a_little_above_its_cell_is_of_the_cell() -> None:
    def draw(_: Any, sheet: Any) -> None:
        sheet.set_row(1, 60)
        sheet.set_row(2, 60)
        sheet.set_column(1, 1, 20)
        sheet.write(1, 0, "王芳")
        sheet.write(2, 0, "李明")
        over(sheet, 1, 1, PHOTOS[0], x_scale=1, y_scale=1, x_offset=20, y_offset=74)

    first, second = read(book(draw))
    assert (first.data["照片"], second.data["照片"].data) == (None, PHOTOS[0])
    assert [*first.problems, *second.problems] == []


def test_a_picture_over_an_empty_row_is_a_record_of_its_own() -> None:
    records = read(book(lambda _, sheet: over(sheet, 5, 1, PHOTOS[0])))
    assert [(r.place, r.data["照片"].data) for r in records] == [("工作表“报名”第 6 行", PHOTOS[0])]


def test_a_picture_beside_the_table_is_nobodys() -> None:
    def draw(_: Any, sheet: Any) -> None:
        sheet.write(1, 0, "王芳")
        over(sheet, 1, 7, PHOTOS[0])
        over(sheet, 9, 5, PHOTOS[1])
        over(sheet, 0, 1, PHOTOS[2])

    [found] = read(book(draw))
    assert (found.data["照片"], found.problems) == (None, [])


def test_a_picture_where_words_are_due_is_told() -> None:
    def draw(_: Any, sheet: Any) -> None:
        sheet.write(1, 0, "王芳")
        over(sheet, 1, 0, PHOTOS[0])
        placed(sheet, 2, 0, PHOTOS[0])

    first, second = read(book(draw))
    assert (first.data["姓名"], second.data["姓名"]) == ("王芳", None)
    assert [(x.code, x.place.row, x.place.column) for r in (first, second) for x in r.problems] == [
        ("look-here", "2", "A"),
        ("look-here", "3", "A"),
    ]


def test_a_chart_is_no_picture() -> None:
    def draw(made: Any, sheet: Any) -> None:
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=报名!$A$1:$A$2"})
        sheet.insert_chart(1, 1, chart, {"x_scale": 0.1, "y_scale": 0.05})

    [found] = read(book(draw))
    assert (found.data["照片"], [x.code for x in found.problems]) == (None, ["look-here"])


def test_words_and_a_picture_in_one_cell_are_not_chosen_from() -> None:
    def draw(_: Any, sheet: Any) -> None:
        sheet.write(1, 1, "李明.png")
        over(sheet, 1, 1, PHOTOS[0], description="王芳.png")

    [found] = read(book(draw))
    assert found.data["照片"] is None
    assert [(x.code, x.found) for x in found.problems] == [("picture-and-words", "李明.png")]


def test_two_pictures_where_one_is_due_are_not_chosen_from() -> None:
    def draw(_: Any, sheet: Any) -> None:
        for data in PHOTOS[:2]:
            over(sheet, 1, 1, data)

    [found] = read(book(draw))
    assert (found.data["照片"], [x.code for x in found.problems]) == (None, ["several-pictures"])


def with_media(made: bytes, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(made)
    return package_of({n: change(data) if "/media/" in n else data for n, data in parts.items()})


@pytest.mark.parametrize("drawer", [over, placed])
@pytest.mark.parametrize(
    ("change", "words"),
    [(lambda _: bomb(), "像素过多"), (lambda data: data[:50], "损坏"), (lambda _: b"MZ", "不是可以使用的图片")],
)
def test_a_picture_that_cannot_be_used_is_a_problem_of_its_cell(
    drawer: Drawer, change: Callable[[bytes], bytes], words: str
) -> None:
    [found] = read(with_media(people(drawer, PHOTOS[0]), change))
    assert (found.data["照片"], [x.code for x in found.problems]) == (None, ["bad-picture"])
    assert words in str(found.problems[0])


def test_a_picture_elsewhere_is_not_fetched() -> None:
    parts = parts_of(people(over, PHOTOS[0]))
    rels = "xl/drawings/_rels/drawing1.xml.rels"
    parts[rels] = parts[rels].replace(b'Target="../media/image1.png"', b'Target="http://x/1.png" TargetMode="External"')
    [found] = read(package_of(parts))
    assert (found.data["照片"], [x.code for x in found.problems]) == (None, ["look-here"])


def test_a_name_of_wps_that_has_no_picture_is_told() -> None:
    parts = parts_of(of_wps(PHOTOS[0]))
    del parts["xl/cellimages.xml"]
    [found] = read(package_of(parts))
    assert (found.data["照片"], [x.code for x in found.problems]) == (None, ["look-here"])


def noise(side: int) -> bytes:
    """A picture that packs badly."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(side).randbytes(3 * side * side)).save(out, "bmp")
    return out.getvalue()


def test_pictures_in_very_many_cells_are_refused_by_the_work_that_it_asks_for() -> None:
    photos = [noise(400), noise(401)]
    made = people(placed, *(photos[n % 2] for n in range(100)))
    assert len(read(made)) == 100
    with limits.within(work=100_000), pytest.raises(DocfillError, match="work"):
        read(made)


def test_very_many_drawings_over_very_many_rows_are_refused_by_the_work_that_they_ask_for() -> None:
    parts = parts_of(people(over, PHOTOS[0]))
    name = "xl/drawings/drawing1.xml"
    before, anchor, behind = re.split(rb"(<xdr:twoCellAnchor.*</xdr:twoCellAnchor>)", parts[name], flags=re.S)
    far = re.sub(rb"(<xdr:to>.*?<xdr:row>)\d+", rb"\g<1>4900", anchor, flags=re.S)
    parts[name] = before + far * 600 + behind
    with pytest.raises(DocfillError, match="work"):
        read(package_of(parts))


def test_data_in_memory_open_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "照片.png").write_bytes(PHOTOS[0])
    for data in (json.dumps({"照片": "照片.png"}).encode(), book(lambda _, sheet: sheet.write(1, 1, "照片.png"))):
        [found] = read(data)
        assert (found.data["照片"], [x.code for x in found.problems]) == (None, ["bad-picture"])


def test_rows_that_failed_keep_their_pictures(tmp_path: Path) -> None:
    f = loaded(package(p("报名") + table(2, row("姓名", "{{ 姓名 }}"), row("人数", "{{ 人数 | integer }}"),
                                      row("照片", '{{ 照片 | picture(width="2cm") }}'))), "报名")  # fmt: skip

    def draw(_: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ("王芳", "三"))
        placed(sheet, 1, 2, PHOTOS[0])

    (tmp_path / "数据.xlsx").write_bytes(book(draw, ("姓名", "人数", "照片")))
    tables.write_refused(tmp_path / "数据.xlsx", f, {1: ["人数"]}, tmp_path / "未生成.xlsx")
    [found] = read((tmp_path / "未生成.xlsx").read_bytes(), f)
    assert found.data["照片"].data == PHOTOS[0]
