"""Harmless changes to a document: other bytes, the same page.

Each is what Word or another program does when somebody opens a form and saves
it, and each makes the reader align the document instead of undoing the pattern.
"""

from __future__ import annotations

import copy
import io
import itertools
import zipfile
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MAIN = "word/document.xml"

Element = etree._Element


def parts_of(document: bytes) -> dict[str, bytes]:
    """The members of a package by name, in order."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package_of(parts: Mapping[str, bytes]) -> bytes:
    """The package of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(document: bytes, change: Callable[[Element], None], part: str = MAIN) -> bytes:
    """The document after `change` to the root of one part."""
    parts = parts_of(document)
    root = etree.fromstring(parts[part])
    change(root)
    return package_of({**parts, part: etree.tostring(root, encoding="UTF-8", standalone=True)})


def declared_otherwise(root: Element) -> None:
    """Another XML declaration: what lxml writes."""


def with_revision_ids(root: Element) -> None:
    """Every paragraph knows its editing session, as after a save in Word."""
    for paragraph in root.iter(W + "p"):
        paragraph.set(W + "rsidR", "00A77B3E")


def with_split_runs(root: Element) -> None:
    """Every text is cut in two runs with a spelling mark between."""
    for text in list(root.iter(W + "t")):
        run, shown = text.getparent(), text.text or ""
        if run is None or run.tag != W + "r" or len(shown) < 2:
            continue
        second = copy.deepcopy(run)
        kept = [child for child in second if child.tag == W + "rPr"]
        rest = list(run)[list(run).index(text) + 1 :]
        for child in list(second):
            if child not in kept:
                second.remove(child)
        tail = etree.SubElement(second, W + "t")
        text.text, tail.text = shown[: len(shown) // 2], shown[len(shown) // 2 :]
        for part in (text, tail):
            part.set(SPACE, "preserve")
        second.extend(rest)
        run.addnext(second)
        run.addnext(etree.Element(W + "proofErr", {W + "type": "spellStart"}))


def with_merged_runs(root: Element) -> None:
    """Neighbouring runs become one, as when somebody clears the format of the whole text."""
    for run in list(root.iter(W + "r")):
        before = run.getprevious()
        if before is not None and before.tag == W + "r" and before.getparent() is not None:
            for narrow in before.findall(f"{W}rPr/{W}w"):
                narrow.getparent().remove(narrow)  # a space drawn as narrow as a hair would make the words so
            before.extend([child for child in run if child.tag != W + "rPr"])
            run.getparent().remove(run)


def with_bookmarks(root: Element) -> None:
    """A bookmark begins and ends in every paragraph."""
    for number, paragraph in enumerate(root.iter(W + "p")):
        at = 1 if len(paragraph) and paragraph[0].tag == W + "pPr" else 0
        paragraph.insert(at, etree.Element(W + "bookmarkEnd", {W + "id": str(number)}))
        paragraph.insert(at, etree.Element(W + "bookmarkStart", {W + "id": str(number), W + "name": f"b{number}"}))


def with_content_controls(root: Element) -> None:
    """Every cell's content stands in a content control."""
    for tc in root.iter(W + "tc"):
        if tc.find(W + "sdt") is not None:
            continue
        control = etree.Element(W + "sdt")
        content = etree.SubElement(control, W + "sdtContent")
        content.extend([child for child in tc if child.tag != W + "tcPr"])
        tc.append(control)


def with_tracked_insertions(root: Element) -> None:
    """Every run was inserted with tracking on."""
    numbers: Iterator[int] = itertools.count(1)
    for run in list(root.iter(W + "r")):
        parent = run.getparent()
        inserted = etree.Element(W + "ins", {W + "id": str(next(numbers)), W + "author": "审核"})
        parent.replace(run, inserted)
        inserted.append(run)


HARMLESS = (
    declared_otherwise,
    with_revision_ids,
    with_split_runs,
    with_merged_runs,
    with_bookmarks,
    with_content_controls,
    with_tracked_insertions,
)
