import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_measure, make_observations, one
from hypothesis import given
from hypothesis import strategies as st

from dkbm_monitor.compute.standardise import direct, indirect, standardise
from dkbm_monitor.disclosure.primary import suppress

ALL = make_districts({"11": "1", "21": "2"})
# Two districts with the same rate in each age, one young, one old.
PEOPLE = {("11", "0-5"): 90, ("11", "6-9"): 10, ("21", "0-5"): 20, ("21", "6-9"): 80}
CASES = {("11", "0-5"): 9, ("11", "6-9"): 4, ("21", "0-5"): 2, ("21", "6-9"): 32}
STRATA = ["age=0-5", "age=6-9"]
AGES = {"age": ["0-5", "6-9"]}

# The example of esda.smoothing.direct_age_standardization and indirect_age_standardization (PySAL).
E_ = np.array([[30.0, 25, 25, 15], [33, 21, 30, 20]])
B_ = np.array([[1000.0, 1000, 1100, 900], [1000, 900, 1100, 900]])
S_ = np.array([1000.0, 900, 1000, 900])


def test_the_direct_rate_is_that_of_pysal() -> None:
    from esda.smoothing import direct_age_standardization

    rate, low, high = direct(E_, B_, S_)
    assert rate.round(4).tolist() == [0.0237, 0.0267]  # as printed in its documentation
    theirs = direct_age_standardization(E_.ravel(), B_.ravel(), np.tile(S_, 2), 2)
    assert np.column_stack([rate, low, high]) == pytest.approx(np.array(theirs))


def test_the_indirect_rate_is_that_of_pysal() -> None:
    s_e = np.array([[100.0, 45, 120, 100], [50, 30, 200, 80]])
    observed = E_.sum(axis=1)
    expected, ratio, *_interval = indirect(observed, B_ / 10, s_e / S_)
    crude = s_e.sum() / (2 * S_.sum())
    assert ratio * crude == pytest.approx([0.23723821989528798, 0.2610803324099723])  # as printed there
    assert ratio == pytest.approx(observed / expected)


def test_the_ratio_has_the_exact_interval_of_statsmodels() -> None:
    from statsmodels.stats.rates import confint_poisson

    expected, ratio, low, high = indirect(np.array([15.0]), np.array([[200.0, 300.0]]), np.array([0.02, 0.03]))
    assert (expected[0], ratio[0]) == (pytest.approx(13), pytest.approx(15 / 13))
    assert (low[0], high[0]) == pytest.approx(confint_poisson(15, 13, method="exact-c"))


def test_no_cases_at_all_have_an_upper_limit_only() -> None:
    # One stratum is Garwood's interval: 0 of 100 gives 0 to 3.6889 per 100.
    rate, low, high = direct(np.array([[0.0]]), np.array([[100.0]]), np.array([7.0]))
    assert (rate[0], low[0], high[0]) == (0, 0, pytest.approx(0.036889, abs=5e-7))


def observed(cases=CASES, people=PEOPLE, period: str = "2023") -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value, "age": age, "period": period}
        for measure, table in (("teil", cases), ("ganzes", people))
        for (key, age), value in table.items()
    )


@pytest.fixture
def values(computed):
    def run(table: pd.DataFrame, **more: object) -> tuple[pd.DataFrame, dict]:
        card = make_indicator(**{"breakdowns": ["age"], **more})
        measures = [make_measure(name, breakdowns=AGES) for name in ("teil", "ganzes")]
        return computed(card, table, ALL, measures=measures, breakdowns=["age"]), {"anteil": card}

    return run


def test_the_same_rates_at_every_age_come_out_the_same(values) -> None:
    frame, cards = values(observed())
    found = standardise(frame, cards, strata=STRATA)
    # 10 % at 0-5 and 40 % at 6-9; the town has 110 and 90 people: (0.1 * 110 + 0.4 * 90) / 200 = 23.5 %.
    for key, crude in (("11", 13.0), ("21", 34.0), ("99000000", 23.5)):
        row = one(found, district=key, level="stadt" if key.startswith("99") else "stadtteil")
        assert (row["crude"], row["standardised"]) == (pytest.approx(crude), pytest.approx(23.5))
        assert row["standardised_low"] < 23.5 < row["standardised_high"]


def test_as_many_as_expected_is_one(values) -> None:
    frame, cards = values(observed())
    row = one(standardise(frame, cards, strata=STRATA, method="indirect"), district="11", level="stadtteil")
    assert (row["observed"], row["expected"], row["ratio"]) == (13, pytest.approx(13), pytest.approx(1))
    assert row["ratio_low"] < 1 < row["ratio_high"]


def test_a_fixed_standard_makes_years_comparable(values) -> None:
    older = {("11", "0-5"): 20, ("11", "6-9"): 180, ("21", "0-5"): 20, ("21", "6-9"): 80}
    cases = {("11", "0-5"): 2, ("11", "6-9"): 72, ("21", "0-5"): 2, ("21", "6-9"): 32}
    frame, cards = values(pd.concat([observed(), observed(cases, older, "2024")]))
    at = {"district": "11", "level": "stadtteil", "period": "2024"}
    assert one(standardise(frame, cards, strata=STRATA), **at)["standardised"] == pytest.approx(36)
    fixed = standardise(frame, cards, strata=STRATA, standard_period="2023")
    assert one(fixed, **at)["standardised"] == pytest.approx(23.5)


def test_a_hidden_stratum_hides_what_rests_on_it_and_nothing_else(values) -> None:
    frame, cards = values(observed())
    hidden = (frame["district"] == "11") & (frame["breakdown"] == "age=6-9") & (frame["level"] == "stadtteil")
    protected = suppress(frame, hidden.to_numpy())
    for method, column in (("direct", "standardised"), ("indirect", "ratio")):
        found = standardise(protected, cards, strata=STRATA, method=method)
        assert np.isnan(one(found, district="11", level="stadtteil")[column])
        assert not np.isnan(one(found, district="21", level="stadtteil")[column])


def test_an_age_without_people_is_no_obstacle_to_the_indirect_way(values) -> None:
    people, cases = {**PEOPLE, ("11", "6-9"): 0}, {**CASES, ("11", "6-9"): 0}
    frame, cards = values(observed(cases, people))
    at = {"district": "11", "level": "stadtteil"}
    assert one(standardise(frame, cards, strata=STRATA, method="indirect"), **at)["expected"] == pytest.approx(9)
    assert np.isnan(one(standardise(frame, cards, strata=STRATA), **at)["standardised"])


def test_what_does_not_fit_is_said(values) -> None:
    frame, cards = values(observed())
    with pytest.raises(ValueError, match="no breakdown age=10-14"):
        standardise(frame, cards, strata=[*STRATA, "age=10-14"])
    with pytest.raises(ValueError, match="do not add up to everybody"):
        standardise(frame, cards, strata=STRATA[:1])
    with pytest.raises(ValueError, match="direct, indirect"):
        standardise(frame, cards, strata=STRATA, method="both")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 500), st.integers(1, 500)), min_size=1, max_size=8))
def test_a_standardised_rate_lies_between_the_rates_of_its_strata(strata: list[tuple[int, int, int]]) -> None:
    cases, rest, standard = (np.array([column], dtype=float) for column in zip(*strata, strict=True))
    people = cases + rest
    rate, low, high = direct(cases, people, standard[0])
    assert (cases / people).min() - 1e-12 <= rate[0] <= (cases / people).max() + 1e-12
    assert low[0] <= rate[0] <= high[0]
