"""Raw files as publishers make them: untidy text and Excel, the same bytes at every run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter

Row = Sequence[object]
NO_BREAK = "\u00a0"
QUELLE = "Quelle: Stadt Musterstadt, Statistikstelle (erfundene Stadt, erfundene Daten)"


@dataclass(frozen=True)
class RawFile:
    """One file below raw/ with its register entries: one, or several where a file is read in several ways."""

    name: str
    content: bytes
    entries: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Raw:
    """Everything below raw/, and the column maps that several files share, with a comment each."""

    files: list[RawFile] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    def table(self, name: str, comment: str, **fields: Any) -> str:
        """Keep a shared column map; hands back its name."""
        self.tables[name], self.comments[name] = fields, comment
        return name

    def add(self, name: str, content: bytes, *entries: dict[str, Any]) -> None:
        """Keep a file."""
        self.files.append(RawFile(name, content, entries))


def whole(value: float, thousands: str = "") -> str:
    """A whole number as German offices print it; a true zero is a dash."""
    number = round(value)
    return f"{number:,}".replace(",", thousands) if number else "-"


def without_zeros(key: str) -> str:
    """A key as it comes out of a program that takes it for a number."""
    return key.lstrip("0")


def decimal(value: float, digits: int = 1) -> str:
    """A number with decimal comma and thousands point; a true zero is a dash."""
    text = f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return text if value else "-"


def csv_bytes(
    rows: Sequence[Row],
    *,
    encoding: str = "cp1252",
    above: Sequence[str] = (),
    below: Sequence[str] = (),
    newline: str = "\r\n",
) -> bytes:
    """Lines with semicolons between header and footer lines; nothing is quoted, as offices export it."""
    lines = [*above, *(";".join(str(cell) for cell in row) for row in rows), *below]
    return (newline.join(lines) + newline).encode(encoding)


@dataclass(frozen=True)
class Sheet:
    """One Excel sheet: rows, and cells merged over several columns or rows (counted from 0)."""

    name: str
    rows: Sequence[Row]
    merged: Sequence[tuple[int, int, int, int]] = ()


def excel_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook. It is packed without compression, so that no version of zlib changes a byte."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": "Erfundene Daten der Musterstadt", "created": datetime(2024, 2, 1, 12, 0, 0)})
        head = book.add_format({"bold": True, "align": "center", "text_wrap": True})
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name), sheet, head)
    return _stored(buffer.getvalue())


def _fill(page: Any, sheet: Sheet, head: Any) -> None:
    for number, row in enumerate(sheet.rows):
        for place, cell in enumerate(row):
            if cell not in ("", None):
                page.write(number, place, cell)
    for first_row, first_column, last_row, last_column in sheet.merged:
        text = sheet.rows[first_row][first_column]
        page.merge_range(first_row, first_column, last_row, last_column, text, head)


def _stored(packed: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 0
            target.writestr(info, source.read(name))
    return out.getvalue()
