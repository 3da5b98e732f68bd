"""Tables hold every value once, with names, and nothing where nothing may be shown."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from products.released import small_release

from dkbm_monitor.core.frames import VALUE_COLUMNS
from dkbm_monitor.core.locale import speaking
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.products import tablefile
from dkbm_monitor.products.tablefile import named, save_values

SUFFIXES = (".csv", ".parquet", ".xlsx")


def read_csv(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_csv_is_what_german_excel_expects(tmp_path: Path) -> None:
    path = save_values(small_release(), tmp_path / "werte.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in path.read_bytes()
    first, *_rest = read_csv(path)
    assert (first["value"], first["numerator"], first["denominator"], first["low"]) == ("25", "12", "48", "14,92")
    assert (first["district"], first["district_name"], first["level_title"]) == ("11", "Stadtteil 11", "Stadtteil")
    assert (first["indicator_title"], first["unit"], first["town"]) == ("Anteil", "%", "Probestadt (erfundene Stadt)")


def test_csv_in_english_has_commas_and_decimal_points(tmp_path: Path) -> None:
    with speaking("en"):
        path = save_values(small_release(invented=False), tmp_path / "values.csv")
    rows = list(csv.DictReader(path.read_bytes().decode("utf-8-sig").splitlines()))
    assert rows[0]["low"] == "14.92"


def test_a_third_keeps_its_digits_and_large_numbers_have_no_grouping(tmp_path: Path) -> None:
    rows = read_csv(save_values(small_release(), tmp_path / "werte.csv"))
    assert [row["value"] for row in rows[3:]] == ["33,3333333333", "1234,5"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_hidden_and_missing_values_are_empty_and_say_why(tmp_path: Path, suffix: str) -> None:
    table = _read(save_values(small_release(), tmp_path / f"werte{suffix}"))
    hidden, missing = table[table["district"] == "12"].iloc[0], table[table["district"] == "21"].iloc[0]
    for row in (hidden, missing):
        assert row[["value", "numerator", "denominator", "low", "high"]].isna().all()
    assert (hidden["status"], hidden["status_text"]) == ("suppressed", "verborgen, um kleine Zahlen zu schützen")
    assert (missing["status"], missing["status_text"]) == ("missing", "keine Angabe")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_has_the_columns_of_values_and_the_same_rows(tmp_path: Path, suffix: str) -> None:
    release = small_release()
    table = _read(save_values(release, tmp_path / f"werte{suffix}"))
    assert set(VALUE_COLUMNS) <= set(table.columns)
    assert table["district"].to_list() == release.values["district"].to_list()
    assert table["value"].round(6).fillna(-1).to_list() == release.values["value"].round(6).fillna(-1).to_list()


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    texts = {"district": "str", "period": "str"}
    if path.suffix == ".csv":
        return pd.read_csv(path, sep=";", decimal=",", dtype=texts)
    return pd.read_excel(path, sheet_name="Werte", dtype=texts)


def test_parquet_is_typed(tmp_path: Path) -> None:
    table = pd.read_parquet(save_values(small_release(), tmp_path / "werte.parquet"))
    assert table["value"].dtype == "float64"
    assert table["district"].to_list()[0] == "11"


def test_excel_has_a_sheet_to_read_first(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save_values(small_release(), tmp_path / "werte.xlsx"))
    assert book.sheetnames == ["Lies mich", "Werte"]
    words = "\n".join(str(cell.value) for row in book["Lies mich"].iter_rows() for cell in row if cell.value)
    for expected in (
        "Probestadt (erfundene Stadt)",
        "Erfundene Stadt: alle Daten sind erdacht.",
        "Zahlen von 1 bis 4 sind verborgen. Ein leeres Feld ist keine Null",
        "Beschluss vom 01.02.2024",
        "Amt für Probe, dl-de/by-2-0",
        "verborgen, um kleine Zahlen zu schützen",
    ):
        assert expected in words


def test_excel_has_real_numbers_a_fixed_head_and_a_filter(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(save_values(small_release(), tmp_path / "werte.xlsx"))["Werte"]
    column = [cell.value for cell in sheet[1]].index("value") + 1
    assert [sheet.cell(row, column).value for row in (2, 3, 4)] == [25, None, None]
    assert (sheet.freeze_panes, sheet.auto_filter.ref is not None, list(sheet.merged_cells.ranges)) == ("B2", True, [])


def test_a_real_town_is_not_called_invented(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save_values(small_release(invented=False), tmp_path / "werte.xlsx"))
    words = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "rfunden" not in words


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_release_gives_the_same_bytes(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    paths = [save_values(small_release(), tmp_path / folder / f"werte{suffix}") for folder in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_excel_states_the_time_of_the_run_as_its_time_of_making(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    book = openpyxl.load_workbook(save_values(small_release(), tmp_path / "werte.xlsx"))
    assert book.properties.created == datetime(2023, 11, 14, 22, 13, 20)


def test_the_run_record_lies_beside_with_the_hash_of_the_file(tmp_path: Path) -> None:
    path = save_values(small_release(), tmp_path / "werte.csv")
    record = json.loads((tmp_path / "werte.csv.run.json").read_text("utf-8"))
    assert record["outputs"] == {"werte.csv": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert record["settings"]["attributions"] == ["Amt für Probe, dl-de/by-2-0"]


def test_an_unknown_ending_is_refused_with_the_ones_that_exist(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"\[P004\].*„\.xls“.*Möglich sind: \.csv, \.parquet, \.xlsx\."):
        save_values(small_release(), tmp_path / "werte.xls")
    assert list(tmp_path.iterdir()) == []


def test_nothing_half_written_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_values(small_release(), tmp_path / "werte.csv")
    before = path.read_bytes()

    def broken(_release: object, _table: object, unfinished: Path) -> None:
        unfinished.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tablefile, "_write_csv", broken)
    with pytest.raises(OSError, match="No space"):
        save_values(small_release(), path)
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["werte.csv", "werte.csv.run.json"]


def test_names_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    release = small_release(names={"Stadtteil 11": "=1+1"}, title="@SUM(A1)")
    first = read_csv(save_values(release, tmp_path / "werte.csv"))[0]
    assert (first["district_name"], first["indicator_title"]) == ("'=1+1", "'@SUM(A1)")
    sheet = openpyxl.load_workbook(save_values(release, tmp_path / "werte.xlsx"))["Werte"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} <= {"s", "n"}


def test_too_many_rows_for_excel_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tablefile, "EXCEL_ROWS", 3)
    with pytest.raises(ProblemsError, match=r"\[P006\]"):
        save_values(small_release(), tmp_path / "werte.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_the_release_is_not_changed_by_naming_it() -> None:
    release = small_release()
    before = release.values.copy()
    named(release)
    pd.testing.assert_frame_equal(release.values, before)
