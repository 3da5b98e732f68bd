"""Any ready table: how it is read, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from index_building import keyed, make_recipe, part

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.indices.composite import compute_index
from dkbm_monitor.indices.numbers import as_numbers, decimal_sign
from dkbm_monitor.indices.ready import read_table

TWO = make_recipe(["a", "b"], [part("p", ["a", "b"])])
LIMITED = make_recipe(
    ["a"], [part("p", ["a"], index="z", classes={"method": "limits", "limits": [{"at": -1}, {"at": 1}]})]
)
ROWS = [("0101", "1.234,5", "0,5"), ("0102", "2.000,25", "1,5"), ("0201", "3.000,0", "-2,5")]
VALUES = [[1234.5, 0.5], [2000.25, 1.5], [3000.0, -2.5]]


def written(path: Path, delimiter: str, encoding: str, *, english: bool = False) -> Path:
    cells = [("Schlüssel", "a", "b"), *ROWS]
    if english:
        cells = [tuple(cell.replace(".", "").replace(",", ".") for cell in row) for row in cells]
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in cells]
    path.write_bytes("\n".join(delimiter.join(row) for row in quoted).encode(encoding))
    return path


FORMS = [
    (";", "cp1252", False),
    (",", "utf-8", False),
    (",", "utf-8-sig", True),
    ("\t", "utf-16", True),
    ("|", "utf-8", True),
]


@pytest.mark.parametrize(("delimiter", "encoding", "english"), FORMS)
def test_delimiter_encoding_and_decimal_sign_are_recognised(
    tmp_path: Path, delimiter: str, encoding: str, english: bool
) -> None:
    table = read_table(written(tmp_path / "t.csv", delimiter, encoding, english=english))
    assert list(table.columns) == ["Schlüssel", "a", "b"]
    assert list(table.index) == [2, 3, 4]
    assert table["Schlüssel"].tolist() == ["0101", "0102", "0201"]
    result = compute_index(TWO, table, key="Schlüssel")
    np.testing.assert_allclose(result.prepared.values, VALUES)


def test_excel_keeps_keys_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    frame = pd.DataFrame({"k": ["0101", "0102", "0201"], "a": [1234.5, 2000.25, 3000], "b": [0.5, 1.5, -2.5]})
    frame.to_excel(path, index=False)
    table = read_table(path)
    assert table["k"].tolist() == ["0101", "0102", "0201"]
    np.testing.assert_allclose(compute_index(TWO, table, key="k").prepared.values, VALUES)


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    pd.DataFrame({"k": ["01", "02"], "a": [1, 2]}).to_excel(tmp_path / "t.xlsx", index=False)
    (tmp_path / "t.xlsx").rename(tmp_path / "t.csv")
    assert read_table(tmp_path / "t.csv")["k"].tolist() == ["01", "02"]


def test_parquet_is_read_as_well(tmp_path: Path) -> None:
    keyed({"a": [1.0, 2.0], "b": [3.0, 5.0]}).to_parquet(tmp_path / "t.parquet")
    assert len(compute_index(TWO, read_table(tmp_path / "t.parquet"), key="key").table()) == 2


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.234,5"], (",", True)),
        (["1,234.5"], (".", True)),
        (["0,5", "7"], (",", True)),
        (["0.5", "1,234"], (".", True)),
        (["12.345", "1.000"], (".", False)),
        (["12.3456", "1.000"], (".", True)),
        (["7"], (".", True)),
    ],
)
def test_the_decimal_sign_follows_from_all_cells(cells: list[str], expected: tuple[str, bool]) -> None:
    assert decimal_sign([pd.Series(cells)]) == expected


def test_numbers_as_people_write_them() -> None:
    texts = ["−1,5", "1\u202f234", "12 %", "", "k. A.", "NaN", "1.000.000", "-", "1,5,5", "1e3"]
    read = as_numbers(pd.Series(texts), ",")
    expected = [-1.5, 1234, 12, np.nan, np.nan, np.nan, 1e6, np.nan, np.nan, 1000]
    np.testing.assert_array_equal(read.values, expected)
    assert read.bad.tolist() == [7, 8]


def refused(table: pd.DataFrame, recipe: object = TWO, **more: object) -> str:
    with pytest.raises(ProblemsError) as caught:
        compute_index(recipe, table, **{"key": "key", "name": "tabelle.csv", **more})  # type: ignore[arg-type]
    return str(caught.value)


GOOD = {"a": [1.0, 2.0, 4.0], "b": [5.0, 3.0, 1.0]}


def test_a_missing_member_names_the_nearest_header() -> None:
    said = refused(keyed({"arm": GOOD["a"], "b": GOOD["b"]}), columns={"a": "arme"})
    assert (
        "Für das Mitglied „a“ (a) fehlt die Spalte „arme“. Bitte mit --map a=SPALTE angeben. Meinten Sie „arm“?" in said
    )


def test_a_missing_member_without_a_near_header_lists_what_is_there() -> None:
    assert "fehlt die Spalte „a“. Bitte mit --map a=SPALTE angeben. Vorhanden sind: key, b." in refused(
        keyed({"b": GOOD["b"]})
    )


def test_a_mapping_for_no_member_is_told() -> None:
    assert "hat kein Mitglied „c“. Mitglieder sind: a, b." in refused(keyed(GOOD), columns={"c": "a"})


def test_an_unknown_key_column_is_told() -> None:
    assert "Die Spalte „keys“ gibt es nicht. Meinten Sie „key“?" in refused(keyed(GOOD), key="keys")


def test_doubled_keys_are_told_with_their_rows() -> None:
    said = refused(keyed(GOOD).assign(key=["01", "02", "01"]))
    assert "[I012] tabelle.csv, Zeile 4, Spalte „key“: Der Schlüssel „01“ steht mehrfach (Zeilen 2, 4)." in said


def test_rows_without_key_are_told() -> None:
    assert "1 Zeile hat keinen Schlüssel (Zeile 3)" in refused(keyed(GOOD).assign(key=["01", None, "03"]))


def test_cells_that_are_no_numbers_are_told_with_their_rows() -> None:
    said = refused(keyed({"a": ["1", "x", "-"], "b": GOOD["b"]}))
    assert "Spalte „a“: 2 Zellen sind keine Zahlen: „x“, „-“ (Zeilen 3, 4)." in said


def test_odd_cells_of_excluded_rows_do_not_matter() -> None:
    table = keyed({"a": ["1", "2", "x"], "b": GOOD["b"], "ok": ["ja", "ja", "nein"]})
    assert compute_index(TWO, table, key="key", exclude={"ok": ["nein"]}).included.tolist() == [True, True, False]


def test_an_empty_member_is_told() -> None:
    said = refused(keyed({"a": [None, None, None], "b": GOOD["b"]}))
    assert "Die Spalte des Mitglieds „a“ enthält keine einzige Zahl." in said


def test_a_constant_member_is_told() -> None:
    said = refused(keyed({"a": [0.1, 0.1, 0.1], "b": GOOD["b"]}))
    assert "„a“ hat überall denselben Wert (0,10); es unterscheidet kein Gebiet. Es lässt sich nicht" in said


def test_an_unknown_exclude_column_names_the_nearest() -> None:
    said = refused(keyed(GOOD).assign(gueltig="ja"), exclude={"gultig": ["nein"]})
    assert "Zum Ausschließen gibt es keine Spalte „gultig“. Meinten Sie „gueltig“?" in said


def test_excluding_everything_is_told() -> None:
    assert "alle sind ausgeschlossen" in refused(keyed(GOOD).assign(ok="ja"), exclude={"ok": ["ja"]})


def test_a_header_that_stands_twice_is_told() -> None:
    table = keyed(GOOD).set_axis(["key", "a", "a"], axis=1)
    assert "Die Überschrift „a“ steht mehrfach" in refused(table)


def test_everything_wrong_is_told_at_once() -> None:
    table = keyed({"a": ["x", "2", "3"]}).assign(key=["1", "1", "2"])
    said = refused(table, exclude={"nix": ["1"]})
    assert all(code in said for code in ("[I012]", "[I014]", "[I015]", "[I018]"))


def test_a_value_nobody_has_excludes_nothing_and_says_so() -> None:
    result = compute_index(TWO, keyed(GOOD).assign(ok="ja"), key="key", exclude={"OK": ["jaa"]})
    assert "steht nirgends „jaa“; es wird deshalb nichts ausgeschlossen. Meinten Sie „ja“?" in str(result.notes[0])


@pytest.mark.parametrize("rule", ["2", "2.0", "2*"])
def test_numbers_and_beginnings_can_be_excluded(rule: str) -> None:
    table = keyed(GOOD).assign(code=[1.0, 2.0, 1.0])
    assert compute_index(TWO, table, key="key", exclude={"code": [rule]}).included.tolist() == [True, False, True]


def test_few_districts_are_noted_where_classes_count_in_standard_deviations() -> None:
    result = compute_index(LIMITED, keyed(GOOD), key="key")
    assert "Nur 3 Gebiete sind in der Rechnung. Klassen nach Standardabweichungen" in str(result.notes[0])
    assert not compute_index(LIMITED, keyed({"a": list(range(30))}), key="key").notes


def test_rows_of_zeros_are_pointed_out() -> None:
    result = compute_index(TWO, keyed({"a": [0, 1, 2], "b": [0, 2, 1]}), key="key")
    assert "1 Gebiet hat in allen Mitgliedern genau 0 (Zeile 2)" in str(result.notes[0])


def test_doubtful_points_are_pointed_out_and_can_be_declared() -> None:
    table = keyed({"a": ["1.000", "2.000", "3.000"], "b": GOOD["b"]})
    result = compute_index(TWO, table, key="key")
    assert "Dezimalpunkt oder Tausenderpunkt" in str(result.notes[0])
    declared = compute_index(TWO, table, key="key", decimal=",")
    assert declared.prepared.values["a"].tolist() == [1000, 2000, 3000]


def test_headers_are_found_whatever_their_capitals() -> None:
    table = keyed(GOOD).rename(columns={"a": "A", "b": " B "})
    assert len(compute_index(TWO, table, key="key").table()) == 3
