"""Recipes are strict declarations; the shipped ones are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dkbm_monitor.catalogue.loader import read_catalogue
from dkbm_monitor.compute.examples import run_example
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.core.yamlfile import as_model, read_model
from dkbm_monitor.sources.recipe import RECIPES, Recipe, filled, read_recipe, recipe_names
from dkbm_monitor.town.models import TownFile

FAMILY: dict[str, Any] = {
    "id": "ew",
    "title": "Einwohner {year}",
    "origin": "amt",
    "into": "raw/ew",
    "spatial_principle": "wohnort",
    "years": {"first": 2020, "last": 2021},
    "variants": [{"id": "a", "title": "A", "files": [{"file": "ew{year}.csv", "id": "ew_{year}", "table": "t"}]}],
}
PLAIN: dict[str, Any] = {
    "title": "T",
    "description": "D",
    "origins": {"amt": {"publisher": "Amt", "licence": {"name": "CC0"}, "attribution": "Amt"}},
    "districts": [{"file": "a.gpkg", "into": "districts/a.gpkg", "origin": "amt", "title": "Gebiete"}],
    "tables": {"t": {"district": {"column": "nr", "level": "x"}, "columns": [{"column": "ew", "measure": "m"}]}},
    "families": [FAMILY],
}


def mistake(**changes: Any) -> str:
    with pytest.raises(ProblemsError) as caught:
        as_model({**PLAIN, **changes}, Recipe, "recipe.yml")
    return str(caught.value)


def test_a_plain_recipe_is_accepted() -> None:
    assert as_model(PLAIN, Recipe, "recipe.yml").families[0].years is not None


def test_an_unknown_key_names_the_nearest() -> None:
    assert "Meinten Sie „families“?" in mistake(familys=[])


def test_an_unknown_table_or_origin_names_the_nearest() -> None:
    assert "„amtt“ ist nicht angegeben. Meinten Sie „amt“?" in mistake(families=[{**FAMILY, "origin": "amtt"}])
    assert "„t“ ist nicht angegeben." in mistake(tables={})


@pytest.mark.parametrize("path", ["../x.gpkg", "/etc/x.gpkg"])
def test_paths_stay_inside_their_folder(path: str) -> None:
    district = {**PLAIN["districts"][0], "into": path}
    assert "muss ein Pfad innerhalb des Ordners sein" in mistake(districts=[district])


def test_only_the_year_is_a_placeholder() -> None:
    assert "nicht {jahr}" in mistake(families=[{**FAMILY, "title": "Einwohner {jahr}"}])


def test_a_family_has_years_or_one_period() -> None:
    assert "entweder „years“ oder „period“" in mistake(families=[{**FAMILY, "period": "2020"}])
    fixed = {**FAMILY, "years": None, "period": "2020"}
    assert "gehört genau dann in „file“ und „id“" in mistake(families=[fixed])


def test_years_run_forwards() -> None:
    assert "Das letzte Jahr liegt vor dem ersten." in mistake(
        families=[{**FAMILY, "years": {"first": 2021, "last": 2020}}]
    )


def test_a_pattern_without_a_year_stays_as_it_is() -> None:
    assert filled("a{year}.csv", None) == "a{year}.csv"


@pytest.mark.parametrize("name", recipe_names())
def test_a_shipped_recipe_is_whole(name: str) -> None:
    recipe = read_recipe(name)
    town = read_model(RECIPES / name / "town.yml", TownFile)
    catalogue = read_catalogue(RECIPES / name / "catalogue")
    levels = {level.id for stand in town.gebietsstaende for level in stand.levels}
    assert {table.district.level for table in recipe.tables.values()} <= levels
    files = [file for family in recipe.families for variant in family.variants for file in variant.files]
    assert {file.level for file in files if file.level} <= levels
    assert {family.gebietsstand for family in recipe.families if family.gebietsstand} <= {
        stand.id for stand in town.gebietsstaende
    }
    copied = {file.into for file in recipe.districts}
    assert {level.file for stand in town.gebietsstaende for level in stand.levels if level.file} <= copied
    measured = {column.measure for table in recipe.tables.values() for column in table.columns}
    assert measured - set(catalogue.measures) == {"bevoelkerung"}
    assert set(catalogue.measures) <= measured


@pytest.mark.parametrize("name", recipe_names())
def test_worked_examples_of_a_shipped_recipe_hold(name: str) -> None:
    catalogue = read_catalogue(RECIPES / name / "catalogue")
    found = [
        text
        for indicator in catalogue.indicators.values()
        for example in indicator.examples
        for text in run_example(indicator, example, catalogue)
    ]
    assert found == []


def test_ready_rates_of_berlin_are_never_added_and_migration_is_never_judged() -> None:
    catalogue = read_catalogue(Path(RECIPES) / "berlin" / "catalogue")
    assert not any(measure.additive for measure in catalogue.measures.values())
    assert {indicator.kind for indicator in catalogue.indicators.values()} == {"given"}
    about_migration = [
        one
        for one in catalogue.indicators.values()
        if one.official_code
        in {
            "MSS K04",
            "MSS K05",
            "MSS K06",
            "MSS K07",
            "MSS K16",
            "MSS K17",
        }
    ]
    assert [one.polarity for one in about_migration] == ["context"] * 6
