"""Nasty input: a clear message in German, exit code 1, no traceback, and nothing half-written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from dkbm_monitor.core.problems import Place, Problem

Run = Callable[..., Result]


def edit(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    """Replace a text in a file, which must be there."""
    text = path.read_bytes().decode(encoding)
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode(encoding))


def register_again(town: Path, file: str, before: str) -> None:
    """Let the register state the present hash of a raw file, as its keeper would."""
    edit(town / "register.yml", before, hashlib.sha256((town / file).read_bytes()).hexdigest())


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def edit_raw(town: Path, file: str, old: str, new: str, encoding: str = "utf-8-sig") -> None:
    """Change a raw file and register it anew."""
    before = hash_of(town / file)
    edit(town / file, old, new, encoding)
    register_again(town, file, before)


def replace_raw(town: Path, file: str, content: bytes) -> None:
    before = hash_of(town / file)
    (town / file).write_bytes(content)
    register_again(town, file, before)


def assert_refused(result: Result, *words: str) -> None:
    """The command ended with 1, without a traceback, and said these words."""
    shown = result.output + result.stderr
    assert result.exit_code == 1, shown
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in shown
    flat = " ".join(shown.replace("|", " ").split())
    for word in words:
        assert word in flat, f"{word!r} is missing in: {flat}"


def json_of(run: Run, town: Path) -> list[dict[str, Any]]:
    """Problems of `dkbm check --json`."""
    found: list[dict[str, Any]] = json.loads(run("check", town, "--json").stdout)
    return found


def assert_found(run: Run, town: Path, *words: str) -> dict[str, Any]:
    """`dkbm check` reports one error with all these words; returns it. The table holds it, too."""
    errors = [one for one in json_of(run, town) if one["severity"] == "error"]
    texts = [f"{Problem(**{**one, 'place': Place(**one['place'])})}" for one in errors]
    found = [one for one, text in zip(errors, texts, strict=True) if all(word in text for word in words)]
    assert found, "\n".join(["not found in:", *texts])
    shown = run("check", town)
    assert_refused(shown, found[0]["code"])
    return found[0]


# --- the declaring files -------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert_found(run, tmp_path / "fehlt", "S001", "liegt keine town.yml; das ist kein Stadtordner.", "dkbm init ORDNER")


def test_a_tab_in_town_yml(run: Run, town: Path) -> None:
    edit(town / "town.yml", "  - id: heute", "\t- id: heute")
    assert_found(run, town, "Y003", "town.yml", "kein gültiges YAML", "Tabulator statt Leerzeichen")


def test_a_mistyped_key_is_named_with_its_line_and_the_right_one(run: Run, town: Path) -> None:
    edit(town / "town.yml", "gebietsstaende:", "gebietsstand:")
    found = assert_found(run, town, "Y005", "Der Schlüssel „gebietsstand“ ist hier unbekannt.", "Meinten Sie")
    assert found["place"]["row"] == _line(town / "town.yml", "gebietsstand:")
    assert_found(run, town, "Y005", "Die Angabe „gebietsstaende“ fehlt.")


def _line(path: Path, start: str) -> int:
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line.startswith(start))


def test_a_key_without_quotes_would_lose_its_zeros(run: Run, town: Path) -> None:
    edit(town / "town.yml", 'ags: "99999001"', "ags: 05111000")
    assert_found(run, town, "Y005", "Hier wird Text erwartet", "Anführungszeichen")


def test_mistakes_of_several_files_come_together(run: Run, town: Path) -> None:
    edit(town / "town.yml", "name: Beispielstadt", "nam: Beispielstadt")
    edit(town / "register.yml", "publisher: Bildungsbüro", "herausgeber: Bildungsbüro")
    (town / "catalogue" / "kaputt.yml").write_text("indicators: [", "utf-8")
    for words in ("Die Angabe „name“ fehlt.", "„herausgeber“ ist hier unbekannt", "kaputt.yml"):
        assert_found(run, town, words)


# --- raw files -------------------------------------------------------------------------------------------------


def test_a_raw_file_edited_after_registration(run: Run, town: Path) -> None:
    edit(town / "raw" / "bevoelkerung.csv", "4.210", "4.211", "utf-8-sig")
    assert_found(run, town, "raw/bevoelkerung.csv", "Prüfsumme")


def test_an_old_excel_file_in_disguise(run: Run, town: Path) -> None:
    replace_raw(town, "raw/lesepaten.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert_found(run, town, "raw/lesepaten.csv", "alte Excel-Datei (.xls)", "als .xlsx speichern")


def test_an_error_page_saved_as_csv(run: Run, town: Path) -> None:
    replace_raw(town, "raw/lesepaten.csv", b"<!DOCTYPE html><html><body>404</body></html>")
    assert_found(run, town, "raw/lesepaten.csv", "Webseite, keine Tabelle")


def test_a_wrong_encoding(run: Run, town: Path) -> None:
    content = "Stadtteil;Jahr;Kinder\r\nNordviertel;2022;38\r\nSeeufer am Fluß;2022;9\r\n".encode("cp1252")
    replace_raw(town, "raw/lesepaten.csv", content)
    edit(town / "register.yml", "encoding: cp1252", "encoding: utf-8")
    assert_found(run, town, "raw/lesepaten.csv", "nicht in utf-8 gespeichert", "cp1252")


def test_a_negative_count(run: Run, town: Path) -> None:
    edit_raw(town, "raw/lesepaten.csv", "Altstadt;2022;31", "Altstadt;2022;-31", "cp1252")
    assert_found(run, town, "C010", "raw/lesepaten.csv", "Zeile 2", "negativ")


def test_an_unknown_district_gets_the_nearest_name(run: Run, town: Path) -> None:
    edit_raw(town, "raw/lesepaten.csv", "Nordviertel;2022", "Nordvirtel;2022", "cp1252")
    assert_found(run, town, "raw/lesepaten.csv", "Zeile 3", "Nordvirtel", "Meinten Sie „Nordviertel“?")


def test_districts_that_do_not_sum_to_the_published_total(run: Run, town: Path) -> None:
    edit(town / "register.yml", "by: name }", "by: name, totals: { Insgesamt: stadt } }")
    edit_raw(town, "raw/lesepaten.csv", "Quelle:", "Insgesamt;2023;97\r\nQuelle:", "cp1252")
    (found,) = [one for one in json_of(run, town) if one["code"] == "C017"]
    assert (found["severity"], found["place"]["row"]) == ("warning", 10)
    for words in ("hat veröffentlicht 97", "ist 90", "7"):  # 34 + 46 + 7 + 3 = 90
        assert words in found["what"]


def test_a_letter_where_a_number_belongs(run: Run, town: Path) -> None:
    edit_raw(town, "raw/lesepaten.csv", "Altstadt;2022;31", "Altstadt;2022;3l", "cp1252")
    assert_found(run, town, "raw/lesepaten.csv", "Zeile 2", "„3l“")


# --- what is asked for -------------------------------------------------------------------------------------------


def test_an_unknown_indicator(run: Run, town: Path, tmp_path: Path) -> None:
    out = tmp_path / "aus" / "werte.csv"
    result = run("compute", town, "--indicator", "lesepatenschaft", "--out", out)
    assert_refused(result, "K001", "„lesepatenschaft“ steht nicht im Katalog.", "Meinten Sie „lesepatenschaften“?")
    assert not out.parent.exists()


def test_a_period_without_data(run: Run, town: Path, tmp_path: Path) -> None:
    out = tmp_path / "aus" / "werte.csv"
    result = run("compute", town, "--indicator", "lesepatenschaften", "--period", "1999", "--out", out)
    assert_refused(result, "„1999“", "2022", "2023")
    assert not out.parent.exists()


def test_a_period_that_is_none(run: Run, town: Path, tmp_path: Path) -> None:
    result = run("map", town, "lesepatenschaften", "--period", "2023/25", "--out", tmp_path / "karte.png")
    assert_refused(result, "P003", "„2023/25“ ist kein Zeitraum.", "ein Schuljahr (2022/23)")


def test_an_unknown_level(run: Run, town: Path, tmp_path: Path) -> None:
    result = run("compute", town, "--level", "statdteil", "--out", tmp_path / "werte.csv")
    assert_refused(result, "„statdteil“", "Meinten Sie „stadtteil“?")


def test_a_breakdown_that_no_indicator_has(run: Run, town: Path, tmp_path: Path) -> None:
    words = ("compute", town, "--indicator", "lesepatenschaften", "--by", "sxe", "--out", tmp_path / "werte.csv")
    assert_refused(run(*words), "P002", "Nach „sxe“ kann keine der gewählten Kennzahlen gegliedert werden.")


def test_a_mistyped_district(run: Run, town: Path) -> None:
    result = run("explain", town, "lesepatenschaften", "Altstad", "2023")
    assert_refused(result, "P010", "Das Gebiet „Altstad“ gibt es nicht.", "Meinten Sie „Altstadt“?")


def test_a_district_of_another_level(run: Run, town: Path) -> None:
    result = run("explain", town, "lesepatenschaften", "Altstadt", "2023", "--level", "bezrik")
    assert_refused(result, "P011", "Meinten Sie „bezirk“?")


def test_an_unknown_recipe(run: Run, tmp_path: Path) -> None:
    result = run("fetch", "berln", "--from", tmp_path, "--into", tmp_path / "neu")
    assert_refused(result, "F001", "Meinten Sie „berlin“?")
    assert not (tmp_path / "neu").exists()


# --- where it is to be written -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compute", "--out", "werte.xls"), "Möglich sind: .csv, .parquet, .xlsx."),
        (("compute", "--out", "werte"), "Möglich sind: .csv, .parquet, .xlsx."),
        (
            ("map", "lesepatenschaften", "--period", "2023", "--out", "karte.jpg"),
            "Möglich sind: .png, .svg, .pdf, .html.",
        ),
    ],
)
def test_an_ending_that_cannot_be_written(
    run: Run, town: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    command, *rest, name = words
    assert_refused(run(command, town, *rest, tmp_path / name), "P004", message)
    assert [path.name for path in tmp_path.iterdir()] == ["stadt"]


def test_a_folder_that_cannot_be_written_to(run: Run, town: Path, tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("kein Ordner")
    result = run("compute", town, "--indicator", "lesepatenschaften", "--out", tmp_path / "datei" / "werte.csv")
    assert_refused(result, "P001", "datei")
    assert (tmp_path / "datei").read_text() == "kein Ordner"


def test_a_folder_in_the_place_of_the_file(run: Run, town: Path, tmp_path: Path) -> None:
    (tmp_path / "werte.csv").mkdir()
    result = run("compute", town, "--indicator", "lesepatenschaften", "--out", tmp_path / "werte.csv")
    assert_refused(result, "P001", "werte.csv", "Dort liegt ein Ordner, erwartet wird eine Datei.")
    assert list((tmp_path / "werte.csv").iterdir()) == []


def test_init_never_writes_over_a_folder_with_something_in_it(run: Run, town: Path) -> None:
    before = {path: path.read_bytes() for path in town.rglob("*") if path.is_file()}
    assert_refused(run("init", town), "P007", "ist nicht leer")
    assert {path: path.read_bytes() for path in town.rglob("*") if path.is_file()} == before
