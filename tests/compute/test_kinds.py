import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dkbm_monitor.compute import kinds


def floats(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    # Recomputed vectors of shared DOMAIN.md, C.4; 5/50 and 0/10 agree with the R package Hmisc's binconf.
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (3, 12, 0.0889, 0.5323),
        (5, 50, 0.0435, 0.2136),
        (30, 200, 0.1071, 0.2061),
    ],
)
def test_wilson_interval_of_known_counts(x: int, n: int, low: float, high: float) -> None:
    found = kinds.wilson(floats(x), floats(n))
    assert np.allclose(np.concatenate(found), [low, high], atol=5e-5)


def test_wilson_of_81_in_263_as_published_by_newcombe() -> None:
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, Table I: 81/263 gives 0.2553-0.3662.
    low, high = kinds.wilson(floats(81), floats(263))
    assert (round(low[0], 4), round(high[0], 4)) == (0.2553, 0.3662)


def test_no_interval_where_a_share_makes_no_sense() -> None:
    low, high = kinds.wilson(floats(5, 1, np.nan, -1), floats(4, 0, 10, 9))
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_exact_poisson_limits_of_ten_cases() -> None:
    # Garwood's limits for 10 observed: 4.7954 and 18.3904 (as in standard tables, e.g. Breslow & Day 1987, p. 70).
    low, high = kinds.poisson(floats(10, 0), floats(1, 1))
    assert np.allclose(low, [4.7954, 0.0], atol=5e-5)
    assert np.allclose(high, [18.3904, 3.6889], atol=5e-5)


@given(st.integers(0, 5000), st.floats(1, 1e6))
def test_poisson_agrees_with_the_chi_square_form(count: int, exposure: float) -> None:
    low, high = kinds.poisson(floats(count), floats(exposure))
    expected = (stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2)
    assert np.allclose([low[0] * exposure, high[0] * exposure], expected, rtol=1e-9)


def test_difference_of_two_shares_as_published_by_newcombe() -> None:
    # Newcombe (1998), Interval estimation for the difference, Table II, method 10: 56/70 - 48/80 gives 0.0524-0.3339.
    low, high = kinds.newcombe(floats(56), floats(70), floats(48), floats(80))
    assert (round(low[0], 4), round(high[0], 4)) == (0.0524, 0.3339)


def test_difference_test_of_two_shares_agrees_with_the_chi_square_test() -> None:
    table = [[56, 14], [48, 32]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert kinds.share_difference_p(floats(56), floats(70), floats(48), floats(80))[0] == pytest.approx(expected)


def test_two_shares_of_nothing_do_not_differ() -> None:
    assert kinds.share_difference_p(floats(0), floats(10), floats(0), floats(20))[0] == 1.0


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.5, 50), st.floats(0.5, 50))
def test_rate_test_is_the_conditional_binomial_test(a: int, b: int, exposure: float, other: float) -> None:
    share = exposure / (exposure + other)
    both = stats.binom(a + b, share)
    expected = 1.0 if a + b == 0 else min(1.0, 2 * min(both.cdf(a), both.sf(a - 1)))
    found = kinds.rate_difference_p(floats(a), floats(exposure), floats(b), floats(other))[0]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)
