"""What is to be computed: indicators and breakdowns turned into numbered quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dkbm_monitor.catalogue.models import Indicator, Measure, Term
from dkbm_monitor.compute.selection import Quantity
from dkbm_monitor.core.frames import TOTAL

Formula = Literal["share", "rate", "quotient", "count", "growth", "change_of_share", "gap"]

PARTS = ("numerator", "denominator", "compared_numerator", "compared_denominator")


@dataclass(frozen=True)
class PlannedTerm:
    """One term of a part: the number of its quantity, its sign and its lag in years."""

    quantity: int
    sign: int
    lag: int


@dataclass(frozen=True)
class Item:
    """One indicator in one breakdown, its parts as planned terms."""

    indicator: Indicator
    breakdown: str
    formula: Formula
    parts: Mapping[str, tuple[PlannedTerm, ...]]

    @property
    def looks_back(self) -> int:
        """How many years before its period the item draws on its numerator."""
        lag = max((term.lag for term in self.parts["numerator"]), default=0)
        return lag + self.indicator.pool_years - 1 + (self.indicator.change_years or 0)


@dataclass
class Plan:
    """Items to compute and the quantities they need, each counted once however many items share it."""

    measures: Mapping[str, Measure]
    items: list[Item] = field(default_factory=list)
    quantities: dict[Quantity, int] = field(default_factory=dict)

    def add(self, indicator: Indicator, cut: Mapping[str, str] | None = None) -> None:
        """Plan an indicator, cut by a breakdown such as `{"sex": "female"}`."""
        parts = {part: tuple(self._term(term, cut) for term in terms_of(indicator, part)) for part in PARTS}
        label = " ".join(f"{dim}={category}" for dim, category in (cut or {}).items()) or TOTAL
        present = {part: terms for part, terms in parts.items() if terms}
        self.items.append(Item(indicator, label, self._formula(indicator), present))

    def _formula(self, indicator: Indicator) -> Formula:
        """How a kind is computed. Balances, and rates of things that are not people, have no Poisson interval."""
        match indicator.kind:
            case "change":
                return "change_of_share" if indicator.change_of == "share" else "growth"
            case "rate":
                terms = indicator.numerator
                people = all(self.measures[term.measure].persons for term in terms if term.measure in self.measures)
                return "rate" if people and all(term.sign > 0 for term in terms) else "quotient"
            case "mean":
                return "quotient"
            case "given":
                return "count"
            case kind:
                return kind

    def _term(self, term: Term, cut: Mapping[str, str] | None) -> PlannedTerm:
        quantity = Quantity.of(term, cut)
        number = self.quantities.setdefault(quantity, len(self.quantities))
        return PlannedTerm(number, term.sign, term.lag)


def terms_of(indicator: Indicator, part: str) -> tuple[Term, ...]:
    """The terms of a part; a ready rate is its own numerator."""
    if indicator.given is not None:
        return (Term(measure=indicator.given),) if part == "numerator" else ()
    found: tuple[Term, ...] = getattr(indicator, part)
    return found


def plan_for(indicators: Iterable[Indicator], measures: Mapping[str, Measure], breakdowns: Sequence[str] = ()) -> Plan:
    """Plan every indicator as a whole, and by each wanted breakdown that its card allows."""
    plan = Plan(measures)
    for indicator in indicators:
        plan.add(indicator)
        for dim in breakdowns:
            if dim in indicator.breakdowns:
                for category in _categories(indicator, measures, dim):
                    plan.add(indicator, {dim: category})
    return plan


def _categories(indicator: Indicator, measures: Mapping[str, Measure], dim: str) -> tuple[str, ...]:
    """Declared categories of a dimension that every measure of the indicator is broken down by."""
    terms = [term for part in PARTS for term in terms_of(indicator, part)]
    declared = [measures[term.measure].breakdowns.get(dim, ()) for term in terms if term.measure in measures]
    if not declared or not all(declared):
        return ()
    return tuple(one for one in declared[0] if all(one in other for other in declared))
