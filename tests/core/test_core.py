import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dkbm_monitor.core import keys, locale
from dkbm_monitor.core.problems import Gathered, Place, Problem, ProblemsError, Severity, did_you_mean, raise_errors
from dkbm_monitor.core.provenance import RunRecord, sha256_of
from dkbm_monitor.core.status import ORDER, RANK, WITH_VALUE, Status, has_value, ranks_of, statuses_of


@given(st.integers(1900, 2098), st.integers(-20, 20))
def test_a_shifted_period_keeps_its_spelling(year: int, by: int) -> None:
    assert keys.shifted(str(year), by) == str(year + by)
    school = f"{year}/{(year + 1) % 100:02d}"
    assert keys.year_of(keys.shifted(school, 0)) == year
    assert re.fullmatch(r"\d{4}/\d{2}", keys.shifted(school, by))


@pytest.mark.parametrize("wrong", ["23", "2022/24", "2022-23", "", "20223", "Jahr 2023"])
def test_what_is_no_period_is_refused_with_the_two_right_forms(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"neither a year \(2023\) nor a Schuljahr \(2022/23\)"):
        keys.period(wrong)


def test_the_turn_of_the_century_is_a_schuljahr() -> None:
    assert keys.period("1999/2000") == "1999/00"


@pytest.mark.parametrize(("text", "right"), [("05913000", True), ("5913000", False), ("0591300x", False)])
def test_a_municipality_key_has_eight_digits(text: str, right: bool) -> None:
    assert keys.is_ags(text) is right


def test_status_ranks_go_there_and_back() -> None:
    ranks = ranks_of([str(status) for status in ORDER])
    assert statuses_of(ranks).tolist() == [str(status) for status in ORDER]
    assert {ORDER[rank] for rank in np.flatnonzero(has_value(ranks))} == WITH_VALUE


def test_a_sum_is_as_bad_as_its_worst_part_but_uninhabited_takes_nothing() -> None:
    assert RANK[Status.MISSING] == max(RANK.values())
    assert RANK[Status.NOT_APPLICABLE] == min(RANK.values())


def test_numbers_are_written_as_german_readers_expect() -> None:
    assert locale.number(1234567.891, 2) == "1.234.567,89"
    assert locale.number(-3.5, 1) == "−3,5"
    with locale.speaking("en"):
        assert locale.number(1234.5, 1) == "1,234.5"
    assert locale.language() == "de"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language 'fr' is not available; choose one of de, en"):
        locale.set_language("fr")  # type: ignore[arg-type]


def test_a_problem_says_where_what_and_what_would_be_right() -> None:
    problem = Problem("T001", Place("raw/a.csv", 7, "Anzahl"), "0102", "„zwölf“ ist keine Zahl.", "Bitte Ziffern.")
    assert str(problem) == "[T001] raw/a.csv, Zeile 7, Spalte „Anzahl“: „zwölf“ ist keine Zahl. Bitte Ziffern."


def test_notes_do_not_stop_the_work_but_errors_bring_everything_along() -> None:
    note = Problem("A", Place(), "a", "Hinweis.", severity=Severity.NOTE)
    error = Problem("B", Place(), "b", "Fehler.")
    assert raise_errors([note]) == [note]
    with pytest.raises(ProblemsError) as caught:
        raise_errors([note, error])
    assert list(caught.value.problems) == [note, error]


def test_gathering_goes_on_after_a_failed_step() -> None:
    def failing() -> int:
        raise ProblemsError([Problem("A", Place(), "a", "Fehler.")])

    gathered = Gathered()
    assert (gathered.of(failing), gathered.of(lambda: 3)) == (None, 3)
    assert len(gathered.problems) == 1


def test_nothing_near_gives_no_hint() -> None:
    assert did_you_mean("xyz", ["Nordstadt"]) == ""


def test_the_run_record_lies_beside_its_output_and_knows_its_hash(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    output = tmp_path / "karte.png"
    output.write_bytes(b"bild")
    path = RunRecord("Musterstadt", invented=True).with_settings(k=5).save_beside(output)
    text = path.read_text("utf-8")
    assert path.name == "karte.png.run.json"
    assert sha256_of(output) in text
    assert "2023-11-14T22:13:20+00:00" in text
    assert RunRecord("Musterstadt", invented=True).with_settings(k=5).save_beside(output).read_text("utf-8") == text
