"""Which period, level and Gebietsstand a figure shows: as asked for, or the best there is.

Whatever a release does not hold is answered with what it does hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from dkbm_monitor.core import keys
from dkbm_monitor.core.frames import TOTAL, Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.disclosure.release import Release


@dataclass(frozen=True)
class Choice:
    """One figure's worth of values: these rows share period, level and Gebietsstand."""

    period: str
    level: str
    gebietsstand: str


def choose(
    release: Release,
    indicator: str,
    *,
    period: str | int | None = None,
    level: str | None = None,
    gebietsstand: str | None = None,
    breakdown: str = TOTAL,
) -> Choice:
    """Fill in what was not asked for: the latest period with values, the finest level.

    Raises `ProblemsError` with everything that was asked for and is not there.
    """
    rows = _rows(release, indicator, breakdown)
    problems = [
        *_unknown("V001", period, _periods(rows), indicator),
        *_unknown("V002", level, _levels(release, rows), indicator),
        *_unknown("V003", gebietsstand, _texts(rows["gebietsstand"]), indicator),
    ]
    if problems:
        raise ProblemsError(problems)
    wanted_period = None if period is None else _spelled(period)
    rows = _kept(rows, period=wanted_period, level=level, gebietsstand=gebietsstand)
    if rows.empty:
        raise ProblemsError([_nothing(indicator, release, breakdown)])
    with_value = rows[rows["value"].notna()]
    best = with_value if len(with_value) else rows
    last = wanted_period or max(_texts(best["period"]), key=keys.year_of)
    best = best[best["period"].astype("str") == last]
    state = _gebietsstand(release, best, last, indicator)
    best = best[best["gebietsstand"].astype("str") == state]
    order = release.districts[state].levels
    return Choice(last, level or min(_texts(best["level"]), key=order.index), state)


def _rows(release: Release, indicator: str, breakdown: str) -> Values:
    rows = release.of(indicator, breakdown=breakdown)
    if len(rows):
        return rows
    known = _texts(release.values.loc[release.values["indicator"] == indicator, "breakdown"])
    if not known:
        raise ProblemsError([_nothing(indicator, release, breakdown)])
    what = _("Die Gliederung „{breakdown}“ gibt es für „{indicator}“ nicht.").format(
        breakdown=breakdown, indicator=indicator
    )
    hint = did_you_mean(breakdown, known) or _("Vorhanden: {known}.").format(known=", ".join(known))
    raise ProblemsError([Problem("V004", Place(key=breakdown), indicator, what, hint)])


def _nothing(indicator: str, release: Release, breakdown: str) -> Problem:
    what = _("Für „{indicator}“ enthält die Freigabe in dieser Auswahl keine Zeile.").format(indicator=indicator)
    rows = release.of(indicator, breakdown=breakdown)
    there = sorted(set(zip(rows["period"].astype("str"), rows["level"].astype("str"), strict=True)))
    hint = _("Vorhanden: {known}.").format(known=", ".join(f"{period} ({level})" for period, level in there[:8]))
    return Problem("V005", Place(key=indicator), indicator, what, hint if there else "")


def _unknown(code: str, wanted: str | int | None, known: list[str], indicator: str) -> Iterable[Problem]:
    if wanted is None or _spelled(wanted) in known:
        return
    what = {
        "V001": _("Den Zeitraum „{wanted}“ gibt es für „{indicator}“ nicht."),
        "V002": _("Die Ebene „{wanted}“ gibt es für „{indicator}“ nicht."),
        "V003": _("Den Gebietsstand „{wanted}“ gibt es für „{indicator}“ nicht."),
    }[code].format(wanted=wanted, indicator=indicator)
    near = did_you_mean(str(wanted), known) if code != "V001" else ""
    hint = " ".join(part for part in (near, _("Vorhanden: {known}.").format(known=", ".join(known))) if part)
    yield Problem(code, Place(key=str(wanted)), indicator, what, hint)


def _spelled(wanted: str | int) -> str:
    """A period in its one spelling; anything else as it is."""
    try:
        return keys.period(str(wanted))
    except ValueError:
        return str(wanted)


def _gebietsstand(release: Release, rows: Values, period: str, indicator: str) -> str:
    """The one Gebietsstand that has values for the period; of several, the one that holds for it."""
    there = _texts(rows["gebietsstand"])
    holding = [one for one in there if release.districts[one].gebietsstand.holds_for(period)]
    found = there if len(there) == 1 else holding
    if len(found) == 1:
        return found[0]
    what = _("{period} liegt in mehreren Gebietsständen vor: {known}.").format(period=period, known=", ".join(there))
    hint = _("Bitte einen wählen: .at(gebietsstand=…).")
    raise ProblemsError([Problem("V006", Place(key=period), indicator, what, hint)])


def _kept(rows: Values, **wanted: str | None) -> Values:
    for column, one in wanted.items():
        if one is not None:
            rows = rows[rows[column].astype("str") == one]
    return rows


def _texts(column: pd.Series[str]) -> list[str]:
    return sorted(str(one) for one in column.unique())


def _periods(rows: Values) -> list[str]:
    return sorted(_texts(rows["period"]), key=lambda one: (keys.year_of(one), one))


def _levels(release: Release, rows: Values) -> list[str]:
    there = _texts(rows["level"])
    order = list(dict.fromkeys(level for districts in release.districts.values() for level in districts.levels))
    return sorted(there, key=order.index)
