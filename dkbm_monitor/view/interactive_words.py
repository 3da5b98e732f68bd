"""Texts that only the interactive map has: selectors, buttons, and the card about one district."""

from __future__ import annotations

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.locale import _, language
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.districts.models import Level
from dkbm_monitor.view.blanks import Blank
from dkbm_monitor.view.labels import level_words, reason_words, size_words, town_words, uncertain_words


def page_texts(release: Release, level: Level | None) -> dict[str, str]:
    """Words of selectors, legend and buttons; `{…}` is filled in by the page."""
    return {
        "indicator": _("Kennzahl"),
        "period": _("Zeitraum"),
        "no_values": _("{period} (keine Werte)"),
        "pick": _("Auswahl"),
        "legend": _("Legende"),
        "areas": level_words(level) if language() == "de" else _("Gebiete"),
        "weak": _("davon {words}").format(words=uncertain_words()),
        "town": town_words(release),
        "town_here": _("Hier liegt der Wert der Stadt."),
        "interval": _("Unsicherheitsbereich (95 %): {low} bis {high}"),
        "zoom_in": _("Vergrößern"),
        "zoom_out": _("Verkleinern"),
        "whole": _("Ganze Stadt zeigen"),
        "no_script": _("Diese Karte braucht JavaScript."),
        "keys": _("Mit den Pfeiltasten geht es von Gebiet zu Gebiet."),
    }


def counted_text(indicator: Indicator) -> str:
    """How the counts behind a value are told; `{part}` and `{base}` are filled in by the page."""
    if indicator.kind == "share":
        return _("{part} von {base}")
    if indicator.kind == "rate":
        return _("{part}, bezogen auf {base}")
    return _("Grundlage: {base}") if indicator.kind == "mean" else ""


def hint(indicator: Indicator) -> str:
    """How the indicator must not be misread."""
    limits = " ".join(part for part in (size_words(indicator), str(indicator.limits)) if part)
    return _("Zu beachten: {limits}").format(limits=limits)


def card_words(blank: Blank) -> str:
    """Why a district shows no value, as a line of its own."""
    words = reason_words(blank)
    return words[:1].upper() + words[1:]


def flag_sentences(flags: str) -> list[str]:
    """What a reader should know about a value, from its flag words; other words say nothing here."""
    uncertain = uncertain_words()
    known = {
        "small_denominator": uncertain[:1].upper() + uncertain[1:],
        "published": _("Vom Herausgeber berechnet"),
        "above_whole": _("Über 100 %: Zähler und Nenner folgen verschiedenen Zählweisen"),
        "break": _("Mit früheren Zeiträumen nur eingeschränkt vergleichbar"),
    }
    return [known[word] for word in flags.split() if word in known]
