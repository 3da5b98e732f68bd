"""The one step that adds counts: cells into quantities, districts into the areas above them.

Everything else in the house divides what this step has added. `add_cells` is one join and one group-by over the
observations. Whoever does that step elsewhere (a database over a Parquet file, a cluster) hands a long frame with
`SUM_COLUMNS` to `tables_from_long`, and nothing after it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from dkbm_monitor.compute.selection import Block, CodedObservations
from dkbm_monitor.core.status import RANK, Status, has_value
from dkbm_monitor.districts.districts import Districts

MISSING = RANK[Status.MISSING]
NOT_APPLICABLE = RANK[Status.NOT_APPLICABLE]
ZERO = RANK[Status.ZERO]
OK = RANK[Status.OK]

SUM_COLUMNS = ("quantity", "gebietsstand", "level", "year", "district", "value", "rank", "n_cells")

Floats = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class CountTable:
    """Summed counts of one block: arrays of shape (quantities, years, districts).

    `value` is NaN exactly where `rank` says that there is no number. `published` marks values taken from a
    published total because the districts below could not all be added. `offered` says for each quantity whether
    anything was counted for this level or below it.
    """

    years: tuple[int, ...]
    districts: tuple[str, ...]
    value: Floats
    rank: Ranks
    published: Flags
    offered: Flags


def keys_of(districts: Mapping[str, Districts]) -> dict[Block, Sequence[str]]:
    """District keys of every block, in the order of `Districts.of_level`."""
    return {
        (one, level): tuple(areas.of_level(level)["district"])
        for one, areas in districts.items()
        for level in areas.levels
    }


def add_cells(
    coded: CodedObservations, selection: pd.DataFrame, n_quantities: int, districts: Mapping[Block, Sequence[str]]
) -> dict[Block, CountTable]:
    """Add cells into quantities, for every block that has observations."""
    number, blocks = pd.factorize(pd.MultiIndex.from_frame(coded.groups[["gebietsstand", "level"]]))
    year = coded.groups["year"].to_numpy()
    group, quantity = selection["group"].to_numpy(), selection["quantity"].to_numpy()
    row, pair = _joined(coded.group, group)
    tables = {}
    for one, block in enumerate(blocks):
        years = coded.years[block[0]]
        box = (n_quantities, len(years), len(districts[block]))
        chosen = number[group] == one
        needed = np.zeros(box[:2], dtype="int64")
        np.add.at(needed, (quantity[chosen], year[group[chosen]] - years[0]), 1)
        here = chosen[pair]
        rows, pairs = row[here], pair[here]
        place = np.ravel_multi_index((quantity[pairs], year[group[pairs]] - years[0], coded.district[rows]), box)
        summed, rank = _summed_cells(place, box, coded.value[rows], coded.rank[rows], needed)
        tables[block] = _finished(years, districts[block], summed, rank)
    return tables


def _joined(group_of_row: Integers, group_of_pair: Integers) -> tuple[Integers, Integers]:
    """Every match of a row with a selected pair of the same group, as two arrays of positions."""
    order = np.argsort(group_of_pair, kind="stable")
    start = np.searchsorted(group_of_pair[order], group_of_row, side="left")
    copies = np.searchsorted(group_of_pair[order], group_of_row, side="right") - start
    row = np.repeat(np.arange(len(group_of_row)), copies)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
    return row, order[start[row] + nth]


def _summed_cells(
    place: Integers, box: tuple[int, int, int], value: Floats, rank: Ranks, needed: Integers
) -> tuple[Floats, Ranks]:
    """Sums and worst ranks by place in the box; missing where a needed cell did not come."""
    size = int(np.prod(box))
    summed = np.bincount(place, weights=np.nan_to_num(value), minlength=size).reshape(box)
    present = np.bincount(place, minlength=size).reshape(box)
    worst = np.full(size, NOT_APPLICABLE, dtype="int8")
    np.maximum.at(worst, place, rank)
    incomplete = present < np.maximum(needed, 1)[:, :, None]
    return summed.astype("float64"), np.where(incomplete, MISSING, worst.reshape(box)).astype("int8")


def _finished(years: Sequence[int], districts: Sequence[str], summed: Floats, rank: Ranks) -> CountTable:
    """A table whose value and rank agree: a sum of zeros and numbers is zero only if it is zero."""
    rank = np.where((rank == ZERO) & (summed != 0), OK, rank).astype("int8")
    rank = np.where((rank == OK) & (summed == 0), ZERO, rank).astype("int8")
    value = np.where(has_value(rank), summed, np.nan)
    offered = (rank != MISSING).any(axis=(1, 2))
    return CountTable(tuple(years), tuple(districts), value, rank, np.zeros(rank.shape, dtype=bool), offered)


def tables_from_long(
    sums: pd.DataFrame, n_quantities: int, years: Mapping[str, Sequence[int]], districts: Mapping[Block, Sequence[str]]
) -> dict[Block, CountTable]:
    """Count tables from a long frame with `SUM_COLUMNS`, `district` holding keys and `rank` status ranks.

    Rows that are not there are missing. `n_cells` is for the maker's own check that every needed cell came.
    """
    tables = {}
    for key, rows in sums.groupby(["gebietsstand", "level"], sort=False):
        block: Block = (str(key[0]), str(key[1]))
        box = (n_quantities, len(years[block[0]]), len(districts[block]))
        where = (
            rows["quantity"].to_numpy(),
            rows["year"].to_numpy() - years[block[0]][0],
            pd.Index(districts[block]).get_indexer(pd.Index(rows["district"])),
        )
        summed, rank = np.zeros(box), np.full(box, MISSING, dtype="int8")
        summed[where], rank[where] = rows["value"].fillna(0.0), rows["rank"]
        tables[block] = _finished(years[block[0]], districts[block], summed, rank)
    return tables


def roll_up(
    tables: Mapping[Block, CountTable], districts: Districts, level: str, additive: npt.NDArray[np.bool_]
) -> CountTable | None:
    """Counts of one level of one Gebietsstand: the sum of the districts below wherever all of them are known.

    Where a part is missing or secret, a total the publisher itself gave for the area is taken instead and
    marked `published`. A quantity that is not additive (a ready rate) is only ever taken as published.
    Returns None where nothing was observed for this level or below.
    """
    gebietsstand = districts.gebietsstand.id
    candidates = []
    for fine in districts.levels[: districts.levels.index(level)]:
        if (gebietsstand, fine) in tables:
            candidates.append(_only(additive, _summed(tables[gebietsstand, fine], districts, fine, level)))
    if (gebietsstand, level) in tables:
        candidates.append(_complete(tables[gebietsstand, level], districts, level))
    return _best(candidates) if candidates else None


def _only(additive: Flags, table: CountTable) -> CountTable:
    """The table without the sums of what must not be summed."""
    mask = additive[:, None, None]
    value, rank = np.where(mask, table.value, np.nan), np.where(mask, table.rank, MISSING).astype("int8")
    return replace(table, value=value, rank=rank, offered=table.offered & additive)


def _complete(table: CountTable, districts: Districts, level: str) -> CountTable:
    """The table with uninhabited districts as not applicable where nothing was delivered for them."""
    idle = (table.rank == MISSING) & ~districts.inhabited[level][None, None, :]
    rank = np.where(idle, NOT_APPLICABLE, table.rank).astype("int8")
    return replace(table, rank=rank)


def _summed(table: CountTable, districts: Districts, fine: str, level: str) -> CountTable:
    """Every area of `level` as the sum of its areas of level `fine`."""
    table = _complete(table, districts, fine)
    keys = tuple(districts.of_level(level)["district"])
    target = districts.positions(fine, level)
    inside = np.flatnonzero(target >= 0)
    shape = (len(keys), len(table.districts))
    membership = sparse.csr_array((np.ones(len(inside)), (target[inside], inside)), shape=shape)
    flat = np.nan_to_num(table.value).reshape(-1, len(table.districts))
    summed = np.asarray(membership @ flat.T).T.reshape(*table.value.shape[:2], len(keys))
    order = inside[np.argsort(target[inside], kind="stable")]
    starts = np.searchsorted(target[order], np.arange(len(keys)))
    rank = np.full(summed.shape, MISSING, dtype="int8")
    filled = np.isin(np.arange(len(keys)), target)
    if filled.any():
        rank[:, :, filled] = np.maximum.reduceat(table.rank[:, :, order], starts[filled], axis=2)
    return replace(_finished(table.years, keys, summed, rank), offered=table.offered)


def _best(candidates: list[CountTable]) -> CountTable:
    """Per cell the first candidate with a number, finest level first; else the status of the coarsest one."""
    best = candidates[0]
    for other in candidates[1:]:
        better = ~has_value(best.rank) & (has_value(other.rank) | (other.rank != MISSING))
        best = replace(
            best,
            value=np.where(better, other.value, best.value),
            rank=np.where(better, other.rank, best.rank).astype("int8"),
            published=best.published | (better & has_value(other.rank) & best.offered[:, None, None]),
            offered=best.offered | other.offered,
        )
    return best
