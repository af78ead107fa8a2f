"""A form: one template, compiled once, run in both directions.

form = Form.load("shanghai")          # or a path, the bytes of a template, an open file
document = form.fill(data)            # bytes of a .docx
result = form.extract("returned.docx")
assert form.extract(form.fill(data)).data == data
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from lxml import etree

from docfill import late, limits
from docfill.data import Records
from docfill.extract import Result, result_by_pattern, result_of
from docfill.fields import Field, fields_of, schema_of
from docfill.notebook import as_html
from docfill.pictures import is_empty
from docfill.problems import DocfillError, InvalidData, Problem, Said, listed, say
from docfill.read import anchored, controls, variants
from docfill.read.assignment import Assignment, Pictured, Stray
from docfill.read.kept import day_of, hold_against
from docfill.read.reader import Reader
from docfill.read.shape import lines_of, units_of
from docfill.read.sight import CALLED, Sight
from docfill.template import language, oneway, rendering, strays, tree
from docfill.template.pattern import Pattern, Raw, opens_like
from docfill.template.skeleton import Skeleton, skeleton_of
from docfill.template.units import Line
from docfill.text import fold, gist, without_brackets
from docfill.word import media, office, stores, xml
from docfill.word.document import Block, Document, Paragraph, blocks_of, paragraphs_of
from docfill.word.looks import formats_of
from docfill.word.mark import Mark, mark_in, mark_of, marked
from docfill.word.package import File, Package, Writer, contents, named
from docfill.word.part import utf8

if TYPE_CHECKING:
    import docx.document
    from docxtpl import DocxTemplate

    from docfill.check import Checked
    from docfill.put import Corrected, Track

MARGINS = ("header", "footer")
"""The kinds of part that repeat on every page and may hold fields, too."""
NOTES = ("footnotes", "endnotes", "comments")
"""The kinds of part that speak about the form, and are read only where the template has fields in them."""
PROPERTIES = ("core-properties", "extended-properties", "custom-properties")
"""The kinds of part that are not on the page: their tags are filled in, and read only in what fill made."""

_TEMPLATES = ("templates", "../templates")


def bundled() -> dict[str, Path]:
    """The forms that ship with docfill, by name."""
    for folder in _TEMPLATES:
        path = Path(str(resources.files("docfill"))) / folder
        if path.is_dir():
            return {p.stem: p.resolve() for p in sorted(path.glob("*.docx")) if not p.name.startswith("~$")}
    return {}


def template_of(form: File) -> File:
    """The template of a bundled form where `form` is its name, else what was given.

    Raises:
        DocfillError: it can only be a name, and no bundled form has it.
    """
    if not isinstance(form, str | os.PathLike):
        return form
    known, path = bundled(), Path(form)
    if str(path) not in known and not path.suffix and not path.exists():
        names = listed(known)
        raise DocfillError(
            f"没有名为“{path}”的表单；随附的有：{names}；也可给出模板文件的路径",
            f'there is no form "{path}"; bundled are {names.en}; a path to a template works too',
            "no-such-form",
        )
    return known.get(str(path), form)


class Form:
    """A form, read from its template.

    Args:
        package: the template.
        name: what the form is called in results.
        path: the template's file, beside which its rules are.
        is_proposed: whether its tags were proposed by docfill, which every result then says.
        trusted: the Jinja environment of a template that is trusted with it; see `load`.
        rules: its rules (.toml), instead of those beside the template.

    Raises:
        DocfillError: the template is no Word file, or cannot be read back.
    """

    def __init__(
        self,
        package: Package,
        name: str,
        path: Path | None = None,
        *,
        is_proposed: bool = False,
        trusted: jinja2.Environment | None = None,
        rules: bytes | None = None,
    ) -> None:
        self.name, self.path, self.is_proposed, self.rules = name, path, is_proposed, rules
        self._package, self._trusted = package, trusted
        main = package.main
        kinds = {p: kind for kind in (*MARGINS, *NOTES) for p in package.related(main, kind)}
        sources = {p: utf8(package.read(p), p, without_mark=True) for p in (main, *kinds)}
        formats = formats_of(package, main)
        blocks = {p: blocks_of(strays.shown_tags(xml.parse(sources[p], p)), formats) for p in sources}
        texts = {p: _texts_in(b) for p, b in blocks.items()}
        tagged = [p for p in sources if p == main or _has_tags(texts[p])]
        self._aside = {fold(text) for paragraph in paragraphs_of(blocks[main]) for text, _ in paragraph.aside}
        self._sight = Sight(paragraphs_of(blocks[main]), lambda: self._printed)
        skeletons = {p: skeleton_of(blocks[p]) for p in tagged}
        self.skeleton: Skeleton = skeletons[main]
        """The body as a person reads it, with slots: what documents are aligned with."""
        self._one_way = frozenset(node.source for skeleton in skeletons.values() for node in skeleton.unread)
        self._reader = Reader(self.skeleton)
        self._margins = [(kinds[p], Reader(s)) for p, s in skeletons.items() if p != main]
        untagged = [blocks[p] for p in sources if p not in tagged and kinds.get(p) != "comments"]
        self._margin_words = {line.folded for margin in untagged for line in lines_of(units_of(margin))}
        self.half_typed = [x for shown in texts.values() for text in shown for x in strays.half_typed(text)]
        """What was meant for a tag and is none, and what to write instead."""
        self._stories = {p: sources[p] for p in tagged}
        self._properties = _tagged_properties(package)
        self._writer = Writer(package, frozenset({*tagged, *self._properties}))
        aside = [skeleton_of(_texts_of(xml.parse(data, p))) for p, data in self._properties.items()]
        self.is_tagged: bool = any(map(_has_tags, texts.values())) or bool(aside)
        """Whether it has any tags, if only such as ask for nothing."""
        self.fields: list[Field] = fields_of(list(skeletons.values()), aside)
        """Every field, in form order."""
        self.hints: Mapping[str, Sequence[str]] = {
            path: hint for s in skeletons.values() for path, hint in s.hints.items()
        }
        """The lines that the blank form prints at a place, by path."""
        self.records = Records(self.fields)
        """Checks and shapes records."""

    @classmethod
    def load(
        cls,
        form: File,
        environment: jinja2.Environment | None = None,
        *,
        name: str = "",
        rules: File | None = None,
    ) -> Form:
        """The form with a bundled name, or the one of a template.

        A blank form without tags is tagged in memory (see `docfill.tag`); what is
        read with it carries the warning `form-proposed`.  The same template is compiled
        once: whoever loads it again gets the same form, which nobody changes.

        Args:
            form: a bundled name; or a template or blank form, its path, its bytes, or an open file. What is
                no .docx is converted by LibreOffice.
            name: what the form is called in results; by default its bundled name, or that of its file without
                the suffix, or "form" for bytes.
            rules: its rules (.toml), instead of those beside the template.
            environment: a Jinja environment of your own, with your filters, for a template that you
                trust as you trust your own code: what docfill does not fill in itself is rendered
                with it and no sandbox. Such a form stays in its process.

        Raises:
            DocfillError: there is no such form, or its template is unusable.
        """
        found = template_of(form)
        is_bundled = found is not form
        data, called = contents(found)
        # Of a bundled one the writing side waits until it is needed: that its tags are well placed is known.
        make: Callable[..., Form] = _loaded if environment is None else _made
        return make(
            cls,
            data,
            called,
            name or Path(named(form)).stem or "form",
            Path(found) if isinstance(found, str | os.PathLike) else None,
            None if rules is None else _rules_from(rules),
            not is_bundled,
            environment,
            limits.current(),
        )

    def __repr__(self) -> str:
        return f"<Form {self.name!r}: {self.title}, {len(self.fields)} {say('项', 'fields')}>"

    def _repr_html_(self) -> str:
        """The form in a notebook: its title and fields."""
        headers = (say("项", "field"), say("类型", "kind"), say("单位", "unit"), say("选项", "options"))
        rows = ((f.path, f.kind.name, f.unit, " | ".join(f.options)) for f in self.fields)
        return as_html(f"{self.title} ({self.name})", headers, list(rows))

    def compiled(self) -> Form:
        """The form with its writing side prepared, which otherwise waits for the first document to fill.

        Raises:
            DocfillError: a tag stands where it cannot be undone.
        """
        _ = self._patterns
        return self

    @cached_property
    def _patterns(self) -> dict[str, Pattern]:
        """The tagged parts as static bytes and slots."""
        stories = {p: Pattern(source, self._compute) for p, source in self._stories.items()}
        return stories | {p: Pattern(s, self._compute, is_plain=True) for p, s in self._properties.items()}

    @cached_property
    def unfilled(self) -> list[strays.Stray]:
        """The tags that stand where nothing is filled in."""
        return list(strays.unfilled(self._package, self._stories, self._properties))

    def __reduce__(self) -> tuple[Any, ...]:
        if self._trusted is not None:
            raise DocfillError(
                "带有 environment 的表单不能送到别的进程，请用 jobs=1",
                "a form with an environment of its own stays in its process; use jobs=1",
                "bad-argument",
            )
        return _compiled, (self._package.data, self._package.name, self.name, self.path, self.is_proposed, self.rules)

    @property
    def template(self) -> bytes:
        """The template's file."""
        return self._package.data

    @cached_property
    def fingerprint(self) -> str:
        """Names what the template holds: another template, or another version of it, has another one."""
        return hashlib.sha256(self._package.data).hexdigest()

    @cached_property
    def _mark(self) -> Mark:
        return mark_of(self._package) or Mark(self.name, self.fingerprint)

    def marked(self) -> Form:
        """The form whose documents say which form and template they are of, where nobody looks."""
        if mark_of(self._package) is not None:
            return self
        return self._with_mark

    @cached_property
    def _with_mark(self) -> Form:
        package = Package(marked(self._package, self._mark), self._package.name)
        return Form(
            package, self.name, self.path, is_proposed=self.is_proposed, trusted=self._trusted, rules=self.rules
        )

    @cached_property
    def title(self) -> str:
        """The form's own heading; or else the title among its properties (ECMA-376 part 2, clause 11), or its name."""
        if heading := _heading_of(self.skeleton):
            return heading
        for part in self._package.related("", "core-properties"):
            return xml.parse(self._package.read(part), part).findtext("{*}title") or self.name
        return self.name

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of a record."""
        return schema_of(self.title, self.fields)

    @cached_property
    def environment(self) -> jinja2.Environment:
        """The Jinja environment with which stock docxtpl renders this template."""
        return self._trusted or rendering.environment()

    def docxtpl(self) -> DocxTemplate:
        """The template as docxtpl opens it: with it pictures and sub-documents are made that are given as values."""
        return oneway.opened(self._package)

    # --- data to document ---

    def fill(self, data: Mapping[str, Any], *, into: File | Document | None = None) -> bytes:
        """The .docx of the form with `data` in its places.

        What docfill does not run backwards is rendered by docxtpl first; see `template.oneway`.

        Args:
            data: a record in the shape of the contract; what is missing stays blank. Values may be
                docxtpl's own: rich text, pictures, sub-documents.
            into: anybody's document of the form to write into, as the official blank with its own fonts and
                widths, instead of the template; see `put`.

        Raises:
            InvalidData: the form's schema refuses the record, or `into` has no certain place for a value; every
                problem is listed.
            DocfillError: a tag of the template would stand in the document as it is typed.
        """
        if into is not None:
            return self.put(into, data)
        if self.half_typed or self.unfilled:
            raise _unfillable([typed for typed, _ in self.half_typed], self.unfilled)
        if self._one_way or not oneway.is_plain(data):
            return self._filled_with_docxtpl(data)
        try:
            values = self.records.flatten(data)
        except InvalidData as refused:
            if loose := self._loose(refused.problems):
                return self._filled_with_docxtpl(data, loose)
            raise
        parts = self._written(values)
        if self._kept:
            parts = stores.in_step(self._package, self._package.main, parts, lambda s: s.key in self._kept, day_of)
        if not (shown := list(media.pictures_of(values)) if self._is_drawn else []):
            return self._writer.write(parts) if not self._kept else self._rewritten(parts)
        parts = media.with_media(self._package, parts, shown)
        return self._rewritten(parts)

    def _written(self, values: Mapping[str, Any]) -> dict[str, bytes]:
        """The tagged parts with values in their places."""
        is_derived = any(pattern.has_computed for pattern in self._patterns.values())
        context = self.records.nested(values) if is_derived else None
        return {p: pattern.write(values, context) for p, pattern in self._patterns.items()}

    @cached_property
    def refilling(self) -> Refilling:
        """What `fill` writes for some values, held against a document without making another one."""
        return Refilling(self)

    def _rewritten(self, parts: Mapping[str, bytes]) -> bytes:
        """The template with other parts than the tagged ones replaced, too."""
        return Writer(self._package, frozenset(parts)).write(parts)

    @cached_property
    def _kept(self) -> frozenset[str]:
        """What Word keeps beside what tags show: the keys of the stores that are written with them."""
        source = self._stories[self._package.main]
        if not stores.MAY_KEEP.search(source):
            return frozenset()
        root = xml.parse(source, self._package.main)
        there = stores.stores_of(self._package, self._package.main, root)
        return frozenset(s.key for s in there if "{{" in s.shown or "{%" in s.shown)

    def _loose(self, problems: Sequence[Problem]) -> set[tuple[str, ...]]:
        """The fields whose values docxtpl takes and docfill does not; none where the record is to be refused.

        A template that is trusted takes whatever it is given; one that has nothing of docfill's takes
        anything for a text, which it is read back as, and texts with blanks around them and empty lines.
        """
        steps = {f.path: f.steps for f in self.fields}
        known = [(problem, problem.path.partition("[")[0]) for problem in problems]
        is_taken = self._trusted is not None or (
            self._is_stock and all(p.code in _SHOWN_ALL_THE_SAME for p in problems)
        )
        return {steps[root] for _, root in known} if is_taken and all(root in steps for _, root in known) else set()

    @cached_property
    def _is_stock(self) -> bool:
        """Whether no tag says what kind of value it is, or draws a blank: an author who knows docxtpl only."""
        nodes = [node for pattern in self._patterns.values() for node in tree.walk(pattern.nodes)]
        return not any(
            (isinstance(node, tree.Answer) and (node.kind or node.width))
            or (isinstance(node, tree.Loop) and (node.key or node.group or node.over == "lines"))
            for node in nodes
        )

    def _filled_with_docxtpl(self, data: Mapping[str, Any], loose: Collection[tuple[str, ...]] = ()) -> bytes:
        both = oneway.OneWay(self._package, data, self._trusted, loose, self._one_way)
        readable = {f.steps for f in self.fields if f.is_readable}
        asked = {k: v for k, v in data.items() if self._trusted is None or not callable(v)}  # what a template calls
        try:
            values = self.records.flatten(oneway.own(asked, both.names, readable, loose))
        except InvalidData as refused:
            if (found := self._loose(refused.problems)) and not found <= set(loose):
                return self._filled_with_docxtpl(data, found.union(loose))
            raise
        record = self.records.nested(values)

        def fill(part: str, source: bytes) -> bytes:
            return Pattern(source, self._compute, is_plain=part in self._properties).write(values, record)

        return both.write(oneway.joined(record, data), self._stories | self._properties, fill)

    def document(self, data: Mapping[str, Any]) -> docx.document.Document:
        """What `fill` makes, as a document of python-docx, to be changed further."""
        import docx  # only who asks for it needs it

        return docx.Document(io.BytesIO(self.fill(data)))

    def entry_sheet(self, records: Iterable[Mapping[str, Any]] = ()) -> bytes:
        """A workbook (.xlsx) to enter records of the form into, with those of `records` in it already."""
        from docfill.tables.entry import make_entry_sheet

        return make_entry_sheet(self, records)

    def blank(self, *, fillable: bool = False, password: str = "") -> bytes:
        """The official blank form, as a .docx.

        Args:
            fillable: with a control at each place, and all else protected; see docs/fillable.md.
            password: what lifts the protection; anybody can lift it where it is "".

        Raises:
            DocfillError: a place is drawn in a way that no control fits, or the settings cannot be written; or there
                is a password, and nothing that it protects.
        """
        if password and not fillable:
            raise DocfillError("密码要与可填写的表一起用", "a password goes with a fillable form", "bad-argument")
        made = self.fill({})
        if not fillable:
            return made
        from docfill.put.fillable import fillable as fillable_of  # only who asks for it needs it

        document = Document(made, self.name)
        return fillable_of(self.fields, self._aligned(document), document, password)

    def context(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """`data` checked and with every field present, as stock docxtpl needs it.

        Raises:
            InvalidData: as `fill`.
        """
        return self.records.nested(self.records.flatten(data))

    def _compute(self, expression: str, context: Any) -> str:
        value = language.expression(expression)(context or {})
        return "" if value is None else str(value)

    # --- document to data ---

    def extract(self, source: File | Document, name: str = "", *, by_meaning: bool = False) -> Result:
        """What a returned form says.

        Args:
            source: a path, the bytes of the file, an open file, or an opened document.
            name: how the result and messages call the file; its path if not given.
            by_meaning: read even a document that fill made as if somebody else had laid it out.

        Raises:
            DocfillError: the file cannot be read at all; the message says why and what next.
        """
        document = source if isinstance(source, Document) else Document(source, name)
        with document.budget():
            mark = mark_of(document.package)
            exact = None if by_meaning else self._exactly(document, mark)
            result = exact if exact is not None else self._result(document, self._aligned(document))
        if self.is_proposed:
            result.problems.insert(0, Problem("form-proposed", found=self.name))
        if mark is None and exact is None:
            mark = mark_in(document.root)
        if mark is not None and not mark.is_of(self._mark):
            result.problems.insert(0, Problem("marked-otherwise", found=mark.form, expected=self.name))
        return result

    def check(self, source: File | Document, name: str = "") -> Checked:
        """What is to be said about a returned document; see `docfill.check_document`.

        Raises:
            DocfillError: the file cannot be read, or the form's rules cannot be used.
        """
        from docfill.check import check  # it stands on forms, and so does the next

        return check(self, source, name)

    # --- data into a document ---

    def put(
        self,
        document: File | Document,
        changes: Mapping[str, Any],
        *,
        rewrite: Collection[str] = (),
        track: Track | None = None,
    ) -> bytes:
        """A document of the form that says what `changes` say, and else what it said; see docs/putting.md.

        Args:
            document: any document of the form, whoever made it: a path, bytes, an open file, or an opened document.
            changes: a part of a record: null takes an answer out, a field that is not there is left alone, and
                a value that the document says already changes nothing.
            rewrite: the paths of fields to be written as docfill writes them, though their value stays.
            track: by whom and when, where the changes are to be tracked ones that Word shows.

        Raises:
            InvalidData: a value is refused by the form's schema, has no certain place, or could not be written so
                that it reads back; every reason is listed, and nothing is written.
            DocfillError: the document cannot be read at all.
        """
        return self.corrected(document, changes, rewrite=rewrite, track=track).document

    def corrected(
        self,
        document: File | Document,
        changes: Mapping[str, Any],
        *,
        rewrite: Collection[str] = (),
        track: Track | None = None,
    ) -> Corrected:
        """As `put`, with what was changed: each field's old value, its new one, and its place.

        Raises:
            InvalidData: as `put`.
            DocfillError: as `put`.
        """
        from docfill.put import corrected  # only who corrects needs it

        opened = document if isinstance(document, Document) else Document(document)
        with opened.budget():
            return corrected(self, opened, changes, rewrite, track)

    def _result(self, document: Document, found: Assignment) -> Result:
        return result_of(self.name, document, found, self.fields, self.records, self._compute)

    def _exactly(self, document: Document, mark: Mark | None) -> Result | None:
        """The reading of a document that fill made and nobody touched since; None of any other."""
        if not self._shows_all:
            return None
        pictures = media.pictures_in(document.package) if self._is_drawn else {}
        filler = self.marked() if mark == self._mark else self
        is_more = bool(pictures or self._kept)
        if not is_more and not filler._writer.could_write(document.package):
            return None
        tagged = filler._stories | filler._properties
        parts = {part: document.package.read(part) for part in tagged if part in document.package}
        if not all(part in parts and opens_like(source, parts[part]) for part, source in tagged.items()):
            return None
        values = filler._undone(parts)
        if values is None:
            return None
        try:
            values = media.resolved(values, pictures) if self._is_drawn else values
        except KeyError:
            return None
        aligned = functools.partial(self._aligned, document)
        result = result_by_pattern(self.name, document, values, self.fields, self.records, aligned)
        if result is None:
            return None
        try:
            self.records.flatten(result.data)
        except InvalidData:
            return None
        return result if not is_more or filler.fill(result.data) == document.package.data else None

    @cached_property
    def _shows_all(self) -> bool:
        """Whether every field is shown as it is, those of repeated records too, so that nothing is to be worked out."""
        return all(f.is_readable and all(c.is_readable for c in f.fields) for f in self.fields)

    def _undone(self, parts: Mapping[str, bytes]) -> Raw | None:
        """What stands in the places of the tagged parts, where `fill` wrote them; None where it did not."""
        values: Raw = {}
        for part, pattern in self._patterns.items():
            found = pattern.read(parts[part])
            if found is None or any(values[k] != found[k] for k in values.keys() & found.keys()):
                return None
            values |= found
        return values

    def _aligned(self, document: Document) -> Assignment:
        """What any document of the form has at each place, matched on meaning."""
        found = self._reader.read(document.blocks)
        paragraphs = document.paragraphs
        if anchored.has_drawn(paragraphs):
            self._look(found, document)
        controls.hold_against(found, document.root, paragraphs, self._controls)
        self._sight.look_over(found, paragraphs, lambda: document.remarks)
        if (variant := variants.written_otherwise(paragraphs, variants.words_of(self.skeleton.units))) is not None:
            found.doubt("written-otherwise", "", *variant)
        hold_against(found, stores.stores_of(document.package, document.main, document.root))
        for code, members in (("macros", document.package.macros), ("embedded-file", document.package.embedded)):
            if strange := [member for member in members if member not in self._package]:
                found.doubt(code, found=", ".join(strange))
        found.leftovers += [
            Stray(t.strip(), (), aside=e)
            for paragraph in paragraphs
            if paragraph.aside
            for t, e in paragraph.aside
            if t.strip() and fold(t) not in self._aside
        ]
        for path, held in found.places.items() if document.recomputed else ():
            element = held.text.element if held.text is not None else None
            around = (element, *element.iterancestors()) if element is not None else ()
            if held.text is not None and not document.recomputed.isdisjoint(around):
                found.doubt("recomputed", path, held.text.text.strip())
        for kind in (*MARGINS, *NOTES):
            readers = [reader for k, reader in self._margins if k == kind]
            if kind == "comments" and not readers:
                continue  # they speak about the form, and are on no page
            parts = document.related(kind)
            for reader in readers:
                found.add(reader.read_best(parts))
            if readers:
                continue
            for line in (x for blocks in parts for x in lines_of(units_of(blocks))):
                if line.folded not in self._margin_words and not gist(line.text).isdigit() and gist(line.text):
                    found.leftovers.append(Stray(line.text.strip(), line.spans()))
        return found

    def _look(self, found: Assignment, document: Document) -> None:
        """Tells of what is drawn where nothing is answered, and not on the blank form."""
        for at in anchored.new_ones(anchored.drawn_at(found, document.blocks), self._printed_drawings):
            if at.everywhere in self._is_drawn:
                self._see(found, document, at)
                continue
            if not at.held.is_answered and not any(p.code == "look-here" and p.path == at.path for p in found.problems):
                found.doubt("look-here", at.path, None, Said(*CALLED[at.drawn.kind]))

    def _see(self, found: Assignment, document: Document, at: anchored.At) -> None:
        """Takes what is drawn at the place of a picture as its value."""
        try:
            for picture in media.shown_by(document, at.drawn.element):
                pictured = Pictured(picture, at.drawn.element)
                if is_empty(picture):
                    at.held.rooms = [*at.held.rooms, pictured]
                else:
                    at.held.pictures = [*at.held.pictures, pictured]
        except DocfillError as error:
            found.doubt("bad-picture", at.path, None, Said(error.zh, error.en))

    @cached_property
    def _controls(self) -> Mapping[str, controls.Place]:
        """What the controls of a fillable blank are called, and what each is for."""
        return controls.names_of(self.fields)

    @cached_property
    def _is_drawn(self) -> frozenset[str]:
        """The paths of the fields that are pictures, those in repeated records too."""
        return frozenset(_drawn_fields(self.fields, ""))

    @cached_property
    def _printed(self) -> tuple[list[Block], Assignment]:
        """The blank form as it is read: what looks odd or is drawn there says nothing of answers."""
        if self.half_typed or self.unfilled:
            return [], Assignment()
        blocks = Document(self.blank(), self.name).blocks
        return blocks, self._reader.read(blocks)

    @cached_property
    def _printed_drawings(self) -> list[anchored.At]:
        """What the blank form itself draws at its places."""
        blocks, found = self._printed
        return anchored.drawn_at(found, blocks)


class Refilling:
    """What a form's `fill` writes for values, part by part."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def parts_for(self, values: Mapping[str, Any]) -> dict[str, bytes] | None:
        """The parts that `fill` writes for values by path; None where it does more than to write into parts."""
        form = self._form
        is_more = form._one_way or form._kept or form._is_drawn or form.half_typed or form.unfilled
        return None if is_more else form._written(values)

    def made_of(self, parts: Mapping[str, bytes], like: Package) -> bytes | None:
        """The document of some parts; None where it can't be `like`, told without making it or unpacking anything."""
        there = {part: like.infos[part] for part in parts if part in like}
        alike = (part in there and zlib.crc32(data) == there[part].CRC for part, data in parts.items())
        return self._form._writer.write(parts) if all(alike) and self._form._writer.could_write(like) else None

    def record_in(self, parts: Mapping[str, bytes], document: Document) -> dict[str, Any] | None:
        """The record that parts say which `fill` wrote for a document; None where they can't be undone for certain."""
        form = self._form
        raw = form._undone(parts) if form._shows_all else None
        aligned = functools.partial(form._aligned, document)
        said = None
        if raw is not None:
            said = result_by_pattern(form.name, document, raw, form.fields, form.records, aligned)
        return None if said is None else said.data


def _drawn_fields(fields: Sequence[Field], before: str) -> Iterator[str]:
    for f in fields:
        if f.kind.is_drawn:
            yield before + f.path
        yield from _drawn_fields(f.fields, f"{before}{f.path}{tree.EACH}.")


_SHOWN_ALL_THE_SAME = frozenset({"wrong-type", "blank-ends", "empty-line"})
"""What docxtpl shows though it cannot be read back as it was."""


@lru_cache(maxsize=32)
def _compiled(data: bytes, called: str, name: str, path: Path | None, is_proposed: bool, rules: bytes | None) -> Form:
    """The form of a pickle: sent to a process as its template, and compiled there once."""
    return Form(Package(data, called), name, path, is_proposed=is_proposed, rules=rules)


def _made(
    cls: Any,
    data: bytes,
    called: str,
    name: str,
    path: Path | None,
    rules: bytes | None,
    is_compiled: bool,
    environment: jinja2.Environment | None,
    bound: limits.Limits,
) -> Form:
    """A form from the bytes of its template, or of a blank form; read within `bound`, the limits that hold."""
    package = office.opened(data, called)
    with limits.Budget(called, package.weight):
        loaded: Form = cls(package, name, path, trusted=environment, rules=rules)
        if not loaded.is_tagged and not loaded.half_typed:
            from docfill.tag.proposal import propose  # only a blank without tags needs it

            proposal = propose(Document(package.data, called))
            loaded = cls(Package.open(proposal.template, called), name, path, is_proposed=True, rules=rules)
        return loaded.compiled() if is_compiled else loaded


KEPT = 32
"""So many forms are kept compiled."""
_loaded = lru_cache(maxsize=KEPT)(_made)


def _rules_from(rules: File) -> bytes:
    data, called = contents(rules, named(rules) or "rules.toml")
    if len(data) > limits.current().rules:
        raise limits.exceeded(called, "文件过大", "the file is too large", "rules")
    return data


_TITLES = late.pattern(
    r"(?:[表书单卡册函证]|问卷|报告|\b(?:form|questionnaire|application|registration|sheet|report))$", re.I
)


def _heading_of(skeleton: Skeleton) -> str:
    """The first line that says what the form is, before anything is asked; "" where none does."""
    for unit in skeleton.units[:12]:
        if not isinstance(unit, Line) or unit.slots:
            return ""
        shown = " ".join(unit.literal.split())
        if len(shown) <= 60 and _TITLES.search(without_brackets(shown).strip(" .。")):
            return "".join(shown.split()) if not shown.isascii() else shown
    return ""


def _tagged_properties(package: Package) -> dict[str, bytes]:
    """The properties parts that hold tags."""
    parts = [p for kind in PROPERTIES for p in package.related("", kind)]
    sources = {p: utf8(package.read(p), p, without_mark=True) for p in parts}
    return {p: s for p, s in sources.items() if any(True for _ in language.tags_in(s.decode(errors="replace")))}


def _texts_of(root: etree._Element) -> list[Block]:
    """The texts of a part that is no WordprocessingML, a paragraph each."""
    return [Paragraph(e, e.text) for e in root.iter(etree.Element) if e.text and not len(e)]


def _unfillable(typed: list[str], unfilled: list[strays.Stray]) -> DocfillError:
    """Why nothing is filled in: what would stand in every document as it is typed."""
    shown = [*typed, *(stray.source for stray in unfilled)]
    more = "…" * (len(shown) > 5)
    named = listed(shown[:5])
    return DocfillError(
        f"模板里有 {len(shown)} 处标签不会被填写，会原样留在文件里：{named}{more}；请先用 docfill lint 检查并修改",
        f"{len(shown)} tags of the template would stay in the document as they are typed: {named.en}{more}; "
        "see docfill lint",
        "bad-template",
    )


def _texts_in(blocks: list[Block]) -> list[str]:
    """The texts of paragraphs that may hold tags or pieces of them; paragraphs that a tag joins are one."""
    texts: list[str] = []
    for paragraph in paragraphs_of(blocks):
        if texts and language.goes_on(texts[-1], paragraph.text):
            texts[-1] += paragraph.text
        elif any(c in paragraph.text for c in "{}｛｝"):
            texts.append(paragraph.text)
    return texts


def _has_tags(texts: list[str]) -> bool:
    return any(True for text in texts for _ in language.tags_in(text))
