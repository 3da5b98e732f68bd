"""`dkbm audit`: its words, its JSON, its exit code, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result

from dkbm_monitor.compute.indicators import compute
from dkbm_monitor.disclosure.primary import hidden_by, release, suppress
from dkbm_monitor.disclosure.registry import register
from dkbm_monitor.town.open import open_town

Run = Callable[..., Result]
CHILDREN = 3  # raw/lesepaten.csv: Neubruch 2023, below the public minimum of 5


def test_a_town_whose_release_holds_passes_in_words(run: Run, town: Path) -> None:
    result = run("audit", town)
    assert result.exit_code == 0, result.output
    first, second, third = result.stdout.splitlines()
    assert first.endswith(" verborgene Zahlen geprüft.")
    assert int(first.split()[0]) > 0
    assert second == "Frühere Veröffentlichungen: keine eingetragen"
    assert third == "Keine davon lässt sich enger eingrenzen, als die Regel erlaubt."
    assert not (town / "releases").exists()


def test_json_for_other_programs(run: Run, town: Path) -> None:
    result = run("audit", town, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found.pop("hidden_counts") > 0
    assert found == {"passed": True, "contradiction": False, "narrow": [], "earlier_releases": []}


def test_json_stays_json_when_a_release_is_registered(run: Run, town: Path) -> None:
    result = run("audit", town, "--json", "--register", "bericht-2023")
    assert json.loads(result.stdout)["passed"]
    assert "Eingetragen: " in result.stderr


def test_a_name_is_taken_once(run: Run, town: Path) -> None:
    kept = town / "releases" / "bericht-2023.parquet"
    made = run("audit", town, "--register", "bericht-2023")
    assert made.exit_code == 0
    assert f"Eingetragen: {kept}" in made.stdout
    assert {path.name for path in kept.parent.iterdir()} == {"bericht-2023.parquet", "bericht-2023.json"}
    before = kept.read_bytes()
    again = run("audit", town, "--register", "bericht-2023")
    assert again.exit_code == 1
    assert "[R021]" in again.stderr
    assert "Unter dem Namen „bericht-2023“ ist schon eine Veröffentlichung eingetragen." in again.stderr
    assert "Ein neuer Name aus Buchstaben, Ziffern, Punkt, - und _, z. B. bericht-2024." in again.stderr
    assert kept.read_bytes() == before


def test_what_is_kept_holds_no_hidden_number(run: Run, town: Path) -> None:
    run("audit", town, "--register", "bericht-2023")
    kept = pd.read_parquet(town / "releases" / "bericht-2023.parquet")
    hidden = kept[kept["status"] == "suppressed"]
    assert len(hidden) > 0
    assert hidden[["value", "numerator", "denominator", "low", "high"]].isna().all(axis=None)
    notes = json.loads((town / "releases" / "bericht-2023.json").read_text("utf-8"))
    assert (notes["name"], notes["audience"], notes["rule"]["min_count"]) == ("bericht-2023", "public", 5)


@pytest.mark.parametrize("name", ["../bericht", "bericht 2023", ".versteckt", ""])
def test_a_name_that_is_no_file_name(run: Run, town: Path, name: str) -> None:
    result = run("audit", town, "--register", name)
    assert result.exit_code == 1
    assert f"[R020] {town}" in result.stderr
    assert f"„{name}“ taugt nicht als Name." in result.stderr
    assert not (town / "releases").exists()
    assert not list(town.parent.glob("bericht*"))


@pytest.fixture
def careless(town: Path) -> Path:
    """The town with an earlier publication that hid by the rule only: 10 in Bezirk 2 minus 7 in Seeufer is 3."""
    opened = open_town(town)
    values = compute(opened, ["lesepatenschaften"])
    known, rule = opened.catalogue, opened.file.disclosure.public
    few = hidden_by(values, rule, known.indicators, known.measures) & values["value"].notna().to_numpy()
    register(replace(release(values, opened), values=suppress(values, few)), town, "bericht-2022")
    return town


def test_an_earlier_publication_gives_a_hidden_number_away(run: Run, careless: Path) -> None:
    result = run("audit", careless)
    assert result.exit_code == 1
    assert "Frühere Veröffentlichungen: bericht-2022" in result.stdout
    assert "zu eng eingegrenzt:" in result.stdout
    # the list is for the statistics office only: it names the place and the span that anybody could work out
    assert f"lesepatenschaften, heute, stadtteil 22, 2023: zwischen {CHILDREN} und {CHILDREN}" in result.stdout


def test_the_same_as_json(run: Run, careless: Path) -> None:
    result = run("audit", careless, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["passed"], found["earlier_releases"]) == (1, False, ["bericht-2022"])
    places = {(one["counted"], one["level"], one["district"], one["year"]) for one in found["narrow"]}
    assert ("lesepatenschaften", "stadtteil", "22", 2023) in places


def test_what_fails_is_not_registered(run: Run, careless: Path) -> None:
    result = run("audit", careless, "--register", "bericht-2023")
    assert result.exit_code == 1
    assert "Eingetragen" not in result.output
    assert not (careless / "releases" / "bericht-2023.parquet").exists()


def test_the_public_does_not_know_what_only_insiders_read(run: Run, town: Path) -> None:
    assert run("audit", town, "--audience", "internal", "--register", "intern-2023").exit_code == 0
    assert "keine eingetragen" in run("audit", town).stdout
    assert "intern-2023" in run("audit", town, "--audience", "internal").stdout


def test_an_earlier_publication_shows_a_hidden_number_outright(run: Run, town: Path) -> None:
    opened = open_town(town)
    values = compute(opened, ["lesepatenschaften"])
    register(replace(release(values, opened), values=values), town, "bericht-2022")
    result = run("audit", town)
    assert result.exit_code == 1
    assert "zu eng eingegrenzt:" in result.stdout
