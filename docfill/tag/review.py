"""Review: a page that shows a proposal on the form itself, for a person to look through.

One HTML file that needs nothing else: the form's paragraphs and tables, each
proposed tag where it stands with its reason and confidence, then the unsure
ones and what was left alone, where a person finds it, then all.  A name in the
lists leads to its place on the form.  All text of the form is escaped.
"""

from __future__ import annotations

from html import escape

from docfill.fields import Field
from docfill.problems import say
from docfill.tag.proposal import UNSURE, Proposal, Proposed
from docfill.template import language
from docfill.template.language import For, If, Tag, Ticked, Value, Word
from docfill.word.document import Block, Cell, Document, Paragraph, Row, Table

_STYLE = """
body{font:15px/1.6 system-ui,"Microsoft YaHei","PingFang SC",sans-serif;color:#222;max-width:70em;margin:2em auto;
padding:0 1em}
h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}p{margin:.25em 0;min-height:1em;white-space:pre-wrap}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.25em .5em;vertical-align:top}
.form{border:1px solid #ccc;padding:1.5em;background:#fff}
mark{background:#d8f0d8;border-bottom:2px solid #3a8a3a;border-radius:.2em;padding:0 .2em;font-size:.85em}
mark.unsure{background:#ffe9b8;border-color:#c98a00}mark.tick{padding:0}
th{text-align:left;background:#f3f3f3}a.key{color:inherit}mark:target{outline:3px solid #c98a00}
.rows{color:#666;font-size:.85em}.list td{font-size:.9em}.key{font-family:ui-monospace,Consolas,monospace}
"""


def page(name: str, proposal: Proposal) -> str:
    """The HTML page for a form.

    Args:
        name: how the page calls the form.
        proposal: what was proposed for it.
    """
    body = _Drawn(proposal).blocks(Document(proposal.template, name).blocks)
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
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<p>{escape(counts)}</p>\n"
        f'<div class="form">\n{body}</div>\n{lists}</html>\n'
    )


def _row(proposed: Proposed) -> tuple[str, ...]:
    options = "、".join(proposed.options)
    kind = f"{proposed.kind}（{options}）" if options else proposed.kind
    name = f'<a class="key" href="#{escape(proposed.path)}">{escape(proposed.path)}</a>'
    return name, escape(kind), f"{proposed.confidence:.0%}", escape(say(*proposed.reason))


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    lines = "\n".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f'<h2>{escape(title)}</h2>\n<table class="list">\n<tr>{head}</tr>\n{lines}\n</table>\n'


class _Drawn:
    """Draws the blocks of a template."""

    def __init__(self, proposal: Proposal) -> None:
        self._proposed = {p.path: p for p in proposal.proposed}
        self._fields: dict[str, Field] = {f.path: f for f in proposal.fields}
        self._shown: set[str] = set()

    def blocks(self, blocks: list[Block]) -> str:
        """Some blocks as HTML."""
        return "".join(self._paragraph(b) if isinstance(b, Paragraph) else self._table(b) for b in blocks)

    def _paragraph(self, paragraph: Paragraph) -> str:
        parts, at, in_box = [], 0, False
        for start, end, source in language.tags_in(paragraph.text):
            tag = language.parse(source)
            parts.append("" if in_box else escape(paragraph.text[at:start]))
            if isinstance(tag.node, If) and isinstance(tag.node.condition, Ticked):
                in_box = True
            parts.append(self._tag(tag))
            in_box = in_box and not (isinstance(tag.node, Word) and tag.node.name == "endif")
            at = end
        parts.append(escape(paragraph.text[at:]))
        shown = "".join(parts)
        return f"<p>{shown}</p>\n" if shown or not paragraph.text else ""

    def _tag(self, tag: Tag) -> str:
        node = tag.node
        if isinstance(node, Value):
            return self._mark(node.path, "")
        if isinstance(node, Ticked):
            return self._mark(node.path, "□")
        if isinstance(node, If) and isinstance(node.condition, Ticked):
            return self._mark(node.condition.path, "□")
        if isinstance(node, For) and tag.scope:
            return f'<span class="rows">↻ {self._mark(node.path, "")}</span>'
        return ""

    def _mark(self, steps: tuple[str, ...], drawn: str) -> str:
        path = ".".join(steps)
        proposed = self._proposed.get(path)
        field = self._fields.get(path)
        reason = f"{say(*proposed.reason)} {proposed.confidence:.0%}" if proposed else ""
        kind = field.kind if field else ""
        classes = " ".join(
            c for c in ("tick" if drawn else "", "unsure" if proposed and proposed.confidence < UNSURE else "") if c
        )
        title = escape(f"{path} {kind} {reason}".strip())
        anchor = "" if path in self._shown else f' id="{escape(path)}"'
        self._shown.add(path)
        return f'<mark{anchor} class="{classes}" title="{title}">{drawn or escape(path)}</mark>'

    def _table(self, table: Table) -> str:
        rows = "".join(self._row(table, number, row) for number, row in enumerate(table.rows))
        return f"<table>\n{rows}</table>\n"

    def _row(self, table: Table, number: int, row: Row) -> str:
        cells = [self._cell(table, number, c) for c in row.cells if not c.continues]
        return f"<tr>{''.join(cells)}</tr>\n"

    def _cell(self, table: Table, number: int, cell: Cell) -> str:
        tall = 1
        for row in table.rows[number + 1 :]:
            if not any(c.continues and c.column == cell.column for c in row.cells):
                break
            tall += 1
        spans = (f' colspan="{cell.span}"' if cell.span > 1 else "") + (f' rowspan="{tall}"' if tall > 1 else "")
        return f"<td{spans}>{self.blocks(cell.blocks)}</td>"
