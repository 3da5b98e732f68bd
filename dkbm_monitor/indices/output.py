"""The documented table of an index and its file. Columns and order are described in docs/index.md and stable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dkbm_monitor.indices.composite import IndexResult, PartResult

GROUP = "group"


def output_table(result: IndexResult) -> pd.DataFrame:
    """Key, normalised members, `<part>_sum`, `<part>_index`, `<part>_class` of each part, and `group`.

    A member's column holds what the first part that uses it made of it. Rows and their order are those of the
    table; districts outside the calculation have empty cells.
    """
    prepared = result.prepared
    columns: dict[str, pd.Series] = {prepared.key_name: prepared.keys}
    if prepared.periods is not None:
        columns["period"] = prepared.periods
    for member in result.recipe.members:
        first = next(one for one in _in_order(result) if member.id in one.part.inputs)
        columns[member.id] = first.normalised[member.id]
    for one in _in_order(result):
        columns[f"{one.part.id}_sum"] = one.sums
        columns[f"{one.part.id}_index"] = one.index
        columns[f"{one.part.id}_class"] = one.classes
    if result.group is not None:
        columns[GROUP] = result.group
    return pd.DataFrame(columns).reset_index(drop=True)


def _in_order(result: IndexResult) -> list[PartResult]:
    return list(result.parts.values())


def write_table(table: pd.DataFrame, path: Path, *, german: bool = False) -> None:
    """Write CSV in UTF-8: comma and decimal point, or for German Excel semicolon and decimal comma."""
    if german:
        table.to_csv(path, sep=";", decimal=",", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    else:
        table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
