"""What stands beside a template, as far as reading needs it: where the rules are, and which fields name the applicant.

The rules themselves are `check.rules`, which reading needs nothing of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from docfill.fields import Field


def rules_path(template: Path | None) -> Path | None:
    """The file with the rules of a template, or None."""
    path = template.with_suffix(".toml") if template is not None else None
    return path if path is not None and path.is_file() else None


def applicant_paths(template: Path | None, fields: Sequence[Field]) -> tuple[str, ...]:
    """The paths of the fields that name the applicant, as the rules beside a template have them; () where none do.

    Whether the rules can be used at all is not looked at: `check.rules.rules_of` tells.
    """
    path = rules_path(template)
    if path is None:
        return ()
    try:
        named = tomllib.loads(path.read_bytes().decode("utf-8-sig")).get("key", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return ()
    known = {f.path for f in fields}
    return tuple(p for p in named if p in known) if isinstance(named, list) else ()
