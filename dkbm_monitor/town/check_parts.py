"""Checks of parts against their whole: within a breakdown, between measures, between levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from dkbm_monitor.core.frames import TOTAL
from dkbm_monitor.core.keys import OLDEST, age_band
from dkbm_monitor.core.locale import _, plural, with_unit
from dkbm_monitor.core.problems import Problem, Severity
from dkbm_monitor.core.status import Status
from dkbm_monitor.town.observed import Observed, Rows, amount, enumerated, in_rows

SAME = 1e-6
AREA = ("gebietsstand", "level", "district", "period")
CELL = ("measure", *AREA)


@dataclass(frozen=True)
class Pairs:
    """Rows that are parts, each with the row of its whole."""

    part: Rows
    whole: Rows


def _matched(seen: Observed, part: Rows, whole: Rows, names: Sequence[str]) -> Pairs:
    """Parts and wholes that agree in the named columns."""
    key = seen.key(*names, within=np.concatenate([whole, part]))
    index = pd.Index(key[: len(whole)])
    first = ~index.duplicated()
    place = index[first].get_indexer(pd.Index(key[len(whole) :]))
    return Pairs(part[place >= 0], whole[first][place[place >= 0]])


def _above(seen: Observed, pairs: Pairs) -> Pairs:
    too_much = seen.value[pairs.part] > seen.value[pairs.whole] + SAME
    return Pairs(pairs.part[too_much], pairs.whole[too_much])


def parts_above_measure(seen: Observed) -> Iterator[Problem]:
    """A measure that is declared part of another must not exceed it, in the same cell of the same area."""
    for id, card in seen.town.catalogue.measures.items():
        if not card.part_of or not card.additive:
            continue
        part, whole = (rows[seen.has_value[rows]] for rows in map(seen.of_measure, (id, card.part_of)))
        pairs = _above(seen, _matched(seen, part, whole, [*AREA, *seen.dims_of(part, whole)]))
        hint = _("Zählen beide dieselben Menschen zum selben Stichtag, nach demselben Ort?")
        yield from _too_much(seen, pairs, "C014", hint)


def categories_above_total(seen: Observed) -> Iterator[Problem]:
    """A category of a breakdown must not exceed the total of the same cell."""
    for dim in seen.dims:
        pairs = _with_totals(seen, dim)
        known = seen.has_value[pairs.part]
        hint = _("Sind die Spalten vertauscht, oder ist die Summe aus einer anderen Quelle?")
        yield from _too_much(seen, _above(seen, Pairs(pairs.part[known], pairs.whole[known])), "C015", hint)


def _with_totals(seen: Observed, dim: str) -> Pairs:
    """Every row broken down by `dim`, with the known total of the same cell."""
    whole = seen.is_total(dim)
    parts = np.flatnonzero(~whole & seen.is_in("measure", seen.measures(additive=True)))
    codes = np.unique(seen.text["measure"].codes[parts])
    totals = np.flatnonzero(whole & seen.has_value & np.isin(seen.text["measure"].codes, codes))
    others = [other for other in seen.dims_of(parts, totals) if other != dim]
    return _matched(seen, parts, totals, [*CELL, *others])


def _too_much(seen: Observed, pairs: Pairs, code: str, hint: str) -> Iterator[Problem]:
    """One problem for each measure, file and column of the parts."""
    whole_of = dict(zip(pairs.part.tolist(), pairs.whole.tolist(), strict=True))
    for rows in seen.groups(pairs.part, "measure", "source", "column"):
        first = int(rows[0])
        examples = [
            _("{area} {period}: {part} von {whole} ({rows})").format(
                area=seen.area(row),
                period=seen.label("period", row),
                part=amount(float(seen.value[row])),
                whole=amount(float(seen.value[whole_of[row]])),
                rows=in_rows([int(seen.row[row])]),
            )
            for row in rows.tolist()
        ]
        what = _("Ein Teil ist größer als das Ganze: {part} über {whole}. {examples}.").format(
            part=seen.title(first), whole=seen.title(whole_of[first]), examples=enumerated(examples)
        )
        # Rounding by the publisher can lift a part above its whole; then nobody made a mistake.
        both = np.concatenate([[row, whole_of[row]] for row in rows.tolist()])
        softly = bool(seen.is_in("status", [Status.ROUNDED], both).reshape(-1, 2).any(axis=1).all())
        same = all(seen.label("source", row) == seen.label("source", whole_of[row]) for row in rows.tolist())
        severity = Severity.NOTE if softly else Severity.ERROR if same else Severity.WARNING
        yield Problem(code, seen.place(first), seen.label("measure", first), what, hint, severity)


def breakdown_sums(seen: Observed) -> Iterator[Problem]:
    """The categories of a complete breakdown must add up to the total of the same cell."""
    for dim in seen.dims:
        pairs = _with_totals(seen, dim)
        whole_of = np.full(len(seen), -1, dtype="int64")
        whole_of[pairs.part] = pairs.whole
        for rows in seen.groups(pairs.part, "measure", "period", "level"):
            needed = _complete(seen, rows, dim)
            if needed:
                chosen = rows[seen.is_in(dim, needed, rows)]
                yield from _unequal(seen, Pairs(chosen, whole_of[chosen]), dim, len(needed))


def _complete(seen: Observed, rows: Rows, dim: str) -> set[str]:
    """The categories that together are the whole, if the rows have them all; else nothing."""
    codes = np.unique(seen.text[dim].codes[rows])
    present = {seen.text[dim].labels[code] for code in codes} - {TOTAL}
    card = seen.card(int(rows[0]))
    declared = set(card.breakdowns.get(dim, ())) if card else set()
    if declared:
        return declared if declared <= present else set()
    spans = sorted(span for text in present if (span := age_band(text)))
    ends = [first for first, _last in spans[1:]] == [last + 1 for _first, last in spans[:-1]]
    tiled = len(spans) == len(present) and bool(spans) and ends and spans[0][0] == 0 and spans[-1][1] == OLDEST
    return present if tiled else set()


def _unequal(seen: Observed, pairs: Pairs, dim: str, n_categories: int) -> Iterator[Problem]:
    """One problem for all areas whose categories, all of them known, do not add up."""
    numbers, distinct = pd.factorize(pairs.whole)
    summed = np.bincount(numbers, weights=np.nan_to_num(seen.value[pairs.part]), minlength=len(distinct))
    known = np.bincount(numbers, weights=seen.has_value[pairs.part], minlength=len(distinct)) == n_categories
    rest = seen.value[distinct] - summed
    wrong = np.flatnonzero(known & (np.abs(rest) > 0.5) & ~seen.is_in("status", [Status.ROUNDED], distinct))
    if not len(wrong):
        return
    examples = [
        _("{area}: {total} insgesamt, {summed} als Summe ({rows})").format(
            area=seen.area(int(distinct[one])),
            total=amount(float(seen.value[distinct[one]])),
            summed=amount(float(summed[one])),
            rows=in_rows([int(seen.row[distinct[one]])]),
        )
        for one in wrong
    ]
    first = int(distinct[wrong[0]])
    what = _("Die Gliederung „{dim}“ von {title} ergibt {period} nicht die Summe: {examples}.").format(
        dim=dim, title=seen.title(first), period=seen.label("period", first), examples=enumerated(examples, 3)
    )
    hint = _("Fehlt eine Ausprägung („unbekannt“), bitte als solche zuordnen; sonst die Spalten prüfen.")
    yield Problem("C016", seen.place(first), seen.label("measure", first), what, hint, Severity.WARNING)


def levels_add_up(seen: Observed) -> Iterator[Problem]:
    """A published value of a coarser area against the sum of the finest districts delivered within it."""
    rows = np.flatnonzero(seen.is_whole & seen.is_in("measure", seen.measures(additive=True)))
    for group in seen.groups(rows, "gebietsstand"):
        districts = seen.town.districts[seen.label("gebietsstand", int(group[0]))]
        order = {level: place for place, level in enumerate(districts.levels)}
        ranks = np.array([order.get(label, -1) for label in seen.text["level"].labels])
        rank = ranks[seen.text["level"].codes[group]]
        series = pd.factorize(seen.key("measure", "period", within=group))[0]
        finest = pd.Series(rank).groupby(series).transform("min").to_numpy()
        for fine, coarse in combinations(range(len(districts.levels)), 2):
            below = (rank == fine) & (finest == fine)
            above = (rank == coarse) & (finest == fine)
            if below.any() and above.any():
                parents = districts.parent_of(districts.levels[fine], districts.levels[coarse])
                yield from _level_sums(seen, group[below], group[above], parents)


def _level_sums(seen: Observed, fine: Rows, coarse: Rows, parents: Mapping[str, str]) -> Iterator[Problem]:
    """One problem for each measure and period whose published values differ from the sums."""
    series = seen.key("measure", "period")
    column = seen.text["district"]
    above = pd.Series(column.labels).map(parents).fillna("").to_numpy()[column.codes[fine]]
    hidden = ~seen.has_value[fine]
    frame = pd.DataFrame({"series": series[fine], "above": above, "value": seen.value[fine], "hidden": hidden})
    frame["fine"] = fine
    groups = frame.groupby(["series", "above"])
    summed = groups.agg(value=("value", "sum"), hidden=("hidden", "sum"), fine=("fine", "min"))
    key = pd.MultiIndex.from_arrays(
        [series[coarse], np.array(column.labels, dtype=object)[column.codes[coarse]]], names=["series", "above"]
    )
    table = pd.DataFrame({"row": coarse, "published": seen.value[coarse]}, index=key)
    table = table[~table.index.duplicated()].dropna().join(summed, how="inner")
    table["rest"] = table["published"] - table["value"]
    explained = (table["hidden"] > 0) & (table["rest"] > 0)
    differing = table[(table["rest"].abs() > 0.5) & ~explained]
    for _series, group in differing.groupby("series", sort=False):
        yield _rest(seen, group, int(group["fine"].iloc[0]))


def _rest(seen: Observed, differing: pd.DataFrame, fine: int) -> Problem:
    worst = differing.iloc[int(differing["rest"].abs().to_numpy().argmax())]
    row = int(worst["row"])
    share = abs(worst["rest"]) / worst["published"] if worst["published"] else np.inf
    below = seen.level_words(seen.label("gebietsstand", fine), seen.label("level", fine))
    what = _("{title}, {period}: {area} hat veröffentlicht {published}, die Summe der {below} ist {summed}.").format(
        title=seen.title(row),
        period=seen.label("period", row),
        area=seen.area(row),
        published=amount(worst["published"]),
        summed=amount(worst["value"]),
        below=below,
    )
    what += " " + _rest_words(float(worst["rest"]), float(share))
    if len(differing) > 1:
        what += " " + plural("{n} weiteres Gebiet weicht ab.", "{n} weitere Gebiete weichen ab.", len(differing) - 1)
    too_much = bool((differing["rest"] < 0).any())
    hint = (
        _("Zählt eine Quelle Nebenwohnungen mit, oder gilt ein anderer Stichtag?")
        if too_much
        else _("Der Rest ist keinem Gebiet zugeordnet; Werte der Stadt kommen aus der Summe der Gebiete.")
    )
    severity = Severity.WARNING if too_much or share > 0.01 else Severity.NOTE
    return Problem("C017", seen.place(row), seen.label("measure", row), what, hint, severity)


def _rest_words(rest: float, share: float) -> str:
    if rest > 0:
        return _("Nicht zugeordnet: {rest} ({share}).").format(rest=amount(rest), share=_share(share))
    return _("Die Summe liegt um {rest} darüber ({share}).").format(rest=amount(-rest), share=_share(share))


def _share(share: float) -> str:
    return with_unit(100 * share, "%", 1 if share >= 0.001 else 2) if np.isfinite(share) else "–"
