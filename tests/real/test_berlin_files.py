"""What Berlin's official files say, read with nothing but pandas: the facts the recipe rests on.

Every figure was computed from the files themselves; where the publisher states it too, that is named.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.sources.recipe import read_recipe

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "berlin"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="real data folder ../shared/real/berlin is not here"),
]
YEARS = range(2015, 2025)
LAST_DECIMAL = 5e-6 + 1e-9  # half of the fifth decimal, to which the MSS rates are published
LAYERS = {"planning-areas": 8, "district-regions": 6, "districts": 2}
BANDS = ["below_6", "6_15", "15_18", "18_27", "27_45", "45_55", "55_65", "above_65"]
MIGRATION = "inhabitants_with_migration_background"


@cache
def population(year: int, table: str, layer: str) -> pd.DataFrame:
    path = REAL / "population" / f"berlin-lor-population-{year}-02-{table}-{layer}.csv"
    return pd.read_csv(path, dtype={"id": "str"}).set_index("id")


def counts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[column for column in frame if not column.endswith("_percentage")]]


@cache
def context_2019() -> pd.DataFrame:
    path = REAL / "mss" / "mss2019_kontext_plr.csv"
    return pd.read_csv(path, dtype={"id": "str"}, na_values="-").set_index("id")


def considered() -> pd.Index:
    table = context_2019()
    return table.index[table["k05_inhabitants_with_migration_background"] != 0]


@cache
def share_of_foreigners(year: int) -> pd.Series:
    table = population(year, "t1", "planning-areas")
    return 100 * table["inhabitants_foreigners"] / table["inhabitants"]


class TestRegister:
    @pytest.mark.parametrize("year", YEARS)
    @pytest.mark.parametrize("table", ["t1", "t2", "t3"])
    def test_planning_areas_add_up_to_every_published_level(self, year: int, table: str) -> None:
        fine = counts(population(year, table, "planning-areas"))
        for layer in ("district-regions", "districts"):
            published = counts(population(year, table, layer))
            summed = fine.groupby(fine.index.str[: LAYERS[layer]]).sum()
            pd.testing.assert_frame_equal(summed.loc[published.index], published, check_names=False)

    @pytest.mark.parametrize("year", YEARS)
    def test_the_eight_age_bands_are_everybody_and_so_reach_from_0_to_the_oldest(self, year: int) -> None:
        age, whole = population(year, "t2", "planning-areas"), population(year, "t1", "planning-areas")
        assert (age[[f"inhabitants_age_{band}" for band in BANDS]].sum(axis=1) == whole["inhabitants"]).all()
        origin = population(year, "t3", "planning-areas")
        assert (origin[[f"{MIGRATION}_age_{band}" for band in BANDS]].sum(axis=1) == whole[MIGRATION]).all()

    @pytest.mark.parametrize("year", YEARS)
    def test_columns_that_stand_in_several_tables_are_equal_so_one_of_them_is_read(self, year: int) -> None:
        t1, t2, t3 = (population(year, table, "planning-areas") for table in ("t1", "t2", "t3"))
        assert t1["inhabitants"].equals(t2["inhabitants"])
        assert t1[MIGRATION].equals(t3["inhabitants"].rename(MIGRATION))
        assert t1["inhabitants_foreigners"].equals(t2["inhabitants_foreigners"])
        assert t1["inhabitants_foreigners"].equals(t3["inhabitants_foreigners"])
        without = t1["inhabitants_germans_without_migration_background"]
        assert (t1[MIGRATION] + without == t1["inhabitants"]).all()

    @pytest.mark.parametrize("year", YEARS)
    def test_small_cells_are_protected_by_the_publisher(self, year: int) -> None:
        cells = np.concatenate(
            [
                population(year, "t2", "planning-areas")[[f"inhabitants_age_{band}" for band in BANDS]]
                .to_numpy()
                .ravel(),
                population(year, "t3", "planning-areas")[[f"{MIGRATION}_age_{band}" for band in BANDS]]
                .to_numpy()
                .ravel(),
            ]
        )
        assert not np.isin(cells, [1, 2]).any()
        assert (cells == 3).sum() > (cells == 4).sum()

    def test_number_of_areas_by_year(self) -> None:
        areas = {year: len(population(year, "t1", "planning-areas")) for year in YEARS}
        assert [areas[year] for year in (2015, 2018, 2019, 2020, 2021, 2024)] == [447, 447, 448, 448, 542, 542]
        assert [len(population(year, "t1", "district-regions")) for year in (2020, 2021)] == [138, 143]

    def test_allende_2_was_counted_with_its_neighbour_until_2018(self) -> None:
        before, after = (population(year, "t1", "planning-areas")["inhabitants"] for year in (2018, 2019))
        assert set(after.index) - set(before.index) == {"09041403"}
        assert after["09041403"] == 4441
        assert (after - before).idxmin() == "09041301"
        assert (after - before).min() == -4594
        regions = population(2019, "t1", "district-regions") - population(2018, "t1", "district-regions")
        assert (regions.loc["090413", "inhabitants"], regions.loc["090414", "inhabitants"]) == (-4585, 5055)

    def test_pankower_tor_is_uninhabited_throughout(self) -> None:
        empty = [set(table.index[table["inhabitants"] == 0]) for table in map(planning_areas, range(2021, 2025))]
        assert empty == [{"03400831"}, *[{"03400831", "06200418"}] * 3]


def planning_areas(year: int) -> pd.DataFrame:
    return population(year, "t1", "planning-areas")


class TestMss2019:
    def test_eleven_areas_stand_as_zero_throughout_and_k05_finds_exactly_them(self) -> None:
        table = context_2019()
        rates = table.drop(columns=["inhabitants", "k02_single_parent_households"])
        idle = table.index[(rates == 0).all(axis=1)]
        assert list(idle) == list(table.index.difference(considered()))
        assert len(idle) == 11
        assert set(idle[table.loc[idle, "inhabitants"] >= 300]) == {"04041239", "10010203"}

    def test_the_excluding_rule_matches_the_text_in_the_file(self) -> None:
        [(column, texts)] = read_recipe("berlin").tables["mss_2019_kontext"].excluded.items()
        raw = pd.read_csv(REAL / "mss" / "mss2019_kontext_plr.csv", dtype="str")
        assert raw[column].isin(texts).sum() == 11

    def test_k02_is_a_dash_in_every_row_and_no_other_column_has_one(self) -> None:
        raw = pd.read_csv(REAL / "mss" / "mss2019_kontext_plr.csv", dtype="str")
        dashes = (raw == "-").sum()
        assert dashes.to_dict() == {column: (447 if column.startswith("k02") else 0) for column in raw}

    def test_k05_and_k04_come_out_of_the_register(self) -> None:
        """Published to five decimals by the Senatsverwaltung; recomputed here from counts of 31.12.2018."""
        t1, t2, t3 = (population(2018, table, "planning-areas") for table in ("t1", "t2", "t3"))
        under_18 = BANDS[:3]
        k05 = 100 * t1[MIGRATION] / t1["inhabitants"]
        with_background = t3[[f"{MIGRATION}_age_{band}" for band in under_18]].sum(axis=1)
        k04 = 100 * with_background / t2[[f"inhabitants_age_{band}" for band in under_18]].sum(axis=1)
        table, areas = context_2019(), considered()
        assert len(areas) == 436
        assert (k05 - table["k05_inhabitants_with_migration_background"]).loc[areas].abs().max() <= LAST_DECIMAL
        assert (k04 - table["k04_children_with_migration_background"]).loc[areas].abs().max() <= LAST_DECIMAL

    def test_column_k06_holds_k16_and_column_k07_holds_k06(self) -> None:
        table, areas = context_2019(), considered()
        k16 = share_of_foreigners(2018)
        k06 = share_of_foreigners(2018) - share_of_foreigners(2016)
        assert (k16 - table["k06_change_proportion_of_foreigner"]).loc[areas].abs().max() <= LAST_DECIMAL
        assert (k06 - table["k07_foreign_transfer_recipients"]).loc[areas].abs().max() <= LAST_DECIMAL

    @pytest.mark.parametrize(
        ("column", "code"),
        [
            ("k08_urban_apartments", "KI_17"),
            ("k09_simple_residential_area", "KI_07"),
            ("k13_balance_of_migration_of_children_below_6", "KI_09"),
        ],
    )
    def test_columns_after_the_shift_resemble_what_2021_publishes(self, column: str, code: str) -> None:
        """Spearman over areas whose outline hardly changed: the right partner is by far the most alike."""
        alike = likeness_to_2021()[column]
        assert alike.idxmax() == code
        assert alike.max() > 0.8

    def test_columns_k11_and_k12_are_rooms_and_square_metres_per_person(self) -> None:
        table = context_2019().loc[considered()]
        assert table["k11_migration_volume"].between(0.7, 2.7).all()
        assert table["k12_balance_of_migration"].between(18, 76).all()

    def test_the_recipe_reads_the_columns_in_the_publishers_order(self) -> None:
        columns = read_recipe("berlin").tables["mss_2019_kontext"].columns
        codes = [re.findall(r"mss_(k\d\d)", column.measure)[0] for column in columns]
        assert codes == ["k01", "k02", "k03", "k04", "k05", "k16", "k06", "k17", "k07", "k08", "k14", "k15", "k09"]
        assert [column.column[:3] for column in columns] == [f"k{number:02d}" for number in range(1, 14)]


@cache
def likeness_to_2021() -> pd.DataFrame:
    """Rank correlation of every context rate of 2020 (rows) with every column of 2018."""
    weights = pd.read_csv(REAL / "lor" / "crosswalk_plr_2019_to_2021_areal.csv", dtype={0: "str", 1: "str"})
    kept = weights[weights["weight"] > 0.99]
    new = pd.read_csv(REAL / "mss" / "mss2021_kontextind_wfs.csv", dtype={"PLR_ID": "str"}).set_index("PLR_ID")
    rates = new.loc[new["KOM"] == "gültig", [column for column in new if re.fullmatch(r"KI_\d\d", column)]]
    pairs = kept[kept["plr_id_pre2021"].isin(considered()) & kept["plr_id_2021"].isin(rates.index)]
    old = context_2019().loc[pairs["plr_id_pre2021"]].reset_index(drop=True)
    young = rates.loc[pairs["plr_id_2021"]].reset_index(drop=True)
    return pd.DataFrame({column: young.corrwith(old[column], method="spearman") for column in old})


class TestMss2021:
    @pytest.mark.parametrize("name", ["indexind", "kontextind"])
    def test_six_areas_are_marked_and_only_they_are_minus_9999(self, name: str) -> None:
        table = pd.read_csv(REAL / "mss" / f"mss2021_{name}_wfs.csv", dtype="str").set_index("PLR_ID")
        recipe = read_recipe("berlin").tables["mss_2021_index" if name == "indexind" else "mss_2021_kontext"]
        marked = table["KOM"].isin(recipe.excluded["KOM"])
        assert set(table.loc[~marked, "KOM"]) == {"gültig"}
        assert marked.sum() == 6
        values = table[[column.column for column in recipe.columns]]
        assert ((values == "-9999").all(axis=1) == marked).all()
        assert not (values.loc[~marked] == "-9999").any().any()
        assert not values.isna().any().any()

    def test_columns_that_are_left_aside_are_empty(self) -> None:
        context = pd.read_csv(REAL / "mss" / "mss2021_kontextind_wfs.csv", dtype="str")
        index = pd.read_csv(REAL / "mss" / "mss2021_indexind_wfs.csv", dtype="str")
        empty = pd.concat([context[["KI_08", "KI_14", "KI_15"]], index[["S2", "D2"]]], axis=1)
        assert set(empty.stack().dropna()) == {"-9999"}


class TestGeometry:
    def test_published_outlines_have_one_key_twice_and_lack_another(self) -> None:
        import pyogrio

        published = pyogrio.read_dataframe(REAL / "lor" / "plr_2019_as_published.shp", read_geometry=False)
        repaired = pyogrio.read_dataframe(REAL / "lor" / "plr_2019_repaired.gpkg", read_geometry=False)
        keys = published["broker Dow"]
        assert set(keys[keys.duplicated()]) == {"06010102"}
        assert set(repaired["plr_id"]) - set(keys) == {"04030417"}
        assert repaired["plr_id"].is_unique

    def test_keys_of_outlines_and_statistics_are_the_same(self) -> None:
        import pyogrio

        old = pyogrio.read_dataframe(REAL / "lor" / "plr_2019_repaired.gpkg", read_geometry=False)
        new = pyogrio.read_dataframe(REAL / "lor" / "plr_2021.gpkg", read_geometry=False)
        regions = pyogrio.read_dataframe(REAL / "lor" / "bzr_2021.gpkg", read_geometry=False)
        forecast = pyogrio.read_dataframe(REAL / "lor" / "pgr_2021.gpkg", read_geometry=False)
        assert set(old["plr_id"]) == set(planning_areas(2020).index)
        assert set(new["plr_id"]) == set(planning_areas(2024).index)
        assert set(regions["BZR_ID"]) == set(new["plr_id"].str[:6])
        assert set(forecast["PGR_ID"]) == set(new["plr_id"].str[:4])

    def test_official_boroughs_differ_from_joined_areas_by_almost_nothing(self) -> None:
        import pyogrio

        areas = pyogrio.read_dataframe(REAL / "lor" / "pgr_2021.gpkg")
        boroughs = pyogrio.read_dataframe(REAL / "lor" / "bezirke.gpkg")
        joined = areas.dissolve(areas["PGR_ID"].str[:2])
        official = boroughs.set_index(boroughs["Gemeinde_s"].str[1:]).geometry.loc[joined.index]
        assert (joined.geometry.symmetric_difference(official).area / joined.geometry.area).max() < 3e-5
