"""Aggregation, weights and classes: known answers and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from dkbm_monitor.indices import aggregate as a
from dkbm_monitor.indices.classify import by_limits, by_rank, limits_of
from dkbm_monitor.indices.models import Aggregate, Classes, Limit, Missing, Weights
from dkbm_monitor.indices.weights import budget, principal, weights_of

ONES = np.ones(2)
METHODS = ("sum", "arithmetic", "geometric", "harmonic", "generalised", "mazziotta_pareto", "max", "copeland")


def test_means_equal_scipy() -> None:
    x, w = np.array([[1.0, 4.0, 2.5]]), np.array([1.0, 2.0, 3.0])
    assert a.aggregate(x, w, Aggregate(method="arithmetic"))[0] == pytest.approx(np.average(x[0], weights=w))
    assert a.aggregate(x, w, Aggregate(method="geometric"))[0] == pytest.approx(stats.gmean(x[0], weights=w))
    assert a.aggregate(x, w, Aggregate(method="harmonic"))[0] == pytest.approx(stats.hmean(x[0], weights=w))
    powered = Aggregate(method="generalised", power=3)
    assert a.aggregate(x, w, powered)[0] == pytest.approx(stats.pmean(x[0], 3, weights=w))


def test_equal_weights_add_up_plainly() -> None:
    assert a.total(np.array([[1.0, 2.0, 4.0]]), np.full(3, 7.0)).tolist() == [7.0]


def test_mazziotta_pareto_by_hand() -> None:
    """Mean 100, SD 10 (by N), CV 0.1: 100 ± 10 · 0.1 (Mazziotta and Pareto 2016)."""
    x = np.array([[90.0, 110.0]])
    assert a.aggregate(x, ONES, Aggregate(method="mazziotta_pareto", penalty="minus"))[0] == pytest.approx(99)
    assert a.aggregate(x, ONES, Aggregate(method="mazziotta_pareto", penalty="plus"))[0] == pytest.approx(101)


def test_copeland_by_hand() -> None:
    """A beats B and C on two of three members, B beats C on two: wins minus losses 2, 0, -2."""
    x = np.array([[3.0, 3.0, 1.0], [2.0, 2.0, 3.0], [1.0, 1.0, 2.0]])
    assert a.copeland(x, np.ones(3)).tolist() == [2, 0, -2]
    assert a.copeland(x, np.array([1.0, 1.0, 5.0])).tolist() == [-2, 2, 0]
    assert a.copeland(np.array([[1.0, 2.0], [2.0, 1.0]]), ONES).tolist() == [0, 0]


def test_copeland_in_chunks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(3).normal(size=(40, 3))
    whole = a.copeland(x, np.ones(3))
    monkeypatch.setattr(a, "CELLS", 90)
    np.testing.assert_array_equal(a.copeland(x, np.ones(3)), whole)


def test_highest_and_count_above() -> None:
    x = np.array([[0.5, 1.2, 3.0], [1.0, 1.0, 0.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(a.highest(x), [3.0, 1.0, np.nan])
    np.testing.assert_array_equal(a.count_above(x, limit=1.0), [2, 0, np.nan])


def test_means_that_need_positive_values_give_nothing_else() -> None:
    x = np.array([[0.0, 4.0], [-1.0, 4.0], [1.0, 4.0]])
    for power in (0.0, -1.0, 2.0):
        out = a.generalised(x, ONES, power=power)
        assert np.isnan(out[:2]).all()
        assert not np.isnan(out[2])


def test_a_missing_value_leaves_its_weight_to_the_others() -> None:
    x, w = np.array([[2.0, np.nan, 6.0]]), np.array([1.0, 5.0, 3.0])
    assert a.generalised(x, w, power=1.0)[0] == pytest.approx(5)


def test_rules_for_missing_values() -> None:
    x = np.array([[1.0, 1.0], [np.nan, 1.0], [np.nan, np.nan]])
    w = np.array([3.0, 1.0])
    assert a.complete(x, w, Missing(rule="exclude")).tolist() == [True, False, False]
    assert a.complete(x, w, Missing(rule="available", min_share=0.25)).tolist() == [True, True, False]
    assert a.complete(x, w, Missing(rule="available", min_share=0.5)).tolist() == [True, False, False]
    np.testing.assert_array_equal(a.filled(x), [[1, 1], [1, 1], [np.nan, np.nan]])


positive = arrays.arrays(
    np.float64, st.tuples(st.integers(3, 12), st.just(3)), elements=st.integers(1, 400).map(lambda one: one / 4)
)
some_weights = arrays.arrays(np.float64, 3, elements=st.integers(1, 20).map(float))


@given(positive, some_weights, st.floats(0.01, 100))
def test_the_scale_of_weights_never_matters(x: np.ndarray, w: np.ndarray, factor: float) -> None:
    for method in METHODS:
        how = Aggregate(method=method, power=2.0)  # type: ignore[arg-type]
        np.testing.assert_allclose(a.aggregate(x, w, how), a.aggregate(x, w * factor, how), rtol=1e-9, atol=1e-12)


@given(positive, some_weights)
def test_order_of_districts_and_of_members_does_not_matter(x: np.ndarray, w: np.ndarray) -> None:
    for method in METHODS:
        how = Aggregate(method=method, power=2.0)  # type: ignore[arg-type]
        out = a.aggregate(x, w, how)
        np.testing.assert_allclose(a.aggregate(x[::-1], w, how)[::-1], out, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(a.aggregate(x[:, ::-1], w[::-1], how), out, rtol=1e-9, atol=1e-12)


@given(positive, some_weights)
def test_more_of_one_member_never_lowers_the_index(x: np.ndarray, w: np.ndarray) -> None:
    more = x.copy()
    more[0, 1] += 1
    for method in ("sum", "arithmetic", "geometric", "harmonic", "generalised", "max", "copeland"):
        how = Aggregate(method=method, power=2.0)  # type: ignore[arg-type]
        assert a.aggregate(more, w, how)[0] >= a.aggregate(x, w, how)[0] - 1e-9


@given(positive, some_weights)
def test_means_lie_between_lowest_and_highest(x: np.ndarray, w: np.ndarray) -> None:
    harmonic, geometric, arithmetic = (a.generalised(x, w, power=power) for power in (-1.0, 0.0, 1.0))
    assert (x.min(1) <= harmonic + 1e-9).all()
    assert (harmonic <= geometric + 1e-9).all()
    assert (geometric <= arithmetic + 1e-9).all()
    assert (arithmetic <= x.max(1) + 1e-9).all()


def test_variants_stand_in_front() -> None:
    x = np.random.default_rng(4).uniform(1, 9, (5, 12, 3))
    w = np.random.default_rng(5).uniform(1, 9, (5, 3))
    for method in METHODS:
        how = Aggregate(method=method, power=2.0)  # type: ignore[arg-type]
        together = a.aggregate(x, w, how)
        np.testing.assert_allclose(together, [a.aggregate(x[i], w[i], how) for i in range(5)])


def test_the_first_component_equals_numpy_s() -> None:
    x = np.random.default_rng(6).normal(size=(60, 3)) @ np.array([[1, 0.8, 0.5], [0, 1, 0.3], [0, 0, 1]])
    values, vectors = np.linalg.eigh(np.corrcoef(x.T))
    found = principal(x)
    np.testing.assert_allclose(found.loadings, vectors[:, -1] * np.sign(vectors[:, -1].sum()))
    assert found.explained == pytest.approx(values[-1] / 3)
    np.testing.assert_allclose(principal(np.stack([x, x * 2])).loadings, [found.loadings] * 2)
    with_gap = np.vstack([x, [np.nan, 1000, -1000]])
    np.testing.assert_allclose(principal(with_gap).loadings, found.loadings)


def test_everybody_s_vote_counts_the_same() -> None:
    assert budget({"A": {"x": 3, "y": 1}, "B": {"x": 25, "y": 75}}, ["x", "y"]).tolist() == [0.5, 0.5]
    given = weights_of(Weights(method="given", values={"y": 2, "x": 1}), ["x", "y"], np.empty((0, 2)))
    assert given[0].tolist() == [1, 2]


def test_a_value_on_a_limit_belongs_where_the_limit_says() -> None:
    """Limits of the MSS as printed: I < -1 | -1 <= I <= 1 | 1 < I <= 1.5 | I > 1.5."""
    limits = [Limit(at=-1, equal="above"), Limit(at=1, equal="below"), Limit(at=1.5, equal="below")]
    values = np.array([-1.0000001, -1, 0, 1, 1.0000001, 1.5, 1.5000001, np.nan])
    assert by_limits(values, limits).tolist() == [0, 1, 1, 1, 2, 2, 3, -1]


def test_deciles_by_ceil_and_by_floor() -> None:
    rank = np.arange(1.0, 1910)
    ceiled, floored = by_rank(rank, 10), by_rank(rank, 10, floor=True)
    assert (ceiled + 1).tolist() == [int(np.ceil(10 * one / 1909)) for one in rank]
    assert np.flatnonzero(ceiled != floored).tolist() == [190, 381, 572, 763, 954, 1145, 1336, 1527, 1718]
    assert by_rank(np.array([1.0, np.nan, 2.0]), 2).tolist() == [0, -1, 1]


def test_limits_a_method_draws() -> None:
    index = np.arange(1.0, 10.0)

    def at(**how: object) -> list[float]:
        return [round(one.at, 6) for one in limits_of(index, Classes(**how))]  # type: ignore[arg-type]

    assert at(method="quantiles", k=4) == [3, 5, 7]
    assert at(method="equal_interval", k=4) == [3, 5, 7]
    assert at(method="sd", limits=(Limit(at=-1), Limit(at=1))) == [round(5 - index.std(), 6), round(5 + index.std(), 6)]
    two_heaps = np.array([1.0, 1.1, 1.2, 9.0, 9.1])
    assert [one.at for one in limits_of(two_heaps, Classes(method="natural_breaks", k=2))] == [1.2]
