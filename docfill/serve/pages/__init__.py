"""The pages, each a door that gives HTML; `render` fills a template of `serve/templates` with what it shows.

A page is a function here and a template that extends `base.html`:

    @door("GET", "/forms/new", "新建表单 / a new form", role=Role.data)
    def new_form(call: Call) -> Response:
        return render(call, "new_form.html", drafts=…)

In templates `t("中文", "English")` is the sentence in the language of the page, `static("page.js")` the address of
a file of `static/`; its modules import `t` from `page.js`, which also has `api(method, path, body)` with the page's
CSRF token.  Modules are named in the block `modules` of a template.  Nothing is inline.
"""

from __future__ import annotations

from docfill.serve.pages import account, collections, fill, forms, new_form, review  # noqa: F401  (each makes its doors)
from docfill.serve.pages.render import refused, render

__all__ = ["refused", "render"]
