"""Messy returned forms: law 5 under every habit of `tests.messy`, alone and several together.

Alone, a habit that is `clear` is read exactly and without a doubt; the others
are read exactly or doubted, answer by answer.  Together, up to four of them on
drawn data, nothing is ever silently wrong.

pytest tests/test_messy.py                                            # always the same examples
HYPOTHESIS_PROFILE=long pytest tests/test_messy.py -n 2 -k together   # other ones every time, 2000 a form, shrunk
python -m tests.compositions --count 50000                            # many more, by a seed, with a summary
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docfill import Form
from docfill.fields import ticked
from tests.compositions import composition, run, unsaid
from tests.messy import CLEAR, HABITS, Habit, Page, spoilt
from tests.small_form import NAMES, form_named
from tests.strategies import filled_everywhere, plain, record_of, records
from tests.test_laws import leaves

every_form = pytest.mark.parametrize("name", NAMES)
every_habit = pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)


@functools.cache
def _answered(name: str) -> dict[str, Any]:
    """A record with answers of every kind, large numbers and small, and some places left blank."""
    form = form_named(name)
    values = dict(filled_everywhere(form))
    for n, f in enumerate(form.fields):
        if f.kind.name in ("number", "integer"):
            values[f.path] = "无" if n % 7 == 3 else 617 * n + 0.5 * (f.kind.name == "number" and n % 2)
        elif n % 4 == 3 and f.kind.name != "date":
            del values[f.path]
    return record_of(ticked(form.fields, values))


@functools.cache
def _unspoilt(name: str) -> bytes:
    return etree.tostring(Page(form_named(name), _answered(name)).root)


def words(texts: list[str]) -> list[str]:
    """Texts without spaces, in order."""
    return sorted("".join(text.split()) for text in texts)


@every_form
@every_habit
def test_a_habit_alone(name: str, habit: Habit) -> None:
    page = spoilt(form_named(name), _answered(name), [(habit, 0)])
    result = form_named(name).extract(page.document())
    assert unsaid(result, page) == {}
    if habit.reading == CLEAR:
        assert dict(leaves(result.data)) == dict(leaves(page.truth()))
        assert [str(problem) for problem in result.problems if problem.severity != "note"] == []
        assert words([x.text for x in result.leftovers]) == words(page.added)


@every_habit
def test_a_habit_changes_some_form(habit: Habit) -> None:
    pages = ((name, spoilt(form_named(name), _answered(name), [(habit, 0)])) for name in reversed(NAMES))
    assert any(etree.tostring(page.root) != _unspoilt(name) for name, page in pages)


def habits() -> st.SearchStrategy[list[tuple[Habit, int]]]:
    """None to four habits of different families, each with its pick."""
    habit = st.tuples(st.sampled_from(HABITS), st.integers(0, 9))
    return st.lists(habit, max_size=4, unique_by=lambda h: h[0].kin)


@functools.cache
def parts_of_records(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Records of plain texts of which only a stretch of fields is kept, so that a failure shrinks to few answers."""

    def kept(record: dict[str, Any], start: int, size: int) -> dict[str, Any]:
        values = dict(leaves(form.context(record)))
        return record_of({f.path: values[f.path] for f in form.fields[start : start + size]})

    bound = st.integers(0, len(form.fields))
    return st.builds(kept, records(form, plain, 6), bound, bound)


@every_form
@given(data=st.data())
def test_habits_together_are_never_silently_wrong(name: str, data: st.DataObject) -> None:
    form = form_named(name)
    done = data.draw(habits())
    page = spoilt(form, data.draw(parts_of_records(form)), done)
    assert unsaid(form.extract(page.document()), page) == {}


# --- what a long run found ---

_FOUND: tuple[tuple[str, dict[str, int]], ...] = (
    ("small", {"cell put into a row": 1, "grid after": 0}),
    ("shanghai", {"cell put into a row": 58, "grid after": 0}),
    ("small", {"answer in two rows": 0, "answers in nested tables": 0}),
    ("shanghai", {"only the chosen": 8, "answers quote boxes": 8}),
    ("shanghai", {"no boxes at all": 1, "answers quote boxes": 6}),
    ("shandong", {"form twice": 4, "labels cut short": 4}),
    ("shanghai", {"boxes after their labels": 3, "paragraphs for options": 4}),
    ("shanghai", {"headers deleted": 9, "attachment": 7}),
)
"""Habits that together were once read silently wrong, of a form that is filled everywhere, each with its pick."""


@pytest.mark.parametrize(("name", "together"), _FOUND, ids=lambda x: x if isinstance(x, str) else " + ".join(x))
def test_what_was_silent_is_no_more(name: str, together: dict[str, int]) -> None:
    form = form_named(name)
    done = [(habit, together[habit.name]) for habit in HABITS if habit.name in together]
    page = spoilt(form, record_of(filled_everywhere(form)), done)
    assert len(done) == len(together)
    assert unsaid(form.extract(page.document()), page) == {}


# --- the tests themselves can fail ---


def _lost(form: Form) -> Page:
    """A page whose first answer was painted over, in truth but not in the record."""
    page = Page(form, _answered(form.name))
    text = next(t for t in page.answers()[0].iter("{*}t") if t.text)
    text.text = "另一个"
    return page


def test_an_answer_that_was_changed_unsaid_is_caught() -> None:
    form = form_named("small")
    page = _lost(form)
    assert list(unsaid(form.extract(page.document()), page).values()) != []


def test_an_answer_that_must_be_doubted_and_is_not_is_caught() -> None:
    form = form_named("small")
    page = Page(form, _answered("small"))
    page.must.add("申请.用途")
    assert unsaid(form.extract(page.document()), page) == {"申请.用途": "not doubted"}


def test_a_page_without_habits_reads_as_it_was_filled() -> None:
    for name in NAMES:
        page = Page(form_named(name), _answered(name))
        result = form_named(name).extract(page.document())
        assert (result.data, result.problems, result.leftovers) == (page.truth(), [], [])


def test_the_habits_have_names_of_their_own() -> None:
    assert len({habit.name for habit in HABITS}) == len(HABITS)


# --- the runner of many ---


def test_a_composition_is_the_same_whenever_it_is_asked_for() -> None:
    first, again, other = composition(1, 7), composition(1, 7), composition(1, 8)
    assert (str(first), first.record) == (str(again), again.record)
    assert (str(first), first.record) != (str(other), other.record)


def test_a_run_of_compositions_counts_each_with_its_habits() -> None:
    tally = run(range(6), 1, 1)
    assert tally.tried == 6
    assert sum(tally.habits.values()) == sum(len(composition(1, n).habits) for n in range(6))
    assert next(tally.lines()).startswith("6 compositions, 0 silent")


def test_a_line_that_took_the_next_one_in_is_doubted_where_that_is_found_far_off() -> None:
    form, habits = form_named("shanghai"), {habit.name: habit for habit in HABITS}
    record = json.loads((Path(__file__).parent.parent / "data" / "shanghai.json").read_text(encoding="utf-8"))
    page = spoilt(form, record, [(habits["cover lines joined"], 4), (habits["row repeated"], 1)])
    assert "封面.所属区" in {problem.path for problem in form.extract(page.document()).problems}
