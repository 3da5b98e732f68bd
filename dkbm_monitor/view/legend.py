"""The legend: an ordered bar of classes with the number of areas in each, the town's value, and every reason.

It stands in a column of a sheet and is written from top to bottom; each part hands back the height it ends at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dkbm_monitor.core.locale import EN_DASH, NO_BREAK, _, number
from dkbm_monitor.view.blanks import FILLS
from dkbm_monitor.view.labels import (
    area_count,
    legend_lines,
    level_words,
    size_words,
    town_words,
    uncertain_words,
    value_words,
)
from dkbm_monitor.view.page import MM_PER_POINT, Page
from dkbm_monitor.view.painting import BLANK_BORDER, HATCH_WIDTH, fill_look, uncertain_look
from dkbm_monitor.view.palette import INK, QUIET
from dkbm_monitor.view.reference import unit_head
from dkbm_monitor.view.scene import Scene

BAR = "#D3D5D8"  # histogram bars
TEXT, NOTE = 9.0, 7.5
TIGHTER = (1.0, 0.99, 0.9, 0.8, 0.7, 0.6)  # below 1, counts stand beside their words instead of below


@dataclass(frozen=True)
class Column:
    """Where the legend stands: left edge and width in millimetres, and the sheet it is written on.

    `tight` makes everything in it smaller.
    """

    page: Page
    left: float
    width: float
    tight: float = 1.0

    def mm(self, length: float) -> float:
        """A length at the sheet's scale."""
        return length * self.page.size.scale * self.tight

    @property
    def text(self) -> float:
        """Type size of entries."""
        return TEXT * self.tight

    @property
    def note(self) -> float:
        """Type size of notes."""
        return NOTE * self.tight

    @property
    def swatch(self) -> float:
        """Left edge of the colours; the town's mark stands before them."""
        return self.left + self.mm(3.2)

    @property
    def words(self) -> float:
        """Left edge of the words beside the colours."""
        return self.swatch + self.mm(10)


def draw_legend(column: Column, scene: Scene, top: float, bottom: float) -> float:
    """Write the legend from `top` downwards, as tight as it must be to end above `bottom`; hands back its end."""
    end = top
    for tight in TIGHTER:
        before = set(column.page.axes.get_children())
        end = _written(replace(column, tight=tight), scene, top)
        if end >= bottom or tight == TIGHTER[-1]:
            break
        for artist in set(column.page.axes.get_children()) - before:
            artist.remove()
    return end


def _written(column: Column, scene: Scene, top: float) -> float:
    y = top
    if scene.classes.n:
        y = _head(column, scene, y)
        y = _bar(column, scene, y)
        y = _town(column, scene, y)
    y = _reasons(column, scene, y)
    return _method(column, scene, y)


def _head(column: Column, scene: Scene, top: float) -> float:
    page = column.page
    y = top - page.points(column.text) * MM_PER_POINT
    right = _("Zahl der {areas}").format(areas=level_words(scene.level)) if scene.level else ""
    page.text((column.left + column.width, y), right, size=column.note, colour=QUIET, ha="right")
    width = column.left + column.width - column.swatch - page.width_of(right, size=column.note) - column.mm(3)
    lines = page.wrapped(unit_head(scene.indicator), width, size=column.text, weight="semibold")
    _x, y = page.paragraph((column.swatch, y), lines, size=column.text, weight="semibold")
    return y + page.line(column.text) - column.mm(2.4)


def _bar(column: Column, scene: Scene, top: float) -> float:
    """The classes from high to low, each with its limits and a bar for the number of its areas."""
    row = column.mm(6.2)
    labels = scene.classes.labels()
    start = column.words + max(column.page.width_of(label, size=column.text) for label in labels) + column.mm(3)
    for place, code in enumerate(reversed(range(scene.classes.n))):
        y = top - (place + 1) * row
        _box(column, (column.swatch, y, column.mm(7.5), row), facecolor=scene.colours[code])
        middle = y + row / 2
        column.page.text((column.words, middle), labels[code], size=column.text, va="center_baseline")
        _histogram(column, scene, code, (start, middle))
    _town_mark(column, scene, top, row)
    return top - scene.classes.n * row


def _histogram(column: Column, scene: Scene, code: int, place: tuple[float, float]) -> None:
    start, middle = place
    count, most = scene.class_counts[code], max(*scene.class_counts, 1)
    text = number(count)
    room = column.left + column.width - start - column.page.width_of(number(most), size=column.note) - column.mm(1.5)
    length = max(room, column.mm(4)) * count / most
    _box(column, (start, middle - column.mm(1.5), length, column.mm(3)), facecolor=BAR)
    column.page.text(
        (start + length + column.mm(1), middle), text, size=column.note, colour=QUIET, va="center_baseline"
    )


def _town_mark(column: Column, scene: Scene, top: float, row: float) -> None:
    if not has_mark(scene):
        return
    y = top - scene.classes.n * row + town_height(scene) * row
    _triangle(column, column.swatch - column.mm(0.5), y)


def has_mark(scene: Scene) -> bool:
    """True where the town's value has a place among the classes: the sum of all areas has none."""
    return not np.isnan(scene.town) and scene.indicator.kind != "count"


def town_height(scene: Scene) -> float:
    """How far up the bar the town's value lies, in classes from the lowest limit; kept within the bar."""
    bounds = scene.classes.bounds
    if len(set(bounds)) == 1:
        return 0.5
    places = np.arange(len(bounds), dtype=float)
    return float(np.interp(scene.town, bounds, places))


def _triangle(column: Column, tip: float, y: float) -> None:
    from matplotlib.patches import Polygon  # noqa: PLC0415

    back, half = column.mm(2.2), column.mm(1.2)
    corners = [(tip, y), (tip - back, y + half), (tip - back, y - half)]
    column.page.axes.add_patch(Polygon(corners, closed=True, facecolor=INK, linewidth=0))


def _town(column: Column, scene: Scene, top: float) -> float:
    y = top - column.mm(6)
    words = f"{town_words(scene.release)}: {value_words(scene.town, scene.indicator)}"
    if has_mark(scene):
        _triangle(column, column.swatch + column.mm(4.6), y + column.mm(1.1))
    width = column.left + column.width - column.words
    lines = column.page.wrapped(words, width, size=column.text, weight="semibold")
    _x, y = column.page.paragraph((column.words, y), lines, size=column.text, weight="semibold")
    return y + column.page.line(column.text) - column.mm(4)


def _reasons(column: Column, scene: Scene, top: float) -> float:
    import matplotlib as mpl  # noqa: PLC0415

    y = top
    with mpl.rc_context({"hatch.linewidth": HATCH_WIDTH * column.page.size.scale}):
        if scene.uncertain_count:
            middle = scene.colours[len(scene.colours) // 3]
            words = (uncertain_words(), area_count(scene.uncertain_count, scene.level))
            y = _entry(column, y, words, {"facecolor": middle}, uncertain_look(middle, column.page.size.scale))
        for blank, reason, count in legend_lines(scene.blank_counts, scene.level):
            y = _entry(column, y, (reason, count), fill_look(FILLS[blank], column.page.size.scale))
    return y


def _entry(column: Column, top: float, words: tuple[str, str], *looks: dict[str, Any]) -> float:
    """A swatch, what it means, and how many areas it concerns."""
    page = column.page
    height, width = column.mm(4.6), column.left + column.width - column.words
    for look in looks:
        _box(column, (column.swatch, top - height, column.mm(7.5), height), **look)
    _box(
        column, (column.swatch, top - height, column.mm(7.5), height),
        facecolor="none", edgecolor=BLANK_BORDER, linewidth=0.5 * page.size.scale,
    )  # fmt: skip
    y = top - column.mm(3.4)
    beside = column.tight < 1
    text = f"{words[0]} ({words[1].replace(' ', NO_BREAK)})" if beside else words[0]
    _x, y = page.paragraph((column.words, y), page.wrapped(text, width, size=column.text), size=column.text)
    if beside:
        return y + page.line(column.text) - column.mm(2.8)
    _x, y = page.paragraph((column.words, y), [words[1]], size=column.note, colour=QUIET)
    return y + page.line(column.note) - column.mm(3)


def _method(column: Column, scene: Scene, top: float) -> float:
    if not scene.classes.n:
        return top
    width = column.left + column.width - column.swatch
    notes = [words for words in (method_words(scene), size_words(scene.indicator)) if words]
    lines = [line for words in notes for line in column.page.wrapped(words, width, size=column.note)]
    _x, y = column.page.paragraph((column.swatch, top - column.mm(3)), lines, size=column.note, colour=QUIET)
    return y + column.page.line(column.note)


def method_words(scene: Scene) -> str:
    """How the classes were cut and which years share them."""
    how = {
        "quantiles": _("Klassen mit etwa gleich vielen Gebieten"),
        "natural": _("Klassen nach Lücken in der Verteilung"),
        "equal": _("Klassen gleicher Breite"),
        "sd": _("Klassen nach dem Abstand vom Mittelwert"),
        "headtail": _("Klassen für eine Verteilung mit wenigen hohen Werten"),
    }[scene.cut.scheme]
    periods = scene.pooled_periods
    if len(periods) < 2:
        return how
    return _("{how}; für {years} gelten dieselben Grenzen").format(
        how=how, years=EN_DASH.join((periods[0], periods[-1]))
    )


def _box(column: Column, place: tuple[float, float, float, float], **look: Any) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    x, y, width, height = place
    style = {"linewidth": 0, **look}
    column.page.axes.add_patch(Rectangle((x, y), width, height, **style))
