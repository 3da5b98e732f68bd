"""A figure as PNG, SVG or PDF, the same bytes for the same content."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from dkbm_monitor.core.locale import _, language
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.core.provenance import now

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
# Text in a PDF stays text (TrueType, type 42); in an SVG it becomes outlines, which look the same everywhere.
STYLE: dict[str, Any] = {"pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "dkbm", "path.simplify": False}
# Unhinted type has the same width at every resolution: what was measured fits.
STYLE |= {"text.hinting": "no_hinting"}


def format_of(path: Path) -> str:
    """The format a file name asks for; raises `ProblemsError` when it is none of the three."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix in FORMATS:
        return suffix
    what = _("Karten gibt es als .png, .svg oder .pdf; „{name}“ endet anders.").format(name=path.name)
    raise ProblemsError([Problem("V007", Place(str(path)), path.name, what, did_you_mean(suffix, FORMATS))])


def rendered(figure: Figure, suffix: str, *, title: str, alt: str, dpi: int) -> bytes:
    """The figure as bytes, with title and alt text inside the file."""
    import matplotlib as mpl  # noqa: PLC0415

    out = BytesIO()
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        extra: dict[str, Any] = (
            {"pil_kwargs": {"compress_level": 4}} if suffix == "png" else {}
        )  # half the time for 5 % more bytes
        figure.savefig(out, format=suffix, dpi=dpi, metadata=_metadata(suffix, title, alt), **extra)
    return _shortened(_with_description(out.getvalue(), alt)) if suffix == "svg" else out.getvalue()


def _metadata(suffix: str, title: str, alt: str) -> dict[str, Any]:
    match suffix:
        case "png":
            return {"Title": title, "Description": alt, "Software": "dkbm_monitor"}
        case "pdf":
            return {"Title": title, "Subject": alt, "Creator": "dkbm_monitor", "CreationDate": now()}
        case _:
            return {"Title": title, "Description": alt, "Creator": "dkbm_monitor", "Date": None}


def _with_description(svg: bytes, alt: str) -> bytes:
    """Screen readers read `desc`, which matplotlib does not write."""
    opening = f'<svg role="img" lang="{language()}" '.encode()
    description = f" <desc>{escape(alt)}</desc>\n <metadata>".encode()
    return svg.replace(b"<svg ", opening, 1).replace(b" <metadata>", description, 1)


def _shortened(svg: bytes) -> bytes:
    """Outlines with hundredths of a point; matplotlib writes millionths, which nobody sees."""
    return re.sub(rb' d="[^"]*"', lambda found: re.sub(rb"(\.\d\d)\d+", rb"\1", found.group()), svg)
