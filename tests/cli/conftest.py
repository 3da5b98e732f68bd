"""A runner for the command line, and a small town folder to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dkbm_monitor.cli.root import dkbm
from dkbm_monitor.products.starter import make_town_folder

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Call `dkbm` with words; paths are turned into text."""

    def call(*words: object) -> Result:
        return CliRunner().invoke(dkbm, [str(word) for word in words], prog_name="dkbm")

    return call


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The town folder that `dkbm init` makes."""
    make_town_folder(tmp_path / "stadt")
    return tmp_path / "stadt"
