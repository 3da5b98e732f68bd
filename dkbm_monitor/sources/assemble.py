"""One raw table into a long part of the observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.frames import OBSERVATION_COLUMNS, TOTAL, TOWN, Observations, empty_observations
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.status import ORDER, RANK, Status
from dkbm_monitor.sources.cells import CellReader
from dkbm_monitor.sources.coded import Coded, joined
from dkbm_monitor.sources.columns import Assignment, assign
from dkbm_monitor.sources.dims import said_by_columns, said_by_rows
from dkbm_monitor.sources.doubles import first_of_each
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import Source, TableMap
from dkbm_monitor.sources.oddcells import say_bad_cells, say_empty_columns
from dkbm_monitor.sources.periods import gebietsstaende, read_periods
from dkbm_monitor.sources.places import AreaFinder, Known, Sites, locate
from dkbm_monitor.sources.raw import RawTable, TextColumn, read_raw
from dkbm_monitor.sources.words import clean

MISSING, NOT_APPLICABLE = RANK[Status.MISSING], RANK[Status.NOT_APPLICABLE]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """Observations of one file. `text` holds all text columns, `dims` names those that are breakdowns."""

    text: Mapping[str, Coded]
    dims: tuple[str, ...]
    value: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int8]
    row: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Body:
    """The rows that are read: their numbers, their key columns by name, and all value columns in one."""

    rows: npt.NDArray[np.int64]
    keys: Mapping[str, Coded]
    values: TextColumn
    n_columns: int

    def every_row(self) -> npt.NDArray[np.int64]:
        """The row number of every cell."""
        return np.tile(self.rows, self.n_columns)


def read_part(
    folder: Path,
    source: Source,
    table: TableMap,
    known: Known,
    gebietsstand_of: Callable[[str], str | None],
    findings: Findings,
) -> Part | None:
    """The observations of one file, or None if nothing of it can be used."""
    raw = read_raw(folder, source.file, table, findings)
    if raw is None:
        return None
    assignment = assign(raw.headers, table, findings)
    if not assignment.values or not _keys_found(assignment, table, findings):
        return None
    body = _body(raw, assignment, table, findings)
    return _Reading(source, table, assignment, body, findings).part(known, gebietsstand_of) if body else None


def _keys_found(assignment: Assignment, table: TableMap, findings: Findings) -> bool:
    """True if area, period and all other key columns are there (what is missing has been reported)."""
    in_headers = any(column.district is not None for column in assignment.values)
    if not (table.district.column or in_headers or table.district.level == TOWN):
        what = _("Die Zuordnung nennt keine Spalte für das Gebiet.")
        hint = _("Bitte „district: column“ angeben, oder {{district}} in den Überschriften.").format()
        findings.add("T013", what, hint)
        return False
    wanted = [table.district.column, table.period.column, *table.rows, *table.excluded]
    if table.long:
        wanted += [table.long.measure_column, *table.long.dims.values()]
    return all(assignment.place(name) is not None for name in wanted if name)


def _body(raw: RawTable, assignment: Assignment, table: TableMap, findings: Findings) -> Body | None:
    """The rows the map wants."""
    import pyarrow as pa  # noqa: PLC0415

    # A column may be read more than once: for two measures, or as a number and as a filter.
    places = list(dict.fromkeys([*assignment.keys.values(), *(column.place for column in assignment.values)]))
    columns = dict(zip(places, raw.columns(places), strict=True))
    keys = {name: Coded.of_column(columns[place]).tidied() for name, place in assignment.keys.items()}
    values = [columns[column.place] for column in assignment.values]
    rows = raw.rows
    wanted = _wanted_rows(keys, table, findings, len(rows))
    if not wanted.all():
        rows = rows[wanted]
        keys = {name: column.where(wanted) for name, column in keys.items()}
        values = [column.filter(pa.array(wanted)) for column in values]
    return Body(rows, keys, pa.concat_arrays(values), len(values)) if len(rows) else None


def _wanted_rows(keys: Mapping[str, Coded], table: TableMap, findings: Findings, n_rows: int) -> Mask:
    wanted = np.ones(n_rows, dtype=bool)
    for name, texts in table.rows.items():
        met = _is_one_of(keys[name], texts)
        if not met.any():
            what = _("Keine Zeile hat in der Spalte „{name}“ einen der Texte {texts}.").format(
                name=name, texts=", ".join(f"„{text}“" for text in texts)
            )
            hint = _("Dort steht zum Beispiel: {texts}.").format(
                texts=", ".join(f"„{text}“" for text in keys[name].labels[:5])
            )
            findings.add("T016", what, hint, column=name)
        wanted &= met
    if table.rows and wanted.any() and not wanted.all():
        what = _("{kept} von {all} Zeilen werden gelesen; die Auswahl unter „rows“ lässt die übrigen aus.").format(
            kept=int(wanted.sum()), all=n_rows
        )
        findings.note("T017", what)
    return wanted


def _is_one_of(column: Coded, texts: Sequence[str]) -> Mask:
    wanted = {clean(text) for text in texts}
    return np.asarray(column.mapped(lambda label: label if label in wanted else None).codes >= 0)


class _Reading:
    """One table on its way: rows times columns, flattened column by column."""

    def __init__(self, source: Source, table: TableMap, assignment: Assignment, body: Body, findings: Findings) -> None:
        self.source, self.table, self.assignment, self.body = source, table, assignment, body
        self.findings = findings
        self.n_rows, self.n_columns = len(body.rows), body.n_columns
        self.row = body.every_row()

    def part(self, known: Known, gebietsstand_of: Callable[[str], str | None]) -> Part:
        """All observations of the table."""
        cells = CellReader(self.table).read(self.body.values)
        excluded = self._excluded()
        rank = np.where(excluded, NOT_APPLICABLE, cells.rank).astype("int8")
        value = np.where(excluded, np.nan, cells.value) * self._scales()
        period = read_periods(self._period_texts(), self.table.period, self.row, self.findings)
        gebietsstand = gebietsstaende(period, self.source, gebietsstand_of, self.findings)
        filled = rank != MISSING
        filled[cells.bad] = True
        sites = Sites(self._district_texts(known), gebietsstand, filled, self.row)
        located = locate(sites, AreaFinder(self.table.district, known), self.findings)
        bad = cells.bad[~(excluded | located.on_purpose)[cells.bad]]
        headers = [column.header for column in self.assignment.values]
        say_bad_cells(self.body.values, bad, headers, self.body.rows, self.table, self.findings)
        say_empty_columns(filled.reshape(self.n_columns, self.n_rows), headers, self.findings)
        text = {
            "gebietsstand": gebietsstand,
            "level": located.level,
            "district": located.district,
            "period": period,
            "mark": Coded(cells.mark, cells.marks),
            "source": Coded.constant(self.source.id, len(rank)),
            "column": Coded.of(headers).repeated(self.n_rows),
        }
        said = self._measures_and_dims()
        return self._kept({**said, **text}, tuple(name for name in said if name != "measure"), value, rank)

    def _kept(self, text: dict[str, Coded], dims: tuple[str, ...], value: Any, rank: Any) -> Part:
        """The cells that could be placed, each once."""
        whole = np.logical_and.reduce([column.codes >= 0 for column in text.values()])
        if not whole.all():
            text = {name: column.where(whole) for name, column in text.items()}
        part = Part(text, dims, value[whole], rank[whole], self.row[whole])
        keep = first_of_each(part.text, dims, part.row, self.findings)
        if keep is None:
            return part
        text = {name: column.where(keep) for name, column in text.items()}
        return Part(text, dims, part.value[keep], part.rank[keep], part.row[keep])

    def _scales(self) -> float | npt.NDArray[np.float64]:
        scales = np.array([column.scale for column in self.assignment.values])
        return 1.0 if (scales == 1).all() else np.repeat(scales, self.n_rows)

    def _excluded(self) -> Mask:
        excluded = np.zeros(self.n_rows, dtype=bool)
        for name, texts in self.table.excluded.items():
            excluded |= _is_one_of(self.body.keys[name], texts)
        return np.tile(excluded, self.n_columns)

    def _period_texts(self) -> Coded:
        if self.table.period.value is not None:
            return Coded.constant(self.table.period.value, len(self.row))
        if self.table.period.column:
            return self.body.keys[self.table.period.column].tiled(self.n_columns)
        return Coded.of([column.period or "" for column in self.assignment.values]).repeated(self.n_rows)

    def _district_texts(self, known: Known) -> Coded:
        if self.table.district.column:
            return self.body.keys[self.table.district.column].tiled(self.n_columns)
        if any(column.district is not None for column in self.assignment.values):
            return Coded.of([column.district or "" for column in self.assignment.values]).repeated(self.n_rows)
        town = next((next(iter(keys), "") for (_stand, level), keys in known.items() if level == TOWN), "")
        return Coded.constant(town, len(self.row))

    def _measures_and_dims(self) -> dict[str, Coded]:
        """The measure and every breakdown of each cell."""
        if self.table.long:
            return said_by_rows(self.table.long, self.body.keys, self.table.ignore, self.body.rows, self.findings)
        said = said_by_columns(self.assignment.values, self.findings)
        return {name: column.repeated(self.n_rows) for name, column in said.items()}


def frame_of(parts: Sequence[Part]) -> Observations:
    """An observations frame from the parts of several files; a breakdown a file does not know is `total`."""
    import pandas as pd  # noqa: PLC0415

    if not parts:
        return empty_observations()
    dims = sorted({dim for part in parts for dim in part.dims})
    columns: dict[str, object] = {}
    for name in (*OBSERVATION_COLUMNS, *dims):
        if name == "value":
            columns[name] = np.concatenate([part.value for part in parts])
        elif name == "row":
            columns[name] = np.concatenate([part.row for part in parts])
        elif name == "status":
            ranks = np.concatenate([part.rank for part in parts])
            columns[name] = pd.Categorical.from_codes(ranks, [str(one) for one in ORDER])  # type: ignore[call-overload]
        else:
            columns[name] = joined([_text(part, name) for part in parts]).as_categorical()
    return pd.DataFrame(columns)


def _text(part: Part, name: str) -> Coded:
    return part.text[name] if name in part.text else Coded.constant(TOTAL, len(part.row))
