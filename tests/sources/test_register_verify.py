"""Raw files against their register."""

from __future__ import annotations

from pathlib import Path

from intake import make_source, make_table

from dkbm_monitor.core.problems import Severity
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.sources.models import Register
from dkbm_monitor.sources.register import verify


def registered(folder: Path, content: bytes = b"Gebiet;Kinder\n0101;1\n") -> Register:
    (folder / "raw").mkdir(exist_ok=True)
    (folder / "raw" / "a.csv").write_bytes(content)
    source = make_source("raw/a.csv", sha256=sha256_of(folder / "raw" / "a.csv"))
    return Register(tables={"t": make_table(period={})}, sources=[source])


def test_an_unchanged_file(tmp_path: Path) -> None:
    assert verify(tmp_path, registered(tmp_path)) == []


def test_a_changed_file_names_its_new_hash(tmp_path: Path) -> None:
    register = registered(tmp_path)
    (tmp_path / "raw" / "a.csv").write_bytes(b"Gebiet;Kinder\n0101;2\n")
    (problem,) = verify(tmp_path, register)
    assert str(problem).startswith("[T051] raw/a.csv: Die Rohdatei ist nicht mehr die, die registriert wurde")
    assert sha256_of(tmp_path / "raw" / "a.csv") in problem.hint


def test_changed_line_ends_are_recognised(tmp_path: Path) -> None:
    register = registered(tmp_path)
    (tmp_path / "raw" / "a.csv").write_bytes(b"Gebiet;Kinder\r\n0101;1\r\n")
    (problem,) = verify(tmp_path, register)
    assert problem.what == "Nur die Zeilenenden der Rohdatei haben sich geändert, nicht ihr Inhalt."


def test_a_missing_file(tmp_path: Path) -> None:
    register = registered(tmp_path)
    (tmp_path / "raw" / "a.csv").rename(tmp_path / "raw" / "a2.csv")
    missing, stray = verify(tmp_path, register)
    assert str(missing) == "[T001] raw/a.csv: Die Datei fehlt. Meinten Sie „a2.csv“?"
    assert (stray.code, stray.place.file, stray.severity) == ("T052", "raw/a2.csv", Severity.WARNING)


def test_files_that_are_no_data_need_no_entry(tmp_path: Path) -> None:
    register = registered(tmp_path)
    for name in (".DS_Store", "~$a.xlsx", "README.md", "Thumbs.db"):
        (tmp_path / "raw" / name).write_bytes(b"x")
    assert verify(tmp_path, register) == []


def test_a_file_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"x")
    (tmp_path / "town").mkdir()
    source = make_source("../b.csv", sha256=sha256_of(tmp_path / "b.csv"))
    register = Register(tables={"t": make_table(period={})}, sources=[source])
    (problem,) = verify(tmp_path / "town", register)
    assert "außerhalb des Stadtordners" in problem.what
