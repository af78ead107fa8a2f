"""Notes: comments, footnotes and endnotes, which speak about the form and are shown at its foot."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from docfill.problems import DocfillError
from docfill.view.strands import Beside, Strand
from docfill.view.words import both
from docfill.word.document import Element
from docfill.word.package import Package
from docfill.word.xml import W

_KINDS = {"comment": "comments", "footnote": "footnotes", "endnote": "endnotes"}
_TITLES = {"comment": ("批注", "Comments"), "footnote": ("脚注", "Footnotes"), "endnote": ("尾注", "Endnotes")}

_SIGNS = {"comment": ("批", "c"), "footnote": ("注", "n"), "endnote": ("尾", "e")}


@dataclass(frozen=True, slots=True)
class Note:
    """A comment or note: whose it is, and what it says."""

    author: str
    date: str
    text: str


class Notes:
    """The notes of a document; those that are referred to are numbered in the order in which they are met."""

    def __init__(self, package: Package, main: str) -> None:
        self._notes: dict[str, dict[str, Note]] = {kind: {} for kind in _KINDS}
        self._met: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for kind, relation in _KINDS.items():
            for part in package.related(main, relation)[:1]:
                try:
                    root = package.parsed(part)
                except DocfillError:
                    continue
                for element in root.iterfind(W + kind):
                    if element.get(W + "type", "normal") == "normal":
                        self._notes[kind][element.get(W + "id", "")] = _note(element)

    def reference(self, strand: Strand) -> str:
        """The mark of a comment or note at its place."""
        kind, _, name = ("comment", "", strand.text) if strand.beside is Beside.COMMENT else strand.text.partition(" ")
        note = self._notes[kind].get(name)
        if note is None:
            return ""
        self._met[kind].append(name)
        number = f"{both(*_SIGNS[kind])}{len(self._met[kind])}"
        words = escape(f"{both(*_TITLES[kind])} {note.author} {note.date}: {note.text}"[:1000])
        return f'<sup class="note {kind}" data-beside="{kind}" title="{words}">{number}</sup>'

    def foot(self) -> str:
        """The notes that were referred to, in full."""
        parts = []
        for kind, met in self._met.items():
            if not met:
                continue
            rows = "".join(f"<li>{_words(self._notes[kind][name])}</li>" for name in met)
            parts.append(
                f'<aside class="notes" data-beside="notes"><b>{both(*_TITLES[kind])}</b><ol>{rows}</ol></aside>'
            )
        return "".join(parts)


def _note(element: Element) -> Note:
    lines = ("".join(t.text or "" for t in p.iter(W + "t")) for p in element.iter(W + "p"))
    return Note(element.get(W + "author", "")[:80], element.get(W + "date", "")[:10], "\n".join(lines).strip())


def _words(note: Note) -> str:
    who = " ".join(p for p in (note.author, note.date) if p)
    return (f"<b>{escape(who)}</b> " if who else "") + escape(note.text)
