"""The map of two editions as a file that a person may change: TOML ↔ `Crossing`.

`loaded(dumped(c))` carries what `c` carries.  A map names the templates that it was
made of, by where they lie beside it; if one of them is another by now it is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docfill import files, limits
from docfill.editions.crossing import Change, Crossing, Match, match_of, perhaps
from docfill.fields import Field
from docfill.form import Form, bundled
from docfill.problems import DocfillError, fault_of
from docfill.word.package import File, contents, named

_HEAD = """\
# 两版表的对照：docfill migrate 数据 --map 本文件 -o 输出 / how last year's form and this year's map
# sure = false 的是按相近的文字配上的，核对后改为 true 才会带过去；[field.maybe] 中的选项，核对后移到 [field.options]。
# What has sure = false is only alike: set it to true to have it carried; move options from maybe to options.
# [[added]] 下的 perhaps 是旧表中可能的一项；若是，把这一段改为 [[field]]，perhaps 改为 old。
# Below [[added]], perhaps names what it may have been: if so, make that [[field]], and perhaps old.
"""


def dumped(crossing: Crossing, target: Path | str) -> bytes:
    """The map as TOML, as it stands at `target`."""
    target, lines = Path(target), [_HEAD]
    for side, form in (("old", crossing.old), ("new", crossing.new)):
        lines += [f"[{side}]", f"form = {_text(_where(form, target))}", f"fingerprint = {_text(form.fingerprint)}", ""]
    offered = perhaps(crossing)
    for match in crossing.matches:
        lines += _lines_of(match, offered)
    return "\n".join(lines).encode("utf-8", "replace")


def loaded(source: File, target: Path | str = "") -> Crossing:
    """The map in a file.

    Args:
        source: a path, the bytes of the file, or an open file.
        target: where a map that has no path stands, since the templates that it names lie beside it.

    Raises:
        DocfillError: it cannot be read, is no map, names what the forms do not have, or a form is another one by now.
    """
    path = Path(target or named(source) or "map.toml")
    data, _ = contents(source, str(path))
    if len(data) > limits.current().rules:
        raise limits.exceeded(str(path), "文件过大", "the file is too large", "rules")
    try:
        table = files.toml_from(data)
        old, new = (_form_of(table[side], path) for side in ("old", "new"))
        entries = table.get("field", [])
        matches = _matches(entries, old.fields, new.fields, path)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        fault = fault_of(error)
        said = f"{path}：不是 docfill edition 做的对照表（{fault}）", f"{path}: no map of docfill edition ({fault.en})"
        raise DocfillError(*said, "bad-data") from None
    return Crossing(old, new, matches)


def _lines_of(match: Match, offered: Mapping[str, Field]) -> Iterator[str]:
    changes = f"change = [{', '.join(_text(c.value) for c in match.changes)}]"
    if match.old is None or match.new is None or Change.SHIFTED in match.changes:
        yield "[[dropped]]" if match.old else "[[added]]"
        yield from (f"{side} = {_text(f.path)}" for side, f in (("old", match.old), ("new", match.new)) if f)
        if match.old is None and match.new is not None and match.new.path in offered:
            yield f"perhaps = {_text(offered[match.new.path].path)}"
        yield from (changes, "") if Change.SHIFTED in match.changes else ("",)
        return
    yield from ("[[field]]", *_pair(match), changes)
    for name, options in (("options", match.options), ("maybe", match.maybe)):
        if options:
            yield f"[field.{name}]"
            yield from (f"{_text(o)} = {_text(n)}" for o, n in options.items())
    for column in match.columns:
        if column.old is not None and column.new is not None and Change.SHIFTED not in column.changes:
            yield from ("[[field.column]]", *_pair(column))
    yield ""


def _pair(match: Match) -> Iterator[str]:
    assert match.old is not None and match.new is not None
    yield f"old = {_text(match.old.path)}"
    yield f"new = {_text(match.new.path)}"
    if not match.is_sure:
        yield "sure = false"


def _matches(
    entries: list[dict[str, Any]],
    old: list[Field] | tuple[Field, ...],
    new: list[Field] | tuple[Field, ...],
    path: Path,
) -> tuple[Match, ...]:
    """The matches that a map lists; what it does not list was added or dropped."""
    ours, theirs = {f.path: f for f in old}, {f.path: f for f in new}
    found: dict[str, Match] = {}
    taken: set[str] = set()
    for entry in entries:
        first, second = _known(entry["old"], ours, path), _known(entry["new"], theirs, path)
        if second.path in found or first.path in taken:
            raise _refused(path, f"“{first.path}”或“{second.path}”配了两次", f'"{first.path}" or "{second.path}" twice')
        found[second.path] = _match(entry, first, second, path)
        taken.add(first.path)
    gone = {*ours} - taken
    here = [found.get(n.path) or Match(None, n, (Change.ADDED,)) for n in new]
    return (*here, *(Match(o, None, (Change.DROPPED,)) for o in old if o.path in gone))


def _match(entry: dict[str, Any], old: Field, new: Field, path: Path) -> Match:
    made = match_of(old, new)
    options, maybe = ({str(k): str(v) for k, v in entry.get(name, {}).items()} for name in ("options", "maybe"))
    known = frozenset(new.options)
    for option in (*options.values(), *maybe.values()):
        if option not in known:
            raise _refused(path, f"“{new.path}”没有选项“{option}”", f'"{new.path}" has no option "{option}"')
    kept = {*known, *options, *maybe}
    gone = tuple(o for o in old.options if o not in kept)
    columns = _matches(entry.get("column", []), old.fields, new.fields, path) if made.columns else ()
    is_sure = entry.get("sure", True) is True
    return Match(old, new, made.changes, is_sure, options, maybe, gone, columns)


def _known(named: str, fields: Mapping[str, Field], path: Path) -> Field:
    if named not in fields:
        raise _refused(path, f"没有“{named}”这一项，见 docfill fields", f'there is no field "{named}"')
    return fields[named]


def _refused(path: Path, zh: str, en: str) -> DocfillError:
    return DocfillError(f"{path}：{zh}", f"{path}: {en}", "bad-data")


def _where(form: Form, target: Path) -> str:
    """How a map names a form: a bundled one by its name, another by where its template lies from the map."""
    if form.path is None or (form.name in bundled() and bundled()[form.name] == form.path):
        return form.name
    try:
        return Path(os.path.relpath(form.path, target.parent)).as_posix()
    except ValueError:  # another drive of Windows
        return form.path.resolve().as_posix()


def _form_of(side: dict[str, Any], path: Path) -> Form:
    named = str(side["form"])
    form = Form.load(named if named in bundled() else path.parent / named)
    if form.fingerprint != side["fingerprint"]:
        raise _refused(
            path,
            f"模板“{named}”改过了，请重新运行 docfill edition",
            f'the template "{named}" has changed since; run docfill edition again',
        )
    return form


def _text(said: str) -> str:
    """A TOML string: JSON's, but for one character that TOML wants escaped."""
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
