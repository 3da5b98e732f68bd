import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_observations, one
from hypothesis import given
from hypothesis import strategies as st

from dkbm_monitor.compute.detectable import (
    HORIZON,
    TARGET_COLUMNS,
    detectable,
    detectable_sentence,
    power_of,
    smallest_change,
    years_until_visible,
)
from dkbm_monitor.disclosure.primary import suppress

PARENTS = {"11": "1", "12": "1", "21": "2"}
ALL = make_districts(PARENTS)
SHARE, RATE = np.array([True]), np.array([False])


def a(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype="float64")


def observed(above=(20, 100, 0), below=(100, 500, 40), period: str = "2023") -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value, "period": period}
        for measure, row in (("teil", above), ("ganzes", below))
        for key, value in zip(PARENTS, row, strict=True)
    )


def test_the_power_is_that_of_r() -> None:
    # R, stats::power.prop.test, examples of its help page: n = 50, p1 = .50, p2 = .75 has power 0.740.
    assert power_of(a(0.5), a(50), a(0.75), a(50), SHARE) == pytest.approx([0.740], abs=5e-4)


def test_the_smallest_change_turns_rs_sample_sizes_round() -> None:
    # The same page: p1 = .50, p2 = .75, power = .90 needs n = 76.7.
    found = smallest_change(a(0.5), a(76.7), a(76.7), SHARE, direction=1, power=0.9)
    assert found == pytest.approx([0.25], abs=1e-4)


def test_the_sample_size_of_the_textbook() -> None:
    # From 10 to 20 % with 80 % power: 199 in each group, the figure of every table without continuity correction.
    found = [smallest_change(a(0.1), a(n), a(n), SHARE, direction=1)[0] for n in (198, 199)]
    assert found[0] > 0.1 > found[1]


def test_the_power_for_rates_agrees_with_statsmodels() -> None:
    from statsmodels.stats.rates import power_poisson_diff_2indep

    ours = power_of(a(0.05), a(400), a(0.09), a(700), RATE)
    theirs = power_poisson_diff_2indep(
        0.09, 0.05, 700, 400 / 700, alpha=0.05, method_var="score", alternative="larger", return_results=False
    )
    half = power_poisson_diff_2indep(
        0.09, 0.05, 700, 400 / 700, alpha=0.025, method_var="score", alternative="larger", return_results=False
    )
    assert ours == pytest.approx([half], abs=0.01)
    assert ours < theirs


def test_a_fall_cannot_go_below_zero() -> None:
    # 2 of 40 may fall to 0 of 40 and still be no news: nothing can be shown.
    assert np.isnan(smallest_change(a(0.05), a(40), a(40), SHARE, direction=-1))
    assert smallest_change(a(0.5), a(40), a(40), SHARE, direction=-1) < 0.5
    assert np.isnan(smallest_change(a(1.0), a(40), a(40), SHARE, direction=1))


def test_values_come_in_the_unit_of_the_indicator(computed) -> None:
    card = make_indicator()
    found = detectable(computed(card, observed(), ALL), {"anteil": card})
    wanted = smallest_change(a(0.2), a(100), a(100), SHARE, direction=1)[0]
    row = one(found, district="11")
    assert row["smallest_rise"] == pytest.approx(100 * wanted)
    assert one(found, district="12")["smallest_rise"] < row["smallest_rise"]
    assert np.isnan(one(found, district="21")["smallest_fall"])  # nothing is left to fall
    assert not set(TARGET_COLUMNS) & set(found.columns)


def test_hidden_values_say_nothing(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    protected = suppress(values, (values["district"] == "12").to_numpy())
    row = one(detectable(protected, {"anteil": card}, target=-5), district="12")
    assert row[["smallest_rise", "smallest_fall", *TARGET_COLUMNS]].isna().all()


def test_a_target_becomes_visible_when_enough_years_have_been_counted(computed) -> None:
    card = make_indicator()
    found = detectable(computed(card, observed(), ALL), {"anteil": card}, target=-15)
    # By power_of: 20 % to 5 % of 100 before and 100, 200 … after.
    by_hand = next(m for m in range(1, 30) if power_of(a(0.2), a(100), a(0.05), a(100 * m), SHARE)[0] >= 0.8)
    row = one(found, district="11")
    assert (row["visible_after"], row["visible_in"]) == (by_hand, str(2023 + by_hand))
    assert row["target_change"] == -15
    assert one(found, district="12")["visible_after"] == 1
    impossible = one(found, district="21")  # nothing can fall below 0
    assert pd.isna(impossible["visible_after"])
    assert pd.isna(impossible["visible_in"])


def test_a_small_base_hides_a_small_target_for_ever() -> None:
    found = years_until_visible(a(0.2), a(100), a(100), a(-0.05), SHARE)
    assert np.isnan(found[0])
    assert power_of(a(0.2), a(100), a(0.15), a(100 * 10 * HORIZON), SHARE)[0] < 0.8


def test_what_builds_up_slowly_is_seen_later_and_a_window_forgets() -> None:
    at = a(0.3), a(250), a(250), a(-0.1), SHARE
    at_once, slowly = years_until_visible(*at), years_until_visible(*at, reached_after=6)
    assert at_once[0] == 2
    assert slowly[0] > at_once[0]
    # 350 a year, built up over two: the mean effect seen is 0.05, 0.075, 0.0833 …; 0.075 after two years is too little.
    at_350 = a(0.3), a(350), a(350), a(-0.1), SHARE
    assert power_of(a(0.3), a(350), a(0.225), a(700), SHARE)[0] < 0.8
    assert years_until_visible(*at_350, reached_after=2)[0] == 3
    assert np.isnan(years_until_visible(*at, window=1)[0])  # each year alone has too few
    assert years_until_visible(*at, window=2)[0] == 2


def test_pooled_values_bring_one_year_at_a_time(computed) -> None:
    card = make_indicator(pool_years=3)
    table = pd.concat([observed(period=year) for year in ("2021", "2022", "2023")])
    values = computed(card, table, ALL)
    row = one(detectable(values, {"anteil": card}, target=12), district="11", period="2023")
    by_hand = years_until_visible(a(0.2), a(300), a(100), a(0.12), SHARE)[0]
    assert row["visible_after"] == by_hand > 1


def test_each_indicator_may_have_its_own_target_and_school_years_stay_school_years(computed) -> None:
    card, other = make_indicator(), make_indicator("andere")
    values = computed([card, other], observed(period="2022/23"), ALL)
    found = detectable(values, {"anteil": card, "andere": other}, target={"anteil": -19})
    assert one(found, district="12", indicator="anteil")["visible_in"] == "2023/24"
    assert np.isnan(one(found, district="12", indicator="andere")["target_change"])
    assert pd.isna(one(found, district="12", indicator="andere")["visible_in"])


def row_of(computed, district: str, **more: object) -> tuple[pd.Series, object]:
    card = make_indicator()
    return one(detectable(computed(card, observed(), ALL), {"anteil": card}, **more), district=district), card


def test_what_can_be_shown_in_words(computed) -> None:
    row, card = row_of(computed, "11")
    assert (row["smallest_rise"], row["smallest_fall"]) == (
        pytest.approx(17.86, abs=0.01),
        pytest.approx(13.38, abs=0.01),
    )
    assert detectable_sentence(row, card) == (
        "Von einem Zeitraum zum anderen ist hier erst ein Anstieg um mindestens 17,9\u00a0Prozentpunkte "
        "oder ein Rückgang um mindestens 13,4\u00a0Prozentpunkte verlässlich nachweisbar."
    )


def test_a_limit_in_words_is_rounded_up(computed) -> None:
    row, card = row_of(computed, "11")
    assert "mindestens 17,9\u00a0" in detectable_sentence({**row.to_dict(), "smallest_rise": 17.81}, card)


def test_where_only_a_rise_or_nothing_can_be_shown(computed) -> None:
    row, card = row_of(computed, "21")
    assert "erst ein Anstieg um mindestens" in detectable_sentence(row, card)
    assert "Rückgang" not in detectable_sentence(row, card)
    nothing = {**row.to_dict(), "smallest_rise": np.nan}
    assert detectable_sentence(nothing, card) == (
        "Von einem Zeitraum zum anderen ist hier keine Veränderung verlässlich nachweisbar."
    )
    assert detectable_sentence({**nothing, "low": np.nan}, card) == ""


def test_a_target_in_words(computed) -> None:
    row, card = row_of(computed, "12", target=-15)
    assert detectable_sentence(row, card).endswith(
        " Ein Rückgang um 15,0\u00a0Prozentpunkte würde frühestens 2024 sichtbar."
    )
    row, card = row_of(computed, "11", target=5)
    assert detectable_sentence(row, card).endswith(
        " Ein Anstieg um 5,0\u00a0Prozentpunkte wäre bei diesen Fallzahlen auch nach 30 Jahren nicht sichtbar."
    )
    for target, size in ((-21, "Ein Rückgang um 21,0"), (81, "Ein Anstieg um 81,0")):
        row, card = row_of(computed, "11", target=target)
        assert detectable_sentence(row, card).endswith(
            f" {size}\u00a0Prozentpunkte ist bei einem Wert von 20,0\u00a0% nicht möglich."
        )
    assert detectable_sentence({**row.to_dict(), "target_change": 0.0}, card).endswith("nachweisbar.")


@given(st.floats(0.02, 0.9), st.integers(20, 2000), st.booleans())
def test_larger_districts_show_smaller_changes(before: float, n: int, share: bool) -> None:
    small, large = smallest_change(a(before, before), a(n, 2 * n), a(n, 2 * n), np.array([share, share]), direction=1)
    assert np.isnan(small) or large < small


@given(st.floats(0.02, 0.98), st.integers(20, 2000), st.sampled_from([1, -1]))
def test_the_smallest_change_has_just_the_power_asked_for(before: float, n: int, direction: int) -> None:
    found = smallest_change(a(before), a(n), a(n), SHARE, direction=direction)
    if np.isfinite(found[0]):
        assert power_of(a(before), a(n), a(before) + direction * found, a(n), SHARE) == pytest.approx([0.8], abs=1e-6)
