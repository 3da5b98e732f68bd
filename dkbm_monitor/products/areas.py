"""Find one area of a town by its key or its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dkbm_monitor.core.frames import TOWN
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.districts.districts import Districts

if TYPE_CHECKING:
    from dkbm_monitor.town.open import Town


@dataclass(frozen=True)
class Area:
    """One area in one Gebietsstand."""

    gebietsstand: str
    level: str
    level_title: str
    key: str
    name: str


def find_area(town: Town, wanted: str, period: str, level: str | None = None) -> Area:
    """The area of that key or name in the Gebietsstand of the period.

    Raises `ProblemsError` with the nearest name if there is none, and with the levels to choose from if there are
    several.
    """
    areas = list(_areas(_districts_for(town, period)))
    inside = [area for area in areas if level is None or area.level == level]
    if level is not None and not inside:
        what = _("Die Ebene „{level}“ gibt es im Zeitraum {period} nicht.").format(level=level, period=period)
        known = list(dict.fromkeys(area.level for area in areas))
        hint = did_you_mean(level, known) or _("Vorhanden: {known}.").format(known=", ".join(known))
        raise ProblemsError([Problem("P011", Place(key=level), level, what, hint)])
    found = [area for area in inside if wanted.strip().lower() in _words(area)]
    if not found:
        what = _("Das Gebiet „{wanted}“ gibt es nicht.").format(wanted=wanted)
        known = [word for area in inside for word in (area.name, area.key)]
        hint = did_you_mean(wanted, known) or _("Bitte den Schlüssel oder den Namen eines Gebiets angeben.")
        raise ProblemsError([Problem("P010", Place(key=wanted), wanted, what, hint)])
    if len(found) > 1:
        raise ProblemsError([_ambiguous(wanted, found)])
    return found[0]


def _ambiguous(wanted: str, found: list[Area]) -> Problem:
    what = _("„{wanted}“ ist nicht eindeutig: {areas}.").format(
        wanted=wanted, areas=", ".join(f"{area.name} ({area.level_title}, {area.key})" for area in found)
    )
    hint = _("Bitte den Schlüssel angeben oder mit --level eine Ebene wählen: {levels}.").format(
        levels=", ".join(dict.fromkeys(area.level for area in found))
    )
    return Problem("P010", Place(key=wanted), wanted, what, hint)


def _words(area: Area) -> set[str]:
    words = {area.key.lower(), area.name.lower()}
    return words | {TOWN} if area.level == TOWN else words


def _districts_for(town: Town, period: str) -> Districts:
    stand = town.file.gebietsstand_for(period)
    if stand is not None:
        return town.districts[stand.id]
    what = _("Für den Zeitraum {period} ist kein Gebietsstand angegeben.").format(period=period)
    raise ProblemsError([Problem("P012", Place("town.yml", key="gebietsstaende"), period, what)])


def _areas(districts: Districts) -> Iterator[Area]:
    titles = {level.id: level.title for level in districts.gebietsstand.levels} | {TOWN: _("Stadt")}
    for level in districts.levels:
        for key, name in districts.names(level).items():
            yield Area(districts.gebietsstand.id, level, titles[level], key, name)
