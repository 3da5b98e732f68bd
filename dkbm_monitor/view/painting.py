"""The map itself, painted into one axes: areas, borders, the town's outline, names, scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from dkbm_monitor.core.locale import NO_BREAK, number
from dkbm_monitor.view.blanks import FILLS, Blank, Fill
from dkbm_monitor.view.fonts import families
from dkbm_monitor.view.names import MOST_AREAS, Name, placed_names
from dkbm_monitor.view.palette import AROUND, BORDER, OUTLINE, PAPER, QUIET, WATER, line_on, text_on
from dkbm_monitor.view.scene import Scene
from dkbm_monitor.view.shapes import (
    Bounds,
    Polygons,
    context_layer,
    joined,
    outline_of,
    outline_path,
    polygons_of,
    simplified,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# matplotlib repeats a hatch over each inch: how many lines there are on A4. Larger type goes with wider hatches.
HATCHES = {
    "": ("", 0),
    "diagonal": ("/", 6),
    "backward": ("\\", 6),
    "crossed": ("x", 5),
    "lines": ("-", 4),
    "dots": (".", 5),
    "sparse": ("\\", 3),
}
BLANK_BORDER = "#C4C7CA"  # a white border would be lost on white
HATCH_WIDTH = 0.45
DETAIL_MM = 0.07  # what is smaller on paper is not drawn
MARGIN = 1.02
STRIP_MM = 6.0  # height of the scale bar with its words
BAR_INSET_MM = 1.0
BAR_TEXT = 7.5


@dataclass(frozen=True)
class Frame:
    """The piece of land a map shows, and how large it is drawn."""

    bounds: Bounds
    metres_per_mm: float
    scale: float = 1.0

    @property
    def tolerance(self) -> float:
        """Size in metres below which a detail would not be seen."""
        return DETAIL_MM * self.metres_per_mm * self.scale


def frame_for(scene: Scene, width_mm: float, height_mm: float, scale: float) -> Frame:
    """The land around the town that fills a box of paper, the town in its middle.

    Where the town leaves neither lower corner free, it moves up to make room for the scale bar.
    """
    polygons = polygons_of(scene.districts, scene.choice.level)
    frame = _fitted(polygons, width_mm, height_mm, scale, strip=0.0)
    if free_corner(frame, polygons) is None:
        return _fitted(polygons, width_mm, height_mm, scale, strip=STRIP_MM * scale)
    return frame


def _fitted(polygons: Polygons, width_mm: float, height_mm: float, scale: float, *, strip: float) -> Frame:
    import shapely  # noqa: PLC0415

    left, low, right, high = shapely.total_bounds(polygons)
    metres = max((right - left) / width_mm, (high - low) / (height_mm - strip)) * MARGIN
    x, y = (left + right) / 2, (low + high) / 2 - strip * metres / 2
    half = width_mm * metres / 2, height_mm * metres / 2
    return Frame((x - half[0], y - half[1], x + half[0], y + half[1]), metres, scale)


def paint(axes: Axes, scene: Scene, frame: Frame, *, names: bool = True) -> None:
    """Paint a scene into axes whose limits are set to the frame."""
    import matplotlib as mpl  # noqa: PLC0415

    polygons = simplified(scene.districts, scene.choice.level, frame.tolerance)
    paths = np.array([outline_path(polygon) for polygon in polygons], dtype=object)
    axes.set_xlim(frame.bounds[0], frame.bounds[2])
    axes.set_ylim(frame.bounds[1], frame.bounds[3])
    axes.set_axis_off()
    with mpl.rc_context({"hatch.linewidth": HATCH_WIDTH * frame.scale}):
        _around(axes, scene, frame)
        _classes(axes, scene, paths)
        _blanks(axes, scene, paths, frame.scale)
        _uncertain(axes, scene, paths, frame.scale)
    _borders(axes, scene, paths, frame)
    _coarser_borders(axes, scene, frame)
    _water(axes, scene, frame)
    _outline(axes, scene, frame)
    if names:
        _names(axes, scene, polygons, frame)
    scale_bar(axes, frame, polygons)


def _add(axes: Axes, paths: Sequence[Any], **look: Any) -> None:
    from matplotlib.collections import PathCollection  # noqa: PLC0415

    if len(paths):
        axes.add_collection(PathCollection(list(paths), **look), autolim=False)


def _classes(axes: Axes, scene: Scene, paths: Any) -> None:
    codes = scene.areas["code"].to_numpy()
    valued = codes >= 0
    colours = [scene.colours[code] for code in codes[valued]]
    # A hairline in the area's own colour closes the seam that smoothing leaves between neighbours.
    _add(axes, paths[valued], facecolors=colours, edgecolors=colours, linewidths=0.3, zorder=2)


def _blanks(axes: Axes, scene: Scene, paths: Any, scale: float) -> None:
    reasons = scene.areas["blank"].to_numpy()
    for blank in scene.blank_counts:
        _add(axes, paths[reasons == str(blank)], **fill_look(FILLS[blank], scale), zorder=2)


def fill_look(fill: Fill, scale: float = 1.0) -> dict[str, Any]:
    """How matplotlib draws an area without a value, in the map and in its legend."""
    return {"facecolor": fill.face, "edgecolor": fill.line, "hatch": hatch(fill.pattern, scale), "linewidth": 0}


def hatch(pattern: str, scale: float) -> str | None:
    """The hatch of a pattern in matplotlib's words, as wide as the sheet's type is large.

    >>> hatch("diagonal", 1), hatch("diagonal", 3.6), hatch("", 1)
    ('//////', '//', None)
    """
    sign, repeats = HATCHES[pattern]
    return sign * max(1, round(repeats / scale)) if sign else None


def _uncertain(axes: Axes, scene: Scene, paths: Any, scale: float) -> None:
    """A sparse hatch that leaves the colour of the class to be seen."""
    codes = scene.areas["code"].to_numpy()
    for code, colour in enumerate(scene.colours):
        chosen = scene.areas["uncertain"].to_numpy(dtype=bool) & (codes == code)
        _add(axes, paths[chosen], **uncertain_look(colour, scale), zorder=2.5)


def uncertain_look(colour: str, scale: float = 1.0) -> dict[str, Any]:
    """The sparse hatch on an area whose value rests on few people."""
    return {"facecolor": "none", "edgecolor": line_on(colour), "hatch": hatch("sparse", scale), "linewidth": 0}


def border_width(n_areas: int) -> float:
    """Width of borders in points: thinner, the more areas there are.

    >>> [border_width(n) for n in (1, 60, 542)]
    [0.9, 0.7, 0.4]
    """
    return round(min(0.9, max(0.3, 1.25 - 0.31 * log10(max(n_areas, 1)))), 1)


def _borders(axes: Axes, scene: Scene, paths: Any, frame: Frame) -> None:
    width = border_width(len(paths)) * frame.scale
    blank = scene.areas["blank"].to_numpy() != ""
    _add(axes, paths[blank], facecolor="none", edgecolor=BLANK_BORDER, linewidth=width, zorder=3)
    _add(axes, paths[~blank], facecolor="none", edgecolor=BORDER, linewidth=width, zorder=3, joinstyle="round")


def _around(axes: Axes, scene: Scene, frame: Frame) -> None:
    layer = context_layer(scene.districts, "around", frame.bounds)
    paths = [outline_path(one) for one in layer]
    _add(axes, paths, facecolor=AROUND, edgecolor=PAPER, linewidth=1.2 * frame.scale, zorder=1)


def _water(axes: Axes, scene: Scene, frame: Frame) -> None:
    """Rivers and lakes lie over the areas, pale enough to leave their colour alone at the banks."""
    import shapely  # noqa: PLC0415

    layer = context_layer(scene.districts, "water", frame.bounds)
    if not len(layer):
        return
    flat = shapely.get_dimensions(layer) == 2
    _add(axes, [outline_path(one) for one in layer[flat]], facecolor=WATER, linewidth=0, zorder=4)
    for line in shapely.get_parts(layer[~flat]):
        x, y = shapely.get_coordinates(line).T
        axes.plot(
            x, y, color=WATER, linewidth=2 * frame.scale, solid_capstyle="round", zorder=4, scalex=False, scaley=False
        )


def _coarser_borders(axes: Axes, scene: Scene, frame: Frame) -> None:
    """Stronger borders around the areas of the coarsest level, so that readers find their way among many areas."""
    above = coarsest_above(scene)
    if above:
        areas = joined(scene.districts, scene.choice.level, above, frame.tolerance)
        width = 2.2 * border_width(len(scene.areas)) + 0.35
        paths = [outline_path(area) for area in areas]
        _add(axes, paths, facecolor="none", edgecolor=BORDER, linewidth=width * frame.scale, zorder=3.5)


def coarsest_above(scene: Scene) -> str:
    """The coarsest level above the one shown in which it nests and which has few areas; empty when there is none."""
    levels = scene.districts.levels
    for above in reversed(levels[levels.index(scene.choice.level) + 1 : -1]):
        nests = len(scene.districts.parent_of(scene.choice.level, above)) == len(scene.areas)
        if nests and 1 < len(scene.districts.of_level(above)) <= len(scene.areas) / 3:
            return above
    return ""


def _outline(axes: Axes, scene: Scene, frame: Frame) -> None:
    path = outline_path(outline_of(scene.districts, scene.choice.level, frame.tolerance))
    _add(axes, [path], facecolor="none", edgecolor=OUTLINE, linewidth=1.1 * frame.scale, zorder=5)


def _names(axes: Axes, scene: Scene, polygons: Polygons, frame: Frame) -> None:
    texts = scene.areas["name"].astype("str").to_list()
    room = _dry(scene, polygons, frame) if len(texts) <= MOST_AREAS else polygons
    for name in placed_names(room, texts, metres_per_mm=frame.metres_per_mm, scale=frame.scale):
        _name(axes, name, _fill_below(scene, name.area), frame)


def _dry(scene: Scene, polygons: Polygons, frame: Frame) -> Polygons:
    """The areas without their rivers and lakes, on which a name would be hard to read."""
    import shapely  # noqa: PLC0415

    water = context_layer(scene.districts, "water", frame.bounds)
    if not len(water):
        return polygons
    wet = shapely.union_all(shapely.buffer(water, frame.metres_per_mm * frame.scale * 0.5))
    dry: Polygons = shapely.difference(polygons, wet)
    return dry


def _fill_below(scene: Scene, area: int) -> str:
    row = scene.areas.iloc[area]
    return scene.colours[row["code"]] if row["code"] >= 0 else FILLS[Blank(row["blank"])].face


def _name(axes: Axes, name: Name, fill: str, frame: Frame) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    halo = [withStroke(linewidth=2.2 * frame.scale, foreground=fill)]
    axes.text(
        name.x, name.y, name.text, fontsize=name.points, color=text_on(fill), ha="center", va="center",
        linespacing=1.0, fontfamily=list(families()), path_effects=halo, zorder=6, parse_math=False,
    )  # fmt: skip


def scale_bar(axes: Axes, frame: Frame, polygons: Polygons) -> None:
    """A bar of a round length in kilometres, in the lower corner that the town leaves free."""
    metres, label = bar_length(frame)
    mm = frame.metres_per_mm * frame.scale
    corner = free_corner(frame, polygons)
    left = frame.bounds[0] + BAR_INSET_MM * mm if corner is None else corner
    y = frame.bounds[1] + mm
    style: dict[str, Any] = {"color": QUIET, "linewidth": 0.8 * frame.scale, "zorder": 7, "solid_capstyle": "butt"}
    axes.plot(
        [left, left, left + metres, left + metres], [y + 1.2 * mm, y, y, y + 1.2 * mm],
        scalex=False, scaley=False, **style,
    )  # fmt: skip
    axes.text(
        left + metres / 2, y + 0.9 * mm, label, fontsize=BAR_TEXT * frame.scale, color=QUIET, ha="center",
        va="bottom", fontfamily=list(families()), zorder=7, parse_math=False,
    )  # fmt: skip


def bar_length(frame: Frame) -> tuple[float, str]:
    """About a sixth of the map's width, as 1, 2 or 5 times a power of ten; in metres and in words."""
    aim = (frame.bounds[2] - frame.bounds[0]) / 6
    power = 10.0 ** floor(log10(aim))
    metres = float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= aim))
    decimals = max(0, -floor(log10(metres / 1000)))
    return metres, number(metres / 1000, decimals) + NO_BREAK + "km"


def free_corner(frame: Frame, polygons: Polygons) -> float | None:
    """Where the bar may begin: in the left corner or in the right one; None when the town lies in both."""
    import shapely  # noqa: PLC0415

    metres, _label = bar_length(frame)
    mm = frame.metres_per_mm * frame.scale
    left, low, right, _high = frame.bounds
    for start in (left + BAR_INSET_MM * mm, right - metres - BAR_INSET_MM * mm):
        room = shapely.clip_by_rect(polygons, start - mm, low, start + metres + mm, low + STRIP_MM * mm)
        if shapely.is_empty(room).all():
            return float(start)
    return None
