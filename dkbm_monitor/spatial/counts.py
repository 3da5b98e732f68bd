"""Counts of groups per district as one array for every level, so that all years are computed at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.status import Status
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.spatial.shown import oldest_first

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_LEFT_OUT = 0.10  # share of a group that may be hidden or not allocated before the index would mislead
SERIES = ["gebietsstand", "level", "period"]


@dataclass(frozen=True)
class Block:
    """One level of one Gebietsstand: counts by period, group and district.

    A district whose count is hidden or missing for one group is left out with all groups: its counts stand as zeros
    and `known` is false. `expected` is true for
    districts where people live who could belong to a group. `town` holds the groups' counts in the
    whole town (period × group), NaN where the release does not show them. `rounded` is true for periods with a
    rounded count.
    """

    gebietsstand: str
    level: str
    periods: tuple[str, ...]
    districts: tuple[str, ...]
    groups: tuple[str, ...]
    counts: Floats
    known: Mask
    expected: Mask
    town: Floats
    rounded: Mask

    @property
    def n_used(self) -> npt.NDArray[np.int64]:
        """Districts with people in them that are part of the calculation, per period."""
        return np.asarray((self.counts.sum(axis=1) > 0).sum(axis=-1), dtype="int64")

    @property
    def n_left_out(self) -> npt.NDArray[np.int64]:
        """Districts where people live but which are not part of the calculation, per period."""
        return np.asarray((self.expected & ~self.known).sum(axis=-1), dtype="int64")

    @property
    def left_out(self) -> Floats:
        """Share of each group that lives outside the districts used, by period and group; NaN where not known."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = 1 - self.counts.sum(axis=-1) / self.town
        return np.asarray(np.where(self.town > 0, np.clip(share, 0, 1), np.nan), dtype="float64")

    @property
    def too_much_left_out(self) -> Mask:
        """True for periods in which an index would say more about the gaps than about the town.

        Where the release does not show the town's counts, the share of districts stands in for the share of people.
        """
        of_districts = self.n_left_out / np.maximum(self.expected.sum(axis=-1), 1)
        known = ~np.isnan(self.left_out)
        of_people = np.where(known, self.left_out, 0).max(axis=-1)
        return np.asarray(np.where(known.all(axis=-1), of_people, of_districts) > MOST_LEFT_OUT, dtype="bool")


def blocks(
    rows: pd.DataFrame, groups: Sequence[str], districts: Mapping[str, Districts], levels: Sequence[str] | None
) -> Iterator[Block]:
    """Blocks from a long frame `gebietsstand, level, district, period, group, count`; NaN stands for hidden.

    The result does not depend on the order of the rows.
    """
    for (stand, level), found in rows[rows["level"] != TOWN].groupby(["gebietsstand", "level"], sort=True):
        if levels is None or level in levels:
            town = rows[(rows["gebietsstand"] == stand) & (rows["level"] == TOWN)]
            yield _block(str(stand), str(level), found, town, groups, districts[str(stand)])


def _block(
    stand: str, level: str, rows: pd.DataFrame, town: pd.DataFrame, groups: Sequence[str], areas: Districts
) -> Block:
    table = areas.of_level(level)
    order = np.argsort(table["district"].to_numpy(dtype=str), kind="stable")
    keys = table["district"].to_numpy(dtype=str)[order]
    periods = oldest_first(rows["period"])
    counts = _filled(rows, periods, groups, keys)
    known: Mask = ~np.isnan(counts.sum(axis=1))
    living = table["inhabited"].to_numpy(dtype=bool)[order] & ~_idle(rows, periods, keys)
    return Block(
        gebietsstand=stand,
        level=level,
        periods=tuple(periods),
        districts=tuple(keys.tolist()),
        groups=tuple(groups),
        counts=np.where(known[:, None, :], counts, 0.0),
        known=known,
        expected=living,
        town=_filled(town.assign(district=TOWN), periods, groups, np.array([TOWN]))[..., 0],
        rounded=np.isin(periods, rows.loc[rows["status"] == str(Status.ROUNDED), "period"].to_numpy(dtype=str)),
    )


def _filled(rows: pd.DataFrame, periods: Sequence[str], groups: Sequence[str], keys: npt.NDArray[np.str_]) -> Floats:
    """Period × group × district, NaN where the frame has no number."""
    filled = np.full((len(periods), len(groups), len(keys)), np.nan)
    place = [
        pd.Index(known).get_indexer(pd.Index(rows[column]))
        for known, column in ((periods, "period"), (groups, "group"), (keys, "district"))
    ]
    there = np.logical_and.reduce([one >= 0 for one in place])
    filled[tuple(one[there] for one in place)] = rows["count"].to_numpy(dtype="float64")[there]
    return filled


def _idle(rows: pd.DataFrame, periods: Sequence[str], keys: npt.NDArray[np.str_]) -> Mask:
    """True where a district is declared not to be applicable: nobody of either group can live there."""
    idle = np.zeros((len(periods), len(keys)), dtype=bool)
    here = rows[rows["status"] == str(Status.NOT_APPLICABLE)]
    period = pd.Index(periods).get_indexer(pd.Index(here["period"]))
    place = pd.Index(keys).get_indexer(pd.Index(here["district"]))
    idle[period[place >= 0], place[place >= 0]] = True
    return idle
