"""What changed places in a return: headings with what stands below them, rows that are alike in all their words.

Where words tell which is which, it is read at its new place; where none do, it is doubted, whether it went with its
heading or not.  What no words tell at all, as the rows of a table with one header, nobody can see to have moved.
"""

from __future__ import annotations

import pytest

from docfill.extract import Result
from tests.small_form import Xml, cell, loaded, p, package, row, table

TITLE, END = p("登记表"), p("完")


def doubted(result: Result) -> dict[str, set[str]]:
    """The codes of the doubts on each path."""
    codes: dict[str, set[str]] = {}
    for problem in result.problems:
        codes.setdefault(problem.path, set()).add(problem.code)
    return codes


def parties(*texts: tuple[str, str, str]) -> Xml:
    """A heading each, above a table of which only the header has words."""
    return Xml("".join(p(name) + table(2, row("姓名", "电话"), row(who, phone)) for name, who, phone in texts))


PARTIES = loaded(
    package(
        TITLE + parties(("甲方", "{{ 甲.姓名 }}", "{{ 甲.电话 }}"), ("乙方", "{{ 乙.姓名 }}", "{{ 乙.电话 }}")) + END
    )
)


@pytest.mark.parametrize(
    ("texts", "is_doubted"),
    [
        ([("甲方", "王芳", "1"), ("乙方", "李明", "2")], False),
        ([("乙方", "李明", "2"), ("甲方", "王芳", "1")], True),
    ],
    ids=["as printed", "exchanged"],
)
def test_tables_that_are_alike_and_changed_places_with_their_headings_are_doubted(
    texts: list[tuple[str, str, str]], is_doubted: bool
) -> None:
    result = PARTIES.extract(package(TITLE + parties(*texts) + END), by_meaning=True)
    expected = {f.path: {"place-ambiguous"} for f in PARTIES.fields} if is_doubted else {}
    assert doubted(result) == expected


def listed(*texts: tuple[str, list[tuple[str, str]]]) -> Xml:
    """A heading each, above a table of records."""
    return Xml("".join(p(name) + table(2, row("姓名", "电话"), *(row(*r) for r in rows)) for name, rows in texts))


def records(path: str) -> Xml:
    lines = row(cell(f"{{%tr for x in {path} %}}", span=2)), row("{{ x.姓名 }}", "{{ x.电话 }}")
    return table(2, row("姓名", "电话"), *lines, row(cell("{%tr endfor %}", span=2)))


LISTS = loaded(package(TITLE + p("负责人") + records("负责人") + p("成员") + records("成员") + END))


def test_lists_that_changed_places_with_their_headings_are_both_doubted() -> None:
    exchanged = listed(("成员", [("李明", "2"), ("孙晓", "3")]), ("负责人", [("王芳", "1")]))
    result = LISTS.extract(package(TITLE + exchanged + END))
    assert {path: "place-ambiguous" in codes for path, codes in doubted(result).items()} == {
        "负责人": True,
        "成员": True,
    }


NAMED = [(label, f"{key}{n}") for n in (1, 2, 3) for label, key in (("签字日期", "日"), ("姓名", "人"))]
SIGNED = loaded(package(TITLE + table(2, *(row(label, f"{{{{ {path} }}}}") for label, path in NAMED)) + END))


@pytest.mark.parametrize("at", range(len(NAMED) - 1))
def test_a_row_that_moved_past_one_with_the_same_label_is_right_or_doubted_as_that_is(at: int) -> None:
    rows = [*NAMED[:at], NAMED[at + 1], NAMED[at], *NAMED[at + 2 :]]
    result = SIGNED.extract(package(TITLE + table(2, *(row(*r) for r in rows)) + END))
    assert [path for path, said in result.data.items() if said != path and path not in doubted(result)] == []


# --- rows of one cell, heading and answer in it ---

_ROWS = loaded(
    package(table(1, row(cell("甲（说明）", "{{ 甲 }}", "")), row(cell("乙（说明）", "{{ 乙 }}", "")), row(cell("完"))))
)


@pytest.mark.parametrize(
    ("rows", "doubted"),
    [
        ((("甲（说明）", "一"), ("二", "三"), ("乙（说明）", "四"), ("完",)), ["甲"]),
        ((("甲（说明）", "一"), ("二", "乙（说明）", "四"), ("完",)), ["甲", "乙"]),
        ((("甲（说明）", "一"), ("乙（说明）", "四"), ("五",), ("完",)), ["乙"]),
    ],
)
def test_what_stands_in_a_row_of_its_own_may_be_the_rest_of_the_answer_above(
    rows: tuple[tuple[str, ...], ...], doubted: list[str]
) -> None:
    returned = package(table(1, *(row(cell(*lines)) for lines in rows)))
    result = _ROWS.extract(returned, by_meaning=True)
    assert {p.path for p in result.problems} >= set(doubted)
    assert result.data == {"甲": "一", "乙": "四"}
