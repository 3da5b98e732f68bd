"""Berlin through the whole engine: fetched, opened, read, computed; compared with what the publishers state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.compute.indicators import compute
from dkbm_monitor.core.problems import Problem, Severity
from dkbm_monitor.sources.fetch import fetch
from dkbm_monitor.town.check import check_town
from dkbm_monitor.town.open import Town, open_town

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "berlin"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="real data folder ../shared/real/berlin is not here"),
]
LAST_DECIMAL = 5e-6 + 1e-9  # half of the fifth decimal, to which the MSS 2019 rates are published
LEVELS = ["planungsraum", "bezirksregion", "prognoseraum", "bezirk", "stadt"]
CELL = ["age", "migration", "nationality", "sex"]
EXCLUDED_2018 = {
    *("01011102", "01022103", "03010104", "04020204", "04020314", "04041133"),
    *("04041239", "04061757", "09010102", "10010203", "12214528"),
}
# Amt für Statistik Berlin-Brandenburg, A I 16, Einwohnerregister, Berlin insgesamt
RESIDENTS = {"2018": 3_748_148, "2019": 3_769_495, "2020": 3_769_962, "2021": 3_775_480, "2024": 3_897_145}


@pytest.fixture(scope="module")
def berlin(tmp_path_factory: pytest.TempPathFactory) -> Town:
    into = tmp_path_factory.mktemp("town") / "berlin"
    built = fetch("berlin", source_folder=REAL, into=into)
    assert built.problems == ()
    return open_town(into)


@pytest.fixture(scope="module")
def values(berlin: Town) -> pd.DataFrame:
    return compute(berlin)


def of(values: pd.DataFrame, indicator: str, period: str, level: str = "planungsraum") -> pd.DataFrame:
    rows = values[(values["indicator"] == indicator) & (values["period"] == period) & (values["level"] == level)]
    return rows.set_index(rows["district"].astype("str"))


class TestIntake:
    def test_every_raw_file_is_read_without_a_complaint(self, berlin: Town) -> None:
        observations, problems = berlin.reading
        assert problems == []
        assert observations["source"].nunique() == 93
        assert set(observations["status"].unique()) == {"ok", "zero", "missing", "not_applicable"}

    def test_both_gebietsstaende_have_their_areas_on_every_level(self, berlin: Town) -> None:
        counted = {
            stand: [len(districts.of_level(level)) for level in LEVELS] for stand, districts in berlin.districts.items()
        }
        assert counted == {"lor2019": [448, 138, 60, 12, 1], "lor2021": [542, 143, 58, 12, 1]}

    def test_register_of_2020_stays_in_the_old_areas_while_mss_2021_counts_in_the_new(self, berlin: Town) -> None:
        in_2020 = berlin.observations[berlin.observations["period"] == "2020"]
        stands = in_2020.groupby(in_2020["measure"].astype("str").str[:3])["gebietsstand"].unique()
        assert {key: list(stand) for key, stand in stands.items()} == {"bev": ["lor2019"], "mss": ["lor2021"]}

    def test_no_number_is_read_twice(self, berlin: Town) -> None:
        key = ["measure", "gebietsstand", "level", "district", "period", *CELL]
        assert not berlin.observations.duplicated(key).any()

    def test_planning_areas_add_up_to_published_areas_in_every_cell_and_year(self, berlin: Town) -> None:
        counts = berlin.observations[berlin.observations["measure"] == "bevoelkerung"].astype({"district": "str"})
        fine = counts[counts["level"] == "planungsraum"]
        for level, digits in (("bezirksregion", 6), ("bezirk", 2)):
            key = ["period", "district", *CELL]
            summed = fine.assign(district=fine["district"].str[:digits]).groupby(key, observed=True)["value"].sum()
            published = counts[counts["level"] == level].set_index(key)["value"]
            assert len(summed) == len(published)
            assert (summed - published).abs().max() == 0

    def test_excluded_areas_are_not_applicable_and_never_zero(self, berlin: Town) -> None:
        mss = berlin.observations[berlin.observations["measure"].astype("str").str.startswith("mss_")]
        idle = mss[mss["status"] == "not_applicable"]
        by_period = {key: set(rows["district"]) for key, rows in idle.groupby("period", observed=True)}
        assert by_period["2018"] == EXCLUDED_2018
        assert by_period["2020"] == {"03300515", "03400831", "04400725", "05300838", "06200418", "10100205"}
        assert len(idle) == 11 * 13 + 6 * 20
        assert idle["value"].isna().all()

    def test_k02_of_2018_is_missing_with_the_publishers_sign(self, berlin: Town) -> None:
        rows = berlin.observations
        rows = rows[(rows["measure"] == "mss_k02_alleinerziehende_wert") & (rows["period"] == "2018")]
        considered = rows[rows["status"] != "not_applicable"]
        assert len(considered) == 436
        assert (considered["status"] == "missing").all()


class TestKnownAnswers:
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            ("migrationshintergrund", "mss_k05_migrationshintergrund"),
            ("migrationshintergrund_unter_18", "mss_k04_migrationshintergrund_unter_18"),
            ("auslaendische_staatsangehoerigkeit", "mss_k16_auslaendische_bevoelkerung"),
        ],
    )
    def test_register_counts_give_the_published_context_rates(
        self, values: pd.DataFrame, ours: str, theirs: str
    ) -> None:
        """MSS 2019, Senatsverwaltung für Stadtentwicklung und Wohnen Berlin: 436 considered planning areas."""
        computed, published = of(values, ours, "2018"), of(values, theirs, "2018")
        considered = published.index[published["status"] == "ok"]
        assert len(considered) == 436
        assert (computed["value"] - published["value"]).loc[considered].abs().max() <= LAST_DECIMAL

    @pytest.mark.parametrize("period", RESIDENTS)
    def test_berlin_as_a_whole(self, values: pd.DataFrame, period: str) -> None:
        [row] = of(values, "bevoelkerungszahl", period, "stadt").itertuples()
        assert row.value == RESIDENTS[period]

    def test_five_levels_are_computed_for_both_gebietsstaende(self, values: pd.DataFrame) -> None:
        rows = values[values["indicator"] == "migrationshintergrund_unter_18"]
        assert sorted(rows["period"].astype("str").unique()) == [str(year) for year in range(2015, 2025)]
        for _stand, part in rows.groupby("gebietsstand", observed=True):
            assert set(part["level"]) == set(LEVELS)
        without = rows[(rows["level"] != "planungsraum") & rows["value"].isna()]
        assert set(without["status"]) == {"not_applicable"}  # regions without a single child in that year
        assert set(without["district"]) == {"040617", "0406"}

    @pytest.mark.parametrize("period", ["2020", "2024"])
    def test_every_level_holds_the_same_children(self, values: pd.DataFrame, period: str) -> None:
        parts = ["numerator", "denominator"]
        sums = [of(values, "migrationshintergrund_unter_18", period, level)[parts].sum().to_list() for level in LEVELS]
        assert all(one == sums[0] for one in sums)

    def test_prognoseraeume_come_from_summing_alone(self, values: pd.DataFrame) -> None:
        fine = of(values, "migrationshintergrund", "2024")
        summed = fine.groupby(fine.index.str[:4])[["numerator", "denominator"]].sum()
        coarse = of(values, "migrationshintergrund", "2024", "prognoseraum").loc[summed.index]
        assert np.array_equal(coarse[["numerator", "denominator"]], summed)
        assert np.allclose(coarse["value"], 100 * summed["numerator"] / summed["denominator"])

    def test_ready_rates_are_shown_for_planning_areas_only(self, values: pd.DataFrame) -> None:
        rates = values[values["indicator"].astype("str").str.startswith("mss_")]
        assert rates.loc[rates["level"] != "planungsraum", "value"].isna().all()
        assert of(values, "mss_s4_kinder_transferbezug", "2020").loc["01100101", "value"] == 19.39799

    def test_allende_2_is_missing_until_2018_but_its_region_and_the_town_are_not(self, values: pd.DataFrame) -> None:
        found = {
            period: of(values, "bevoelkerungszahl", period).loc["09041403", ["value", "status"]].to_list()
            for period in ("2018", "2019")
        }
        assert found["2018"][1] == "missing"
        assert found["2019"] == [4441, "ok"]
        assert of(values, "bevoelkerungszahl", "2018", "bezirksregion").loc["090414", "value"] == 6391
        assert of(values, "bevoelkerungszahl", "2018", "bezirk").loc["09", "status"] == "ok"

    def test_an_uninhabited_area_takes_nothing_from_its_region(self, berlin: Town, values: pd.DataFrame) -> None:
        areas = berlin.districts["lor2021"].frame
        assert areas.loc[~areas["inhabited"], "district"].to_list() == ["03400831"]
        share = of(values, "migrationshintergrund", "2024")
        assert share.loc["03400831", "status"] == "not_applicable"
        assert of(values, "migrationshintergrund", "2024", "bezirk").loc["03", "status"] == "ok"


class TestCheck:
    @pytest.fixture(scope="class")
    def found(self, berlin: Town) -> list[Problem]:
        return [problem for problem in check_town(berlin) if not problem.code.startswith("K")]

    def test_real_files_are_no_error(self, found: list[Problem]) -> None:
        assert [str(problem) for problem in found if problem.severity is Severity.ERROR] == []

    def test_the_only_warning_is_allende_2(self, found: list[Problem]) -> None:
        [warning] = [problem for problem in found if problem.severity is Severity.WARNING]
        assert "Allende II (09041403)" in warning.what
        assert "2015–2018" in warning.what

    @pytest.mark.parametrize(
        "quirk",
        [
            "Er wurde bei 09041301 (Kietzer Feld/Nachtheide) mitgezählt",
            "In keiner Altersgruppe kommen die Werte 1 und 2 vor",
            "Der Planungsraum 03400831 (Pankower Tor) ist unbewohnt",
            "Vom Herausgeber nicht betrachtet: 11 Gebiete",
            "Vom Herausgeber nicht betrachtet: 6 Gebiete",
            "Die Überschriften sind ab k06 falsch.",
            "für kein Gebiet eine Zahl: „Haushalte von Alleinerziehenden (MSS)“",
            "S2 und D2 gibt es in dieser Ausgabe nicht",
            "K08, K14 und K15 sind in dieser Auslieferung leer.",
            "steht der Schlüssel 06010102 zweimal und 04030417 fehlt",
            "nicht genau aufeinander: 04020208, 04061757",
        ],
    )
    def test_every_quirk_is_explained_in_a_note(self, found: list[Problem], quirk: str) -> None:
        assert any(quirk in problem.what for problem in found if problem.severity is Severity.NOTE)


class TestGeometry:
    @pytest.mark.parametrize("stand", ["lor2019", "lor2021"])
    def test_every_level_covers_the_same_town(self, berlin: Town, stand: str) -> None:
        districts = berlin.districts[stand]
        areas = [districts.geometry(level).area.sum() for level in LEVELS]
        assert areas == pytest.approx([areas[0]] * 5, abs=1)  # square metres
        assert areas[0] == pytest.approx(890.7e6, rel=1e-4)

    def test_both_streets_named_schlossstrasse_have_their_own_key(self, berlin: Town) -> None:
        names = berlin.districts["lor2019"].names("planungsraum")
        same = sorted(key for key, name in names.items() if name == "Schloßstraße")
        assert same == ["04030417", "06010102"]
        assert (berlin.folder / "districts/wie_veroeffentlicht/plr_2019_as_published.dbf").is_file()

    def test_boroughs_have_their_names(self, berlin: Town) -> None:
        for districts in berlin.districts.values():
            names = districts.names("bezirk")
            assert (names["01"], names["12"], len(names)) == ("Mitte", "Reinickendorf", 12)
