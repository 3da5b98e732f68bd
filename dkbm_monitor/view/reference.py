"""Units and reference dates as readers say them: "Angaben je 1.000 Personen", "Stichtag 1. März 2023"."""

from __future__ import annotations

import re
from datetime import date

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.keys import shifted, year_of
from dkbm_monitor.core.locale import EN_DASH, NO_BREAK, _, day, language, number, with_unit

NUMERIC_DAY = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.")
WRITTEN_DAY = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>[^\W\d]{3,})")
PARTS = re.compile(r"\s*[;,]\s*")
SIGN = re.compile(r"(?!je\b)[^\s\d]{1,2}(\s|$)")  # "%", "m²", "€ je Kind": what stands well behind "in"
RATIO = re.compile(r"(je|pro|per)\s")


def unit_words(indicator: Indicator) -> str:
    """What figures are measured in: "Angaben in %", "Angaben je 1.000 Personen", "Einheit: Jahre"."""
    unit = unit_of(indicator)
    if SIGN.match(unit):
        return _("Angaben in {unit}").format(unit=unit)
    if RATIO.match(unit):
        return _("Angaben {per_unit}").format(per_unit=unit)
    return _("Einheit: {unit}").format(unit=unit) if unit else ""


def unit_head(indicator: Indicator) -> str:
    """The same above a column of figures: "Wert in %", "Wert je 1.000 Personen", "Einheit: Jahre"."""
    unit = unit_of(indicator)
    if SIGN.match(unit):
        return _("Wert in {unit}").format(unit=unit)
    if RATIO.match(unit):
        return _("Wert {per_unit}").format(per_unit=unit)
    return _("Einheit: {unit}").format(unit=unit) if unit else _("Wert")


def unit_of(indicator: Indicator) -> str:
    """The unit, with nothing left hanging at the end of a line: neither a number nor „je“."""
    return re.sub(r"(?<=\d) (?=\w)|(?<=\bje) |(?<=\bper) ", NO_BREAK, str(indicator.unit))


def unit_of_one(indicator: Indicator) -> str:
    """The unit behind a single thing: "1 Person", "1 Standort"."""
    singular = {
        "Personen": _("Person"),
        "Standorte": _("Standort"),
        "Kinder": _("Kind"),
        "Plätze": _("Platz"),
    }
    return singular.get(indicator.unit.de, unit_of(indicator)) if not indicator.decimals else unit_of(indicator)


def measured(value: float, indicator: Indicator) -> str:
    """A number with its unit, in the singular for one: "21,0 %", "1 Standort"."""
    unit = unit_of_one(indicator) if round(value, indicator.decimals) == 1 else unit_of(indicator)
    return with_unit(value, unit, indicator.decimals)


def pooled_words(indicator: Indicator, period: str) -> str:
    """The years a value is put together from, or nothing: "3 Jahrgänge zusammen (2021–2023)"."""
    if indicator.pool_years == 1:
        return ""
    words = _("{n} Jahrgänge zusammen ({years})")
    return words.format(n=number(indicator.pool_years), years=_span(indicator, period)).replace(" ", NO_BREAK, 1)


def _span(indicator: Indicator, period: str) -> str:
    return EN_DASH.join((shifted(period, 1 - indicator.pool_years), period))


def reference_words(indicator: Indicator, period: str) -> str:
    """Day or span the figures are about: "Stichtag 31.12.2023", "Schuljahr 2022/23".

    What the definition says behind a comma or semicolon follows in German; in English it is left out.
    """
    head, *rest = PARTS.split(indicator.reference_date)
    first = _day_words(head, period) or _span_words(head, indicator, period)
    told = [part for part in rest if not part.startswith("benannt nach")] if language() == "de" else []
    return ", ".join((first, *(part.replace("am ", "am" + NO_BREAK) for part in told)))


def _day_words(head: str, period: str) -> str:
    """A day of the year, in digits or with the month's name; nothing for anything else."""
    if found := NUMERIC_DAY.fullmatch(head):
        stamp = date(year_of(period), int(found["month"]), int(found["day"]))
        return _("Stichtag {day}").format(day=day(stamp))
    if found := WRITTEN_DAY.fullmatch(head):
        stated = _("{day}. {month} {year}")
        words = stated.format(day=found["day"], month=_month(found["month"]), year=year_of(period))
        return _("Stichtag {day}").format(day=words.replace(" ", NO_BREAK))
    return ""


def _month(name: str) -> str:
    """A month in the language of the page; a name nobody knows stays as it is."""
    from babel.dates import get_month_names  # noqa: PLC0415 - only texts with dates pay

    here = get_month_names("wide", locale=language())
    return next((here[place] for place, word in get_month_names("wide", locale="de").items() if word == name), name)


def _span_words(head: str, indicator: Indicator, period: str) -> str:
    """A year or term with its name; several years together name the first and the last."""
    if indicator.pool_years > 1:
        words = _several(head)
        return words.format(period=_span(indicator, period))
    if "/" in period:
        return year_words(indicator, period)
    return _single(head).format(period=period)


def year_words(indicator: Indicator, period: str) -> str:
    """A period as titles say it: "2023", "Schuljahr 2022/23", "Wintersemester 2022/23"."""
    if "/" not in period:
        return period
    is_term = indicator.reference_date.startswith("Wintersemester")
    words = _("Wintersemester {period}") if is_term else _("Schuljahr {period}")
    return words.format(period=period)


def _several(head: str) -> str:
    known = {
        "Schuljahr": _("Schuljahre {period}"),
        "Einschulungsjahrg": _("Einschulungsjahrgänge {period}"),
        "Kalenderjahr": _("Kalenderjahre {period}"),
    }
    return next((words for part, words in known.items() if part in head), _("Jahre {period}"))


def _single(head: str) -> str:
    return {
        "Einschulungsjahrgang": _("Einschulungsjahrgang {period}"),
        "Abgangsjahr": _("Abgangsjahr {period}"),
        "Kalenderjahr": _("Kalenderjahr {period}"),
        "Wahltag": _("Wahl {period}"),
        "Wintersemester": _("Wintersemester {period}"),
        "Schuljahr": _("Schuljahr {period}"),
    }.get(head, _("Zeitraum {period}"))
