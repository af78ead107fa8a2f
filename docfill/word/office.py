"""The door for every kind of Word file: what is not a package becomes one with the help of LibreOffice.

What a file is, its content decides, never its name: a .doc may be a .docx inside.
Packages are read as they are.  .doc, .wps, .odt, .rtf and their like are
converted to .docx in a folder of their own, with a profile of their own, so that
two conversions at once share nothing; macros are off, linked files are not
fetched, memory is limited, and what takes too long is ended with all that it
started and left behind (docs/security.md says what holds on which system).  Files
with a password are refused by that name.  What LibreOffice does not carry over is lost
here; it is asked for the document's text, marks and tables, which it keeps.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docfill import limits
from docfill.problems import DocfillError
from docfill.word.package import HEAD, OLE, Package, Writer, contents, encrypted

TIMEOUT = 60.0
"""Seconds that a conversion may take."""

PROGRAMS: tuple[str, ...] = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)
_OTHER_OLE = {"Workbook": "Excel", "Book": "Excel", "PowerPoint Document": "PowerPoint", "VisioDocument": "Visio"}
_ODF_TEXT = b"application/vnd.oasis.opendocument.text"
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_INPUT = re.compile(rb"<w:instrText[^>]*>\s*(?:FILLIN|FORMTEXT)")
_INPUT_TAG = re.compile(rb"</?text:text-input\b[^<>]*>")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
<prop oor:name="Field" oor:op="fuse"><value>false</value></prop>
</item>
</oor:items>
"""


def opened(source: str | Path | bytes, name: str | None = None, timeout: float = TIMEOUT) -> Package:
    """The package of any Word file.

    Args:
        source: a path, or the file's bytes.
        name: how messages call the file; its own name if not given.
        timeout: seconds that LibreOffice may take, where it is needed.

    Raises:
        DocfillError: the file cannot be read, is no Word file or has a password; or
            LibreOffice is missing, fails, or takes too long.
    """
    data, called = contents(source, name)
    suffix = _foreign(data, called)
    if not suffix:
        package = Package(data, called)
        if "mimetype" not in package or package.related("", "officeDocument"):
            return package
        _check_open_document(package)
        suffix = ".odt"
    return Package(_docx_from(data, suffix, called, timeout), called, is_converted=True)


# --- what a file is ---


def _foreign(data: bytes, name: str) -> str:
    """The suffix under which LibreOffice knows a file that is no zip; "" where it has nothing to do."""
    if data.startswith(OLE):
        return _ole(data, name)
    if data.startswith(rb"{\rt"):
        return ".rtf"
    head = data[:HEAD]
    if _WORD_2003 in head:
        return ".xml"
    return ".fodt" if _ODF_TEXT in head and not data.startswith(b"PK") else ""


def _ole(data: bytes, name: str) -> str:
    """The suffix of a compound file; DocfillError where it has a password, or is another program's."""
    start = _stream(data, "WordDocument")
    if start is not None:
        # fEncrypted of the FibBase, which stands in the clear even then ([MS-DOC] 2.5.2)
        if data[start + 11 : start + 12] and data[start + 11] & 1:
            raise encrypted(name)
        return ".doc"
    if _stream(data, "EncryptedPackage") is not None:
        raise encrypted(name)
    for stream, program in _OTHER_OLE.items():
        if _stream(data, stream) is not None:
            raise DocfillError(
                f"{name}：这是 {program} 文件，不是 Word 文件",
                f"{name}: this is a file of {program}, not of Word",
                "not-word",
            )
    return ".wps"


def _stream(data: bytes, name: str) -> int | None:
    """Where a large stream of a compound file begins; None if there is no such stream.

    Found by its directory entry, which is 128 bytes long, at a multiple of that ([MS-CFB] 2.6.1).
    """
    wanted = f"{name}\0".encode("utf-16-le")
    at = data.find(wanted)
    while 0 <= at <= len(data) - 128:
        if at % 128 == 0 and data[at + 64] == len(wanted):
            sector = int.from_bytes(data[at + 116 : at + 120], "little")
            return (sector + 1) << (data[30] & 15)
        at = data.find(wanted, at + 1)
    return None


def _check_open_document(package: Package) -> None:
    """Nothing, where a package is an OpenDocument text without a password (ODF 1.3 part 2, 3.3 and 4.8)."""
    kind = package.read("mimetype").strip()
    if not kind.startswith((_ODF_TEXT, b"application/vnd.sun.xml.writer")):
        raise DocfillError(
            f"{package.name}：不是文字文档（{kind[:80].decode('ascii', 'replace')}）",
            f"{package.name}: not a text document ({kind[:80].decode('ascii', 'replace')})",
            "not-word",
        )
    manifest = "META-INF/manifest.xml"
    if manifest in package and b"encryption-data" in package.read(manifest):
        raise encrypted(package.name)


# --- LibreOffice ---


def _docx_from(data: bytes, suffix: str, name: str, timeout: float) -> bytes:
    """The .docx that LibreOffice makes of a file.

    LibreOffice 7.4 writes the text of an input field to .docx several times over (the
    field then is a FILLIN or FORMTEXT), but to .odt once; so a file that has one goes
    through an .odt in which the text stands without its field.
    """
    made = _converted(data, suffix, "docx:MS Word 2007 XML", name, timeout)
    if not any(_INPUT.search(part) for part in _xml_parts(Package(made, name))):
        return made
    text = Package(_converted(data, suffix, "odt:writer8", name, timeout), name)
    parts = {part: _INPUT_TAG.sub(b"", text.read(part)) for part in ("content.xml", "styles.xml")}
    plain = Writer(text, frozenset(parts)).write(parts)
    return _converted(plain, ".odt", "docx:MS Word 2007 XML", name, timeout)


def _xml_parts(package: Package) -> Iterator[bytes]:
    return (package.read(part) for part in package.infos if part.startswith("word/") and part.endswith(".xml"))


def _converted(data: bytes, suffix: str, target: str, name: str, timeout: float) -> bytes:
    """What LibreOffice makes of a copy, with a neutral name, in a folder that is gone afterwards."""
    program = next((found for p in PROGRAMS if (found := shutil.which(p))), None)
    if program is None:
        raise DocfillError(
            f"{name}：读取这种文件（{suffix}）需要 LibreOffice，请安装：Debian、Ubuntu 用 "
            "sudo apt install libreoffice-writer，macOS 用 brew install --cask libreoffice，"
            "Windows 用 winget install TheDocumentFoundation.LibreOffice；或在 Word 中另存为 .docx",
            f"{name}: this kind of file ({suffix}) is read with LibreOffice; install it: Debian, Ubuntu: "
            "sudo apt install libreoffice-writer; macOS: brew install --cask libreoffice; "
            "Windows: winget install TheDocumentFoundation.LibreOffice; or save the file as .docx in Word",
            "needs-libreoffice",
        )
    with tempfile.TemporaryDirectory(prefix="docfill-", ignore_cleanup_errors=True) as made, _cleared(made):
        folder = Path(made).resolve()
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        (folder / f"form{suffix}").write_bytes(data)
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--nologo", "--nolockcheck", "--convert-to", target]
        command += ["--outdir", str(folder / "out"), str(folder / f"form{suffix}")]
        log = folder / "log"
        try:
            status = _run(_confined(command, timeout), folder, log, timeout)
        except subprocess.TimeoutExpired:
            raise DocfillError(
                f"{name}：LibreOffice 转换超过 {timeout:g} 秒，已中止；请在 Word 中另存为 .docx 再试",
                f"{name}: LibreOffice took more than {timeout:g} seconds and was ended; save the file as .docx in Word",
                "not-converted",
            ) from None
        except OSError as error:
            raise _failed(name, f"{program}: {error.strerror}") from None
        result = folder / "out" / f"form.{target.partition(':')[0]}"
        if status != 0 or not result.is_file():
            said = log.read_text(encoding="utf-8", errors="replace").split("\n")
            raise _failed(name, next((line.strip()[:200] for line in reversed(said) if line.strip()), f"{status}"))
        return result.read_bytes()


def _failed(name: str, reason: str) -> DocfillError:
    return DocfillError(
        f"{name}：LibreOffice 无法转换（{reason}）；文件可能已损坏或设有密码，请在 Word 中另存为 .docx 再试",
        f"{name}: LibreOffice cannot convert it ({reason}); it may be damaged or have a password; "
        "save it as .docx in Word",
        "not-converted",
    )


def _confined(command: list[str], timeout: float) -> list[str]:
    """The command with limits on memory and processor time that its children inherit, and, where it can be had, alone.

    The processor's limit is for what docfill, if it is killed itself, can no longer end.
    """
    if sys.platform == "win32":
        return command
    kilobytes, seconds = limits.current().office // 1024, 2 * int(timeout) + 10
    bounds = f'ulimit -c 0; ulimit -v {kilobytes} 2>/dev/null; ulimit -t {seconds}; exec "$@"'
    return ["/bin/sh", "-c", bounds, "sh", *_offline(), *command]


@functools.cache
def _offline() -> tuple[str, ...]:
    """What runs a command in a network of its own with nothing in it (Linux, where users may make namespaces)."""
    program = shutil.which("unshare") if sys.platform == "linux" else None
    prefix = (program or "", "--user", "--map-current-user", "--net", "--")
    if program is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        return ()
    return prefix


@contextlib.contextmanager
def _cleared(folder: str) -> Iterator[None]:
    """Removes the socket that LibreOffice, when it is killed, leaves in the system's folder for temporary files.

    It is named after the user and the MD5 of the profile's URL in UTF-16, each byte in
    hexadecimal without leading zeros (desktop/source/app/officeipcthread.cxx).
    """
    try:
        yield
    finally:
        if sys.platform != "win32":
            profile = (Path(folder).resolve() / "profile").as_uri()
            digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
            name = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"
            for place in ("/tmp", "/var/tmp"):
                Path(place, name).unlink(missing_ok=True)


def _run(command: list[str], folder: Path, log: Path, timeout: float) -> int:
    """The exit status of a command that works in `folder`; TimeoutExpired once it and its children are dead."""
    places = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | places,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return process.wait(timeout)
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it started: soffice is a script that starts the program."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
