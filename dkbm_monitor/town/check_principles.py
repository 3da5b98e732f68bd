"""Checks of sources against the catalogue: unknown words, Wohnort against Schulort, shares above 100 %."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
import pandas as pd

from dkbm_monitor.catalogue.models import Ages, Indicator, Term, ages_of
from dkbm_monitor.core.frames import TOTAL
from dkbm_monitor.core.keys import OLDEST, age_band
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, Severity, did_you_mean
from dkbm_monitor.sources.columns import DISTRICT, PERIOD, PLACEHOLDER
from dkbm_monitor.sources.models import Source, TableMap
from dkbm_monitor.town.observed import Observed, amount, enumerated, in_rows
from dkbm_monitor.town.open import Town

AREA = ["gebietsstand", "level", "district", "period"]
PRINCIPLES = {"wohnort": "Wohnort", "schulort": "Schulort"}


def unknown_words(town: Town) -> Iterator[Problem]:
    """Measures and breakdowns that column maps name and the catalogue does not."""
    told: set[tuple[str, str]] = set()
    for source in town.register.sources:
        table = town.register.layout(source)
        where = source.table if isinstance(source.table, str) else source.id
        for measure, dims in _named(table):
            for problem in _unknown(town, measure, dims, where):
                if (where, problem.what) not in told:
                    told.add((where, problem.what))
                    yield problem


def _named(table: TableMap) -> Iterator[tuple[str, set[str]]]:
    """Every measure of a column map with the breakdowns it is given."""
    for column in table.columns:
        yield column.measure, {*column.where, *PLACEHOLDER.findall(column.column)} - {PERIOD, DISTRICT}
    if table.long:
        if table.long.measure:
            yield table.long.measure, set(table.long.dims)
        for text, measure in table.long.measures.items():
            yield measure, {*table.long.dims, *table.long.measure_cells.get(text, {})}


def _unknown(town: Town, measure: str, dims: Iterable[str], where: str) -> Iterator[Problem]:
    card = town.catalogue.measures.get(measure)
    place = Place("register.yml", key=where)
    if card is None:
        what = _("Die Messgröße „{measure}“ steht nicht im Katalog.").format(measure=measure)
        hint = did_you_mean(measure, town.catalogue.measures) or _(
            "Eigene Messgrößen gehören in den Ordner catalogue/."
        )
        yield Problem("C001", place, measure, what, hint)
        return
    for dim in sorted(set(dims) - card.breakdowns.keys()):
        what = _("Die Messgröße „{measure}“ hat keine Gliederung „{dim}“.").format(measure=measure, dim=dim)
        hint = did_you_mean(dim, card.breakdowns) or _("Vorhanden: {dims}.").format(
            dims=", ".join(card.breakdowns) or _("keine")
        )
        yield Problem("C002", place, measure, what, hint)


def unknown_categories(seen: Observed) -> Iterator[Problem]:
    """Categories in the data that the measure does not declare: no indicator would ever count them."""
    for dim in seen.dims:
        rows = np.flatnonzero(~seen.is_in(dim, [TOTAL]))
        for group in seen.groups(rows, "measure", "source", "column", dim):
            row = int(group[0])
            card, label = seen.card(row), seen.label(dim, row)
            declared = card.breakdowns.get(dim, ()) if card else ()
            if not declared or label in declared:
                continue
            what = _("Die Gliederung „{dim}“ von „{measure}“ kennt „{label}“ nicht.").format(
                dim=dim, measure=seen.label("measure", row), label=label
            )
            hint = did_you_mean(label, declared) or _("Bitte unter „recode“ zuordnen: {declared}.").format(
                declared=", ".join(declared)
            )
            yield Problem("C003", seen.place(row), seen.label("measure", row), what, hint)


def differing_principles(town: Town) -> Iterator[Problem]:
    """A source that counts where the institution is, for a measure that counts where people live, or the reverse."""
    for source in town.register.sources:
        measures = dict.fromkeys(measure for measure, _dims in _named(town.register.layout(source)))
        cards = [card for id in measures if (card := town.catalogue.measures.get(id))]
        wrong = [card.id for card in cards if card.spatial_principle != source.spatial_principle]
        if wrong:
            yield _principle(source, wrong)


def _principle(source: Source, wrong: list[str]) -> Problem:
    other = "wohnort" if source.spatial_principle == "schulort" else "schulort"
    what = _("Die Datei zählt nach dem {here}, diese Messgrößen aber nach dem {there}: {measures}.").format(
        here=PRINCIPLES[source.spatial_principle], there=PRINCIPLES[other], measures=enumerated(wrong)
    )
    hint = _("Bitte „spatial_principle“ prüfen oder eine eigene Messgröße für diese Zählweise anlegen.")
    return Problem("C021", Place(source.file), source.id, what, hint, Severity.WARNING)


def shares_above_whole(seen: Observed) -> Iterator[Problem]:
    """Shares whose numerator exceeds its denominator in a district."""
    told: set[str] = set()
    # Many indicators share a denominator: each quantity is added up once.
    counted = cache(lambda term: _quantity(seen, Term.model_validate_json(term)))
    for indicator in seen.town.catalogue.indicators.values():
        if indicator.kind != "share" or len(indicator.numerator) != 1 or len(indicator.denominator) != 1:
            continue
        top, bottom = (counted(one[0].model_dump_json()) for one in (indicator.numerator, indicator.denominator))
        if top is None or bottom is None:
            continue
        both = top.add_suffix("_top").join(bottom.add_suffix("_bottom"), how="inner")
        wrong = both[both["value_top"] > both["value_bottom"] + 1e-6]
        signature = f"{indicator.numerator} {indicator.denominator}"
        if len(wrong) and signature not in told:
            told.add(signature)
            yield _above(seen, indicator, wrong)


def _above(seen: Observed, indicator: Indicator, wrong: pd.DataFrame) -> Problem:
    top, bottom = wrong["row_top"].tolist(), wrong["row_bottom"].tolist()
    examples = [
        _("{area} {period}: {top} von {bottom} ({rows})").format(
            area=seen.area(row),
            period=seen.label("period", row),
            top=amount(one),
            bottom=amount(other),
            rows=in_rows([int(seen.row[row])]),
        )
        for row, one, other in zip(top, wrong["value_top"], wrong["value_bottom"], strict=True)
    ]
    what = _("„{title}“ läge über 100\u00a0%: {examples}.").format(title=indicator.title, examples=enumerated(examples))
    principles = {source.id: source.spatial_principle for source in seen.town.register.sources}
    counted = [
        (principles.get(seen.label("source", one), ""), principles.get(seen.label("source", other), ""))
        for one, other in zip(top, bottom, strict=True)
    ]
    mixed = next(((one, other) for one, other in counted if one and other and one != other), None)
    if mixed:
        what += " " + _("Der Zähler ist nach dem {top} gezählt, der Nenner nach dem {bottom}.").format(
            top=PRINCIPLES[mixed[0]], bottom=PRINCIPLES[mixed[1]]
        )
    hint = _("Zähler und Nenner müssen dieselben Menschen am selben Ort zum selben Stichtag zählen.")
    severity = Severity.ERROR if mixed else Severity.WARNING
    return Problem("C022", seen.place(int(top[0])), indicator.id, what, hint, severity)


def _quantity(seen: Observed, term: Term) -> pd.DataFrame | None:
    """Sum of the cells of a term by area and period, with one of its rows; None where they are not delivered so."""
    if term.lag or term.sign != 1:
        return None
    rows = seen.of_measure(term.measure)
    rows = rows[seen.has_value[rows]]
    if not set(term.where) <= set(seen.dims):
        return None
    for dim in {*seen.dims_of(rows), *term.where}:
        wanted = term.where.get(dim, TOTAL)
        if isinstance(wanted, Ages):
            codes = np.unique(seen.text[dim].codes[rows])
            inside = _tiling(ages_of(wanted), {seen.text[dim].labels[code] for code in codes})
        else:
            inside = {wanted} if isinstance(wanted, str) else set(wanted)
        rows = rows[seen.is_in(dim, inside, rows)]
    if not len(rows):
        return None
    frame = pd.DataFrame({"key": seen.key(*AREA, within=rows), "value": seen.value[rows], "row": rows})
    return frame.groupby("key").agg(value=("value", "sum"), row=("row", "first"), n=("row", "size"))


def _tiling(ages: tuple[int, int], labels: set[str]) -> set[str]:
    """The age bands that tile the ages, the coarsest from each start; nothing where they do not fit."""
    spans = {span: text for text in labels if (span := age_band(text))}
    found: set[str] = set()
    start, last = ages
    while start <= min(last, OLDEST):
        fitting = [span for span in spans if span[0] == start and span[1] <= last]
        if not fitting:
            return set()
        widest = max(fitting, key=lambda span: span[1])
        found.add(spans[widest])
        start = widest[1] + 1
    return found
