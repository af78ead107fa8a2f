"""Pictures as values: bytes that are never changed, with what their headers say of them.

A picture is inspected and not decoded: its format, its size in pixels, how it is to be turned
(EXIF) and how large it says it is on paper.  PNG, JPEG, GIF, BMP, TIFF and WebP are
told by Pillow, imported only here and only where a picture is met; EMF and WMF by their own headers.
What is larger than the limits `picture` and `pixels` is refused before anything is unpacked.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
import warnings
import zlib
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from docfill import late, limits
from docfill.problems import DocfillError

TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
}
"""The formats that are taken, by suffix, with their media types."""

_URL = late.pattern(r"data:image/[\w.+-]+;base64,", re.A)
_DPI = 96
_EMF_SIGNATURE = b" EMF"
_WMF_KEY = b"\xd7\xcd\xc6\x9a"


class Picture(dict[str, Any]):
    """A picture's value, `{file, sha256, width, height}` in pixels as it is to be seen, and its bytes.

    Two are the same where their content is, whatever their files are called.

    Attributes:
        data: the bytes; None where only the value is known.
        suffix: the format, a key of `TYPES`; "" where it is not known.
        turn: how it is to be turned, 1 to 8 as EXIF has it.
        dpi: pixels to the inch.
    """

    def __init__(self, known: dict[str, Any], data: bytes | None = None, suffix: str = "", turn: int = 1,
                 dpi: float = _DPI) -> None:  # fmt: skip
        super().__init__(known)
        self.data, self.suffix, self.turn, self.dpi = data, suffix, turn, dpi

    @classmethod
    def of(cls, data: bytes, file: str = "") -> Picture:
        """The picture that some bytes are.

        Args:
            data: the bytes of a file.
            file: how it is called; by its content if not given.

        Raises:
            DocfillError: they are no picture of a known format, damaged, or over a limit.
        """
        name = file or "picture"
        if len(data) > limits.current().picture:
            raise limits.exceeded(name, "图片过大", "the picture is too large", "picture")
        suffix, width, height, turn, dpi = _inspected(data, name)
        if width * height > limits.current().pixels:
            raise limits.exceeded(
                name, f"图片像素过多（{width}×{height}）", f"too many pixels ({width}×{height})", "pixels"
            )
        digest = hashlib.sha256(data).hexdigest()
        if turn >= 5:
            width, height = height, width
        known = {"file": file or f"{digest[:16]}.{suffix}", "sha256": digest, "width": width, "height": height}
        return cls(known, data, suffix, turn, dpi)

    def called(self, file: str) -> Picture:
        """The same picture under another name."""
        return Picture({**self, "file": file}, self.data, self.suffix, self.turn, self.dpi)

    @property
    def is_on_its_side(self) -> bool:
        """Whether it is turned by a right angle before it is seen."""
        return self.turn >= 5

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and self.get("sha256") == other.get("sha256")

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __copy__(self) -> Picture:
        return self

    def __deepcopy__(self, _: Any) -> Picture:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Picture, (dict(self), self.data, self.suffix, self.turn, self.dpi)


def from_url(url: str) -> Picture | None:
    """The picture in a data URL; None where it is none; DocfillError as `Picture.of`."""
    matched = _URL.match(url)
    if matched is None:
        return None
    if len(url) > limits.current().picture * 4 // 3 + 200:
        raise limits.exceeded(url[:40], "图片过大", "the picture is too large", "picture")
    try:
        return Picture.of(base64.b64decode(url[matched.end() :], validate=True))
    except ValueError:  # binascii.Error is one, too
        raise _damaged(url[:40]) from None


def _inspected(data: bytes, name: str) -> tuple[str, int, int, int, float]:
    """The suffix, width and height in pixels, the turn, and pixels to the inch."""
    if data[40:44] == _EMF_SIGNATURE and data[:4] == b"\1\0\0\0" and len(data) >= 88:
        return _of_emf(data, name)
    if data[:4] == _WMF_KEY and len(data) >= 22:
        return _of_wmf(data, name)
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise DocfillError(
            "读写图片需要 Pillow，请先运行 pip install docfill-forms[pictures]",
            "pictures need Pillow; run pip install docfill-forms[pictures]",
            "needs-package",
        ) from None
    formats = [suffix.upper() for suffix in TYPES if suffix not in ("emf", "wmf")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=formats) as image:
                width, height = image.size
                # Pillow decodes a whole PNG to look for an orientation behind its pixels, where Word looks for none
                is_told = image.format in ("JPEG", "TIFF", "WEBP") or "exif" in image.info
                turn = image.getexif().get(0x0112, 1) if is_told else 1
                if width * height <= limits.current().pixels:
                    image.verify()
                return str(image.format).lower(), width, height, turn if turn in range(1, 9) else 1, _dpi_of(image.info)
    except UnidentifiedImageError:
        raise DocfillError(
            f"{name}：不是可以使用的图片（支持 {'、'.join(TYPES)}）",
            f"{name}: no picture that can be used; there are {', '.join(TYPES)}",
            "bad-data",
        ) from None
    except Image.DecompressionBombError:
        raise limits.exceeded(name, "图片像素过多", "too many pixels", "pixels") from None
    except Exception:  # a damaged picture makes Pillow raise whatever its parsers do: struct, Value, Syntax, Key …
        raise _damaged(name) from None


def _dpi_of(info: Any) -> float:
    given = info.get("dpi")
    try:
        dpi = float(given[0]) if isinstance(given, tuple) and given else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        dpi = 0.0
    return dpi if 30 <= dpi <= 2400 else _DPI


def _of_emf(data: bytes, name: str) -> tuple[str, int, int, int, float]:
    """The frame of an enhanced metafile, in hundredths of a millimetre ([MS-EMF] 2.2.9)."""
    left, top, right, bottom = struct.unpack_from("<4i", data, 24)
    return _of_frame("emf", (right - left) / 2540, (bottom - top) / 2540, name)


def _of_wmf(data: bytes, name: str) -> tuple[str, int, int, int, float]:
    """The frame of a placeable metafile, in so many units to the inch ([MS-WMF] 2.3.2.3)."""
    left, top, right, bottom, inch = struct.unpack_from("<4hH", data, 6)
    return _of_frame("wmf", (right - left) / (inch or 1440), (bottom - top) / (inch or 1440), name)


def _of_frame(suffix: str, across: float, down: float, name: str) -> tuple[str, int, int, int, float]:
    width, height = round(across * _DPI), round(down * _DPI)
    if width < 1 or height < 1:
        raise _damaged(name)
    return suffix, width, height, 1, _DPI


def _damaged(name: str) -> DocfillError:
    return DocfillError(
        f"{name}：图片已损坏，请换一张或重新保存", f"{name}: the picture is damaged; save it again", "bad-data"
    )


# --- pictures of one colour ---


def plain(colour: tuple[int, int, int], width: int = 1, height: int = 1) -> bytes:
    """A PNG of one colour (PNG 1.2, clause 11)."""
    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


EMPTY = plain((238, 238, 238))
"""What stands where a picture is to be put in (Word wants one in a control for pictures); it is none."""
_NONE = hashlib.sha256(EMPTY).hexdigest()


def is_empty(picture: Picture) -> bool:
    """Whether a picture only stands for one that is to be put in."""
    return bool(picture["sha256"] == _NONE)


# --- the frame that a form has for one ---

EMU = {"cm": 360_000, "mm": 36_000, "in": 914_400, "pt": 12_700, "px": 9_525}
"""English metric units in a unit of length."""
_LENGTH = late.pattern(r"(\d{1,4}(?:\.\d{1,3})?)\s*(cm|mm|in|pt|px)", re.A)
WIDEST = 22 * 914_400
"""What Word takes at most."""


class Frame(Struct, frozen=True):
    """The room for a picture, in EMU; 0 for what follows from the picture.

    A picture is shown whole (`contain`), or fills the room and is cropped evenly (`is_covered`).
    """

    width: int = 0
    height: int = 0
    is_covered: bool = False

    def fitted(self, picture: Picture) -> tuple[int, int, tuple[int, int]]:
        """The width and height that an upright picture is drawn in, and the crop of its sides and of top and bottom.

        A crop is of each of two sides, in thousandths of a percent of the picture.
        """
        width, height = max(picture["width"], 1), max(picture["height"], 1)
        if not self.width and not self.height:
            scale = EMU["in"] / picture.dpi
            most = min(1.0, 15 * EMU["cm"] / (width * scale), 22 * EMU["cm"] / (height * scale))
            return max(round(width * scale * most), 1), max(round(height * scale * most), 1), (0, 0)
        if not self.width or not self.height:
            scale = self.width / width if self.width else self.height / height
            return _within(width * scale), _within(height * scale), (0, 0)
        if self.is_covered:
            share = (self.width / self.height) / (width / height)
            across = round((1 - share) / 2 * 100_000) if share < 1 else 0
            down = round((1 - 1 / share) / 2 * 100_000) if share > 1 else 0
            return self.width, self.height, (across, down)
        scale = min(self.width / width, self.height / height)
        return max(round(width * scale), 1), max(round(height * scale), 1), (0, 0)


UNSIZED = Frame()
"""A frame that leaves the size to the picture."""


def _within(length: float) -> int:
    return min(max(round(length), 1), WIDEST)


def frame_of(given: dict[str, Any]) -> Frame | None:
    """The frame that a tag's arguments declare: width and height as "2.5cm", fit as cover or contain; None if wrong."""
    if not set(given) <= {"width", "height", "fit"} or given.get("fit", "contain") not in ("cover", "contain"):
        return None
    lengths = [_emu(given[side]) if side in given else 0 for side in ("width", "height")]
    width, height = lengths
    if width is None or height is None:
        return None
    is_covered = given.get("fit") == "cover"
    return None if is_covered and not (width and height) else Frame(width, height, is_covered)


def _emu(text: Any) -> int | None:
    matched = _LENGTH.fullmatch(text) if isinstance(text, str) else None
    length = round(float(matched[1]) * EMU[matched[2]]) if matched else 0
    return length if 0 < length <= WIDEST else None


def picture_from(value: Any, opened: Callable[[str], bytes] | None = None) -> Picture | None:
    """The picture that a value of data is: one already, bytes, a data URL, or (by `opened`) a file beside the data.

    Args:
        value: what is given.
        opened: what gives the bytes of a file by the name that the data have for it; without it no file is opened.

    Returns:
        None where the value is no picture at all.

    Raises:
        DocfillError: as `Picture.of`, or as `opened` does.
    """
    if isinstance(value, Picture) and value.data is not None:
        return value
    if isinstance(value, bytes):
        return Picture.of(value)
    if isinstance(value, str) and value.startswith("data:"):
        return from_url(value)
    name = value.get("file") if isinstance(value, dict) else value
    if opened is None or not isinstance(name, str) or not name:
        return None
    return Picture.of(opened(name), name)
