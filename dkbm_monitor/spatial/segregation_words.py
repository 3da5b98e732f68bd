"""What the figures of segregation say, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dkbm_monitor.core.locale import _, number, plural, with_unit
from dkbm_monitor.core.problems import Place, Problem, Severity
from dkbm_monitor.spatial.counts import MOST_LEFT_OUT


def notes() -> tuple[str, ...]:
    """What must stand beside every figure of segregation."""
    return (
        _(
            "Der Wert hängt vom Zuschnitt der Gebiete ab: Je kleiner die Gebiete, desto höher fällt er meist aus. "
            "Vergleichbar sind nur Werte derselben Ebene und desselben Gebietsstands."
        ),
        _(
            "Bei kleinen Gruppen entsteht ein Teil der Ungleichheit durch Zufall. Darum stehen der Wert bei zufälliger "
            "Verteilung und ein um ihn bereinigter Wert dabei."
        ),
        _(
            "Der Wert beschreibt, wie sich eine Gruppe über die Gebiete verteilt. Über Ursachen und über einzelne "
            "Menschen sagt er nichts."
        ),
    )


def sentence(title: str, principle: str, row: Mapping[str, Any]) -> str:
    """One row of a segregation table in words: what the index says, what chance explains, what is left out."""
    parts = [_index(title, principle, row), _chance(row), _left_out(row)]
    return " ".join(part for part in parts if part)


def _index(title: str, principle: str, row: Mapping[str, Any]) -> str:
    if principle == "wohnort":
        text = _(
            "{title} ({period}): Damit der Anteil in allen {n} Gebieten gleich wäre, müssten {share} der Gruppe in "
            "einem anderen Gebiet wohnen."
        )
    else:
        text = _(
            "{title} ({period}): Damit der Anteil in allen {n} Gebieten gleich wäre, müssten {share} der Gruppe auf "
            "Einrichtungen in anderen Gebieten verteilt sein."
        )
    return text.format(
        title=title, period=row["period"], n=number(row["n_districts"]), share=_pct(row["dissimilarity"])
    )


def _chance(row: Mapping[str, Any]) -> str:
    if row["dissimilarity_adjusted"] > 0:
        text = _("Bei zufälliger Verteilung wären es {share}.")
    else:
        text = _("Das ist nicht mehr als bei zufälliger Verteilung ({share}).")
    return text.format(share=_pct(row["dissimilarity_by_chance"]))


def _left_out(row: Mapping[str, Any]) -> str:
    if not row["n_left_out"]:
        return ""
    return plural(
        "{n} Gebiet ohne gezeigte Zahlen ist nicht enthalten.",
        "{n} Gebiete ohne gezeigte Zahlen sind nicht enthalten.",
        row["n_left_out"],
    )


def left_out_problem(row: Mapping[str, Any], where: Place, indicator: str) -> Problem:
    """Too much is hidden for an index."""
    if row["most_left_out"] > 0:
        what = _("{share} einer Gruppe sind in Gebieten ohne gezeigte Zahlen.")
        what = what.format(share=_pct(row["most_left_out"], 0))
    else:
        what = plural(
            "{n} bewohntes Gebiet hat keine gezeigten Zahlen.",
            "{n} bewohnte Gebiete haben keine gezeigten Zahlen.",
            int(row["n_left_out"]),
        )
    hint = _("Mehr als {most} dürfen nicht fehlen: eine gröbere Ebene wählen oder mehrere Jahrgänge zusammenfassen.")
    return Problem("G009", where, indicator, what, hint.format(most=_pct(MOST_LEFT_OUT, 0)), Severity.WARNING)


def _pct(share: float, decimals: int = 1) -> str:
    return with_unit(100 * float(share), "%", decimals)
