"""A small release for the tests of products: three districts, one value hidden, one missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from building import AGS, make_districts, make_indicator

from dkbm_monitor.core.frames import VALUE_COLUMNS
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.disclosure.release import Release, SourceNote
from dkbm_monitor.town.models import RuleFor


def value_row(district: str, value: float | None, status: str, **more: object) -> dict[str, object]:
    numbers = dict.fromkeys(("numerator", "denominator", "low", "high"), np.nan)
    if value is not None:
        numbers = {"numerator": 12.0, "denominator": 48.0, "low": 14.92, "high": 38.78}
    base = {
        "indicator": "anteil",
        "breakdown": "total",
        "gebietsstand": "g",
        "level": "stadtteil",
        "district": district,
        "period": "2023",
        "value": np.nan if value is None else value,
        "compared_numerator": np.nan,
        "compared_denominator": np.nan,
        "status": status,
        "flags": "small_denominator" if value is not None else "",
        "sources": "probe",
        **numbers,
    }
    return {**base, **more}


def small_release(*, invented: bool = True, names: dict[str, str] | None = None, title: str = "Anteil") -> Release:
    districts = make_districts({"11": "1", "12": "1", "21": "2"})
    districts.frame["name"] = districts.frame["name"].replace(names or {})
    rows = [
        value_row("11", 25.0, "ok"),
        value_row("12", None, "suppressed"),
        value_row("21", None, "missing"),
        value_row("1", 100 / 3, "ok", level="bezirk"),
        value_row(AGS, 1234.5, "ok", level="stadt"),
    ]
    return Release(
        values=pd.DataFrame(rows)[list(VALUE_COLUMNS)].astype({"status": "category", "district": "category"}),
        audience="public",
        rule=RuleFor(min_count=5),
        reason="Beschluss vom 01.02.2024",
        town="Probestadt",
        invented=invented,
        indicators={"anteil": make_indicator(title={"de": title, "en": title})},
        districts={"g": districts},
        sources={"probe": SourceNote("probe", "Amt für Probe, dl-de/by-2-0", "Probezählung")},
        run=RunRecord(town="Probestadt", invented=invented, made="2024-03-01T00:00:00+00:00"),
    )
