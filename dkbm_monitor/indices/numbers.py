"""Cells of a ready table into numbers: German or English, whole columns at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dkbm_monitor.sources.words import clean

Decimal = Literal[".", ","]
EMPTY = frozenset({"", "na", "nan", "n/a", "null", "none", "k. a.", "k.a.", "<na>"})
_THOUSANDS = re.compile(r"^[-+]?[1-9]\d{0,2}(\.\d{3})+$")
_LAST = re.compile(r"[.,](?=[^.,]*$)")


@dataclass(frozen=True)
class Numbers:
    """Numbers of a column, NaN where the cell is empty; `bad` holds the labels of cells that are no number."""

    values: pd.Series[float]
    bad: pd.Index


def decimal_sign(columns: Sequence[pd.Series[str]]) -> tuple[Decimal, bool]:
    """The decimal sign of the numbers of a table, and whether that is certain.

    >>> decimal_sign([pd.Series(["1.234,5", "7"])]), decimal_sign([pd.Series(["0.5"])])
    ((',', True), ('.', True))
    """
    texts = {clean(text) for column in columns for text in column.unique()}
    numeric = [text for text in texts if text and not re.search(r"[^\d.,+\-\sEe%']", text)]
    with_comma = [text for text in numeric if "," in text]
    with_point = [text for text in numeric if "." in text]
    both = [text for text in with_comma if "." in text]
    if both:
        last = [_LAST.search(text) for text in both]
        return ("," if sum(found.group() == "," for found in last if found) * 2 > len(last) else "."), True
    if with_comma:
        plain_points = any(not _THOUSANDS.match(text) for text in with_point)
        return ("." if plain_points else ","), True
    doubtful = bool(with_point) and all(_THOUSANDS.match(text) for text in with_point)
    return ".", not doubtful


def as_numbers(column: pd.Series[str], decimal: Decimal, codes: Sequence[float] = ()) -> Numbers:
    """Numbers of a column of texts (or of numbers); `codes` are numbers that stand for an empty cell."""
    if pd.api.types.is_bool_dtype(column):
        return Numbers(pd.Series(float("nan"), index=column.index), column.index)
    if pd.api.types.is_numeric_dtype(column):
        values = column.astype("float64")
        return Numbers(values.mask(values.isin(list(codes))), column.index[:0])
    texts = column.astype("str").fillna("")
    values = texts.map({text: _number(text, decimal) for text in texts.unique()}).astype("float64")
    empty = texts.map(lambda text: clean(text).lower() in EMPTY)
    bad = column.index[values.isna() & ~empty]
    return Numbers(values.mask(values.isin(list(codes))), bad)


def _number(text: str, decimal: Decimal) -> float | None:
    """One number, or None. A minus may be typeset; thousands may be grouped by points, blanks or commas."""
    plain = clean(text).replace("\u2212", "-").replace("%", "").strip()
    thousands = "." if decimal == "," else ","
    plain = re.sub(r"(?<=\d)[ '](?=\d{3}\b)", "", plain)
    if re.fullmatch(rf"[-+]?\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d*)?", plain):
        plain = plain.replace(thousands, "")
    if thousands in plain:
        return None
    try:
        value = float(plain.replace(decimal, "."))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
