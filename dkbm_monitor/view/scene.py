"""What one map shows, worked out before anything is drawn: classes, reasons, counts, the town's value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import TOTAL, TOWN, Values, is_flagged
from dkbm_monitor.core.status import Status
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.models import Level
from dkbm_monitor.view.blanks import Blank, blank_of
from dkbm_monitor.view.choice import Choice
from dkbm_monitor.view.classes import Classes, Scheme, class_breaks
from dkbm_monitor.view.palette import ramp

Over = Literal["gebietsstand", "period"]


@dataclass(frozen=True)
class Cut:
    """How classes are cut, and over which values: all periods of the Gebietsstand share one scale by default."""

    k: int = 5
    scheme: Scheme = "quantiles"
    over: Over = "gebietsstand"


@dataclass(frozen=True)
class Scene:
    """One map's content. `areas` has `district, name, inhabited, value, status, code, blank, uncertain`.

    `code` is the number of the class or -1; `blank` the reason for no class or an empty text.
    """

    release: Release
    indicator: Indicator
    choice: Choice
    breakdown: str
    rows: Values
    areas: pd.DataFrame
    classes: Classes
    town: float
    pooled_periods: tuple[str, ...]
    cut: Cut

    @property
    def districts(self) -> Districts:
        """The areas' Gebietsstand."""
        return self.release.districts[self.choice.gebietsstand]

    @property
    def level(self) -> Level | None:
        """The declared level; None for the town."""
        return self.districts.level(self.choice.level)

    @cached_property
    def colours(self) -> list[str]:
        """One colour per class, light to dark."""
        return ramp(self.indicator.polarity, self.classes.n) if self.classes.n else []

    @cached_property
    def class_counts(self) -> list[int]:
        """Areas per class."""
        codes = self.areas["code"].to_numpy()
        return [int((codes == code).sum()) for code in range(self.classes.n)]

    @cached_property
    def blank_counts(self) -> dict[Blank, int]:
        """Areas per reason for having no value."""
        found = self.areas["blank"].value_counts()
        return {blank: int(found[str(blank)]) for blank in Blank if str(blank) in found}

    @property
    def uncertain_count(self) -> int:
        """Areas whose value rests on a small denominator."""
        return int(self.areas["uncertain"].sum())


def scene_of(release: Release, indicator: str, choice: Choice, *, cut: Cut, breakdown: str = TOTAL) -> Scene:
    """Everything a map of this choice shows."""
    everything = release.of(indicator, breakdown=breakdown)
    state = everything[everything["gebietsstand"].astype("str") == choice.gebietsstand]
    card, districts = release.indicators[indicator], release.districts[choice.gebietsstand]
    now = state[state["period"].astype("str") == choice.period]
    areas = _areas(now[now["level"].astype("str") == choice.level], districts, choice.level)
    pool = _pool(state, districts, choice, cut)
    classes = class_breaks(pool["value"].to_numpy(), k=cut.k, scheme=cut.scheme, decimals=card.decimals)
    areas["code"] = np.where(areas["blank"] == "", classes.assign(areas["value"]), -1)
    areas["uncertain"] &= areas["code"] >= 0
    rows = now[now["level"].astype("str").isin([choice.level, TOWN])]
    periods = tuple(sorted(pool["period"].astype("str").unique()))
    return Scene(release, card, choice, breakdown, rows, areas, classes, _town(now), periods, cut)


def _areas(rows: Values, districts: Districts, level: str) -> pd.DataFrame:
    """Every area of the level, with its row if there is one; an area without a row is missing."""
    rows = rows.assign(uncertain=is_flagged(rows, "small_denominator"))
    columns = rows[["district", "value", "status", "uncertain"]].astype({"district": "str", "status": "str"})
    known = districts.of_level(level)[["district", "name", "inhabited"]]
    areas = known.merge(columns, on="district", how="left", validate="1:1")
    areas["status"] = areas["status"].fillna(str(Status.MISSING))
    areas["uncertain"] = areas["uncertain"].eq(True)
    areas["blank"] = _blanks(areas)
    return areas


def _blanks(areas: pd.DataFrame) -> list[str]:
    columns = (areas["status"], areas["value"], areas["inhabited"])
    reasons = (blank_of(status, value, inhabited=bool(here)) for status, value, here in zip(*columns, strict=True))
    return ["" if reason is None else str(reason) for reason in reasons]


def _pool(rows: Values, districts: Districts, choice: Choice, cut: Cut) -> Values:
    """The values that share the scale; areas where nobody lives do not pull the classes towards zero."""
    rows = rows[rows["level"].astype("str") == choice.level]
    if cut.over == "period":
        rows = rows[rows["period"].astype("str") == choice.period]
    areas = districts.of_level(choice.level)
    empty = areas.loc[~areas["inhabited"].astype(bool), "district"]
    nobody = rows["district"].astype("str").isin(empty) & (rows["value"] == 0)
    return rows[rows["value"].notna() & ~nobody]


def _town(rows: Values) -> float:
    found = rows.loc[rows["level"].astype("str") == TOWN, "value"]
    return float(found.iloc[0]) if len(found) else float("nan")
