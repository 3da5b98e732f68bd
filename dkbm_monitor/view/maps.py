"""Static maps: a frozen specification whose verbs return copies; drawn once, at the end.

map(release, "sprachfoerderbedarf", period=2023).classes(k=5).save("karte.pdf")
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dkbm_monitor.core.files import write_whole
from dkbm_monitor.core.frames import TOTAL
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view import labels
from dkbm_monitor.view.choice import Choice, choose
from dkbm_monitor.view.classes import MOST_CLASSES, SCHEMES, Scheme
from dkbm_monitor.view.page import SIZES
from dkbm_monitor.view.scene import Cut, Over, Scene, scene_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SCREEN_DPI = 100


@dataclass(frozen=True, eq=False)
class DistrictMap:
    """One map of one indicator: what it shows and how. Nothing is drawn before `draw` or `save`.

    What is left open (`None`) is filled in from the release: the latest period with values, the finest level.
    """

    release: Release
    indicator: str
    period: str | None = None
    level: str | None = None
    gebietsstand: str | None = None
    breakdown: str = TOTAL
    cut: Cut = field(default_factory=Cut)
    title: str = ""
    subtitle: str = ""
    paper: str = "A4"
    with_names: bool = True
    with_north: bool = False

    def at(
        self,
        *,
        period: str | int | None = None,
        level: str | None = None,
        gebietsstand: str | None = None,
        breakdown: str | None = None,
    ) -> DistrictMap:
        """The same map at another period, level, Gebietsstand or for another part of the population."""
        wanted = replace(
            self,
            period=self.period if period is None else str(period),
            level=self.level if level is None else level,
            gebietsstand=gebietsstand if period is not None or gebietsstand is not None else self.gebietsstand,
            breakdown=self.breakdown if breakdown is None else breakdown,
        )
        wanted.choice()
        return wanted

    def classes(self, k: int | None = None, scheme: Scheme | None = None, *, over: Over | None = None) -> DistrictMap:
        """Cut otherwise: number of classes, scheme, and which values share them.

        `over="gebietsstand"` (the default) pools every period with the same areas, so that years can be compared;
        `over="period"` cuts for the one period alone.
        """
        old = self.cut
        cut = Cut(old.k if k is None else k, scheme or old.scheme, over or old.over)
        problems = [*_bad_scheme(cut.scheme), *_bad_number(cut.k), *_bad_pool(cut.over)]
        if problems:
            raise ProblemsError(problems)
        return replace(self, cut=cut)

    def titled(self, title: str, subtitle: str | None = None) -> DistrictMap:
        """The same map under other words."""
        return replace(self, title=title, subtitle=self.subtitle if subtitle is None else subtitle)

    def size(self, paper: str) -> DistrictMap:
        """The same map on other paper: A5, A4, A3, A0 or slide (16:9)."""
        by_name = {name.lower(): name for name in SIZES}
        if paper.lower() not in by_name:
            what = _("Das Format „{paper}“ gibt es nicht.").format(paper=paper)
            hint = _("Möglich sind: {known}.").format(known=", ".join(SIZES))
            raise ProblemsError([Problem("V008", Place(key=paper), paper, what, hint)])
        return replace(self, paper=by_name[paper.lower()])

    def names(self, shown: bool = True) -> DistrictMap:
        """With or without the names of the areas; without them no place is singled out before a plenary."""
        return replace(self, with_names=shown)

    def north_arrow(self, shown: bool = True) -> DistrictMap:
        """With a north arrow; needed only where north is not up."""
        return replace(self, with_north=shown)

    def choice(self) -> Choice:
        """Period, level and Gebietsstand with everything filled in; raises `ProblemsError` for what is not there."""
        return choose(
            self.release,
            self.indicator,
            period=self.period,
            level=self.level,
            gebietsstand=self.gebietsstand,
            breakdown=self.breakdown,
        )

    def scene(self) -> Scene:
        """What the map shows, as data: classes, values, reasons, counts."""
        return scene_of(self.release, self.indicator, self.choice(), cut=self.cut, breakdown=self.breakdown)

    def draw(self, ax: Axes | None = None) -> Axes:
        """Draw on a new sheet with all its furniture, or the map with a short legend into `ax`; hands back the axes."""
        return _drawn(self, self.scene()) if ax is None else _drawn_into(ax, self, self.scene())

    def save(self, path: str | Path) -> Path:
        """Write a PNG, SVG or PDF, and the run record beside it. The file appears whole or not at all."""
        from dkbm_monitor.view.writing import format_of  # noqa: PLC0415

        target = Path(path)
        suffix = format_of(target)
        scene = self.scene()
        write_whole(target, _bytes(self, scene, suffix))
        self.release.run.with_settings(map=_settings(self, scene)).save_beside(target)
        return target

    def alt_text(self) -> str:
        """What the map shows, in a few sentences for those who do not see it."""
        return _alt(self.scene())

    def _repr_png_(self) -> bytes:
        return _bytes(self, self.scene(), "png", dpi=SCREEN_DPI)


def map(release: Release, indicator: str, *, period: str | int | None = None, level: str | None = None) -> DistrictMap:
    """A map of one indicator; by default of the latest period with values, on the finest level.

    Raises `ProblemsError` at once when the release holds no such indicator, period or level.
    """
    wanted = DistrictMap(release, indicator, None if period is None else str(period), level)
    choice = wanted.choice()
    return replace(wanted, period=choice.period, level=choice.level, gebietsstand=choice.gebietsstand)


def _bad_scheme(scheme: str) -> list[Problem]:
    if scheme in SCHEMES:
        return []
    what = _("Die Klassenbildung „{scheme}“ gibt es nicht.").format(scheme=scheme)
    hint = did_you_mean(scheme, SCHEMES) or _("Möglich sind: {known}.").format(known=", ".join(SCHEMES))
    return [Problem("V009", Place(key=scheme), scheme, what, hint)]


def _bad_number(k: int) -> list[Problem]:
    if 1 <= k <= MOST_CLASSES:
        return []
    what = _("{k} Klassen sind nicht möglich.").format(k=k)
    hint = _("Möglich sind 1 bis {most}, gut lesbar sind 4 bis 6.").format(most=MOST_CLASSES)
    return [Problem("V010", Place(key=str(k)), str(k), what, hint)]


def _bad_pool(over: str) -> list[Problem]:
    if over in ("gebietsstand", "period"):
        return []
    what = _("Klassen über „{over}“ gibt es nicht.").format(over=over)
    hint = _("Möglich sind: {known}.").format(known="gebietsstand, period")
    return [Problem("V011", Place(key=over), over, what, hint)]


def _drawn(wanted: DistrictMap, scene: Scene) -> Axes:
    from dkbm_monitor.view.sheet import draw_sheet, heading  # noqa: PLC0415 - matplotlib only when drawn

    words = heading(scene, title=wanted.title, subtitle=wanted.subtitle)
    return draw_sheet(scene, SIZES[wanted.paper], words, names=wanted.with_names, north=wanted.with_north)


def _drawn_into(ax: Axes, wanted: DistrictMap, scene: Scene) -> Axes:
    from dkbm_monitor.view.inset import draw_into  # noqa: PLC0415

    title = wanted.title or labels.title(scene.indicator, scene.choice.period, breakdown=scene.breakdown)
    return draw_into(ax, scene, title, names=wanted.with_names)


def _bytes(wanted: DistrictMap, scene: Scene, suffix: str, dpi: int | None = None) -> bytes:
    from dkbm_monitor.view.writing import rendered  # noqa: PLC0415

    figure: Figure = _drawn(wanted, scene).get_figure(root=True)  # type: ignore[assignment]
    title = wanted.title or labels.title(scene.indicator, scene.choice.period, breakdown=scene.breakdown)
    return rendered(figure, suffix, title=title, alt=_alt(scene), dpi=dpi or SIZES[wanted.paper].dpi)


def _alt(scene: Scene) -> str:
    here = scene.areas.assign(
        period=scene.choice.period,
        level=scene.choice.level,
        gebietsstand=scene.choice.gebietsstand,
        breakdown=scene.breakdown,
    )
    here["value"] = here["value"].where(here["blank"] == "")
    return labels.alt_text(scene.release, scene.indicator, here, town=scene.town)


def _settings(wanted: DistrictMap, scene: Scene) -> dict[str, Any]:
    """What was asked for, in words that make the same map again; never a value."""
    cut = wanted.cut
    return {
        "indicator": wanted.indicator,
        "period": scene.choice.period,
        "level": scene.choice.level,
        "gebietsstand": scene.choice.gebietsstand,
        "breakdown": wanted.breakdown,
        "classes": {"k": cut.k, "scheme": cut.scheme, "over": cut.over},
        "paper": wanted.paper,
        "audience": wanted.release.audience,
    }
