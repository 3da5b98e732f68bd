"""Several indicators side by side for the districts of one level, as values and as z-values.

A z-value is the distance from the mean of the districts, in standard deviations (unweighted, divided by N, as in
the Monitoring Soziale Stadtentwicklung of Berlin).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import TOTAL, TOWN, Values
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.core.status import Status
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.spatial.shown import Shown, oldest_first, raise_if_any, unknown, unknown_indicators

LEAST_INDICATORS = 2
TEXTS = ["indicator", "breakdown", "gebietsstand", "level", "district", "period", "status"]


@dataclass(frozen=True)
class StandardisedTable:
    """Indicators of the districts of one level: index district key (sorted), a column for each indicator.

    `periods` says which period each indicator is of: the latest with values, not after the one asked for.
    `numerators` and `denominators` are the counts behind the values, where there are any.
    """

    gebietsstand: str
    level: str
    periods: Mapping[str, str]
    indicators: Mapping[str, Indicator]
    names: pd.Series[str]
    values: pd.DataFrame
    statuses: pd.DataFrame
    numerators: pd.DataFrame
    denominators: pd.DataFrame

    @cached_property
    def means(self) -> pd.Series[float]:
        """Unweighted mean of the districts with a value."""
        return self.values.mean()

    @cached_property
    def spreads(self) -> pd.Series[float]:
        """Standard deviation of the districts with a value, divided by N."""
        return self.values.std(ddof=0)

    @cached_property
    def z(self) -> pd.DataFrame:
        """Distance from the mean in standard deviations; NaN where there is no value."""
        return (self.values - self.means) / self.spreads


def row_of(frame: pd.DataFrame, key: str) -> pd.Series[float]:
    """The row of one district."""
    return pd.Series(frame.to_numpy()[frame.index.get_loc(key)], index=frame.columns, dtype="float64")


def standardised(
    release: Shown,
    indicators: Sequence[str],
    *,
    period: str | int | None = None,
    level: str | None = None,
    gebietsstand: str | None = None,
) -> StandardisedTable:
    """Indicators side by side; without a wish the finest level and the latest period of each indicator.

    Raises `ProblemsError` with all unknown, empty and constant indicators at once.
    """
    raise_if_any([*unknown_indicators(release, indicators), *_too_few(indicators), *_twice(indicators)])
    rows = _rows(release, indicators, period)
    stand, fine = _place(release, rows, level, gebietsstand)
    rows = rows[(rows["gebietsstand"] == stand) & (rows["level"] == fine)]
    periods = _latest(rows, indicators)
    rows = rows[rows["period"] == rows["indicator"].map(periods)]
    areas = _areas(release.districts[stand], fine)
    columns = {name: _wide(rows, name, areas.index, indicators) for name in ("value", "numerator", "denominator")}
    raise_if_any([*_empty(columns["value"], fine), *_constant(columns["value"])])
    return StandardisedTable(
        gebietsstand=stand,
        level=fine,
        periods=periods,
        indicators={one: release.indicators[one] for one in indicators},
        names=areas["name"],
        values=columns["value"],
        statuses=_statuses(rows, areas, indicators),
        numerators=columns["numerator"],
        denominators=columns["denominator"],
    )


def _rows(release: Shown, indicators: Sequence[str], period: str | int | None) -> Values:
    """Totals of the indicators below the town, up to the period asked for."""
    rows = release.values[release.values["indicator"].isin(list(indicators))].astype(dict.fromkeys(TEXTS, "str"))
    rows = rows[(rows["breakdown"] == TOTAL) & (rows["level"] != TOWN)]
    if period is None:
        return rows
    years = {one: year_of(one) for one in rows["period"].unique()}
    kept = rows[rows["period"].map(years) <= _year(period, oldest_first(years))]
    if kept.empty:
        raise ProblemsError([_no_period(str(period), oldest_first(years))])
    return kept


def _year(period: str | int, known: Sequence[str]) -> int:
    try:
        return year_of(str(period))
    except ValueError as error:
        raise ProblemsError([_no_period(str(period), known)]) from error


def _no_period(period: str, known: Sequence[str]) -> Problem:
    what = _("Für den Zeitraum „{found}“ und davor gibt es keine der gewählten Kennzahlen.")
    return unknown("G003", what, period, known)


def _place(release: Shown, rows: Values, level: str | None, gebietsstand: str | None) -> tuple[str, str]:
    """Gebietsstand and level: as asked for, or those of the latest period with values, as fine as possible."""
    stands, levels = sorted(rows["gebietsstand"].unique()), list(rows["level"].unique())
    problems = []
    if gebietsstand is not None and gebietsstand not in stands:
        problems.append(unknown("G010", _("Den Gebietsstand „{found}“ gibt es hier nicht."), gebietsstand, stands))
    if level is not None and level not in levels:
        problems.append(unknown("G002", _("Die Ebene „{found}“ gibt es hier nicht."), level, sorted(levels)))
    raise_if_any(problems)
    kept = rows[rows["level"].isin([level or one for one in levels])]
    kept = kept[kept["gebietsstand"].isin([gebietsstand or one for one in stands])]
    shown = kept[kept["value"].notna()]
    if shown.empty:
        what = _("Für diese Auswahl enthält die Freigabe keinen Wert einzelner Gebiete.")
        raise ProblemsError([Problem("G008", Place(), "", what, _("Eine andere Ebene oder einen Zeitraum wählen."))])
    last = oldest_first(shown["period"])[-1]
    stand = gebietsstand or sorted(shown.loc[shown["period"] == last, "gebietsstand"].unique())[-1]
    order = release.districts[stand].levels
    return stand, level or min(shown.loc[shown["gebietsstand"] == stand, "level"].unique(), key=order.index)


def _latest(rows: Values, indicators: Iterable[str]) -> dict[str, str]:
    """For each indicator the last period that has a value; the last of all where none has."""
    pairs = ["indicator", "period"]
    known, anything = (
        some.drop_duplicates(pairs).groupby("indicator")["period"].agg(lambda found: oldest_first(found)[-1])
        for some in (rows[rows["value"].notna()], rows)
    )
    return {one: str(known.get(one, anything.get(one, ""))) for one in indicators}


def _areas(districts: Districts, level: str) -> pd.DataFrame:
    return districts.of_level(level).set_index("district")[["name", "inhabited"]].sort_index()


def _wide(rows: Values, column: str, keys: pd.Index[str], indicators: Sequence[str]) -> pd.DataFrame:
    wide = rows.pivot(index="district", columns="indicator", values=column)
    whole: pd.DataFrame = wide.reindex(index=keys, columns=list(indicators)).astype("float64")
    return whole


def _statuses(rows: Values, areas: pd.DataFrame, indicators: Sequence[str]) -> pd.DataFrame:
    """Status of each cell; a district without any row is missing, or not applicable where nobody lives."""
    wide = rows.pivot(index="district", columns="indicator", values="status")
    wide = wide.reindex(index=areas.index, columns=list(indicators))
    absent = np.where(areas["inhabited"], str(Status.MISSING), str(Status.NOT_APPLICABLE))
    whole: pd.DataFrame = wide.apply(lambda column: column.where(column.notna(), absent))
    return whole


def _too_few(indicators: Sequence[str]) -> list[Problem]:
    if len(indicators) >= LEAST_INDICATORS:
        return []
    what = _("Zum Vergleichen braucht es mindestens zwei Kennzahlen; eine allein zeigt besser die Karte.")
    return [Problem("G011", Place(), "", what)]


def _twice(indicators: Sequence[str]) -> list[Problem]:
    doubled = sorted({one for one in indicators if list(indicators).count(one) > 1})
    what = _("Die Kennzahl „{found}“ steht mehrfach in der Auswahl und würde doppelt zählen.")
    return [Problem("G012", Place(key=one), one, what.format(found=one)) for one in doubled]


def _empty(values: pd.DataFrame, level: str) -> list[Problem]:
    what = _("Die Kennzahl „{found}“ hat auf der Ebene „{level}“ keinen einzigen Wert.")
    hint = _("Weglassen, oder eine gröbere Ebene wählen.")
    lacking = [str(one) for one in values.columns if values[one].isna().all()]
    return [Problem("G013", Place(key=one), one, what.format(found=one, level=level), hint) for one in lacking]


def _constant(values: pd.DataFrame) -> list[Problem]:
    what = _("Die Kennzahl „{found}“ hat überall denselben Wert und unterscheidet keine Gebiete.")
    same = [str(one) for one in values.columns if values[one].nunique() == 1]
    return [Problem("G014", Place(key=one), one, what.format(found=one), _("Weglassen.")) for one in same]
