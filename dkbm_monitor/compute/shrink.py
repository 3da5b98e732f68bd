"""Shrunk values of a whole frame: see `shrinkage` for the estimators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.compute import shrinkage
from dkbm_monitor.compute.evidence import SERIES, Evidence, evidence, numbered
from dkbm_monitor.compute.shrinkage import Shrunk
from dkbm_monitor.core.frames import TOWN, Values
from dkbm_monitor.core.locale import _, plural, with_unit
from dkbm_monitor.districts.districts import Districts

Towards = Literal["all", "neighbours", "parent"]
Positions = npt.NDArray[np.int64]

NUMBER_OF = {
    "shrunk": "value",
    "shrunk_low": "low",
    "shrunk_high": "high",
    "own_weight": "weight",
    "pulled_to": "mean",
}
SHRUNK_COLUMNS = (*NUMBER_OF, "told_apart")
NEIGHBOUR_COLUMNS = ("gebietsstand", "level", "district", "neighbour")


def shrink(
    values: Values,
    indicators: Mapping[str, Indicator],
    *,
    towards: Towards = "all",
    neighbours: pd.DataFrame | None = None,
    districts: Mapping[str, Districts] | None = None,
    level: str = "",
) -> pd.DataFrame:
    """Values with the columns of `SHRUNK_COLUMNS`, in the indicator's unit.

    `towards` says what a district is pulled to: `all` districts of its level (beta-binomial for shares,
    Poisson-gamma for rates), its `neighbours` (the same on each neighbourhood; `neighbours` is a frame with the
    columns of `NEIGHBOUR_COLUMNS`, see `spatial.neighbours`), or its `parent`, the area of `level` above it (shares
    only, on the logit scale; needs `districts`). Hidden values do not enter and get no estimate; nor do the town,
    means, counts and ready-made rates. `told_apart` is false where districts do not differ beyond chance.
    """
    if towards not in get_args(Towards):
        msg = f"towards must be one of {', '.join(get_args(Towards))}, not '{towards}'"
        raise ValueError(msg)
    if (towards == "neighbours" and neighbours is None) or (towards == "parent" and not (districts and level)):
        msg = f"towards='{towards}' needs {'neighbours' if towards == 'neighbours' else 'districts and level'}"
        raise ValueError(msg)
    counts = evidence(values, indicators)
    below_town = (values["level"].astype("str") != TOWN).to_numpy()
    table: dict[str, npt.NDArray[Any]] = {column: np.full(len(values), np.nan) for column in NUMBER_OF}
    table["told_apart"] = np.zeros(len(values), dtype=bool)
    for is_share, mask in ((True, counts.is_share & below_town), (False, counts.is_rate & below_town)):
        at = np.flatnonzero(mask)
        if towards == "parent":
            above = _above(values, districts or {}, level)
            at = at[above.notna().to_numpy()[at]] if is_share else at[:0]
            keys = values.iloc[at][SERIES].assign(above=above.iloc[at])
            found = _towards_group(counts, at, numbered(keys, [*SERIES, "above"]), logit=True, is_share=is_share)
        elif neighbours is not None and towards == "neighbours":
            found = _towards_neighbours(counts, at, values.iloc[at], neighbours, is_share=is_share)
        else:
            group = numbered(values.iloc[at], SERIES)
            found = _towards_group(counts, at, group, logit=False, is_share=is_share)
        _fill(table, at, found, counts.per)
    return values.assign(**table)


def _fill(table: dict[str, npt.NDArray[Any]], at: Positions, found: Shrunk, per: npt.NDArray[np.float64]) -> None:
    for column, name in NUMBER_OF.items():
        table[column][at] = getattr(found, name) * (1.0 if column == "own_weight" else per[at])
    table["told_apart"][at] = found.told_apart


def _towards_group(
    counts: Evidence, at: Positions, group: npt.NDArray[np.integer], *, logit: bool, is_share: bool
) -> Shrunk:
    estimator = shrinkage.beta_binomial if is_share else shrinkage.poisson_gamma
    return (shrinkage.towards_parent if logit else estimator)(counts.numerator[at], counts.denominator[at], group)


def _towards_neighbours(
    counts: Evidence, at: Positions, rows: Values, neighbours: pd.DataFrame, *, is_share: bool
) -> Shrunk:
    estimator = shrinkage.beta_binomial_local if is_share else shrinkage.poisson_gamma_local
    return estimator(counts.numerator[at], counts.denominator[at], adjacency(rows, neighbours))


def adjacency(rows: Values, neighbours: pd.DataFrame) -> sparse.csr_array:
    """Square 0/1 matrix of the rows: 1 where two rows of one indicator, level and period are neighbours."""
    missing = [column for column in NEIGHBOUR_COLUMNS if column not in neighbours.columns]
    if missing:
        msg = f"a frame of neighbours needs the columns {', '.join(missing)}"
        raise ValueError(msg)
    place = pd.DataFrame({"series": numbered(rows, SERIES), "row": np.arange(len(rows))})
    for column in ("gebietsstand", "level", "district"):
        place[column] = rows[column].astype("str").to_numpy()
    pairs = neighbours[list(NEIGHBOUR_COLUMNS)].astype("str").drop_duplicates()
    first = place.merge(pairs, on=["gebietsstand", "level", "district"], validate="m:m")
    second = place[["series", "district", "row"]].rename(columns={"district": "neighbour", "row": "other"})
    both = first.merge(second, on=["series", "neighbour"], validate="m:1")
    both = both[both["row"] != both["other"]]
    ones = np.ones(len(both))
    return sparse.csr_array((ones, (both["row"], both["other"])), shape=(len(rows), len(rows)))


def _above(values: Values, districts: Mapping[str, Districts], level: str) -> pd.Series[str]:
    """Key of the area of `level` above each row, or missing."""
    pairs = {
        (one, fine, key): above
        for one, areas in districts.items()
        for fine in areas.levels
        if fine not in (level, TOWN)
        for key, above in areas.parent_of(fine, level).items()
    }
    place = zip(*(values[column].astype("str") for column in ("gebietsstand", "level", "district")), strict=True)
    return pd.Series([pairs.get(one) for one in place], index=values.index, dtype="object")


def told_apart_note(rows: pd.DataFrame, indicator: Indicator) -> str:
    """What to tell a reader where shrunk districts cannot be told apart; an empty text where they all can.

    `rows` is what `shrink` gives for one indicator, level and period.
    """
    entered = rows[rows["own_weight"].notna()]
    same = entered[~entered["told_apart"].astype(bool)]
    if same.empty:
        return ""
    if len(same) < len(entered):
        return plural(
            "{n} Gebiet lässt sich von seiner Umgebung nicht unterscheiden; es erhält deren gemeinsamen Wert.",
            "{n} Gebiete lassen sich von ihrer Umgebung nicht unterscheiden; sie erhalten deren gemeinsamen Wert.",
            len(same),
        )
    differ_by_chance = _("Die Gebiete unterscheiden sich hier nicht stärker, als der Zufall erwarten lässt.")
    if same["pulled_to"].round(9).nunique() > 1:
        return differ_by_chance + " " + _("Jedes erhält den gemeinsamen Wert seiner Umgebung.")
    value = with_unit(float(same["pulled_to"].iloc[0]), str(indicator.unit), indicator.decimals)
    return differ_by_chance + " " + _("Alle erhalten den gemeinsamen Wert {value}.").format(value=value)
