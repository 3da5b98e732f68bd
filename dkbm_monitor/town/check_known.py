"""What is known to be odd about the files and is handled: said once, so that nobody has to find it out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import Place, Problem, Severity
from dkbm_monitor.core.status import Status
from dkbm_monitor.town.observed import Observed, enumerated
from dkbm_monitor.town.open import TOWN_FILE, Town

MOST_NAMED = 12  # areas named in one note
WITHOUT = (Status.MISSING, Status.PENDING, Status.SECRET, Status.UNRELIABLE)


def register_notes(town: Town) -> Iterator[Problem]:
    """The remarks of town and register, each once with the files it holds for."""
    files: dict[str, list[str]] = {town.file.notes: [TOWN_FILE]} if town.file.notes else {}
    for source in town.register.sources:
        if source.notes:
            files.setdefault(source.notes, []).append(source.file)
    for notes, where in files.items():
        what = _("Bekannte Eigenheit: {notes}").format(notes=notes)
        hint = plural("Gilt für {n} Datei.", "Gilt für {n} Dateien.", len(where)) if len(where) > 1 else ""
        yield Problem("C040", Place(where[0]), where[0], what, hint, Severity.NOTE)


def areas_left_out(seen: Observed) -> Iterator[Problem]:
    """Areas for which a source says nothing but 'not applicable', while it counts others."""
    idle = seen.is_in("status", [Status.NOT_APPLICABLE])
    concerned = np.unique(seen.text["source"].codes[idle])
    for rows in seen.groups(np.flatnonzero(np.isin(seen.text["source"].codes, concerned)), "source"):
        districts = seen.text["district"].codes[rows]
        left_out = np.setdiff1d(districts[idle[rows]], districts[~idle[rows]])
        if len(left_out) and len(left_out) < len(np.unique(districts)):
            firsts = [int(rows[np.argmax(districts == code)]) for code in left_out]
            yield _left_out(seen, sorted(firsts, key=lambda row: seen.label("district", row)))


def _left_out(seen: Observed, firsts: list[int]) -> Problem:
    names = enumerated([seen.area(row) for row in firsts], MOST_NAMED)
    counted = plural("{n} Gebiet", "{n} Gebiete", len(firsts))
    what = _("Vom Herausgeber nicht betrachtet: {counted}, nämlich {names}.").format(counted=counted, names=names)
    hint = _("Die Werte gelten als nicht zutreffend; sie zählen nirgends als null.")
    return Problem("C041", Place(seen.file(firsts[0])), seen.label("source", firsts[0]), what, hint, Severity.NOTE)


def columns_without_numbers(seen: Observed) -> Iterator[Problem]:
    """Columns that hold a sign instead of a number in every row that counts."""
    counting = ~seen.is_in("status", [Status.NOT_APPLICABLE])
    without = seen.is_in("status", WITHOUT)
    for rows in seen.groups(np.flatnonzero(counting), "source", "column", "period"):
        if len(rows) > 1 and without[rows].all():
            first = int(rows[0])
            what = _("In dieser Spalte steht für kein Gebiet eine Zahl: {title}.").format(title=seen.title(first))
            hint = _("Kennzahlen daraus bleiben ohne Angabe; vielleicht hat der Herausgeber sie später nachgereicht.")
            place = Place(seen.file(first), column=seen.label("column", first))
            yield Problem("C042", place, seen.label("measure", first), what, hint, Severity.NOTE)
