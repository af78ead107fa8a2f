"""How much hypothesis tries: a fixed modest number, or many with HYPOTHESIS_PROFILE=long.

pytest tests                                                # the suite, always the same examples
HYPOTHESIS_PROFILE=long pytest tests/test_laws.py           # other examples every time, 50 times as many
"""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import Phase, settings

from tests.browser import browser, desk  # noqa: F401  (fixtures)

_PHASES = (Phase.explicit, Phase.generate, Phase.shrink)

settings.register_profile(
    "ci", max_examples=60, derandomize=True, deadline=None, database=None, phases=_PHASES, print_blob=False
)
settings.register_profile("long", max_examples=2000, deadline=timedelta(seconds=30), print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
