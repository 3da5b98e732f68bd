"""Raw files of the Statistikstelle: residents, origin, moves, births, households, homes, elections."""

from __future__ import annotations

from datetime import date

import numpy as np
from chance import Chance
from figures import Figures, keys_in
from files import NO_BREAK, QUELLE, Raw, csv_bytes, whole, without_zeros
from plan import YEARS, names, stand_of
from register import district, entry
from residents import COARSE, FINE, SEXES, band

TOTAL_ROW = {"Insgesamt": "stadt"}
SHORT = {"m": "male", "w": "female"}


def add_residents(raw: Raw, figures: Figures) -> None:
    """Everything the Statistikstelle publishes."""
    _residents(raw, figures)
    _origin(raw, figures, "nationality", "staatsangehoerigkeit", {"D": "german", "A": "foreign"}, ())
    _origin(raw, figures, "migration", "migrationshintergrund", {"oMH": "without", "mMH": "with"}, (2017,))
    _moves(raw, figures)
    _births(raw, figures)


def _label(first: int, last: int) -> str:
    return f"{first} u. m." if last >= 100 else band(first, last)


def _residents(raw: Raw, figures: Figures) -> None:
    age = {"age": {"85 u. m.": "85+"}}
    raw.table(
        "einwohner",
        "Melderegister, je Jahr eine Datei: breite Tabelle, Summenzeile „Insgesamt“, Pseudogebiet 9999",
        encoding="cp1252",
        header_rows=[6],
        footer_starts_with=["Quelle", "Zeichenerklärung"],
        district=district(
            width=4,
            totals=TOTAL_ROW,
            drop={"9999": "nicht zuzuordnen: Personen ohne zuordenbare Adresse; sie zählen nur zur Gesamtstadt"},
        ),
        columns=[
            {"column": "Insgesamt", "measure": "bevoelkerung"},
            {"column": "männlich", "measure": "bevoelkerung", "where": {"sex": "male"}},
            {"column": "weiblich", "measure": "bevoelkerung", "where": {"sex": "female"}},
            {"column": "m {age}", "measure": "bevoelkerung", "where": {"sex": "male"}, "recode": age},
            {"column": "w {age}", "measure": "bevoelkerung", "where": {"sex": "female"}, "recode": age},
            {"column": "Summe Lebensalter", "measure": "lebensalter_summe"},
        ],
        ignore=["Stadtteil"],
    )
    for year in YEARS:
        notes = ["Personen ohne zuordenbare Adresse stehen in Zeile 9999 und nur in der Stadtsumme."]
        if year <= 2018:
            notes.append("Die Schlüssel haben ihre führende Null verloren (101 statt 0101).")
        one = entry(
            f"einwohner_{year}",
            f"Bevölkerung mit Hauptwohnung am 31.12.{year}",
            "statistik",
            "wohnort",
            "einwohner",
            retrieved=date(year + 1, 2, 20),
            reference_date=date(year, 12, 31),
            period=str(year),
            notes=" ".join(notes),
        )
        raw.add(f"einwohner_{year}.csv", _residents_of(figures, year), one)


def _residents_of(figures: Figures, year: int) -> bytes:
    cells = [(), *((sex,) for sex in SEXES), *((sex, band(*ages)) for sex in SEXES for ages in FINE)]
    columns = [figures.of("bevoelkerung", year, *cell) for cell in cells]
    lost = _unallocated(year, [columns[0].sum(), *(column.sum() for column in columns[3:])])
    sexes = [lost[: len(FINE)], lost[len(FINE) :]]
    rest = [sum(map(sum, sexes)), *map(sum, sexes), *lost]
    ages = [low if high == low else (low + min(high, 95)) / 2 for low, high in FINE] * 2
    columns.append(figures.of("lebensalter_summe", year))
    rest.append(int(sum(n * age for n, age in zip(lost, ages, strict=True))))
    head = [
        "Nr.",
        "Stadtteil",
        "Insgesamt",
        "männlich",
        "weiblich",
        *(f"{sex} {_label(*band_)}" for sex in "mw" for band_ in FINE),
        "Summe Lebensalter",
    ]
    body = [
        [without_zeros(key) if year <= 2018 else key, name, *(whole(column[place], ".") for column in columns)]
        for place, (key, name) in enumerate(names(stand_of(year)).items())
    ]
    body.append([9999, "nicht zuzuordnen", *(whole(n, ".") for n in rest)])
    body.append(["Insgesamt", "", *(whole(column.sum() + n, ".") for column, n in zip(columns, rest, strict=True))])
    above = [
        "Stadt Musterstadt (erfunden) · Statistikstelle",
        f"Bevölkerung mit Hauptwohnung am 31.12.{year} nach Stadtteilen, Geschlecht und Alter",
        f"Auszählung des Melderegisters vom 15.02.{year + 1}",
        f"Gebietsstand: {'bis 31.12.2020' if year <= 2020 else 'ab 01.01.2021'}",
        "",
    ]
    return csv_bytes([head, *body], above=above, below=["", QUELLE, "Zeichenerklärung: - = nichts vorhanden"])


def _unallocated(year: int, totals: list[float]) -> list[int]:
    """People without an address that can be placed, by sex and age: more in the years of arrival."""
    number = {2015: 412, 2016: 268, 2022: 236, 2023: 121}.get(year, 58 + 3 * (year % 7))
    shares = np.round(np.array(totals[1:]) / totals[0], 8)
    return [int(n) for n in Chance(f"ohne Adresse {year}").rng.multinomial(number, shares / shares.sum())]


def _origin(raw: Raw, figures: Figures, dim: str, name: str, short: dict[str, str], lacking: tuple[int, ...]) -> None:
    """One wide file for all years: no-break spaces as thousands separators, cryptic headers."""
    groups = [(text, kind, sex) for text, kind in short.items() for sex in SHORT]
    head = [
        "Jahr",
        "Nr.",
        "Stadtteil",
        *(f"{text}_{sex}_{_label(*ages)}" for text, _, sex in groups for ages in COARSE),
    ]
    rows = [head]
    for year in [year for year in YEARS if year not in lacking]:
        columns = [
            figures.of("bevoelkerung", year, dim, kind, SHORT[sex], band(*ages))
            for _, kind, sex in groups
            for ages in COARSE
        ]
        for place, (key, title) in enumerate(names(stand_of(year)).items()):
            rows.append([str(year), key, title, *(whole(column[place], NO_BREAK) for column in columns)])
    table = {
        "encoding": "utf-8",
        "thousands": " ",
        "district": district(),
        "period": {"column": "Jahr"},
        "columns": [
            {
                "column": f"{text}_{sex}_{{age}}",
                "measure": "bevoelkerung",
                "where": {dim: kind, "sex": SHORT[sex]},
                "recode": {"age": {"75 u. m.": "75+"}},
            }
            for text, kind, sex in groups
        ],
        "ignore": ["Stadtteil"],
    }
    title = {
        "nationality": "Bevölkerung nach Staatsangehörigkeit",
        "migration": "Bevölkerung nach Migrationshintergrund",
    }[dim]
    notes = "Alle Jahre in einer Datei; Tausender durch geschützte Leerzeichen getrennt."
    if lacking:
        notes += " Das Jahr 2017 fehlt: Das Ableitungsverfahren wurde umgestellt und nicht rückwirkend gerechnet."
    one = entry(
        name,
        f"{title} 2015–2024",
        "statistik",
        "wohnort",
        table,
        retrieved=date(2025, 3, 11),
        reference_date=date(2024, 12, 31),
        notes=notes,
    )
    raw.add(f"{name}_2015-2024.csv", csv_bytes(rows, encoding="utf-8", newline="\n"), one)


def _moves(raw: Raw, figures: Figures) -> None:
    rows: list[list[object]] = [["Jahr", "Stadtteil", "Art", "Altersgruppe", "Personen"]]
    for year in YEARS:
        for place, key in enumerate(keys_in(year)):
            for art, measure in (("Zuzug", "zuzuege"), ("Fortzug", "fortzuege")):
                for (ages,) in figures.cells(measure):
                    value = figures.of(measure, year, ages)[place]
                    rows.append([year, key, art, ages.replace("65+", "65 und älter"), whole(value)])
    table = {
        "district": district("Stadtteil"),
        "period": {"column": "Jahr"},
        "long": {
            "value": "Personen",
            "measure_column": "Art",
            "measures": {"Zuzug": "zuzuege", "Fortzug": "fortzuege"},
            "dims": {"age": "Altersgruppe"},
            "recode": {"age": {"65 und älter": "65+"}},
        },
    }
    notes = "Lange Tabelle. Umzüge innerhalb eines Stadtteils sind nicht enthalten, Umzüge zwischen Stadtteilen schon."
    one = entry(
        "wanderungen",
        "Zu- und Fortzüge über die Stadtteilgrenzen 2015–2024",
        "statistik",
        "wohnort",
        table,
        retrieved=date(2025, 3, 11),
        notes=notes,
    )
    raw.add("wanderungen_2015-2024.csv", csv_bytes(rows, encoding="utf-8-sig"), one)


def _births(raw: Raw, figures: Figures) -> None:
    """Years side by side; before and after the reform two files, because the Stadtteile differ."""
    raw.table(
        "geburten",
        "Geburten und Willkommensbesuche: die Jahre stehen als Spalten nebeneinander",
        encoding="cp1252",
        header_rows=[3],
        footer_starts_with="Quelle",
        district=district(totals=TOTAL_ROW),
        columns=[
            {"column": "Besuche {period}", "measure": "willkommensbesuche"},
            {
                "column": "{period} {sex}",
                "measure": "geburten",
                "recode": {"sex": {"Jungen": "male", "Mädchen": "female"}},
            },
        ],
        ignore=["Stadtteil"],
    )
    for stand, first, last in (("2015", 2015, 2020), ("2021", 2021, 2024)):
        years = range(first, last + 1)
        cells = [("geburten", year, sex) for year in years for sex in SEXES] + [
            ("willkommensbesuche", year) for year in years
        ]
        columns = [figures.of(*cell) for cell in cells]
        head = [
            "Nr.",
            "Stadtteil",
            *(f"{year} {sex}" for year in years for sex in ("Jungen", "Mädchen")),
            *(f"Besuche {year}" for year in years),
        ]
        body = [
            [key, name, *(whole(column[place], ".") for column in columns)]
            for place, (key, name) in enumerate(names(stand).items())
        ]
        body.append(["Insgesamt", "", *(whole(column.sum(), ".") for column in columns)])
        above = [
            "Stadt Musterstadt (erfunden) · Statistikstelle und Frühe Hilfen",
            "Lebendgeborene und Willkommensbesuche nach Wohnadresse",
        ]
        one = entry(
            f"geburten_{first}_{last}",
            f"Lebendgeborene und Willkommensbesuche {first}–{last}",
            "statistik",
            "wohnort",
            "geburten",
            retrieved=date(last + 1, 5, 6),
            notes="Jahre als Spalten.",
        )
        raw.add(f"geburten_{first}-{last}.csv", csv_bytes([head, *body], above=above, below=[QUELLE]), one)
