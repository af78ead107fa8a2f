"""Names, telephone numbers and addresses for mail that stand in the field of another one, which is blank."""

from __future__ import annotations

import pytest

from tests.small_form import loaded, p, package, row, table
from tests.test_sight import doubts

_FORM = loaded(
    package(
        p("登记表")
        + table(
            4,
            row("联系人", "{{ 联系人 }}", "联系电话", "{{ 联系电话 }}"),
            row("编号", "{{ 编号 }}", "邮箱", "{{ 邮箱 }}"),
        )
        + p("成员")
        + table(
            2,
            row("姓名", "手机"),
            row("{%tr for 行 in 成员 %}", ""),
            row("{{ 行.姓名 }}", "{{ 行.手机 }}"),
            row("{%tr endfor %}", ""),
        )
    )
)
_MAIL = "a@b.cn"


def told(
    contact: str, phone: str, number: str = "", mail: str = _MAIL, member: tuple[str, str] = ("李明", "13912345678")
) -> list[str]:
    given = table(4, row("联系人", contact, "联系电话", phone), row("编号", number, "邮箱", mail))
    result = _FORM.extract(
        package(p("登记表") + given + p("成员") + table(2, row("姓名", "手机"), row(*member))), by_meaning=True
    )
    assert {code for _, code in doubts(result)} <= {"ambiguous"}
    return [path for path, _ in doubts(result)]


@pytest.mark.parametrize("between", [" ", "", "，", "/", "  电话：", "（"])
@pytest.mark.parametrize(
    "number", ["13812345678", "138 1234 5678", "0531-88123456", "(0531)88123456", "88123456", "(312) 555-0199"]
)
def test_a_number_behind_a_name_where_the_field_for_it_is_blank_is_doubted(between: str, number: str) -> None:
    assert told(f"王芳{between}{number}{'）' * (between == '（')}", "") == ["联系人", "联系电话"]


def test_each_field_that_may_be_the_others_is_doubted() -> None:
    assert told("13812345678", "") == ["联系人", "联系电话"]
    assert told("", "王芳 13812345678") == ["联系人", "联系电话"]
    assert told("王芳 13812345678", "13812345678") == ["联系人"]
    assert told("王芳 88123456", "无") == ["联系人", "联系电话"]
    assert told("王芳", _MAIL, mail="") == ["联系电话", "邮箱"]
    assert told("王芳", "", mail="13812345678") == ["联系电话", "邮箱"]
    assert told("王芳", "1", member=("李明13912345678", "")) == ["成员[0].姓名", "成员[0].手机"]


@pytest.mark.parametrize(
    ("contact", "phone", "number"),
    [
        *(("王芳", "13812345678", ""), ("王芳 科长", "", ""), ("王芳", "", "88123456"), ("王芳", "", "20240506")),
        *(
            ("王芳", "0531-88123456转802", "A-88123456"),
            ("王芳（13812345678）", "88123456", ""),
            ("", "13812345678", ""),
        ),
    ],
)
def test_what_stands_where_it_belongs_is_plain(contact: str, phone: str, number: str) -> None:
    assert told(contact, phone, number) == []


_BANK = loaded(package(p("登记表") + p("开户行：{{ 开户行 | blank(9) }}  账号：{{ 账号 | blank(9) }}") + p("完")))


@pytest.mark.parametrize(
    "line", ["开户行：工行东港支行 6222020200112233445  账号：", "开户行：  账号：工行东港支行6222 0202 0011 2233 445"]
)
def test_an_account_with_its_bank_in_one_field_is_doubted(line: str) -> None:
    result = _BANK.extract(package(p("登记表") + p(line) + p("完")), by_meaning=True)
    assert sorted(path for path, _ in doubts(result)) == ["开户行", "账号"]


def test_an_account_and_its_bank_where_they_belong_are_plain() -> None:
    line = "开户行：工行东港支行  账号：6222020200112233445"
    assert doubts(_BANK.extract(package(p("登记表") + p(line) + p("完")), by_meaning=True)) == []


_PERSON = loaded(
    package(
        p("登记表")
        + table(
            4,
            row("法人代表", "{{ 法人 }}", "身份证号", "{{ 身份证 }}"),
            row("手机", "{{ 手机 }}", "邮箱", "{{ 邮箱 }}"),
        )
    )
)
_IDENTITY = "370201198003051234"


@pytest.mark.parametrize(
    ("answers", "doubted"),
    [
        (("", f"王芳{_IDENTITY}", "13812345678", _MAIL), ["法人", "身份证"]),
        ((f"王芳 {_IDENTITY}", "", "13812345678", _MAIL), ["法人", "身份证"]),
        ((_IDENTITY, "王芳", "13812345678", _MAIL), ["法人", "身份证"]),
        (("王芳", _IDENTITY, _MAIL, "13812345678"), ["手机", "邮箱"]),
        (("王芳", _IDENTITY, f"13812345678 {_MAIL}", _MAIL), ["手机"]),
        (("王芳", _IDENTITY, "13812345678", _MAIL), []),
        (("王芳（董事长）", f"{_IDENTITY}（居民）", "138 1234 5678", "无"), []),
    ],
)
def test_what_was_exchanged_or_stands_together_is_doubted(answers: tuple[str, ...], doubted: list[str]) -> None:
    first, second, third, fourth = answers
    given = table(4, row("法人代表", first, "身份证号", second), row("手机", third, "邮箱", fourth))
    result = _PERSON.extract(package(p("登记表") + given), by_meaning=True)
    assert sorted({path for path, _ in doubts(result)}) == doubted


def test_a_number_that_looks_as_another_field_asks_for_is_its_own() -> None:
    names = ("身份证号", "账号", "电话")
    form = loaded(package(p("登记表") + table(2, *(row(name, f"{{{{ {name} }}}}") for name in names))))
    for said in ((_IDENTITY, "", ""), ("", "", "13812345678"), ("", "6222020200112233445", ""), (_IDENTITY, "", "1")):
        given = table(2, *(row(name, answer) for name, answer in zip(names, said, strict=True)))
        assert doubts(form.extract(package(p("登记表") + given), by_meaning=True)) == [], said


_FIRM = loaded(
    package(
        p("登记表")
        + table(
            4,
            row("单位名称", "{{ 单位名称 }}", "统一社会信用代码", "{{ 代码 }}"),
            row("电子邮箱", "{{ 邮箱 }}", "联系电话", "{{ 电话 }}"),
        )
    )
)
_CODE = "91310115MA1K3ABC12"


@pytest.mark.parametrize(
    ("answers", "doubted"),
    [
        ((_CODE, "东港机械有限公司", _MAIL, "13812345678"), ["代码", "单位名称"]),
        ((f"东港机械有限公司 {_CODE}", "", _MAIL, "13812345678"), ["代码", "单位名称"]),
        (("东港机械有限公司", _CODE, "13812345678", "13812345678"), ["邮箱"]),
        (("东港机械有限公司", _CODE, _MAIL, _MAIL), ["电话"]),
        (("东港机械有限公司", "13812345678", _MAIL, "无"), ["代码", "电话"]),
        (("东港机械有限公司", _CODE, _MAIL, "13812345678"), []),
        (("东港机械有限公司", "正在办理", "无", "见名片"), []),
        (("东港机械有限公司", "", _MAIL, "0531-88123456"), []),
    ],
)
def test_what_only_another_field_would_ask_for_is_doubted(answers: tuple[str, ...], doubted: list[str]) -> None:
    first, second, third, fourth = answers
    given = table(4, row("单位名称", first, "统一社会信用代码", second), row("电子邮箱", third, "联系电话", fourth))
    result = _FIRM.extract(package(p("登记表") + given), by_meaning=True)
    assert sorted({path for path, _ in doubts(result)}) == doubted
