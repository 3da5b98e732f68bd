"""The one door to everything that is shown: what the rule hides, what protects it, and the proof that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.catalogue.loader import definition_hash
from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import NUMBER_COLUMNS, VALUE_KEY, Values, check_values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.core.status import Status
from dkbm_monitor.disclosure.release import Release, SourceNote
from dkbm_monitor.disclosure.secondary import COARSER, WHOLE_TOWN, Decision, decide, positions
from dkbm_monitor.disclosure.sensitive import hidden_by, least_shown

if TYPE_CHECKING:
    from dkbm_monitor.town.models import Audience, RuleFor
    from dkbm_monitor.town.open import Town

__all__ = ["hidden_by", "release", "suppress"]

Mask = npt.NDArray[np.bool_]

NAMED = 20  # places named in a refusal; the rest are counted


def release(values: Values, town: Town, *, audience: Audience = "public") -> Release:
    """Protect values for an audience by the town's rule; only the result may be shown.

    A value is hidden with all its counts and its interval when its numerator, the complement (denominator minus
    numerator, for shares) or the denominator is between one and the minimum count, when the denominator is below
    the rule's minimum, or when the district has too few inhabitants. Measures may ask for a higher minimum count.
    Further values are hidden so that no sensitive count can be worked out from what stays: see `secondary.decide`.
    Every other status is carried through. Raises `ProblemsError` where a count cannot be protected.
    """
    rule = town.file.disclosure.for_audience(audience)
    shown = {str(one): town.catalogue.indicators[str(one)] for one in values["indicator"].unique()}
    decision = decide(values, town, audience)
    _refuse_if_open(decision)
    at = positions(decision.values, values)
    carries = values["value"].notna().to_numpy()
    primary = (at >= 0) & decision.primary[at] & carries
    hidden = (at >= 0) & decision.hidden[at] & carries
    protected = suppress(values, hidden)
    return Release(
        values=check_values(protected),
        audience=audience,
        rule=rule,
        reason=town.file.disclosure.reason,
        town=town.name,
        invented=town.file.invented,
        indicators=shown,
        districts=town.districts,
        sources=_source_notes(town),
        run=_run_record(town, shown, audience, rule).with_settings(protection=_how(decision, primary, hidden)),
        min_counts={key: least_shown(card, town.catalogue.measures, rule) for key, card in shown.items()},
    )


def _refuse_if_open(decision: Decision) -> None:
    """Raise `ProblemsError` naming the places, never the numbers, whose counts could still be worked out."""
    narrow = decision.protection.narrow
    if not len(narrow):
        return
    rows = (decision.system.shows.T @ np.isin(np.arange(decision.system.size), narrow).astype("float64")) > 0
    keys = decision.values.loc[rows, VALUE_KEY].astype("str")
    what = _("Ein verborgener Wert lässt sich aus dem, was gezeigt würde, zu genau errechnen; nichts wird freigegeben.")
    hint = _("Weniger Gliederungen zeigen oder der Statistikstelle melden; „dkbm audit“ nennt die Einzelheiten.")
    raise ProblemsError(
        [
            Problem("R010", Place(key=", ".join(row[2:])), row[0], what, hint)
            for row in keys.head(NAMED).itertuples(index=False, name=None)
        ]
    )


def _how(decision: Decision, primary: Mask, hidden: Mask) -> dict[str, Any]:
    """How the protection was found, for the run record: numbers of rows, never a value."""
    found = decision.protection
    return {
        "method": found.method,
        "solver": "HiGHS",
        "rows_hidden_by_rule": int(primary.sum()),
        "rows_hidden_to_protect": int((hidden & ~primary).sum()),
        "problems_exact": found.exact,
        "problems_heuristic": found.heuristic,
        "rounds": found.rounds,
        "weights": {"coarser_level": COARSER, "town": WHOLE_TOWN, "count": "1 + log10(1 + count)"},
    }


def suppress(values: Values, hidden: Mask) -> Values:
    """A copy in which the hidden rows carry no number, no flag and the status `suppressed`."""
    out = values.copy()
    out.loc[hidden, NUMBER_COLUMNS] = np.nan
    out["status"] = out["status"].astype("str").mask(hidden, str(Status.SUPPRESSED)).astype("category")
    out["flags"] = out["flags"].astype("str").mask(hidden, "").astype("category")
    return out


def _source_notes(town: Town) -> dict[str, SourceNote]:
    return {
        one.id: SourceNote(
            one.id, one.attribution, one.title, one.reference_date.isoformat() if one.reference_date else ""
        )
        for one in town.register.sources
    }


def _run_record(town: Town, shown: Mapping[str, Indicator], audience: Audience, rule: RuleFor) -> RunRecord:
    return RunRecord(
        town=town.name,
        invented=town.file.invented,
        raw_files={
            one.id: {"file": one.file, "sha256": one.sha256, "retrieved": one.retrieved.isoformat()}
            for one in town.register.sources
        },
        definitions={key: definition_hash(card) for key, card in shown.items()},
        rule={**rule.model_dump(), "reason": town.file.disclosure.reason},
        settings={"audience": audience},
    )
