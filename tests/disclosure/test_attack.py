"""An attacker with everything that is published: gets in behind primary suppression, stays out of a release."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from building import make_districts, make_indicator, make_measure, make_observations, one
from hypothesis import given, settings
from hypothesis import strategies as st

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.compute.indicators import compute, compute_plan
from dkbm_monitor.compute.plan import plan_for
from dkbm_monitor.disclosure.audit import Audit, audit
from dkbm_monitor.disclosure.primary import hidden_by, release, suppress
from dkbm_monitor.disclosure.registry import register, registered
from dkbm_monitor.disclosure.secondary import decide
from dkbm_monitor.sources.models import Register
from dkbm_monitor.town.models import DisclosureRule, RuleFor
from dkbm_monitor.town.open import open_town

MUSTERSTADT = Path(__file__).parents[2] / "data" / "musterstadt"
RULE = RuleFor(min_count=5)
DISTRICTS = make_districts({"11": "1", "12": "1", "13": "1", "21": "2", "22": "2", "23": "2"})
# (part, whole) by district: 3 of 30 in 12 is all that the rule hides
COUNTS = {"11": (12, 48), "12": (3, 30), "13": (20, 60), "21": (60, 300), "22": (9, 40), "23": (11, 50)}


def town_of(counts: dict[str, tuple[int, int]], **more: object) -> SimpleNamespace:
    observations = make_observations(
        {"measure": measure, "district": key, "value": value}
        for key, pair in counts.items()
        for measure, value in zip(("teil", "ganzes"), pair, strict=True)
    )
    cards = more.get("cards", [make_indicator()])
    return SimpleNamespace(
        name="Probestadt",
        file=SimpleNamespace(
            disclosure=DisclosureRule(reason="Beschluss vom 1.2.2024", public=RULE, internal=RuleFor(min_count=2)),
            invented=True,
        ),
        catalogue=Catalogue(
            {name: make_measure(name) for name in ("teil", "ganzes")},
            {card.id: card for card in cards},  # type: ignore[attr-defined]
        ),
        districts={"g": DISTRICTS},
        register=Register(),
        observations=observations,
    )


def values_of(town: SimpleNamespace, *ids: str) -> pd.DataFrame:
    cards = [card for key, card in town.catalogue.indicators.items() if not ids or key in ids]
    return compute_plan(plan_for(cards, town.catalogue.measures), town.observations, town.districts)


def attacked(frame: pd.DataFrame, town: SimpleNamespace, rule: RuleFor = RULE, **more: pd.DataFrame) -> Audit:
    known = town.catalogue
    return audit([frame], rule, known.indicators, known.measures, town.districts, **more)


def by_rule_only(values: pd.DataFrame, town: SimpleNamespace, rule: RuleFor = RULE) -> pd.DataFrame:
    few = hidden_by(values, rule, town.catalogue.indicators, town.catalogue.measures)
    return suppress(values, few & values["value"].notna().to_numpy())


def test_behind_primary_suppression_the_attacker_reads_the_exact_number() -> None:
    town = town_of(COUNTS)
    found = attacked(by_rule_only(values_of(town), town), town).narrow
    exact = found[(found["district"] == "12") & (found["low"] == found["high"])]
    assert 3.0 in set(exact["low"])  # 35 in Bezirk 1, minus 12 and 20


def test_the_same_attack_fails_against_a_release() -> None:
    town = town_of(COUNTS)
    released = release(values_of(town), town)  # type: ignore[arg-type]
    assert attacked(released.values, town).passed
    hidden = released.values[released.values["status"] == "suppressed"]
    assert set(hidden["district"]) == {"12", "11"}  # 11 is the cheapest neighbour: fewest people
    assert released.run.settings["protection"]["method"] == "exact"


def test_two_hidden_in_a_line_are_not_enough_when_both_are_tiny() -> None:
    counts = {**COUNTS, "11": (1, 48), "12": (2, 30)}  # together 3: each at most 3, and the rule wants a span of 5
    town = town_of(counts)
    assert not attacked(by_rule_only(values_of(town), town), town).passed
    released = release(values_of(town), town)  # type: ignore[arg-type]
    assert attacked(released.values, town).passed
    assert one(released.values, district="13")["status"] == "suppressed"


def test_a_single_map_hides_what_the_whole_table_hides() -> None:
    twice = [make_indicator(), make_indicator("dichte", kind="count", numerator="teil")]
    town = town_of(COUNTS, cards=twice)
    alone = release(values_of(town, "anteil"), town).values  # type: ignore[arg-type]
    together = release(values_of(town), town).values  # type: ignore[arg-type]
    same = together[together["indicator"] == "anteil"].reset_index(drop=True)
    assert alone["status"].astype(str).tolist() == same["status"].astype(str).tolist()
    counts = together[together["indicator"] == "dichte"]
    hidden = counts[counts["status"] == "suppressed"]["district"]
    assert {"11", "12"} <= set(hidden)  # the numerator is not read off the other indicator


def test_insiders_who_also_read_the_public_report_learn_no_more() -> None:
    town = town_of({**COUNTS, "12": (1, 30)})
    public, internal = (release(values_of(town), town, audience=one).values for one in ("public", "internal"))  # type: ignore[arg-type]
    rule, known = RuleFor(min_count=2), town.catalogue
    assert audit([internal, public], rule, known.indicators, known.measures, town.districts).passed


counts = st.integers(0, 40).flatmap(lambda part: st.tuples(st.just(part), st.integers(part, part + 40)))


@settings(max_examples=25, deadline=None)
@given(st.lists(counts, min_size=6, max_size=6), st.sampled_from(["exact", "heuristic"]))
def test_random_towns_are_protected_and_nothing_shown_is_changed(pairs: list, method: str) -> None:
    from dkbm_monitor.disclosure.protect import protect
    from dkbm_monitor.disclosure.secondary import weights_of

    town = town_of(dict(zip(COUNTS, pairs, strict=True)))
    values = values_of(town)
    decision = decide(values, town, "public")  # type: ignore[arg-type]
    weights = weights_of(decision.values, town)  # type: ignore[arg-type]
    found = protect(decision.system, decision.primary, weights, method=method)  # type: ignore[arg-type]
    assert not len(found.narrow)
    frame = suppress(decision.values, found.hidden & decision.values["value"].notna().to_numpy())
    assert attacked(frame, town, truth=decision.values).passed
    shown = frame["value"].notna().to_numpy()
    np.testing.assert_array_equal(frame.loc[shown, "value"], decision.values.loc[shown, "value"])


def test_releasing_twice_is_releasing_once() -> None:
    town = town_of(COUNTS)
    once = release(values_of(town), town)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(release(once.values, town).values, once.values)  # type: ignore[arg-type]


def test_a_registered_release_is_read_back_as_it_was_and_no_name_twice(tmp_path: Path) -> None:
    town = town_of(COUNTS)
    released = release(values_of(town), town)  # type: ignore[arg-type]
    register(released, tmp_path, "bericht-2023")
    back = registered(tmp_path, "public")["bericht-2023"]
    assert back["status"].tolist() == released.values["status"].astype(str).tolist()
    assert registered(tmp_path, "internal").keys() == {"bericht-2023"}
    with pytest.raises(Exception, match="Unter dem Namen „bericht-2023“ ist schon eine Veröffentlichung eingetragen"):
        register(released, tmp_path, "bericht-2023")
    with pytest.raises(Exception, match="taugt nicht als Name"):
        register(released, tmp_path, "../x")


def test_an_earlier_release_that_showed_more_is_found_out() -> None:
    town = town_of(COUNTS)
    values = values_of(town)
    now = release(values, town)  # type: ignore[arg-type]
    known = town.catalogue
    both = audit([now.values, by_rule_only(values, town)], RULE, known.indicators, known.measures, town.districts)
    assert not both.passed


def test_musterstadt_primary_suppression_falls_and_the_release_holds() -> None:
    town = open_town(MUSTERSTADT)
    values = compute(town)
    rule = town.file.disclosure.public
    fallen = attacked(by_rule_only(values, town, rule), town, rule).narrow  # type: ignore[arg-type]
    assert (fallen["low"] == fallen["high"]).sum() > 100
    assert attacked(release(values, town).values, town, rule, truth=values).passed  # type: ignore[arg-type]
