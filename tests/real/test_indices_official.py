"""Official indices rebuilt from official files, against what the publishers printed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.indices.agreement import agreement
from dkbm_monitor.indices.composite import IndexResult, compute_index
from dkbm_monitor.indices.ready import read_table

REAL = Path(__file__).parents[3] / "shared" / "real"
MSS = REAL / "berlin" / "mss"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the folder of official files is missing: {REAL}"),
]


def counts(result: IndexResult, part: str, names: list[str]) -> list[int]:
    found = result.table()[f"{part}_class"].value_counts()
    return [int(found[name]) for name in names]


STATUS, DYNAMIK = ["hoch", "mittel", "niedrig", "sehr niedrig"], ["positiv", "stabil", "negativ"]


@pytest.mark.parametrize("exclude", [{}, {"gueltig": ["False"]}])
def test_mss_2017_every_class(exclude: dict[str, list[str]]) -> None:
    """Senatsverwaltung für Stadtentwicklung, MSS 2017; counts as in DOMAIN B.1."""
    table = read_table(MSS / "mss2017_checked.csv")
    result = compute_index("mss-2017", table, key="plr_id", exclude=exclude)
    published = {"status_class": "status_klasse_txt", "dynamik_class": "dynamik_klasse"}
    found = agreement(result, table, "plr_id", published)
    assert found.is_complete
    assert found.summary["equal"].tolist() == [436, 436]
    assert counts(result, "status", STATUS) == [75, 278, 41, 42]
    assert counts(result, "dynamik", DYNAMIK) == [49, 339, 48]
    numbers = {"s1": "z_s1", "s2": "z_s2", "s3": "z_s3", "s4": "z_s4", "d1": "z_d1", "status_index": "status_index"}
    assert agreement(result, table, "plr_id", numbers, tolerance=1.1e-5).is_complete


def test_mss_2017_needs_the_population_form_of_the_standard_deviation() -> None:
    """DOMAIN B.1: with N-1 single areas fall into another class."""
    from dkbm_monitor.indices.recipes import recipe_of

    recipe = recipe_of("mss-2017")
    other = recipe.model_copy(
        update={
            "parts": tuple(
                one.model_copy(update={"index": one.index.model_copy(update={"ddof": 1})}) for one in recipe.parts
            )
        }
    )
    table = read_table(MSS / "mss2017_checked.csv")
    found = agreement(
        compute_index(other, table, key="plr_id"), table, "plr_id", {"status_index": "status_index"}, tolerance=1.1e-5
    )
    assert not found.is_complete


def test_mss_2021_every_class_and_group_from_the_wfs_layers() -> None:
    """MSS 2021, WFS layers; counts and cross table as in DOMAIN B.1."""
    inputs, published = read_table(MSS / "mss2021_indexind_wfs.csv"), read_table(MSS / "mss2021_indizes_wfs.csv")
    result = compute_index("mss-2021", inputs, key="PLR_ID", exclude={"KOM": ["ungültig*"]})
    columns = {"status_class": "SI_V", "dynamik_class": "DI_N", "group": "SDI"}
    found = agreement(result, published, "PLR_ID", columns)
    assert found.is_complete
    assert found.summary["equal"].tolist() == [536, 536, 536]
    assert counts(result, "status", STATUS) == [75, 366, 46, 49]
    assert counts(result, "dynamik", DYNAMIK) == [48, 436, 52]
    out = result.table()
    cross = pd.crosstab(out["status_class"], out["dynamik_class"]).loc[STATUS, DYNAMIK]
    assert cross.to_numpy().tolist() == [[1, 73, 1], [36, 296, 34], [8, 31, 7], [3, 36, 10]]
    assert result.recipe.typology is not None
    assert result.recipe.typology.attention is not None
    assert out["group"].isin(result.recipe.typology.attention.groups).sum() == 56


def test_mss_2021_without_any_hint_leaves_out_the_same_areas() -> None:
    """-9999 marks areas without calculation; they must not need to be excluded by hand."""
    inputs, published = read_table(MSS / "mss2021_indexind_wfs.csv"), read_table(MSS / "mss2021_indizes_wfs.csv")
    result = compute_index("mss-2021", inputs, key="PLR_ID")
    assert agreement(result, published, "PLR_ID", {"status_class": "SI_N", "dynamik_class": "DI_V"}).is_complete


def test_mss_2021_nearest_to_a_limit() -> None:
    """DOMAIN B.1: 05100316 I=0.9983 mittel, 06300631 I=-1.0050 hoch, 04200310 D=1.0044 negativ."""
    out = compute_index("mss-2021", read_table(MSS / "mss2021_checked.csv"), key="plr_id").table().set_index("plr_id")
    assert out.loc["05100316", ["status_index", "status_class"]].tolist() == [pytest.approx(0.9983, abs=5e-3), "mittel"]
    assert out.loc["06300631", ["status_index", "status_class"]].tolist() == [pytest.approx(-1.005, abs=5e-3), "hoch"]
    assert out.loc["04200310", ["dynamik_index", "dynamik_class"]].tolist() == [
        pytest.approx(1.0044, abs=5e-3),
        "negativ",
    ]


def test_mss_2021_table_3_within_its_rounding() -> None:
    """Two decimals are printed; German headers, semicolons, byte order mark."""
    table = read_table(MSS / "mss2021_tabelle3_zwerte.csv")
    result = compute_index("mss-2021", read_table(MSS / "mss2021_indexind_wfs.csv"), key="PLR_ID")
    columns = {
        "s1": "zS1",
        "s3": "zS3",
        "s4": "zS4",
        "d1": "zD1",
        "d3": "zD3",
        "d4": "zD4",
        "status_sum": "Status-summe",
    }
    assert agreement(result, table, "PLR-ID", columns, tolerance=0.00501).is_complete


@pytest.mark.parametrize(("year", "n"), [("2022", 428), ("2013", 421)])
def test_gesix(year: str, n: int) -> None:
    """Senatsverwaltung für Wissenschaft, Gesundheit, Pflege, GESIx 2022 and the 2013 values recomputed there."""
    table = read_table(REAL / "berlin" / "gesix" / "gesix_2022_plr447.csv")
    columns = {one: f"{one.upper()}_{year}" for one in ("di", "dii", "diii")}
    result = compute_index("gesix", table, key="plrID", columns=columns)
    published = {"gesix_index": f"GESIx_{year}", "esix_index": f"ESIx_{year}"}
    found = agreement(result, table, "plrID", published, tolerance=1e-6)
    assert found.is_complete
    assert found.summary["equal"].tolist() == [n, n]


def test_imd_2019_ranks_and_deciles() -> None:
    """MHCLG, English IMD 2019, 32,844 areas, from the published domain ranks."""
    table = read_table(REAL / "uk" / "imd2019_england.parquet")
    result = compute_index("imd-2019", table, key="lsoa11_code")
    found = agreement(result, table, "lsoa11_code", {"imd_index": "IMD_rank", "imd_class": "IMD_decile"})
    ranks, deciles = found.summary["equal"]
    assert ranks / 32844 >= 0.999
    assert deciles == 32844
    assert found.summary["largest_difference"][0] <= 2


def test_wimd_2019_every_rank_score_and_decile() -> None:
    """Welsh Government, WIMD 2019, 1,909 areas, from the published domain ranks."""
    table = read_table(REAL / "uk" / "wimd2019.csv")
    result = compute_index("wimd-2019", table, key="lsoa11_code")
    columns = {"wimd_index": "IMD_rank", "wimd_sum": "IMD_score", "wimd_class": "IMD_decile"}
    found = agreement(result, table, "lsoa11_code", columns, tolerance=1e-8)
    assert found.is_complete
    assert found.summary["equal"].tolist() == [1909] * 3


def test_the_command_does_the_same(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from dkbm_monitor.cli.root import dkbm

    table, out = MSS / "mss2017_checked.csv", tmp_path / "out.csv"
    words = [
        "index",
        "apply",
        "mss-2017",
        "--table",
        table,
        "--key",
        "plr_id",
        "--exclude",
        "gueltig=False",
        "--out",
        out,
    ]
    result = CliRunner().invoke(dkbm, [str(one) for one in words])
    assert result.exit_code == 0, result.output
    ours = pd.read_csv(out, dtype={"plr_id": str})
    theirs = pd.read_csv(table, dtype={"plr_id": str})
    assert (ours["plr_id"] == theirs["plr_id"]).all()
    assert ours["status_class"].fillna("").eq(theirs["status_klasse_txt"].fillna("")).all()
    np.testing.assert_allclose(ours["status_index"], theirs["status_index"], atol=1.1e-5)
