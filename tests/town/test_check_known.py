"""`dkbm check` says once what is known to be odd, and never calls it an error."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import yaml
from shapely import box

from dkbm_monitor.core.problems import Problem, Severity
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.town.check import check_town
from dkbm_monitor.town.open import open_town

TABLE = {
    "delimiter": ";",
    "signs": {"-": "missing", "": "missing", "x": "not_applicable"},
    "district": {"column": "id", "level": "gebiet"},
    "columns": [
        {"column": "menschen", "measure": "bevoelkerung"},
        {"column": "kinder", "measure": "bevoelkerung", "where": {"age": "0-17"}},
    ],
    "excluded": {"gilt": "nein"},
}
RULE = {"reason": "Nur für diesen Test erdacht.", "public": {}, "internal": {}}
LEVEL = {
    "id": "gebiet",
    "title": "Gebiet",
    "plural": "Gebiete",
    "file": "districts/g.gpkg",
    "key": "id",
    "name": "name",
}


def town(folder: Path, rows: dict[str, str], notes: str = "", town_notes: str = "") -> list[Problem]:
    """Notes of a town of three districts with one file a year."""
    for name in ("raw", "districts"):
        (folder / name).mkdir()
    frame = {
        "id": ["01", "02", "03"],
        "name": ["Nord", "Mitte", "Süd"],
        "geometry": [box(n, 0, n + 1, 1) for n in range(3)],
    }
    gpd.GeoDataFrame(frame, crs="EPSG:25832").to_file(folder / "districts" / "g.gpkg")
    sources = [_source(folder, year, text, notes) for year, text in rows.items()]
    declared = {
        "name": "Probestadt",
        "ags": "99000000",
        "crs": "EPSG:25832",
        "gebietsstaende": [{"id": "g", "levels": [LEVEL]}],
        "disclosure": RULE,
        "notes": town_notes,
    }
    (folder / "town.yml").write_text(yaml.safe_dump(declared), "utf-8")
    (folder / "register.yml").write_text(yaml.safe_dump({"tables": {"t": TABLE}, "sources": sources}), "utf-8")
    known = [problem for problem in check_town(open_town(folder)) if problem.code in {"C040", "C041", "C042"}]
    assert all(problem.severity is Severity.NOTE for problem in known)
    return known


def _source(folder: Path, year: str, text: str, notes: str) -> dict[str, object]:
    path = folder / "raw" / f"{year}.csv"
    path.write_text("id;menschen;kinder;gilt\n" + text, "utf-8")
    return {
        "id": f"ew_{year}",
        "file": f"raw/{year}.csv",
        "title": "T",
        "publisher": "P",
        "licence": {"name": "CC0"},
        "attribution": "A",
        "retrieved": "2024-01-01",
        "sha256": sha256_of(path),
        "spatial_principle": "wohnort",
        "table": "t",
        "period": year,
        "notes": notes,
    }


PLAIN = "01;100;20;ja\n02;200;30;ja\n03;300;40;ja\n"


def test_nothing_odd_is_not_mentioned(tmp_path: Path) -> None:
    assert town(tmp_path, {"2020": PLAIN}) == []


def test_a_remark_stands_once_for_all_its_files(tmp_path: Path) -> None:
    texts = [str(one) for one in town(tmp_path, {"2020": PLAIN, "2021": PLAIN}, "Gerundet.", "Neu.")]
    assert texts == [
        "[C040] raw/2020.csv: Bekannte Eigenheit: Gerundet. Gilt für 2 Dateien.",
        "[C040] town.yml: Bekannte Eigenheit: Neu.",
    ]


def test_areas_the_publisher_left_out_are_named(tmp_path: Path) -> None:
    rows = "01;100;20;ja\n02;0;0;nein\n03;300;40;ja\n"
    [note] = town(tmp_path, {"2020": rows})
    assert str(note) == (
        "[C041] raw/2020.csv: Vom Herausgeber nicht betrachtet: 1 Gebiet, nämlich Mitte (02). "
        "Die Werte gelten als nicht zutreffend; sie zählen nirgends als null."
    )


def test_an_area_with_one_number_is_not_left_out(tmp_path: Path) -> None:
    assert town(tmp_path, {"2020": "01;100;20;ja\n02;200;x;ja\n03;300;40;ja\n"}) == []


def test_a_column_of_signs_is_named_with_its_header(tmp_path: Path) -> None:
    [note] = town(tmp_path, {"2020": "01;100;-;ja\n02;200;-;ja\n03;300;;ja\n"})
    assert str(note.place) == "raw/2020.csv, Spalte „kinder“"
    assert note.what.startswith("In dieser Spalte steht für kein Gebiet eine Zahl: „Bevölkerung mit Hauptwohnung“")


@pytest.mark.parametrize("last", ["03;300;40;ja\n", "03;300;0;ja\n"])
def test_a_column_with_one_number_is_not(tmp_path: Path, last: str) -> None:
    assert town(tmp_path, {"2020": "01;100;-;ja\n02;200;-;ja\n" + last}) == []
