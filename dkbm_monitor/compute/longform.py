"""Arrays of results into a long Values frame, text columns as categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.compute.evaluate import FLAGS, Bits, Result, evaluate
from dkbm_monitor.compute.offer import Offer, sources_of
from dkbm_monitor.compute.plan import Item
from dkbm_monitor.compute.sums import CountTable
from dkbm_monitor.core.frames import NUMBER_COLUMNS, VALUE_COLUMNS, Values
from dkbm_monitor.core.status import ORDER

Text = Any  # a pandas Categorical of texts, whose type parameters the stubs cannot infer
Shown = tuple[Item, dict[int, str]]  # an item and the years it is shown for, with their labels


def long_values(items: Sequence[Shown], table: CountTable, gebietsstand: str, level: str, offer: Offer) -> Values:
    """Long Values of all items on one table, formula by formula."""
    groups: dict[tuple[str, tuple[str, ...]], list[Shown]] = {}
    for item, span in items:
        groups.setdefault((item.formula, tuple(item.parts)), []).append((item, span))
    frames = [
        _long(evaluate([item for item, _span in group], table), group, table, gebietsstand, level, offer)
        for group in groups.values()
    ]
    return concatenated(frames)


def _long(
    result: Result,
    group: Sequence[Shown],
    table: CountTable,
    gebietsstand: str,
    level: str,
    offer: Offer,
) -> Values:
    """The shown years of a result as a long frame, text columns as categories."""
    shown = [
        (number, place, span[year])
        for number, (_item, span) in enumerate(group)
        for place, year in enumerate(table.years)
        if year in span
    ]
    number = np.array([one[0] for one in shown], dtype="int64")
    place = np.array([one[1] for one in shown], dtype="int64")
    n = len(table.districts)
    rank = result.rank[number, place].ravel()
    text = {
        "indicator": [group[one][0].indicator.id for one in number],
        "breakdown": [group[one][0].breakdown for one in number],
        "gebietsstand": [gebietsstand] * len(shown),
        "level": [level] * len(shown),
        "period": [one[2] for one in shown],
        "sources": [sources_of(group[one][0], gebietsstand, table.years[at], offer) for one, at, _label in shown],
    }
    columns: dict[str, object] = {name: _repeated(words, n) for name, words in text.items()}
    columns["district"] = _categorical(np.tile(np.arange(n), len(shown)), table.districts)
    for name in NUMBER_COLUMNS:
        columns[name] = getattr(result, name)[number, place].ravel()
    columns["status"] = _categorical(rank, [str(status) for status in ORDER])
    columns["flags"] = _words(result.flags[number, place].ravel())
    return pd.DataFrame(columns)[list(VALUE_COLUMNS)]


def _categorical(codes: npt.NDArray[np.integer], labels: Sequence[str]) -> Text:
    return pd.Categorical.from_codes(codes, list(labels))  # type: ignore[call-overload]


def _repeated(words: Sequence[str], times: int) -> Text:
    codes, labels = pd.factorize(np.array(words, dtype=object))
    return _categorical(np.repeat(codes, times), list(labels))


def _words(bits: Bits) -> Text:
    found, codes = np.unique(bits, return_inverse=True)
    words = [" ".join(flag for place, flag in enumerate(FLAGS) if one >> place & 1) for one in found]
    return _categorical(codes, words)


def concatenated(frames: Sequence[Values]) -> Values:
    """One frame from many, categories joined; an empty Values frame from none."""
    if not frames:
        empty = pd.DataFrame({column: pd.Series(dtype="str") for column in VALUE_COLUMNS})
        return empty.astype(dict.fromkeys(NUMBER_COLUMNS, "float64"))
    if len(frames) == 1:
        return frames[0]
    columns: dict[str, object] = {}
    for name in VALUE_COLUMNS:
        parts = [frame[name] for frame in frames]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            columns[name] = pd.api.types.union_categoricals(parts)
        else:
            columns[name] = np.concatenate([part.to_numpy() for part in parts])
    return pd.DataFrame(columns)
