"""Names and numbers that stand in the wrong one of two fields, or both in one: of people, of banks, of firms.

A field is known by its label, a telephone number, an address for mail, an account, an identity and the code of an
organisation (GB 32100) by their look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from docfill import late
from docfill.fields import Field
from docfill.kinds import Written
from docfill.read.assignment import Assignment, Held
from docfill.values import DRAWN, says_none

_LABELS = {
    "phone": late.pattern(r"电话|手机|传真|\b(?:tele)?phone|\btel\b|\bmobile|\bfax\b", re.I),
    "mail": late.pattern(r"邮箱|邮件|\be-?mail", re.I),
    "account": late.pattern(r"[账帐卡]号|\baccount", re.I),
    "identity": late.pattern(r"身份证|证件号|\bid (?:card|no|number)", re.I),
    "code": late.pattern(r"信用代码|机构代码|\bcredit code", re.I),
}
_ANY, _OF_ANY = "联系方式", ["phone", "mail"]
_NAMES = late.pattern(r"人$|代表$|姓名|名字|户名|银行|开户行|\bname\b|\bcontact|\bbank\b", re.I)
"""Labels that ask for the name of whom a number is."""
_LOOKS = {
    "phone": late.pattern(
        r"(?<![A-Za-z\d_.-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
        r"|(?<!\d)[(（]?0\d{2,3}[)）]?[- ]?[2-9]\d{6,7}(?:[-转]\d{1,5})?(?!\d)|(?<![\d.-])[2-9]\d{6,7}(?!\d)"
        r"|(?<![\d.-])(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)"
    ),
    "account": late.pattern(r"(?<![A-Za-z\d])\d{4}(?:[ -]?\d{3,4}){2,4}(?:[ -]?\d{1,3})?(?!\d)"),
    "identity": late.pattern(r"(?<![A-Za-z\d])\d{17}[\dXx](?![A-Za-z\d])"),
    "mail": late.pattern(r"(?<![\w.+-])[\w.+-]{1,40}@[\w-]{1,40}\.[\w.-]{2,40}"),
    "code": late.pattern(r"(?<![A-Za-z\d])[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}(?![A-Za-z\d])"),
}
_TELLING = frozenset({"mail", "code"})
"""What is told by its look alone, whatever the field asks for that it stands in."""
_BESIDE = DRAWN + "/／、，,；;：:()（）|"
_LED = late.pattern(r"(?:联系)?(?:电话|手机)号?码?|邮箱|[账帐]号|身份证号?码?|tel\.?|email", re.I)
_NEAR, _LONGEST = 2, 64
"""Fields that the other one may stand away, and characters of an answer that are looked at."""


class Contacts:
    """The fields of one form that ask for a number or an address, with those around them."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._asked = [*_asked(fields)]
        self._columns = {f.path: asked for f in fields if f.fields and (asked := [*_asked(f.fields)])}

    def doubt(self, found: Assignment) -> None:
        """Doubts answers that hold what a field beside theirs asks for, which is blank."""
        _doubt(found, found.places, self._asked, "")
        for path, asked in self._columns.items():
            held = found.places.get(path)
            for index, record in enumerate((held.records or ()) if held is not None else ()):
                _doubt(found, record.places, asked, f"{path}[{index}].")


class _Asked:
    """A field that asks for a number or an address, and the fields around it that ask for something else."""

    def __init__(self, kind: str, f: Field, around: Sequence[Field]) -> None:
        self.kind, self.path = kind, f.path
        self._own = [_LOOKS[own] for own in _asks(f)]
        self.takes_name = _NAMES.search(_label(f)) is not None
        self.around = [(o.path, _NAMES.search(_label(o)) is not None, _asks(o)) for o in around if kind not in _asks(o)]

    def is_of_another(self, said: str) -> bool:
        """Whether an answer is nothing but what another field would ask for, as a telephone number is no address."""
        bare = said.strip(_BESIDE)
        return not any(look.search(said) for look in self._own) and any(
            look.fullmatch(bare) for look in _LOOKS.values()
        )


def _asked(fields: Sequence[Field]) -> Iterator[_Asked]:
    plain = [f for f in fields if isinstance(f.kind, Written) and f.kind.is_prose and not f.kind.is_long]
    for at, f in enumerate(plain):
        around = (*plain[max(0, at - _NEAR) : at], *plain[at + 1 : at + 1 + _NEAR])
        yield from (_Asked(kind, f, around) for kind in _asks(f))


def _label(f: Field) -> str:
    return f.label or f.path.rpartition(".")[2]


def _asks(f: Field) -> list[str]:
    """What a field asks for by its label."""
    asked = [kind for kind, label in _LABELS.items() if label.search(_label(f))]
    return asked or (_OF_ANY if _ANY in _label(f) else [])


def _doubt(found: Assignment, places: Mapping[str, Held], asked: Sequence[_Asked], before: str) -> None:
    for one in asked:
        own = _said(places, one.path)
        if own is None:
            continue
        if own and one.is_of_another(own):
            found.doubt("ambiguous", before + one.path, own, "")
        for path, is_name, asks in one.around:
            other = _said(places, path)
            if other is None:
                continue
            if other and (known := _LOOKS[one.kind].search(other)) is not None:
                rest = _LED.sub("", other[: known.start()] + other[known.end() :]).strip(_BESIDE)
                is_asked = any((own_kind := _LOOKS[k].search(other)) and own_kind[0] == known[0] for k in asks)
                is_known = is_name or bool(asks) or one.kind in _TELLING or any(map(str.isalpha, rest))
                is_theirs = not is_asked and is_known
                is_blank = not own or says_none(own) or (not rest and _LOOKS[one.kind].search(own) is None)
                if is_theirs and own != other and (is_blank or _digits(own) == _digits(known[0])):
                    found.doubt("ambiguous", before + path, other, rest)
                    if is_blank:
                        found.doubt("ambiguous", before + one.path, own or None, known[0].strip())
            elif not other and is_name and not one.takes_name:
                known = _LOOKS[one.kind].search(own)
                rest = "" if known is None else (own[: known.start()] + own[known.end() :]).strip(_BESIDE)
                if known is not None and sum(map(str.isalpha, rest)) > 1 and not _LED.fullmatch(rest):
                    found.doubt("ambiguous", before + one.path, own, known[0].strip())
                    found.doubt("ambiguous", before + path, None, rest)


def _said(places: Mapping[str, Held], path: str) -> str | None:
    """What stands at a field, "" for nothing; None where it has no place, or says too much."""
    held = places.get(path)
    if held is None or held.text is None:
        return None
    said = "" if held.text.is_blank else held.text.text.strip(DRAWN)
    return said if len(said) <= _LONGEST else None


def _digits(said: str) -> str:
    return "".join(filter(str.isalnum, said))
