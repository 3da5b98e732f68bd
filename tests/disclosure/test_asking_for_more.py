"""What is hidden does not depend on what else is asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
from building import make_districts, make_indicator, make_measure, make_observations
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.compute.indicators import compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.core.frames import VALUE_KEY
from dkbm_monitor.disclosure.primary import release
from dkbm_monitor.sources.models import Register
from dkbm_monitor.town.models import DisclosureRule, RuleFor

KEYS = ("11", "12", "13", "21", "22")
DISTRICTS = make_districts({key: key[0] for key in KEYS})
YEARS = ("2022", "2023")
MEASURES = {one: make_measure(one) for one in ("teil", "andere", "ganzes")}
CARDS = {
    card.id: card
    for card in (
        make_indicator("anteil"),
        make_indicator("anteil_anderer", numerator="andere"),
        make_indicator("anzahl", kind="count", numerator="teil"),
        make_indicator("beide", kind="count", numerator=[{"measure": "teil"}, {"measure": "andere"}]),
        make_indicator("veraenderung", kind="change", numerator="teil", change_years=1),
    )
}
Counts = tuple[int, int, int]
# Mostly counts that may be shown, so that most of what is hidden is hidden to protect the few others.
part = st.sampled_from([3, 4, *range(5, 30)])
counts = st.tuples(part, part, part).map(lambda three: (three[0], three[1], sum(three)))
order = st.permutations(sorted(CARDS))
# Here deciding from what is asked for alone would show a share once its change is asked for as well.
TELLING = [
    *[(17, 15, 52), (15, 29, 66), (1, 4, 21), (24, 2, 46), (22, 23, 71)],
    *[(5, 16, 45), (10, 5, 29), (2, 6, 33), (20, 25, 70), (26, 9, 49)],
]


def town_of(rows: list[Counts]) -> Any:
    """An invented town; the counts of each district and year are two parts and their whole."""
    places = [(key, year) for year in YEARS for key in KEYS]
    public = RuleFor(min_count=5)
    rule = DisclosureRule(reason="Beschluss vom 1.2.2024", public=public, internal=RuleFor(min_count=2))
    return SimpleNamespace(
        name="Probestadt",
        file=SimpleNamespace(disclosure=rule, invented=True),
        catalogue=Catalogue(MEASURES, CARDS),
        districts={"g": DISTRICTS},
        register=Register(),
        observations=make_observations(
            {"measure": name, "district": key, "period": year, "value": value}
            for (key, year), three in zip(places, rows, strict=True)
            for name, value in zip(MEASURES, three, strict=True)
        ),
    )


def shown(town: Any, ids: set[str]) -> set[tuple[str, ...]]:
    """Keys of the rows that a release of these indicators shows."""
    cards = [CARDS[one] for one in sorted(ids)]
    values = release(compute_plan(plan_for(cards, MEASURES), town.observations, town.districts), town).values
    there = values[values["value"].notna()]
    return set(pd.DataFrame(there[VALUE_KEY]).astype("str").itertuples(index=False, name=None))


@settings(max_examples=25, deadline=None)
@example(TELLING, ["anteil", "veraenderung"], 1)
@given(st.lists(counts, min_size=10, max_size=10), order, st.integers(1, len(CARDS) - 1))
def test_asking_for_one_more_indicator_shows_no_row_that_was_hidden(rows: list[Counts], ids: list[str], n: int) -> None:
    town = town_of(rows)
    before, after = shown(town, set(ids[:n])), shown(town, set(ids[: n + 1]))
    assert {key for key in after if key[0] in ids[:n]} == before  # nothing more, and nothing less


def test_something_is_hidden_and_something_shown() -> None:
    """The property above is not empty: with these counts both happen."""
    found = shown(town_of([(3, 12, 60), *[(11, 14, 70)] * 9]), set(CARDS))
    rows = {(key[0], key[4], key[5]) for key in found}
    assert ("anteil", "11", "2022") not in rows
    assert ("anteil", "22", "2023") in rows
