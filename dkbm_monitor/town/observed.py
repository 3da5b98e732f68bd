"""The observations of a town made ready for checking: text columns as numbers, rows as places in raw files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.catalogue.models import Measure
from dkbm_monitor.catalogue.words import category_name
from dkbm_monitor.core.frames import TOTAL, Observations, breakdowns_of
from dkbm_monitor.core.locale import _, number, plural
from dkbm_monitor.core.problems import Place
from dkbm_monitor.sources.coded import Coded, combined
from dkbm_monitor.town.open import Town

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.integer]
SHOWN = 5  # districts or rows named within one message
BLOCK = ("gebietsstand", "level")
TEXT = ("measure", "gebietsstand", "level", "district", "period", "status", "source", "column")


class Observed:
    """Observations with their text columns coded; checks ask it for keys, masks, names and places."""

    def __init__(self, town: Town, observations: Observations) -> None:
        self.town = town
        self.dims = breakdowns_of(observations)
        self.value = observations["value"].to_numpy(dtype="float64")
        self.row = observations["row"].to_numpy(dtype="int64")
        self.text: Mapping[str, Coded] = {name: _coded(observations[name]) for name in (*TEXT, *self.dims)}
        self._files = {source.id: source.file for source in town.register.sources}

    def __len__(self) -> int:
        return len(self.value)

    def key(self, *names: str, within: Rows | None = None) -> npt.NDArray[np.int64]:
        """One number per row, equal where all named columns are equal."""
        columns = [self.text[name] for name in names]
        if within is not None:
            columns = [Coded(column.codes[within], column.labels) for column in columns]
        return combined(columns)

    def label(self, name: str, row: int) -> str:
        """Text of one column in one row."""
        column = self.text[name]
        return str(column.labels[column.codes[row]])

    def is_in(self, name: str, wanted: Iterable[str], within: Rows | None = None) -> Mask:
        """True for rows (all, or some) whose text in a column is one of the wanted."""
        chosen = set(wanted)
        lookup = np.array([label in chosen for label in self.text[name].labels] or [False])
        codes = self.text[name].codes
        mask: Mask = lookup[codes if within is None else codes[within]]
        return mask

    @cached_property
    def has_value(self) -> Mask:
        """True for rows that carry a number."""
        known: Mask = ~np.isnan(self.value)
        return known

    @cached_property
    def _by_measure(self) -> dict[str, Rows]:
        rows = self.groups(np.arange(len(self)), "measure")
        return {self.label("measure", int(group[0])): group for group in rows}

    def of_measure(self, measure: str) -> Rows:
        """Rows of one measure."""
        return self._by_measure.get(measure, np.array([], dtype="int64"))

    @cached_property
    def _is_total(self) -> dict[str, Mask]:
        return {dim: self.is_in(dim, [TOTAL]) for dim in self.dims}

    def is_total(self, dim: str) -> Mask:
        """True for rows that are not broken down by `dim`."""
        return self._is_total[dim]

    def dims_of(self, *rows: Rows) -> list[str]:
        """Breakdowns by which at least one of the rows is broken down; the others need not be compared."""
        return [dim for dim in self.dims if not all(self._is_total[dim][one].all() for one in rows)]

    @cached_property
    def is_whole(self) -> Mask:
        """True for rows that are not broken down at all."""
        whole: Mask = np.logical_and.reduce([np.ones(len(self), dtype=bool), *self._is_total.values()])
        return whole

    def measures(self, **wanted: object) -> set[str]:
        """Ids of measures whose card agrees, e.g. `additive=True`."""
        return {
            id
            for id, card in self.town.catalogue.measures.items()
            if all(getattr(card, name) == value for name, value in wanted.items())
        }

    def card(self, row: int) -> Measure | None:
        """The card of the measure a row counts."""
        return self.town.catalogue.measures.get(self.label("measure", row))

    def title(self, row: int) -> str:
        """What a row counts, in words, with its breakdown."""
        card = self.card(row)
        name = str(card.title) if card else self.label("measure", row)
        cell = [category_name(label) for dim in self.dims if (label := self.label(dim, row)) != TOTAL]
        quoted = _("„{text}“").format(text=name)
        return f"{quoted} ({', '.join(cell)})" if cell else quoted

    def area(self, row: int) -> str:
        """Name and key of a row's district."""
        key = self.label("district", row)
        name = self.name(self.label("gebietsstand", row), self.label("level", row), key)
        return f"{name} ({key})" if name != key else key

    def name(self, gebietsstand: str, level: str, key: str) -> str:
        """Name of a district; its key where it has none."""
        districts = self.town.districts.get(gebietsstand)
        return districts.names(level).get(key, key) if districts else key

    def level_words(self, gebietsstand: str, level: str) -> str:
        """How a level is called in the plural; the town by its name."""
        districts = self.town.districts.get(gebietsstand)
        found = districts.level(level) if districts else None
        return found.plural if found else self.town.name

    def place(self, row: int) -> Place:
        """Where a row stands in its raw file."""
        return Place(self.file(row), int(self.row[row]), self.label("column", row))

    def file(self, row: int) -> str:
        """The raw file of a row."""
        source = self.label("source", row)
        return self._files.get(source, source)

    def groups(self, rows: Rows, *names: str) -> Iterator[Rows]:
        """Rows in groups that agree in the named columns, in order of first appearance."""
        if not len(rows):
            return
        numbers, distinct = pd.factorize(self.key(*names, within=rows))
        order = np.argsort(numbers, kind="stable")
        yield from np.split(rows[order], np.cumsum(np.bincount(numbers, minlength=len(distinct)))[:-1])


def _coded(column: pd.Series[str]) -> Coded:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Coded(column.cat.codes.to_numpy(), tuple(map(str, column.cat.categories)))
    codes, labels = pd.factorize(column)
    return Coded(codes, tuple(map(str, labels)))


def enumerated(texts: Sequence[str], most: int = SHOWN) -> str:
    """Texts joined by semicolons, long lists cut with a count of the rest.

    >>> enumerated(["a", "b", "c"], 2)
    'a; b; und 1 weitere'
    """
    rest = len(texts) - most
    more = [plural("und {n} weitere", "und {n} weitere", rest)] if rest > 0 else []
    return "; ".join([*texts[:most], *more])


def in_rows(rows: Iterable[int]) -> str:
    """Row numbers as words.

    >>> in_rows([7, 3, 3])
    'Zeilen 3, 7'
    """
    numbers = sorted(set(rows))
    shown = ", ".join(map(str, numbers[:SHOWN])) + (" …" if len(numbers) > SHOWN else "")
    return (_("Zeile {rows}") if len(numbers) == 1 else _("Zeilen {rows}")).format(rows=shown)


def amount(value: float) -> str:
    """A count or a rate as readers write it: whole numbers without decimals."""
    return number(value, 0 if float(value).is_integer() else 2)


def periods_words(periods: Iterable[str]) -> str:
    """Periods in order, runs of years drawn together.

    >>> periods_words(["2015", "2016", "2017", "2020"])
    '2015–2017, 2020'
    """
    out: list[list[str]] = []
    for one in sorted(set(periods)):
        if out and one.isdigit() and out[-1][-1].isdigit() and int(one) == int(out[-1][-1]) + 1:
            out[-1].append(one)
        else:
            out.append([one])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in out)
