"""Which column of a raw table says what: headers met with the column map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dkbm_monitor.core.locale import _, plural
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.sources.findings import Findings, listed
from dkbm_monitor.sources.models import ColumnMap, TableMap
from dkbm_monitor.sources.words import clean

PLACEHOLDER = re.compile(r"\{(\w+)\}")
PERIOD, DISTRICT = "period", "district"


@dataclass(frozen=True)
class ValueColumn:
    """One column of numbers: its place and header, what it counts, and what its header says of period and area."""

    place: int
    header: str
    measure: str
    cell: Mapping[str, str]
    scale: float = 1
    period: str | None = None
    district: str | None = None


@dataclass(frozen=True)
class Assignment:
    """Places of all columns that are read. `keys` maps the name of a column in the map to its place."""

    values: tuple[ValueColumn, ...]
    keys: Mapping[str, int]

    def place(self, name: str) -> int | None:
        """Place of a named column, None for an empty or unknown name."""
        return self.keys.get(name)


def assign(headers: Sequence[str], table: TableMap, findings: Findings) -> Assignment:
    """Meet the headers with the column map; says which columns are missing, doubtful or left over."""
    search = _Search(headers, findings, table.header_rows[-1])
    keys = {name: place for name in _key_columns(table) if (place := search.one(name)) is not None}
    values = search.long_value(table.long.value) if table.long else tuple(_wide(search, table, set(keys.values())))
    _say_left_over(search, table, {*keys.values(), *(column.place for column in values)})
    return Assignment(values, keys)


def _key_columns(table: TableMap) -> list[str]:
    """Names of the columns that are not numbers: area, period, filters, and the dimensions of a long table."""
    names = [table.district.column, table.period.column, *table.rows, *table.excluded]
    if table.long:
        names += [table.long.measure_column, *table.long.dims.values()]
    return list(dict.fromkeys(name for name in names if name))


class _Search:
    """Looks for headers by name and by pattern."""

    def __init__(self, headers: Sequence[str], findings: Findings, row: int) -> None:
        self.headers = headers
        self.findings = findings
        self.row = row
        self._places: dict[str, list[int]] = {}
        for place, header in enumerate(headers):
            self._places.setdefault(header, []).append(place)

    def one(self, name: str) -> int | None:
        """The place of one column; says so if there is none, or more than one."""
        places = self._places.get(clean(name), [])
        if len(places) > 1:
            what = _("Die Überschrift „{name}“ steht mehrfach (Spalten {places}).").format(
                name=name, places=", ".join(str(place + 1) for place in places)
            )
            hint = _("Stehen darüber weitere Überschriften, bitte alle Zeilen unter header_rows angeben.")
            self.findings.add("T014", what, hint, row=self.row, column=name, subject=name)
        if not places:
            self.say_missing(name)
        return places[0] if len(places) == 1 else None

    def say_missing(self, name: str) -> None:
        """Say that a column is missing, with the nearest header."""
        named = [header for header in self.headers if header]
        hint = did_you_mean(name, named) or _("Vorhanden: {headers}.").format(headers=listed(named))
        what = _("Die Spalte „{name}“ fehlt.").format(name=name)
        self.findings.add("T013", what, hint, row=self.row, column=name, subject=name)

    def long_value(self, name: str) -> tuple[ValueColumn, ...]:
        """The single value column of a long table."""
        place = self.one(name)
        return () if place is None else (ValueColumn(place, self.headers[place], "", {}),)


def _wide(search: _Search, table: TableMap, taken: set[int]) -> Iterator[ValueColumn]:
    """Value columns in the order of the map. A full header goes before a pattern, and ignored columns fit none."""
    exact: dict[int, ColumnMap] = {}
    for column in table.columns:
        if not PLACEHOLDER.search(column.column) and (place := search.one(column.column)) is not None:
            exact[place] = column
            yield ValueColumn(place, search.headers[place], column.measure, column.where, column.scale)
    free = [
        place
        for place, header in enumerate(search.headers)
        if header and place not in taken and place not in exact and not _is_ignored(header, table)
    ]
    for column in table.columns:
        if PLACEHOLDER.search(column.column):
            found = list(_family(column, search, free))
            free = [place for place in free if place not in {one.place for one in found}]
            if not found:
                search.say_missing(column.column)
            yield from found


def _family(column: ColumnMap, search: _Search, free: Sequence[int]) -> Iterator[ValueColumn]:
    """Columns whose headers follow the pattern of one column map."""
    pattern = _pattern(column.column)
    for place in free:
        header = search.headers[place]
        met = pattern.fullmatch(header)
        if not met:
            continue
        said = {name: _recoded(column.recode.get(name, {}), text) for name, text in met.groupdict().items()}
        cell = {**column.where, **{name: text for name, text in said.items() if name not in (PERIOD, DISTRICT)}}
        yield ValueColumn(place, header, column.measure, cell, column.scale, said.get(PERIOD), said.get(DISTRICT))


def _pattern(template: str) -> re.Pattern[str]:
    """A header with placeholders as a regular expression."""
    parts = PLACEHOLDER.split(clean(template))
    seen: set[str] = set()
    out = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            out += re.escape(part)
        else:
            out += f"(?P={part})" if part in seen else f"(?P<{part}>.+?)"
            seen.add(part)
    return re.compile(out)


def _recoded(recode: Mapping[str, str], text: str) -> str:
    tidy = clean(text)
    return {clean(key): word for key, word in recode.items()}.get(tidy, tidy)


def _is_ignored(header: str, table: TableMap) -> bool:
    return any(fnmatchcase(header, clean(pattern).replace("[", "[[]")) for pattern in table.ignore)


def _say_left_over(search: _Search, table: TableMap, used: set[int]) -> None:
    left = [
        header
        for place, header in enumerate(search.headers)
        if header and place not in used and not _is_ignored(header, table)
    ]
    if left:
        what = plural(
            "{n} Spalte ist keiner Messgröße zugeordnet", "{n} Spalten sind keiner Messgröße zugeordnet", len(left)
        )
        hint = _("Bitte unter „columns“ zuordnen oder, wenn sie nicht gebraucht werden, unter „ignore“ nennen.")
        search.findings.warn("T015", f"{what}: {listed(left, 30)}.", hint, row=search.row)
