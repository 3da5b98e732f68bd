"""The invented town that ships with the package: made anew byte by byte, opened, plausible."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.compute.totals import totals
from dkbm_monitor.core.frames import breakdowns_of
from dkbm_monitor.core.keys import age_band
from dkbm_monitor.core.problems import Severity
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.town.open import Town, open_town

DATA = Path(__file__).parents[2] / "data"
FOLDER = DATA / "musterstadt"
HARBOUR, TINY = "0203", "0607"


@pytest.fixture(scope="module")
def town() -> Town:
    return open_town(FOLDER)


@pytest.fixture(scope="module")
def observations(town: Town) -> pd.DataFrame:
    found = town.observations
    text = [*breakdowns_of(found), "measure", "gebietsstand", "level", "district", "period", "status", "source"]
    return found.astype(dict.fromkeys(text, "str"))


@pytest.fixture(scope="module")
def counts(town: Town) -> dict[str, pd.DataFrame]:
    """Known counts of every measure by Gebietsstand, level, district and year."""
    measures = town.catalogue.measures
    return {measure: totals(town.observations, measure, measures, town.districts) for measure in measures}


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_generator_writes_the_shipped_files_byte_by_byte(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(DATA / "make_musterstadt"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    made, shipped = _files(tmp_path), _files(FOLDER)
    assert sorted(made) == sorted(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_folder_is_small_enough_to_travel_in_the_wheel() -> None:
    assert sum(len(content) for content in _files(FOLDER).values()) < 3_000_000


def test_every_raw_table_is_registered_and_unchanged(town: Town) -> None:
    registered = {source.file: source.sha256 for source in town.register.sources}
    assert {f"raw/{path.name}" for path in (FOLDER / "raw").iterdir()} == set(registered)
    assert [file for file, digest in registered.items() if sha256_of(FOLDER / file) != digest] == []


def test_town_is_called_invented_wherever_it_may_be_quoted(town: Town) -> None:
    assert town.file.invented
    assert town.file.ags == "99000000"
    assert all("erfundene Stadt" in source.attribution for source in town.register.sources)
    assert all("erfundene Daten" in source.licence.name for source in town.register.sources)


def test_reading_finds_no_error_and_tells_of_the_people_without_address(town: Town) -> None:
    problems = town.reading[1]
    assert [str(one) for one in problems if one.severity is not Severity.NOTE] == []
    assert len([one for one in problems if "nicht zuzuordnen" in one.what]) == 10


def test_check_finds_the_planted_quirks_and_no_error(town: Town) -> None:
    from dkbm_monitor.town.check import check_town

    about_the_folder = [one for one in check_town(town) if not one.code.startswith("K")]
    assert [str(one) for one in about_the_folder if one.severity is Severity.ERROR] == []
    warnings = " ".join(str(one) for one in about_the_folder if one.severity is Severity.WARNING)
    assert "fehlt 2018" in warnings
    assert "fehlt 2020" in warnings
    assert "Altstadt (0101) trägt 2020" in warnings
    notes = " ".join(str(one) for one in about_the_folder if one.severity is Severity.NOTE)
    assert "Nicht zugeordnet: 412" in notes


def test_reform_turns_58_stadtteile_into_61_in_nine_bezirke(town: Town) -> None:
    sizes = {stand: [len(one.of_level(level)) for level in one.levels] for stand, one in town.districts.items()}
    assert sizes == {"2015": [58, 9, 1], "2021": [61, 9, 1]}


@pytest.mark.parametrize("stand", ["2015", "2021"])
def test_areas_fit_together_without_gaps_and_every_bezirk_is_one_piece(town: Town, stand: str) -> None:
    import shapely

    areas = town.districts[stand].geometry("stadtteil")
    assert areas.geometry.is_valid.all()
    assert shapely.coverage_is_valid(areas.geometry.to_numpy())
    whole = shapely.union_all(areas.geometry.to_numpy())
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert set(town.districts[stand].geometry("bezirk").geom_type) == {"Polygon"}


def test_both_gebietsstaende_have_the_same_outline(town: Town) -> None:
    import shapely

    old, new = (shapely.union_all(one.geometry("stadtteil").geometry.to_numpy()) for one in town.districts.values())
    assert shapely.symmetric_difference(old, new).area == pytest.approx(0, abs=1)


def test_crosswalk_shares_add_up_to_one_and_name_known_districts(town: Town) -> None:
    rows = list(csv.DictReader((FOLDER / "districts/umsteigeschluessel_2015_2021.csv").open(encoding="utf-8")))
    frame = pd.DataFrame(rows).astype({"weight_population": float, "weight_area": float})
    sums = frame.groupby("src")[["weight_population", "weight_area"]].sum()
    assert np.allclose(sums, 1, atol=2e-6)
    assert set(frame["src"]) == set(town.districts["2015"].names("stadtteil"))
    assert set(frame["tgt"]) == set(town.districts["2021"].names("stadtteil"))


def test_every_shipped_measure_has_data(town: Town, observations: pd.DataFrame) -> None:
    assert set(observations["measure"]) == set(town.catalogue.measures)


def test_every_shipped_indicator_has_a_value_in_most_districts(town: Town) -> None:
    from dkbm_monitor.compute.indicators import compute

    values = compute(town, levels=["stadtteil"])
    known = values[values["value"].notna()].groupby("indicator", observed=True)["district"].nunique()
    thin = {one for one in town.catalogue.indicators if known.get(one, 0) < 50}
    assert thin == set()


def _population(counts: dict[str, pd.DataFrame], level: str, year: int) -> pd.Series:
    rows = counts["bevoelkerung"]
    return rows[(rows["level"] == level) & (rows["year"] == year)].set_index("district")["count"]


def test_town_has_about_340000_people_and_one_district_of_about_180(counts: dict[str, pd.DataFrame]) -> None:
    people = _population(counts, "stadtteil", 2024)
    assert people.sum() == pytest.approx(340_000, rel=0.005)
    assert people[TINY] == pytest.approx(180, abs=10)
    assert people.drop([TINY, HARBOUR]).min() > 1_000


def test_nobody_lives_in_the_harbour(town: Town, counts: dict[str, pd.DataFrame]) -> None:
    for stand, year in (("2015", 2018), ("2021", 2024)):
        rows = town.districts[stand].of_level("stadtteil").set_index("district")
        assert list(rows.index[~rows["inhabited"]]) == [HARBOUR]
        assert _population(counts, "stadtteil", year)[HARBOUR] == 0


def test_parts_are_never_above_their_whole(town: Town, counts: dict[str, pd.DataFrame]) -> None:
    key = ["gebietsstand", "level", "district", "year"]
    above = []
    for measure in town.catalogue.measures.values():
        if measure.part_of and measure.additive:
            both = counts[measure.id].merge(counts[measure.part_of], on=key, suffixes=("", "_whole"))
            assert len(both) > 0, measure.id
            above += [(measure.id, *row) for row in both.loc[both["count"] > both["count_whole"], key].to_numpy()]
    assert above == []


def test_single_ages_of_both_sexes_add_up_to_the_people_of_a_district(observations: pd.DataFrame) -> None:
    rows = observations[observations["source"].str.match(r"einwohner_\d{4}") & (observations["level"] == "stadtteil")]
    rows = rows[rows["measure"] == "bevoelkerung"]
    key = ["period", "district"]
    whole = rows[(rows["sex"] == "total") & (rows["age"] == "total")].set_index(key)["value"]
    parts = rows[rows["age"] != "total"].groupby(key)["value"].sum()
    assert (whole == parts.reindex(whole.index)).all()


@pytest.mark.parametrize("dim", ["nationality", "migration"])
def test_cuts_by_origin_hold_the_same_people(observations: pd.DataFrame, dim: str) -> None:
    rows = observations[(observations["measure"] == "bevoelkerung") & (observations["level"] == "stadtteil")]
    whole = rows[(rows[["sex", "age", "nationality", "migration"]] == "total").all(axis=1)]
    whole = whole.set_index(["period", "district"])["value"]
    parts = rows[rows[dim] != "total"].groupby(["period", "district"])["value"].sum()
    assert len(parts) > 400
    assert (parts == whole.reindex(parts.index)).all()


def test_age_bands_tile_every_range_the_catalogue_asks_for(town: Town, observations: pd.DataFrame) -> None:
    from dkbm_monitor.compute.indicators import compute

    bands = {age_band(text) for text in observations.loc[observations["measure"] == "bevoelkerung", "age"]} - {None}
    assert {(age, age) for age in range(25)} <= bands
    # Whatever range a card names, its indicator must come out somewhere.
    values = compute(town, levels=["stadt"])
    known = set(values.loc[values["value"].notna(), "indicator"].astype(str))
    assert set(town.catalogue.indicators) - known == set()


def test_cohorts_age_from_year_to_year(observations: pd.DataFrame) -> None:
    """Children of 8 are next year's children of 9, but for the few who move: the structure is not drawn anew."""
    rows = observations[observations["source"].str.match(r"einwohner_\d{4}") & (observations["level"] == "stadtteil")]
    table = rows[rows["age"].isin(["8", "9"])].groupby(["age", "period", "district"])["value"].sum().unstack("district")
    changes = table.loc["9", "2024"] / table.loc["8", "2023"] - 1
    assert abs(table.loc["9", "2024"].sum() / table.loc["8", "2023"].sum() - 1) < 0.05
    assert changes.dropna().abs().median() < 0.1


def test_income_support_follows_a_gradient_that_neighbours_share(town: Town, counts: dict[str, pd.DataFrame]) -> None:
    """Moran's I of children on SGB II, contiguity weights, is clearly above the value without any pattern."""
    import shapely

    areas = town.districts["2021"].geometry("stadtteil")
    rows = counts["kinder_sgb2"]
    poor = rows[(rows["level"] == "stadtteil") & (rows["year"] == 2024)].set_index("district")["count"]
    share = (poor / _population(counts, "stadtteil", 2024)).reindex(areas["district"])
    known = (share.notna() & (areas["district"] != HARBOUR).to_numpy()).to_numpy()
    shapes, centred = areas.geometry.to_numpy()[known], (share[known] - share[known].mean()).to_numpy()
    touching = shapely.intersects(shapes[:, None], shapes[None, :]) & ~np.eye(len(shapes), dtype=bool)
    moran = len(shapes) / touching.sum() * (centred @ touching @ centred) / (centred @ centred)
    assert moran > 0.3


def test_institutions_stand_in_their_stadtteil_and_hold_the_published_places(
    town: Town, counts: dict[str, pd.DataFrame]
) -> None:
    import shapely

    layer = json.loads((FOLDER / "points/einrichtungen.geojson").read_text(encoding="utf-8"))
    areas = town.districts["2021"].geometry("stadtteil").set_index("district").geometry
    for one in layer["features"]:
        assert areas[one["properties"]["stadtteil"]].contains(shapely.Point(one["geometry"]["coordinates"]))
    kitas = [one["properties"] for one in layer["features"] if one["properties"]["art"] in {"kita", "tagespflege"}]
    places = pd.DataFrame([one for one in kitas if (one["seit"] or 0) < 2024]).groupby("stadtteil")["plaetze"].sum()
    rows = counts["kita_plaetze"]
    published = rows[(rows["level"] == "stadtteil") & (rows["year"] == 2024)].set_index("district")["count"]
    assert (published[published > 0] == places.reindex(published[published > 0].index)).all()


def test_planted_quirks_are_there(observations: pd.DataFrame) -> None:
    def periods(measure: str) -> set[str]:
        return set(observations.loc[observations["measure"] == measure, "period"])

    assert "2018" not in periods("haushalte")
    assert "2020" not in periods("esu_untersuchte")
    late = observations[(observations["measure"] == "sv_beschaeftigte") & (observations["period"] == "2024")]
    assert set(late["status"]) == {"pending"}
    support = observations[observations["source"] == "sgb2_stadtteile"]
    assert {"secret", "zero", "ok"} <= set(support["status"])
    advice = observations[(observations["measure"] == "bildungsberatungen") & (observations["period"] == "2020")]
    assert advice["value"].max() > 0.25 * advice["value"].sum()
    assert set(observations["mark"].astype(str)) == {"", "p"}


@pytest.mark.parametrize(
    ("file", "encoding", "inside"),
    [
        ("einwohner_2019.csv", "cp1252", "männlich"),
        ("haushalte_2015-2024.csv", "cp850", "Universitätsviertel"),
        ("sgb2_stadtteile_2015-2024.csv", "utf-8-sig", "RLB Männer"),
        ("staatsangehoerigkeit_2015-2024.csv", "utf-8", "D_m_0-2"),
    ],
)
def test_text_files_are_as_untidy_as_real_ones(file: str, encoding: str, inside: str) -> None:
    content = (FOLDER / "raw" / file).read_bytes()
    assert inside in content.decode(encoding)
    assert content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    if encoding in {"cp1252", "cp850"}:
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")
