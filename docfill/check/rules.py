"""Rules: what an official checks on one form, as data beside its template (`X.docx` → `X.toml`).

A rule names the fields that it is about (`for`, with `{name}` for a step that
varies), the condition that must hold (`require`, in the template's own
expression language), a message, a severity and the note of the form that it
rests on (`source`).  A rule that needs an answer which is missing, 无 or
unreadable says nothing.  The evidence that an answer calls for is listed the
same way.  Everything is checked against the form when it is loaded: a path, a
function or a key that does not exist is told, never skipped.  docs/checking.md
is the grammar.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from rapidfuzz import fuzz, process

from docfill import files, late, limits
from docfill.beside import rules_file
from docfill.check.expression import Blank, Expression, SaidNone, Unanswered, Variable
from docfill.check.functions import FUNCTIONS
from docfill.data import record_of
from docfill.fields import Field
from docfill.form import Form
from docfill.kinds import NUMBER, WRITTEN, shown
from docfill.problems import DocfillError, Language, Problem, Said, Severity, fault_of, listed, say, section_of
from docfill.template import meaning
from docfill.text import key as key_of
from docfill.values import NONE

VALUE, TEXT, OPTION = "value", "text", "option"
"""The names that every rule has: the answer, the answer as it was written, and the option of an evidence."""

_UNWRITTEN = Blank(name=TEXT)

_PLACEHOLDER = late.pattern(r"\{([^{}]*)\}")
_STEPS_A_RULE, _STEPS_A_PATTERN, _STEPS_A_TARGET, _STEPS_A_CASE, _STEPS_A_ROW, _STEPS_A_BROKEN = 300, 10, 5, 1, 8, 5
_FIELDS_A_STEP, _CHARACTERS_A_STEP = 5, 20
"""Fields that a pattern is compared with in a step, and characters of an answer that a function reads."""
_MOST_IN_A_STEP = 2
"""Names and stars in one step of a pattern: with each more, a step can be tried in as many more ways as it is long."""
_LONGEST_SAID = 200
"""Characters of an answer that a message quotes."""
_FAULTS_TOLD = 50
_SEVERITIES = ("error", "warning", "note")
_KEYS = {
    "rule": {"name", "for", "kinds", "require", "message", "message_en", "severity", "source"},
    "evidence": {"name", "for", "kinds", "when", "due", "due_en", "source"},
}
_NEEDED = {"rule": ("name", "require", "message", "severity", "source"), "evidence": ("name", "for", "due", "source")}
_TOP = {"rule": list, "evidence": list, "by_hand": list, "exact": list, "key": list}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with expressions in braces: `现为 {value}`; each language's words and, between them, expressions."""

    zh: Sequence[str]
    en: Sequence[str]
    parts: Mapping[str, Expression]

    def say(self, context: Mapping[str, Any]) -> tuple[str, str]:
        """The sentence with the values in it, in Chinese and English; an answer that is not there is 无."""
        shown = {part: _said(expression, context) for part, expression in self.parts.items()}
        zh = _joined(self.zh, shown)
        return zh, zh if self.en == self.zh else _joined(self.en, shown)


def _joined(said: Sequence[str], shown: Mapping[str, str]) -> str:
    """The words of a sentence with what the expressions between them show."""
    return "".join([shown[piece] if at % 2 else piece for at, piece in enumerate(said)]) if shown else said[0]


def pieces_of(said: str) -> list[str]:
    """The words of a sentence and, between them, the expressions that it has in braces."""
    return _PLACEHOLDER.split(said)


def _said(expression: Expression, context: Mapping[str, Any]) -> str:
    """The value of an expression in a sentence; of a long one its beginning."""
    try:
        said = _shown(expression(context))
    except (Unanswered, TypeError):
        return NONE
    return said if len(said) <= _LONGEST_SAID else f"{said[:_LONGEST_SAID]}…"


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a rule is about, with what the varying steps of its path are; `is_rows`: each row of it."""

    field: Field
    names: Mapping[str, str]
    is_rows: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, or one evidence (then `require` tells whether it is due); see the module."""

    name: str
    targets: tuple[Target, ...]
    require: Expression | None
    message: Message
    severity: Severity
    source: str


@dataclass(frozen=True, slots=True)
class Broken(Problem):
    """A rule that does not hold for one document: its message, severity and source are the rule's own."""

    rule: str = ""
    level: Severity = "error"
    zh: str = ""
    en: str = ""
    source: str = ""

    @property
    def severity(self) -> Severity:
        """The rule's."""
        return self.level

    def sentence(self, spoken: Language) -> str:
        """The rule's message, in one language."""
        return self.en if spoken == "en" else self.zh

    def to_dict(self) -> dict[str, Any]:
        """A problem that names its rule and the note of the form."""
        return {**Problem.to_dict(self), "rule": self.rule, "source": self.source}


@dataclass(frozen=True, slots=True)
class Due:
    """Something that must be attached: for which fields, what, and the note of the form that asks for it."""

    fields: tuple[Field, ...]
    zh: str
    en: str
    source: str

    @property
    def section(self) -> str:
        """The section of the form that calls for it."""
        return section_of(self.fields[0].place, self.fields[0].path)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "due": say(self.zh, self.en),
            "paths": [f.path for f in self.fields],
            "source": self.source,
            "place": self.fields[0].place.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a form.

    Attributes:
        rules: what must hold.
        evidence: what must be attached, and when.
        by_hand: the paths of what is written on paper, so that it may be blank in the file.
        exact: words of the form that must stand there to the letter.
    """

    rules: tuple[Rule, ...] = ()
    evidence: tuple[Rule, ...] = ()
    by_hand: frozenset[str] = frozenset()
    exact: tuple[str, ...] = ()

    def failing(self, answers: Answers) -> list[tuple[str, str]]:
        """(rule, reason) of each condition that cannot be worked out for what the answers are, as 文字 < 数."""
        found = []
        for rule in (*self.rules, *self.evidence):
            for _, context in _cases(rule, answers):
                try:
                    if rule.require is not None:
                        rule.require({**context, OPTION: ""})
                except Unanswered:
                    continue
                except TypeError as error:
                    found.append((rule.name, str(error)))
        return list(dict.fromkeys(found))

    def broken(self, answers: Answers) -> list[Broken]:
        """The rules that do not hold, in the order of the file."""
        found: dict[tuple[str, ...], Broken] = {}
        for rule in self.rules:
            for target, context in _cases(rule, answers):
                if rule.require is not None and _holds(rule.require, context) is False:
                    zh, en = rule.message.say(context)
                    limits.spend(_STEPS_A_BROKEN + len(zh) // _CHARACTERS_A_STEP)
                    shown, path, place = _plain(context[VALUE]), target.field.path, target.field.place
                    broken = Broken("rule", path, shown, None, place, rule.name, rule.severity, zh, en, rule.source)
                    found.setdefault((rule.name, path, zh, en, str(shown)), broken)
        return [*found.values()]

    def due(self, answers: Answers) -> list[Due]:
        """What must be attached, once each, in the order of the file; for several choices an item an option.

        An option with words written in beside it is called by both.
        """
        found: dict[tuple[str, ...], Due] = {}
        for item in self.evidence:
            for target, context in _cases(item, answers):
                options = answers.record.get(target.field.path) if target.field.kind.is_many else [""]
                for option in options or ():
                    context[OPTION] = option
                    is_due = _is_given(context[VALUE]) if item.require is None else _holds(item.require, context)
                    if is_due:
                        context[OPTION] = _with_write_in(option, target.field, answers.record)
                        zh, en = item.message.say(context)
                        # 其他 of one question is not that of another
                        same = (item.name, zh, target.field.path if option else "")
                        known = found.get(same)
                        fields = (*(known.fields if known is not None else ()), target.field)
                        found[same] = Due(fields, zh, en, item.source)
        return list(found.values())


class Answers:
    """What the rules of a form see of one record.

    Args:
        fields: the form's fields.
        record: the values by path, absent ones left out or None.
        texts: the answers as they were written, by path, where that is known.
        functions: those that know the document, in the place of the ones of their names that do not.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        record: Mapping[str, Any],
        texts: Mapping[str, str],
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        self.record, self.texts = record, texts
        self._fields, self._functions = fields, functions or {}

    @cached_property
    def seen(self) -> dict[str, Any]:
        """The answers by path, as a rule sees them."""
        return {f.path: _seen(f, self.record.get(f.path)) for f in self._fields}

    @cached_property
    def context(self) -> Mapping[str, Any]:
        """What names mean in every rule."""
        return {**record_of(self._fields, self.seen), **FUNCTIONS, **self._functions}


def _seen(f: Field, value: Any) -> Any:
    """An answer as a rule sees it."""
    if not f.is_readable and not f.kind.is_flag:
        return Blank(name=f.path)
    if f.kind.absent is not None:
        given = value or f.kind.absent
        return [dict(x) if isinstance(x, Mapping) else x for x in given] if isinstance(given, list) else given
    if value is None:
        return Blank(name=f.path)
    if value == NONE:
        return SaidNone(name=f.path)
    return value if f.kind.is_usable(value) else Blank(name=f.path)


def _cases(rule: Rule, answers: Answers) -> Iterator[tuple[Target, dict[str, Any]]]:
    """The names of a rule for each field (or row) that it is about: one mapping, of which each case changes its own."""
    names = {**answers.context}
    for target in rule.targets:
        path = target.field.path
        seen, text = answers.seen[path], answers.texts.get(path, _UNWRITTEN)
        steps = _STEPS_A_ROW if target.is_rows else _STEPS_A_CASE
        for value in seen if target.is_rows else (seen,):
            limits.spend(steps + (len(value) // _CHARACTERS_A_STEP if isinstance(value, str) else 0))
            row = {k: Blank(name=k) if v is None else v for k, v in value.items()} if target.is_rows else value
            names |= {**target.names, TEXT: text, VALUE: row}
            yield target, names


def _holds(condition: Expression, context: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; None where that can't be said."""
    try:
        return bool(condition(context))
    except (Unanswered, TypeError):
        return None


def _with_write_in(option: str, f: Field, record: Mapping[str, Any]) -> str:
    written = record.get(f"{f.path}_{key_of(option)}")
    return f"{option}（{written}）" if isinstance(written, str) else option


def _is_given(value: Any) -> bool:
    """Whether an answer calls for evidence where the evidence does not say when: any, but 无, 0 and 否."""
    return not isinstance(value, Blank) and value not in (0, [], "否")


def _plain(value: Any) -> Any:
    return None if isinstance(value, Blank) else str(value) if isinstance(value, dict) else value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_shown, value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return NUMBER.format(round(value, 2))


# --- the file ---


def rules_of(form: Form) -> Rulebook:
    """The rules of a form; none where it has no such file.

    Raises:
        DocfillError: the rules cannot be used; every reason is listed.
    """
    found = rules_file(form)
    return Rulebook() if found is None else rules_from(*found, form.fields)


def rules_from(data: bytes, path: str, fields: Sequence[Field]) -> Rulebook:
    """The rules in a file; DocfillError as `rules_of`."""
    book, faults = _parsed(data, fields)
    if faults:
        zh, en = ("\n".join(f"  {p.line(spoken)}" for p in faults[:_FAULTS_TOLD]) for spoken in ("zh", "en"))
        if (more := len(faults) - _FAULTS_TOLD) > 0:
            zh, en = f"{zh}\n  另有 {more} 处", f"{en}\n  and {more} more"
        raise DocfillError(f"规则文件 {path} 不能用：\n{zh}", f"the rules in {path} cannot be used:\n{en}", "bad-rules")
    return book


_KEPT = 32
_parsed_books: dict[tuple[bytes, int], tuple[Sequence[Field], Rulebook, list[Problem]]] = {}


def _parsed(data: bytes, fields: Sequence[Field]) -> tuple[Rulebook, list[Problem]]:
    """As `parse`; the same rules for the same fields of a loaded form are compiled once."""
    at = data, id(fields)
    kept = _parsed_books.get(at)
    if kept is None:
        if len(_parsed_books) >= _KEPT:
            _parsed_books.clear()
        kept = _parsed_books[at] = (fields, *parse(data, fields))
    return kept[1:]


def parse(data: bytes, fields: Sequence[Field]) -> tuple[Rulebook, list[Problem]]:
    """The rules in a TOML file, and everything that is wrong with them.

    Raises:
        DocfillError: there are so many, or so many fields in them, that it would take long to know.
    """
    try:
        table = files.toml_from(data)
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError, and so is Python's for a giant
        return Rulebook(), [Problem("rules-syntax", "", fault_of(error))]
    reader = _Reader(fields)
    with limits.Budget("rules", len(data)):
        return reader.book(table), reader.faults


class _Reader:
    """Reads the tables of a rules file against the fields of a form."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = {f.path: f for f in fields}
        self._groups = {".".join(f.steps[:n]) for f in fields for n in range(1, len(f.steps))}
        self.faults: list[Problem] = []

    def book(self, table: Mapping[str, Any]) -> Rulebook:
        """Everything in the file."""
        for key, value in table.items():
            if key not in _TOP or not isinstance(value, list):
                self._fault("rule-key", "", key, " ".join(_TOP))
        taken = {VALUE, TEXT, OPTION, *FUNCTIONS} & {f.steps[0] for f in self._fields.values()}
        for name in sorted(taken):
            self._fault("rule-name-taken", name, name)
        rules, evidence = ([self._rule(kind, t) for t in self._list(table, kind)] for kind in ("rule", "evidence"))
        by_hand = [t.field.path for p in self._list(table, "by_hand") for t in self._matching("by_hand", str(p))]
        made = [r for r in rules if r is not None]
        names = [r.name for r in made]
        for name in (n for n, times in Counter(names).items() if times > 1):
            self._fault("rule-key", name, "name", name)
        due = [r for r in evidence if r is not None]
        exact = tuple(str(words) for words in self._list(table, "exact"))
        for path in self._list(table, "key"):
            self._matching("key", str(path))
        return Rulebook(tuple(made), tuple(due), frozenset(by_hand), exact)

    @staticmethod
    def _list(table: Mapping[str, Any], key: str) -> list[Any]:
        value = table.get(key, [])
        return value if isinstance(value, list) else []

    def _fault(self, code: str, rule: str, found: Any, expected: Any = None) -> None:
        words = found if isinstance(found, str) else shown(found)
        both = Said(f"{rule}：{words}", f"{rule}: {words.en if isinstance(words, Said) else words}")
        self.faults.append(Problem(code, "", both if rule else words, expected))

    def _rule(self, kind: str, table: Any) -> Rule | None:
        """A table of the file, where nothing is wrong with it."""
        before = len(self.faults)
        limits.spend(_STEPS_A_RULE)
        if not isinstance(table, Mapping):
            self._fault("rule-key", kind, table, " ".join(sorted(_KEYS[kind])))
            return None
        name = str(table.get("name", "?"))
        for key in sorted(table.keys() - _KEYS[kind]):
            self._fault("rule-key", name, key, " ".join(sorted(_KEYS[kind])))
        for key in _NEEDED[kind]:
            if not table.get(key):
                self._fault("rule-key-missing", name, key, listed(_NEEDED[kind]))
        for key in sorted(table.keys() - {"for", "kinds"}):
            if not isinstance(table[key], str):
                self._fault("rule-key", name, key, "text")
        severity = table.get("severity", "note")
        if severity not in _SEVERITIES:
            self._fault("rule-key", name, f"severity = {shown(severity)}", " ".join(_SEVERITIES))
        if len(self.faults) > before:
            return None
        targets = self._targets(name, table)
        condition = "require" if kind == "rule" else "when"
        require = self._expression(name, str(table[condition]), targets) if condition in table else None
        message = self._message(name, table, "message" if kind == "rule" else "due", targets)
        if len(self.faults) > before:
            return None
        return Rule(name, tuple(targets), require, message, cast(Severity, severity), str(table["source"]))

    def _targets(self, name: str, table: Mapping[str, Any]) -> list[Target]:
        """The fields that a rule is about: those that `for` matches, of the `kinds` that it names."""
        patterns = table.get("for", [])
        kinds = table.get("kinds", [])
        patterns = [patterns] if isinstance(patterns, str) else patterns
        known = {f.kind.name for f in self._fields.values()} | set(WRITTEN)
        if not isinstance(kinds, list) or not set(map(str, kinds)) <= known:
            self._fault("rule-key", name, f"kinds = {shown(kinds)}", " ".join(sorted(known)))
            return []
        if not isinstance(patterns, list) or not (patterns or kinds):
            self._fault("rule-key-missing", name, "for", "for / kinds")
            return []
        found = [t for p in patterns for t in self._matching(name, str(p))]
        if not patterns:
            limits.spend(_STEPS_A_TARGET * len(self._fields))
            found = [Target(f, {}) for f in self._fields.values()]
        return [t for t in found if not kinds or t.field.kind.name in kinds]

    def _matching(self, rule: str, pattern: str) -> list[Target]:
        limits.spend(_STEPS_A_PATTERN)
        is_rows = pattern.endswith("[]")
        bare = pattern.removesuffix("[]")
        names = _PLACEHOLDER.findall(bare)
        is_tried_in_many_ways = any(step.count("{") + step.count("*") > _MOST_IN_A_STEP for step in bare.split("."))
        if any(not n.isidentifier() for n in names) or len(set(names)) < len(names) or is_tried_in_many_ways:
            self._fault("rule-expression", rule, pattern, "{name}")
            return []
        if not names and "*" not in bare:
            field = self._fields.get(bare)
            if field is None or (is_rows and not field.kind.has_records):
                self._unknown(rule, pattern)
                return []
            return [Target(field, {}, is_rows)]
        limits.spend(len(self._fields) // _FIELDS_A_STEP)
        pieces = re.split(r"(\{[^{}]*\}|\*)", bare)
        shape = re.compile(
            "".join("([^.]+)" if p[:1] == "{" else "[^.]+" if p == "*" else re.escape(p) for p in pieces)
        )
        found = [
            Target(f, dict(zip(names, matched.groups(), strict=True)), is_rows)
            for f in self._fields.values()
            if (matched := shape.fullmatch(f.path)) and (f.kind.has_records or not is_rows)
        ]
        limits.spend(_STEPS_A_TARGET * len(found))
        if not found:
            self._unknown(rule, pattern)
        return found

    def _unknown(self, rule: str, path: str) -> None:
        limits.spend(_STEPS_A_PATTERN + len(self._fields) // _FIELDS_A_STEP)
        nearest = process.extractOne(path, list(self._fields), scorer=fuzz.ratio)
        self.faults.append(Problem("rule-unknown-path", path, rule, nearest[0] if nearest else None))

    def _message(self, name: str, table: Mapping[str, Any], key: str, targets: list[Target]) -> Message:
        both = [str(said) for said in (table[key], table.get(f"{key}_en", table[key]))]
        for said in both:
            meaning.check_length(said)
        zh, en = map(pieces_of, both)
        parts: dict[str, Expression] = {}
        for source in dict.fromkeys(zh[1::2] + en[1::2]):
            expression = self._expression(name, source, targets)
            if expression is not None:
                parts[source] = expression
        return Message(zh, en, parts)

    def _expression(self, name: str, source: str, targets: list[Target]) -> Expression | None:
        """An expression whose functions and paths exist, whatever the names that `for` gives stand for."""
        try:
            made = Expression(source)
        except DocfillError as error:
            self._fault("rule-expression", name, source, error)
            return None
        for called, given in sorted(made.calls):
            if called not in FUNCTIONS:
                self._fault("rule-unknown-function", name, called, listed(FUNCTIONS))
            elif given != (wanted := len(inspect.signature(FUNCTIONS[called]).parameters)):
                self._fault("rule-expression", name, source, f"{called}: {given} ≠ {wanted}")
        wrong: dict[str, None] = {}
        for target in targets:
            own = {VALUE, TEXT, OPTION, *target.names}
            for steps in made.paths:
                if steps[0] in own:
                    continue
                resolved = [target.names.get(s.name, "?") if isinstance(s, Variable) else s for s in steps]
                path = ".".join(resolved)
                if path not in self._fields and path not in self._groups:
                    wrong[path] = None
        for path in wrong:
            self._unknown(name, path)
        return made
