"""What has been found so far while a blank form is walked: its places, what was left alone, and where the walk is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docfill import limits
from docfill.tag.spots import WRITE_IN, Edit, Evidence, Fill, Left, Reason, Spot, TickBox

if TYPE_CHECKING:
    from docfill.tag.grid import GridRow

_STEPS_A_PLACE = 250


@dataclass(frozen=True, slots=True)
class Where:
    """Where the walk is: the position (see `Spot.at`), the words that name it, and those that may own it."""

    at: str
    labels: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """Places in reading order.

    Attributes:
        spots: the places.
        left: what was left alone, with the reason.
        sections: the headings that the walk stands under, outermost first.
        group: the boxes that further boxes may join.
        lead: the words that introduced them.
        title: the title of the form, or of the one of several, that the walk is in.
        head: the last title, or label of several lines, of the body, whose the labels below it may be.
        party: the last label of a line of the body that names somebody, whose the labels below it may be.
        asked: the last question of the body, which "If yes, …" goes on from.
        heads: the headers over the last row of the table right above.
        keys: what the lines above explain, one a line (SA = Strongly Agree), so that columns headed so are a scale.
        is_marking: whether a line said to mark the answers that are chosen.
        firsts: the first labels of the last lines with places, the last one last; none behind any other words.
        scales: the shapes of the tables, and of their rows, that give marks of a scale.
        columns: the options that the columns of boxes below are headed by.
        columns_at: the position of the line that heads them.
        sides: those whom the last line named that has several, as a contract is signed.
        is_in_loop: whether a loop of another system is open.
        alone: the boxes that stand alone in cells, by their table and what names them.
        spoken: the positions of lines, cells, rows, tables and text boxes that another line of the list, or a place,
            speaks for.
    """

    spots: list[Spot] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    group: Spot | None = None
    lead: str = ""
    title: str = ""
    head: str = ""
    party: str = ""
    asked: str = ""
    heads: list[GridRow] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    is_marking: bool = False
    firsts: list[str] = field(default_factory=list)
    scales: set[tuple[int, tuple[tuple[int, int], ...]]] = field(default_factory=set)
    columns: list[str] = field(default_factory=list)
    columns_at: str = ""
    sides: list[str] = field(default_factory=list)
    is_in_loop: bool = False
    alone: dict[tuple[str, ...], Spot] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)

    def add(self, kind: str, where: Where, labels: list[str], edits: list[Edit], evidence: Evidence) -> Spot:
        """A new place; `labels` stand behind those of `where`."""
        limits.spend(_STEPS_A_PLACE)
        spot = Spot(kind, [*where.labels, *labels], list(self.sections), where.at, edits, evidence, list(where.owners))
        self.spots.append(spot)
        return spot

    def write_in(self, group: Spot, option: str, fill: Fill, where: Where, label: str = "") -> None:
        """A blank that stays with an option; `label` tells it from others of that.

        The line drawn behind a note that asks for words is the room that the note asks for.
        """
        here = itertools.takewhile(lambda s: s.at == where.at, reversed(self.spots))
        noted = (e for s in here if s.host == (group, option) for e in s.edits if isinstance(e, Fill))
        for held in noted:
            is_beside = held.paragraph is fill.paragraph and held.start == held.end
            if is_beside and not fill.paragraph.text[held.end : fill.start].strip():
                held.start, held.end = fill.start, fill.end
                return
        spot = Spot("text", [label] if label else [], group.sections, where.at, [fill], WRITE_IN)
        spot.host = (group, option)
        self.spots.append(spot)

    def leave(self, text: str, at: str, why: Reason) -> None:
        """Something that is no place, and why."""
        self.left.append(Left(text.strip(), at, why))

    def owner(self, box: TickBox) -> Spot | None:
        """The spot that a box belongs to."""
        return next((s for s in reversed(self.spots) if box in s.edits), None)
