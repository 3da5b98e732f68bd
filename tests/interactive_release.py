"""A small invented release for the tests of the interactive map: twelve square districts, two indicators."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.frames import VALUE_COLUMNS
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.disclosure.release import Release, SourceNote
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.layers import read_districts
from dkbm_monitor.districts.models import Gebietsstand, Level
from dkbm_monitor.town.models import RuleFor
from dkbm_monitor.view.topology import DIGITS

AGS = "99999000"
NAMES = [
    "Altdorf",
    "Nordstadt",
    "<script>alert(1)</script>",
    'Am "Roten" Berg & Co',
    "Hafen",
    "Grünau 🌳",
    "{{ 7*7 }}{% raw %}",
    "Ostheim\u2028Zeile",
    "Südvorstadt-Über-den-Wiesen",
    "Westend's",
    "Mitte",
    "Mitte",
]
KEYS = [f"{number:02d}" for number in range(1, len(NAMES) + 1)]
EAST, NORTH, WIDTH = 400_000, 5_700_000, 1_500


def square(number: int) -> shapely.Polygon:
    """District `number`, counted row by row, four to a row."""
    x, y = EAST + WIDTH * (number % 4), NORTH + WIDTH * (number // 4)
    return shapely.box(x, y, x + WIDTH, y + WIDTH)


def small_districts(folder: Path, *, stand: str = "2021", names: list[str] = NAMES) -> Districts:
    """The districts as a GeoPackage in `folder`; the fifth, Hafen, has no inhabitants."""
    keys = [f"{number:02d}" for number in range(1, len(names) + 1)]
    shapes = [square(number) for number in range(len(names))]
    frame = gpd.GeoDataFrame({"key": keys, "name": names}, geometry=shapes, crs="EPSG:25832")
    frame.to_file(folder / f"stadtteile_{stand}.gpkg")
    level = Level(
        id="stadtteil",
        title="Stadtteil",
        plural="Stadtteile",
        file=f"stadtteile_{stand}.gpkg",
        key="key",
        name="name",
        uninhabited=("05",),
    )
    declared = Gebietsstand(id=stand, title=f"Stadtteile {stand}", first=stand, levels=(level,))
    return read_districts(folder, declared, ags=AGS, name="Probestadt", crs="EPSG:25832")


def _text(text: str) -> dict[str, str]:
    return {"de": text, "en": text}


def indicator(**changes: object) -> Indicator:
    """A valid definition; name what should differ."""
    card: dict[str, object] = {
        "id": "sprachfoerderbedarf",
        "area": "c",
        "title": _text("Kinder mit Sprachförderbedarf"),
        "definition": _text("Anteil der Kinder mit Sprachförderbedarf an allen untersuchten Kindern."),
        "purpose": _text("Zeigt, wo Sprachförderung vor der Schule gebraucht wird."),
        "limits": _text("Sagt nichts über die Familiensprache."),
        "kind": "share",
        "numerator": "esu_sprachfoerderung",
        "denominator": "esu_untersuchte",
        "unit": _text("%"),
        "polarity": "burden",
        "spatial_principle": "wohnort",
        "reference_date": "Schulanfang",
        "aggregation": _text("Zähler und Nenner werden addiert."),
        "sources": ["Schuleingangsuntersuchung"],
        "examples": [],
    }
    return Indicator.model_validate({**card, **changes})


KITA = indicator(
    id="kita_besuch",
    title=_text("Kinder in Kindertagesbetreuung"),
    definition=_text("Anteil der betreuten Kinder an allen Kindern unter 6 Jahren."),
    polarity="resource",
)


def _row(one: str, district: str, period: str, part: float | None, base: float | None, **more: object) -> dict:
    value = 100 * part / base if part is not None and base else None
    row = {
        "indicator": one,
        "breakdown": "total",
        "gebietsstand": "2021",
        "level": "stadtteil",
        "district": district,
        "period": period,
        "value": value,
        "numerator": part,
        "denominator": base,
        "low": None if value is None else max(0.0, value - 8.04),
        "high": None if value is None else min(100.0, value + 9.26),
        "status": "ok" if value is not None else "suppressed",
        "flags": "",
        "sources": "gesundheitsamt",
    }
    return {**row, **more}


def small_rows() -> list[dict]:
    """Shares of 12 districts in two years; 03 suppressed, 05 uninhabited, 07 absent, 08 flagged."""
    rows = []
    for period, shift in (("2022", 0), ("2023", 3)):
        for number, key in enumerate(KEYS):
            part, base = 6 + 3 * number + shift, 60 + number
            if key == "03":
                rows.append(_row("sprachfoerderbedarf", key, period, None, None))
            elif key == "05":
                rows.append(_row("sprachfoerderbedarf", key, period, None, None, status="not_applicable"))
            elif key != "07":
                flags = "small_denominator" if key == "08" else ""
                rows.append(_row("sprachfoerderbedarf", key, period, part, base, flags=flags))
        rows.append(_row("sprachfoerderbedarf", AGS, period, 210, 1000, level="stadt"))
    for number, key in enumerate(KEYS):
        rows.append(_row("kita_besuch", key, "2023", 40 + 2 * number, 80))
    rows.append(_row("kita_besuch", AGS, "2023", 660, 1000, level="stadt"))
    return rows


def small_release(folder: Path, **changes: object) -> Release:
    """The release all tests draw from."""
    parts: dict[str, object] = {
        "values": pd.DataFrame(small_rows(), columns=list(VALUE_COLUMNS)).astype({"value": float}),
        "audience": "public",
        "rule": RuleFor(min_count=3),
        "reason": "Probe, ohne Rechtsgrundlage",
        "town": "Probestadt",
        "invented": True,
        "indicators": {"sprachfoerderbedarf": indicator(), "kita_besuch": KITA},
        "districts": {"2021": small_districts(folder)},
        "sources": {"gesundheitsamt": SourceNote("gesundheitsamt", "Gesundheitsamt Probestadt, dl-de/by-2-0")},
        "run": RunRecord(town="Probestadt", invented=True),
    }
    return Release(**{**parts, **changes})  # type: ignore[arg-type]


def numbers(text: str) -> list[int]:
    """The reader of the page, once more in Python."""
    out, number, place = [], 0, 1
    for sign in text:
        digit = DIGITS.index(sign)
        number += (digit & 31) * place
        place *= 32
        if not digit & 32:
            out.append(-(number >> 1) if number & 1 else number >> 1)
            number, place = 0, 1
    return out
