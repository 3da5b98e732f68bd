from pathlib import Path

import pytest
from pydantic import Field

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.core.yamlfile import Strict, read_model


class Inner(Strict):
    schluessel: str
    anzahl: int = Field(0, ge=0)


class Outer(Strict):
    name: str
    teile: tuple[Inner, ...] = ()


def problems_of(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[str]:
    path = tmp_path / "probe.yml"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(ProblemsError) as caught:
        read_model(path, Outer)
    return [str(problem) for problem in caught.value.problems]


def test_a_right_file_becomes_a_model(tmp_path: Path) -> None:
    path = tmp_path / "probe.yml"
    path.write_text('\ufeffname: Ä\nteile:\n  - {schluessel: "0102", anzahl: 3}\n', "utf-8")
    assert read_model(path, Outer).teile[0].schluessel == "0102"


def test_every_mistake_is_reported_with_its_line(tmp_path: Path) -> None:
    text = "name: Probe\nteile:\n  - schluessel: 0102\n    anzahl: -3\n  - schlüssel: a\n"
    found = problems_of(tmp_path, text)
    assert found[0].startswith("[Y005] probe.yml, Zeile 3, teile.0.schluessel: Hier wird Text erwartet")
    assert 'Schlüssel mit führenden Nullen bitte in Anführungszeichen setzen, z. B. "0102".' in found[0]
    assert "Zeile 4" in found[1]
    assert "Die Angabe „schluessel“ fehlt." in found[2]
    assert "Der Schlüssel „schlüssel“ ist hier unbekannt. Meinten Sie „schluessel“?" in found[3]


def test_a_tabulator_is_explained(tmp_path: Path) -> None:
    [found] = problems_of(tmp_path, "name: a\nteile:\n\t- b\n")
    assert "[Y003] probe.yml, Zeile 3" in found
    assert "Tabulator statt Leerzeichen" in found


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "name: a\nname: b\n") == [
        "[Y004] probe.yml, Zeile 2: Der Schlüssel „name“ steht zweimal."
    ]


def test_windows_encoding_is_named(tmp_path: Path) -> None:
    [found] = problems_of(tmp_path, "name: Köln\n", "cp1252")
    assert "nicht in UTF-8 gespeichert" in found


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"fehlt.yml: Die Datei fehlt."):
        read_model(tmp_path / "fehlt.yml", Outer)


def test_an_empty_file_lacks_what_is_needed(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "") == ["[Y005] probe.yml, name: Die Angabe „name“ fehlt."]


def test_an_impossible_date_is_no_crash(tmp_path: Path) -> None:
    [found] = problems_of(tmp_path, "name: 2024-02-30\n")
    assert "[Y003]" in found
