"""Evaluate items on one table of counts: all items of one formula at once, all years, all districts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dkbm_monitor.compute import kinds
from dkbm_monitor.compute.plan import Formula, Item
from dkbm_monitor.compute.sums import MISSING, NOT_APPLICABLE, OK, ZERO, CountTable, Flags, Floats, Ranks
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.core.status import has_value

FLAGS = ("small_denominator", "pooled", "published", "above_whole", "break")
SMALL, POOLED, PUBLISHED, ABOVE_WHOLE, BREAK = (1 << number for number in range(len(FLAGS)))

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Part:
    """One part of an item: arrays of shape (years, districts)."""

    value: Floats
    rank: Ranks
    published: Flags


def _part(item: Item, name: str, table: CountTable, back: int = 0) -> Part:
    """Terms of a part added up, with their signs, lags and pooled years; `back` looks that many years earlier."""
    shape = (len(table.years), len(table.districts))
    value, rank, published = np.zeros(shape), np.full(shape, NOT_APPLICABLE, "int8"), np.zeros(shape, dtype=bool)
    for term in item.parts[name]:
        for pooled in range(item.indicator.pool_years):
            one = _earlier(table, term.quantity, term.lag + pooled + back)
            value = value + term.sign * np.nan_to_num(one.value)
            rank = np.maximum(rank, one.rank)
            published = published | one.published
    return Part(np.where(has_value(rank), value, np.nan), rank, published)


def _earlier(table: CountTable, quantity: int, years: int) -> Part:
    """A quantity as it stood so many years before each year; missing before the table begins."""
    if years == 0:
        return Part(table.value[quantity], table.rank[quantity], table.published[quantity])
    value, rank = np.full_like(table.value[quantity], np.nan), np.full_like(table.rank[quantity], MISSING)
    published = np.zeros_like(table.published[quantity])
    value[years:], rank[years:] = table.value[quantity][:-years], table.rank[quantity][:-years]
    published[years:] = table.published[quantity][:-years]
    return Part(value, rank, published)


@dataclass(frozen=True)
class Result:
    """Arrays of shape (items, years, districts)."""

    value: Floats
    numerator: Floats
    denominator: Floats
    compared_numerator: Floats
    compared_denominator: Floats
    low: Floats
    high: Floats
    rank: Ranks
    flags: Bits


def evaluate(items: Sequence[Item], table: CountTable) -> Result:
    """All items of one formula on one table."""
    names = list(items[0].parts)
    parts = {name: _stacked([_part(item, name, table) for item in items]) for name in names}
    if items[0].indicator.kind == "change":
        parts |= {f"earlier_{name}": _before(items, name, table) for name in names}
    per = np.array([item.indicator.per for item in items])[:, None, None]
    value, low, high = FORMULAS[items[0].formula]({name: part.value for name, part in parts.items()}, per)
    numerator, denominator, compared_numerator, compared_denominator = (_counts(parts, *names) for names in COUNTS)
    rank = _rank([part.rank for part in parts.values()], value)
    unknown = ~has_value(rank)
    for numbers in (value, numerator, denominator, compared_numerator, compared_denominator, low, high):
        numbers[unknown] = np.nan
    flags = _flags(items, table.years, parts, numerator, denominator)
    return Result(value, numerator, denominator, compared_numerator, compared_denominator, low, high, rank, flags)


def _stacked(parts: Sequence[Part]) -> Part:
    return Part(
        np.stack([part.value for part in parts]),
        np.stack([part.rank for part in parts]),
        np.stack([part.published for part in parts]),
    )


def _before(items: Sequence[Item], name: str, table: CountTable) -> Part:
    return _stacked([_part(item, name, table, back=item.indicator.change_years or 0) for item in items])


COUNTS = (
    ("numerator",),
    ("denominator",),
    ("compared_numerator", "earlier_numerator"),
    ("compared_denominator", "earlier_denominator"),
)


def _counts(parts: Mapping[str, Part], *names: str) -> Floats:
    """The counts of the first of these parts that an item has; NaN where it has none."""
    for name in names:
        if name in parts:
            return parts[name].value.copy()
    return np.full_like(parts["numerator"].value, np.nan)


def _rank(ranks: Sequence[Ranks], value: Floats) -> Ranks:
    """Status of a quotient: as bad as its worst part; not applicable if a part is, or if nothing can be divided."""
    worst = np.maximum.reduce(ranks)
    idle = np.logical_or.reduce([rank == NOT_APPLICABLE for rank in ranks]) & has_value(worst)
    rank = np.where(idle | (has_value(worst) & np.isnan(value)), NOT_APPLICABLE, worst)
    rank = np.where((rank == ZERO) & (value != 0), OK, rank)
    return np.where((rank == OK) & (value == 0), ZERO, rank).astype("int8")


def _flags(
    items: Sequence[Item], years: Sequence[int], parts: Mapping[str, Part], numerator: Floats, denominator: Floats
) -> Bits:
    flags = np.zeros(numerator.shape, dtype="uint8")
    smallest = np.array([item.indicator.min_denominator for item in items])[:, None, None]
    flags |= np.where(denominator < smallest, SMALL, 0).astype("uint8")
    pooled = np.array([item.indicator.pool_years > 1 for item in items])[:, None, None]
    flags |= np.where(pooled, POOLED, 0).astype("uint8")
    published = np.logical_or.reduce([part.published for part in parts.values()])
    flags |= np.where(published, PUBLISHED, 0).astype("uint8")
    shares = np.array([item.indicator.kind in ("share", "gap") for item in items])[:, None, None]
    flags |= np.where(shares & (numerator > denominator), ABOVE_WHOLE, 0).astype("uint8")
    flags |= np.where(_across_breaks(items, years)[:, :, None], BREAK, 0).astype("uint8")
    return flags


def _across_breaks(items: Sequence[Item], years: Sequence[int]) -> Flags:
    """True for item and year if the years it draws on lie on both sides of a break of the series."""
    out = np.zeros((len(items), len(years)), dtype=bool)
    for number, item in enumerate(items):
        for one in item.indicator.breaks:
            at = year_of(one.period)
            out[number] |= [year - item.looks_back < at <= year for year in years]
    return out


Parts = Mapping[str, Floats]
Bounds = tuple[Floats, Floats, Floats]


def _share(parts: Parts, per: Floats) -> Bounds:
    low, high = kinds.wilson(parts["numerator"], parts["denominator"])
    return per * kinds.ratio(parts["numerator"], parts["denominator"]), per * low, per * high


def _rate(parts: Parts, per: Floats) -> Bounds:
    low, high = kinds.poisson(parts["numerator"], parts["denominator"])
    return per * kinds.ratio(parts["numerator"], parts["denominator"]), per * low, per * high


def _quotient(parts: Parts, per: Floats) -> Bounds:
    value = per * kinds.ratio(parts["numerator"], parts["denominator"])
    return value, np.full_like(value, np.nan), np.full_like(value, np.nan)


def _count(parts: Parts, per: Floats) -> Bounds:
    value = parts["numerator"].copy()
    return value, np.full_like(value, np.nan), np.full_like(value, np.nan)


def _growth(parts: Parts, per: Floats) -> Bounds:
    value = per * kinds.ratio(parts["numerator"] - parts["earlier_numerator"], parts["earlier_numerator"])
    return value, np.full_like(value, np.nan), np.full_like(value, np.nan)


def _difference(first: str, other: str) -> Callable[[Parts, Floats], Bounds]:
    def formula(parts: Parts, per: Floats) -> Bounds:
        counts = (parts[f"{first}numerator"], parts[f"{first}denominator"])
        others = (parts[f"{other}numerator"], parts[f"{other}denominator"])
        low, high = kinds.newcombe(*counts, *others)
        return per * (kinds.ratio(*counts) - kinds.ratio(*others)), per * low, per * high

    return formula


FORMULAS: Mapping[Formula, Callable[[Parts, Floats], Bounds]] = {
    "share": _share,
    "rate": _rate,
    "quotient": _quotient,
    "count": _count,
    "growth": _growth,
    "change_of_share": _difference("", "earlier_"),
    "gap": _difference("", "compared_"),
}
