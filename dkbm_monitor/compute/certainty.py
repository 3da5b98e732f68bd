"""How sure is the colour? Probabilities that a value lies in each class of a map, and above the town's value.

The value is read as one outcome of an unknown true share or rate. What is then known of the true one is a beta
distribution (shares) or a gamma distribution (rates), with Jeffreys' prior or with a prior learnt from all districts
(`shrinkage`). The probabilities are differences of its distribution function: nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute.evidence import SERIES, Evidence, Floats, Mask, evidence, numbered
from dkbm_monitor.compute.shrinkage import Shrunk, beta_binomial, poisson_gamma
from dkbm_monitor.core.frames import TOWN, Values

Prior = Literal["own", "all"]

# Jeffreys' prior; its intervals are recommended by Brown, L. D., Cai, T. T. & DasGupta, A. (2001), Interval estimation
# for a binomial proportion, Statistical Science 16, 101-133.
JEFFREYS = 0.5
# Four of five: with a lower probability of the class shown, more than one colour in five would be wrong.
CERTAIN = 0.8
CERTAINTY_COLUMNS = ("class_shown", "class_probability", "likely_class", "likely_probability", "class_uncertain")


@dataclass(frozen=True)
class Posterior:
    """What is known of the true share (beta with `a`, `b`) or rate (gamma with shape `a`, rate `b`) of each row."""

    a: Floats
    b: Floats
    is_share: Mask

    def below(self, limit: Floats) -> Floats:
        """Probability that the true value is at most `limit` (a fraction); NaN where nothing is known."""
        share = special.betainc(self.a, self.b, np.clip(limit, 0.0, 1.0))
        rate = special.gammainc(self.a, self.b * np.maximum(limit, 0.0))
        out: Floats = np.where(np.isnan(limit), np.nan, np.where(self.is_share, share, rate))
        return out


def jeffreys(numerator: Floats, denominator: Floats, is_share: Mask) -> Posterior:
    """Posterior from a district's own counts alone."""
    share = is_share & (numerator <= denominator)
    known = (numerator >= 0) & (denominator > 0) & (share | ~is_share)
    above = np.where(known, numerator, np.nan) + JEFFREYS
    return Posterior(above, np.where(is_share, denominator - numerator + JEFFREYS, denominator), is_share)


def class_probabilities(posterior: Posterior, inner_bounds: Sequence[float]) -> Floats:
    """Probability of each class, one row per value: from below the first inner bound to above the last.

    `inner_bounds` are fractions in ascending order; `k` bounds make `k + 1` classes. Each row adds up to 1.
    """
    bounds = np.asarray(inner_bounds, dtype="float64")
    if (np.diff(bounds) <= 0).any() or np.isnan(bounds).any():
        msg = f"class bounds must ascend: {list(inner_bounds)}"
        raise ValueError(msg)
    below = [posterior.below(np.full(len(posterior.a), bound)) for bound in bounds]
    unknown = np.where(np.isnan(posterior.a), np.nan, 0.0)
    steps: Floats = np.diff(np.column_stack([unknown, *below, unknown + 1]), axis=1)
    return steps


def class_certainty(
    values: Values,
    indicators: Mapping[str, Indicator],
    inner_bounds: Sequence[float],
    *,
    prior: Prior = "own",
    certain: float = CERTAIN,
) -> pd.DataFrame:
    """Values with the columns of `CERTAINTY_COLUMNS` and one column `p_class_0 …` per class.

    `inner_bounds` are the bounds between the classes, in the indicator's unit, so `values` should hold one
    indicator. A value on a bound belongs to the class above it. `class_uncertain` is true where the class shown has
    a probability under `certain`. With `prior="all"` small districts borrow from the others of their level. Hidden
    values and values without counts get neither class nor probability and are not called uncertain.
    """
    counts = evidence(values, indicators)
    bounds = np.asarray(inner_bounds, dtype="float64")
    scales = np.unique(counts.per[counts.usable])
    if len(scales) > 1:
        msg = "class bounds belong to one unit: ask for indicators of different units one by one"
        raise ValueError(msg)
    fractions = [float(bound) / (float(scales[0]) if len(scales) else 1.0) for bound in inner_bounds]
    probability = class_probabilities(_posterior(values, counts, prior), fractions)
    table = {f"p_class_{number}": column for number, column in enumerate(probability.T)}
    value = values["value"].to_numpy(dtype="float64")
    known = counts.usable
    shown = np.searchsorted(bounds, value, side="right")
    likely = np.argmax(np.nan_to_num(probability), axis=1)
    rows = np.arange(len(values))
    out = values.assign(**table)
    out["class_shown"] = pd.array(np.where(known, shown, 0), dtype="Int64")
    out["class_probability"] = np.where(known, probability[rows, shown], np.nan)
    out["likely_class"] = pd.array(np.where(known, likely, 0), dtype="Int64")
    out["likely_probability"] = np.where(known, probability[rows, likely], np.nan)
    out["class_uncertain"] = known & (out["class_probability"].to_numpy() < certain)
    out.loc[~known, ["class_shown", "likely_class"]] = pd.NA
    return out


def exceedance(values: Values, indicators: Mapping[str, Indicator], *, prior: Prior = "own") -> pd.DataFrame:
    """Values with `p_above_town`: probability that a district's true value lies above the town's.

    The town's value is taken as known. Missing for the town itself, for hidden values, where the town's is hidden,
    and where there are no counts.
    """
    counts = evidence(values, indicators)
    key = ["indicator", "breakdown", "gebietsstand", "period"]
    number = numbered(values, key)
    is_town = (values["level"].astype("str") == TOWN).to_numpy()
    per_town = np.full(number.max() + 1 if len(number) else 0, np.nan)
    per_town[number[is_town]] = values["value"].to_numpy(dtype="float64")[is_town]
    limit = per_town[number] / counts.per
    below = _posterior(values, counts, prior).below(limit)
    return values.assign(p_above_town=np.where(is_town, np.nan, 1 - below))


def _posterior(values: Values, counts: Evidence, prior: Prior) -> Posterior:
    own = jeffreys(counts.numerator, counts.denominator, counts.is_share)
    if prior == "own":
        return own
    a, b = own.a.copy(), own.b.copy()
    below_town = (values["level"].astype("str") != TOWN).to_numpy()
    for mask, estimator in ((counts.is_share, beta_binomial), (counts.is_rate, poisson_gamma)):
        at = np.flatnonzero(mask & below_town)
        numerator, denominator = counts.numerator[at], counts.denominator[at]
        found = estimator(numerator, denominator, numbered(values.iloc[at], SERIES))
        a[at], b[at] = _borrowed(found, numerator, denominator, counts.is_share[at], (a[at], b[at]))
    return Posterior(a, b, counts.is_share)


def _borrowed(
    found: Shrunk, numerator: Floats, denominator: Floats, is_share: Mask, own: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Parameters with the prior learnt from all; a district's own where nothing could be learnt."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = denominator * (1 - found.weight) / found.weight
    learnt = found.told_apart & np.isfinite(size)
    a = found.mean * size + numerator
    b = np.where(is_share, (1 - found.mean) * size + denominator - numerator, size + denominator)
    return np.where(learnt, a, own[0]), np.where(learnt, b, own[1])


def uncertain_share(rows: pd.DataFrame) -> tuple[int, int]:
    """How many values of a frame from `class_certainty` are of uncertain class, of how many that have one."""
    return int(rows["class_uncertain"].sum()), int(rows["class_shown"].notna().sum())
