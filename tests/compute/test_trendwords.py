import itertools

import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_observations, one

from dkbm_monitor.compute.amounts import amount
from dkbm_monitor.compute.trendwords import (
    FALLS,
    RISES,
    Change,
    change_sentence,
    change_words,
    changes,
    meaning,
    trend_sentence,
    trend_words,
    words,
)
from dkbm_monitor.disclosure.primary import suppress

ONE = make_districts({"11": "1"})
NB = "\u00a0"
JUDGING = ("Belastung", "Stärke", "erwünscht")


def observed(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": "11", "value": value, "period": period}
        for period, pair in counts.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )


def a(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype="float64")


def said(difference: float, low: float, high: float, start: float = 20.0, *, found: bool = True) -> str:
    yes = np.array([True])
    return changes(a(difference), (a(low), a(high)), a(start), tested=yes, found=np.array([found]), clear=0.1)[0]


@pytest.mark.parametrize(
    ("difference", "low", "high", "wanted"),
    [
        (5, 2.5, 7.5, "clear_rise"),  # at least 2, a tenth of 20
        (5, 1.5, 8.5, "rise"),  # may be less, may be more
        (1, 0.5, 1.5, "slight_rise"),  # less than 2 in any case
        (-5, -7.5, -2.5, "clear_fall"),
        (-5, -8.5, -1.5, "fall"),
        (-1, -1.5, -0.5, "slight_fall"),
        (5, np.nan, np.nan, "rise"),  # no interval, no adverb
        (-5, np.nan, np.nan, "fall"),
        (1.5, -0.1, 3.2, "rise"),  # the test is sure, the interval just not
        (3, -2.5, 8.5, "rise"),
    ],
)
def test_the_adverb_follows_the_interval(difference: float, low: float, high: float, wanted: str) -> None:
    assert said(difference, low, high) == wanted


def test_no_word_without_a_test_that_found_something() -> None:
    assert said(15, 14, 16, found=False) == "no_detectable_change"
    untested = changes(a(15), (a(14), a(16)), a(20), tested=np.array([False]), found=np.array([True]), clear=0.1)
    assert untested[0] == "not_tested"


def test_from_nothing_every_rise_that_is_sure_is_clear() -> None:
    assert said(3, 1, 5, start=0.0) == "clear_rise"
    assert said(3, -1, 7, start=0.0) == "rise"


def test_every_change_has_its_own_words() -> None:
    assert [words(one) for one in Change] == [
        "deutlich gestiegen",
        "gestiegen",
        "leicht gestiegen",
        "keine nachweisbare Veränderung",
        "leicht gesunken",
        "gesunken",
        "deutlich gesunken",
        "nicht prüfbar",
    ]


@pytest.mark.parametrize(
    ("polarity", "rise", "fall"),
    [
        ("burden", "Das weist auf eine wachsende Belastung hin.", "Das weist auf eine nachlassende Belastung hin."),
        ("resource", "Das weist auf eine wachsende Stärke hin.", "Das weist auf eine nachlassende Stärke hin."),
        ("neutral", "Ob das erwünscht ist, hängt vom Ziel ab.", "Ob das erwünscht ist, hängt vom Ziel ab."),
        (
            "context",
            "Die Angabe beschreibt den Rahmen und wird nicht gewertet.",
            "Die Angabe beschreibt den Rahmen und wird nicht gewertet.",
        ),
    ],
)
def test_what_a_change_means_depends_on_polarity(polarity: str, rise: str, fall: str) -> None:
    assert {meaning(one, polarity) for one in RISES} == {rise}
    assert {meaning(one, polarity) for one in FALLS} == {fall}
    assert {meaning(one, polarity) for one in set(Change) - RISES - FALLS} == {""}


def test_context_is_never_judged(computed) -> None:
    card = make_indicator(polarity="context")
    values = computed(card, observed({"2020": (20, 200), "2021": (40, 200), "2022": (80, 200)}), ONE)
    both = (
        trend_sentence(one(trend_words(values, {"anteil": card}), level="stadtteil"), card),
        change_sentence(one(change_words(values, {"anteil": card}, years=2), level="stadtteil", period="2022"), card),
    )
    assert not any(word in text for word, text in itertools.product(JUDGING, both))
    assert all(text.endswith("wird nicht gewertet.") for text in both)


def trend_of(computed, counts: dict[str, tuple[int, int]], **more: object) -> tuple[pd.Series, str]:
    card = make_indicator(**more)
    values = computed(card, observed(counts), ONE)
    row = one(trend_words(values, {"anteil": card}), level="stadtteil")
    return row, trend_sentence(row, card)


def test_a_clear_rise_in_words(computed) -> None:
    row, sentence = trend_of(computed, {"2020": (20, 200), "2021": (40, 200), "2022": (60, 200), "2023": (80, 200)})
    assert (row["change"], row["words"]) == ("clear_rise", "deutlich gestiegen")
    assert sentence == (
        f"Der Wert ist von 2020 bis 2023 deutlich gestiegen, im Mittel um 10,0{NB}Prozentpunkte im Jahr. "
        "Das weist auf eine wachsende Belastung hin."
    )


def test_a_slight_fall_in_words(computed) -> None:
    counts = {"2020": (50000, 100000), "2021": (49500, 100000), "2022": (49000, 100000)}
    row, sentence = trend_of(computed, counts, polarity="resource")
    assert row["change"] == "slight_fall"
    assert sentence == (
        f"Der Wert ist von 2020 bis 2022 leicht gesunken, im Mittel um 0,5{NB}Prozentpunkte im Jahr. "
        "Das weist auf eine nachlassende Stärke hin."
    )


def test_the_change_is_that_of_the_whole_time_not_of_one_year(computed) -> None:
    # Half a point a year is little; twelve points over 24 years are not.
    counts = {str(year): (int(4000 + 50 * (year - 1999)), 10000) for year in range(1999, 2024)}
    assert trend_of(computed, counts)[0]["change"] == "clear_rise"


def test_chance_gets_no_direction(computed) -> None:
    row, sentence = trend_of(computed, {"2020": (20, 100), "2021": (24, 100), "2022": (21, 100)})
    assert row["words"] == "keine nachweisbare Veränderung"
    assert sentence == "Von 2020 bis 2022 ist keine Veränderung nachweisbar."


@pytest.mark.parametrize(
    ("years", "start"),
    [(1, "liegt erst 1 vergleichbarer Zeitraum vor;"), (2, "liegen erst 2 vergleichbare Zeiträume vor;")],
)
def test_too_few_periods_are_counted(computed, years: int, start: str) -> None:
    row, sentence = trend_of(computed, {str(2020 + year): (20, 100) for year in range(years)})
    assert row["words"] == "nicht prüfbar"
    assert sentence == f"Für eine Aussage zur Entwicklung {start} nötig sind mindestens drei."


@pytest.mark.parametrize(
    ("years", "start"),
    [
        (5, "liegt erst 1 Zeitraum ohne gemeinsame Jahre vor;"),
        (6, "liegen erst 2 Zeiträume ohne gemeinsame Jahre vor;"),
    ],
)
def test_pooled_periods_that_overlap_do_not_count_twice(computed, years: int, start: str) -> None:
    _row, sentence = trend_of(computed, {str(2015 + year): (20, 100) for year in range(years)}, pool_years=3)
    assert sentence == f"Für eine Aussage zur Entwicklung {start} nötig sind mindestens drei."


def test_a_trend_that_cannot_be_tested_says_so() -> None:
    row = {"change": "not_tested", "first": "2020", "last": "2023", "n_periods": 4, "slope": np.nan}
    assert trend_sentence(row, make_indicator()) == "Die Entwicklung lässt sich mit diesen Angaben nicht prüfen."


def change_of(computed, before: tuple[int, int], after: tuple[int, int], **more: object) -> tuple[pd.Series, str]:
    card = make_indicator(**more)
    values = computed(card, observed({"2020/21": before, "2022/23": after}), ONE)
    row = one(change_words(values, {"anteil": card}, years=2), level="stadtteil", period="2022/23")
    return row, change_sentence(row, card)


def test_two_periods_in_words(computed) -> None:
    row, sentence = change_of(computed, (20, 100), (60, 100), polarity="resource")
    assert (row["earlier"], row["words"]) == ("2020/21", "deutlich gestiegen")
    assert sentence == (
        f"Der Wert ist von 20,0{NB}% (2020/21) auf 60,0{NB}% (2022/23) deutlich gestiegen. "
        "Das weist auf eine wachsende Stärke hin."
    )


def test_a_rate_has_no_interval_of_its_difference_and_so_no_adverb(computed) -> None:
    row, sentence = change_of(computed, (90, 100), (20, 100), kind="rate", polarity="neutral")
    assert row["words"] == "gesunken"
    assert sentence.endswith("gesunken. Ob das erwünscht ist, hängt vom Ziel ab.")


def test_two_periods_that_cannot_be_told_apart(computed) -> None:
    _row, sentence = change_of(computed, (20, 100), (23, 100))
    assert sentence == (f"Zwischen 2020/21 (20,0{NB}%) und 2022/23 (23,0{NB}%) ist keine Veränderung nachweisbar.")


def test_a_change_smaller_than_what_is_shown(computed) -> None:
    row, sentence = change_of(computed, (500_000_000, 1_000_000_000), (500_200_000, 1_000_000_000))
    assert row["change"] == "slight_rise"
    assert sentence.startswith(
        f"Der Wert ist von 2020/21 bis 2022/23 leicht gestiegen, um weniger als 0,1{NB}Prozentpunkte."
    )


def test_what_is_hidden_is_not_compared(computed) -> None:
    card = make_indicator()
    values = computed(card, observed({"2020": (20, 100), "2022": (60, 100), "2024": (60, 100)}), ONE)
    hidden = (values["period"] == "2022") & (values["level"] == "stadtteil")
    found = change_words(suppress(values, hidden.to_numpy()), {"anteil": card}, years=2)
    for period in ("2022", "2024"):
        row = one(found, level="stadtteil", period=period)
        assert row["change"] == "not_tested"
        assert change_sentence(row, card) == (
            "Ein Vergleich ist nicht möglich, weil für 2022 kein Wert gezeigt werden kann."
        )


def test_pooled_values_that_share_years_are_not_compared(computed) -> None:
    card = make_indicator(pool_years=3)
    values = computed(card, observed({str(2015 + n): (10 + 10 * n, 100) for n in range(8)}), ONE)
    near, far = (change_words(values, {"anteil": card}, years=years) for years in (2, 3))
    row = one(near, level="stadtteil", period="2022")
    assert row["words"] == "nicht prüfbar"
    assert change_sentence(row, card) == (
        "Die Werte für 2020 und 2022 fassen zum Teil dieselben Jahre zusammen "
        "und lassen sich deshalb nicht vergleichen."
    )
    assert one(far, level="stadtteil", period="2022")["words"] == "deutlich gestiegen"


def test_a_mean_cannot_be_tested(computed) -> None:
    _row, sentence = change_of(computed, (20, 100), (60, 100), kind="mean")
    assert sentence == "Bei dieser Kennzahl lässt sich nicht prüfen, ob die Veränderung über Zufall hinausgeht."


@pytest.mark.parametrize(
    ("difference", "more", "wanted"),
    [
        (-1.24, {}, f"1,2{NB}Prozentpunkte"),
        (1.0, {}, f"1,0{NB}Prozentpunkte"),
        (1.0, {"decimals": 0}, f"1{NB}Prozentpunkt"),
        (2.0, {"decimals": 0}, f"2{NB}Prozentpunkte"),
        (0.01, {}, f"weniger als 0,1{NB}Prozentpunkte"),
        (0.2, {"decimals": 0}, f"weniger als 1{NB}Prozentpunkt"),
        (0.0, {}, f"0,0{NB}Prozentpunkte"),
        (
            3.0,
            {"unit": {"de": "Plätze je 100 Kinder", "en": "places per 100 children"}},
            f"3,0{NB}Plätze je 100 Kinder",
        ),
    ],
)
def test_amounts_in_words(difference: float, more: dict, wanted: str) -> None:
    assert amount(difference, make_indicator(**more)) == wanted


def test_a_limit_is_never_rounded_down() -> None:
    assert amount(12.31, make_indicator(), round_up=True) == f"12,4{NB}Prozentpunkte"
    assert amount(12.3, make_indicator(), round_up=True) == f"12,3{NB}Prozentpunkte"
    assert amount(0.01, make_indicator(), round_up=True) == f"0,1{NB}Prozentpunkte"
