"""Checks of single numbers: counts below zero, half persons, one cell from two sources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import Place, Problem, Severity
from dkbm_monitor.town.observed import Observed, amount, enumerated, in_rows

CELL = ("measure", "gebietsstand", "level", "district", "period")


def negative_counts(seen: Observed) -> Iterator[Problem]:
    """Counts below zero."""
    counted = seen.is_in("measure", seen.measures(additive=True))
    for rows in seen.groups(np.flatnonzero(counted & (seen.value < 0)), "measure", "source", "column"):
        first = int(rows[0])
        what = plural("{n} Anzahl ist negativ", "{n} Anzahlen sind negativ", len(rows))
        what += " " + _("({found} in {rows}), gezählt wird {title}.").format(
            found=", ".join(amount(seen.value[row]) for row in rows[:3]),
            rows=in_rows(seen.row[rows].tolist()),
            title=seen.title(first),
        )
        hint = _("Ein Zeichen des Herausgebers bitte unter „signs“ erklären; ein Saldo ist keine Anzahl.")
        yield Problem("C010", seen.place(first), seen.label("measure", first), what, hint)


def half_persons(seen: Observed) -> Iterator[Problem]:
    """Counts of persons that are no whole numbers."""
    counted = seen.is_in("measure", seen.measures(additive=True, persons=True))
    broken = counted & seen.has_value & (np.abs(seen.value - np.round(seen.value)) > 1e-6)
    for rows in seen.groups(np.flatnonzero(broken), "measure", "source", "column"):
        first = int(rows[0])
        what = plural(
            "{n} Anzahl von Menschen ist keine ganze Zahl",
            "{n} Anzahlen von Menschen sind keine ganzen Zahlen",
            len(rows),
        )
        what += " " + _("({found} in {rows}), gezählt wird {title}.").format(
            found=", ".join(amount(seen.value[row]) for row in rows[:3]),
            rows=in_rows(seen.row[rows].tolist()),
            title=seen.title(first),
        )
        hint = _("Ist die Spalte eine fertige Quote? Oder gelten Dezimalkomma und Tausenderpunkt hier anders?")
        yield Problem("C011", seen.place(first), seen.label("measure", first), what, hint, Severity.WARNING)


def delivered_twice(seen: Observed) -> Iterator[Problem]:
    """The same cell from two sources: an error where the numbers differ, else a note."""
    key = seen.key(*CELL, *seen.dims)
    numbers, distinct = pd.factorize(key)
    if len(distinct) == len(key):
        return
    first = np.full(len(distinct), -1, dtype="int64")
    first[numbers[::-1]] = np.arange(len(key) - 1, -1, -1)
    later = np.flatnonzero(first[numbers] != np.arange(len(key)))
    before = first[numbers[later]]
    same = (seen.value[later] == seen.value[before]) | ~(seen.has_value[later] & seen.has_value[before])
    partner = dict(zip(later.tolist(), before.tolist(), strict=True))
    for rows in seen.groups(later[~same], "measure", "source"):
        yield _differing(seen, rows.tolist(), partner)
    for rows in seen.groups(later[same], "measure", "source"):
        yield _repeated(seen, rows.tolist(), partner)


def _differing(seen: Observed, rows: list[int], partner: dict[int, int]) -> Problem:
    examples = [
        _("{area} {period}: {here} ({rows}), dort {there} ({other}, {other_rows})").format(
            area=seen.area(row),
            period=seen.label("period", row),
            here=amount(seen.value[row]),
            rows=in_rows([int(seen.row[row])]),
            there=amount(seen.value[partner[row]]),
            other=seen.file(partner[row]),
            other_rows=in_rows([int(seen.row[partner[row]])]),
        )
        for row in rows
    ]
    what = _("Zwei Quellen nennen verschiedene Zahlen für {title}: {examples}.").format(
        title=seen.title(rows[0]), examples=enumerated(examples, 3)
    )
    hint = _("Gerechnet wird mit der zuerst registrierten Quelle; bitte eine der Spalten unter „ignore“ nennen.")
    place = Place(seen.file(rows[0]), int(seen.row[rows[0]]), seen.label("column", rows[0]))
    return Problem("C018", place, seen.label("measure", rows[0]), what, hint)


def _repeated(seen: Observed, rows: list[int], partner: dict[int, int]) -> Problem:
    # Doubled braces outlive the first filling, which sets the number.
    what = plural("{n} Wert steht auch in {{other}}", "{n} Werte stehen auch in {{other}}", len(rows))
    what = what.format(other=seen.file(partner[rows[0]])) + ", "
    what += _("gleich oder ohne Zahl: {title}.").format(title=seen.title(rows[0]))
    place = Place(seen.file(rows[0]), None, seen.label("column", rows[0]))
    return Problem("C019", place, seen.label("measure", rows[0]), what, "", Severity.NOTE)
