"""Every published count as one variable, and every sum that ties counts together as one equation.

The system holds the truth (it never leaves this floor). A variable is a family at a place in a year, shared by all
rows that publish it; the rest of a share (denominator minus numerator) is a variable of its own. Equations: an area
is the sum of the areas below it, on every pair of neighbouring levels; part + rest = whole; the whole is the sum of its
categories and age spans; pooled years are the sum of single years. Where a sum does not come out (a rest that belongs
to no district, a part the publisher withheld), an unknown rest takes the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from dkbm_monitor.catalogue.models import Indicator, Measure
from dkbm_monitor.core.frames import Values
from dkbm_monitor.core.keys import year_of
from dkbm_monitor.disclosure.families import Families, Member, families_of, sums_of
from dkbm_monitor.disclosure.places import Places, places_of
from dkbm_monitor.districts.districts import Districts

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TOLERANCE = 1e-6


@dataclass(frozen=True)
class System:
    """Variables, equations and the rows that publish them.

    `equations @ truth` is zero. `shows` has a one for variable and row where the row publishes the variable; the rests
    of shares and of sums that do not come out have no row. `need` is how wide the attacker's interval must stay for
    a sensitive variable, zero for others.
    """

    truth: Floats
    lower: Floats
    upper: Floats
    whole: Mask
    need: Floats
    shows: sparse.csr_array
    equations: sparse.csr_array
    rests: Ints  # variable, part, whole: one line each, for rests of shares
    coarseness: Ints
    place: Ints

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self.truth)

    def published(self, shown: Mask) -> Mask:
        """True for variables that a shown row publishes, or that follow at once from part and whole."""
        known: Mask = (self.shows @ shown.astype("float64")) > 0
        if len(self.rests):
            known[self.rests[:, 0]] = known[self.rests[:, 1]] & known[self.rests[:, 2]]
        return known


@dataclass(frozen=True)
class Keys:
    """Variables by number of family, place and year, packed into one whole number each."""

    packed: Ints  # sorted
    n_places: int
    n_years: int

    def pack(self, family: Ints | int, place: Ints, year: Ints) -> Ints:
        """The packed key."""
        return (np.int64(family) * self.n_places + place) * self.n_years + year

    def unpack(self) -> tuple[Ints, Ints, Ints]:
        """Family, place and year of every variable."""
        rest, year = np.divmod(self.packed, self.n_years)
        family, place = np.divmod(rest, self.n_places)
        return family, place, year

    def find(self, wanted: Ints) -> Ints:
        """Number of each variable, -1 where there is none."""
        if not len(self.packed):
            return np.full(len(wanted), -1, dtype="int64")
        at = np.minimum(np.searchsorted(self.packed, wanted), len(self.packed) - 1)
        return np.where(self.packed[at] == wanted, at, -1)


@dataclass(frozen=True)
class Rules:
    """What the rule calls sensitive, as far as variables are concerned."""

    min_count: int
    zero: bool
    complement: bool
    full: bool
    protection: int | None = None

    def need(self, minimum: int) -> int:
        """How wide the interval must be for a count whose smallest shown number is `minimum`."""
        return self.protection if self.protection is not None else minimum


def build(
    values: Values,
    rules: Rules,
    indicators: Mapping[str, Indicator],
    measures: Mapping[str, Measure],
    districts: Mapping[str, Districts],
    *,
    tiny: Mask | None = None,
) -> System:
    """The system of a Values frame. `tiny` marks rows of districts with too few people: all their counts of people are
    sensitive there.
    """
    tiny = np.zeros(len(values), dtype=bool) if tiny is None else tiny
    items, item_of_row = _items(values)
    families = families_of(items, indicators, measures)
    places = places_of(districts, values["level"].astype("str").unique())
    entries = _entries(values, families, items, item_of_row, places)
    rests = _rests(values, families, items, item_of_row, entries)
    keys, table = _variables(entries, rests, len(places.keys), families)
    truth, small_place = table.truth, np.zeros(len(table.truth), dtype=bool)
    small_place[table.entry_variable[tiny[entries.row]]] = True
    small_place[table.rests[small_place[table.rests[:, 1]] | small_place[table.rests[:, 2]], 0]] = True
    need = _needs(keys, table, families, rules, small_place)
    relations = _Relations(truth, table.signed)
    _add_rests(relations, table)
    _add_levels(relations, keys, places)
    for members in sums_of(families):
        _add_sum(relations, keys, members)
    return _assembled(relations, keys, table, need, places, len(values))


def _items(values: Values) -> tuple[list[tuple[str, str]], Ints]:
    """Distinct pairs of indicator and breakdown, and each row's number among them."""
    indicator, breakdown = values["indicator"].astype("category"), values["breakdown"].astype("category")
    width = max(len(breakdown.cat.categories), 1)
    code = indicator.cat.codes.to_numpy().astype("int64") * width + breakdown.cat.codes.to_numpy()
    distinct, inverse = np.unique(code, return_inverse=True)
    names = [
        (str(indicator.cat.categories[one // width]), str(breakdown.cat.categories[one % width])) for one in distinct
    ]
    return names, inverse.astype("int64")


@dataclass(frozen=True)
class _Entries:
    """One line per row and published count."""

    row: Ints
    family: Ints
    place: Ints
    year: Ints
    value: Floats
    sensitive: Mask
    first_year: int
    n_years: int
    place_of_row: Ints
    year_of_row: Ints


def _entries(
    values: Values, families: Families, items: list[tuple[str, str]], item_of_row: Ints, places: Places
) -> _Entries:
    period = values["period"].astype("category")
    years = np.array([year_of(str(one)) for one in period.cat.categories], dtype="int64")
    year = years[period.cat.codes.to_numpy()] if len(values) else np.zeros(0, dtype="int64")
    place = places.of(values)
    found: list[tuple[Ints, Ints, Ints, Floats, Mask]] = []
    order = np.argsort(item_of_row, kind="stable")
    starts = np.searchsorted(item_of_row[order], np.arange(len(items) + 1))
    for number, item in enumerate(items):
        rows = order[starts[number] : starts[number + 1]]
        for part in families.parts[item]:
            value = values[part.column].to_numpy(dtype="float64")[rows]
            kept = ~np.isnan(value) & (place[rows] >= 0)
            n = int(kept.sum())
            found.append(
                (
                    rows[kept],
                    np.full(n, part.family, dtype="int64"),
                    year[rows[kept]] - part.back,
                    value[kept],
                    np.full(n, part.sensitive),
                )
            )
    columns = [np.concatenate(one) for one in zip(*found, strict=True)] if found else [np.zeros(0)] * 5
    row, when = columns[0].astype("int64"), columns[2].astype("int64")
    first = int(when.min()) if len(when) else 0
    # Room on both sides, so that looking some years back never runs into another place.
    span = (int(when.max()) - first if len(when) else 0) + 2 * MARGIN
    return _Entries(
        row,
        columns[1].astype("int64"),
        place[row],
        when - first + MARGIN,
        columns[3],
        columns[4].astype(bool),
        first - MARGIN,
        span,
        place,
        year,
    )


MARGIN = 40  # years; pooled years (10), lags (20) and changes (20) look back at most this far together


@dataclass(frozen=True)
class _Rests:
    """Pairs of part and whole, distinct: family numbers of rests start after the real families."""

    family: Ints
    part_family: Ints
    whole_family: Ints
    place: Ints
    year: Ints
    whole_year: Ints
    minimum_of: Mapping[int, tuple[int, int]]
    sensitive: Mapping[int, bool]


def _rests(
    values: Values, families: Families, items: list[tuple[str, str]], item_of_row: Ints, entries: _Entries
) -> _Rests:
    numbers: dict[tuple[int, int, int], int] = {}
    sensitive: dict[int, bool] = {}
    found: list[tuple[Ints, ...]] = []
    for at, item in enumerate(items):
        parts = {part.column: part for part in families.parts[item]}
        for pair in families.pairs[item]:
            number = numbers.setdefault(
                (pair.part, pair.whole, pair.whole_back - pair.back), len(families.expressions) + len(numbers)
            )
            sensitive[number] = sensitive.get(number, False) or parts[pair.above].sensitive
            rows = np.flatnonzero(item_of_row == at)
            both = values[pair.above].notna().to_numpy()[rows] & values[pair.below].notna().to_numpy()[rows]
            rows = rows[both & (entries.place_of_row[rows] >= 0)]
            year = entries.year_of_row[rows] - entries.first_year
            fill = [np.full(len(rows), one, dtype="int64") for one in (number, pair.part, pair.whole)]
            found.append((*fill, entries.place_of_row[rows], year - pair.back, year - pair.whole_back))
    columns = [np.concatenate(one) for one in zip(*found, strict=True)] if found else [np.zeros(0, "int64")] * 6
    distinct = np.unique(np.stack(columns), axis=1) if len(columns[0]) else np.zeros((6, 0), dtype="int64")
    minimum = {number: (part, whole) for (part, whole, _shift), number in numbers.items()}
    family, part, whole, place, when, whole_when = distinct
    return _Rests(family, part, whole, place, when, whole_when, minimum, sensitive)


@dataclass(frozen=True)
class _Table:
    truth: Floats
    signed: Mask
    sensitive: Mask
    family: Ints
    entry_variable: Ints
    entry_row: Ints
    rests: Ints
    rest_families: Mapping[int, tuple[int, int]]


def _variables(entries: _Entries, rests: _Rests, n_places: int, families: Families) -> tuple[Keys, _Table]:
    """Distinct variables with their truth: counts first, then rests of shares, in one sorted list of keys."""
    empty = Keys(np.zeros(0, dtype="int64"), max(n_places, 1), entries.n_years)
    mine = empty.pack(entries.family, entries.place, entries.year)
    of_rest = empty.pack(rests.family, rests.place, rests.year)
    keys = Keys(np.unique(np.concatenate([mine, of_rest])), max(n_places, 1), entries.n_years)
    truth, sensitive = np.zeros(len(keys.packed)), np.zeros(len(keys.packed), dtype=bool)
    variable = keys.find(mine)
    truth[variable] = entries.value
    np.logical_or.at(sensitive, variable, entries.sensitive)
    part = keys.find(empty.pack(rests.part_family, rests.place, rests.year))
    whole = keys.find(empty.pack(rests.whole_family, rests.place, rests.whole_year))
    rest = keys.find(of_rest)
    truth[rest] = truth[whole] - truth[part]
    sensitive[rest] = np.array([rests.sensitive[int(one)] for one in rests.family], dtype=bool)
    balance = np.array([any(sign < 0 for _q, _b, sign in one) for one in families.listed] or [False])
    family = keys.unpack()[0]
    signed = balance[np.minimum(family, len(balance) - 1)] & (family < len(balance))
    signed |= truth < -TOLERANCE
    triples = np.stack([rest, part, whole], axis=1) if len(rest) else np.zeros((0, 3), dtype="int64")
    return keys, _Table(truth, signed, sensitive, family, variable, entries.row, triples, rests.minimum_of)


def _needs(keys: Keys, table: _Table, families: Families, rules: Rules, small_place: Mask) -> Floats:
    """How wide each variable's interval must stay: zero for those that are not sensitive."""
    n_real = len(families.expressions)
    minimum = np.array([families.minimum(one, rules.min_count) for one in range(n_real)], dtype="float64")
    both = {one: max(minimum[part], minimum[whole]) for one, (part, whole) in table.rest_families.items()}
    least = np.array([*minimum, *(both[one] for one in sorted(both))])[table.family]
    is_rest = table.family >= n_real
    size = np.abs(table.truth)
    few = (size > TOLERANCE) & ((size < least - TOLERANCE) | small_place)
    few |= (size <= TOLERANCE) & np.where(is_rest, rules.full, rules.zero)
    few &= table.sensitive & (~is_rest | rules.complement)
    width = least if rules.protection is None else np.full(len(least), float(rules.protection))
    return np.where(few, width, 0.0)


class _Relations:
    """Collects equations as coordinates; a rest variable takes what does not add up."""

    def __init__(self, truth: Floats, signed: Mask) -> None:
        self.truth = truth
        self.signed = signed
        self.row: list[Ints] = []
        self.variable: list[Ints] = []
        self.sign: list[Floats] = []
        self.n = 0
        self.slack: list[tuple[Ints, Floats]] = []

    def add(self, equation: Ints, variable: Ints, sign: Floats) -> None:
        """Add equations numbered from zero within this call."""
        if not len(equation):
            return
        n = int(equation.max()) + 1
        left = np.bincount(equation, weights=sign * self.truth[variable], minlength=n)
        self.row.append(equation + self.n)
        self.variable.append(variable)
        self.sign.append(sign)
        open_ones = np.flatnonzero(np.abs(left) > TOLERANCE)
        self.slack.append(((open_ones + self.n).astype("int64"), left[open_ones].astype("float64")))
        self.n += n


def _add_rests(relations: _Relations, table: _Table) -> None:
    n = len(table.rests)
    if n:
        equation = np.repeat(np.arange(n), 3)
        relations.add(equation, table.rests.ravel(), np.tile([1.0, 1.0, -1.0], n))


def _add_levels(relations: _Relations, keys: Keys, places: Places) -> None:
    """Each area against the areas of a level below it, for every family and year that both have."""
    family, place, year = keys.unpack()
    for _number, below, above in places.links:
        target = np.full(len(places.keys), -1, dtype="int64")
        target[below] = above
        part = np.flatnonzero(target[place] >= 0)
        whole = keys.find(keys.pack(family[part], target[place[part]], year[part]))
        part, whole = part[whole >= 0], whole[whole >= 0]
        parents, equation = np.unique(whole, return_inverse=True)
        relations.add(
            np.concatenate([np.arange(len(parents)), equation]),
            np.concatenate([parents, part]),
            np.concatenate([np.ones(len(parents)), -np.ones(len(part))]),
        )


def _add_sum(relations: _Relations, keys: Keys, members: list[Member]) -> None:
    """One relation between families, wherever the first and at least one other of them are there."""
    family, place, year = keys.unpack()
    head = np.flatnonzero(family == members[0][0])
    found = [head]
    for other, back, _sign in members[1:]:
        found.append(keys.find(keys.pack(other, place[head], year[head] - back)))
    table = np.stack(found, axis=1)
    sums_up = all(sign < 0 for _one, _back, sign in members[1:])
    kept = (table[:, 1:] >= 0).any(axis=1) if sums_up else (table >= 0).all(axis=1)
    table = table[kept]
    equation, at = np.nonzero(table >= 0)
    signs = np.array([sign for _one, _back, sign in members])
    relations.add(equation, table[equation, at], signs[at])


def _assembled(relations: _Relations, keys: Keys, table: _Table, need: Floats, places: Places, n_rows: int) -> System:
    """Join everything; the unknown rests become variables of their own."""
    n = len(table.truth)
    slack_row = np.concatenate([one for one, _left in relations.slack] or [np.zeros(0, dtype="int64")]).astype("int64")
    left = np.concatenate([one for _row, one in relations.slack] or [np.zeros(0)])
    slack = n + np.arange(len(slack_row))
    size = n + len(slack_row)
    row = np.concatenate([*relations.row, slack_row]).astype("int64")
    column = np.concatenate([*relations.variable, slack]).astype("int64")
    sign = np.concatenate([*relations.sign, -np.ones(len(slack_row))])
    equations = sparse.csr_array((sign, (row, column)), shape=(relations.n, size))
    ones = np.ones(len(table.entry_row))
    shows = sparse.csr_array((ones, (table.entry_variable, table.entry_row)), shape=(size, n_rows))
    shows.data[:] = 1.0
    lower = np.concatenate([np.where(table.signed, -np.inf, 0.0), np.minimum(left, 0.0)])
    upper = np.concatenate([np.full(n, np.inf), np.where(left < 0, 0.0, np.inf)])
    truth = np.concatenate([table.truth, left])
    place = keys.unpack()[1]
    coarse = np.concatenate([places.coarseness[place] if n else place, np.zeros(len(slack), dtype="int64")])
    return System(
        truth=truth,
        lower=lower,
        upper=upper,
        whole=np.abs(truth - np.round(truth)) < TOLERANCE,
        need=np.concatenate([need, np.zeros(len(slack))]),
        shows=shows,
        equations=equations,
        rests=table.rests,
        coarseness=coarse,
        place=np.concatenate([place, np.full(len(slack), -1)]),
    )
