"""Berlin from the publishers' files to paper and screen: both Gebietsstände, every district on the map."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from dkbm_monitor.compute.indicators import compute
from dkbm_monitor.disclosure.primary import release
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.sources.fetch import fetch
from dkbm_monitor.town.open import open_town
from dkbm_monitor.view.interactive import interactive
from dkbm_monitor.view.maps import map as static_map

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "berlin"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason="real data folder ../shared/real/berlin is not here"),
]
INDICATOR, GIVEN = "migrationshintergrund", "mss_s1_arbeitslosigkeit"
GEOMETRY = "Gebietsgrenzen: Amt für Statistik Berlin-Brandenburg und Senatsverwaltung für Stadtentwicklung"
A4_PIXELS = (2338, 1653)  # 297 mm × 210 mm at 200 dpi


@pytest.fixture(scope="module")
def berlin(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("maps") / "berlin"
    fetch("berlin", source_folder=REAL, into=folder)
    town = open_town(folder)
    return release(compute(town, [INDICATOR, GIVEN]), town)


def footer(drawn: object) -> str:
    figure = drawn.get_figure(root=True)  # type: ignore[attr-defined]
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


def pixels(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(("period", "areas", "stand"), [("2024", 542, "LOR 2021"), ("2018", 448, "LOR bis 2020")])
def test_a_map_shows_every_planungsraum_of_its_gebietsstand(
    berlin: Release, tmp_path: Path, period: str, areas: int, stand: str
) -> None:
    drawing = static_map(berlin, INDICATOR, period=period, level="planungsraum")
    scene = drawing.scene()
    assert sum(scene.class_counts) + sum(scene.blank_counts.values()) == areas
    words = footer(drawing.draw())
    assert f"Stichtag 31.12.{period}" in words
    assert f"Gebietsstand {stand}" in words
    assert GEOMETRY in words
    saved = drawing.save(tmp_path / "karte.png")
    assert pixels(saved.read_bytes()) == A4_PIXELS


@pytest.mark.parametrize(("level", "areas"), [("bezirksregion", 143), ("prognoseraum", 58), ("bezirk", 12)])
def test_coarser_levels_can_be_drawn(berlin: Release, level: str, areas: int) -> None:
    drawing = static_map(berlin, INDICATOR, period="2024", level=level)
    assert sum(drawing.scene().class_counts) == areas
    assert "Berlin insgesamt: 41,1\u00a0%" in footer(drawing.draw())


def test_a_publishers_rate_has_no_rule_of_ours_and_no_town_value(berlin: Release) -> None:
    words = footer(static_map(berlin, GIVEN, period="2020", level="planungsraum").draw())
    assert "verborgen" not in words
    assert "Berlin insgesamt: k. A." in words
    assert "Monitoring Soziale Stadtentwicklung 2021" in words


def test_the_interactive_map_holds_both_and_names_who_drew_the_outlines(berlin: Release, tmp_path: Path) -> None:
    content = interactive(berlin, INDICATOR, level="planungsraum").content()
    assert len(content["keys"]) == 542
    assert content["periods"] == ["2021", "2022", "2023", "2024"]
    for view in content["indicators"][0]["views"].values():
        assert any(line.startswith(GEOMETRY) for line in view["foot"])
    page = interactive(berlin, INDICATOR, level="planungsraum").save(tmp_path / "karte.html").read_text("utf-8")
    assert not re.search(r'(<link[^>]*href|src)=["\']?(https?:)?//', page)
