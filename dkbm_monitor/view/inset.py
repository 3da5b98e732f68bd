"""A map inside somebody else's figure: the areas, a short title and a short legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dkbm_monitor.core.locale import NO_BREAK
from dkbm_monitor.view import labels
from dkbm_monitor.view.blanks import FILLS
from dkbm_monitor.view.fonts import families
from dkbm_monitor.view.page import MM_PER_INCH
from dkbm_monitor.view.painting import fill_look, frame_for, paint, uncertain_look
from dkbm_monitor.view.palette import INK, QUIET
from dkbm_monitor.view.scene import Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE, NOTE = 10.0, 7.5


def draw_into(ax: Axes, scene: Scene, title: str, *, names: bool) -> Axes:
    """Paint into given axes: their size on paper decides on detail and on which names fit."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    box = ax.get_window_extent()
    mm = MM_PER_INCH / figure.dpi
    frame = frame_for(scene, box.width * mm, box.height * mm, 1.0)
    paint(ax, scene, frame, names=names)
    ax.set_aspect("equal")
    note = labels.invented_words(invented=scene.release.invented)
    ax.set_title(title, loc="left", fontsize=TITLE, fontweight="semibold", color=INK, fontfamily=list(families()))
    _legend(ax, scene)
    if note:
        style: dict[str, Any] = {"fontsize": NOTE, "color": QUIET, "fontfamily": list(families())}
        ax.text(1, 1, note, transform=ax.transAxes, ha="right", va="top", **style)
    return ax


def _legend(ax: Axes, scene: Scene) -> None:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    handles = [*_class_handles(scene), *_reason_handles(scene)]
    font = FontProperties(family=list(families()), size=NOTE)
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 0.95), frameon=False, prop=font)


def _class_handles(scene: Scene) -> list[Any]:
    unit = str(scene.indicator.unit)
    words = zip(scene.classes.labels(unit), scene.colours, scene.class_counts, strict=True)
    found = [_patch(f"{label} ({count})", {"facecolor": colour}) for label, colour, count in reversed(list(words))]
    if not np.isnan(scene.town):
        value = labels.value_words(scene.town, scene.indicator).replace(NO_BREAK, " ")
        found.append(_patch(f"{labels.town_words(scene.release)}: {value}", {"facecolor": "none"}))
    return found


def _reason_handles(scene: Scene) -> list[Any]:
    lines = labels.legend_lines(scene.blank_counts, scene.level)
    found = [_patch(f"{words} ({count})", fill_look(FILLS[blank])) for blank, words, count in lines]
    if scene.uncertain_count:
        count = labels.area_count(scene.uncertain_count, scene.level)
        found.append(_patch(f"{labels.uncertain_words()} ({count})", uncertain_look(scene.colours[0])))
    return found


def _patch(label: str, look: dict[str, Any]) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415

    return Patch(**{"linewidth": 0, **look, "label": label})
