"""Borders as a topology: each once, nothing lost, no gap."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from interactive_release import numbers

from dkbm_monitor.view.topology import DIGITS, Topology, topology_of, vlq

METRIC = "EPSG:25832"
EAST, NORTH = 400_000, 5_700_000


def shapes_of(*polygons: shapely.Geometry) -> gpd.GeoSeries:
    moved = [shapely.transform(one, lambda xy: xy + np.array([EAST, NORTH])) for one in polygons]
    return gpd.GeoSeries(moved, crs=METRIC)


def rebuilt(topology: Topology) -> gpd.GeoSeries:
    """Polygons as the page rebuilds them, back in metres."""
    areas = [
        shapely.MultiPolygon(
            [
                shapely.Polygon(topology.points(rings[0]), [topology.points(hole) for hole in rings[1:]])
                for rings in area
            ]
        )
        for area in topology.areas
    ]
    return gpd.GeoSeries(areas, crs="EPSG:4326").to_crs(METRIC)


@given(st.lists(st.integers(-(2**50), 2**50)))
def test_numbers_survive_being_written(found: list[int]) -> None:
    assert numbers(vlq(found)) == found


def test_the_coding_is_that_of_source_maps() -> None:
    # Known from the source map format: 0 -> A, 1 -> C, -1 -> D, 16 -> gB, 1200 -> grC.
    assert [vlq([n]) for n in (0, 1, -1, 16, 1200)] == ["A", "C", "D", "gB", "grC"]


def test_a_shared_border_is_written_once() -> None:
    topology = topology_of(shapes_of(shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)))
    (left,), (right,) = topology.areas[0][0], topology.areas[1][0]
    assert len(topology.arcs) == 3
    shared = {arc if arc >= 0 else ~arc for arc in left} & {arc if arc >= 0 else ~arc for arc in right}
    assert len(shared) == 1


def test_an_enclave_shares_the_ring_of_the_hole_around_it() -> None:
    inner = shapely.box(400, 400, 600, 600)
    outer = shapely.box(0, 0, 1000, 1000).difference(inner)
    topology = topology_of(shapes_of(outer, inner))
    assert len(topology.arcs) == 2
    assert rebuilt(topology).area.round(-3).to_list() == pytest.approx([960_000, 40_000], rel=0.02)


def test_an_enclave_may_begin_anywhere_and_run_either_way() -> None:
    corners = [(400, 400), (600, 400), (600, 600), (400, 600)]
    outer = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], [corners])
    for start in range(4):
        for step in (1, -1):
            inner = shapely.Polygon((corners[start:] + corners[:start])[::step])
            assert len(topology_of(shapes_of(outer, inner), tolerance_m=0).arcs) == 2


def test_an_area_of_two_parts_keeps_both() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 500, 500), shapely.box(2000, 0, 2500, 500)])
    topology = topology_of(shapes_of(parts, shapely.box(500, 0, 2000, 500)))
    assert [len(area) for area in topology.areas] == [2, 1]


def test_lines_left_over_by_a_repair_are_no_areas() -> None:
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 500, 500), shapely.LineString([(0, 0), (9, 9)])])
    topology = topology_of(shapes_of(mixed, shapely.box(500, 0, 900, 500)), tolerance_m=0)
    assert [len(area) for area in topology.areas] == [1, 1]


def test_districts_smaller_than_the_grid_vanish_without_harm() -> None:
    topology = topology_of(shapes_of(shapely.box(0, 0, 0.1, 0.1), shapely.box(500, 0, 900, 500)), tolerance_m=0)
    assert [len(area) for area in topology.areas] == [0, 1]
    assert topology.payload()["areas"].startswith(";")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 40))
def test_a_town_of_any_shape_has_no_gaps_and_no_overlaps(seed: int, n: int) -> None:
    places = np.random.default_rng(seed).uniform(0, 10_000, (n, 2))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=shapely.box(0, 0, 10_000, 10_000))
    parts = [shapely.intersection(cell, shapely.box(0, 0, 10_000, 10_000)) for cell in cells.geoms]
    built = rebuilt(topology_of(shapes_of(*parts), tolerance_m=0))
    assert built.area.sum() == pytest.approx(built.union_all().area, rel=1e-6)
    assert built.union_all().area == pytest.approx(1e8, rel=1e-3)


def test_the_text_of_a_topology_needs_no_escaping() -> None:
    payload = topology_of(shapes_of(shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000))).payload()
    assert set(payload["arcs"] + payload["areas"]) <= set(DIGITS + ",;|")
