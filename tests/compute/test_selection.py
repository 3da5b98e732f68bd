from itertools import pairwise

import pandas as pd
from building import make_indicator, make_measure, make_observations, one
from hypothesis import given
from hypothesis import strategies as st

from dkbm_monitor.catalogue.models import Ages
from dkbm_monitor.compute.selection import Quantity, _tilings, code, select

KEYS = {("g", "stadtteil"): ("11", "12")}


def chosen(rows: list[dict], quantity: Quantity, measures: dict | None = None) -> list[dict]:
    """The breakdown cells that were selected for a quantity."""
    coded = code(make_observations(rows), KEYS)
    pairs = select(coded, [quantity], measures or {})
    return coded.groups.loc[pairs["group"], list(coded.dims)].to_dict("records")


def people(**cell: str) -> dict:
    return {"measure": "leute", "district": "11", "value": 10, **cell}


def test_a_published_total_is_preferred_to_adding_its_parts() -> None:
    rows = [people(), people(sex="female"), people(sex="male")]
    assert chosen(rows, Quantity("leute")) == [{"sex": "total"}]


def test_without_a_total_the_declared_categories_are_added() -> None:
    rows = [people(sex="female"), people(sex="male")]
    measures = {"leute": make_measure("leute", breakdowns={"sex": ("male", "female")})}
    assert chosen(rows, Quantity("leute"), measures) == [{"sex": "male"}, {"sex": "female"}]


def test_an_incomplete_set_of_categories_is_no_total() -> None:
    measures = {"leute": make_measure("leute", breakdowns={"sex": ("male", "female")})}
    assert chosen([people(sex="female")], Quantity("leute"), measures) == []


def test_age_bands_must_tile_the_wanted_ages_exactly() -> None:
    rows = [people(age=band) for band in ("0-5", "6-14", "15-17", "18+")]
    assert chosen(rows, Quantity("leute", (("age", Ages(first=0, last=17)),))) == [
        {"age": "0-5"},
        {"age": "6-14"},
        {"age": "15-17"},
    ]
    assert chosen(rows, Quantity("leute", (("age", Ages(first=0, last=16)),))) == []
    assert chosen(rows, Quantity("leute", (("age", Ages(first=3, last=17)),))) == []


def test_an_open_age_ends_at_the_oldest_band() -> None:
    rows = [people(age=band) for band in ("0-64", "65-79", "80+")]
    assert chosen(rows, Quantity("leute", (("age", Ages(first=65)),))) == [{"age": "65-79"}, {"age": "80+"}]


def test_overlapping_bands_are_not_counted_twice() -> None:
    rows = [people(age=band) for band in ("0-2", "3-5", "0-5", "6+")]
    assert chosen(rows, Quantity("leute", (("age", Ages(first=0, last=5)),))) == [{"age": "0-5"}]


def test_ages_are_tiled_with_the_bands_of_one_cut_never_with_a_mixture() -> None:
    rows = [people(sex=sex, age=band) for sex in ("male", "female") for band in ("6", "7", "8", "9", "10", "11")]
    rows += [people(nationality=one, age=band) for one in ("german", "foreign") for band in ("6-9", "10-14")]
    cuts = {"sex": ("male", "female"), "nationality": ("german", "foreign"), "age": ()}
    measures = {"leute": make_measure("leute", breakdowns=cuts)}
    found = chosen(rows, Quantity("leute", (("age", Ages(first=6, last=11)),)), measures)
    assert {cell["sex"] for cell in found} == {"male", "female"}
    assert len(found) == 12
    found = chosen(rows, Quantity("leute", (("age", Ages(first=6, last=14)),)), measures)
    assert sorted(cell["age"] for cell in found) == ["10-14", "10-14", "6-9", "6-9"]


def test_an_unknown_breakdown_selects_nothing() -> None:
    assert chosen([people()], Quantity("leute", (("sex", "female"),))) == []


@given(st.lists(st.integers(1, 99), unique=True), st.data())
def test_every_range_between_cuts_is_tiled_by_the_bands_between_them(cuts: list[int], data: st.DataObject) -> None:
    edges = [0, *sorted(cuts), 100]
    bands = [f"{low}-{high - 1}" for low, high in pairwise(edges)]
    first, last = sorted(data.draw(st.lists(st.sampled_from(edges), min_size=2, max_size=2, unique=True)))
    wanted = [band for band, (low, high) in zip(bands, pairwise(edges), strict=True) if first <= low and high <= last]
    assert _tilings(first, last - 1, bands) == [tuple(wanted)]


def test_a_cell_delivered_twice_counts_once(computed, small) -> None:
    rows = [
        {"measure": "ganzes", "district": "11", "value": 40},
        {"measure": "ganzes", "district": "11", "value": 40, "source": "zweite"},
        {"measure": "teil", "district": "11", "value": 10},
    ]
    values = computed(make_indicator(), make_observations(rows), small)
    assert one(values, district="11")["value"] == 25.0


def test_a_year_beside_a_schuljahr_of_the_same_year_counts_once(computed, small) -> None:
    rows = [
        {"measure": "ganzes", "district": "11", "value": 40, "period": "2022"},
        {"measure": "ganzes", "district": "11", "value": 44, "period": "2022/23"},
        {"measure": "teil", "district": "11", "value": 10, "period": "2022/23"},
    ]
    values = computed(make_indicator(), make_observations(rows), small)
    row = one(values, district="11")
    assert (row["period"], row["denominator"]) == ("2022/23", 40.0)


def test_categorical_and_plain_text_columns_select_alike(computed, small) -> None:
    rows = [{"measure": name, "district": "11", "value": n} for name, n in (("ganzes", 40), ("teil", 10))]
    plain = make_observations(rows)
    categories = plain.astype(dict.fromkeys(["measure", "district", "status", "period", "source", "level"], "category"))
    pd.testing.assert_frame_equal(
        computed(make_indicator(), plain, small), computed(make_indicator(), categories, small)
    )
