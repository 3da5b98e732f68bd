import pandas as pd
import pytest
from building import make_districts, make_indicator, make_observations, one

from dkbm_monitor.compute.trend import trend

ONE = make_districts({"11": "1"})


def series(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": "11", "value": value, "period": period}
        for period, pair in counts.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )


def found(computed, counts: dict[str, tuple[int, int]], **more) -> pd.Series:
    card = make_indicator(**more)
    values = computed(card, series(counts), ONE)
    return one(trend(values, {"anteil": card}), level="stadtteil")


def test_a_clear_rise_is_called_rising_with_its_slope(computed) -> None:
    row = found(computed, {"2020": (20, 200), "2021": (30, 200), "2022": (40, 200), "2023": (50, 200)})
    assert (row["direction"], row["n_periods"], row["first"], row["last"]) == ("rising", 4, "2020", "2023")
    assert row["slope"] == pytest.approx(5.0)
    assert row["slope_low"] > 0


def test_the_test_is_cochran_armitage(computed) -> None:
    # By hand: 13, 19, 22 of 100 each; score (22 - 13) * 1 = 9, variance 0.18 * 0.82 * 200 = 29.52, z = 1.6565,
    # two-sided p = 0.0976. statsmodels' Table.test_ordinal_association has the same z times sqrt(299/300).
    row = found(computed, {"2021": (13, 100), "2022": (19, 100), "2023": (22, 100)})
    assert row["p_value"] == pytest.approx(0.0976, abs=5e-5)
    assert row["direction"] == "no_detectable_change"


def test_noise_around_a_level_is_no_trend(computed) -> None:
    row = found(computed, {"2020": (20, 100), "2021": (24, 100), "2022": (18, 100), "2023": (22, 100)})
    assert row["direction"] == "no_detectable_change"


def test_two_periods_make_no_trend(computed) -> None:
    assert found(computed, {"2022": (1, 100), "2023": (90, 100)})["direction"] == "not_tested"


def test_a_series_of_nothing_but_zeros_does_not_change(computed) -> None:
    row = found(computed, {"2021": (0, 100), "2022": (0, 100), "2023": (0, 100)})
    assert (row["direction"], row["slope"]) == ("no_detectable_change", 0.0)


def test_years_before_a_break_are_left_out(computed) -> None:
    broken = {"period": "2021", "reason": {"de": "Neue Zählung", "en": "New count"}}
    counts = {"2019": (90, 100), "2020": (90, 100), "2021": (20, 100), "2022": (20, 100), "2023": (20, 100)}
    row = found(computed, counts, breaks=[broken])
    assert (row["first"], row["direction"]) == ("2021", "no_detectable_change")


def test_pooled_years_do_not_count_their_children_twice(computed) -> None:
    counts = {str(year): (10 + year - 2015, 100) for year in range(2015, 2024)}
    row = found(computed, counts, pool_years=3)
    assert (row["n_periods"], row["first"], row["last"]) == (3, "2017", "2023")
