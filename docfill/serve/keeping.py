"""Backup and restore: the whole store as one zip, made while the server runs, put back into an empty folder."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from docfill import files, late
from docfill.problems import DocfillError, reason_of
from docfill.scratch import Scratch
from docfill.serve.database import Sqlite
from docfill.serve.server import locked
from docfill.serve.store import DATABASE, Store

_FILES = "files/"
_BLOB = late.pattern(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")


def backup(data: Path, target: Path) -> int:
    """Writes all that a folder holds into one zip, as it is at this moment; how many files are in it.

    Raises:
        DocfillError: the folder holds nothing.
    """
    if not (data / DATABASE).exists():
        raise DocfillError(f"{data} 中没有数据", f"{data} holds no data")
    store = Store(data)
    with Scratch() as folder, files.replacing(target) as beside:
        copy = Path(folder, DATABASE)
        database = store.database
        assert isinstance(database, Sqlite)
        database.backup(copy)
        names = sorted(store.blobs_in_use(is_drawn=False))
        with files.opened(beside, "wb", -1) as stream, zipfile.ZipFile(stream, "w") as archive:
            archive.write(copy, DATABASE, zipfile.ZIP_DEFLATED)
            for name in names:
                archive.write(store.blobs.path(name), f"{_FILES}{name[:2]}/{name}")
    store.close()
    return len(names)


def restore(source: Path, data: Path) -> int:
    """Puts a backup into a folder that holds nothing yet; how many files were in it.

    Raises:
        DocfillError: the folder is in use or holds data, or the file is no backup.
    """
    with locked(data):
        if (data / DATABASE).exists():
            raise DocfillError(f"{data} 中已有数据，未改动；请另选空文件夹", f"{data} holds data and was left alone")
        try:
            archive = zipfile.ZipFile(source)
            members = set(archive.namelist())
        except OSError as error:
            why = reason_of(error)
            raise DocfillError(f"{source}：备份打不开（{why}）", f"{source}: cannot be opened ({why.en})") from None
        except zipfile.BadZipFile:
            raise DocfillError(f"{source}：不是备份（不是完整的 zip）", f"{source}: no backup (no whole zip)") from None
        with archive:
            if DATABASE not in members or any(not _BLOB.fullmatch(m) for m in members - {DATABASE}):
                raise DocfillError(f"{source}：不是 docfill 的备份", f"{source}: no backup of docfill")
            for member in sorted(members - {DATABASE}):
                target = data / member
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, files.opened(target, "wb", -1) as stream:
                    shutil.copyfileobj(packed, stream)
            with (
                archive.open(DATABASE) as packed,
                files.replacing(data / DATABASE) as beside,
                files.opened(beside, "wb", -1) as stream,
            ):
                shutil.copyfileobj(packed, stream)  # last: without it the folder holds nothing
    Store(data).close()  # a backup of an older docfill is brought up to date, a newer one's is refused
    return len(members) - 1
