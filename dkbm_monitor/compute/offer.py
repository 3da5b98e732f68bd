"""What was delivered for an item: the periods it can be shown for, their labels, the sources behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dkbm_monitor.compute.plan import Item
from dkbm_monitor.compute.selection import CodedObservations
from dkbm_monitor.core.frames import Observations
from dkbm_monitor.core.keys import shifted, year_of


@dataclass(frozen=True)
class Offer:
    """What was delivered: per Gebietsstand, quantity and year the period's label and the sources behind it."""

    labels: Mapping[tuple[str, int, int], str]
    sources: Mapping[tuple[str, int, int], frozenset[str]] = field(default_factory=dict)


def offer_of(coded: CodedObservations, selection: pd.DataFrame, observations: Observations) -> Offer:
    """Labels and sources of every selected cell group."""
    behind = _sources_of_groups(coded, observations)
    labels: dict[tuple[str, int, int], str] = {}
    sources: dict[tuple[str, int, int], frozenset[str]] = {}
    rows = coded.groups[["gebietsstand", "year", "period"]].to_numpy()
    for group, quantity in selection.to_numpy():
        gebietsstand, year, period = rows[group]
        key = (gebietsstand, int(quantity), int(year))
        labels[key] = period
        sources[key] = sources.get(key, frozenset()) | behind.get(int(group), frozenset())
    return Offer(labels, sources)


def _sources_of_groups(coded: CodedObservations, observations: Observations) -> dict[int, frozenset[str]]:
    source = observations["source"].astype("category")
    codes, names = source.cat.codes.to_numpy(), source.cat.categories
    pairs = pd.unique(coded.all_groups * len(names) + codes)
    found: dict[int, set[str]] = {}
    for pair in pairs:
        found.setdefault(int(pair) // len(names), set()).add(str(names[int(pair) % len(names)]))
    return {group: frozenset(ids) for group, ids in found.items()}


def span_of(item: Item, gebietsstand: str, offer: Offer) -> dict[int, str]:
    """Years and labels an item is shown for: from its first computable year to the last one delivered."""
    quantities = {term.quantity for term in item.parts["numerator"]}
    labels = {
        year: text
        for (one, quantity, year), text in offer.labels.items()
        if one == gebietsstand and quantity in quantities
    }
    if not labels:
        return {}
    first, some = min(labels) + item.looks_back, next(iter(labels.values()))
    span = range(first, max(labels) + 1)
    full = {year: labels.get(year, shifted(some, year - year_of(some))) for year in span}
    validity = item.indicator.validity
    return {
        year: label
        for year, label in full.items()
        if (validity.first is None or year >= year_of(validity.first))
        and (validity.last is None or year <= year_of(validity.last))
    }


def sources_of(item: Item, gebietsstand: str, year: int, offer: Offer) -> str:
    """Register ids of everything an item draws on for one year."""
    found: set[str] = set()
    for at, quantity in _drawn(item, year):
        found |= offer.sources.get((gebietsstand, quantity, at), frozenset())
    return " ".join(sorted(found))


def _drawn(item: Item, year: int) -> Iterator[tuple[int, int]]:
    backs = {0, item.indicator.change_years or 0}
    for part in item.parts.values():
        for term in part:
            for pooled in range(item.indicator.pool_years):
                for back in backs:
                    yield year - term.lag - pooled - back, term.quantity
