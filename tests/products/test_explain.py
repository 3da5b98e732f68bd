"""A passport leads to the very cells of the raw files, and hides what the rule hides."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.products import passport_text
from dkbm_monitor.products.explain import Passport, explain
from dkbm_monitor.products.starter import make_town_folder
from dkbm_monitor.town.models import Audience
from dkbm_monitor.town.open import Town, open_town

INDICATOR = "lesepatenschaften"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("stadt")
    make_town_folder(folder)
    return open_town(folder)


def planted(folder: Path, changes: dict[str, dict[str, str]]) -> Town:
    """The starter town with other raw numbers, registered anew."""
    make_town_folder(folder)
    register = folder / "register.yml"
    for name, edits in changes.items():
        path = folder / "raw" / name
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        encoding = "cp1252" if name == "lesepaten.csv" else "utf-8-sig"
        text = path.read_bytes().decode(encoding)
        for old, new in edits.items():
            assert old in text
            text = text.replace(old, new)
        path.write_bytes(text.encode(encoding))
        after = hashlib.sha256(path.read_bytes()).hexdigest()
        register.write_text(register.read_text("utf-8").replace(before, after), "utf-8")
    return open_town(folder)


def everything(passport: Passport) -> str:
    """All a reader or a program could get out of a passport."""
    return passport.as_text() + json.dumps(passport.as_record(), ensure_ascii=False) + repr(passport.rows)


def test_it_names_the_very_cells_of_the_raw_files(town: Town) -> None:
    passport = explain(town, INDICATOR, "Altstadt", "2023")
    cells = [(row.part, row.file, row.row, row.column, row.text) for row in passport.rows]
    assert cells == [
        ("numerator", "raw/lesepaten.csv", 6, "Kinder", "34"),
        ("denominator", "raw/bevoelkerung.csv", 7, "6 bis 9 Jahre", "267"),
    ]


def test_the_cells_stand_where_it_says(town: Town) -> None:
    for row in explain(town, INDICATOR, "1", "2023", level="bezirk").rows:
        encoding = "cp1252" if "lesepaten" in row.file else "utf-8-sig"
        lines = (town.folder / row.file).read_bytes().decode(encoding).splitlines()
        column = lines[0].split(";").index(row.column)
        assert lines[row.row - 1].split(";")[column] == row.text


def test_its_text_tells_the_ten_steps(town: Town) -> None:
    text = explain(town, INDICATOR, "11", "2023").as_text()
    for number in range(1, 11):
        assert f"\n{number}. " in text
    for words in (
        "Kinder mit Lesepatenschaft, 2023: Altstadt",
        "12,7\u00a0%",
        "Erfundene Stadt",
        "Anteil der Kinder mit Lesepatenschaft an allen Kindern von 6 bis 9 Jahren.",
        "  raw/lesepaten.csv\n       Zeile 6, Spalte „Kinder“ (11, 2023): „34“",
        "Spalte „6 bis 9 Jahre“ (11, 2023, Alter 6-9): „267“",
        "Bildungsbüro der Beispielstadt (erfunden), dl-de/by-2-0",
        "Ja, die Prüfsumme stimmt mit dem Register überein.",
        "Zähler: 34",
        "Nenner: 267",
        "34 : 267 × 100 = 12,7\u00a0%",
        "95-%-Vertrauensbereich nach Wilson: 9,3 bis 17,3.",
        "Zahlen von 1 bis 4 sind verborgen.",
        "Dieser Wert darf gezeigt werden.",
        "Beispielstadt (erfundene Stadt) insgesamt: 9,4\u00a0%",
    ):
        assert words in text
    source = next(one for one in town.register.sources if one.id == "lesepaten")
    assert source.sha256 in text


def test_it_speaks_english(town: Town) -> None:
    with speaking("en"):
        text = explain(town, INDICATOR, "Altstadt", "2023").as_text()
    assert "Children with a reading mentor, 2023: Altstadt" in text
    assert "Where the numbers come from" in text
    assert "Row 6, column “Kinder”" in text


def test_long_lists_are_cut_and_say_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passport_text, "SHOWN_ROWS", 1)
    passport = explain(town, INDICATOR, "stadt", "2023", audience="internal")
    assert "Zeile 6, Spalte „Kinder“" in passport.as_text()
    assert "Zeile 7, Spalte „Kinder“" not in passport.as_text()
    assert "… und 3 weitere Zellen (alle zeigt --json)" in passport.as_text()
    assert len(passport.as_record()["rows"]) == 8


def test_an_area_may_be_named_by_key_or_name_in_any_case(town: Town) -> None:
    by_key, by_name = explain(town, INDICATOR, "11", "2023"), explain(town, INDICATOR, "altstadt", "2023")
    assert by_key.as_record() == by_name.as_record()


def test_a_ready_rate_has_no_counts(tmp_path: Path) -> None:
    make_town_folder(tmp_path)
    (tmp_path / "catalogue" / "quote.yml").write_text(READY_RATE, "utf-8")
    raw = tmp_path / "raw" / "quoten.csv"
    raw.write_bytes(b"Stadtteil;2023\r\n11;12,5\r\n12;3,5\r\n21;7\r\n22;.\r\n")
    entry = READY_RATE_SOURCE.replace("HASH", hashlib.sha256(raw.read_bytes()).hexdigest())
    register = tmp_path / "register.yml"
    register.write_text(register.read_text("utf-8") + entry, "utf-8")
    passport = explain(open_town(tmp_path), "quote", "Altstadt", "2023")
    text = passport.as_text()
    assert "Der Herausgeber liefert einen fertigen Wert; gezählt wurde dort." in text
    assert "Veröffentlichter Wert: quote_wert" in text
    assert "Zeile 2, Spalte „2023“ (11, 2023): „12,5“" in text
    assert "Zähler" not in text
    assert explain(open_town(tmp_path), "quote", "Neubruch", "2023").status == "secret"


READY_RATE = """
measures:
  - id: quote_wert
    title: { de: Quote, en: Rate }
    definition: { de: Fertige Quote., en: Ready rate. }
    spatial_principle: wohnort
    reference_date: 31.12.
    additive: false
indicators:
  - id: quote
    area: a
    title: { de: Quote, en: Rate }
    definition: { de: Fertige Quote., en: Ready rate. }
    purpose: { de: Probe., en: Test. }
    limits: { de: Probe., en: Test. }
    kind: given
    given: quote_wert
    unit: { de: "%", en: "%" }
    polarity: neutral
    spatial_principle: wohnort
    reference_date: 31.12.
    aggregation: { de: Keine., en: None. }
    sources: [Probe]
    examples: []
"""
READY_RATE_SOURCE = """
  - id: quoten
    file: raw/quoten.csv
    title: Quoten
    publisher: Probe
    licence: { name: Probe }
    attribution: Probe
    retrieved: 2024-03-04
    sha256: HASH
    spatial_principle: wohnort
    table:
      district: { column: Stadtteil, level: stadtteil }
      columns: [{ column: "{period}", measure: quote_wert }]
"""


def test_the_town_is_an_area_too(town: Town) -> None:
    record = explain(town, INDICATOR, "stadt", "2023", audience="internal").as_record()
    assert (record["level"], record["numerator"]) == ("stadt", 34 + 46 + 7 + 3)


def test_a_hidden_value_is_hidden_everywhere(tmp_path: Path) -> None:
    changes = {"bevoelkerung.csv": {";86;": ";8.651;", ";98;": ";98;", ";956;": ";9.521;"}}
    town = planted(tmp_path, changes)
    passport = explain(town, INDICATOR, "Neubruch", "2023")
    assert (passport.status, passport.masked) == ("suppressed", "value_hidden")
    assert (passport.numerator, passport.denominator, passport.value) == (None, None, None)
    shown = everything(passport)
    for number in ("8651", "8.651", "„3“", '"3"'):
        assert number not in shown
    assert "raw/lesepaten.csv\n       Zeile 9, Spalte „Kinder“ (22, 2023): verborgen" in shown
    assert "Dieser Wert wird deshalb verborgen." in shown


def test_one_hidden_district_masks_the_rows_of_its_neighbours(tmp_path: Path) -> None:
    changes = {
        "lesepaten.csv": {"Seeufer;2023;7": "Seeufer;2023;1387", "Neubruch;2023;3": "Neubruch;2023;2"},
        "bevoelkerung.csv": {";152;": ";7.919;", ";956;": ";8.723;"},
    }
    town = planted(tmp_path, changes)
    passport = explain(town, INDICATOR, "Ufer", "2023")
    assert passport.numerator == 1389, "the sum itself is released"
    assert passport.masked == "area_hidden"
    shown = everything(passport)
    for number in ("1387", "1.387", "7919", "7.919", "„2“"):
        assert number not in shown
    assert {row.text for row in passport.rows} == {None}


@pytest.mark.parametrize(("audience", "status"), [("public", "suppressed"), ("internal", "ok")])
def test_the_audience_decides(town: Town, audience: Audience, status: str) -> None:
    assert explain(town, INDICATOR, "Neubruch", "2023", audience=audience).status == status


def test_a_changed_raw_file_is_noticed(tmp_path: Path) -> None:
    town = planted(tmp_path, {})
    len(town.observations)
    path = tmp_path / "raw" / "lesepaten.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    passport = explain(town, INDICATOR, "Altstadt", "2023")
    assert not passport.raw_files_unchanged
    assert "Nein: raw/lesepaten.csv hat nicht mehr die Prüfsumme aus dem Register." in passport.as_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("lesepaten", "11", "2023"), r"\[K001\].*Meinten Sie „lesepatenschaften“"),
        ((INDICATOR, "Altstad", "2023"), r"\[P010\].*„Altstad“ gibt es nicht.*Meinten Sie „Altstadt“"),
        ((INDICATOR, "11", "1999"), r"\[P009\].*Altstadt \(Stadtteil\).*1999.*Vorhanden: 2022, 2023"),
    ],
)
def test_what_is_not_there_is_named(town: Town, words: tuple[str, str, str], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        explain(town, *words)
