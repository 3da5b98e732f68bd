"""Excel workbooks as offices send them."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from intake import KNOWN, codes, make_source, make_table, read, shown
from openpyxl import Workbook

from dkbm_monitor.sources.tables import read_source


def workbook(rows: list[list[Any]], *, merge: tuple[str, ...] = (), sheet: str = "Tabelle1", before: str = "") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    if before:
        page.title = before
        page = book.create_sheet(sheet)
    page.title = sheet
    for row in rows:
        page.append(row)
    for area in merge:
        page.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_are_numbers_and_texts_are_german(tmp_path: Path) -> None:
    content = workbook([["Gebiet", "Kinder"], [101, 1234.5], ["0102", "1.234,5"], [201.0, 1234], ["0101 ", "-"]][:4])
    district = {"column": "Gebiet", "level": "stadtteil", "width": 4}
    observations, problems = read(tmp_path, content, format="excel", district=district)
    assert problems == []
    assert shown(observations, "district", "value", "row") == [
        ("0101", 1234.5, 2),
        ("0102", 1234.5, 3),
        ("0201", 1234.0, 4),
    ]


def test_small_and_large_numbers_are_not_cut(tmp_path: Path) -> None:
    content = workbook([["Gebiet", "Kinder"], ["0101", 0.00001234], ["0102", 1e17], ["0201", 1.234]])
    observations, problems = read(tmp_path, content, format="excel")
    assert problems == []
    assert observations["value"].tolist() == [0.00001234, 1e17, 1.234]


def test_three_header_rows_with_merged_cells(tmp_path: Path) -> None:
    content = workbook(
        [
            ["Kinder und Jugendliche"],
            ["Stadtteil", "Kinder", None, None, None, "Insgesamt"],
            [None, "2022", None, 2023, None, None],
            [None, "Jungen", "Mädchen", "Jungen", "Mädchen", None],
            ["Altdorf", 1, 2, 3, 4, 10],
            [],
            ["Nordstadt", 5, 6, 7, 8, 26],
            ["© Amt für Statistik"],
        ],
        merge=("A2:A4", "B2:E2", "B3:C3", "D3:E3"),
    )
    observations, problems = read(
        tmp_path,
        content,
        format="excel",
        header_rows=[2, 3, 4],
        footer_starts_with=["Quelle", "©"],
        ignore=["Insgesamt"],
        district={"column": "Stadtteil", "level": "stadtteil", "by": "name"},
        period={},
        columns=[
            {
                "column": "Kinder | {period} | {sex}",
                "measure": "kinder",
                "recode": {"sex": {"Jungen": "male", "Mädchen": "female"}},
            }
        ],
    )
    assert problems == []
    assert shown(observations, "district", "period", "sex", "value", "row") == [
        ("0101", "2022", "male", 1.0, 5),
        ("0102", "2022", "male", 5.0, 7),
        ("0101", "2022", "female", 2.0, 5),
        ("0102", "2022", "female", 6.0, 7),
        ("0101", "2023", "male", 3.0, 5),
        ("0102", "2023", "male", 7.0, 7),
        ("0101", "2023", "female", 4.0, 5),
        ("0102", "2023", "female", 8.0, 7),
    ]


def test_dates_are_recoded_as_germans_write_them(tmp_path: Path) -> None:
    rows = [["Gebiet", "Stichtag", "Kinder"], ["0101", date(2023, 12, 31), 1], ["0102", datetime(2023, 12, 31), 2]]
    period = {"column": "Stichtag", "recode": {"31.12.2023": "2023"}}
    observations, problems = read(tmp_path, workbook(rows), format="excel", period=period)
    assert problems == []
    assert observations["period"].tolist() == ["2023", "2023"]


def test_a_date_among_the_numbers_is_unmasked(tmp_path: Path) -> None:
    content = workbook([["Gebiet", "Kinder"], ["0101", date(2024, 3, 12)]])
    _observations, problems = read(tmp_path, content, format="excel")
    assert codes(problems) == ["T030"]
    assert "ein Datum gemacht" in problems[0].hint


def test_sheets(tmp_path: Path) -> None:
    content = workbook([["Gebiet", "Kinder"], ["0101", 1]], sheet="Daten 2023", before="Titel")
    observations, problems = read(tmp_path, content, format="excel", sheet="Daten 2023")
    assert (problems, len(observations)) == ([], 1)
    _observations, problems = read(tmp_path, content, format="excel", sheet="Daten 2032")
    assert str(problems[0]) == ("[T008] probe.csv: Das Blatt „Daten 2032“ gibt es nicht. Meinten Sie „Daten 2023“?")
    _observations, problems = read(tmp_path, content, format="excel", sheet="zzz")
    assert problems[0].hint == "Vorhanden: „Titel“, „Daten 2023“."


@pytest.mark.parametrize("cut", [40, 400, -30])
def test_a_damaged_workbook(tmp_path: Path, cut: int) -> None:
    content = workbook([["Gebiet", "Kinder"], ["0101", 1]])[:cut]
    _observations, problems = read(tmp_path, content, format="excel")
    assert problems[0].code == "T007"


def test_a_workbook_with_a_damaged_sheet(tmp_path: Path) -> None:
    import zipfile

    (tmp_path / "probe.csv").write_bytes(workbook([["Gebiet", "Kinder"], ["0101", 1]]))
    with zipfile.ZipFile(tmp_path / "probe.csv") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(tmp_path / "probe.csv", "w") as book:
        for name, part in parts.items():
            book.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)
    source, table = make_source(), make_table(format="excel")
    _observations, problems = read_source(tmp_path, source, table, KNOWN, lambda _period: "2021")
    assert problems[0].code == "T007"


def test_a_sheet_that_states_a_wrong_size_is_read_whole(tmp_path: Path) -> None:
    import re
    import zipfile

    (tmp_path / "probe.csv").write_bytes(workbook([["Gebiet", "Kinder"], ["0101", 1]]))
    with zipfile.ZipFile(tmp_path / "probe.csv") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(tmp_path / "probe.csv", "w") as book:
        for name, part in parts.items():
            book.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', part))
    source, table = make_source(), make_table(format="excel")
    observations, problems = read_source(tmp_path, source, table, KNOWN, lambda _period: "2021")
    assert (problems, len(observations)) == ([], 1)


def test_a_locked_workbook(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    _observations, problems = read(tmp_path, content, format="excel")
    assert str(problems[0]) == (
        "[T006] probe.csv: Die Excel-Datei ist mit einem Kennwort geschützt. "
        "Bitte den Herausgeber um eine Fassung ohne Kennwort bitten."
    )


def test_text_declared_as_excel(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, "Gebiet;Kinder\n", format="excel")
    assert "bitte „format: csv“ angeben" in problems[0].hint


def test_formulas_that_were_never_computed(tmp_path: Path) -> None:
    _observations, problems = read(tmp_path, workbook([["Gebiet", "Kinder"], ["0101", "=1+1"]]), format="excel")
    assert "Formeln" in problems[0].hint
