"""Whole recipes on small tables: known answers, nesting, periods, missing values, the documented output."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_building import keyed, make_recipe, member, part

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.agreement import agreement
from dkbm_monitor.indices.composite import compute_index
from dkbm_monitor.indices.recipes import recipe_of
from dkbm_monitor.indices.words import district_lines

MSS = ("s1", "s3", "s4", "d1", "d3", "d4")
LIMITS = {"method": "limits", "limits": [{"at": 0}], "names": ["unten", "oben"]}


def mss_table(n: int = 60, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return keyed({one: list(rng.normal(10, 3, n)) for one in MSS})


def test_the_human_development_index_comes_out() -> None:
    """UNDP, Human Development Report 2020, technical note 1: goalposts and the example of Russia (HDI 0.824)."""
    recipe = make_recipe(
        [
            member("life", low=20, high=85),
            member("expected", low=0, high=18),
            member("mean", low=0, high=15),
            member("income", low=100, high=75000, transform="log"),
        ],
        [
            part(
                "hdi",
                [
                    part("health", ["life"], normalise="goalposts"),
                    part("education", ["expected", "mean"], normalise="goalposts", aggregate="arithmetic"),
                    part("standard", ["income"], normalise="goalposts"),
                ],
                normalise="none",
                aggregate="geometric",
            )
        ],
    )
    table = keyed({"life": [72.6, 85], "expected": [15.0, 18], "mean": [12.2, 15], "income": [26157, 75000]})
    out = compute_index(recipe, table, key="key").table()
    assert out["education_index"][0] == pytest.approx(0.8233, abs=5e-5)
    assert out["hdi_index"][0] == pytest.approx(0.824, abs=5e-4)
    assert out["hdi_index"][1] == pytest.approx(1)


def test_columns_and_their_order_are_those_documented() -> None:
    out = compute_index("mss-2021", mss_table(), key="key").table()
    steps = ["sum", "index", "class"]
    parts = [f"{name}_{one}" for name in ("status", "dynamik") for one in steps]
    assert list(out.columns) == ["key", *MSS, *parts, "group"]
    assert list(compute_index("gesix", gesix_table(), key="key").table().columns)[:4] == ["key", "di", "dii", "diii"]


def gesix_table() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return keyed({one: list(rng.normal(size=40)) for one in ("DI", "DII", "DIII")})


def test_the_sum_is_standardised_again() -> None:
    out = compute_index("mss-2021", mss_table(), key="key").table()
    np.testing.assert_allclose(out["status_sum"], out[["s1", "s3", "s4"]].sum(axis=1))
    np.testing.assert_allclose(out["status_index"], out["status_sum"] / out["status_sum"].std(ddof=0))
    assert out["status_index"].std(ddof=0) == pytest.approx(1)


def test_districts_outside_stay_in_the_table_and_touch_nothing() -> None:
    table = mss_table()
    wild = pd.concat([table, table.tail(1).assign(key="9999", **dict.fromkeys(MSS, 1e9))], ignore_index=True)
    wild["kom"] = ["gültig"] * 60 + ["ungültig"]
    plain = compute_index("mss-2021", table, key="key").table()
    out = compute_index("mss-2021", wild, key="key", exclude={"kom": ["ungültig"]}).table()
    pd.testing.assert_frame_equal(out.head(60), plain)
    assert out.loc[60, "key"] == "9999"
    assert out.loc[60].drop("key").replace("", np.nan).isna().all()


def test_codes_for_nothing_never_enter_a_mean() -> None:
    table = mss_table()
    coded = pd.concat([table, table.tail(1).assign(key="9999", **dict.fromkeys(MSS, -9999))], ignore_index=True)
    out = compute_index("mss-2021", coded, key="key").table()
    pd.testing.assert_frame_equal(out.head(60), compute_index("mss-2021", table, key="key").table())


def test_too_few_inhabitants_stay_out() -> None:
    table = mss_table().assign(EW=[299, *[300] * 59])
    result = compute_index("mss-2021", table, key="key")
    assert result.included.sum() == 59
    assert result.prepared.reason.iloc[0] == "EW<300"
    assert "1 Gebiet mit zu kleiner Bevölkerung bleibt außen vor (weniger als 300)" in str(result.notes[0])


def test_group_joins_the_signs_of_both_classes() -> None:
    recipe = make_recipe(
        ["a", "b"],
        [part("p", ["a"], classes=LIMITS), part("q", ["b"], classes=LIMITS)],
        typology={"rows": "p", "columns": "q", "row_signs": ["1", "2"], "column_signs": ["-", "+"]},
    )
    out = compute_index(recipe, keyed({"a": [1, 2, 3, 4], "b": [4, 1, 3, 2]}), key="key").table()
    assert out["group"].tolist() == ["1+", "1-", "2+", "2-"]


def test_a_resource_is_turned_around() -> None:
    recipe = make_recipe([member("a", direction="resource")], [part("p", ["a"])])
    out = compute_index(recipe, keyed({"a": [1.0, 2, 3]}), key="key").table()
    assert out["p_index"].is_monotonic_decreasing
    assert out["p_index"].sum() == pytest.approx(0)


def test_bounds_turn_around_with_their_member() -> None:
    """COINr test-normalise.R: 1 in 0..10 reversed is 0.9, -1 is 1, 11 is 0."""
    reversed_one = member("a", direction="resource", low=0, high=10)
    recipe = make_recipe([reversed_one], [part("p", ["a"], normalise="goalposts")])
    out = compute_index(recipe, keyed({"a": [1.0, -1, 11]}), key="key").table()
    np.testing.assert_allclose(out["p_index"], [0.9, 1, 0], atol=1e-12)


def test_parts_of_parts_to_any_depth() -> None:
    deep = part("one", ["a"], normalise="none")
    for number in range(5):
        deep = part(f"level{number}", [deep], normalise="none", aggregate="arithmetic")
    result = compute_index(make_recipe(["a"], [deep]), keyed({"a": [1.0, 5.0]}), key="key")
    assert list(result.parts) == ["one", *(f"level{number}" for number in range(5))]
    assert result.table()["level4_index"].tolist() == [1.0, 5.0]


PERIODS = {"jahr": ["2020", "2020", "2022", "2022"], "a": [0.0, 10.0, 10.0, 30.0]}
TWICE = pd.DataFrame({"key": ["01", "02", "01", "02"], **PERIODS})


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"set": "period"}, [-1, 1, -1, 1]),
        ({"set": "base", "base": "2020"}, [-1, 1, 1, 5]),
        ({"set": "pooled"}, [-1.147079, -0.229416, -0.229416, 1.605910]),
    ],
)
def test_reference_sets(reference: dict[str, str], expected: list[float]) -> None:
    recipe = make_recipe(["a"], [part("p", ["a"])], reference=reference)
    out = compute_index(recipe, TWICE, key="key", period="jahr").table()
    np.testing.assert_allclose(out["p_index"], expected, atol=1e-6)
    assert out["period"].tolist() == PERIODS["jahr"]


def test_a_base_period_that_is_not_there_is_told() -> None:
    recipe = make_recipe(["a"], [part("p", ["a"])], reference={"set": "base", "base": "2019"})
    with pytest.raises(ProblemsError, match="Der Basiszeitraum 2019 des Rezepts kommt in der Tabelle nicht vor"):
        compute_index(recipe, TWICE, key="key", period="jahr")
    with pytest.raises(ProblemsError, match="Bitte mit --period die Spalte"):
        compute_index(recipe, TWICE.head(2), key="key")


def test_gisd_pools_components_and_stretches_within_the_year() -> None:
    recipe = recipe_of("gisd")
    rng = np.random.default_rng(3)
    table = pd.DataFrame({one.id: rng.uniform(5, 50, 80) for one in recipe.members})
    table = table.assign(key=[f"{one:02d}" for one in range(40)] * 2, jahr=["2018"] * 40 + ["2019"] * 40)
    result = compute_index(recipe, table, key="key", period="jahr")
    out = result.table()
    for _year, rows in out.groupby("period"):
        for name in ("bildung", "beschaeftigung", "einkommen"):
            assert rows[f"{name}_index"].min() == pytest.approx(0)
            assert rows[f"{name}_index"].max() == pytest.approx(1)
        assert rows["gisd_class"].value_counts().tolist() == [8] * 5
    assert len(result.parts["bildung"].weights) == 1
    dimensions = out[["bildung_index", "beschaeftigung_index", "einkommen_index"]]
    np.testing.assert_allclose(out["gisd_index"], dimensions.mean(axis=1))


def test_rules_for_missing_values() -> None:
    table = keyed({"a": [1.0, 2, 3, np.nan], "b": [1.0, 2, 3, 3]})
    out = {}
    for rule in ("exclude", "available", "mean"):
        recipe = make_recipe(["a", "b"], [part("p", ["a", "b"], aggregate="arithmetic", missing={"rule": rule})])
        out[rule] = compute_index(recipe, table, key="key").table()["p_index"].tolist()
    z_b = [-1.507557, -0.301511, 0.904534, 0.904534]
    assert np.isnan(out["exclude"][3])
    np.testing.assert_allclose(out["exclude"][:3], [-1.224745, 0, 1.224745], atol=1e-6)
    assert out["available"][3] == pytest.approx(z_b[3], abs=1e-6)
    assert out["mean"][3] == pytest.approx(z_b[3] / 2, abs=1e-6)


def test_a_part_without_any_index_is_an_error() -> None:
    recipe = make_recipe(["a", "b"], [part("p", ["a", "b"])])
    table = keyed({"a": [1.0, 2, np.nan, np.nan], "b": [np.nan, np.nan, 1.0, 2.0]})
    with pytest.raises(ProblemsError, match="Für den Teil „p“ ergibt sich für kein Gebiet ein Index"):
        compute_index(recipe, table, key="key")


def test_the_table_given_is_not_changed() -> None:
    table = mss_table()
    before = table.copy(deep=True)
    compute_index("mss-2021", table, key="key")
    pd.testing.assert_frame_equal(table, before)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(random: object) -> None:
    table = mss_table()
    order = list(table.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    plain = compute_index("mss-2021", table, key="key").table().set_index("key")
    mixed = compute_index("mss-2021", table.loc[order], key="key").table().set_index("key")
    pd.testing.assert_frame_equal(mixed.loc[plain.index], plain)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.1, 100), min_size=3, max_size=3), st.floats(0.01, 1000))
def test_scale_of_given_weights_changes_nothing(weights: list[float], factor: float) -> None:
    table, found = keyed({one: list(np.arange(5.0) ** place) for place, one in enumerate("abc", 1)}), []
    for scale in (1.0, factor):
        values = {name: weight * scale for name, weight in zip("abc", weights, strict=True)}
        recipe = make_recipe(list("abc"), [part("p", list("abc"), weights={"method": "given", "values": values})])
        found.append(compute_index(recipe, table, key="key").table()["p_index"])
    np.testing.assert_allclose(*found)


def test_one_district_can_be_followed_through_every_step() -> None:
    result = compute_index("mss-2021", mss_table(), key="key")
    lines = dict(district_lines(result, "0001"))
    assert set(lines) >= {"status: s1", "status_sum", "status_index", "status_class", "dynamik_class"}
    assert "→" in lines["status: s1"]
    with pytest.raises(ProblemsError, match=r"Gebiet „0099“ steht nicht in der Tabelle\. Meinten Sie"):
        district_lines(result, "0099")


def test_agreement_goes_cell_by_cell_and_into_a_sentence() -> None:
    result = compute_index("mss-2021", mss_table(), key="key")
    out = result.table()
    codes = {"hoch": "1", "mittel": "2", "niedrig": "3", "sehr niedrig": "4"}
    published = pd.DataFrame({"id": out["key"], "SI_N": out["status_class"].map(codes), "SI": out["status_index"]})
    found = agreement(result, published, "id", {"status_class": "SI_N", "status_index": "SI"})
    assert found.is_complete
    assert found.sentences[0] == "status_class: alle 60 Gebiete stimmen überein."
    published.loc[0, "SI"] += 0.5
    published.loc[1, "SI_N"] = "-9999"
    worse = agreement(result, published, "id", {"status_class": "SI_N", "status_index": "SI"})
    assert not worse.is_complete
    assert worse.sentences == [
        "status_class: 59 von 60 Gebieten stimmen überein (98,33 %); 1 steht nur auf einer Seite.",
        "status_index: 59 von 60 Gebieten stimmen überein (98,33 %); größter Unterschied 0.5.",
    ]
    wrong = worse.cells[worse.cells["verdict"] != "equal"]
    assert wrong["verdict"].tolist() == ["only_ours", "different"]
    assert wrong["key"].tolist() == ["0002", "0001"]


def test_agreement_names_a_column_that_does_not_exist() -> None:
    result = compute_index("mss-2021", mss_table(), key="key")
    with pytest.raises(ProblemsError, match=r"keine Spalte „status_clas“\. Meinten Sie „status_class“"):
        agreement(result, pd.DataFrame({"id": ["1"], "k": ["1"]}), "id", {"status_clas": "k"})
