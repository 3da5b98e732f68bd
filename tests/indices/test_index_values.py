"""A town's values become the table a recipe works on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.core.frames import VALUE_COLUMNS
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.recipes import recipe_of
from dkbm_monitor.indices.values import finest_level, indicators_of, table_of_values

WANTED = {"a": "anteil", "b": "quote"}


def values(rows: list[tuple[str, str, str, str, float | None]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["indicator", "level", "district", "period", "value"])
    frame["status"] = np.where(frame["value"].isna(), "suppressed", "ok")
    rest = {name: "" for name in VALUE_COLUMNS if name not in frame}
    return frame.assign(**{**rest, "breakdown": "total"}).astype({"indicator": "category", "period": "category"})


ROWS = [
    ("anteil", "stadtteil", "0101", "2022", 1.0),
    ("anteil", "stadtteil", "0102", "2022", 2.0),
    ("quote", "stadtteil", "0101", "2022", 3.0),
    ("quote", "stadtteil", "0102", "2022", None),
    ("anteil", "stadtteil", "0101", "2023", 4.0),
    ("quote", "bezirk", "01", "2023", 5.0),
]


def test_the_latest_period_in_which_all_members_have_values() -> None:
    table, period, notes = table_of_values(values(ROWS), WANTED, level="stadtteil")
    assert period == "2022"
    assert table["district"].tolist() == ["0101", "0102"]
    np.testing.assert_array_equal(table[["a", "b"]], [[1, 3], [2, np.nan]])
    assert str(notes[0]) == "[I034] In 1 Gebiet ist ein Wert zum Schutz kleiner Zahlen verborgen."


def test_a_period_without_all_values_names_those_that_have_some() -> None:
    with pytest.raises(ProblemsError, match=r"Im Zeitraum 2023 haben nicht alle .* Möglich sind: 2022"):
        table_of_values(values(ROWS), WANTED, level="stadtteil", period="2023")


def test_no_period_at_all_names_the_empty_members() -> None:
    with pytest.raises(ProblemsError, match=r"In keinem Zeitraum .* Ganz ohne Werte: a"):
        table_of_values(values(ROWS), WANTED, level="bezirk")


def test_the_finest_level_with_values() -> None:
    assert finest_level(values(ROWS), ["block", "stadtteil", "bezirk", "stadt"]) == "stadtteil"


def test_members_take_the_given_indicator_before_the_recipe_s_own() -> None:
    recipe = recipe_of("muenster")
    assert indicators_of(recipe, {})["sgb2"] == "sgb2_quote"
    assert indicators_of(recipe, {"SGB2": "andere"})["sgb2"] == "andere"
    with pytest.raises(ProblemsError, match=r"hat kein Mitglied „sgb3“\. Meinten Sie „sgb2“"):
        indicators_of(recipe, {"sgb3": "x"})


@pytest.mark.parametrize("name", ["muenster", "rise-hamburg", "gisd"])
def test_indicators_named_by_recipes_are_in_the_catalogue(name: str) -> None:
    from dkbm_monitor.catalogue.loader import shipped

    named = {one.indicator for one in recipe_of(name).members if one.indicator}
    assert named <= set(shipped().indicators)
