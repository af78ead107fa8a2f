"""The tags that are parsed without Jinja's parser are parsed as it does."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docfill import Form
from docfill.template import language
from docfill.template.rendering import environment
from docfill.word.document import Document, paragraphs_of

JINJA = environment()
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
    ),
    *('["x"]', '["x\\\\y"]', "['z']", "[0]", '("y")', "(3)", "(03)", "(1_0)", "(1e3)", "(0)", "(３)", "()", '"q"'),
)


def by_jinja(code: str) -> object:
    """The expression of an output as Jinja parses it; None where it is wrongly spelt."""
    try:
        return JINJA.parse(code).body[0].nodes[0]  # type: ignore[attr-defined]
    except jinja2.TemplateSyntaxError:
        return None


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_outputs_of_a_bundled_form_are_nearly_all_simple(name: str) -> None:
    shown = [p.text for p in paragraphs_of(Document(Form.load(name).template).blocks)]
    codes = ["{{ " + t[2:-2] + " }}" for text in shown for _, _, t in language.tags_in(text) if t.startswith("{{")]
    assert len(codes) > 150
    simple = [code for code in codes if (found := language._simple(code)) is not None and found == by_jinja(code)]
    assert len(simple) > 0.95 * len(codes)


@pytest.mark.parametrize(
    "inner", ["true", "not", "a.b|f(03)", "a²", "²", 'a["b\\"]', "a['b']", "a[0]", "a | f()", "a b"]
)
def test_what_is_less_than_simple_is_left_to_jinja(inner: str) -> None:
    assert language._simple("{{ " + inner + " }}") is None


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
@settings(max_examples=300, deadline=None)
def test_what_is_simple_is_what_jinja_makes_of_it(inner: str) -> None:
    code = "{{ " + inner + " }}"
    found = language._simple(code)
    assert found is None or found == by_jinja(code)


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
