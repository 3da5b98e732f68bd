"""Text cells into numbers, statuses and marks, whole columns at once.

Cells that are plainly numbers are cast together. Where a sign, a mark or a thousands point stands among them,
each distinct text is looked at once, however often it occurs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.status import RANK, Status
from dkbm_monitor.sources.models import TableMap
from dkbm_monitor.sources.words import BLANK_PATTERN, UNSEEN_PATTERN, clean

TextColumn = Any  # a pyarrow StringArray
OK, ZERO, MISSING = RANK[Status.OK], RANK[Status.ZERO], RANK[Status.MISSING]
BRACKETS = "()"  # the mark of a number in brackets, declared under this name


@dataclass(frozen=True)
class Cells:
    """Values of many cells. `bad` holds places of cells that are neither number nor declared sign.

    `mark` counts within `marks`, whose first entry is the empty mark.
    """

    value: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int8]
    mark: npt.NDArray[np.int32]
    marks: tuple[str, ...]
    bad: npt.NDArray[np.int64]


class CellReader:
    """Reads cells as one column map declares them."""

    def __init__(self, table: TableMap) -> None:
        self._decimal = table.decimal
        self._thousands = table.thousands if table.thousands != table.decimal else ""
        self._signs = {clean(sign): RANK[status] for sign, status in table.signs.items()}
        self._marks = ("", *map(clean, table.marks))

    def read(self, texts: TextColumn) -> Cells:
        """Values, status ranks and marks of a text column."""
        value = self._plain(texts)
        if value is not None:
            mark = np.zeros(len(value), dtype="int32")
            return self._finished(value, np.where(np.isnan(value), self._empty, OK), mark, np.zeros(len(value), bool))
        coded = texts.dictionary_encode()
        of = coded.indices.to_numpy(zero_copy_only=False)
        value, rank, mark, bad = self._distinct(coded.dictionary)
        return self._finished(value[of], rank[of], mark[of], bad[of])

    @property
    def _empty(self) -> int:
        return self._signs.get("", MISSING)

    def _finished(
        self,
        value: npt.NDArray[np.float64],
        rank: npt.NDArray[np.integer],
        mark: npt.NDArray[np.int32],
        bad: npt.NDArray[np.bool_],
    ) -> Cells:
        for number, status in self._numeric_signs.items():
            rank = np.where(value == number, status, rank)
        nothing = rank == ZERO
        value = np.where((rank > RANK[Status.ROUNDED]) | (rank < ZERO), np.nan, np.where(nothing, 0.0, value))
        rank = np.where((rank == OK) & (value == 0), ZERO, rank)
        return Cells(value, rank.astype("int8"), mark, self._marks, np.flatnonzero(bad))

    @cached_property
    def _numeric_signs(self) -> Mapping[float, int]:
        """Signs that look like numbers (-9999), by their number, so that -9999,0 is met as well."""
        import pyarrow as pa  # noqa: PLC0415

        signs = [sign for sign in self._signs if any(letter.isdigit() for letter in sign)]
        value, _matched = self._numbers(pa.array(signs, pa.string()))
        return {float(one): self._signs[sign] for one, sign in zip(value, signs, strict=True) if not np.isnan(one)}

    def _plain(self, texts: TextColumn) -> npt.NDArray[np.float64] | None:
        """Numbers of a column without signs, marks, blanks and thousands points; None for any other."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        content = texts.buffers()[2]
        residue = set(content.to_pybytes().translate(None, b"0123456789")) if content is not None else set()
        if residue - {ord("-"), ord(self._decimal)}:
            return None
        if ord(",") in residue:
            texts = pc.replace_substring(texts, ",", ".")
        empty = pc.equal(texts, "")
        if pc.any(empty).as_py():
            texts = pc.if_else(empty, None, texts)
        try:
            numbers = pc.cast(texts, pa.float64())
        except pa.ArrowInvalid:
            return None
        return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype="float64")

    def _distinct(self, texts: TextColumn) -> tuple[npt.NDArray[Any], ...]:
        """Value, rank, mark and badness of distinct texts."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        tidy = _tidied(texts)
        bare, mark = self._unmarked(tidy)
        value, matched = self._numbers(bare)
        # Only numbers carry a mark; "r" alone is a sign or a mistake.
        mark[~matched] = 0
        signs = pa.array(list(self._signs), pa.string())
        place = pc.index_in(tidy, value_set=signs).fill_null(-1).to_numpy(zero_copy_only=False)
        is_sign = place >= 0
        meaning = np.array([*self._signs.values(), MISSING])
        empty = pc.equal(tidy, "").to_numpy(zero_copy_only=False)
        rank = np.where(is_sign, meaning[place], np.where(matched, OK, MISSING))
        rank = np.where(empty, self._empty, rank)
        return value, rank, mark, ~(is_sign | matched | empty)

    def _unmarked(self, texts: TextColumn) -> tuple[TextColumn, npt.NDArray[np.int32]]:
        """Texts without declared marks behind the number, and which mark each had."""
        import pyarrow.compute as pc  # noqa: PLC0415

        mark = np.zeros(len(texts), dtype="int32")
        for number, word in enumerate(self._marks[1:], start=1):
            if word == BRACKETS:
                pattern, around = r"^\(.*\)$", r"^\( ?(.*?) ?\)$"
            else:
                pattern = around = rf"^(.*?) ?{re.escape(word)}$"
            hit = pc.match_substring_regex(texts, pattern)
            found = hit.to_numpy(zero_copy_only=False) & (mark == 0)
            if found.any():
                texts = pc.if_else(found, pc.replace_substring_regex(texts, around, r"\1"), texts)
                mark[found] = number
        return texts, mark

    def _numbers(self, texts: TextColumn) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Numbers of texts in the declared way of writing, and where there was one."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        matched = pc.match_substring_regex(texts, self._pattern)
        bare = pc.replace_substring_regex(texts, f"[ %+{re.escape(self._thousands)}]", "")
        bare = pc.replace_substring_regex(bare, "[−–]", "-")
        bare = pc.replace_substring(bare, ",", ".")
        value = pc.cast(pc.if_else(matched, bare, None), pa.float64()).to_numpy(zero_copy_only=False)
        return np.asarray(value, dtype="float64"), matched.to_numpy(zero_copy_only=False)

    @cached_property
    def _pattern(self) -> str:
        point = re.escape(self._decimal)
        group = f"[ {re.escape(self._thousands)}]"
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)"
        return rf"^[+\-−–]? ?(?:{whole}(?:{point}\d*)?|{point}\d+) ?%?$"


def _tidied(texts: TextColumn) -> TextColumn:
    """Texts with single plain blanks and without unseen characters."""
    import pyarrow.compute as pc  # noqa: PLC0415

    texts = pc.replace_substring_regex(texts, UNSEEN_PATTERN, "")
    return pc.utf8_trim(pc.replace_substring_regex(texts, BLANK_PATTERN, " "), " ")
