"""Which observed cells make up a quantity.

An indicator names quantities ("Bevölkerung, 0 bis 17 Jahre"); publishers deliver cells ("0-2", "3-5", …). The
selection is a plain table of pairs, cell group -> quantity, so that the adding afterwards is one join and one
group-by, whether numpy, a database or a cluster does it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.catalogue.models import Ages, Measure, Selection, Term, ages_of
from dkbm_monitor.core.frames import TOTAL, Observations, breakdowns_of
from dkbm_monitor.core.keys import OLDEST, age_band, year_of
from dkbm_monitor.core.status import ranks_of

Cell = tuple[str, ...]
Where = tuple[tuple[str, Selection], ...]
Block = tuple[str, str]  # Gebietsstand id, level id

GROUP_COLUMNS = ["measure", "gebietsstand", "level", "period"]


@dataclass(frozen=True)
class Quantity:
    """A measure cut down to some of its breakdown cells."""

    measure: str
    where: Where = ()

    @classmethod
    def of(cls, term: Term, extra: Mapping[str, str] | None = None) -> Quantity:
        """The quantity of a term, further cut by a breakdown such as `{"sex": "female"}`."""
        return cls(term.measure, tuple(sorted({**term.where, **(extra or {})}.items())))


@dataclass(frozen=True)
class CodedObservations:
    """Observations as whole numbers: for each row its cell group, its district, its value and status rank.

    `groups` has one row per measure, Gebietsstand, level, period and breakdown cell, with its `year`; `kept` is
    false where the same measure has that year under another label (2022 beside 2022/23) as well.
    `districts` holds the district keys of each block; `district` counts within them. A cell that was
    delivered twice for a district counts once, the first time (`dkbm check` reports it).
    """

    groups: pd.DataFrame
    group: npt.NDArray[np.int64]
    district: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int8]
    all_groups: npt.NDArray[np.int64]  # of every row of the frame, also of those left out
    dims: tuple[str, ...]

    @cached_property
    def years(self) -> dict[str, list[int]]:
        """Years from the first to the last observed one, without gaps, per Gebietsstand."""
        spans = self.groups.groupby("gebietsstand", observed=True)["year"].agg(["min", "max"])
        return {str(key): list(range(first, last + 1)) for key, first, last in spans.itertuples()}


def code(observations: Observations, districts: Mapping[Block, Sequence[str]]) -> CodedObservations:
    """Turn an observations frame into codes. Rows of districts that are not listed are left out."""
    dims = breakdowns_of(observations)
    group, groups = _grouped(observations, [*GROUP_COLUMNS, *dims])
    groups["year"] = groups["period"].map({text: year_of(text) for text in groups["period"].unique()}).astype("int64")
    district = _district_codes(observations, groups, group, districts)
    key = group * (max(map(len, districts.values()), default=0) + 1) + district
    groups["kept"] = _one_label_a_year(groups)
    kept = (district >= 0) & ~pd.Series(key).duplicated().to_numpy()
    rank = _status_ranks(observations["status"])
    value = observations["value"].to_numpy(dtype="float64")
    return CodedObservations(groups, group[kept], district[kept], value[kept], rank[kept], group, tuple(dims))


def _grouped(frame: pd.DataFrame, columns: list[str]) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Number the distinct combinations of text columns."""
    combined = np.zeros(len(frame), dtype="int64")
    parts = []
    for column in columns:
        codes, labels = _codes(frame[column])
        combined = combined * max(len(labels), 1) + codes
        parts.append((codes, labels))
    numbers, distinct = pd.factorize(combined)
    first = np.zeros(len(distinct), dtype="int64")
    first[numbers[::-1]] = np.arange(len(frame) - 1, -1, -1)
    table = {
        column: labels[codes[first]] if len(frame) else np.array([], dtype=object)
        for column, (codes, labels) in zip(columns, parts, strict=True)
    }
    return numbers.astype("int64"), pd.DataFrame(table, dtype=object)


def _codes(column: pd.Series[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype("int64"), column.cat.categories.to_numpy(dtype=object)
    codes, labels = pd.factorize(column)
    return codes.astype("int64"), np.asarray(labels, dtype=object)


def _status_ranks(column: pd.Series[str]) -> npt.NDArray[np.int8]:
    codes, labels = _codes(column)
    return ranks_of(labels)[codes] if len(labels) else np.array([], dtype="int8")


def _district_codes(
    observations: Observations,
    groups: pd.DataFrame,
    group: npt.NDArray[np.int64],
    districts: Mapping[Block, Sequence[str]],
) -> npt.NDArray[np.int64]:
    """Position of each row's district among the districts of its block, -1 where it is unknown."""
    codes, labels = _codes(observations["district"])
    block_of = {block: number for number, block in enumerate(districts)}
    lookup = np.full((len(districts) + 1, len(labels)), -1, dtype="int64")
    for block, number in block_of.items():
        lookup[number] = pd.Index(districts[block]).get_indexer(pd.Index(labels))
    pairs = zip(groups["gebietsstand"], groups["level"], strict=True)
    of_group = np.array([block_of.get(pair, len(districts)) for pair in pairs], dtype="int64")
    return lookup[of_group[group], codes] if len(observations) else np.array([], dtype="int64")


def _one_label_a_year(groups: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """False for groups whose year the same measure also has under an earlier label."""
    keys = list(zip(*(groups[name].tolist() for name in ("measure", "gebietsstand", "level", "year")), strict=True))
    labels = groups["period"].tolist()
    first: dict[tuple[str, ...], str] = {}
    for key, label in zip(keys, labels, strict=True):
        first[key] = min(label, first.get(key, label))
    return np.array([first[key] == label for key, label in zip(keys, labels, strict=True)], dtype=bool)


def select(coded: CodedObservations, quantities: Iterable[Quantity], measures: Mapping[str, Measure]) -> pd.DataFrame:
    """The pairs `group, quantity` (both numbers): which cell groups are added up for which quantity.

    For each block and year the coarsest cells that fit exactly are taken: a total where there is one, else a
    complete set of categories; age bands that tile the wanted ages without gap or overlap. Where nothing fits,
    there is no pair, and the quantity is missing for that block and year.
    """
    wanted = list(quantities)
    by_measure: dict[str, list[int]] = {}
    for number, quantity in enumerate(wanted):
        by_measure.setdefault(quantity.measure, []).append(number)
    found: dict[tuple[int, frozenset[Cell]], tuple[Cell, ...]] = {}
    pairs: list[tuple[int, int]] = []
    for measure, cells in _cells_by_block(coded, by_measure):
        signature = frozenset(cells)
        for number in by_measure[measure]:
            if (number, signature) not in found:
                found[number, signature] = _fitting(wanted[number], signature, coded.dims, measures.get(measure))
            pairs.extend((cells[cell], number) for cell in found[number, signature])
    return pd.DataFrame(pairs, columns=["group", "quantity"], dtype="int64")


def _cells_by_block(coded: CodedObservations, measures: Collection[str]) -> Iterator[tuple[str, dict[Cell, int]]]:
    """The cells, each with its group, that a measure has in one block and year; plain loops beat small frames here."""
    columns = ["measure", "gebietsstand", "level", "year", "kept", *coded.dims]
    blocks: dict[tuple[str, ...], dict[Cell, int]] = {}
    rows = zip(*(coded.groups[name].tolist() for name in columns), strict=True)
    for group, (measure, gebietsstand, level, year, kept, *cell) in enumerate(rows):
        if kept and measure in measures:
            blocks.setdefault((measure, gebietsstand, level, year), {})[tuple(cell)] = group
    for (measure, *_rest), cells in blocks.items():
        yield measure, cells


def _fitting(
    quantity: Quantity, cells: frozenset[Cell], dims: tuple[str, ...], measure: Measure | None
) -> tuple[Cell, ...]:
    """The cells that together are the quantity, or nothing.

    Ages come last: the bands to tile with are those that exist for the chosen categories of all other breakdowns
    (a register may come by single years and sex, but in coarse bands by nationality).
    """
    where = dict(quantity.where)
    if not where.keys() <= set(dims):
        return ()
    declared = measure.breakdowns if measure else {}
    others = [place for place, dim in enumerate(dims) if dim != "age"]
    options = [
        _alternatives(where.get(dims[place]), sorted({cell[place] for cell in cells}), declared.get(dims[place], ()))
        for place in others
    ]
    for choice in product(*options):
        combined = set(product(*choice))
        if "age" not in dims:
            if cells >= combined:
                return tuple(product(*choice))
            continue
        ages = _ages_of_all(cells, dims.index("age"), combined)
        for tiling in _alternatives(where.get("age"), sorted(ages), declared.get("age", ())):
            if ages.issuperset(tiling):
                place = dims.index("age")
                return tuple((*rest[:place], age, *rest[place:]) for rest in sorted(combined) for age in tiling)
    return ()


def _ages_of_all(cells: frozenset[Cell], place: int, combined: set[Cell]) -> set[str]:
    """Age bands that exist for every one of these combinations of the other breakdowns."""
    found: dict[str, int] = {}
    for cell in cells:
        if (*cell[:place], *cell[place + 1 :]) in combined:
            found[cell[place]] = found.get(cell[place], 0) + 1
    return {age for age, n in found.items() if n == len(combined)}


def _alternatives(wanted: Selection | None, present: list[str], declared: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Ways to cover one dimension, best first."""
    if isinstance(wanted, Ages):
        return _tilings(*ages_of(wanted), present)
    if isinstance(wanted, str):
        return [(wanted,)]
    if wanted is not None:
        return [tuple(wanted)]
    whole = [(TOTAL,)] if TOTAL in present else []
    if declared:
        return [*whole, tuple(declared)]
    return [*whole, *_tilings(0, OLDEST, present)]


def _tilings(first: int, last: int, present: list[str]) -> list[tuple[str, ...]]:
    """The fewest age bands that tile `first` to `last`; an open end is met by the oldest band there is."""
    bands = sorted((span, text) for text in present if (span := age_band(text)))
    oldest = max((span[1] for span, _text in bands), default=-1)
    end = min(last, oldest) if last >= OLDEST else last
    best: dict[int, tuple[str, ...]] = {first: ()}
    for (low, high), text in bands:
        if low in best and high <= end:
            longer = (*best[low], text)
            if high + 1 not in best or len(longer) < len(best[high + 1]):
                best[high + 1] = longer
    tiling = best.get(end + 1, ())
    return [tiling] if tiling else []
