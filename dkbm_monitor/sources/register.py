"""Is every raw file the one that was registered, and is every raw file registered?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, Severity, did_you_mean
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.sources.models import Register, Source

RAW_FOLDER = "raw"
REGISTER_FILE = "register.yml"
NOT_DATA = frozenset({"thumbs.db", "desktop.ini", "readme.md", "readme.txt", "liesmich.md", "liesmich.txt"})
LOCK = "~$"  # Excel writes such a file beside a workbook that is open


def verify(folder: Path, register: Register) -> list[Problem]:
    """Problems of raw files against their register: changed, missing, outside the folder, not registered."""
    problems = [problem for source in register.sources for problem in _problems_of(folder, source)]
    return [*problems, *_not_registered(folder, register)]


def _problems_of(folder: Path, source: Source) -> Iterator[Problem]:
    path, place = folder / source.file, Place(source.file)
    if not path.resolve().is_relative_to(folder.resolve()):
        what = _("Die Datei liegt außerhalb des Stadtordners; er lässt sich so nicht weitergeben.")
        yield Problem("T053", place, source.id, what, _("Bitte die Datei in den Ordner raw/ kopieren."))
    if not path.is_file():
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        yield Problem("T001", place, source.id, _("Die Datei fehlt."), did_you_mean(path.name, beside))
        return
    try:
        found = sha256_of(path)
    except OSError as error:
        what = _("Die Datei lässt sich nicht öffnen: {reason}.").format(reason=error.strerror or error)
        yield Problem("T003", place, source.id, what)
        return
    if found != source.sha256:
        yield Problem("T051", place, source.id, *_changed(path, source, found))


def _changed(path: Path, source: Source, found: str) -> tuple[str, str]:
    what = _("Die Rohdatei ist nicht mehr die, die registriert wurde (Prüfsumme sha256 weicht ab).")
    content = path.read_bytes().replace(b"\r\n", b"\n")
    line_ends = (content, content.replace(b"\n", b"\r\n"))
    if source.sha256 in (hashlib.sha256(one).hexdigest() for one in line_ends):
        what = _("Nur die Zeilenenden der Rohdatei haben sich geändert, nicht ihr Inhalt.")
        return what, _("Das tut oft git; „raw/* -text“ in .gitattributes verhindert es.")
    hint = _("Ist die neue Fassung gewollt, bitte in {register} eintragen: sha256: {sha256}, dazu das Abrufdatum.")
    return what, hint.format(register=REGISTER_FILE, sha256=found)


def _not_registered(folder: Path, register: Register) -> Iterator[Problem]:
    registered = {(folder / source.file).resolve() for source in register.sources}
    for path in sorted((folder / RAW_FOLDER).rglob("*")):
        hidden = any(part.startswith((".", LOCK)) for part in path.relative_to(folder).parts)
        if not path.is_file() or hidden or path.name.lower() in NOT_DATA or path.resolve() in registered:
            continue
        name = path.relative_to(folder).as_posix()
        what = _("Die Datei liegt im Ordner {folder}/, steht aber nicht im Register und wird nicht gelesen.").format(
            folder=RAW_FOLDER
        )
        hint = _("Bitte in {register} eintragen oder aus dem Ordner nehmen.").format(register=REGISTER_FILE)
        yield Problem("T052", Place(name), name, what, hint, Severity.WARNING)
