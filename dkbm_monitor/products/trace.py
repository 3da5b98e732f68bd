"""From a value back to the observed rows it was added up from.

The same selection that `compute` adds by is asked here which rows it took, so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dkbm_monitor.compute.plan import Item, Plan
from dkbm_monitor.compute.selection import Block, CodedObservations, Quantity, code, select
from dkbm_monitor.compute.sums import CountTable, add_cells, roll_up
from dkbm_monitor.core.frames import TOTAL, Observations
from dkbm_monitor.core.status import has_value
from dkbm_monitor.districts.districts import Districts

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town


@dataclass(frozen=True)
class Target:
    """The one area and year a value stands for."""

    gebietsstand: str
    level: str
    district: str
    year: int


@dataclass(frozen=True)
class Trace:
    """The observed rows behind one quantity of one part, for one year: what is added up (or taken away).

    `rows` is an observations frame; its `level` and `district` say for which areas the publisher counted.
    """

    part: str
    measure: str
    sign: int
    year: int
    rows: Observations


def plan_of(town: Town, indicator: str, breakdown: str = TOTAL) -> Plan:
    """The plan of one indicator in one breakdown (`total` or `sex=female`)."""
    plan = Plan(town.catalogue.measures)
    cut = dict(word.split("=", 1) for word in breakdown.split()) if breakdown != TOTAL else None
    plan.add(town.catalogue.indicator(indicator), cut)
    return plan


def trace(town: Town, plan: Plan, target: Target) -> list[Trace]:
    """Every observed row behind the planned item's value for the target."""
    (item,) = plan.items
    measures = {quantity.measure for quantity in plan.quantities}
    observed = town.observations
    observed = observed[observed["measure"].isin(measures) & (observed["gebietsstand"] == target.gebietsstand)]
    search = _Search(town.districts[target.gebietsstand], target, observed.reset_index(drop=True), plan)
    return [
        Trace(part, _measure(plan, quantity), sign, year, search.rows(quantity, year))
        for part, quantity, sign, year in _drawn(item, target.year)
    ]


def _measure(plan: Plan, number: int) -> str:
    return list(plan.quantities)[number].measure


def _drawn(item: Item, year: int) -> Iterator[tuple[str, int, int, int]]:
    """Part, quantity, sign and year of everything the item draws on."""
    backs = sorted({0, item.indicator.change_years or 0})
    for part, terms in item.parts.items():
        for term in terms:
            for pooled in range(item.indicator.pool_years):
                for back in backs:
                    yield part, term.quantity, term.sign, year - term.lag - pooled - back


class _Search:
    """Selection and sums of one plan on one Gebietsstand, asked row by row."""

    def __init__(self, districts: Districts, target: Target, observed: Observations, plan: Plan) -> None:
        self._districts, self._target, self._observed, self._plan = districts, target, observed, plan
        keys: dict[Block, Sequence[str]] = {
            (target.gebietsstand, level): tuple(districts.of_level(level)["district"]) for level in districts.levels
        }
        self._coded: CodedObservations = code(observed, keys)
        self._selection = select(self._coded, plan.quantities, plan.measures)
        self._tables: Mapping[Block, CountTable] = add_cells(self._coded, self._selection, len(plan.quantities), keys)

    def rows(self, quantity: int, year: int) -> Observations:
        """Rows of the finest level that gives the target a number; else of the finest that has rows at all."""
        levels = self._districts.levels
        candidates = levels[: levels.index(self._target.level) + 1]
        found = {level: self._rows_of(quantity, year, level) for level in candidates}
        giving = [level for level in candidates if len(found[level]) and self._gives(quantity, year, level)]
        holding = [level for level in candidates if len(found[level])]
        chosen = (giving or holding or candidates)[0]
        return found[chosen]

    def _rows_of(self, quantity: int, year: int, level: str) -> Observations:
        groups = self._coded.groups
        wanted = groups.index[(groups["level"] == level) & (groups["year"] == year)]
        pairs = self._selection
        chosen = pairs.loc[(pairs["quantity"] == quantity) & pairs["group"].isin(wanted), "group"]
        rows = self._observed[np.isin(self._coded.all_groups, chosen.to_numpy())]
        rows = rows[rows["district"].isin(self._members(level))]
        key = ["measure", "level", "district", "period", *self._coded.dims]
        return rows.drop_duplicates(key).reset_index(drop=True)

    def _members(self, level: str) -> set[str]:
        above = self._districts.parent_of(level, self._target.level)
        return {key for key, one in above.items() if one == self._target.district}

    def _gives(self, quantity: int, year: int, level: str) -> bool:
        """True if this level's rows alone give the target a number."""
        block = (self._target.gebietsstand, level)
        if block not in self._tables:
            return False
        additive = np.array([self._additive(one) for one in self._plan.quantities], dtype=bool)
        table = roll_up({block: self._tables[block]}, self._districts, self._target.level, additive)
        if table is None or year not in table.years:
            return False
        place = (quantity, table.years.index(year), table.districts.index(self._target.district))
        return bool(has_value(table.rank[place]))

    def _additive(self, quantity: Quantity) -> bool:
        measure = self._plan.measures.get(quantity.measure)
        return measure.additive if measure else True


def cell_of(row: Mapping[Hashable, Any], dims: Iterable[str]) -> str:
    """The breakdown cell of an observed row in words: `sex=female age=0-2`; empty for a total."""
    return " ".join(f"{dim}={row[dim]}" for dim in dims if row[dim] != TOTAL)
