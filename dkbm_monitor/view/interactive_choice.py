"""Which indicators, level, Gebietsstand and periods a map shows: what was asked for, checked against the release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dkbm_monitor.core.frames import TOTAL, TOWN
from dkbm_monitor.core.keys import period as spelled
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.labels import level_words


@dataclass(frozen=True)
class Choice:
    """What a map shows, all of it known to be released."""

    indicators: tuple[str, ...]
    gebietsstand: str
    level: str
    periods: tuple[str, ...]


def chosen(release: Release, indicators: Sequence[str], *, level: str | None, periods: Sequence[str]) -> Choice:
    """The choice, with everything left open filled in. Raises `ProblemsError` with all that does not fit."""
    wanted = tuple(dict.fromkeys(indicators))
    _raise(_indicator_problems(release, wanted))
    rows = _rows_of(release, wanted)
    _raise(_period_problems(rows, periods))
    asked = [spelled(one) for one in periods]
    rows = rows[rows["period"].isin(asked)] if asked else rows
    _raise(_gebietsstand_problems(rows) if asked else [])
    gebietsstand = _newest(rows)
    rows = rows[rows["gebietsstand"] == gebietsstand]
    _raise(_level_problems(release, rows, gebietsstand, level))
    found = level or _finest(release, rows, gebietsstand, wanted)
    rows = rows[rows["level"] == found]
    _raise(_empty_problems(release, wanted, rows, gebietsstand, found))
    return Choice(wanted, gebietsstand, found, tuple(sorted(rows["period"].unique(), key=_by_time)))


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise ProblemsError(problems)


def _by_time(period: str) -> tuple[int, str]:
    return year_of(period), period


def _rows_of(release: Release, wanted: Sequence[str]) -> pd.DataFrame:
    """Keys of the rows that could be drawn, as plain text."""
    values = release.values
    drawable = values["indicator"].isin(wanted) & (values["breakdown"] == TOTAL) & (values["level"] != TOWN)
    return values.loc[drawable, ["indicator", "gebietsstand", "level", "period"]].drop_duplicates().astype("str")


def _indicator_problems(release: Release, wanted: Sequence[str]) -> list[Problem]:
    if not wanted:
        what = _("Die Karte braucht mindestens eine Kennzahl.")
        return [Problem("V050", Place(), "", what, _("Freigegeben sind: {ids}.").format(ids=_some(release.indicators)))]
    problems = []
    for one in wanted:
        if one not in release.indicators:
            what = _("Die Kennzahl „{id}“ ist nicht Teil dieser Freigabe.").format(id=one)
            problems.append(Problem("R001", Place(key=one), one, what, did_you_mean(one, release.indicators)))
        elif _rows_of(release, [one]).empty:
            what = _("Für „{title}“ ({id}) enthält die Freigabe keine Werte für einzelne Gebiete.").format(
                title=release.indicators[one].title, id=one
            )
            hint = _("Bitte eine Ebene unterhalb der ganzen Stadt berechnen und freigeben.")
            problems.append(Problem("V051", Place(key=one), one, what, hint))
    return problems


def _period_problems(rows: pd.DataFrame, periods: Sequence[str]) -> list[Problem]:
    known = sorted(rows["period"].unique(), key=_by_time)
    problems = []
    for one in periods:
        if _spelled(one) not in known:
            what = _("Für {period} gibt es keine freigegebenen Werte.").format(period=one)
            hint = _("Vorhanden sind: {periods}.").format(periods=", ".join(known))
            problems.append(Problem("V052", Place(key=one), one, what, hint))
    return problems


def _spelled(text: str) -> str:
    """The period in its one spelling, or the text itself where it is no period."""
    try:
        return spelled(text)
    except ValueError:
        return text


def _gebietsstand_problems(rows: pd.DataFrame) -> list[Problem]:
    """Periods of different boundaries cannot share one map; each is named with its Gebietsstand."""
    by_stand = rows.groupby("gebietsstand")["period"].unique()
    if len(by_stand) == 1:
        return []
    what = _("Die Zeiträume gehören zu verschiedenen Gebietsständen: {list}.").format(
        list="; ".join(f"{stand}: {', '.join(sorted(found, key=_by_time))}" for stand, found in by_stand.items())
    )
    hint = _("Bitte für jeden Gebietsstand eine eigene Karte machen.")
    return [Problem("V053", Place(), ", ".join(map(str, by_stand.index)), what, hint)]


def _newest(rows: pd.DataFrame) -> str:
    newest = rows["period"].map(year_of).to_numpy().argmax()
    return str(rows["gebietsstand"].iloc[int(newest)])


def _level_problems(release: Release, rows: pd.DataFrame, gebietsstand: str, level: str | None) -> list[Problem]:
    known = [one for one in release.districts[gebietsstand].levels if one in set(rows["level"])]
    if level is None or level in known:
        return []
    what = _("Auf der Ebene „{level}“ gibt es keine freigegebenen Werte (Gebietsstand {stand}).").format(
        level=level, stand=release.districts[gebietsstand].gebietsstand
    )
    hint = did_you_mean(level, known) or _("Vorhanden sind: {levels}.").format(levels=", ".join(known))
    return [Problem("V054", Place(key=level), level, what, hint)]


def _empty_problems(
    release: Release, wanted: Sequence[str], rows: pd.DataFrame, gebietsstand: str, level: str
) -> list[Problem]:
    """Indicators that have nothing to show on the level and in the periods chosen."""
    problems = []
    districts = release.districts[gebietsstand]
    for one in wanted:
        if one in set(rows["indicator"]):
            continue
        what = _("Für „{title}“ ({id}) gibt es in dieser Auswahl keine Werte ({areas}, Gebietsstand {stand}).").format(
            title=release.indicators[one].title,
            id=one,
            areas=level_words(districts.level(level)),
            stand=districts.gebietsstand,
        )
        held = sorted(_rows_of(release, [one])["period"].unique(), key=_by_time)
        hint = _("Freigegeben ist diese Kennzahl für: {periods}.").format(periods=", ".join(held))
        problems.append(Problem("V056", Place(key=one), one, what, hint))
    return problems


def _finest(release: Release, rows: pd.DataFrame, gebietsstand: str, wanted: Sequence[str]) -> str:
    """The finest level that every indicator has; else the finest that any has."""
    held = rows.groupby("level")["indicator"].nunique()
    levels = [one for one in release.districts[gebietsstand].levels if one in held.index]
    return next((one for one in levels if held[one] == len(wanted)), levels[0])


def _some(ids: object, most: int = 8) -> str:
    found = sorted(map(str, ids))  # type: ignore[call-overload]
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")
