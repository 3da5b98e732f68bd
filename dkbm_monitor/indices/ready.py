"""Any ready table as text: CSV in whatever delimiter and encoding, or Excel; row numbers as an editor counts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity
from dkbm_monitor.sources.encodings import decoded
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import ColumnMap, DistrictKey, TableMap
from dkbm_monitor.sources.raw import ZIP, read_raw

EXCEL = (".xlsx", ".xlsm")
GUESSED = frozenset({"T004", "T009"})  # encoding and delimiter are sniffed here, nobody declared them
DELIMITERS = (";", ",", "\t", "|")
SAMPLE = 20


def read_table(path: Path, *, sheet: str = "", header_row: int = 1) -> pd.DataFrame:
    """All cells as text; the index holds row numbers from 1. Raises `ProblemsError` if the file is no table."""
    if path.suffix.lower() == ".parquet":
        return _parquet(path)
    excel = path.suffix.lower() in EXCEL or _starts_with(path, ZIP)
    # A table map asks for a layout; here only its reading of rows and headers is used.
    table = TableMap(
        format="excel" if excel else "csv",
        delimiter=";" if excel else _delimiter(path, header_row),
        decimal=".",
        sheet=sheet,
        header_rows=(header_row,),
        district=DistrictKey(level="-"),
        columns=(ColumnMap(column="-", measure="-"),),
    )
    findings = Findings(path.name)
    raw = read_raw(path.parent, path.name, table, findings)
    problems = [one for one in findings.problems if one.code not in GUESSED]
    if raw is None or any(one.severity is Severity.ERROR for one in problems):
        raise ProblemsError(problems)
    columns = raw.columns(range(len(raw.headers)))
    frame = pd.concat([pd.Series(one.to_pylist(), dtype="str") for one in columns], axis=1)
    frame.columns = pd.Index(raw.headers)
    frame.index = pd.Index(raw.rows)
    return frame.loc[:, frame.columns != ""]


def _starts_with(path: Path, mark: bytes) -> bool:
    """True if the file's content is of that sort, whatever its name says."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _delimiter(path: Path, header_row: int) -> str:
    """The sign that cuts header and first rows into the same number of cells; the most cells win."""
    if not path.is_file():
        return ";"
    text = decoded(path.read_bytes()[:200_000], "utf-8", Findings(path.name))
    lines = text.splitlines()[header_row - 1 :][:SAMPLE]
    return max(DELIMITERS, key=lambda sign: _fit(lines, sign))


def _fit(lines: list[str], sign: str) -> tuple[float, int]:
    widths = [len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=sign) if row]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(one == widths[0] for one in widths) / len(widths), widths[0]


def _parquet(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ProblemsError([Problem("T001", Place(path.name), path.name, _("Die Datei fehlt."))])
    frame = pd.read_parquet(path)
    frame.columns = pd.Index([str(one) for one in frame.columns])
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
