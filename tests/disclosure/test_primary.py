from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from building import AGS, make_districts, make_indicator, make_measure, make_observations, one

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.core.frames import NUMBER_COLUMNS, check_values
from dkbm_monitor.disclosure.primary import hidden_by, release
from dkbm_monitor.sources.models import Register
from dkbm_monitor.town.models import DisclosureRule, RuleFor

COUNTS = {"11": (12, 48), "12": (3, 9), "21": (60, 300)}


def counts_of(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    return make_observations(
        {"measure": measure, "district": key, "value": value}
        for key, pair in counts.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )


def town_with(rule: dict, observations: pd.DataFrame, districts, indicators, measures=()) -> SimpleNamespace:
    known = {one.id: one for one in (*(make_measure(name) for name in ("teil", "ganzes")), *measures)}
    disclosure = DisclosureRule(reason="Beschluss vom 1.2.2024", public=RuleFor(**rule), internal=RuleFor(min_count=1))
    return SimpleNamespace(
        name="Probestadt",
        file=SimpleNamespace(disclosure=disclosure, invented=True),
        catalogue=Catalogue(known, {card.id: card for card in indicators}),
        districts={"g": districts},
        register=Register(),
        observations=observations,
    )


@pytest.fixture
def released(computed, small):
    def run(counts: dict, *, audience: str = "public", card=None, measures=(), **rule):
        card = card or make_indicator()
        observations = counts_of(counts) if isinstance(counts, dict) else counts
        values = computed(card, observations, small, measures=measures)
        town = town_with(rule or {"min_count": 5}, observations, small, [card], measures)
        return release(values, town, audience=audience)  # type: ignore[arg-type]

    return run


def test_a_small_numerator_hides_value_counts_and_interval(released) -> None:
    row = one(released(COUNTS).values, district="12")
    assert row["status"] == "suppressed"
    assert row[NUMBER_COLUMNS].isna().all()
    assert row["flags"] == ""


def test_larger_counts_stay_except_the_neighbour_that_protects(released) -> None:
    found = released(COUNTS).values
    assert one(found, district="21")["value"] == 20.0
    # 15 of 57 in Bezirk 1, so the 12 of 48 in 11 would tell the 3 of 9 in 12
    assert one(found, district="11")["status"] == "suppressed"
    assert one(found, district="1")["numerator"] == 15


def test_the_internal_audience_has_its_own_rule(released) -> None:
    assert one(released(COUNTS, audience="internal").values, district="12")["numerator"] == 3


@pytest.mark.parametrize(
    ("counts", "rule", "hidden"),
    [
        ((45, 48), {"min_count": 5}, True),  # only three without
        ((45, 48), {"min_count": 5, "complement": False}, False),
        ((48, 48), {"min_count": 5}, False),
        ((48, 48), {"min_count": 5, "full_is_sensitive": True}, True),
        ((0, 48), {"min_count": 5}, False),
        ((0, 48), {"min_count": 5, "zero_is_sensitive": True}, True),
        ((0, 4), {"min_count": 5}, True),  # so few children at all
        ((5, 10), {"min_count": 5}, False),  # exactly the minimum on both sides
        ((5, 10), {"min_count": 5, "min_denominator": 11}, True),
        ((4, 20), {"min_count": 5}, True),
    ],
)
def test_what_the_rule_calls_sensitive(released, counts: tuple[int, int], rule: dict, hidden: bool) -> None:
    row = one(released({"12": (30, 90), "21": (60, 300), "11": counts}, **rule).values, district="11")
    assert (row["status"] == "suppressed") is hidden


def test_a_measure_may_ask_for_a_stricter_rule(released) -> None:
    strict = [make_measure("teil", min_count=20)]
    assert one(released(COUNTS, measures=strict).values, district="11")["status"] == "suppressed"


def test_counts_of_things_are_not_hidden(released) -> None:
    card = make_indicator(kind="count", numerator="teil")
    places = [make_measure("teil", persons=False)]
    assert one(released(COUNTS, card=card, measures=places).values, district="12")["value"] == 3
    assert one(released(COUNTS, card=card).values, district="12")["status"] == "suppressed"


def test_a_change_is_hidden_when_its_earlier_count_is_small(computed) -> None:
    districts = make_districts({"11": "1"})
    card = make_indicator(kind="change", numerator="teil", change_years=1)
    rows = make_observations(
        {"measure": "teil", "district": "11", "value": value, "period": period}
        for period, value in (("2021", 3), ("2022", 30), ("2023", 31))
    )
    values = computed(card, rows, districts)
    hidden = hidden_by(values, RuleFor(min_count=5), {"anteil": card}, {"teil": make_measure("teil")})
    found = values.assign(hidden=hidden)
    assert one(found, level="stadtteil", period="2022")["hidden"]
    assert not one(found, level="stadtteil", period="2023")["hidden"]


def test_a_gap_is_hidden_when_the_other_group_is_small(computed) -> None:
    districts = make_districts({"11": "1"})
    parts = {
        f"{prefix}{part}": {"measure": measure, "where": {"sex": sex}}
        for prefix, sex in (("", "female"), ("compared_", "male"))
        for part, measure in (("numerator", "teil"), ("denominator", "ganzes"))
    }
    card = make_indicator(kind="gap", **parts)
    counts = {("teil", "female"): 20, ("ganzes", "female"): 60, ("teil", "male"): 2, ("ganzes", "male"): 60}
    rows = make_observations(
        {"measure": measure, "district": "11", "sex": sex, "value": value} for (measure, sex), value in counts.items()
    )
    values = computed(card, rows, districts)
    measures = {name: make_measure(name) for name in ("teil", "ganzes")}
    assert hidden_by(values, RuleFor(min_count=5), {"anteil": card}, measures).all()


def test_a_small_rest_of_a_changed_count_is_no_rest(computed) -> None:
    districts = make_districts({"11": "1"})
    card = make_indicator(kind="change", numerator="teil", change_years=1)
    rows = make_observations(
        {"measure": "teil", "district": "11", "value": value, "period": period}
        for period, value in (("2022", 30), ("2023", 31))
    )
    hidden = hidden_by(
        computed(card, rows, districts), RuleFor(min_count=5), {"anteil": card}, {"teil": make_measure("teil")}
    )
    assert not hidden.any()


def test_districts_with_too_few_inhabitants_show_nothing(released) -> None:
    people = make_observations(
        [
            {"measure": "bevoelkerung", "district": key, "value": n, "period": "2022"}
            for key, n in (("11", 180), ("12", 4000), ("21", 9000))
        ]
    )
    observations = pd.concat([counts_of({**COUNTS, "12": (30, 90)}), people], ignore_index=True)
    measures = [make_measure("bevoelkerung")]
    found = released(observations, measures=measures, min_count=3, min_population=300).values
    assert one(found, district="11")["status"] == "suppressed"  # by the count of the year before
    assert one(found, district="12")["status"] == "suppressed"  # the Bezirk minus 12 would be 11
    assert one(found, district="21")["status"] == "ok"
    assert one(found, district=AGS)["status"] == "ok"


def test_other_statuses_are_carried_through(released) -> None:
    observations = counts_of(COUNTS)
    observations.loc[2, ["value", "status"]] = [np.nan, "secret"]
    found = released(observations).values
    assert one(found, district="12")["status"] == "secret"
    assert one(found, district=AGS)["status"] == "secret"


def test_releasing_twice_equals_releasing_once(computed, small) -> None:
    card, observations = make_indicator(), counts_of(COUNTS)
    town = town_with({"min_count": 5}, observations, small, [card])
    once = release(computed(card, observations, small), town)  # type: ignore[arg-type]
    twice = release(once.values, town)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(once.values, twice.values)


def test_releasing_leaves_the_values_as_they_were_and_checks_its_own(computed, small) -> None:
    card, observations = make_indicator(), counts_of(COUNTS)
    values = computed(card, observations, small)
    before = values.copy(deep=True)
    found = release(values, town_with({"min_count": 5}, observations, small, [card]))  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(values, before)
    check_values(found.values)


def test_the_run_record_holds_the_rule_and_no_value(released) -> None:
    run = released(COUNTS).run
    assert run.rule["min_count"] == 5
    assert run.rule["reason"] == "Beschluss vom 1.2.2024"
    assert list(run.definitions) == ["anteil"]


def test_an_unreleased_indicator_is_named_with_its_neighbour(released) -> None:
    with pytest.raises(Exception, match=r"„anteile“ ist nicht Teil dieser Freigabe. Meinten Sie „anteil“"):
        released(COUNTS).of("anteile")


def test_the_smallest_count_shown_is_the_rules_or_a_stricter_measures(released) -> None:
    stricter = [make_measure("teil", min_count=10), make_measure("ganzes")]
    assert released(COUNTS).min_count("anteil") == 5
    assert released(COUNTS, measures=stricter).min_count("anteil") == 10


def test_nothing_is_hidden_where_no_people_are_counted(released) -> None:
    sites = [make_measure("teil", persons=False), make_measure("ganzes", persons=False)]
    assert released(COUNTS, measures=sites).min_count("anteil") == 0
