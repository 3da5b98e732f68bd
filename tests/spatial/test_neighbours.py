import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, Polygon, box

from dkbm_monitor.spatial.neighbours import neighbours, touching


def layer(*shapes: object, crs: str = "EPSG:25832") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"district": [f"{n:02d}" for n in range(len(shapes))]}, geometry=list(shapes), crs=crs)


def pairs(*shapes: object, **more: object) -> set[tuple[str, str]]:
    found = touching(layer(*shapes), **more)
    return set(zip(found["district"], found["neighbour"], strict=True))


def test_a_corner_is_enough() -> None:
    found = pairs(box(0, 0, 100, 100), box(100, 100, 200, 200), box(100, 0, 200, 100))
    assert found == {(a, b) for a in ("00", "01", "02") for b in ("00", "01", "02") if a != b}


def test_a_gap_of_a_hair_does_not_part_neighbours_but_a_river_does() -> None:
    assert pairs(box(0, 0, 100, 100), box(100.5, 0, 200, 100), islands="none") == {("00", "01"), ("01", "00")}
    assert pairs(box(0, 0, 100, 100), box(130, 0, 200, 100), islands="none") == set()


def test_an_island_is_joined_to_the_nearest_both_ways() -> None:
    shapes = box(0, 0, 100, 100), box(100, 0, 200, 100), box(230, 0, 300, 100)
    assert pairs(*shapes, islands="nearest") == {("00", "01"), ("01", "00"), ("01", "02"), ("02", "01")}
    assert pairs(*shapes, islands="none") == {("00", "01"), ("01", "00")}


def test_an_area_without_shape_has_no_neighbours_and_one_alone_stays_alone() -> None:
    assert pairs(box(0, 0, 1, 1)) == set()
    assert pairs(Polygon(), box(0, 0, 1, 1)) == set()


def test_degrees_are_measured_in_metres() -> None:
    # 0.0001 degrees of longitude at 51 degrees north are about 7 metres: no neighbours.
    west, east = box(9.0, 51.0, 9.1, 51.1), box(9.1001, 51.0, 9.2, 51.1)
    assert touching(layer(west, east, crs="EPSG:4326"), islands="none").empty


def test_pairs_are_those_of_libpysal() -> None:
    import shapely
    from libpysal.weights import Queen

    rng = np.random.default_rng(3)
    cloud = shapely.MultiPoint(rng.uniform(0, 10_000, (60, 2)))
    cells = list(shapely.voronoi_polygons(cloud, extend_to=Point(5000, 5000).buffer(8000)).geoms)
    found = touching(layer(*cells), reach_m=1e-6)
    queen = Queen.from_dataframe(layer(*cells), use_index=False)
    wanted = {(f"{a:02d}", f"{b:02d}") for a, near in queen.neighbors.items() for b in near}
    assert set(zip(found["district"], found["neighbour"], strict=True)) == wanted


@pytest.mark.parametrize("levels", [None, ["bezirk"]])
def test_every_level_of_a_town_below_the_town_itself(levels: list[str] | None, monkeypatch, small) -> None:
    shapes = {
        "stadtteil": layer(box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)).assign(district=["11", "12", "21"]),
        "bezirk": layer(box(0, 0, 2, 1), box(2, 0, 3, 1)).assign(district=["1", "2"]),
    }
    monkeypatch.setattr("dkbm_monitor.districts.layers.geometry_of", lambda _districts, level: shapes[level])
    found = neighbours({"g": small}, levels=levels, islands="none")
    assert list(found.columns) == ["gebietsstand", "level", "district", "neighbour"]
    assert set(found["level"]) == ({"bezirk"} if levels else {"stadtteil", "bezirk"})
    assert found.query("level == 'bezirk'")[["district", "neighbour"]].to_numpy().tolist() == [["1", "2"], ["2", "1"]]
