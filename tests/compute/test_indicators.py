import numpy as np
import pandas as pd
import pytest
from building import AGS, make_districts, make_indicator, make_measure, make_observations, one
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dkbm_monitor.core.frames import NUMBER_COLUMNS, check_values

COUNTS = {"11": (12, 48), "12": (3, 9), "21": (60, 300)}  # numerator, denominator


def observed(counts: dict[str, tuple[float | None, float | None]], **more: str) -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value, **more}
        for key, pair in counts.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )


def test_the_town_adds_counts_before_it_divides(computed, small) -> None:
    # ARCHITECTURE's worked number: 12/48, 3/9 and 60/300 make 75/357 = 21.0 %, not the mean of the shares, 26.1 %.
    values = computed(make_indicator(), observed(COUNTS), small)
    assert one(values, district="11")["value"] == 25.0
    assert one(values, district=AGS)["value"] == pytest.approx(21.008, abs=5e-4)
    assert one(values, level="bezirk", district="1")["value"] == pytest.approx(100 * 15 / 57)


def test_every_level_of_an_empty_frame_is_empty(computed, small) -> None:
    values = computed(make_indicator(), observed({}), small)
    assert len(values) == 0
    check_values(values)


@pytest.mark.parametrize("status", ["secret", "missing", "pending", "unreliable"])
def test_a_sum_with_an_unknown_part_is_unknown_for_the_same_reason(computed, small, status: str) -> None:
    rows = observed(COUNTS)
    rows.loc[0, ["value", "status"]] = [np.nan, status]
    values = computed(make_indicator(), rows, small)
    assert one(values, district="11")["status"] == status
    assert one(values, district=AGS)["status"] == status
    assert np.isnan(one(values, district=AGS)["value"])
    assert one(values, level="bezirk", district="2")["value"] == 20.0


def test_a_district_that_was_not_delivered_is_missing(computed, small) -> None:
    values = computed(make_indicator(), observed({key: COUNTS[key] for key in ("11", "21")}), small)
    assert one(values, district="12")["status"] == "missing"
    assert one(values, district=AGS)["status"] == "missing"


def test_an_uninhabited_district_takes_nothing_from_its_town(computed) -> None:
    districts = make_districts({"11": "1", "12": "1", "21": "2", "29": "2"}, uninhabited=["29"])
    values = computed(make_indicator(), observed(COUNTS), districts)
    assert one(values, district="29")["status"] == "not_applicable"
    assert one(values, district=AGS)["status"] == "ok"


def test_a_published_total_stands_in_where_districts_are_secret(computed, small) -> None:
    rows = observed(COUNTS)
    rows.loc[0, ["value", "status"]] = [np.nan, "secret"]
    town = make_observations([{"measure": "teil", "level": "stadt", "district": AGS, "value": 75, "source": "stadt"}])
    values = computed(make_indicator(), pd.concat([rows, town], ignore_index=True), small)
    row = one(values, district=AGS)
    assert (row["value"], row["flags"]) == (pytest.approx(100 * 75 / 357), "published")
    assert row["sources"] == "probe stadt"


def test_the_sum_of_districts_goes_before_a_published_total(computed, small) -> None:
    town = make_observations([{"measure": "ganzes", "level": "stadt", "district": AGS, "value": 400}])
    values = computed(make_indicator(), pd.concat([observed(COUNTS), town], ignore_index=True), small)
    assert one(values, district=AGS)["denominator"] == 357


def test_a_share_of_nothing_does_not_apply(computed, small) -> None:
    values = computed(make_indicator(), observed({**COUNTS, "12": (0, 0)}), small)
    assert one(values, district="12")["status"] == "not_applicable"


def test_a_true_zero_stays_a_zero(computed, small) -> None:
    row = one(computed(make_indicator(), observed({**COUNTS, "12": (0, 9)}), small), district="12")
    assert (row["value"], row["status"]) == (0.0, "zero")


def test_rounded_counts_make_rounded_shares(computed, small) -> None:
    rows = observed(COUNTS)
    rows.loc[1, "status"] = "rounded"
    assert one(computed(make_indicator(), rows, small), district=AGS)["status"] == "rounded"


def test_small_denominators_and_numerators_above_the_whole_are_flagged(computed, small) -> None:
    values = computed(make_indicator(), observed({**COUNTS, "11": (50, 48)}), small)
    assert one(values, district="12")["flags"] == "small_denominator"
    above = one(values, district="11")
    assert above["flags"] == "above_whole"
    assert np.isnan(above["low"])


def yearly(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    return pd.concat([observed({"11": pair}, period=period) for period, pair in counts.items()], ignore_index=True)


ONE = make_districts({"11": "1"})


def test_pooled_years_are_added_and_labelled_by_the_last(computed) -> None:
    rows = yearly({"2021": (1, 10), "2022": (2, 20), "2023": (9, 30)})
    values = computed(make_indicator(pool_years=3), rows, ONE)
    row = one(values, level="stadtteil")
    assert (row["period"], row["numerator"], row["denominator"], row["value"]) == ("2023", 12, 60, 20.0)
    assert "pooled" in row["flags"]


def test_a_gap_in_the_years_makes_the_pool_missing(computed) -> None:
    rows = yearly({"2020": (1, 10), "2021": (1, 10), "2023": (9, 30)})
    values = computed(make_indicator(pool_years=2), rows, ONE)
    assert one(values, level="stadtteil", period="2023")["status"] == "missing"
    assert one(values, level="stadtteil", period="2021")["value"] == 10.0


def test_a_missing_year_inside_a_series_has_a_row_that_says_so(computed) -> None:
    values = computed(make_indicator(), yearly({"2020": (1, 10), "2022": (2, 10)}), ONE)
    assert one(values, level="stadtteil", period="2021")["status"] == "missing"


def test_change_of_a_count_is_per_cent_of_the_earlier_count(computed) -> None:
    card = make_indicator(kind="change", numerator="teil", change_years=2)
    row = one(computed(card, yearly({"2021": (50, 0), "2023": (60, 0)}), ONE), level="stadtteil", period="2023")
    assert (row["value"], row["numerator"], row["compared_numerator"]) == (20.0, 60, 50)


def test_change_of_a_share_is_in_points_with_an_interval_after_newcombe(computed) -> None:
    # Newcombe (1998), method 10: 56/70 - 48/80 is 20 points, interval 5.24 to 33.39.
    card = make_indicator(kind="change", change_of="share", numerator="teil", denominator="ganzes", change_years=1)
    row = one(computed(card, yearly({"2022": (48, 80), "2023": (56, 70)}), ONE), level="stadtteil")
    assert [round(row[name], 2) for name in ("value", "low", "high")] == [20.0, 5.24, 33.39]


def test_a_change_never_crosses_a_gebietsstand(computed) -> None:
    card = make_indicator(kind="change", numerator="teil", change_years=1)
    rows = yearly({"2020": (50, 0), "2021": (60, 0), "2022": (66, 0)})
    rows.loc[rows["period"] != "2020", "gebietsstand"] = "neu"
    areas = {"g": ONE, "neu": make_districts({"11": "1"}, gebietsstand="neu")}
    values = computed(card, rows, areas)
    assert [one(values, level="stadtteil")["period"], one(values, level="stadtteil")["value"]] == ["2022", 10.0]


def test_gap_between_two_groups(computed) -> None:
    card = make_indicator(
        kind="gap",
        numerator={"measure": "teil", "where": {"sex": "female"}},
        denominator={"measure": "ganzes", "where": {"sex": "female"}},
        compared_numerator={"measure": "teil", "where": {"sex": "male"}},
        compared_denominator={"measure": "ganzes", "where": {"sex": "male"}},
    )
    rows = pd.concat([observed({"11": (56, 70)}, sex="female"), observed({"11": (48, 80)}, sex="male")])
    row = one(computed(card, rows, ONE), level="stadtteil")
    assert row[["value", "numerator", "compared_denominator"]].round(9).to_list() == [20.0, 56, 80]


def test_a_balance_subtracts_and_has_no_interval(computed) -> None:
    terms = [{"measure": "teil"}, {"measure": "weg", "sign": -1}]
    card = make_indicator(kind="rate", per=1000, numerator=terms)
    rows = pd.concat(
        [observed({"11": (40, 2000)}), make_observations([{"measure": "weg", "district": "11", "value": 50}])]
    )
    row = one(computed(card, rows, ONE, measures=[make_measure("weg")]), level="stadtteil")
    assert row["value"] == -5.0
    assert np.isnan(row["low"])


def test_a_rate_of_things_has_no_poisson_interval(computed) -> None:
    measures = [make_measure("teil", persons=False)]
    card = make_indicator(kind="rate", per=1000)
    row = one(computed(card, observed({"11": (40, 2000)}), ONE, measures=measures), level="stadtteil")
    assert row["value"] == 20.0
    assert np.isnan(row["high"])


def test_a_lagged_denominator_is_taken_from_the_earlier_year(computed) -> None:
    card = make_indicator(denominator={"measure": "ganzes", "lag": 1})
    values = computed(card, yearly({"2022": (0, 50), "2023": (10, 80)}), ONE)
    assert one(values, level="stadtteil", period="2023")["value"] == 20.0
    assert one(values, level="stadtteil", period="2022")["status"] == "missing"


def test_the_first_year_counts_where_only_the_denominator_looks_back(computed) -> None:
    card = make_indicator(denominator={"measure": "ganzes", "lag": 1})
    rows = yearly({"2022": (0, 50), "2023": (10, 80)})
    values = computed(card, rows[(rows["measure"] == "ganzes") | (rows["period"] == "2023")], ONE)
    assert one(values, level="stadtteil")["value"] == 20.0


def test_a_given_rate_is_shown_as_published_and_never_added(computed, small) -> None:
    card = make_indicator(kind="given", given="quote")
    rows = make_observations([{"measure": "quote", "district": key, "value": 10.5} for key in ("11", "12", "21")])
    values = computed(card, rows, small, measures=[make_measure("quote", additive=False)])
    assert one(values, district="11")["value"] == 10.5
    assert list(values["level"].unique()) == ["stadtteil"]


def test_an_indicator_whose_denominator_was_never_counted_has_no_rows(computed, small) -> None:
    rows = observed(COUNTS)
    assert computed(make_indicator(), rows[rows["measure"] == "teil"], small).empty


def test_breakdowns_give_a_row_for_each_category(computed) -> None:
    cuts = {"sex": ("male", "female")}
    measures = [make_measure("teil", breakdowns=cuts), make_measure("ganzes", breakdowns=cuts)]
    rows = pd.concat([observed({"11": (5, 20)}, sex="female"), observed({"11": (3, 20)}, sex="male")])
    values = computed(make_indicator(breakdowns=("sex",)), rows, ONE, measures=measures, breakdowns=["sex"])
    fine = values[values["level"] == "stadtteil"].set_index("breakdown")["value"]
    assert fine.to_dict() == {"total": 20.0, "sex=male": 15.0, "sex=female": 25.0}


def test_a_series_across_a_break_is_flagged(computed) -> None:
    broken = {"period": "2022", "reason": {"de": "Neue Zählung", "en": "New count"}}
    card = make_indicator(pool_years=2, breaks=[broken])
    values = computed(card, yearly({str(year): (5, 50) for year in range(2020, 2025)}), ONE)
    flags = values[values["level"] == "stadtteil"].set_index("period")["flags"]
    assert [period for period in flags.index if "break" in flags[period]] == ["2022"]


def test_periods_outside_the_validity_are_not_shown(computed) -> None:
    card = make_indicator(validity={"first": "2022", "last": "2023"})
    values = computed(card, yearly({str(year): (5, 50) for year in range(2020, 2025)}), ONE)
    assert sorted(values["period"].unique()) == ["2022", "2023"]


counts = st.integers(0, 400)
pairs = st.tuples(counts, counts).map(lambda pair: (min(pair), max(pair)))
towns = st.dictionaries(st.sampled_from(["11", "12", "21", "22", "31"]), pairs, min_size=1)
FIVE = make_districts({key: key[0] for key in ("11", "12", "21", "22", "31")})
often = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


@often
@given(towns)
def test_shares_lie_between_0_and_100_with_their_interval_around_them(computed, counts: dict) -> None:
    values = check_values(computed(make_indicator(), observed(counts), FIVE))
    known = values[values["value"].notna()]
    assert known["value"].between(0, 100).all()
    assert (known["low"] <= known["value"] + 1e-9).all()
    assert (known["value"] <= known["high"] + 1e-9).all()


@often
@given(towns, st.integers(2, 9))
def test_scaling_all_counts_leaves_shares(computed, counts: dict, factor: int) -> None:
    scaled = {key: (a * factor, b * factor) for key, (a, b) in counts.items()}
    first, second = (computed(make_indicator(), observed(rows), FIVE) for rows in (counts, scaled))
    np.testing.assert_allclose(first["value"], second["value"])


@often
@given(towns, st.randoms())
def test_the_order_of_rows_does_not_matter(computed, counts: dict, random) -> None:
    rows = observed(counts)
    order = list(range(len(rows)))
    random.shuffle(order)
    key = ["level", "district"]
    first, second = (
        computed(make_indicator(), frame, FIVE).astype({"level": "str", "district": "str"})
        for frame in (rows, rows.iloc[order])
    )
    numbers = [*key, *NUMBER_COLUMNS]
    pd.testing.assert_frame_equal(
        first[numbers].sort_values(key, ignore_index=True), second[numbers].sort_values(key, ignore_index=True)
    )


def test_computing_leaves_its_input_as_it_was(computed, small) -> None:
    rows = observed(COUNTS)
    before = rows.copy(deep=True)
    computed(make_indicator(), rows, small)
    pd.testing.assert_frame_equal(rows, before)


def test_the_sum_of_the_parts_is_the_whole_at_every_level(computed) -> None:
    counts = {key: (n, 2 * n) for key, n in zip(("11", "12", "21", "22", "31"), (5, 7, 11, 13, 17), strict=True)}
    values = computed(make_indicator(), observed(counts), FIVE)
    sums = values.groupby("level", observed=True)[["numerator", "denominator"]].sum()
    assert (sums["numerator"] == 53).all()
    assert (sums["denominator"] == 106).all()
