"""Pictures of strangers: drawn anew by Pillow, or not shown.

Whatever a file calls a picture is decoded within bounds and encoded again as
PNG, so that nothing but pixels reaches a browser: no SVG with scripts, no file
that is a picture and a web page at once, no EMF.  Without Pillow (in the extra
`serve`) no picture is shown; its place is.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from docfill.problems import DocfillError
from docfill.word.package import Package

WIDEST = 1600
"""Pixels on the longer side, to which larger pictures are scaled."""
MOST_PIXELS = {"JPEG": 40_000_000, "WEBP": 10_000_000}
"""By format, as what decodes it takes memory: a JPEG is made smaller while it is read, a WebP is there five times."""
_MOST_PIXELS = 16_000_000
MOST_SCANS = 100
"""Times that a JPEG may go over all its pixels: a camera's does ten times, in less than a byte it may once more."""
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_DIRECT = ("L", "LA", "RGB", "RGBA", "CMYK")
"""The modes in which pixels can be averaged as they are."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be sent to a browser."""

    media_type: str
    data: bytes


@dataclass(slots=True)
class Allowance:
    """How many pixels may still be decoded for one page."""

    pixels: int = max(MOST_PIXELS.values())

    def takes(self, pixels: int) -> bool:
        """Takes so many away, if there are as many."""
        is_enough = pixels <= self.pixels
        self.pixels -= pixels * is_enough
        return is_enough


def redrawn(package: Package, part: str) -> Picture | None:
    """The picture in a part, drawn anew; None where it is none that can be shown."""
    try:
        return drawn_anew(package.read(part))
    except DocfillError:
        return None


def drawn_anew(data: bytes, widest: int = WIDEST, allowance: Allowance | None = None) -> Picture | None:
    """The picture that some bytes are, drawn anew, of so many pixels at most; None where it is none to be shown.

    Args:
        data: the bytes.
        widest: pixels on the longer side.
        allowance: what the decoding draws on, with that of others.
    """
    try:
        from PIL import Image
    except ImportError:
        return None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pixels = image.width * image.height
            is_large = pixels > MOST_PIXELS.get(image.format or "", _MOST_PIXELS)
            is_long = image.format == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS
            if is_large or is_long or not (allowance or Allowance()).takes(pixels):
                return None
            image.draft("RGB", (widest, widest))
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            if image.mode in _DIRECT and "transparency" not in image.info:
                image.thumbnail((widest, widest))
            plain = image.convert("RGBA" if has_alpha else "RGB")
            plain.thumbnail((widest, widest))
            out = io.BytesIO()
            if image.format == "JPEG":
                plain.save(out, "JPEG", quality=85)
                return Picture("image/jpeg", out.getvalue())
            plain.save(out, "PNG")
            return Picture("image/png", out.getvalue())
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, EOFError):
        return None
