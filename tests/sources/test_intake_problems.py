"""What is said when a raw file is not as declared: place, finding, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake import AGS, KNOWN, codes, make_source, make_table, read, shown

from dkbm_monitor.core.problems import Severity
from dkbm_monitor.sources.tables import read_source

GOOD = "Gebiet;Kinder\n0101;1\n0102;2\n"


def test_an_unknown_district_by_key(tmp_path: Path) -> None:
    observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;1\n01022;2\n")
    assert [str(problem) for problem in problems] == [
        "[T020] probe.csv, Zeile 3: Das Gebiet „01022“ gibt es im Gebietsstand „2021“ nicht. Meinten Sie „0102“?"
    ]
    assert observations["district"].tolist() == ["0101"]


def test_an_unknown_district_by_name(tmp_path: Path) -> None:
    district = {"column": "Gebiet", "level": "stadtteil", "by": "name"}
    _observations, problems = read(tmp_path, "Gebiet;Kinder\nNordstatd;1\n", district=district)
    assert "Meinten Sie „Nordstadt“?" in str(problems[0])


def test_a_name_where_a_key_is_expected(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder\nAltdorf;1\n")
    assert problems[0].hint == "Das ist ein Name, kein Schlüssel: bitte „by: name“ angeben."


def test_lost_leading_zeros(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder\n101;1\n0102;2\n")
    assert "bitte „width: 4“ angeben" in problems[0].hint
    district = {"column": "Gebiet", "level": "stadtteil", "width": 4}
    observations, problems = read(tmp_path, "Gebiet;Kinder\n101;1\n0102;2\n201.0;3\n", district=district)
    assert problems == []
    assert observations["district"].tolist() == ["0101", "0102", "0201"]


def test_a_file_of_another_level_gets_one_message(tmp_path: Path) -> None:
    known = {
        ("2021", "stadtteil"): {f"{n:04d}": f"T{n}" for n in range(50)},
        ("2021", "block"): {f"{n:06d}": f"B{n}" for n in range(50)},
        ("2021", "stadt"): {AGS: "P"},
    }
    text = "Gebiet;Kinder\n" + "".join(f"{n:06d};1\n" for n in range(40))
    observations, problems = read(tmp_path, text, known=known)
    assert codes(problems) == ["T020"]
    assert "Von 40 Gebieten gibt es 40 im Gebietsstand „2021“, Ebene „stadtteil“, nicht: „000000“" in problems[0].what
    assert problems[0].hint == "Die Angaben passen zur Ebene „block“ im Gebietsstand „2021“."
    assert len(observations) == 0


def test_an_ambiguous_name(tmp_path: Path) -> None:
    known = {**KNOWN, ("2021", "stadtteil"): {"1": "Schloßstraße", "2": "Schloßstraße"}}
    district = {"column": "Gebiet", "level": "stadtteil", "by": "name"}
    _observations, problems = read(tmp_path, "Gebiet;Kinder\nSchloßstraße;1\n", known=known, district=district)
    assert "Den Namen tragen „1“, „2“" in problems[0].hint


def test_an_unknown_level(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, GOOD, district={"column": "Gebiet", "level": "stadteil"})
    assert codes(problems) == ["T024"]
    assert problems[0].hint == "Meinten Sie „stadtteil“?"


def test_a_row_without_district(tmp_path: Path) -> None:
    observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;1\n;7\n;\n")
    assert [str(problem) for problem in problems] == [
        "[T022] probe.csv, Zeile 3: Die Zeile nennt kein Gebiet, enthält aber Werte. "
        "Ist es eine Summenzeile, fehlt hier ihr Text."
    ]
    assert len(observations) == 1


def test_a_duplicate_row(tmp_path: Path) -> None:
    observations, problems = read(
        tmp_path,
        "Gebiet;Kinder;Alte\n0101;1;5\n0102;2;6\n0101;3;7\n",
        columns=[{"column": "Kinder", "measure": "kinder"}, {"column": "Alte", "measure": "alte"}],
    )
    assert [str(problem) for problem in problems] == [
        "[T021] probe.csv, Zeile 4: Gebiet 0101 steht für 2023 schon in Zeile 2. "
        "Vermutlich ist einer der Schlüssel falsch; gelesen wird nur die erste Zeile."
    ]
    assert shown(observations, "district", "value") == [("0101", 1), ("0102", 2), ("0101", 5), ("0102", 6)]


def test_two_columns_for_one_cell(tmp_path: Path) -> None:
    _observations, problems = read(
        tmp_path,
        "Gebiet;Kinder;Alte\n0101;1;5\n",
        columns=[{"column": "Kinder", "measure": "kinder"}, {"column": "Alte", "measure": "kinder"}],
    )
    assert codes(problems) == ["T023"]
    assert "Die Spalten „Kinder“ und „Alte“ sind derselben Messgröße" in problems[0].what


def test_an_unreadable_number(tmp_path: Path) -> None:
    observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;12.5\n0102;7\n")
    assert [str(problem) for problem in problems] == [
        "[T030] probe.csv, Zeile 2, Spalte „Kinder“: „12.5“ ist keine Zahl. "
        "Dezimalzeichen laut Zuordnung ist „,“. Gilt hier „.“, bitte „decimal“ ändern."
    ]
    assert shown(observations, "value", "status") == [(None, "missing"), (7.0, "ok")]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("#DIV/0!", "Fehlermeldung von Excel"),
        ("(12)", "eingeschränkt aussagekräftig"),
        ("12.03.2024", "Datum"),
        ("1,2E+05", "gekürzt"),
        ("12 r", "Ist „r“ ein Zusatz"),
        ("keine Angabe", "keine Wertspalte"),
    ],
)
def test_hints_for_unreadable_numbers(tmp_path: Path, text: str, hint: str) -> None:
    _observations, problems = read(tmp_path, f"Gebiet;Kinder\n0101;{text}\n")
    assert codes(problems) == ["T030"]
    assert hint in problems[0].hint


def test_an_unknown_sign_is_named_once_with_its_count(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;*\n0102;*\n0201;1\n")
    assert [str(problem) for problem in problems] == [
        "[T031] probe.csv, Zeile 2, Spalte „Kinder“: Das Zeichen „*“ ist für diese Quelle nicht erklärt (in 2 Zellen). "
        "Bitte seine Bedeutung unter „signs“ angeben; erklärt sind „-“, „–“, „.“, „...“, „…“, „x“, „X“, „/“."
    ]


def known_numbers(n: int) -> dict[tuple[str, str], dict[str, str]]:
    return {**KNOWN, ("2021", "stadtteil"): {str(one): str(one) for one in range(n)}}


def test_a_sign_that_fills_a_column_is_still_a_sign(tmp_path: Path) -> None:
    text = "Gebiet;Kinder\n" + "".join(f"{n};*\n" for n in range(50))
    _observations, problems = read(tmp_path, text, known=known_numbers(50))
    assert codes(problems) == ["T031"]
    assert "(in 50 Zellen)" in problems[0].what


def test_many_findings_of_one_sort_are_counted(tmp_path: Path) -> None:
    cells = [f"wort{n}" if n % 2 else "1" for n in range(200)]
    text = "Gebiet;Kinder\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells))
    _observations, problems = read(tmp_path, text, known=known_numbers(200))
    assert len(problems) == 31
    assert problems[0].what == "„wort1“ ist keine Zahl."
    assert problems[-1].what == "70 weitere Befunde dieser Art."


def test_a_column_that_is_mostly_unreadable_gets_one_message(tmp_path: Path) -> None:
    text = "Gebiet;Kinder;Alte\n" + "".join(f"{n};{n}.5;{n}\n" for n in range(2000))
    _observations, problems = read(
        tmp_path,
        text,
        known=known_numbers(2000),
        columns=[{"column": "Kinder", "measure": "kinder"}, {"column": "Alte", "measure": "alte"}],
    )
    assert [str(problem) for problem in problems] == [
        "[T030] probe.csv, Zeile 2, Spalte „Kinder“: "
        "2.000 von 2.000 Zellen dieser Spalte sind keine Zahl, z. B. „0.5“. "
        "Dezimalzeichen laut Zuordnung ist „,“. Gilt hier „.“, bitte „decimal“ ändern."
    ]


def test_a_missing_column(tmp_path: Path) -> None:
    observations, problems = read(tmp_path, "Gebiet;Kindr\n0101;1\n")
    assert str(problems[0]) == (
        "[T013] probe.csv, Zeile 1, Spalte „Kinder“: Die Spalte „Kinder“ fehlt. Meinten Sie „Kindr“?"
    )
    assert problems[1].severity is Severity.WARNING
    assert len(observations) == 0


def test_a_missing_key_column_does_not_hide_other_problems(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebeit;Kindr\n0101;1\n")
    assert codes(problems) == ["T013", "T013", "T015"]


def test_a_header_that_stands_twice(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder;Kinder\n0101;1;2\n")
    assert problems[0].code == "T014"
    assert "steht mehrfach (Spalten 2, 3)" in problems[0].what


def test_unassigned_columns_are_listed_in_one_warning(tmp_path: Path) -> None:
    text = "Gebiet;Kinder;Name;Anteil in %;Bemerkung;\n0101;1;a;2;x;\n"
    _observations, problems = read(tmp_path, text, ignore=["* in %"])
    assert [str(problem) for problem in problems] == [
        "[T015] probe.csv, Zeile 1: 2 Spalten sind keiner Messgröße zugeordnet: „Name“, „Bemerkung“. "
        "Bitte unter „columns“ zuordnen oder, wenn sie nicht gebraucht werden, unter „ignore“ nennen."
    ]


def test_a_bad_period(tmp_path: Path) -> None:
    text = "Gebiet;Jahr;Kinder\n0101;2022;1\n0102;31.12.2022;2\n0201;früher;3\n"
    observations, problems = read(tmp_path, text, period={"column": "Jahr"})
    assert codes(problems) == ["T040", "T040"]
    assert str(problems[0].place) == "probe.csv, Zeile 3, Spalte „Jahr“"
    assert '"31.12.2022": "2022"' in problems[0].hint
    assert observations["district"].tolist() == ["0101"]


def test_a_period_without_gebietsstand(tmp_path: Path) -> None:
    (tmp_path / "probe.csv").write_text(GOOD, encoding="utf-8")
    observations, problems = read_source(tmp_path, make_source(), make_table(), KNOWN, lambda _period: None)
    assert problems[0].code == "T041"
    assert problems[0].what == "Für 2023 nennt town.yml keinen Gebietsstand."
    assert len(observations) == 0


def test_an_empty_column(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder\n0101;\n0102;\n")
    assert problems[0].what == "1 Spalte enthält keinen einzigen Wert: „Kinder“."
    assert problems[0].severity is Severity.WARNING


def test_a_wrong_delimiter_is_named_and_got_over(tmp_path: Path) -> None:
    observations, problems = read(tmp_path, "Gebiet,Kinder\n0101,1\n0102,2\n")
    assert [str(problem) for problem in problems] == [
        "[T009] probe.csv, Zeile 1: Das Trennzeichen ist nicht „;“, sondern „,“. "
        'Bitte in der Zuordnung „delimiter: ","“ angeben.'
    ]
    assert observations["value"].tolist() == [1.0, 2.0]
    _observations, problems = read(tmp_path, "Gebiet\tKinder\n0101\t1\n")
    assert "sondern „Tabulator“" in problems[0].what


def test_rows_with_too_many_or_too_few_cells(tmp_path: Path) -> None:
    text = "Gebiet;Name;Kinder\n0101;Altdorf;1\n0102;Nord;stadt;2\n0201;Süd\n"
    observations, problems = read(tmp_path, text, ignore=["Name"])
    ragged = [problem for problem in problems if problem.code == "T010"]
    assert [(problem.place.row, problem.severity) for problem in ragged] == [(3, "error"), (4, "warning")]
    assert "4 Felder, die Überschrift 3" in ragged[0].what
    assert shown(observations, "value", "row")[0] == (1.0, 2)


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "kinder_2023.csv").write_text(GOOD, encoding="utf-8")
    source = make_source("raw/kinder_2032.csv")
    observations, problems = read_source(tmp_path, source, make_table(), KNOWN, lambda _period: "2021")
    assert str(problems[0]) == "[T001] raw/kinder_2032.csv: Die Datei fehlt. Meinten Sie „kinder_2023.csv“?"
    assert len(observations) == 0


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (b"", "T002", "Die Datei ist leer."),
        (b" \r\n\n", "T002", "Die Datei ist leer."),
        (b"Gebiet;Kinder\n", "T002", "keine Datenzeile"),
        (b"\n\n", "T002", "leer"),
        (b"<!DOCTYPE html><html>404</html>", "T005", "Webseite"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "T005", "alte Excel-Datei (.xls)"),
        (b"PK\x03\x04rest", "T005", "ist eine Excel-Datei, keine Textdatei"),
        (b"\nGebiet;Kinder\n0101;1\n", "T012", "Überschriften (1) steht nichts"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, code: str, what: str) -> None:
    observations, problems = read(tmp_path, content)
    assert (problems[0].code, len(observations)) == (code, 0)
    assert what in problems[0].what


def test_a_header_row_beyond_the_file(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, GOOD, header_rows=[9])
    assert problems[0].code == "T012"


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "probe.csv").mkdir()
    _observations, problems = read_source(tmp_path, make_source(), make_table(), KNOWN, lambda _period: "2021")
    assert codes(problems) == ["T003"]


def test_a_map_without_any_district(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, GOOD, district={"level": "stadtteil"}, ignore=["Gebiet"])
    assert "nennt keine Spalte für das Gebiet" in problems[0].what
    assert "{district}" in problems[0].hint


@pytest.mark.parametrize("written", ["\t", "tab", "\\t"])
def test_a_tab_may_be_written_in_three_ways(tmp_path: Path, written: str) -> None:
    observations, problems = read(tmp_path, "Gebiet\tKinder\n0101\t1\n", delimiter=written)
    assert (problems, len(observations)) == ([], 1)
