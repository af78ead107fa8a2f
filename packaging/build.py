"""One file for an office without internet: docfill and all it needs, for a system and Python 3.11 to 3.13.

python packaging/build.py windows -o dist/      # docfill-…-windows-x86_64.zip
python packaging/build.py linux -o dist/
python packaging/build.py --lock                # versions.txt anew, from pyproject.toml

What is needed is worked out by uv for the system and the Python it is for, since pip
asks the machine it runs on (a package for Windows only would be missing).  The
versions are those of versions.txt; every wheel is checked against the index's hash,
and its hash stands in the zip, where pip checks it again before it installs.
Needs a network, uv and pip; whoever unpacks the zip needs neither.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
VERSIONS = HERE / "versions.txt"
PYTHONS = ("3.11", "3.12", "3.13")
EXTRAS = ("serve", "print", "archives")
PIP = "pip>=24"
"""It installs the rest; Python's embeddable zip has none."""

PLATFORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "windows": ("x86_64-pc-windows-msvc", ("win_amd64",)),
    "linux": (
        "x86_64-manylinux_2_28",
        (*(f"manylinux_2_{n}_x86_64" for n in range(28, 4, -1)), "manylinux2014_x86_64", "linux_x86_64"),
    ),
}
"""What uv calls a system, and the tags of wheels that run on it."""

_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl")
_DATE = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Builds what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("system", nargs="?", choices=PLATFORMS)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--lock", action="store_true", help="write versions.txt anew")
    given = parser.parse_args()
    if given.lock:
        lock()
    if given.system:
        print(build(given.system, given.output))


def lock() -> None:
    """Writes the versions that are packed, the newest that pyproject.toml allows, for every system."""
    extras = [part for extra in EXTRAS for part in ("--extra", extra)]
    listed = _uv(str(ROOT / "pyproject.toml"), *extras, "--universal", "--python-version", PYTHONS[0], "--upgrade")
    VERSIONS.write_text(listed, encoding="utf-8")


def build(system: str, folder: Path) -> Path:
    """The zip for a system; its path."""
    with tempfile.TemporaryDirectory() as made:
        wheels = Path(made, "wheels")
        _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
        own = next(wheels.iterdir())
        lists = {}
        for python in PYTHONS:
            fetched = Path(made, python)
            fetch(system, python, fetched)
            needed = [own, *sorted(fetched.iterdir())]
            lists[f"requirements-{python}.txt"] = requirements(needed)
            for wheel in needed[1:]:
                wheel.replace(wheels / wheel.name)
        version = _WHEEL.fullmatch(own.name)["version"]  # type: ignore[index]
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"docfill-{version}-{system}-x86_64.zip"
        pack(target, system, sorted(wheels.iterdir()), lists)
    return target


def fetch(system: str, python: str, folder: Path) -> None:
    """Brings the wheels that docfill needs on a system with a Python into a folder, each checked against its hash."""
    platform, tags = PLATFORMS[system]
    options = ["--python-platform", platform, "--python-version", python, "--constraint", str(VERSIONS)]
    extras = [part for extra in EXTRAS for part in ("--extra", extra)]
    with tempfile.TemporaryDirectory() as made:
        wanted = Path(made, "pip.in")
        wanted.write_text(PIP, encoding="utf-8")
        listed = _uv(str(ROOT / "pyproject.toml"), str(wanted), *extras, *options, "--generate-hashes")
        hashed = Path(made, "requirements.txt")
        hashed.write_text(listed, encoding="utf-8")
        abi = f"cp{python.replace('.', '')}"
        choose = [part for tag in tags for part in ("--platform", tag)]
        choose += ["--python-version", python, "--implementation", "cp", "--abi", abi, "--abi", "abi3", "--abi", "none"]
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        fixed = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(hashed), "-d", str(folder))
        _run(*pip, *choose, *fixed)


def requirements(wheels: Iterable[Path]) -> str:
    """What pip is to install of the wheels, each with the one hash that it may have."""
    lines = []
    for wheel in wheels:
        named = _WHEEL.fullmatch(wheel.name)
        assert named is not None, wheel.name
        lines.append(f"{named['name'].replace('_', '-')}=={named['version']} --hash=sha256:{_hash(wheel.read_bytes())}")
    return "\n".join(sorted(lines)) + "\n"


def pack(target: Path, system: str, wheels: Iterable[Path], lists: dict[str, str]) -> None:
    """Writes the zip: wheels, what to install of them, the scripts of the system, and the checksums of it all."""
    members = {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels}
    members |= {name: text.encode() for name, text in lists.items()}
    members |= {name: (HERE / name).read_bytes() for name in ("docfill.py", "install.py")}
    for script in sorted((HERE / system).iterdir()):
        content = script.read_bytes()
        members[script.name] = _for_windows(script.name, content) if system == "windows" else content
    sums = "".join(f"{_hash(content)}  {name}\n" for name, content in sorted(members.items()))
    members["SHA256SUMS"] = sums.encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(f"docfill/{name}", _DATE)
            info.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(info, content, zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED)


def _for_windows(name: str, content: bytes) -> bytes:
    """A script in the code page of a Chinese Windows; a text with the mark by which Notepad knows UTF-8."""
    text = content.decode().replace("\n", "\r\n")
    return text.encode("gbk" if name.endswith(".bat") else "utf-8-sig")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _uv(*arguments: str) -> str:
    plain = ("--no-header", "--no-annotate", "--no-emit-package", "docfill-forms", "--only-binary", ":all:", "--quiet")
    return _run(sys.executable, "-m", "uv", "pip", "compile", *arguments, *plain)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


if __name__ == "__main__":
    main()
