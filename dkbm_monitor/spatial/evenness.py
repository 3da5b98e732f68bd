"""Measures of segregation as plain formulas over counts.

`counts` has the shape (…, groups, districts): any number of years or random draws at once. A district without people
adds nothing, so districts left out may stand as zeros. Where a measure is not defined (an empty group) it is NaN.

References: Duncan & Duncan (1955), American Sociological Review 20, 210-217 (dissimilarity); Massey & Denton (1988),
Social Forces 67, 281-315 (isolation, exposure, Gini, entropy); Reardon & Firebaugh (2002), Sociological Methodology
32, 33-67 (several groups).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Measure = Callable[[Floats], Floats]


def dissimilarity(counts: Floats) -> Floats:
    """Share of people who would have to live elsewhere for every district to have the town's mix: 0 to 1.

    With two groups this is the index of Duncan and Duncan, ½ Σ |a/A − b/B|: the group against the rest.

    >>> float(dissimilarity(np.array([[10, 20, 30, 40], [90, 80, 70, 60]])).round(4))
    0.2667
    """
    size, shares, people = _mix(counts)
    spread = np.abs(counts - shares[..., None] * size[..., None, :]).sum(axis=(-2, -1))
    return _divided(spread, 2 * people * _diversity(shares))


def theil(counts: Floats) -> Floats:
    """Theil's information index H: how much less mixed the districts are than the town, 0 to 1."""
    size, shares, people = _mix(counts)
    within = _divided(counts, size[..., None, :])
    mixed = (size * special.entr(np.nan_to_num(within)).sum(axis=-2)).sum(axis=-1)
    return 1 - _divided(mixed, people * special.entr(shares).sum(axis=-1))


def isolation(counts: Floats) -> Floats:
    """Share of the group among the people of a district, as the group's members meet it on average (xPx)."""
    group = counts[..., 0, :]
    return _divided((group * _own_share(counts)).sum(axis=-1), group.sum(axis=-1))


def exposure(counts: Floats) -> Floats:
    """Share of the rest among the people of a district, as the group's members meet it on average (xPy)."""
    group = counts[..., 0, :]
    return _divided((group * (1 - _own_share(counts))).sum(axis=-1), group.sum(axis=-1))


def gini(counts: Floats) -> Floats:
    """Gini coefficient of segregation: twice the area between the Lorenz curve of group and rest and the diagonal."""
    order = np.argsort(_own_share(counts), axis=-1, kind="stable")[..., None, :]
    ordered = np.take_along_axis(counts, np.broadcast_to(order, counts.shape), axis=-1)
    cumulated = ordered.cumsum(axis=-1)
    share = _divided(cumulated, cumulated[..., -1:])
    before = np.concatenate([np.zeros_like(share[..., :1]), share[..., :-1]], axis=-1)
    group, rest = share[..., 0, :], share[..., 1, :]
    steps = (rest - before[..., 1, :]) * (group + before[..., 0, :])
    return np.asarray(1 - steps.sum(axis=-1))


def location_quotient(counts: Floats) -> Floats:
    """Share of the group in each district divided by its share in all districts together."""
    _size, shares, _people = _mix(counts)
    return _divided(np.where(counts.sum(axis=-2) > 0, _own_share(counts), np.nan), shares[..., 0, None])


def contributions(counts: Floats) -> Floats:
    """What each district adds to the dissimilarity of two groups; the sum is the index."""
    group = _divided(counts[..., 0, :], counts[..., 0, :].sum(axis=-1, keepdims=True))
    rest = _divided(counts[..., 1, :], counts[..., 1, :].sum(axis=-1, keepdims=True))
    return np.abs(group - rest) / 2


TWO_GROUPS: dict[str, Measure] = {
    "dissimilarity": dissimilarity,
    "isolation": isolation,
    "exposure": exposure,
    "gini": gini,
    "theil": theil,
}
SEVERAL_GROUPS: dict[str, Measure] = {"dissimilarity": dissimilarity, "theil": theil}


def _mix(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """People per district, share of each group in the town, people in the town; NaN shares if a group is empty."""
    groups = counts.sum(axis=-1)
    people = groups.sum(axis=-1)
    shares = np.where((groups > 0).all(axis=-1)[..., None], _divided(groups, people[..., None]), np.nan)
    return counts.sum(axis=-2), shares, people


def _diversity(shares: Floats) -> Floats:
    """Simpson's interaction: the chance that two people of the town belong to different groups."""
    return np.asarray((shares * (1 - shares)).sum(axis=-1))


def _own_share(counts: Floats) -> Floats:
    """Share of the first group in each district; 0 where nobody lives."""
    return np.nan_to_num(_divided(counts[..., 0, :], counts.sum(axis=-2)))


def _divided(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(below > 0, above / below, np.nan), dtype="float64")
