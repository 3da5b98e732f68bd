"""Grouping of points: Ward's method for a start, k-means to refine it, and how sure the groups are.

References: Ward (1963), Journal of the American Statistical Association 58, 236-244; Rousseeuw (1987), Journal of
Computational and Applied Mathematics 20, 53-65 (silhouette); Hubert & Arabie (1985), Journal of Classification 2,
193-218 (adjusted Rand index); Hennig (2007), Computational Statistics & Data Analysis 52, 258-271 (stability of a
single group).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

MOST_STEPS = 200


def grouped(points: Floats, n_groups: int) -> Labels:
    """Group of each point, 0 to at most `n_groups` - 1, the largest group first; the same input, the same groups."""
    return ordered(refined(points, fcluster(linkage(points, "ward"), n_groups, "maxclust").astype("int64") - 1))


def refined(points: Floats, labels: Labels) -> Labels:
    """K-means from a start: each point goes to the nearest centre until none moves. No group is ever emptied."""
    for _step in range(MOST_STEPS):
        nearest = cdist(points, centres(points, labels), "sqeuclidean").argmin(axis=1)
        if (nearest == labels).all() or len(np.unique(nearest)) < len(np.unique(labels)):
            break
        labels = nearest.astype("int64")
    return labels


def centres(points: Floats, labels: Labels) -> Floats:
    """Mean of each group."""
    member = _membership(labels)
    return np.asarray(member.T @ points / member.sum(axis=0)[:, None])


def ordered(labels: Labels) -> Labels:
    """Labels renumbered by size, the largest first; groups of one size by their first point."""
    _found, first, inverse, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(size), dtype="int64")
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    return rank[inverse]


def silhouettes(points: Floats, labels: Labels) -> Floats:
    """How much nearer each point is to its own group than to the next, from -1 to 1; 0 for a group of one."""
    member = _membership(labels)
    size = member.sum(axis=0)
    summed = cdist(points, points) @ member
    own = np.arange(len(labels)), labels
    within = summed[own] / np.maximum(size[labels] - 1, 1)
    others = summed / size
    others[own] = np.inf
    between = others.min(axis=1)
    larger = np.maximum(within, between)
    return np.where((size[labels] > 1) & (larger > 0), (between - within) / np.where(larger > 0, larger, 1), 0.0)


def adjusted_rand(one: Labels, other: Labels) -> float:
    """Agreement of two groupings: 1 for the same groups, 0 for what chance would give."""
    table = _membership(one).T @ _membership(other)
    both = _pairs(table).sum()
    rows, columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / _pairs(table.sum())
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


@dataclass(frozen=True)
class Stability:
    """Agreement of the groups with those found in resampled districts: one number for each draw and group.

    `rand` holds the adjusted Rand index per draw, `overlap` the largest Jaccard overlap of each group (draw × group).
    """

    rand: Floats
    overlap: Floats


def stability(points: Floats, labels: Labels, n_draws: int, rng: np.random.Generator) -> Stability:
    """Group `n_draws` bootstrap samples anew, give every point to the nearest centre found, and compare."""
    n_groups = int(labels.max()) + 1
    found = []
    for _draw in range(n_draws):
        sample = points[rng.integers(0, len(points), len(points))]
        again = grouped(sample, n_groups)
        found.append(cdist(points, centres(sample, again), "sqeuclidean").argmin(axis=1).astype("int64"))
    rand = np.array([adjusted_rand(labels, other) for other in found])
    return Stability(rand, np.array([_overlap(labels, other) for other in found]))


def _overlap(labels: Labels, other: Labels) -> Floats:
    one, two = _membership(labels), _membership(other)
    shared = one.T @ two
    union = one.sum(axis=0)[:, None] + two.sum(axis=0) - shared
    return np.asarray((shared / np.maximum(union, 1)).max(axis=1))


def _membership(labels: Labels) -> Floats:
    return np.eye(int(labels.max()) + 1)[labels]


def _pairs(counts: Floats) -> Floats:
    return np.asarray(counts * (counts - 1) / 2)
