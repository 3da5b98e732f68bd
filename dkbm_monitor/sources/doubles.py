"""The same cell twice within one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _
from dkbm_monitor.sources.coded import Coded, combined
from dkbm_monitor.sources.findings import Findings

CELL = ("measure", "gebietsstand", "level", "district", "period")
Mask = npt.NDArray[np.bool_]


def first_of_each(
    text: Mapping[str, Coded], dims: Sequence[str], rows: npt.NDArray[np.int64], findings: Findings
) -> Mask | None:
    """True for the first row of each cell; None if no cell is there twice. Says what is there twice."""
    key = combined([text[name] for name in (*CELL, *dims)])
    twice: Mask = np.asarray(pd.Index(key).duplicated())
    if not twice.any():
        return None
    numbers, distinct = pd.factorize(key)
    first = np.full(len(distinct), -1, dtype="int64")
    first[numbers[::-1]] = np.arange(len(key) - 1, -1, -1)
    later = np.flatnonzero(twice)
    earlier = first[numbers[later]]
    by_row = rows[later] != rows[earlier]
    _say_rows(text, rows, later[by_row], earlier[by_row], findings)
    _say_columns(text["column"], later[~by_row], earlier[~by_row], findings)
    return ~twice


def _say_rows(
    text: Mapping[str, Coded],
    rows: npt.NDArray[np.int64],
    later: npt.NDArray[np.int64],
    earlier: npt.NDArray[np.int64],
    findings: Findings,
) -> None:
    seen: set[int] = set()
    for one, before in zip(later.tolist(), earlier.tolist(), strict=True):
        if int(rows[one]) in seen:
            continue
        seen.add(int(rows[one]))
        key = text["district"].labels[text["district"].codes[one]]
        period = text["period"].labels[text["period"].codes[one]]
        what = _("Gebiet {key} steht für {period} schon in Zeile {row}.").format(
            key=key, period=period, row=rows[before]
        )
        hint = _("Vermutlich ist einer der Schlüssel falsch; gelesen wird nur die erste Zeile.")
        findings.add("T021", what, hint, row=int(rows[one]), subject=key)
    findings.shorten("T021")


def _say_columns(
    column: Coded, later: npt.NDArray[np.int64], earlier: npt.NDArray[np.int64], findings: Findings
) -> None:
    pairs = {
        (column.labels[column.codes[one]], column.labels[column.codes[two]])
        for one, two in zip(later, earlier, strict=True)
    }
    for one, two in sorted(pairs):
        what = _("Die Spalten „{one}“ und „{two}“ sind derselben Messgröße und Gliederung zugeordnet.").format(
            one=two, two=one
        )
        hint = _("Bitte „where“ ergänzen oder eine der Spalten unter „ignore“ nennen; gelesen wird nur die erste.")
        findings.add("T023", what, hint, column=one)
