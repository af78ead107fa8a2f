"""No pattern tries a text in many ways: repeats over the same characters are neither nested nor side by side.

Nor does a search go over a run of characters from each of them again: that is no call that could be counted, and takes
the square of the run.

Every compiled pattern of docfill's modules is parsed as Python parses it.  A repeat
without an end inside another, which nothing else holds apart, takes time that
doubles with each character; two of them side by side, time that is squared.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import docfill
from docfill import late

_SAMPLE = [*map(chr, range(32, 127)), *"\t\n\r\u3000\u00a0，。、：；（）“”－—一二甲年月日０９Ａ□☑√±²①éА\u200b"]
"""Characters of each kind that patterns tell apart."""
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_CATEGORIES = {
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_NOT_DIGIT: lambda c: not c.isdecimal(),
    op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


def _patterns() -> Iterator[tuple[str, late.Pattern | re.Pattern[str]]]:
    for module in pkgutil.walk_packages(docfill.__path__, "docfill."):
        if module.name.endswith("__main__"):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:  # an extra that is not installed here
            continue
        for name, value in vars(loaded).items():
            for index, held in enumerate(_held(value)):
                if isinstance(held.pattern, str):
                    yield f"{module.name}.{name}" + (f"[{index}]" if held is not value else ""), held


def _held(value: Any) -> Iterator[late.Pattern | re.Pattern[str]]:
    """A pattern, or those in a list or table."""
    if isinstance(value, late.Pattern | re.Pattern):
        yield value
    elif type(value) in (dict, list, tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _held(inner)


PATTERNS = dict(_patterns())


def test_a_pattern_that_is_compiled_late_is_like_any_other() -> None:
    made = late.pattern(r"(a)(b)?", re.I)
    assert made.sub("x", "cAB") == "cx"
    assert made.sub("x", "cAB") == re.compile(r"(a)(b)?", re.I).sub("x", "cAB")
    assert (made.pattern, made.flags) == (r"(a)(b)?", re.I)
    assert late.pattern(rb"\d").findall(b"a1b2") == [b"1", b"2"]


def test_modules_leave_their_patterns_to_the_first_search() -> None:
    """Each start would compile them all; see `docfill.late`."""
    at_once = [name for name, value in PATTERNS.items() if isinstance(value, re.Pattern)]
    assert at_once == []


def _is_in(what: Any, value: Any, char: str) -> bool:
    if what is op.LITERAL:
        return chr(value) == char
    if what is op.NOT_LITERAL:
        return chr(value) != char
    if what is op.RANGE:
        return value[0] <= ord(char) <= value[1]
    if what is op.CATEGORY:
        return bool(_CATEGORIES[value](char))
    if what is op.IN:
        negated = value[0][0] is op.NEGATE
        return any(_is_in(*item, char) for item in value[negated:]) != negated
    return what is op.ANY


def _characters(tree: Any) -> set[str]:
    """The sample's characters that may stand anywhere in what a piece of a pattern matches."""
    found: set[str] = set()
    for what, value in tree:
        if what in (op.ASSERT, op.ASSERT_NOT, op.AT):
            continue
        inner = _inner(what, value)
        found |= set().union(*map(_characters, inner)) if inner else {c for c in _SAMPLE if _is_in(what, value, c)}
    return found


def _firsts(tree: Any) -> set[str]:
    """The sample's characters that what a piece of a pattern matches may begin with."""
    found: set[str] = set()
    for what, value in tree:
        inner = _inner(what, value)
        found |= set().union(*map(_firsts, inner)) if inner else _characters([(what, value)])
        if _least(parser.SubPattern(tree.state, [(what, value)])):
            break
    return found


def _inner(what: Any, value: Any) -> list[Any]:
    if what in (*_REPEATS, op.POSSESSIVE_REPEAT):
        return [value[2]]
    if what is op.SUBPATTERN:
        return [value[3]]
    if what is op.ATOMIC_GROUP:
        return [value]
    if what is op.BRANCH:
        return list(value[1])
    return []


def _least(tree: Any) -> int:
    return int(tree.getwidth()[0])


def _open_ends(tree: Any) -> Iterator[set[str]]:
    """The characters of each repeat without an end in a piece."""
    for what, value in tree:
        if what in _REPEATS and value[1] is op.MAXREPEAT:
            yield _characters(value[2])
        for inner in _inner(what, value) if what not in (op.ATOMIC_GROUP, op.POSSESSIVE_REPEAT) else ():
            yield from _open_ends(inner)


def faults(tree: Any) -> Iterator[str]:
    """What lets a pattern try a text in many ways."""
    running: list[set[str]] = []
    for what, value in tree:
        for inner in _inner(what, value):
            yield from faults(inner)
        if what in _REPEATS and value[1] is op.MAXREPEAT:
            body = value[2]
            if any(not _holds_apart(body, run) for run in _open_ends(body)):
                yield f"a repeat inside a repeat: {body}"
            own = _firsts(body)
            if any(own & other for other in running):
                yield f"repeats side by side: {body}"
            running = [_characters(body), *running] if not value[0] else [_characters(body)]
        elif _least(parser.SubPattern(tree.state, [(what, value)])):
            running = []


def _holds_apart(body: Any, run: set[str]) -> bool:
    """Whether each time round needs a character that the repeat inside does not take."""
    pieces = [(what, value) for what, value in body]
    if len(pieces) == 1 and (inner := _inner(*pieces[0])) and pieces[0][0] not in _REPEATS:
        return all(_holds_apart(each, run) for each in inner)
    for what, value in pieces:
        needed = not (what in _REPEATS and not value[0]) and what not in (op.ASSERT, op.ASSERT_NOT, op.AT)
        alone = parser.SubPattern(body.state, [(what, value)])
        if needed and _least(alone) and not _characters([(what, value)]) & run:
            return True
    return False


_MATCHED = re.compile(r"(?<!\w)(?P<name>\w+)\.(?:match|fullmatch)\(")
_SEARCHED = re.compile(r"(?<!\w)(?P<name>\w+)(?:\[[^\]]*\])?\.(?:search|split|findall|finditer|sub|subn)\(")
BOUND = {
    "docfill.kinds.date._DRAWN": "matched whole, by another name",
    "docfill.kinds.time._DRAWN": "matched whole, by another name",
    "docfill.kinds.time._PARTIAL": "matched whole, by another name",
    "docfill.template.parsing._HIDDEN": "on a tag, which is short",
    "docfill.word.part._CHARACTER": "on a text of XML, in which no & is without its end",
    "docfill.read.blanks._ROOM": "on what a form prints, whose tokens are charged",
    "docfill.tag.cells._NUMBER": "on the beginning of a cell",
    "docfill.tag.lines._COLUMNS": "on a line of a blank form, whose length is charged",
    "docfill.tag.lines._RULES_APART": "on a line of a blank form, whose length is charged",
    "docfill.tag.words.LIMIT": "on a line of a blank form, whose length is charged",
    "docfill.tag.words._LEADS_ON": "on a name, which is short",
    "docfill.tag.words._TOLD_BEHIND": "on a label, which is short",
}
"""The patterns that may start over because what they are searched in is short, and why it is."""


def _used_in(text: str) -> tuple[set[str], set[str]]:
    """The names of what a program matches from the beginning, and of what it searches with."""
    matched, searched = ({found["name"] for found in used.finditer(text)} for used in (_MATCHED, _SEARCHED))
    return matched, searched


def _searched() -> set[str]:
    """The patterns that are searched, not only matched from the beginning: by their modules, public ones by any."""
    sources = {path.as_posix(): path.read_text(encoding="utf-8") for path in Path(docfill.__path__[0]).rglob("*.py")}
    by_module = {path: _used_in(text) for path, text in sources.items()}
    anywhere = _used_in("\n".join(sources.values()))
    found = set()
    for name in PATTERNS:
        module, _, called = name.rpartition(".")
        base = called.partition("[")[0]
        own = by_module[Path(str(importlib.import_module(module).__file__)).as_posix()]
        matched, searched = own if base.startswith("_") else anywhere
        if base not in matched or base in searched:
            found.add(name)
    return found


def restarts(tree: Any) -> Iterator[str]:
    """The runs that a search goes over from each of their characters again, since what follows may fail."""
    yield from _restarts([*tree], tree.state, (), set())


def _restarts(pieces: list[Any], state: Any, passed: tuple[set[str], ...], kept_off: set[str]) -> Iterator[str]:
    for index, (what, value) in enumerate(pieces):
        rest = pieces[index + 1 :]
        if what is op.AT and value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            return
        if what in (op.ASSERT, op.ASSERT_NOT, op.AT):
            if what is op.ASSERT_NOT and value[0] < 0 and not passed:
                kept_off = kept_off | _characters(value[1])
            if what is op.ASSERT and value[0] < 0:
                passed = (*passed, _characters(value[1]))
            continue
        if what in (op.SUBPATTERN, op.ATOMIC_GROUP, op.BRANCH):
            for inner in _inner(what, value):
                yield from _restarts([*inner, *rest], state, passed, kept_off)
            return
        own = _characters([(what, value)]) or _stands_for(what, value)
        if what in (*_REPEATS, op.POSSESSIVE_REPEAT) and value[1] is op.MAXREPEAT and _may_fail(rest, state):
            run = set.intersection(own - kept_off, *passed)
            yield from ["".join(sorted(run))] if run else []
        if what not in (*_REPEATS, op.POSSESSIVE_REPEAT) or value[0]:
            passed = (*passed, own)


def _stands_for(what: Any, value: Any) -> set[str]:
    """The letter of the sample that is like one that is none of it; any other character is like none."""
    is_letter = what is op.LITERAL and chr(value).isalpha()
    return {"甲"} if is_letter or what in (op.IN, *_REPEATS, op.POSSESSIVE_REPEAT) else set()


def _may_fail(rest: list[Any], state: Any) -> bool:
    asserted = any(what in (op.ASSERT, op.ASSERT_NOT, op.AT) for what, _ in rest)
    return asserted or bool(_least(parser.SubPattern(state, rest)))


@pytest.mark.parametrize("name", sorted(_searched() - set(BOUND)))
def test_a_search_goes_over_a_text_once(name: str) -> None:
    pattern = PATTERNS[name]
    assert [*restarts(parser.parse(pattern.pattern, pattern.flags))] == []


@pytest.mark.parametrize("pattern", [r"\s+$", r"\s*x", r"[ab]{2,}(?=c)", r"\{.*?\}", r"(?:a|\s+b)c", r"含[^(]+$"])
def test_a_search_that_starts_over_is_told(pattern: str) -> None:
    assert [*restarts(parser.parse(pattern))]


@pytest.mark.parametrize("pattern", [r"x\s*", r"(?<!\s)\s*x", r"\([^()]*\)", r"^\s*x", r"(?<=日)\s*x", r"\d{1,9}x"])
def test_a_search_that_does_not_is_not(pattern: str) -> None:
    assert [*restarts(parser.parse(pattern))] == []


def test_what_is_bound_is_a_pattern_that_would_start_over() -> None:
    bound = {n: PATTERNS[n] for n in _searched() if n in BOUND}
    assert {n for n, pattern in bound.items() if [*restarts(parser.parse(pattern.pattern, pattern.flags))]} == set(
        BOUND
    )


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_tries_a_text_in_few_ways(name: str) -> None:
    pattern = PATTERNS[name]
    assert [*faults(parser.parse(pattern.pattern, pattern.flags))] == []


@pytest.mark.parametrize("pattern", [r"(a+)+", r"(?:\s*x?)*", r"\s*\s+$", r"\d*\.?\d*", r"(?:a|b+)*c", r"\w+\d*x"])
def test_a_pattern_that_tries_many_ways_is_told(pattern: str) -> None:
    assert [*faults(parser.parse(pattern))]


@pytest.mark.parametrize("pattern", [r"a+b+", r"(?:a+,)*", r"\s*:\s*", r"(?>\s*)\s*", r"[^,]*,[^,]*"])
def test_a_pattern_that_does_not_is_not(pattern: str) -> None:
    assert [*faults(parser.parse(pattern))] == []
