"""Does a series rise or fall, beyond what chance explains?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute.compare import SIGNIFICANCE, adjusted
from dkbm_monitor.compute.kinds import Z
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.keys import year_of

Floats = npt.NDArray[np.float64]

SERIES = ["indicator", "breakdown", "gebietsstand", "level", "district"]
LEAST_PERIODS = 3


class Direction(StrEnum):
    """Outcome of a trend test."""

    RISING = "rising"
    FALLING = "falling"
    NO_DETECTABLE_CHANGE = "no_detectable_change"
    NOT_TESTED = "not_tested"  # fewer than three known periods, or no counts to test with


def trend(values: Values, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """One row per series: `n_periods, first, last, slope, slope_low, slope_high, p_value, p_adjusted, direction`.

    The slope is the change per year in the indicator's unit, from a least-squares line weighted by denominators.
    Its test is the Cochran-Armitage test for trend (shares: Armitage, P. (1955), Biometrics 11, 375-386; rates:
    the same score with a Poisson variance), adjusted over districts. Pooled values overlap from year to year and
    are therefore taken only every `pool_years`-th period, counted back from the last. Periods before the latest
    break of a definition are left out; a series never crosses a Gebietsstand.
    """
    rows = _countable(values, indicators)
    groups = rows.groupby(SERIES, observed=True, sort=False)
    table = groups.agg(n_periods=("year", "size"), first=("period", "first"), last=("period", "last")).reset_index()
    number = groups.ngroup().to_numpy()
    slope, spread, p = _fitted(rows, number, len(table))
    enough = (table["n_periods"] >= LEAST_PERIODS).to_numpy()
    table["slope"] = np.where(enough, slope, np.nan)
    table["slope_low"] = np.where(enough, slope - Z * spread, np.nan)
    table["slope_high"] = np.where(enough, slope + Z * spread, np.nan)
    table["p_value"] = np.where(enough, p, np.nan)
    table["p_adjusted"] = adjusted(table, ["indicator", "breakdown", "gebietsstand", "level"])
    table["direction"] = _directions(table)
    return table


def _countable(values: Values, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Rows a trend may be drawn from, oldest first, with year, per and kind."""
    kinds = {key: card.kind for key, card in indicators.items()}
    text = values.astype({"indicator": "str", "period": "str"})
    years = {one: year_of(one) for one in text["period"].unique()}
    rows = text.assign(year=text["period"].map(years), kind=text["indicator"].map(kinds))
    rows = rows[rows["kind"].isin(["share", "rate"]) & rows["low"].notna()]
    since = {key: max((year_of(one.period) for one in card.breaks), default=0) for key, card in indicators.items()}
    rows = rows[rows["year"] >= rows["indicator"].map(since) + rows["indicator"].map(_pooled(indicators)) - 1]
    last = rows.groupby(SERIES, observed=True)["year"].transform("max")
    rows = rows[(last - rows["year"]) % rows["indicator"].map(_pooled(indicators)) == 0]
    per = {key: card.per for key, card in indicators.items()}
    return rows.assign(per=rows["indicator"].map(per)).sort_values("year", kind="stable")


def _pooled(indicators: Mapping[str, Indicator]) -> dict[str, int]:
    return {key: card.pool_years for key, card in indicators.items()}


def _fitted(rows: pd.DataFrame, number: npt.NDArray[np.integer], n: int) -> tuple[Floats, Floats, Floats]:
    """Slope per year, its standard error and two-sided p value of every series at once."""

    def added(terms: Floats) -> Floats:
        return np.bincount(number, weights=terms, minlength=n).astype("float64")

    year, per = rows["year"].to_numpy(float), rows["per"].to_numpy(float)
    above, below = rows["numerator"].to_numpy(float), rows["denominator"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = added(below)
        middle = (added(below * year) / weight)[number]
        level = (added(above) / weight)[number]
        scatter = added(below * (year - middle) ** 2)
        score = added((above - below * level) * (year - middle))
        chance = np.where((rows["kind"] == "share").to_numpy(), level * (1 - level), level)
        variance = added(chance * below * (year - middle) ** 2)
        z = np.where(variance > 0, score / np.sqrt(variance), 0.0)
        scale = np.bincount(number, weights=per, minlength=n) / np.bincount(number, minlength=n)
        slope = scale * score / scatter
        spread = scale * np.sqrt(variance) / scatter
    return slope, spread, 2 * special.ndtr(-np.abs(z))


def _directions(table: pd.DataFrame) -> np.ndarray:
    sure = (table["p_adjusted"] < SIGNIFICANCE).to_numpy()
    rising = (table["slope"] > 0).to_numpy()
    untested = table["p_adjusted"].isna().to_numpy()
    named = [(untested, Direction.NOT_TESTED), (sure & rising, Direction.RISING), (sure & ~rising, Direction.FALLING)]
    masks, names = zip(*named, strict=True)
    return np.select(masks, [str(name) for name in names], str(Direction.NO_DETECTABLE_CHANGE))
