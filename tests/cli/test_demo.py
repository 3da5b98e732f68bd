"""`dkbm demo` works from any folder and leaves whole, protected, clearly invented results."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dkbm_monitor.cli.root import dkbm
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.products.demo import DRAWN, embedded_town

NOTE = "Erfundene Stadt: alle Daten sind erdacht."


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The demonstration, made once, from a folder that has nothing to do with the project."""
    folder, before = tmp_path_factory.mktemp("irgendwo"), Path.cwd()
    os.chdir(folder)
    try:
        return CliRunner().invoke(dkbm, ["demo"], prog_name="dkbm"), folder / "dkbm-demo"
    finally:
        os.chdir(before)


def test_it_says_what_it_made_and_what_comes_next(demo: tuple[Result, Path]) -> None:
    result, folder = demo
    assert result.exit_code == 0, result.output
    assert "Musterstadt ist eine erfundene Stadt; alle Daten sind erdacht." in result.output
    for path in folder.iterdir():
        if not path.name.endswith(".run.json"):
            assert path.name in result.output
    assert "dkbm init meine-stadt" in result.output


def test_it_leaves_maps_values_and_a_passport(demo: tuple[Result, Path]) -> None:
    made = {path.name for path in demo[1].iterdir()}
    maps = {f"karte_{indicator}{suffix}" for indicator in DRAWN for suffix in (".png", ".pdf")}
    assert maps | {"werte.csv", "werte.xlsx", "karte_interaktiv.html", f"pass_{DRAWN[0]}.txt"} <= made
    assert not [name for name in made if name.startswith(".")], "nothing unfinished is left behind"


def test_every_table_and_map_has_its_run_record(demo: tuple[Result, Path]) -> None:
    outputs = [path for path in demo[1].iterdir() if path.suffix in {".png", ".pdf", ".html", ".csv", ".xlsx"}]
    for path in outputs:
        record = json.loads(path.with_name(path.name + ".run.json").read_text("utf-8"))
        assert record["outputs"][path.name] == sha256_of(path)
        assert record["invented"] is True


def test_no_hidden_value_has_a_number(demo: tuple[Result, Path]) -> None:
    table = pd.read_csv(demo[1] / "werte.csv", sep=";", decimal=",", dtype={"district": "str", "period": "str"})
    hidden = table[table["status"] == "suppressed"]
    assert len(hidden) > 100
    assert hidden[["value", "numerator", "denominator", "low", "high"]].isna().all(axis=None)
    shown = table[table["status"].isin(["ok", "zero", "rounded"])]
    assert shown["value"].notna().all()
    assert table["indicator"].nunique() >= 60


def test_everything_calls_the_town_invented(demo: tuple[Result, Path]) -> None:
    folder = demo[1]
    assert NOTE in (folder / "karte_interaktiv.html").read_text("utf-8")
    assert NOTE in (folder / f"pass_{DRAWN[0]}.txt").read_text("utf-8")
    table = pd.read_csv(folder / "werte.csv", sep=";", usecols=["town"])
    assert set(table["town"]) == {"Musterstadt (erfundene Stadt)"}
    book = openpyxl.load_workbook(folder / "werte.xlsx", read_only=True)
    assert NOTE in {cell for row in book["Lies mich"].iter_rows(values_only=True) for cell in row}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")
def test_the_printed_map_calls_the_town_invented(demo: tuple[Result, Path]) -> None:
    path = demo[1] / f"karte_{DRAWN[0]}.pdf"
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    assert "Erfundene Stadt" in done.stdout


def test_the_embedded_town_is_found() -> None:
    assert (embedded_town() / "register.yml").is_file()
