"""What has been published: released frames kept in the town folder, so that a later release can be audited with them.

Nothing is kept unless somebody asks for it (`dkbm audit TOWN --register NAME`). A registered release holds the
protected values only, exactly what was shown.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd

from dkbm_monitor.core.frames import VALUE_COLUMNS, Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.town.models import Audience

FOLDER = "releases"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def register(release: Release, folder: Path, name: str) -> Path:
    """Keep a release under a name that is not taken yet; returns the file of its values."""
    target = folder / FOLDER / f"{name}.parquet"
    if not NAME.fullmatch(name):
        raise ProblemsError([_problem("R020", target, name, _("„{name}“ taugt nicht als Name.").format(name=name))])
    if target.exists():
        what = _("Unter dem Namen „{name}“ ist schon eine Veröffentlichung eingetragen.").format(name=name)
        raise ProblemsError([_problem("R021", target, name, what)])
    target.parent.mkdir(exist_ok=True)
    texts = {column: "str" for column in VALUE_COLUMNS if not pd.api.types.is_numeric_dtype(release.values[column])}
    release.values[list(VALUE_COLUMNS)].astype(texts).to_parquet(target, index=False)
    notes = {"name": name, "audience": release.audience, "made": release.run.made, "rule": dict(release.run.rule)}
    target.with_suffix(".json").write_text(json.dumps(notes, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return target


def _problem(code: str, target: Path, name: str, what: str) -> Problem:
    hint = _("Ein neuer Name aus Buchstaben, Ziffern, Punkt, - und _, z. B. bericht-2024.")
    return Problem(code, Place(str(target)), name, what, hint)


def registered(folder: Path, audience: Audience) -> dict[str, Values]:
    """Registered releases that this audience knows, newest first: insiders know the public ones as well."""
    found: list[tuple[str, str, Path]] = []
    for notes in sorted((folder / FOLDER).glob("*.json")):
        said = json.loads(notes.read_text("utf-8"))
        if said["audience"] == "public" or audience == "internal":
            found.append((said["made"], said["name"], notes.with_suffix(".parquet")))
    return {name: pd.read_parquet(path) for _made, name, path in sorted(found, reverse=True)}
