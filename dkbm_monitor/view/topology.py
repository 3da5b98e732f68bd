"""District polygons as a topology: every shared border once, as small integers in a short text.

A border between two districts is drawn from one arc that both refer to, so no gaps can open between them.
The arcs are delta-coded on an integer grid of about two metres and written in base-64 digits (the VLQ coding
of source maps), which is safe inside JSON and HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import geopandas as gpd

Ints: TypeAlias = npt.NDArray[np.int64]
Ring: TypeAlias = list[int]  # arcs of a ring in order; ~i is arc i backwards

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
GRID_M = 2.0  # width of the integer grid: well below a pixel at street scale
TOLERANCE_M = 10.0  # borders may move by about this much
METRES_PER_DEGREE = 111_320.0
DIMENSIONS = 2


@dataclass(frozen=True)
class Topology:
    """Arcs and the rings made of them, in the order of the districts given.

    `arcs` are grid points (one array of x, y per arc); `areas[district][polygon][ring]` lists arcs. A grid point
    is `origin + scale * point` in degrees (longitude, latitude).
    """

    arcs: tuple[Ints, ...]
    areas: tuple[tuple[tuple[Ring, ...], ...], ...]
    origin: tuple[float, float]
    scale: tuple[float, float]

    def payload(self) -> dict[str, Any]:
        """The topology as compact plain data for a page."""
        return {
            "origin": [round(value, 7) for value in self.origin],
            "scale": [round(value, 10) for value in self.scale],
            "arcs": ",".join(_arcs_text(self.arcs)),
            "areas": ";".join("|".join(_rings_text(polygon) for polygon in area) for area in self.areas),
        }

    def points(self, ring: Ring) -> npt.NDArray[np.float64]:
        """Longitude and latitude of one ring, closed."""
        parts = [self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1] for arc in ring]
        grid = np.concatenate([part[:-1] for part in parts] + [parts[-1][-1:]])
        degrees: npt.NDArray[np.float64] = np.array(self.origin) + grid * np.array(self.scale)
        return degrees


def topology_of(shapes: gpd.GeoSeries, *, tolerance_m: float = TOLERANCE_M, grid_m: float = GRID_M) -> Topology:
    """The topology of polygons in a metric CRS, simplified as one coverage so that neighbours stay neighbours."""
    import geopandas as gpd  # noqa: PLC0415 - only when something is drawn
    import shapely  # noqa: PLC0415

    outlines = np.asarray(shapes.values)
    if tolerance_m > 0:
        outlines = shapely.coverage_simplify(outlines, tolerance_m)
    degrees = np.asarray(gpd.GeoSeries(outlines, crs=shapes.crs).to_crs("EPSG:4326").values)
    origin, scale = _grid(shapely.total_bounds(degrees), grid_m)
    polygons, of_area = shapely.get_parts(degrees, return_index=True)
    areal = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    rings, of_ring = shapely.get_rings(polygons[areal], return_index=True)
    points, of_point = shapely.get_coordinates(rings, return_index=True)
    grid = np.rint((points - np.array(origin)) / np.array(scale)).astype(np.int64)
    arcs, ring_arcs = _cut(grid, of_point, len(rings))
    return Topology(arcs, _nested(ring_arcs, of_ring, of_area[areal], len(degrees)), origin, scale)


def _grid(bounds: npt.NDArray[np.float64], grid_m: float) -> tuple[tuple[float, float], tuple[float, float]]:
    west, south, _east, north = (float(bound) for bound in bounds)
    high = grid_m / METRES_PER_DEGREE
    return (west, south), (high / cos(radians((south + north) / 2)), high)


def _nested(
    ring_arcs: Sequence[Ring], of_ring: Ints, of_polygon: Ints, n_areas: int
) -> tuple[tuple[tuple[Ring, ...], ...], ...]:
    """Rings sorted into their polygons and areas; rings that the grid swallowed are left out."""
    areas: list[dict[int, list[Ring]]] = [{} for _ in range(n_areas)]
    for arcs, polygon in zip(ring_arcs, of_ring.tolist(), strict=True):
        if arcs:
            areas[of_polygon[polygon]].setdefault(polygon, []).append(arcs)
    return tuple(tuple(tuple(rings) for rings in area.values()) for area in areas)


def _cut(grid: Ints, of_point: Ints, n_rings: int) -> tuple[tuple[Ints, ...], list[Ring]]:
    """All rings cut into arcs where borders meet; each arc once."""
    xy, ids = np.unique(grid, axis=0, return_inverse=True)
    ids = ids.reshape(-1).astype(np.int64)
    starts = np.searchsorted(of_point, np.arange(n_rings + 1))
    rings = [_without_repeats(ids[first:last]) for first, last in pairwise(starts)]
    is_junction = _junctions(rings, len(xy))
    known: dict[bytes, int] = {}
    arcs: list[Ints] = []
    return_rings: list[Ring] = []
    for ring in rings:
        refs: Ring = []
        for arc in _arcs_of(ring, is_junction):
            forward = _is_canonical(arc)
            line = np.ascontiguousarray(arc if forward else arc[::-1])
            number = known.setdefault(line.tobytes(), len(known))
            if number == len(arcs):
                arcs.append(xy[line])
            refs.append(number if forward else ~number)
        return_rings.append(refs)
    return tuple(arcs), return_rings


def _without_repeats(ring: Ints) -> Ints:
    """Vertices of a ring, its closing one and repeated ones left out; empty when nothing areal remains."""
    kept: Ints = ring[np.append(True, ring[1:] != ring[:-1])]
    kept = kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept
    return kept if len(kept) > DIMENSIONS else kept[:0]


def _junctions(rings: Sequence[Ints], n_vertices: int) -> npt.NDArray[np.bool_]:
    """True for vertices where rings part: where not all of them come from and go to the same neighbours."""
    is_junction = np.zeros(n_vertices, dtype=bool)
    filled = [ring for ring in rings if len(ring)]
    if not filled:
        return is_junction
    vertex = np.concatenate(filled)
    before = np.concatenate([np.roll(ring, 1) for ring in filled])
    after = np.concatenate([np.roll(ring, -1) for ring in filled])
    low, high = np.minimum(before, after), np.maximum(before, after)
    first = np.zeros(n_vertices, dtype=np.int64)
    first[vertex[::-1]] = np.arange(len(vertex))[::-1]
    differs = (low != low[first[vertex]]) | (high != high[first[vertex]])
    is_junction[vertex[differs]] = True
    return is_junction


def _arcs_of(ring: Ints, is_junction: npt.NDArray[np.bool_]) -> Iterator[Ints]:
    if not len(ring):
        return
    cuts = np.flatnonzero(is_junction[ring])
    start = cuts[0] if len(cuts) else int(ring.argmin())  # an island may begin anywhere: at its smallest vertex
    turned = np.roll(ring, -start)
    closed = np.append(turned, turned[0])
    ends = [*(cuts - start)[1:].tolist(), len(ring)]
    begin = 0
    for end in ends:
        yield closed[begin : end + 1]
        begin = end


def _is_canonical(arc: Ints) -> bool:
    if arc[0] != arc[-1]:
        return bool(arc[0] < arc[-1])
    return bool(arc[1] <= arc[-2])


def vlq(numbers: Iterable[int]) -> str:
    """Whole numbers as base-64 digits of variable length, sign in the lowest bit.

    >>> vlq([0, 1, -1, 16])
    'ACDgB'
    """
    out: list[str] = []
    for number in numbers:
        rest = -number << 1 | 1 if number < 0 else number << 1
        while rest > 31:  # five bits a digit, the sixth says that more follow
            out.append(DIGITS[rest & 31 | 32])
            rest >>= 5
        out.append(DIGITS[rest])
    return "".join(out)


def _arcs_text(arcs: Sequence[Ints]) -> Iterator[str]:
    """Each arc as steps; the first step leads from the start of the arc before."""
    before = np.zeros(DIMENSIONS, dtype=np.int64)
    for arc in arcs:
        yield vlq(np.diff(arc, axis=0, prepend=before[np.newaxis]).ravel().tolist())
        before = arc[0]


def _rings_text(polygon: Sequence[Ring]) -> str:
    return ",".join(vlq(np.diff(ring, prepend=0).tolist()) for ring in polygon)
