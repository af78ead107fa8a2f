"""Fields: what the template asks, found once from its skeleton, and the JSON Schema that follows.

Everything a field knows comes from the template: its path and kind from the
tag, its options from its boxes, its label, unit, limit and place from the words
around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from docfill import late, limits
from docfill.kinds import LONGTEXT, ROWS, TEXT, TEXTS, Kind, object_schema
from docfill.problems import DocfillError, Place
from docfill.template.skeleton import Skeleton
from docfill.template.tree import EACH, Answer, Tick
from docfill.template.units import FormCell, FormRow, Line, Lines, Rows, Section, Token, Unit, covers, label_of
from docfill.text import CLOSING, NUMBERING, SECTION, key, shown, without_brackets
from docfill.word.ticks import BOXES, TICKED_BOXES

_LIMIT = late.pattern(r"(\d{2,5})\s*字\s*(?:以内|以下|之内|内)")
_WORD, _OF_A_STATEMENT = late.pattern(r"[\u3400-\u9fff]{2}|[^\W\d_\u3400-\u9fff]{2,}"), 4
"""A word, or what is about as long in Chinese, and how many are more than a unit."""
_OF_A_HEADING = 40
_NO_HEADING = late.pattern(r"[。；;！!]|[a-z]{3}[.](?: [A-Z]|$)|[:：] ?[^ ]|^\S{1,8} ?年 ?\S{1,3} ?月")
"""Characters of a heading at most, and what none has."""
_CLOSED = f"{CLOSING} \t\u3000\u00a0"
"""What may stand between a blank and the words behind it."""
_UNIT = late.pattern(r"[（(]([^（）()]{1,12})[）)]\s*$")
_NOT_A_UNIT = late.pattern(r"[需注填写选含附字章签或近、，：]|\d{4}")
_SUFFIX = late.pattern(rf"\s*([^\s\d（）()，。、；：:,.;{BOXES}{TICKED_BOXES}]{{1,4}})(?=[\s（(，。；]|$)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        path: the dotted path of its value in the data.
        kind: what its value is and how it is read and written; `kind.name` is its name ("text", "number", …).
        options: the texts of a choice's options, in form order.
        fields: what is asked for each of `rows`; their paths are those in its object.
        label: the words that name it on the form.
        unit: the unit of a number ("亿元", "%"), or "".
        limit: the most 字 an answer may have, counted as Word counts them (`text.counted`), or None.
        longest: the most characters that the legacy field takes in which it stands, or None.
        required: whether the form wants an answer (or 无).
        hint: lines printed at its place on the blank form.
        printed: the rows printed on the blank form, each a text per column.
        place: where it stands.
        key: the column that tells `rows` apart, or "".
        keys: what the form prints in that column, in form order.
        separators: texts that an item may not hold, because they stand between the items.
        is_readable: whether its value is shown as it is, and not only through an expression.
    """

    path: str
    kind: Kind
    options: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    label: str = ""
    unit: str = ""
    limit: int | None = None
    required: bool = True
    hint: tuple[str, ...] = ()
    printed: tuple[tuple[str, ...], ...] = ()
    place: Place = field(default_factory=Place)
    key: str = ""
    keys: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    is_readable: bool = True
    longest: int | None = None

    @property
    def most(self) -> int | None:
        """The fewer of `limit` and `longest`, for those who enter it."""
        return min((n for n in (self.limit, self.longest) if n is not None), default=None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of the objects of `rows`."""
        return tuple(f.path for f in self.fields)

    @property
    def steps(self) -> tuple[str, ...]:
        """The keys of its path, outermost first."""
        return _steps_of(self.path)

    def to_dict(self) -> dict[str, Any]:
        """All that is known of it, as JSON has it; the kind by its name."""
        known = {name: getattr(self, name) for name in self.__slots__}
        inner = [f.to_dict() for f in self.fields]
        return {**known, "kind": self.kind.name, "fields": inner, "place": self.place.to_dict()}

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value, as its kind has it, with the form's own words."""
        schema: dict[str, Any] = {"title": self.label, **self.kind.shape(self)}
        if self.limit:
            schema["limit"] = self.limit  # of 字 as Word counts them, which maxLength cannot say
        if self.longest and self.kind.is_prose:
            schema["maxLength"] = self.longest
        if self.unit:
            schema["unit"] = self.unit
        if self.hint:
            schema["description"] = "\n".join(self.hint)
        return schema


@lru_cache(maxsize=4096)
def _steps_of(path: str) -> tuple[str, ...]:
    """The keys of a path: each record asks for those of each field."""
    return tuple(path.split("."))


def fields_of(skeletons: list[Skeleton], aside: Sequence[Skeleton] = ()) -> list[Field]:
    """The fields of a form in form order; those that only stand in `aside`, which is not on the page, are not read.

    Raises:
        DocfillError: two tags contradict each other.
    """
    found = {f.path: f for f in _fields_of(skeletons)}
    for f in _fields_of(list(aside)):
        found.setdefault(f.path, replace(f, required=False, is_readable=False))
    return list(found.values())


def _fields_of(skeletons: list[Skeleton]) -> list[Field]:
    found: dict[str, Field] = {}
    for skeleton in skeletons:
        _Collector(skeleton, found).container(skeleton.units, Place(), None)
    for skeleton in skeletons:
        for section in skeleton.sections:
            _add_condition(section, found)
    for skeleton in skeletons:
        for path in _shown_otherwise(skeleton):
            if not _is_known(path, found):
                found[path] = Field(path, TEXT, label=label_of(path), required=False, is_readable=False)
    fields = _assembled(found, "")
    written = {beside.field.path for beside in write_ins(fields)}
    return [replace(f, required=False) if f.path in written else f for f in fields]


def _add_condition(section: Section, found: dict[str, Field]) -> None:
    """Adds what only decides whether a section is printed, or one more option of it."""
    known = found.get(section.path)
    options = (section.option,) if section.option else ()
    if not section.path or (known is None and _is_known(section.path, found)):
        return
    if known is None:
        found[section.path] = Field(section.path, section.kind, options, label=label_of(section.path), required=False)
    elif known.kind is section.kind and not set(options) <= set(known.options):
        found[section.path] = replace(known, options=known.options + options)


def _is_known(path: str, found: dict[str, Field]) -> bool:
    """Whether a path is a field's, or holds fields, or lies within one."""
    limits.spend(len(found) // 2)
    return any(p == path or p.startswith((f"{path}.", f"{path}[")) or path.startswith(f"{p}.") for p in found)


def _shown_otherwise(skeleton: Skeleton) -> Iterator[str]:
    """The paths of what is shown only through expressions or by docxtpl."""
    for node in skeleton.unread:
        yield from node.paths
    for computed in skeleton.computed:
        yield from computed.paths


def _assembled(found: dict[str, Field], inside: str) -> list[Field]:
    """The fields in one record, each repetition with its own; DocfillError where one holds another."""
    start = f"{inside}{EACH}" if inside else ""
    here = {p: f for p, f in found.items() if p.startswith(start) and EACH not in p[len(start) :]}
    held: dict[str, str] = {}
    for path in here:
        for at in (n for n, letter in enumerate(path) if letter == "."):
            held.setdefault(path[:at], path)
    fields = []
    for path, f in here.items():
        holding = held.get(path)
        if holding:
            raise DocfillError(
                f"模板中“{path}”既是一项，又是“{holding}”的上级，请改名",
                f'in the template "{path}" is a field and also holds "{holding}"; rename one',
                "bad-template",
            )
        if path == start:
            continue
        columns = tuple(_assembled(found, path)) if f.kind.has_records else ()
        fields.append(replace(f, path=path[len(start) :].lstrip("."), fields=columns))
    return fields


class WriteIn(NamedTuple):
    """A field that is written in beside an option, the field of the options, and the option."""

    field: Field
    group: Field
    option: str

    def is_ticked(self, chosen: Any) -> bool:
        """Whether a value of the group chooses the option."""
        return self.option in (chosen if isinstance(chosen, list) else [chosen])


def write_ins(fields: Sequence[Field]) -> Iterator[WriteIn]:
    """The write-ins among some fields: each is named by its group, "_" and its option."""
    known = {f.path: f for f in fields if f.options}
    for f in fields if known else ():
        group, _, name = f.path.rpartition("_")
        owner = known.get(group)
        option = next((o for o in owner.options if key(o) == name), "") if owner is not None else ""
        if owner is not None and option:
            yield WriteIn(f, owner, option)


def ticked(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path, with the options chosen beside which something is written in."""
    agreeing = dict(values)
    for beside in write_ins(fields):
        group, chosen = beside.group, agreeing.get(beside.group.path)
        if agreeing.get(beside.field.path) is not None and not beside.is_ticked(chosen):
            several = [o for o in group.options if o == beside.option or o in (chosen or ())]
            agreeing[group.path] = several if group.kind.is_many else beside.option
    return agreeing


def schema_of(name: str, fields: list[Field]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record of the form."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **object_schema(fields)}


class _Collector:
    """Walks a skeleton in reading order, remembering the words that name each place."""

    def __init__(self, skeleton: Skeleton, found: dict[str, Field]) -> None:
        self._skeleton, self._found = skeleton, found
        self._section = ""

    def _within(self, place: Place, row: str | None = None) -> Place:
        """A place, in this row where one is named, in the section that was last begun, unless it is in one."""
        section, row = place.section or self._section, place.row if row is None else row
        return place if (section, row) == (place.section, place.row) else replace(place, section=section, row=row)

    def container(self, units: list[Unit], place: Place, cell: FormCell | None, unit_above: str = "") -> None:
        """The fields of some units; `unit_above` is that of numbers in a cell for which nothing else names one."""
        heading, around = "", self._section
        headers: dict[int, list[FormRow]] = defaultdict(list)
        for index, unit in enumerate(units):
            if isinstance(unit, Line):
                if index and isinstance(units[index - 1], FormRow | Rows):
                    self._section = around  # what a title within a table begins ends with it
                if cell is None and not unit.slots and unit.literal.strip():
                    self._heading(unit, (units[n] for n in range(index + 1, len(units))))
                    around = self._section
                if unit.paths:
                    self._line(unit, self._within(place), heading, unit_above)
                if _title(unit.literal):
                    heading = unit.literal
            elif isinstance(unit, Lines):
                where = self._within(place, row=_title(heading) or place.row)
                words, limit, longest = [heading, place.row], unit.limit, unit.longest
                self._add(unit.path, LONGTEXT, where, where.row, words, limit=limit, longest=longest)
            elif isinstance(unit, FormRow):
                below = next(
                    (u for u in units[index + 1 : index + 2] if isinstance(u, FormRow) and u.table == unit.table), None
                )
                above = units[index - 1] if index else None
                over = above if isinstance(above, FormRow) and above.table == unit.table else None
                title = over.cells[0].literal if over is not None and len(over.cells) == 1 and not over.paths else ""
                if cell is None and len(unit.cells) == 1 and not (unit.paths and title):
                    self._full_row(unit.cells[0], around)
                self._row(unit, headers[unit.table], over, below, self._within(place))
                if unit.is_header:
                    headers[unit.table].append(unit)
            else:
                titles = [u.cells[0].literal for u in units[:index] if isinstance(u, FormRow) and len(u.cells) == 1]
                label = _named([unit.path], [heading, *reversed(titles)]) or heading
                row = _title(label) or (place.row if cell is not None and cell.across else "")
                where = self._within(place, row=row)
                kind = TEXTS if unit.path + EACH in _direct(unit.body) else ROWS
                self._add(unit.path, kind, where, where.row, [], rows=unit)
                if kind.has_records:
                    self._columns(unit, headers[unit.table], row if cell is not None else "")

    def _columns(self, rows: Rows, above: list[FormRow], label: str) -> None:
        """The fields of the records of a repetition, named by its own words and the headers above, or by a label."""
        place = Place(section=self._section, row=label)
        for unit in rows.body:
            if isinstance(unit, FormRow):
                self._row(unit, above, None, None, place)
            else:
                self.container([unit], place, None)

    def _heading(self, line: Line, following: Iterator[Unit]) -> None:
        opens_table = next((u for u in following if not isinstance(u, Line) or u.literal.strip() or u.slots), None)
        if _is_heading(line.literal) and (SECTION.match(line.literal) or isinstance(opens_table, FormRow)):
            self._section = label_of(line.literal)

    def _full_row(self, cell: FormCell, around: str) -> None:
        """A row of one cell, in the section `around` the table: it begins one within it, or ends one without number."""
        if not cell.paths and _is_heading(cell.literal):
            self._section = label_of(cell.literal)
        elif not SECTION.match(self._section):
            self._section = around

    def _row(
        self, row: FormRow, headers: list[FormRow], over: FormRow | None, below: FormRow | None, place: Place
    ) -> None:
        """The fields of a row, by the words beside and over each."""
        for cell in row.cells:
            if not cell.has_slots:
                continue
            near, group = _beside(cell, row, over, below)
            label = near if near == group or not group else f"{group}\n{near}"
            over_it = _headers(cell, headers)
            column = " / ".join(h for c in over_it if (h := label_of(c.literal)) != label_of(near))
            unit = next((u for c in reversed(over_it) if (u := _unit(c.literal))), "")
            self.container(cell.units, replace(place, row=label or place.row, column=column), cell, unit)

    def _line(self, line: Line, place: Place, heading: str, unit_above: str) -> None:
        first = _literal(line.tokens[:1])
        for index, token in enumerate(line.tokens):
            before = _literal(line.tokens[index - 1 : index])
            after = _literal(line.tokens[index + 1 : index + 2])
            if isinstance(token, Tick):
                led = _named([token.path], [first]) if first.strip() else ""
                self._add(token.path, token.kind, place, led or place.row or heading, [], option=token.option)
            elif isinstance(token, Answer) and token.series is not None:
                self._series(token, place, place.row or _title(before) or heading)
            elif isinstance(token, Answer) and token.words is not None:
                options = [o for o in token.words.options if o]
                for option in options or [""]:
                    self._add(token.path, token.words.kind, place, place.row or _title(before), [], option=option)
            elif isinstance(token, Answer):
                leads = not place.row and all(isinstance(t, str) for t in line.tokens[:index])
                said = _title(before)
                own = said if _is_said(said) or said.isalnum() else _statement(after) if leads else ""
                label = own or place.row or heading
                where = place
                if own and own != _title(place.row):
                    where = replace(place, column=own) if place.row else replace(place, row=own)
                unit = ""
                kind = token.kind or TEXT
                if kind.has_unit:
                    suffix = _SUFFIX.match(after)
                    unit = token.unit or (suffix[1] if suffix else _unit(label) or _unit(place.row) or unit_above)
                words, is_required = [place.row, before, heading], not token.optional
                limit, longest = token.limit, token.longest
                self._add(
                    token.path, kind, where, label, words, unit=unit, required=is_required, limit=limit, longest=longest
                )

    def _series(self, token: Answer, place: Place, label: str) -> None:
        assert token.series is not None
        texts = (*token.series.texts, token.series.between)
        separators = tuple(t.strip() for t in (*texts[1:], texts[0]) if t.strip())[:1]
        kind = token.kind or TEXT
        self._add(token.path, kind, place, label, [], required=False, separators=separators)
        for column in token.series.columns if kind.has_records else ():
            self._add(f"{token.path}{EACH}.{column}", TEXT, place, column, [], separators=separators)

    def _add(
        self,
        path: str,
        kind: Kind,
        place: Place,
        label: str,
        words: list[str],
        *,
        option: str = "",
        rows: Rows | None = None,
        unit: str = "",
        required: bool = True,
        limit: int = 0,
        longest: int = 0,
        separators: tuple[str, ...] = (),
    ) -> None:
        known = self._found.get(path)
        if known is not None:
            if known.kind is not kind and not kind.is_unsaid:
                raise DocfillError(
                    f"模板中“{path}”的类型前后不一致：{known.kind} 与 {kind}",
                    f'in the template "{path}" is both {known.kind} and {kind}',
                    "bad-template",
                )
            if option and option not in known.options:
                self._found[path] = replace(known, options=(*known.options, option))
            return
        hint = tuple(self._skeleton.hints.get(path, ()))
        printed = next((int(m[1]) for w in (*words, *hint) for m in _LIMIT.finditer(w)), None)
        self._found[path] = Field(
            path,
            kind,
            (option,) if option else (),
            (),
            _title(label),
            unit,
            (limit or printed) if kind.is_prose else None,
            required,
            hint,
            tuple(rows.printed_texts) if rows else (),
            replace(place, row=_title(place.row)),
            rows.key if rows else "",
            rows.keys if rows else (),
            separators,
            longest=(longest or None) if kind.is_written else None,
        )


def _beside(cell: FormCell, row: FormRow, over: FormRow | None, below: FormRow | None) -> tuple[str, str]:
    """The words that name a cell, and those of the group of rows that it stands in; "" for either where there are none.

    Of several labels at its left that one names it which its answer is called after, else the nearest that is no
    figure; of none, what stands over it or behind it, where its answer is called so, or a title right over it.
    """
    merged_below = {c.column for c in below.cells if c.continues} if below else set()
    left = [c for c in row.cells if c.column < cell.column and not c.has_slots]
    words = [(c.top, c.continues or c.column in merged_below) for c in left]
    group = next((w for w, is_tall in words if is_tall and w), "")
    if beside := [w for w, _ in reversed(words) if w]:
        near = _named(cell.paths, beside) or next(filter(_is_said, beside), beside[0])
        return near, group or _owner(cell.paths, near, beside)
    behind = [c.top for c in row.cells if c.column > cell.column and not c.has_slots][:1]
    above = [] if over is None or over.is_header else [c.literal for c in over.cells if covers(c, cell)]
    title = above[0] if len(row.cells) == len(above) == 1 and _is_heading(above[0]) else ""
    return _named(cell.paths, [*above, *behind]) or title, group


def _named(paths: Iterable[str], words: Iterable[str]) -> str:
    """Of some words, the first after which one of some answers is called; "" where none is."""
    names = {_plainly(step) for path in paths for step in path.split(".")} - {""}
    return next((w for w in words if (said := _plainly(key(w))) and any(_begins(said, name) for name in names)), "")


def _owner(paths: Iterable[str], label: str, words: Iterable[str]) -> str:
    """Of some words, those whose label it is, where an answer is called after both: 法定代表人手机; "" for none."""
    said = _plainly(key(label))
    names = {_plainly(step).removesuffix(said) for path in paths for step in path.split(".") if said} - {""}
    return next((w for w in words if w != label and _plainly(key(w)) in names), "")


def _begins(said: str, name: str) -> bool:
    """Whether words are what something is called after, of which a long name says the beginning."""
    return said.startswith(name) if len(name) > 1 else said == name


def _plainly(name: str) -> str:
    """A name without what only makes it one: capitals, what joins its words, the number that tells it from others."""
    return name.replace("_", "").lower().rstrip("0123456789")


def _is_said(words: str) -> bool:
    """Whether there is a letter in some words."""
    return any(map(str.isalpha, words))


def _direct(units: Sequence[Unit]) -> list[str]:
    """The paths of the answers in some units, in whatever cells."""
    lines = [u for u in units if isinstance(u, Line)]
    cells = [cell for u in units if isinstance(u, FormRow) for cell in u.cells]
    inner = [path for cell in cells for path in _direct(cell.units)]
    return [path for line in lines for path in line.paths] + inner


def _literal(tokens: list[Token]) -> str:
    return "".join(t for t in tokens if isinstance(t, str))


def _title(words: str) -> str:
    """A label as a title: without numbering, bracketed notes and the final colon; lines joined by " / "."""
    lines = (label_of(NUMBERING.sub("", without_brackets(line))) for line in words.split("\n"))
    return " / ".join(line for line in lines if line)


def _statement(behind: str) -> str:
    """What stands behind a blank that leads its line, where it is more than a unit: a question that is answered in
    front of it, a statement that is signed there; "" for anything else.
    """
    said = behind.lstrip(_CLOSED).partition("\n")[0]
    is_one = NUMBERING.match(said) is not None or len(_WORD.findall(said)) >= _OF_A_STATEMENT
    return _title(said) if is_one else ""


def _is_heading(words: str) -> bool:
    """Whether words are a title: no sentence of instructions, nothing that says what is behind its colon, no day."""
    said = label_of(without_brackets(words))
    return 0 < len(said) <= _OF_A_HEADING and _NO_HEADING.search(said) is None


def _unit(label: str) -> str:
    for line in reversed(label.split("\n")):
        matched = _UNIT.search(line)
        if matched and not _NOT_A_UNIT.search(matched[1]):
            return matched[1]
    return ""


def _headers(cell: FormCell, above: list[FormRow]) -> list[FormCell]:
    """The column headers over a cell in some header rows, the widest first."""
    found: list[FormCell] = []
    for row in reversed(above):
        for c in row.cells:
            if covers(c, cell) and c.literal.strip() and c.span > (found[-1].span if found else 0):
                found.append(c)
    return found[::-1]


def describe(fields: list[Field]) -> str:
    """The field list as tab-separated lines: path, kind, options."""
    head = "path\tkind\toptions"
    return "\n".join([head, *(shown(f"{f.path}\t{f.kind.name}\t{' | '.join(f.options)}") for f in fields)]) + "\n"
