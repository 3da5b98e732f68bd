"""Small raw files and their column maps, for tests of the intake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dkbm_monitor.core.problems import Problem
from dkbm_monitor.sources.models import Source, TableMap
from dkbm_monitor.sources.tables import read_source

AGS = "99000000"
STADTTEILE = {"0101": "Altdorf", "0102": "Nordstadt", "0201": "Südhafen"}
KNOWN: dict[tuple[str, str], dict[str, str]] = {
    ("2021", "stadtteil"): STADTTEILE,
    ("2021", "bezirk"): {"01": "Mitte", "02": "Hafen"},
    ("2021", "stadt"): {AGS: "Probestadt"},
}


def make_source(file: str = "probe.csv", **more: Any) -> Source:
    base = {
        "id": "probe",
        "file": file,
        "title": "Probe",
        "publisher": "Amt",
        "licence": {"name": "dl-de/by-2-0"},
        "attribution": "Amt",
        "retrieved": date(2024, 1, 1),
        "sha256": "0" * 64,
        "spatial_principle": "wohnort",
        "table": "t",
        "period": "2023",
    }
    return Source.model_validate({**base, **more})


def make_table(**more: Any) -> TableMap:
    base: dict[str, Any] = {
        "encoding": "utf-8",
        "district": {"column": "Gebiet", "level": "stadtteil"},
        "period": {"value": "2023"},
    }
    if "long" not in more:
        base["columns"] = [{"column": "Kinder", "measure": "kinder"}]
    return TableMap.model_validate({**base, **more})


def read(
    folder: Path,
    content: str | bytes,
    *,
    file: str = "probe.csv",
    known: Mapping[tuple[str, str], Mapping[str, str]] = KNOWN,
    **table: Any,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Write a raw file, read it, and make sure that reading left it as it was."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    (folder / file).write_bytes(raw)
    found = read_source(folder, make_source(file), make_table(**table), known, lambda _period: "2021")
    assert (folder / file).read_bytes() == raw
    return found


def shown(observations: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of some columns as tuples; a missing number as None."""
    rows = observations[list(columns)].astype(object).to_numpy().tolist()
    return [tuple(None if isinstance(one, float) and one != one else one for one in row) for row in rows]


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]
