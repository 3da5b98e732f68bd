"""The store of finished figures: counts by measure, year, breakdown cell and Stadtteil."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from people import Array
from plan import keys_of_blocks, names, stand_of

Cell = tuple[str, ...]


class Figures:
    """Counts by (measure, cell) and year; each an array over the Stadtteile that hold in that year."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._by_block: dict[tuple[str, Cell], dict[int, Array]] = defaultdict(dict)
        self._by_district: dict[tuple[str, Cell], dict[int, Array]] = defaultdict(dict)

    def put(self, measure: str, year: int, counts: Array, *cell: str) -> None:
        """Keep counts by block, adding them up to the Stadtteile of that year."""
        keys = list(names(stand_of(year)))
        place = [keys.index(key) for key in keys_of_blocks(stand_of(year))]
        summed = np.zeros(len(keys))
        np.add.at(summed, place, counts)
        self._by_block[measure, cell][year] = np.asarray(counts, float)
        self._by_district[measure, cell][year] = summed

    def put_by_district(self, measure: str, year: int, counts: Array, *cell: str) -> None:
        """Keep counts that are known by Stadtteil only, such as moves over its border."""
        self._by_district[measure, cell][year] = np.asarray(counts, float)

    def of(self, measure: str, year: int, *cell: str) -> Array:
        """Counts over the Stadtteile of that year, in order of keys."""
        return self._by_district[measure, cell][year]

    def of_blocks(self, measure: str, year: int, *cell: str) -> Array:
        """Counts over the blocks."""
        return self._by_block[measure, cell][year]

    def years(self, measure: str) -> list[int]:
        """Years a measure has."""
        return sorted({year for (name, _), by_year in self._by_district.items() if name == measure for year in by_year})

    def cells(self, measure: str) -> list[Cell]:
        """Cells a measure has, in order of making."""
        return [cell for name, cell in self._by_district if name == measure]

    def summed(self, measure: str, year: int, cells: Iterable[Sequence[str]]) -> Array:
        """Counts of several cells together."""
        return np.sum([self.of(measure, year, *cell) for cell in cells], axis=0)


def keys_in(year: int) -> list[str]:
    """Keys of the Stadtteile that hold in a year."""
    return list(names(stand_of(year)))
