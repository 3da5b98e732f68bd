"""`dkbm index` from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dkbm_monitor.cli.root import dkbm

ROOT = Path(__file__).parents[2]
MUSTERSTADT = ROOT / "data" / "musterstadt"
MEMBERS = ["s1", "s2", "s3", "s4", "d1", "d2", "d3", "d4"]
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def call(*words: object) -> Result:
        return CliRunner().invoke(dkbm, [str(word) for word in words], prog_name="dkbm")

    return call


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Forty districts, keys with leading zeros, one outside the calculation."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({name.upper(): rng.normal(10, 3, 41).round(3) for name in MEMBERS})
    frame.insert(0, "id", [f"{one:08d}" for one in range(1, 42)])
    frame["kom"] = ["gültig"] * 40 + ["ungültig (EW)"]
    frame.to_csv(tmp_path / "tabelle.csv", index=False, sep=";", decimal=",", encoding="cp1252")
    return tmp_path / "tabelle.csv"


def test_apply_writes_the_documented_table(run: Run, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "neu" / "out.csv"
    result = run(
        "index", "apply", "mss-2017", "--table", table, "--key", "id", "--exclude", "kom=ungültig*", "--out", out
    )
    assert result.exit_code == 0, result.output
    text = out.read_text("utf-8")
    parts = ["status_sum", "status_index", "status_class", "dynamik_sum", "dynamik_index", "dynamik_class"]
    assert text.splitlines()[0].split(",") == ["id", *MEMBERS, *parts, "group"]
    assert text.splitlines()[-1] == "00000041" + "," * 15
    frame = pd.read_csv(out, dtype={"id": str})
    assert frame["id"].tolist()[:2] == ["00000001", "00000002"]
    np.testing.assert_allclose(frame[MEMBERS].mean(), 0, atol=1e-12)
    assert set(frame["status_class"].dropna()) <= {"hoch", "mittel", "niedrig", "sehr niedrig"}
    assert set(frame["dynamik_class"].dropna()) <= {"positiv", "stabil", "negativ"}
    record = json.loads((out.parent / "out.csv.run.json").read_text("utf-8"))
    assert record["settings"]["recipe"] == "mss-2017"
    assert record["settings"]["exclude"] == {"kom": ["ungültig*"]}
    assert set(record["raw_files"]) == {"tabelle.csv"}
    assert "Status-Index: hoch" in result.output
    assert "40 Gebiete mit Index" in result.output


def test_german_excel_gets_semicolons_and_commas(run: Run, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run("index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", out, "--german")
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid;s1;")
    assert b"\r\n" in raw
    assert "," in raw.decode("utf-8-sig").splitlines()[1].split(";")[1]


def test_members_can_be_mapped(run: Run, table: Path, tmp_path: Path) -> None:
    text = table.read_bytes().decode("cp1252").replace("S1", "Arbeitslose")
    table.write_bytes(text.encode("cp1252"))
    out = tmp_path / "out.csv"
    missing = run("index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", out)
    assert missing.exit_code == 1
    assert "[I014]" in missing.stderr
    assert not out.exists()
    done = run("index", "apply", "mss-2017", "--table", table, "--key", "id", "--map", "s1=Arbeitslose", "--out", out)
    assert done.exit_code == 0, done.output


def test_agreement_and_steps_are_shown_when_asked_for(run: Run, table: Path, tmp_path: Path) -> None:
    out, cells = tmp_path / "out.csv", tmp_path / "vergleich.csv"
    words = ["index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", out]
    result = run(*words, "--compare", "status_sum=S1", "--agreement", cells, "--explain", "00000001")
    assert result.exit_code == 0, result.output
    assert "status_sum: 0 von 41 Gebieten stimmen überein" in result.output
    assert "status: s1" in result.output
    assert list(pd.read_csv(cells).columns) == ["key", "column", "ours", "published", "difference", "verdict"]


def test_published_results_may_lie_in_another_file(run: Run, table: Path, tmp_path: Path) -> None:
    out, theirs = tmp_path / "out.csv", tmp_path / "bericht.csv"
    words = ["index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", out]
    run(*words)
    ours = pd.read_csv(out, dtype=str).rename(columns={"id": "RAUMID", "status_class": "Klasse"})
    ours.to_csv(theirs, sep=";", index=False)
    compare = ["--compare", "status_class=Klasse", "--published", theirs, "--published-key", "RAUMID"]
    assert "status_class: alle 41 Gebiete stimmen überein." in run(*words, *compare).output


def test_an_unknown_district_to_explain_leaves_no_file(run: Run, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = run("index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", out, "--explain", "9")
    assert result.exit_code == 1
    assert "[I032]" in result.stderr
    assert not out.exists()


def test_words_without_an_equals_sign_are_answered(run: Run, table: Path, tmp_path: Path) -> None:
    words = ["index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", tmp_path / "o.csv"]
    assert "Nach --exclude wird NAME=WERT erwartet, gefunden wurde „kom“." in run(*words, "--exclude", "kom").stderr
    assert "Bei --map steht „s1“ mehrfach." in run(*words, "--map", "s1=a", "--map", "s1=b").stderr


def test_other_endings_are_refused_before_anything_is_written(run: Run, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.xlsx"
    result = run("index", "apply", "mss-2017", "--table", table, "--key", "id", "--out", out)
    assert "[P004]" in result.stderr
    assert not out.exists()


def test_a_missing_table_is_answered(run: Run, tmp_path: Path) -> None:
    result = run("index", "apply", "gesix", "--table", tmp_path / "nix.csv", "--key", "id", "--out", tmp_path / "o.csv")
    assert result.exit_code == 1
    assert "[T001] nix.csv: Die Datei fehlt." in result.stderr


def test_list_and_show_say_what_is_proven(run: Run) -> None:
    listed = run("index", "list").output
    assert listed.index("An veröffentlichten Ergebnissen") < listed.index("mss-2021") < listed.index("gisd")
    assert "12 Rezepte" in listed
    shown = " ".join(run("index", "show", "muenster").output.split())
    assert "Nicht belegt Die Klassengrenzen" in shown


def test_a_wrong_command_names_the_nearest(run: Run) -> None:
    assert "Meinten Sie „apply“?" in run("index", "aply", "mss-2021").stderr


@pytest.fixture(scope="module")
def of_town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The invented town's index, computed once."""
    out = tmp_path_factory.mktemp("stadt") / "out.csv"
    words = ["index", str(MUSTERSTADT), "muenster", "--out", str(out), "--explain", "0101"]
    return out, CliRunner().invoke(dkbm, words, prog_name="dkbm")


def test_a_town_by_its_folder(of_town: tuple[Path, Result]) -> None:
    out, result = of_town
    assert result.exit_code == 0, result.output
    frame = pd.read_csv(out, dtype={"district": str})
    members = ["sgb2", "kinder_sgb2", "kinder_migration"]
    assert list(frame.columns) == ["district", *members, "status_sum", "status_index", "status_class", "town"]
    assert set(frame["town"]) == {"Musterstadt (erfundene Stadt)"}
    assert frame["district"].str.len().eq(4).all()
    assert frame["status_index"].std(ddof=0) == pytest.approx(1)
    assert "Erfundene Stadt" in result.stderr
    assert "Nicht belegt: Die Klassengrenzen" in result.stderr
    assert "Ebene stadtteil, Zeitraum 2024" in result.output
    assert "status: sgb2" in result.output


def test_a_town_s_run_record_names_recipe_and_sources(of_town: tuple[Path, Result]) -> None:
    record = json.loads(of_town[0].with_name("out.csv.run.json").read_text("utf-8"))
    assert "index:muenster" in record["definitions"]
    assert record["invented"] is True
    assert record["settings"]["level"] == "stadtteil"
    assert record["settings"]["attributions"]


def test_hidden_values_of_a_town_give_no_index(of_town: tuple[Path, Result]) -> None:
    out, result = of_town
    assert pd.read_csv(out, dtype=str)["status_index"].isna().sum() > 0
    assert "zum Schutz kleiner Zahlen verborgen" in result.stderr


def test_a_town_needs_an_indicator_for_every_member(run: Run, tmp_path: Path) -> None:
    result = run("index", MUSTERSTADT, "mss-2021", "--out", tmp_path / "out.csv")
    assert result.exit_code == 1
    assert result.stderr.count("[I031]") == 6
    assert "Bitte mit --map s1=KENNZAHL angeben." in result.stderr


def test_a_folder_that_is_no_town_is_answered(run: Run, tmp_path: Path) -> None:
    result = run("index", tmp_path, "muenster", "--out", tmp_path / "out.csv")
    assert "[S001]" in result.stderr
