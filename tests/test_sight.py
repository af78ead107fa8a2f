"""What the page shows and the words don't: each sentence is a returned form of which a value would be silently wrong.

The files of ../shared/faults/silent, where they are, are tried as well: a value
without a problem is the right one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docfill import Form
from docfill.extract import Result
from docfill.kinds import KINDS
from docfill.read import drawings, sight
from docfill.word import looks
from docfill.word.document import Document, Paragraph
from tests.small_form import Xml, cell, loaded, p, package, r, row, table

SILENT = Path(__file__).parent.parent.parent / "shared" / "faults" / "silent"

_VML = "urn:schemas-microsoft-com:vml"
_ROWS = (
    ("单位", "{{ 单位 }}"),
    ("件数", "{{ 件数 | integer }}"),
    ("性质", '{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}民营'),
)
FORM = loaded(package(p("登记表") + table(2, *(row(*cells) for cells in _ROWS)) + p("日期：{{ 日期 | date }}")))


def read(unit: str = "", count: str = "", nature: str = "□国有  □民营", date: str = "2024年5月6日") -> Result:
    """A returned form with these answers, each a text or runs."""
    cells = (("单位", unit), ("件数", count), ("性质", nature))
    rows = [row(p(label), cell(p(said))) for label, said in cells]
    return FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：", date)))


def run(properties: str, text: str) -> Xml:
    """A run with properties of its own."""
    return Xml(f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


def runs(*pieces: str) -> Xml:
    """Several runs as one answer."""
    return Xml("".join(x if isinstance(x, Xml) else r(x) for x in pieces))


def drawn(shape: str) -> Xml:
    """A drawing."""
    return Xml(f'<w:r><w:pict xmlns:v="{_VML}">{shape}</w:pict></w:r>')


def doubts(result: Result) -> list[tuple[str, str]]:
    """(path, code) of each."""
    return [(x.path, x.code) for x in result.problems if x.severity != "note"]


RED = '<w:color w:val="FF0000"/>'
PICTURE = drawn("<v:shape><v:imagedata/></v:shape>")
FOOTNOTE = Xml('<w:r><w:footnoteReference w:id="2"/></w:r>')


@pytest.mark.parametrize("piece", [PICTURE, FOOTNOTE, drawn('<v:shape><v:textpath string="甲厂"/></v:shape>')])
def test_an_empty_answer_with_something_drawn_there_is_doubted(piece: Xml) -> None:
    result = read(unit=piece)
    assert result.data["单位"] is None
    assert doubts(result) == [("单位", "look-here")]


def test_an_answer_with_a_picture_beside_it_is_the_answer() -> None:
    result = read(unit=runs("东港厂", PICTURE))
    assert (result.data["单位"], doubts(result)) == ("东港厂", [])


def test_a_line_drawn_over_an_answer_is_doubted() -> None:
    result = read(count=runs("79", drawn("<v:line/>"), "4"))
    assert doubts(result) == [("件数", "look-here")]


def test_what_the_form_draws_itself_says_nothing() -> None:
    rows = [row("单位", cell(p("{{ 单位 }}", PICTURE))), row("件数", "{{ 件数 | integer }}")]
    form = loaded(package(p("登记表") + table(2, *rows)))
    blank = [row("单位", cell(p(PICTURE))), row("件数", "7")]
    assert doubts(form.extract(package(p("登记表") + table(2, *blank)))) == []


@pytest.mark.parametrize(
    "look",
    [
        RED,
        "<w:b/>",
        '<w:u w:val="single"/>',
        '<w:highlight w:val="yellow"/>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>',
        '<w:bdr w:val="single"/>',
        '<w:em w:val="dot"/>',
    ],
)
def test_one_option_that_looks_otherwise_is_named_where_none_is_ticked(look: str) -> None:
    result = read(nature=runs(run("", "□"), run(look, "国有"), run("", "  □民营")))
    assert result.data["性质"] is None
    assert [(x.code, x.expected) for x in result.problems] == [("looks-chosen", "国有")]


def test_looks_say_nothing_where_an_option_is_ticked_or_all_look_alike() -> None:
    ticked = read(nature=runs("□", run(RED, "国有"), "  ☑民营"))
    assert (ticked.data["性质"], doubts(ticked)) == ("民营", [])
    assert doubts(read(nature=run(RED, "□国有  □民营"))) == []


def test_how_options_look_is_worked_out_only_where_they_are_said_to_differ() -> None:
    def styles_parsed(nature: Xml) -> bool:
        rows = [row(p("单位"), cell(p("甲"))), row("件数", "7"), row(p("性质"), cell(p(nature)))]
        looks._same.cache_clear()
        document = Document(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
        FORM.extract(document)
        return "_sheet" in vars(document.formats)

    assert not styles_parsed(runs(run(RED, "□国有"), run(RED, "  □民营")))
    assert styles_parsed(runs(run(RED, "□国有"), run("", "  □民营")))


@pytest.mark.parametrize("shape", ["<v:oval/>", "<v:line/>"])
def test_something_drawn_on_an_empty_group_is_doubted(shape: str) -> None:
    assert doubts(read(nature=runs("□国有", drawn(shape), "  □民营"))) == [("性质", "look-here")]


@pytest.mark.parametrize("style", ["position:absolute;margin-left:90pt", ""])
def test_a_ring_that_floats_somewhere_may_lie_on_an_empty_group(style: str) -> None:
    ring = drawn(f'<v:oval style="{style}"/>')
    rows = [row(label, said) for label, said in (("单位", "甲"), ("件数", "7"), ("性质", "□国有  □民营"))]
    loose = FORM.extract(package(p("登记表", ring) + table(2, *rows) + p("日期：2024年5月6日")))
    assert doubts(loose) == ([("性质", "look-here")] if style else [])
    ticked = [*rows[:2], row("性质", "☑国有  □民营")]
    assert doubts(FORM.extract(package(p("登记表", ring) + table(2, *ticked) + p("日期：2024年5月6日")))) == []


@pytest.mark.parametrize(
    ("nature", "chosen"),
    [("○国有  ×民营", "国有"), ("○国有  □民营", "国有"), ("○国有  ○民营", None), ("●国有  ○民营", "国有")],
)
def test_a_ring_beside_boxes_or_crosses_is_a_choice(nature: str, chosen: str | None) -> None:
    result = read(nature=nature)
    assert (result.data["性质"], doubts(result)) == (chosen, [])


@pytest.mark.parametrize("nature", ["□国有  ×民营", "□国有", "□国有 √ □民营"])
def test_what_may_mean_either_is_doubted(nature: str) -> None:
    assert ("性质", "unclear-tick") in doubts(read(nature=nature))


@pytest.mark.parametrize("sign", ["⊙", "★", "←", "*", "👍", "（是）", "（1）", "（误）"])
def test_a_sign_beside_an_option_is_never_dropped(sign: str) -> None:
    result = read(nature=f"□国有{sign}  □民营")
    assert ("性质", "unclear-tick") in doubts(result)
    assert sign in [x.text for x in result.leftovers]


@pytest.mark.parametrize("between", ["、", "；", " / ", "……", "____"])
def test_what_stands_between_options_and_means_nothing_is_no_sign(between: str) -> None:
    assert doubts(read(nature=f"☑国有{between}□民营")) == []


@pytest.mark.parametrize("said", ["356①", "①888", "356²", "³56", "¾", "206 237"])
def test_no_digits_are_made_up(said: str) -> None:
    result = read(count=said)
    assert ("件数", "not-an-integer") in doubts(result) or ("件数", "approximate") in doubts(result)


def test_a_raised_digit_is_no_digit_of_the_number_before_it() -> None:
    result = read(count=runs(run("", "10"), run('<w:vertAlign w:val="superscript"/>', "4")))
    assert result.data["件数"] == "10⁴"
    text = read(unit=runs(run("", "占地10"), run('<w:vertAlign w:val="superscript"/>', "4"), run("", "平方米")))
    assert (text.data["单位"], doubts(text)) == ("占地10⁴平方米", [])


def test_an_old_number_beside_a_red_one_is_doubted() -> None:
    assert ("件数", "ambiguous") in doubts(read(count=runs("79", run(RED, "403"))))
    assert doubts(read(count=runs("79", "403"))) == []  # Word splits runs for reasons of its own


def test_an_old_number_beside_a_tracked_one_is_doubted() -> None:
    new = Xml(f'<w:ins w:author="甲" w:id="1">{r("403")}</w:ins>')
    assert ("件数", "ambiguous") in doubts(read(count=runs("79", new)))
    gone = Xml('<w:del w:author="甲" w:id="2"><w:r><w:delText>9</w:delText></w:r></w:del>')
    assert doubts(read(count=runs("7", gone, new))) == []


def test_what_is_struck_by_overlaid_strokes_is_no_part_of_a_value() -> None:
    result = read(unit="旧\u0336厂\u0336东港厂")
    assert (result.data["单位"], [x.text for x in result.leftovers]) == ("东港厂", ["旧\u0336厂\u0336"])


def test_a_text_turned_round_is_doubted() -> None:
    assert ("件数", "ambiguous") in doubts(read(count="\u202e653\u202c"))


@pytest.mark.parametrize(
    "said", ["«单位»", "${unit}", "{{单位}}", "单击或点击此处输入文字。", "Click here to enter text."]
)
def test_an_unfilled_placeholder_is_no_answer(said: str) -> None:
    assert doubts(read(unit=said)) == [("单位", "placeholder")]


def test_an_answer_that_speaks_of_a_placeholder_is_one() -> None:
    assert doubts(read(unit="请点击此处见附件的“{{单位}}”一栏")) == []


@pytest.mark.parametrize("said", ["20240506", "2024年五月6日", "2024.5.6", "2024年5月6号", "2024年5月6日（星期一）"])
def test_a_date_in_digits_alone_is_a_date(said: str) -> None:
    result = read(date=said)
    assert (result.data["日期"], doubts(result)) == ("2024-05-06", [])
    assert KINDS["date"].parse("2024年元月5日").value == "2024-01-05"


def test_variation_selectors_are_no_letters() -> None:
    rows = [row(p("单\ufe0e位"), cell(p("东港厂"))), row("件数", "7"), row("性质", "☑\ufe0f国有  □民营")]
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert (result.data["性质"], doubts(result)) == ("国有", [])


# --- files that were silently wrong ---


def leaves(known: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no object, with its path."""
    if isinstance(known, dict):
        for name, inner in known.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    else:
        yield path, known


@pytest.mark.parametrize("name", [x.name.removesuffix(".truth.json") for x in SILENT.glob("*.truth.json")] or ["none"])
def test_a_value_without_a_problem_is_right(name: str) -> None:
    if name in _OPEN:
        pytest.xfail(_OPEN[name])
    if name == "none":
        pytest.skip("the collected files lie beside the project's own checkout only")
    truth = json.loads((SILENT / f"{name}.truth.json").read_text(encoding="utf-8"))
    result = Form.load(truth["form"]).extract(SILENT / f"{name}.docx")
    doubted = {path for path, _ in doubts(result)}
    read_as = dict(leaves(result.data))
    accepted = {path.replace("/", "."): values for path, values in truth["accept"].items()}
    wrong = {
        path: (expected, read_as.get(path))
        for path, expected in leaves(truth["data"])
        if read_as.get(path) != expected and read_as.get(path) not in accepted.get(path, ())
    }
    assert {path: said for path, said in wrong.items() if path not in doubted} == {}
    assert {path.replace("/", ".") for path in truth["must"]} <= doubted


_OPEN: dict[str, str] = {}
"""What is not told yet."""


def test_the_page_is_looked_at_in_proportion_to_what_stands_there() -> None:
    """Each line of an answer is looked at by itself, however many stand in its paragraph."""
    broken = "</w:t><w:br/><w:t>".join(["甲10"] * 30)
    paragraph = Xml(f"<w:r><w:t>{broken}</w:t></w:r>")
    (shown,) = Document(package(p(paragraph))).blocks
    assert isinstance(shown, Paragraph)
    assert shown.starts(0, 7) == [3, 4]
    assert shown.anchored_in(0, 7) == []


_SIDES = loaded(
    package(
        p("登记表")
        + table(
            2,
            row(
                "牵头方",
                cell(
                    '甲院 {{ 牵头方 | choice("甲院") }}      乙司{{ 牵头方 | choice("乙司") }}',
                    '丙司{{ 牵头方 | choice("丙司") }}',
                    '{{ 牵头方 | choice("丁") }}丁',
                ),
            ),
        )
        + p("备注：{{ 备注 }}")
    )
)
"""Boxes behind their options, and on the last line before."""


@pytest.mark.parametrize("chosen", ["甲院", "乙司", "丙司", "丁"])
def test_the_form_tells_on_which_side_of_an_option_its_mark_stands(chosen: str) -> None:
    box = {name: "☑" if name == chosen else "□" for name in ("甲院", "乙司", "丙司", "丁")}
    lines = f"甲院 {box['甲院']}      乙司{box['乙司']}", f"丙司{box['丙司']}", f"{box['丁']}丁"
    result = _SIDES.extract(package(p("登记表") + table(2, row("牵头方", cell(*lines))) + p("备注：略")))
    assert (result.data["牵头方"], doubts(result)) == (chosen, [])


_BEHIND = loaded(
    package(
        p("企业资质：" + "  ".join(f'{name}{{{{ 资质 | choice("{name}") }}}}' for name in ("甲级", "乙级", "丙级")))
    )
)


def level(said: str) -> tuple[Any, list[str]]:
    result = _BEHIND.extract(package(p(f"企业资质：{said}")), by_meaning=True)
    return result.data["资质"], [problem.code for problem in result.problems]


@pytest.mark.parametrize(
    "said",
    ["甲级□ ☑乙级□ 丙级□", "甲级□ √乙级□ 丙级□", "甲级□☑乙级□丙级□", "甲级□  √ 乙级□  丙级□", "甲级□ 乙级□ √丙级□"],
)
def test_a_tick_in_front_of_an_option_whose_box_stands_behind_it_is_doubted(said: str) -> None:
    assert level(said)[1] == ["unclear-tick"]


@pytest.mark.parametrize(
    "said",
    [
        "甲级□ 乙级☑ 丙级□",
        "甲级□ 乙级□√ 丙级□",
        "甲级□ 乙级□ √  丙级□",
        "丙级□  乙级☑  甲级□",
        "丙级□乙级☑甲级□",
        "乙级☑  甲级□  丙级□",
    ],
)
def test_a_tick_behind_its_option_is_read_in_any_order_of_the_options(said: str) -> None:
    assert level(said) == ("乙级", [])


def test_a_further_tick_midway_between_two_options_is_doubted() -> None:
    lines = "甲院□ √ 乙司□", "丙司□", "□丁"
    result = _SIDES.extract(package(p("登记表") + table(2, row("牵头方", cell(*lines))) + p("备注：略")))
    assert ("牵头方", "unclear-tick") in doubts(result)
    assert ("性质", "unclear-tick") in doubts(read(nature="国有 √ 民营"))


_SIDED = [
    loaded(
        package(
            p("企业资质：" + "  ".join(pair.format(name, f'{{{{ 资质 | choice("{name}") }}}}') for name in "甲乙丙"))
        )
    )
    for pair in ("{1}{0}", "{0}{1}")
]


@pytest.mark.parametrize("form", _SIDED)
@pytest.mark.parametrize(
    "said",
    [
        *("□甲√乙□ □丙", "□甲√乙□ 丙□", "□甲√乙□丙□", "□甲 □乙√丙□", "□甲√乙□\n□丙", "□甲 √ 乙□ 丙□", "○甲●乙○ ○丙"),
        *(
            "甲□√乙□ 丙□",
            "甲□ 乙□√丙□",
            "甲□ √ 乙□ 丙□",
            "□甲√□乙 □丙",
            "□甲 √ □乙 □丙",
            "□甲（√）乙□ □丙",
            "□甲V乙□ □丙",
        ),
    ],
)
def test_a_tick_between_two_options_with_boxes_of_their_own_is_doubted(form: Form, said: str) -> None:
    result = form.extract(package(p(f"企业资质：{said}".replace("\n", "⏎"))), by_meaning=True)
    assert ("资质", "unclear-tick") in doubts(result)


@pytest.mark.parametrize(
    ("form", "said", "chosen"),
    [
        *((_SIDED[0], said, "甲") for said in ("□甲√ 乙□ 丙□", "□甲√ □乙 □丙", "□甲√\n乙□ 丙□", "√□甲 □乙 □丙")),
        *((_SIDED[0], said, "乙") for said in ("□甲√乙□丙", "□甲 √乙□ □丙", "□甲 √□乙 □丙", "□甲\n√乙□ □丙")),
        *((_SIDED[1], said, "甲") for said in ("甲√乙□丙□", "甲□√ 乙□ 丙□", "甲□√\n乙□ 丙□", "甲 √乙□ 丙□")),
    ],
)
def test_a_tick_nearer_to_one_of_two_options_is_that_ones(form: Form, said: str, chosen: str) -> None:
    result = form.extract(package(p(f"企业资质：{said}".replace("\n", "⏎"))), by_meaning=True)
    assert (result.data["资质"], doubts(result)) == (chosen, [])


@pytest.mark.parametrize("mark", ["☑", "√", "■", "●"])
def test_a_tick_before_the_words_of_an_option_that_somebody_added_is_not_the_one_before_its(mark: str) -> None:
    result = read(nature=f"□国有  □民营  {mark}外资")
    assert ("性质", "unclear-tick") in doubts(result)
    assert result.data["性质"] is None
    plain = read(nature="□国有  □民营√")
    assert (plain.data["性质"], doubts(plain)) == ("民营", [])


@pytest.mark.parametrize("given", ["☑ □民营", "√ □民营", runs("☑", run("<w:strike/>", "国有"), " □民营")])
def test_a_tick_whose_option_is_gone_is_not_the_next_options_unsaid(given: Xml | str) -> None:
    assert doubts(read(nature=given)) == [("性质", "unclear-tick")]
    assert doubts(read(nature="☑民营")) == []


_RARE = (
    *("🗹国有  □民营", "□🗸国有  □民营", "『√』国有  『』民营", "☑\ufe0f国有  ⬜\ufe0f民营", "✔\ufe0f国有  □民营"),
    *("□V国有  □民营", "V国有  □民营", "□国有v  □民营", "∨国有  □民营"),
    *("⭕国有  □民营", "⭕国有  ❌民营", "⚫国有  ⚪民营", "□民营  ☑国有"),
)


@pytest.mark.parametrize("nature", _RARE)
def test_rare_drawings_of_ticks_are_read(nature: str) -> None:
    result = read(nature=nature)
    assert (result.data["性质"], doubts(result)) == ("国有", [])


@pytest.mark.parametrize("letter", ["Y", "y", "对", "P", "OK"])
def test_a_letter_beside_an_option_is_doubted(letter: str) -> None:
    for nature in (f"{letter}□国有  □民营", f"□国有{letter}  □民营"):
        result = read(nature=nature)
        assert ("性质", "unclear-tick") in doubts(result)
        assert letter in [x.text for x in result.leftovers]


def test_what_is_left_of_a_deleted_option_in_brackets_is_the_forms_own() -> None:
    form = loaded(
        package(
            p("登记表")
            + table(2, row("监测", '{{ 监测 | choice("是") }}是  {{ 监测 | choice("否") }}否（如涉及，请附材料）'))
            + p("备注：{{ 备注 }}")
        )
    )
    result = form.extract(package(p("登记表") + table(2, row("监测", "√是（如涉及，请附材料）")) + p("备注：略")))
    assert (result.data["监测"], doubts(result)) == ("是", [])


def test_a_picture_of_the_form_excuses_no_picture_at_another_place() -> None:
    rows = [row("单位", cell(p("{{ 单位 }}", PICTURE))), row("标识", "{{ 标识 }}"), row("件数", "{{ 件数 | integer }}")]
    form = loaded(package(p("登记表") + table(2, *rows)))
    given = [row("单位", cell(p("甲", PICTURE))), row("标识", cell(p(PICTURE))), row("件数", "7")]
    assert doubts(form.extract(package(p("登记表") + table(2, *given)))) == [("标识", "look-here")]


def test_a_cell_put_into_a_row_without_words_is_told_of_its_values() -> None:
    years = row(cell("金额", merge="restart"), "2021年", "2022年")
    tags = [f'{{{{ 金额["{year}年"] | number }}}}' for year in (2021, 2022)]
    form = loaded(
        package(
            p("登记表")
            + table(3, years, row(cell("", merge="continue"), *tags), row("备注", cell("{{ 备注 }}", span=2)))
        )
    )

    def given(*values: str) -> Result:
        last = row("备注", cell("略", span=2))
        return form.extract(package(p("登记表") + table(3, years, row(cell("", merge="continue"), *values), last)))

    assert doubts(given("5", "6")) == []
    assert ("金额.2021年", "cells-differ") in doubts(given("", "5", "6"))


_WRITE_IN = loaded(
    package(
        p("登记表")
        + table(
            2,
            row(
                "附件",
                cell(
                    '{{ 附件 | choices("另附") }}另附：{{ 附件_另附 | blank(8) }}', '{{ 附件 | choices("图纸") }}图纸'
                ),
            ),
        )
    )
)


def test_a_sign_between_an_option_and_its_colon_is_no_part_of_what_is_written_in() -> None:
    result = _WRITE_IN.extract(package(p("登记表") + table(2, row("附件", cell("□另附←：样品", "□图纸")))))
    assert (result.data["附件_另附"], doubts(result)) == ("样品", [("附件", "unclear-tick")])
    assert [x.text for x in result.leftovers] == ["←"]


def test_a_letter_for_a_tick_behind_what_is_written_in_is_the_next_options() -> None:
    result = _WRITE_IN.extract(package(p("登记表") + table(2, row("附件", cell("V另附：样品", "V图纸")))))
    assert (result.data, doubts(result)) == ({"附件": ["另附", "图纸"], "附件_另附": "样品"}, [])


def test_a_group_of_nothing_but_drawn_rings_is_doubted() -> None:
    assert ("性质", "unclear-tick") in doubts(read(nature="⭕国有  ⭕民营"))


_LAST = loaded(
    package(
        p("登记表")
        + table(
            2,
            row("性质", '{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("其他") }}其他：{{ 性质_其他 | blank(8) }}'),
        )
    )
)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("□国有  □其他：        ", "（均不是）"), [("性质_其他", "extra-lines")]),
        (("☑国有  □其他：□",), [("性质", "unclear-tick"), ("性质_其他", "unclear-tick")]),
        (("□国有  ☑其他：合资", "（见附件）"), []),
        (("□国有  ☑其他：合资",), []),
    ],
)
def test_what_stands_below_options_or_is_only_a_box_is_not_written_in_unsaid(
    cells: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    result = _LAST.extract(package(p("登记表") + table(2, row("性质", cell(*cells)))), by_meaning=True)
    assert doubts(result) == told


def test_a_text_with_a_sign_has_a_character_that_one_begins_with() -> None:
    """So that a text which has none of these needs no search, whatever letters stand in it."""
    firsts = re.compile("|".join(re.escape(word[0]) for word in (*sight._ODD, *sight._TELLING, *sight._ENGLISH)), re.I)
    beginning = {char for char in map(chr, range(0x110000)) if firsts.fullmatch(char)}
    assert beginning | {*sight._PRIVATE} == sight._BEGINNINGS


def test_a_line_of_options_is_worked_out_once() -> None:
    """Which of them are ticked comes again in other documents; what stands where is told of each."""
    form = loaded(package(p('{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}民营')))
    form.extract(package(p("□国有  ☑民营")), by_meaning=True)
    before = drawings._known.cache_info()
    result = form.extract(package(p("□国有  ☑民营")), by_meaning=True)
    after = drawings._known.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
    assert result.data == {"性质": "民营"}
    assert [o.span.text for o in result.owners() if o.owner == "value"] == ["□", "☑"]


def test_a_line_of_options_with_a_write_in_is_read_as_it_stands_whatever_was_read_before() -> None:
    """Lines that are remembered are told by all their words, and what stands where is told of each document."""
    form = loaded(package(p('{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("其他") }}其他：{{ 性质_其他 }}')))
    lines = ["□国有  ☑其他：合资", "☑国有  □其他：", "□国有  ☑其他：", "□国有  ☑其他：外资 ☑", "□国有  □其他："]

    def said(line: str) -> tuple[object, ...]:
        result = form.extract(package(p(line)), by_meaning=True)
        return result.to_dict(), [(o.path, o.owner, o.span.text) for o in result.owners()]

    first = {line: said(line) for line in lines}
    drawings._known.cache_clear()
    assert {line: said(line) for line in reversed(lines)} == {line: first[line] for line in lines}
    assert {line: said(line) for line in lines} == first
    assert first["□国有  ☑其他：合资"][0]["data"] == {"性质": "其他", "性质_其他": "合资"}  # type: ignore[index]


def _inserted(text: str) -> Xml:
    return Xml(f'<w:ins w:author="甲" w:id="1">{r(text)}</w:ins>')


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("12 ", _inserted("403")),
        (_inserted("12"), " 403"),
        ("12 ", run(RED, "403")),
        ("12", run("<w:i/>", " 403")),
        ("12\u00a0", run('<w:highlight w:val="yellow"/>', "403")),
    ],
)
def test_two_numbers_that_look_otherwise_are_none_with_a_blank_in_it(before: Xml | str, behind: Xml | str) -> None:
    assert doubts(read(count=runs(before, behind))) == [("件数", "ambiguous")]


@pytest.mark.parametrize("pieces", [("12 ", "403"), (run(RED, "12 "), run(RED, "403"))])
def test_a_number_of_several_runs_that_look_alike_may_have_a_blank_in_it(pieces: tuple[str, ...]) -> None:
    result = read(count=runs(*pieces))
    assert (result.data["件数"], doubts(result)) == (12403, [])


def _celled(*borders: str) -> list[tuple[str, str | None]]:
    """What is said of three options in cells of their own with these borders."""
    options = ("电子", "机械", "化工")
    cells = zip((str(cell(f"□{option}")) for option in options), borders, strict=True)
    lone = [shown.replace("</w:tcPr>", f"{own}</w:tcPr>", 1) for shown, own in cells]
    tagged = [f'{{{{ 类型 | choice("{option}") }}}}{option}' for option in options]
    form = loaded(package(p("登记表") + table(4, row("类型", *tagged))))
    result = form.extract(package(p("登记表") + table(4, row(cell("类型"), *map(Xml, lone)))))
    return [(x.code, x.expected) for x in result.problems]


def _border(size: int, *sides: str) -> str:
    lines = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:color="auto"/>' for side in sides)
    return f"<w:tcBorders>{lines}</w:tcBorders>"


_ALL = ("top", "left", "bottom", "right")


def test_an_option_whose_cell_alone_has_a_thick_border_looks_chosen() -> None:
    assert _celled("", _border(24, *_ALL), "") == [("looks-chosen", "机械")]
    assert _celled("", _border(4, *_ALL), "") == _celled(*[_border(24, *_ALL)] * 3) == []
    assert _celled(_border(24, "top", "left", "bottom"), _border(24, "top", "bottom"), "") == []
