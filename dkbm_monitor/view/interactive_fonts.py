"""The house's typeface, cut down to Latin letters, as a style sheet that needs no file beside the page."""

from __future__ import annotations

import base64
from functools import cache
from io import BytesIO
from pathlib import Path

from dkbm_monitor.view.fonts import font_files

FAMILY = "DKBM Sans"
WEIGHTS = (400, 600)  # regular and semibold, the first two of the house's faces
FEATURES = ["kern", "tnum", "ccmp", "locl", "mark"]
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
SIGNS = [ord(sign) for sign in "–—‘’‚“”„†•…‰‹›€−≈≤≥ẞ\u202f"]


@cache
def font_faces() -> str:
    """`@font-face` rules with the fonts inside; an empty text where the font package is not installed."""
    return "".join(_face(weight, path) for weight, path in zip(WEIGHTS, font_files(), strict=False))


def _face(weight: int, path: Path) -> str:
    content = base64.b64encode(_latin(path)).decode()
    source = f"url(data:font/woff;base64,{content}) format('woff')"
    return f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-display:block;src:{source}}}"


def _latin(path: Path) -> bytes:
    """The font with its Latin letters only, packed as WOFF."""
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415 - 0.1 s

    options = subset.Options(flavor="woff", layout_features=FEATURES, hinting=False, desubroutinize=False)
    font = subset.load_font(str(path), options, dontLoadGlyphNames=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*LATIN, *SIGNS])
    cutter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes every time
    out = BytesIO()
    font.recalcTimestamp = False
    font.flavor = "woff"
    font.save(out)
    return out.getvalue()
