"""A form's documents as `fill` makes them: values ↔ the tagged parts ↔ bytes, each the inverse of the other.

`write` and `undone` rest on the patterns of the parts (laws 1 to 3): what was not written by
`write` is not undone.  The values of a document that was undone are its only reading;
who needs the places of the answers, too, has them matched by meaning.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from docfill.data import Records
from docfill.extract import Result, record_by_pattern, result_by_pattern
from docfill.fields import Field
from docfill.problems import InvalidData
from docfill.read.assignment import Assignment
from docfill.template.pattern import Pattern, Raw, opens_like
from docfill.template.stories import Stories
from docfill.word.document import Document
from docfill.word.package import Package, Writer


class Exact:
    """The documents of one form.

    Attributes:
        stories: the bytes of the tagged parts with a text, by name.
        properties: those of the tagged properties.

    Args:
        name: the form's name, which results have.
        package: the template.
        stories: its parts.
        fields: the form's fields.
        records: what checks and shapes its records.
        compute: works out an expression from a record.
        aligned: matches a document by meaning, for the places of its answers.
        does_more: tells whether `fill` does more than to write values into the tagged parts.
    """

    def __init__(
        self,
        name: str,
        package: Package,
        stories: Stories,
        fields: list[Field],
        records: Records,
        compute: Callable[[str, Any], str],
        aligned: Callable[[Document], Assignment],
        does_more: Callable[[], bool],
    ) -> None:
        self._name, self._fields, self._records = name, fields, records
        self.stories, self.properties = stories.tagged, stories.properties
        self._compute, self._aligned, self._does_more = compute, aligned, does_more
        self._writer = Writer(package, frozenset(self.sources))

    @property
    def sources(self) -> dict[str, bytes]:
        """The tagged parts of the template, by name."""
        return {**self.stories, **self.properties}

    @cached_property
    def patterns(self) -> dict[str, Pattern]:
        """The tagged parts as static bytes and slots."""
        return {part: self.pattern(part, source) for part, source in self.sources.items()}

    def pattern(self, part: str, source: bytes) -> Pattern:
        """A tagged part as static bytes and slots, with `source` for its bytes."""
        return Pattern(source, self._compute, is_plain=part in self.properties)

    # --- values to bytes ---

    def write(self, values: Mapping[str, Any]) -> dict[str, bytes]:
        """The tagged parts with values in their places."""
        is_derived = any(pattern.has_computed for pattern in self.patterns.values())
        context = self._records.nested(values) if is_derived else None
        return {p: pattern.write(values, context) for p, pattern in self.patterns.items()}

    def parts_for(self, values: Mapping[str, Any]) -> dict[str, bytes] | None:
        """As `write`, where that is all that `fill` does; else None."""
        return None if self._does_more() else self.write(values)

    def document(self, parts: Mapping[str, bytes]) -> bytes:
        """The template with its tagged parts replaced."""
        return self._writer.write(parts)

    def made_of(self, parts: Mapping[str, bytes], like: Package) -> bytes | None:
        """The document of some parts; None where it can't be `like`, told without making it or unpacking anything."""
        there = {part: like.infos[part] for part in parts if part in like}
        alike = (part in there and zlib.crc32(data) == there[part].CRC for part, data in parts.items())
        return self.document(parts) if all(alike) and self._writer.could_write(like) else None

    # --- bytes to values ---

    @cached_property
    def shows_all(self) -> bool:
        """Whether every field is shown as it is, those of repeated records too, so that nothing is to be worked out."""
        return all(f.is_readable and all(c.is_readable for c in f.fields) for f in self._fields)

    def undone(self, parts: Mapping[str, bytes]) -> Raw | None:
        """What stands in the places of the tagged parts, where `write` wrote them; None where it did not."""
        values: Raw = {}
        for part, pattern in self.patterns.items():
            found = pattern.read(parts[part])
            if found is None or any(values[k] != found[k] for k in values.keys() & found.keys()):
                return None
            values |= found
        return values

    def undone_in(self, package: Package, *, may_have_more: bool) -> Raw | None:
        """As `undone`, of a package; one that only `document` can have made, unless it `may_have_more`."""
        if package.uncarried or (not may_have_more and not self._writer.could_write(package)):
            return None
        parts = {part: package.read(part) for part in self.sources if part in package}
        if not all(part in parts and opens_like(source, parts[part]) for part, source in self.sources.items()):
            return None
        return self.undone(parts)

    def result(self, document: Document, values: Raw) -> Result | None:
        """What was undone of a document as its result; None where it is no record that `write` takes."""
        aligned = functools.partial(self._aligned, document)
        result = result_by_pattern(self._name, document, values, self._fields, self._records, aligned)
        try:
            if result is not None:
                result.in_document.written = self._records.flatten(result.data)
        except InvalidData:
            return None
        return result

    def record_in(self, parts: Mapping[str, bytes]) -> dict[str, Any] | None:
        """The record that parts say which `write` wrote; None where they can't be undone for certain."""
        values = self.undone(parts) if self.shows_all else None
        return None if values is None else record_by_pattern(values, self._fields, self._records)
