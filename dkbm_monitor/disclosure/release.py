"""A release: the only thing products may draw from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.town.models import Audience, RuleFor


@dataclass(frozen=True)
class SourceNote:
    """What must be printed wherever a figure from this source is shown."""

    id: str
    attribution: str
    title: str = ""
    reference_date: str = ""


@dataclass(frozen=True)
class Release:
    """Protected values for one audience, with everything a product needs to show them.

    `values` is a Values frame in which every protected row has status `suppressed` and no number at all.
    `districts` holds the areas by Gebietsstand id, `indicators` the definitions by id, `sources` the notes by
    register id. `min_counts` holds the smallest count that may be shown by indicator id, 0 where its counts are no
    people and all may be shown: measures may be stricter than the rule.
    """

    values: Values
    audience: Audience
    rule: RuleFor
    reason: str
    town: str
    invented: bool
    indicators: Mapping[str, Indicator]
    districts: Mapping[str, Districts]
    sources: Mapping[str, SourceNote]
    run: RunRecord
    min_counts: Mapping[str, int] = field(default_factory=dict)

    def min_count(self, indicator: str) -> int:
        """The smallest count that may be shown for an indicator."""
        return self.min_counts.get(indicator, self.rule.min_count)

    def of(self, indicator: str, *, breakdown: str = "total") -> Values:
        """The values of one indicator; raises `ProblemsError` with the nearest id if it was not released."""
        if indicator not in self.indicators:
            what = _("Die Kennzahl „{id}“ ist nicht Teil dieser Freigabe.").format(id=indicator)
            raise ProblemsError(
                [Problem("R001", Place(key=indicator), indicator, what, did_you_mean(indicator, self.indicators))]
            )
        rows = self.values[(self.values["indicator"] == indicator) & (self.values["breakdown"] == breakdown)]
        return rows.reset_index(drop=True)

    def periods(self, indicator: str) -> list[str]:
        """Periods the release holds for an indicator, oldest first."""
        return sorted(self.of(indicator)["period"].astype("str").unique())

    def attributions(self, rows: pd.DataFrame) -> list[str]:
        """Attribution texts of every source behind these rows, each once."""
        ids = dict.fromkeys(one for text in rows["sources"].astype("str").unique() for one in text.split())
        return list(dict.fromkeys(self.sources[one].attribution for one in ids if one in self.sources))
