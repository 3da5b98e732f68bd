import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from dkbm_monitor.compute import kinds, shrinkage

# DOMAIN.md C.4, recomputed there: Marshall's global estimator.
COUNT, EXPOSURE = np.array([3.0, 5, 20, 8, 0]), np.array([12.0, 50, 200, 40, 15])
# DOMAIN.md B.6, recomputed there: logit shrinkage of the English indices.
R, N = np.array([10.0, 20, 60, 15, 5]), np.array([60.0, 100, 200, 80, 90])
# Geissler (1889), boys among the first 12 children of 6,115 families in Saxony; the example of the article
# "Beta-binomial distribution" in the English Wikipedia, which gives the estimates.
BOYS = np.arange(13.0).repeat([3, 24, 104, 286, 670, 1033, 1343, 1112, 829, 478, 181, 45, 7])
CHILDREN = np.full(len(BOYS), 12.0)

pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 400)), min_size=2, max_size=25)


def ring(n: int) -> sparse.csr_array:
    at = np.arange(n)
    near = np.zeros((n, n))
    near[at, (at + 1) % n] = near[(at + 1) % n, at] = 1
    return sparse.csr_array(near)


def test_the_global_estimator_gives_the_vector_of_the_field() -> None:
    found = shrinkage.poisson_gamma(COUNT, EXPOSURE)
    assert found.mean[0] == pytest.approx(0.113565, abs=5e-7)
    assert found.between[0] == pytest.approx(0.00061151, abs=5e-9)
    assert found.value == pytest.approx([0.12185, 0.11069, 0.10653, 0.12888, 0.10508], abs=5e-6)
    assert found.told_apart.all()


def test_the_global_estimator_agrees_with_esda() -> None:
    from esda.smoothing import Empirical_Bayes

    assert shrinkage.poisson_gamma(COUNT, EXPOSURE).value == pytest.approx(Empirical_Bayes(COUNT, EXPOSURE).r.ravel())


def test_the_local_estimator_agrees_with_esda() -> None:
    from esda.smoothing import Spatial_Empirical_Bayes
    from libpysal.weights import W

    count = np.array([3.0, 5, 40, 8, 1, 30, 2, 9])
    exposure = np.array([12.0, 50, 200, 40, 55, 90, 60, 33])
    weights = W({i: [(i - 1) % 8, (i + 1) % 8] for i in range(8)}, id_order=list(range(8)), silence_warnings=True)
    found = shrinkage.poisson_gamma_local(count, exposure, ring(8))
    assert found.value == pytest.approx(Spatial_Empirical_Bayes(count, exposure, weights).r.ravel())
    assert 0 < found.told_apart.sum() < 8  # both branches are met


def test_the_logit_estimator_gives_the_vector_of_the_field() -> None:
    found = shrinkage.towards_parent(R, N, np.zeros(5, dtype="int64"))
    assert np.log(found.mean[0] / (1 - found.mean[0])) == pytest.approx(-1.33643, abs=5e-6)
    assert found.between[0] == pytest.approx(0.57283, abs=5e-6)
    assert found.weight == pytest.approx([0.8360, 0.9044, 0.9604, 0.8793, 0.7606], abs=5e-5)
    assert found.value == pytest.approx([0.17767, 0.20346, 0.29690, 0.19332, 0.08265], abs=5e-6)


def test_the_moment_estimator_of_the_beta_prior_gives_the_published_numbers() -> None:
    # Published: 34.1350 and 31.6085, with variance divided by k; ours divides by k - 1, 0.1 % apart for 6,115 families.
    found = shrinkage.beta_binomial(BOYS, CHILDREN)
    size = found.mean[0] * (1 - found.mean[0]) / found.between[0] - 1
    assert found.mean[0] * size == pytest.approx(34.1350, rel=2e-3)
    assert (1 - found.mean[0]) * size == pytest.approx(31.6085, rel=2e-3)


def test_the_moment_estimator_worked_by_hand() -> None:
    # 2 and 8 of 10: mean 0.5, chance 0.25, scatter 1.8; between = (1.8 - 0.25) / (20 - 200/20 - 1) = 0.172222,
    # the mean weighs as much as 0.25 / 0.172222 - 1 = 0.451613 people, own weight 10 / 10.451613 = 0.956790.
    found = shrinkage.beta_binomial(np.array([2.0, 8.0]), np.array([10.0, 10.0]))
    assert found.between == pytest.approx([0.172222] * 2, abs=5e-7)
    assert found.weight == pytest.approx([0.956790] * 2, abs=5e-7)
    assert found.value == pytest.approx([0.212963, 0.787037], abs=5e-7)
    assert found.low[0] == pytest.approx(stats.beta.ppf(0.025, 2.225806, 8.225806), abs=5e-6)


def test_the_likelihood_estimator_of_the_beta_prior_gives_the_published_numbers() -> None:
    # Published: 34.09558, 31.5715, log likelihood -12492.9. The top is flat: ours fits better by 1.5 millionths.
    found, published = shrinkage.beta_prior(BOYS, CHILDREN), (34.09558, 31.5715)
    assert found == pytest.approx(published, rel=3e-4)

    def fit(prior: tuple[float, float]) -> float:
        return float(stats.betabinom.logpmf(BOYS, 12, *prior).sum())

    assert fit(found) == pytest.approx(-12492.9, abs=0.05)
    assert fit(found) >= fit(published)


def test_districts_that_differ_less_than_chance_fall_together() -> None:
    x, n = np.array([20.0, 21, 19, 20]), np.array([100.0, 100, 100, 100])
    whole = np.array([80.0]), np.array([400.0])
    for found, (low, high) in (
        (shrinkage.poisson_gamma(x, n), kinds.poisson(*whole)),
        (shrinkage.beta_binomial(x, n), kinds.wilson(*whole)),
    ):
        assert not found.told_apart.any()
        assert found.value == pytest.approx([0.2] * 4)
        assert found.low == pytest.approx(np.repeat(low, 4))
        assert found.high == pytest.approx(np.repeat(high, 4))
    assert shrinkage.beta_prior(x, n) == (np.inf, np.inf)


def test_a_district_without_counts_gets_no_estimate_and_changes_nothing() -> None:
    x, n = np.append(R, [np.nan, 0]), np.append(N, [np.nan, 0])
    for whole, part in (
        (shrinkage.poisson_gamma(x, n), shrinkage.poisson_gamma(R, N)),
        (shrinkage.beta_binomial(x, n), shrinkage.beta_binomial(R, N)),
        (shrinkage.towards_parent(x, n, np.zeros(7, int)), shrinkage.towards_parent(R, N, np.zeros(5, int))),
    ):
        assert np.isnan(whole.value[5:]).all()
        assert not whole.told_apart[5:].any()
        assert whole.value[:5] == pytest.approx(part.value)
        assert whole.low[:5] == pytest.approx(part.low)


def test_groups_are_shrunk_apart() -> None:
    group = np.repeat([1, 0], 5)
    for shrink, x, n in ((shrinkage.poisson_gamma, COUNT, EXPOSURE), (shrinkage.beta_binomial, R, N)):
        both = shrink(np.tile(x, 2) * np.repeat([1, 0.5], 5), np.tile(n, 2), group)
        assert both.value[:5] == pytest.approx(shrink(x, n).value)
        assert both.value[5:] == pytest.approx(shrink(x * 0.5, n).value)


def test_a_lone_district_is_its_own_mean() -> None:
    found = shrinkage.towards_parent(np.array([7.0]), np.array([20.0]), np.array([0]))
    assert found.value == pytest.approx([7.5 / 21])
    assert not found.told_apart[0]


@given(pairs)
def test_a_shrunk_value_lies_between_the_raw_one_and_the_mean(counts: list[tuple[int, int]]) -> None:
    above = np.array([float(one) for one, _ in counts])
    below = above + np.array([float(rest) for _, rest in counts])
    group = np.zeros(len(above), dtype="int64")
    for found in (
        shrinkage.poisson_gamma(above, below),
        shrinkage.beta_binomial(above, below),
        shrinkage.poisson_gamma_local(above, below, ring(len(above))),
        shrinkage.beta_binomial_local(above, below, ring(len(above))),
    ):
        known = below > 0
        raw = above[known] / below[known]
        value, mean = found.value[known], found.mean[known]
        assert (np.minimum(raw, mean) - 1e-9 <= value).all()
        assert (value <= np.maximum(raw, mean) + 1e-9).all()
        assert (found.low[known] <= found.high[known]).all()
        assert ((found.weight[known] >= 0) & (found.weight[known] <= 1)).all()
    logit = shrinkage.towards_parent(above, below, group)
    ends = np.array([(above + 0.5) / (below + 1), logit.mean])[:, below > 0]
    assert (ends.min(axis=0) - 1e-9 <= logit.value[below > 0]).all()
    assert (logit.value[below > 0] <= ends.max(axis=0) + 1e-9).all()


@given(st.integers(1, 40))
def test_more_people_leave_more_of_a_district_to_itself(times: int) -> None:
    small, large = (
        shrinkage.beta_binomial(np.append(R, 3.0 * k), np.append(N, 10.0 * k)).weight[-1] for k in (1, 1 + times)
    )
    assert small <= large
