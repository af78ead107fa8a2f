"""Mending: what a person changes of a proposal, as steps that are applied to the places found, in their order.

    {"do": "rename", "path": "封面.名称", "to": "封面.单位名称"}
    {"do": "kind", "path": …, "kind": "number"}    of boxes: choice or choices
    {"do": "option", "path": …, "option": "是", "to": "有"}
    {"do": "optional", "path": …, "optional": true}    an answer that is not missed where there is none
    {"do": "remove", "path": …}
    {"do": "add", "paragraph": 12, "start": 5, "end": 9, "path": …, "kind": "text"}

Undo is leaving the last step out.  A step that fits nothing is refused in words, never skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docfill.kinds import KINDS, WRITTEN, kind_named
from docfill.problems import DocfillError
from docfill.tag.names import speakable
from docfill.tag.spots import BY_HAND, Fill, Room, Spot, TickBox
from docfill.word.document import Document, paragraphs_of

Step = Mapping[str, Any]

TICKED = tuple(kind.name for kind in KINDS.values() if kind.has_options)


def mended(document: Document, spots: Sequence[Spot], steps: Sequence[Step]) -> list[Spot]:
    """The places as the steps leave them.

    Raises:
        DocfillError: a step names a place that is not there, a name that is taken, or a kind that cannot be.
    """
    made = list(spots)
    for step in steps:
        if step["do"] == "add":
            made.append(_added(document, made, step))
            continue
        spot = next((s for s in made if s.path == step["path"]), None)
        if spot is None:
            raise DocfillError(f"没有“{step['path']}”这一处", f'there is no place "{step["path"]}"')
        if step["do"] == "remove":
            made = [s for s in made if s is not spot and not (s.host and s.host[0] is spot)]
        else:
            _CHANGES[step["do"]](spot, step, made)
    return made


def _added(document: Document, spots: Sequence[Spot], step: Step) -> Spot:
    paragraphs = paragraphs_of(document.blocks)
    found = next((p for n, p in enumerate(paragraphs) if n == step["paragraph"]), None)
    start, end = step["start"], step["end"]
    if found is None or not 0 <= start <= end <= len(found.text):
        raise DocfillError("要加填写处的文字不在表上", "the words that a place was to be added at are not on the form")
    if step["kind"] not in WRITTEN:
        raise _not_of_kind(step["kind"], tuple(WRITTEN))
    for spot in spots:
        for edit in spot.edits:
            if isinstance(edit, Fill) and edit.paragraph is found and edit.start < end and start < edit.end:
                raise DocfillError(f"这里已经是“{spot.path}”的填写处", f'this is the place of "{spot.path}" already')
    spot = Spot(step["kind"], [], [], "0", [Fill(found, start, end)], BY_HAND)
    spot.path = _name(step["path"], spots)
    return spot


def _rename(spot: Spot, step: Step, spots: Sequence[Spot]) -> None:
    spot.path = _name(step["to"], [s for s in spots if s is not spot])


def _name(wanted: str, others: Sequence[Spot]) -> str:
    """A path that no other place has, holds or is held by; DocfillError where there is none such."""
    steps = tuple(s.strip() for s in wanted.split("."))
    if not all(steps) or any(c in wanted for c in "[]{}\"'|\\\n"):
        raise DocfillError(
            f"“{wanted}”不能作名称：用点隔开各级，不用引号和括号",
            f'"{wanted}" cannot be a name: dots between its steps, no quotes or brackets',
        )
    path = ".".join(speakable(steps))
    for other in others:
        if path == other.path or path.startswith(f"{other.path}.") or other.path.startswith(f"{path}."):
            raise DocfillError(f"名称“{path}”与“{other.path}”相冲突", f'the name "{path}" clashes with "{other.path}"')
    return path


def _kind(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    allowed: tuple[str, ...] = TICKED if any(isinstance(e, TickBox) for e in spot.edits) else tuple(WRITTEN)
    if kind_named(spot.kind).has_records or any(isinstance(e, Room) for e in spot.edits):
        allowed = (spot.kind,)
    if step["kind"] not in allowed:
        raise _not_of_kind(step["kind"], allowed)
    spot.kind = step["kind"]


def _not_of_kind(kind: str, allowed: Sequence[str]) -> DocfillError:
    listed = "、".join(allowed)
    return DocfillError(f"这里不能是“{kind}”，可以是：{listed}", f'this cannot be "{kind}"; it may be: {listed}')


def _option(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    boxes = [e for e in spot.edits if isinstance(e, TickBox) and e.option == step["option"]]
    if not boxes:
        raise DocfillError(f"没有选项“{step['option']}”", f'there is no option "{step["option"]}"')
    if not step["to"].strip() or step["to"] in spot.options:
        raise DocfillError(f"选项“{step['to']}”已有，或是空的", f'the option "{step["to"]}" is there already, or empty')
    for box in boxes:
        box.option = step["to"].strip()


def _optional(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    spot.is_optional = bool(step["optional"])


_CHANGES = {"rename": _rename, "kind": _kind, "option": _option, "optional": _optional}
