"""Checks of what should be there: districts of a period, years of a series, one address that is too many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _, plural, with_unit
from dkbm_monitor.core.problems import Place, Problem, Severity
from dkbm_monitor.core.status import Status
from dkbm_monitor.town.observed import Observed, amount, enumerated, periods_words

SUDDEN = 5  # times the count of the period before
OUT_OF_PLACE = 3  # times the district's share of the population
FEWEST = 5  # districts; with fewer, a large share is nothing odd


def missing_districts(seen: Observed) -> Iterator[Problem]:
    """Inhabited districts a source does not name although it names others of their level."""
    delivered = ~seen.is_in("level", [TOWN])
    inhabited = {
        (gebietsstand, level): _inhabited(districts.of_level(level))
        for gebietsstand, districts in seen.town.districts.items()
        for level in districts.levels
    }
    gaps: dict[tuple[str, str, tuple[str, ...], int], list[int]] = {}
    for rows in seen.groups(np.flatnonzero(delivered), "measure", "gebietsstand", "level", "period", "source"):
        first = int(rows[0])
        gebietsstand, level = seen.label("gebietsstand", first), seen.label("level", first)
        codes = np.unique(seen.text["district"].codes[rows])
        present = {seen.text["district"].labels[code] for code in codes}
        areas = inhabited[gebietsstand, level]
        lacking = tuple(key for key in areas if key not in present)
        if lacking:
            gaps.setdefault((gebietsstand, level, lacking, len(areas)), []).append(first)
    for (gebietsstand, level, lacking, total), firsts in gaps.items():
        yield _missing(seen, gebietsstand, level, lacking, total, firsts)


def _inhabited(areas: pd.DataFrame) -> list[str]:
    return [str(key) for key in areas.loc[areas["inhabited"].to_numpy(dtype=bool), "district"]]


def _missing(
    seen: Observed, gebietsstand: str, level: str, lacking: tuple[str, ...], total: int, firsts: list[int]
) -> Problem:
    names = [f"{seen.name(gebietsstand, level, key)} ({key})" for key in lacking]
    files = list(dict.fromkeys(seen.file(row) for row in firsts))
    what = plural("Es fehlt {n} Gebiet", "Es fehlen {n} Gebiete", len(lacking))
    what += " " + _("von {total} der Ebene „{level}“: {names}. Betroffen: {periods}, {measures}.").format(
        total=total,
        level=level,
        names=enumerated(names),
        periods=periods_words(seen.label("period", row) for row in firsts),
        measures=_measures(seen, firsts),
    )
    if len(files) > 1:
        what += " " + _("Dateien: {files}.").format(files=enumerated(files, 3))
    hint = _("Ist das Gebiet unbewohnt, bitte unter „uninhabited“ nennen; sonst beim Herausgeber nachfragen.")
    return Problem("C012", Place(files[0]), lacking[0], what, hint, Severity.WARNING)


def _measures(seen: Observed, rows: Iterable[int]) -> str:
    ids = list(dict.fromkeys(seen.label("measure", row) for row in rows))
    return ids[0] if len(ids) == 1 else plural("{n} Messgröße", "{n} Messgrößen", len(ids))


def missing_years(seen: Observed) -> Iterator[Problem]:
    """Years missing inside a series; a source that comes every second year has no gap."""
    gaps: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    delivered = ~seen.is_in("status", [Status.MISSING, Status.PENDING])
    for rows in seen.groups(np.flatnonzero(delivered), "measure", "level"):
        column = seen.text["period"]
        years = sorted({year_of(column.labels[code]) for code in np.unique(column.codes[rows])})
        lacking = _gaps(years)
        if lacking:
            gaps.setdefault((seen.label("level", int(rows[0])), lacking), []).append(int(rows[0]))
    for (level, lacking), firsts in gaps.items():
        years_words = periods_words(map(str, lacking))
        what = _("In der Reihe fehlt {years} (Ebene „{level}“): {measures}.").format(
            years=years_words, level=level, measures=enumerated([seen.label("measure", row) for row in firsts])
        )
        hint = _("Gibt es die Datei, bitte registrieren; Kennzahlen dieser Jahre bleiben sonst leer.")
        yield Problem("C013", Place("register.yml"), seen.label("measure", firsts[0]), what, hint, Severity.WARNING)


def _gaps(years: list[int]) -> tuple[int, ...]:
    if len(years) < 3:
        return ()
    step = int(np.diff(years).min())
    return tuple(sorted(set(range(years[0], years[-1], step)) - set(years)))


def spikes(seen: Observed) -> Iterator[Problem]:
    """One district that suddenly carries far more of a count than its people explain.

    Typical: everyone without an own address is registered at the office that serves them.
    """
    table = _whole_counts(seen)
    people = _population_shares(seen, table)
    series = table.groupby(["measure", "gebietsstand", "level", "period"], sort=False)["value"]
    table["total"], table["n"] = series.transform("sum"), series.transform("size")
    large = (table["value"] > seen.town.file.spike_share * table["total"]) & (table["n"] >= FEWEST)
    for _place, top in table[large].iterrows():
        if not _is_explained(top, people, table):
            yield _spike(seen, top)


def _spike(seen: Observed, top: pd.Series[Any]) -> Problem:
    row = int(top["row"])
    what = _("{area} trägt {period} allein {share} von {title} ({value} von {total}).").format(
        area=seen.area(row),
        period=top["period"],
        share=with_unit(100 * top["value"] / top["total"], "%"),
        title=seen.title(row),
        value=amount(top["value"]),
        total=amount(top["total"]),
    )
    hint = _("Sind Menschen an der Adresse eines Amtes oder einer Unterkunft gemeldet? Bitte beim Herausgeber klären.")
    return Problem("C020", seen.place(row), str(top["district"]), what, hint, Severity.WARNING)


def _whole_counts(seen: Observed) -> pd.DataFrame:
    """Counts by residence, one row per measure, area and period: totals, or the sum of all cells where none came."""
    has_whole = {seen.label("measure", int(rows[0])) for rows in seen.groups(np.flatnonzero(seen.is_whole), "measure")}
    wanted = seen.is_whole | ~seen.is_in("measure", has_whole)
    wanted &= seen.has_value & ~seen.is_in("level", [TOWN])
    wanted &= seen.is_in("measure", seen.measures(additive=True, spatial_principle="wohnort"))
    rows = np.flatnonzero(wanted)
    names = ("measure", "gebietsstand", "level", "district", "period")
    columns = {name: np.array(seen.text[name].labels, dtype=object)[seen.text[name].codes[rows]] for name in names}
    table = pd.DataFrame({**columns, "value": seen.value[rows], "row": rows})
    table = table.groupby(list(names), sort=False, as_index=False).agg(value=("value", "sum"), row=("row", "first"))
    table["year"] = table["period"].map({text: year_of(text) for text in table["period"].unique()}).astype("int64")
    return table


def _population_shares(seen: Observed, table: pd.DataFrame) -> pd.Series[float]:
    people = table[table["measure"] == seen.town.file.disclosure.population_measure]
    total = people.groupby(["gebietsstand", "level", "year"])["value"].transform("sum")
    return (people["value"] / total).set_axis(
        pd.MultiIndex.from_frame(people[["gebietsstand", "level", "year", "district"]])
    )


def _is_explained(top: pd.Series[Any], people: pd.Series[float], table: pd.DataFrame) -> bool:
    """True if the district always carried as much, or if that many people live there."""
    here = (top["gebietsstand"], top["level"], top["year"], top["district"])
    lives_there = people.get(here)
    if lives_there is not None and top["value"] <= OUT_OF_PLACE * float(lives_there) * top["total"]:
        return True
    same = np.logical_and.reduce(
        [table[name].to_numpy() == top[name] for name in ("measure", "gebietsstand", "level", "district")]
    )
    earlier = table[same & (table["year"].to_numpy() < top["year"])]
    if len(earlier):
        before = float(earlier.loc[earlier["year"].idxmax(), "value"])
        return float(top["value"]) <= SUDDEN * before
    return lives_there is None
