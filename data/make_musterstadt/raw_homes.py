"""Raw files of the Statistikstelle about households, homes and elections."""

from __future__ import annotations

from datetime import date

from figures import Figures, keys_in
from files import Raw, csv_bytes, decimal, whole, without_zeros
from plan import YEARS, names, stand_of
from register import district, entry
from residents import VOTES


def add_homes(raw: Raw, figures: Figures) -> None:
    """Everything on households, homes and votes."""
    _households(raw, figures)
    _homes(raw, figures)
    _votes(raw, figures)


def _households(raw: Raw, figures: Figures) -> None:
    """An export of an old program: cp850, 2018 missing, provisional figures of 2024 marked p."""
    measures = {
        "HH": "haushalte",
        "HH1": "einpersonenhaushalte",
        "HHKIND": "haushalte_mit_kindern",
        "HHAE": "haushalte_alleinerziehend",
        "KIAE": "kinder_alleinerziehend",
    }
    rows: list[list[object]] = [["JAHR", "GEBIET", "NAME", *measures]]
    for year in [year for year in YEARS if year != 2018]:
        for place, (key, name) in enumerate(names(stand_of(year)).items()):
            cells = [whole(figures.of(measure, year)[place]) for measure in measures.values()]
            rows.append(
                [
                    year,
                    without_zeros(key),
                    name,
                    *(f"{cell}p" if year == 2024 and cell != "-" else cell for cell in cells),
                ]
            )
    table = {
        "encoding": "cp850",
        "marks": {"p": "vorläufig"},
        "district": district("GEBIET", width=4),
        "period": {"column": "JAHR"},
        "columns": [{"column": column, "measure": measure} for column, measure in measures.items()],
        "ignore": ["NAME"],
    }
    notes = (
        "Zeichensatz cp850 (altes Haushaltegenerierungsprogramm); Schlüssel ohne führende Null; 2018 "
        "fehlt wegen Umstellung des Verfahrens; Werte für 2024 sind vorläufig (p)."
    )
    one = entry(
        "haushalte",
        "Haushalte nach Haushaltegenerierung 2015–2024",
        "statistik",
        "wohnort",
        table,
        retrieved=date(2025, 4, 2),
        notes=notes,
    )
    raw.add("haushalte_2015-2024.csv", csv_bytes(rows, encoding="cp850"), one)


def _homes(raw: Raw, figures: Figures) -> None:
    head = ["Jahr", "Nr.", "Wohnfläche (Tsd. m²)", "Siedlungsfläche (ha)", "Wohndauer 5 Jahre und mehr"]
    rows: list[list[object]] = [head]
    for year in YEARS:
        space, built, stay = (
            figures.of(measure, year) for measure in ("wohnflaeche", "siedlungsflaeche", "wohndauer_5_jahre")
        )
        for place, key in enumerate(keys_in(year)):
            rows.append([year, key, decimal(space[place] / 1000, 0), decimal(built[place]), whole(stay[place], ".")])
    table = {
        "encoding": "cp1252",
        "district": district(),
        "period": {"column": "Jahr"},
        "columns": [
            {"column": head[2], "measure": "wohnflaeche", "scale": 1000},
            {"column": head[3], "measure": "siedlungsflaeche"},
            {"column": head[4], "measure": "wohndauer_5_jahre"},
        ],
    }
    one = entry(
        "wohnen",
        "Wohnfläche, Siedlungsfläche und Wohndauer 2015–2024",
        "statistik",
        "wohnort",
        table,
        retrieved=date(2025, 3, 11),
        notes="Wohnfläche in Tausend m², Dezimalkomma.",
    )
    raw.add("wohnen_2015-2024.csv", csv_bytes(rows), one)


def _votes(raw: Raw, figures: Figures) -> None:
    raw.table(
        "kommunalwahl",
        "Kommunalwahl: Briefwahl ist schon auf die Stadtteile umgelegt; die Prozentspalte wird nicht gelesen",
        encoding="cp1252",
        header_rows=[2],
        district=district("Stadtteil-Nr", totals={"Stadt": "stadt"}),
        columns=[
            {"column": "Wahlberechtigte", "measure": "wahlberechtigte"},
            {"column": "Wählende", "measure": "waehlende"},
        ],
        ignore=["Stadtteilname", "Wahlbeteiligung in %"],
    )
    for year, day in zip(VOTES, (date(2016, 9, 11), date(2021, 9, 12)), strict=True):
        entitled, voting = figures.of("wahlberechtigte", year), figures.of("waehlende", year)
        rows: list[list[object]] = [
            ["Stadtteil-Nr", "Stadtteilname", "Wahlberechtigte", "Wählende", "Wahlbeteiligung in %"]
        ]
        for place, (key, name) in enumerate(names(stand_of(year)).items()):
            share = decimal(100 * voting[place] / entitled[place]) if entitled[place] else "x"
            rows.append([key, name, whole(entitled[place], "."), whole(voting[place], "."), share])
        rows.append(
            [
                "Stadt",
                "Musterstadt",
                whole(entitled.sum(), "."),
                whole(voting.sum(), "."),
                decimal(100 * voting.sum() / entitled.sum()),
            ]
        )
        one = entry(
            f"kommunalwahl_{year}",
            f"Kommunalwahl {year}: Wahlberechtigte und Wählende",
            "statistik",
            "wohnort",
            "kommunalwahl",
            retrieved=date(year, 10, 4),
            reference_date=day,
            period=str(year),
        )
        raw.add(
            f"kommunalwahl_{year}.csv",
            csv_bytes(rows, above=[f"Kommunalwahl in der Musterstadt (erfunden) am {day:%d.%m.%Y}"]),
            one,
        )
