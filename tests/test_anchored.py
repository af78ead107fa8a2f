"""What is drawn where an answer is due is told with its place, and nobody is accused of having left it out."""

from __future__ import annotations

import pytest

from docfill import Form
from docfill.check import check
from docfill.lint import lint
from tests.small_form import Xml, cell, loaded, p, package, row, table
from tests.test_document import frame, text_box, vml

PICTURE = frame("picture")
FLOATING = Xml(
    '<w:r><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"/></a:graphic>'
    "</wp:anchor></w:drawing></w:r>"
)
BODY = (
    p("报名表"),
    p("姓名：{{ 姓名 }}"),
    table(2, row("单位", "{{ 单位 }}"), row("性质", '{{ 性质 | choice("国有") }}国有 {{ 性质 | choice("民营") }}民营')),
    p("说明"),
    p("{%p for 段 in 说明 | lines %}"),
    p("{{ 段 }}"),
    p("{%p endfor %}"),
    p("清单"),
    table(2, row("品名", "数量"), row("{%tr for 项 in 清单 %}"), row("{{ 项.品名 }}", "{{ 项.数量 | integer }}"),
          row("{%tr endfor %}")),
    p("以上属实"),
)  # fmt: skip


def form() -> Form:
    return loaded(package("".join(BODY)), "报名")


def returned(
    name: Xml | str = "王芳", unit: Xml | str = "东港厂", mark: Xml | str = "☑国有 □民营", text: Xml | str = "如下",
    item: Xml | str = "甲",
) -> bytes:  # fmt: skip
    return package(
        "".join(
            [
                p("报名表"), name if name.startswith("<w:p>") else p("姓名：", name),
                table(2, row("单位", cell(unit)), row("性质", cell(mark if mark.startswith("<w:p>") else p(mark)))),
                p("说明"), p(text), p("清单"),
                table(2, row("品名", "数量"), row(cell(p(item)), "1")), p("以上属实"),
            ]
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (returned(name=PICTURE), "姓名"),
        (returned(name=p(FLOATING, "姓名：")), "姓名"),
        (returned(unit=p(PICTURE)), "单位"),
        (returned(unit=Xml(p("") + p(PICTURE))), "单位"),
        (returned(mark=p(PICTURE, "□国有 □民营")), "性质"),
        (returned(text=PICTURE), "说明"),
        (returned(item=PICTURE), "清单[0].品名"),
    ],
)
def test_a_picture_where_an_answer_is_due_is_told_with_its_place(document: bytes, path: str) -> None:
    checked = check(form(), document)
    told = [x for x in checked.problems if x.code == "look-here"]
    assert [x.path for x in told] == [path]
    assert (told[0].severity, told[0].message[:5]) == ("warning", "这里有图片")
    assert told[0].place.xml
    assert not [x for x in checked.problems if x.code in ("unanswered", "nothing-ticked") and x.path == path]


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (frame("chart"), "图表"), (frame("diagram"), "SmartArt 图示"), (vml("<v:oval/>"), "图形"),
        (vml('<v:shape><v:textpath string="甲"/></v:shape>'), "艺术字"),
    ],
)  # fmt: skip
def test_what_is_drawn_is_named(piece: Xml, said: str) -> None:
    (told,) = (x for x in form().extract(returned(unit=p(piece))).problems if x.code == "look-here")
    assert told.message.startswith(f"这里有{said}，")


@pytest.mark.parametrize(
    "document",
    [returned(), returned(name=p("姓名：王芳", Xml('<w:r><w:footnoteReference w:id="2"/></w:r>')))],
    ids=["nothing", "note"],
)
def test_nothing_is_told_where_nothing_is_drawn(document: bytes) -> None:
    assert form().extract(document).problems == []


def test_a_picture_beside_the_form_s_own_words_is_no_doubt() -> None:
    document = returned(name=Xml(p(PICTURE) + p("姓名：王芳")))
    assert form().extract(document).problems == []


def test_what_the_form_itself_draws_at_a_place_is_no_doubt_and_one_more_is() -> None:
    own = loaded(package(p("姓名：", PICTURE, "{{ 姓名 }}") + p("以上属实")), "自带")
    assert [x.code for x in lint(own)] == []
    assert own.extract(package(p("姓名：", PICTURE, "王芳") + p("以上属实"))).problems == []
    more = own.extract(package(p("姓名：", PICTURE, PICTURE) + p("以上属实")))
    assert [(x.code, x.path) for x in more.problems] == [("look-here", "姓名")]


def test_a_text_box_is_no_drawing() -> None:
    assert "look-here" not in [x.code for x in form().extract(returned(unit=text_box(p("东港厂")))).problems]
