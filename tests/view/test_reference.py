"""Units and reference dates in words: every one the shipped catalogue uses reads well."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dkbm_monitor.catalogue.loader import shipped
from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.locale import speaking
from dkbm_monitor.view.reference import measured, reference_words, unit_head, unit_of, unit_words, year_words

Maker = Callable[..., Indicator]
NB = "\u00a0"


@pytest.mark.parametrize(
    ("unit", "below_title", "above_column"),
    [
        ("%", "Angaben in %", "Wert in %"),
        ("m² je Person", f"Angaben in m² je{NB}Person", f"Wert in m² je{NB}Person"),
        ("€ je Kind", f"Angaben in € je{NB}Kind", f"Wert in € je{NB}Kind"),
        ("je 1.000 Personen", f"Angaben je{NB}1.000{NB}Personen", f"Wert je{NB}1.000{NB}Personen"),
        ("Prozentpunkte", "Einheit: Prozentpunkte", "Einheit: Prozentpunkte"),
        ("Jahre", "Einheit: Jahre", "Einheit: Jahre"),
        ("Plätze je 100 Kinder", f"Einheit: Plätze je{NB}100{NB}Kinder", f"Einheit: Plätze je{NB}100{NB}Kinder"),
    ],
)
def test_unit(indicator: Maker, unit: str, below_title: str, above_column: str) -> None:
    card = indicator(unit={"de": unit, "en": unit})
    assert unit_words(card) == below_title
    assert unit_head(card) == above_column


def test_no_shipped_unit_stands_undeclined_behind_in() -> None:
    allowed = re.compile(r"Angaben in (%|m² je.Person)|Angaben je.\S+.[A-Z]|Einheit: [A-ZÄÖÜ]")
    for card in shipped().indicators.values():
        assert allowed.match(unit_words(card)), unit_words(card)
        with speaking("en"):
            assert unit_words(card)


def test_a_line_never_ends_between_a_number_and_its_noun() -> None:
    for card in shipped().indicators.values():
        assert not re.search(r"\d [^\W\d]|je \d", unit_of(card)), unit_of(card)


@pytest.mark.parametrize(("value", "text"), [(1, "1 Standort"), (2, "2 Standorte"), (0, "0 Standorte")])
def test_one_thing_is_said_in_the_singular(indicator: Maker, value: float, text: str) -> None:
    sites = indicator(kind="count", denominator=(), decimals=0, unit={"de": "Standorte", "en": "sites"})
    assert measured(value, sites) == text.replace(" ", NB)


@pytest.mark.parametrize(
    ("stated", "period", "text"),
    [
        ("31.12.", "2023", "Stichtag 31.12.2023"),
        ("30.9.", "2023", "Stichtag 30.09.2023"),
        ("1. März", "2023", f"Stichtag 1.{NB}März{NB}2023"),
        (
            "1. März; Bevölkerung am 31.12. des Vorjahres",
            "2023",
            f"Stichtag 1.{NB}März{NB}2023, Bevölkerung am{NB}31.12. des Vorjahres",
        ),
        ("Schuljahr", "2022/23", "Schuljahr 2022/23"),
        ("Schuljahr", "2022", "Schuljahr 2022"),
        ("Kalenderjahr", "2023", "Kalenderjahr 2023"),
        (
            "Kalenderjahr, Bevölkerung am 31.12.",
            "2023",
            f"Kalenderjahr 2023, Bevölkerung am{NB}31.12.",
        ),
        ("Einschulungsjahrgang", "2023", "Einschulungsjahrgang 2023"),
        ("Abgangsjahr", "2023", "Abgangsjahr 2023"),
        ("Wahltag", "2021", "Wahl 2021"),
        ("Wintersemester", "2022/23", "Wintersemester 2022/23"),
        ("Stand der Datenbank", "2023", "Zeitraum 2023"),
    ],
)
def test_reference_date(indicator: Maker, stated: str, period: str, text: str) -> None:
    assert reference_words(indicator(reference_date=stated), period) == text


@pytest.mark.parametrize(
    ("stated", "period", "text"),
    [
        ("drei Einschulungsjahrgänge, benannt nach dem letzten", "2023", "Einschulungsjahrgänge 2021–2023"),
        (
            "drei Kalenderjahre, Bevölkerung jeweils am 31.12.",
            "2023",
            f"Kalenderjahre 2021–2023, Bevölkerung jeweils am{NB}31.12.",
        ),
        ("Schuljahr", "2022/23", "Schuljahre 2020/21–2022/23"),
        ("etwas anderes", "2023", "Jahre 2021–2023"),
    ],
)
def test_several_years_name_the_first_and_the_last(indicator: Maker, stated: str, period: str, text: str) -> None:
    assert reference_words(indicator(reference_date=stated, pool_years=3), period) == text


def test_english_has_its_own_words_and_leaves_german_ones_out(indicator: Maker) -> None:
    card = indicator(reference_date="1. März; Bevölkerung am 31.12. des Vorjahres")
    with speaking("en"):
        assert "Bevölkerung" not in reference_words(card, "2023")
        assert "March" in reference_words(card, "2023")


def test_a_term_is_no_school_year(indicator: Maker) -> None:
    assert year_words(indicator(reference_date="Wintersemester"), "2022/23") == "Wintersemester 2022/23"
    assert year_words(indicator(), "2022/23") == "Schuljahr 2022/23"
    assert year_words(indicator(), "2023") == "2023"


def test_every_shipped_date_is_known() -> None:
    for card in shipped().indicators.values():
        words = reference_words(card, "2023")
        assert not words.startswith(("Zeitraum", "Jahre")), card.reference_date
        assert not re.search(r"\d\.\d", words.replace("31.12.", "").replace("30.09.2023", "")), words
