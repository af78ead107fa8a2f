"""LibreOffice in a cage: what it makes of a file, and nothing else that it might do.

A process has a folder, a profile and a process group of its own; macros are off,
linked files are not fetched, there is no network where the system can take it away,
memory and processor time are limited, and what takes too long is ended with all
that it started and left behind (docs/security.md says what holds on which system).
A guard, a process of its own, ends and removes the same should docfill be killed.

Starting takes three times as long as converting, so a process stays for the next
files, one at a time and each in a folder of its own, until it has had `together`
of them (see `limits`) or nobody came for `IDLE` seconds.  It is kept by a text without
words that it has open; further calls of the same command on the same profile hand their
file over to it and wait.  A file that it does not convert, for whatever reason, costs
the process its place, and is tried once more in one of its own: what happens there is
the file's own doing, and is told.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import functools
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from docfill import limits
from docfill.problems import DocfillError, Said, reason_of
from docfill.scratch import Scratch

PROGRAMS: tuple[str, ...] = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)
IDLE = 30.0
"""Seconds that a process waits for another file."""
PATIENCE = 20.0
"""Seconds that a process may take to be ready for files of others."""

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
_GUARD = """
while read -r group; do last=$group; done
[ "$last" = free ] && exit
[ -n "$last" ] && kill -s KILL -- "-$last" 2>/dev/null
rm -rf -- "$@" || { sleep 1; rm -rf -- "$@"; }
"""
"""What a guard runs: it hears of the process group, and waits until docfill lets it go or is there no more."""


_ROOM = 2**20
"""Bytes of the disk without which LibreOffice, which does not say so, makes nothing: its profile alone takes more."""


def converted(data: bytes, suffix: str, target: str, name: str, timeout: float) -> bytes:
    """What LibreOffice makes of a file.

    Args:
        data: the file's bytes.
        suffix: what LibreOffice knows its kind by.
        target: what is asked for, with its filter: "docx:MS Word 2007 XML".
        name: how messages call the file.
        timeout: seconds that it may take.

    Raises:
        DocfillError: LibreOffice is missing, fails, or takes too long.
    """
    program = next((found for p in PROGRAMS if (found := shutil.which(p))), None)
    if program is None:
        raise _missing(name, suffix)
    try:
        made = _by_one_that_stays(program, data, suffix, target, timeout) if _are_kept() else None
        return _alone(program, data, suffix, target, timeout) if made is None else made
    except _Refused as refused:
        raise (_too_late(name, timeout) if refused.is_late else _failed(name, str(refused))) from None
    except OSError as error:
        raise _failed(name, f"{program}: {error.strerror}") if error.filename == program else _no_room(error) from None


def _no_room(error: OSError) -> DocfillError:
    why, folder = reason_of(error), tempfile.gettempdir()
    return DocfillError(
        f"无法使用临时文件夹 {folder}（{why}）；请腾出空间，或用环境变量 TMPDIR 另指一处",
        f"cannot use the folder for temporary files {folder} ({why.en}); make room, or name another one in TMPDIR",
        "failed",
    )


class _Refused(Exception):
    """There is no result, and why; `is_late` where the time was up."""

    def __init__(self, reason: str = "", is_late: bool = False) -> None:
        super().__init__(reason)
        self.is_late = is_late


class _Cage:
    """A folder with a profile, which all processes of one LibreOffice share, and nothing else.

    Args:
        program: LibreOffice's command.
    """

    def __init__(self, program: str) -> None:
        self.terms = (program, limits.current().office)
        self.served = 0
        self._scratch = Scratch(is_forgotten_at_end=False)
        self._folder = self._scratch.path.resolve()
        self._socket = _socket_of(self._folder)
        self._running: list[subprocess.Popen[bytes]] = []
        self._guard = self._guarded()
        (self._folder / "profile" / "user").mkdir(parents=True)
        (self._folder / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")

    def stay(self, timeout: float) -> bool:
        """Starts a process that stays, and whether it takes files now."""
        (self._folder / "open.rtf").write_bytes(rb"{\rtf1}")
        lead = self._started([str(self._folder / "open.rtf")], timeout)
        until = time.monotonic() + min(timeout, PATIENCE)
        while time.monotonic() < until and lead.poll() is None:
            # a conversion before the text is open would be its last: it ends where nothing is
            if (self._folder / ".~lock.open.rtf#").exists():
                return True
            time.sleep(0.01)
        return False

    @property
    def is_staying(self) -> bool:
        """Whether the process that was to stay is there."""
        return bool(self._running) and self._running[0].poll() is None

    def convert(self, data: bytes, suffix: str, target: str, timeout: float) -> bytes:
        """What becomes of a copy, with a neutral name, in a folder that is gone afterwards; _Refused where nothing."""
        folder, log = self._folder / str(self.served), self._folder / "log"
        said = log.stat().st_size if log.exists() else 0
        self.served += 1
        folder.mkdir()
        (folder / f"form{suffix}").write_bytes(data)
        options = ["--convert-to", target, "--outdir", str(folder / "out"), str(folder / f"form{suffix}")]
        call = self._started(options, timeout)
        try:
            status = call.wait(timeout)
        except subprocess.TimeoutExpired:
            raise _Refused(is_late=True) from None
        result = folder / "out" / f"form.{target.partition(':')[0]}"
        if status != 0 or not result.is_file():
            if shutil.disk_usage(self._folder).free < _ROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            lines = log.read_bytes()[said:].decode("utf-8", "replace").split("\n")
            raise _Refused(next((line.strip()[:200] for line in reversed(lines) if line.strip()), f"{status}"))
        made = result.read_bytes()
        shutil.rmtree(folder, ignore_errors=True)
        return made

    def close(self) -> None:
        """Ends all that was started here, and removes what it left."""
        if self._running:
            _end(self._running[0])
        for process in self._running:
            process.wait()
        self._scratch.close()
        for path in self._socket:
            path.unlink(missing_ok=True)
        if self._guard is not None and self._guard.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.write(b"free\n")
                self._guard.stdin.close()
            self._guard.wait()

    def _started(self, options: list[str], timeout: float) -> subprocess.Popen[bytes]:
        """A call of LibreOffice; the first one leads the process group that the others join."""
        command = [self.terms[0], f"-env:UserInstallation={(self._folder / 'profile').as_uri()}", "--headless"]
        command += ["--norestore", "--nologo", "--nolockcheck", *options]
        places = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(self._folder))
        with (self._folder / "log").open("ab") as said:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                _confined(command, self.terms[1], timeout),
                cwd=self._folder,
                env=os.environ | places,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                process_group=None if sys.platform == "win32" else self._running[0].pid if self._running else 0,
            )
        if not self._running and self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.write(b"%d\n" % process.pid)
        self._running = [*self._running[:1], process]
        return process

    def _guarded(self) -> subprocess.Popen[bytes] | None:
        if sys.platform == "win32":
            return None
        paths = [str(path) for path in (self._folder, *self._socket)]
        return subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", *paths],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,
        )


def _alone(program: str, data: bytes, suffix: str, target: str, timeout: float) -> bytes:
    """What a process that has no other file makes of one; _Refused where nothing."""
    cage = _Cage(program)
    try:
        return cage.convert(data, suffix, target, timeout)
    finally:
        cage.close()


# --- those that stay ---

_KEPT: dict[int, list[_Cage]] = {}
"""Those that wait for another file, by the process that started them: one that was forked has none.

Taking one from the list is having it: `pop` and `remove` do it at once, whatever thread comes.
"""


def _waiting() -> list[_Cage]:
    return _KEPT.setdefault(os.getpid(), [])


def _are_kept() -> bool:
    """Whether processes stay; on Windows nothing would end them with docfill."""
    return limits.current().together > 1 and sys.platform != "win32"


def _by_one_that_stays(program: str, data: bytes, suffix: str, target: str, timeout: float) -> bytes | None:
    """What a process that is there already, or is to stay, makes of a file; None where it makes nothing of it.

    Raises:
        _Refused: the time was up, and no other file can be the cause.
    """
    cage = _taken((program, limits.current().office)) or _Cage(program)
    is_kept = False
    try:
        if not cage.is_staying and not cage.stay(timeout):
            return None
        made = cage.convert(data, suffix, target, timeout)
        is_kept = cage.is_staying and cage.served < limits.current().together
        return made
    except (_Refused, OSError) as error:
        if isinstance(error, _Refused) and error.is_late and cage.served == 1:
            raise
        return None
    finally:
        if is_kept:
            _keep(cage)
        else:
            cage.close()


def _taken(terms: tuple[str, int]) -> _Cage | None:
    """One that waits and works under the same terms."""
    waiting = _waiting()
    for cage in reversed(waiting[:]):
        if cage.terms == terms:
            with contextlib.suppress(ValueError):
                waiting.remove(cage)
                return cage
    return None


def _keep(cage: _Cage) -> None:
    """Lets one wait for another file, for a while."""
    served = cage.served

    def expire() -> None:
        waiting = _waiting()
        if cage.served == served:
            with contextlib.suppress(ValueError):
                waiting.remove(cage)
                cage.close()

    _waiting().append(cage)
    timer = threading.Timer(IDLE, expire)
    timer.daemon = True
    timer.start()


@atexit.register
def rest() -> None:
    """Ends the processes that wait for another file; those that work at one go on."""
    waiting = _waiting()
    while waiting:
        waiting.pop().close()


# --- the bars ---


def _confined(command: list[str], memory: int, timeout: float) -> list[str]:
    """The command with limits on memory and processor time that its children inherit, and, where it can be had, alone.

    The processor's limit is for what docfill, if it is killed itself, can no longer end.
    """
    if sys.platform == "win32":
        return command
    bounds = f'ulimit -c 0; ulimit -v {memory // 1024} 2>/dev/null; ulimit -t {2 * int(timeout) + 10}; exec "$@"'
    return ["/bin/sh", "-c", bounds, "sh", *_offline(), *command]


@functools.cache
def _offline() -> tuple[str, ...]:
    """What runs a command in a network of its own with nothing in it (Linux, where users may make namespaces)."""
    program = shutil.which("unshare") if sys.platform == "linux" else None
    prefix = (program or "", "--user", "--map-current-user", "--net", "--")
    if program is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        return ()
    return prefix


def _socket_of(folder: Path) -> list[Path]:
    """Where the socket of the LibreOffice with a profile in `folder` may be: the system's folders for temporary files.

    It is named after the user and the MD5 of the profile's URL in UTF-16, each byte in
    hexadecimal without leading zeros (desktop/source/app/officeipcthread.cxx).
    """
    if sys.platform == "win32":
        return []
    digest = hashlib.md5((folder / "profile").as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"
    return [Path(place, name) for place in ("/tmp", "/var/tmp")]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it started: soffice is a script that starts the program."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# --- what is said ---


def _missing(name: str, suffix: str) -> DocfillError:
    return DocfillError(
        f"{name}：读取这种文件（{suffix}）需要 LibreOffice，请安装：Debian、Ubuntu 用 "
        "sudo apt install libreoffice-writer，macOS 用 brew install --cask libreoffice，"
        "Windows 用 winget install TheDocumentFoundation.LibreOffice；或在 Word 中另存为 .docx",
        f"{name}: this kind of file ({suffix}) is read with LibreOffice; install it: Debian, Ubuntu: "
        "sudo apt install libreoffice-writer; macOS: brew install --cask libreoffice; "
        "Windows: winget install TheDocumentFoundation.LibreOffice; or save the file as .docx in Word",
        "needs-libreoffice",
    )


def _too_late(name: str, timeout: float) -> DocfillError:
    return DocfillError(
        f"{name}：LibreOffice 转换超过 {timeout:g} 秒，已中止；请在 Word 中另存为 .docx 再试",
        f"{name}: LibreOffice took more than {timeout:g} seconds and was ended; save the file as .docx in Word",
        "not-converted",
    )


def _failed(name: str, reason: str) -> DocfillError:
    memory = limits.current().office
    too_small = Said(
        f"，也可能内存限额 office={memory} 太小，可用 --limits office=… 放宽",
        f", or the limit of memory office={memory} is too small, raise it with --limits office=…",
    )
    or_small = too_small if memory < limits.DEFAULT.office else Said("", "")
    return DocfillError(
        f"{name}：LibreOffice 无法转换（{reason}）；文件可能已损坏或设有密码{or_small}，请在 Word 中另存为 .docx 再试",
        f"{name}: LibreOffice cannot convert it ({reason}); it may be damaged or have a password{or_small.en}; "
        "save it as .docx in Word",
        "not-converted",
    )
