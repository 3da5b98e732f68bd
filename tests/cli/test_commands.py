"""The commands on the town folder that `dkbm init` makes: what they print, what they write."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dkbm_monitor.cli.root import dkbm
from dkbm_monitor.core.frames import VALUE_COLUMNS

Run = Callable[..., Result]


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_bytes().decode("utf-8-sig").splitlines(), delimiter=";"))


def test_init_makes_a_folder_that_passes_the_check(run: Run, tmp_path: Path) -> None:
    made = run("init", tmp_path / "neu")
    assert made.exit_code == 0
    assert "  town.yml" in made.output
    assert "dkbm check" in made.output
    checked = run("check", tmp_path / "neu")
    assert (checked.exit_code, checked.output.splitlines()[-1][:11]) == (0, "Kein Fehler")


def test_check_as_json_is_a_list_of_problems(run: Run, town: Path) -> None:
    (town / "raw" / "lesepaten.csv").unlink()
    result = run("check", town, "--json")
    problems = json.loads(result.stdout)
    assert result.exit_code == 1
    missing = [one for one in problems if one["place"]["file"] == "raw/lesepaten.csv" and one["severity"] == "error"]
    assert missing
    assert set(missing[0]) == {"code", "place", "subject", "what", "hint", "severity"}


def test_compute_writes_released_values(run: Run, town: Path, tmp_path: Path) -> None:
    out = tmp_path / "werte.csv"
    result = run("compute", town, "--indicator", "lesepatenschaften", "--out", out)
    assert result.exit_code == 0, result.output
    rows = read_csv(out)
    assert f"{len(rows)} Werte geschrieben" in result.output
    assert set(VALUE_COLUMNS) <= set(rows[0])
    by_key = {(row["district"], row["period"]): row for row in rows}
    altstadt, neubruch = by_key["11", "2023"], by_key["22", "2023"]
    # raw/lesepaten.csv: 34 children in Altstadt 2023; raw/bevoelkerung.csv: 267 aged 6 to 9
    assert (altstadt["numerator"], altstadt["denominator"], altstadt["value"]) == ("34", "267", "12,734082397")
    assert (neubruch["status"], neubruch["value"], neubruch["numerator"]) == ("suppressed", "", "")
    assert altstadt["district_name"] == "Altstadt"
    assert altstadt["town"] == "Beispielstadt (erfundene Stadt)"
    assert (tmp_path / "werte.csv.run.json").is_file()


def test_compute_adds_counts_for_the_level_above(run: Run, town: Path, tmp_path: Path) -> None:
    out = tmp_path / "werte.csv"
    run("compute", town, "--indicator", "lesepatenschaften", "--level", "Bezirke", "--period", "2023", "--out", out)
    rows = {row["district"]: row for row in read_csv(out)}
    assert set(rows) == {"1", "2"}
    assert (rows["1"]["numerator"], rows["1"]["denominator"]) == ("80", "718")  # 34 + 46 of 267 + 451


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
def test_compute_writes_other_formats(run: Run, town: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"werte{suffix}"
    assert run("compute", town, "--indicator", "lesepatenschaften", "--out", out).exit_code == 0
    table = pd.read_parquet(out) if suffix == ".parquet" else pd.read_excel(out, sheet_name="Werte")
    assert set(VALUE_COLUMNS) <= set(table.columns)


def test_compute_in_english(run: Run, town: Path, tmp_path: Path) -> None:
    out = tmp_path / "values.csv"
    result = run("--lang", "en", "compute", town, "--indicator", "lesepatenschaften", "--out", out)
    assert "values written:" in result.output
    rows = list(csv.DictReader(out.read_bytes().decode("utf-8-sig").splitlines()))
    assert rows[0]["indicator_title"] == "Children with a reading mentor"
    assert rows[0]["town"] == "Beispielstadt (invented town)"


def test_the_administration_sees_more_than_the_public(run: Run, town: Path, tmp_path: Path) -> None:
    hidden = {}
    for audience in ("public", "internal"):
        out = tmp_path / f"{audience}.csv"
        run("compute", town, "--indicator", "lesepatenschaften", "--audience", audience, "--out", out)
        hidden[audience] = {(row["district"], row["period"]) for row in read_csv(out) if row["status"] == "suppressed"}
    assert hidden["internal"] < hidden["public"]


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf", ".html"])
def test_map_writes_every_kind(run: Run, town: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"karte{suffix}"
    result = run("map", town, "lesepatenschaften", "--period", "2023", "--out", out)
    assert result.exit_code == 0, result.output + result.stderr
    assert f"Karte geschrieben: {out}" in result.output
    assert out.stat().st_size > 1000
    assert (tmp_path / f"karte{suffix}.run.json").is_file()


def test_catalogue_lists_shows_and_exports(run: Run, town: Path, tmp_path: Path) -> None:
    listed = run("catalogue", "list", "--town", town)
    assert listed.exit_code == 0
    assert "lesepatenschaften" in listed.output
    shown = run("catalogue", "show", "lesepatenschaften", "--town", town)
    assert "Sagt nichts über den Bedarf" in shown.output
    out = tmp_path / "katalog.xlsx"
    assert run("catalogue", "export", out).exit_code == 0
    assert out.read_bytes().startswith(b"PK")


def test_catalogue_schema_is_json(run: Run, tmp_path: Path) -> None:
    printed = run("catalogue", "schema")
    assert "properties" in json.loads(printed.stdout)
    out = tmp_path / "schema.json"
    assert run("catalogue", "schema", "--out", out).exit_code == 0
    assert json.loads(out.read_text("utf-8")) == json.loads(printed.stdout)


def test_catalogue_show_names_the_nearest_indicator(run: Run, town: Path) -> None:
    result = run("catalogue", "show", "lesepatenschaftn", "--town", town)
    assert result.exit_code == 1
    assert "Meinten Sie „lesepatenschaften“?" in result.stderr


def test_progress_is_shown_to_a_watching_person_only(town: Path, tmp_path: Path) -> None:
    words = ["compute", str(town), "--indicator", "lesepatenschaften", "--out", str(tmp_path / "werte.csv")]
    silent = CliRunner().invoke(dkbm, words)
    watched = CliRunner().invoke(dkbm, words, env={"TTY_COMPATIBLE": "1", "FORCE_COLOR": "1"})
    assert silent.stderr == ""
    assert "Stadtordner wird gelesen" in watched.stderr
    assert silent.stdout == watched.stdout
