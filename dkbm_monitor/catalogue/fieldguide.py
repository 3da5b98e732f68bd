"""The catalogue for people: a card for each indicator, a list, an Excel file, a schema for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dkbm_monitor.catalogue.loader import Catalogue
from dkbm_monitor.catalogue.models import CatalogueFile, Indicator, Measure
from dkbm_monitor.catalogue.words import (
    area_name,
    dimension_name,
    formula_in_words,
    kind_name,
    part_in_words,
    polarity_name,
    principle_name,
)
from dkbm_monitor.core.locale import _, number

MADE = datetime(2024, 1, 1)  # fixed, so that the same catalogue gives the same bytes
WRAPPED = 52  # characters; wider columns wrap


def json_schema() -> dict[str, Any]:
    """JSON Schema of a catalogue file, with German hover texts, for editors that check YAML while one types."""
    schema = CatalogueFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def write_schema(path: Path) -> None:
    """Write `json_schema` to a file."""
    path.write_text(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", "utf-8")


def rows_for_list(catalogue: Catalogue) -> list[dict[str, str]]:
    """One row an indicator: `id, area, title, kind, unit`."""
    return [
        {
            "id": card.id,
            "area": f"{card.area} {area_name(card.area)}",
            "title": str(card.title),
            "kind": kind_name(card),
            "unit": str(card.unit),
        }
        for card in sorted(catalogue.indicators.values(), key=lambda card: (card.area, card.id))
    ]


def card(indicator: Indicator, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Everything a reader should know about an indicator: label and text, line by line."""
    measures = dict(catalogue.measures)
    pooled = _("{n} Jahrgänge zusammengezählt, benannt nach dem letzten").format(n=indicator.pool_years)
    lines = [
        (_("Kennzahl"), str(indicator.title)),
        (_("Kennung"), indicator.id),
        (_("Bereich"), f"{indicator.area.upper()} {area_name(indicator.area)}"),
        (_("Nummer im Anwendungsleitfaden"), indicator.official_code or ""),
        (_("Definition"), str(indicator.definition)),
        (_("Berechnung"), f"{kind_name(indicator)}: {formula_in_words(indicator, measures)}"),
        (_("Einheit"), str(indicator.unit)),
        (_("Jahrgänge"), pooled if indicator.pool_years > 1 else ""),
        (_("Wozu"), str(indicator.purpose)),
        (_("Grenzen"), str(indicator.limits)),
        (_("Lesart"), polarity_name(indicator)),
        (_("Wenig belastbar"), _("bei einem Nenner unter {n}").format(n=number(indicator.min_denominator))),
        (_("Gezählt wird"), principle_name(indicator)),
        (_("Stichtag"), indicator.reference_date),
        (_("Größere Gebiete"), str(indicator.aggregation)),
        (_("Gliederungen"), ", ".join(dimension_name(dim) for dim in indicator.breakdowns)),
        (_("Brüche der Reihe"), "; ".join(f"{one.period}: {one.reason}" for one in indicator.breaks)),
        (_("Quellen"), "; ".join(indicator.sources)),
        (_("Verwandt"), ", ".join(indicator.related)),
        (_("Nachzulesen"), "; ".join(indicator.references)),
        (_("Rechenbeispiele"), "\n".join(example.name for example in indicator.examples)),
    ]
    return [(label, text) for label, text in lines if text]


def export_excel(catalogue: Catalogue, path: Path) -> None:
    """The catalogue as an Excel file: a read-me, all indicators, all measures."""
    import xlsxwriter  # noqa: PLC0415 - only the export needs it

    indicators = sorted(catalogue.indicators.values(), key=lambda one: (one.area, one.id))
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": _("Katalog der Kennzahlen"), "created": MADE})
        _readme(book, len(indicators), len(catalogue.measures))
        _sheet(book, _("Kennzahlen"), [_indicator_row(one, catalogue) for one in indicators])
        _sheet(book, _("Messgrößen"), [_measure_row(one) for one in catalogue.measures.values()])


def _readme(book: Any, n_indicators: int, n_measures: int) -> None:
    sheet = book.add_worksheet(_("Lies mich"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    sheet.write(0, 0, _("Katalog der Kennzahlen"), book.add_format({"bold": True, "font_size": 16}))
    texts = [
        _("{n} Kennzahlen, berechnet aus {m} Messgrößen.").format(n=n_indicators, m=n_measures),
        _("Eine Messgröße ist, was ein Herausgeber zählt. Eine Kennzahl wird daraus berechnet."),
        _("Für größere Gebiete werden erst die Zahlen zusammengezählt und dann geteilt; Quoten werden nie gemittelt."),
        _("Kennzahlen zu Migration, Sprache und Altersaufbau beschreiben den Rahmen und werden nie gewertet."),
    ]
    for row, text in enumerate(texts, start=2):
        sheet.write(row, 0, text)


def _indicator_row(indicator: Indicator, catalogue: Catalogue) -> dict[str, str]:
    measures = dict(catalogue.measures)
    return {
        _("Bereich"): f"{indicator.area.upper()} {area_name(indicator.area)}",
        _("Kennung"): indicator.id,
        _("Kennzahl"): str(indicator.title),
        _("Definition"): str(indicator.definition),
        _("Art"): kind_name(indicator),
        _("Einheit"): str(indicator.unit),
        _("Zähler"): part_in_words(indicator.numerator, measures),
        _("Nenner"): part_in_words(indicator.denominator, measures),
        _("Wozu"): str(indicator.purpose),
        _("Grenzen"): str(indicator.limits),
        _("Lesart"): polarity_name(indicator),
        _("Gezählt wird"): principle_name(indicator),
        _("Stichtag"): indicator.reference_date,
        _("Quellen"): "; ".join(indicator.sources),
    }


def _measure_row(measure: Measure) -> dict[str, str]:
    return {
        _("Kennung"): measure.id,
        _("Messgröße"): str(measure.title),
        _("Definition"): str(measure.definition),
        _("Einheit"): str(measure.unit or ""),
        _("Gezählt wird"): principle_name(measure),
        _("Stichtag"): measure.reference_date,
        _("Gliederungen"): ", ".join(dimension_name(dim) for dim in measure.breakdowns),
        _("Teil von"): measure.part_of or "",
        _("Eigene Mindestzahl"): str(measure.min_count or ""),
    }


def _sheet(book: Any, name: str, rows: Sequence[dict[str, str]]) -> None:
    """A sheet with a frozen, filterable header and columns as wide as their texts need."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#EDEAF4", "bottom": 1, "text_wrap": True, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    columns = list(rows[0]) if rows else []
    for place, column in enumerate(columns):
        longest = max(len(column) + 3, *(len(row[column]) for row in rows))
        sheet.set_column(place, place, min(longest + 1, WRAPPED), body)
        sheet.write(0, place, column, head)
    for line, row in enumerate(rows, start=1):
        sheet.write_row(line, 0, list(row.values()), body)
    sheet.freeze_panes(1, min(3, len(columns)))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
