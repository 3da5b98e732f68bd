"""A map inside somebody else's figure: the areas, a short title, a short legend and where the figures come from."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from dkbm_monitor.view import labels
from dkbm_monitor.view.blanks import FILLS
from dkbm_monitor.view.fonts import families
from dkbm_monitor.view.page import MM_PER_INCH
from dkbm_monitor.view.painting import fill_look, frame_for, paint, uncertain_look
from dkbm_monitor.view.palette import INK, QUIET
from dkbm_monitor.view.reference import unit_head
from dkbm_monitor.view.scene import Scene
from dkbm_monitor.view.sheet import footer_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE, NOTE = 10.0, 7.0
SCALE = 0.85
LEGEND_WIDTH = 30  # characters; a legend beside a small map must not run into the next one
NOTE_WIDTH = 90


def draw_into(ax: Axes, scene: Scene, title: str, *, names: bool) -> Axes:
    """Paint into given axes: their size on paper decides on detail and on which names fit."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    box = ax.get_window_extent()
    mm = MM_PER_INCH / figure.dpi
    frame = frame_for(scene, box.width * mm, box.height * mm, SCALE)
    paint(ax, scene, frame, names=names)
    ax.set_aspect("equal")
    ax.set_title(title, loc="left", fontsize=TITLE, fontweight="semibold", color=INK, fontfamily=list(families()))
    _notes(ax, scene)
    _legend(ax, scene)
    return ax


def _notes(ax: Axes, scene: Scene) -> None:
    """Source, date and areas below the map, and that a town is invented."""
    lines = [labels.invented_words(invented=scene.release.invented), *footer_lines(scene)]
    words = "\n".join(fill(line, NOTE_WIDTH) for line in lines if line)
    style: dict[str, Any] = {"fontsize": NOTE, "color": QUIET, "fontfamily": list(families()), "parse_math": False}
    ax.annotate(words, (0, 0), (0, -3), "axes fraction", "offset points", va="top", **style)


def _legend(ax: Axes, scene: Scene) -> None:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    font = FontProperties(family=list(families()), size=NOTE)
    lines = [unit_head(scene.indicator)] if scene.classes.n else []
    if not np.isnan(scene.town):
        value = labels.value_words(scene.town, scene.indicator)
        lines.insert(0, f"{labels.town_words(scene.release)}: {value}")
    title = "\n".join(fill(line, LEGEND_WIDTH, break_on_hyphens=False) for line in lines)
    where: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0), "alignment": "left"}
    handles = [*_class_handles(scene), *_reason_handles(scene)]
    ax.legend(handles=handles, title=title, title_fontproperties=font, frameon=False, prop=font, **where)


def _class_handles(scene: Scene) -> list[Any]:
    words = zip(scene.classes.labels(), scene.colours, scene.class_counts, strict=True)
    return [_patch(f"{label} ({count})", {"facecolor": colour}) for label, colour, count in reversed(list(words))]


def _reason_handles(scene: Scene) -> list[Any]:
    lines = labels.legend_lines(scene.blank_counts, scene.level)
    found = [_patch(f"{words} ({count})", fill_look(FILLS[blank], SCALE)) for blank, words, count in lines]
    if scene.uncertain_count:
        count = labels.area_count(scene.uncertain_count, scene.level)
        colour = scene.colours[len(scene.colours) // 3]
        look = uncertain_look(colour, SCALE) | {"facecolor": colour}
        found.insert(0, _patch(f"{labels.uncertain_words()} ({count})", look))
    return found


def _patch(label: str, look: dict[str, Any]) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415

    return Patch(**{"linewidth": 0, **look, "label": fill(label, LEGEND_WIDTH, break_on_hyphens=False)})
