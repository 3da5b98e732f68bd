"""The sheet to read first states every rule that holds, and for which indicators."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
from products.released import small_release

from dkbm_monitor.products.tablefile import save_values


def lines_of(path: Path) -> list[tuple[str, str]]:
    sheet = openpyxl.load_workbook(path)["Lies mich"]
    return [(str(left or ""), str(right or "")) for left, right in sheet.iter_rows(values_only=True, max_col=2)]


def test_a_stricter_measure_has_a_line_of_its_own_with_its_indicators(tmp_path: Path) -> None:
    usual = small_release()
    card = next(iter(usual.indicators.values()))
    other = card.model_copy(update={"id": "strenger"})
    third = card.model_copy(update={"id": "drittens"})
    release = replace(
        usual, indicators={**usual.indicators, other.id: other, third.id: third}, min_counts={other.id: 10}
    )
    lines = lines_of(save_values(release, tmp_path / "werte.xlsx"))
    rules = [right for left, right in lines if left in ("Kleine Zahlen", "Abweichend davon")]
    assert rules[0].startswith("Zahlen von 1 bis 4 sind verborgen. Ein leeres Feld ist keine Null")
    assert rules[1] == f"Zahlen von 1 bis 9 sind verborgen: {card.title}"


def test_one_rule_for_all_needs_no_second_line(tmp_path: Path) -> None:
    lines = lines_of(save_values(small_release(), tmp_path / "werte.xlsx"))
    assert "Abweichend davon" not in dict(lines)
