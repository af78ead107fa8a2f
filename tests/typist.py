"""LibreOffice at its own keys: a document opened, its controls filled in through the view's cursor, and saved.

It runs in the Python that has LibreOffice's bridge (Debian's python3-uno), as a program: `typist.py FOLDER` types
what FOLDER/orders.json says into FOLDER/in.docx.  What the cursor types goes through the same
commands as a person's keys (.uno:InsertText, .uno:InsertPara), and so meets the protection of
the document as a person does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"
"""The Python for which Debian packs the bridge."""


def is_there() -> bool:
    """Whether LibreOffice can be driven."""
    try:
        return subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def typed(document: bytes, texts: list[str | None], elsewhere: str, folder: Path) -> bytes:
    """What LibreOffice saves of a document after typing.

    Args:
        document: a .docx.
        texts: what to type into each of its controls, in their order; None for nothing.
        elsewhere: words of the document that are no place; they are selected and typed over.
        folder: where it works.
    """
    (folder / "in.docx").write_bytes(document)
    (folder / "orders.json").write_text(json.dumps([texts, elsewhere]), "utf-8")
    subprocess.run([PYTHON, __file__, str(folder)], check=True, capture_output=True, timeout=200)
    return (folder / "out.docx").read_bytes()


# --- in the other Python ---


def main(folder: Path) -> None:
    """Types what is asked for."""
    import uno  # only there

    where = f"pipe,name=typist{folder.name}"
    options = [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    quiet = subprocess.DEVNULL  # what it starts would keep the pipes of whoever started this open
    listening = f"--accept={where};urp;"
    office = subprocess.Popen(["soffice", *options, listening], stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        context = _resolved(resolver, f"uno:{where};urp;StarOffice.ComponentContext")
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        keys = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        document = desktop.loadComponentFromURL((folder / "in.docx").as_uri(), "_blank", 0, ())
        _type(document, keys, folder)
        as_word = _property("FilterName", "MS Word 2007 XML")
        document.storeToURL((folder / "out.docx").as_uri(), (as_word,))
        document.close(True)
        desktop.terminate()
        office.wait(60)
    finally:
        os.killpg(office.pid, signal.SIGKILL) if office.poll() is None else None


def _resolved(resolver: Any, address: str) -> Any:
    for _ in range(300):
        try:
            return resolver.resolve(address)
        except Exception:  # the bridge raises what it likes until the office listens
            time.sleep(0.2)
    raise TimeoutError(address)


def _property(name: str, value: str) -> Any:
    from com.sun.star.beans import PropertyValue  # the bridge makes this module

    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _type(document: Any, keys: Any, folder: Path) -> None:
    texts, elsewhere = json.loads((folder / "orders.json").read_text("utf-8"))
    cursor, frame = document.CurrentController.ViewCursor, document.CurrentController.Frame

    def press(command: str, *given: Any) -> None:
        keys.executeDispatch(frame, f".uno:{command}", "", 0, given)

    for text, control in zip(texts, [*_controls(document.Text)], strict=True):
        if text is None:
            continue
        inner = next(portion for portion in control if portion.TextPortionType == "Text")
        if items := [{one.Name: one.Value for one in item}["DisplayText"] for item in control.ListItems]:
            assert text in items, (text, items)  # choosing one shows it
            inner.String = text
            continue
        if control.Date and len(text) == 10 and text[4] == "-":  # a day that is picked is kept, and shown
            control.CurrentDate = f"{text}T00:00:00Z"
            year, month, day = map(int, text.split("-"))
            text = f"{year}年{month}月{day}日"
        if control.Checkbox:  # a click sets both; 7.4 draws nothing anew where only the state is set
            control.Checked = True
            inner.String = text
            continue
        cursor.gotoRange(inner.Start, False)
        for number, line in enumerate(text.split("\n")):
            if number:
                press("InsertPara")
            press("InsertText", _property("Text", line))
        *_, last = (portion for portion in control if portion.TextPortionType == "Text")
        cursor.gotoRange(last.End, True)
        press("Delete")
    search = document.createSearchDescriptor()
    search.SearchString = elsewhere
    cursor.gotoRange(document.findFirst(search), False)
    press("InsertText", _property("Text", "XXXX"))


def _controls(text: Any) -> Iterator[Any]:
    for block in text:
        if block.supportsService("com.sun.star.text.TextTable"):
            for name in block.CellNames:
                yield from _controls(block.getCellByName(name))
        else:
            yield from (p.ContentControl for p in block if p.TextPortionType == "ContentControl")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
