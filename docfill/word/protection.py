"""Protection of a document: only its controls and form fields can be filled in (w:documentProtection, 17.15.1.29).

It is honoured, not enforced: whoever lifts it in Word, or edits the XML, can change
everything.  A password only keeps honest people from lifting it.  The same document and password
give the same bytes, so the salt is made of both.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import struct

from docfill import late
from docfill.problems import DocfillError
from docfill.word.package import Package
from docfill.word.relations import Relation, with_relations, with_types

ROUNDS = 100_000
"""So often a password is hashed, as Word does it."""
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BEHIND = late.pattern(
    rb"<w:(?:autoFormatOverride|styleLockTheme|styleLockQFSet|defaultTabStop|autoHyphenation|consecutiveHyphenLimit|"
    rb"hyphenationZone|doNotHyphenateCaps|showEnvelope|summaryLength|clickAndTypeStyle|defaultTableStyle|"
    rb"evenAndOddHeaders|bookFold\w*|drawingGrid\w+|displayHorizontalDrawingGridEvery|displayVerticalDrawingGridEvery|"
    rb"doNotUseMarginsForDrawingGridOrigin|doNotShadeFormData|noPunctuationKerning|characterSpacingControl|"
    rb"printTwoOnOne|strictFirstAndLastChars|noLineBreaksAfter|noLineBreaksBefore|savePreviewPicture|"
    rb"doNotValidateAgainstSchema|saveInvalidXml|ignoreMixedContent|alwaysShowPlaceholderText|"
    rb"doNotDemarcateInvalidXml|saveXmlDataOnly|useXSLTWhenSaving|saveThroughXslt|showXMLTags|"
    rb"alwaysMergeEmptyNamespace|updateFields|hdrShapeDefaults|footnotePr|endnotePr|compat|docVars|rsids|attachedSchema|"
    rb"themeFontLang|clrSchemeMapping|doNotIncludeSubdocsInStats|doNotAutoCompressPictures|forceUpgrade|captions|"
    rb"readModeInkLockDown|smartTagType|shapeDefaults|doNotEmbedSmartTags|decimalSymbol|listSeparator)\b|"
    rb"<m:mathPr\b|<sl:schemaLibrary\b|<w1[456]:|</w:settings>"
)
"""What may follow w:documentProtection among the settings (CT_Settings is a sequence)."""
_PROTECTED = late.pattern(rb"<w:documentProtection\b[^>]*(?:/>|>\s*</w:documentProtection>)")


def protected(package: Package, password: str = "") -> dict[str, bytes]:
    """The parts of a package that say that only filling in is allowed; protection that it had is replaced.

    Args:
        package: the document.
        password: what lifts the protection again; anybody can where it is "".

    Raises:
        DocfillError: its settings are written in a way that could not be added to.
    """
    part = next(iter(package.related(package.main, "settings")), None)
    if part is None:
        return _new_part(package, "settings", f'<w:settings xmlns:w="{_SPACE}">{_said(package, password)}</w:settings>')
    data = _PROTECTED.sub(b"", package.read(part))
    behind = _BEHIND.search(data)
    if behind is None:
        raise _odd(package, part)
    return {part: data[: behind.start()] + _said(package, password).encode() + data[behind.start() :]}


def with_glossary(package: Package, entries: str) -> dict[str, bytes]:
    """The parts of a package whose glossary has some entries more.

    Raises:
        DocfillError: its glossary is written in a way that could not be added to.
    """
    part = next(iter(package.related(package.main, "glossaryDocument")), None)
    if part is None:
        shown = f'<w:glossaryDocument xmlns:w="{_SPACE}"><w:docParts>{entries}</w:docParts></w:glossaryDocument>'
        return _new_part(package, "glossary", shown)
    before, end, behind = package.read(part).rpartition(b"</w:docParts>")
    if not end:
        raise _odd(package, part)
    return {part: before + entries.encode() + end + behind}


def _new_part(package: Package, name: str, inner: str) -> dict[str, bytes]:
    """A part that a package has not yet, with the relationship of the main part and the type that it needs."""
    kind, part, kept = _NEW[name]
    target = posixpath.join(posixpath.dirname(package.main), part)
    if target in package:
        raise _odd(package, target)
    return {
        target: f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{inner}'.encode(),
        **with_relations(package, package.main, [Relation(f"docfill_{name}", f"{_KIND}/{kind}", target)]),
        **with_types(package, parts=[(target, f"{_TYPE}.{kept}+xml")]),
    }


_NEW = {
    "settings": ("settings", "settings.xml", "settings"),
    "glossary": ("glossaryDocument", "glossary/document.xml", "document.glossary"),
}


def _odd(package: Package, part: str) -> DocfillError:
    return DocfillError(
        f"{package.name}：{part} 的写法少见，无法写入保护；请用 Word 打开后另存再试",
        f"{package.name}: {part} is written in an unusual way and cannot be added to; save it in Word and try again",
        "bad-template",
    )


# --- passwords ---


def _said(package: Package, password: str) -> str:
    """The setting itself."""
    return f'<w:documentProtection w:edit="forms" w:enforcement="1"{_hashed(package.data, password)}/>'


def _hashed(document: bytes, password: str) -> str:
    """What a password leaves in the setting: SHA-512 of the old 32-bit hash of Word (17.15.1.29, part 4 14.8.1)."""
    if not password:
        return ""
    salt = hashlib.sha256(document + b"\0" + password.encode()).digest()[:16]
    digest = hashlib.sha512(salt + f"{old_hash(password):08X}".encode("utf-16-le")).digest()
    for number in range(ROUNDS):
        digest = hashlib.sha512(digest + struct.pack("<I", number)).digest()
    said = (base64.b64encode(x).decode() for x in (digest, salt))
    return (
        ' w:cryptProviderType="rsaAES" w:cryptAlgorithmClass="hash" w:cryptAlgorithmType="typeAny" '
        f'w:cryptAlgorithmSid="14" w:cryptSpinCount="{ROUNDS}" w:hash="{next(said)}" w:salt="{next(said)}"'
    )


_FIRST = (0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C,
          0xA96A, 0x4EC3)  # fmt: skip
"""Where the upper half of the old hash begins, by the number of characters."""
_ROWS = (0xAEFC, 0x7B61, 0x4563, 0x0375, 0xD849, 0x6F45, 0xEB23, 0x47D3, 0xB861, 0x45A0, 0xAA51, 0x76B4, 0x3730,
         0x3331, 0x1021)  # fmt: skip
"""What the lowest bit of each character adds to it, the last character's at the end; each further bit adds twice as
much, as a polynomial over x¹⁶ + x¹² + x⁵ + 1."""
_POLYNOMIAL = 0x1021
_MOST = 15
"""So many characters of a password count."""


def old_hash(password: str) -> int:
    """The 32-bit hash of a password that Word 97 made, its bytes turned round as it is written."""
    low = [ord(c) & 0xFF or ord(c) >> 8 & 0xFF for c in password[:_MOST]]
    upper, lower = _FIRST[len(low) - 1], 0
    for at, char in enumerate(low):
        step = _ROWS[_MOST - len(low) + at]
        for bit in range(7):
            upper ^= step if char >> bit & 1 else 0
            step = (step << 1 & 0xFFFF) ^ (_POLYNOMIAL if step & 0x8000 else 0)
    for char in reversed(low):
        lower = (lower >> 14 & 1 | lower << 1 & 0x7FFF) ^ char
    lower = (lower >> 14 & 1 | lower << 1 & 0x7FFF) ^ len(low) ^ 0xCE4B
    return int.from_bytes((upper << 16 | lower).to_bytes(4, "little"), "big")
