"""Makes the example of docs/your-own-form.md, and its pictures, by running the commands that the page shows.

python docs/your-own-form/make.py        # needs LibreOffice and pdftoppm for the pictures
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FONT = '<w:rFonts w:ascii="SimSun" w:hAnsi="SimSun" w:eastAsia="宋体"/><w:sz w:val="24"/>'


def run(text: str, more: str = "") -> str:
    return f'<w:r><w:rPr>{FONT}{more}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, centred: bool = False) -> str:
    place = '<w:jc w:val="center"/>' if centred else ""
    mark = f"<w:rPr>{FONT}</w:rPr>"
    return f'<w:p><w:pPr><w:spacing w:before="60" w:after="60"/>{place}{mark}</w:pPr>{"".join(runs)}</w:p>'


def cell(width: int, text: str = "", span: int = 1) -> str:
    lines = "".join(paragraph(run(line) if line else "") for line in text.split("\n"))
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>{lines}</w:tc>'


def table(*rows: tuple[str, ...]) -> str:
    """Rows of four columns; a row of two has its second cell over three, a row of one over all."""
    edges = "".join(
        f'<w:{e} w:val="single" w:sz="4" w:color="000000"/>'
        for e in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    drawn = []
    for row in rows:
        spans = {1: (4,), 2: (1, 3), 4: (1, 1, 1, 1)}[len(row)]
        cells = "".join(cell(2200 * s, t, s) for t, s in zip(row, spans, strict=True))
        drawn.append(f"<w:tr>{cells}</w:tr>")
    grid = '<w:gridCol w:w="2200"/>' * 4
    properties = f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    return f"<w:tbl>{properties}{''.join(drawn)}</w:tbl>"


BLANK = "".join(
    (
        paragraph(run("设备借用申请表", '<w:b/><w:sz w:val="36"/>'), centred=True),
        paragraph(
            run("申请单位："),
            run("                    ", '<w:u w:val="single"/>'),
            run("  申请日期：    年    月    日"),
        ),
        table(
            ("申请人", "", "联系电话", ""),
            ("设备类别", "□仪器  □计算机  □其他：________"),
            ("是否外借", "□是  □否"),
            ("用途（200字以内）", "\n"),
            ("年度", "2022年", "2023年", "2024年"),
            ("借用次数", "", "", ""),
            ("设备价值（万元）", "", "", ""),
            ("设备名称", "型号", "数量", "备注"),
            ("", "", "", ""),
            ("", "", "", ""),
            ("部门意见", "\n负责人（签字）：\n年    月    日"),
        ),
        paragraph(run("填表说明：一式两份。")),
    )
)


def write_blank(path: Path) -> None:
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document {W}><w:body>{BLANK}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1000" w:right="1400" w:bottom="1000" w:left="1400"/></w:sectPr></w:body></w:document>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            archive.writestr(zipfile.ZipInfo(name), head + content, zipfile.ZIP_DEFLATED)


def picture(document: Path, target: Path) -> None:
    """The top of a document's first page, as LibreOffice draws it."""
    with tempfile.TemporaryDirectory() as folder:
        home = f"-env:UserInstallation={Path(folder, 'home').as_uri()}"
        office = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", folder, str(document)]
        subprocess.run(office, check=True, capture_output=True)
        pdf = Path(folder, f"{document.stem}.pdf")
        crop = ["-x", "0", "-y", "0", "-W", "620", "-H", "620"]
        draw = [
            "pdftoppm",
            "-r",
            "75",
            *crop,
            "-png",
            "-singlefile",
            "-f",
            "1",
            "-l",
            "1",
            str(pdf),
            str(target.with_suffix("")),
        ]
        subprocess.run(draw, check=True)


def main() -> None:
    os.chdir(HERE)
    blank, template = Path("借用表.docx"), Path("借用表模板.docx")
    write_blank(blank)
    docfill = [sys.executable, "-c", "from docfill.cli import main; main()"]
    subprocess.run([*docfill, "tag", blank, "-o", template, "--review", "核对.html", "--force"], check=False)
    Path("答案.json").write_text(
        '{"申请单位": "材料系", "申请日期": "2024-05-06", "申请人": "张三", "设备类别": ["仪器"], "是否外借": "否",\n'
        ' "设备价值": {"2024年": 12.5}, "清单": [{"设备名称": "示波器", "数量": "2"}]}\n',
        encoding="utf-8",
    )
    subprocess.run([*docfill, "fill", template, "答案.json", "-o", "填好/", "--force"], check=True)
    pictures = {blank: "blank.png", template: "template.png", Path("填好/答案.docx"): "filled.png"}
    for document, name in pictures.items():
        picture(document, Path(name))
    for made in (template, Path("核对.html"), Path("答案.json")):
        made.unlink()
    shutil.rmtree("填好")


if __name__ == "__main__":
    main()
