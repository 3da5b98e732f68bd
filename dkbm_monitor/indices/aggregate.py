"""Many numbers into one: pure functions on arrays of shape (..., districts, members) and weights (..., members).

Only the proportions of weights matter. A missing value is left out and the weights of the others fill its place;
whether such a district gets an index at all is the caller's rule (`complete`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dkbm_monitor.indices.models import Aggregate, Missing

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
CELLS = 4_000_000  # pairs of districts compared at once: 32 MB a member


def aggregate(x: Floats, weights: Floats, how: Aggregate) -> Floats:
    """Aggregate by a declared method; shape (..., districts)."""
    match how.method:
        case "sum":
            return total(x, weights)
        case "arithmetic":
            return generalised(x, weights, power=1.0)
        case "geometric":
            return generalised(x, weights, power=0.0)
        case "harmonic":
            return generalised(x, weights, power=-1.0)
        case "generalised":
            return generalised(x, weights, power=how.power)
        case "mazziotta_pareto":
            return mazziotta_pareto(x, weights, penalty=1.0 if how.penalty == "plus" else -1.0)
        case "max":
            return highest(x)
        case "count_above":
            return count_above(x, limit=how.limit)
        case "copeland":
            return copeland(x, weights)


def shares(x: Floats, weights: Floats, *, to: float = 1.0) -> Floats:
    """Weights of the values that are there, adding up to `to` in each district."""
    w = np.where(np.isnan(x), 0.0, np.broadcast_to(np.asarray(weights, float)[..., None, :], x.shape))
    with np.errstate(invalid="ignore", divide="ignore"):
        part: Floats = w / (np.abs(w).sum(-1, keepdims=True) / to)
    return part


def total(x: Floats, weights: Floats) -> Floats:
    """Weighted sum, with weights that average 1: equal weights give the plain sum.

    >>> total(np.array([[1.0, 2.0, 3.0]]), np.array([5.0, 5.0, 5.0]))
    array([6.])
    """
    added: Floats = (shares(x, weights, to=x.shape[-1]) * np.nan_to_num(x)).sum(-1)
    return np.where(np.isnan(x).all(-1), np.nan, added)


def generalised(x: Floats, weights: Floats, *, power: float) -> Floats:
    """Power mean: 1 arithmetic, 0 geometric, -1 harmonic. NaN where a value does not allow the power.

    >>> generalised(np.array([[1.0, 4.0]]), np.array([1.0, 1.0]), power=0.0)
    array([2.])
    """
    w = shares(x, weights)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if power == 1.0:
            mean = (w * np.nan_to_num(x)).sum(-1)
        elif power == 0.0:
            mean = np.exp((w * np.where(np.isnan(x), 0.0, np.log(np.where(x > 0, x, 1.0)))).sum(-1))
        else:
            mean = (w * np.where(np.isnan(x), 0.0, np.where(x > 0, x, 1.0) ** power)).sum(-1) ** (1.0 / power)
    impossible = (x <= 0).any(-1) & (power != 1.0)
    return np.where(np.isnan(x).all(-1) | impossible, np.nan, mean)


def mazziotta_pareto(x: Floats, weights: Floats, *, penalty: float) -> Floats:
    """Mean plus (burdens) or minus (resources) the unevenness of a district: SD times coefficient of variation."""
    mean = generalised(x, weights, power=1.0)
    squares = (shares(x, weights) * np.where(np.isnan(x), 0.0, x - mean[..., None]) ** 2).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        adjusted: Floats = mean + penalty * np.where(mean != 0, squares / np.where(mean != 0, mean, np.nan), np.nan)
    return adjusted


def highest(x: Floats) -> Floats:
    """The highest of the values that are there."""
    top: Floats = np.where(np.isnan(x), -np.inf, x).max(-1)
    return np.where(np.isinf(top), np.nan, top)


def count_above(x: Floats, *, limit: float) -> Floats:
    """How many values lie above a limit."""
    n: Floats = (x > limit).sum(-1).astype(float)
    return np.where(np.isnan(x).all(-1), np.nan, n)


def copeland(x: Floats, weights: Floats) -> Floats:
    """Pairwise comparison: districts that a weighted majority of members puts below, minus those above.

    A member that is missing in one of two districts does not vote on that pair.
    """
    lead = x.shape[:-2]
    w = np.broadcast_to(np.asarray(weights, float), (*lead, x.shape[-1]))
    out = np.full(x.shape[:-1], np.nan)
    for place in np.ndindex(*lead):
        out[place] = _copeland_one(x[place], w[place])
    return out


def _copeland_one(x: Floats, weights: Floats) -> Floats:
    n = len(x)
    present = ~np.isnan(x).all(-1)
    score = np.zeros(n)
    step = max(CELLS // max(n, 1), 1)
    for first in range(0, n, step):
        balance = np.zeros((len(x[first : first + step]), n))
        for column, weight in zip(x.T, weights, strict=True):
            ahead = np.sign(column[first : first + step, None] - column[None, :])
            balance += weight * np.nan_to_num(ahead)
        score[first : first + step] = np.sign(np.where(np.abs(balance) < 1e-12, 0.0, balance)).sum(-1)
    return np.where(present, score, np.nan)


def complete(x: Floats, weights: Floats, how: Missing) -> Mask:
    """True for districts that have enough values to get an index."""
    there = ~np.isnan(x)
    if how.rule != "available":
        return np.asarray(there.all(-1), dtype=bool)
    w = np.abs(np.broadcast_to(np.asarray(weights, float)[..., None, :], x.shape))
    share = (w * there).sum(-1) / np.maximum(w.sum(-1), 1e-300)
    return np.asarray((share >= how.min_share - 1e-12) & there.any(-1), dtype=bool)


def filled(x: Floats) -> Floats:
    """Missing values replaced by the mean of the other districts; a district without any value stays empty."""
    n = (~np.isnan(x)).sum(-2, keepdims=True)
    mean = np.nansum(x, -2, keepdims=True) / np.maximum(n, 1)
    empty = np.isnan(x).all(-1, keepdims=True)
    replaced: Floats = np.where(np.isnan(x) & ~empty, np.where(n > 0, mean, np.nan), x)
    return replaced
