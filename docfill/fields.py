"""Fields: what the template asks, found once from its skeleton, and the JSON Schema that follows.

Everything a field knows comes from the template: its path and kind from the
tag, its options from its boxes, its label, unit, limit and place from the words
around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from docfill.problems import DocfillError, Place
from docfill.template.skeleton import (
    FormCell,
    FormRow,
    Line,
    Lines,
    Rows,
    Skeleton,
    Token,
    Unit,
    covers,
    label_of,
)
from docfill.template.tree import Answer, Tick
from docfill.text import NUMBERING, key, without_brackets
from docfill.values import LARGEST, NONE

_LIMIT = re.compile(r"(\d{2,5})\s*字\s*(?:以内|以下|之内|内)")
_UNIT = re.compile(r"[（(]([^（）()]{1,12})[）)]\s*$")
_NOT_A_UNIT = re.compile(r"[需注填含附字章签或、，：]")
_SUFFIX = re.compile(r"\s*([^\s\d（）()，。、；：:,.;□☐☑]{1,4})(?=[\s（(，。；]|$)")
_SECTION = re.compile(r"^\s*(?:第[一二三四五六七八九十百]+[章节部]|[一二三四五六七八九十]+[、.．])")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        path: the dotted path of its value in the data.
        kind: text, longtext, number, integer, date, choice, choices or rows.
        options: the texts of a choice's options, in form order.
        columns: the keys of the objects of `rows`.
        label: the words that name it on the form.
        unit: the unit of a number ("亿元", "%"), or "".
        limit: the most 字 an answer may have, counted as Word counts them (`text.counted`), or None.
        required: whether the form wants an answer (or 无).
        hint: lines printed at its place on the blank form.
        printed: the rows printed on the blank form, each a text per column.
        place: where it stands.
    """

    path: str
    kind: str
    options: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    label: str = ""
    unit: str = ""
    limit: int | None = None
    required: bool = True
    hint: tuple[str, ...] = ()
    printed: tuple[tuple[str, ...], ...] = ()
    place: Place = field(default_factory=Place)

    @property
    def steps(self) -> tuple[str, ...]:
        """The keys of its path, outermost first."""
        return tuple(self.path.split("."))

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value: the kind's own, or null, or 无 for numbers and dates."""
        none = {"const": NONE}
        lines = {
            "type": ["string", "null"],
            "minLength": 1,
            "pattern": r"^[^\s_＿](.*[^\s_＿])?(\n[^\s_＿](.*[^\s_＿])?)*$",
        }
        shapes: dict[str, dict[str, Any]] = {
            "text": lines,
            "longtext": lines,
            "number": {"anyOf": [{"type": "number", "minimum": -LARGEST, "maximum": LARGEST}, none, {"type": "null"}]},
            "integer": {
                "anyOf": [{"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}, none, {"type": "null"}]
            },
            "date": {
                "anyOf": [
                    {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
                    none,
                    {"type": "null"},
                ]
            },
            "choice": {"enum": [*self.options, None]},
            "choices": {"type": "array", "items": {"enum": list(self.options)}, "uniqueItems": True},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {c: {"type": ["string", "null"], "minLength": 1} for c in self.columns},
                    "additionalProperties": False,
                },
            },
        }
        schema: dict[str, Any] = {"title": self.label, **shapes[self.kind]}
        if self.limit and self.kind in ("text", "longtext"):
            schema["limit"] = self.limit  # of 字 as Word counts them, which maxLength cannot say
        if self.unit:
            schema["unit"] = self.unit
        if self.hint:
            schema["description"] = "\n".join(self.hint)
        return schema


def fields_of(skeletons: list[Skeleton]) -> list[Field]:
    """The fields of a form in form order; DocfillError where two tags contradict each other."""
    found: dict[str, Field] = {}
    for skeleton in skeletons:
        _Collector(skeleton, found).container(skeleton.units, Place(), None)
    paths = list(found)
    for path in paths:
        inside = next((p for p in paths if p.startswith(path + ".")), None)
        if inside:
            raise DocfillError(
                f"模板中“{path}”既是一项，又是“{inside}”的上级，请改名",
                f'in the template "{path}" is a field and also holds "{inside}"; rename one',
            )
    return [replace(f, required=False) if _is_write_in(f, found) else f for f in found.values()]


def _is_write_in(candidate: Field, found: dict[str, Field]) -> bool:
    """A write-in is named by its group, "_" and its option."""
    group, underscore, option = candidate.path.rpartition("_")
    owner = found.get(group) if underscore else None
    return owner is not None and option in map(key, owner.options)


def schema_of(name: str, fields: list[Field]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record of the form."""
    root: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }
    for f in fields:
        node = root
        *groups, last = f.steps
        for group in groups:
            node = node["properties"].setdefault(
                group, {"title": group, "type": "object", "properties": {}, "additionalProperties": False}
            )
        node["properties"][last] = f.schema()
    return root


class _Collector:
    """Walks a skeleton in reading order, remembering the words that name each place."""

    def __init__(self, skeleton: Skeleton, found: dict[str, Field]) -> None:
        self._skeleton, self._found = skeleton, found
        self._section = ""

    def container(self, units: list[Unit], place: Place, cell: FormCell | None) -> None:
        heading = ""
        for index, unit in enumerate(units):
            if isinstance(unit, Line):
                if cell is None and not unit.slots and unit.literal.strip():
                    self._heading(unit, units[index + 1 :])
                here = replace(place, section=place.section or self._section)
                self._line(unit, here, cell, heading)
                if _title(unit.literal):
                    heading = unit.literal
            elif isinstance(unit, Lines):
                where = replace(place, section=place.section or self._section, row=_title(heading) or place.row)
                self._add(unit.path, "longtext", where, where.row, [heading, place.row])
            elif isinstance(unit, FormRow):
                above = [u for u in units[:index] if isinstance(u, FormRow) and u.table == unit.table]
                below = next(
                    (u for u in units[index + 1 : index + 2] if isinstance(u, FormRow) and u.table == unit.table), None
                )
                self._row(unit, above, below, replace(place, section=place.section or self._section))
            else:
                where = replace(place, section=place.section or self._section, row=_title(heading))
                self._add(unit.path, "rows", where, where.row, [], rows=unit)

    def _heading(self, line: Line, following: list[Unit]) -> None:
        opens_table = next((u for u in following if not isinstance(u, Line) or u.literal.strip() or u.slots), None)
        if _SECTION.match(line.literal) or isinstance(opens_table, FormRow):
            self._section = label_of(line.literal)

    def _row(self, row: FormRow, above: list[FormRow], below: FormRow | None, place: Place) -> None:
        merged_below = {c.column for c in below.cells if c.continues} if below else set()
        for cell in row.cells:
            if not cell.has_slots:
                continue
            left = [c for c in row.cells if c.column < cell.column and not c.has_slots]
            words = [(c.top, c.continues or c.column in merged_below) for c in left]
            group = next((w for w, is_tall in words if is_tall and w), "")
            near = next((w for w, _ in reversed(words) if w), "")
            label = near if near == group or not group else f"{group}\n{near}"
            column = " / ".join(h for h in _headers(cell, above) if h != label_of(near))
            self.container(cell.units, replace(place, row=label or place.row, column=column), cell)

    def _line(self, line: Line, place: Place, cell: FormCell | None, heading: str) -> None:
        for index, token in enumerate(line.tokens):
            before = _literal(line.tokens[index - 1 : index])
            after = _literal(line.tokens[index + 1 : index + 2])
            if isinstance(token, Tick):
                self._add(token.path, token.kind, place, place.row or heading, [], option=token.option)
            elif isinstance(token, Answer):
                own = _title(before)
                label = own or place.row or heading
                where = place
                if own and own != _title(place.row):
                    where = replace(place, column=own) if place.row else replace(place, row=own)
                unit = ""
                kind = token.kind or "text"
                if kind in ("number", "integer"):
                    suffix = _SUFFIX.match(after)
                    unit = suffix[1] if suffix else _unit(label) or _unit(place.row)
                self._add(
                    token.path, kind, where, label, [place.row, before, heading], unit=unit, required=not token.optional
                )

    def _add(
        self,
        path: str,
        kind: str,
        place: Place,
        label: str,
        words: list[str],
        *,
        option: str = "",
        rows: Rows | None = None,
        unit: str = "",
        required: bool = True,
    ) -> None:
        known = self._found.get(path)
        if known is not None:
            if known.kind != kind and kind != "text":
                raise DocfillError(
                    f"模板中“{path}”的类型前后不一致：{known.kind} 与 {kind}",
                    f'in the template "{path}" is both {known.kind} and {kind}',
                )
            if option and option not in known.options:
                self._found[path] = replace(known, options=(*known.options, option))
            return
        hint = tuple(self._skeleton.hints.get(path, ()))
        limit = next((int(m[1]) for w in (*words, *hint) for m in _LIMIT.finditer(w)), None)
        self._found[path] = Field(
            path,
            kind,
            (option,) if option else (),
            tuple(rows.columns) if rows else (),
            _title(label),
            unit,
            limit if kind in ("text", "longtext") else None,
            required,
            hint,
            tuple(rows.printed_texts) if rows else (),
            replace(place, row=_title(place.row)),
        )


def _literal(tokens: list[Token]) -> str:
    return "".join(t for t in tokens if isinstance(t, str))


def _title(words: str) -> str:
    """A label as a title: without numbering, bracketed notes and the final colon; lines joined by " / "."""
    lines = (label_of(NUMBERING.sub("", without_brackets(line))) for line in words.split("\n"))
    return " / ".join(line for line in lines if line)


def _unit(label: str) -> str:
    for line in reversed(label.split("\n")):
        matched = _UNIT.search(line)
        if matched and not _NOT_A_UNIT.search(matched[1]):
            return matched[1]
    return ""


def _headers(cell: FormCell, above: list[FormRow]) -> list[str]:
    """The column headers over a cell, the widest first."""
    found: list[FormCell] = []
    for row in reversed(above):
        for c in row.cells if _is_header(row) else ():
            if covers(c, cell) and c.literal.strip() and c.span > (found[-1].span if found else 0):
                found.append(c)
    return [label_of(c.literal) for c in reversed(found)]


def _is_header(row: FormRow) -> bool:
    return not any(c.has_slots for c in row.cells) and sum(bool(c.literal.strip()) for c in row.cells) > 1


def describe(fields: list[Field]) -> str:
    """The field list as tab-separated lines: path, kind, options."""
    head = "path\tkind\toptions"
    return "\n".join([head, *(f"{f.path}\t{f.kind}\t{' | '.join(f.options)}" for f in fields)]) + "\n"
