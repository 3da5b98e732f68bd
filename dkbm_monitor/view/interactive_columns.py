"""Values as compact columns: whole numbers in short texts, one sign per district for class or reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.status import Status
from dkbm_monitor.view.blanks import Blank, blank_of
from dkbm_monitor.view.topology import vlq

Numbers = npt.NDArray[np.float64]

SIGNS: dict[Blank, str] = {
    Blank.SUPPRESSED: "x",
    Blank.SECRET: "s",
    Blank.UNRELIABLE: "r",
    Blank.UNINHABITED: "u",
    Blank.NOT_APPLICABLE: "a",
    Blank.PENDING: "p",
    Blank.MISSING: "m",
}
NO_FLAG = " "
NEEDED = ["value", "numerator", "denominator", "low", "high", "status", "flags"]


def packed(numbers: Numbers, decimals: int = 0) -> str:
    """A column as text: `n + 1` for n from 0 on, n for negative n, 0 for no number.

    >>> packed(np.array([0.0, 12.5, -0.1, np.nan]), 1)
    'C8HDA'
    """
    whole = np.rint(np.nan_to_num(numbers) * 10**decimals).astype(np.int64)
    coded = np.where(np.isnan(numbers), 0, np.where(whole >= 0, whole + 1, whole))
    return vlq(coded.tolist())


@dataclass
class ColumnPool:
    """Columns by number, each different one once: many indicators share their denominator."""

    texts: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, numbers: Numbers, decimals: int = 0) -> int | None:
        """Number of the column, or None for a column without any number."""
        if np.isnan(numbers).all():
            return None
        text = packed(numbers, decimals)
        if text not in self._numbers:
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return self._numbers[text]


def aligned(rows: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of the areas, with `inhabited`; an area without a row is missing."""
    found = rows.set_index("district")[NEEDED].reindex(areas["district"].to_numpy())
    found["inhabited"] = areas["inhabited"].to_numpy(dtype=bool)
    found["status"] = found["status"].astype("object").fillna(str(Status.MISSING)).astype("str")
    found["flags"] = found["flags"].astype("object").fillna("").astype("str")
    return found


def codes(found: pd.DataFrame, classes: npt.NDArray[np.int64]) -> str:
    """One sign per district: the number of its class, or the letter of the reason why it has none."""
    cells = zip(found["status"], found["value"], found["inhabited"], classes.tolist(), strict=True)
    return "".join(_sign(status, value, inhabited, number) for status, value, inhabited, number in cells)


def _sign(status: str, value: float, inhabited: bool, number: int) -> str:
    blank = blank_of(status, value, inhabited=inhabited)
    return str(number) if blank is None else SIGNS[blank]


def shown(found: pd.DataFrame, column: str, where: str) -> Numbers:
    """Numbers of a column; NaN wherever the code says that there is none to show."""
    numbers = found[column].to_numpy(dtype=float, copy=True)
    numbers[[not sign.isdigit() for sign in where]] = np.nan
    return numbers


def flag_signs(words: Sequence[str], known: dict[str, str]) -> str:
    """One sign per district for its flags; `known` (flags -> sign) grows. Empty when nothing is flagged."""
    if not any(words):
        return ""
    for one in dict.fromkeys(words):
        known.setdefault(one, chr(ord("A") + len(known)) if one else NO_FLAG)
    return "".join(known[one] for one in words)
