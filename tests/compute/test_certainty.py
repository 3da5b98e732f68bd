import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_observations, one
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dkbm_monitor.compute import shrinkage
from dkbm_monitor.compute.certainty import (
    CERTAIN,
    Posterior,
    class_certainty,
    class_probabilities,
    exceedance,
    jeffreys,
    uncertain_share,
)
from dkbm_monitor.disclosure.primary import suppress

PARENTS = {"11": "1", "12": "1", "13": "1", "21": "2", "22": "2"}
ALL = make_districts(PARENTS)
R, N = (10, 20, 60, 15, 5), (60, 100, 200, 80, 90)
SHARE, RATE = np.array([True]), np.array([False])


def observed(above=R, below=N) -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value}
        for measure, row in (("teil", above), ("ganzes", below))
        for key, value in zip(PARENTS, row, strict=True)
    )


def test_the_ends_of_jeffreys_interval_cut_off_what_they_should() -> None:
    # statsmodels' proportion_confint(method="jeffreys") gives the interval; we must find its tails.
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(7, 30, method="jeffreys")
    found = class_probabilities(jeffreys(np.array([7.0]), np.array([30.0]), SHARE), [low, high])
    assert found[0] == pytest.approx([0.025, 0.95, 0.025])


def test_as_many_with_as_without_lie_above_a_half_with_a_half() -> None:
    found = jeffreys(np.array([5.0]), np.array([10.0]), SHARE).below(np.array([0.5]))
    assert found == pytest.approx([0.5])


def test_a_rate_follows_the_poisson_sum() -> None:
    # A gamma distribution of whole shape k and rate n lies above r with the Poisson probability of fewer than k
    # events where n*r are expected: here fewer than 4 where 3 are, exp(-3) * (1 + 3 + 4.5 + 4.5) = 0.647232.
    found = 1 - Posterior(np.array([4.0]), np.array([100.0]), RATE).below(np.array([0.03]))
    assert found == pytest.approx([0.647232], abs=5e-7)


def test_hand_made_classes_of_one_district(computed) -> None:
    card = make_indicator()
    found = one(class_certainty(computed(card, observed(), ALL), {"anteil": card}, [10, 20]), district="11")
    beta = stats.beta(10.5, 50.5)
    wanted = [beta.cdf(0.1), beta.cdf(0.2) - beta.cdf(0.1), beta.sf(0.2)]
    assert list(found[["p_class_0", "p_class_1", "p_class_2"]]) == pytest.approx(wanted)
    assert (found["class_shown"], found["likely_class"]) == (1, 1)  # 16.7 %
    assert found["class_probability"] == found["likely_probability"] == pytest.approx(wanted[1])
    assert wanted[1] < CERTAIN
    assert found["class_uncertain"]


def test_a_rate_has_a_gamma_posterior(computed) -> None:
    card = make_indicator(kind="rate", per=1000)
    found = one(class_certainty(computed(card, observed(), ALL), {"anteil": card}, [200]), district="11")
    assert found["p_class_0"] == pytest.approx(stats.gamma.cdf(0.2, 10.5, scale=1 / 60))


def test_the_class_shown_need_not_be_the_likeliest(computed) -> None:
    card = make_indicator()
    found = class_certainty(computed(card, observed(), ALL), {"anteil": card}, [16, 17, 40])
    row = one(found, district="11")  # 16.7 % lies in the narrow class, but so little of what is possible
    assert row["class_shown"] == 1
    assert row["likely_class"] != 1
    assert row["class_probability"] < row["likely_probability"]


def test_a_value_on_a_bound_belongs_to_the_class_above(computed) -> None:
    card = make_indicator()
    found = class_certainty(computed(card, observed(), ALL), {"anteil": card}, [20, 30])
    assert one(found, district="12")["class_shown"] == 1
    assert one(found, district="13")["class_shown"] == 2


def test_hidden_values_and_values_without_counts_have_no_class(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    protected = suppress(values, (values["district"] == "22").to_numpy())
    found = class_certainty(protected, {"anteil": card}, [10, 20])
    row = one(found, district="22")
    assert row[["class_shown", "likely_class", "class_probability", "p_class_0", "p_class_2"]].isna().all()
    assert not row["class_uncertain"]
    assert uncertain_share(found[found["level"] == "stadtteil"])[1] == 4
    mean = make_indicator(kind="mean")
    assert uncertain_share(class_certainty(computed(mean, observed(), ALL), {"anteil": mean}, [10])) == (0, 0)


def test_the_threshold_decides_what_is_called_uncertain(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    assert uncertain_share(class_certainty(values, {"anteil": card}, [10, 20], certain=0.0))[0] == 0
    assert uncertain_share(class_certainty(values, {"anteil": card}, [10, 20], certain=1.01))[0] == len(values)


def test_borrowing_from_all_districts_uses_the_learnt_prior(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    found = class_certainty(values, {"anteil": card}, [20], prior="all")
    r, n = np.array(R, float), np.array(N, float)
    prior = shrinkage.beta_binomial(r, n)
    size = prior.mean[0] * (1 - prior.mean[0]) / prior.between[0] - 1
    wanted = stats.beta.cdf(0.2, prior.mean * size + r, (1 - prior.mean) * size + n - r)
    assert found[found["level"] == "stadtteil"].sort_values("district")["p_class_0"].to_numpy() == pytest.approx(wanted)
    rate = make_indicator(kind="rate", per=1000)
    rates = class_certainty(computed(rate, observed(), ALL), {"anteil": rate}, [200], prior="all")
    learnt = shrinkage.poisson_gamma(r, n)
    weigh = learnt.mean / learnt.between
    wanted = stats.gamma.cdf(0.2, learnt.mean * weigh + r, scale=1 / (weigh + n))
    assert rates[rates["level"] == "stadtteil"].sort_values("district")["p_class_0"].to_numpy() == pytest.approx(wanted)


def test_where_nothing_can_be_learnt_a_district_speaks_for_itself(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(above=(20, 20, 40, 16, 18), below=(100, 100, 200, 80, 90)), ALL)
    own, borrowed = (class_certainty(values, {"anteil": card}, [20], prior=prior) for prior in ("own", "all"))
    assert borrowed["p_class_0"].to_numpy() == pytest.approx(own["p_class_0"].to_numpy())


def test_the_probability_above_the_town(computed) -> None:
    card = make_indicator()
    found = exceedance(computed(card, observed(), ALL), {"anteil": card})
    assert one(found, district="22")["p_above_town"] == pytest.approx(stats.beta.sf(110 / 530, 5.5, 85.5))
    assert one(found, district="13")["p_above_town"] > 0.99
    assert np.isnan(one(found, level="stadt")["p_above_town"])
    without = exceedance(found[found["level"] != "stadt"], {"anteil": card})
    assert without["p_above_town"].isna().all()


def test_wrong_bounds_and_mixed_units_are_refused(computed) -> None:
    card, other = make_indicator(), make_indicator("andere", per=1000)
    values = computed([card, other], observed(), ALL)
    with pytest.raises(ValueError, match="ascend"):
        class_certainty(values[values["indicator"] == "anteil"], {"anteil": card}, [20, 10])
    with pytest.raises(ValueError, match="one unit"):
        class_certainty(values, {"anteil": card, "andere": other}, [10, 20])


@given(
    st.integers(0, 200),
    st.integers(0, 500),
    st.booleans(),
    st.lists(st.floats(0.001, 0.999), max_size=6, unique=True),
)
def test_probabilities_add_up_to_one(above: int, rest: int, share: bool, bounds: list[float]) -> None:
    known = above + rest > 0
    posterior = jeffreys(np.array([float(above)]), np.array([float(above + rest)]), np.array([share]))
    found = class_probabilities(posterior, sorted(bounds))
    assert found.shape == (1, len(bounds) + 1)
    if known:
        assert found.sum() == pytest.approx(1)
        assert (found >= -1e-12).all()
    else:
        assert np.isnan(found).all()


@given(st.integers(0, 99), st.floats(0.01, 0.99))
def test_more_cases_make_a_higher_value_likelier(above: int, limit: float) -> None:
    n = np.array([100.0, 100.0])
    for share in (True, False):
        less, more = jeffreys(np.array([above, above + 1.0]), n, np.array([share, share])).below(np.full(2, limit))
        assert more <= less + 1e-12
