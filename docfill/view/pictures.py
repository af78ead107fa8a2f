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
MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be sent to a browser."""

    media_type: str
    data: bytes


def redrawn(package: Package, part: str) -> Picture | None:
    """The picture in a part, drawn anew; None where it is none that can be shown."""
    try:
        return drawn_anew(package.read(part))
    except DocfillError:
        return None


def drawn_anew(data: bytes, widest: int = WIDEST) -> Picture | None:
    """The picture that some bytes are, drawn anew, of so many pixels at most; None where it is none to be shown."""
    try:
        from PIL import Image
    except ImportError:
        return None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (widest, widest))
            image.load()
            has_alpha = "A" in image.getbands() or "transparency" in image.info
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
