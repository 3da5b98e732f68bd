"""What the rule calls sensitive: rows that rest on too few people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.compute.plan import terms_of
from dkbm_monitor.compute.totals import totals
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.keys import year_of

if TYPE_CHECKING:
    from dkbm_monitor.town.models import RuleFor
    from dkbm_monitor.town.open import Town

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

COUNTS = (("numerator", "denominator"), ("compared_numerator", "compared_denominator"))


def hidden_by(
    values: Values, rule: RuleFor, indicators: Mapping[str, Indicator], measures: Mapping[str, Measure]
) -> Mask:
    """True for rows whose counts the rule hides."""
    counted = {key: _sensitive_parts(card, measures) for key, card in indicators.items()}
    least = _per_row(values, {key: _least(card, measures, rule) for key, card in indicators.items()})
    has_rest = _per_row(values, {key: _has_rest(card) for key, card in indicators.items()})
    hidden = np.zeros(len(values), dtype=bool)
    for above, below in COUNTS:
        numerator = np.abs(values[above].to_numpy(dtype="float64"))
        denominator = values[below].to_numpy(dtype="float64")
        rest = np.where(has_rest.astype(bool), denominator - numerator, np.nan)
        people_above = _per_row(values, {key: above in parts for key, parts in counted.items()}).astype(bool)
        people_below = _per_row(values, {key: below in parts for key, parts in counted.items()}).astype(bool)
        hidden |= people_above & _few(numerator, least, zero=rule.zero_is_sensitive)
        hidden |= people_above & _few(rest, least, zero=rule.full_is_sensitive) & rule.complement
        hidden |= people_below & (_few(denominator, least, zero=False) | (denominator < rule.min_denominator))
    return hidden


def _has_rest(indicator: Indicator) -> bool:
    """True where the numerator is a part of the denominator, so that their difference counts people too."""
    return indicator.kind in ("share", "gap") or (indicator.kind == "change" and indicator.change_of == "share")


def _few(count: Floats, least: Floats, *, zero: bool) -> Mask:
    """True for counts between one and the minimum, and for zero where the rule calls it sensitive."""
    few: Mask = (count > 0) & (count < least)
    return few | (count == 0) if zero else few


def _per_row(values: Values, by_indicator: Mapping[str, float]) -> Floats:
    """A number for each row, looked up by its indicator."""
    column = values["indicator"].astype("category")
    looked_up = np.array([float(by_indicator[str(one)]) for one in column.cat.categories])
    return looked_up[column.cat.codes.to_numpy()] if len(column) else np.array([])


def _least(indicator: Indicator, measures: Mapping[str, Measure], rule: RuleFor) -> int:
    """The strictest minimum count among the rule and the measures of an indicator."""
    own = [measures[one].min_count or 0 for one in _measures_of(indicator) if one in measures]
    return max([rule.min_count, *own])


def least_shown(indicator: Indicator, measures: Mapping[str, Measure], rule: RuleFor) -> int:
    """The smallest count that may be shown; 0 where an indicator counts no people and nothing of it is hidden."""
    return _least(indicator, measures, rule) if _sensitive_parts(indicator, measures) else 0


def _measures_of(indicator: Indicator) -> set[str]:
    return {term.measure for pair in COUNTS for part in pair for term in terms_of(indicator, part)}


def _sensitive_parts(indicator: Indicator, measures: Mapping[str, Measure]) -> set[str]:
    """Parts that count people. The sum in a mean and a publisher's ready rate are no counts of people."""
    if indicator.kind == "given":
        return set()
    parts = {
        part
        for pair in COUNTS
        for part in pair
        if any(term.measure in measures and measures[term.measure].persons for term in terms_of(indicator, part))
    }
    if indicator.kind == "change":
        parts |= {f"compared_{part}" for part in parts}
    return parts - {"numerator"} if indicator.kind == "mean" else parts


def too_few_inhabitants(values: Values, town: Town, least: int) -> Mask:
    """True where fewer people live than the rule asks for; the last known count before the period holds."""
    if not least:
        return np.zeros(len(values), dtype=bool)
    measure = town.file.disclosure.population_measure
    counted = totals(town.observations, measure, town.catalogue.measures, town.districts)
    small = counted[counted["count"] < least]
    if small.empty:
        return np.zeros(len(values), dtype=bool)
    place = ["gebietsstand", "level", "district"]
    years = {str(one): year_of(str(one)) for one in values["period"].unique()}
    wanted = values[place].astype("str").assign(year=values["period"].astype("str").map(years))
    wanted = wanted.assign(row=np.arange(len(wanted))).sort_values("year")
    known = counted.astype(dict.fromkeys(place, "str")).sort_values("year")
    joined = pd.merge_asof(wanted, known, on="year", by=place).sort_values("row")
    mask: Mask = (joined["count"] < least).to_numpy()
    return mask
