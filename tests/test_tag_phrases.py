"""Contracts and letters: blanks within sentences, whose clause names them, and the sides that the labels are of."""

from __future__ import annotations

import pytest

from docfill.tag.proposal import Proposal, propose
from tests.small_form import Xml, cell, p, package, r, row, table

TABS = "\t\t\t\t"


def proposed(*blocks: str) -> Proposal:
    return propose(package("".join(blocks)), "表.docx")


def fields(*blocks: str) -> list[tuple[str, str]]:
    return [(x.path, x.kind) for x in proposed(*blocks).proposed]


def paths(*blocks: str) -> list[str]:
    return [path for path, _ in fields(*blocks)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("致________监理项目部：", [("监理项目部", "text")]),
        ("第________号工程暂停令指出的停工因素已消除。", [("工程暂停令编号", "text")]),
        ("注：本表一式____份，由施工方填报。", [("本表一式", "integer")]),
        ("甲方交房日期为    年   月   日。", [("甲方交房日期", "date")]),
        (
            "租赁期为______个月，自    年   月   日起至    年   月   日止。",
            [("租赁期", "integer"), ("开始", "date"), ("结束", "date")],
        ),
        (
            "自交房日后____天为免费装修期，即从    年   月   日起计租。",
            [("自交房日后", "text"), ("免费装修期", "date")],
        ),
        (
            "1）合同生效后，乙方需支付保证金人民币________元（大写：________元整）。",
            [("乙方需支付保证金", "number"), ("乙方需支付保证金大写", "text")],
        ),
        (
            "经协商后转让价款为人民币________元整（________整）。",
            [("经协商后转让价款", "number"), ("经协商后转让价款大写", "text")],
        ),
        ("2）每     年     月     日前支付第二年的房租。", [("支付第二年的房租日期", "date")]),
        (
            "3）支付方式为银行转账，甲方账户名称：________，开户行：________",
            [("甲方账户名称", "text"), ("开户行", "text")],
        ),
        ("您的年龄是________", [("年龄", "text")]),
        ("其它功能，请说明：________", [("其它功能请说明", "text")]),
    ],
)
def test_a_blank_of_a_sentence_is_called_by_its_clause(line: str, expected: list[tuple[str, str]]) -> None:
    assert fields(p("协议"), p(line), p("本协议自双方签字起生效。")) == expected


def test_tabs_and_room_in_front_of_a_measure_are_room_within_a_sentence() -> None:
    line = p(r("甲方将"), *[Xml("<w:r><w:tab/></w:r>")] * 4, r("出租给乙方使用，面积为         平方米。"))
    assert [kind for _, kind in fields(p("协议"), line)] == ["text", "number"]


def test_a_label_with_a_note_behind_its_colon_has_its_room_there() -> None:
    rows = (row("出租方：(甲方)  ", "身份证号："), row("承租方：(乙方)  ", "身份证号："))
    assert paths(p("租赁合同"), table(2, *rows)) == ["出租方", "出租方身份证号", "承租方", "承租方身份证号"]


def test_labels_of_two_columns_are_called_after_their_sides() -> None:
    rows = (row("甲方：(签字盖章)", "乙方：(签字盖章)"), row("财务联系人：", "财务联系人："), row("电话：", "电话："))
    assert paths(p("合同"), p("编号：____"), table(2, *rows))[1:] == [
        *("甲方财务联系人", "乙方财务联系人", "甲方电话", "乙方电话"),
    ]


def test_labels_of_lines_are_called_after_the_side_before_them() -> None:
    lines = ["转让方（甲方）：________", "身份证号：________", "顶让方（乙方）：________", "身份证号：________"]
    assert paths(p("协议"), *map(p, lines))[1::2] == ["转让方身份证号", "顶让方身份证号"]
    sides = ["甲方：________  联系电话：________", "乙方：________  联系电话：________"]
    assert paths(p("协议"), *map(p, sides)) == ["甲方", "甲方联系电话", "乙方", "乙方联系电话"]


def test_lines_below_a_seal_are_its_owner_s() -> None:
    rows = (
        row(cell("致监理部：____", "", "施工项目部（章）：", "项目经理：        ", "日期：        ")),
        row(cell("审查意见：", "", "监理项目部（章）：", "项目经理：        ", "日期：        ")),
    )
    assert [x for x in paths(p("申请表"), table(1, *rows)) if x.endswith(("经理", "日期"))] == [
        *("施工项目部项目经理", "施工项目部日期", "监理项目部项目经理", "监理项目部日期"),
    ]


def test_a_second_label_of_a_line_asks_though_a_sentence_follows() -> None:
    line = p("承租方：________  身份证号码：")
    sentence = "甲方将房屋出租给乙方使用，双方达成下列各项规定，并共同遵守本协议的全部条款。"
    assert paths(p("协议"), line, p(sentence)) == ["承租方", "身份证号码"]


@pytest.mark.parametrize(
    ("line", "following"),
    [
        ("双方协议达成如下规定：", "租金按季度支付。"),
        ("三、转让价款支付情况：", "（一）转让价款________元。"),
        ("（2）审查要点：", "1）整改措施是否有效。"),
        (
            "省通信管理局：",
            "我公司郑重承诺：未隐瞒有关情况，不以欺骗手段取得许可，并遵守有关规定，在业务范围内经营，接受机构的监督管理，并自觉接受查处。",
        ),
    ],
)
def test_what_leads_on_to_the_next_line_asks_nothing(line: str, following: str) -> None:
    found = paths(p("协议"), p("甲方：____"), p(line), p(following), p("乙方：____"))
    assert not any(x.endswith(("规定", "情况", "要点", "管理局")) for x in found)


def test_columns_between_those_of_a_rubric_are_no_places() -> None:
    said = "在部分环节使用软件工具；技术运用有明显错误。"
    rows = (row("领域", "初显", "", "熟练"), row("工具", said, "", said), row("观点", "试图建立", "", "能够建立"))
    assert paths(p("评价量规"), p("组长：____"), table(4, *rows, row("方法", said, "", said))) == ["组长"]


def test_a_printed_unit_under_its_header_is_no_blank() -> None:
    rows = (row("材质", "单位", "数量"), row("水管", "米", "22"), row("电缆", "米", ""))
    assert paths(p("记录"), table(3, *rows)) == ["电缆"]


def test_the_room_over_a_name_and_a_day_is_the_answer_s() -> None:
    below = f"代  表 ：{' ' * 20}年   月   日"
    assert paths(p("记录"), table(2, row("监理部意见", cell("", "", "", below))))[0] == "监理部意见"


# --- what a second round of strangers' forms showed ---


def left(*blocks: str) -> list[str]:
    return [x.text for x in proposed(*blocks).left]


def lined(spaces: int) -> Xml:
    return Xml(f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{" " * spaces}</w:t></w:r>')


def test_empty_cells_under_a_header_of_their_width_are_called_by_it() -> None:
    head = row("序号", "名称", "批数", cell("检查结果", span=2), cell("验收意见", span=2))
    records = (row("", "", "", cell("", span=2), cell("", span=2)) for _ in range(2))
    total = row(cell("质量控制资料", span=3), cell("", span=2), cell("", span=2))
    assert paths(p("记录"), table(7, head, *records, total))[1:] == [
        *("质量控制资料.检查结果", "质量控制资料.验收意见"),
    ]


def test_room_behind_a_printed_answer_is_none() -> None:
    line = p("工程名称：郧西变电站新建工程          ", Xml("<w:r><w:tab/></w:r>"), "编号：")
    assert paths(p("报审表"), line, p("姓名：____")) == ["编号", "姓名"]


def test_the_year_of_a_day_that_is_asked_for_takes_all_the_room() -> None:
    day = [lined(8), r("年"), lined(8), r("月"), lined(8), r("日")]
    line = p(r("签订日期："), *day, r("  签订日期："), *day)
    sides = p(r("甲 方："), lined(20), r("  乙 方："), lined(20))
    assert fields(p("合同"), sides, line) == [
        *(("甲方", "text"), ("乙方", "text"), ("甲方签订日期", "date"), ("乙方签订日期", "date")),
    ]


def test_a_second_day_in_a_line_is_told() -> None:
    assert left(p("合同"), p("甲方：______"), p("____年__月__日 ____年__月__日")) != []


def test_a_name_in_front_of_a_day_is_told() -> None:
    line = f"负责人：{' ' * 30}年   月   日"
    assert any("负责人" in x for x in left(p("记录"), p("甲方：______"), table(2, row("设计单位", line))))


def test_a_hint_to_sign_is_no_place_and_what_is_signed_begins_no_section() -> None:
    rows = (
        row(cell("新增人员签名：", "（手工签名）", "", span=2)),
        row("负责人", "（手工签名）"),
        row("备注", "（手工填写）"),
    )
    assert paths(p("作业票"), table(2, *rows)) == ["备注"]
    assert "负责人 （手工签名）" in left(p("作业票"), table(2, *rows))


def test_a_label_on_two_lines_in_front_of_a_hint_is_no_pair_of_options() -> None:
    rows = (row("班组", "（手工填写）", cell("初勘风险", "等级"), "（手工填写）"),)
    assert paths(p("作业票"), table(4, *rows)) == ["班组", "初勘风险等级"]


def test_an_item_of_a_list_keeps_its_commas_as_an_option() -> None:
    lines = ["1.特种作业人员持证上岗。        □", "2.工器具经准入检查，完好，有合格证。        □"]
    proposal = proposed(p("检查表"), p("班组：____"), table(1, row(cell(*lines))))
    (only,) = (x for x in proposal.proposed if x.options)
    assert only.options == ("特种作业人员持证上岗", "工器具经准入检查，完好，有合格证")


def test_numbers_with_room_and_lists_of_titles_are_told() -> None:
    roles = cell("1.负责人员", "2.监护人员", "3.技术人员", "4.指挥人员", "5.其他人员")
    told = left(
        p("作业票"), p("班组：____"), table(2, row("分工", roles)), table(3, row("□", "1.", "□"), row("□", "2.", "□"))
    )
    assert {"1.负责人员", "1.", "2."} <= {*told}


def test_several_numbered_rooms_beside_a_label_are_places_each() -> None:
    assert paths(p("申请表"), table(5, row("指导教师", "1、 ", "2、", "地点", "校内"))) == ["指导教师1", "指导教师2"]


def test_a_sentence_that_tells_to_write_has_its_room_told_however_small() -> None:
    said = "你知道哪些应用，请举例说明。"
    assert said in left(p("学案"), p("姓名：____"), table(1, row(cell("以下是练习。", said, "", "下一题。"))))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("甲方将位于________的房屋出租给乙方。", "房屋位置"),
        ("现报上________工程控制网测量记录，请查验。", "工程控制网测量记录"),
        ("任何一方要求终止合同，须提前________个月通知。", "须提前"),
    ],
)
def test_further_blanks_of_sentences(line: str, name: str) -> None:
    assert paths(p("协议"), p(line), p("特此。")) == [name]


# --- and a third ---


def test_a_column_whose_header_goes_on_from_above_is_called_by_it() -> None:
    rows = (
        row(
            cell("序号", merge="restart"),
            cell("项目", merge="restart"),
            cell("检查情况", span=2),
            cell("评分", merge="restart"),
        ),
        row(cell("", merge="continue"), cell("", merge="continue"), "一般", "好的", cell("", merge="continue")),
        row("1", "标高", "", "", ""),
        row("2", "边坡", "", "", ""),
    )
    found = paths(p("记录"), table(5, *rows))
    assert [x for x in found if "评分" in x] == ["标高.评分", "边坡.评分"]


def test_the_first_of_further_empty_cells_beside_a_label_is_told_wherever_it_stands() -> None:
    rows = (row("项目", "情况"), row("标高", "", "", ""), row("边坡", "", "", ""))
    proposal = proposed(p("记录"), p("编号：____"), table(4, *rows))
    assert {x.at.split("/")[1] for x in proposal.left} == {"1", "2"} or len(proposal.proposed) > 3


def test_photographs_in_a_list_are_none_to_be_pasted() -> None:
    rows = (row("序号", "资料名称", "核查意见"), row("1", "验收记录", ""), row("2", "隐蔽工程数码照片", ""))
    assert "picture" not in [kind for _, kind in fields(p("记录"), table(3, *rows))]


def test_a_printed_mark_names_no_row() -> None:
    rows = (
        row("序号", "名称", "检查意见", "核查意见"),
        row("1", "验收记录", "合格", ""),
        row("2", "试验报告", "合格", ""),
    )
    assert paths(p("记录"), table(4, *rows)) == ["验收记录.核查意见", "试验报告.核查意见"]


def test_the_room_over_several_names_and_a_day_is_the_answer_s() -> None:
    below = f"技术负责人：{' ' * 14}质检员：{' ' * 14}年   月   日"
    assert paths(p("记录"), table(2, row("试验经过", cell("", "", "", "", below))))[0] == "试验经过"


def test_a_label_in_letters_with_a_curly_apostrophe_is_kept_whole() -> None:
    assert paths(p("Form"), p("Spouse’s date, and place of death: ________")) == ["spouses_date_and_place_of_death"]
