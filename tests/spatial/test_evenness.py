"""Formulas of segregation: known answers, and what must hold for any town."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import hypergeom

from dkbm_monitor.spatial.chance import Sampling, dissimilarity_by_chance, hypergeometric_distance, interval, redrawn
from dkbm_monitor.spatial.evenness import (
    SEVERAL_GROUPS,
    TWO_GROUPS,
    contributions,
    dissimilarity,
    exposure,
    gini,
    isolation,
    location_quotient,
    theil,
)

FOUR = np.array([[10.0, 20, 30, 40], [90, 80, 70, 60]])  # DOMAIN.md B.8, worked by hand there
THREE_GROUPS = np.array([[10.0, 20, 30, 40], [40, 30, 20, 10], [50, 50, 50, 50]])

towns = st.integers(2, 12).flatmap(
    lambda n: arrays(np.float64, (2, n), elements=st.integers(0, 500).map(float)).filter(
        lambda counts: (counts.sum(axis=-1) > 0).all()
    )
)


def test_the_worked_example_of_the_field() -> None:
    assert dissimilarity(FOUR) == pytest.approx(0.2667, abs=5e-5)
    assert isolation(FOUR) == pytest.approx(0.30)
    assert exposure(FOUR) == pytest.approx(0.70)


def test_the_same_as_pysal() -> None:
    """PySAL segregation 2.5.4: Dissim, Gini, Entropy, Isolation, Interaction; MultiDissim, MultiInfoTheory."""
    expected = {
        "dissimilarity": 0.26666666666666666,
        "gini": 0.33333333333333337,
        "theil": 0.06223122181716698,
        "isolation": 0.30000000000000004,
        "exposure": 0.7000000000000001,
    }
    assert {name: float(measure(FOUR)) for name, measure in TWO_GROUPS.items()} == pytest.approx(expected, abs=1e-12)
    several = {name: float(measure(THREE_GROUPS)) for name, measure in SEVERAL_GROUPS.items()}
    assert several == pytest.approx({"dissimilarity": 0.16, "theil": 0.05118688510966151}, abs=1e-12)


def test_the_group_is_compared_with_the_rest_and_not_with_the_total() -> None:
    group, rest = FOUR
    by_hand = np.abs(group / group.sum() - rest / rest.sum()).sum() / 2
    against_total = np.abs(group / group.sum() - (group + rest) / FOUR.sum()).sum() / 2
    assert dissimilarity(FOUR) == pytest.approx(by_hand)
    assert dissimilarity(FOUR) != pytest.approx(against_total)


def test_location_quotient_and_contributions_by_hand() -> None:
    assert location_quotient(FOUR).tolist() == pytest.approx([0.4, 0.8, 1.2, 1.6])  # 10 %, 20 %, … over 25 %
    assert contributions(FOUR).tolist() == pytest.approx([1 / 10, 1 / 30, 1 / 30, 1 / 10])


def test_no_location_quotient_where_nobody_lives() -> None:
    assert np.isnan(location_quotient(np.array([[1.0, 0], [1, 0]]))[1])


@pytest.mark.parametrize("measure", [dissimilarity, theil, isolation, gini])
def test_an_empty_group_has_no_index(measure: object) -> None:
    assert np.isnan(measure(np.array([[0.0, 0], [5, 5]])))  # type: ignore[operator]


@given(towns)
def test_indices_lie_between_nothing_and_everything(counts: np.ndarray) -> None:
    for name, measure in TWO_GROUPS.items():
        assert -1e-12 <= float(measure(counts)) <= 1 + 1e-12, name


@given(towns)
def test_contributions_add_up_to_the_index(counts: np.ndarray) -> None:
    assert contributions(counts).sum() == pytest.approx(float(dissimilarity(counts)))


@given(towns)
def test_isolation_and_exposure_make_a_whole(counts: np.ndarray) -> None:
    assert float(isolation(counts) + exposure(counts)) == pytest.approx(1)


@given(towns, st.randoms())
def test_the_order_of_districts_changes_nothing(counts: np.ndarray, random: object) -> None:
    order = list(range(counts.shape[1]))
    random.shuffle(order)  # type: ignore[attr-defined]
    for name, measure in TWO_GROUPS.items():
        assert float(measure(counts[:, order])) == pytest.approx(float(measure(counts)), abs=1e-12), name


@given(towns)
def test_splitting_districts_proportionally_changes_nothing(counts: np.ndarray) -> None:
    split = np.concatenate([counts * 0.25, counts * 0.75], axis=1)
    for name, measure in TWO_GROUPS.items():
        assert float(measure(split)) == pytest.approx(float(measure(counts)), abs=1e-9), name


@given(towns)
def test_scaling_a_group_leaves_the_dissimilarity(counts: np.ndarray) -> None:
    assert float(dissimilarity(counts * [[3], [1]])) == pytest.approx(float(dissimilarity(counts)), abs=1e-12)


@given(st.lists(st.integers(1, 400), min_size=2, max_size=9))
def test_equal_shares_are_no_segregation(places: list[int]) -> None:
    even = np.array([[1.0], [3.0]]) * np.array(places)
    found = [float(measure(even)) for measure in (dissimilarity, theil, gini)]
    assert found == pytest.approx([0, 0, 0], abs=1e-12)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.lists(st.integers(1, 400), min_size=1, max_size=5))
def test_complete_separation_is_one(here: list[int], there: list[int]) -> None:
    apart = np.array([[*here, *[0] * len(there)], [*[0] * len(here), *there]], dtype=float)
    found = [float(measure(apart)) for measure in (dissimilarity, theil, gini, isolation)]
    assert found == pytest.approx([1, 1, 1, 1])


@given(towns)
def test_years_at_once_are_years_one_by_one(counts: np.ndarray) -> None:
    years = np.stack([counts, counts[:, ::-1] + 1])
    for name, measure in TWO_GROUPS.items():
        one_by_one = [float(measure(year)) for year in years]
        assert measure(years).tolist() == pytest.approx(one_by_one), name
    assert dissimilarity_by_chance(years).tolist() == pytest.approx([float(dissimilarity_by_chance(y)) for y in years])


@pytest.mark.parametrize(
    ("people", "group", "places"), [(100, 30, 10), (50, 7, 20), (10, 5, 5), (1000, 3, 999), (7, 7, 3), (20, 18, 15)]
)
def test_distance_from_the_mean_is_that_of_scipy(people: int, group: int, places: int) -> None:
    counts = np.arange(places + 1)
    expected = (np.abs(counts - places * group / people) * hypergeom(people, group, places).pmf(counts)).sum()
    found = hypergeometric_distance(np.float64(people), np.float64(group), np.float64(places))  # type: ignore[arg-type]
    assert float(found) == pytest.approx(expected, abs=1e-9)


def test_chance_by_counting_all_allocations() -> None:
    """Two of the group and four others on two districts of three places each.

    Of the 15 ways to seat the two, 9 put one into each district (D = 0) and 6 both into one (D = 3/4).
    """
    counts = np.array([[2.0, 0], [1, 3]])
    assert dissimilarity(counts) == pytest.approx(0.75)
    assert dissimilarity_by_chance(counts) == pytest.approx(6 / 15 * 0.75)


def test_chance_is_what_random_towns_have_on_average() -> None:
    rng = np.random.default_rng(3)
    places, group = np.array([50, 80, 20, 120, 30]), 40
    towns = rng.multivariate_hypergeometric(places, group, size=20_000)
    drawn = dissimilarity(np.stack([towns, places - towns], axis=1).astype(float))
    expected = dissimilarity_by_chance(_with(group))
    assert drawn.mean() == pytest.approx(float(expected), abs=4 * drawn.std() / np.sqrt(len(drawn)))


def _with(group: int) -> np.ndarray:
    """Any town with these places and this many in the group: the expectation depends on nothing else."""
    places = np.array([50, 80, 20, 120, 30])
    mine = np.array([0, group, 0, 0, 0])
    return np.stack([mine, places - mine]).astype(float)


def test_small_groups_look_segregated_by_chance_alone() -> None:
    districts = np.full(50, 100.0)
    few, many = (np.stack([districts * share, districts * (1 - share)]) for share in (0.02, 0.4))
    assert dissimilarity_by_chance(few) > 0.25 > 0.1 > dissimilarity_by_chance(many)


def test_the_same_seed_draws_the_same_towns() -> None:
    first, again = (redrawn(FOUR, TWO_GROUPS, Sampling(50, 1), "2023")["gini"] for _ in range(2))
    other = redrawn(FOUR, TWO_GROUPS, Sampling(50, 2), "2023")["gini"]
    assert first.tolist() == again.tolist() != other.tolist()


def test_draws_in_small_chunks_are_the_same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = redrawn(FOUR, TWO_GROUPS, Sampling(50), "2023")["gini"]
    monkeypatch.setattr("dkbm_monitor.spatial.chance.CELLS_AT_ONCE", 3 * FOUR.size)
    assert redrawn(FOUR, TWO_GROUPS, Sampling(50), "2023")["gini"].tolist() == at_once.tolist()


def test_the_interval_covers_the_underlying_value() -> None:
    """300 towns drawn from known probabilities: about 95 % of the intervals hold the value behind them."""
    rng = np.random.default_rng(7)
    probability = np.array([[0.05, 0.1, 0.15, 0.3, 0.4], [0.3, 0.3, 0.2, 0.1, 0.1]])
    truth = float(dissimilarity(probability))
    held = 0
    for number in range(300):
        town = np.stack([rng.multinomial(400, probability[0]), rng.multinomial(2000, probability[1])]).astype(float)
        draws = redrawn(town, {"d": dissimilarity}, Sampling(400), str(number))["d"]
        low, high = interval(float(dissimilarity(town)), draws)
        held += low <= truth <= high
    assert 0.90 <= held / 300 <= 0.98


def test_bounds_are_mirrored_at_the_value() -> None:
    """Draws from 0.5 to 0.7 around a value of 0.5: they lie too high by their own bias, so the bounds lie below."""
    assert interval(0.5, np.linspace(0.5, 0.7, 201)) == pytest.approx((0.305, 0.495))


def test_no_draw_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one draw, not 0"):
        Sampling(draws=0)
