"""A small invented town of squares, and releases made by hand from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.core.status import WITH_VALUE, Status
from dkbm_monitor.disclosure.release import Release, SourceNote
from dkbm_monitor.districts.districts import Districts
from dkbm_monitor.districts.layers import read_districts
from dkbm_monitor.districts.models import Dissolve, Gebietsstand, Level, ParentKey
from dkbm_monitor.town.models import RuleFor

AGS = "99000001"
TEXTS = {
    "title": "Kinder mit Sprachförderbedarf",
    "definition": "Anteil der Kinder mit Sprachförderbedarf an allen untersuchten Kindern.",
    "purpose": "Wo braucht Sprachbildung mehr Zeit?",
    "limits": "Die Kennzahl sagt nichts über einzelne Kinder und nichts über die Arbeit der Kitas.",
    "unit": "%",
    "aggregation": "Zähler und Nenner werden summiert.",
}


@pytest.fixture
def indicator() -> Callable[..., Indicator]:
    def make(**changes: Any) -> Indicator:
        texts = {key: {"de": text, "en": text} for key, text in TEXTS.items()}
        card = {
            "id": "sprachfoerderbedarf",
            "area": "c",
            "kind": "share",
            "numerator": "kinder_sprache",
            "denominator": "kinder_esu",
            "decimals": 1,
            "polarity": "burden",
            "spatial_principle": "wohnort",
            "reference_date": "Schuljahr",
            "sources": ("Gesundheitsamt",),
            "examples": (),
            **texts,
        }
        return Indicator.model_validate(card | changes)

    return make


@pytest.fixture
def grid_districts(tmp_path: Path) -> Callable[..., Districts]:
    """Districts of `wide` × `high` squares, 900 m each, in Bezirke of one row."""

    def make(wide: int, high: int, *, uninhabited: Sequence[str] = (), names: Sequence[str] = ()) -> Districts:
        folder = tmp_path / f"stadt_{wide}_{high}"
        (folder / "districts").mkdir(parents=True, exist_ok=True)
        places = [(row, column) for row in range(high) for column in range(wide)]
        keys = [f"{row + 1:02d}{column + 1:02d}" for row, column in places]
        called = list(names) or [f"Viertel {key}" for key in keys]
        features = [_square(key, name, place) for key, name, place in zip(keys, called, places, strict=True)]
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
        content = {"type": "FeatureCollection", "crs": crs, "features": features}
        (folder / "districts" / "stadtteile.geojson").write_text(json.dumps(content), "utf-8")
        state = Gebietsstand(
            id="2021",
            title="Stadtteile 2021",
            levels=(
                Level(
                    id="stadtteil", title="Stadtteil", plural="Stadtteile", file="districts/stadtteile.geojson",
                    key="key", name="name", parents={"bezirk": ParentKey(digits=2)}, uninhabited=tuple(uninhabited),
                ),
                Level(id="bezirk", title="Bezirk", plural="Bezirke", dissolve=Dissolve(from_level="stadtteil")),
            ),
        )  # fmt: skip
        return read_districts(folder, state, ags=AGS, name="Quadratstadt", crs="EPSG:25832")

    return make


def _square(key: str, name: str, place: tuple[int, int]) -> dict[str, Any]:
    x, y = 400_000 + 900 * place[1], 5_700_000 + 900 * place[0]
    ring = [[x, y], [x + 900, y], [x + 900, y + 900], [x, y + 900], [x, y]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"key": key, "name": name}, "geometry": geometry}


@pytest.fixture
def release_of(indicator: Callable[..., Indicator]) -> Callable[..., Release]:
    """A release of one indicator: per period the values of the Stadtteile, and statuses where they are not `ok`."""

    def make(
        districts: Districts,
        values: dict[str, Sequence[float]],
        *,
        statuses: dict[str, dict[str, Status]] | None = None,
        flags: dict[str, str] | None = None,
        town: float = 21.0,
        card: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Release:
        keys = districts.of_level("stadtteil")["district"].to_list()
        frames = [
            _rows(keys, period, numbers, (statuses or {}).get(period, {}), flags or {}, town)
            for period, numbers in values.items()
        ]
        one = indicator(**(card or {}))
        given: dict[str, Any] = {
            "audience": "public",
            "rule": RuleFor(min_count=5),
            "reason": "Beschluss der Statistikstelle",
            "town": "Quadratstadt",
            "invented": True,
            "sources": {"esu": SourceNote("esu", "Gesundheitsamt Quadratstadt, dl-de/by-2-0", "ESU")},
            "run": RunRecord("Quadratstadt", invented=True, versions={}, made="2024-01-01T00:00:00+00:00"),
        }
        return Release(
            values=pd.concat(frames, ignore_index=True),
            indicators={one.id: one},
            districts={"2021": districts},
            **(given | changes),
        )

    return make


def _rows(
    keys: list[str],
    period: str,
    numbers: Sequence[float],
    statuses: dict[str, Status],
    flags: dict[str, str],
    town: float,
) -> pd.DataFrame:
    frame = pd.DataFrame({"district": [*keys, AGS], "value": [*map(float, numbers), town]})
    frame["status"] = [str(statuses.get(key, Status.OK)) for key in frame["district"]]
    has_value = frame["status"].isin({str(status) for status in WITH_VALUE}) & frame["value"].notna()
    frame.loc[~has_value & (frame["status"] == "ok"), "status"] = str(Status.MISSING)
    frame["value"] = frame["value"].where(has_value)
    frame["level"] = ["stadtteil"] * len(keys) + ["stadt"]
    frame["flags"] = [flags.get(key, "") for key in frame["district"]]
    fixed = {"indicator": "sprachfoerderbedarf", "breakdown": "total", "gebietsstand": "2021", "period": period}
    empty = dict.fromkeys(("numerator", "denominator", "low", "high"), np.nan)
    return frame.assign(**fixed, **empty, sources="esu")


@pytest.fixture
def mixed_release(grid_districts: Callable[..., Districts], release_of: Callable[..., Release]) -> Release:
    """Twenty-four squares in two years: every status, an uninhabited square, one on a small base.

    The suppressed squares carried 33.3 and 66.6, numbers that stand nowhere else.
    """
    districts = grid_districts(6, 4, uninhabited=["0406"])
    first = [10 + 0.9 * place for place in range(24)]
    second = [value + 1.3 for value in first]
    statuses = {
        "0101": Status.SUPPRESSED,
        "0102": Status.SUPPRESSED,
        "0203": Status.SECRET,
        "0204": Status.PENDING,
        "0305": Status.UNRELIABLE,
        "0306": Status.NOT_APPLICABLE,
        "0401": Status.MISSING,
        "0406": Status.ZERO,
    }
    first[-1] = second[-1] = 0.0
    for numbers in (first, second):
        numbers[0], numbers[1] = 33.3, 66.6
    both = {"2021/22": statuses, "2022/23": statuses}
    return release_of(
        districts, {"2021/22": first, "2022/23": second}, statuses=both, flags={"0202": "small_denominator"}
    )
