"""Funnel limits: how far from the town's value may a district lie by chance alone, given its size?

A funnel plot shows districts by size instead of by rank. Source: Spiegelhalter, D. J. (2005), Funnel plots for
comparing institutional performance, Statistics in Medicine 24, 1185-1202; limits after its appendix (exact,
interpolated between whole counts).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy import special, stats

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute import kinds
from dkbm_monitor.compute.evidence import SERIES, Evidence, Floats, Mask, evidence, numbered
from dkbm_monitor.core.frames import TOWN, Values

WARNING, ALARM = 0.95, 0.998  # the two limits of the source: about two and three standard errors
POSITION_COLUMNS = ("target", "low_95", "high_95", "low_998", "high_998", "position")
LIMIT_COLUMNS = ("denominator", "target", "low_95", "high_95", "low_998", "high_998")
SERIES_TOWN = ["indicator", "breakdown", "gebietsstand", "period"]


class Position(StrEnum):
    """Where a district lies in the funnel."""

    WITHIN = "within"
    ABOVE = "above"  # outside the 95 % limit
    BELOW = "below"
    FAR_ABOVE = "far_above"  # outside the 99.8 % limit
    FAR_BELOW = "far_below"
    NOT_TESTED = "not_tested"  # hidden, without counts, or the town itself


def limit(target: Floats, size: Floats, probability: float, is_share: Mask) -> Floats:
    """Value below which a district of that size lies with that probability if its true value is the target.

    All values are fractions. Interpolated between the two whole counts around the quantile; below 0 is cut off.
    """
    known = (size > 0) & (target >= 0) & ((target <= 1) | ~is_share)
    out = np.full(len(target), np.nan)
    for mask, quantile, cumulated in ((known & is_share, *BINOMIAL), (known & ~is_share, *POISSON)):
        n, p = size[mask], target[mask]
        r = np.maximum(quantile(probability, n, p), 0.0)  # scipy gives -1 for an impossible event
        upto = cumulated(r, n, p)
        before = np.where(r > 0, cumulated(np.maximum(r - 1, 0.0), n, p), 0.0)
        step = np.where(upto > before, upto - before, 1.0)
        out[mask] = np.maximum(r - np.clip((upto - probability) / step, 0.0, 1.0), 0.0) / n
    return np.where(is_share, np.minimum(out, 1.0), out)


def _binomial_quantile(probability: float, n: Floats, p: Floats) -> Floats:
    return np.asarray(stats.binom.ppf(probability, np.rint(n), p), dtype="float64")


def _binomial_cumulated(count: Floats, n: Floats, p: Floats) -> Floats:
    return np.asarray(special.bdtr(count, np.rint(n).astype("int64"), p), dtype="float64")


def _poisson_quantile(probability: float, n: Floats, p: Floats) -> Floats:
    return np.asarray(stats.poisson.ppf(probability, n * p), dtype="float64")


def _poisson_cumulated(count: Floats, n: Floats, p: Floats) -> Floats:
    return np.asarray(special.pdtr(count, n * p), dtype="float64")


BINOMIAL = (_binomial_quantile, _binomial_cumulated)
POISSON = (_poisson_quantile, _poisson_cumulated)


def limits(target: Floats, size: Floats, is_share: Mask, *, confidence: float) -> tuple[Floats, Floats]:
    """Lower and upper limit that hold a district of the target's value with this probability."""
    tail = (1 - confidence) / 2
    return limit(target, size, tail, is_share), limit(target, size, 1 - tail, is_share)


def funnel(values: Values, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Values with the columns of `POSITION_COLUMNS`: the limits at each district's size and where it lies.

    The target is the town's value. Hidden values are not placed.
    """
    counts = evidence(values, indicators)
    target = _town_value(values, counts)
    is_town = (values["level"].astype("str") == TOWN).to_numpy()
    size = np.where(is_town, np.nan, counts.denominator)
    out = values.assign(target=np.where(is_town, np.nan, target * counts.per))
    for confidence, name in ((WARNING, "95"), (ALARM, "998")):
        low, high = limits(target, size, counts.is_share, confidence=confidence)
        out[f"low_{name}"], out[f"high_{name}"] = counts.per * low, counts.per * high
    out["position"] = _positions(out)
    return out


def _positions(rows: pd.DataFrame) -> np.ndarray:
    named = [
        (rows["low_95"].isna() | rows["value"].isna(), Position.NOT_TESTED),
        (rows["value"] > rows["high_998"], Position.FAR_ABOVE),
        (rows["value"] < rows["low_998"], Position.FAR_BELOW),
        (rows["value"] > rows["high_95"], Position.ABOVE),
        (rows["value"] < rows["low_95"], Position.BELOW),
    ]
    masks, names = zip(*named, strict=True)
    return np.select([mask.to_numpy() for mask in masks], [str(name) for name in names], str(Position.WITHIN))


def funnel_lines(values: Values, indicators: Mapping[str, Indicator], *, points: int = 100) -> pd.DataFrame:
    """The lines of the funnels, ready to draw: one row per series and size, columns `SERIES` and `LIMIT_COLUMNS`.

    Sizes run from the smallest to the largest district of each indicator, level and period, evenly on a logarithmic
    scale, so that the narrow neck is as smooth as the wide mouth.
    """
    counts = evidence(values, indicators)
    rows = values[SERIES].assign(
        size=counts.denominator, target=_town_value(values, counts), per=counts.per, is_share=counts.is_share
    )
    rows = rows[(rows["level"].astype("str") != TOWN) & rows["size"].notna() & rows["target"].notna()]
    ends = rows.groupby(SERIES, observed=True, sort=False).agg(
        first=("size", "min"),
        last=("size", "max"),
        target=("target", "first"),
        per=("per", "first"),
        is_share=("is_share", "first"),
    )
    steps = np.linspace(0.0, 1.0, points)
    first, last = ends["first"].to_numpy(float), ends["last"].to_numpy(float)
    out = ends.reset_index()[SERIES].loc[lambda frame: frame.index.repeat(points)].reset_index(drop=True)
    out["denominator"] = np.rint(first[:, None] * (last / first)[:, None] ** steps).ravel()
    target, per = np.repeat(ends["target"].to_numpy(float), points), np.repeat(ends["per"].to_numpy(float), points)
    is_share = np.repeat(ends["is_share"].to_numpy(bool), points)
    out["target"] = per * target
    for confidence, name in ((WARNING, "95"), (ALARM, "998")):
        low, high = limits(target, out["denominator"].to_numpy(float), is_share, confidence=confidence)
        out[f"low_{name}"], out[f"high_{name}"] = per * low, per * high
    return out.drop_duplicates([*SERIES, "denominator"]).reset_index(drop=True)


def _town_value(values: Values, counts: Evidence) -> Floats:
    """For each row the town's value of its indicator, breakdown and period, as a fraction."""
    number = numbered(values, SERIES_TOWN)
    is_town = (values["level"].astype("str") == TOWN).to_numpy()
    per_series = np.full(int(number.max()) + 1 if len(number) else 0, np.nan)
    per_series[number[is_town]] = kinds.ratio(counts.numerator, counts.denominator)[is_town]
    return np.where(counts.usable, per_series[number], np.nan)


def dispersion(values: Values, indicators: Mapping[str, Indicator], *, winsorised: float = 0.1) -> pd.DataFrame:
    """How much more districts scatter around the town than chance would have it: one row per series.

    Columns `SERIES`, `n_districts` and `dispersion`, the mean squared standardised deviation, with the outermost
    `winsorised` of each side pulled in (Spiegelhalter 2005). Near 1: chance explains the scatter. Far above 1:
    districts really differ, and nearly all large ones lie outside the funnel.
    """
    counts = evidence(values, indicators)
    target = _town_value(values, counts)
    chance = target * np.where(counts.is_share, 1 - target, 1.0) / counts.denominator
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (kinds.ratio(counts.numerator, counts.denominator) - target) / np.sqrt(chance)
    rows = values[SERIES].assign(z=np.where(chance > 0, z, np.nan))
    rows = rows[(rows["level"].astype("str") != TOWN) & rows["z"].notna()]
    groups = rows.groupby(SERIES, observed=True, sort=False)["z"]
    low, high = groups.transform("quantile", winsorised), groups.transform("quantile", 1 - winsorised)
    squared = rows.assign(squared=rows["z"].clip(low, high) ** 2).groupby(SERIES, observed=True, sort=False)["squared"]
    return squared.agg(n_districts="size", dispersion="mean").reset_index()
