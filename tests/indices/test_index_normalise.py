"""Normalisation: known answers and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from dkbm_monitor.indices import normalise as n
from dkbm_monitor.indices.models import Normalise


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def flat(x: np.ndarray) -> list[float]:
    return [round(float(one), 6) for one in x.ravel()]


def test_the_exponential_transformation_gives_the_published_scores() -> None:
    """DOMAIN B.6, computed from the formula of the English IMD's technical report."""
    shares = np.array([0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0])
    scores = [2.3903, 6.5177, 15.6468, 31.0091, 50.4267, 63.8476, 100.0]
    np.testing.assert_allclose(n.exponential(shares), scores, atol=5e-5)


def test_exponential_rank_divides_the_rank_by_the_number_of_districts() -> None:
    np.testing.assert_allclose(n.exponential_rank(column(*range(10)))[[0, 8, 9], 0], [2.3903, 50.4267, 100], atol=5e-5)


def test_z_equals_scipy_with_both_divisors() -> None:
    x = np.random.default_rng(1).gamma(2.0, 3.0, (50, 4))
    np.testing.assert_allclose(n.z(x), stats.zscore(x))
    np.testing.assert_allclose(n.z(x, ddof=1), stats.zscore(x, ddof=1))


def test_weights_of_districts_count_like_repeated_districts() -> None:
    x, people = column(1, 2, 7), np.array([1.0, 2.0, 3.0])
    repeated = np.repeat(x, [1, 2, 3], axis=0)
    np.testing.assert_allclose(n.z(x, weights=people)[:, 0], n.z(repeated)[[0, 1, 3], 0])


def test_robust_z_uses_median_and_mad() -> None:
    x = column(1, 2, 3, 4, 1000)
    expected = (x - 3) / stats.median_abs_deviation(x, scale="normal")
    np.testing.assert_allclose(n.robust_z(x), expected)


def test_the_methods_of_coinr_give_coinr_s_answers() -> None:
    """Answers stated in the tests of COINr 1.1 (test-normalise.R) and its reference pages."""
    assert flat(n.goalposts(column(1, 11, -1), low=np.array([0.0]), high=np.array([10.0]))) == [0.1, 1, 0]
    assert flat(n.distance_to_target(column(0, 5, 11), target=np.array([10.0]))) == [0, 0.5, 1]
    assert flat(n.distance_to_reference(column(0, 5, 11), point=np.array([10.0]))) == [0, 0.5, 1.1]
    x = column(*range(1, 11))
    assert flat(n.minmax(x, range=(2, 7)))[::9] == [2, 7]
    assert flat(n.borda(x)) == list(range(10))
    assert flat(n.rank(x)) == list(range(1, 11))
    assert flat(n.percentile_rank(x))[::9] == [0, 1]
    assert flat(n.fraction_of_max(x))[0] == 0.1
    assert flat(n.distance_to_max(x))[::9] == [0, 1]
    assert flat(n.scaled(column(1, 10, 19), low=np.array([1.0]), high=np.array([10.0]), range=(0, 100))) == [
        0,
        100,
        200,
    ]


def test_rank_normal_follows_blom() -> None:
    np.testing.assert_allclose(
        n.rank_normal(column(5, 1, 3))[:, 0], stats.norm.ppf((np.array([3, 1, 2]) - 0.375) / 3.25)
    )


@pytest.mark.parametrize(("ties", "ranks"), [("average", [1.5, 1.5, 3]), ("min", [1, 1, 3]), ("max", [2, 2, 3])])
def test_equal_values_share_a_rank(ties: str, ranks: list[float]) -> None:
    assert flat(n.rank(column(4, 4, 9), ties=ties)) == ranks  # type: ignore[arg-type]


def test_rank_1_can_be_the_highest() -> None:
    assert flat(n.rank(column(4, 8, 6), descending=True)) == [3, 1, 2]


def test_a_missing_value_stays_missing_and_moves_nobody_else() -> None:
    x = column(1, np.nan, 2, 3)
    for how in ("z", "minmax", "rank", "percentile_rank", "rank_normal", "exponential_rank", "robust_z", "borda"):
        out = n.normalise(x, Normalise(method=how))[:, 0]  # type: ignore[arg-type]
        assert np.isnan(out[1])
        np.testing.assert_allclose(out[[0, 2, 3]], n.normalise(column(1, 2, 3), Normalise(method=how))[:, 0])  # type: ignore[arg-type]


def test_what_does_not_vary_has_no_z() -> None:
    assert np.isnan(n.z(column(0.1, 0.1, 0.1))).all()
    assert np.isnan(n.minmax(column(7, 7))).all()


def test_a_base_period_stays_the_measure() -> None:
    base, later = column(0, 10), column(5, 20)
    assert flat(n.z(later, reference=base)) == [0, 3]
    assert flat(n.minmax(later, reference=base)) == [0.5, 2]
    assert flat(n.rank(later, reference=base)) == [1.5, 2.5]
    assert flat(n.rank(base, reference=base)) == flat(n.rank(base))


def test_variants_stand_in_front_and_do_not_mix() -> None:
    x = np.random.default_rng(2).normal(size=(3, 20, 4))
    x[1, 5, 2] = np.nan
    for how in ("z", "minmax", "rank", "percentile_rank", "rank_normal", "exponential_rank", "robust_z"):
        together = n.normalise(x, Normalise(method=how))  # type: ignore[arg-type]
        for place in range(3):
            np.testing.assert_allclose(together[place], n.normalise(x[place], Normalise(method=how)))  # type: ignore[arg-type]


numbers = arrays.arrays(
    np.float64, st.tuples(st.integers(3, 30), st.just(2)), elements=st.integers(-1000, 1000).map(float)
)


@given(numbers)
def test_z_has_mean_0_and_sd_1(x: np.ndarray) -> None:
    out = n.z(x)
    for place in range(x.shape[1]):
        if np.ptp(x[:, place]) == 0:
            assert np.isnan(out[:, place]).all()
        else:
            assert abs(out[:, place].mean()) < 1e-9
            assert abs(out[:, place].std() - 1) < 1e-9


@given(numbers, st.floats(0.1, 50), st.floats(-100, 100))
def test_units_do_not_matter(x: np.ndarray, factor: float, shift: float) -> None:
    for how in ("z", "minmax", "percentile_rank"):
        one = n.normalise(x, Normalise(method=how))  # type: ignore[arg-type]
        other = n.normalise(x * factor + shift, Normalise(method=how))  # type: ignore[arg-type]
        varies = np.ptp(x, axis=0) > 0
        np.testing.assert_allclose(one[:, varies], other[:, varies], atol=1e-6)


@given(numbers)
def test_ranks_survive_every_increasing_change(x: np.ndarray) -> None:
    for how in ("rank", "percentile_rank", "borda", "rank_normal", "exponential_rank"):
        one = n.normalise(x, Normalise(method=how))  # type: ignore[arg-type]
        other = n.normalise(np.cbrt(x) * 3 + 1, Normalise(method=how))  # type: ignore[arg-type]
        np.testing.assert_allclose(one, other)


@given(numbers)
def test_no_method_turns_the_order_around(x: np.ndarray) -> None:
    order = np.argsort(x[:, 0], kind="stable")
    for how in ("z", "robust_z", "minmax", "percentile_rank", "rank", "rank_normal", "borda", "exponential_rank"):
        out = n.normalise(x, Normalise(method=how))[order, 0]  # type: ignore[arg-type]
        assert np.isnan(out).all() or (np.diff(out) >= -1e-12).all()
