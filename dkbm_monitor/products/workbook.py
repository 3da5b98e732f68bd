"""Released values as an Excel workbook: a sheet to read first, a sheet with the values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from dkbm_monitor.core.locale import _, day
from dkbm_monitor.core.provenance import now
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.products.tablefile import NUMBERS, status_words, town_label
from dkbm_monitor.view.labels import hidden_words, invented_words

Line = tuple[str, str]  # what stands on the left, what on the right
WIDTHS = {"indicator_title": 44, "district_name": 24, "status_text": 34, "indicator": 28, "town": 28, "sources": 28}


def write_workbook(release: Release, table: pd.DataFrame, path: Path) -> None:
    """Write the two sheets. The same release gives the same bytes, except for the day on the first sheet."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        # Excel knows no time zones; without a fixed time of making, two runs would differ by their bytes.
        book.set_properties({"title": town_label(release), "created": now().replace(tzinfo=None)})
        _write_readme(book, _readme(release))
        _write_values(book, table)


def _readme(release: Release) -> list[Line]:
    lines = [
        (_("Stadt"), town_label(release)),
        (_("Hinweis"), invented_words(invented=release.invented)),
        (_("Für wen"), _("Öffentlichkeit") if release.audience == "public" else _("Verwaltung, nicht zur Weitergabe")),
        *_rule_lines(release),
        (_("Grund der Regel"), release.reason),
        (_("Erstellt"), day(now().date())),
        ("", ""),
        (_("Quellen"), ""),
        *((_source_title(release, one), text) for one, text in _attributions(release)),
        ("", ""),
        (_("Bedeutung des Status"), ""),
        *((str(status), words) for status, words in status_words().items()),
        ("", ""),
        (_("Spalten"), ""),
        *_columns(),
    ]
    return [line for line in lines if line != (_("Hinweis"), "")]


def _rule_lines(release: Release) -> list[Line]:
    """The rule most indicators follow, then every other one with the indicators it holds for."""
    by_rule: dict[str, list[str]] = {}
    for key, card in release.indicators.items():
        by_rule.setdefault(hidden_words(release, key) or _("Keine Zahl ist verborgen"), []).append(str(card.title))
    usual, *others = sorted(by_rule, key=lambda words: -len(by_rule[words])) or [_("Keine Zahl ist verborgen")]
    empty = _("Ein leeres Feld ist keine Null; der Status daneben nennt den Grund.")
    lines = [(_("Kleine Zahlen"), f"{usual}. {empty}")]
    return lines + [(_("Abweichend davon"), f"{words}: {'; '.join(by_rule[words])}") for words in others]


def _attributions(release: Release) -> list[tuple[str, str]]:
    ids = dict.fromkeys(one for text in release.values["sources"].astype("str").unique() for one in text.split())
    return [(one, release.sources[one].attribution) for one in ids if one in release.sources]


def _source_title(release: Release, source: str) -> str:
    return release.sources[source].title or source


def _columns() -> list[Line]:
    return [
        ("value", _("der Wert der Kennzahl in der Einheit der Spalte unit")),
        ("numerator, denominator", _("Zähler und Nenner")),
        ("low, high", _("Grenzen des 95-%-Vertrauensbereichs")),
        ("breakdown", _("total: alle zusammen; sonst die Gliederung, z. B. sex=female")),
        ("gebietsstand", _("Stand der Gebietsgrenzen")),
        ("flags", _("Hinweise, z. B. small_denominator: kleiner Nenner, wenig belastbar")),
        ("sources", _("Kennungen der Quellen")),
    ]


def _write_readme(book: Any, lines: Iterable[Line]) -> None:
    sheet = book.add_worksheet(_("Lies mich"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    for row, (left, right) in enumerate(lines):
        sheet.write_string(row, 0, left, bold)
        sheet.write_string(row, 1, right, wrapped)


def _write_values(book: Any, table: pd.DataFrame) -> None:
    sheet = book.add_worksheet(_("Werte"))
    head = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, WIDTHS.get(str(column), 13))
        sheet.write_string(0, place, str(column), head)
        if column in NUMBERS:
            _write_numbers(sheet, place, table[column].to_list())
        else:
            sheet.write_column(1, place, table[column].astype("str").to_list())
    sheet.freeze_panes(1, 1)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _write_numbers(sheet: Any, place: int, numbers: Sequence[float]) -> None:
    """Real numbers; where there is none, the cell stays empty."""
    for row, number in enumerate(numbers, start=1):
        if not pd.isna(number):
            sheet.write_number(row, place, number)
