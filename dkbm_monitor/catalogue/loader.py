"""Read the shipped catalogue and a town's own definitions into one catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dkbm_monitor.catalogue.models import CatalogueFile, Indicator, Measure
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.core.provenance import text_hash
from dkbm_monitor.core.yamlfile import read_model

DEFINITIONS = Path(__file__).parent / "definitions"


@dataclass(frozen=True)
class Catalogue:
    """Measures and indicators by id, in the order of their files; `places` says where each was defined."""

    measures: Mapping[str, Measure] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def overlaid(self, other: Catalogue) -> Catalogue:
        """This catalogue with another laid over it: equal ids are replaced, new ones added."""
        return Catalogue(
            {**self.measures, **other.measures},
            {**self.indicators, **other.indicators},
            {**self.places, **other.places},
        )

    def indicator(self, wanted: str) -> Indicator:
        """The indicator of that id; raises `ProblemsError` with the nearest known id otherwise."""
        if wanted in self.indicators:
            return self.indicators[wanted]
        what = _("Die Kennzahl „{wanted}“ steht nicht im Katalog.").format(wanted=wanted)
        hint = did_you_mean(wanted, self.indicators) or _("Alle Kennzahlen zeigt: dkbm catalogue list.")
        raise ProblemsError([Problem("K001", Place(key=wanted), wanted, what, hint)])


def definition_hash(indicator: Indicator) -> str:
    """Hash of everything in a definition that can change a number or its reading."""
    return text_hash(indicator.model_dump_json(exclude={"examples", "references", "related"}))


@cache
def shipped() -> Catalogue:
    """The catalogue that comes with the package."""
    return read_catalogue(DEFINITIONS)


def read_catalogue(folder: Path) -> Catalogue:
    """Every `.yml` file below `folder`. Raises `ProblemsError` with the mistakes of all files at once."""
    problems: list[Problem] = []
    measures: dict[str, Measure] = {}
    indicators: dict[str, Indicator] = {}
    places: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yml")):
        name = path.relative_to(folder).as_posix()
        try:
            content = read_model(path, CatalogueFile, name)
        except ProblemsError as error:
            problems.extend(error.problems)
            continue
        cards: Iterable[Measure | Indicator] = (*content.measures, *content.indicators)
        for card in cards:
            if card.id in places:
                what = _("„{id}“ ist schon in {place} definiert.").format(id=card.id, place=places[card.id])
                problems.append(Problem("K002", Place(name), card.id, what))
            places[card.id] = name
        measures.update({card.id: card for card in content.measures})
        indicators.update({card.id: card for card in content.indicators})
    if problems:
        raise ProblemsError(problems)
    return Catalogue(measures, indicators, places)
