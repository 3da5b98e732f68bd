"""Which districts border on each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.districts.districts import Districts

if TYPE_CHECKING:
    import geopandas as gpd

Pairs = npt.NDArray[np.int64]
Islands = Literal["nearest", "none"]

# Borders of real maps miss each other by a hair: Berlin's old LOR are no coverage (seen 2026-11).
TOUCH_M = 1.0


def neighbours(
    districts: Mapping[str, Districts], *, levels: list[str] | None = None, islands: Islands = "nearest"
) -> pd.DataFrame:
    """Pairs of neighbouring areas, both ways round: `gebietsstand, level, district, neighbour`.

    Neighbours share a border or a corner (queen contiguity) or come within a metre of each other. An area without
    any is joined to the `nearest` one, or left alone (`none`).
    """
    found = [
        touching(areas.geometry(level), islands=islands).assign(gebietsstand=one, level=level)
        for one, areas in districts.items()
        for level in areas.levels
        if level != TOWN and (levels is None or level in levels)
    ]
    columns = ["gebietsstand", "level", "district", "neighbour"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns, dtype="str")


def touching(shapes: gpd.GeoDataFrame, *, islands: Islands = "nearest", reach_m: float = TOUCH_M) -> pd.DataFrame:
    """Pairs `district, neighbour` of one layer of polygons, both ways round, ordered as the layer is."""
    if shapes.crs is not None and shapes.crs.is_geographic:
        shapes = shapes.to_crs(shapes.estimate_utm_crs())
    polygons = shapes.geometry.to_numpy()
    keys = shapes["district"].astype("str").to_numpy(dtype=object)
    pairs = _within(polygons, reach_m)
    if islands == "nearest":
        pairs = _with_islands(polygons, pairs)
    return pd.DataFrame({"district": keys[pairs[0]], "neighbour": keys[pairs[1]]}, dtype="str")


def _within(polygons: npt.NDArray[np.object_], reach_m: float) -> Pairs:
    import shapely  # noqa: PLC0415 - geometry only when asked for

    pairs = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=reach_m)
    return _ordered(pairs)


def _with_islands(polygons: npt.NDArray[np.object_], pairs: Pairs) -> Pairs:
    import shapely  # noqa: PLC0415

    there = ~(shapely.is_empty(polygons) | shapely.is_missing(polygons))
    alone = np.setdiff1d(np.flatnonzero(there), pairs[0])
    if not len(alone) or there.sum() < 2:
        return pairs
    at, near = shapely.STRtree(polygons).query_nearest(polygons[alone], exclusive=True, all_matches=True)
    bridges = np.vstack([alone[at], near])
    return _ordered(np.hstack([pairs, bridges, bridges[::-1]]))


def _ordered(pairs: Pairs) -> Pairs:
    """Each pair once, without those of an area with itself."""
    ordered: Pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    return ordered
