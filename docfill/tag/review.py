"""Review: a page that shows a proposal on the form itself, for a person to look through.

One HTML file that needs nothing else: the blank form as it looks, each proposed
place marked with its reason and confidence, then the unsure ones and what was left
alone, where a person finds it, then all.  A name in the lists leads to its place on
the form.  All text of the form is escaped.
"""

from __future__ import annotations

from html import escape

from docfill.problems import say
from docfill.tag.proposal import UNSURE, Proposal, Proposed
from docfill.text import shown
from docfill.view import Mark, Owner, View, base_css
from docfill.word.document import Document

_STYLE = """
body{font:15px/1.6 system-ui,"Microsoft YaHei","PingFang SC",sans-serif;color:#222;background:#eef0f3;margin:2em auto;
max-width:70em;padding:0 1em}
h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}
table.list{border-collapse:collapse;width:100%;background:#fff}
.list td,.list th{border:1px solid #999;padding:.25em .5em;vertical-align:top;text-align:left;font-size:.9em}
.list th{background:#f3f3f3}a.key{color:inherit;font-family:ui-monospace,Consolas,monospace}
.doc p:target{outline:3px solid #c98a00}
"""


def page(document: Document, name: str, proposal: Proposal) -> str:
    """The HTML page for a form.

    Args:
        document: the blank form.
        name: how the page calls it.
        proposal: what was proposed for it.
    """
    drawn = View(document, [mark for p in proposal.proposed for mark in _marks(p)])
    title = say(f"标签建议：{name}", f"Proposed tags: {name}")
    unsure = proposal.unsure
    counts = say(
        f"共 {len(proposal.fields)} 项，其中 {len(unsure)} 项请核对（黄色）；另有 {len(proposal.left)} 处未加标签。",
        f"{len(proposal.fields)} fields, {len(unsure)} to be looked at (yellow); "
        f"{len(proposal.left)} places were left alone.",
    )
    heads = (say("名称", "name"), say("类型", "kind"), say("把握", "sure"), say("依据", "reason"))
    left = ((proposal.place(x.at), escape(x.text[:80]), escape(say(*x.reason))) for x in proposal.left)
    lists = _table(say("请核对", "To be looked at"), heads, [_row(p) for p in unsure])
    lists += _table(
        say("未加标签", "Left alone"),
        (say("位置", "place"), say("文字", "words"), say("原因", "reason")),
        list(dict.fromkeys(left)),
    )
    lists += _table(say("全部", "All"), heads, [_row(p) for p in proposal.proposed])
    lang = say("zh-CN", "en")
    return shown(
        f'<!DOCTYPE html>\n<html lang="{lang}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}{base_css()}{drawn.css}</style>\n<h1>{escape(title)}</h1>\n<p>{escape(counts)}</p>\n"
        f'<div class="doc">\n{drawn.html}</div>\n{lists}</html>\n'
    )


def _marks(proposed: Proposed) -> list[Mark]:
    """Where a place is marked, and what is said to who points at it."""
    says = f"{proposed.path} {proposed.kind} {say(*proposed.reason)} {proposed.confidence:.0%}"
    owner = Owner.UNSURE if proposed.confidence < UNSURE else Owner.PROPOSED
    return [Mark(m.paragraph, m.start, m.end, owner, proposed.path, says) for m in proposed.marks]


def _row(proposed: Proposed) -> tuple[str, ...]:
    options = "、".join(proposed.options)
    kind = f"{proposed.kind}（{options}）" if options else proposed.kind
    target = f' href="#p{proposed.marks[0].paragraph}"' if proposed.marks else ""
    name = f'<a class="key"{target}>{escape(proposed.path)}</a>'
    return name, escape(kind), f"{proposed.confidence:.0%}", escape(say(*proposed.reason))


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    lines = "\n".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f'<h2>{escape(title)}</h2>\n<table class="list">\n<tr>{head}</tr>\n{lines}\n</table>\n'
