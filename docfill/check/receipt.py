"""Receipts: that a file was checked, which one, against which blank form, and what was read from it.

A receipt holds SHA-256 digests.  Whoever keeps it can show later that a file is
the one that was checked, and that it says what was read then.  It is not signed:
it proves nothing to somebody who does not trust the place where it was kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from docfill import __version__
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.word import office
from docfill.word.document import Document
from docfill.word.package import File, Package, contents, named

KIND = "docfill receipt 1"
_KEYS = {"kind", "version", "form", "blank", "source", "file", "data"}


def receipt(form: Form, source: str, file: bytes, data: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt of one returned file, as JSON.

    Args:
        form: the form that it was read as.
        source: what the file was called.
        file: its bytes, as they were handed in.
        data: what was read from it.
    """
    return {
        "kind": KIND,
        "version": __version__,
        "form": form.name,
        "blank": digest_of_blank(form),
        "source": source,
        "file": hashlib.sha256(file).hexdigest(),
        "data": digest_of_data(data),
    }


def differing(kept: Any, form: Form, file: bytes, data: Mapping[str, Any]) -> list[str]:
    """What is otherwise now: some of "form", "blank", "file" and "data", in this order; nothing where all is as it was.

    Raises:
        DocfillError: what was kept is no receipt.
    """
    known = _receipt_from(kept)
    now = receipt(form, "", file, data)
    return [part for part in ("form", "blank", "file", "data") if known[part] != now[part]]


def make_receipt(form: Form, source: File, name: str = "") -> dict[str, Any]:
    """The receipt of a returned file, which is read for it.

    Args:
        form: the form that it is of.
        source: a path, the bytes of the file, or an open file.
        name: what the file is called; its own name if not given.

    Raises:
        DocfillError: the file cannot be read.
    """
    data, called = contents(source, name or None)
    return receipt(form, name or (called if named(source) else ""), data, form.extract(data, called).data)


def verify_receipt(
    kept: Any, source: File, form: Form | None = None, name: str = "", timeout: float = office.TIMEOUT
) -> list[str]:
    """What is otherwise than when a receipt was made: some of "form", "blank", "file" and "data"; [] where nothing is.

    Args:
        kept: the receipt, as JSON.
        source: the file: a path, its bytes, or an open file.
        form: the form; the bundled one that the receipt names if not given.
        name: how messages call the file.
        timeout: seconds that LibreOffice may take, where it is needed.

    Raises:
        DocfillError: it is no receipt, or the file cannot be read.
    """
    loaded = form or Form.load(form_of(kept))
    data, called = contents(source, name or None)
    return differing(kept, loaded, data, loaded.extract(Document(data, called, timeout)).data)


def form_of(kept: Any, name: str = "") -> str:
    """The name of the form in a receipt that messages call `name`; DocfillError where it is none."""
    return _receipt_from(kept, name)["form"]


def digest_of_data(data: Mapping[str, Any]) -> str:
    """The digest of a record: JSON in UTF-8, keys sorted, no spaces."""
    return hashlib.sha256(
        json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")
    ).hexdigest()


def digest_of_blank(form: Form) -> str:
    """The digest of the blank form: of the name and content of each part, however they are compressed."""
    blank = Package.open(form.blank())
    inside = hashlib.sha256()
    for name in sorted(blank.infos):
        inside.update(f"{name}\0{hashlib.sha256(blank.read(name)).hexdigest()}\n".encode())
    return inside.hexdigest()


def _receipt_from(kept: Any, name: str = "") -> dict[str, str]:
    is_one = isinstance(kept, dict) and set(kept) == _KEYS and all(isinstance(v, str) for v in kept.values())
    if not is_one or kept["kind"] != KIND:
        zh, en = (f"{name}：", f"{name}: ") if name else ("", "")
        raise DocfillError(f"{zh}不是 docfill 的核对凭证", f"{en}this is no receipt of docfill", "bad-data")
    return dict(kept)
