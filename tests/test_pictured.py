"""A picture where words are due is shown in the report page, drawn anew and small."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

from PIL import Image
from typer.testing import CliRunner

from docfill.check import check
from docfill.check.report import make_report
from docfill.form import Form
from tests.commands import app
from tests.small_form import loaded, p, package, row, table
from tests.test_pictures import drawn, metafile

WORDS = package(p("登记表") + table(2, row("单位", "{{ 单位 }}"), row("说明", "{{ 说明 }}")))


def form() -> Form:
    return loaded(WORDS, "登记表")


def pasted(size: tuple[int, int] = (900, 300), data: bytes | None = None) -> bytes:
    """A form in which an answer is a picture."""
    drawing = loaded(package(p("登记表") + table(2, row("单位", "{{ 单位 }}"), row("说明", "{{ 说明 | picture }}"))))
    return drawing.fill({"单位": "东港厂", "说明": data or drawn("png", size)})


def images(page: bytes) -> list[Any]:
    urls = re.findall(rb'<img src="data:image/(?:png|jpeg);base64,([^"]+)" alt="[^"]+">', page)
    return [Image.open(io.BytesIO(base64.b64decode(url))) for url in urls]


def test_a_picture_instead_of_words_is_shown_beside_its_doubt() -> None:
    checked = check(form(), pasted())
    assert [(x.code, x.path) for x in checked.groups["reading"]] == [("look-here", "说明")]
    [image] = images(make_report([checked], is_single=True))
    assert image.size == (360, 120)
    assert image.convert("RGB").getpixel((9, 9)) == (900 % 256, 300 % 256, 99)


def test_a_page_without_such_doubts_holds_no_picture() -> None:
    assert images(make_report([check(form(), form().fill({"单位": "东港厂", "说明": "略"}))], is_single=True)) == []


def test_the_page_of_a_batch_has_it_and_the_other_reports_do_not(tmp_path: Path) -> None:
    (tmp_path / "登记表.docx").write_bytes(WORDS)
    (tmp_path / "交回").mkdir()
    for name in ("一", "二"):
        (tmp_path / "交回" / f"{name}.docx").write_bytes(pasted())
    for suffix, count in ((".html", 2), (".json", 0)):
        target = tmp_path / f"核对{suffix}"
        run = CliRunner().invoke(
            app, ["check", str(tmp_path / "交回"), "--form", str(tmp_path / "登记表.docx"), "-o", str(target)]
        )
        assert target.exists(), run.output
        assert len(images(target.read_bytes())) == count
        assert (b"base64" in target.read_bytes()) == bool(count)


def test_a_picture_that_cannot_be_shown_is_told_all_the_same() -> None:
    checked = check(form(), pasted(data=metafile("emf")))
    assert [x.code for x in checked.groups["reading"]] == ["look-here"]
    assert images(make_report([checked], is_single=True)) == []
