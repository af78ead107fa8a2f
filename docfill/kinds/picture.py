"""Pictures: one, or several in one place; a value is `{file, sha256, width, height}` and its bytes.

Data give a picture as bytes, as a data URL, or as one that was read.  A file's name
becomes one where the data are loaded, and only there: a name in somebody's data must
not open files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from docfill.kinds.kind import LIST, Asked, Kind, Standing, shown
from docfill.pictures import Picture, picture_from, plain
from docfill.problems import DocfillError, Problem, Said
from docfill.values import DRAWN

_SHAPE = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "minLength": 1},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "width": {"type": "integer", "minimum": 1},
        "height": {"type": "integer", "minimum": 1},
    },
    "required": ["file"],
    "additionalProperties": False,
}
_NAME = {"type": "string", "minLength": 1}


class Pictured(Kind):
    """A kind that is drawn."""

    is_drawn = True

    def is_missing(self, found: Standing, f: Asked) -> bool:
        return found.text is None and found.pictures is None

    def standing(self, shown: Any, f: Asked) -> Standing:
        return Standing("", pictures=shown or ())

    def beside(self, found: Standing, f: Asked, path: str) -> list[Problem]:
        """The doubt about words that stand where a picture is due."""
        said = (found.text or "").strip(DRAWN)
        return [Problem("words-for-picture", path, said, self.expectation(f))] if said else []

    def refused(self, f: Asked, value: Any, path: str) -> list[Problem]:
        """What is wrong with one picture that is given."""
        try:
            picture = picture_from(value)
        except DocfillError as error:
            return [Problem("bad-picture", path, None, Said(error.zh, error.en), f.place)]
        if picture is not None:
            return []
        return [Problem("wrong-type", path, shown(value), self.expectation(f), f.place)]


class OnePicture(Pictured):
    """A picture."""

    name = "picture"
    label = ("图片", "picture")
    words = ("图片（PNG、JPEG 等）", "a picture (PNG, JPEG …)")

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        pictures = {p["sha256"]: p for p in found.pictures or ()}
        several = [Problem("several-pictures", path, len(pictures), 1)] if len(pictures) > 1 else []
        value = next(iter(pictures.values()), None) if not several else None
        return value, [*several, *self.beside(found, f, path)]

    def refusals(self, f: Asked, value: Any) -> Sequence[Problem]:
        return self.refused(f, value, f.path)

    def canonical(self, f: Asked, value: Any) -> Any:
        return picture_from(value)

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"anyOf": [_SHAPE, _NAME, {"type": "null"}]}

    def sample(self, f: Asked, turn: int) -> Any:
        return _drawn(turn) if turn else None


class SeveralPictures(Pictured):
    """Pictures, one after another."""

    name = "pictures"
    label = ("多张图片", "pictures")
    words = ("若干图片", "any number of pictures")
    absent: ClassVar[Any] = []

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        return list(found.pictures or ()), self.beside(found, f, path)

    def refusals(self, f: Asked, value: Any) -> Sequence[Problem]:
        if not isinstance(value, list):
            return [Problem("wrong-type", f.path, shown(value), LIST, f.place)]
        return [p for n, one in enumerate(value) for p in self.refused(f, one, f"{f.path}[{n}]")]

    def canonical(self, f: Asked, value: Any) -> Any:
        return [picture_from(one) for one in value]

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"type": "array", "items": {"anyOf": [_SHAPE, _NAME]}}

    def sample(self, f: Asked, turn: int) -> Any:
        return [_drawn(n + 1) for n in range(turn)] if turn else None


def _drawn(number: int) -> Picture:
    """A small PNG of one colour, another one for each number below 256."""
    return Picture.of(plain((number, 128, 128), 2, 3))
