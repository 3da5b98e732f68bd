"""Steadier estimates for small districts: pulled towards a mean, the more the fewer people they rest on.

A district's own rate scatters by chance, the more the smaller it is. Empirical Bayes weighs it against the mean of
all districts (or of its neighbours, or of the larger area), by how much districts differ beyond chance. Pure
functions on arrays; shares and rates are fractions of 1. Where districts do not differ beyond chance (`told_apart` is
false) all of them fall together on the mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse, special

from dkbm_monitor.compute import kinds
from dkbm_monitor.compute.evidence import Floats, Groups, Mask, added

Add = Callable[[Floats], Floats]  # sums the terms over the group, or the neighbourhood, of each row
Bounds = tuple[Floats, Floats]

TAILS = ((1 - kinds.CONFIDENCE) / 2, (1 + kinds.CONFIDENCE) / 2)
MOST_PRIOR = 1e5  # a mean that weighs as much as so many people: districts do not differ beyond chance
LEAST_PRIOR = 1e-6  # weight of the mean where districts differ as much as they possibly can


@dataclass(frozen=True)
class Shrunk:
    """Shrunk estimates and their 95 % intervals, as fractions; NaN where a district has no counts.

    `weight` is the weight of the district's own value, `mean` what it is pulled towards, `between` the variance
    between districts beyond chance. The intervals take mean and variance as known and are therefore a little too
    narrow where districts are few.
    """

    value: Floats
    low: Floats
    high: Floats
    weight: Floats
    mean: Floats
    between: Floats
    told_apart: Mask


@dataclass(frozen=True)
class _Counts:
    """Counts with zeros where there are none, and the mask of rows that have some."""

    above: Floats
    below: Floats
    known: Mask


def _counts(above: Floats, below: Floats, *, is_share: bool) -> _Counts:
    with np.errstate(invalid="ignore"):
        known = (above >= 0) & (below > 0)
        known &= (above <= below) if is_share else True
    return _Counts(np.where(known, above, 0.0), np.where(known, below, 0.0), known)


def _one_group(group: Groups | None, like: Floats) -> Groups:
    return np.zeros(len(like), dtype="int64") if group is None else group


def poisson_gamma(count: Floats, exposure: Floats, group: Groups | None = None) -> Shrunk:
    """Rates pulled towards the mean of their group.

    Source: Marshall, R. J. (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied
    Statistics 40, 283-294 (global estimator). The interval is that of the gamma posterior with the same moments.
    """
    counts, numbers = _counts(count, exposure, is_share=False), _one_group(group, count)
    return _gamma_posterior(counts, _moments(counts, lambda terms: added(numbers, terms)))


def poisson_gamma_local(count: Floats, exposure: Floats, neighbours: sparse.csr_array) -> Shrunk:
    """Rates pulled towards the mean of the district and its neighbours.

    `neighbours` is a square 0/1 matrix without diagonal. Source: Marshall (1991), local estimator, with the district
    itself as a member of its neighbourhood.
    """
    counts = _counts(count, exposure, is_share=False)
    return _gamma_posterior(counts, _moments(counts, _around(neighbours)))


def beta_binomial(numerator: Floats, denominator: Floats, group: Groups | None = None) -> Shrunk:
    """Shares pulled towards the mean of their group.

    Moment estimator of the beta prior with denominators as weights. Source: Kleinman, J. C. (1973), Proportions with
    extraneous variance: single and independent samples, JASA 68, 46-54.
    """
    counts, numbers = _counts(numerator, denominator, is_share=True), _one_group(group, numerator)
    return _beta_posterior(counts, _share_moments(counts, lambda terms: added(numbers, terms)))


def beta_binomial_local(numerator: Floats, denominator: Floats, neighbours: sparse.csr_array) -> Shrunk:
    """Shares pulled towards the mean of the district and its neighbours: `beta_binomial` on each neighbourhood."""
    counts = _counts(numerator, denominator, is_share=True)
    return _beta_posterior(counts, _share_moments(counts, _around(neighbours)))


def towards_parent(numerator: Floats, denominator: Floats, parent: Groups) -> Shrunk:
    """Shares pulled towards the share of the larger area they lie in, on the logit scale.

    The construction of the English Indices of Deprivation: Smith, T. et al. (2015), The English Indices of
    Deprivation 2015, Technical Report (on shrinkage). The larger area is the sum of its parts that are known; its
    `between` is the plain variance of the parts' logits, chance included.
    """
    counts = _counts(numerator, denominator, is_share=True)
    r, n, known = counts.above, np.where(counts.known, counts.below, np.nan), counts.known
    own = np.log((r + 0.5) / (n - r + 0.5))
    chance = (n + 1) * (n + 2) / (n * (r + 1) * (n - r + 1))
    cases, people = added(parent, r), added(parent, counts.below)
    centre = np.log((cases + 0.5) / (people - cases + 0.5))
    scatter = added(parent, np.where(known, (own - centre) ** 2, 0.0))
    parts = added(parent, known.astype("float64"))
    between = scatter / np.maximum(parts - 1, 1)
    weight = between / (between + chance)  # the same as (1/s²) / (1/s² + 1/t²), and 0 where t² is 0
    logit = weight * own + (1 - weight) * centre
    spread = kinds.Z * np.sqrt(weight * chance)
    low, high = special.expit(logit - spread), special.expit(logit + spread)
    mean = np.where(known, special.expit(centre), np.nan)
    return Shrunk(special.expit(logit), low, high, weight, mean, between, known & (parts > 1) & (between > 0))


def beta_prior(numerator: Floats, denominator: Floats) -> tuple[float, float]:
    """The two parameters of the beta prior of one group of districts, by maximum likelihood.

    Where districts do not differ beyond chance both grow without bound; infinity is returned then.
    """
    counts = _counts(numerator, denominator, is_share=True)
    x, n = counts.above[counts.known], counts.below[counts.known]

    def against(parameters: Floats) -> tuple[float, Floats]:
        centre, size = special.expit(parameters[0]), np.exp(parameters[1])
        a, b = centre * size, (1 - centre) * size
        fit = np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b))
        whole = np.sum(special.digamma(size) - special.digamma(n + size))
        for_a = np.sum(special.digamma(x + a) - special.digamma(a)) + whole
        for_b = np.sum(special.digamma(n - x + b) - special.digamma(b)) + whole
        slope = np.array([centre * (1 - centre) * size * (for_a - for_b), a * for_a + b * for_b])
        return -float(fit), -slope

    start = np.array([special.logit((x.sum() + 0.5) / (n.sum() + 1)), 2.0])
    bounds = [(-30.0, 30.0), (np.log(1e-3), np.log(MOST_PRIOR))]
    found = optimize.minimize(against, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14})
    centre, size = float(special.expit(found.x[0])), float(np.exp(found.x[1]))
    return (centre * size, (1 - centre) * size) if size < MOST_PRIOR / 2 else (np.inf, np.inf)


def _around(neighbours: sparse.csr_array) -> Add:
    def add(terms: Floats) -> Floats:
        total: Floats = neighbours @ terms + terms
        return total

    return add


@dataclass(frozen=True)
class _Pooled:
    """What a group says together: its sums, its mean, and how much its members differ beyond chance."""

    above: Floats
    below: Floats
    mean: Floats
    between: Floats


def _moments(counts: _Counts, add: Add) -> _Pooled:
    above, below, members = add(counts.above), add(counts.below), add(counts.known.astype("float64"))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = above / below
        scatter = add(np.where(counts.known, counts.above**2 / counts.below, 0.0)) / below - mean**2
        between = np.maximum(scatter - mean / (below / members), 0.0)
    return _Pooled(above, below, mean, between)


def _share_moments(counts: _Counts, add: Add) -> _Pooled:
    above, below, members = add(counts.above), add(counts.below), add(counts.known.astype("float64"))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = above / below
        chance = mean * (1 - mean)
        scatter = add(np.where(counts.known, counts.above**2 / counts.below, 0.0)) - above * mean
        room = below - add(counts.below**2) / below - (members - 1)
        between = np.where(room > 0, (scatter - chance * (members - 1)) / room, 0.0)
    return _Pooled(above, below, mean, np.clip(between, 0.0, chance))


def _gamma_posterior(counts: _Counts, pooled: _Pooled) -> Shrunk:
    apart = counts.known & (pooled.between > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = np.where(apart, pooled.mean / pooled.between, np.nan)
    shape, rate = pooled.mean * prior + counts.above, prior + counts.below
    low, high = (np.asarray(special.gammaincinv(shape, tail) / rate, dtype="float64") for tail in TAILS)
    together = kinds.poisson(pooled.above, pooled.below)
    return _estimates(counts, pooled, apart, counts.below / rate, (low, high), together)


def _beta_posterior(counts: _Counts, pooled: _Pooled) -> Shrunk:
    apart = counts.known & (pooled.between > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = np.where(apart, pooled.mean * (1 - pooled.mean) / pooled.between - 1, np.nan)
    prior = np.maximum(prior, LEAST_PRIOR)
    a = pooled.mean * prior + counts.above
    b = (1 - pooled.mean) * prior + counts.below - counts.above
    low, high = (np.asarray(special.betaincinv(a, b, tail), dtype="float64") for tail in TAILS)
    together = kinds.wilson(pooled.above, pooled.below)
    return _estimates(counts, pooled, apart, counts.below / (counts.below + prior), (low, high), together)


def _estimates(counts: _Counts, pooled: _Pooled, apart: Mask, weight: Floats, own: Bounds, together: Bounds) -> Shrunk:
    """The posterior where districts differ beyond chance, else the mean with the interval of the mean."""

    def known(numbers: Floats) -> Floats:
        return np.where(counts.known, numbers, np.nan)

    weight = np.where(apart, weight, 0.0)
    raw = kinds.ratio(counts.above, counts.below)
    value = np.where(apart, weight * raw + (1 - weight) * pooled.mean, pooled.mean)
    low, high = (np.where(apart, one, mean) for one, mean in zip(own, together, strict=True))
    return Shrunk(
        known(value), known(low), known(high), known(weight), known(pooled.mean), known(pooled.between), apart
    )
