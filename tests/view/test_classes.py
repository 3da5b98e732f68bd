"""Classes: readable, never empty, safe for ties and few values. Fisher–Jenks agrees with mapclassify."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.view.classes import SCHEMES, Classes, Scheme, class_breaks

values_of_towns = st.lists(st.floats(-1e6, 1e6, allow_nan=False) | st.just(float("nan")), min_size=1, max_size=80)


def test_labels_say_unter_except_for_the_last_class() -> None:
    classes = Classes((10, 15, 20, 34), 1)
    assert classes.labels() == ["10 bis unter 15", "15 bis unter 20", "20 bis 34"]
    assert classes.labels("%")[-1] == "20 bis 34\u00a0%"


def test_labels_in_english() -> None:
    with speaking("en"):
        assert len(Classes((10, 15, 20), 1).labels()) == 2


def test_labels_carry_as_many_decimals_as_the_finest_limit_needs() -> None:
    assert Classes((0, 2.5, 1200), 2).labels() == ["0,0 bis unter 2,5", "2,5 bis 1.200,0"]


def test_negative_limits_carry_a_true_minus() -> None:
    assert Classes((1, 2, 3, 6), 0).labels() == ["1", "2", "3 bis 6"]
    assert Classes((1, 2, 3), 1).labels() == ["1 bis unter 2", "2 bis 3"]
    assert Classes((-5, 0, 5), 0).labels() == ["\u22125 bis unter 0", "0 bis 5"]


def test_a_value_on_a_limit_belongs_to_the_class_above_and_the_highest_to_the_last() -> None:
    classes = Classes((10, 15, 20), 1)
    assert classes.assign([10, 14.9, 15, 20, np.nan]).tolist() == [0, 0, 1, 1, -1]


def test_a_value_is_classed_as_it_is_printed() -> None:
    """14.96 is printed as 15,0 and must not stand in the class "10 bis unter 15"."""
    assert Classes((10, 15, 20), 1).assign([14.96]).tolist() == [1]


def test_quantiles_have_about_equally_many_areas_and_round_limits() -> None:
    values = np.random.default_rng(1).normal(20, 6, 542).clip(0)
    classes = class_breaks(values, k=5, decimals=1)
    assert all(bound == round(bound) for bound in classes.bounds)
    assert min(classes.counts(values)) > 542 / 5 * 0.6


def test_many_zeros_make_one_class_and_the_rest_is_shared_out() -> None:
    values = [0.0] * 40 + list(range(1, 21))
    assert class_breaks(values, k=5, decimals=0).counts(values)[0] >= 40
    assert class_breaks(values, k=5, decimals=0).n == 5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_value_is_one_class(scheme: Scheme) -> None:
    classes = class_breaks([3.24], scheme=scheme, decimals=1)
    assert (classes.labels(), classes.counts([3.24])) == (["3,2"], [1])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_equal_values_are_one_class(scheme: Scheme) -> None:
    assert class_breaks([7.0] * 9, scheme=scheme, decimals=0).counts([7.0] * 9) == [9]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_value_is_no_class(scheme: Scheme) -> None:
    classes = class_breaks([np.nan, np.nan], scheme=scheme)
    assert (classes.n, classes.labels(), classes.assign([np.nan]).tolist()) == (0, [], [-1])


def test_fewer_values_than_classes_give_a_class_each() -> None:
    assert class_breaks([1, 2, 3], k=5, decimals=0).counts([1, 2, 3]) == [1, 1, 1]


def test_equal_widths_are_equal_and_cover_everything() -> None:
    bounds = np.array(class_breaks([3.1, 17, 99.5], k=5, scheme="equal", decimals=1).bounds)
    assert np.unique(np.diff(bounds)).tolist() == [20]
    assert bounds[0] <= 3.1 <= 99.5 <= bounds[-1]


def test_shares_never_have_a_limit_above_one_hundred() -> None:
    values = 100 - np.random.default_rng(2).exponential(4, 200)
    assert class_breaks(values, decimals=1).bounds[-1] == 100


@pytest.mark.parametrize("seed", range(6))
def test_natural_breaks_agree_with_fisher_jenks_of_mapclassify(seed: int) -> None:
    mapclassify = pytest.importorskip("mapclassify")
    values = np.round(np.random.default_rng(seed).lognormal(2, 0.8, 60), 1)
    found = class_breaks(values, k=4, scheme="natural", decimals=1)
    expected = mapclassify.FisherJenks(values, 4)
    assert np.abs(np.array(found.counts(values)) - expected.counts).max() <= 0.06 * 60 + 1


@given(values_of_towns, st.integers(1, 7), st.sampled_from(SCHEMES), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_every_value_has_a_class_and_no_class_is_empty_or_twice(
    values: list[float], k: int, scheme: Scheme, decimals: int
) -> None:
    classes = class_breaks(values, k=k, scheme=scheme, decimals=decimals)
    counts = classes.counts(values)
    present = np.round(np.array(values)[~np.isnan(values)], decimals)
    assert sum(counts) == len(present)
    assert classes.n <= k
    if len(np.unique(present)) > 1:
        *inner, last = [high - low for low, high in pairwise(classes.bounds)]
        assert all(width > 0 for width in inner)
        assert last >= 0  # the highest value may be a class of its own: "3"
        assert classes.bounds[0] <= present.min()
        assert classes.bounds[-1] >= present.max()
    if scheme != "equal":
        assert all(counts)


@given(values_of_towns, st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_districts_changes_nothing(values: list[float], random: object) -> None:
    shuffled = sorted(values, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert class_breaks(values).bounds == class_breaks(shuffled).bounds


@pytest.mark.parametrize(("wrong", "message"), [({"k": 0}, "k must lie"), ({"scheme": "jenks"}, "unknown")])
def test_wrong_use_is_a_programming_error(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        class_breaks([1, 2], **wrong)  # type: ignore[arg-type]
