"""The tags that are read without Jinja's parser mean what they mean with it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docfill import DocfillError, Form
from docfill.kinds import CHOICE, CHOICES
from docfill.template import language, parsing
from docfill.template.meaning import Elif, For, If, Present, Said, Ticked, Word
from docfill.word.document import Document, paragraphs_of
from tests.test_cli import ROOT

PIECES = (
    *(
        "a",
        "甲",
        "a1",
        "²",
        "if",
        "not",
        "true",
        "None",
        "in",
        "loop",
        "__a__",
        ".",
        "|",
        " ",
        "\n",
        "·",
        "%",
        "}}",
        "((",
        " in ",
        " == ",
        " | ",
        "blank",
        "choice",
        "lines",
        "limit",
        "key",
        "default",
        "number",
        "picture",
        "join",
    ),
    *("('x')", '("x",  "y")', "(5)", '("x", 5)', "'q'", "(-1)", "( 3 )", "('x',)"),
    *('["x"]', '["x\\\\y"]', "['z']", "[0]", '("y")', "(3)", "(03)", "(1_0)", "(1e3)", "(0)", "(３)", "()", '"q"'),
)


def at_once(tag: str) -> Said | None:
    """What a tag without a scope says, without Jinja's parser; None where that is left to it."""
    return language._at_once(tag, tag[:2], tag[2:-2].strip())


def by_jinja(tag: str) -> Said | None:
    """What it says by Jinja's parser; None where it is wrongly spelt."""
    try:
        return parsing.said(tag, tag[:2], tag[2:-2].strip())
    except DocfillError:
        return None


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_all_tags_of_a_bundled_form_are_read_at_once(name: str) -> None:
    shown = [p.text for p in paragraphs_of(Document(Form.load(name).template).blocks)]
    tags = [tag for text in shown for _, _, tag in language.tags_in(text) if not tag.startswith("{#")]
    assert len(tags) > 150
    scoped = [tag.replace("{%p ", "{% ").replace("{%tr ", "{% ") for tag in tags]
    assert [tag for tag in scoped if at_once(tag) is None] == []
    said = [tag for tag in scoped if not isinstance(at_once(tag), Word)]
    assert [tag for tag in said if at_once(tag) != by_jinja(tag)] == []


@pytest.mark.parametrize(
    "tag",
    [
        *("{{ true }}", "{{ not }}", "{{ a.b|f(03) }}", "{{ a² }}", "{{ ² }}", '{{ a["b\\"] }}', "{{ a['b'] }}"),
        *("{{ a[0] }}", "{{ a | f() }}", "{{ a b }}", "{{ loop.index }}", "{{ self.a }}", "{{ a.__b }}", "{{ a | x }}"),
        *("{% for loop in a %}", "{% for a in b if c %}", "{% for a in b | upper %}", "{% for a, b in c %}"),
        *("{% if a == b %}", '{% if "a" in b == "c" %}', "{% if loop.first %}", "{% if a or b %}", "{% if not %}"),
    ],
)
def test_what_is_more_than_usual_is_left_to_jinja(tag: str) -> None:
    assert at_once(tag) is None


@given(
    st.sampled_from(
        ("{{ %s }}", "{%% for %s in %s %%}", "{%% if %s %%}", "{%% elif not %s %%}", '{%% if "x" in %s %%}')
    ),
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), min_size=2, max_size=2),
)
@settings(max_examples=600, deadline=None)
def test_what_is_read_at_once_is_what_jinja_makes_of_it(tag: str, inner: list[str]) -> None:
    tag %= tuple(inner[: tag.count("%s")])
    try:
        found = at_once(tag)
    except DocfillError:  # the width of a blank, say
        assert by_jinja(tag) is None
        return
    assert found is None or found == by_jinja(tag)


def test_a_condition_and_a_loop_are_read_at_once() -> None:
    x = ("a", "乙")
    assert at_once('{% if a["乙"] == "丙" %}') == If(Ticked(x, CHOICE, "丙"))
    assert at_once("{% if not '丙' in a.乙 %}") == If(Ticked(x, CHOICES, "丙"), is_negated=True)
    assert at_once("{% elif a.乙 %}") == Elif(Present(x))
    assert at_once('{% for 行 in a.乙 | key("丙", "1", "2") %}') == For("行", x, "key", "丙", ("1", "2"))
    assert at_once("{% for 行 in a.乙 | limit(200) | lines %}") == For("行", x, "lines", limit=200)


@pytest.mark.parametrize(
    ("tag", "fault"),
    [
        ("{{甲}  {乙}}", "多了“}”"),
        ("{{ 甲 | }}", "结尾处应为名称"),
        ("{{ (甲 }}", "“}”处应为“)”"),
        ("{{ '甲 }}", "不能有“'”"),
        ("{% if %}", "结尾处缺少内容"),
        ("{% for 甲 乙 in 丙 %}", "“乙”处应为“in”"),
        ("{% set 甲 %}", "写法有误"),
    ],
)
def test_what_jinja_stumbles_over_is_said_in_the_language_of_messages(tag: str, fault: str) -> None:
    with pytest.raises(DocfillError) as refused:
        language.parse(tag)
    assert refused.value.zh == f"模板标签 {tag} 有语法错误：{fault}"
    assert "syntax error: " in refused.value.en and fault not in refused.value.en


def test_jinja_is_brought_in_for_a_template_that_needs_it_only() -> None:
    program = (
        "import sys; from docfill import Form; form = Form.load('shanghai'); form.extract(form.fill({}));"
        "assert 'jinja2' not in sys.modules; form.environment; assert 'jinja2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("shown", "tags"),
    [
        ("{{ a }}{% b %}{# c #}", ["{{ a }}", "{% b %}", "{# c #}"]),
        ("{{% a %}", ["{% a %}"]),
        ("{{ a {% b %}", ["{% b %}"]),
        ("{% a {{ b }} {% c", ["{{ b }}"]),
        ("{" * 5000, []),
        ("{% " * 5000, []),
    ],
)
def test_the_tags_of_a_text(shown: str, tags: list[str]) -> None:
    assert [tag for _, _, tag in language.tags_in(shown)] == tags
