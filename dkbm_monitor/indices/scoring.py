"""Index values of thousands of variants, in chunks of bounded memory.

Within a chunk, variants that share their data, normalisation and aggregation are one matrix product. Values are
float32 (a tenth of a millionth of a standard deviation is far below what any variant moves); the recipe itself is
always taken from the exact computation.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dkbm_monitor.indices import aggregate as aggregation
from dkbm_monitor.indices.models import NEEDS_SPREAD, Aggregate, Normalise
from dkbm_monitor.indices.normalise import NOTHING, normalise
from dkbm_monitor.indices.sampling import Simulator, simulator
from dkbm_monitor.indices.variants import FACTORS, Plan
from dkbm_monitor.indices.weights import principal

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
SAMPLING, SHRINKAGE, NORMALISE, AGGREGATE, WEIGHTS, LEAVE_OUT = range(len(FACTORS))
FINE, CONSTANT, NOT_POSITIVE, TOO_FEW = range(4)  # why a variant could not be computed
PRODUCTS = frozenset({"sum", "arithmetic", "geometric", "harmonic", "generalised", "mazziotta_pareto"})
NEED_POSITIVE = frozenset({"geometric", "harmonic", "generalised", "mazziotta_pareto"})
STANDARDISED = frozenset({"z", "robust_z", "rank_normal"})
SHARES = frozenset({"percentile_rank", "distance_to_max", "distance_to_target"})
BUDGET = 24_000_000  # bytes of intermediate arrays a chunk may take


@dataclass(frozen=True)
class Chunk:
    """Index values of some variants: `rows` are their places in the plan, `score` is (rows, districts).

    A score is the index less a constant of its variant: order and distances hold, its zero means nothing. `failed` says
    why a variant could not be computed (0: it could); the scores of such a row are NaN.
    """

    rows: Numbers
    score: Singles
    failed: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Scorer:
    """Computes the variants of a plan, chunk by chunk."""

    plan: Plan
    budget: int = BUDGET

    @cached_property
    def simulator(self) -> Simulator:
        """Where simulated data sets come from."""
        choices = self.plan.choices
        shrinks = "beta_binomial" in self.plan.shrinkage
        return simulator(self.plan.base, self.plan.counts, seed=self.plan.seed, how=choices.sampling, shrinks=shrinks)

    @cached_property
    def batches(self) -> list[Numbers]:
        """Rows of the plan that are computed together: variants of the same data sets side by side."""
        rows = self.plan.rows
        order = np.lexsort((rows[:, SHRINKAGE], rows[:, SAMPLING]))
        n, members = self.plan.base.x.shape
        kept = 8 * n * members * (1 + len(self.plan.normalise)) if len(np.unique(rows[:, SAMPLING])) > 1 else 0
        per_row = 16 * n + kept * self._sets_per_row + self._fallback_bytes
        size = max(int(self.budget // max(per_row, 1)), 8)
        return [order[first : first + size] for first in range(0, len(order), size)]

    @property
    def _sets_per_row(self) -> float:
        return min(1.0, self.plan.choices.draws * len(self.plan.shrinkage) / len(self.plan))

    @property
    def _fallback_bytes(self) -> int:
        """Methods that are no matrix product keep all members of a variant at once."""
        n, members = self.plan.base.x.shape
        return 0 if all(one.method in PRODUCTS for one in self.plan.aggregate) else 24 * n * members

    def chunks(self, *, threads: int = 1) -> Iterator[Chunk]:
        """All variants, in the order of `batches`."""
        _ready = self.simulator  # built before threads ask for it
        if threads == 1:
            yield from map(self.compute, self.batches)
            return
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(self.compute, self.batches)

    def compute(self, rows: Numbers) -> Chunk:
        """Index values of these rows of the plan."""
        with np.errstate(all="ignore"):  # what cannot be computed is found by its reason, not by a warning
            return _Work(self, rows).run()

    def mapped(self, normal: Normalise, how: Aggregate, z: Floats) -> Floats:
        """Normalised values on the scale the aggregation needs."""
        own = self.plan.base.part
        is_own = normal == own.normalise and how == own.aggregate
        if how.method not in NEED_POSITIVE or is_own or not self.plan.choices.positive_scale:
            return z
        return positive(normal, z)


def positive(normal: Normalise, z: Floats) -> Floats:
    """Values on a positive scale: 100 + 10 z for standardised ones, 1 to 100 for shares of a range."""
    if normal.method in STANDARDISED:
        return 100.0 + 10.0 * z
    if normal.method in SHARES:
        return 1.0 + 99.0 * z
    if normal.method in ("minmax", "scaled", "goalposts"):
        low, high = normal.range
        return 1.0 + 99.0 * (z - low) / (high - low)
    return z + 1.0 if normal.method == "borda" else z


class _Work:
    """One chunk being computed."""

    def __init__(self, scorer: Scorer, rows: Numbers) -> None:
        self.scorer, self.plan, self.rows = scorer, scorer.plan, rows
        self.choice = scorer.plan.rows[rows]
        self.score = np.empty((len(rows), len(self.plan.base.values)), dtype=np.float32)
        self.failed = np.zeros(len(rows), dtype=np.int8)
        sets, self.set_of = np.unique(self.choice[:, [SAMPLING, SHRINKAGE]], axis=0, return_inverse=True)
        names = self.plan.shrinkage
        self.x = np.stack([scorer.simulator.draw(int(a), shrunk=names[b] != "none") for a, b in sets])

    def run(self) -> Chunk:
        for number in np.unique(self.choice[:, NORMALISE]):
            self._normalised(int(number))
        broken = ~np.isfinite(self.score).all(1) & (self.failed == FINE)
        self.failed[broken] = TOO_FEW
        self.score[self.failed != FINE] = np.nan
        own = np.flatnonzero((self.choice == 0).all(1))
        self.score[own] = (self.plan.base.score - self.plan.base.score.mean()).to_numpy(np.float32)
        self.failed[own] = FINE
        return Chunk(self.rows, self.score, self.failed)

    def _normalised(self, number: int) -> None:
        """All variants with this normalisation."""
        base, how = self.plan.base, self.plan.normalise[number]
        mine = np.flatnonzero(self.choice[:, NORMALISE] == number)
        sets, place = np.unique(self.set_of[mine], return_inverse=True)
        x = self.x[sets]
        z = normalise(x, how, bounds=base.bounds)
        flat = _says_nothing(x) if how.method in NEEDS_SPREAD else np.zeros((len(x), x.shape[-1]), dtype=bool)
        if base.part.missing.rule == "mean":
            z = aggregation.filled(z)
        weights = self._weights(mine, place, z)
        self.failed[mine[((weights != 0) & flat[place]).any(1)]] = CONSTANT
        for method in np.unique(self.choice[mine, AGGREGATE]):
            some = self.choice[mine, AGGREGATE] == method
            aggregate = self.plan.aggregate[method]
            scaled = self.scorer.mapped(how, aggregate, z)
            self._aggregated(aggregate, mine[some], place[some], scaled, weights[some])

    def _weights(self, mine: Numbers, place: Numbers, z: Floats) -> Floats:
        """Weights of each variant, the left-out member at zero, adding up to 1 in absolute terms."""
        weights = self.plan.weights[self.choice[mine, WEIGHTS]]
        from_data = np.isnan(weights).any(1)
        if from_data.any():
            weights[from_data] = principal(z).loadings[place[from_data]]
        left = self.choice[mine, LEAVE_OUT]
        weights[np.flatnonzero(left), left[left > 0] - 1] = 0.0
        shared: Floats = weights / np.abs(weights).sum(1, keepdims=True)
        return shared

    def _aggregated(self, how: Aggregate, mine: Numbers, place: Numbers, z: Floats, weights: Floats) -> None:
        bad = self._not_positive(how, z)[place] & (weights != 0)[:, None, :]
        self.failed[mine[bad.any((1, 2)) & (self.failed[mine] == FINE)]] = NOT_POSITIVE
        if how.method in PRODUCTS:
            self.score[mine] = _products(how, z, place, weights)
        else:
            without = np.where((weights == 0)[:, None, :], np.nan, z[place])
            self.score[mine] = aggregation.aggregate(without, weights, how)
        if np.isnan(z).any():
            self._too_few(mine, place, z, weights)

    def _not_positive(self, how: Aggregate, z: Floats) -> Mask:
        """Sets and members with a value that the aggregation cannot take: (sets, 1, members)."""
        if how.method not in NEED_POSITIVE or how.method == "mazziotta_pareto":
            return np.zeros((len(z), 1, z.shape[-1]), dtype=bool)
        found: Mask = np.asarray((z <= 0).any(1, keepdims=True))
        return found

    def _too_few(self, mine: Numbers, place: Numbers, z: Floats, weights: Floats) -> None:
        """Variants in which a district of the recipe keeps too few values."""
        share = np.empty((len(mine), z.shape[1]))
        for one in np.unique(place):
            share[place == one] = np.abs(weights[place == one]) @ (~np.isnan(z[one])).T
        least = self.plan.base.part.missing.min_share if self.plan.base.part.missing.rule == "available" else 1.0
        few = (share < least - 1e-9).any(1) & (self.failed[mine] == FINE)
        self.failed[mine[few]] = TOO_FEW


def _says_nothing(x: Floats) -> Mask:
    """Sets and members where all districts have the same value."""
    low, high = np.nanmin(x, axis=-2), np.nanmax(x, axis=-2)
    return np.asarray(high - low <= NOTHING * np.maximum(np.abs(low), np.abs(high)))


def _products(how: Aggregate, z: Floats, place: Numbers, weights: Floats) -> Singles:
    """Aggregations that are a matrix product between two elementwise functions, less a constant.

    Only differences between districts matter, and float32 has digits enough for those.
    """
    power = {"sum": 1.0, "arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(how.method, how.power)
    if how.method == "mazziotta_pareto":
        return _uneven(z, place, weights, sign=1.0 if how.penalty == "plus" else -1.0)
    if power == 1.0:
        return _weighted(z - np.nanmean(z), place, weights)
    if power == 0.0:
        logs = np.log(z)
        middle = float(np.nanmean(logs))
        return np.float32(np.exp(middle)) * np.expm1(_weighted(logs - middle, place, weights))
    raised = z**power
    middle = float(np.nanmean(raised))
    away = _weighted(raised / middle - 1.0, place, weights)
    return np.float32(middle ** (1.0 / power)) * np.expm1(np.log1p(away) / np.float32(power))


def _uneven(z: Floats, place: Numbers, weights: Floats, *, sign: float) -> Singles:
    """Mazziotta-Pareto: mean plus or minus variance by mean."""
    middle = float(np.nanmean(z))
    mean = _weighted(z - middle, place, weights)
    variance: Singles = _weighted((z - middle) ** 2, place, weights) - mean**2
    return mean + np.float32(sign) * variance / (mean + np.float32(middle))


def _weighted(z: Floats, place: Numbers, weights: Floats) -> Singles:
    """Weighted mean of each variant over its own data set; missing values leave their weight to the others."""
    missing = np.isnan(z)
    values = np.where(missing, 0.0, z).astype(np.float32) if missing.any() else z.astype(np.float32)
    single = weights.astype(np.float32)
    out = np.empty((len(place), z.shape[1]), dtype=np.float32)
    for one, rows in _groups(place):
        np.matmul(single[rows], values[one].T, out=out[rows])
        if missing[one].any():
            out[rows] /= np.abs(single[rows]) @ (~missing[one]).T.astype(np.float32)
    return out


def _groups(place: Numbers) -> Iterator[tuple[int, slice]]:
    """Runs of rows with the same data set; variants of one data set stand together in a batch."""
    starts = np.flatnonzero(np.r_[True, place[1:] != place[:-1]])
    for first, last in zip(starts, [*starts[1:], len(place)], strict=True):
        yield int(place[first]), slice(int(first), int(last))
