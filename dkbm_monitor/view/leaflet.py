"""A folium map that needs no internet: Leaflet comes from an installed package and is written into the page."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

ASSETS = Path(__file__).parent / "assets"
ICONS = {"iconUrl": "marker-icon", "iconRetinaUrl": "marker-icon-2x", "shadowUrl": "marker-shadow"}
# Inside a <script>, these could end the element, open a comment, or (U+2028, U+2029) end a line of code.
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}


def safe_json(plain: Any) -> str:
    """Compact JSON that may stand inside a script element, whatever texts it holds.

    >>> safe_json({"name": "</script>"})
    '{"name":"\\\\u003c/script\\\\u003e"}'
    """
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(UNSAFE)


@cache
def _leaflet_folder() -> Path:
    from xstatic.pkg import leaflet  # noqa: PLC0415 - the package is only a folder of files

    return Path(leaflet.BASE_DIR)


@cache
def leaflet_script() -> str:
    """Leaflet, minified, without the link to its source map (a browser would ask for that file)."""
    lines = (_leaflet_folder() / "leaflet.js").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))


@cache
def leaflet_style() -> str:
    """Leaflet's style with its few pictures as data URIs."""
    style = (_leaflet_folder() / "leaflet.css").read_text("utf-8")
    for picture in ("images/layers.png", "images/layers-2x.png", "images/marker-icon.png"):
        style = style.replace(f"url({picture})", f"url({_picture(Path(picture).stem)})")
    return style


@cache
def _picture(stem: str) -> str:
    content = (_leaflet_folder() / "images" / f"{stem}.png").read_bytes()
    return "data:image/png;base64," + base64.b64encode(content).decode()


@cache
def _own_style() -> str:
    return (ASSETS / "interactive.css").read_text("utf-8")


@cache
def own_script() -> str:
    """Our own modules in the order of their names, as one closure that offers `dkbmMap`."""
    modules = "\n".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("[0-9]_*.js")))
    return f"const dkbmMap = (() => {{\n{modules}\nreturn dkbmMap;\n}})();"


class Verbatim(Element):
    """Text that goes into the page as it is: branca would read it as a Jinja template again."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text

    def render(self, **_kwargs: Any) -> str:
        """The text itself."""
        return self.text


class OfflinePage(Figure):
    """The page around a map: language, title, nothing that is fetched."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language }}">\n<head>\n<title>{{ this.title|e }}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, *, title: str, language: str, height: str) -> None:
        super().__init__(height=height, title=title)
        self.language = language

    def _repr_html_(self, **kwargs: Any) -> str:
        """A frame for a notebook; `title` tells a screen reader what is inside."""
        return (
            f'<iframe srcdoc="{escape(self.render(**kwargs))}" title="{escape(self.title or "")}" '
            f'style="border:0;width:100%;height:{self.height}" allowfullscreen></iframe>'
        )


def _page_of(element: Element) -> Figure:
    """The page an element belongs to."""
    page = element.get_root()
    if not isinstance(page, Figure):
        msg = "a map is drawn inside a branca Figure"
        raise TypeError(msg)
    return page


class OfflineMap(folium.Map):
    """A `folium.Map` whose Leaflet is part of the page. Everything folium can add to a map can be added."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as folium declares them
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <style>html, body { width: 100%; height: 100%; margin: 0; }
        #{{ this.get_name() }} { width: 100%; height: 100%; }</style>
        <script>L_NO_TOUCH = {{ this.global_switches.no_touch|tojson }};
        L_DISABLE_3D = {{ this.global_switches.disable_3d|tojson }};</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }},
            zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
            ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
        """
    )

    def render(self, **kwargs: Any) -> str:
        """Write Leaflet into the page's head, then the map as folium does."""
        header = _page_of(self).header
        style = Verbatim(f"<style>{leaflet_style()}</style>")
        header.add_child(style, name="leaflet_css")
        header.add_child(Verbatim(f"<script>{leaflet_script()}{self._icons()}</script>"), name="leaflet")
        return str(super().render(**kwargs) or "")  # type: ignore[no-untyped-call]

    def _icons(self) -> str:
        """Leaflet's marker pictures as data URIs, only where a marker was added."""
        if not any(isinstance(child, folium.Marker) for child in self._children.values()):
            return ""
        pictures = {option: _picture(stem) for option, stem in ICONS.items()}
        return f"\nL.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({safe_json(pictures)});"


class DistrictLayer(MacroElement):
    """Districts with all their indicators: geometry once, values as compact columns, one script that repaints."""

    def __init__(self, content: Mapping[str, Any], *, digest: str, fonts: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DistrictLayer"
        self._id = digest
        self.content = content
        self.fonts = fonts

    def render(self, **_kwargs: Any) -> str:
        """Write style, content and script into the page; nothing stands where the layer itself stands."""
        page = _page_of(self)
        assert self._parent is not None
        name = self.get_name()
        page.header.add_child(Verbatim(f"<style>{self.fonts}{_own_style()}</style>"), name="dkbm_css")
        page.header.add_child(Verbatim(f"<script>{own_script()}</script>"), name="dkbm_js")
        text = f'<script type="application/json" id="{name}">{safe_json(self.content)}</script>'
        without = f"<noscript><p>{escape(self.content['texts']['no_script'])}</p></noscript>"
        page.html.add_child(Verbatim(without + text), name=name)
        start = f'dkbmMap({self._parent.get_name()}, JSON.parse(document.getElementById("{name}").textContent));'
        page.script.add_child(Verbatim(start), name=name)
        return ""
