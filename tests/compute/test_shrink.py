import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_observations, one

from dkbm_monitor.compute import shrinkage
from dkbm_monitor.compute.shrink import SHRUNK_COLUMNS, adjacency, shrink, told_apart_note
from dkbm_monitor.disclosure.primary import suppress

PARENTS = {"11": "1", "12": "1", "13": "1", "21": "2", "22": "2"}
ALL = make_districts(PARENTS)
R, N = (10, 20, 60, 15, 5), (60, 100, 200, 80, 90)
LINE = [("11", "12"), ("12", "13"), ("13", "21"), ("21", "22")]


def observed(above=R, below=N, period: str = "2023") -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value, "period": period}
        for measure, row in (("teil", above), ("ganzes", below))
        for key, value in zip(PARENTS, row, strict=True)
    )


def near() -> pd.DataFrame:
    both = [*LINE, *((b, a) for a, b in LINE)]
    frame = pd.DataFrame(both, columns=["district", "neighbour"])
    return frame.assign(gebietsstand="g", level="stadtteil")


def fine(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["level"] == "stadtteil"].sort_values("district")


def test_shares_are_shrunk_within_their_level_and_come_in_the_unit_of_the_indicator(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    found = shrink(values, {"anteil": card})
    wanted = shrinkage.beta_binomial(np.array(R, float), np.array(N, float))
    assert fine(found)["shrunk"].to_numpy() == pytest.approx(100 * wanted.value)
    assert fine(found)["shrunk_low"].to_numpy() == pytest.approx(100 * wanted.low)
    assert fine(found)["own_weight"].to_numpy() == pytest.approx(wanted.weight)
    assert list(found.columns) == [*values.columns, *SHRUNK_COLUMNS]


def test_rates_take_the_poisson_gamma_estimator(computed) -> None:
    card = make_indicator(kind="rate", per=1000)
    found = fine(shrink(computed(card, observed(), ALL), {"anteil": card}))
    wanted = shrinkage.poisson_gamma(np.array(R, float), np.array(N, float))
    assert found["shrunk"].to_numpy() == pytest.approx(1000 * wanted.value)


def test_the_input_is_left_as_it_was_and_the_town_is_not_shrunk(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    before = values.copy()
    town = one(shrink(values, {"anteil": card}), level="stadt")
    pd.testing.assert_frame_equal(values, before)
    assert np.isnan(town["shrunk"])
    assert not town["told_apart"]


def test_hidden_values_stay_hidden_and_do_not_enter(computed) -> None:
    card = make_indicator()
    values = computed(card, observed(), ALL)
    protected = suppress(values, (values["district"] == "22").to_numpy())
    found = fine(shrink(protected, {"anteil": card}))
    wanted = shrinkage.beta_binomial(np.array(R[:4], float), np.array(N[:4], float))
    assert found["shrunk"].to_numpy()[:4] == pytest.approx(100 * wanted.value)
    assert found.iloc[4][["shrunk", "shrunk_low", "shrunk_high", "pulled_to"]].isna().all()


def test_a_mean_of_numbers_has_no_counts_to_shrink_with(computed) -> None:
    card = make_indicator(kind="mean")
    assert shrink(computed(card, observed(), ALL), {"anteil": card})["shrunk"].isna().all()
    shares = computed(make_indicator(), observed(), ALL)  # an interval alone does not make a mean countable
    assert shrink(shares, {"anteil": card})["shrunk"].isna().all()
    published = computed(make_indicator(kind="rate"), observed(), ALL).assign(low=np.nan, high=np.nan)
    assert shrink(published, {"anteil": make_indicator(kind="rate")})["shrunk"].isna().all()


def test_years_are_shrunk_apart(computed) -> None:
    card = make_indicator()
    both = pd.concat([observed(), observed(above=(30, 30, 30, 30, 30), period="2022")])
    found = shrink(computed(card, both, ALL), {"anteil": card})
    alone = shrink(computed(card, observed(), ALL), {"anteil": card})
    assert fine(found[found["period"] == "2023"])["shrunk"].to_numpy() == pytest.approx(fine(alone)["shrunk"])


def test_towards_the_parent_uses_the_parts_of_each_parent(computed) -> None:
    card = make_indicator()
    found = fine(
        shrink(
            computed(card, observed(), ALL), {"anteil": card}, towards="parent", districts={"g": ALL}, level="bezirk"
        )
    )
    wanted = shrinkage.towards_parent(np.array(R, float), np.array(N, float), np.array([0, 0, 0, 1, 1]))
    assert found["shrunk"].to_numpy() == pytest.approx(100 * wanted.value)
    assert found["pulled_to"].nunique() == 2


def test_towards_the_neighbours_uses_the_map(computed) -> None:
    card = make_indicator()
    found = fine(shrink(computed(card, observed(), ALL), {"anteil": card}, towards="neighbours", neighbours=near()))
    wanted = shrinkage.beta_binomial_local(
        np.array(R[:2], float), np.array(N[:2], float), adjacency(found[:2].drop(columns=[*SHRUNK_COLUMNS]), near())
    )
    assert found["pulled_to"].iloc[0] == pytest.approx(100 * wanted.mean[0])  # 11 has only 12 beside it
    assert found["pulled_to"].iloc[1] == pytest.approx(100 * 90 / 360)


def test_neighbours_of_other_years_and_levels_do_not_meet(computed) -> None:
    card = make_indicator()
    values = computed(card, pd.concat([observed(), observed(period="2022")]), ALL)
    matrix = adjacency(values, near())
    at = values[["level", "period"]].astype("str").agg(" ".join, axis=1).to_numpy()
    rows, others = matrix.nonzero()
    assert matrix.sum() == 2 * 2 * len(LINE)
    assert (at[rows] == at[others]).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"towards": "somewhere"}, "towards must be one of"),
        ({"towards": "neighbours"}, "needs neighbours"),
        ({"towards": "parent", "districts": {"g": ALL}}, "needs districts and level"),
        ({"towards": "neighbours", "neighbours": pd.DataFrame({"district": []})}, "gebietsstand, level, neighbour"),
    ],
)
def test_what_is_missing_is_said(computed, options, words: str) -> None:
    card = make_indicator()
    with pytest.raises(ValueError, match=words):
        shrink(computed(card, observed(), ALL), {"anteil": card}, **options)


def test_the_note_says_when_districts_cannot_be_told_apart(computed) -> None:
    card = make_indicator()
    alike = computed(card, observed(above=(20, 20, 41, 16, 18), below=(100, 100, 200, 80, 90)), ALL)
    rows = fine(shrink(alike, {"anteil": card}))
    assert told_apart_note(rows, card) == (
        "Die Gebiete unterscheiden sich hier nicht stärker, als der Zufall erwarten lässt. "
        "Alle erhalten den gemeinsamen Wert 20,2\u00a0%."
    )
    local = fine(shrink(alike, {"anteil": card}, towards="neighbours", neighbours=near()))
    assert told_apart_note(local, card).endswith("Jedes erhält den gemeinsamen Wert seiner Umgebung.")


def test_the_note_counts_the_districts_concerned(computed) -> None:
    card = make_indicator()
    rows = fine(shrink(computed(card, observed(), ALL), {"anteil": card}))
    assert told_apart_note(rows, card) == ""
    some = rows.assign(told_apart=[True, True, True, True, False])
    assert told_apart_note(some, card) == (
        "1 Gebiet lässt sich von seiner Umgebung nicht unterscheiden; es erhält deren gemeinsamen Wert."
    )
    more = rows.assign(told_apart=[True, True, True, False, False])
    assert told_apart_note(more, card) == (
        "2 Gebiete lassen sich von ihrer Umgebung nicht unterscheiden; sie erhalten deren gemeinsamen Wert."
    )
