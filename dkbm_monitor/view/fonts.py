"""The typeface: Source Sans from its wheel, so that two machines print the same page.

Its figures are tabular as they are. matplotlib hears of the files when something is first drawn; no global style
is changed. DejaVu, which comes with matplotlib, helps out where the wheel or a glyph is missing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

FAMILY = "Source Sans Pro"
FALL_BACK = "DejaVu Sans"
SEMIBOLD = 600
FACES = ("SourceSansPro", "SourceSansProSemibold", "SourceSansProBold", "SourceSansProIt")


@cache
def families() -> tuple[str, ...]:
    """Families to set text in, best first; registers the files on the first call."""
    found = font_files()
    if not found:
        return (FALL_BACK,)
    from matplotlib import font_manager  # noqa: PLC0415 - only drawing pays

    for path in found:
        font_manager.fontManager.addfont(path)
    _lend_weight(font_manager)
    return (FAMILY, FALL_BACK)


def _lend_weight(font_manager: Any) -> None:
    """Let the fall-back's bold answer for semibold, or matplotlib warns about every heading."""
    bold = font_manager.FontProperties(family=FALL_BACK, weight="bold")
    path = font_manager.findfont(bold)
    entry = font_manager.FontEntry(fname=path, name=FALL_BACK, weight=SEMIBOLD, size="scalable")
    font_manager.fontManager.ttflist.append(entry)


def font_files() -> list[Path]:
    """The TrueType files of the typeface, upright first; none when the wheel is missing."""
    try:
        from font_source_sans_pro import font_files_ttf  # noqa: PLC0415 - optional at run time
    except ImportError:
        return []
    return [Path(font_files_ttf[face]) for face in FACES if face in font_files_ttf]
