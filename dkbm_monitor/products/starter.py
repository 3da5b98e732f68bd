"""A town folder to begin with: a small invented town whose files explain how to replace each part."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.core.provenance import sha256_of

TEMPLATE = Path(__file__).parent / "starter_town"
HASH = re.compile(r"@sha256 (?P<file>[^@]+)@")


def make_town_folder(folder: str | Path) -> list[Path]:
    """Write the commented example town into a new or empty folder and return its files.

    Raises `ProblemsError` if the folder already holds something; nothing is ever overwritten.
    """
    target = Path(folder).resolve()
    if target.is_file():
        raise ProblemsError([_refusal(target, _("„{folder}“ ist eine Datei, kein Ordner.").format(folder=target))])
    if target.exists() and any(target.iterdir()):
        raise ProblemsError([_refusal(target, _("Der Ordner „{folder}“ ist nicht leer.").format(folder=target))])
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "town"
        shutil.copytree(TEMPLATE, made, ignore=shutil.ignore_patterns("__pycache__"))
        _fill_in_hashes(made)
        shutil.copytree(made, target, dirs_exist_ok=True)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _fill_in_hashes(folder: Path) -> None:
    """The register states the hash of each raw file as it was written here, whatever the line ends."""
    register = folder / "register.yml"
    text = register.read_text("utf-8")
    filled = HASH.sub(lambda found: sha256_of(folder / found["file"]), text)
    register.write_text(filled, "utf-8", newline="\n")


def _refusal(target: Path, what: str) -> Problem:
    hint = _("Bitte einen neuen Namen oder einen leeren Ordner angeben; vorhandene Dateien werden nie überschrieben.")
    return Problem("P007", Place(str(target)), str(target), what, hint)
