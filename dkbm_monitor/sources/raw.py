"""A raw file as headers and columns of text, whatever program wrote it. Nothing is interpreted here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import TableMap
from dkbm_monitor.sources.words import clean

JOIN = " | "
TextColumn = Any  # a pyarrow StringArray; pyarrow has no types to offer
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # name of the stream that holds a locked workbook


@dataclass(frozen=True)
class RawTable:
    """The data rows of one file. `rows` are row numbers as an editor counts; `columns` reads columns by place."""

    headers: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    columns: Callable[[Sequence[int]], list[TextColumn]]


def read_raw(folder: Path, file: str, table: TableMap, findings: Findings) -> RawTable | None:
    """The table of one file, or None if there is nothing to work with."""
    content = _bytes_of(folder / file, findings)
    if content is None or not _is_of_format(content, table, findings):
        return None
    if table.format == "excel":
        from dkbm_monitor.sources.excel import read_excel  # noqa: PLC0415 - openpyxl only for workbooks

        found = read_excel(content, table, findings)
    else:
        from dkbm_monitor.sources.delimited import read_delimited  # noqa: PLC0415 - pyarrow only when tables are read

        found = read_delimited(content, table, findings)
    if found is not None and not len(found.rows):
        findings.add("T002", _("Die Datei enthält keine Datenzeile."), _("Bitte header_rows und first_row prüfen."))
        return None
    return found


def _bytes_of(path: Path, findings: Findings) -> bytes | None:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        findings.add("T001", _("Die Datei fehlt."), did_you_mean(path.name, beside))
        return None
    except OSError as error:
        findings.add("T003", _("Die Datei lässt sich nicht öffnen: {reason}.").format(reason=error.strerror or error))
        return None
    if not content.strip():
        findings.add("T002", _("Die Datei ist leer."))
        return None
    return content


def _is_of_format(content: bytes, table: TableMap, findings: Findings) -> bool:
    """True if the first bytes fit the declared format; says what the file is otherwise."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        what = _("Die Datei ist eine Webseite, keine Tabelle.")
        findings.add("T005", what, _("Vermutlich wurde statt der Datei eine Fehlerseite gespeichert; bitte neu laden."))
    elif content.startswith(OLE) and ENCRYPTED in content:
        what = _("Die Excel-Datei ist mit einem Kennwort geschützt.")
        findings.add("T006", what, _("Bitte den Herausgeber um eine Fassung ohne Kennwort bitten."))
    elif content.startswith(OLE):
        what = _("Die Datei ist eine alte Excel-Datei (.xls).")
        findings.add("T005", what, _("Bitte in Excel oder LibreOffice öffnen und als .xlsx speichern."))
    elif content.startswith(ZIP) and table.format == "csv":
        findings.add("T005", _("Die Datei ist eine Excel-Datei, keine Textdatei."), _("Bitte „format: excel“ angeben."))
    elif not content.startswith(ZIP) and table.format == "excel":
        what = _("Die Datei ist keine Excel-Datei (.xlsx).")
        findings.add("T005", what, _("Ist sie eine Textdatei, bitte „format: csv“ angeben."))
    else:
        return True
    return False


def joined_headers(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One header per column from several header rows; empty cells of upper rows take the text to their left.

    A group in one row never reaches beyond the group above it.

    >>> joined_headers([["Gebiet", "Alter", ""], ["", "0", "1"]])
    ('Gebiet', 'Alter | 0', 'Alter | 1')
    """
    width = max(map(len, rows), default=0)
    cells = [[clean(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    starts = [False] * width
    for row in cells[:-1]:
        starts = [start or bool(cell) for start, cell in zip(starts, row, strict=True)]
        for place in range(1, width):
            if not row[place] and not starts[place]:
                row[place] = row[place - 1]
    return tuple(JOIN.join(part for part in parts if part) for parts in zip(*cells, strict=True))


def text_columns(rows: Sequence[Sequence[str]], width: int) -> Callable[[Sequence[int]], list[TextColumn]]:
    """Columns by place from rows of text; a row too short has empty cells at its end."""

    def columns(places: Sequence[int]) -> list[TextColumn]:
        import pyarrow as pa  # noqa: PLC0415

        return [pa.array([row[place] if place < len(row) else "" for row in rows], pa.string()) for place in places]

    assert width >= 0
    return columns


def header_problems(headers: Sequence[str], table: TableMap, findings: Findings) -> bool:
    """True if there is at least one header; says so otherwise."""
    if any(headers):
        return True
    rows = ", ".join(map(str, table.header_rows))
    findings.add(
        "T012",
        _("In der Zeile der Überschriften ({rows}) steht nichts.").format(rows=rows),
        _("Bitte header_rows prüfen; gezählt wird ab 1, leere Zeilen zählen mit."),
    )
    return False
