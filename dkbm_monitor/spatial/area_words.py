"""Neutral names for types of districts, and what must be said beside them."""

from __future__ import annotations

from collections.abc import Mapping

from dkbm_monitor.core.locale import _, number, plural

PRONOUNCED = 0.5  # standard deviations from the mean of the districts
MOST_NAMED = 3


def name_of(letter: str, means: Mapping[str, float]) -> str:
    """A name from the profile: the indicators furthest from the mean, in words that do not judge.

    >>> name_of("A", {"Kinder unter 6 Jahren": 1.2, "Wohnfläche je Person": -0.7, "Wohndauer": 0.1})
    'Typ A – über dem Mittel: Kinder unter 6 Jahren; unter dem Mittel: Wohnfläche je Person'
    """
    pronounced = sorted((one for one in means if abs(means[one]) >= PRONOUNCED), key=lambda one: -abs(means[one]))
    named = pronounced[:MOST_NAMED]
    above = " · ".join(one for one in named if means[one] > 0)
    below = " · ".join(one for one in named if means[one] < 0)
    if above and below:
        text = _("Typ {letter} – über dem Mittel: {above}; unter dem Mittel: {below}")
    elif above:
        text = _("Typ {letter} – über dem Mittel: {above}")
    elif below:
        text = _("Typ {letter} – unter dem Mittel: {below}")
    else:
        text = _("Typ {letter} – nahe am Mittel der Gebiete")
    return text.format(letter=letter, above=above, below=below)


def type_notes(rand: float, n_without: int, *, stable: float, dissolved: float) -> tuple[str, ...]:
    """How types may be read."""
    notes = [
        _(
            "Die Typen fassen Gebiete zusammen, die sich in den gewählten Kennzahlen ähneln. Die Buchstaben sind keine "
            "Reihenfolge."
        ),
        _(
            "Typen eignen sich nicht, um Entwicklungen zu verfolgen: Mit jedem neuen Zeitraum verschieben sich ihre "
            "Grenzen. Dafür gibt es Kennzahlen und Indizes."
        ),
        _stability(rand, stable, dissolved),
    ]
    if n_without:
        notes.append(
            plural(
                "{n} Gebiet ist keinem Typ zugeordnet, weil Werte fehlen.",
                "{n} Gebiete sind keinem Typ zugeordnet, weil Werte fehlen.",
                n_without,
            )
        )
    return tuple(notes)


def _stability(rand: float, stable: float, dissolved: float) -> str:
    if rand >= stable:
        text = _("Bei anderer Auswahl der Gebiete entstehen fast dieselben Typen (Übereinstimmung {rand} von 1).")
    elif rand >= dissolved:
        text = _("Bei anderer Auswahl der Gebiete entstehen ähnliche Typen (Übereinstimmung {rand} von 1).")
    else:
        text = _(
            "Bei anderer Auswahl der Gebiete entstehen andere Typen (Übereinstimmung {rand} von 1). Sie taugen "
            "allenfalls als Anstoß für ein Gespräch."
        )
    return text.format(rand=number(max(rand, 0.0), 2))
