"""The interactive map: several indicators and periods of a release in one folium map without internet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dkbm_monitor.core.files import write_whole
from dkbm_monitor.core.locale import _, language
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.classes import Scheme, class_breaks
from dkbm_monitor.view.interactive_choice import Choice, chosen
from dkbm_monitor.view.scene import Cut

if TYPE_CHECKING:
    import folium

NOTEBOOK_HEIGHT = "640px"


@dataclass(frozen=True, eq=False)
class InteractiveMap:
    """What an interactive map shows. Its verbs return copies; nothing is drawn before it is asked for."""

    release: Release
    choice: Choice
    cut: Cut = field(default_factory=Cut)
    bounds: tuple[float, ...] = ()
    heading: str = ""
    tile_server: str = ""
    tile_attribution: str = ""
    height: str = NOTEBOOK_HEIGHT

    def classes(
        self, k: int | None = None, scheme: Scheme | None = None, *, bounds: Sequence[float] = ()
    ) -> InteractiveMap:
        """A copy with other classes: their number and how they are cut, or their bounds, both ends included."""
        cut = Cut(self.cut.k if k is None else k, scheme or self.cut.scheme)
        class_breaks([], k=cut.k, scheme=cut.scheme)  # complains about a wrong number or scheme at once
        if len(bounds) == 1 or list(bounds) != sorted(set(bounds)):
            msg = f"bounds must rise, and there must be at least two: {list(bounds)}"
            raise ValueError(msg)
        return replace(self, cut=cut, bounds=tuple(bounds))

    def titled(self, heading: str) -> InteractiveMap:
        """A copy with another title above the map."""
        return replace(self, heading=heading)

    def tiles(self, server: str, *, attribution: str) -> InteractiveMap:
        """A copy over the pictures of a tile server. The page then asks that server whenever it is opened."""
        if not server or not attribution:
            msg = "tiles need the address of a server ('https://…/{z}/{x}/{y}.png') and its attribution"
            raise ValueError(msg)
        return replace(self, tile_server=server, tile_attribution=attribution)

    def tall(self, height: str) -> InteractiveMap:
        """A copy with another height in a notebook, for example '800px'."""
        return replace(self, height=height)

    def content(self) -> dict[str, Any]:
        """Everything the page shows, as plain data: geometry once, values as compact columns, texts."""
        from dkbm_monitor.view.interactive_content import content_of  # noqa: PLC0415 - numpy and shapely

        return content_of(self)

    def to_folium(self) -> folium.Map:
        """The map as folium knows it; anything folium offers can be added to it."""
        import folium  # noqa: PLC0415 - 0.3 s

        from dkbm_monitor.view.interactive_fonts import font_faces  # noqa: PLC0415
        from dkbm_monitor.view.leaflet import DistrictLayer, OfflineMap, OfflinePage, safe_json  # noqa: PLC0415

        content = self.content()
        digest = sha256(safe_json(content).encode()).hexdigest()[:12]
        drawn = OfflineMap(
            tiles=None, zoom_control=False, attribution_control=bool(self.tile_server), zoom_snap=0, zoom_delta=0.75
        )
        drawn._id = digest
        if self.tile_server:
            folium.TileLayer(self.tile_server, attr=self.tile_attribution, control=False).add_to(drawn)
        content["id"] = f"dkbm{digest}"
        DistrictLayer(content, digest=digest, fonts=font_faces()).add_to(drawn)
        page = OfflinePage(title=self._title(content), language=language(), height=self.height)
        page.add_child(drawn)
        return drawn

    def _title(self, content: dict[str, Any]) -> str:
        return str(content["indicators"][0]["views"][content["start"]]["title"])

    def html(self) -> str:
        """The whole page as text."""
        return str(self.to_folium().get_root().render())

    def save(self, path: str | Path) -> Path:
        """Write one HTML file that opens anywhere without a network, with its run record beside it."""
        target = Path(path)
        if target.suffix.lower() not in {".html", ".htm"}:
            what = _("Interaktive Karten gibt es als .html; „{name}“ endet anders.").format(name=target.name)
            hint = _("Ein Bild oder PDF macht „map“.")
            raise ProblemsError([Problem("V055", Place(str(path)), target.name, what, hint)])
        write_whole(target, self.html().encode())
        self.release.run.with_settings(**self.settings()).save_beside(target)
        return target

    def settings(self) -> dict[str, Any]:
        """What was asked for, for the run record."""
        return {
            "product": "interactive map",
            "indicators": list(self.choice.indicators),
            "level": self.choice.level,
            "periods": list(self.choice.periods),
            "gebietsstand": self.choice.gebietsstand,
            "audience": self.release.audience,
            "classes": {"k": self.cut.k, "scheme": self.cut.scheme, "bounds": list(self.bounds)},
            "tiles": self.tile_server,
            "language": language(),
        }

    def _repr_html_(self) -> str:
        return str(self.to_folium()._repr_html_())


def interactive(
    release: Release,
    indicators: Sequence[str] | str,
    *,
    level: str | None = None,
    period: str | int | None = None,
    periods: Sequence[str | int] | None = None,
) -> InteractiveMap:
    """An interactive map of one or several released indicators.

    `level` is the finest one with values unless named; periods are all that the release holds for the newest
    Gebietsstand unless named. Raises `ProblemsError` with everything that does not fit at once.
    """
    wanted = [indicators] if isinstance(indicators, str) else list(indicators)
    asked = [period] if period is not None else list(periods or [])
    return InteractiveMap(release, chosen(release, wanted, level=level, periods=[str(one) for one in asked]))
