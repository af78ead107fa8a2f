"""Every tag of a template is seen: it is filled in and read where a document shows it, or named by lint.

What its author meant for a tag and mistyped, or put where nothing is filled in,
never goes out as it is typed: fill refuses.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docfill import DocfillError, Form
from docfill.lint import lint
from docfill.template.strays import foreign, half_typed
from docfill.word.document import Document, paragraphs_of
from docfill.word.package import Package
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.small_form import Xml, loaded, p, package, r

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def with_part(document: bytes, name: str, content: str, kind: str, of: str = "word/document.xml") -> bytes:
    """A package with one more part, which another (the package for "") relates to as `kind`."""
    parts = parts_of(document)
    folder, _, base = of.rpartition("/")
    rels = f"{folder}/_rels/{base}.rels" if of else "_rels/.rels"
    target = name.removeprefix(f"{folder}/") if folder else name
    related = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    parts[rels] = parts[rels].replace(b"</Relationships>", related.encode())
    parts[name] = content.encode()
    return package_of(parts)


def told(form: Form) -> list[tuple[str, str]]:
    """(code, what was found) of what lint says."""
    return [(x.code, str(x.found)) for x in lint(form) if x.severity != "note"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("{{甲}", "{{ 甲 }}"),
        ("{乙}}", "{{ 乙 }}"),
        ("｛｛丁｝｝", "{{ 丁 }}"),
        ("{{戊｝｝", "{{ 戊 }}"),
        ("{%p if 己 ％}", "{%p if 己 %}"),
        ("{% endif }", "{% endif %}"),
        ("｛％ endfor ％｝", "{% endfor %}"),
        ("庚 }}", "{{ 庚 }}"),
        ("{{庚}}}", "{{ 庚 }}"),
        ("{% if 己 %}}", "{% if 己 %}"),
        ("{ % if 己 % }", "{% if 己 %}"),
        ("{ %p endfor %}", "{%p endfor %}"),
    ],
)
def test_a_half_typed_tag_is_named_with_what_was_meant(typed: str, meant: str) -> None:
    assert list(half_typed(f"前{{{{ 丙 }}}}：{typed}，后")) == [(typed, meant)]


@pytest.mark.parametrize("typed", ["{{辛。", "{ {辛} }", "{{ 辛 ，"])
def test_what_was_meant_is_a_tag_without_what_stands_beside_it(typed: str) -> None:
    assert [meant for _, meant in half_typed(f"编号：{typed}")] == ["{{ 辛 }}"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("{# 请领导签字", "{# 请领导签字 #}"), ("{\u200b{ 甲 }\u200b}", "{{ 甲 }}")]
)
def test_a_comment_without_an_end_and_braces_set_apart_unseen_are_named(typed: str, meant: str) -> None:
    assert [m for _, m in half_typed(f"编号：{typed}")] == [meant]


@pytest.mark.parametrize(
    "shown",
    [
        "{{ 甲 }}",
        "{ {{ 甲 }} }",
        "{% if 甲 %}乙{% endif %}",
        "{# 注 #}",
        "集合 {1, 2}",
        "（5%}",
        "{x}",
        "｛甲｝",
        'a["{"]',
        "100%",
    ],
)
def test_what_is_no_near_miss_is_left_alone(shown: str) -> None:
    assert list(half_typed(f"前{shown}后")) == []


def test_a_template_with_a_half_typed_tag_is_not_filled() -> None:
    form = loaded(package(p("丙：{{ 丙 }}") + p("甲：{{甲}") + p("丁：｛｛丁｝｝")))
    assert told(form) == [("half-typed-tag", "{{甲}"), ("half-typed-tag", "｛｛丁｝｝")]
    with pytest.raises(DocfillError) as refused:
        form.fill({"丙": "x"})
    assert "2 处标签不会被填写" in refused.value.zh and "｛｛丁｝｝" in refused.value.zh


def test_an_answer_may_quote_a_tag() -> None:
    form = loaded(package(p("丙：{{ 丙 }}")))
    data = {"丙": "写作 {{ 甲 }} 或 {{甲}"}
    assert form.extract(form.fill(data)).data == data


@pytest.mark.parametrize("kind", ["footnotes", "endnotes", "comments"])
def test_tags_in_notes_are_filled_in_and_read(kind: str) -> None:
    notes = f'<w:{kind} {W}><w:{kind[:-1]} w:id="1">{p("经办人：{{ 经办人 }}")}</w:{kind[:-1]}></w:{kind}>'
    form = loaded(with_part(package(p("项目：{{ 项目 }}")), f"word/{kind}.xml", notes, kind))
    assert told(form) == []
    data = {"项目": "甲", "经办人": "王芳"}
    for by_meaning in (False, True):
        result = form.extract(form.fill(data), by_meaning=by_meaning)
        assert (result.data, result.problems, result.leftovers) == (data, [], [])


def test_a_tag_in_a_formula_is_filled_in_and_read() -> None:
    formula = Xml(f'<m:oMath xmlns:m="{_MATH}"><m:r><m:t>{{{{ 功率 }}}}</m:t></m:r></m:oMath>')
    form = loaded(package(p("功率 ", formula, " kW") + p("转速：{{ 转速 }}转")))
    assert told(form) == []
    data = {"功率": "3.16 & 4", "转速": "310"}
    assert form.extract(form.fill(data), by_meaning=True).data == data
    two_lines = form.fill({"功率": "甲\n乙"})
    assert b"<w:br/>" not in parts_of(two_lines)["word/document.xml"]
    assert form.extract(two_lines).data["功率"] == "甲\n乙"


def test_properties_are_filled_in_with_what_the_page_shows() -> None:
    core = "<cp xmlns='urn:x'><title>{{ 标题 }}</title><subject>{{ 编号 | integer }}</subject></cp>"
    form = loaded(with_part(package(p("标题：{{ 标题 }}")), "docProps/core.xml", core, "core-properties", ""))
    assert [(f.path, f.kind.name, f.is_readable) for f in form.fields] == [
        ("标题", "text", True),
        ("编号", "integer", False),
    ]
    filled = form.fill({"标题": "甲 & 乙", "编号": 7})
    written = parts_of(filled)["docProps/core.xml"].decode()
    assert "<title>甲 &amp; 乙</title><subject>7</subject>" in written
    assert form.extract(filled).data["标题"] == "甲 & 乙"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("word/charts/chart1.xml", "<c><t>{{ 产值 }}</t></c>", "chart"),
        ("word/diagrams/data1.xml", "<d><x a='{{ 产值 }}'/></d>", "diagramData"),
    ],
)
def test_a_tag_that_nothing_fills_in_is_named_and_refused(name: str, content: str, kind: str) -> None:
    form = loaded(with_part(package(p("项目：{{ 项目 }}")), name, content, kind))
    assert told(form) == [("unfilled-tag", "{{ 产值 }}")]
    assert [x.expected for x in lint(form) if x.code == "unfilled-tag"] == [name]
    with pytest.raises(DocfillError, match="产值"):
        form.fill({})


def test_a_tag_in_an_alternative_text_is_named() -> None:
    picture = Xml('<w:r><w:drawing><wp:docPr xmlns:wp="urn:x" id="1" name="图" descr="{{ 说明 }}"/></w:drawing></w:r>')
    assert told(loaded(package(p("项目：{{ 项目 }}", picture)))) == [("unfilled-tag", "{{ 说明 }}")]


_SDT = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    "unseen",
    [
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>{}</w:t></w:r>",
        '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{}</w:t></w:r>',
        '<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>{}</w:t></w:r>',
        f"{_SDT.format('<w:r><w:t>{}</w:t></w:r>')}",
        '<w:moveFrom w:id="1"><w:r><w:t>{}</w:t></w:r></w:moveFrom>',
        "<w:r><w:ruby><w:rt><w:r><w:t>{}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>甲</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    ],
)
def test_a_tag_in_text_that_nobody_sees_is_named_and_not_lost(unseen: str) -> None:
    form = loaded(package(p("项目：{{ 项目 }}") + p("号：", Xml(unseen.format("{{ 产值 }}")))))
    assert told(form) == [("unfilled-tag", "{{ 产值 }}")]
    with pytest.raises(DocfillError, match="产值"):
        form.fill({})


def test_a_template_whose_only_tag_nobody_sees_has_one(tmp_path: Path) -> None:
    path = tmp_path / "甲.docx"
    path.write_bytes(package(p("号：", Xml("<w:r><w:rPr><w:strike/></w:rPr><w:t>{{ 产值 }}</w:t></w:r>"))))
    assert not Form.load(path).is_proposed


def test_a_tag_in_a_link_is_named_though_word_writes_its_braces_otherwise() -> None:
    parts = parts_of(package(p("项目：{{ 项目 }}", Xml(f'<w:hyperlink r:id="rId9">{r("见")}</w:hyperlink>'))))
    link = f'<Relationship Id="rId9" Type="{OFFICE}/hyperlink" Target="http://x/%7b%7b%20产值%20%7D%7D?a=50%25"'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", f'{link} TargetMode="External"/></Relationships>'.encode())
    assert told(loaded(package_of(parts))) == [("unfilled-tag", "{{ 产值 }}")]


def test_a_tag_in_a_page_that_is_put_in_is_named() -> None:
    put_in = with_part(package(p("项目：{{ 项目 }}")), "word/a.html", "<p>{{ 产值 }}</p>", "aFChunk")
    assert told(loaded(put_in)) == [("unfilled-tag", "{{ 产值 }}")]


def test_a_tag_in_the_name_of_a_property_is_named() -> None:
    custom = "<ps xmlns='urn:x'><property name='{{ 产值 }}'><v>{{ 项目 }}</v></property></ps>"
    form = loaded(with_part(package(p("项目：{{ 项目 }}")), "docProps/custom.xml", custom, "custom-properties", ""))
    assert told(form) == [("unfilled-tag", "{{ 产值 }}")]


def hidden(text: str) -> Xml:
    return Xml(r(text).replace("<w:b/>", "<w:vanish/>"))


def test_a_hidden_tag_works_as_it_does_in_docxtpl() -> None:
    lines = p("{%p for 行 in 清单 %}") + p("{{ 行.名称 }}") + p(hidden("{%p end"), hidden("for %}"))
    form = loaded(package(p("清单：") + lines + p("以上")))
    data = {"清单": [{"名称": "甲"}, {"名称": "乙"}]}
    assert told(form) == []
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_hidden_words_stay_hidden() -> None:
    form = loaded(package(p("甲：{{ 甲 }}") + p(hidden("内部编号 {{ 乙 }}"))))
    assert "内部" not in str(list(form.skeleton.units))


@pytest.mark.parametrize(
    ("tag", "meant"),
    [("{{ Customer Name }}", "{{ Customer_Name }}"), ("{{ 2021年 产值 }}", '{{ 数据["2021年 产值"] }}')],
)
def test_a_name_that_is_none_is_refused_with_what_to_write(tag: str, meant: str) -> None:
    with pytest.raises(DocfillError) as refused:
        loaded(package(p(f"甲：{tag}")))
    assert meant in refused.value.zh and meant in refused.value.en


def test_a_hyphen_in_a_name_is_told_and_a_subtraction_is_not() -> None:
    name = loaded(package(p("Name: {{ first-name }}")))
    assert told(name) == [("hyphen-in-name", "first-name")]
    difference = loaded(package(p("甲：{{ 甲 | number }}") + p("乙：{{ 乙 | number }}") + p("差：{{ 甲-乙 }}")))
    assert told(difference) == []


def test_a_template_without_fields_has_tags_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "甲.docx"
    path.write_bytes(package(p("姓名：______") + p("{% if True %}附件{% endif %}")))
    assert (Form.load(path).fields, Form.load(path).is_proposed) == ([], False)
    done = CliRunner().invoke(app, ["lint", str(path)])
    assert "没有标签" not in done.output


def test_no_tag_remains_in_what_fill_writes() -> None:
    form = loaded(package(p("甲：{{ 甲 }}") + p('{% if 乙 == "是" %}☑{% else %}□{% endif %}是')))
    with zipfile.ZipFile(io.BytesIO(form.fill({"甲": "x"}))) as written:
        assert [n for n in written.namelist() if b"{{" in written.read(n) or b"{%" in written.read(n)] == []
    assert Form(Package.open(form.template, "甲.docx"), "甲").unfilled == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("${user.name}", "{{ user.name }}"),
        ("«姓名»", "{{ 姓名 }}"),
        ("[[ 单位 ]]", "{{ 单位 }}"),
        ("{name}", "{{ name }}"),
        ("{#items}", "{% for … in items %}…{% endfor %}"),
        ("{/items}", "{% for … in items %}…{% endfor %}"),
        ("${a b}", "{{ … }}"),
    ],
)
def test_a_placeholder_of_another_system_is_noted_and_printed_as_it_is(typed: str, meant: str) -> None:
    assert list(foreign(f"经办人：{typed}；{{{{ 甲 }}}}")) == [(typed, meant)]
    form = loaded(package(p("甲：{{ 甲 }}") + p(f"经办人：{typed}")))
    assert [(x.code, x.severity, x.found) for x in lint(form)] == [("foreign-placeholder", "note", typed)]
    assert typed in "".join(x.text for x in paragraphs_of(Document(form.fill({"甲": "1"})).blocks))


def test_a_field_of_a_mail_merge_is_noted() -> None:
    field = Xml('<w:fldSimple w:instr=" MERGEFIELD 单位 ">' + "<w:r><w:t>东港厂</w:t></w:r></w:fldSimple>")
    form = loaded(package(p("甲：{{ 甲 }}") + p("单位：", field)))
    assert [(x.code, x.found) for x in lint(form)] == [("foreign-placeholder", "MERGEFIELD 单位")]


@pytest.mark.parametrize(
    "shown", ["集合 {1, 2}", "{{ 甲 }}", "{# 注 #}", "{% if 甲 %}乙{% endif %}", "[1]", "{甲}", "$5"]
)
def test_other_braces_and_brackets_are_no_placeholders(shown: str) -> None:
    assert list(foreign(shown)) == []
