"""Words around figures: plurals, dates, rules, sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dkbm_monitor.catalogue.models import Indicator
from dkbm_monitor.core.locale import speaking
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.districts.models import Level
from dkbm_monitor.town.models import RuleFor
from dkbm_monitor.view import labels
from dkbm_monitor.view.blanks import Blank

STADTTEIL = Level(id="stadtteil", title="Stadtteil", plural="Stadtteile", file="x", key="k")
Maker = Callable[..., Indicator]


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 Stadtteile"), (1, "1 Stadtteil"), (3, "3 Stadtteile"), (1200, "1.200 Stadtteile")]
)
def test_areas_are_counted_in_the_towns_words(n: int, text: str) -> None:
    assert labels.area_count(n, STADTTEIL) == text


def test_the_town_is_one_area() -> None:
    assert labels.area_count(1, None) == "1 Gebiet"


def test_title_says_what_and_when(indicator: Maker) -> None:
    card = indicator()
    assert labels.title(card, "2023") == "Kinder mit Sprachförderbedarf, 2023"
    assert labels.title(card, "2022/23") == "Kinder mit Sprachförderbedarf, Schuljahr 2022/23"
    assert labels.title(card, "2023", breakdown="sex=female") == "Kinder mit Sprachförderbedarf, weiblich, 2023"


def test_subtitle_gives_base_unit_and_pooled_years(indicator: Maker) -> None:
    base = "Anteil der Kinder mit Sprachförderbedarf an allen untersuchten Kindern · Angaben in %"
    assert labels.subtitle(indicator(), "2023") == base
    assert labels.subtitle(indicator(pool_years=3), "2023") == f"{base} · 3\u00a0Jahrgänge zusammen (2021–2023)"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (RuleFor(min_count=1), ""),
        (RuleFor(min_count=2), "Die Zahl 1 ist verborgen"),
        (RuleFor(min_count=3), "Die Zahlen 1 und 2 sind verborgen"),
        (RuleFor(min_count=5), "Zahlen von 1 bis 4 sind verborgen"),
        (RuleFor(min_count=5, zero_is_sensitive=True), "Zahlen von 0 bis 4 sind verborgen"),
    ],
)
def test_rule_in_one_sentence(rule: RuleFor, text: str) -> None:
    assert labels.rule_words(rule) == text


def test_a_stricter_measure_says_its_own_rule() -> None:
    assert labels.rule_words(RuleFor(min_count=5), 10) == "Zahlen von 1 bis 9 sind verborgen"
    assert labels.rule_words(RuleFor(min_count=5, zero_is_sensitive=True), 0) == ""  # nobody is counted


def test_areas_with_few_people_are_part_of_the_rule() -> None:
    few = RuleFor(min_count=5, min_population=1300)
    with_counts = "Zahlen von 1 bis 4 sind verborgen, ebenso Gebiete mit weniger als 1.300 Menschen"
    assert labels.rule_words(few) == with_counts
    assert labels.rule_words(few, 0) == "Gebiete mit weniger als 1.300 Menschen sind verborgen"


def test_the_footer_states_the_rule_of_its_own_indicator(mixed_release: Release) -> None:
    card = next(iter(mixed_release.indicators.values()))
    strict = replace(mixed_release, min_counts={card.id: 10})
    lines = labels.footer(strict, card, strict.of(card.id), period="2022/23", gebietsstand="2021")
    assert lines[-1].endswith("Zahlen von 1 bis 9 sind verborgen")


def test_whoever_drew_the_outlines_is_named_where_the_licence_asks_for_it(mixed_release: Release) -> None:
    card = next(iter(mixed_release.indicators.values()))
    old = mixed_release.districts["2021"]
    drawn = replace(
        old, gebietsstand=old.gebietsstand.model_copy(update={"attribution": "Geometrie: Vermessungsamt, CC BY 4.0."})
    )
    release = replace(mixed_release, districts={"2021": drawn})
    lines = labels.footer(release, card, release.of(card.id), period="2022/23", gebietsstand="2021")
    assert lines[1] == "Gebietsgrenzen: Vermessungsamt, CC BY 4.0"


def test_only_absolute_numbers_are_told_apart_from_a_situation(indicator: Maker) -> None:
    count = indicator(kind="count", denominator=(), unit={"de": "Personen", "en": "persons"}, decimals=0)
    assert labels.size_words(count).startswith("Absolute Zahlen zeigen vor allem, wie groß ein Gebiet ist")
    assert labels.size_words(indicator()) == ""


def test_sources_stand_behind_one_word_and_once_each() -> None:
    texts = ["Quelle: Amt A, dl-de/by-2-0.", "Amt B", "Amt B"]
    assert labels.source_words(texts) == "Quelle: Amt A, dl-de/by-2-0; Amt B"
    assert labels.source_words([]) == ""


def test_a_beginning_that_sources_share_is_said_once() -> None:
    texts = ["Musterstadt – erfunden; Statistikstelle", "Musterstadt – erfunden; Arbeitsagentur", "Amt B; CC BY"]
    assert labels.source_words(texts) == "Quelle: Musterstadt – erfunden; Statistikstelle; Arbeitsagentur; Amt B; CC BY"


def test_a_definition_that_says_its_unit_says_it_once(indicator: Maker) -> None:
    words = "Veränderung in drei Jahren, in Prozentpunkten."
    card = indicator(definition={"de": words, "en": words}, unit={"de": "Prozentpunkte", "en": "percentage points"})
    assert labels.subtitle(card, "2023") == words.rstrip(".")


def test_a_missing_value_is_never_blank(indicator: Maker) -> None:
    assert labels.value_words(float("nan"), indicator()) == "k. A."
    assert labels.value_words(1234.5, indicator()) == "1.234,5\u00a0%"


def test_legend_names_every_reason_that_occurs_with_its_count() -> None:
    lines = labels.legend_lines({Blank.MISSING: 3, Blank.SUPPRESSED: 1, Blank.SECRET: 0}, STADTTEIL)
    assert [(blank, count) for blank, _words, count in lines] == [
        (Blank.SUPPRESSED, "1 Stadtteil"),
        (Blank.MISSING, "3 Stadtteile"),
    ]


def test_reasons_differ_in_words() -> None:
    assert len({labels.reason_words(blank) for blank in Blank}) == len(Blank)


def test_footer_of_an_internal_release_says_so(mixed_release: Release) -> None:
    card = next(iter(mixed_release.indicators.values()))
    rows = mixed_release.of(card.id)
    public = labels.footer(mixed_release, card, rows, period="2022/23", gebietsstand="2021")
    internal = labels.footer(
        replace(mixed_release, audience="internal"), card, rows, period="2022/23", gebietsstand="2021"
    )
    assert public[0] == "Quelle: Gesundheitsamt Quadratstadt, dl-de/by-2-0"
    assert public[1] == "Schuljahr 2022/23 · Gebietsstand Stadtteile 2021 · Zahlen von 1 bis 4 sind verborgen"
    assert internal[1].endswith("Nur für den internen Gebrauch")


def test_english_counts_areas() -> None:
    with speaking("en"):
        assert labels.area_count(3, STADTTEIL).startswith("3 ")
