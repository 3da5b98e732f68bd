"""Output files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dkbm_monitor.core.files import replacing, write_whole


def test_a_file_takes_its_place_when_the_block_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "neu" / "datei.txt"
    with replacing(path) as unfinished:
        unfinished.write_text("ganz")
        assert not path.exists()
    assert path.read_text() == "ganz"
    assert [one.name for one in path.parent.iterdir()] == ["datei.txt"]


def test_the_old_file_stays_when_the_block_fails(tmp_path: Path) -> None:
    path = tmp_path / "datei.txt"
    path.write_text("alt")

    def fail() -> None:
        with replacing(path) as unfinished:
            unfinished.write_text("halb")
            raise ValueError("mittendrin")

    with pytest.raises(ValueError, match="mittendrin"):
        fail()
    assert path.read_text() == "alt"
    assert [one.name for one in tmp_path.iterdir()] == ["datei.txt"]


def test_a_folder_of_that_name_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "datei.txt").mkdir()
    with pytest.raises(IsADirectoryError), replacing(tmp_path / "datei.txt"):
        pytest.fail("the block must not run")


def test_bytes_are_written_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "neu" / "bild.png", b"\x89PNG")
    assert (tmp_path / "neu" / "bild.png").read_bytes() == b"\x89PNG"
    assert [one.name for one in (tmp_path / "neu").iterdir()] == ["bild.png"]
