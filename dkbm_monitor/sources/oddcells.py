"""Cells that are neither a number nor a declared sign: what they may be, and what to do about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.locale import _, number, plural
from dkbm_monitor.sources.findings import MOST, Findings, listed
from dkbm_monitor.sources.models import TableMap
from dkbm_monitor.sources.words import clean

LONGEST_SIGN = 3
FEW = 5  # unreadable texts; a column with fewer is not judged as a whole


@dataclass(frozen=True)
class OddText:
    """A text in one column that is no number: where it first stands, and in how many cells."""

    word: str
    column: int
    row: int
    count: int

    @property
    def is_sign(self) -> bool:
        """True for a short text without digits."""
        return len(self.word) <= LONGEST_SIGN and not any(map(str.isdigit, self.word))


def say_bad_cells(
    texts: Any,
    bad: npt.NDArray[np.int64],
    headers: Sequence[str],
    rows: npt.NDArray[np.int64],
    table: TableMap,
    findings: Findings,
) -> None:
    """One problem for a column that is mostly unreadable, else one for each distinct text of a column."""
    if not len(bad):
        return
    odd = _odd_texts(texts, bad, rows)
    distinct = Counter(one.column for one in odd)
    counts = np.bincount(bad // len(rows)).tolist()
    # A sign that fills a column is one text; a wrong decimal sign makes many.
    mostly = {column: counts[column] for column, n in distinct.items() if n >= FEW and 2 * counts[column] > len(rows)}
    for column, n in mostly.items():
        first = next(one for one in odd if one.column == column)
        _say_column(first, n, len(rows), headers[column], table, findings)
    single = [one for one in odd if one.column not in mostly]
    for code, say, sort in (("T030", _say_number, False), ("T031", _say_sign, True)):
        mine = [one for one in single if one.is_sign == sort]
        for one in mine[:MOST]:
            say(one, headers[one.column], table, findings)
        if len(mine) > MOST:
            findings.add_rest(code, len(mine) - MOST)


def _odd_texts(texts: Any, bad: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> list[OddText]:
    """Distinct texts of each column, in the order of columns and rows."""
    import pyarrow as pa  # noqa: PLC0415

    coded = texts.take(pa.array(bad)).dictionary_encode()
    words = [clean(word) for word in coded.dictionary.to_pylist()]
    codes = coded.indices.to_numpy(zero_copy_only=False)
    key = bad // len(rows) * len(words) + codes
    _distinct, first, counts = np.unique(key, return_index=True, return_counts=True)
    order = np.argsort(first)
    places, column, row = codes[first[order]], bad[first[order]] // len(rows), rows[bad[first[order]] % len(rows)]
    return [
        OddText(words[place], *numbers)
        for place, *numbers in zip(places.tolist(), column.tolist(), row.tolist(), counts[order].tolist(), strict=True)
    ]


def _say_column(first: OddText, n: int, n_rows: int, header: str, table: TableMap, findings: Findings) -> None:
    what = _("{bad} von {all} Zellen dieser Spalte sind keine Zahl, z. B. „{word}“.").format(
        bad=number(n), all=number(n_rows), word=first.word
    )
    findings.add("T030", what, number_hint(first.word, table), row=first.row, column=header, subject=header)


def _times(one: OddText) -> str:
    return " " + plural("(in {n} Zelle)", "(in {n} Zellen)", one.count) if one.count > 1 else ""


def _say_number(one: OddText, header: str, table: TableMap, findings: Findings) -> None:
    what = _("„{word}“ ist keine Zahl{times}.").format(word=one.word, times=_times(one))
    findings.add("T030", what, number_hint(one.word, table), row=one.row, column=header, subject=one.word)


def _say_sign(one: OddText, header: str, table: TableMap, findings: Findings) -> None:
    what = _("Das Zeichen „{word}“ ist für diese Quelle nicht erklärt{times}.").format(word=one.word, times=_times(one))
    known = listed([sign for sign in table.signs if sign])
    hint = _("Bitte seine Bedeutung unter „signs“ angeben; erklärt sind {known}.").format(known=known)
    findings.add("T031", what, hint, row=one.row, column=header, subject=one.word)


def number_hint(word: str, table: TableMap) -> str:
    """What an unreadable number most likely is."""
    if word.startswith("#"):
        return _("Das ist eine Fehlermeldung von Excel; bitte beim Herausgeber nachfragen.")
    if re.fullmatch(r"\(.*\)", word):
        return _('Eine Zahl in Klammern ist meist eingeschränkt aussagekräftig: bitte unter „marks“ mit "()" erklären.')
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{2,4}.*", word):
        return _("Excel hat aus der Zahl vermutlich ein Datum gemacht.")
    if re.fullmatch(r"-?\d+[.,]?\d*[eE][+-]?\d+", word):
        return _("Die Zahl wurde beim Speichern gekürzt; bitte als ganze Zahl liefern lassen.")
    if re.fullmatch(r"-?[\d.,]+", word):
        other = "." if table.decimal == "," else ","
        return _("Dezimalzeichen laut Zuordnung ist „{decimal}“. Gilt hier „{other}“, bitte „decimal“ ändern.").format(
            decimal=table.decimal, other=other
        )
    if met := re.fullmatch(r"-?[\d., ]+?\s?([^\d\s.,]{1,3}\)?)", word):
        return _("Ist „{mark}“ ein Zusatz hinter der Zahl, bitte unter „marks“ erklären.").format(mark=met[1])
    return _("Stehen hier Texte, ist die Spalte keine Wertspalte; Fußzeilen nennt „footer_starts_with“.")


def say_empty_columns(filled: npt.NDArray[np.bool_], headers: Sequence[str], findings: Findings) -> None:
    """Report columns without a single entry; `filled` has one row per column of the table."""
    empty = [header for header, used in zip(headers, filled, strict=True) if not used.any()]
    if empty:
        what = plural(
            "{n} Spalte enthält keinen einzigen Wert", "{n} Spalten enthalten keinen einzigen Wert", len(empty)
        )
        hint = _("In Excel kann das an Formeln liegen, deren Ergebnis nie gespeichert wurde.")
        findings.warn("T032", f"{what}: {listed(empty)}.", hint)
