"""Releases made by hand from a few counts, for the analyses over districts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from building import AGS, make_districts, make_indicator

from dkbm_monitor.core.frames import VALUE_COLUMNS, check_values
from dkbm_monitor.core.provenance import RunRecord
from dkbm_monitor.disclosure.release import Release, SourceNote
from dkbm_monitor.town.models import RuleFor

HIDDEN = (None, None)
Counted = tuple[float | None, float | None]


def value_row(district: str, counted: Counted, **more: Any) -> dict[str, Any]:
    """One row of a Values frame: numerator and denominator, or hidden where both are None."""
    above, below = (np.nan if one is None else float(one) for one in counted)
    with_counts = above == above
    base = dict.fromkeys(VALUE_COLUMNS, np.nan) | {
        "indicator": "anteil",
        "breakdown": "total",
        "gebietsstand": "g",
        "level": "stadtteil",
        "district": district,
        "period": "2023",
        "value": 100 * above / below if with_counts else np.nan,
        "numerator": above,
        "denominator": below,
        "status": "ok" if with_counts else "suppressed",
        "flags": "",
        "sources": "probe",
    }
    return base | more


@pytest.fixture
def released() -> Callable[..., Release]:
    """A release from rows; districts 11, 12, … of the rows, each in the Bezirk of its first digit."""

    def make(rows: Sequence[Mapping[str, Any]], *, uninhabited: Sequence[str] = (), **cards: Any) -> Release:
        frame = pd.DataFrame(list(rows))[list(VALUE_COLUMNS)]
        fine = sorted(set(frame.loc[frame["level"] == "stadtteil", "district"]) | set(uninhabited))
        indicators = {key: make_indicator(key, **(cards.get(key) or {})) for key in frame["indicator"].unique()}
        return Release(
            values=check_values(frame.astype({"status": "category", "district": "category"})),
            audience="public",
            rule=RuleFor(min_count=5),
            reason="Beschluss vom 01.02.2024",
            town="Probestadt",
            invented=True,
            indicators=indicators,
            districts={"g": make_districts({one: one[0] for one in fine}, uninhabited=uninhabited)},
            sources={"probe": SourceNote("probe", "Amt für Probe", "Probezählung")},
            run=RunRecord(town="Probestadt", invented=True, made="2024-03-01T00:00:00+00:00"),
        )

    return make


@pytest.fixture
def counted(released: Callable[..., Release]) -> Callable[..., Release]:
    """A release of one share indicator from `{period: {district: (numerator, denominator)}}`, the town included."""

    def make(years: Mapping[str, Mapping[str, Counted]], *, town: Counted | None = None, **more: Any) -> Release:
        rows = [value_row(key, pair, period=period) for period, pairs in years.items() for key, pair in pairs.items()]
        for period, pairs in years.items():
            shown = np.array([pair for pair in pairs.values() if pair != HIDDEN], dtype=float)
            whole = town or tuple(shown.sum(axis=0))
            rows.append(value_row(AGS, whole, period=period, level="stadt"))
        return released(rows, **more)

    return make
