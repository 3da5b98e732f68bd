"""Tables as offices send them: encodings, headers, layouts, rows that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from intake import AGS, KNOWN, codes, make_source, make_table, read, shown

from dkbm_monitor.core.frames import OBSERVATION_COLUMNS, check_status
from dkbm_monitor.sources.coded import Coded, combined
from dkbm_monitor.sources.models import Register
from dkbm_monitor.sources.tables import read_all, read_source


def one(problems: list, code: str):  # type: ignore[no-untyped-def, type-arg]
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [str(problem) for problem in problems]
    return found[0]


def test_a_plain_table(tmp_path: Path) -> None:
    observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;12\n0102;1.234\n0201;-\n")
    assert problems == []
    assert list(observations.columns) == list(OBSERVATION_COLUMNS)
    assert shown(observations, "district", "value", "status", "row") == [
        ("0101", 12.0, "ok", 2),
        ("0102", 1234.0, "ok", 3),
        ("0201", 0.0, "zero", 4),
    ]
    assert shown(observations.iloc[:1], "measure", "gebietsstand", "level", "period", "source", "column", "mark") == [
        ("kinder", "2021", "stadtteil", "2023", "probe", "Kinder", "")
    ]
    check_status(observations)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "latin-1", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Größe;Kinder\nAltdorf;1\nSüdhafen;2\n"
    district = {"column": "Größe", "level": "stadtteil", "by": "name"}
    observations, problems = read(tmp_path, text.encode(encoding), encoding=encoding, district=district)
    assert problems == []
    assert observations["district"].tolist() == ["0101", "0201"]


@pytest.mark.parametrize(
    ("actual", "declared", "guess"),
    [
        ("cp1252", "utf-8", "cp1252"),
        ("cp850", "utf-8", "cp850"),
        ("utf-8", "cp1252", "utf-8"),
        ("cp850", "cp1252", "cp850"),
        ("cp1252", "cp850", "cp1252"),
        ("utf-16", "cp1252", "utf-16"),
    ],
)
def test_a_wrong_encoding_is_named_and_got_over(tmp_path: Path, actual: str, declared: str, guess: str) -> None:
    text = "Gebiet;Kinder\nAltdorf;1\nSüdhafen;2\n"
    district = {"column": "Gebiet", "level": "stadtteil", "by": "name"}
    observations, problems = read(tmp_path, text.encode(actual), encoding=declared, district=district)
    problem = one(problems, "T004")
    assert f"nicht in {declared} gespeichert; sie sieht nach {guess} aus" in problem.what
    assert f"encoding: {guess}" in problem.hint
    assert observations["value"].tolist() == [1.0, 2.0]


def test_an_unknown_encoding(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;1\n", encoding="cp1225")
    assert one(problems, "T004").hint == "Meinten Sie „cp1252“?"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_and_empty_lines_keep_row_numbers(tmp_path: Path, line_end: str) -> None:
    text = line_end.join(["Gebiet;Kinder", "", "0101;1", "", "", "0102;2", ""])
    observations, problems = read(tmp_path, text)
    assert problems == []
    assert observations["row"].tolist() == [3, 6]


def test_quoted_fields_with_delimiter_quote_and_line_break(tmp_path: Path) -> None:
    text = '"Gebiet";"Na""me";Kinder\n"0101";"a;b";"1,5"\n"0102";"zwei\nZeilen";2\n"0201";;3\n'
    observations, problems = read(tmp_path, text, ignore=['Na"me'])
    assert problems == []
    assert shown(observations, "value", "row") == [(1.5, 2), (2.0, 3), (3.0, 5)]


def test_an_unclosed_quote_is_named_with_its_row(tmp_path: Path) -> None:
    text = "Gebiet;Kinder\n0101;1\n" + '"0102;2\n' + "0201;3\n" * 40
    assert one(read(tmp_path, text)[1], "T011").place.row == 3


def test_title_rows_several_header_rows_and_footer(tmp_path: Path) -> None:
    text = (
        "Kinder in der Stadt;;;\n"
        "Gebiet;2022;;2023\n"
        ";Jungen;Mädchen;Jungen\n"
        "0101;1;2;3\n"
        "\n"
        "Quelle: Amt für Statistik;;;\n"
        "0102;9;9;9\n"
    )
    observations, problems = read(
        tmp_path,
        text,
        header_rows=[2, 3],
        footer_starts_with="Quelle",
        period={},
        columns=[
            {
                "column": "{period} | {sex}",
                "measure": "kinder",
                "recode": {"sex": {"Jungen": "male", "Mädchen": "female"}},
            }
        ],
    )
    assert problems == []
    assert shown(observations, "period", "sex", "value", "row", "column") == [
        ("2022", "male", 1.0, 4, "2022 | Jungen"),
        ("2022", "female", 2.0, 4, "2022 | Mädchen"),
        ("2023", "male", 3.0, 4, "2023 | Jungen"),
    ]


def test_soft_hyphens_and_odd_blanks_in_headers(tmp_path: Path) -> None:
    text = "Ge\u00adbiet;  Kinder\u00a0mit  Förder\u00adbedarf \n0101;1\n"
    observations, problems = read(tmp_path, text, columns=[{"column": "Kinder mit Förderbedarf", "measure": "kinder"}])
    assert problems == []
    assert observations["column"].tolist() == ["Kinder mit Förderbedarf"]


def test_a_family_of_columns_by_age(tmp_path: Path) -> None:
    text = "Gebiet;Alter 0;Alter 3 – 5;Alter 65+;Alter zusammen\n0101;1;2;3;6\n"
    observations, problems = read(
        tmp_path,
        text,
        columns=[
            {"column": "Alter {age}", "measure": "kinder"},
            {"column": "Alter zusammen", "measure": "kinder"},
        ],
    )
    assert problems == []
    assert shown(observations, "age", "value") == [("total", 6.0), ("0", 1.0), ("3-5", 2.0), ("65+", 3.0)]


def test_an_age_that_is_no_band_gets_a_suggestion(tmp_path: Path) -> None:
    text = "Gebiet;3 bis unter 6;65 und älter\n0101;1;2\n"
    observations, problems = read(tmp_path, text, columns=[{"column": "{age}", "measure": "kinder"}])
    assert codes(problems) == ["T046", "T046"]
    assert '"3 bis unter 6": "3-5"' in problems[0].hint
    assert '"65 und älter": "65+"' in problems[1].hint
    assert len(observations) == 0


def test_districts_as_columns_and_periods_as_rows(tmp_path: Path) -> None:
    text = "Schuljahr;altdorf;nordstadt\n2021/22;1;2\n2022/2023;3;4\n"
    observations, problems = read(
        tmp_path,
        text,
        district={"level": "stadtteil", "by": "name", "recode": {"altdorf": "Altdorf", "nordstadt": "Nordstadt"}},
        period={"column": "Schuljahr"},
        columns=[{"column": "{district}", "measure": "kinder"}],
    )
    assert problems == []
    assert shown(observations, "district", "period", "value") == [
        ("0101", "2021/22", 1.0),
        ("0101", "2022/23", 3.0),
        ("0102", "2021/22", 2.0),
        ("0102", "2022/23", 4.0),
    ]


def test_the_long_layout(tmp_path: Path) -> None:
    text = (
        "Jahr;Gebiet;Merkmal;Geschlecht;Wert\n"
        "2022;0101;Kinder;m;5\n"
        "2022;0101;Kinder;w;6\n"
        "2023;0101;Plätze;;7\n"
        "2023;0101;Mädchen in Kitas;;8\n"
    )
    observations, problems = read(
        tmp_path,
        text,
        period={"column": "Jahr"},
        long={
            "value": "Wert",
            "measure_column": "Merkmal",
            "measures": {"Kinder": "kinder", "Plätze": "plaetze", "Mädchen in Kitas": "kinder"},
            "measure_cells": {"Mädchen in Kitas": {"sex": "female"}},
            "dims": {"sex": "Geschlecht"},
            "recode": {"sex": {"m": "male", "w": "female", "": "total"}},
        },
    )
    assert problems == []
    assert shown(observations, "measure", "period", "sex", "value", "row") == [
        ("kinder", "2022", "male", 5.0, 2),
        ("kinder", "2022", "female", 6.0, 3),
        ("plaetze", "2023", "total", 7.0, 4),
        ("kinder", "2023", "female", 8.0, 5),
    ]


def test_a_long_table_names_what_it_leaves_out(tmp_path: Path) -> None:
    text = "Gebiet;Merkmal;Wert\n0101;Kinder;5\n0101;Hunde;1\n0101;Fläche in ha;2\n"
    observations, problems = read(
        tmp_path,
        text,
        ignore=["Fläche*"],
        long={"value": "Wert", "measure_column": "Merkmal", "measures": {"Kinder": "kinder"}},
    )
    assert "1 Merkmal ist keiner Messgröße zugeordnet: „Hunde“." in one(problems, "T045").what
    assert one(problems, "T045").place.row == 3
    assert observations["value"].tolist() == [5.0]


def test_totals_become_the_level_they_stand_for(tmp_path: Path) -> None:
    text = "Gebiet;Kinder\n0101;1\n0102;2\nBezirk Mitte;3\nInsgesamt;4\n"
    district = {
        "column": "Gebiet",
        "level": "stadtteil",
        "totals": {"Insgesamt": "stadt", "Bezirk Mitte": "bezirk"},
        "recode": {"Bezirk Mitte": "Mitte"},
    }
    observations, problems = read(tmp_path, text, district=district)
    assert problems == []
    assert shown(observations, "level", "district", "value") == [
        ("stadtteil", "0101", 1.0),
        ("stadtteil", "0102", 2.0),
        ("bezirk", "01", 3.0),
        ("stadt", AGS, 4.0),
    ]


def test_a_table_of_the_town_needs_no_district_column(tmp_path: Path) -> None:
    observations, problems = read(
        tmp_path, "Jahr;Kinder\n2022;1\n2023;2\n", district={"level": "stadt"}, period={"column": "Jahr"}
    )
    assert problems == []
    assert shown(observations, "district", "period", "value") == [(AGS, "2022", 1.0), (AGS, "2023", 2.0)]


def test_pseudo_districts_are_dropped_with_their_reason(tmp_path: Path) -> None:
    text = "Gebiet;Kinder\n0101;1\n99;?\n"
    district = {"column": "Gebiet", "level": "stadtteil", "drop": {"99": "nicht zuzuordnen."}}
    observations, problems = read(tmp_path, text, district=district)
    note = one(problems, "T025")
    assert note.severity == "note"
    assert str(note) == "[T025] probe.csv, Zeile 3: „99“ wird nicht mitgezählt: nicht zuzuordnen."
    assert len(problems) == 1  # the odd cell of the dropped row is nobody's problem
    assert len(observations) == 1


def test_rows_are_chosen_and_the_choice_is_noted(tmp_path: Path) -> None:
    text = "Gebiet;Art;Kinder\n0101;Ist;1\n0101;Plan;2\n"
    observations, problems = read(tmp_path, text, rows={"Art": "Ist"})
    assert observations["value"].tolist() == [1.0]
    assert one(problems, "T017").what.startswith("1 von 2 Zeilen werden gelesen")
    _none, problems = read(tmp_path, text, rows={"Art": "ist"})
    assert "„Ist“, „Plan“" in one(problems, "T016").hint


def test_excluded_rows_are_not_applicable(tmp_path: Path) -> None:
    text = "Gebiet;Kom;Kinder\n0101;gültig;1\n0102;ausgenommen;-9999\n0201;ausgenommen;?\n"
    observations, problems = read(tmp_path, text, excluded={"Kom": "ausgenommen"})
    assert problems == []
    assert shown(observations, "value", "status") == [
        (1.0, "ok"),
        (None, "not_applicable"),
        (None, "not_applicable"),
    ]


def test_scale_and_one_column_for_two_measures(tmp_path: Path) -> None:
    observations, problems = read(
        tmp_path,
        "Gebiet;Kinder\n0101;1,5\n",
        columns=[
            {"column": "Kinder", "measure": "kinder", "scale": 1000},
            {"column": "Kinder", "measure": "personen"},
        ],
    )
    assert problems == []
    assert shown(observations, "measure", "value") == [("kinder", 1500.0), ("personen", 1.5)]


def test_breakdown_columns_of_several_files_are_united(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Gebiet;Kinder\n0101;1\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Gebiet;Kinder\n0102;2\n", encoding="utf-8")
    b = make_table(columns=[{"column": "Kinder", "measure": "kinder", "where": {"sex": "male"}}])
    register = Register(
        tables={"a": make_table(period={}), "b": b.model_copy(update={"period": make_table(period={}).period})},
        sources=[make_source("a.csv", id="a", table="a"), make_source("b.csv", id="b", table="b")],
    )
    observations, problems = read_all(tmp_path, register, KNOWN, lambda _period: "2021")
    assert problems == []
    assert shown(observations, "source", "district", "sex") == [("a", "0101", "total"), ("b", "0102", "male")]
    assert isinstance(observations["district"].dtype, pd.CategoricalDtype)


def test_a_register_without_sources_gives_an_empty_frame(tmp_path: Path) -> None:
    observations, problems = read_all(tmp_path, Register(), KNOWN, lambda _period: "2021")
    assert (len(observations), problems) == (0, [])


def test_a_source_may_state_its_gebietsstand(tmp_path: Path) -> None:
    (tmp_path / "probe.csv").write_text("Gebiet;Kinder\nA;1\n", encoding="utf-8")
    known = {**KNOWN, ("alt", "stadtteil"): {"A": "Alt"}, ("alt", "stadt"): {AGS: "Probestadt"}}
    source = make_source(gebietsstand="alt")
    observations, problems = read_source(tmp_path, source, make_table(), known, lambda _period: None)
    assert problems == []
    assert shown(observations, "gebietsstand", "district") == [("alt", "A")]


def test_areas_of_two_gebietsstaende_in_one_wide_table(tmp_path: Path) -> None:
    """Old and new districts as rows, years as columns: the cells that cannot be are empty and no mistake."""
    known = {**KNOWN, ("alt", "stadtteil"): {"A": "Alt"}, ("alt", "stadt"): {AGS: "Probestadt"}}
    (tmp_path / "probe.csv").write_text("Gebiet;2020;2021\nA;1;\n0101;;2\n", encoding="utf-8")
    table = make_table(period={}, columns=[{"column": "{period}", "measure": "kinder"}])
    of = {"2020": "alt", "2021": "2021"}
    observations, problems = read_source(tmp_path, make_source(), table, known, of.get)
    assert problems == []
    assert shown(observations, "gebietsstand", "district", "value") == [("alt", "A", 1.0), ("2021", "0101", 2.0)]


def test_ten_thousand_districts_times_a_hundred_columns(tmp_path: Path) -> None:
    keys = [f"{number:05d}" for number in range(10_000)]
    names = [f"Alter {age}" for age in range(100)]
    numbers = np.random.default_rng(1).integers(0, 5000, (len(keys), len(names)))
    lines = [";".join(["Gebiet", *names])]
    lines += [
        key + ";" + ";".join(f"{n:,}".replace(",", ".") for n in row)
        for key, row in zip(keys, numbers.tolist(), strict=True)
    ]
    known = {("2021", "stadtteil"): dict.fromkeys(keys, "x"), ("2021", "stadt"): {AGS: "P"}}
    observations, problems = read(
        tmp_path, "\n".join(lines), known=known, columns=[{"column": "Alter {age}", "measure": "kinder"}]
    )
    assert problems == []
    assert observations["value"].to_numpy().reshape(100, -1).T.astype(int).tolist() == numbers.tolist()


def test_an_ignored_column_fits_no_pattern(tmp_path: Path) -> None:
    observations, problems = read(
        tmp_path,
        "Gebiet;Alter 0;Alter unbekannt\n0101;1;2\n",
        ignore=["Alter unbekannt"],
        columns=[{"column": "Alter {age}", "measure": "kinder"}],
    )
    assert (problems, observations["age"].tolist()) == ([], ["0"])


def test_a_declared_width_is_filled_before_keys_are_compared(tmp_path: Path) -> None:
    known = {**KNOWN, ("2021", "stadtteil"): {"101": "kurz", "0101": "lang"}}
    district = {"column": "Gebiet", "level": "stadtteil", "width": 4}
    observations, problems = read(tmp_path, "Gebiet;Kinder\n101;1\n", known=known, district=district)
    assert (problems, observations["district"].tolist()) == ([], ["0101"])


def test_a_doubled_byte_order_mark_before_a_quoted_header(tmp_path: Path) -> None:
    text = '\ufeff\ufeff"Gebiet";"Kinder"\n"0101";"1"\n'
    observations, problems = read(tmp_path, text)
    assert (problems, len(observations)) == ([], 1)


def test_many_breakdowns_do_not_run_into_each_other() -> None:
    """Combined keys of thirty columns would not fit into 64 bits unless they are numbered anew."""
    columns = [Coded(np.array([0, 1, 0, 0]), tuple(str(n) for n in range(1000))) for _column in range(30)]
    columns[0] = Coded(np.array([0, 1, 2, 0]), columns[0].labels)
    keys = combined(columns)
    assert keys[0] == keys[3]
    assert len(set(keys.tolist())) == 3
