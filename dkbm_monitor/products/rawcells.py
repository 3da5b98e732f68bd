"""The texts that stand in the raw files, at the rows and columns a value was read from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dkbm_monitor.core.frames import breakdowns_of
from dkbm_monitor.products.trace import Trace, cell_of
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import Source
from dkbm_monitor.sources.raw import read_raw

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town


@dataclass(frozen=True)
class RawRow:
    """One raw cell behind a value: where it stands and what stands there (None where it must stay hidden)."""

    part: str
    measure: str
    sign: int
    source: str
    file: str
    row: int
    column: str
    level: str
    district: str
    period: str
    cell: str
    text: str | None

    def as_record(self) -> dict[str, Any]:
        """The cell as plain data, for JSON."""
        return asdict(self)


def raw_rows(town: Town, traces: Iterable[Trace], *, hidden: bool) -> Iterator[RawRow]:
    """Every raw cell behind the traces; files are not even opened where their texts must stay hidden."""
    sources = {source.id: source for source in town.register.sources}
    cells: dict[str, RawCells] = {}
    for trace in traces:
        dims = breakdowns_of(trace.rows)
        for row in trace.rows.to_dict("records"):
            source = sources[row["source"]]
            if not hidden and source.id not in cells:
                cells[source.id] = RawCells(town, source)
            text = None if hidden else cells[source.id].text(row["row"], row["column"])
            yield _raw_row(trace, source, row, cell_of(row, dims), text)


def _raw_row(trace: Trace, source: Source, row: Mapping[Hashable, Any], cell: str, text: str | None) -> RawRow:
    return RawRow(
        part=trace.part,
        measure=trace.measure,
        sign=trace.sign,
        source=source.id,
        file=source.file,
        row=int(row["row"]),
        column=str(row["column"]),
        level=str(row["level"]),
        district=str(row["district"]),
        period=str(row["period"]),
        cell=cell,
        text=text,
    )


class RawCells:
    """The cells of one raw file by row number and header."""

    def __init__(self, town: Town, source: Source) -> None:
        table = read_raw(town.folder, source.file, town.register.layout(source), Findings(source.file))
        self._table = table
        self._places = {header: place for place, header in reversed(list(enumerate(table.headers)))} if table else {}
        self._rows = {int(number): place for place, number in enumerate(table.rows)} if table else {}
        self._read: dict[str, Any] = {}

    def text(self, row: int, column: str) -> str:
        """The text of a cell as it stands in the file; empty if there is no such cell any more."""
        if self._table is None or column not in self._places or int(row) not in self._rows:
            return ""
        if column not in self._read:
            (self._read[column],) = self._table.columns([self._places[column]])
        return str(self._read[column][self._rows[int(row)]])
