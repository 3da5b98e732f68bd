"""What stands around a map when its indicator or its town is unusual: counts, long source notes, slits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.text import Text

from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.view.legend import has_mark
from dkbm_monitor.view.maps import DistrictMap
from dkbm_monitor.view.maps import map as static_map
from dkbm_monitor.view.shapes import without_slits

Grid = Callable[..., Districts]
Maker = Callable[..., Release]
ID = "sprachfoerderbedarf"
COUNT: dict[str, Any] = {
    "kind": "count", "denominator": (), "decimals": 0, "unit": {"de": "Standorte", "en": "sites"}
}  # fmt: skip
VALUES = {"2023": [1, 1, 2, 3, 7, 9]}


def figure_of(wanted: DistrictMap) -> Figure:
    figure = wanted.draw().get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def words_on(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def test_the_sum_of_all_areas_has_no_place_among_the_classes_of_single_ones(
    grid_districts: Grid, release_of: Maker
) -> None:
    shares = static_map(release_of(grid_districts(3, 2), VALUES, town=3.0), ID)
    numbers = static_map(release_of(grid_districts(3, 2), VALUES, town=23.0, card=COUNT), ID)
    assert has_mark(shares.scene())
    assert not has_mark(numbers.scene())
    assert "Quadratstadt insgesamt: 23\u00a0Standorte" in words_on(figure_of(numbers))


def test_absolute_numbers_are_shown_with_a_note(grid_districts: Grid, release_of: Maker) -> None:
    shares = static_map(release_of(grid_districts(3, 2), VALUES), ID)
    numbers = static_map(release_of(grid_districts(3, 2), VALUES, card=COUNT), ID)
    assert "Absolute Zahlen zeigen vor allem" in words_on(figure_of(numbers))
    assert "Absolute Zahlen" not in words_on(figure_of(shares))


def test_a_map_in_a_given_figure_says_its_unit_once(grid_districts: Grid, release_of: Maker) -> None:
    figure, ax = plt.subplots()
    static_map(release_of(grid_districts(3, 2), VALUES, town=23.0, card=COUNT), ID).draw(ax)
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text().split("\n")[-1] == "Einheit: Standorte"
    assert [text.get_text() for text in legend.get_texts()][-1].startswith("1 (")
    plt.close(figure)


@pytest.mark.parametrize("paper", ["A5", "A4", "slide"])
def test_long_source_notes_stay_on_the_paper(grid_districts: Grid, release_of: Maker, paper: str) -> None:
    made = release_of(grid_districts(3, 2), VALUES)
    address = "https://geodaten.beispiel.de/" + "verwaltungsgrenzen/" * 20
    held = made.districts["2021"]
    stand = held.gebietsstand.model_copy(
        update={"attribution": f"Geometrie: Vermessungsamt der Quadratstadt, CC BY 4.0, {address}"}
    )
    release = replace(made, districts={"2021": replace(held, gebietsstand=stand)})
    figure = figure_of(static_map(release, ID).size(paper))
    assert "Gebietsgrenzen: Vermessungsamt der Quadratstadt" in words_on(figure)
    for text in figure.findobj(Text):
        box = text.get_window_extent()
        assert not text.get_text() or (box.x0 >= 0 and box.x1 <= figure.bbox.x1), text.get_text()


def test_a_slit_too_narrow_to_be_seen_is_closed_and_a_bay_stays_open() -> None:
    square = shapely.box(0, 0, 1000, 1000)
    slit, bay = shapely.box(500, 400, 510, 1000), shapely.box(100, 700, 300, 1000)
    closed = without_slits(square - slit - bay, 10.0)
    assert closed.equals_exact(square - bay, tolerance=1e-6, normalize=True)
