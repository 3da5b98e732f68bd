"""Text files with a delimiter: pyarrow for regular files, Python's csv where quotes or ragged rows need care."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

import numpy as np

from dkbm_monitor.core.locale import _
from dkbm_monitor.sources.encodings import decoded
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import TableMap
from dkbm_monitor.sources.raw import RawTable, TextColumn, header_problems, joined_headers, text_columns
from dkbm_monitor.sources.words import clean

DELIMITERS = (";", ",", "\t", "|")
LONGEST_CELL = 20  # lines; a quoted cell longer than that was never closed
LOOKED_AT = 20  # lines that are counted to guess a delimiter


def read_delimited(content: bytes, table: TableMap, findings: Findings) -> RawTable | None:
    """The table of a delimited text file."""
    text = decoded(content, table.encoding, findings).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    delimiter = _delimiter(lines, table, findings)
    heads = [_cells(lines[row - 1], delimiter) if row <= len(lines) else [] for row in table.header_rows]
    headers = joined_headers(heads)
    if not header_problems(headers, table, findings):
        return None
    first = (table.first_row or table.header_rows[-1] + 1) - 1
    last = _end(lines, first, table.footer_starts_with)
    body = lines[first:last]
    if '"' not in text and _is_regular(body, delimiter, len(headers)):
        return _quick(body, delimiter, headers, first)
    return _careful(body, delimiter, headers, first, findings)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _delimiter(lines: Sequence[str], table: TableMap, findings: Findings) -> str:
    """The declared delimiter, or the one the file plainly uses instead."""
    sample = [line for line in lines[table.header_rows[-1] - 1 :][:LOOKED_AT] if line.strip()]
    if not sample or any(table.delimiter in line for line in sample):
        return table.delimiter
    regular = [one for one in DELIMITERS if sample[0].count(one) and len({line.count(one) for line in sample[:3]}) == 1]
    if not regular:
        return table.delimiter
    guess = max(regular, key=sample[0].count)
    shown = {"\t": _("Tabulator")}
    what = _("Das Trennzeichen ist nicht „{declared}“, sondern „{guess}“.").format(
        declared=shown.get(table.delimiter, table.delimiter), guess=shown.get(guess, guess)
    )
    written = '"\\t"' if guess == "\t" else f'"{guess}"'
    hint = _("Bitte in der Zuordnung „delimiter: {guess}“ angeben.").format(guess=written)
    findings.add("T009", what, hint, row=table.header_rows[-1])
    return guess


def _end(lines: Sequence[str], first: int, footers: Sequence[str]) -> int:
    """Where the table ends: before the first footer row, else with the file."""
    if not footers:
        return len(lines)
    starts = tuple(map(clean, footers))
    for place in range(first, len(lines)):
        if clean(lines[place][:200]).lstrip('" ').startswith(starts):
            return place
    return len(lines)


def _is_regular(body: Sequence[str], delimiter: str, width: int) -> bool:
    """True if every row has as many cells as the headers. Only for files without quotes."""
    return {line.count(delimiter) for line in body if line} <= {width - 1}


def _quick(body: Sequence[str], delimiter: str, headers: tuple[str, ...], first: int) -> RawTable:
    """The table by pyarrow's parser; only for regular files without quotes."""
    content = "\n".join(body).encode()
    filled = np.flatnonzero(np.fromiter(map(bool, body), dtype=bool, count=len(body)))
    names = [str(place) for place in range(len(headers))]

    def columns(places: Sequence[int]) -> list[TextColumn]:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import csv as arrow  # noqa: PLC0415

        wanted = [names[place] for place in places]
        table = arrow.read_csv(
            pa.BufferReader(content),
            arrow.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
            arrow.ParseOptions(delimiter=delimiter, quote_char=False),
            arrow.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        return [_one_array(table.column(name)) for name in wanted]

    return RawTable(headers, filled + first + 1, columns)


def _one_array(column: TextColumn) -> TextColumn:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _careful(body: Sequence[str], delimiter: str, headers: tuple[str, ...], first: int, findings: Findings) -> RawTable:
    """The table by the csv module, row by row, with what is odd about the rows."""
    cells: list[list[str]] = []
    rows: list[int] = []
    reader = csv.reader((line + "\n" for line in body), delimiter=delimiter)
    begins = 1
    try:
        for row in reader:
            if reader.line_num - begins >= LONGEST_CELL:
                _say_unclosed(findings, first + begins)
            if any(cell.strip() for cell in row):
                cells.append(row)
                rows.append(first + begins)
            begins = reader.line_num + 1
    except csv.Error:
        _say_unclosed(findings, first + begins)
    _say_ragged(cells, rows, len(headers), findings)
    columns: Callable[[Sequence[int]], list[TextColumn]] = text_columns(cells, len(headers))
    return RawTable(headers, np.array(rows, dtype="int64"), columns)


def _say_unclosed(findings: Findings, row: int) -> None:
    what = _("Ein Anführungszeichen wird geöffnet, aber nicht geschlossen; der Rest der Datei gilt als eine Zelle.")
    findings.add("T011", what, _("Bitte die Anführungszeichen in dieser Zeile prüfen."), row=row)


def _say_ragged(cells: list[list[str]], rows: list[int], width: int, findings: Findings) -> None:
    for row, number in zip(cells, rows, strict=True):
        if len(row) == width or (len(row) > width and not any(cell.strip() for cell in row[width:])):
            continue
        if len([cell for cell in row if cell.strip()]) <= 1:
            continue  # a title or a note across the table
        what = _("Die Zeile hat {found} Felder, die Überschrift {wanted}.").format(found=len(row), wanted=width)
        if len(row) > width:
            hint = _(
                "Steht das Trennzeichen in einem Namen oder einer Zahl? Dann gehört die Zelle in Anführungszeichen."
            )
            findings.add("T010", what, hint, row=number)
        else:
            findings.warn("T010", what, _("Die fehlenden Felder gelten als leer."), row=number)
    findings.shorten("T010")
