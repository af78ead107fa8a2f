"""Files by URL: object storage and web servers, through fsspec, where `docfill-forms[cloud]` is installed.

A URL is anything `scheme://…` that fsspec knows (s3, oss, gs, abfs, http, memory, …);
credentials are what fsspec finds in its own configuration, never options of docfill.
Whatever a storage raises becomes one `DocfillError` that names the URL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from docfill import late
from docfill.problems import DocfillError

_URL = late.pattern(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "created")
"""How storages call the time at which a file was put there."""
_WILD = late.pattern(r"[*?\[]")

T = TypeVar("T")


def is_url(text: str) -> bool:
    """Whether an argument names a file elsewhere; a drive letter is no scheme."""
    return _URL.match(text) is not None


class Found(NamedTuple):
    """What a storage tells about a file.

    Attributes:
        stamp: changes when the content does; "" where the storage has nothing to tell by.
        changed: when it was put there, in seconds since 1970; infinite where unknown.
    """

    stamp: str
    changed: float


def listing(url: str) -> dict[str, Found]:
    """The files that a URL means, by URL: itself, all in its folder, or those that its wildcards fit; in order.

    Raises:
        DocfillError: the storage cannot be reached.
    """

    def files_of(storage: Any, path: str) -> dict[str, Found]:
        try:
            own = storage.info(path)
            found = {path: own} if own["type"] == "file" else storage.find(path, detail=True)
        except FileNotFoundError:
            found = storage.glob(path, detail=True) if _WILD.search(path) else {}
            found = {p: i for p, i in found.items() if i["type"] == "file"}
        return {storage.unstrip_protocol(p): _found(found[p]) for p in sorted(found)}

    return _at(url, files_of)


def _found(info: Mapping[str, Any]) -> Found:
    times = [info[key] for key in _TIMES if info.get(key)]
    moments = [t.timestamp() if isinstance(t, datetime) else float(t) for t in times[:1] if not isinstance(t, str)]
    told = [str(info[key]) for key in ("ETag", "etag", "size", *_TIMES) if info.get(key) is not None]
    has_version = bool(times or info.get("ETag") or info.get("etag"))
    return Found("-".join(told) if has_version else "", moments[0] if moments else float("inf"))


def canonical(url: str) -> str:
    """The URL as `listing` gives it."""
    return _at(url, lambda storage, path: str(storage.unstrip_protocol(path)))


def opened(url: str) -> Any:
    """A file object for reading, which can seek where the storage can."""
    return _at(url, lambda storage, path: storage.open(path, "rb"))


def exists(url: str) -> bool:
    """Whether something stands at a URL."""
    return bool(_at(url, lambda storage, path: storage.exists(path)))


def write(url: str, data: bytes) -> None:
    """Puts a file whole: storages show an object only when all of it is there."""

    def put(storage: Any, path: str) -> None:
        storage.makedirs(storage._parent(path), exist_ok=True)
        storage.pipe_file(path, data)

    _at(url, put)


def _at(url: str, act: Callable[[Any, str], T]) -> T:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise DocfillError(
            f'要使用 {url}，请安装云存储支持：pip install "docfill-forms[cloud]"',
            f'for {url}, install the support for cloud storage: pip install "docfill-forms[cloud]"',
            "needs-package",
        ) from None
    try:
        return act(*url_to_fs(url))
    except Exception as error:  # a storage raises what its client library does
        reason = f"{type(error).__name__}: {error}"
        raise DocfillError(f"无法访问 {url}（{reason}）", f"cannot access {url} ({reason})", "unreachable") from None
