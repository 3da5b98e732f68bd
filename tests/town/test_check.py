"""What the check says about numbers: one small town, one mistake at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from building import AGS, make_districts, make_indicator, make_measure, make_observations

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.core.problems import Place, Problem, Severity
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.sources.models import Register
from dkbm_monitor.town import check, check_parts, check_principles, check_series, check_values
from dkbm_monitor.town.models import TownFile
from dkbm_monitor.town.observed import Observed, periods_words
from dkbm_monitor.town.open import Town

SIX = {"11": "1", "12": "1", "13": "1", "21": "2", "22": "2", "23": "2"}
RULE = {"reason": "Beschluss vom 01.02.2024", "public": {}, "internal": {}}
LEVELS = ({"id": "stadtteil", "title": "Stadtteil", "plural": "Stadtteile", "file": "-", "key": "-"},)


def source(id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "file": f"raw/{id}.csv",
        "title": id,
        "publisher": "Amt",
        "licence": {"name": "frei"},
        "attribution": "Amt",
        "retrieved": date(2024, 1, 1),
        "sha256": "0" * 64,
        "spatial_principle": "wohnort",
        "table": "t",
        **more,
    }


def make_town(
    *measures: Measure,
    indicators: Iterable[Indicator] = (),
    districts: Districts | None = None,
    sources: Iterable[dict[str, Any]] = (),
    columns: Iterable[dict[str, Any]] = ({"column": "A", "measure": "teil"},),
    folder: Path | None = None,
) -> Town:
    cards = {card.id: card for card in (*(make_measure(id) for id in ("teil", "ganzes", "bevoelkerung")), *measures)}
    table = {"district": {"column": "Gebiet", "level": "stadtteil"}, "period": {"value": "2023"}, "columns": columns}
    register = Register.model_validate({"tables": {"t": table}, "sources": list(sources) or [source("probe")]})
    file = TownFile.model_validate(
        {
            "name": "Probestadt",
            "ags": AGS,
            "crs": "EPSG:25832",
            "gebietsstaende": [{"id": "g", "levels": LEVELS}],
            "disclosure": RULE,
        }
    )
    catalogue = Catalogue(cards, {card.id: card for card in indicators})
    return Town(folder or Path(), file, register, catalogue, {"g": districts or make_districts(SIX)})


def found(step: check.Check, town: Town, rows: Iterable[dict[str, Any]]) -> list[Problem]:
    frame = make_observations(rows)
    before = frame.copy()
    problems = list(step(Observed(town, frame)))
    text = [name for name in frame.columns if name not in ("value", "row")]
    as_categories = list(step(Observed(town, frame.astype(dict.fromkeys(text, "category")))))
    assert as_categories == problems  # text columns may come as categories
    pd.testing.assert_frame_equal(frame, before)
    return problems


def cells(measure: str, values: dict[str, float | None], **more: Any) -> list[dict[str, Any]]:
    return [{"measure": measure, "district": key, "value": value, **more} for key, value in values.items()]


def same(value: float = 100, measure: str = "ganzes", **more: Any) -> list[dict[str, Any]]:
    return cells(measure, dict.fromkeys(SIX, value), **more)


# single numbers


def test_negative_counts() -> None:
    (problem,) = found(check_values.negative_counts, make_town(), cells("teil", {"11": -3, "12": 4, "13": -1}))
    assert str(problem) == (
        "[C010] raw/probe.csv, Zeile 2: 2 Anzahlen sind negativ (−3, −1 in Zeilen 2, 4), gezählt wird „teil“. "
        "Ein Zeichen des Herausgebers bitte unter „signs“ erklären; ein Saldo ist keine Anzahl."
    )
    assert problem.severity is Severity.ERROR


def test_a_ready_rate_may_be_negative() -> None:
    town = make_town(make_measure("saldo", additive=False))
    assert found(check_values.negative_counts, town, cells("saldo", {"11": -3})) == []


def test_half_persons() -> None:
    (problem,) = found(check_values.half_persons, make_town(), cells("teil", {"11": 3.5, "12": 4}))
    assert "1 Anzahl von Menschen ist keine ganze Zahl (3,50 in Zeile 2)" in problem.what
    town = make_town(make_measure("flaeche", persons=False))
    assert found(check_values.half_persons, town, cells("flaeche", {"11": 3.5})) == []


def test_one_cell_from_two_sources() -> None:
    town = make_town(sources=[source("a"), source("b")])
    rows = [*cells("teil", {"11": 3, "12": 5}, source="a"), *cells("teil", {"11": 3, "12": 6}, source="b")]
    differing, equal = found(check_values.delivered_twice, town, rows)
    assert "Stadtteil 12 (12) 2023: 6 (Zeile 5), dort 5 (raw/a.csv, Zeile 3)" in differing.what
    assert differing.severity is Severity.ERROR
    assert equal.what == "1 Wert steht auch in raw/a.csv, gleich oder ohne Zahl: „teil“."
    assert equal.severity is Severity.NOTE


# what should be there


def test_missing_districts_by_name() -> None:
    (problem,) = found(check_series.missing_districts, make_town(), same()[:4])
    assert "Es fehlen 2 Gebiete von 6" in problem.what
    assert "Stadtteil 22 (22); Stadtteil 23 (23)" in problem.what
    assert "Betroffen: 2023, ganzes." in problem.what


def test_uninhabited_districts_need_no_row() -> None:
    town = make_town(districts=make_districts(SIX, uninhabited=["23"]))
    assert found(check_series.missing_districts, town, same()[:5]) == []


def test_the_same_gap_in_many_files_is_said_once() -> None:
    rows = [
        row
        for year in ("2021", "2022", "2023")
        for name in ("teil", "ganzes")
        for row in same(1, name, period=year)[:5]
    ]
    (problem,) = found(check_series.missing_districts, make_town(), rows)
    assert "Betroffen: 2021–2023, 2 Messgrößen." in problem.what


def test_missing_years() -> None:
    rows = [row for year in ("2018", "2019", "2021", "2024") for row in same(period=year)]
    (problem,) = found(check_series.missing_years, make_town(), rows)
    assert "In der Reihe fehlt 2020, 2022–2023" in problem.what


def test_a_source_of_every_second_year_has_no_gap() -> None:
    rows = [row for year in ("2017", "2019", "2021") for row in same(period=year)]
    assert found(check_series.missing_years, make_town(), rows) == []


def test_a_spike_at_one_address() -> None:
    rows = [
        *same(1000, "bevoelkerung", period="2022"),
        *same(1000, "bevoelkerung"),
        *same(20, "teil", period="2022"),
        *cells("teil", {"11": 20, "12": 20, "13": 400, "21": 20, "22": 20, "23": 20}),
    ]
    (problem,) = found(check_series.spikes, make_town(), rows)
    assert "Stadtteil 13 (13) trägt 2023 allein 80" in problem.what
    assert "(400 von 500)" in problem.what
    assert problem.place == Place("raw/probe.csv", 22, "")
    assert problem.severity is Severity.WARNING


def test_a_large_district_is_no_spike() -> None:
    people = {"11": 9000.0, "12": 100.0, "13": 100.0, "21": 100.0, "22": 100.0, "23": 100.0}
    rows = [*cells("bevoelkerung", people), *cells("teil", people)]
    assert found(check_series.spikes, make_town(), rows) == []


def test_what_was_always_so_is_no_spike() -> None:
    counts: dict[str, float | None] = {"11": 400, "12": 20, "13": 20, "21": 20, "22": 20, "23": 20}
    rows = [*same(1000, "bevoelkerung"), *cells("teil", counts, period="2022"), *cells("teil", counts)]
    problems = found(check_series.spikes, make_town(), [*same(1000, "bevoelkerung", period="2022"), *rows])
    # Said for the first year, where the population alone speaks; not again for the second.
    assert [problem.place.row for problem in problems] == [14]


def test_a_spike_in_a_measure_that_comes_only_by_age() -> None:
    rows = [*same(1000, "bevoelkerung", age="total")]
    for age in ("0-2", "3-5"):
        rows += cells("teil", {"11": 1, "12": 1, "13": 50, "21": 1, "22": 1, "23": 1}, age=age)
    (problem,) = found(check_series.spikes, make_town(make_measure("teil", breakdowns={"age": ()})), rows)
    assert "(100 von 110)" in problem.what


# parts and wholes


def test_a_part_above_its_whole() -> None:
    town = make_town(make_measure("teil", part_of="ganzes"))
    rows = [*cells("teil", {"11": 12, "12": 3}), *cells("ganzes", {"11": 9, "12": 3})]
    (problem,) = found(check_parts.parts_above_measure, town, rows)
    assert (
        "Ein Teil ist größer als das Ganze: „teil“ über „ganzes“. Stadtteil 11 (11) 2023: 12 von 9 (Zeile 2)."
        in problem.what
    )
    assert problem.severity is Severity.ERROR


def test_parts_are_compared_cell_by_cell() -> None:
    town = make_town(make_measure("teil", part_of="ganzes"))
    rows = [*cells("teil", {"11": 5}, sex="male"), *cells("ganzes", {"11": 9}, sex="total")]
    rows += cells("ganzes", {"11": 4}, sex="male")
    (problem,) = found(check_parts.parts_above_measure, town, rows)
    assert "„teil“ (männlich) über „ganzes“ (männlich)" in problem.what


def test_rounding_may_lift_a_part_above_its_whole() -> None:
    town = make_town(make_measure("teil", part_of="ganzes"))
    rows = [*cells("teil", {"11": 6}, status="rounded"), *cells("ganzes", {"11": 5}, status="rounded")]
    (problem,) = found(check_parts.parts_above_measure, town, rows)
    assert problem.severity is Severity.NOTE


def test_a_category_above_its_total() -> None:
    rows = [*cells("teil", {"11": 5}, sex="male"), *cells("teil", {"11": 4}, sex="total")]
    (problem,) = found(check_parts.categories_above_total, make_town(), rows)
    assert "Stadtteil 11 (11) 2023: 5 von 4" in problem.what


@pytest.mark.parametrize(("male", "n"), [(4, 0), (3, 1)])
def test_a_complete_breakdown_adds_up(male: float, n: int) -> None:
    town = make_town(make_measure("teil", breakdowns={"sex": ("male", "female")}))
    rows = [
        *cells("teil", {"11": male, "12": None}, sex="male"),
        *cells("teil", {"11": 6, "12": 5}, sex="female"),
        *cells("teil", {"11": 10, "12": 9}, sex="total"),
    ]
    problems = found(check_parts.breakdown_sums, town, rows)
    assert len(problems) == n
    if n:
        assert "Stadtteil 11 (11): 10 insgesamt, 9 als Summe (Zeile 6)" in problems[0].what


@pytest.mark.parametrize(("bands", "n"), [(("0-17", "18-64", "65+"), 1), (("0-17", "18-64"), 0), (("0-17", "15+"), 0)])
def test_ages_add_up_only_where_bands_tile_all_ages(bands: tuple[str, ...], n: int) -> None:
    town = make_town(make_measure("teil", breakdowns={"age": ()}))
    rows = [row for band in bands for row in cells("teil", {"11": 2}, age=band)]
    assert len(found(check_parts.breakdown_sums, town, [*rows, *cells("teil", {"11": 7}, age="total")])) == n


def test_the_unallocated_rest_is_stated() -> None:
    rows = [*same(100), {"measure": "ganzes", "level": "stadt", "district": AGS, "value": 603}]
    (problem,) = found(check_parts.levels_add_up, make_town(), rows)
    assert problem.what == (
        "„ganzes“, 2023: Probestadt (99000000) hat veröffentlicht 603, die Summe der Stadtteile ist 600. "
        "Nicht zugeordnet: 3 (0,5\u00a0%)."
    )
    assert problem.severity is Severity.NOTE


def test_more_in_the_districts_than_in_the_town_is_a_warning() -> None:
    rows = [*same(100), {"measure": "ganzes", "level": "stadt", "district": AGS, "value": 590}]
    (problem,) = found(check_parts.levels_add_up, make_town(), rows)
    assert "Die Summe liegt um 10 darüber (1,7\u00a0%)." in problem.what
    assert problem.severity is Severity.WARNING


def test_hidden_districts_explain_a_rest() -> None:
    rows = [*same(100)[:5], *cells("ganzes", {"23": None}, status="secret")]
    rows.append({"measure": "ganzes", "level": "stadt", "district": AGS, "value": 560})
    assert found(check_parts.levels_add_up, make_town(), rows) == []


def test_levels_between_are_compared_too() -> None:
    rows = [*same(100), {"measure": "ganzes", "level": "bezirk", "district": "1", "value": 300}]
    rows.append({"measure": "ganzes", "level": "bezirk", "district": "2", "value": 320})
    (problem,) = found(check_parts.levels_add_up, make_town(), rows)
    assert "Bezirk 2 (2) hat veröffentlicht 320" in problem.what


# sources and catalogue


def test_unknown_measure_and_breakdown() -> None:
    town = make_town(columns=[{"column": "A", "measure": "tiel"}, {"column": "B {sex}", "measure": "ganzes"}])
    measure, breakdown = check_principles.unknown_words(town)
    assert str(measure) == ("[C001] register.yml, t: Die Messgröße „tiel“ steht nicht im Katalog. Meinten Sie „teil“?")
    assert breakdown.what == "Die Messgröße „ganzes“ hat keine Gliederung „sex“."


def test_an_unknown_category() -> None:
    town = make_town(make_measure("teil", breakdowns={"sex": ("male", "female")}))
    rows = [*cells("teil", {"11": 5, "12": 6}, sex="males"), *cells("teil", {"11": 5}, sex="total")]
    (problem,) = found(check_principles.unknown_categories, town, rows)
    assert problem.what == "Die Gliederung „sex“ von „teil“ kennt „males“ nicht."
    assert problem.hint == "Meinten Sie „male“?"


def test_age_bands_are_read_from_the_data_and_need_no_declaration() -> None:
    town = make_town(make_measure("teil", breakdowns={"age": ()}))
    assert found(check_principles.unknown_categories, town, cells("teil", {"11": 5}, age="0-2")) == []


def test_a_source_of_another_principle() -> None:
    (problem,) = check_principles.differing_principles(
        make_town(sources=[source("probe", spatial_principle="schulort")])
    )
    assert problem.what == "Die Datei zählt nach dem Schulort, diese Messgrößen aber nach dem Wohnort: teil."


@pytest.mark.parametrize(("principle", "severity"), [("schulort", "error"), ("wohnort", "warning")])
def test_a_share_above_one_hundred(principle: str, severity: str) -> None:
    town = make_town(indicators=[make_indicator()], sources=[source("a", spatial_principle=principle), source("b")])
    rows = [*cells("teil", {"11": 5, "12": 30}, source="a"), *cells("ganzes", {"11": 10, "12": 20}, source="b")]
    (problem,) = found(check_principles.shares_above_whole, town, rows)
    assert "„Anteil“ läge über 100\u00a0%: Stadtteil 12 (12) 2023: 30 von 20 (Zeile 3)." in problem.what
    assert ("nach dem Schulort gezählt, der Nenner nach dem Wohnort" in problem.what) == (principle == "schulort")
    assert problem.severity == severity


def test_a_share_of_an_age_group() -> None:
    indicator = make_indicator(denominator={"measure": "ganzes", "where": {"age": {"first": 0, "last": 5}}})
    town = make_town(indicators=[indicator])
    rows = cells("teil", {"11": 5, "12": 7}, age="total")
    for age in ("0-2", "0-5", "6-9", "total"):
        rows += cells("ganzes", {"11": 6, "12": 6}, age=age)
    (problem,) = found(check_principles.shares_above_whole, town, rows)
    assert "Stadtteil 12 (12) 2023: 7 von 6" in problem.what


# the whole


def test_every_check_is_silent_about_a_sound_town() -> None:
    town = make_town(make_measure("teil", part_of="ganzes"), indicators=[make_indicator()])
    rows = [row for year in ("2021", "2022", "2023") for row in (*same(period=year), *same(40, "teil", period=year))]
    assert check.content_problems(Observed(town, make_observations(rows))) == []


def test_every_check_bears_an_empty_column_of_numbers() -> None:
    rows = [*same(), *cells("teil", dict.fromkeys(SIX), status="secret")]  # type: ignore[arg-type]
    problems = check.content_problems(Observed(make_town(), make_observations(rows)))
    assert {problem.severity for problem in problems} <= {Severity.NOTE}


def test_the_checks_do_not_depend_on_the_order_of_rows() -> None:
    town = make_town(make_measure("teil", part_of="ganzes"))
    frame = make_observations([*same(), *cells("teil", {"11": 200, "12": -4, "13": 2.5})])
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    one, other = (check.content_problems(Observed(town, each)) for each in (frame, shuffled))
    assert {(problem.code, problem.severity) for problem in one} == {(p.code, p.severity) for p in other}
    assert np.array(sorted(p.code for p in one)).tolist() == sorted(p.code for p in other)


def test_order_and_records() -> None:
    note = Problem("C1", Place("a.csv", 1), "s", "was", "tun", Severity.NOTE)
    late, early = Problem("C2", Place("b.csv", 9), "s", "was"), Problem("C3", Place("b.csv", 2), "s", "was")
    assert check.ordered([note, late, early, late]) == [early, late, note]
    record = check.as_table_rows([note])[0]
    assert record == {
        "severity": "note",
        "code": "C1",
        "file": "a.csv",
        "row": 1,
        "column": "",
        "key": "",
        "subject": "s",
        "found": "was",
        "hint": "tun",
    }


def test_periods_are_drawn_together() -> None:
    assert periods_words(["2020", "2018", "2019", "2022", "2021/22"]) == "2018–2020, 2021/22, 2022"
