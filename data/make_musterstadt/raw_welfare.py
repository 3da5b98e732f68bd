"""Raw files of employment agency, social welfare office and youth welfare office."""

from __future__ import annotations

from datetime import date

import numpy as np
from figures import Figures, keys_in
from files import Raw, Sheet, csv_bytes, decimal, excel_bytes, whole
from plan import BEZIRKE, YEARS, names, stand_of
from register import district, entry
from residents import SEXES
from wide import Wide

AGENTUR = "Quelle: Agentur für Arbeit Musterstadt (erfundene Stadt, erfundene Daten)"
SECRET_BELOW = 3  # the invented agency hides ones and twos

# Text in the file -> measure, cells of the figures, and the breakdown the text stands for.
MERKMALE: dict[str, tuple[str, tuple[tuple[str, ...], ...], dict[str, str]]] = {
    "RLB insgesamt": ("sgb2_leistungsberechtigte", ((),), {}),
    "RLB Männer": ("sgb2_leistungsberechtigte", (("male",),), {"sex": "male"}),
    "RLB Frauen": ("sgb2_leistungsberechtigte", (("female",),), {"sex": "female"}),
    "RLB Deutsche": ("sgb2_leistungsberechtigte", (("german",),), {"nationality": "german"}),
    "RLB Ausländer": ("sgb2_leistungsberechtigte", (("foreign",),), {"nationality": "foreign"}),
    "Kinder <15": ("kinder_sgb2", (("0-2",), ("3-5",), ("6-14",)), {}),
    "Kinder <3": ("kinder_sgb2", (("0-2",),), {"age": "0-2"}),
    "Kinder 3-<6": ("kinder_sgb2", (("3-5",),), {"age": "3-5"}),
    "Kinder 6-<15": ("kinder_sgb2", (("6-14",),), {"age": "6-14"}),
    "Alo insgesamt": ("arbeitslose", tuple((sex, age) for sex in SEXES for age in ("15-24", "25-54", "55-64")), {}),
    "Alo Männer": ("arbeitslose", tuple(("male", age) for age in ("15-24", "25-54", "55-64")), {"sex": "male"}),
    "Alo Frauen": ("arbeitslose", tuple(("female", age) for age in ("15-24", "25-54", "55-64")), {"sex": "female"}),
    "Alo <25": ("arbeitslose", tuple((sex, "15-24") for sex in SEXES), {"age": "15-24"}),
    "Alo 25-<55": ("arbeitslose", tuple((sex, "25-54") for sex in SEXES), {"age": "25-54"}),
    "Alo 55+": ("arbeitslose", tuple((sex, "55-64") for sex in SEXES), {"age": "55-64"}),
    "Alo >1 Jahr": ("langzeitarbeitslose", ((),), {}),
    "Ohne Anschluss": ("junge_ohne_anschluss", (("male",), ("female",)), {}),
    "Ohne Anschluss m": ("junge_ohne_anschluss", (("male",),), {"sex": "male"}),
    "Ohne Anschluss w": ("junge_ohne_anschluss", (("female",),), {"sex": "female"}),
}

ODD_NAMES = {
    "Groß Immenrode": "Gr. Immenrode",
    "Universitätsviertel": "Universitäts-Viertel",
    "Bruchfelde-Neustadt": "Bruchfelde (Neustadt)",
    "Klein Dornhagen": "Kl. Dornhagen",
    "Manufakturviertel": "Manufakturvtl.",
}


def add_welfare(raw: Raw, figures: Figures) -> None:
    """Everything on benefits and work."""
    _support(raw, figures)
    _employees(raw, figures)
    _training_market(raw, figures)
    _old_age(raw, figures)
    _youth_office(raw, figures)
    _participation(raw, figures)
    _published_rates(raw, figures)


def _secret(value: float) -> str:
    return "." if 0 < value < SECRET_BELOW else whole(value)


def _unplaced(figures: Figures, year: int, text: str) -> int:
    """Cases without an address that can be placed, about 4 of 1,000; their parts add up as well."""
    measure, cells, _ = MERKMALE[text]
    if measure != "sgb2_leistungsberechtigte":
        return sum(round(0.004 * figures.of(measure, year, *cell).sum()) for cell in cells)
    every = round(0.004 * figures.of(measure, year).sum())
    half = round(0.55 * every)
    return {"RLB insgesamt": every, "RLB Männer": half, "RLB Ausländer": half}.get(text, every - half)


def _support(raw: Raw, figures: Figures) -> None:
    """Long layout, signs for secret and zero, town totals that hold more than the districts."""
    raw.table(
        "sgb2",
        "Agentur für Arbeit: lange Tabelle, „.“ = geheim (Werte 1 und 2), „-“ = null",
        signs={"-": "zero", ".": "secret", "...": "pending"},
        footer_starts_with="Quelle",
        district=district("Gebiet", totals={"Insgesamt": "stadt"}),
        period={"column": "Jahr"},
        long={
            "value": "Anzahl",
            "measure_column": "Merkmal",
            "measures": {text: measure for text, (measure, _, _) in MERKMALE.items()},
            "measure_cells": {text: cell for text, (_, _, cell) in MERKMALE.items() if cell},
        },
    )
    fine, coarse = [["Jahr", "Gebiet", "Merkmal", "Anzahl"]], [["Jahr", "Gebiet", "Merkmal", "Anzahl"]]
    for year in YEARS:
        keys = keys_in(year)
        for text, (measure, cells, _) in MERKMALE.items():
            counts = figures.summed(measure, year, cells)
            fine += [[str(year), key, text, _secret(n)] for key, n in zip(keys, counts, strict=True)]
            fine.append([str(year), "Insgesamt", text, whole(counts.sum() + _unplaced(figures, year, text), ".")])
            coarse += [
                [
                    str(year),
                    bezirk,
                    text,
                    _secret(sum(n for key, n in zip(keys, counts, strict=True) if key[:2] == bezirk)),
                ]
                for bezirk in BEZIRKE
            ]
    notes = (
        "Werte 1 und 2 sind geheim (.). Die Stadtsumme enthält auch Fälle ohne zuordenbare Adresse und "
        "liegt deshalb etwas über der Summe der Stadtteile."
    )
    raw.add(
        "sgb2_stadtteile_2015-2024.csv",
        csv_bytes(fine, encoding="utf-8-sig", below=[AGENTUR]),
        entry(
            "sgb2_stadtteile",
            "SGB II, Arbeitslosigkeit und junge Menschen ohne Anschluss, Stadtteile 2015–2024",
            "agentur",
            "wohnort",
            "sgb2",
            retrieved=date(2025, 4, 14),
            notes=notes,
        ),
    )
    raw.add(
        "sgb2_bezirke_2015-2024.csv",
        csv_bytes(coarse, encoding="utf-8-sig", below=[AGENTUR]),
        entry(
            "sgb2_bezirke",
            "SGB II, Arbeitslosigkeit und junge Menschen ohne Anschluss, Bezirke 2015–2024",
            "agentur",
            "wohnort",
            "sgb2",
            retrieved=date(2025, 4, 14),
            level="bezirk",
            notes="Bezirkswerte der Agentur: vollständig auch dort, wo Stadtteilwerte geheim sind.",
        ),
    )


def _employees(raw: Raw, figures: Figures) -> None:
    """Names instead of keys, some of them spelled in another way; 2024 is not delivered yet."""
    kinds = {
        "ohne Abschluss": "none",
        "Berufsabschluss": "vocational",
        "akademisch": "academic",
        "unbekannt": "unknown",
    }
    columns = [
        (f"{text} {sex}", "sv_beschaeftigte", (sex_id, kind))
        for text, kind in kinds.items()
        for sex, sex_id in (("M", "male"), ("F", "female"))
    ]
    columns += [("Azubis M", "auszubildende", ("male",)), ("Azubis F", "auszubildende", ("female",))]
    rows: list[list[object]] = [["Stichtag", "Stadtteil", *(text for text, _, _ in columns)]]
    for year in YEARS:
        for place, name in enumerate(names(stand_of(year)).values()):
            cells = [
                "..." if year == 2024 else whole(figures.of(measure, year, *cell)[place], ".")
                for _, measure, cell in columns
            ]
            rows.append([f"31.12.{year}", ODD_NAMES.get(name, name), *cells])
    table = {
        "encoding": "cp1252",
        "footer_starts_with": "Quelle",
        "district": district("Stadtteil", by="name", recode={odd: name for name, odd in ODD_NAMES.items()}),
        "period": {"column": "Stichtag", "recode": {f"31.12.{year}": str(year) for year in YEARS}},
        "columns": [
            {
                "column": text,
                "measure": measure,
                "where": {"sex": cell[0], **({"qualification": cell[1]} if len(cell) > 1 else {})},
            }
            for text, measure, cell in columns
        ],
    }
    notes = (
        "Stadtteile mit Namen statt Schlüsseln, fünf davon abweichend geschrieben. Die Lieferung für "
        "2024 steht noch aus (...)."
    )
    one = entry(
        "beschaeftigte",
        "Sozialversicherungspflichtig Beschäftigte am Wohnort 2015–2024",
        "agentur",
        "wohnort",
        table,
        retrieved=date(2025, 4, 14),
        notes=notes,
    )
    raw.add("beschaeftigte_2015-2024.csv", csv_bytes(rows, below=[AGENTUR]), one)


def _training_market(raw: Raw, figures: Figures) -> None:
    columns = {
        "Bewerber m": ("ausbildung_bewerbende", ("male",)),
        "Bewerber w": ("ausbildung_bewerbende", ("female",)),
        "unversorgt m": ("ausbildung_unversorgte", ("male",)),
        "unversorgt w": ("ausbildung_unversorgte", ("female",)),
    }
    dims = {"ausbildung_bewerbende": ("sex",), "ausbildung_unversorgte": ("sex",)}
    Wide(
        "ausbildungsmarkt",
        "Bewerberinnen und Bewerber für Ausbildungsstellen 2015–2024",
        "agentur",
        "wohnort",
        columns,
        dims,
        YEARS,
    ).add(raw, figures)


def _old_age(raw: Raw, figures: Figures) -> None:
    columns = {"Männer": ("grundsicherung_alter", ("male",)), "Frauen": ("grundsicherung_alter", ("female",))}
    Wide(
        "grundsicherung",
        "Grundsicherung im Alter 2015–2024",
        "soziales",
        "wohnort",
        columns,
        {"grundsicherung_alter": ("sex",)},
        YEARS,
        lost_zeros=True,
        notes="Schlüssel ohne führende Null.",
    ).add(raw, figures)


def _participation(raw: Raw, figures: Figures) -> None:
    columns = {"Anspruchsberechtigte": ("but_berechtigte", ()), "Nutzende": ("but_nutzende", ())}
    Wide(
        "bildung_und_teilhabe",
        "Bildung und Teilhabe 2015–2024",
        "soziales",
        "wohnort",
        columns,
        {},
        YEARS,
    ).add(raw, figures)


def _youth_office(raw: Raw, figures: Figures) -> None:
    """Excel with a title, a total row for each year and a note below."""
    columns = {
        "ambulant": ("hilfen_zur_erziehung", ("ambulatory",)),
        "teilstationär": ("hilfen_zur_erziehung", ("day_care",)),
        "stationär": ("hilfen_zur_erziehung", ("residential",)),
        "Erziehungsberatung": ("erziehungsberatungen", ()),
    }
    rows: list[list[object]] = [
        ["Hilfen nach SGB VIII nach der Adresse der Familie (erfundene Stadt)"],
        [],
        ["Jahr", "Nr.", "Stadtteil", *columns],
    ]
    for year in YEARS:
        counts = [figures.of(measure, year, *cell) for measure, cell in columns.values()]
        for place, (key, name) in enumerate(names(stand_of(year)).items()):
            rows.append([year, key, name, *(int(one[place]) or "-" for one in counts)])
        rows.append([year, "Summe", "", *(int(one.sum()) for one in counts)])
    rows += [[], ["Quelle: Jugendamt Musterstadt (erfundene Stadt, erfundene Daten)"]]
    table = {
        "format": "excel",
        "sheet": "Hilfen",
        "header_rows": [3],
        "footer_starts_with": "Quelle",
        "district": district(totals={"Summe": "stadt"}),
        "period": {"column": "Jahr"},
        "columns": [
            {"column": text, "measure": measure, **({"where": {"form": cell[0]}} if cell else {})}
            for text, (measure, cell) in columns.items()
        ],
        "ignore": ["Stadtteil"],
    }
    one = entry(
        "jugendamt_hilfen",
        "Hilfen zur Erziehung und Erziehungsberatung 2015–2024",
        "jugend",
        "wohnort",
        table,
        retrieved=date(2025, 3, 27),
        notes="Excel; nach jedem Jahr eine Summenzeile.",
    )
    raw.add("jugendamt_hilfen_2015-2024.xlsx", excel_bytes([Sheet("Hilfen", rows)]), one)


def _published_rates(raw: Raw, figures: Figures) -> None:
    """A ready rate, rounded, whose base is not delivered."""
    rows: list[list[object]] = [["Jahr", "Gebiet", "Bezeichnung", "SGB-II-Quote in %"]]
    for year in YEARS[-4:]:
        drawing, base = figures.of("sgb2_leistungsberechtigte", year), figures.of("bevoelkerung_unter_65", year)
        for place, (key, name) in enumerate(names(stand_of(year)).items()):
            many = base[place] >= 300
            rows.append(
                [
                    year,
                    key,
                    name,
                    decimal(100 * drawing[place] / base[place]) if many else ("x" if base[place] == 0 else "."),
                ]
            )
        rows.append([year, "MST", "Musterstadt", decimal(100 * float(np.sum(drawing)) / float(np.sum(base)))])
    table = {
        "encoding": "cp1252",
        "district": district("Gebiet", totals={"MST": "stadt"}),
        "period": {"column": "Jahr"},
        "columns": [{"column": "SGB-II-Quote in %", "measure": "sgb2_hilfequote"}],
        "ignore": ["Bezeichnung"],
    }
    one = entry(
        "sozialatlas",
        "Sozialatlas: veröffentlichte SGB-II-Quoten 2021–2024",
        "soziales",
        "wohnort",
        table,
        retrieved=date(2025, 6, 2),
        notes="Fertige, gerundete Quoten; Gebiete unter 300 Menschen unter 65 Jahren sind geheim.",
    )
    raw.add("sozialatlas_2021-2024.csv", csv_bytes(rows), one)
