"""Words for the closed vocabulary of the catalogue, in the current language."""

from __future__ import annotations

from dkbm_monitor.catalogue.models import Ages, Area, Indicator, Measure, Selection, Term
from dkbm_monitor.core.locale import EN_DASH, _, plural


def area_name(area: Area) -> str:
    """The area of the Anwendungsleitfaden."""
    return {
        "a": _("Rahmenbedingungen"),
        "b": _("Grundinformationen zur Bildung"),
        "c": _("Frühkindliche Bildung"),
        "d": _("Allgemeinbildende Schulen"),
        "e": _("Berufliche Bildung"),
        "f": _("Hochschulen"),
        "g": _("Weiterbildung"),
        "h": _("Non-formale und informelle Lernwelten"),
        "i": _("Bildungsnetzwerke und Bildungsberatung"),
    }[area]


def kind_name(indicator: Indicator) -> str:
    """How an indicator is computed, in one word."""
    return {
        "share": _("Anteil"),
        "rate": _("Rate"),
        "mean": _("Mittelwert"),
        "count": _("Anzahl"),
        "change": _("Veränderung"),
        "gap": _("Abstand zweier Gruppen"),
        "given": _("fertige Quote des Herausgebers"),
    }[indicator.kind]


def polarity_name(indicator: Indicator) -> str:
    """How a high value may be read."""
    return {
        "burden": _("Ein hoher Wert zeigt Unterstützungsbedarf."),
        "resource": _("Ein hoher Wert zeigt eine Stärke."),
        "neutral": _("Ein hoher Wert ist weder gut noch schlecht."),
        "context": _("Die Kennzahl beschreibt nur; sie wird nicht gewertet."),
    }[indicator.polarity]


def principle_name(card: Indicator | Measure) -> str:
    """Where is counted."""
    return _("nach Wohnort") if card.spatial_principle == "wohnort" else _("nach Ort der Einrichtung")


def dimension_name(dim: str) -> str:
    """A breakdown; a town's own breakdowns keep their id."""
    return {
        "sex": _("Geschlecht"),
        "age": _("Alter"),
        "nationality": _("Staatsangehörigkeit"),
        "migration": _("Migrationshintergrund"),
        "language": _("Familiensprache"),
        "grade": _("Jahrgangsstufe"),
        "schulart": _("Schulart"),
        "certificate": _("Abschluss"),
        "sector": _("Sektor"),
        "qualification": _("Qualifikation"),
        "form": _("Form"),
        "place": _("Förderort"),
        "focus": _("Förderschwerpunkt"),
        "timing": _("Zeitpunkt"),
        "hours": _("Betreuungszeit"),
        "care": _("Betreuungsform"),
        "programme": _("Programmbereich"),
        "type": _("Art"),
    }.get(dim, dim)


def category_name(category: str) -> str:
    """A category of a breakdown; a town's own categories keep their id."""
    return {
        "male": _("männlich"),
        "female": _("weiblich"),
        "german": _("deutsch"),
        "foreign": _("nicht deutsch"),
        "with": _("mit"),
        "without": _("ohne"),
        "other": _("andere"),
        "none": _("ohne Abschluss"),
        "dual": _("duales System"),
        "school_based": _("Schulberufssystem"),
        "transition": _("Übergangssektor"),
        "vocational": _("Berufsabschluss"),
        "academic": _("akademischer Abschluss"),
        "unknown": _("unbekannt"),
        "early": _("vorzeitig"),
        "regular": _("regulär"),
        "late": _("verspätet"),
        "up_to_35": _("bis 35 Stunden"),
        "over_35": _("über 35 Stunden"),
        "regular_school": _("allgemeine Schule"),
        "special_school": _("Förderschule"),
        "lse": _("Lernen, Sprache, emotionale und soziale Entwicklung"),
        "mittlerer": _("mittlerer Schulabschluss"),
        "grundschule": _("Grundschule"),
        "hauptschule": _("Hauptschule"),
        "realschule": _("Realschule"),
        "gesamtschule": _("Gesamtschule"),
        "gymnasium": _("Gymnasium"),
        "foerderschule": _("Förderschule"),
        "kita": _("Kita"),
        "childminder": _("Kindertagespflege"),
        "school": _("Schule"),
        "library": _("Bibliothek"),
        "adult_education": _("Volkshochschule"),
        "music_school": _("Musikschule"),
        "youth": _("Jugendeinrichtung"),
        "ambulatory": _("ambulant"),
        "day_care": _("teilstationär"),
        "residential": _("stationär"),
    }.get(category, category)


def term_in_words(term: Term, measure: Measure | None) -> str:
    """A term as a reader would say it: "Bevölkerung mit Hauptwohnung (Alter: 0–17)"."""
    name = str(measure.title) if measure else term.measure
    cuts = ", ".join(f"{dimension_name(dim)}: {selection_in_words(wanted)}" for dim, wanted in term.where.items())
    lag = plural("{n} Jahr zuvor", "{n} Jahre zuvor", term.lag) if term.lag else ""
    inside = ", ".join(one for one in (cuts, lag) if one)
    return f"{name} ({inside})" if inside else name


def selection_in_words(wanted: Selection) -> str:
    """The categories of a selection."""
    if isinstance(wanted, Ages):
        if wanted.last is None:
            return _("ab {first}").format(first=wanted.first)
        return f"{wanted.first}{EN_DASH}{wanted.last}"
    words = (wanted,) if isinstance(wanted, str) else wanted
    return ", ".join(category_name(one) for one in words)


def part_in_words(terms: tuple[Term, ...], measures: dict[str, Measure]) -> str:
    """Several terms joined by plus and minus."""
    words = ""
    for term in terms:
        sign = (" + " if words else "") if term.sign > 0 else " \u2212 "
        words += sign + term_in_words(term, measures.get(term.measure))
    return words.strip()


def formula_in_words(indicator: Indicator, measures: dict[str, Measure]) -> str:
    """How the indicator is computed, as a line of text."""
    above = part_in_words(indicator.numerator, measures)
    below = part_in_words(indicator.denominator, measures)
    match indicator.kind:
        case "given":
            measure = measures.get(indicator.given or "")
            return _("wie veröffentlicht: {title}").format(title=measure.title if measure else indicator.given)
        case "count":
            return above
        case "change":
            one = f"{above} ÷ {below}" if below else above
            return _("{what}, verglichen mit {n} Jahren zuvor").format(what=one, n=indicator.change_years)
        case "gap":
            other_above = part_in_words(indicator.compared_numerator, measures)
            other_below = part_in_words(indicator.compared_denominator, measures)
            return f"{above} ÷ {below} \u2212 {other_above} ÷ {other_below}"
        case _:
            per = f" × {indicator.per:g}" if indicator.per != 1 else ""
            return f"{above} ÷ {below}{per}"
