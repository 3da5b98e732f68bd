"""Building blocks of tests: invented definitions, a small hierarchy, observations from a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.core.frames import OBSERVATION_COLUMNS, TOTAL
from dkbm_monitor.districts.districts import Districts, assemble
from dkbm_monitor.districts.models import Gebietsstand, Level, ParentKey

AGS = "99000000"


def text(words: str) -> dict[str, str]:
    return {"de": words, "en": words}


def make_measure(id: str, **more: Any) -> Measure:
    base = {
        "id": id,
        "title": text(id),
        "definition": text(id),
        "spatial_principle": "wohnort",
        "reference_date": "31.12.",
    }
    return Measure.model_validate({**base, **more})


def make_indicator(id: str = "anteil", **more: Any) -> Indicator:
    base = {
        "id": id,
        "area": "a",
        "title": text("Anteil"),
        "definition": text("Anteil an allen."),
        "purpose": text("Zweck."),
        "limits": text("Grenzen."),
        "kind": "share",
        "unit": text("%"),
        "polarity": "burden",
        "spatial_principle": "wohnort",
        "reference_date": "31.12.",
        "aggregation": text("Erst zählen, dann teilen."),
        "sources": ("Probe",),
        "examples": (),
    }
    if more.get("kind", "share") in ("share", "rate", "mean", "gap"):
        base |= {"numerator": "teil", "denominator": "ganzes"}
    return Indicator.model_validate({**base, **more})


def make_districts(
    parents: Mapping[str, str], *, gebietsstand: str = "g", uninhabited: Iterable[str] = ()
) -> Districts:
    """Two levels, stadtteil and bezirk, from `{stadtteil key: bezirk key}`."""
    idle = set(uninhabited)
    fine = pd.DataFrame(
        {
            "district": list(parents),
            "name": [f"Stadtteil {key}" for key in parents],
            "inhabited": [key not in idle for key in parents],
            "parent:bezirk": list(parents.values()),
        }
    )
    coarse_keys = sorted(set(parents.values()))
    coarse = pd.DataFrame(
        {"district": coarse_keys, "name": [f"Bezirk {key}" for key in coarse_keys], "inhabited": True}
    )
    levels = (
        Level(
            id="stadtteil",
            title="Stadtteil",
            plural="Stadtteile",
            file="-",
            key="-",
            parents={"bezirk": ParentKey(digits=1)},
        ),
        Level(id="bezirk", title="Bezirk", plural="Bezirke", file="-", key="-"),
    )
    stand = Gebietsstand(id=gebietsstand, levels=levels)
    return assemble(stand, {"stadtteil": fine, "bezirk": coarse}, ags=AGS, name="Probestadt")


def make_observations(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Observations from records such as `{"measure": "teil", "district": "11", "value": 3}`."""
    base = {"gebietsstand": "g", "level": "stadtteil", "period": "2023", "mark": "", "source": "probe", "column": ""}
    records = [{**base, "row": number, **row} for number, row in enumerate(rows, start=2)]
    for record in records:
        value = record.get("value")
        record["value"] = np.nan if value is None else float(value)
        record.setdefault("status", "missing" if value is None else "zero" if value == 0 else "ok")
    dims = sorted({key for record in records for key in record} - set(OBSERVATION_COLUMNS))
    frame = pd.DataFrame(records, columns=[*OBSERVATION_COLUMNS, *dims])
    return frame.fillna(dict.fromkeys(dims, TOTAL))


def one(values: pd.DataFrame, **key: str) -> pd.Series:
    """The single row with this key."""
    mask = np.logical_and.reduce([values[column] == wanted for column, wanted in key.items()])
    rows = values[mask]
    assert len(rows) == 1, f"{len(rows)} rows for {key}"
    return rows.iloc[0]
