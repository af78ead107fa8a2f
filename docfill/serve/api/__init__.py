"""The REST API: everything that the pages do, for programs; see docs/serve.md."""

from __future__ import annotations

from docfill.serve.api import (  # noqa: F401  (each makes its doors)
    collections,
    corrections,
    drafts,
    forms,
    jobs,
    openapi,
    returns,
    stateless,
    views,
)
