"""Berlin's recipe knows the publisher's own files as well as the re-publication."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from dkbm_monitor.core.keys import age_band
from dkbm_monitor.core.problems import ProblemsError, Severity
from dkbm_monitor.core.yamlfile import read_model
from dkbm_monitor.sources.fetch import fetch
from dkbm_monitor.sources.models import Register
from dkbm_monitor.sources.recipe import read_recipe

FINE_BANDS = (
    "00_01 01_02 02_03 03_05 05_06 06_07 07_08 08_10 10_12 12_14 14_15 15_18 18_21 21_25 25_27 27_30 30_35 35_40 "
    "40_45 45_50 50_55 55_60 60_63 63_65 65_67 67_70 70_75 75_80 80_85 85_90 90_95 95_110"
)
BANDS = FINE_BANDS.split()
COARSE = ["U1", "1U6", "6U15", "15U18", "18U25", "25U55", "55U65", "65U80", "80U110"]
KEYS = ["ZEIT", "RAUMID", "BEZ", "PGR", "BZR", "PLR"]
OUTLINES = ("plr_2021.gpkg", "bzr_2021.gpkg", "pgr_2021.gpkg", "plr_2019_repaired.gpkg")
REPUBLISHED = "berlin-lor-population-{year}-02-{table}-planning-areas.csv"


def official_header(total: str, stem: str, last_key: str) -> list[str]:
    """Header of EWR201912E_Matrix.csv (STADTRAUM), EWR_L21_202412E_Matrix.csv (BEZPGR) and their sisters."""
    cells = [total, f"{total}M", f"{total}W", *(stem + band for band in [*BANDS, *COARSE])]
    return [*KEYS, last_key, *cells]


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name in OUTLINES:
        (folder / name).write_bytes(b"outlines")
    return folder


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("RAUMID;E_E\n", "utf-8")


@pytest.mark.parametrize("last_key", ["STADTRAUM", "BEZPGR"])
@pytest.mark.parametrize(
    ("table", "total", "stem"), [("matrix_e", "E_E", "E_E"), ("matrix_a", "E_A", "E_A"), ("matrix_mh", "MH_E", "MH_")]
)
def test_every_column_of_the_publishers_file_is_read_or_left_aside_on_purpose(
    table: str, total: str, stem: str, last_key: str
) -> None:
    columns = read_recipe("berlin").tables[table]
    header = official_header(total, stem, last_key)
    read = [column.column for column in columns.columns]
    ignored = [name for name in header if any(fnmatch(name, pattern) for pattern in columns.ignore)]
    assert sorted([*read, *ignored, "RAUMID"]) == sorted(header)


@pytest.mark.parametrize("table", ["matrix_e", "matrix_a", "matrix_mh", "a_i_16_t2", "a_i_16_t3"])
def test_age_bands_tile_life_without_gap_or_overlap(table: str) -> None:
    columns = read_recipe("berlin").tables[table].columns
    bands = [age_band(column.where["age"]) for column in columns if "age" in column.where]
    edges = [(first, last) for first, last in filter(None, bands)]
    assert edges[0][0] == 0
    assert [first for first, _last in edges[1:]] == [last + 1 for _first, last in edges[:-1]]
    assert edges[-1][1] == 150


def test_band_names_of_the_publisher_mean_from_and_below() -> None:
    columns = read_recipe("berlin").tables["matrix_e"].columns
    for column in (column for column in columns if "age" in column.where):
        first, below = (int(part) for part in column.column.removeprefix("E_E").split("_"))
        span = age_band(column.where["age"])
        assert span == (first, below - 1 if below < 110 else 150)


def test_the_publishers_files_are_taken_where_they_are_complete(downloads: Path, tmp_path: Path) -> None:
    put(downloads, "EWR201912E_Matrix.csv", "EWR201912A_Matrix.csv", "EWRMIGRA201912E_Matrix.csv")
    put(downloads, *(REPUBLISHED.format(year=2019, table=table) for table in ("t1", "t2", "t3")))
    built = fetch("berlin", source_folder=downloads, into=tmp_path / "berlin")
    assert built.sources == ("ewr_2019_e", "ewr_2019_a", "ewr_2019_mh")
    register = read_model(built.folder / "register.yml", Register)
    assert register.sources[0].url == "https://www.statistik-berlin-brandenburg.de/opendata/EWR201912E_Matrix.csv"
    assert register.sources[0].attribution.endswith("31.12.2019, CC BY 3.0 DE")


def test_a_whole_republication_goes_before_half_of_the_publishers_files(downloads: Path, tmp_path: Path) -> None:
    put(downloads, "EWR_L21_202412E_Matrix.csv")
    put(downloads, *(REPUBLISHED.format(year=2024, table=table) for table in ("t1", "t2", "t3")))
    built = fetch("berlin", source_folder=downloads, into=tmp_path / "berlin")
    assert built.sources == ("ewr_2024_plr_t1", "ewr_2024_plr_t2", "ewr_2024_plr_t3")
    credit = read_model(built.folder / "register.yml", Register).sources[0].attribution
    assert credit.endswith("CC BY 3.0 DE; als CSV wiederveröffentlicht mit englischen Überschriften")


def test_half_of_the_publishers_files_is_better_than_none(downloads: Path, tmp_path: Path) -> None:
    put(downloads, "EWR_L21_202412E_Matrix.csv")
    built = fetch("berlin", source_folder=downloads, into=tmp_path / "berlin")
    assert built.sources == ("ewr_2024_e",)
    lacking = [problem.place.file for problem in built.problems if problem.code == "F006"]
    assert lacking == ["bevoelkerung/EWR_L21_202412A_Matrix.csv", "bevoelkerung/EWRMIGRA_L21_202412E_Matrix.csv"]


def test_without_any_population_there_is_no_town_and_both_forms_are_named(downloads: Path, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as caught:
        fetch("berlin", source_folder=downloads, into=tmp_path / "berlin")
    [error] = [problem for problem in caught.value.problems if problem.severity is Severity.ERROR]
    assert error.what == "Einwohnerregister Berlin 2015–2024, Planungsräume: nicht gefunden."
    for name in ("EWRJJJJ12E_Matrix.csv", "EWR_L21_JJJJ12E_Matrix.csv", "berlin-lor-population-JJJJ-02-t1-planning"):
        assert name in error.hint
    assert "https://www.statistik-berlin-brandenburg.de/opendata/" in error.hint
