"""Which rows of a town's figures are hidden, decided once for everything that could be published together.

A map shows one indicator, a table shows all of them, and both are public. So what must be hidden is never decided from
the one table at hand: it is decided over all indicators, levels and periods of the town, and each table takes its part
of the decision. Rows by sex or age come in a second step, in which the whole figures stay as they were decided; the
internal audience may also read what is public, so for it everything public counts as known.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.core.frames import NUMBER_COLUMNS, TOTAL, TOWN, VALUE_KEY, Values
from dkbm_monitor.disclosure.cells import Rules, System, build
from dkbm_monitor.disclosure.protect import Protection, protect
from dkbm_monitor.disclosure.sensitive import hidden_by, too_few_inhabitants
from dkbm_monitor.town.models import Audience, RuleFor

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Dims = tuple[str, ...]

COARSER = 8.0  # a row of the next coarser level weighs as much as so many of the finer one
WHOLE_TOWN = COARSER**6  # hidden only where nothing else protects


@dataclass(frozen=True)
class Decision:
    """The figures of a town with the rows to hide, and how that was decided."""

    values: Values
    primary: Mask
    protection: Protection
    system: System

    @property
    def hidden(self) -> Mask:
        """Rows to hide, by the rule or to protect others."""
        return self.protection.hidden


_KNOWN: dict[tuple[int, Audience, Dims], tuple[Any, Decision]] = {}


def decide(values: Values, town: Town, audience: Audience) -> Decision:
    """The decision that holds for these values: the town's own one, or one of their own where they go beyond it."""
    dims = _dims(values)
    decision = _of_town(town, audience, dims)
    extra = _beyond(values, decision.values)
    if not extra.any():
        return decision
    known = pd.concat([_texts(values[extra]), _texts(decision.values)], ignore_index=True)
    known = known[~known.duplicated(VALUE_KEY)].reset_index(drop=True)
    return _decided(known, town, audience, _shown_already(known, town, audience, dims))


def _dims(values: Values) -> Dims:
    """The breakdowns a frame has rows for, such as `("sex",)`."""
    labels = (str(one) for one in values["breakdown"].unique() if str(one) != TOTAL)
    return tuple(sorted({part.split("=", 1)[0] for label in labels for part in label.split(" ")}))


def _texts(values: Values) -> Values:
    return values.astype(dict.fromkeys([*VALUE_KEY, "status", "flags", "sources"], "str"))


def _of_town(town: Town, audience: Audience, dims: Dims) -> Decision:
    """The decision over all figures of a town, made once for each opened town."""
    key = (id(town), audience, dims)
    if key in _KNOWN and _KNOWN[key][0]() is town:
        return _KNOWN[key][1]
    values = figures_of(town, dims)
    decision = _decided(values, town, audience, _shown_already(values, town, audience, dims))
    try:
        _KNOWN[key] = (weakref.ref(town, lambda _gone: _KNOWN.pop(key, None)), decision)
    except TypeError:  # something that stands in for a town and cannot be watched: decide anew next time
        return decision
    return decision


def figures_of(town: Town, dims: Dims = ()) -> Values:
    """All figures of a town: every indicator, level and period, and by these breakdowns where the cards allow it."""
    cards = list(town.catalogue.indicators.values())
    return compute_plan(plan_for(cards, town.catalogue.measures, dims), town.observations, town.districts)


def _shown_already(values: Values, town: Town, audience: Audience, dims: Dims) -> Mask:
    """Rows that are out whatever is decided here: the whole figures, and for insiders what the public sees."""
    out = np.zeros(len(values), dtype=bool)
    if dims:
        out |= _shown_by(_of_town(town, audience, ()), values)
    if audience == "internal":
        out |= _shown_by(_of_town(town, "public", dims), values)
    return out


def _shown_by(decision: Decision, values: Values) -> Mask:
    at = positions(decision.values, values)
    shown = ~decision.hidden & decision.values["value"].notna().to_numpy()
    return (at >= 0) & shown[at]


def _decided(values: Values, town: Town, audience: Audience, fixed: Mask) -> Decision:
    rule = town.file.disclosure.for_audience(audience)
    indicators, measures = town.catalogue.indicators, town.catalogue.measures
    carries = values["value"].notna().to_numpy()
    tiny = too_few_inhabitants(values, town, rule.min_population)
    primary = (hidden_by(values, rule, indicators, measures) | tiny) & carries
    system = build(values, rules_of(rule), indicators, measures, town.districts, tiny=tiny)
    protection = protect(system, primary, weights_of(values, town), fixed=fixed)
    return Decision(values, primary, protection, system)


def rules_of(rule: RuleFor) -> Rules:
    """The rule as far as single counts are concerned."""
    return Rules(rule.min_count, rule.zero_is_sensitive, rule.complement, rule.full_is_sensitive, rule.protection)


def weights_of(values: Values, town: Town) -> Floats:
    """What hiding a row costs: more for coarser areas and for larger counts, most for the town as a whole."""
    ranks: Mapping[tuple[str, str], float] = {
        (stand, level): WHOLE_TOWN if level == TOWN else COARSER**rank
        for stand, areas in town.districts.items()
        for rank, level in enumerate(areas.levels)
    }
    pairs = values["gebietsstand"].astype("str") + "\n" + values["level"].astype("str")
    level = pairs.map({f"{stand}\n{level}": weight for (stand, level), weight in ranks.items()}).fillna(1.0)
    count = values[NUMBER_COLUMNS[1:3]].abs().max(axis=1).fillna(0.0)
    weight: Floats = level.to_numpy(dtype="float64") * (1.0 + np.log10(1.0 + count.to_numpy()))
    return weight


def _beyond(values: Values, known: Values) -> Mask:
    """True for rows with a number that the known figures do not have, or have otherwise."""
    carries = values["value"].notna().to_numpy()
    at = positions(known, values)
    differs = np.zeros(len(values), dtype=bool)
    for column in NUMBER_COLUMNS[1:5]:
        mine, theirs = values[column].to_numpy(dtype="float64"), known[column].to_numpy(dtype="float64")[at]
        differs |= ~(
            (np.abs(mine - theirs) <= 1e-9 * np.maximum(1.0, np.abs(mine))) | (np.isnan(mine) & np.isnan(theirs))
        )
    return carries & ((at < 0) | differs) if len(known) else carries


def positions(known: Values, wanted: Values) -> Ints:
    """For each wanted row the position of the known row with the same key; -1 where there is none."""
    if not len(known):
        return np.full(len(wanted), -1, dtype="int64")
    mine, theirs = np.zeros(len(known), dtype="int64"), np.zeros(len(wanted), dtype="int64")
    for column in VALUE_KEY:
        one, other = known[column].astype("category"), wanted[column].astype("category")
        words = one.cat.categories
        moved = words.get_indexer(other.cat.categories) + 1 if len(other.cat.categories) else np.zeros(0, dtype="int64")
        codes = other.cat.codes.to_numpy()
        mine = mine * (len(words) + 1) + one.cat.codes.to_numpy() + 1
        theirs = theirs * (len(words) + 1) + (moved[codes] if len(codes) else codes)
    order = np.argsort(mine, kind="stable")
    at = np.minimum(np.searchsorted(mine[order], theirs), len(mine) - 1)
    found: Ints = np.where(mine[order][at] == theirs, order[at], -1).astype("int64")
    return found
