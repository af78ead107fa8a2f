"""A form: one template, compiled once, run in both directions.

form = Form.load("shanghai")          # or a path, the bytes of a template, an open file
document = form.fill(data)            # bytes of a .docx
result = form.extract("returned.docx")
assert form.extract(form.fill(data)).data == data
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docfill import late, limits
from docfill.data import Records
from docfill.exact import Exact
from docfill.extract import Result, result_of, unread_in
from docfill.fields import Field, fields_of, schema_of
from docfill.notebook import as_html
from docfill.problems import DocfillError, InvalidData, Problem, listed, say
from docfill.read.assignment import Assignment
from docfill.read.kept import day_of
from docfill.read.returned import ByMeaning
from docfill.template import language, strays, tree
from docfill.template.skeleton import Skeleton
from docfill.template.stories import stories_of
from docfill.template.units import Line
from docfill.text import without_brackets
from docfill.values import is_plain
from docfill.word import media, office, stores
from docfill.word.document import Document
from docfill.word.mark import Mark, mark_in, mark_of, marked
from docfill.word.package import File, Package, Writer, contents, named

if TYPE_CHECKING:
    import docx.document
    import jinja2
    from docxtpl import DocxTemplate

    from docfill.check import Checked
    from docfill.put import Corrected, Track

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
        stories = stories_of(package)
        self.skeleton: Skeleton = stories.skeletons[0]
        """The body as a person reads it, with slots: what documents are aligned with."""
        self._one_way = frozenset(node.source for skeleton in stories.skeletons for node in skeleton.unread)
        self.half_typed, self._unseen = stories.half_typed, stories.unseen
        """What was meant for a tag and is none, and what to write instead."""
        self.is_tagged: bool = stories.has_tags
        """Whether it has any tags, if only such as ask for nothing."""
        self.fields: list[Field] = fields_of(stories.skeletons, stories.aside)
        """Every field, in form order."""
        self.hints: Mapping[str, Sequence[str]] = {
            path: hint for s in stories.skeletons for path, hint in s.hints.items()
        }
        """The lines that the blank form prints at a place, by path."""
        self.records = Records(self.fields)
        """Checks and shapes records."""
        self._drawn = frozenset(_drawn_fields(self.fields, ""))
        self._by_meaning = ByMeaning(stories, package, self.fields, self._drawn, self._opened_blank)
        self.exact = Exact(
            name, package, stories, self.fields, self.records, _compute, self._by_meaning.read, self._does_more
        )
        """The documents that `fill` makes, in both directions."""

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
        _ = self.exact.patterns
        return self

    @cached_property
    def unfilled(self) -> list[strays.Stray]:
        """The tags that stand where nothing is filled in, or where nobody would see it."""
        return [*self._unseen, *strays.unfilled(self._package, self.exact.stories, self.exact.properties)]

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

    @property
    def called(self) -> str:
        """How messages call its file."""
        return self._package.name

    @cached_property
    def title(self) -> str:
        """The form's own heading; or else the title among its properties (ECMA-376 part 2, clause 11), or its name."""
        if heading := _heading_of(self.skeleton):
            return heading
        for part in self._package.related("", "core-properties"):
            return self._package.parsed(part).findtext("{*}title") or self.name
        return self.name

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of a record."""
        return schema_of(self.title, self.fields)

    @cached_property
    def environment(self) -> jinja2.Environment:
        """The Jinja environment with which stock docxtpl renders this template."""
        from docfill.template import sandbox

        return self._trusted or sandbox.environment()

    def docxtpl(self) -> DocxTemplate:
        """The template as docxtpl opens it: with it pictures and sub-documents are made that are given as values."""
        from docfill.template import oneway

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
        if self._one_way or not is_plain(data):
            return self._filled_with_docxtpl(data)
        try:
            values = self.records.flatten(data)
        except InvalidData as refused:
            if loose := self._loose(refused.problems):
                return self._filled_with_docxtpl(data, loose)
            raise
        parts = self.exact.write(values)
        if self._kept:
            parts = stores.in_step(self._package, self._package.main, parts, lambda s: s.key in self._kept, day_of)
        if not (shown := list(media.pictures_of(values)) if self._drawn else []):
            return self.exact.document(parts) if not self._kept else self._rewritten(parts)
        parts = media.with_media(self._package, parts, shown)
        return self._rewritten(parts)

    def refusals(self, data: Mapping[str, Any]) -> list[Problem]:
        """Why `fill` refuses a record, everything at once, without making its document; nothing where it takes it.

        Args:
            data: a record, as `fill` takes it.

        Raises:
            DocfillError: as `fill`, but for a record that is refused.
        """
        if self._one_way or not is_plain(data):
            try:
                self.fill(data)
            except InvalidData as refused:
                return refused.problems
            return []
        found = self.records.refusals(data)
        return [] if found and self._loose(found) else found

    def _does_more(self) -> bool:
        """Whether `fill` does more than to write values into the tagged parts."""
        return bool(self._one_way or self._kept or self._drawn or self.half_typed or self.unfilled)

    def _rewritten(self, parts: Mapping[str, bytes]) -> bytes:
        """The template with other parts than the tagged ones replaced, too."""
        return Writer(self._package, frozenset(parts)).write(parts)

    @cached_property
    def _kept(self) -> frozenset[str]:
        """What Word keeps beside what tags show: the keys of the stores that are written with them."""
        source = self.exact.stories[self._package.main]
        if not stores.MAY_KEEP.search(source):
            return frozenset()
        root = self._package.parse(source, self._package.main)
        there = stores.stores_of(self._package, self._package.main, root)
        return frozenset(s.key for s in there if (s.is_box and not s.is_state) or "{{" in s.text or "{%" in s.text)

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
        nodes = [node for pattern in self.exact.patterns.values() for node in tree.walk(pattern.nodes)]
        return not any(
            (isinstance(node, tree.Answer) and (node.kind or node.width))
            or (isinstance(node, tree.Loop) and (node.key or node.group or node.over == "lines"))
            for node in nodes
        )

    def _filled_with_docxtpl(self, data: Mapping[str, Any], loose: Collection[tuple[str, ...]] = ()) -> bytes:
        from docfill.template import oneway  # brings in Jinja

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
            return self.exact.pattern(part, source).write(values, record)

        return both.write(oneway.joined(record, data), self.exact.sources, fill)

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
        return fillable_of(self.fields, self._by_meaning.read(document), document, password)

    def context(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """`data` checked and with every field present, as stock docxtpl needs it.

        Raises:
            InvalidData: as `fill`.
        """
        return self.records.nested(self.records.flatten(data))

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
            result = exact if exact is not None else self._result(document, self._by_meaning.read(document))
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
        return result_of(self.name, document, found, self.fields, self.records, _compute, self._unread)

    @cached_property
    def _unread(self) -> list[str]:
        """The paths of the fields that cannot be read."""
        return [*unread_in(self.fields)]

    def _exactly(self, document: Document, mark: Mark | None) -> Result | None:
        """The reading of a document that fill made and nobody touched since; None of any other."""
        if not self.exact.shows_all:
            return None
        pictures = media.pictures_in(document.package) if self._drawn else {}
        filler = self.marked() if mark == self._mark else self
        is_more = bool(pictures or self._kept)
        values = filler.exact.undone_in(document.package, may_have_more=is_more)
        try:
            values = media.resolved(values, pictures) if self._drawn else values
        except KeyError:
            return None
        result = self.exact.result(document, values) if values is not None else None
        if result is None or not is_more:
            return result
        return result if filler.fill(result.data) == document.package.data else None

    def _opened_blank(self) -> Document | None:
        """The blank form; None where a tag would stand in it."""
        return None if self.half_typed or self.unfilled else Document(self.blank(), self.name)


def _compute(expression: str, context: Any) -> str:
    value = language.expression(expression)(context or {})
    return "" if value is None else str(value)


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


def _unfillable(typed: list[str], unfilled: list[strays.Stray]) -> DocfillError:
    """Why nothing is filled in: what would be lost, or stand in every document as it is typed."""
    shown = [*typed, *(stray.source for stray in unfilled)]
    more = "…" * (len(shown) > 5)
    named = listed(shown[:5])
    return DocfillError(
        f"模板里有 {len(shown)} 处标签不会被填写：{named}{more}；请先用 docfill lint 检查并修改",
        f"{len(shown)} tags of the template would not be filled in: {named.en}{more}; see docfill lint",
        "bad-template",
    )
