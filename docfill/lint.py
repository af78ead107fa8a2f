"""Lint: whether a template can be read back, told before it is sent out.

What cannot even be parsed is refused by `Form.load`, with the tag named.  Here
the form is tried: answers that no words keep apart, options unlike the text
beside them, and a trial in both directions with sample records, where every
field that reads back otherwise is shown with both readings.  The rules beside
the template are held against its fields.  `differences` compares the template's
blank with an official one (law 3), and `place_of` says where the tag stands
that a refusal names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path, PurePath
from typing import Any

from docfill import late, limits
from docfill.beside import rules_file
from docfill.check.rules import Answers, parse
from docfill.check.wording import letters
from docfill.data import value_at
from docfill.fields import Field, ticked
from docfill.form import Form, template_of
from docfill.problems import DocfillError, Place, Problem, say
from docfill.template import language, strays
from docfill.template.tree import Answer, Computed, Tick
from docfill.template.units import FormRow, Line, Lines, Rows, Unit, paths_of, walk
from docfill.text import equal_pairs, fold, key, says_the_same
from docfill.word.document import Block, Document, Paragraph, paragraphs_of
from docfill.word.package import File, Package, contents, named
from docfill.word.xml import W


def lint(form: Form) -> list[Problem]:
    """Everything in the form's template that its author should mend, in form order."""
    with limits.within_one(lambda: limits.Budget(form.called, len(form.template))):
        return _found(form)


def _found(form: Form) -> list[Problem]:
    fields = {f.path: f for f in form.fields}
    problems = [Problem(code, "", source) for code, source in form.skeleton.told]
    problems += [Problem("unread-tag", "", node.source) for node in form.skeleton.unread]
    problems += [Problem("half-typed-tag", "", typed, meant) for typed, meant in form.half_typed]
    problems += [Problem("unfilled-tag", "", stray.source, stray.part) for stray in form.unfilled]
    problems += _hyphenated(form)
    document = Document(form.template, form.name)
    problems += _foreign(document)
    template = document.blocks if problems else []
    problems = [replace(p, place=Place(section=_place_among(str(p.found), template, ""))) for p in problems]
    problems += _in_container(form.skeleton.units)
    if not form.half_typed and not form.unfilled:
        problems += _trial(form, {p.path for p in problems if p.severity == "error"})
    problems += _of_rules(form)
    problems = list({p.key: p for p in reversed(problems)}.values())[::-1]  # the first of those that say the same
    places = {path: f.place for path, f in fields.items()}
    return [Problem(p.code, p.path, p.found, p.expected, places.get(p.path, p.place)) for p in problems]


_HYPHENATED = late.pattern(r"[^\W\d]\w*(?:-[^\W\d]\w*)+")


def to_be_linted(source: File, name: str = "") -> Form:
    """The form of a template as it is, to be held against itself: nothing in it is tried yet.

    Raises:
        DocfillError: it cannot be read, has no tags, or one that means nothing, which is then named with its place.
    """
    source = template_of(source)
    package = Package(*contents(source, name or None))
    try:
        with limits.within_one(lambda: limits.Budget(package.name, package.weight)):
            form = Form(package, PurePath(package.name).stem, Path(named(source)) if named(source) else None)
    except DocfillError as error:
        place = place_of(error, Document(package.data, package.name))
        if not place:
            raise
        zh, en = f"{package.name}：{place}：{error.zh}", f"{package.name}: {place}: {error.en}"
        raise DocfillError(zh, en, error.code) from None
    if not form.is_tagged and not form.half_typed and not form.unfilled:
        raise DocfillError(
            f"{package.name} 里没有标签；可先用 docfill tag 生成模板",
            f"{package.name} has no tags; docfill tag makes a template of it",
            "bad-template",
        )
    return form


def lint_template(template: File, name: str = "", *, official: File | Document | None = None) -> list[Problem]:
    """Everything in a template that its author should mend; [] where it reads back.

    Args:
        template: a bundled name, a path, the bytes of the template, or an open file.
        name: how messages call it.
        official: the official blank form, which the template's own blank is compared with.

    Raises:
        DocfillError: as `to_be_linted`.
    """
    form = to_be_linted(template, name)
    against = official if isinstance(official, Document | None) else Document(official)
    return lint(form) + (differences(form, against) if against is not None else [])


def _hyphenated(form: Form) -> Iterator[Problem]:
    """Names with a hyphen, which read as subtractions of fields that the form has nowhere else."""
    known = {f.path for f in form.fields if f.is_readable}
    for computed in form.skeleton.computed:
        if _HYPHENATED.fullmatch(computed.source) and not known.issuperset(computed.paths):
            yield Problem("hyphen-in-name", "", computed.source, f"{{{{ {computed.source.replace('-', '_')} }}}}")


def _foreign(document: Document) -> Iterator[Problem]:
    """What other systems would fill in, each once: placeholders among the words, and fields of Word's mail merge."""
    beside = (b for kind in ("header", "footer") for b in document.related(kind))
    shown = (p.text for blocks in (document.blocks, *beside) for p in paragraphs_of(blocks))
    typed = dict(pair for text in shown for pair in strays.foreign(text))
    for codes in (document.root.iter(W + "instrText"), document.root.iter(W + "fldSimple")):
        for element in codes:
            code = (element.text or element.get(W + "instr") or "").split()
            if code[:1] == ["MERGEFIELD"] and len(code) > 1:
                typed.setdefault(" ".join(code[:2]), f"{{{{ {code[1]} }}}}")
    for found, meant in typed.items():
        yield Problem("foreign-placeholder", "", found, meant)


def differences(form: Form, official: Document) -> list[Problem]:
    """Where the template's blank says something else than the official blank form, in form order."""
    own = _shown(Document(form.blank(), form.name).blocks)
    asked = _shown(official.blocks)
    shown = [text for text, _ in asked], [text for text, _ in own]
    with official.budget():
        limits.spend(equal_pairs(*shown) // 8)
    matcher = SequenceMatcher(None, *shown, autojunk=False)
    problems = []
    for step, a, b, c, d in matcher.get_opcodes():
        if step != "equal":
            expected, found = ("\n".join(text.strip() for text, _ in part) for part in (asked[a:b], own[c:d]))
            near = (own[c:d] or own[c - 1 : c] or [("", None)])[0][1]
            problems.append(Problem("blank-differs", "", found, expected, Place(xml=official.where(near))))
    return problems


def _shown(blocks: list[Block]) -> list[tuple[str, Any]]:
    """Each paragraph that shows something, with its element."""
    return [(p.text, p.element) for p in paragraphs_of(blocks) if p.text.strip()]


def place_of(error: DocfillError, document: Document) -> str:
    """Where the tag stands that a refusal of the template names, in the user's words; "" if it names none."""
    return _place_among(error.zh, document.blocks, "")


def _place_among(message: str, blocks: list[Block], around: str) -> str:
    tables = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            tags = list(language.tags_in(block.text))
            if any(source[2:-2].strip() in message for _, _, source in tags):
                ends = [0, *(end for _, end, _ in tags)]
                starts = [*(start for start, _, _ in tags), None]
                words = "".join(block.text[e:s] for e, s in zip(ends, starts, strict=True)).strip()[:20]
                return around or say(f"段落“{words}”", f'paragraph "{words}"')
            continue
        tables += 1
        for number, row in enumerate(block.rows, 1):
            label = next((c.text.strip() for c in row.cells if c.text.strip() and "{" not in c.text), "")
            where = say(f"第 {tables} 个表格第 {number} 行", f"table {tables}, row {number}")
            where += say(f"“{label}”", f' "{label}"') if label else ""
            for cell in row.cells:
                if place := _place_among(message, cell.blocks, where):
                    return place
    return ""


def _in_container(units: list[Unit]) -> Iterator[Problem]:
    """The faults of a container's lines, and of those in its cells."""
    open_path = ""
    for unit in units:
        if isinstance(unit, FormRow):
            for cell in unit.cells:
                yield from _in_container(cell.units)
        if isinstance(unit, Rows):
            yield from _in_container(unit.body)
        if isinstance(unit, Line):
            yield from _in_line(unit)
        path = _owned_path(unit)
        if path and open_path:
            yield Problem("no-words-between", path, open_path)
        if path or not isinstance(unit, Line) or unit.literal.strip():
            open_path = path


def _owned_path(unit: Unit) -> str:
    """The path of an answer that takes whatever stands in its place, or ""."""
    if isinstance(unit, Lines):
        return unit.path
    if isinstance(unit, Line) and not unit.literal.strip() and len(unit.slots) == 1 and not _is_drawn(unit.slots[0]):
        return unit.slots[0].path
    return ""


def _is_drawn(slot: Any) -> bool:
    """Whether an answer can be told by its own look, as one with a blank of 年 月 日."""
    return isinstance(slot, Answer) and slot.kind is not None and bool(slot.kind.blank)


def _in_line(line: Line) -> Iterator[Problem]:
    tokens = [t for t in line.tokens if not isinstance(t, str) or fold(t)]
    for index, token in enumerate(tokens):
        if isinstance(token, Computed):
            yield Problem("derived", "", token.source)
        elif isinstance(token, Tick) and len(tokens) > 1:  # one alone in a cell is named by its row or column
            if any(isinstance(t, Tick) and t.path == token.path for t in _around(tokens, index)):
                continue  # a row of boxes whose options stand in a line above
            before, after = (t if isinstance(t, str) else "" for t in _around(tokens, index))
            if not any(_begins_with(words, token.option) for words in (after, before)):
                yield Problem("option-differs", token.path, (after or before).strip(), token.option)
    for token, following in pairwise(tokens):
        if isinstance(token, Answer | Computed) and isinstance(following, Answer) and not _is_told(token, following):
            yield Problem("no-words-between", following.path, _name(token))


def _is_told(*slots: Answer | Computed) -> bool:
    """Whether one of two neighbours is a text of the form's own, which is always there."""
    words = [slot.words for slot in slots if isinstance(slot, Answer) and slot.words is not None]
    return any("" not in (t.strip() for t in w.texts) for w in words)


def _around(tokens: list[Any], index: int) -> tuple[Any, Any]:
    return (tokens[index - 1] if index else ""), (tokens[index + 1] if index + 1 < len(tokens) else "")


def _begins_with(words: str, option: str) -> bool:
    """Whether a text beside a box is the option, perhaps with a note or a colon."""
    return says_the_same(words, option) or key(words).startswith(key(option)) or key(words).endswith(key(option))


def _name(token: Answer | Computed) -> str:
    return token.path if isinstance(token, Answer) else token.source


def _trial(form: Form, told: set[str]) -> Iterator[Problem]:
    """Fields not yet told of that read back otherwise than they were filled, exactly and by meaning."""
    otherwise = {path for s in form.skeleton.sections if s.is_otherwise for path in paths_of(s.units)}
    for turn in range(3):
        # What is printed only without an answer is tried while there is none.
        turns = {f.path: (1 if turn == 0 else 0) if f.path in otherwise else turn for f in form.fields}
        values = {f.path: value for f in form.fields if (value := _sample(f, turns[f.path])) is not None}
        record = form.records.nested(ticked(form.fields, values))
        try:
            document = form.fill(record)
        except DocfillError:  # what docxtpl cannot render is told by its tags already
            return
        for by_meaning in (False, True):
            result = form.extract(document, by_meaning=by_meaning)
            for f in form.fields:
                read, given = value_at(result.data, f.steps), value_at(record, f.steps)
                if f.path not in told and f.is_readable and read != given:
                    told.add(f.path)
                    yield Problem("reads-back-otherwise", f.path, read, given)
            for problem in result.problems:
                if problem.severity != "note" and problem.code != "not-read" and problem.path not in told:
                    told.add(problem.path)
                    yield problem


def _of_rules(form: Form) -> Iterator[Problem]:
    """What is wrong with the rules of the form."""
    found = rules_file(form)
    if found is None:
        return
    book, faults = parse(found[0], form.fields)
    yield from faults
    words = letters("".join(unit.literal for unit, _, _ in walk(form.skeleton.units) if isinstance(unit, Line)))
    for exact in book.exact:
        if letters(exact) not in words:
            yield Problem("rule-unknown-words", "", exact)
    for turn in range(1, 3):
        record = {f.path: _sample(f, turn) for f in form.fields}
        for rule, reason in book.failing(Answers(form.fields, record, {})):
            yield Problem("rule-expression", "", rule, reason)


def _sample(f: Field, turn: int) -> Any:
    """A value of the field's kind: none at first, then one and another."""
    return f.kind.sample(f, turn) if f.is_readable else None
