"""The most usual kind of raw file: a wide table over several years, one row a Stadtteil and year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from figures import Cell, Figures
from files import QUELLE, Raw, csv_bytes, decimal, whole, without_zeros
from plan import names, stand_of
from register import district, entry


@dataclass(frozen=True)
class Wide:
    """A wide file. `columns` maps a header to measure and cell, `dims` names the breakdowns of each measure.

    `label` writes the period as the file does, `periods` says what the label means; `digits` lists columns with
    decimals; `lost_zeros` is for programs that take keys for numbers.
    """

    name: str
    title: str
    office: str
    principle: str
    columns: Mapping[str, tuple[str, Cell]]
    dims: Mapping[str, tuple[str, ...]]
    years: Sequence[int]
    encoding: str = "cp1252"
    label: Callable[[int], str] = str
    periods: Callable[[int], str] | None = None
    digits: Mapping[str, int] = field(default_factory=dict)
    notes: str = ""
    lost_zeros: bool = False
    when: str = "Jahr"

    def add(self, raw: Raw, figures: Figures) -> None:
        """Write the file and its register entry."""
        rows = [[self.when, "Nr.", "Stadtteil", *self.columns]]
        for year in self.years:
            columns = [figures.of(measure, year, *cell) for measure, cell in self.columns.values()]
            for place, (key, name) in enumerate(names(stand_of(year)).items()):
                cells = [self._written(text, counts[place]) for text, counts in zip(self.columns, columns, strict=True)]
                rows.append([self.label(year), without_zeros(key) if self.lost_zeros else key, name, *cells])
        one = entry(
            self.name,
            self.title,
            self.office,
            self.principle,
            self._table(),
            retrieved=date(2025, 5, 19),
            notes=self.notes,
        )
        content = csv_bytes(rows, encoding=self.encoding, below=[QUELLE])
        raw.add(f"{self.name}_{self.years[0]}-{self.years[-1]}.csv", content, one)

    def _written(self, text: str, value: float) -> str:
        return decimal(value, self.digits[text]) if text in self.digits else whole(value, ".")

    def _table(self) -> dict[str, object]:
        period: dict[str, object] = {"column": self.when}
        if self.periods:
            period["recode"] = {self.label(year): self.periods(year) for year in self.years}
        columns = [
            {
                "column": text,
                "measure": measure,
                **({"where": dict(zip(self.dims[measure], cell, strict=True))} if cell else {}),
            }
            for text, (measure, cell) in self.columns.items()
        ]
        return {
            "encoding": self.encoding,
            "footer_starts_with": "Quelle",
            "district": district(**({"width": 4} if self.lost_zeros else {})),
            "period": period,
            "columns": columns,
            "ignore": ["Stadtteil"],
        }
