"""Names for what is kept: short enough for an address, too many to guess, and the clock."""

from __future__ import annotations

import secrets
import time

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def new_id() -> str:
    """A name that nothing has yet: twelve letters, about 59 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def now() -> float:
    """Seconds since 1970."""
    return time.time()
