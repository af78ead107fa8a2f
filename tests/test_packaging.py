"""What is handed out: wheel and sdist install and run, the version stands in one place, the zip says its own hashes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from docfill import __version__

ROOT = Path(__file__).parent.parent


def module_at(name: str, path: Path) -> ModuleType:
    """A module that stands in no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """packaging/build.py."""
    return module_at("build", ROOT / "packaging" / "build.py")


def built(source: Path, folder: Path, *what: str) -> list[Path]:
    """What hatchling makes of a source tree."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), *what]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return sorted(folder.iterdir())


def test_wheel_and_sdist_install_and_run(tmp_path: Path) -> None:
    [sdist] = built(ROOT, tmp_path / "sdist", "-t", "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    [source] = (tmp_path / "source").iterdir()
    [wheel] = built(source, tmp_path / "wheel", "-t", "wheel")
    assert wheel.name == f"docfill_forms-{__version__}-py3-none-any.whl"
    assert sdist.name == f"docfill_forms-{__version__}.tar.gz"
    [own] = built(ROOT, tmp_path / "own", "-t", "wheel")
    names = [sorted(zipfile.ZipFile(path).namelist()) for path in (wheel, own)]
    assert names[0] == names[1], "the wheel made from the sdist lacks something"
    options = ["--no-deps", "--no-index", "--quiet", "--target", str(tmp_path / "app")]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True, capture_output=True)
    program = (
        "import docfill, sys; from docfill.cli import main; assert docfill.__file__.startswith(sys.argv[1]);"
        "form = docfill.Form.load('shanghai'); assert not form.extract(form.blank()).problems"
    )
    environment = {"PYTHONPATH": str(tmp_path / "app"), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", program, str(tmp_path / "app")]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment)


def test_the_zip_holds_its_scripts_and_the_hash_of_everything(build: ModuleType, tmp_path: Path) -> None:
    wheel = tmp_path / "a_b-1.0-cp311-cp311-win_amd64.whl"
    wheel.write_bytes(b"wheel")
    lists = {"requirements-3.11.txt": build.requirements([wheel])}
    known = hashlib.sha256(b"wheel").hexdigest()
    assert lists["requirements-3.11.txt"] == f"a-b==1.0 --hash=sha256:{known}\n"
    for system in build.PLATFORMS:
        build.pack(tmp_path / "all.zip", system, [wheel], lists)
        with zipfile.ZipFile(tmp_path / "all.zip") as archive:
            members = {name.removeprefix("docfill/"): archive.read(name) for name in archive.namelist()}
        sums = dict(line.split("  ")[::-1] for line in members.pop("SHA256SUMS").decode().splitlines())
        assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
        assert {"docfill.py", "install.py", "README.txt", "requirements-3.11.txt", f"wheels/{wheel.name}"} < set(
            members
        )
        batches = [content for name, content in members.items() if name.endswith(".bat")]
        assert len(batches) == (4 if system == "windows" else 0)
        assert all(content.count(b"\r\n") == content.count(b"\n") for content in batches)
        assert all("没有 Python" in c.decode("gbk") for n, c in members.items() if n == "find-python.bat")
        assert (members["README.txt"].startswith("\ufeff".encode())) == (system == "windows")


def unpacked(build: ModuleType, folder: Path) -> Path:
    """A zip for Linux with docfill itself and the pip of this Python, unpacked; what they need is here already."""
    wheels = folder / "made"
    built(ROOT, wheels, "-t", "wheel")
    pip = importlib.metadata.distribution("pip")
    with zipfile.ZipFile(wheels / f"pip-{pip.version}-py3-none-any.whl", "w") as archive:
        for file in pip.files or ():
            if file.parts[0].startswith("pip") and file.suffix != ".pyc":
                archive.write(pip.locate_file(file), file.as_posix())
    version = "{}.{}".format(*sys.version_info[:2])
    own = [path for path in wheels.iterdir() if not path.name.startswith("pip-")]
    build.pack(
        folder / "all.zip", "linux", sorted(wheels.iterdir()), {f"requirements-{version}.txt": build.requirements(own)}
    )
    with zipfile.ZipFile(folder / "all.zip") as archive:
        archive.extractall(folder)
    return folder / "docfill"


def test_what_was_unpacked_installs_and_a_damaged_file_leaves_what_is_there(build: ModuleType, tmp_path: Path) -> None:
    folder = unpacked(build, tmp_path)
    # As Python's embeddable zip runs it: no folder of the script on the path, no variables of the environment.
    command = [sys.executable, "-I", str(folder / "install.py")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "") and __version__ in done.stdout
    assert (folder / "app" / "docfill" / "form.py").exists() and not (folder / "app.new").exists()
    (folder / "README.txt").write_text("x", encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1 and "README.txt" in done.stderr
    assert (folder / "app" / "docfill" / "form.py").exists()


def test_the_librarys_own_folder_stays_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's embeddable zip has its library, and not the script's folder, first on its path."""
    here = ROOT / "packaging"
    for first in ("python312.zip", str(here)):
        monkeypatch.setattr(sys, "path", [first, "/python"])
        module_at("start", here / "docfill.py")
        assert sys.path == [str(here / "app"), *([first] if first != str(here) else []), "/python"]


def test_every_package_that_is_packed_has_a_version(build: ModuleType) -> None:
    pinned = {line.partition("==")[0] for line in build.VERSIONS.read_text(encoding="utf-8").splitlines()}
    assert {"lxml", "jinja2", "docxtpl", "colorama", "starlette", "pypdf"} <= pinned
    assert all("==" in line for line in build.VERSIONS.read_text(encoding="utf-8").splitlines())
