"""What a user asked for, checked against what there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Gathered, Place, Problem, ProblemsError, did_you_mean

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town


def chosen_indicators(catalogue: Catalogue, wanted: Sequence[str] | None) -> list[Indicator]:
    """The definitions asked for, all of them without a wish; unknown ids are reported together."""
    if wanted is None:
        return list(catalogue.indicators.values())
    gathered = Gathered()
    found = [gathered.of(lambda one=one: catalogue.indicator(one)) for one in wanted]  # type: ignore[misc]
    if gathered.problems:
        raise ProblemsError(gathered.problems)
    return [one for one in found if one is not None]


def chosen_levels(town: Town, wanted: Sequence[str] | None) -> list[str] | None:
    """The levels asked for; unknown ones are reported together."""
    if wanted is None:
        return None
    unknown = [one for one in wanted if one not in town.levels]
    if unknown:
        raise ProblemsError(
            [_unknown("E001", _("Die Ebene „{found}“ gibt es nicht."), one, town.levels) for one in unknown]
        )
    return list(wanted)


def in_periods(values: Values, wanted: Sequence[str] | None) -> Values:
    """Rows of the periods asked for, by label or first year; a period without any value is reported."""
    if wanted is None:
        return values
    labels = [str(label) for label in values["period"].unique()]
    chosen = {one: [label for label in labels if one in (label, label[:4])] for one in wanted}
    lacking = [one for one, found in chosen.items() if not found]
    if lacking:
        what = _("Für „{found}“ liegt keine der gewünschten Kennzahlen vor.")
        raise ProblemsError([_unknown("E002", what, one, sorted(labels)) for one in lacking])
    kept = {label for found in chosen.values() for label in found}
    return values[values["period"].isin(kept)].reset_index(drop=True)


def _unknown(code: str, what: str, found: str, known: Collection[str]) -> Problem:
    hint = did_you_mean(found, known) or _("Vorhanden: {known}.").format(known=", ".join(known))
    return Problem(code, Place(key=found), found, what.format(found=found), hint)
