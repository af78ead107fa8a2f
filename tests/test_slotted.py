"""Slotted classes are to those who use them what dataclasses are."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from docfill import Form
from docfill.slotted import entity, frozen, mutable

ROOT = Path(__file__).parent.parent
T = TypeVar("T")


@frozen
class Box(Generic[T]):
    """A box."""

    held: T
    label: str = "box"
    notes: list[str] = field(default_factory=list)
    count: ClassVar[int] = 3

    @property
    def told(self) -> str:
        return f"{self.label} {self.held}"


@dataclass(frozen=True, slots=True)
class Model(Generic[T]):
    """What a box is held to."""

    held: T
    label: str = "box"
    notes: list[str] = field(default_factory=list)


@frozen
class Empty:
    """Nothing."""


@frozen
class Same:
    """Equal to all of its kind."""

    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same)

    def __hash__(self) -> int:
        return 1


def test_it_is_made_and_shown_as_a_dataclass_is() -> None:
    for given in ((1,), (1, "b"), (1, "b", ["n"])):
        assert repr(Box(*given)) == repr(Model(*given)).replace("Model", "Box")
    assert Box(1).notes == [] and Box(1).notes is not Box(1).notes
    assert Box(held=1, label="x").told == "x 1"
    assert Box.count == 3
    for wrong in ((), (1, "b", [], 4)):
        with pytest.raises(TypeError):
            Box(*wrong)


def test_it_equals_what_is_of_its_class_and_says_the_same() -> None:
    assert Box(1) == Box(1) != Box(2)
    assert Box(1) != Model(1) and Box(1) != (1, "box", [])
    assert Empty() == Empty() and len({Empty(), Empty()}) == 1
    assert hash(Same("a")) == 1 and Same("a") == Same("b")


def test_it_is_hashed_by_what_it_holds() -> None:
    assert len({Box(1, notes=()), Box(1, notes=()), Box(2, notes=())}) == 2  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box(1))


def test_it_does_not_change() -> None:
    box: Any = Box(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="a Box does not change: held"):
        box.held = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del box.held
    with pytest.raises(AttributeError):
        box.other = 2
    assert not hasattr(box, "__dict__")


def test_dataclasses_copy_pickle_and_match_take_it() -> None:
    box = Box(1, "b", ["n"])
    assert replace(box, held=2) == Box(2, "b", ["n"])
    assert replace(replace(box, label="c"), held=3) == Box(3, "c", ["n"])
    assert [(f.name, f.init) for f in dataclasses.fields(box)] == [(f.name, f.init) for f in dataclasses.fields(Model)]
    assert dataclasses.asdict(box) == {"held": 1, "label": "b", "notes": ["n"]}
    assert pickle.loads(pickle.dumps(box)) == copy.copy(box) == copy.deepcopy(box) == box
    match box:
        case Box(held, label):
            assert (held, label) == (1, "b")


@mutable
class Tray:
    """A tray."""

    held: list[int] = field(default_factory=list)


@entity
class Person:
    """Somebody."""

    name: str


def test_a_mutable_one_changes_and_equals_what_says_the_same() -> None:
    tray = Tray()
    tray.held = [1]
    assert tray == Tray([1]) != Tray([2])
    with pytest.raises(TypeError, match="unhashable"):
        hash(tray)
    assert pickle.loads(pickle.dumps(tray)) == copy.deepcopy(tray) == replace(Tray(), held=[1]) == tray


def test_an_entity_equals_itself_alone() -> None:
    one, other = Person("a"), Person("a")
    assert one == one and one != other and len({one, other}) == 2
    one.name = "b"
    assert repr(one) == "Person(name='b')" and pickle.loads(pickle.dumps(one)).name == "b"


def test_the_fields_that_dataclasses_tell_are_those_of_a_dataclass() -> None:
    told = [(f.name, f.type, f.default, f.default_factory, f.init, f.compare) for f in dataclasses.fields(Box)]
    assert told == [
        (f.name, f.type, f.default, f.default_factory, f.init, f.compare) for f in dataclasses.fields(Model)
    ]


def test_a_start_makes_few_dataclasses(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(Form.load("shanghai").blank())
    code = (
        "import sys\n"
        "from docfill.cli import main\n"
        f"sys.argv = ['docfill', 'extract', {str(tmp_path / 'a.docx')!r}, '--form', 'shanghai']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "known = {c for n, m in sys.modules.items() if n.startswith('docfill.') for c in vars(m).values()\n"
        "         if isinstance(c, type) and '__dataclass_params__' in vars(c) and c.__module__ == n}\n"
        "print(*sorted(c.__module__ + '.' + c.__name__ for c in known), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    made = done.stderr.splitlines()[-1].split()
    assert "docfill.extract.Result" in made
    assert len(made) <= 26, made
