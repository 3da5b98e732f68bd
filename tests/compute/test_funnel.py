import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_observations, one
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dkbm_monitor.compute.funnel import SERIES, dispersion, funnel, funnel_lines, limit, limits
from dkbm_monitor.disclosure.primary import suppress

PARENTS = {"11": "1", "12": "1", "13": "1", "21": "2", "22": "2", "23": "2"}
ALL = make_districts(PARENTS)
# Town: 200 of 1000, 20 %. In standard errors from there: 0, 2.0, -2.2, 6.1, -3.75, -1.7.
R, N = (20, 28, 8, 60, 5, 79), (100, 100, 80, 150, 100, 470)
SHARE, RATE = np.array([True]), np.array([False])


def observed(above=R, below=N) -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value}
        for measure, row in (("teil", above), ("ganzes", below))
        for key, value in zip(PARENTS, row, strict=True)
    )


def test_the_limit_of_ten_people_worked_by_hand() -> None:
    # Half of 10: the binomial sums up to 0, 1, 2 are 0.0009766, 0.0107422, 0.0546875. The 2.5 % quantile is 2;
    # the source steps back by (0.0546875 - 0.025) / (0.0546875 - 0.0107422) = 0.675556: (2 - 0.675556) / 10.
    assert limit(np.array([0.5]), np.array([10.0]), 0.025, SHARE) == pytest.approx([0.1324444], abs=1e-6)


def test_the_limit_of_a_rate_worked_by_hand() -> None:
    # 3 expected: Poisson sums up to 6, 7 are 0.966491, 0.988095; quantile 7; back (0.988095 - 0.975) / 0.021604.
    assert limit(np.array([0.03]), np.array([100.0]), 0.975, RATE) == pytest.approx([(7 - 0.606138) / 100], abs=1e-6)


def test_large_districts_meet_the_normal_limits() -> None:
    # Spiegelhalter (2005): target +- z * sqrt(target (1 - target) / n), z = 1.96 and 3.09.
    n = np.array([1e6])
    for confidence, z in ((0.95, 1.96), (0.998, 3.09)):
        low, high = limits(np.array([0.3]), n, SHARE, confidence=confidence)
        spread = z * np.sqrt(0.21 / n)
        assert low == pytest.approx(0.3 - spread, abs=2e-6)
        assert high == pytest.approx(0.3 + spread, abs=2e-6)


def test_unknown_sizes_and_targets_have_no_limit_and_certain_ones_no_width() -> None:
    target, size = np.array([0.2, np.nan, 0.2, 0.0, 1.0, 0.0]), np.array([np.nan, 10, 0, 10, 10, 10.0])
    shares = np.array([True] * 5 + [False])
    low, high = limits(target, size, shares, confidence=0.95)
    assert np.isnan(low[:3]).all()
    assert np.isnan(high[:3]).all()
    assert low[3] == high[5] == pytest.approx(0, abs=1e-12)
    assert high[4] <= 1


def test_districts_are_placed_by_size_not_by_rank(computed) -> None:
    card = make_indicator()
    found = funnel(computed(card, observed(), ALL), {"anteil": card})
    where = found[found["level"] == "stadtteil"].set_index("district")["position"].to_dict()
    assert where == {
        "11": "within",
        "12": "above",
        "13": "below",
        "21": "far_above",
        "22": "far_below",
        "23": "within",
    }
    row = one(found, district="12")
    assert row["target"] == pytest.approx(20)
    assert row["low_998"] < row["low_95"] < 20 < row["high_95"] < 28 < row["high_998"]


def test_hidden_values_and_the_town_are_not_placed(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    found = funnel(suppress(values, (values["district"] == "22").to_numpy()), {"anteil": card})
    for key in ("22", "99000000"):
        row = one(found, district=key)
        assert row["position"] == "not_tested"
        assert row[["target", "low_95", "high_998"]].isna().all()
    assert one(found, district="12")["position"] == "above"
    nothing = funnel(values[values["level"] != "stadt"], {"anteil": card})
    assert set(nothing["position"]) == {"not_tested"}


def test_the_lines_run_from_the_smallest_to_the_largest_district(computed) -> None:
    card = make_indicator()
    found = funnel_lines(computed(card, observed(), ALL), {"anteil": card}, points=30)
    lines = found[found["level"] == "stadtteil"]
    assert (lines["denominator"].iloc[0], lines["denominator"].iloc[-1]) == (80, 470)
    assert lines["denominator"].is_monotonic_increasing
    assert lines["denominator"].is_unique
    assert set(found["level"]) == {"stadtteil", "bezirk"}
    width = (lines["high_95"] - lines["low_95"]).to_numpy()
    assert width[-1] < width[0]
    at_100 = one(funnel(computed(card, observed(), ALL), {"anteil": card}), district="11")
    exact = limits(np.array([0.2]), np.array([100.0]), SHARE, confidence=0.95)
    assert (at_100["low_95"], at_100["high_95"]) == (pytest.approx(100 * exact[0][0]), pytest.approx(100 * exact[1][0]))
    assert list(found.columns[: len(SERIES)]) == SERIES


def test_lines_of_nothing_are_an_empty_frame(computed) -> None:
    card = make_indicator(kind="mean")
    assert funnel_lines(computed(card, observed(), ALL), {"anteil": card}).empty


def test_dispersion_is_near_one_for_chance_and_far_above_for_real_differences(computed) -> None:
    card = make_indicator()
    found = dispersion(computed(card, observed(), ALL), {"anteil": card}, winsorised=0.0)
    r, n = np.array(R, float), np.array(N, float)
    by_hand = ((r / n - 0.2) ** 2 / (0.16 / n)).mean()
    row = one(found, level="stadtteil")
    assert (row["n_districts"], row["dispersion"]) == (6, pytest.approx(by_hand))
    pulled_in = one(dispersion(computed(card, observed(), ALL), {"anteil": card}), level="stadtteil")
    assert pulled_in["dispersion"] < by_hand
    alike = computed(card, observed(above=(20, 21, 16, 30, 19, 94)), ALL)
    assert one(dispersion(alike, {"anteil": card}), level="stadtteil")["dispersion"] < 1


@given(st.floats(0.02, 0.98), st.integers(5, 3000), st.sampled_from([0.001, 0.025, 0.975, 0.999]))
def test_a_limit_lies_within_one_count_of_the_quantile(target: float, n: int, probability: float) -> None:
    found = limit(np.array([target]), np.array([float(n)]), probability, SHARE)[0] * n
    quantile = stats.binom.ppf(probability, n, target)
    assert quantile - 1 - 1e-9 <= found <= quantile + 1e-9


@given(st.floats(0.001, 0.999), st.integers(1, 2000), st.booleans())
def test_the_outer_limits_enclose_the_inner_ones(target: float, n: int, share: bool) -> None:
    at = np.array([target]), np.array([float(n)]), np.array([share])
    low, high = limits(*at, confidence=0.95)
    far_low, far_high = limits(*at, confidence=0.998)
    assert far_low <= low <= high <= far_high
