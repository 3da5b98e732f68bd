"""The areas of one Gebietsstand: a plain hierarchy for computing, geometry only when something is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.problems import Problem
from dkbm_monitor.districts.models import Gebietsstand, Level

if TYPE_CHECKING:
    import geopandas as gpd

COLUMNS = ["level", "district", "name", "inhabited"]


@dataclass(frozen=True)
class Districts:
    """Every area of a town in one Gebietsstand, from the finest level up to the town itself.

    `frame` has one row per area (`level, district, name, inhabited`), levels from fine to coarse, the town
    (level `stadt`, key = AGS) last. `ancestors` has one row per area and level above it (`level, district,
    above_level, above`). Geometry stays in its files until `geometry` is asked for.
    """

    gebietsstand: Gebietsstand
    frame: pd.DataFrame
    ancestors: pd.DataFrame
    crs: str = ""
    folder: Path = field(default_factory=Path)
    problems: tuple[Problem, ...] = ()

    @property
    def levels(self) -> list[str]:
        """Level ids from fine to coarse, the town last."""
        return [*(level.id for level in self.gebietsstand.levels), TOWN]

    @property
    def finest(self) -> str:
        """Id of the finest level."""
        return self.levels[0]

    @cached_property
    def _by_level(self) -> Mapping[str, pd.DataFrame]:
        groups = {str(level): rows for level, rows in self.frame.groupby("level", sort=False)}
        return {level: rows.reset_index(drop=True) for level, rows in groups.items()}

    def level(self, wanted: str) -> Level | None:
        """The declared level of that id; None for the town."""
        return next((level for level in self.gebietsstand.levels if level.id == wanted), None)

    def of_level(self, level: str) -> pd.DataFrame:
        """The areas of one level: `level, district, name, inhabited`."""
        return self._by_level.get(level, self.frame.iloc[:0])

    def names(self, level: str) -> dict[str, str]:
        """Key -> name of the areas of one level."""
        rows = self.of_level(level)
        return dict(zip(rows["district"], rows["name"], strict=True))

    def parent_of(self, level: str, above: str) -> dict[str, str]:
        """Key -> key of the area above, from one level to a coarser one; empty where the levels do not nest."""
        table = self.ancestors
        rows = table[(table["level"] == level) & (table["above_level"] == above)]
        return dict(zip(rows["district"], rows["above"], strict=True))

    def positions(self, level: str, above: str) -> npt.NDArray[np.int64]:
        """For each area of `level` the position, within `of_level(above)`, of the area above it; -1 without one."""
        key = (level, above)
        if key not in self._positions:
            parents = self.parent_of(level, above)
            targets = pd.Index(self.of_level(above)["district"].astype(object))
            wanted = pd.Index([parents.get(one) for one in self.of_level(level)["district"]], dtype=object)
            self._positions[key] = targets.get_indexer(wanted).astype("int64")
        return self._positions[key]

    @cached_property
    def _positions(self) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
        return {}

    @cached_property
    def inhabited(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Per level, whether people live in each area, in the order of `of_level`."""
        return {level: rows["inhabited"].to_numpy(dtype=bool) for level, rows in self._by_level.items()}

    def geometry(self, level: str) -> gpd.GeoDataFrame:
        """Polygons of one level in the town's CRS: `district, name, inhabited, geometry`, order of `of_level`."""
        from dkbm_monitor.districts.layers import geometry_of  # noqa: PLC0415 - geopandas only when drawn

        return geometry_of(self, level)


def assemble(gebietsstand: Gebietsstand, tables: Mapping[str, pd.DataFrame], *, ags: str, name: str) -> Districts:
    """Districts from one attribute table per level.

    Each table has `district, name, inhabited` and a column `parent:<level>` for each declared parent. Used by
    the reader of layers, and by tests and worked examples, which need no geometry.
    """
    rows = [table.assign(level=level)[COLUMNS] for level, table in tables.items()]
    town = pd.DataFrame({"level": [TOWN], "district": [ags], "name": [name], "inhabited": [True]})
    frame = pd.concat([*rows, town], ignore_index=True)
    return Districts(gebietsstand, frame, _closure(gebietsstand, tables, ags))


def _closure(gebietsstand: Gebietsstand, tables: Mapping[str, pd.DataFrame], ags: str) -> pd.DataFrame:
    """Every area with each area above it: itself, its parents, their parents, and the town."""
    above: dict[str, dict[str, pd.Series[str]]] = {}
    for level in reversed(gebietsstand.levels):
        table = tables[level.id].set_index("district")
        mine = {level.id: pd.Series(table.index, index=table.index, dtype="str")}
        for parent in level.parents:
            keys = table[f"parent:{parent}"]
            for farther, chain in above.get(parent, {}).items():
                mine.setdefault(farther, keys.map(chain))
        mine[TOWN] = pd.Series(ags, index=table.index, dtype="str")
        above[level.id] = mine
    parts = [
        pd.DataFrame({"level": low, "district": keys.index, "above_level": high, "above": keys.to_numpy()})
        for low, mine in above.items()
        for high, keys in mine.items()
    ]
    town = pd.DataFrame({"level": [TOWN], "district": [ags], "above_level": [TOWN], "above": [ags]})
    return pd.concat([*parts, town], ignore_index=True).dropna(subset=["above"]).reset_index(drop=True)
