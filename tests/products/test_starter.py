"""The starter town folder: complete, commented, never over existing files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.products.starter import make_town_folder

FILES = {
    "LIESMICH.md",
    "catalogue/eigene.yml",
    "districts/stadtteile.geojson",
    "raw/bevoelkerung.csv",
    "raw/lesepaten.csv",
    "register.yml",
    "town.yml",
}


def test_it_writes_a_whole_town_folder(tmp_path: Path) -> None:
    made = make_town_folder(tmp_path / "stadt")
    assert {path.relative_to(tmp_path / "stadt").as_posix() for path in made} == FILES


def test_the_register_states_the_hashes_of_the_files_as_written(tmp_path: Path) -> None:
    make_town_folder(tmp_path)
    register = yaml.safe_load((tmp_path / "register.yml").read_text("utf-8"))
    for source in register["sources"]:
        content = (tmp_path / source["file"]).read_bytes()
        assert source["sha256"] == hashlib.sha256(content).hexdigest()


def test_it_is_invented_and_says_so(tmp_path: Path) -> None:
    make_town_folder(tmp_path)
    assert yaml.safe_load((tmp_path / "town.yml").read_text("utf-8"))["invented"] is True


def test_an_empty_folder_may_be_filled_and_a_full_one_may_not(tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    make_town_folder(tmp_path / "leer")
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll" / "wichtig.txt").write_text("bleibt")
    with pytest.raises(ProblemsError, match=r"\[P007\].*ist nicht leer.*nie überschrieben"):
        make_town_folder(tmp_path / "voll")
    assert [path.name for path in (tmp_path / "voll").iterdir()] == ["wichtig.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x")
    with pytest.raises(ProblemsError, match="ist eine Datei, kein Ordner"):
        make_town_folder(tmp_path / "datei")


def test_every_part_is_commented(tmp_path: Path) -> None:
    make_town_folder(tmp_path)
    for name in ("town.yml", "register.yml", "catalogue/eigene.yml"):
        lines = (tmp_path / name).read_text("utf-8").splitlines()
        assert sum("#" in line for line in lines) >= 3, name
