"""Outlines at the resolution of the output: simplified together, so that no gaps open between neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dkbm_monitor.districts.districts import Districts

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline
    from shapely.geometry.base import BaseGeometry

Polygons: TypeAlias = npt.NDArray[Any]  # shapely geometries
Bounds: TypeAlias = tuple[float, float, float, float]

CONTEXT_FILES = {"water": "gewaesser.geojson", "around": "umland.geojson"}
KEPT = 12  # levels and towns held ready; maps come in rows


@dataclass(frozen=True)
class _Held:
    """A town's areas, told apart by identity: equal areas need not be compared."""

    districts: Districts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.districts is self.districts

    def __hash__(self) -> int:
        return id(self.districts)


def polygons_of(districts: Districts, level: str) -> Polygons:
    """The exact polygons of a level, in the order of `of_level`."""
    return _exact(_Held(districts), level)


def simplified(districts: Districts, level: str, tolerance: float) -> Polygons:
    """The polygons of a level with details below `tolerance` (metres) left out, still without gaps."""
    return _simplified(_Held(districts), level, _step(tolerance))


def outline_of(districts: Districts, level: str, tolerance: float) -> BaseGeometry:
    """The town's border: all polygons of a level together, without the slits between badly fitting neighbours."""
    return _outline(_Held(districts), level, _step(tolerance))


def joined(districts: Districts, level: str, above: str, tolerance: float) -> Polygons:
    """The areas of a coarser level, joined from the simplified polygons of a finer one, so that borders coincide."""
    return _joined(_Held(districts), level, above, _step(tolerance))


def _step(tolerance: float) -> float:
    """One of a few tolerances, so that maps of about one size share their outlines."""
    return float(f"{tolerance:.1g}")


def context_layer(districts: Districts, name: str, box: Bounds) -> Polygons:
    """A layer that helps recognition (`water`, `around`), cut to a box; empty when the town folder has none."""
    import shapely  # noqa: PLC0415

    found = _context(_Held(districts), name)
    cut = shapely.clip_by_rect(found, *box)
    return cut[~shapely.is_empty(cut)]


@lru_cache(maxsize=KEPT)
def _exact(held: _Held, level: str) -> Polygons:
    return np.asarray(held.districts.geometry(level).geometry.to_numpy())


@lru_cache(maxsize=KEPT)
def _simplified(held: _Held, level: str, tolerance: float) -> Polygons:
    import shapely  # noqa: PLC0415

    exact = _exact(held, level)
    coarse = shapely.coverage_simplify(exact, tolerance)
    found: Polygons = np.where(shapely.is_empty(coarse), exact, coarse)
    declared = held.districts.level(level)
    return without_slits(found, tolerance) if declared is not None and declared.dissolve else found


def without_slits(joined: Any, tolerance: float) -> Any:
    """Joined areas without the slits that badly fitting neighbours leave, where these are too narrow to be seen."""
    import shapely  # noqa: PLC0415

    wider = shapely.buffer(joined, tolerance, join_style="mitre")
    return shapely.buffer(wider, -tolerance, join_style="mitre")


@lru_cache(maxsize=KEPT)
def _outline(held: _Held, level: str, tolerance: float) -> BaseGeometry:
    import shapely  # noqa: PLC0415

    whole: BaseGeometry = without_slits(shapely.union_all(_simplified(held, level, tolerance)), tolerance)
    return whole


@lru_cache(maxsize=KEPT)
def _joined(held: _Held, level: str, above: str, tolerance: float) -> Polygons:
    import shapely  # noqa: PLC0415

    polygons = _simplified(held, level, tolerance)
    parents = held.districts.parent_of(level, above)
    keys = [parents.get(key, "") for key in held.districts.of_level(level)["district"]]
    groups = [[one for one, key in enumerate(keys) if key == parent] for parent in sorted(set(keys) - {""})]
    whole = np.array([shapely.union_all(polygons[group]) for group in groups], dtype=object)
    return np.asarray(without_slits(whole, tolerance))


@lru_cache(maxsize=KEPT)
def _context(held: _Held, name: str) -> Polygons:
    path = held.districts.folder / "districts" / CONTEXT_FILES[name]
    return _layer(path, held.districts.crs) if path.is_file() else np.empty(0, dtype=object)


def _layer(path: Path, crs: str) -> Polygons:
    import geopandas as gpd  # noqa: PLC0415

    return np.asarray(gpd.read_file(path).to_crs(crs).geometry.make_valid().to_numpy())


def outline_path(polygon: BaseGeometry) -> Outline:
    """The rings of a polygon or multipolygon as one matplotlib path; other parts are left out."""
    import shapely  # noqa: PLC0415
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    parts = shapely.get_parts(shapely.get_parts(shapely.orient_polygons(polygon)))
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    if not len(rings):
        return Outline(np.empty((0, 2)))
    return Outline.make_compound_path(*(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings))
