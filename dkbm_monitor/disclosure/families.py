"""Which counts the rows of a Values frame publish, named so that equal counts have one name everywhere.

A *family* is a count without its place and year: a quantity (measure cut to some cells), or a sum of such (pooled
years, arrivals minus departures). An indicator's part is a family and an offset in years: the count that a change
compares with is the same family some years earlier. So the same children counted by two indicators are one family,
and what is hidden in one product is hidden in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dkbm_monitor.catalogue.models import Ages, Indicator, Measure, Selection, ages_of
from dkbm_monitor.compute.plan import PARTS, Item, Plan
from dkbm_monitor.compute.selection import Quantity
from dkbm_monitor.core.frames import TOTAL
from dkbm_monitor.core.keys import OLDEST, age_band

Expression = tuple[tuple[Quantity, int, int], ...]  # quantity, years back, sign; the nearest term stands at 0
Member = tuple[int, int, float]  # family, years back, coefficient

WITH_REST = frozenset({"share", "gap"})


@dataclass(frozen=True)
class RowPart:
    """One count that a row publishes: its column, its family and how many years back it was counted."""

    column: str
    family: int
    back: int
    sensitive: bool


@dataclass(frozen=True)
class Pair:
    """A part of a whole: the rest, denominator minus numerator, counts people too."""

    above: str
    below: str
    part: int
    whole: int
    back: int  # years back of the part
    whole_back: int


@dataclass
class Families:
    """Families by number, and for each item (indicator, breakdown) the parts it publishes."""

    measures: Mapping[str, Measure]
    expressions: dict[Expression, int] = field(default_factory=dict)
    parts: dict[tuple[str, str], tuple[RowPart, ...]] = field(default_factory=dict)
    pairs: dict[tuple[str, str], tuple[Pair, ...]] = field(default_factory=dict)

    def add(self, item: Item, quantities: list[Quantity]) -> None:
        """Name the counts of one item."""
        card = item.indicator
        key = (card.id, item.breakdown)
        if card.kind == "given":
            self.parts[key], self.pairs[key] = (), ()
            return
        found = {part: self._family(item, part, quantities) for part in item.parts}
        columns = {part: (*found[part], part) for part in found}
        if card.kind == "change":
            later = card.change_years or 0
            for part in ("numerator", "denominator"):
                if part in found:
                    columns[f"compared_{part}"] = (found[part][0], found[part][1] + later, part)
        self.parts[key] = tuple(
            RowPart(column, family, back, self._counts_people(card, part))
            for column, (family, back, part) in columns.items()
        )
        self.pairs[key] = tuple(_pairs(card, columns))

    def _family(self, item: Item, part: str, quantities: list[Quantity]) -> tuple[int, int]:
        terms = [
            (quantities[term.quantity], term.lag + pooled, term.sign)
            for term in item.parts[part]
            for pooled in range(item.indicator.pool_years)
        ]
        nearest = min(back for _quantity, back, _sign in terms)
        moved = sorted(((one, back - nearest, sign) for one, back, sign in terms), key=repr)
        return self.expressions.setdefault(tuple(moved), len(self.expressions)), nearest

    def _counts_people(self, card: Indicator, part: str) -> bool:
        """True for parts that count people; the sum in a mean is a magnitude, not a count of people."""
        if card.kind == "mean" and part == "numerator":
            return False
        return any(
            term.measure in self.measures and self.measures[term.measure].persons for term in getattr(card, part)
        )

    def minimum(self, family: int, min_count: int) -> int:
        """The strictest minimum count among the rule and the measures of a family."""
        own = (self.measures[one].min_count or 0 for one in self._measures(family) if one in self.measures)
        return max([min_count, *own])

    def _measures(self, family: int) -> set[str]:
        return {quantity.measure for quantity, _back, _sign in self.listed[family]}

    @property
    def listed(self) -> list[Expression]:
        """Expressions in the order of their numbers."""
        return list(self.expressions)


def families_of(
    items: Iterable[tuple[str, str]], indicators: Mapping[str, Indicator], measures: Mapping[str, Measure]
) -> Families:
    """Families of the items (indicator id, breakdown label) of a Values frame."""
    plan = Plan(measures)
    for indicator, breakdown in items:
        plan.add(indicators[indicator], _cut(breakdown))
    families = Families(measures)
    quantities = list(plan.quantities)
    for item in plan.items:
        families.add(item, quantities)
    return families


def _cut(breakdown: str) -> dict[str, str]:
    return {} if breakdown == TOTAL else dict(one.split("=", 1) for one in breakdown.split(" "))


def _pairs(card: Indicator, columns: Mapping[str, tuple[int, int, str]]) -> Iterable[Pair]:
    if not (card.kind in WITH_REST or (card.kind == "change" and card.change_of == "share")):
        return
    for above, below in (PARTS[:2], PARTS[2:]):
        if above in columns and below in columns:
            (part, back, _), (whole, whole_back, _) = columns[above], columns[below]
            yield Pair(above, below, part, whole, back, whole_back)


def sums_of(families: Families) -> list[list[Member]]:
    """Relations between families at one place: each a list of members that add up to zero.

    Pooled years and balances against their single quantities, categories against the whole, age spans against each
    other.
    """
    return [*_composed(families), *_categories(families), *_ages(families)]


def _composed(families: Families) -> Iterable[list[Member]]:
    """A pooled or signed family against the single quantities it adds, where at least one is published."""
    for number, expression in enumerate(families.listed):
        if len(expression) == 1:
            continue
        singles = [(families.expressions.get(((one, 0, 1),)), back, sign) for one, back, sign in expression]
        known = [(one, back, -float(sign)) for one, back, sign in singles if one is not None]
        if known and (len(known) == len(singles) or all(sign > 0 for _one, _back, sign in expression)):
            yield [(number, 0, 1.0), *known]


def _without(expression: Expression, dim: str) -> tuple[Expression, Selection | None]:
    """The expression with a dimension left open, and the selection that all its terms shared in it."""
    selections = {dict(quantity.where).get(dim) for quantity, _back, _sign in expression}
    opened = [
        (Quantity(one.measure, tuple(pair for pair in one.where if pair[0] != dim)), back, sign)
        for one, back, sign in expression
    ]
    return tuple(sorted(opened, key=repr)), selections.pop() if len(selections) == 1 else None


def _categories(families: Families) -> Iterable[list[Member]]:
    """The whole against the complete set of its categories."""
    groups: dict[tuple[Expression, str], dict[str, int]] = {}
    for number, expression in enumerate(families.listed):
        for dim in {dim for quantity, _back, _sign in expression for dim, _selection in quantity.where} - {"age"}:
            opened, chosen = _without(expression, dim)
            if isinstance(chosen, str):
                groups.setdefault((opened, dim), {})[chosen] = number
    for (opened, dim), members in groups.items():
        whole = families.expressions.get(opened)
        declared = [
            set(families.measures[one.measure].breakdowns.get(dim, ()))
            for one, _back, _sign in opened
            if one.measure in families.measures
        ]
        if whole is not None and declared and all(one == set(members) for one in declared):
            yield [(whole, 0, 1.0), *((one, 0, -1.0) for one in members.values())]


def _ages(families: Families) -> Iterable[list[Member]]:
    """Age spans as steps on the line of ages: every closed walk of steps adds up to nothing."""
    groups: dict[Expression, dict[tuple[int, int], int]] = {}
    for number, expression in enumerate(families.listed):
        opened, chosen = _without(expression, "age")
        span = _span(chosen)
        if span:
            groups.setdefault(opened, {})[span[0], span[1] + 1] = number
        elif chosen is None and not any(dim == "age" for one, _back, _sign in expression for dim, _ in one.where):
            groups.setdefault(opened, {})[0, OLDEST + 1] = number
    for spans in groups.values():
        yield from _closed_walks(spans)


def _span(chosen: Selection | None) -> tuple[int, int] | None:
    if isinstance(chosen, Ages):
        return ages_of(chosen)
    return age_band(chosen) if isinstance(chosen, str) else None


def _closed_walks(spans: Mapping[tuple[int, int], int]) -> Iterable[list[Member]]:
    """One relation for each span that is not needed to reach its ends; short spans come first."""
    reach: dict[int, dict[int, float]] = {}  # the sum of spans that leads to an age, from where its group begins
    group: dict[int, set[int]] = {}
    for (start, end), number in sorted(spans.items(), key=lambda one: (one[0][1] - one[0][0], one[0])):
        for age in (start, end):
            reach.setdefault(age, {})
            group.setdefault(age, {age})
        if end in group[start]:
            walk = _added(reach[end], reach[start], -1.0)
            yield [(number, 0, 1.0), *((one, 0, -sign) for one, sign in walk.items())]
            continue
        step = _added(_added(reach[start], {number: 1.0}, 1.0), reach[end], -1.0)
        for age in group[end]:
            reach[age] = _added(reach[age], step, 1.0)
        joined = group[start] | group[end]
        for age in joined:
            group[age] = joined


def _added(walk: Mapping[int, float], other: Mapping[int, float], sign: float) -> dict[int, float]:
    out = dict(walk)
    for one, coefficient in other.items():
        out[one] = out.get(one, 0.0) + sign * coefficient
    return {one: coefficient for one, coefficient in out.items() if coefficient}
