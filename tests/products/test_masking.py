"""Which raw rows may be read out: one hidden cell hides them all."""

from __future__ import annotations

import pandas as pd
import pytest
from building import make_measure, make_observations
from products.released import value_row

from dkbm_monitor.core.frames import VALUE_COLUMNS
from dkbm_monitor.products.masking import reason_to_mask
from dkbm_monitor.products.trace import Trace
from dkbm_monitor.town.models import RuleFor

RULE = RuleFor(min_count=5)
MEASURES = {name: make_measure(name) for name in ("teil", "ganzes")}
SHOWN = pd.DataFrame([value_row("11", 25.0, "ok"), value_row("12", 25.0, "ok")])[list(VALUE_COLUMNS)]


def part(name: str, *rows: dict[str, object], year: int = 2023) -> Trace:
    measure = "teil" if name == "numerator" else "ganzes"
    observed = [{"measure": measure, "period": str(year), **row} for row in rows]
    return Trace(name, measure, 1, year, make_observations(observed))


def cells(*values: float | None, **more: object) -> list[dict[str, object]]:
    return [{"district": key, "value": value, **more} for key, value in zip(("11", "12"), values, strict=False)]


def test_large_counts_may_be_read_out() -> None:
    traces = [part("numerator", *cells(12, 9)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, MEASURES) == ""


@pytest.mark.parametrize("status", ["suppressed", "secret"])
def test_a_hidden_value_hides_its_rows(status: str) -> None:
    traces = [part("numerator", *cells(120, 90)), part("denominator", *cells(480, 600))]
    assert reason_to_mask(traces, status, SHOWN, RULE, MEASURES) == "value_hidden"


@pytest.mark.parametrize("small", [1, 4])
def test_one_small_cell_hides_all(small: int) -> None:
    traces = [part("numerator", *cells(12, small)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, MEASURES) == "small_cell"


def test_a_zero_hides_only_where_the_rule_calls_it_sensitive() -> None:
    traces = [part("numerator", *cells(12, 0)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, MEASURES) == ""
    strict = RuleFor(min_count=5, zero_is_sensitive=True)
    assert reason_to_mask(traces, "ok", SHOWN, strict, MEASURES) == "small_cell"


def test_a_cell_the_publisher_keeps_secret_hides_its_neighbours() -> None:
    rows = [*cells(12), {"district": "12", "value": None, "status": "secret"}]
    traces = [part("numerator", *rows), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, MEASURES) == "small_cell"


def test_a_stricter_measure_decides() -> None:
    strict = {**MEASURES, "teil": make_measure("teil", min_count=20)}
    traces = [part("numerator", *cells(12, 19)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, strict) == "small_cell"


def test_places_and_hours_are_no_people() -> None:
    things = {**MEASURES, "teil": make_measure("teil", persons=False)}
    traces = [part("numerator", *cells(1, 2)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, things) == ""


def test_a_small_rest_of_one_district_hides_all() -> None:
    traces = [part("numerator", *cells(46, 30)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, MEASURES) == "small_rest"


def test_a_small_rest_within_one_breakdown_cell_hides_all() -> None:
    def by_sex(male: int, female: int) -> list[dict[str, object]]:
        return [*cells(male, sex="male"), *cells(female, sex="female")]

    traces = [part("numerator", *by_sex(46, 20)), part("denominator", *by_sex(48, 50))]
    assert reason_to_mask(traces, "ok", SHOWN, RULE, MEASURES) == "small_rest"


def test_an_area_whose_value_is_hidden_hides_all() -> None:
    areas = pd.DataFrame([value_row("11", 25.0, "ok"), value_row("12", None, "suppressed")])[list(VALUE_COLUMNS)]
    traces = [part("numerator", *cells(12, 9)), part("denominator", *cells(48, 60))]
    assert reason_to_mask(traces, "ok", areas, RULE, MEASURES) == "area_hidden"
    earlier = [part("numerator", *cells(12, 9), year=2020), part("denominator", *cells(48, 60), year=2020)]
    assert reason_to_mask(earlier, "ok", areas, RULE, MEASURES) == "", "its value of another year is not concerned"


def test_terms_that_are_taken_away_count_with_their_sign() -> None:
    arrived, left = part("numerator", *cells(100, 100)), part("numerator", *cells(40, 40))
    taken = Trace("numerator", "teil", -1, 2023, left.rows)
    assert reason_to_mask([arrived, taken, part("denominator", *cells(63, 90))], "ok", SHOWN, RULE, MEASURES) == (
        "small_rest"
    )
    assert reason_to_mask([arrived, taken, part("denominator", *cells(90, 90))], "ok", SHOWN, RULE, MEASURES) == ""
