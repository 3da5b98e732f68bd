"""Colours: one hue from light to dark for each polarity, and the quiet colours around a map.

Ramps are laid through CIELAB with even steps of lightness, so that they stay in order in grey print and for
every kind of colour vision. Colour says polarity, never judgement.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Polarity = Literal["burden", "resource", "neutral", "context"]

PAPER = "#FFFFFF"
INK = "#26282B"  # text
BLACK = "#000000"
SEEN = 2.2  # contrast a hatch needs on the colour below it
QUIET = "#5C6066"  # notes; 6.4 : 1 on paper
OUTLINE = "#7C8086"  # the town's outline
BORDER = "#FFFFFF"  # between districts
HATCH = "#85898F"  # lines and dots on areas without a value
MISSING = "#EDEDEB"
AROUND = "#F5F5F2"  # neighbouring towns
WATER = "#D9E4EA"

# Lightness, chroma and hue (degrees) of the light end, the middle and the dark end, in CIELAB.
_GREY_OCHRE = ((88.0, 13.0, 88.0), (60.0, 34.0, 77.0), (29.0, 20.0, 64.0))
ANCHORS: dict[Polarity, tuple[tuple[float, float, float], ...]] = {
    "burden": ((88.0, 12.0, 293.0), (60.0, 42.0, 294.0), (29.0, 50.0, 299.0)),
    "resource": ((88.0, 14.0, 176.0), (60.0, 33.0, 179.0), (29.0, 20.0, 182.0)),
    "neutral": _GREY_OCHRE,
    "context": _GREY_OCHRE,
}
MOST_COLOURS = 9
READABLE = 4.5  # WCAG 2.1, 1.4.3
# With few classes the ends of the ramp are left out: two classes need no near-black.
_ENDS: dict[int, tuple[float, float]] = {1: (0.45, 0.45), 2: (0.1, 0.7), 3: (0.05, 0.85)}

_D65 = np.array([0.95047, 1.0, 1.08883])
_XYZ_TO_RGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)


@cache
def ramp(polarity: Polarity, k: int) -> list[str]:
    """`k` colours from light to dark, as hex codes.

    >>> ramp("resource", 2)
    ['#A8D7CA', '#2C7D70']
    """
    if not 1 <= k <= MOST_COLOURS:
        msg = f"k must lie between 1 and {MOST_COLOURS}, not {k}"
        raise ValueError(msg)
    low, high = _ENDS.get(k, (0.0, 1.0))
    return [_between(ANCHORS[polarity], float(t)) for t in np.linspace(low, high, k)]


def accent(polarity: Polarity) -> str:
    """A dark colour of the polarity's hue, for a line or a word that belongs to it; readable on paper."""
    return _between(ANCHORS[polarity], 0.75)


def line_on(colour: str) -> str:
    """A thin line one can see on a class: white where that is enough, else grey."""
    return PAPER if contrast(PAPER, colour) >= SEEN else QUIET


def text_on(fill: str) -> str:
    """Ink or paper, or black on the few middle tones on which neither reads well enough (WCAG AA, 4.5 : 1)."""
    best = max((INK, PAPER), key=lambda colour: contrast(colour, fill))
    return best if contrast(best, fill) >= READABLE else BLACK


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours after WCAG 2.1, from 1 to 21.

    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 2)


def linear_rgb(colour: str) -> Numbers:
    """Red, green and blue of a hex code as light, each from 0 to 1."""
    encoded = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    light: Numbers = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return light


def _luminance(colour: str) -> float:
    return float(linear_rgb(colour) @ np.array([0.2126, 0.7152, 0.0722]))


def _between(anchors: tuple[tuple[float, float, float], ...], t: float) -> str:
    places = np.linspace(0, 1, len(anchors))
    lightness, chroma, hue = (float(np.interp(t, places, column)) for column in zip(*anchors, strict=True))
    return _hex(lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue)))


def _hex(lightness: float, a: float, b: float) -> str:
    """The sRGB code of a CIELAB colour (D65); raises `ValueError` for a colour no screen can show."""
    middle = (lightness + 16) / 116
    f = np.array([middle + a / 500, middle, middle - b / 200])
    light = _XYZ_TO_RGB @ (np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _D65)
    if (light < -1e-3).any() or (light > 1 + 1e-3).any():
        msg = f"Lab({lightness:.0f}, {a:.0f}, {b:.0f}) lies outside sRGB"
        raise ValueError(msg)
    light = light.clip(0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(part) * 255):02X}" for part in encoded)
