"""The page itself: complete without a network, harmless whatever a district is called, whole or not at all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import folium
import pytest
from interactive_release import NAMES, small_release

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.core.problems import ProblemsError
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.interactive import InteractiveMap, interactive
from dkbm_monitor.view.leaflet import OfflineMap, leaflet_script, leaflet_style, safe_json

FETCHED = re.compile(r"""(?:\bsrc|\bhref)\s*=\s*["']?(?!data:|#)[^"'\s>]+|url\((?!["']?data:|#)[^)]+\)|@import""")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return small_release(tmp_path)


@pytest.fixture
def spec(release: Release) -> InteractiveMap:
    return interactive(release, ["sprachfoerderbedarf", "kita_besuch"])


def without_scripts(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.S)


def test_it_is_a_folium_map_to_which_folium_can_add(spec: InteractiveMap) -> None:
    drawn = spec.to_folium()
    assert isinstance(drawn, folium.Map)
    folium.CircleMarker([51.4, 7.6]).add_to(drawn)
    assert "L.circleMarker" in drawn.get_root().render()


def test_nothing_in_the_page_is_fetched(spec: InteractiveMap) -> None:
    page = without_scripts(spec.html())
    assert FETCHED.findall(page.replace("url(#default#VML)", "")) == []
    assert "cdn." not in spec.html()
    assert "sourceMappingURL" not in spec.html()


def test_leaflet_keeps_its_copyright_notice() -> None:
    assert "Vladimir Agafonkin" in leaflet_script()
    assert "url(images/" not in leaflet_style()


def test_folium_maps_made_elsewhere_keep_their_own_scripts(spec: InteractiveMap) -> None:
    spec.html()
    assert folium.Map.default_js
    assert OfflineMap.default_js == []


def test_the_page_names_its_language_and_its_title(spec: InteractiveMap) -> None:
    page = spec.html()
    assert '<html lang="de">' in page
    assert "<title>Kinder mit Sprachförderbedarf, 2023</title>" in page
    with speaking("en"):
        assert '<html lang="en">' in spec.html()


def test_the_content_comes_back_as_it_went_in(spec: InteractiveMap) -> None:
    """No template engine reads the names again, and no sign in them ends the script."""
    page = spec.html()
    text = re.search(r'<script type="application/json" id="[^"]+">(.*?)</script>', page, re.S)
    assert text is not None
    assert json.loads(text[1])["names"] == NAMES
    assert not set(text[1]) & set("<>&'\u2028\u2029")


def test_a_title_is_text_not_markup(spec: InteractiveMap) -> None:
    page = spec.titled('</title><script>alert("1")</script>{{ 7*7 }}').html()
    assert '<script>alert("1")' not in page
    assert "{{ 7*7 }}" in page


def test_infinite_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        safe_json({"value": float("inf")})


def test_the_same_release_gives_the_same_bytes(spec: InteractiveMap, release: Release) -> None:
    assert spec.html() == interactive(release, spec.choice.indicators).html()


def test_a_saved_map_has_its_run_record_beside_it(spec: InteractiveMap, tmp_path: Path) -> None:
    path = spec.classes(k=3).save(tmp_path / "neu" / "karte.html")
    record = json.loads(path.with_name("karte.html.run.json").read_text("utf-8"))
    assert record["outputs"] == {"karte.html": sha256_of(path)}
    assert record["settings"]["indicators"] == ["sprachfoerderbedarf", "kita_besuch"]
    assert record["settings"]["classes"]["k"] == 3
    assert record["invented"] is True
    assert sorted(one.name for one in path.parent.iterdir()) == ["karte.html", "karte.html.run.json"]


def test_a_map_that_cannot_be_made_leaves_the_old_file(release: Release, tmp_path: Path) -> None:
    path = tmp_path / "karte.html"
    path.write_text("alt", "utf-8")
    broken = interactive(release, "kita_besuch").titled("x")
    with pytest.raises(KeyError):
        replace(broken, release=replace(release, districts={})).save(path)
    assert path.read_text("utf-8") == "alt"


def test_another_ending_than_html_is_refused(spec: InteractiveMap, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as error:
        spec.save(tmp_path / "karte.pdf")
    assert str(error.value).endswith(
        "Interaktive Karten gibt es als .html; „karte.pdf“ endet anders. Ein Bild oder PDF macht „map“."
    )


def test_marker_pictures_come_along_only_with_a_marker(spec: InteractiveMap) -> None:
    assert "mergeOptions({" not in spec.html().replace(leaflet_script(), "")
    drawn = spec.to_folium()
    folium.Marker([51.4, 7.6]).add_to(drawn)
    assert 'L.Icon.Default.mergeOptions({"iconUrl":"data:image/png' in drawn.get_root().render()


def test_a_tile_server_is_asked_only_when_named(spec: InteractiveMap) -> None:
    address = "https://kacheln.example.org/{z}/{x}/{y}.png"
    assert "L.tileLayer(" not in spec.html().replace(leaflet_script(), "")
    page = spec.tiles(address, attribution="Stadt, dl-de/by-2-0").html()
    assert address in page
    assert "Stadt, dl-de/by-2-0" in page


def test_tiles_without_attribution_are_refused(spec: InteractiveMap) -> None:
    with pytest.raises(ValueError, match="attribution"):
        spec.tiles("https://kacheln.example.org/{z}/{x}/{y}.png", attribution="")


def test_a_notebook_gets_a_frame_of_its_own(spec: InteractiveMap) -> None:
    shown = spec.tall("480px")._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert "height:480px" in shown
    assert 'title="Kinder mit Sprachförderbedarf, 2023"' in shown


def test_naming_a_map_loads_neither_folium_nor_geopandas() -> None:
    code = (
        "import sys, dkbm_monitor.view.interactive; "
        "print([one for one in ('folium', 'geopandas', 'matplotlib', 'fontTools') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
