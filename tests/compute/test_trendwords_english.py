"""The same sentences in English."""

from collections.abc import Iterator

import numpy as np
import pytest
from building import make_indicator

from dkbm_monitor.compute.amounts import amount
from dkbm_monitor.compute.detectable import detectable_sentence
from dkbm_monitor.compute.trendwords import Change, change_sentence, meaning, trend_sentence
from dkbm_monitor.core.locale import speaking

NB = " "  # no-break or not: both are English
TREND = {"first": "2020", "last": "2023", "n_periods": 4, "slope": 1.25}
PAIR = {"earlier": "2020", "period": "2023", "reference_value": 20.0, "value": 23.0, "difference": 3.0}


def plain(sentence: str) -> str:
    return sentence.replace("\u00a0", " ")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.mark.parametrize("change", list(Change))
def test_no_sentence_keeps_german_words(change: Change) -> None:
    card = make_indicator()
    for sentence in (
        trend_sentence({**TREND, "change": change}, card),
        change_sentence({**PAIR, "change": change}, card),
    ):
        assert not set("äöüß") & set(sentence)
        assert not {"ist", "von", "nicht", "der", "Wert"} & set(sentence.split())


def test_rises_and_falls() -> None:
    card = make_indicator()
    assert plain(trend_sentence({**TREND, "change": "clear_rise"}, card)) == (
        f"From 2020 to 2023 the value has clearly risen, by 1.2{NB}percentage points a year on average. "
        "This points to a growing burden."
    )
    assert plain(change_sentence({**PAIR, "change": "slight_rise"}, make_indicator(polarity="resource"))) == (
        f"The value has slightly risen from 20.0{NB}% (2020) to 23.0{NB}% (2023). This points to a growing strength."
    )
    assert plain(change_sentence({**PAIR, "change": "no_detectable_change"}, card)) == (
        f"No change can be detected between 2020 (20.0{NB}%) and 2023 (23.0{NB}%)."
    )


def test_context_is_not_judged_in_english_either() -> None:
    assert meaning(Change.FALL, "context") == "The figure describes the setting and is not judged."


@pytest.mark.parametrize(
    ("n", "words_"), [(1, "Only 1 comparable period is available"), (2, "Only 2 comparable periods are available")]
)
def test_plurals(n: int, words_: str) -> None:
    assert words_ in trend_sentence({**TREND, "change": "not_tested", "n_periods": n}, make_indicator())


def test_what_can_be_shown() -> None:
    row = {"denominator": 100, "low": 1.0, "value": 20.0, "smallest_rise": 17.86, "smallest_fall": 13.38}
    assert plain(
        detectable_sentence({**row, "target_change": -15.0, "visible_after": 2, "visible_in": "2025"}, make_indicator())
    ) == (
        f"From one period to another, only a rise of at least 17.9{NB}percentage points or a fall of at least "
        f"13.4{NB}percentage points can be reliably detected here. "
        f"A fall of 15.0{NB}percentage points would become visible in 2025 at the earliest."
    )
    assert "no change" in detectable_sentence(
        {**row, "smallest_rise": np.nan, "smallest_fall": np.nan}, make_indicator()
    )
    assert plain(amount(0.01, make_indicator())) == f"less than 0.1{NB}percentage points"
