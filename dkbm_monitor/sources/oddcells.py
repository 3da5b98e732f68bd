"""Cells that are neither a number nor a declared sign: what they may be, and what to do about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.sources.findings import Findings, listed
from dkbm_monitor.sources.models import TableMap
from dkbm_monitor.sources.words import clean


def say_bad_cells(
    texts: Any,
    bad: npt.NDArray[np.int64],
    headers: Sequence[str],
    rows: npt.NDArray[np.int64],
    table: TableMap,
    findings: Findings,
) -> None:
    """One problem for each distinct text of a column, with its first row and how often it occurs."""
    if not len(bad):
        return
    import pyarrow as pa  # noqa: PLC0415

    coded = texts.take(pa.array(bad)).dictionary_encode()
    words = [clean(word) for word in coded.dictionary.to_pylist()]
    codes = coded.indices.to_numpy(zero_copy_only=False)
    key = bad // len(rows) * len(words) + codes
    _distinct, first, counts = np.unique(key, return_index=True, return_counts=True)
    for place, count in sorted(zip(first.tolist(), counts.tolist(), strict=True)):
        cell = int(bad[place])
        _say(words[codes[place]], count, int(rows[cell % len(rows)]), headers[cell // len(rows)], table, findings)
    findings.shorten("T030")
    findings.shorten("T031")


def _say(word: str, count: int, row: int, column: str, table: TableMap, findings: Findings) -> None:
    times = " " + plural("(in {n} Zelle)", "(in {n} Zellen)", count) if count > 1 else ""
    if any(letter.isdigit() for letter in word) or len(word) > 3:
        what = _("„{word}“ ist keine Zahl{times}.").format(word=word, times=times)
        findings.add("T030", what, number_hint(word, table), row=row, column=column, subject=word)
        return
    what = _("Das Zeichen „{word}“ ist für diese Quelle nicht erklärt{times}.").format(word=word, times=times)
    known = listed([sign for sign in table.signs if sign])
    hint = _("Bitte seine Bedeutung unter „signs“ angeben; erklärt sind {known}.").format(known=known)
    findings.add("T031", what, hint, row=row, column=column, subject=word)


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
