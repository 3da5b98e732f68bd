"""Excel workbooks: the cells of one sheet as text, numbers written as the column map expects them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile

import numpy as np

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.sources.findings import Findings, listed
from dkbm_monitor.sources.models import TableMap
from dkbm_monitor.sources.raw import RawTable, header_problems, joined_headers, text_columns
from dkbm_monitor.sources.words import clean


def read_excel(content: bytes, table: TableMap, findings: Findings) -> RawTable | None:
    """The table of one sheet of a workbook."""
    rows = _sheet_rows(content, table, findings)
    if rows is None:
        return None
    heads = [rows[row - 1] if row <= len(rows) else [] for row in table.header_rows]
    headers = joined_headers(heads)
    if not header_problems(headers, table, findings):
        return None
    first = (table.first_row or table.header_rows[-1] + 1) - 1
    body = _until_footer(rows[first:], table.footer_starts_with)
    kept = [place for place, row in enumerate(body) if any(cell.strip() for cell in row)]
    numbers = np.array(kept, dtype="int64") + first + 1
    return RawTable(headers, numbers, text_columns([body[place] for place in kept], len(headers)))


def _sheet_rows(content: bytes, table: TableMap, findings: Findings) -> list[list[str]] | None:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.2 s, only workbooks pay
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = _sheet(workbook, table.sheet, findings)
        if sheet is None:
            return None
        # Some programs write a wrong size of the sheet into the file; reading then stops after one cell.
        sheet.reset_dimensions()
        written = _Written(table.decimal)
        return [[written(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError, SyntaxError):
        # SyntaxError is what the XML parser raises for a damaged sheet.
        what = _("Die Excel-Datei ist beschädigt und lässt sich nicht lesen.")
        findings.add("T007", what, _("Bitte neu herunterladen oder in Excel öffnen und neu speichern."))
        return None


def _sheet(workbook: Any, wanted: str, findings: Findings) -> Any | None:
    if not wanted:
        return workbook.worksheets[0]
    by_name = {clean(sheet.title): sheet for sheet in workbook.worksheets}
    if clean(wanted) in by_name:
        return by_name[clean(wanted)]
    what = _("Das Blatt „{sheet}“ gibt es nicht.").format(sheet=wanted)
    hint = did_you_mean(wanted, by_name) or _("Vorhanden: {sheets}.").format(sheets=listed(list(by_name)))
    findings.add("T008", what, hint)
    return None


def _until_footer(rows: list[list[str]], footers: Sequence[str]) -> list[list[str]]:
    starts = tuple(map(clean, footers))
    if not starts:
        return rows
    for place, row in enumerate(rows):
        first = next((cell for cell in row if cell.strip()), "")
        if clean(first).startswith(starts):
            return rows[:place]
    return rows


class _Written:
    """A cell's content as it would stand in a text file of this column map."""

    def __init__(self, decimal: str) -> None:
        self._decimal = decimal

    def __call__(self, cell: object) -> str:
        if isinstance(cell, str):
            return cell
        if cell is None:
            return ""
        if isinstance(cell, int):
            return str(cell)
        if isinstance(cell, float):
            return self._number(cell)
        return _dated(cell)

    def _number(self, cell: float) -> str:
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return format(Decimal(repr(cell)), "f").replace(".", self._decimal)


def _dated(cell: object) -> str:
    """A date as Germans write it, so that a column map can recode it; a time of day is left out at midnight."""
    if isinstance(cell, datetime):
        return cell.strftime("%d.%m.%Y" if cell.time() == time(0) else "%d.%m.%Y %H:%M")
    return cell.strftime("%d.%m.%Y") if isinstance(cell, date) else str(cell)
