"""The areas of all Gebietsstände, numbered, and which areas add up to which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.frames import TOWN, Values
from dkbm_monitor.districts.districts import Districts

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Every area of every Gebietsstand, numbered; `links` are pairs (level, areas, areas above)."""

    keys: pd.MultiIndex
    links: tuple[tuple[int, Ints, Ints], ...]
    coarseness: Ints  # 0 for the finest level of a Gebietsstand, the town highest

    def of(self, values: Values) -> Ints:
        """The number of each row's area; -1 where it is unknown."""
        columns = [values[name].astype("category") for name in ("gebietsstand", "level", "district")]
        code = np.zeros(len(values), dtype="int64")
        for column in columns:
            code = code * max(len(column.cat.categories), 1) + column.cat.codes.to_numpy()
        distinct, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        wanted = pd.MultiIndex.from_arrays([column.iloc[first].astype(object) for column in columns])
        found: Ints = self.keys.get_indexer(wanted)[inverse] if len(distinct) else np.zeros(0, dtype="int64")
        return found.astype("int64")


def places_of(districts: Mapping[str, Districts], levels: Iterable[str]) -> Places:
    """Number the areas and link each level to the next coarser ones it nests in, among the levels shown."""
    shown = set(levels)
    keys: list[tuple[str, str, str]] = []
    links: list[tuple[int, Ints, Ints]] = []
    coarse: list[int] = []
    for stand, areas in districts.items():
        start = {}
        for rank, level in enumerate(areas.levels):
            start[level] = len(keys)
            keys.extend((stand, level, str(one)) for one in areas.of_level(level)["district"])
            coarse.extend([1_000 if level == TOWN else rank] * (len(keys) - start[level]))
        for level, above in _neighbours(areas, shown):
            position = areas.positions(level, above)
            inside = np.flatnonzero(position >= 0)
            links.append((len(links), inside + start[level], position[inside] + start[above]))
    index = pd.MultiIndex.from_tuples(keys, names=["gebietsstand", "level", "district"])
    return Places(index, tuple(links), np.array(coarse, dtype="int64"))


def _neighbours(areas: Districts, shown: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of levels that nest with no shown level between them."""
    levels = [level for level in areas.levels if level in shown]
    nests = {(low, high) for low in levels for high in levels if low != high and areas.parent_of(low, high)}
    for low, high in sorted(nests, key=lambda pair: (levels.index(pair[0]), levels.index(pair[1]))):
        if not any((low, middle) in nests and (middle, high) in nests for middle in levels):
            yield low, high
