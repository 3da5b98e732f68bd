"""Grouping of points: known answers and invariants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

from dkbm_monitor.spatial.clustering import (
    adjusted_rand,
    centres,
    grouped,
    ordered,
    refined,
    silhouettes,
    stability,
)

PAIRS = np.array([[0.0], [1], [10], [11]])
HALVES = np.array([0, 0, 1, 1])

clouds = arrays(np.float64, (14, 2), elements=st.integers(-50, 50).map(float), unique=True)


def test_silhouette_by_hand() -> None:
    """0: own 1, other (10 + 11) / 2 = 10.5; 1: own 1, other 9.5."""
    assert silhouettes(PAIRS, HALVES).tolist() == pytest.approx([9.5 / 10.5, 8.5 / 9.5, 8.5 / 9.5, 9.5 / 10.5])


def test_a_group_of_one_has_no_silhouette() -> None:
    assert silhouettes(PAIRS, np.array([0, 1, 1, 1]))[0] == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1], 1.0),
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 2], [0, 0, 1, 1], 0.5714285714285714),
        ([0, 0, 1, 1], [0, 0, 1, 2], 0.5714285714285714),
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
    ],
)
def test_adjusted_rand_index(one: list[int], other: list[int], expected: float) -> None:
    """Examples of scikit-learn's documentation of `adjusted_rand_score` (1.5)."""
    assert adjusted_rand(np.array(one), np.array(other)) == pytest.approx(expected)


def test_groups_far_apart_are_found() -> None:
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1, 2], [9, 6, 4])
    points = np.array([[0.0, 0], [20, 0], [0, 20]])[truth] + rng.normal(size=(19, 2))
    assert grouped(points, 3).tolist() == truth.tolist()


def test_the_largest_group_comes_first() -> None:
    assert ordered(np.array([2, 0, 0, 1, 1, 2, 2])).tolist() == [0, 1, 1, 2, 2, 0, 0]


@given(clouds, st.integers(2, 5))
def test_refining_never_makes_groups_wider(points: np.ndarray, n_groups: int) -> None:
    start = fcluster(linkage(points, "ward"), n_groups, "maxclust").astype("int64") - 1
    end = refined(points, start)
    assert _within(points, end) <= _within(points, start) + 1e-9
    assert len(np.unique(end)) == len(np.unique(start))
    nearest = cdist(points, centres(points, end))
    own = nearest[np.arange(len(points)), end]
    assert (own <= nearest.min(axis=1) + 1e-9).all()


def _within(points: np.ndarray, labels: np.ndarray) -> float:
    return float(((points - centres(points, labels)[labels]) ** 2).sum())


def test_a_step_that_would_empty_a_group_is_not_taken() -> None:
    points = np.array([[0.0], [4], [5], [6], [10]])
    start = np.array([0, 1, 0, 1, 0])  # centres 5 and 5: every point is nearest to the first
    assert refined(points, start).tolist() == start.tolist()


def test_clear_groups_are_found_again_and_noise_is_not() -> None:
    rng = np.random.default_rng(5)
    clear = np.repeat([[0.0, 0], [30, 0], [0, 30]], 8, axis=0) + rng.normal(size=(24, 2))
    noise = rng.normal(size=(24, 2))
    sure = stability(clear, grouped(clear, 3), 30, np.random.default_rng(1))
    unsure = stability(noise, grouped(noise, 3), 30, np.random.default_rng(1))
    assert sure.rand.mean() > 0.99 > 0.75 > unsure.rand.mean()
    assert sure.overlap.shape == (30, 3)
    assert sure.overlap.min() > 0.99
