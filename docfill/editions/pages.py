"""The two editions side by side, to look through: a page, or a workbook with filters."""

from __future__ import annotations

from pathlib import Path

from docfill.editions.crossing import Change, Crossing, Match, perhaps
from docfill.fields import Field
from docfill.problems import language, say
from docfill.tables.canvas import Canvas, Marked, draw_list
from docfill.text import shown_in_html

_WORDS = {
    Change.SAME: ("未变", "same"),
    Change.RENAMED: ("名称变了", "renamed"),
    Change.REWORDED: ("表上文字变了", "reworded"),
    Change.OPTIONS: ("选项或列变了", "options or columns"),
    Change.KIND: ("类型变了", "kind"),
    Change.UNIT: ("单位变了", "unit"),
    Change.SHIFTED: ("换了年份", "another year"),
    Change.DROPPED: ("去掉", "dropped"),
    Change.ADDED: ("新增", "added"),
}
_WIDTHS = (16, 12, 46, 46, 60)


def _heads() -> list[str]:
    return [
        say("变化", "change"),
        say("带过去", "carried"),
        say("旧表", "old form"),
        say("新表", "new form"),
        say("说明", "remarks"),
    ]


def counted(crossing: Crossing) -> dict[Change, int]:
    """How many fields there are of each change."""
    counts = {change: sum(change in m.changes for m in crossing.matches) for change in Change}
    return {change: count for change, count in counts.items() if count}


def words_for(change: Change) -> str:
    """A change, as the user reads it."""
    return say(*_WORDS[change])


def rows_of(crossing: Crossing) -> list[tuple[list[str], Match, bool]]:
    """A row a field: what is otherwise, whether it is carried, both names and what else there is to say; and whether
    somebody has to look at it, as it is not carried, or may be what was dropped.
    """
    offered = perhaps(crossing)
    found = []
    for match in crossing.matches:
        was = offered.get(match.new.path) if match.new is not None else None
        wants_a_look = was is not None or (match.old is not None and not match.is_carried)
        found.append((_row(match, was), match, wants_a_look))
    return found


def _row(match: Match, was: Field | None = None) -> list[str]:
    what = say("、", ", ").join(map(words_for, match.changes))
    carried = say("带", "yes") if match.is_carried else "" if match.old is None else say("不带", "no")
    if match.old and match.new and not match.is_sure:
        carried = say("请确认", "confirm")
    remarks = _remarks(match)
    if was is not None:
        remarks = say(f"可能是旧表的“{was.path}”，请看一看", f'perhaps "{was.path}" of the old form; have a look')
    return [what, carried, *(f.path if f else "" for f in (match.old, match.new)), remarks]


def _remarks(match: Match) -> str:
    old, new = match.old, match.new
    said: list[str] = []
    if old and new and Change.KIND in match.changes:
        said.append(f"{_kind(old)} → {_kind(new)}")
    if old and new and Change.UNIT in match.changes:
        said.append(f"{old.unit} → {new.unit}")
    if old and new and Change.REWORDED in match.changes and old.label != new.label:
        said.append(f"{old.label} → {new.label}".replace("\n", " "))
    said += [f"{o} → {n}" for o, n in match.options.items()]
    said += [f"{o} → {n}" + say("（请确认）", " (confirm)") for o, n in match.maybe.items()]
    said += [say(f"去掉选项：{o}", f"option dropped: {o}") for o in match.gone]
    if old and new:
        taken = {*old.options, *match.options.values(), *match.maybe.values()}
        said += [say(f"新增选项：{o}", f"option added: {o}") for o in new.options if o not in taken]
    said += [" | ".join(x for x in _row(c) if x) for c in match.columns if c.changes != (Change.SAME,)]
    return "\n".join(said)


def _kind(f: Field) -> str:
    return say(*f.kind.label)


def workbook(crossing: Crossing, path: Path) -> None:
    """Writes the table as an .xlsx; what wants a look is coloured."""
    canvas = Canvas(path)
    rows = ([*map(Marked, cells)] if wants_a_look else cells for cells, _, wants_a_look in rows_of(crossing))
    draw_list(canvas, say("对照", "editions"), _heads(), _WIDTHS, rows)
    canvas.close()


def page(crossing: Crossing) -> bytes:
    """The table as one HTML file, what changed first."""
    title = say("两版对照", "two editions") + f"：{crossing.old.name} → {crossing.new.name}"
    counts = say("，", ", ").join(f"{words_for(c)} {n}" for c, n in counted(crossing).items())
    rows = rows_of(crossing)
    same = [cells for cells, m, _ in rows if m.changes == (Change.SAME,)]
    changed = [(cells, wants_a_look) for cells, m, wants_a_look in rows if m.changes != (Change.SAME,)]
    body = "".join(_tr(cells, wants_a_look) for cells, wants_a_look in changed)
    rest = "".join(_tr(cells, False) for cells in same)
    head = "<tr>" + "".join(f"<th>{shown_in_html(h)}</th>" for h in _heads()) + "</tr>"
    spoken = {"zh": "zh-CN"}.get(language(), "en")
    return f"""<!doctype html>
<html lang="{spoken}"><meta charset="utf-8"><title>{shown_in_html(title)}</title>
<style>
body {{ font: 15px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2em auto; max-width: 75em }}
table {{ border-collapse: collapse; width: 100% }} td, th {{ border: 1px solid #9db3c8; padding: .3em .5em;
 text-align: left; vertical-align: top; white-space: pre-line; overflow-wrap: anywhere }}
th, td:nth-child(2) {{ white-space: nowrap }}
th {{ background: #ddebf7 }} .doubt td {{ background: #fff2cc }} tr {{ break-inside: avoid }}
thead {{ display: table-header-group }} @page {{ size: A4 landscape; margin: 12mm }}
</style>
<h1>{shown_in_html(title)}</h1><p>{shown_in_html(counts)}</p>
<table><thead>{head}</thead><tbody>{body}</tbody></table>
<details><summary>{shown_in_html(words_for(Change.SAME))} {len(same)}</summary>
<table><thead>{head}</thead><tbody>{rest}</tbody></table></details>
""".encode("utf-8", "replace")


def _tr(cells: list[str], is_doubtful: bool) -> str:
    marked = ' class="doubt"' if is_doubtful else ""
    return f"<tr{marked}>" + "".join(f"<td>{shown_in_html(c)}</td>" for c in cells) + "</tr>\n"
