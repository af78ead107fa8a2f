"""Strategies: valid records of any form, from its fields alone.

A record is a plain one or an empty one with a few answers drawn over it, so
that a form of 150 fields needs as few draws as one of twenty.  `tricky` texts
are those that a careless reader confuses with the form: they quote its labels,
options, hints and units, and hold what XML, Word and Unicode make difficult.
`plain` texts quote nothing.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from docfill import Field, Form, InvalidData
from docfill.fields import ticked
from docfill.kinds import TEXT, Written
from docfill.values import DRAWN

Texts = Callable[[Form], st.SearchStrategy[str]]

_AWKWARD = (
    "无", "＜&＞", "<w:t>", "a & b", "&lt;", "“引号”", "‘单’", "\"'", "两行\n之间", "x\ny\nz", "制表\t符",
    "𠮷野家", "😀", "ＡＢＣ１２３", "□是", "☑否", "√", "■", "○", "{{ 标签 }}", "{% if x %}", "{# 注 #}", "（",
    "）", "：", "、", "，", "。", "；", "……", "-1", "0", "2021年", "2023-04-20", "2023年4月20日",
    "　全　角　空　格　", "  两个空格  ", "a\u00a0b", "\u200b零宽", "e\u0301", "ﬁ", "％", "100%", "%", "个",
    "盖章", "年 月 日", "一、", "（1）", "1.", "其他：", "数量：3个", "长" * 120, "x" * 300, "null", "None",
)  # fmt: skip


@functools.cache
def _quotes(form: Form) -> tuple[str, ...]:
    """What the form itself says at its fields, whole and in part."""
    words: dict[str, None] = {}
    for f in form.fields:
        for said in (f.label, f.unit, f.place.row, f.place.column, f.place.section, *f.options, *f.hint, *f.columns):
            for part in (said, said[: len(said) // 2], f"{said}：", f"□{said}", f"☑{said}", f"一、{said}"):
                if part.strip(" ：、□☑一"):
                    words[part] = None
    return tuple(words)


def _clean(text: str) -> str:
    """`text` without white space and underscores at the ends of its lines, and without lines that show nothing."""
    lines = (line.strip(DRAWN) for line in text.split("\n"))
    return "\n".join(line for line in lines if any(map(_is_seen, line))) or "值"


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" and character not in "_＿"


@functools.cache
def tricky(form: Form) -> st.SearchStrategy[str]:
    """Texts that quote the form and hold awkward characters."""
    fragment = st.one_of(st.sampled_from(_AWKWARD), st.sampled_from(_quotes(form)))
    any_text = st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t"),
        max_size=12,
    )
    return st.one_of(
        fragment.map(_clean), st.lists(fragment, min_size=2, max_size=4).map("".join).map(_clean), any_text.map(_clean)
    )


def plain(form: Form) -> st.SearchStrategy[str]:
    """Texts that no form quotes."""
    return st.text("鑫淼焱垚犇骉羴", min_size=1, max_size=9)


def written(kind: Written) -> st.SearchStrategy[Any]:
    """The values of a kind that is one text of a certain form."""
    return st.integers(0, 2**40).map(kind.nth) | st.sampled_from(kind.edges or kind.samples)


@functools.cache
def _values(form: Form, f: Field, texts: Texts) -> st.SearchStrategy[Any]:
    text, kind = texts(form), f.kind
    line = text.map(lambda t: _clean(t.replace("\n", " ")))
    if kind.has_records:
        return _rows(form, f, texts)
    if kind.is_flag:
        return st.booleans()
    if kind.is_many:
        return st.sets(st.sampled_from(f.options)).map(lambda chosen: [o for o in f.options if o in chosen])
    if not isinstance(kind, Written):
        return st.none() | st.sampled_from(f.options) if kind.has_options else st.lists(line, max_size=4)
    if not kind.is_prose:
        return st.none() | written(kind)
    value = st.lists(line, min_size=1, max_size=4).map("\n".join) if kind.is_long else text
    return st.none() | (value.map(lambda t: _clean(t[: f.limit])) if f.limit else value)


def _rows(form: Form, f: Field, texts: Texts) -> st.SearchStrategy[Any]:
    """Records of a repetition; the first column is one that neighbours may share, or a key that none do."""
    few = st.sampled_from((None, "甲类", "乙类"))
    columns = {c.path: few if i == 0 and c.kind is TEXT else _values(form, c, texts) for i, c in enumerate(f.fields)}
    row = st.fixed_dictionaries(columns)
    if not f.keys:
        return st.lists(row.filter(lambda r: any(v not in (None, [], False) for v in r.values())), max_size=5)
    said = row.filter(lambda r: any(v not in (None, [], False) for c, v in r.items() if c != f.key))
    keyed = st.tuples(*(st.none() | said.map(lambda r, key=key: {**r, f.key: key}) for key in f.keys))
    return keyed.map(lambda rows: [r for r in rows if r is not None])


@functools.cache
def filled_everywhere(form: Form) -> dict[str, Any]:
    """A record with an answer at every field, by path."""
    return ticked(form.fields, {f.path: _filled(f, n) for n, f in enumerate(form.fields)})


def _filled(f: Field, n: int) -> Any:
    """An answer to a field, another one for each `n`."""
    kind = f.kind
    if kind.has_records:
        return [_filled_row(f, r) for r in range(len(f.keys) or 3)]
    if kind.is_flag:
        return True
    if kind.is_many:
        return [o for i, o in enumerate(f.options) if (i + n) % 3]
    if kind.has_options:
        return f.options[n % len(f.options)] if f.options else None
    if not isinstance(kind, Written):
        return [f"第{n}项", "末项"]
    if kind.is_prose:
        return f"第{n}题\n共两段" if kind.is_long else f"第{n}题"
    return kind.nth(n)


def _filled_row(f: Field, r: int) -> dict[str, Any]:
    texts = {c.path: f"{c.path}甲" if i == 0 else f"{c.path}{r}" for i, c in enumerate(f.fields)}
    row = {c.path: texts[c.path] if c.kind is TEXT else _filled(c, r) for c in f.fields}
    return {**row, f.key: f.keys[r]} if f.keys else row


def record_of(values: dict[str, Any]) -> dict[str, Any]:
    """The nested record of values by path."""
    record: dict[str, Any] = {}
    for path, value in values.items():
        node = record
        *groups, last = path.split(".")
        for group in groups:
            node = node.setdefault(group, {})
        node[last] = value
    return record


@functools.cache
def records(form: Form, texts: Texts = tricky, most: int = 12) -> st.SearchStrategy[dict[str, Any]]:
    """Records that both the form's schema and `fill` accept."""
    answer = st.sampled_from(form.fields).flatmap(lambda f: st.tuples(st.just(f.path), _values(form, f, texts)))
    answers = st.lists(answer, max_size=most, unique_by=lambda a: a[0]).map(dict)
    base = st.sampled_from(({}, filled_everywhere(form)))
    return st.builds(lambda some, more: record_of(ticked(form.fields, {**some, **more})), base, answers).filter(
        functools.partial(_is_accepted, form)
    )


def _is_accepted(form: Form, record: dict[str, Any]) -> bool:
    """Whether fill takes it: it refuses what could not be told from a hint, from the form or from an empty row."""
    try:
        form.context(record)
    except InvalidData as refused:
        codes = {problem.code for problem in refused.problems}
        assert codes <= {"same-as-hint", "empty-row"}, (record, refused.problems)
        return False
    return True
