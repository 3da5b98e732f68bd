"""What an interactive map shows when little was said, and what it says when the wish cannot be met."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from interactive_release import small_districts, small_release

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.interactive import interactive

BOTH = ["sprachfoerderbedarf", "kita_besuch"]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return small_release(tmp_path)


def messages(error: pytest.ExceptionInfo[ProblemsError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


def test_without_a_wish_all_periods_on_the_finest_level_are_shown(release: Release) -> None:
    choice = interactive(release, BOTH).choice
    assert (choice.level, choice.periods, choice.gebietsstand) == ("stadtteil", ("2022", "2023"), "2021")


def test_one_indicator_may_be_named_without_a_list(release: Release) -> None:
    assert interactive(release, "kita_besuch").choice.indicators == ("kita_besuch",)


def test_a_period_may_be_a_number(release: Release) -> None:
    assert interactive(release, "sprachfoerderbedarf", period=2022).choice.periods == ("2022",)


def test_every_unknown_indicator_is_named_with_the_nearest_known_one(release: Release) -> None:
    with pytest.raises(ProblemsError) as error:
        interactive(release, ["sprachforderbedarf", "kita_besuch", "ganztag"])
    assert messages(error) == [
        "[R001] sprachforderbedarf: Die Kennzahl „sprachforderbedarf“ ist nicht Teil dieser Freigabe. "
        "Meinten Sie „sprachfoerderbedarf“?",
        "[R001] ganztag: Die Kennzahl „ganztag“ ist nicht Teil dieser Freigabe.",
    ]


def test_no_indicator_is_answered_with_those_released(release: Release) -> None:
    with pytest.raises(ProblemsError) as error:
        interactive(release, [])
    assert messages(error) == [
        "[V050] Die Karte braucht mindestens eine Kennzahl. Freigegeben sind: kita_besuch, sprachfoerderbedarf."
    ]


def test_an_indicator_of_the_town_alone_cannot_be_mapped(release: Release) -> None:
    only_town = replace(release, values=release.values[release.values["level"] == "stadt"])
    with pytest.raises(ProblemsError, match=r"\[V051\].*keine Werte für einzelne Gebiete"):
        interactive(only_town, "kita_besuch")


def test_unknown_periods_are_answered_with_the_known_ones(release: Release) -> None:
    with pytest.raises(ProblemsError) as error:
        interactive(release, "kita_besuch", periods=[2019, "gestern"])
    assert messages(error) == [
        "[V052] 2019: Für 2019 gibt es keine freigegebenen Werte. Vorhanden sind: 2023.",
        "[V052] gestern: Für gestern gibt es keine freigegebenen Werte. Vorhanden sind: 2023.",
    ]


def test_an_unknown_level_is_answered_with_the_nearest(release: Release) -> None:
    with pytest.raises(ProblemsError, match="Meinten Sie „stadtteil“"):
        interactive(release, BOTH, level="stadtteile")


def two_stands(release: Release, folder: Path) -> Release:
    older = release.values.assign(gebietsstand="2015", period="2019")
    older = older.drop_duplicates(["indicator", "district"])  # both indicators in one earlier year
    districts = {**release.districts, "2015": small_districts(folder, stand="2015")}
    return replace(release, values=pd.concat([release.values, older]), districts=districts)


def test_the_newest_boundaries_are_shown_when_none_are_named(release: Release, tmp_path: Path) -> None:
    choice = interactive(two_stands(release, tmp_path), BOTH).choice
    assert (choice.gebietsstand, choice.periods) == ("2021", ("2022", "2023"))


def test_an_older_period_brings_its_own_boundaries(release: Release, tmp_path: Path) -> None:
    assert interactive(two_stands(release, tmp_path), BOTH, period="2019").choice.gebietsstand == "2015"


def test_periods_of_different_boundaries_do_not_share_a_map(release: Release, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as error:
        interactive(two_stands(release, tmp_path), BOTH, periods=[2019, 2023])
    assert messages(error) == [
        "[V053] Die Zeiträume gehören zu verschiedenen Gebietsständen: 2015: 2019; 2021: 2023. "
        "Bitte für jeden Gebietsstand eine eigene Karte machen."
    ]


def test_an_indicator_without_values_in_the_chosen_period_is_named(release: Release) -> None:
    with pytest.raises(ProblemsError) as error:
        interactive(release, BOTH, period=2022)
    assert messages(error) == [
        "[V056] kita_besuch: Für „Kinder in Kindertagesbetreuung“ (kita_besuch) gibt es in dieser Auswahl keine Werte "
        "(Stadtteile, Gebietsstand Stadtteile 2021). Freigegeben ist diese Kennzahl für: 2023."
    ]
