"""How unevenly a group lives across the districts of a town, over the years and on several levels.

The group is the numerator of a share indicator, and it is compared with the *rest* (denominator minus numerator),
never with the total that contains it. Everything is computed from a release: what is hidden stays out, and the
result says how much that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dkbm_monitor.core.frames import TOTAL, Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem
from dkbm_monitor.core.status import Status
from dkbm_monitor.spatial import evenness
from dkbm_monitor.spatial.chance import Sampling
from dkbm_monitor.spatial.counts import Block, blocks
from dkbm_monitor.spatial.results import head_columns, index_columns, index_table, joined, problems_of
from dkbm_monitor.spatial.segregation_words import notes, sentence
from dkbm_monitor.spatial.shown import Shown, raise_if_any, records, rows_of, title_of, unknown

GROUP, REST = "group", "rest"
TABLE_COLUMNS = (*head_columns(), GROUP, REST, *index_columns(evenness.TWO_GROUPS), "status", "flags", "sources")


@dataclass(frozen=True)
class Segregation:
    """Segregation of one group: a row per Gebietsstand, level and period in `table`, all indices from 0 to 1.

    `group` and `rest` are the people in the districts used, `n_left_out` the inhabited districts without numbers,
    `most_left_out` the share of group or rest outside the districts used (the larger one, rounded up to full percent
    so that it does not disclose a hidden count). `dissimilarity_by_chance` is the value of a random allocation (D0),
    `dissimilarity_adjusted` is (D − D0) / (1 − D0). A row that cannot be computed has no index and a status;
    `problems` says why. `districts` has the steps in between: the shares of group and rest in each district, its
    contribution to the index, its location quotient.
    """

    indicator: str
    title: str
    spatial_principle: str
    breakdown: str
    table: pd.DataFrame
    districts: pd.DataFrame
    sampling: Sampling
    problems: tuple[Problem, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What must stand beside these figures."""
        return notes()

    def in_words(self) -> list[str]:
        """A sentence for each row of the table that carries a number."""
        rows = self.table[self.table["dissimilarity"].notna()]
        return [sentence(self.title, self.spatial_principle, row) for row in records(rows)]


def segregation(
    release: Shown,
    indicator: str,
    *,
    levels: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    breakdown: str = TOTAL,
    sampling: Sampling = Sampling(),  # noqa: B008 - frozen
) -> Segregation:
    """Segregation of the group an indicator counts, on every level below the town and in every period.

    Raises `ProblemsError` if the indicator is no share, if something asked for is not there, or if no row can be
    computed, for example because more than a tenth of the group is hidden.
    """
    rows = rows_of(release, indicator, levels=levels, periods=periods)
    card = release.indicators[indicator]
    raise_if_any([*_no_share(indicator, card.kind), *_no_breakdown(rows, breakdown)])
    rows = rows[rows["breakdown"] == breakdown]
    found = list(blocks(_two_groups(rows), (GROUP, REST), release.districts, levels))
    tables = [_table(block, sampling, indicator, breakdown) for block in found]
    problems = [one for block, table in zip(found, tables, strict=True) for one in problems_of(block, table, indicator)]
    table = joined(tables, rows, problems, indicator)[list(TABLE_COLUMNS)]
    return Segregation(
        indicator=indicator,
        title=title_of(card, breakdown),
        spatial_principle=card.spatial_principle,
        breakdown=breakdown,
        table=table,
        districts=pd.concat(map(_per_district, found, tables), ignore_index=True),
        sampling=sampling,
        problems=tuple(problems),
    )


def _two_groups(rows: Values) -> pd.DataFrame:
    """Numerator and rest as two groups in a long frame."""
    base = rows[["gebietsstand", "level", "district", "period", "status"]]
    above = rows["numerator"].to_numpy(dtype="float64")
    rest = rows["denominator"].to_numpy(dtype="float64") - above
    return pd.concat([base.assign(group=GROUP, count=above), base.assign(group=REST, count=rest)], ignore_index=True)


def _table(block: Block, sampling: Sampling, indicator: str, breakdown: str) -> pd.DataFrame:
    groups = block.counts.sum(axis=-1)
    table = index_table(block, evenness.TWO_GROUPS, sampling, indicator, breakdown)
    return table.assign(**{GROUP: groups[:, 0], REST: groups[:, 1]})


def _per_district(block: Block, table: pd.DataFrame) -> pd.DataFrame:
    """The steps in between, for the periods that carry an index: one row per period and district used."""
    usable = (table["status"] == str(Status.OK)).to_numpy()
    shares = block.counts / np.where(block.counts.sum(axis=-1) > 0, block.counts.sum(axis=-1), np.nan)[..., None]
    period, place = np.nonzero(block.known & usable[:, None])
    columns = {
        "group": block.counts[:, 0],
        "rest": block.counts[:, 1],
        "group_share": shares[:, 0],
        "rest_share": shares[:, 1],
        "contribution": evenness.contributions(block.counts),
        "location_quotient": evenness.location_quotient(block.counts),
    }
    frame = pd.DataFrame({name: column[period, place] for name, column in columns.items()})
    names = {"gebietsstand": block.gebietsstand, "level": block.level, "period": np.array(block.periods)[period]}
    head = pd.DataFrame({**names, "district": np.array(block.districts)[place]})
    return pd.concat([head, frame], axis=1)


def _no_share(indicator: str, kind: str) -> list[Problem]:
    if kind == "share":
        return []
    what = _("„{indicator}“ ist kein Anteil; nur ein Anteil nennt eine Gruppe und den Rest.").format(
        indicator=indicator
    )
    hint = _("Eine Kennzahl der Art „share“ wählen; für mehrere Gruppen gibt es multigroup_segregation.")
    return [Problem("G004", Place(key=indicator), indicator, what, hint)]


def _no_breakdown(rows: Values, breakdown: str) -> list[Problem]:
    known = sorted(rows["breakdown"].unique())
    what = _("Die Gliederung „{found}“ gibt es für diese Kennzahl nicht.")
    return [] if breakdown in known else [unknown("G005", what, breakdown, known)]
