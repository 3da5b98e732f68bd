"""A sheet of paper in millimetres: sizes, and text that knows how wide it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from dkbm_monitor.view.fonts import families
from dkbm_monitor.view.palette import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
LINE = 1.24  # line height as a multiple of the type size

DOT = " \u00b7"
PARTED = f"{DOT} "  # stands between two parts of a line

Weight = Literal["normal", "semibold", "bold"]


@dataclass(frozen=True)
class Size:
    """Paper in millimetres; `scale` makes type and lines larger where they are read from afar.

    `dpi` is the resolution of a PNG.
    """

    width: float
    height: float
    scale: float = 1.0
    dpi: int = 200


SIZES: dict[str, Size] = {
    "A5": Size(210, 148, 0.8),
    "A4": Size(297, 210),
    "A3": Size(420, 297, 1.4),
    "A0": Size(1189, 841, 3.6, dpi=100),
    "slide": Size(338.7, 190.5, 1.25, dpi=144),
}


@dataclass(frozen=True)
class Page:
    """One sheet with a coordinate system in millimetres, the origin at the lower left corner."""

    figure: Figure
    axes: Axes
    size: Size

    def points(self, size: float) -> float:
        """A type size or line width at this sheet's scale."""
        return size * self.size.scale

    def text(
        self,
        place: tuple[float, float],
        words: str,
        *,
        size: float = 9,
        weight: Weight = "normal",
        colour: str = INK,
        **how: Any,
    ) -> Text:
        """Write at `place`, by default left-aligned on the baseline. `size` is in points before scaling."""
        style = {"ha": "left", "va": "baseline", "parse_math": False, **how}
        points = self.points(size)
        return self.axes.text(
            *place, words, fontsize=points, fontweight=weight, color=colour, fontfamily=list(families()), **style
        )

    def width_of(self, words: str, *, size: float = 9, weight: Weight = "normal") -> float:
        """Width of one line of text in millimetres."""
        return text_width(words, self.points(size), weight)

    def line(self, size: float = 9) -> float:
        """Distance between two baselines in millimetres."""
        return self.points(size) * LINE * MM_PER_POINT

    def wrapped(self, words: str, width: float, *, size: float = 9, weight: Weight = "normal") -> list[str]:
        """The text in lines no wider than `width`: a longer word is cut, a dot between two parts ends no line."""
        lines: list[str] = []
        pieces = [part for word in words.split(" ") for part in self._cut(word, width, size, weight)]
        for piece in pieces:
            longer = f"{lines[-1]} {piece}" if lines else piece
            if lines and self.width_of(longer, size=size, weight=weight) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
        return [line.removesuffix(DOT).removeprefix(DOT.strip() + " ") for line in lines]

    def flowed(self, words: str, width: float, *, size: float = 9) -> list[str]:
        """The text in lines that break between its dotted parts where that takes no line more."""
        lines: list[str] = []
        for part in words.split(PARTED):
            begun = f"{lines[-1]}{PARTED}{part}" if lines else part
            running, apart = self.wrapped(begun, width, size=size), self.wrapped(part, width, size=size)
            keeps_on = len(running) == 1 or len(running) <= len(apart)
            lines = [*lines[:-1], *running] if keeps_on else [*lines, *apart]
        return lines

    def _cut(self, word: str, width: float, size: float, weight: Weight) -> list[str]:
        """A word in as many pieces as it needs; an address without a blank must not leave the paper."""
        pieces = [""]
        if self.width_of(word, size=size, weight=weight) <= width:
            return [word]
        for sign in word:
            if pieces[-1] and self.width_of(pieces[-1] + sign, size=size, weight=weight) > width:
                pieces.append("")
            pieces[-1] += sign
        return pieces

    def paragraph(
        self, place: tuple[float, float], lines: Sequence[str], *, size: float = 9, **how: Any
    ) -> tuple[float, float]:
        """Write lines downwards from a first baseline; hands back where the next baseline would be."""
        x, y = place
        for words in lines:
            self.text((x, y), words, size=size, **how)
            y -= self.line(size)
        return x, y


def blank_page(size: Size) -> Page:
    """An empty sheet. No pyplot: nothing stays behind when it is dropped."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - only drawing pays
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(size.width / MM_PER_INCH, size.height / MM_PER_INCH), facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), label="page")
    axes.set_xlim(0, size.width)
    axes.set_ylim(0, size.height)
    axes.set_axis_off()
    return Page(figure, axes, size)


@lru_cache(maxsize=4096)
def text_width(words: str, points: float, weight: Weight = "normal") -> float:
    """Width of one line of text in millimetres, as the typeface has it."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.textpath import text_to_path  # noqa: PLC0415

    font = FontProperties(family=list(families()), weight=weight, size=points)
    width, _height, _descent = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    return float(width) * MM_PER_POINT
