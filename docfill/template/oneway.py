"""All of docxtpl, one way: what cannot be run backwards is rendered by docxtpl, before docfill fills what it owns.

docxtpl gets the template with every tag of docfill's own replaced by a token that
means nothing to it, renders the rest (pictures, rich text, sub-documents, columns,
macros …) in a sandbox, and gives a template with docfill's tags only.  A part that
repeats or may be missing is docxtpl's as a whole if any tag in it is.  What docxtpl
wrote is never looked at for tags again: every brace in it is put away until
docfill's tags are filled, so no answer can be taken for one (law 6).

docxtpl and python-docx are imported here only, and only where such a template, or
a value of theirs, is met.  They open no package that has not passed docfill's door.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import filters as jinja_filters
from jinja2 import tests as jinja_tests
from jinja2.runtime import Macro

from docfill import late, limits
from docfill.problems import DocfillError
from docfill.template import language, sandbox, tree
from docfill.template.meaning import CALLER, ENDS, Derived, For, If, Set, Tag, Unread, Word
from docfill.template.tree import Foreign
from docfill.values import is_plain
from docfill.word.package import Package, Writer
from docfill.word.xml import W

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from lxml import etree

_PRIVATE = range(0xF0000, 0xFFFFE)
"""Characters that no text means anything by (Unicode's first private plane)."""
_MACRO = late.pattern(r"\{%-?(?:(?:p|tr|tc|r)\s)?\s*macro\s+(\w+)")
_TIME = late.pattern(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DATE = (1980, 1, 1, 0, 0, 0)
_LISTS = (
    *("first", "last", "sort", "reverse", "unique", "list", "sum", "min", "max", "map", "select", "reject", "abs"),
    *("selectattr", "rejectattr", "groupby", "items", "dictsort", "batch", "slice", "wordcount"),
)
"""Filters of Jinja that reach data only, and whose result grows no faster than what they are given."""
_TESTS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "even", "odd", "divisibleby", "equalto", "lessthan", "greaterthan")
"""Tests of Jinja that compare data, for `select` and the like."""


class OneWay:
    """A template of which a part is docxtpl's, made ready for one record.

    Args:
        package: the template.
        data: what docxtpl is given.
        trusted: the author's own Jinja environment, where the template and all that it calls is trusted.
        loose: paths whose values docfill does not take, and docxtpl does.
        unread: the tags that docfill does not run backwards where they stand.

    Raises:
        DocfillError: a tag needs what a sandbox has not, and there is something to show.
    """

    def __init__(
        self,
        package: Package,
        data: Mapping[str, Any],
        trusted: jinja2.Environment | None = None,
        loose: Collection[tuple[str, ...]] = (),
        unread: Collection[str] = (),
    ) -> None:
        for part in package.infos:
            if part.endswith((".xml", ".rels")):
                package.parsed(part)
        self._package, self._data, self._trusted, self._loose = package, data, trusted, loose
        self._unread = frozenset(unread)
        self._environment = _completed(trusted) if trusted else _sandbox()
        self._opening, self._closing, self._brace = _unused(package, data)
        self._tags: list[str] = []
        self.names: set[tuple[str, ...]] = set(loose)
        """The paths that docxtpl's tags name."""
        self._template = _template_in(data) or opened(package)
        self._template.init_docx()
        self._template.is_rendered = False  # or rendering would open the file anew
        self._parts = dict(_roots(self._template))
        for root in self._parts.values():
            self._put_away(root)

    def write(
        self, context: Mapping[str, Any], parts: Mapping[str, bytes], fill: Callable[[str, bytes], bytes]
    ) -> bytes:
        """The document.

        Args:
            context: what docxtpl is given, with every field present.
            parts: the parts of the template that hold docfill's tags.
            fill: what docfill makes of a part, by its name, that holds its own tags only.

        Raises:
            DocfillError: docxtpl cannot render the template, or not within what a sandbox allows.
        """
        try:
            self._template.render(dict(context), self._environment, autoescape=True)
        except Exception as error:  # whatever the author's expressions come to
            raise DocfillError(
                f"模板中由 docxtpl 填写的部分无法生成：{error}",
                f"docxtpl cannot render its part of the template: {error}",
                "bad-template",
            ) from None
        out = io.BytesIO()
        self._template.save(out)
        rendered = Package(_dated(out.getvalue(), self._package), self._package.name)
        theirs = {part: self._tagged(rendered.read(part)) for part in parts if part in self._parts}
        written = {part: self._shown(fill(part, content)) for part, content in theirs.items()}
        written |= {part: fill(part, source) for part, source in parts.items() if part not in theirs}
        return Writer(rendered, frozenset(written)).write(written)

    def _tagged(self, content: bytes) -> bytes:
        """What docxtpl made of a part, with docfill's tags in the place of tokens, and no other brace."""
        content = content.replace(b"{", self._brace.encode())
        for number, source in enumerate(self._tags):
            token = f"{self._opening}{number}{self._closing}"
            content = content.replace(token.encode(), escape(source, quote=False).encode())
        return content

    def _shown(self, content: bytes) -> bytes:
        return content.replace(self._brace.encode(), b"{")

    def _put_away(self, root: etree._Element) -> None:
        """Replaces docfill's own tags in a part by tokens, and takes out what a sandbox refuses."""
        found = [(texts, *place) for texts in _paragraphs(root) for place in language.tags_in(_shown(texts))]
        tags = [language.parse(source) for *_, source in found]
        for (texts, start, end, source), (tag, kind) in reversed(list(zip(found, self._kinds(tags), strict=True))):
            if kind == "own":
                _put(texts, start, end, f"{self._opening}{len(self._tags)}{self._closing}")
                self._tags.append(source)
                continue
            self.names.update(_paths(tag))
            if kind == "refused":
                _put(texts, start, end, "")

    def _kinds(self, tags: list[Tag]) -> Iterator[tuple[Tag, str]]:
        """Each tag with "own", "theirs" or "refused"."""
        set_here = {tag.node.name for tag in tags if isinstance(tag.node, Set)}
        macros = {m[1] for tag in tags if (m := _MACRO.match(tag.source))}
        macros |= {CALLER} if macros else set()
        for block in _blocks(tags):
            is_theirs = any(
                tag.source in self._unread or isinstance(tag.node, Set) or any(p[0] in set_here for p in _paths(tag))
                for tag in block
            )
            is_theirs = is_theirs or any(isinstance(node, Foreign) for node in tree.walk(tree.nest(block)))
            paths = {path for tag in block for path in _paths(tag)}
            is_theirs = is_theirs or any(path in self._loose or not is_plain(_at(self._data, path)) for path in paths)
            for tag in block:
                if isinstance(tag.node, Unread) and self._refuses(tag.node, macros):
                    if tag.node.end or any(_at(self._data, path) not in (None, "", []) for path in tag.node.paths):
                        raise _refused(tag.source)
                    yield tag, "refused"
                else:
                    yield tag, "theirs" if is_theirs else "own"

    def _refuses(self, node: Unread, macros: set[str]) -> bool:
        """Whether the sandbox has not what a tag needs."""
        if self._trusted is not None:
            return False
        known = {*self._environment.filters, *self._environment.tests}
        is_call = node.source.partition("(")[0].strip() in macros or node.end in ("endmacro", "endcall")
        return any(need not in known and not (need == "()" and is_call) for need in node.needs)


def opened(package: Package) -> DocxTemplate:
    """A template as docxtpl opens it."""
    from docxtpl import DocxTemplate

    return DocxTemplate(io.BytesIO(package.data))


# --- tags ---


def _blocks(tags: Iterable[Tag]) -> Iterator[list[Tag]]:
    """The tags in groups: each part that repeats or may be missing whole, and each other tag alone."""
    block: list[Tag] = []
    depth = 0
    for tag in tags:
        block.append(tag)
        node = tag.node
        depth += isinstance(node, For | If) or (isinstance(node, Unread) and bool(node.end))
        depth -= isinstance(node, Word) and node.name in ENDS
        if not depth:
            yield block
            block = []
    if block:
        yield block


def _paths(tag: Tag) -> Iterator[tuple[str, ...]]:
    """The paths that a tag names itself."""
    node: Any = tag.node
    for inner in (node, getattr(node, "condition", None), getattr(node, "node", None)):
        if isinstance(path := getattr(inner, "path", None), tuple):
            yield path
        yield from getattr(inner, "paths", ())
        if isinstance(inner, Derived):
            yield from language.expression(inner.source).paths


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _refused(source: str) -> DocfillError:
    return DocfillError(
        f"模板标签 {source} 调用程序或使用未知的过滤器，只有可信的模板才能填写：Form.load(…, environment=…)",
        f"the template tag {source} calls something or uses an unknown filter, which only a trusted template may: "
        "Form.load(…, environment=…)",
        "bad-template",
    )


# --- the sandbox ---


class _Sandbox(sandbox.Sandbox):
    """Docfill's sandbox, in which the template's own macros can be called."""

    def call(self, context: Any, called: Any, *arguments: Any, **named: Any) -> Any:
        if isinstance(called, Macro):
            return called(*arguments, **named)
        return super().call(context, called, *arguments, **named)


def _concatenated(pieces: Iterable[str]) -> str:
    bound, size, kept = limits.current().part, 0, []
    for piece in pieces:
        size += len(piece) + 1
        if size > bound:
            raise limits.exceeded("docxtpl", "模板生成的内容过大", "what the template renders is too large", "part")
        kept.append(piece)
    return "".join(kept)


def _completed(trusted: jinja2.Environment) -> jinja2.Environment:
    """The author's environment, with the filters and tests of docfill that it has not."""
    made = trusted.overlay()
    made.filters = {**sandbox.FILTERS, **trusted.filters}
    made.tests = {**sandbox.TESTS, **trusted.tests}
    return made


def _sandbox() -> jinja2.Environment:
    made = sandbox.environment(_Sandbox)
    made.filters |= {name: jinja_filters.FILTERS[name] for name in _LISTS}
    made.tests |= {name: jinja_tests.TESTS[name] for name in _TESTS}
    made.concat = _concatenated  # type: ignore[method-assign]
    return made


# --- docxtpl's document ---


def _template_in(value: Any) -> DocxTemplate | None:
    """The template that a picture or sub-document among the values was made for."""
    from docxtpl import DocxTemplate

    if isinstance(value, Mapping):
        return next((t for inner in value.values() if (t := _template_in(inner)) is not None), None)
    if isinstance(value, list | tuple):
        return next((t for inner in value if (t := _template_in(inner)) is not None), None)
    template = None if is_plain(value) else vars(value).get("tpl") if hasattr(value, "__dict__") else None
    return template if isinstance(template, DocxTemplate) else None


def _roots(template: DocxTemplate) -> Iterator[tuple[str, etree._Element]]:
    """The body, headers and footers by name of their part, as docxtpl will render them."""
    main = template.docx.part
    yield main.partname.lstrip("/"), main.element
    for relation in main.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            yield relation.target_part.partname.lstrip("/"), relation.target_part.element


def _paragraphs(root: etree._Element) -> Iterator[list[etree._Element]]:
    """The w:t of each paragraph, and of paragraphs that are one to docxtpl together."""
    before: list[etree._Element] = []
    for paragraph in root.iter(W + "p"):
        texts = [t for t in paragraph.iter(W + "t") if next(t.iterancestors(W + "p")) is paragraph]
        if before and language.goes_on(_shown(before), _shown(texts)):
            before += texts
            continue
        if before:
            yield before
        before = texts
    if before:
        yield before


def _shown(texts: list[etree._Element]) -> str:
    return "".join(t.text or "" for t in texts)


def _put(texts: list[etree._Element], start: int, end: int, shown: str) -> None:
    """Puts a text in the place of characters."""
    at = 0
    for text in texts:
        own = text.text or ""
        first, last = max(start - at, 0), min(end - at, len(own))
        if first < last:
            text.text = own[:first] + shown + own[last:]
            shown = ""
        at += len(own)


def _unused(package: Package, data: Any) -> tuple[str, str, str]:
    """Three characters that stand neither in the template nor in the data."""
    parts = "".join(package.read(p).decode("utf-8", "ignore") for p in package.infos if p.endswith(".xml"))
    used = set(parts) | set(repr(data)) | set(_texts(data))
    first, second, third = itertools.islice((c for c in map(chr, _PRIVATE) if c not in used), 3)
    return first, second, third


def _texts(data: Any) -> str:
    if isinstance(data, Mapping):
        return "".join(map(_texts, data.values()))
    if isinstance(data, list | tuple):
        return "".join(map(_texts, data))
    return data if isinstance(data, str) else ""


def _dated(data: bytes, template: Package) -> bytes:
    """The package without the time at which it was made, so that the same input gives the same bytes (law 7).

    python-docx adds properties with the present time to a package that has none.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            content = archive.read(name)
            if name not in template and name.startswith("docProps/"):
                content = _TIME.sub(b"1980-01-01T00:00:00Z", content)
            made.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- the record ---


def own(
    data: Mapping[str, Any],
    theirs: Collection[tuple[str, ...]],
    fields: Collection[tuple[str, ...]],
    loose: Collection[tuple[str, ...]] = (),
) -> dict[str, Any]:
    """A record without what is docxtpl's only: what is no data, and what its tags name and no field does.

    Args:
        data: the record as it was given.
        theirs: the paths that docxtpl's tags name.
        fields: the paths of the fields.
        loose: the paths of fields that are docxtpl's all the same.
    """

    def kept(node: Mapping[str, Any], before: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.items():
            path = (*before, str(key))
            is_field = any(field[: len(path)] == path for field in fields)
            if path in loose or not (is_field or path not in theirs):
                continue
            if isinstance(value, Mapping) and path not in fields:
                inner = kept(value, path)
                if inner or not value:
                    found[key] = inner
            elif is_plain(value):
                found[key] = value
        return found

    return kept(data, ())


def joined(record: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A record with every field, and over it the data as they were given."""
    made = dict(record)
    for key, value in data.items():
        both = isinstance(value, Mapping) and isinstance(made.get(key), Mapping)
        made[key] = joined(made[key], value) if both else value
    return made
