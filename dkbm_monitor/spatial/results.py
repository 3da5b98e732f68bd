"""From the counts of one level to a table of indices: value, chance, interval, status, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity
from dkbm_monitor.core.status import Status
from dkbm_monitor.spatial.chance import Sampling, dissimilarity_by_chance, interval, redrawn
from dkbm_monitor.spatial.counts import SERIES, Block
from dkbm_monitor.spatial.evenness import Measure
from dkbm_monitor.spatial.segregation_words import left_out_problem
from dkbm_monitor.spatial.shown import records

Floats = npt.NDArray[np.float64]

SMALL_GROUP = 0.10  # chance alone makes a tenth: about 16 people of the group per district
FEW_DISTRICTS = 10
ENDS = ("_low", "_high")


def head_columns() -> tuple[str, ...]:
    """First columns of every table of indices."""
    return (*SERIES, "n_districts", "n_left_out", "most_left_out")


def index_columns(measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """Columns of the indices, those about chance after the dissimilarity."""
    about = [(name, *(f"{name}{end}" for end in ENDS)) for name in measures]
    chance = ("dissimilarity_by_chance", "dissimilarity_adjusted")
    return tuple(one for columns in about for one in (*columns, *(chance if columns[0] == "dissimilarity" else ())))


def index_table(block: Block, measures: Mapping[str, Measure], sampling: Sampling, *names: str) -> pd.DataFrame:
    """One row per period of the block; a row that cannot be computed has a status and no index."""
    status = statuses(block)
    usable = status == str(Status.OK)
    found = {name: measure(block.counts) for name, measure in measures.items()}
    chance = dissimilarity_by_chance(block.counts)
    found["dissimilarity_by_chance"] = chance
    found["dissimilarity_adjusted"] = (found["dissimilarity"] - chance) / np.where(chance < 1, 1 - chance, np.nan)
    table = _head(block).assign(**{name: np.where(usable, value, np.nan) for name, value in found.items()})
    bounds = [_bounds(block, one, measures, sampling, names) if usable[one] else {} for one in range(len(usable))]
    table[[f"{name}{end}" for name in measures for end in ENDS]] = np.nan
    table.update(pd.DataFrame(bounds, index=table.index))
    return table.assign(status=status, flags=_flags(table, block))


def statuses(block: Block) -> npt.NDArray[np.object_]:
    """Per period: ok, suppressed (too much is left out), missing (counts make no sense), not applicable."""
    groups = block.counts.sum(axis=-1)
    found = [
        (block.too_much_left_out, Status.SUPPRESSED),
        ((block.counts < 0).any(axis=(1, 2)), Status.MISSING),
        ((groups <= 0).any(axis=-1) | (block.n_used < 2), Status.NOT_APPLICABLE),
    ]
    names = np.select([mask for mask, _status in found], [str(one) for _mask, one in found], str(Status.OK))
    return names.astype(object)


def _head(block: Block) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "gebietsstand": block.gebietsstand,
            "level": block.level,
            "period": list(block.periods),
            "n_districts": block.n_used,
            "n_left_out": block.n_left_out,
            "most_left_out": _rounded_up(block.left_out),
        }
    )


def _rounded_up(left_out: Floats) -> Floats:
    """The largest share in full percent, rounded up so that it does not disclose a single hidden count."""
    known = ~np.isnan(left_out)
    most = np.where(known, left_out, 0.0).max(axis=-1)
    return np.where(known.any(axis=-1), np.ceil(np.round(most * 100, 9)) / 100, np.nan)


def _bounds(
    block: Block, one: int, measures: Mapping[str, Measure], sampling: Sampling, names: tuple[str, ...]
) -> dict[str, float]:
    """Intervals of one period; the draws do not depend on which other periods are computed."""
    place = (*names, block.gebietsstand, block.level, block.periods[one])
    draws = redrawn(block.counts[one], measures, sampling, *place)
    values = {name: float(measure(block.counts[one])) for name, measure in measures.items()}
    both = {name: interval(values[name], drawn) for name, drawn in draws.items()}
    return {f"{name}{end}": bound for name in both for end, bound in zip(ENDS, both[name], strict=True)}


def _flags(table: pd.DataFrame, block: Block) -> list[str]:
    marks = {
        "small_group": table["dissimilarity_by_chance"] > SMALL_GROUP,
        "few_districts": table["n_districts"] < FEW_DISTRICTS,
        "left_out": table["n_left_out"] > 0,
        "rounded": pd.Series(block.rounded, index=table.index),
    }
    words = pd.DataFrame({word: mask.map({True: word, False: ""}) for word, mask in marks.items()})
    return [" ".join(filter(None, row)) for row in words.to_numpy()]


def joined(tables: list[pd.DataFrame], rows: Values, problems: list[Problem], indicator: str) -> pd.DataFrame:
    """The tables of all levels with the sources behind each row; raises `ProblemsError` if no row has an index."""
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"dissimilarity": []})
    if table["dissimilarity"].isna().all():
        raise ProblemsError(problems or [_no_level(indicator)])
    texts = rows.groupby(SERIES)["sources"].agg(lambda found: " ".join(sorted(set(" ".join(found).split()))))
    return table.merge(texts.reset_index(), on=SERIES, how="left", validate="1:1")


def problems_of(block: Block, table: pd.DataFrame, indicator: str) -> list[Problem]:
    """One problem for each period that could not be computed."""
    rows = records(table[table["status"] != str(Status.OK)])
    return [_problem(row, Place(key=f"{block.level} {row['period']}"), indicator) for row in rows]


def _problem(row: Mapping[str, Any], where: Place, indicator: str) -> Problem:
    if row["status"] == str(Status.SUPPRESSED):
        return left_out_problem(row, where, indicator)
    if row["status"] == str(Status.MISSING):
        what = _("In einem Gebiet ist der Zähler größer als der Nenner; es bleibt kein Rest zum Vergleichen.")
        hint = _("„dkbm check“ nennt die Zeilen.")
        return Problem("G006", where, indicator, what, hint, Severity.WARNING)
    what = _("Hier gibt es keine zwei Gruppen in mindestens zwei Gebieten; Segregation ist nicht bestimmbar.")
    return Problem("G007", where, indicator, what, "", Severity.WARNING)


def _no_level(indicator: str) -> Problem:
    what = _("Für „{indicator}“ enthält die Freigabe keine Werte einzelner Gebiete.").format(indicator=indicator)
    return Problem("G008", Place(key=indicator), indicator, what, _("Eine Ebene unterhalb der Stadt berechnen."))
