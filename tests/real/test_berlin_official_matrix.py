"""The publisher's own matrix files, read by the recipe, say the same as their re-publication.

The quoted rows are from EWR201912E_Matrix.csv, EWR201812A_Matrix.csv and EWRMIGRA201812E_Matrix.csv (Amt für Statistik
Berlin-Brandenburg, Einwohnerregister, CC BY 3.0 DE).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from dkbm_monitor.sources.fetch import fetch
from dkbm_monitor.town.open import Town, open_town

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "berlin"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="real data folder ../shared/real/berlin is not here"),
]
KEYS = "ZEIT;RAUMID;BEZ;PGR;BZR;PLR;STADTRAUM"
FINE = (
    "00_01 01_02 02_03 03_05 05_06 06_07 07_08 08_10 10_12 12_14 14_15 15_18 18_21 21_25 25_27 27_30 30_35 35_40 "
    "40_45 45_50 50_55 55_60 60_63 63_65 65_67 67_70 70_75 75_80 80_85 85_90 90_95 95_110 "
    "U1 1U6 6U15 15U18 18U25 25U55 55U65 65U80 80U110"
)
ROWS = {
    "EWR201912E_Matrix.csv": (
        "E_E",
        "E_E",
        "201912;01011101;01;01;11;01;1;3445;1800;1645;18;35;34;46;31;21;26;24;43;20;6;37;65;234;191;268;385;279;228;146;"
        "191;197;125;76;56;108;153;193;128;42;32;7;18;146;140;37;299;1688;398;510;209",
    ),
    "EWR201812E_Matrix.csv": ("E_E", "E_E", "201812;04030417;04;03;04;17;1" + ";0" * 44),
    "EWR201812A_Matrix.csv": (
        "E_A",
        "E_A",
        "201812;01011101;01;01;11;01;1;1417;754;663;3;6;11;16;13;12;7;9;7;0;6;6;40;169;135;166;208;136;118;84;52;52;42;"
        "18;15;24;23;21;9;6;3;0;3;46;41;6;209;899;112;83;18",
    ),
    "EWRMIGRA201812E_Matrix.csv": (
        "MH_E",
        "MH_",
        "201812;04030417;04;03;04;17;1;4294;2126;2168;53;56;54;112;45;56;55;98;100;77;45;148;116;214;137;244;433;366;395;"
        "320;293;244;113;55;66;99;135;87;36;12;15;15;53;267;431;148;330;2188;412;387;78",
    ),
}
BANDS = {"below_6": (0, 5), "6_15": (6, 14), "15_18": (15, 17), "18_27": (18, 26), "27_45": (27, 44)}


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("official")
    downloads = folder / "downloads"
    downloads.mkdir()
    for name in ("plr_2021", "bzr_2021", "pgr_2021", "plr_2019_repaired"):
        shutil.copy(REAL / "lor" / f"{name}.gpkg", downloads)
    for name, (total, stem, row) in ROWS.items():
        cells = [total, f"{total}M", f"{total}W", *(stem + band for band in FINE.split())]
        (downloads / name).write_text(f"{KEYS};{';'.join(cells)}\n{row}\n", "utf-8")
    return open_town(fetch("berlin", source_folder=downloads, into=folder / "berlin").folder)


def republished(year: int, table: str, district: str) -> pd.Series:
    path = REAL / "population" / f"berlin-lor-population-{year}-02-{table}-planning-areas.csv"
    return pd.read_csv(path, dtype={"id": "str"}).set_index("id").loc[district]


def observed(town: Town, source: str, **cell: str) -> pd.DataFrame:
    rows = town.observations
    rows = rows[rows["source"] == source]
    for dim in ("age", "sex", "nationality", "migration"):
        if dim in cell:
            rows = rows[rows[dim] == cell[dim]]
        elif dim != "age":
            rows = rows[rows[dim] == "total"]
    return rows.astype({"age": "str"})


def aged(rows: pd.DataFrame, first: int, last: int) -> float:
    starts = rows["age"].str.extract(r"^(\d+)", expand=False).astype("float")
    return float(rows.loc[starts.between(first, last), "value"].sum())


def test_files_are_read_without_a_complaint(official: Town) -> None:
    observations, problems = official.reading
    assert problems == []
    assert len(observations) == 4 * 35  # total, two sexes, 32 ages


def test_population_by_age_and_sex(official: Town) -> None:
    same = republished(2019, "t2", "01011101")
    assert observed(official, "ewr_2019_e", age="total")["value"].to_list() == [same["inhabitants"]]
    assert observed(official, "ewr_2019_e", age="total", sex="female")["value"].to_list() == [
        same["inhabitants_female"]
    ]
    rows = observed(official, "ewr_2019_e")
    for name, (first, last) in BANDS.items():
        assert aged(rows, first, last) == same[f"inhabitants_age_{name}"]
    assert aged(rows, 65, 120) == same["inhabitants_age_above_65"]


def test_foreign_population(official: Town) -> None:
    same = republished(2018, "t1", "01011101")
    rows = observed(official, "ewr_2018_a", nationality="foreign")
    assert rows.loc[rows["age"] == "total", "value"].to_list() == [same["inhabitants_foreigners"]]
    assert aged(rows, 0, 120) == same["inhabitants_foreigners"]


def test_migration_background_by_age(official: Town) -> None:
    same = republished(2018, "t3", "04030417")
    rows = observed(official, "ewr_2018_mh", migration="with")
    assert rows.loc[rows["age"] == "total", "value"].to_list() == [same["inhabitants"]]
    for name, (first, last) in BANDS.items():
        assert aged(rows, first, last) == same[f"inhabitants_with_migration_background_age_{name}"]
