"""What is handed out: wheel and sdist install and run, the version stands in one place, the zip says its own hashes."""

from __future__ import annotations

import hashlib
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
        "import docfill, sys; from docfill.cli import app; assert docfill.__file__.startswith(sys.argv[1]);"
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
        assert {"docfill.py", "README.txt", "requirements-3.11.txt", f"wheels/{wheel.name}"} < set(members)
        batches = [content for name, content in members.items() if name.endswith(".bat")]
        assert len(batches) == (4 if system == "windows" else 0)
        assert all(content.count(b"\r\n") == content.count(b"\n") for content in batches)


def test_every_package_that_is_packed_has_a_version(build: ModuleType) -> None:
    pinned = {line.partition("==")[0] for line in build.VERSIONS.read_text(encoding="utf-8").splitlines()}
    assert {"lxml", "jinja2", "docxtpl", "colorama", "starlette", "pypdf"} <= pinned
    assert all("==" in line for line in build.VERSIONS.read_text(encoding="utf-8").splitlines())
