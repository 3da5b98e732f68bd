"""The demonstration: the whole way from raw files to maps, on the invented town that travels with the package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dkbm_monitor
from dkbm_monitor.compute.indicators import compute
from dkbm_monitor.core.files import write_whole
from dkbm_monitor.core.frames import TOTAL, TOWN
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.core.status import Status
from dkbm_monitor.disclosure.primary import release
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.products.explain import explain
from dkbm_monitor.products.tablefile import save_values
from dkbm_monitor.town.open import Town, open_town

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]

# A walk along the life course: each gets a map on paper.
DRAWN = ("sprachfoerderbedarf", "betreuungsquote_u3", "kinderarmut_sgb2", "uebergang_gymnasium")
# The interactive map holds these as well.
ALSO_INTERACTIVE = (
    "bevoelkerung_unter_18",
    "versorgungsquote_u3",
    "kita_besuch_drei_jahre",
    "ganztag_grundschule",
    "abgang_ohne_hauptschulabschluss",
    "wohnflaeche_je_person",
)


@dataclass(frozen=True)
class Made:
    """One file of the demonstration and what it shows."""

    path: Path
    shows: str


def embedded_town() -> Path:
    """The folder of Musterstadt: inside an installed package, or in a checkout of the project."""
    package = Path(dkbm_monitor.__file__).parent
    for folder in (package / "data" / "musterstadt", package.parent / "data" / "musterstadt"):
        if (folder / "town.yml").is_file():
            return folder
    what = _("Die Musterstadt fehlt in dieser Installation.")
    hint = _("Bitte neu installieren: python -m pip install --force-reinstall .")
    raise ProblemsError([Problem("P013", Place("data/musterstadt"), "musterstadt", what, hint)])


def make_demo(folder: str | Path, *, progress: Progress = lambda text: None) -> list[Made]:
    """Compute, release, map and explain Musterstadt into `folder`; says what was made.

    `progress` is called with each step before it begins.
    """
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    progress(_("Musterstadt wird gelesen …"))
    town = open_town(embedded_town())
    len(town.observations)  # read the raw files now, while the step is named
    progress(_("Alle Kennzahlen werden berechnet …"))
    released = release(compute(town), town)
    chosen = released_among(released, DRAWN)
    made = _tables(released, out, progress)
    made += _maps(released, chosen, out, progress)
    made += _interactive(released, released_among(released, [*DRAWN, *ALSO_INTERACTIVE]), out, progress)
    progress(_("Der Weg einer Zahl wird nachgezeichnet …"))
    return made + _passport(town, released, chosen[0], out)


def released_among(released: Release, wished: Sequence[str]) -> list[str]:
    """Those of the wished indicators that the release holds; the first released ones where it holds none."""
    found = [one for one in wished if one in released.indicators]
    return found or list(released.indicators)[: len(wished)]


def _tables(released: Release, out: Path, progress: Progress) -> list[Made]:
    progress(_("Tabellen werden geschrieben …"))
    shows = {
        "werte.xlsx": _("alle Werte für Excel, mit Erläuterungen"),
        "werte.csv": _("dieselben Werte als CSV-Datei"),
    }
    return [Made(save_values(released, out / name), text) for name, text in shows.items()]


def _maps(released: Release, chosen: Sequence[str], out: Path, progress: Progress) -> list[Made]:
    from dkbm_monitor.view.maps import map as static_map  # noqa: PLC0415 - matplotlib only when drawn

    made = []
    for indicator in chosen:
        title, period = released.indicators[indicator].title, last_period(released, indicator)
        progress(_("Karte wird gezeichnet: {title} …").format(title=title))
        drawing = static_map(released, indicator, period=period)
        for suffix in (".png", ".pdf"):
            path = out / f"karte_{indicator}{suffix}"
            drawing.save(path)
            made.append(Made(path, f"{title}, {period}"))
    return made


def _interactive(released: Release, chosen: Sequence[str], out: Path, progress: Progress) -> list[Made]:
    from dkbm_monitor.view.interactive import interactive  # noqa: PLC0415 - folium only when drawn

    progress(_("Interaktive Karte wird gebaut …"))
    path = out / "karte_interaktiv.html"
    interactive(released, chosen).save(path)
    return [Made(path, _("interaktive Karte für den Browser, ohne Internet"))]


def _passport(town: Town, released: Release, indicator: str, out: Path) -> list[Made]:
    row = _shown_row(released, indicator)
    passport = explain(town, indicator, str(row["district"]), str(row["period"]), level=str(row["level"]))
    path = out / f"pass_{indicator}.txt"
    write_whole(path, (passport.as_text() + "\n").encode())
    return [Made(path, _("wie eine Zahl entstanden ist: {name}").format(name=passport.area.name))]


def last_period(released: Release, indicator: str) -> str:
    """The latest period in which most districts have a value."""
    rows = released.of(indicator, breakdown=TOTAL)
    shown = rows[rows["status"] == Status.OK].groupby("period", observed=True).size()
    if shown.empty:
        return released.periods(indicator)[-1]
    full: Iterable[str] = shown[shown >= shown.max() * 0.5].index.astype("str")
    return max(full, key=year_of)


def _shown_row(released: Release, indicator: str) -> pd.Series[Any]:
    """The district with most people behind its value: its raw rows are the least likely to be hidden."""
    rows = released.of(indicator, breakdown=TOTAL)
    rows = rows[(rows["period"] == last_period(released, indicator)) & (rows["level"] != TOWN)]
    return rows.sort_values("denominator", ascending=False, na_position="last").iloc[0]
