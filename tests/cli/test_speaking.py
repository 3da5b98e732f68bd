"""The command line speaks one language at a time, wherever it is asked to, and knows its own names."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from dkbm_monitor import __version__
from dkbm_monitor.cli.root import dkbm
from dkbm_monitor.cli.speech import wanted_language
from dkbm_monitor.core.locale import language

ENGLISH = "Small-area education monitoring"
GERMAN = "Kleinräumiges Bildungsmonitoring"


def run(*words: str, **settings: object) -> Result:
    return CliRunner().invoke(dkbm, list(words), prog_name="dkbm", **settings)  # type: ignore[arg-type]


def test_help_is_german_by_default() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert GERMAN in result.output
    for word in ("Aufruf: dkbm [OPTIONEN] BEFEHL ...", "Optionen:", "Befehle:"):
        assert word in result.output


@pytest.mark.parametrize("words", [("--lang", "en", "--help"), ("--help", "--lang", "en"), ("--lang=EN", "-h")])
def test_help_is_english_where_asked(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert ENGLISH in result.output
    assert "Usage: dkbm [OPTIONS] COMMAND ..." in result.output


@pytest.mark.parametrize(
    "words", [("--lang", "en", "check", "--help"), ("check", "--lang", "en", "--help"), ("check", "-h", "--lang=en")]
)
def test_the_language_may_stand_before_and_after_the_command(words: tuple[str, ...]) -> None:
    assert "Check a town folder" in run(*words).output


def test_the_environment_sets_the_language_and_the_option_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DKBM_LANG", "en")
    assert ENGLISH in run("--help").output
    assert GERMAN in run("--help", "--lang", "de").output


def test_speaking_english_leaves_no_trace() -> None:
    environment = os.environ.get("LANGUAGE")
    run("--lang", "en", "--help")
    assert (language(), gettext.textdomain(), os.environ.get("LANGUAGE")) == ("de", "messages", environment)
    assert GERMAN in run("--help").output


def test_words_after_a_double_dash_are_no_options() -> None:
    assert wanted_language(["init", "--", "--lang=en"]) == "de"


def test_every_command_has_german_and_english_help() -> None:
    for name in ("demo", "init", "check", "compute", "explain", "map", "catalogue", "fetch"):
        german, english = run(name, "--help"), run(name, "--help", "--lang", "en")
        assert (german.exit_code, english.exit_code) == (0, 0)
        assert "Sprache der Ausgabe" in german.output
        assert "Language of the output" in english.output
        assert german.output.splitlines()[2] != english.output.splitlines()[2]


def test_version() -> None:
    assert run("--version").output == f"dkbm {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("chek",), "Fehler: Den Befehl „chek“ gibt es nicht. Meinten Sie „check“?"),
        (("catalogue", "lst"), "Fehler: Den Befehl „lst“ gibt es nicht. Meinten Sie „list“?"),
        (("check", "x", "--jsn"), "Fehler: Die Option --jsn gibt es nicht. Meinten Sie '--json'?"),
        (("compute",), "Fehler: Es fehlt die Angabe 'STADTORDNER'."),
        (("compute", "x"), "Fehler: Es fehlt die Option '--out'."),
        (("compute", "x", "--out"), "Fehler: Nach der Option --out fehlt eine Angabe."),
        (("check", "a", "b"), "Fehler: Überzählige Angabe: b"),
        (("check", "x", "--lang", "fr"), "„fr“ ist nicht möglich. Möglich sind: 'de', 'en'."),
        (("map", "x", "y", "--audience", "all"), "„all“ ist nicht möglich. Möglich sind: 'public', 'internal'."),
    ],
)
def test_wrong_calls_are_explained_in_german_and_end_with_2(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.exit_code == 2


def test_wrong_calls_in_english_are_english() -> None:
    result = run("--lang", "en", "chek")
    assert "Error: There is no command “chek”. Did you mean “check”?" in result.stderr
    assert result.exit_code == 2


def test_the_installed_command_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from dkbm_monitor.cli import main; main()", "--help"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert GERMAN in done.stdout.decode("utf-8")


def test_an_old_console_gets_its_letters_replaced_instead_of_an_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from dkbm_monitor.cli import main; main()", "--help"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp850"},
    )
    assert done.returncode == 0
    assert "Kleinräumiges".encode("cp850") in done.stdout
    assert b"?dkbm demo?" in done.stdout
