"""Segregation from a release: what is hidden stays out and is reported, and nothing depends on company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from building import make_districts
from spatial.conftest import HIDDEN, value_row

from dkbm_monitor.core.locale import number, speaking
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.spatial import evenness
from dkbm_monitor.spatial.chance import Sampling
from dkbm_monitor.spatial.multigroup import multigroup_segregation
from dkbm_monitor.spatial.segregation import TABLE_COLUMNS, segregation
from dkbm_monitor.spatial.segregation_change import SegregationChange, segregation_change

FEW = Sampling(draws=200)
FOUR = {"11": (10, 100), "12": (20, 100), "21": (30, 100), "22": (40, 100)}  # DOMAIN.md B.8
Counted = Callable[..., Release]


def test_the_worked_example_of_the_field(counted: Counted) -> None:
    found = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW)
    row = found.table.iloc[0]
    assert row["dissimilarity"] == pytest.approx(0.2667, abs=5e-5)
    assert (row["isolation"], row["exposure"]) == (pytest.approx(0.3), pytest.approx(0.7))
    assert (row["group"], row["rest"], row["n_districts"], row["n_left_out"]) == (100, 300, 4, 0)
    assert tuple(found.table.columns) == TABLE_COLUMNS
    assert found.districts["contribution"].sum() == pytest.approx(row["dissimilarity"])
    assert found.districts.set_index("district")["location_quotient"].to_dict() == pytest.approx(
        {"11": 0.4, "12": 0.8, "21": 1.2, "22": 1.6}
    )


def test_chance_is_taken_out_as_documented(counted: Counted) -> None:
    row = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW).table.iloc[0]
    chance = row["dissimilarity_by_chance"]
    assert 0 < chance < 0.1
    assert row["dissimilarity_adjusted"] == pytest.approx((row["dissimilarity"] - chance) / (1 - chance))
    assert row["dissimilarity_low"] < row["dissimilarity"] < row["dissimilarity_high"]


def test_years_and_levels_stand_side_by_side(released: Callable[..., Release]) -> None:
    rows = [value_row(key, pair, period=period) for period in ("2022", "2023") for key, pair in FOUR.items()]
    rows += [value_row(key, pair, level="bezirk") for key, pair in (("1", (30, 200)), ("2", (70, 200)))]
    table = segregation(released(rows), "anteil", sampling=FEW).table.set_index(["level", "period"])
    assert list(table.index) == [("bezirk", "2023"), ("stadtteil", "2022"), ("stadtteil", "2023")]
    assert table.loc[("bezirk", "2023"), "dissimilarity"] == pytest.approx(abs(0.3 - 170 / 300))
    assert table.loc[("stadtteil", "2022"), "dissimilarity"] == pytest.approx(0.2667, abs=5e-5)


def test_a_year_does_not_depend_on_the_years_beside_it(counted: Counted) -> None:
    alone = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW).table
    other = {key: (pair[0] + 7, pair[1]) for key, pair in FOUR.items()}
    both = segregation(counted({"2022": other, "2023": FOUR}), "anteil", sampling=FEW).table
    assert both[both["period"] == "2023"].iloc[0].to_dict() == alone.iloc[0].to_dict()


def test_the_order_of_rows_changes_nothing(counted: Counted) -> None:
    release = counted({"2022": FOUR, "2023": FOUR})
    turned = release.values.iloc[::-1].reset_index(drop=True)
    object.__setattr__(mixed := counted({"2022": FOUR, "2023": FOUR}), "values", turned)
    one, other = (segregation(which, "anteil", sampling=FEW) for which in (release, mixed))
    assert one.table.equals(other.table)
    assert one.districts.equals(other.districts)


def _with_hidden(size: int) -> Mapping[str, tuple[float | None, float | None]]:
    return {**{f"1{n}": (10 + n, 100) for n in range(9)}, "21": HIDDEN} if size else FOUR


def test_hidden_districts_stay_out_and_are_counted(counted: Counted) -> None:
    release = counted({"2023": _with_hidden(1)}, town=(130, 940))
    found = segregation(release, "anteil", sampling=FEW)
    row = found.table.iloc[0]
    assert (row["n_districts"], row["n_left_out"], row["group"]) == (9, 1, 126)
    assert row["most_left_out"] == 0.05  # 40 of 940 − 130 = 36 of 810 are 4.4 %; 4 of 130 are 3.1 %
    assert "left_out" in row["flags"]
    assert "21" not in set(found.districts["district"])
    assert found.in_words()[0].endswith("1 Gebiet ohne gezeigte Zahlen ist nicht enthalten.")


def test_the_share_left_out_does_not_give_a_hidden_count_away(counted: Counted) -> None:
    shares = [
        segregation(counted({"2023": _with_hidden(1)}, town=(126 + few, 940)), "anteil", sampling=FEW)
        .table["most_left_out"]
        .item()
        for few in (1, 2, 3, 4)
    ]
    assert set(shares) == {0.05}


def test_too_much_hidden_is_refused_with_the_reason(counted: Counted) -> None:
    release = counted({"2023": {**FOUR, "22": HIDDEN}}, town=(100, 400))
    with pytest.raises(ProblemsError) as caught:
        segregation(release, "anteil", sampling=FEW)
    problem = caught.value.problems[0]
    assert problem.code == "G009"
    assert str(problem) == (
        "[G009] stadtteil 2023: 40\u00a0% einer Gruppe sind in Gebieten ohne gezeigte Zahlen. Mehr als 10\u00a0% "
        "dürfen nicht fehlen: eine gröbere Ebene wählen oder mehrere Jahrgänge zusammenfassen."
    )


def test_without_the_town_the_districts_are_counted(released: Callable[..., Release]) -> None:
    rows = [value_row(key, pair) for key, pair in {**FOUR, "22": HIDDEN}.items()]
    with pytest.raises(ProblemsError, match="1 bewohntes Gebiet hat keine gezeigten Zahlen"):
        segregation(released(rows), "anteil", sampling=FEW)


def test_one_bad_year_is_reported_beside_the_good_ones(counted: Counted) -> None:
    release = counted({"2022": {**FOUR, "22": HIDDEN}, "2023": FOUR}, town=(100, 400))
    found = segregation(release, "anteil", sampling=FEW)
    table = found.table.set_index("period")
    assert table.loc["2022", "status"] == "suppressed"
    assert np.isnan(table.loc["2022", ["dissimilarity", "isolation", "gini_low"]].to_numpy(dtype=float)).all()
    assert table.loc["2023", "status"] == "ok"
    assert [problem.code for problem in found.problems] == ["G009"]
    assert set(found.districts["period"]) == {"2023"}
    assert len(found.in_words()) == 1


def test_uninhabited_districts_are_not_left_out(counted: Counted) -> None:
    release = counted({"2023": FOUR}, uninhabited=["19"])
    assert segregation(release, "anteil", sampling=FEW).table["n_left_out"].item() == 0


def test_a_district_without_the_children_asked_about_is_not_left_out(counted: Counted) -> None:
    release = counted({"2023": FOUR})
    idle = value_row("19", HIDDEN, status="not_applicable")
    rows = [*release.values.to_dict("records"), idle]
    again = segregation(_again(release, rows, counted), "anteil", sampling=FEW)
    assert again.table["n_left_out"].item() == 0


def _again(release: Release, rows: list[dict[str, object]], counted: Counted) -> Release:
    made = counted({"2023": {**FOUR, "19": HIDDEN}}, town=(100, 400))
    import pandas as pd

    object.__setattr__(made, "values", pd.DataFrame(rows)[release.values.columns])
    return made


def test_a_small_group_is_flagged(counted: Counted) -> None:
    few = {f"1{n}": (1 + n % 3, 100) for n in range(9)}
    row = segregation(counted({"2023": few}), "anteil", sampling=FEW).table.iloc[0]
    assert row["flags"] == "small_group few_districts"
    assert row["dissimilarity_by_chance"] > 0.1


def test_an_empty_group_is_explained(counted: Counted) -> None:
    with pytest.raises(ProblemsError, match=r"\[G007\] stadtteil 2023: Hier gibt es keine zwei Gruppen"):
        segregation(counted({"2023": {"11": (0, 10), "12": (0, 10)}}), "anteil", sampling=FEW)


def test_more_in_the_part_than_in_the_whole_is_explained(counted: Counted) -> None:
    with pytest.raises(ProblemsError, match=r"\[G006\].*Zähler größer als der Nenner"):
        segregation(counted({"2023": {"11": (12, 10), "12": (3, 10)}}, town=(15, 20)), "anteil", sampling=FEW)


def test_what_is_not_there_is_named_together(counted: Counted) -> None:
    release = counted({"2023": FOUR})
    with pytest.raises(ProblemsError) as caught:
        segregation(release, "anteil", levels=["stadtteile"], periods=["2019"])
    assert [problem.code for problem in caught.value.problems] == ["G002", "G003"]
    assert "Meinten Sie „stadtteil“?" in str(caught.value)
    with pytest.raises(ProblemsError, match=r"\[G001\] anteile: .* Meinten Sie „anteil“\?"):
        segregation(release, "anteile")
    with pytest.raises(ProblemsError, match=r"\[G005\] sex=female: Die Gliederung „sex=female“ gibt es"):
        segregation(release, "anteil", breakdown="sex=female")
    with pytest.raises(ProblemsError, match=r"\[G008\].*keine Werte einzelner Gebiete"):
        segregation(release, "anteil", levels=["stadt"])


def test_only_a_share_has_a_rest(released: Callable[..., Release]) -> None:
    release = released([value_row("11", (1, 2))], anteil={"kind": "rate"})
    with pytest.raises(ProblemsError, match=r"\[G004\] anteil: „anteil“ ist kein Anteil"):
        segregation(release, "anteil")


def test_sentences_say_who_would_live_elsewhere(counted: Counted) -> None:
    found = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW)
    chance = number(100 * found.table["dissimilarity_by_chance"].item(), 1)
    assert found.in_words() == [
        "Anteil (2023): Damit der Anteil in allen 4 Gebieten gleich wäre, müssten 26,7\u00a0% der Gruppe in einem "
        f"anderen Gebiet wohnen. Bei zufälliger Verteilung wären es {chance}\u00a0%."
    ]
    schools = counted({"2023": FOUR}, anteil={"spatial_principle": "schulort"})
    words = segregation(schools, "anteil", sampling=FEW).in_words()[0]
    assert "auf Einrichtungen in anderen Gebieten verteilt sein" in words


def test_a_distribution_like_chance_is_called_so(counted: Counted) -> None:
    even = {f"1{n}": (10, 100) for n in range(9)}
    words = segregation(counted({"2023": even}), "anteil", sampling=FEW).in_words()[0]
    assert "müssten 0,0\u00a0% der Gruppe" in words
    assert "Das ist nicht mehr als bei zufälliger Verteilung (" in words


def test_rounded_counts_are_flagged(counted: Counted) -> None:
    release = counted({"2022": FOUR, "2023": FOUR})
    rounded = (release.values["period"] == "2023") & (release.values["district"] == "11")
    release.values["status"] = release.values["status"].astype("str").mask(rounded, "rounded")
    flags = segregation(release, "anteil", sampling=FEW).table["flags"]
    assert flags.tolist() == ["few_districts", "few_districts rounded"]


def _twice(factor: int, later: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, tuple[float, float]]]:
    years = {"2022": FOUR, "2023": later}
    return {year: {key: (a * factor, t * factor) for key, (a, t) in pairs.items()} for year, pairs in years.items()}


EVENER = {"11": (20, 100), "12": (23, 100), "21": (27, 100), "22": (30, 100)}


def test_a_change_is_named_only_where_counts_can_show_it(counted: Counted) -> None:
    def change(factor: int) -> SegregationChange:
        found = segregation(counted(_twice(factor, EVENER)), "anteil", sampling=FEW)
        return segregation_change(found, level="stadtteil", first=2022, last=2023)

    few, many = change(1), change(40)
    assert few.difference == pytest.approx(many.difference) == pytest.approx(-0.1733, abs=5e-5)
    assert few.low < many.low < many.difference < many.high < few.high
    assert many.high < 0
    assert not SegregationChange("Anteil", "stadtteil", "2022", "2023", 4, 0.2, 0.1, -0.2, 0.01).is_detectable
    assert many.in_words() == (
        "Anteil: Zwischen 2022 und 2023 ist die Verteilung gleicher geworden (von 26,7 auf 9,3\u00a0%)."
    )


def test_no_change_is_called_no_change(counted: Counted) -> None:
    found = segregation(counted(_twice(1, FOUR)), "anteil", sampling=FEW)
    change = segregation_change(found, level="stadtteil", first="2022", last="2023")
    assert change.low < 0 < change.high
    assert change.in_words() == (
        "Anteil: Zwischen 2022 und 2023 lässt sich keine Veränderung der Verteilung nachweisen."
    )
    more = SegregationChange("Anteil", "stadtteil", "2022", "2023", 4, 0.1, 0.2, 0.05, 0.15)
    assert more.in_words().endswith("ist die Verteilung ungleicher geworden (von 10,0 auf 20,0\u00a0%).")


def test_a_change_compares_the_same_districts(counted: Counted) -> None:
    years: dict[str, dict[str, Any]] = {year: {f"1{n}": (9 + n, 100) for n in range(9)} for year in ("2022", "2023")}
    years["2022"]["21"], years["2023"]["21"] = (90, 100), HIDDEN
    found = segregation(counted(years, town=(210, 1000)), "anteil", sampling=FEW)
    with pytest.raises(ProblemsError, match=r"G003.*„2023“ gibt es auf dieser Ebene keinen Wert"):
        segregation_change(found, level="stadtteil", first="2022", last="2023")
    found = segregation(counted(years, town=(125, 920)), "anteil", sampling=FEW)
    change = segregation_change(found, level="stadtteil", first="2022", last="2023")
    assert (change.n_districts, change.difference) == (9, 0)


def test_other_boundaries_are_not_compared(counted: Counted) -> None:
    found = segregation(counted(_twice(1, FOUR)), "anteil", sampling=FEW)
    found.districts.loc[found.districts["period"] == "2022", "gebietsstand"] = "alt"
    with pytest.raises(ProblemsError, match=r"G022.*2022 und 2023 liegen in verschiedenen Gebietsständen"):
        segregation_change(found, level="stadtteil", first="2022", last="2023")
    with pytest.raises(ProblemsError, match=r"G002.*„bezirk“"):
        segregation_change(found, level="bezirk", first="2022", last="2023")


def test_notes_warn_about_boundaries_and_small_groups(counted: Counted) -> None:
    notes = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW).notes
    assert "Zuschnitt der Gebiete" in notes[0]
    assert "Zufall" in notes[1]


def test_the_language_changes_no_number(counted: Counted) -> None:
    german = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW).table
    with speaking("en"):
        assert segregation(counted({"2023": FOUR}), "anteil", sampling=FEW).table.equals(german)


def _groups(released: Callable[..., Release], cells: Mapping[str, list[float]]) -> Release:
    rows = [
        value_row(district, (count, 100), breakdown=f"language={group}")
        for group, counts in cells.items()
        for district, count in zip(FOUR, counts, strict=True)
    ]
    return released(rows)


def test_several_groups_as_pysal(released: Callable[..., Release]) -> None:
    """PySAL segregation 2.5.4: MultiDissim 0.16, MultiInfoTheory 0.05118688510966151."""
    cells = {"a": [10, 20, 30, 40], "b": [40, 30, 20, 10], "c": [50, 50, 50, 50]}
    found = multigroup_segregation(_groups(released, cells), "anteil", "language", sampling=FEW)
    row = found.table.iloc[0]
    assert (row["dissimilarity"], row["theil"]) == (pytest.approx(0.16), pytest.approx(0.05118688510966151))
    assert found.groups.set_index("group")["people"].to_dict() == {
        "language=a": 100,
        "language=b": 100,
        "language=c": 200,
    }


def test_two_of_several_groups_are_the_simple_case(released: Callable[..., Release], counted: Counted) -> None:
    cells = {"a": [10, 20, 30, 40], "b": [90, 80, 70, 60]}
    several = multigroup_segregation(_groups(released, cells), "anteil", "language", sampling=FEW).table.iloc[0]
    simple = segregation(counted({"2023": FOUR}), "anteil", sampling=FEW).table.iloc[0]
    for name in ("dissimilarity", "dissimilarity_by_chance", "theil"):
        assert several[name] == pytest.approx(simple[name])


def test_a_district_that_hides_one_group_is_left_out_with_all(released: Callable[..., Release]) -> None:
    cells = {"a": [10, 20, 30, 40], "b": [90, 80, 70, 60]}
    release = _groups(released, cells)
    hidden = (release.values["district"] == "22") & (release.values["breakdown"] == "language=b")
    town = [value_row("99000000", (count, 400), level="stadt", breakdown=f"language={key}") for key, count in TOWN]
    rows = [*release.values[~hidden].to_dict("records"), value_row("22", HIDDEN, breakdown="language=b"), *town]
    row = multigroup_segregation(released(rows), "anteil", "language", sampling=FEW).table.iloc[0]
    three = {key: [counts[place] for place in range(3)] for key, counts in cells.items()}
    expected = evenness.dissimilarity(np.array(list(three.values()), dtype=float))
    assert (row["n_districts"], row["n_left_out"]) == (3, 1)
    assert row["dissimilarity"] == pytest.approx(float(expected))


TOWN = (("a", 65), ("b", 250))


def test_the_order_of_areas_changes_nothing(counted: Counted) -> None:
    straight, turned = counted({"2023": FOUR}), counted({"2023": FOUR})
    areas = make_districts({key: key[0] for key in reversed(FOUR)})
    object.__setattr__(turned, "districts", {"g": areas})
    one, other = (segregation(which, "anteil", sampling=FEW) for which in (straight, turned))
    assert one.table.equals(other.table)
    assert one.districts.equals(other.districts)


def test_one_group_is_not_several(released: Callable[..., Release]) -> None:
    release = _groups(released, {"a": [10, 20, 30, 40]})
    with pytest.raises(ProblemsError, match=r"\[G005\] sprache: Nach „sprache“ .* Vorhanden: language"):
        multigroup_segregation(release, "anteil", "sprache")
    with pytest.raises(ProblemsError, match=r"G005.*nicht in mindestens zwei Gruppen gegliedert"):
        multigroup_segregation(release, "anteil", "language")
