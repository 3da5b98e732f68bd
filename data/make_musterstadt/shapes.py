"""Outlines: Voronoi cells of the blocks, cut at the river, their common borders bent the same way on both sides.

All borders are one network of arcs between junctions. Each arc is bent once, then the network is turned back
into areas: neighbours therefore share every point, there are neither gaps nor overlaps.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely
from plan import BLOCKS, CENTRE, RIVER, SEED, UMLAND
from scipy.interpolate import CubicSpline
from shapely.ops import linemerge, split

KM = 1000.0
STEP = 0.15  # kilometres between two points of a bent border
REACH = 24.0  # kilometres the neighbouring towns reach from the centre: beyond the corners of a map


@dataclass(frozen=True)
class Shapes:
    """Polygons in metres (EPSG:25832), coordinates rounded to whole metres."""

    blocks: list[shapely.Polygon]
    umland: list[shapely.Polygon]
    waters: list[tuple[str, shapely.Geometry]]


def make_shapes() -> Shapes:
    """Draw the town."""
    town, river = _outline(), _river()
    lines = [*_cells(town, river), *_neighbour_lines(town)]
    network = shapely.set_precision(shapely.unary_union(lines), 1e-6)
    rng = np.random.RandomState(SEED)
    bent = [_bend(arc, river, town, rng) for arc in _arcs(network)]
    areas = [_metres(area) for area in shapely.get_parts(shapely.polygonize(bent))]
    blocks = [_holding(areas, (block.x, block.y)) for block in BLOCKS]
    umland = [_holding(areas, (x, y)) for _, x, y in UMLAND]
    return Shapes(blocks, _reaching_out(umland, blocks), _waters(river, blocks, umland))


def _river() -> shapely.LineString:
    points = np.array(RIVER)
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    return shapely.LineString(CubicSpline(along, points)(np.linspace(0, along[-1], 190)))


def _outline() -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    waves = ((0.12, 2, -0.7), (0.08, 3, -3.0), (0.06, 5, 2.0), (0.05, 7, -14.0), (0.03, 11, 11.0), (0.025, 17, -5.1))
    radius = 8.4 * (1 + sum(height * np.cos(n * angle + shift) for height, n, shift in waves))
    return shapely.Polygon(np.c_[radius * np.cos(angle) - 0.3, radius * np.sin(angle)])


def _cells(town: shapely.Polygon, river: shapely.LineString) -> list[shapely.Geometry]:
    """Outlines of the Voronoi cells, each side of the river by itself: so the river is a border."""
    found = []
    for bank in split(town, river).geoms:
        mine = [(block.x, block.y) for block in BLOCKS if bank.contains(shapely.Point(block.x, block.y))]
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(mine), extend_to=town.buffer(5)))
        found += [shapely.boundary(part) for cell in cells for part in shapely.get_parts(cell.intersection(bank))]
    return found


def _neighbour_lines(town: shapely.Polygon) -> list[shapely.Geometry]:
    ring = shapely.Point(-0.3, 0).buffer(14.2, quad_segs=32).difference(town)
    points = shapely.MultiPoint([(x, y) for _, x, y in UMLAND])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=ring))
    return [shapely.boundary(cell.intersection(ring)) for cell in cells]


def _reaching_out(umland: list[shapely.Polygon], blocks: list[shapely.Polygon]) -> list[shapely.Geometry]:
    """The neighbouring towns with the land behind them; what is near stays as it was drawn."""
    land = _metres(shapely.box(-REACH, -REACH, REACH, REACH)).difference(shapely.union_all([*blocks, *umland]))
    places = [_metres(shapely.Point(x, y)) for _, x, y in UMLAND]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=land))
    behind = [next(cell for cell in cells if cell.contains(place)).intersection(land) for place in places]
    return [_one_piece(shapely.union(*pair, grid_size=1)) for pair in zip(umland, behind, strict=True)]


def _one_piece(area: shapely.Geometry) -> shapely.Polygon:
    """The largest part without holes; rounding to metres leaves crumbs beside it."""
    largest = max(shapely.get_parts(area), key=shapely.area)
    return shapely.Polygon(shapely.get_exterior_ring(largest))


def _arcs(network: shapely.Geometry) -> list[shapely.LineString]:
    """Lines between junctions, each from its western end, in one order that does not depend on the library."""
    lines = shapely.get_parts(linemerge(network))
    ordered = [line if line.coords[0] <= line.coords[-1] else shapely.reverse(line) for line in lines]
    return sorted(ordered, key=lambda line: np.round(np.r_[line.coords[0], line.coords[-1], line.length], 4).tolist())


def _bend(
    arc: shapely.LineString, river: shapely.LineString, town: shapely.Polygon, rng: np.random.RandomState
) -> shapely.LineString:
    """The arc with a random walk of waves across it; it keeps its ends, and the river keeps its course."""
    middle = arc.interpolate(0.5, normalized=True)
    n = max(int(np.ceil(arc.length / STEP)), 2)
    waves, shifts = rng.normal(0, 1, 9), rng.uniform(0.7, 1.3, 9)
    if river.distance(middle) < 0.01 or shapely.Point(-0.3, 0).distance(middle) > 14.0:
        return shapely.simplify(arc, 0.004)
    along = np.linspace(0, 1, n + 1)
    base = shapely.get_coordinates(shapely.line_interpolate_point(arc, along, normalized=True))
    tangent = np.gradient(base, axis=0)
    normal = np.c_[-tangent[:, 1], tangent[:, 0]] / np.hypot(*tangent.T)[:, None]
    outer = town.exterior.distance(middle) < 0.05
    strength = 0.085 * min(arc.length, 2) if outer else 0.04 * min(arc.length, 2.6) ** 0.9
    swing = sum(waves[k] * np.sin((k + 1) * shifts[k] * np.pi * along) / (k + 1) ** 0.7 for k in range(9))
    moved = base + normal * (strength * swing * np.sin(np.pi * along) ** 0.5)[:, None]
    moved[[0, -1]] = base[[0, -1]]
    return shapely.LineString(moved)


def _metres(area: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(area, lambda xy: np.round(xy * KM + np.array(CENTRE)))


def _holding(areas: list[shapely.Polygon], place: tuple[float, float]) -> shapely.Polygon:
    point = _metres(shapely.Point(place))
    return next(area for area in areas if area.contains(point))


def _waters(
    river: shapely.LineString, blocks: list[shapely.Polygon], umland: list[shapely.Polygon]
) -> list[tuple[str, shapely.Geometry]]:
    """River, harbour basins and a lake in an old gravel pit."""
    at = np.linspace(0, 1, 150)
    points = shapely.get_coordinates(shapely.line_interpolate_point(river, at, normalized=True))
    width = 0.055 + 0.018 * np.sin(at * 23) + 0.035 * at
    drops = [shapely.Point(p).buffer(w, quad_segs=6) for p, w in zip(points, width, strict=True)]
    hulls = [shapely.convex_hull(shapely.union(a, b)) for a, b in itertools.pairwise(drops)]
    whole = shapely.union_all([*blocks, *umland])
    stream = shapely.intersection(_metres(shapely.simplify(shapely.union_all(hulls), 0.006)), whole)
    basins = [shapely.LineString([(0.40, 3.72), (1.05, 3.62)]), shapely.LineString([(0.28, 4.02), (1.1, 3.98)])]
    harbour = _metres(shapely.union_all([basin.buffer(0.055, cap_style="flat") for basin in basins]))
    spots = ((2.95, -4.55, 0.30), (3.25, -4.75, 0.34), (3.5, -4.5, 0.22))
    lake = _metres(shapely.union_all([shapely.Point(x, y).buffer(r, quad_segs=5) for x, y, r in spots]))
    dock = shapely.difference(shapely.union(harbour, stream), stream)
    return [("Mühre", stream), ("Hafenbecken", dock), ("Kiessee", lake)]
