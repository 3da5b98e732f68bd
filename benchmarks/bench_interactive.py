"""Interactive map of twelve indicators beside `GeoDataFrame.explore` of one: size and time, in the same run.

    python benchmarks/bench_interactive.py [--real FOLDER | --town FOLDER] [--runs N] [--keep FOLDER]

Without arguments: Berlin's 542 Planungsräume from ../shared/real beside the repository, else Musterstadt.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import VALUE_COLUMNS
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.disclosure.release import Release, SourceNote
from dkbm_monitor.districts.layers import read_districts
from dkbm_monitor.districts.models import Gebietsstand, Level
from dkbm_monitor.town.models import RuleFor
from dkbm_monitor.view.interactive import InteractiveMap, interactive

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "real"
MUSTERSTADT = ROOT / "data" / "musterstadt"
AGS = "11000000"
AIM_MB = 0.6
SIMPLIFY_M = 20
N_INDICATORS = 12
Z = 1.959963984540054

# id: (table, column, title, polarity); every share is of all inhabitants.
BERLIN = {
    "anteil_unter_6": ("t2", "inhabitants_age_below_6", "Kinder unter 6 Jahren", "context"),
    "anteil_6_bis_14": ("t2", "inhabitants_age_6_15", "Kinder von 6 bis 14 Jahren", "context"),
    "anteil_15_bis_17": ("t2", "inhabitants_age_15_18", "Jugendliche von 15 bis 17 Jahren", "context"),
    "anteil_18_bis_26": ("t2", "inhabitants_age_18_27", "Junge Erwachsene von 18 bis 26 Jahren", "context"),
    "anteil_27_bis_44": ("t2", "inhabitants_age_27_45", "Bevölkerung von 27 bis 44 Jahren", "context"),
    "anteil_45_bis_54": ("t2", "inhabitants_age_45_55", "Bevölkerung von 45 bis 54 Jahren", "context"),
    "anteil_55_bis_64": ("t2", "inhabitants_age_55_65", "Bevölkerung von 55 bis 64 Jahren", "context"),
    "anteil_ab_65": ("t2", "inhabitants_age_above_65", "Bevölkerung ab 65 Jahren", "context"),
    "anteil_frauen": ("t2", "inhabitants_female", "Frauen und Mädchen", "context"),
    "anteil_ausland": ("t1", "inhabitants_foreigners", "Bevölkerung mit ausländischer Staatsangehörigkeit", "context"),
    "anteil_mh": ("t1", "inhabitants_with_migration_background", "Bevölkerung mit Migrationshintergrund", "context"),
    "anteil_mh_unter_6": (
        "t3", "inhabitants_with_migration_background_age_below_6",
        "Kinder unter 6 Jahren mit Migrationshintergrund", "context",
    ),
}  # fmt: skip


def berlin_release(real: Path, *, years: tuple[int, ...] = (2023,), least: int = 3) -> Release:
    """Twelve shares of all 542 Planungsräume, with Wilson intervals; numerators below `least` are hidden."""
    folder = real / "berlin" / "lor"
    level = Level(
        id="plr", title="Planungsraum", plural="Planungsräume", file="plr_2021.gpkg", key="plr_id", name="plr_name"
    )
    stand = Gebietsstand(id="2021", title="LOR 2021", first="2021", levels=(level,))
    districts = read_districts(folder, stand, ags=AGS, name="Berlin", crs="EPSG:25833")
    keys = districts.of_level("plr")["district"]
    frames = [_berlin_rows(real, keys, year, one, least) for year in years for one in BERLIN]
    return Release(
        values=pd.concat(frames, ignore_index=True).reindex(columns=list(VALUE_COLUMNS)),
        audience="public",
        rule=RuleFor(min_count=least),
        reason="Messung, keine Veröffentlichung",
        town="Berlin",
        invented=False,
        indicators={one: _card(one) for one in BERLIN},
        districts={"2021": districts},
        sources={"ewr": SourceNote("ewr", "Amt für Statistik Berlin-Brandenburg, A I 16, CC BY 3.0 DE")},
        run=RunRecord(town="Berlin"),
    )


def _card(one: str) -> Indicator:
    _table, _column, title, polarity = BERLIN[one]

    def text(german: str) -> dict[str, str]:
        return {"de": german, "en": german}

    return Indicator.model_validate(
        {
            "id": one,
            "area": "b",
            "title": text(title),
            "definition": text(f"Anteil an der gesamten Bevölkerung: {title}."),
            "purpose": text("Beschreibt die Zusammensetzung der Bevölkerung."),
            "limits": text("Sagt nichts über Lebenslagen."),
            "kind": "share",
            "numerator": one,
            "denominator": "bevoelkerung",
            "unit": text("%"),
            "polarity": polarity,
            "spatial_principle": "wohnort",
            "reference_date": "31.12.",
            "aggregation": text("Zähler und Nenner werden addiert."),
            "sources": ["Einwohnerregister"],
            "examples": [],
        }
    )


def _berlin_rows(real: Path, keys: pd.Series, year: int, one: str, least: int) -> pd.DataFrame:
    table, column, _title, _polarity = BERLIN[one]
    folder = real / "berlin" / "population"
    read = {
        name: pd.read_csv(folder / f"berlin-lor-population-{year}-02-{name}-planning-areas.csv", dtype={"id": str})
        for name in {"t1", table}
    }
    part = read[table].set_index("id")[column].reindex(keys).to_numpy(float)
    base = read["t1"].set_index("id")["inhabitants"].reindex(keys).to_numpy(float)
    rows = _shares(keys, part, base, (part > 0) & (part < least))
    town = _shares(pd.Series([AGS]), np.array([np.nansum(part)]), np.array([np.nansum(base)]), np.array([False]))
    both = pd.concat([rows.assign(level="plr"), town.assign(level="stadt")])
    return both.assign(indicator=one, breakdown="total", gebietsstand="2021", period=str(year), flags="", sources="ewr")


def _shares(keys: pd.Series, part: np.ndarray, base: np.ndarray, hidden: np.ndarray) -> pd.DataFrame:
    with np.errstate(invalid="ignore", divide="ignore"):
        p, half = part / base, Z * np.sqrt(part / base * (1 - part / base) / base + Z**2 / (4 * base**2))
        low, high = ((p + Z**2 / (2 * base) + sign * half) / (1 + Z**2 / base) for sign in (-1, 1))
    frame = pd.DataFrame(
        {"district": keys, "value": 100 * p, "numerator": part, "denominator": base, "low": 100 * low,
         "high": 100 * high}
    )  # fmt: skip
    nobody = ~(base > 0)
    frame["status"] = np.select([hidden, nobody], ["suppressed", "not_applicable"], "ok")
    frame.loc[hidden | nobody, ["value", "numerator", "denominator", "low", "high"]] = np.nan
    return frame


def town_release(folder: Path) -> Release:
    """Twelve share indicators of a town folder, released for the public."""
    import dkbm_monitor as dkbm

    town = dkbm.open_town(folder)
    shares = [one for one, card in town.catalogue.indicators.items() if card.kind == "share"][:N_INDICATORS]
    return dkbm.release(dkbm.compute(town, shares), town)


def best_of(runs: int, work: Callable[[], str]) -> tuple[float, str]:
    """Shortest of several times, and the page made."""
    times, page = [], ""
    for _ in range(runs):
        begin = time.perf_counter()
        page = work()
        times.append(time.perf_counter() - begin)
    return min(times), page


def explored(shapes: gpd.GeoDataFrame) -> str:
    """The page geopandas makes of one indicator."""
    return str(shapes.explore("value", tooltip=["name", "value"], legend=True).get_root().render())


def with_values(spec: InteractiveMap) -> gpd.GeoDataFrame:
    """Exact polygons with the values of the first indicator in its last period."""
    release, choice = spec.release, spec.choice
    rows = release.of(choice.indicators[0])
    rows = rows[(rows["level"] == choice.level) & (rows["period"] == choice.periods[-1])]
    shapes = release.districts[choice.gebietsstand].geometry(choice.level)
    return shapes.merge(rows[["district", "value"]], on="district", how="left")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--real", type=Path, default=REAL)
    parser.add_argument("--town", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the pages into this folder")
    asked = parser.parse_args()
    real_is_there = (asked.real / "berlin").is_dir()
    release = town_release(asked.town or MUSTERSTADT) if asked.town or not real_is_there else berlin_release(asked.real)
    spec = interactive(release, list(release.indicators)[:N_INDICATORS])
    spec = interactive(release, spec.choice.indicators, period=spec.choice.periods[-1])
    exact = with_values(spec)
    simple = exact.set_geometry(exact.geometry.simplify(SIMPLIFY_M))
    begin = time.perf_counter()
    spec.html()
    first = time.perf_counter() - begin
    explored(exact)  # both sides have loaded their libraries before anything is timed
    pages = {
        f"ours, {len(spec.choice.indicators)} indicators": best_of(asked.runs, spec.html),
        "explore, 1 indicator, exact": best_of(asked.runs, lambda: explored(exact)),
        f"explore, 1 indicator, {SIMPLIFY_M} m": best_of(asked.runs, lambda: explored(simple)),
    }
    report(release.town, len(exact), pages, first)
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        for name, (_time, page) in pages.items():
            (asked.keep / f"{name.split(' ')[0].strip(',')}_{len(page)}.html").write_text(page, "utf-8")


def report(town: str, n: int, pages: dict[str, tuple[float, str]], first: float) -> None:
    """Sizes, times and ratios; ours is 1."""
    (our_time, our_page), *_ = pages.values()
    ours = len(our_page.encode())
    print(f"{town}, {n} districts; first page in this process {first:.2f} s (libraries and fonts)")
    for name, (seconds, page) in pages.items():
        size = len(page.encode())
        print(
            f"{name:32s} {size / 1e6:7.3f} MB  {seconds:6.2f} s   "
            f"size x{size / ours:5.2f}  time x{seconds / our_time:5.2f}"
        )
    print(f"aim: under {AIM_MB} MB with Leaflet inside: {'met' if ours < AIM_MB * 1e6 else 'MISSED'}")


if __name__ == "__main__":
    main()
