"""Blanks among the form's own words that no tag names: boxes, lines to sign on, the 年 月 日 of a date.

What is drawn or written there in a return is nobody's answer.  The words around it are the form's all the same, so a
line is found by them; what stands in the blank is left over, and never part of the answer above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from docfill import late
from docfill.kinds import DATE
from docfill.template.tree import Tick
from docfill.template.units import Line, Token
from docfill.text import SIGNED, fold
from docfill.word import ticks

_DRAWN = r"[ \u3000\u00a0_＿]"
_DATE = rf"(?:(?:19|20)\d{{0,2}})?{_DRAWN}*年(?:{_DRAWN}+月{_DRAWN}*日?|{_DRAWN}*月{_DRAWN}*日)"
_ROOM = late.pattern(rf"(?P<date>(?:(?<!\w)|(?<=日期)){_DATE})|[_＿]{{2,}}|(?<=[：:)）])[ \u3000\u00a0]{{2,}}(?=\S)")
"""A date, a line to write on, wide blanks behind a colon."""
_TO_SIGN = late.pattern(rf"(?:{SIGNED.pattern}|日期|时间|\bdate)\s*(?:[)）]\s*)?(?:[：:]\s*)?$", re.I)
"""Words that end a line, or stand before a blank, and ask for a name, a seal or a day."""
_SEAL = late.pattern(rf"\s*[（(]\s*[^（()）]{{0,6}}(?:{SIGNED.pattern})\s*[)）]\s*$", re.I)
"""A line that is nothing but where to put a seal: who seals it may be written before."""
_INSTRUCTION = late.pattern(r"[。；;，,]|请|须|应当")
"""What a sentence about signing has, and the place to sign has not."""
_TELLS = late.pattern(
    r"[（(【\[]?\s*(?:注意?(?:事项)?|(?:填[表报写])?(?:说明|须知|要求)|(?:温馨|友情)?提示|备注)\s*(?:\d+\s*)?[:：]|[（(【\[]?\s*以[下上].{0,16}填[写报]"
    r"|[^：:]{0,24}请[^：:]{0,12}(?:填|注明|写明|提供|附|加盖|盖章|勾选|核对|报送|提交|上报|使用|保持|删除|阅读|查阅|参[阅照见])|[（(【\[]?\s*请于"
    r"|[（(【\[]?\s*由[^：:]{1,16}填[写报]|[（(【\[]?[此本][页栏表项格]由[^：:，,]{1,16}填[写报][)）。]{0,2}$|[（(【\[]?[带标有]{0,2}[*＊※★☆△▲][号的者项]{0,2}[为是均]{0,2}必填项?[)）。]{0,2}$|[（(【\[]?\s*(?:本[表件书])?一式[一二三四五六七八九十两\d]{1,3}份"
    r"|(?:密级|保密期限|份号|紧急程度)\s*[:：]"
    r"|[（(【\[]?\s*(?:(?:收[件文到表]|受理|接收|接件|档案|归档|备案|流水|案卷)(?:编?号|日期|时间)|(?:受理|接件|归档)(?:人|单位|部门|窗口))\s*[:：]"
    r"|第\s*\d{1,4}\s*页(?:\W{0,3}共\s*\d{1,4}\s*页)?$|[-—_=*·.~ ]{3,}$"
)
"""How a line begins that tells the applicant what to do, or that the office, or who made the form, has put there."""
_HEADS = late.pattern(r"[（(【\[]?\s*填[表报写](?:说明|须知|要求)\s*+[)）】\]]?\s*+[:：]?$")
"""A line that heads instructions, and says nothing else."""
_COUNTED = late.pattern(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])\s*+[)）.．、：:]?\s*+\D")
"""How a point of a list begins."""
_DATED = late.pattern(r"^(?:日期|时间|date)\s*[:：]\s*", re.I)
_SHORT = 48
"""Characters that a signed line may have."""


class Box(Struct, frozen=True):
    """A box that the form prints and no tag names."""

    drawn: str


class Blank(Struct, frozen=True):
    """A place to write that the form prints and no tag names; `drawn` is what is printed there."""

    drawn: str = ""
    is_date: bool = False


Piece = Token | Box | Blank


def parted(line: Line) -> Sequence[Piece]:
    """The tokens of a line, its words apart from the blanks among them.

    Boxes are kept among the words where tags name others of the line, and so are blanks that touch a tag: what stands
    there could not be told from the answer.
    """
    pieces: list[Piece] = list(line.tokens)
    if not any(isinstance(t, Tick) for t in line.tokens) and fold(ticks.PRINTED.sub("", line.literal)):
        pieces = [piece for token in pieces for piece in _boxes(token)]
    if SIGNED.search(line.literal) or "年" in line.literal:
        pieces = [piece for at, token in enumerate(pieces) for piece in _rooms(token, at == len(pieces) - 1)]
        pieces = [*_without_touching(pieces)]
    return pieces


def is_signature(text: str) -> bool:
    """Whether a line is one that somebody signed, sealed or dated, and says nothing else."""
    shown = text.strip()
    if len(shown) > _SHORT or _INSTRUCTION.search(shown):
        return False
    return SIGNED.search(shown) is not None or DATE.looks_like(_DATED.sub("", shown))


def _boxes(token: Piece) -> Iterator[Piece]:
    at = 0
    for box in ticks.PRINTED.finditer(token) if isinstance(token, str) else ():
        yield box.string[at : box.start()]
        yield Box(ticks.mark_of(box))
        at = box.end()
    yield token[at:] if isinstance(token, str) else token


def _rooms(token: Piece, is_last: bool) -> Iterator[Piece]:
    if not isinstance(token, str):
        yield token
        return
    if is_last and _SEAL.fullmatch(token):
        yield Blank()
    at = 0
    for room in _ROOM.finditer(token):
        if room["date"] or _TO_SIGN.search(token[: room.start()]):
            yield token[at : room.start()]
            yield Blank(room[0], bool(room["date"]))
            at = room.end()
    yield token[at:]
    if is_last and _TO_SIGN.search(token[at:]) and not _INSTRUCTION.search(token):
        yield Blank()


def _without_touching(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with a blank given back to the words where it touches a tag."""
    for at, piece in enumerate(pieces):
        beside = [p for p in (_next(pieces, at, -1), _next(pieces, at, 1)) if p is not None]
        is_apart = not isinstance(piece, Blank) or all(isinstance(p, str | Box | Blank) for p in beside)
        if is_apart:
            yield piece
        elif isinstance(piece, Blank) and piece.drawn:
            yield piece.drawn


def _next(pieces: Sequence[Piece], at: int, step: int) -> Piece | None:
    """The next piece that is not blank words."""
    at += step
    while 0 <= at < len(pieces):
        piece = pieces[at]
        if not isinstance(piece, str) or fold(piece):
            return piece
        at += step
    return None


def is_instruction(text: str) -> bool:
    """Whether a line tells an applicant what to do, or the office keeps its own books with it: it is nobody's answer.

    注：…, 以下由…填写, 请…注明; 收件编号：…, 受理日期：…; 第1页, a rule of dashes.
    """
    return _TELLS.match(text.strip()) is not None


def without_instructions(texts: Iterable[str]) -> list[str]:
    """Those of some lines, stripped, that are no instruction, nor a point of a list of such below its heading."""
    kept: list[str] = []
    is_listed = False
    for shown in (text.strip() for text in texts):
        is_listed = _HEADS.match(shown) is not None or (is_listed and _COUNTED.match(shown) is not None)
        if not is_listed and not is_instruction(shown):
            kept.append(shown)
    return kept
