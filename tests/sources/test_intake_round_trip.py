"""Whatever a table holds, written the German way in any layout, comes back as it was; raw bytes never change."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from intake import STADTTEILE, read

NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.decimals(-(10**6), 10**6, places=2).map(float),
)
SIGNS = {"-": "zero", ".": "secret", "": "missing", "x": "not_applicable"}


def german(value: float, thousands: str, decimal: str) -> str:
    whole = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    text = whole.replace(",", "#").replace(".", decimal).replace("#", thousands)
    return ("-" if value < 0 else "") + text


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    decimal = draw(st.sampled_from(",."))
    thousands = draw(st.sampled_from([one for one in (".", ",", " ", "'", "") if one != decimal]))
    keys = draw(st.lists(st.sampled_from(list(STADTTEILE)), min_size=1, max_size=3, unique=True))
    ages = draw(st.lists(st.integers(0, 99), min_size=1, max_size=4, unique=True))
    cells = draw(
        st.lists(
            st.lists(st.one_of(NUMBERS, st.sampled_from(list(SIGNS))), min_size=len(ages), max_size=len(ages)),
            min_size=len(keys),
            max_size=len(keys),
        )
    )
    return {
        "decimal": decimal,
        "thousands": thousands,
        "delimiter": draw(st.sampled_from([one for one in ";,\t|" if one not in (decimal, thousands)])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "line_end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "above": draw(st.integers(0, 3)),
        "keys": keys,
        "ages": ages,
        "cells": cells,
        "long": draw(st.booleans()),
    }


def written(table: dict[str, Any]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=table["delimiter"], quoting=table["quoting"], lineterminator=table["line_end"])
    for _row in range(table["above"]):
        writer.writerow(["Übersicht"])
    texts = [
        [cell if isinstance(cell, str) else german(cell, table["thousands"], table["decimal"]) for cell in row]
        for row in table["cells"]
    ]
    if table["long"]:
        writer.writerow(["Gebiet", "Jahre", "Größe"])
        for key, row in zip(table["keys"], texts, strict=True):
            writer.writerows([key, age, cell] for age, cell in zip(table["ages"], row, strict=True))
    else:
        writer.writerow(["Gebiet", *(f"Größe {age}" for age in table["ages"])])
        writer.writerows([key, *row] for key, row in zip(table["keys"], texts, strict=True))
    return out.getvalue().encode(table["encoding"])


@settings(max_examples=150, deadline=None)
@given(tables())
def test_round_trip(table: dict[str, Any]) -> None:
    layout: dict[str, Any] = {name: table[name] for name in ("decimal", "thousands", "delimiter", "encoding")}
    layout |= {"header_rows": [table["above"] + 1], "signs": SIGNS}
    if table["long"]:
        layout["long"] = {"value": "Größe", "measure": "kinder", "dims": {"age": "Jahre"}}
    else:
        layout["columns"] = [{"column": "Größe {age}", "measure": "kinder"}]
    with tempfile.TemporaryDirectory() as folder:
        observations, problems = read(Path(folder), written(table), **layout)
    assert [problem for problem in problems if problem.code != "T032"] == []
    found = {
        (row.district, row.age): (row.value, row.status)
        for row in observations.astype({"value": object}).itertuples(index=False)
    }
    for key, row in zip(table["keys"], table["cells"], strict=True):
        for age, cell in zip(table["ages"], row, strict=True):
            value, status = found[key, str(age)]
            if isinstance(cell, str):
                assert status == SIGNS[cell]
            else:
                assert (value, status) == (cell, "ok" if cell else "zero")
    assert len(found) == len(table["keys"]) * len(table["ages"]) == len(observations)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["csv", "excel"]), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_no_bytes_make_the_reader_raise_or_write(content: bytes, form: str, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        observations, problems = read(Path(folder), content, format=form, encoding=encoding)
    assert problems or len(observations)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='Gebiet;Kinder\n0123456789."-x\r ,\t\x00', max_size=120))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read(Path(folder), "Gebiet;Kinder\n0101;1\n" + text)
