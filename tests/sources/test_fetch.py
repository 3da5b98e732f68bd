"""`fetch` builds a whole town folder or nothing, and says everything that is missing at once."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from dkbm_monitor.core.problems import Problem, ProblemsError, Severity
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.core.yamlfile import read_model
from dkbm_monitor.sources import fetch_plan
from dkbm_monitor.sources import recipe as recipe_module
from dkbm_monitor.sources.fetch import Fetched, fetch
from dkbm_monitor.sources.models import Register

RECIPE = """
title: Kleinstadt
description: Ein erfundenes Rezept.
origins:
  amt:
    publisher: Stadt Kleinstadt
    licence: {name: CC0 1.0}
    attribution: Stadt Kleinstadt, {year}
districts:
  - {file: geo/gebiete.geojson, into: districts/gebiete.geojson, origin: amt, title: Stadtteile}
  - file: geo/alt.shp
    into: districts/alt.shp
    companions: [.dbf]
    origin: amt
    title: Frühere Stadtteile
    required: false
tables:
  amtlich:
    district: {column: NR, level: stadtteil}
    columns: [{column: EW, measure: bevoelkerung}]
  kopie:
    delimiter: ","
    district: {column: id, level: stadtteil}
    columns: [{column: inhabitants, measure: bevoelkerung}]
families:
  - id: einwohner
    title: Einwohnerzahlen {year}
    origin: amt
    into: raw/einwohner
    spatial_principle: wohnort
    years: {first: 2020, last: 2022}
    reference_date: "{year}-12-31"
    required: true
    notes: Aus dem Melderegister.
    year_notes:
      - {years: {first: 2021, last: 2021}, text: Mit Nachtrag.}
    variants:
      - id: amtlich
        title: Amtliche Datei
        addresses: ["https://example.org/EW{year}.csv"]
        files:
          - {file: "amt/EW{year}.csv", id: "ew_{year}", table: amtlich, content: Bevölkerung}
          - {file: "amt/MH{year}.csv", id: "mh_{year}", table: amtlich, content: Migrationshintergrund, required: false}
      - id: kopie
        title: Kopie
        credit: kopiert von example.org
        files:
          - {file: "kopie/pop-{year}.csv", id: "pop_{year}", table: kopie}
  - id: quoten
    title: Fertige Quoten
    origin: amt
    into: raw/quoten
    spatial_principle: wohnort
    period: "2020"
    gebietsstand: neu
    variants:
      - {id: tabelle, title: Tabelle, files: [{file: quoten.csv, id: quoten, table: amtlich, level: bezirk}]}
"""
TOWN = "name: Kleinstadt\n"


@pytest.fixture
def recipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "recipes" / "kleinstadt"
    (folder / "catalogue").mkdir(parents=True)
    (folder / "recipe.yml").write_text(RECIPE, "utf-8")
    (folder / "town.yml").write_text(TOWN, "utf-8")
    (folder / "catalogue" / "eigene.yml").write_text("measures: []\n", "utf-8")
    monkeypatch.setattr(recipe_module, "RECIPES", folder.parent)
    return folder


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    content = {
        "geo/gebiete.geojson": '{"type": "FeatureCollection", "features": []}',
        "amt/EW2020.csv": "NR;EW\n01;10\n",
        "amt/MH2020.csv": "NR;EW\n01;3\n",
        "kopie/pop-2021.csv": "id,inhabitants\n01,11\n",
        "kopie/pop-2022.csv": "id,inhabitants\n01,12\n",
        "quoten.csv": "NR;EW\n01;1,5\n",
    }
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def problems_of(downloads: Path, into: Path) -> list[Problem]:
    with pytest.raises(ProblemsError) as caught:
        fetch("kleinstadt", source_folder=downloads, into=into)
    assert leftovers(into) == []
    return list(caught.value.problems)


def leftovers(into: Path) -> list[str]:
    return [one.name for one in into.parent.iterdir() if one.name.startswith(f".{into.name}")]


def build(downloads: Path, into: Path) -> Fetched:
    return fetch("kleinstadt", source_folder=downloads, into=into)


@pytest.mark.usefixtures("recipes")
class TestTheFolder:
    def test_holds_raw_files_unchanged_and_their_register(self, downloads: Path, tmp_path: Path) -> None:
        built = build(downloads, tmp_path / "stadt")
        register = read_model(built.folder / "register.yml", Register)
        assert built.sources == ("ew_2020", "mh_2020", "pop_2021", "pop_2022", "quoten")
        for source in register.sources:
            copied = built.folder / source.file
            assert sha256_of(copied) == source.sha256
        assert (built.folder / "raw/einwohner/EW2020.csv").read_bytes() == (downloads / "amt/EW2020.csv").read_bytes()
        assert (built.folder / "town.yml").read_text("utf-8") == TOWN
        assert set(built.files) >= {"catalogue/eigene.yml", "districts/gebiete.geojson", "districts/herkunft.yml"}
        assert leftovers(built.folder) == []

    def test_register_says_publisher_period_and_level_of_every_file(self, downloads: Path, tmp_path: Path) -> None:
        register = read_model(build(downloads, tmp_path / "stadt").folder / "register.yml", Register)
        by_id = {source.id: source for source in register.sources}
        copy, given = by_id["pop_2021"], by_id["quoten"]
        assert copy.attribution == "Stadt Kleinstadt, 2021; kopiert von example.org"
        assert (copy.period, copy.reference_date) == ("2021", date(2021, 12, 31))
        assert copy.notes == "Aus dem Melderegister. Mit Nachtrag."
        assert by_id["pop_2022"].notes == "Aus dem Melderegister."
        assert by_id["ew_2020"].url == "https://example.org/EW2020.csv"
        assert by_id["ew_2020"].title == "Einwohnerzahlen 2020 – Bevölkerung"
        assert (given.gebietsstand, register.layout(given).district.level) == ("neu", "bezirk")

    def test_only_tables_that_are_used_are_registered(self, downloads: Path, tmp_path: Path) -> None:
        for year in (2021, 2022):
            shutil.copy(downloads / "amt/EW2020.csv", downloads / f"amt/EW{year}.csv")
            shutil.copy(downloads / "amt/MH2020.csv", downloads / f"amt/MH{year}.csv")
        register = read_model(build(downloads, tmp_path / "stadt").folder / "register.yml", Register)
        assert list(register.tables) == ["amtlich"]

    def test_date_of_retrieval_is_that_of_the_file_or_the_one_given(self, downloads: Path, tmp_path: Path) -> None:
        os.utime(downloads / "quoten.csv", (1_600_000_000, 1_600_000_000))
        register = read_model(build(downloads, tmp_path / "a").folder / "register.yml", Register)
        assert register.sources[-1].retrieved == date(2020, 9, 13)
        given = fetch("kleinstadt", source_folder=downloads, into=tmp_path / "b", retrieved=date(2024, 5, 1))
        assert {one.retrieved for one in read_model(given.folder / "register.yml", Register).sources} == {
            date(2024, 5, 1)
        }
        geometry = yaml.safe_load((given.folder / "districts/herkunft.yml").read_text("utf-8"))
        assert geometry["files"][0]["retrieved"] == "2024-05-01"

    def test_building_twice_gives_the_same_bytes(self, downloads: Path, tmp_path: Path) -> None:
        one, two = build(downloads, tmp_path / "a"), build(downloads, tmp_path / "b")
        assert one.files == two.files
        assert all((one.folder / name).read_bytes() == (two.folder / name).read_bytes() for name in one.files)

    def test_parents_are_made_and_an_empty_target_is_taken(self, downloads: Path, tmp_path: Path) -> None:
        assert build(downloads, tmp_path / "neu" / "tief" / "stadt").folder.is_dir()
        (tmp_path / "leer").mkdir()
        assert (build(downloads, tmp_path / "leer").folder / "town.yml").is_file()

    def test_files_kept_in_one_flat_folder_are_found(self, downloads: Path, tmp_path: Path) -> None:
        flat = tmp_path / "flach"
        flat.mkdir()
        for path in [path for path in downloads.rglob("*") if path.is_file()]:
            shutil.copy(path, flat / path.name)
        assert len(build(flat, tmp_path / "stadt").sources) == 5

    def test_progress_counts_every_file_up_to_the_last(self, downloads: Path, tmp_path: Path) -> None:
        seen: list[tuple[int, int, str]] = []
        fetch(
            "kleinstadt",
            source_folder=downloads,
            into=tmp_path / "stadt",
            progress=lambda done, of, name: seen.append((done, of, name)),
        )
        assert [done for done, _of, _name in seen] == [1, 2, 3, 4, 5, 6]
        assert seen[0] == (1, 6, "gebiete.geojson")


@pytest.mark.usefixtures("recipes")
class TestVariants:
    def test_a_complete_variant_goes_before_an_incomplete_one(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "amt/MH2020.csv").unlink()
        (downloads / "kopie/pop-2020.csv").write_text("id,inhabitants\n01,10\n", "utf-8")
        assert build(downloads, tmp_path / "stadt").sources[0] == "pop_2020"

    def test_of_two_complete_variants_the_first_counts(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "kopie/pop-2020.csv").write_text("id,inhabitants\n01,10\n", "utf-8")
        assert build(downloads, tmp_path / "stadt").sources[:2] == ("ew_2020", "mh_2020")

    def test_an_incomplete_variant_is_taken_with_a_warning(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "amt/MH2020.csv").unlink()
        built = build(downloads, tmp_path / "stadt")
        found = next(problem for problem in built.problems if problem.code == "F006")
        assert str(found) == (
            "[F006] amt/MH2020.csv: Einwohnerzahlen 2020: Diese Datei fehlt; ohne sie entfällt: Migrationshintergrund."
        )
        assert found.severity is Severity.WARNING

    def test_missing_years_and_files_one_can_do_without_are_told(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "kopie/pop-2021.csv").unlink()
        (downloads / "quoten.csv").unlink()
        built = build(downloads, tmp_path / "stadt")
        texts = [str(problem) for problem in built.problems if problem.severity is Severity.WARNING]
        assert texts == [
            "[F005] einwohner: Einwohnerzahlen 2021: nicht gefunden. Gesucht wurde: amt/EW2021.csv (Amtliche Datei); "
            "oder kopie/pop-2021.csv (Kopie).",
            "[F005] quoten: Fertige Quoten: nicht gefunden. Gesucht wurde: quoten.csv (Tabelle).",
        ]
        notes = [problem.place.file for problem in built.problems if problem.severity is Severity.NOTE]
        assert notes == ["geo/alt.shp"]


@pytest.mark.usefixtures("recipes")
class TestNothingHalfWritten:
    def test_everything_missing_is_named_at_once(self, downloads: Path, tmp_path: Path) -> None:
        shutil.rmtree(downloads / "kopie")
        shutil.rmtree(downloads / "amt")
        (downloads / "geo/gebiete.geojson").rename(downloads / "geo/gebeite.geojson")
        found = problems_of(downloads, tmp_path / "stadt")
        errors = [str(problem) for problem in found if problem.severity is Severity.ERROR]
        assert errors[0] == ("[F004] geo/gebiete.geojson: Stadtteile: Die Datei fehlt. Meinten Sie „gebeite.geojson“?")
        assert errors[1] == (
            "[F004] einwohner: Einwohnerzahlen 2020–2022: nicht gefunden. Gesucht wurde: amt/EWJJJJ.csv (Amtliche "
            "Datei); oder kopie/pop-JJJJ.csv (Kopie). JJJJ steht für das Jahr. Zu finden unter: https://example.org/EWJJJJ.csv"
        )
        assert len(errors) == 2
        assert not (tmp_path / "stadt").exists()

    def test_an_unknown_recipe_names_the_nearest(self, downloads: Path, tmp_path: Path) -> None:
        with pytest.raises(ProblemsError, match=r"Das Rezept „kleinstatd“ gibt es nicht\. Meinten Sie „kleinstadt“"):
            fetch("kleinstatd", source_folder=downloads, into=tmp_path / "stadt")
        with pytest.raises(ProblemsError, match="Vorhanden: kleinstadt"):
            fetch("xyz", source_folder=downloads, into=tmp_path / "stadt")

    def test_a_folder_with_content_is_never_touched(self, downloads: Path, tmp_path: Path) -> None:
        into = tmp_path / "stadt"
        into.mkdir()
        (into / "notiz.txt").write_text("wichtig", "utf-8")
        found = problems_of(tmp_path / "gibtesnicht", into)
        assert [problem.code for problem in found] == ["F002", "F003"]
        assert "vorhandene Dateien werden nie überschrieben" in str(found[1])
        assert [one.name for one in into.iterdir()] == ["notiz.txt"]

    def test_a_file_in_the_place_of_the_target_is_refused(self, downloads: Path, tmp_path: Path) -> None:
        (tmp_path / "stadt").write_text("", "utf-8")
        assert [problem.code for problem in problems_of(downloads, tmp_path / "stadt")] == ["F003"]

    def test_files_without_their_indispensable_neighbour_are_an_error(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "amt/EW2020.csv").unlink()
        found = [problem for problem in problems_of(downloads, tmp_path / "stadt") if problem.code == "F007"]
        assert str(found[0]).startswith(
            "[F007] amt/EW2020.csv: Einwohnerzahlen 2020: Die Datei fehlt, obwohl MH2020.csv vorliegt."
        )

    @pytest.mark.parametrize(
        "start", ["<!DOCTYPE html><html>", "\n <html>", "version https://git-lfs.github.com/spec/v1"]
    )
    def test_a_web_page_or_a_pointer_is_no_table(self, downloads: Path, tmp_path: Path, start: str) -> None:
        (downloads / "quoten.csv").write_text(start, "utf-8")
        found = [problem for problem in problems_of(downloads, tmp_path / "stadt") if problem.code == "F008"]
        assert str(found[0]).startswith("[F008] quoten.csv: Die Datei enthält keine Daten, sondern eine Internetseite")

    def test_half_a_shapefile_is_told(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "geo/alt.shp").write_text("outlines", "utf-8")
        built = build(downloads, tmp_path / "stadt")
        assert str(built.problems[0]) == "[F005] geo/alt.dbf: Frühere Stadtteile: Die Datei fehlt."

    def test_a_hint_never_names_a_file_that_is_something_else(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "amt/MH2020.csv").rename(downloads / "amt/MH_2020.csv")
        found = next(one for one in build(downloads, tmp_path / "a").problems if one.code == "F006")
        assert found.hint == "Meinten Sie „MH_2020.csv“?"

    def test_an_empty_file_is_named(self, downloads: Path, tmp_path: Path) -> None:
        (downloads / "quoten.csv").write_text("", "utf-8")
        assert "Die Datei ist leer." in [problem.what for problem in problems_of(downloads, tmp_path / "stadt")]

    @pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_a_failure_half_way_leaves_nothing(
        self, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
    ) -> None:
        def break_off(done: int, of: int, name: str) -> None:
            if done == 4:
                raise failure

        into = tmp_path / "neu" / "stadt"
        with pytest.raises((ProblemsError, KeyboardInterrupt)) as caught:
            fetch("kleinstadt", source_folder=downloads, into=into, progress=break_off)
        assert not into.parent.exists()
        if isinstance(caught.value, ProblemsError):
            assert "No space left on device" in str(caught.value)


def test_years_are_told_as_spans() -> None:
    assert fetch_plan._spans([2015]) == "2015"
    assert fetch_plan._spans([2015, 2016, 2018, 2020, 2021, 2022]) == "2015–2016, 2018, 2020–2022"
