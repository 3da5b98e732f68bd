"""Neighbours whose borders miss each other by a hair are joined all the same, and named."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from building import AGS
from shapely import Polygon

from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.layers import geometry_problems, read_districts
from dkbm_monitor.districts.models import Gebietsstand

WEST = Polygon([(0, 0), (1000, 0), (1000, 100), (1000, 900), (1000, 1000), (0, 1000)])
FIT = [(1000, 1000), (1000, 900), (1000, 100)]


def two_areas(folder: Path, east: Polygon) -> Districts:
    frame = {"key": ["11", "12"], "geometry": [WEST, east]}
    gpd.GeoDataFrame(frame, crs="EPSG:25832").to_file(folder / "gebiete.gpkg")
    fine = {"id": "gebiet", "title": "G", "plural": "G", "file": "gebiete.gpkg", "key": "key"}
    coarse = {"id": "bezirk", "title": "B", "plural": "B", "dissolve": {"from_level": "gebiet"}}
    levels = [{**fine, "parents": {"bezirk": {"digits": 1}}}, coarse]
    stand = Gebietsstand.model_validate({"id": "2021", "levels": levels})
    return read_districts(folder, stand, ags=AGS, name="Probestadt", crs="EPSG:25832")


def east_with_a_corner_at(x: float) -> Polygon:
    return Polygon([(1000, 0), (2000, 0), (2000, 1000), *FIT[:2], (x, 500), FIT[2]])


def test_a_hairline_gap_is_closed(tmp_path: Path) -> None:
    found = two_areas(tmp_path, east_with_a_corner_at(1000.0005))
    shape = found.geometry("bezirk").geometry.iloc[0]
    assert shape.geom_type == "Polygon"
    assert shape.area == pytest.approx(2_000_000)
    assert not shape.interiors


def test_an_overlap_counts_once(tmp_path: Path) -> None:
    found = two_areas(tmp_path, east_with_a_corner_at(990))
    assert found.geometry("bezirk").area.iloc[0] == 2_000_000


def test_a_real_hole_stays(tmp_path: Path) -> None:
    found = two_areas(tmp_path, east_with_a_corner_at(1100))
    assert found.geometry("bezirk").area.iloc[0] == 2_000_000 - 100 * 800 / 2


def test_both_areas_are_named(tmp_path: Path) -> None:
    [problem] = geometry_problems(two_areas(tmp_path, east_with_a_corner_at(990)))
    assert str(problem) == (
        "[D013] gebiete.gpkg, gebiet: Hier passen die Grenzen benachbarter Gebiete nicht genau aufeinander: 11, 12. "
        "Beim Zusammenfassen werden haarfeine Lücken geschlossen; die Dateien bleiben unverändert."
    )


def test_borders_that_fit_are_not_mentioned(tmp_path: Path) -> None:
    assert list(geometry_problems(two_areas(tmp_path, Polygon([(1000, 0), (2000, 0), (2000, 1000), *FIT])))) == []
