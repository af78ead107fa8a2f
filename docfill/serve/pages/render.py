"""Templates to answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response, StreamingResponse

from docfill import __version__
from docfill.problems import DocfillError
from docfill.serve import assets, clock, summary
from docfill.serve.doors import Call, Role
from docfill.serve.pages import words

TEMPLATES = Path(__file__).parent.parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"static": assets.address, "clock": clock.ahead_of_utc}
    environment.filters |= {
        "detail": words.detail,
        "day": clock.day,
        "moment": clock.moment,
        "size": size,
        "figure": summary.shown,
    }
    for name, known in (("kind", words.KINDS), ("role", words.ROLES), ("deed", words.DEEDS)):
        environment.filters[name] = partial(words.word, known)
    return environment


def render(call: Call, template: str, status: int = 200, /, **shown: Any) -> Response:
    """A page: the template with what it shows; `t`, `call`, `user` and `lang` are there always."""
    made = _environment().get_template(template)
    known = {"call": call, "user": call.user, "lang": call.lang, "t": call.say, "version": __version__, "Role": Role}
    answer = HTMLResponse(made.render({**known, **shown}), status)
    if wanted := call.request.query_params.get("lang"):
        answer.set_cookie("lang", "en" if wanted == "en" else "zh", max_age=10 * 365 * 86400, samesite="strict")
    return answer


def with_data(page: Response, data: Mapping[str, Callable[[], bytes]]) -> Response:
    """A page with JSON at its end, each in an inert element called `data-` and its name.

    The page goes out before its data are made: a browser fetches its styles and scripts meanwhile.
    """
    before, body, after = bytes(page.body).rpartition(b"</body>")

    def pieces() -> Iterator[bytes]:
        yield before
        for name, make in data.items():
            # what JSON allows to be written so, and no parser of HTML takes for the end of the element
            inert = make().replace(b"</", b"<\\/").replace(b"<!--", b"\\u003c!--")
            yield b'<script type="application/json" id="data-%s">%s</script>\n' % (name.encode(), inert)
        yield body + after

    answer = StreamingResponse(pieces(), page.status_code)
    answer.raw_headers = [(name, value) for name, value in page.raw_headers if name != b"content-length"]
    return answer


def refused(call: Call, status: int, error: DocfillError) -> Response:
    """The page that says why there is no other."""
    return render(call, "refused.html", status, error=error, status=status)


def size(bytes_: int) -> str:
    """How large a file is."""
    return f"{bytes_ / 2**20:.1f} MB" if bytes_ >= 2**20 else f"{max(1, round(bytes_ / 1024))} KB"
