"""Segregation of several groups at once: how differently the districts are mixed.

The groups are the categories of one breakdown (German and foreign, several languages, …). They must exclude each
other and are counted in the numerator of the indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.spatial import evenness
from dkbm_monitor.spatial.chance import Sampling
from dkbm_monitor.spatial.counts import Block, blocks
from dkbm_monitor.spatial.results import head_columns, index_columns, index_table, joined, problems_of
from dkbm_monitor.spatial.segregation_words import notes
from dkbm_monitor.spatial.shown import Shown, raise_if_any, rows_of, unknown

COUNTED = ("count", "share")
TABLE_COLUMNS = (*head_columns(), *index_columns(evenness.SEVERAL_GROUPS), "status", "flags", "sources")


@dataclass(frozen=True)
class MultigroupSegregation:
    """Segregation of several groups: a row per Gebietsstand, level and period in `table`, indices from 0 to 1.

    The columns are those of `Segregation`; `groups` holds the size of each group in the districts used. With two
    groups the dissimilarity is that of `segregation`.
    """

    indicator: str
    title: str
    by: str
    groups: pd.DataFrame
    table: pd.DataFrame
    sampling: Sampling
    problems: tuple[Problem, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What must stand beside these figures."""
        return notes()


def multigroup_segregation(
    release: Shown,
    indicator: str,
    by: str,
    *,
    levels: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    sampling: Sampling = Sampling(),  # noqa: B008 - frozen
) -> MultigroupSegregation:
    """Segregation of the categories of a breakdown, on every level below the town and in every period.

    The release must hold the indicator with this breakdown (`compute(…, breakdowns=[by])`). Raises `ProblemsError`
    as `segregation` does.
    """
    rows = rows_of(release, indicator, levels=levels, periods=periods)
    card = release.indicators[indicator]
    raise_if_any(_not_counted(indicator, card.kind))
    rows, groups = _groups(rows, by)
    found = list(blocks(rows.rename(columns={"numerator": "count"}), groups, release.districts, levels))
    names = (indicator, *groups)
    tables = [index_table(block, evenness.SEVERAL_GROUPS, sampling, *names) for block in found]
    problems = [one for block, table in zip(found, tables, strict=True) for one in problems_of(block, table, indicator)]
    table = joined(tables, rows, problems, indicator)[list(TABLE_COLUMNS)]
    return MultigroupSegregation(
        indicator=indicator,
        title=str(card.title),
        by=by,
        groups=pd.concat([_sizes(block) for block in found], ignore_index=True),
        table=table,
        sampling=sampling,
        problems=tuple(problems),
    )


def _groups(rows: Values, by: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the breakdown with their group, and the groups; at least two are needed."""
    mine = rows[rows["breakdown"].str.startswith(f"{by}=") & ~rows["breakdown"].str.contains(",", regex=False)]
    groups = sorted(mine["breakdown"].unique())
    if len(groups) < 2:
        known = sorted({one.partition("=")[0] for one in rows["breakdown"] if "=" in one})
        what = _("Nach „{found}“ ist diese Kennzahl hier nicht in mindestens zwei Gruppen gegliedert.")
        raise ProblemsError([unknown("G005", what, by, known)])
    return mine.rename(columns={"breakdown": "group"}), groups


def _sizes(block: Block) -> pd.DataFrame:
    """The groups' sizes in the districts used."""
    period, group = np.indices((len(block.periods), len(block.groups))).reshape(2, -1)
    return pd.DataFrame(
        {
            "gebietsstand": block.gebietsstand,
            "level": block.level,
            "period": np.array(block.periods)[period],
            "group": np.array(block.groups)[group],
            "people": block.counts.sum(axis=-1)[period, group],
        }
    )


def _not_counted(indicator: str, kind: str) -> list[Problem]:
    if kind in COUNTED:
        return []
    what = _("„{indicator}“ zählt keine Gruppen; gebraucht wird eine Zahl oder ein Anteil.").format(indicator=indicator)
    return [Problem("G004", Place(key=indicator), indicator, what)]
