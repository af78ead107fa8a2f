"""Any document of a form, read by meaning: what stands at each place of its body, margins and notes.

The words are one reader's for each part that asks for something; what the page shows besides words, what named controls
and stores say, and what the form does not print itself is held against them.  Whatever is nobody's is a leftover.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

from docfill.fields import Field
from docfill.pictures import is_empty
from docfill.problems import DocfillError, Said
from docfill.read import anchored, controls, variants
from docfill.read.assignment import Assignment, Pictured, Stray
from docfill.read.contacts import Contacts
from docfill.read.converted import doubt_uncarried
from docfill.read.dated import Days
from docfill.read.elsewhere import Elsewhere
from docfill.read.guided import Guidance
from docfill.read.kept import doubt_copies, doubt_echoes, doubt_renewed, hold_against
from docfill.read.overlaid import CALLED
from docfill.read.prompts import is_prompt
from docfill.read.reader import Reader
from docfill.read.shape import lines_of, units_of
from docfill.read.sight import Sight
from docfill.template.stories import MARGINS, NOTES, Stories
from docfill.text import fold, gist
from docfill.word import echoes, media, stores
from docfill.word.document import Block, Document, Element, Paragraph, paragraphs_of
from docfill.word.looks import Formats
from docfill.word.package import Package
from docfill.word.xml import W

_SILENT, _MARGIN = 16, 65_536
"""So many headers, footers and notes of so many bytes are known again: those of a batch are mostly alike."""


class ByMeaning:
    """Reads documents of one form.

    Args:
        stories: the template's parts.
        package: the template, whose own macros and embedded files are no surprise.
        fields: the form's fields.
        drawn: the paths of those that are pictures.
        blank: gives the blank form; None where it has none.
    """

    def __init__(
        self,
        stories: Stories,
        package: Package,
        fields: Sequence[Field],
        drawn: Collection[str],
        blank: Callable[[], Document | None],
    ) -> None:
        self._package, self._fields, self._drawn, self._blank = package, fields, drawn, blank
        body, *margins = stories.all.values()
        paragraphs = [*paragraphs_of(body.blocks)]
        assert body.skeleton is not None
        self._elsewhere = Elsewhere(fields, body.skeleton.units)
        self._contacts, self._days, self._guidance = Contacts(fields), Days(fields), Guidance(body.skeleton.units)
        self._aside = {fold(text) for paragraph in paragraphs for text, _ in paragraph.aside}
        self._sight = Sight(paragraphs, lambda: self._printed)
        self._skeleton, self._reader = body.skeleton, Reader(body.skeleton)
        self._margins = [(story.kind, Reader(story.skeleton)) for story in margins if story.skeleton is not None]
        printed = [story.blocks for story in margins if story.skeleton is None and story.kind != "comments"]
        self._silent: WeakKeyDictionary[Formats, set[bytes]] = WeakKeyDictionary()
        """The headers, footers and notes that say nothing but the form's words, by the styles that they have."""
        self._margin_words = {line.folded for blocks in printed for line in lines_of(units_of(blocks))}

    def read(self, document: Document) -> Assignment:
        """What a document has at each place."""
        found = self._reader.read(document.blocks)
        paragraphs = document.paragraphs
        marked = [p for p in paragraphs if p.anchored or p.aside or p.box is not None]
        if anchored.has_drawn(marked):
            self._look(found, document)
        if document.has_any(controls.IN):
            controls.hold_against(found, document.root, paragraphs, self._controls)
        self._sight.look_over(found, marked, lambda: document.remarks, document.may_list)
        self._sight.chosen.look_at_words(found, paragraphs)
        if self._aside:
            self._doubt_own_prompts(found)
        if (variant := variants.written_otherwise(paragraphs, variants.words_of(self._skeleton.units))) is not None:
            found.doubt("written-otherwise", "", *variant)
        if document.has_any(stores.SHOWN_BY):
            hold_against(found, stores.stores_of(document.package, document.main, document.root))
        self._look_inside(found, document.package)
        if strays := self._beside(marked):
            found.leftovers += strays
            _doubt_prompts(found, strays)
        if boxes := {paragraph.box: None for paragraph in marked if paragraph.box is not None}:
            anchored.doubt_beside_boxes(found, paragraphs)
            doubt_copies(found, boxes)
        doubt_renewed(found, document.recomputed, document.emptied)
        if document.has_any(echoes.IN):
            doubt_echoes(found, echoes.echoes_in(document.root))
        doubt_uncarried(found, paragraphs, document.package.uncarried)
        self._elsewhere.doubt(found)
        self._contacts.doubt(found)
        self._days.doubt(found)
        self._guidance.doubt(found)
        self._read_margins(found, document)
        return found

    def _doubt_own_prompts(self, found: Assignment) -> None:
        """Doubts answers that say what the form itself prompts there, in a control that a program made text of."""
        for path, held in found.everywhere():
            for text in held.texts:
                said = fold(text.text)
                if said in self._aside and said in self._prompts.get(anchored.everywhere(path), ()):
                    found.doubt("placeholder", path, text.text.strip())

    @cached_property
    def _prompts(self) -> Mapping[str, Collection[str]]:
        """What stands aside at each place of the blank form, folded."""
        return {
            anchored.everywhere(path): {fold(t) for x in held.texts for s in x.spans for t, _ in s.paragraph.aside}
            for path, held in self._printed[1].everywhere()
        }

    def _look_inside(self, found: Assignment, package: Package) -> None:
        """Tells of macros and embedded files that the template has not."""
        for code, members in (("macros", package.macros), ("embedded-file", package.embedded)):
            if strange := [member for member in members if member not in self._package]:
                found.doubt(code, found=", ".join(strange))

    def _beside(self, paragraphs: Sequence[Paragraph]) -> list[Stray]:
        """What stands beside the words of paragraphs, as of a phonetic guide, and not in the form."""
        return [
            Stray(t.strip(), (), aside=e)
            for paragraph in paragraphs
            if paragraph.aside
            for t, e in paragraph.aside
            if t.strip() and fold(t) not in self._aside
        ]

    def _read_margins(self, found: Assignment, document: Document) -> None:
        """Adds what stands in headers, footers and notes."""
        for kind in (*MARGINS, *NOTES):
            readers = [reader for k, reader in self._margins if k == kind]
            if kind == "comments" and not readers:
                continue  # they speak about the form, and are on no page
            parts = document.related(kind) if readers else []
            for reader in readers:
                found.add(reader.read_best(parts))
            for part in document.parts(kind) if not readers else ():
                found.leftovers += self._strays_in(document, part)

    def _strays_in(self, document: Document, part: str) -> list[Stray]:
        """What a part beside the body says that is not the form's; of one that has nothing, it is found out once."""
        is_small = part in document.package and document.package.infos[part].file_size <= _MARGIN
        said = document.package.shared(part) if is_small else None
        silent = self._silent.setdefault(document.formats, set())
        if said in silent:
            return []
        lines = lines_of(units_of(document.blocks_in(part)))
        told = (x for x in lines if x.folded not in self._margin_words and gist(x.text) and not gist(x.text).isdigit())
        strays = [Stray(line.text.strip(), line.spans()) for line in told]
        if said is not None and not strays and len(silent) < _SILENT:
            silent.add(said)
        return strays

    def _look(self, found: Assignment, document: Document) -> None:
        """Tells of what is drawn where nothing is answered, and not on the blank form."""
        for at in anchored.new_ones(anchored.drawn_at(found, document.blocks), self._printed_drawings):
            if at.everywhere in self._drawn:
                _see(found, document, at)
                continue
            if not at.held.is_answered and not any(p.code == "look-here" and p.path == at.path for p in found.problems):
                found.doubt("look-here", at.path, None, Said(*CALLED[at.drawn.kind]))

    @cached_property
    def _controls(self) -> Mapping[str, controls.Place]:
        """What the controls of a fillable blank are called, and what each is for."""
        return controls.names_of(self._fields)

    @cached_property
    def _printed(self) -> tuple[list[Block], Assignment]:
        """The blank form as it is read: what looks odd or is drawn there says nothing of answers."""
        blank = self._blank()
        return ([], Assignment()) if blank is None else (blank.blocks, self._reader.read(blank.blocks))

    @cached_property
    def _printed_drawings(self) -> list[anchored.At]:
        """What the blank form itself draws at its places."""
        blocks, found = self._printed
        return anchored.drawn_at(found, blocks)


def _doubt_prompts(found: Assignment, strays: Sequence[Stray]) -> None:
    """Doubts blank answers where a control says that it shows its placeholder, and shows what reads as no prompt.

    LibreOffice leaves that as it is when somebody types in the control.
    """
    typed: dict[Element, str] = {}
    for stray in strays:
        control = next(stray.aside.iterancestors(W + "sdt"), None) if stray.aside is not None else None
        if control is not None and control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None and not is_prompt(stray.text):
            typed.update((paragraph, stray.text) for paragraph in control.iterancestors(W + "p"))
            typed.update((paragraph, stray.text) for paragraph in control.iter(W + "p"))
    for path, held in found.places.items() if typed else ():
        stands = held.text.spans[:1] if held.text is not None and held.text.is_blank else ()
        for said in (typed[span.paragraph.element] for span in stands if span.paragraph.element in typed):
            found.doubt("ambiguous", path, said, "")


def _see(found: Assignment, document: Document, at: anchored.At) -> None:
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
