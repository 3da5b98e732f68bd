"""Compute indicators: every indicator, district, level and period at once, counts before quotients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dkbm_monitor.compute.longform import LongTable
from dkbm_monitor.compute.offer import Offer, offer_of, span_of
from dkbm_monitor.compute.plan import Plan, plan_for
from dkbm_monitor.compute.selection import Block, code, select
from dkbm_monitor.compute.sums import CountTable, add_cells, keys_of, roll_up
from dkbm_monitor.compute.wanted import chosen_indicators, chosen_levels, in_periods
from dkbm_monitor.core.frames import Observations, Values
from dkbm_monitor.districts.districts import Districts

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town


def compute(
    town: Town,
    indicators: Sequence[str] | None = None,
    *,
    levels: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    breakdowns: Sequence[str] = (),
) -> Values:
    """Values of a town's indicators on every level and period.

    `indicators`, `levels` and `periods` narrow the result; without them everything that the town has data for is
    computed. `breakdowns` adds, for example, a row per sex where the indicator's card allows it. A period may be
    named by its label (`2022/23`) or its first year.

    Returns a Values frame: `value` in the indicator's unit, `numerator` and `denominator` as counts, `low` and
    `high` as the bounds of the 95 % interval, `status` and `flags`. Raises `ProblemsError` for unknown names and
    for raw files that cannot be read.
    """
    cards = chosen_indicators(town.catalogue, indicators)
    wanted_levels = chosen_levels(town, levels)
    plan = plan_for(cards, town.catalogue.measures, breakdowns)
    values = compute_plan(plan, town.observations, town.districts, wanted_levels)
    return in_periods(values, periods)


def compute_plan(
    plan: Plan, observations: Observations, districts: Mapping[str, Districts], levels: Sequence[str] | None = None
) -> Values:
    """Compute a plan from an observations frame. `districts` maps Gebietsstand ids to their areas."""
    keys = keys_of(districts)
    coded = code(observations, keys)
    selection = select(coded, plan.quantities, plan.measures)
    tables = add_cells(coded, selection, len(plan.quantities), keys)
    return values_from_tables(plan, tables, offer_of(coded, selection, observations), districts, levels)


def values_from_tables(
    plan: Plan,
    tables: Mapping[Block, CountTable],
    offer: Offer,
    districts: Mapping[str, Districts],
    levels: Sequence[str] | None = None,
) -> Values:
    """Divide what has been added: a Values frame over all wanted levels."""
    additive = np.array([_is_additive(plan, quantity.measure) for quantity in plan.quantities], dtype=bool)
    long = LongTable()
    for gebietsstand, areas in districts.items():
        spans = {number: span_of(item, gebietsstand, offer) for number, item in enumerate(plan.items)}
        items = [(plan.items[number], span) for number, span in spans.items() if span]
        for level in areas.levels:
            table = roll_up(tables, areas, level, additive) if levels is None or level in levels else None
            if table is not None:
                long.add(items, table, gebietsstand, level, offer)
    return long.frame()


def _is_additive(plan: Plan, measure: str) -> bool:
    return plan.measures[measure].additive if measure in plan.measures else True
