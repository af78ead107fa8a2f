"""What belongs to a template beside it, as far as reading needs it: the rules, and which fields name the applicant.

The rules themselves are `check.rules`, which reading needs nothing of.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docfill import files, late, limits
from docfill.form import Form

_TABLE = late.pattern(rb"^[ \t]*\[", re.M)
"""Where the first table of a rules file begins."""


def rules_path(template: Path | None) -> Path | None:
    """The file with the rules of a template, or None."""
    path = template.with_suffix(".toml") if template is not None else None
    return path if path is not None and path.is_file() else None


def rules_file(form: Form) -> tuple[bytes, str] | None:
    """The rules that were given with a form, else those beside its template, and how messages call them.

    Raises:
        DocfillError: the file is over the limit `rules`.
    """
    if form.rules is not None:
        return form.rules, f"{form.name}.toml"
    path = rules_path(form.path)
    return None if path is None else (limits.bytes_of(path, str(path), "rules"), str(path))


def applicant_paths(form: Form) -> tuple[str, ...]:
    """The paths of the fields that name the applicant, as the rules of a form have them; () where none do.

    Whether the rules can be used at all is not looked at: `check.rules.rules_of` tells.
    """
    found = rules_file(form)
    if found is None:
        return ()
    named = _top_of(found[0]).get("key", [])
    known = {f.path for f in form.fields}
    return tuple(p for p in named if p in known) if isinstance(named, list) else ()


def _top_of(rules: bytes) -> dict[str, Any]:
    """The keys of a rules file that stand before its tables, and perhaps those; {} where it cannot be read.

    The tables are most of the file, and nothing that is asked here stands in them.
    """
    top = _TABLE.split(rules, maxsplit=1)[0]
    for part in (top, rules):  # the top ends too soon where a line of a text or list begins as a table does
        try:
            return files.toml_from(part)
        except (ValueError, RecursionError):
            continue
    return {}
