"""The interactive map in a real browser without any network: what is seen, said and asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from interactive_release import NAMES, small_release

from dkbm_monitor.core.locale import speaking
from dkbm_monitor.view.interactive import InteractiveMap, interactive

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
AREAS = "path.leaflet-interactive"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine"),
]


@dataclass
class Seen:
    """A page with everything it complained about or asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def area(self, name: str) -> Any:
        return self.page.locator(AREAS).nth(NAMES.index(name))

    def fill(self, name: str) -> str:
        return str(self.area(name).get_attribute("fill"))

    def fills(self) -> list[str]:
        return [str(one.get_attribute("fill")) for one in self.page.locator(AREAS).all()]

    def legend(self) -> list[str]:
        return [" ".join(row.split()) for row in self.page.locator(".dkbm-legend tr").all_inner_texts()]

    def card(self) -> str:
        return str(self.page.locator(".dkbm-tip").inner_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> InteractiveMap:
    return interactive(small_release(tmp_path_factory.mktemp("stadt")), ["sprachfoerderbedarf", "kita_besuch"])


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens a map, or the text of a page, in a browser whose network is off and watched."""
    contexts = []

    def opening(content: InteractiveMap | str, *, size: dict[str, int] = WIDE, **options: Any) -> Seen:
        path = tmp_path / "karte.html"
        if isinstance(content, str):
            path.write_text(content, "utf-8")
        else:
            content.save(path)
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        seen = Seen(context.new_page())

        def blocked(route: Any) -> None:
            if route.request.url.startswith("file:") and route.request.url.endswith("karte.html"):
                route.continue_()
            else:
                seen.requests.append(route.request.url)
                route.abort()

        context.route("**/*", blocked)
        context.set_offline(True)
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
        seen.page.goto(path.as_uri())
        return seen

    yield opening
    for context in contexts:
        context.close()


def test_it_opens_without_network_and_without_complaint(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    assert seen.page.locator(AREAS).count() == len(NAMES)
    assert seen.page.locator("h1").inner_text() == "Kinder mit Sprachförderbedarf, 2023"
    assert (seen.complaints, seen.requests) == ([], [])


def test_every_district_is_painted_inside_the_map(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    frame = seen.page.locator(".dkbm-map").bounding_box()
    for area in seen.page.locator(AREAS).all():
        box = area.bounding_box()
        assert box["width"] > 20
        assert box["height"] > 20
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]


def test_districts_without_a_value_have_patterns_of_their_own(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    hidden, nobody, absent = (seen.fill(NAMES[place]) for place in (2, 4, 6))
    assert hidden.startswith("url(#")
    assert nobody.startswith("url(#")
    assert absent == "#EDEDEB"
    assert len({hidden, nobody, absent}) == 3
    for fill in (hidden, nobody, seen.fill(NAMES[7])):
        assert seen.page.evaluate("id => document.getElementById(id).tagName", fill[5:-1]) == "pattern"


def test_the_legend_says_classes_reasons_and_how_many(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    one = spec.content()["indicators"][0]
    codes = one["views"]["2023"]["codes"]
    classes = [f"{each['label']} {codes.count(str(place))}" for place, each in enumerate(one["classes"])]
    assert seen.legend() == [
        "Wert in % Stadtteile",
        *classes,
        "davon wenig belastbar (kleine Grundgesamtheit) 1",
        "verborgen, um kleine Zahlen zu schützen 1",
        "nicht bewohnt 1",
        "keine Angabe 1",
    ]
    assert sum(int(row.rsplit(" ", 1)[1]) for row in classes) == len(NAMES) - 3
    assert seen.page.locator(".dkbm-town").inner_text().strip() == "Probestadt insgesamt: 21,0\u00a0%"
    assert "Erfundene Stadt: alle Daten sind erdacht." in seen.page.locator("header").inner_text()
    assert "Quelle: Gesundheitsamt Probestadt" in seen.page.locator("footer").inner_text()


def test_the_colour_of_a_district_is_the_colour_of_its_class_in_the_legend(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    swatches = seen.page.locator(".dkbm-legend tbody:first-of-type rect").all()
    assert seen.fill("Altdorf") == swatches[0].get_attribute("fill")


def test_hovering_shows_value_interval_counts_and_the_town(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    seen.area("Altdorf").hover()
    assert seen.card().splitlines() == [
        "Altdorf",
        "Stadtteil 01",
        "15,0\u00a0%",
        "Unsicherheitsbereich (95\u00a0%): 7,0 bis 24,3\u00a0%",
        "9 von 60",
        "Probestadt insgesamt: 21,0\u00a0%",
    ]
    seen.page.mouse.move(2, 2)
    assert seen.page.locator(".dkbm-tip").is_hidden()


def test_a_hidden_value_is_explained_and_shows_no_number(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    seen.area("<script>alert(1)</script>").hover()
    assert "Verborgen, um kleine Zahlen zu schützen" in seen.card()
    assert "von" not in seen.card()


def test_the_card_stays_inside_the_map(opened: Any, spec: InteractiveMap) -> None:
    for size in (WIDE, PHONE):
        seen = opened(spec, size=size)
        frame = seen.page.locator(".dkbm-map").bounding_box()
        for area in seen.page.locator(AREAS).all():
            area.hover()
            box = seen.page.locator(".dkbm-tip").bounding_box()
            assert frame["x"] <= box["x"]
            assert box["x"] + box["width"] <= frame["x"] + frame["width"]
            assert frame["y"] <= box["y"]
            assert box["y"] + box["height"] <= frame["y"] + frame["height"]


def test_choosing_another_indicator_changes_colours_legend_and_title(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    before, legend = seen.fills(), seen.legend()
    shapes = seen.page.locator(AREAS).first.element_handle()
    seen.page.get_by_label("Kennzahl").select_option(label="Kinder in Kindertagesbetreuung")
    assert seen.page.locator("h1").inner_text() == "Kinder in Kindertagesbetreuung, 2023"
    assert not set(before) & set(seen.fills())
    assert seen.legend() != legend
    assert shapes.evaluate("node => node.isConnected"), "the shapes are repainted, not drawn anew"
    seen.area("Altdorf").hover()
    assert "50,0\u00a0%" in seen.card()
    assert (seen.complaints, seen.requests) == ([], [])


def test_choosing_another_period_keeps_the_classes(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    labels = [row.rsplit(" ", 1)[0] for row in seen.legend()[1:6]]
    seen.page.get_by_label("Zeitraum").select_option("2022")
    assert seen.page.locator("h1").inner_text() == "Kinder mit Sprachförderbedarf, 2022"
    assert [row.rsplit(" ", 1)[0] for row in seen.legend()[1:6]] == labels
    seen.area("Altdorf").hover()
    assert "10,0\u00a0%" in seen.card()


def test_a_period_without_values_cannot_be_chosen(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    seen.page.get_by_label("Zeitraum").select_option("2022")
    seen.page.get_by_label("Kennzahl").select_option(label="Kinder in Kindertagesbetreuung")
    assert seen.page.get_by_label("Zeitraum").input_value() == "2023"
    assert seen.page.locator("option", has_text="2022 (keine Werte)").is_disabled()


def test_arrow_keys_walk_through_the_districts_by_name(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    seen.page.get_by_label("Zeitraum").focus()
    for _ in range(12):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.matches('path.leaflet-interactive')"):
            break
    first = seen.card().splitlines()[0]
    seen.page.keyboard.press("ArrowRight")
    second = seen.card().splitlines()[0]
    assert [first, second] != [first, first]
    seen.page.keyboard.press("End")
    assert seen.card().splitlines()[0] == "Westend's"
    seen.page.keyboard.press("ArrowDown")
    assert seen.card().splitlines()[0] == first
    label = seen.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith(first + ": ")
    seen.page.keyboard.press("Escape")
    assert seen.page.locator(".dkbm-tip").is_hidden()
    assert seen.complaints == []


def test_a_tap_shows_the_card_and_keeps_it(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec, size=PHONE, has_touch=True, is_mobile=True)
    seen.area("Nordstadt").tap()
    assert seen.card().startswith("Nordstadt")
    assert seen.complaints == []


def test_hostile_names_are_only_text(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec)
    for name in NAMES:
        seen.area(name).hover()
        shown = seen.page.locator(".dkbm-tip strong")
        assert shown.evaluate("node => node.textContent") in NAMES
        assert shown.evaluate("node => node.children.length") == 0
    assert seen.complaints == []


def test_a_narrow_page_does_not_scroll_sideways(opened: Any, spec: InteractiveMap) -> None:
    for width in (320, 390):
        seen = opened(spec, size={"width": width, "height": 800})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_legend_that_scrolls_can_be_reached_by_key(opened: Any, spec: InteractiveMap) -> None:
    side = opened(spec, size={"width": 1280, "height": 420}).page.locator(".dkbm-side")
    assert side.get_attribute("tabindex") == "0"
    assert opened(spec).page.locator(".dkbm-side").get_attribute("tabindex") is None


def test_nothing_moves_for_readers_who_asked_for_rest(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(spec, reduced_motion="reduce")
    name = seen.page.locator(".folium-map").get_attribute("id")
    assert seen.page.evaluate(f"[{name}.options.zoomAnimation, {name}.options.inertia]") == [False, False]


def test_a_notebook_frame_shows_the_same_map(opened: Any, spec: InteractiveMap) -> None:
    seen = opened(f"<!DOCTYPE html><meta charset=utf-8><link rel=icon href=data:,>{spec._repr_html_()}")
    frame = seen.page.frame_locator("iframe")
    frame.locator(AREAS).first.wait_for()
    assert frame.locator(AREAS).count() == len(NAMES)
    fill = frame.locator(AREAS).nth(2).get_attribute("fill")
    assert frame.locator(fill[4:-1]).count() == 1, "the hatch belongs to the frame"
    frame.locator(AREAS).first.hover()
    assert frame.locator(".dkbm-tip").inner_text().startswith("Altdorf")
    assert (seen.complaints, seen.requests) == ([], [])


def test_a_folded_notebook_cell_wakes_up_unhurt(opened: Any, spec: InteractiveMap) -> None:
    hidden = spec._repr_html_().replace('style="', 'id="cell" style="display:none;', 1)
    seen = opened(f"<!DOCTYPE html><meta charset=utf-8><link rel=icon href=data:,>{hidden}")
    seen.page.wait_for_timeout(200)
    seen.page.evaluate("document.getElementById('cell').style.display = 'block'")
    frame = seen.page.frame_locator("iframe")
    frame.locator(AREAS).first.hover()
    assert frame.locator(AREAS).first.bounding_box()["width"] > 20
    assert seen.complaints == []


def test_the_page_speaks_english_when_asked(opened: Any, spec: InteractiveMap) -> None:
    with speaking("en"):
        seen = opened(spec)
    seen.area("Altdorf").hover()
    assert "15.0\u00a0%" in seen.card()
    assert seen.page.evaluate("document.documentElement.lang") == "en"


def test_numbers_of_any_size_are_read_as_they_were_written(opened: Any, spec: InteractiveMap) -> None:
    """The page's own reader of columns, beside the writer: amounts in euros pass 32 bits."""
    from dkbm_monitor.view.leaflet import ASSETS
    from dkbm_monitor.view.topology import vlq

    numbers = [0, 1, -1, 31, 32, -33, 2**31, -(2**40), 2**50]
    seen = opened(spec)
    decoder = (ASSETS / "1_decode.js").read_text("utf-8")
    assert seen.page.evaluate(f"text => {{ {decoder}; return vlq(text); }}", vlq(numbers)) == numbers
