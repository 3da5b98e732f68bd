import numpy as np
import pandas as pd
import pytest
from building import AGS, make_districts, make_indicator, make_observations, one

from dkbm_monitor.compute.compare import adjusted, compare_with_parent, compare_with_period, compare_with_town


def shares(counts: dict[str, tuple[int, int]], period: str = "2023") -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value, "period": period}
        for key, pair in counts.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )


CARD = make_indicator()
CARDS = {"anteil": CARD}


def test_a_district_is_compared_with_the_rest_not_with_the_town(computed, small) -> None:
    # 56/70 against a rest of 48/80 is Newcombe's (1998) example: difference 20 points, 5.24 to 33.39.
    values = computed(CARD, shares({"11": (56, 70), "12": (8, 20), "21": (40, 60)}), small)
    row = one(compare_with_town(values, CARDS), district="11")
    assert row["reference_value"] == pytest.approx(100 * 104 / 150)
    assert [round(row[name], 2) for name in ("difference", "difference_low", "difference_high")] == [20.0, 5.24, 33.39]
    assert row["p_value"] == pytest.approx(0.0080, abs=5e-4)  # scipy.stats.chi2_contingency without correction
    assert row["verdict"] == "above"


def test_the_town_itself_is_not_tested(computed, small) -> None:
    values = computed(CARD, shares({"11": (56, 70), "12": (8, 20), "21": (40, 60)}), small)
    assert one(compare_with_town(values, CARDS), district=AGS)["verdict"] == "not_tested"


def test_a_hidden_value_is_not_compared(computed, small) -> None:
    values = computed(CARD, shares({"11": (56, 70), "12": (8, 20), "21": (40, 60)}), small)
    values.loc[values["district"] == "12", ["value", "numerator", "denominator", "low", "high"]] = np.nan
    row = one(compare_with_town(values, CARDS), district="12")
    assert (row["verdict"], np.isnan(row["difference"])) == ("not_tested", True)


def test_comparison_with_the_area_above_uses_its_own_rest(computed, small) -> None:
    values = computed(CARD, shares({"11": (56, 70), "12": (48, 80), "21": (1, 500)}), small)
    rows = compare_with_parent(values, CARDS, {"g": small}, "bezirk")
    row = one(rows, district="11")
    assert row["difference"] == pytest.approx(20.0)
    assert one(rows, district="21")["verdict"] == "not_tested"  # alone in its Bezirk: there is no rest


def test_comparison_with_an_earlier_period(computed, small) -> None:
    frame = pd.concat([shares({"11": (48, 80)}, "2020"), shares({"11": (56, 70)}, "2023")])
    values = computed(CARD, frame, small)
    row = one(compare_with_period(values, CARDS, years=3), district="11", period="2023")
    assert (row["reference_value"], round(row["difference"], 6), row["verdict"]) == (60.0, 20.0, "above")
    assert one(compare_with_period(values, CARDS, years=3), district="11", period="2020")["verdict"] == "not_tested"


def test_pooled_periods_that_share_years_are_not_tested(computed, small) -> None:
    card = make_indicator(pool_years=3)
    frame = pd.concat([shares({"11": (10 * n, 100)}, str(2018 + n)) for n in range(1, 7)])
    values = computed(card, frame, small)
    for years, verdict in ((2, "not_tested"), (3, "above")):
        row = one(compare_with_period(values, {"anteil": card}, years=years), district="11", period="2024")
        assert row["verdict"] == verdict


def test_rates_are_compared_by_the_conditional_test(computed, small) -> None:
    card = make_indicator(kind="rate", per=1000)
    values = computed(card, shares({"11": (30, 1000), "12": (5, 1000), "21": (5, 1000)}), small)
    rows = compare_with_town(values, {"anteil": card})
    assert one(rows, district="11")["verdict"] == "above"
    assert one(rows, district="11")["difference"] == pytest.approx(25.0)


def test_adjusted_p_values_of_benjamini_and_hochberg_themselves() -> None:
    # Benjamini & Hochberg (1995), section 4.1: of these 15 p values the first four are rejected at 5 %.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    rows = pd.DataFrame({"p_value": [np.nan, *p[::-1]], "series": "a"})
    found = adjusted(rows, ["series"])
    assert np.isnan(found[0])
    assert int((found < 0.05).sum()) == 4
    assert found.iloc[-1] == pytest.approx(0.0015)


def test_without_any_difference_few_districts_stand_out() -> None:
    random = np.random.default_rng(3)
    rows = pd.DataFrame({"p_value": random.uniform(size=500), "series": "a"})
    assert int((adjusted(rows, ["series"]) < 0.05).sum()) <= 1


def test_comparing_needs_no_loop_and_leaves_its_input(computed) -> None:
    districts = make_districts({f"{n:04d}": "1" for n in range(2000)})
    values = computed(CARD, shares({f"{n:04d}": (n % 50, 50) for n in range(2000)}), districts)
    before = values.copy(deep=True)
    rows = compare_with_town(values, CARDS)
    assert len(rows) == len(values)
    pd.testing.assert_frame_equal(values, before)
