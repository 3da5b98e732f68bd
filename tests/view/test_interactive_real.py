"""The interactive map of Berlin: all 542 Planungsräume and twelve indicators in one small page."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.interactive import interactive
from dkbm_monitor.view.topology import topology_of

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
AIM = 600_000  # bytes, Leaflet and fonts inside
N_PLR = 542

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (REAL / "berlin").is_dir(), reason=f"the real data folder {REAL.name} is not here"),
]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_interactive", ROOT / "benchmarks" / "bench_interactive.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def berlin(bench: ModuleType) -> Release:
    return bench.berlin_release(REAL)


def test_twelve_indicators_of_542_districts_stay_under_the_aim(berlin: Release) -> None:
    page = interactive(berlin, list(berlin.indicators)).html()
    assert len(berlin.indicators) == 12
    assert len(page.encode()) < AIM


def test_ten_more_views_add_little(bench: ModuleType, berlin: Release) -> None:
    one = interactive(berlin, list(berlin.indicators)).html()
    three = interactive(bench.berlin_release(REAL, years=(2021, 2022, 2023)), list(berlin.indicators)).html()
    assert len(three) - len(one) < 2 * 12 * 542 * 14, "fourteen signs for value, interval, counts and class together"


def test_borders_stay_within_the_tolerance_and_nothing_overlaps(berlin: Release) -> None:
    import geopandas as gpd
    import shapely

    exact = berlin.districts["2021"].geometry("plr")
    topology = topology_of(exact.geometry)
    rings = [[[topology.points(ring) for ring in part] for part in area] for area in topology.areas]
    areas = [shapely.MultiPolygon([shapely.Polygon(outer, holes) for outer, *holes in area]) for area in rings]
    drawn = gpd.GeoSeries(areas, crs="EPSG:4326").to_crs(exact.crs)
    assert len(drawn) == N_PLR
    assert drawn.is_valid.all()
    assert drawn.area.sum() == pytest.approx(drawn.union_all().area, rel=1e-9)
    moved = drawn.symmetric_difference(exact.geometry).area.sum() / exact.area.sum()
    assert moved < 0.003
    assert (drawn.area / exact.area - 1).abs().max() < 0.01


def test_names_that_stand_twice_keep_their_own_key(berlin: Release) -> None:
    content = interactive(berlin, "anteil_frauen").content()
    assert len(set(content["keys"])) == N_PLR
    assert all(re.fullmatch(r"\d{8}", key) for key in content["keys"])
