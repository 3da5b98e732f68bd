"""Text columns as numbers with a list of labels, so that long tables are built without touching single cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.sources.words import clean

Codes = npt.NDArray[np.integer]
LARGEST = 2**62
LEFT_OUT = -1  # code of a row that is not read


@dataclass(frozen=True)
class Coded:
    """A text column: `labels[codes]`. The code -1 stands for a row that is left out."""

    codes: Codes
    labels: tuple[str, ...]

    @classmethod
    def constant(cls, label: str, length: int) -> Coded:
        """The same label in every row."""
        return cls(np.zeros(length, dtype="int32"), (label,))

    @classmethod
    def of(cls, texts: Sequence[str]) -> Coded:
        """A short list of texts, coded in order of first appearance."""
        numbers = {label: number for number, label in enumerate(dict.fromkeys(texts))}
        return cls(np.array([numbers[text] for text in texts], dtype="int32"), tuple(numbers))

    @classmethod
    def of_column(cls, texts: Any) -> Coded:
        """A pyarrow text column."""
        coded = texts.dictionary_encode()
        return cls(coded.indices.to_numpy(zero_copy_only=False), tuple(coded.dictionary.to_pylist()))

    def __len__(self) -> int:
        return len(self.codes)

    def mapped(self, step: Callable[[str], str | None]) -> Coded:
        """Each label replaced; a label for which the step gives None is left out."""
        new = [step(label) for label in self.labels]
        numbers = {label: number for number, label in enumerate(dict.fromkeys(one for one in new if one is not None))}
        lookup = np.array([*(LEFT_OUT if one is None else numbers[one] for one in new), LEFT_OUT], dtype="int32")
        return Coded(lookup[self.codes], tuple(numbers))

    def tidied(self) -> Coded:
        """Each label cleaned of odd blanks; most columns hold none, which one look over all labels tells."""
        whole = "".join(self.labels)
        return (
            self
            if whole.isascii() and len(whole.split(maxsplit=1)) <= 1 and whole == whole.strip()
            else self.mapped(clean)
        )

    def repeated(self, times: int) -> Coded:
        """Each row `times` after another: what a column says, for every row of the table."""
        return Coded(np.repeat(self.codes, times), self.labels)

    def tiled(self, times: int) -> Coded:
        """All rows, `times` over: what a row says, for every column of the table."""
        return Coded(np.tile(self.codes, times), self.labels) if times != 1 else self

    def where(self, mask: npt.NDArray[np.bool_]) -> Coded:
        """Only the rows where the mask is true."""
        return Coded(self.codes[mask], self.labels)

    def as_categorical(self) -> Any:
        """The column as a pandas Categorical."""
        import pandas as pd  # noqa: PLC0415

        return pd.Categorical.from_codes(self.codes, list(self.labels))  # type: ignore[call-overload]


def joined(parts: Sequence[Coded]) -> Coded:
    """Columns one below the other, with one list of labels."""
    if len(parts) == 1:
        return parts[0]
    numbers: dict[str, int] = {}
    codes = []
    for part in parts:
        lookup = np.array([numbers.setdefault(label, len(numbers)) for label in part.labels], dtype="int32")
        codes.append(lookup[part.codes] if len(part) else part.codes.astype("int32"))
    return Coded(np.concatenate(codes) if codes else np.zeros(0, dtype="int32"), tuple(numbers))


def combined(columns: Sequence[Coded]) -> npt.NDArray[np.int64]:
    """One number per row that is equal exactly for rows equal in every column."""
    out = np.zeros(len(columns[0]), dtype="int64")
    size = 1
    for column in columns:
        n_labels = max(len(column.labels), 1)
        if size * n_labels > LARGEST:  # many breakdowns: number the combinations so far anew, or they would overflow
            _distinct, out = np.unique(out, return_inverse=True)
            size = len(_distinct)
        out = out * n_labels + column.codes
        size *= n_labels
    return out.astype("int64")
