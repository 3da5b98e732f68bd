from pathlib import Path

import geopandas as gpd
import pytest
from building import AGS
from shapely import Polygon, box

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.layers import geometry_problems, read_districts
from dkbm_monitor.districts.models import Gebietsstand

KEYS = ["0101", "0102", "0201", "0202"]
BOW_TIE = Polygon([(3000, 0), (4000, 1000), (4000, 0), (3000, 1000)])


def write_layer(
    folder: Path, name: str = "stadtteile.gpkg", *, crs: str | None = "EPSG:25832", **columns: list
) -> None:
    frame = {
        "schluessel": KEYS,
        "name": ["Altstadt", "Nordstadt", "Hafen", "Süd"],
        "bezirk": ["01", "01", "02", "02"],
        "leer": ["", "", "ja", ""],
        **columns,
    }
    shapes = [box(1000 * n, 0, 1000 * n + 1000, 1000) for n in range(4)]
    gpd.GeoDataFrame(frame, geometry=frame.pop("geometry", shapes), crs=crs).to_file(folder / name)


def stand(**changes) -> Gebietsstand:
    fine = {
        "id": "stadtteil",
        "title": "Stadtteil",
        "plural": "Stadtteile",
        "file": "stadtteile.gpkg",
        "key": "schluessel",
        "name": "name",
        "parents": {"bezirk": {"column": "bezirk"}},
        "uninhabited_column": "leer",
        **changes,
    }
    coarse = {
        "id": "bezirk",
        "title": "Bezirk",
        "plural": "Bezirke",
        "dissolve": {"from_level": "stadtteil", "names": {"01": "Mitte"}},
    }
    return Gebietsstand.model_validate({"id": "2021", "levels": [fine, coarse]})


def read(folder: Path, **changes) -> Districts:
    return read_districts(folder, stand(**changes), ags=AGS, name="Probestadt", crs="EPSG:25832")


def test_levels_names_and_parents_up_to_the_town(tmp_path: Path) -> None:
    write_layer(tmp_path)
    found = read(tmp_path)
    assert found.levels == ["stadtteil", "bezirk", "stadt"]
    assert found.names("bezirk") == {"01": "Mitte", "02": "02"}
    assert found.parent_of("stadtteil", "bezirk")["0202"] == "02"
    assert set(found.parent_of("stadtteil", "stadt").values()) == {AGS}
    assert found.of_level("stadtteil")["inhabited"].to_list() == [True, True, False, True]


def test_parents_may_be_the_first_digits_of_the_key(tmp_path: Path) -> None:
    write_layer(tmp_path)
    assert read(tmp_path, parents={"bezirk": {"digits": 2}}).parent_of("stadtteil", "bezirk")["0102"] == "01"


def test_numbers_become_keys_with_their_zeros(tmp_path: Path) -> None:
    write_layer(tmp_path, schluessel=[101, 102, 201, 202])
    assert read(tmp_path, width=4).of_level("stadtteil")["district"].to_list() == KEYS


def test_dissolved_geometry_has_the_area_of_its_parts(tmp_path: Path) -> None:
    write_layer(tmp_path)
    found = read(tmp_path)
    for level in ("bezirk", "stadt"):
        shapes = found.geometry(level)
        assert shapes.area.sum() == pytest.approx(4e6)
        assert shapes["district"].to_list() == found.of_level(level)["district"].to_list()


def test_geometry_comes_in_the_order_and_crs_of_the_town(tmp_path: Path) -> None:
    write_layer(tmp_path, crs="EPSG:25832")
    found = read_districts(tmp_path, stand(), ags=AGS, name="P", crs="EPSG:25833")
    shapes = found.geometry("stadtteil")
    assert shapes.crs.to_epsg() == 25833
    assert shapes["district"].to_list() == KEYS


def test_repaired_outlines_are_reported_and_usable(tmp_path: Path) -> None:
    shapes = [box(1000 * n, 0, 1000 * n + 1000, 1000) for n in range(3)]
    write_layer(tmp_path, geometry=[*shapes, BOW_TIE])
    found = read(tmp_path)
    [problem] = geometry_problems(found)
    assert (problem.code, problem.severity) == ("D012", "note")
    assert "0202 ist fehlerhaft (Self-intersection" in problem.what
    assert found.geometry("stadtteil").is_valid.all()


def test_a_layer_without_crs_is_reported(tmp_path: Path) -> None:
    write_layer(tmp_path, "stadtteile.gpkg", crs=None)
    codes = [problem.code for problem in geometry_problems(read(tmp_path))]
    assert codes == ["D010"]


def errors(folder: Path, **changes) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        read(folder, **changes)
    return [str(problem) for problem in caught.value.problems]


def test_a_mistyped_column_is_named_with_its_neighbour(tmp_path: Path) -> None:
    write_layer(tmp_path)
    found = errors(tmp_path, key="schlüssel", name="namen")
    assert any("Spalte „schlüssel“ fehlt in der Ebene. Meinten Sie „schluessel“?" in text for text in found)
    assert any("Meinten Sie „name“?" in text for text in found)


def test_the_same_key_twice_names_both_districts(tmp_path: Path) -> None:
    # As in Berlin's old LOR: two different places, one key.
    write_layer(tmp_path, schluessel=["0101", "0101", "0201", "0202"])
    [found] = errors(tmp_path)
    assert "Schlüssel 0101 steht 2-mal: Altstadt, Nordstadt." in found


def test_a_missing_file_is_named_with_its_neighbour(tmp_path: Path) -> None:
    write_layer(tmp_path)
    [found] = errors(tmp_path, file="stadtteil.gpkg")
    assert "Die Datei der Ebene „stadtteil“ fehlt. Meinten Sie „stadtteile.gpkg“?" in found


def test_an_orphan_district_is_named(tmp_path: Path) -> None:
    write_layer(tmp_path)
    layers = stand().model_dump()
    coarse = {"id": "bezirk", "title": "B", "plural": "B", "file": "bezirke.gpkg", "key": "nr"}
    layers["levels"] = [layers["levels"][0], coarse]
    gpd.GeoDataFrame({"nr": ["01"]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:25832").to_file(tmp_path / "bezirke.gpkg")
    with pytest.raises(ProblemsError) as caught:
        read_districts(tmp_path, Gebietsstand.model_validate(layers), ags=AGS, name="P", crs="EPSG:25832")
    assert "Süd (0202) gehört zu „02“, das es auf der Ebene „bezirk“ nicht gibt." in str(caught.value)


def test_an_unknown_uninhabited_district_is_named(tmp_path: Path) -> None:
    write_layer(tmp_path)
    [found] = errors(tmp_path, uninhabited=["0203"])
    assert "Das als unbewohnt genannte Gebiet 0203 gibt es nicht." in found


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"parents": {"bezirke": {"digits": 2}}}, "„bezirke“ ist keine gröbere Ebene"),
        ({"id": "stadt"}, "Die Ebene „stadt“ entsteht von selbst"),
        ({"key": ""}, "braucht „key“"),
        ({"parents": {"bezirk": {}}}, "entweder „digits“ oder „column“"),
    ],
)
def test_contradictions_in_a_declaration_are_refused(changes: dict, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        stand(**changes)
