"""Compare districts as if they had the same age structure (or sexes, or any other breakdown).

Direct: what would a district's rate be if its people were made up like a standard population? Indirect: how many cases
would it have at the standard's rates, and how many has it? Direct needs cases in each stratum, so it scatters in small
districts; indirect needs only their people, but two districts compare with the standard, not with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import special

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute import kinds
from dkbm_monitor.compute.evidence import Floats
from dkbm_monitor.core.frames import TOTAL, TOWN, Values
from dkbm_monitor.core.status import Status

Method = Literal["direct", "indirect"]

KEY = ["indicator", "gebietsstand", "level", "district", "period"]
DIRECT_COLUMNS = ("crude", "standardised", "standardised_low", "standardised_high")
INDIRECT_COLUMNS = ("observed", "expected", "ratio", "ratio_low", "ratio_high")
LEEWAY = 0.01  # parts may miss the whole by this much where a publisher rounds


def direct(
    cases: Floats, people: Floats, standard: Floats, *, confidence: float = kinds.CONFIDENCE
) -> tuple[Floats, Floats, Floats]:
    """Standardised rate and its interval; strata on the last axis, `standard` their people in the standard.

    Source of the interval: Fay, M. P. & Feuer, E. J. (1997), Confidence intervals for directly standardized rates: a
    method based on the gamma distribution, Statistics in Medicine 16, 791-801. It never misses too often; for
    shares that are not small it is wider than need be.
    """
    tail = (1 - confidence) / 2
    weight = standard / standard.sum(axis=-1, keepdims=True) / np.where(people > 0, people, np.nan)
    rate, variance = (weight * cases).sum(axis=-1), (weight**2 * cases).sum(axis=-1)
    heaviest = weight.max(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = special.gammaincinv(rate**2 / variance, tail) * variance / rate
    upper_rate, upper_variance = rate + heaviest, variance + heaviest**2
    high = special.gammaincinv(upper_rate**2 / upper_variance, 1 - tail) * upper_variance / upper_rate
    return rate, np.where(rate > 0, low, np.where(rate == 0, 0.0, np.nan)), high


def indirect(observed: Floats, people: Floats, standard_rates: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Expected cases at the standard's rates, observed by expected, and its exact Poisson interval.

    Strata on the last axis. The ratio is the SMR of epidemiology: 1 is as many cases as expected.
    """
    expected = (people * standard_rates).sum(axis=-1)
    low, high = kinds.poisson(observed, expected)
    return expected, kinds.ratio(observed, expected), low, high


def standardise(
    values: Values,
    indicators: Mapping[str, Indicator],
    *,
    strata: Sequence[str],
    method: Method = "direct",
    standard_period: str = "",
) -> pd.DataFrame:
    """Shares and rates freed from differences in the make-up of districts: one row per `KEY`.

    `strata` are the breakdowns that together make up everybody, such as `["age=0-2", "age=3-5"]`; `values` must hold
    them and the breakdown `total`. The standard is the town in the same period, or in `standard_period`, which makes
    years comparable. Columns for `direct`, in the indicator's unit: `DIRECT_COLUMNS`; for `indirect`:
    `INDIRECT_COLUMNS`. Missing where the town or a stratum is hidden, unknown or (direct) without people.
    """
    if method not in get_args(Method):
        msg = f"method must be one of {', '.join(get_args(Method))}, not '{method}'"
        raise ValueError(msg)
    rows = _plain(values, indicators)
    whole = rows[rows["breakdown"] == TOTAL].set_index(KEY).sort_index()
    cases, people = (_by_stratum(rows, strata, part).reindex(whole.index) for part in ("numerator", "denominator"))
    _check_sum(people, whole["denominator"], strata)
    town_cases, town_people = (_of_town(part, whole.index, standard_period) for part in (cases, people))
    per = whole.index.get_level_values("indicator").map({key: card.per for key, card in indicators.items()})
    scale = per.to_numpy(dtype="float64")
    out = whole.index.to_frame(index=False)
    if method == "direct":
        found = direct(cases.to_numpy(float), people.to_numpy(float), town_people)
        crude = kinds.ratio(whole["numerator"].to_numpy(float), whole["denominator"].to_numpy(float))
        return out.assign(**dict(zip(DIRECT_COLUMNS, (scale * one for one in (crude, *found)), strict=True)))
    observed = whole["numerator"].to_numpy(float)
    numbers = indirect(observed, people.to_numpy(float), kinds.ratio(town_cases, town_people))
    return out.assign(**dict(zip(INDIRECT_COLUMNS, (observed, *numbers), strict=True)))


def _plain(values: Values, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Counts of shares and rates with text keys; a stratum without people has none, which is known."""
    countable = {key for key, card in indicators.items() if card.kind in ("share", "rate")}
    rows = values[values["indicator"].isin(countable)].copy()
    rows[[*KEY, "breakdown", "status"]] = rows[[*KEY, "breakdown", "status"]].astype("str")
    empty = (rows["status"] == str(Status.NOT_APPLICABLE)) & (rows["breakdown"] != TOTAL)
    rows.loc[empty, ["numerator", "denominator"]] = 0.0
    return rows


def _by_stratum(rows: pd.DataFrame, strata: Sequence[str], part: str) -> pd.DataFrame:
    """One column of counts per stratum, one row per key; missing where a stratum is hidden or unknown."""
    table = rows[rows["breakdown"].isin(strata)].set_index([*KEY, "breakdown"])[part].unstack("breakdown")
    if lacking := [one for one in strata if one not in table.columns]:
        msg = f"values hold no breakdown {', '.join(lacking)}: compute them with breakdowns=[...]"
        raise ValueError(msg)
    return table[list(strata)]


def _check_sum(people: pd.DataFrame, whole: pd.Series[float], strata: Sequence[str]) -> None:
    parts = people.sum(axis=1, skipna=False)
    wrong = (parts - whole).abs() > LEEWAY * whole + 0.5
    if wrong.any():
        msg = f"{', '.join(strata)} do not add up to everybody, first at {wrong.idxmax()}"
        raise ValueError(msg)


def _of_town(table: pd.DataFrame, index: pd.Index[Any], standard_period: str) -> Floats:
    """For each key the town's counts per stratum, in its own or the standard's period."""
    key = ["indicator", "gebietsstand", "period"]
    frame = table.reset_index()
    town = frame[frame["level"] == TOWN].set_index(key)[list(table.columns)]
    wanted = index.to_frame(index=False)[key]
    if standard_period:
        wanted["period"] = standard_period
    return town.reindex(pd.MultiIndex.from_frame(wanted)).to_numpy(dtype="float64")
