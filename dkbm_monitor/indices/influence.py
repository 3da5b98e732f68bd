"""How much hangs on each member and each district of an index: effective weights, removing one, influence."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.indices import aggregate as aggregation
from dkbm_monitor.indices.base import Base, codes_of
from dkbm_monitor.indices.normalise import normalise, rank
from dkbm_monitor.indices.weights import principal

Floats = npt.NDArray[np.float64]
CELLS = 2_000_000  # values of districts without one district looked at in one go


def normalised(base: Base) -> Floats:
    """The members as the recipe adds them up."""
    z = normalise(base.x, base.part.normalise, bounds=base.bounds)
    return aggregation.filled(z) if base.part.missing.rule == "mean" else z


def effective_weights(base: Base) -> pd.DataFrame:
    """What each member really contributes, beside the weight it was given.

    `weight` is the given weight. `correlation` is that of the normalised member with the index. `share` splits the
    variance of the index among the members by their covariance with it; for additive indices the shares add up to 1
    exactly, otherwise they are scaled to. `main_effect` is the share of the variance that the member alone explains
    (correlation ratio by a cubic curve, corrected for its terms; Paruolo, Saisana and Saltelli 2013, Ratings and
    rankings: voodoo or science?, Journal of the Royal Statistical Society A 176, 609-634).
    """
    z, score = normalised(base), base.score.to_numpy(float)
    rows = []
    for column, weight in zip(z.T, base.weights, strict=True):
        known = ~np.isnan(column)
        own, index = column[known], score[known]
        covariance = np.cov(own, index, ddof=0)
        r = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
        rows.append((weight, r, weight * covariance[0, 1], correlation_ratio(own, index)))
    table = pd.DataFrame(rows, columns=["weight", "correlation", "share", "main_effect"])
    table["share"] /= table["share"].sum()
    return table.set_axis(pd.Index(base.members, name="member"), axis=0)


def correlation_ratio(x: Floats, y: Floats, *, degree: int = 3) -> float:
    """Share of the variance of y that a curve in x explains, corrected for the terms of the curve; never below 0."""
    terms = min(degree, len(np.unique(x)) - 1, len(x) - 2)
    if terms < 1:
        return float("nan")
    z = (x - x.mean()) / x.std()
    design = np.vander(z, terms + 1)
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    unexplained = ((y - fitted) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return float(max(0.0, 1 - unexplained * (len(x) - 1) / (len(x) - terms - 1)))


def remove_one(base: Base) -> pd.DataFrame:
    """The index without each member in turn.

    `kept`: share of districts that keep their class (NaN without classes); `mean_shift` and `largest_shift`: ranks
    moved, `district`: the one moved most; `spearman`: rank correlation with the whole index. A recipe of two members
    leaves one of them alone.
    """
    rows = [_without(base, number) for number in range(len(base.members))]
    columns = ["kept", "mean_shift", "largest_shift", "district", "spearman"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(base.members, name="member"))


def _without(base: Base, number: int) -> tuple[float, float, int, str, float]:
    others = [one for one in range(len(base.members)) if one != number]
    z = normalised(base)[:, others]
    weights = principal(z).loadings if base.part.weights.method == "pca" else base.weights[others]
    score = aggregation.aggregate(z, weights, base.part.aggregate)
    known = ~np.isnan(score)
    codes = codes_of(base.part.classes, normalise(score[:, None], base.part.index)[:, 0])
    moved = np.abs(_ranks(score)[known] - _ranks(np.where(known, base.score, np.nan))[known])
    top = int(np.argmax(moved))
    kept = float((codes == base.codes.to_numpy())[known].mean()) if base.part.classes else float("nan")
    agree = _agreement(_ranks(score)[known], np.asarray(base.rank, dtype=np.float64)[known])
    return kept, float(moved.mean()), int(moved[top]), np.array(base.districts)[known][top], agree


def _agreement(one: Floats, other: Floats) -> float:
    """Correlation of two rankings; NaN where one of them puts all districts on the same rank."""
    return float(np.corrcoef(one, other)[0, 1]) if min(np.ptp(one), np.ptp(other)) > 0 else float("nan")


def _ranks(score: Floats) -> Floats:
    return rank(np.asarray(score, dtype=np.float64)[:, None], ties="min", descending=True)[:, 0]


def district_influence(base: Base) -> pd.DataFrame:
    """What happens to the others without each district in turn.

    `index_shift`: mean change of the others' index (in its own units), `class_changes`: number of others that change
    their class, `order_changes`: number of others that change their place among themselves. One peculiar district can
    move the mean and the spread by which all are measured.
    """
    n = len(base.districts)
    step = max(CELLS // base.x.size, 1)
    parts = [_leaving(base, np.arange(first, min(first + step, n))) for first in range(0, n, step)]
    table = pd.concat(parts, ignore_index=True)
    return table.set_axis(pd.Index(base.districts, name="district"), axis=0)


def _leaving(base: Base, gone: npt.NDArray[np.intp]) -> pd.DataFrame:
    """The index of all others without each of these districts."""
    x = np.repeat(base.x[None], len(gone), axis=0)
    x[np.arange(len(gone)), gone] = np.nan
    z = normalise(x, base.part.normalise, bounds=base.bounds)
    weights = principal(z).loadings if base.part.weights.method == "pca" else base.weights
    score = aggregation.aggregate(z, weights, base.part.aggregate)
    index = normalise(score[..., None], base.part.index)[..., 0]
    own = _index_of(base)
    whole = np.repeat(base.score.to_numpy(float)[None], len(gone), axis=0)
    whole[np.arange(len(gone)), gone] = np.nan
    codes = np.array([codes_of(base.part.classes, one) for one in index])
    others = ~np.isnan(score)
    before, after = _order(whole), _order(score)
    return pd.DataFrame(
        {
            "index_shift": np.nanmean(np.abs(index - own), axis=1),
            "class_changes": ((codes != base.codes.to_numpy()) & others).sum(1),
            "order_changes": (before != after).sum(1),
        }
    )


def _order(score: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.intp]:
    """Districts by their score, those without one last; differences in the last digits are none."""
    return np.argsort(np.where(np.isnan(score), np.inf, np.round(score, 10)), axis=1, kind="stable")


def _index_of(base: Base) -> Floats:
    score = np.asarray(base.score, dtype=np.float64)
    return normalise(score[:, None], base.part.index)[:, 0]
