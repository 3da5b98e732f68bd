"""Rules that hold between the cards of a catalogue, one small function per rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.catalogue.models import AREAS, Ages, Indicator, Measure, Term, Text
from dkbm_monitor.core.keys import age_band
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, Severity, did_you_mean
from dkbm_monitor.core.yamlfile import read_plain

WORDING = Path(__file__).parent / "wording.yml"
CONTEXT_DIMENSIONS = frozenset({"migration", "nationality", "language"})
PARTS = ("numerator", "denominator", "compared_numerator", "compared_denominator")


def check_catalogue(catalogue: Catalogue) -> list[Problem]:
    """Every breach of a rule, in the order of the rules."""
    return [problem for rule in RULES for problem in rule(catalogue)]


def _place(catalogue: Catalogue, id: str) -> Place:
    return Place(catalogue.places.get(id, ""), key=id)


def _terms(indicator: Indicator) -> Iterator[tuple[str, Term]]:
    for part in PARTS:
        for term in getattr(indicator, part):
            yield part, term


def measures_exist(catalogue: Catalogue) -> Iterator[Problem]:
    """Every measure that is named must be defined."""
    named = [(card.id, term.measure) for card in catalogue.indicators.values() for _part, term in _terms(card)]
    named += [(card.id, card.given) for card in catalogue.indicators.values() if card.given]
    named += [(card.id, card.part_of) for card in catalogue.measures.values() if card.part_of]
    for id, measure in dict.fromkeys(named):
        if measure not in catalogue.measures:
            what = _("Die Messgröße „{measure}“ ist nicht definiert.").format(measure=measure)
            yield Problem("K101", _place(catalogue, id), id, what, did_you_mean(measure, catalogue.measures))


def selections_fit(catalogue: Catalogue) -> Iterator[Problem]:
    """A selection must name a breakdown of its measure and categories that the measure declares."""
    for card in catalogue.indicators.values():
        for _part, term in _terms(card):
            measure = catalogue.measures.get(term.measure)
            if measure is not None:
                for dim, wanted in term.where.items():
                    yield from _selection(catalogue, card.id, measure, dim, wanted)


def _selection(
    catalogue: Catalogue, id: str, measure: Measure, dim: str, wanted: Ages | str | tuple[str, ...]
) -> Iterator[Problem]:
    place = _place(catalogue, id)
    if dim not in measure.breakdowns:
        what = _("Die Messgröße „{measure}“ ist nicht nach „{dim}“ gegliedert.").format(measure=measure.id, dim=dim)
        yield Problem("K102", place, id, what, did_you_mean(dim, measure.breakdowns))
        return
    declared = measure.breakdowns[dim]
    categories = () if isinstance(wanted, Ages) else (wanted,) if isinstance(wanted, str) else wanted
    for one in categories:
        is_age = dim == "age" and age_band(one) is not None
        if declared and one not in declared and not is_age:
            what = _("„{category}“ ist keine Ausprägung von „{dim}“ der Messgröße „{measure}“.").format(
                category=one, dim=dim, measure=measure.id
            )
            yield Problem("K102", place, id, what, did_you_mean(one, declared))


def spatial_principles_agree(catalogue: Catalogue) -> Iterator[Problem]:
    """Numerator and denominator count at the same place; supply per resident (a rate) is the one exception."""
    for card in catalogue.indicators.values():
        used = {
            catalogue.measures[term.measure].spatial_principle
            for _part, term in _terms(card)
            if term.measure in catalogue.measures
        }
        is_supply = card.kind == "rate" and card.spatial_principle == "schulort"
        if used - {card.spatial_principle} and not is_supply:
            what = _(
                "Zähler und Nenner folgen nicht demselben räumlichen Prinzip wie die Kennzahl ({principle})."
            ).format(principle=card.spatial_principle)
            hint = _("Entweder alles nach Wohnort oder alles nach Schulort zählen.")
            yield Problem("K103", _place(catalogue, card.id), card.id, what, hint)


def relations_exist(catalogue: Catalogue) -> Iterator[Problem]:
    """Related indicators must exist."""
    for card in catalogue.indicators.values():
        for related in card.related:
            if related not in catalogue.indicators:
                what = _("Die verwandte Kennzahl „{related}“ gibt es nicht.").format(related=related)
                hint = did_you_mean(related, catalogue.indicators)
                yield Problem("K104", _place(catalogue, card.id), card.id, what, hint)


def origin_is_context(catalogue: Catalogue) -> Iterator[Problem]:
    """How many people have a migration history, a nationality or a language is never good or bad."""
    for card in catalogue.indicators.values():
        below = {(term.measure, dim) for term in card.denominator for dim in term.where}
        cut = {
            dim
            for term in card.numerator
            for dim in term.where
            if dim in CONTEXT_DIMENSIONS and (term.measure, dim) not in below
        }
        describes_people = {term.measure for term in card.numerator} <= {term.measure for term in card.denominator}
        if cut and describes_people and card.kind == "share" and card.polarity != "context":
            what = _("Eine Kennzahl über Migration, Staatsangehörigkeit oder Sprache wird nie gewertet.")
            yield Problem("K105", _place(catalogue, card.id), card.id, what, _("Bitte „polarity: context“ setzen."))


def breakdowns_are_free(catalogue: Catalogue) -> Iterator[Problem]:
    """An indicator cannot be shown by a dimension that its own terms have already cut."""
    for card in catalogue.indicators.values():
        cut = {dim for _part, term in _terms(card) for dim in term.where}
        for dim in sorted(cut & set(card.breakdowns)):
            what = _("Die Kennzahl wählt selbst nach „{dim}“ aus und kann nicht danach gegliedert werden.").format(
                dim=dim
            )
            yield Problem("K110", _place(catalogue, card.id), card.id, what)


def shares_are_parts(catalogue: Catalogue) -> Iterator[Problem]:
    """The numerator of a share must be a part of its denominator."""
    for card in catalogue.indicators.values():
        if card.kind not in ("share", "gap"):
            continue
        below = {term.measure for term in card.denominator}
        for term in card.numerator:
            if term.measure in catalogue.measures and not below & set(_chain(catalogue, term.measure)):
                what = _("„{part}“ ist kein Teil von „{whole}“.").format(
                    part=term.measure, whole=", ".join(sorted(below))
                )
                hint = _("Bitte „part_of“ an der Messgröße angeben oder „kind: rate“ wählen.")
                yield Problem("K106", _place(catalogue, card.id), card.id, what, hint)


def _chain(catalogue: Catalogue, measure: str) -> Iterator[str]:
    """A measure, what it is part of, and so on; a circle ends the chain."""
    seen: set[str] = set()
    step: str | None = measure
    while step is not None and step not in seen:
        seen.add(step)
        yield step
        card = catalogue.measures.get(step)
        step = card.part_of if card else None


def ready_rates_stay_apart(catalogue: Catalogue) -> Iterator[Problem]:
    """A publisher's ready rate is only ever shown; counts are only ever computed with."""
    for card in catalogue.indicators.values():
        used = [term.measure for _part, term in _terms(card)] + ([card.given] if card.given else [])
        for id in used:
            measure = catalogue.measures.get(id)
            if measure and measure.additive is (card.kind == "given"):
                what = (
                    _("„{measure}“ ist eine Zählung und keine fertige Quote.")
                    if measure.additive
                    else _("„{measure}“ ist eine fertige Quote; mit ihr wird nicht gerechnet.")
                )
                yield Problem("K107", _place(catalogue, card.id), card.id, what.format(measure=id))


def files_stand_where_they_belong(catalogue: Catalogue) -> Iterator[Problem]:
    """An indicator in a folder of an area stands in the folder of its own area."""
    folders = set(AREAS.values())
    for card in catalogue.indicators.values():
        place = catalogue.places.get(card.id, "")
        folder = place.split("/")[0]
        if folder in folders and folder != AREAS[card.area]:
            what = _("Die Kennzahl gehört zum Bereich {area}, liegt aber im Ordner {folder}.").format(
                area=card.area, folder=folder
            )
            yield Problem("K108", _place(catalogue, card.id), card.id, what)


def words_are_fair(catalogue: Catalogue) -> Iterator[Problem]:
    """Texts describe conditions, not people, and do not rank places."""
    cards: tuple[Measure | Indicator, ...] = (*catalogue.measures.values(), *catalogue.indicators.values())
    for card in cards:
        for field in type(card).model_fields:
            found = getattr(card, field)
            for text in [found] if isinstance(found, Text) else []:
                for word, better in unfair_words(text.de):
                    what = _("„{word}“ in „{field}“ urteilt über Menschen oder Orte.").format(word=word, field=field)
                    hint = _("Besser: {better}.").format(better=better)
                    yield Problem("K109", _place(catalogue, card.id), card.id, what, hint, Severity.WARNING)


def unfair_words(text: str) -> list[tuple[str, str]]:
    """Discouraged words in a German text, each with what to write instead.

    >>> unfair_words("Ein Brennpunkt der Stadt")
    [('Brennpunkt', 'Gebiet mit besonderem Unterstützungsbedarf')]
    """
    return [(word, better) for word, (pattern, better) in _wording().items() if pattern.search(text)]


@cache
def _wording() -> dict[str, tuple[re.Pattern[str], str]]:
    words, _lines = read_plain(WORDING)
    return {word: (re.compile(rf"\b{re.escape(word)}", re.IGNORECASE), better) for word, better in words.items()}


RULES: tuple[Callable[[Catalogue], Iterator[Problem]], ...] = (
    measures_exist,
    selections_fit,
    spatial_principles_agree,
    relations_exist,
    origin_is_context,
    breakdowns_are_free,
    shares_are_parts,
    ready_rates_stay_apart,
    files_stand_where_they_belong,
    words_are_fair,
)
