"""Text on a sheet: lines that fit, and that break where a reader would."""

from __future__ import annotations

import pytest

from dkbm_monitor.view.page import SIZES, Page, blank_page


@pytest.fixture
def page() -> Page:
    return blank_page(SIZES["A4"])


def test_a_word_wider_than_the_line_is_cut_and_nothing_of_it_lost(page: Page) -> None:
    address = "https://www.statistik-berlin-brandenburg.de/opendata/einwohner/lor/2024/daten.csv"
    lines = page.wrapped(f"Quelle: {address}", 40)
    assert "".join(lines).replace("Quelle:", "") == address
    assert max(page.width_of(line) for line in lines) <= 40


def test_parts_begin_a_line_of_their_own_where_that_takes_no_line_more(page: Page) -> None:
    first, second = "Anteil der Kinder an allen", "Einheit: Beratungen je Kind"
    width = page.width_of(first) * 1.5
    assert page.flowed(f"{first} · {second}", width) == [first, second]
    assert page.flowed(f"{first} · {second}", 3 * width) == [f"{first} · {second}"]


def test_no_line_begins_or_ends_with_the_dot_between_parts(page: Page) -> None:
    words = " · ".join(f"Teil mit der Nummer {n}" for n in range(12))
    for width in range(25, 120, 5):
        for line in page.wrapped(words, width):
            assert not line.startswith("·")
            assert not line.endswith("·")
