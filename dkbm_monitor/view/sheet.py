"""One map on one sheet: title, map, legend, footer, each in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dkbm_monitor.core.locale import _
from dkbm_monitor.view import labels
from dkbm_monitor.view.legend import Column, draw_legend
from dkbm_monitor.view.page import MM_PER_POINT, Page, Size, blank_page
from dkbm_monitor.view.painting import frame_for, paint
from dkbm_monitor.view.palette import INK, QUIET, accent
from dkbm_monitor.view.scene import Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KICKER, TITLE, SUBTITLE, NOTE = 9.0, 17.0, 10.0, 7.5
MARGIN = 13.0
LEGEND_WIDTH = 78.0
GUTTER = 7.0
RULE = "#D9DADC"


@dataclass(frozen=True)
class Heading:
    """Words above the map: where, what, and how it is to be read."""

    kicker: str
    title: str
    subtitle: str


def heading(scene: Scene, *, title: str = "", subtitle: str = "") -> Heading:
    """The heading a map makes for itself, with the words somebody chose instead."""
    areas = labels.level_words(scene.level)
    return Heading(
        labels.SEPARATOR.join((scene.release.town, areas)),
        title or labels.title(scene.indicator, scene.choice.period, breakdown=scene.breakdown),
        subtitle or labels.subtitle(scene.indicator, scene.choice.period),
    )


def footer_lines(scene: Scene) -> list[str]:
    """What stands below the map."""
    choice = scene.choice
    return labels.footer(
        scene.release, scene.indicator, scene.rows, period=choice.period, gebietsstand=choice.gebietsstand
    )


def draw_sheet(scene: Scene, size: Size, words: Heading, *, names: bool, north: bool) -> Axes:
    """Draw everything on a new figure; hands back the axes that hold the map."""
    page = blank_page(size)
    top = _heading(page, words, scene)
    bottom = _footer(page, scene)
    scale = size.scale
    legend_left = size.width - (MARGIN + LEGEND_WIDTH) * scale
    column = Column(page, legend_left, LEGEND_WIDTH * scale)
    ends = draw_legend(column, scene, top - 2 * scale, bottom)
    _limits(column, scene, ends, bottom)
    box = (MARGIN * scale, bottom, legend_left - GUTTER * scale, top)
    return _map(page, scene, box, names=names, north=north)


def _limits(column: Column, scene: Scene, top: float, bottom: float) -> None:
    """How the figures must not be read, at the foot of the legend's column, where there is room for it."""
    page, scale = column.page, column.page.size.scale
    head = _("Beim Lesen beachten")
    width = column.left + column.width - column.swatch
    lines = page.wrapped(str(scene.indicator.limits), width, size=NOTE)
    height = page.line(NOTE) * (len(lines) + 1)
    if bottom + height + 6 * scale > top:
        return
    y = bottom + height - page.line(NOTE) * 0.6
    _x, y = page.paragraph((column.swatch, y), [head], size=NOTE, weight="semibold", colour=QUIET)
    page.paragraph((column.swatch, y), lines, size=NOTE, colour=QUIET)


def _heading(page: Page, words: Heading, scene: Scene) -> float:
    """Write the heading from the top edge; hands back the height at which the map may begin."""
    scale = page.size.scale
    left, width = MARGIN * scale, page.size.width - 2 * MARGIN * scale
    y = page.size.height - MARGIN * scale - page.points(KICKER) * MM_PER_POINT * 0.6
    tag = _invented_tag(page, scene, y)
    colour = accent(scene.indicator.polarity)
    kicker = page.wrapped(words.kicker, width - tag, size=KICKER, weight="semibold")
    _x, y = page.paragraph((left, y), kicker, size=KICKER, weight="semibold", colour=colour)
    y -= page.line(TITLE) - page.line(KICKER) - 0.4 * scale
    lines = page.wrapped(words.title, width, size=TITLE, weight="semibold")
    _x, y = page.paragraph((left, y), lines, size=TITLE, weight="semibold", colour=INK)
    y += page.line(TITLE) - page.line(SUBTITLE) - 0.8 * scale
    _x, y = page.paragraph((left, y), page.flowed(words.subtitle, width, size=SUBTITLE), size=SUBTITLE, colour=QUIET)
    return y - 1.0 * scale


def _invented_tag(page: Page, scene: Scene, y: float) -> float:
    """The note of an invented town in the upper right corner; hands back the width it takes."""
    note = labels.invented_words(invented=scene.release.invented)
    if not note:
        return 0.0
    right = page.size.width - MARGIN * page.size.scale
    frame = {"boxstyle": "round,pad=0.35,rounding_size=0.5", "facecolor": "none", "edgecolor": QUIET, "linewidth": 0.6}
    inset = page.points(KICKER) * MM_PER_POINT * 0.35
    page.text((right - inset, y), note, size=KICKER, weight="semibold", colour=QUIET, ha="right", bbox=frame)
    return page.width_of(note, size=KICKER, weight="semibold") + 8 * page.size.scale


def _footer(page: Page, scene: Scene) -> float:
    """Write the footer upwards from the lower edge; hands back the height at which the map may end."""
    scale = page.size.scale
    left, width = MARGIN * scale, page.size.width - 2 * MARGIN * scale
    lines = [part for line in footer_lines(scene) for part in page.flowed(line, width, size=NOTE)]
    line = page.line(NOTE)
    first = MARGIN * scale * 0.8 + line * (len(lines) - 1)
    page.paragraph((left, first), lines, size=NOTE, colour=QUIET)
    rule = first + line * 1.25
    page.axes.plot([left, left + width], [rule, rule], color=RULE, linewidth=0.6 * scale, scalex=False, scaley=False)
    return rule + 2 * scale


def _map(page: Page, scene: Scene, box: Sequence[float], *, names: bool, north: bool) -> Axes:
    left, low, right, high = box
    size = page.size
    place = (left / size.width, low / size.height, (right - left) / size.width, (high - low) / size.height)
    axes = page.figure.add_axes(place, label="map")
    frame = frame_for(scene, right - left, high - low, size.scale)
    paint(axes, scene, frame, names=names)
    if north:
        north_arrow(axes, size.scale)
    return axes


def north_arrow(axes: Axes, scale: float) -> None:
    """A small arrow in the upper right corner of the map."""
    axes.annotate(
        "N", xy=(0.985, 0.985), xytext=(0.985, 0.91), xycoords="axes fraction", ha="center", va="center",
        fontsize=9 * scale, color=QUIET, zorder=7,
        arrowprops={"arrowstyle": "-|>", "color": QUIET, "linewidth": 0.9 * scale},
    )  # fmt: skip
