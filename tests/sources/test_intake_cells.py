"""Single cells: numbers as offices write them, signs, marks."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake import make_table

from dkbm_monitor.core.status import ORDER
from dkbm_monitor.sources.cells import CellReader

NBSP, NARROW, SOFT = "\u00a0", "\u202f", "\u00ad"


def cell(text: str, *others: str, **table: object) -> tuple[float | None, str, str]:
    """Value, status and mark of one cell, read in a column together with others."""
    found = CellReader(make_table(**table)).read(pa.array([text, *others], pa.string()))
    value = float(found.value[0])
    status = "bad" if 0 in found.bad else str(ORDER[found.rank[0]])
    return (None if value != value else value), status, found.marks[found.mark[0]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1.234", 1234),
        ("1.234.567,5", 1234567.5),
        ("12,5", 12.5),
        (" 12 ", 12),
        (f"{NBSP}1{NBSP}675   ", 1675),
        (f"1{NARROW}234,5", 1234.5),
        ("-23", -23),
        ("-  23", -23),
        ("−23", -23),
        ("+5", 5),
        ("45,3 %", 45.3),
        (f"45,3{NBSP}%", 45.3),
        (f"1{SOFT}2", 12),
        ("012", 12),
    ],
)
def test_german_numbers(text: str, value: float) -> None:
    assert cell(text) == (value, "ok", "")


@pytest.mark.parametrize(
    "text", ["1.23", "1.2345", "12.", "1,2,3", "1 23", "--5", "5-", "1,2E+05", "nan", "inf", "1;2"]
)
def test_what_is_no_german_number(text: str) -> None:
    assert cell(text)[1] == "bad"


@pytest.mark.parametrize("text", ["1,234.5", "1234.5", "1 234.5"])
def test_english_numbers(text: str) -> None:
    assert cell(text, decimal=".", thousands=",") == (1234.5, "ok", "")


def test_a_point_is_never_decimal_and_thousands_at_once() -> None:
    # The map's default thousands point must not turn 1.234 into 1234 once the decimal sign is a point.
    assert cell("1.234", decimal=".") == (1.234, "ok", "")
    assert cell("1.234", "x", decimal=".") == (1.234, "ok", "")


@pytest.mark.parametrize(
    ("sign", "value", "status"),
    [
        ("-", 0.0, "zero"),
        ("–", 0.0, "zero"),
        (".", None, "secret"),
        ("...", None, "pending"),
        ("x", None, "not_applicable"),
        ("/", None, "unreliable"),
        ("", None, "missing"),
        ("  ", None, "missing"),
        (f" {NBSP}-{NBSP} ", 0.0, "zero"),
    ],
)
def test_official_signs(sign: str, value: float | None, status: str) -> None:
    assert cell(sign) == (value, status, "")


def test_signs_belong_to_one_source() -> None:
    assert cell("-", signs={"-": "secret"})[1] == "secret"
    assert cell(".", signs={"-": "secret"})[1] == "bad"
    assert cell("", signs={"": "zero"}) == (0.0, "zero", "")


@pytest.mark.parametrize("text", ["-9999", "-9999,0", "-9.999"])
def test_a_number_can_be_a_sign(text: str) -> None:
    assert cell(text, signs={"-9999": "not_applicable"}) == (None, "not_applicable", "")
    assert cell(text, "?", signs={"-9999": "not_applicable"}) == (None, "not_applicable", "")


def test_zero_is_a_zero() -> None:
    assert cell("0") == (0.0, "zero", "")
    assert cell("0,0", "r") == (0.0, "zero", "")


@pytest.mark.parametrize(
    ("text", "value", "mark"), [("1.234 r", 1234, "r"), ("1.234r", 1234, "r"), ("(12)", 12, "()"), ("7", 7, "")]
)
def test_marks_stand_beside_the_number(text: str, value: float, mark: str) -> None:
    assert cell(text, marks={"r": "berichtigt", "()": "eingeschränkt"}) == (value, "ok", mark)


def test_a_mark_must_be_declared() -> None:
    assert cell("12 r")[1] == "bad"
    assert cell("(12)")[1] == "bad"


def test_a_mark_alone_is_no_number() -> None:
    assert cell("r", marks={"r": "berichtigt"}) == (None, "bad", "")


@given(
    st.text(alphabet="0123456789.,-+ %()rx/\u00a0", max_size=8), st.lists(st.sampled_from(["1", "x", "1.000", "2,5"]))
)
def test_a_cell_means_the_same_whatever_stands_beside_it(text: str, others: list[str]) -> None:
    assert cell(text) == cell(text, *others)


@given(st.text(alphabet="0123456789.,-+ %x", max_size=7), st.lists(st.sampled_from(["1", "x", "1,000", "2.5"])))
def test_the_same_holds_for_english_numbers(text: str, others: list[str]) -> None:
    english = {"decimal": ".", "thousands": ","}
    assert cell(text, **english) == cell(text, *others, **english)
