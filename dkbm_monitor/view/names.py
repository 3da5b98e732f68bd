"""Names of areas where they fit: inside their polygon, none over another; what does not fit is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dkbm_monitor.view.page import LINE, MM_PER_POINT, text_width
from dkbm_monitor.view.shapes import Polygons

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_AREAS = 72  # more names than that are no help
POINT_SIZES = (8.0, 7.0, 6.2)
INSIDE = 0.98  # share of a name's box that must lie within its area
NEARLY_INSIDE = 0.8  # second try: a little over the border is better than no name
ROOM = 1.16  # air around a name
SHIFTS = ((0, 0), (0, 0.5), (0, -0.5), (0.25, 0), (-0.25, 0), (0, 1), (0, -1), (0.3, 0.6), (-0.3, -0.6))


@dataclass(frozen=True)
class Name:
    """A name with its place in map coordinates."""

    area: int
    text: str
    x: float
    y: float
    points: float


def placed_names(polygons: Polygons, names: Sequence[str], *, metres_per_mm: float, scale: float) -> list[Name]:
    """The names that fit, the largest areas first."""
    import shapely  # noqa: PLC0415

    if len(names) > MOST_AREAS:
        return []
    found: list[Name] = []
    boxes: list[BaseGeometry] = []
    waiting = sorted(range(len(names)), key=lambda one: -shapely.area(polygons[one]))
    for inside in (INSIDE, NEARLY_INSIDE):
        for area in waiting.copy():
            for name in _tries(area, polygons[area], names[area], metres_per_mm, scale):
                box = name_box(name, metres_per_mm)
                fits = shapely.area(shapely.intersection(box, polygons[area])) >= inside * box.area
                if fits and not any(box.intersects(other) for other in boxes):
                    found.append(name)
                    boxes.append(box)
                    waiting.remove(area)
                    break
    return found


def name_box(name: Name, metres_per_mm: float) -> BaseGeometry:
    """The room a name takes on the map."""
    import shapely  # noqa: PLC0415

    width, height = _extent(name.text, name.points, metres_per_mm)
    return shapely.box(name.x - width / 2, name.y - height / 2, name.x + width / 2, name.y + height / 2)


def _tries(area: int, polygon: BaseGeometry, text: str, metres_per_mm: float, scale: float) -> Iterator[Name]:
    """Sizes from large to small, on one line or two, around the middle of the largest circle that fits."""
    import shapely  # noqa: PLC0415

    if shapely.is_empty(polygon):
        return
    circle: Any = shapely.maximum_inscribed_circle(polygon)  # type: ignore[call-overload]
    centres = [shapely.get_point(circle, 0), shapely.centroid(polygon)]
    for points in POINT_SIZES:
        for words in _broken(text):
            width, height = _extent(words, points * scale, metres_per_mm)
            for centre in centres:
                for right, up in SHIFTS:
                    yield Name(area, words, centre.x + right * width, centre.y + up * height, points * scale)


def _broken(text: str) -> list[str]:
    """The name on one line, and on two when it has a place to break.

    >>> _broken("Alt-Neustadt am See")
    ['Alt-Neustadt am See', 'Alt-Neustadt\\nam See']
    """
    breaks = [(found.start() + (found.group() != " "), found.end()) for found in re.finditer(r"[ /]|-(?=\w)", text)]
    if not breaks:
        return [text]
    left, right = min(breaks, key=lambda one: abs(one[0] - len(text) / 2))
    return [text, f"{text[:left]}\n{text[right:]}"]


def _extent(words: str, points: float, metres_per_mm: float) -> tuple[float, float]:
    lines = words.split("\n")
    width = max(text_width(line, points) for line in lines)
    height = len(lines) * points * LINE * MM_PER_POINT
    return width * metres_per_mm * ROOM, height * metres_per_mm
