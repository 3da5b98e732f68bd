"""Raw files of the school administration and about training and university."""

from __future__ import annotations

from datetime import date

import numpy as np
from figures import Figures
from files import QUELLE, Raw, Sheet, csv_bytes, excel_bytes, whole
from plan import YEARS, names, stand_of
from register import district, entry
from residents import SEXES
from schools import CERTIFICATES, GRADES, SCHOOL_YEARS, SCHULARTEN, SECTORS
from wide import Wide

SHORT = {
    "GS": "grundschule",
    "HS": "hauptschule",
    "RS": "realschule",
    "GE": "gesamtschule",
    "GY": "gymnasium",
    "FÖ": "foerderschule",
}
SPEECH = {"d": "german", "nd": "other"}
SEX = {"m": "male", "w": "female"}
# Sheet of the workbook -> header before the school year, measure, cell and breakdown of each column family.
SHEETS = {
    "Grundschule": (
        ("zuständige Schule", "schueler_zustaendige_schule", (), {}),
        ("Ganztag Jungen", "schueler_ganztag", ("male",), {"sex": "male"}),
        ("Ganztag Mädchen", "schueler_ganztag", ("female",), {"sex": "female"}),
    ),
    "Jg 1-10": (
        ("Lernmittel befreit", "lernmittelbefreite", (), {}),
        ("Wiederholungen Jungen", "wiederholungen", ("male",), {"sex": "male"}),
        ("Wiederholungen Mädchen", "wiederholungen", ("female",), {"sex": "female"}),
        ("Wechsel abwärts", "schulformwechsel_ab", (), {}),
    ),
}


def school_year(year: int) -> str:
    """Label of the school year that begins in a year."""
    return f"{year}/{(year + 1) % 100:02d}"


def long_school_year(year: int) -> str:
    """The same, as some offices write it."""
    return f"{year}/{year + 1}"


def add_schools(raw: Raw, figures: Figures) -> None:
    """Everything at school and just after it."""
    _pupils(raw, figures)
    _workbooks(raw, figures)
    _entries(raw, figures)
    _transitions(raw, figures)
    _leavers(raw, figures)
    _training(raw, figures)


def _pupils(raw: Raw, figures: Figures) -> None:
    """Two cuts through the same pupils: by kind of school and sex, and by language and sex."""
    kinds = [(grade, text, sex) for grade in GRADES for text in SHORT for sex in SEX]
    columns = [np.zeros(0)] * 0
    head = [
        "Schuljahr",
        "Nr.",
        *(f"Jg {grade} {text} {sex}" for grade, text, sex in kinds),
        *(f"Jg {grade} spr-{text} {sex}" for grade in GRADES for text in SPEECH for sex in SEX),
    ]
    rows: list[list[object]] = [head]
    for year in SCHOOL_YEARS:
        columns = [
            figures.summed("schueler", year, [(grade, SHORT[text], speech, SEX[sex]) for speech in SPEECH.values()])
            for grade, text, sex in kinds
        ]
        columns += [
            figures.summed("schueler", year, [(grade, kind, speech, SEX[sex]) for kind in SCHULARTEN])
            for grade in GRADES
            for speech in SPEECH.values()
            for sex in SEX
        ]
        for place, key in enumerate(names(stand_of(year))):
            rows.append([long_school_year(year), key, *(whole(column[place]) for column in columns)])
    table = {
        "encoding": "cp1252",
        "footer_starts_with": "Quelle",
        "district": district(),
        "period": {"column": "Schuljahr"},
        "columns": [
            {
                "column": "Jg {grade} spr-{language} {sex}",
                "measure": "schueler",
                "recode": {"language": SPEECH, "sex": SEX},
            },
            {"column": "Jg {grade} {schulart} {sex}", "measure": "schueler", "recode": {"schulart": SHORT, "sex": SEX}},
        ],
    }
    notes = (
        "Schülerdatei nach Wohnadresse. Dieselben Kinder stehen zweimal: nach Schulart und nach "
        "Familiensprache. Schuljahre ausgeschrieben (2022/2023)."
    )
    one = entry(
        "schueler_wohnort",
        "Schülerinnen und Schüler nach Wohnadresse 2015/16–2024/25",
        "schule",
        "wohnort",
        table,
        retrieved=date(2025, 2, 12),
        notes=notes,
    )
    raw.add("schueler_wohnort_2015-2024.csv", csv_bytes(rows, below=[QUELLE]), one)


def _workbooks(raw: Raw, figures: Figures) -> None:
    """School years side by side in Excel; the last one has not been delivered yet."""
    for sheet, families in SHEETS.items():
        raw.table(
            _table_of(sheet),
            f"Schulverwaltung, Blatt „{sheet}“: die Schuljahre stehen als Spalten nebeneinander",
            format="excel",
            sheet=sheet,
            header_rows=[2],
            district=district(totals={"Stadt": "stadt"}),
            columns=[
                {"column": f"{text} {{period}}", "measure": measure, **({"where": cell} if cell else {})}
                for text, measure, _, cell in families
            ],
            ignore=["Stadtteil"],
        )
    for first, last in ((2015, 2020), (2021, 2024)):
        sheets = [_sheet(figures, sheet, range(first, last + 1)) for sheet in SHEETS]
        notes = "Schuljahre als Spalten." + (
            " Das Schuljahr 2024/25 ist noch nicht geliefert (...)." if last == 2024 else ""
        )
        span = f"{school_year(first)}–{school_year(last)}"
        entries = [
            entry(
                f"{_table_of(sheet)}_{first}",
                f"Schulverwaltung, {sheet} {span}",
                "schule",
                "wohnort",
                _table_of(sheet),
                retrieved=date(2025, 2, 12),
                notes=notes,
            )
            for sheet in SHEETS
        ]
        raw.add(f"schulverwaltung_{first}-{last}.xlsx", excel_bytes(sheets), *entries)


def _table_of(sheet: str) -> str:
    return {"Grundschule": "schulverwaltung_grundschule", "Jg 1-10": "schulverwaltung_jahrgaenge"}[sheet]


def _sheet(figures: Figures, sheet: str, years: range) -> Sheet:
    families = SHEETS[sheet]
    columns = [
        (f"{text} {school_year(year)}", year, figures.of(measure, year, *cell))
        for text, measure, cell, _ in families
        for year in years
    ]
    rows: list[list[object]] = [
        ["Schulverwaltungsamt Musterstadt (erfunden), nach Wohnadresse"],
        ["Nr.", "Stadtteil", *(head for head, _, _ in columns)],
    ]
    for place, (key, name) in enumerate(names(stand_of(years[0])).items()):
        rows.append([key, name, *("..." if year == 2024 else int(counts[place]) or "-" for _, year, counts in columns)])
    rows.append(["Stadt", "", *("..." if year == 2024 else int(counts.sum()) for _, year, counts in columns)])
    return Sheet(sheet, rows)


def _entries(raw: Raw, figures: Figures) -> None:
    timing = {"vorzeitig": "early", "fristgemäß": "regular", "verspätet": "late"}
    columns = {f"{text} {sex}": ("einschulungen", (kind, SEX[sex])) for text, kind in timing.items() for sex in SEX}
    columns |= {
        f"Förderbedarf {place} {focus}": ("schueler_foerderbedarf", (place_id, focus_id))
        for place, place_id in (("Regelschule", "regular_school"), ("Förderschule", "special_school"))
        for focus, focus_id in (("LSE", "lse"), ("andere", "other"))
    }
    dims = {"einschulungen": ("timing", "sex"), "schueler_foerderbedarf": ("place", "focus")}
    Wide(
        "einschulung_foerderbedarf",
        "Einschulungen und sonderpädagogischer Förderbedarf 2015/16–2024/25",
        "schule",
        "wohnort",
        columns,
        dims,
        SCHOOL_YEARS,
        label=school_year,
        when="Schuljahr",
        encoding="cp850",
        notes="Zeichensatz cp850.",
    ).add(raw, figures)


def _transitions(raw: Raw, figures: Figures) -> None:
    kinds = {text: kind for text, kind in SHORT.items() if kind != "grundschule"}
    columns = {
        f"Ü {text} {speech} {sex}": ("uebergaenge", (kind, SEX[sex], SPEECH[speech]))
        for text, kind in kinds.items()
        for speech in SPEECH
        for sex in SEX
    }
    columns |= {
        f"Empf {text} {sex}": ("empfehlungen", (kind, SEX[sex]))
        for text, kind in kinds.items()
        if kind != "foerderschule"
        for sex in SEX
    }
    dims = {"uebergaenge": ("schulart", "sex", "language"), "empfehlungen": ("schulart", "sex")}
    Wide(
        "uebergaenge",
        "Übergänge auf weiterführende Schulen und Empfehlungen 2015/16–2024/25",
        "schule",
        "wohnort",
        columns,
        dims,
        SCHOOL_YEARS,
        label=school_year,
        when="Schuljahr",
    ).add(raw, figures)


def _leavers(raw: Raw, figures: Figures) -> None:
    texts = dict(zip(("ohne HSA", "HSA", "MSA", "FHR", "AHR"), CERTIFICATES, strict=True))
    columns = {
        f"{text} {nation} {sex}": ("schulabgaenge", (kind, SEX[sex], nation_id))
        for text, kind in texts.items()
        for nation, nation_id in (("D", "german"), ("A", "foreign"))
        for sex in SEX
    }
    Wide(
        "schulabgaenge",
        "Schulabgängerinnen und Schulabgänger nach Wohnadresse 2015–2024",
        "schule",
        "wohnort",
        columns,
        {"schulabgaenge": ("certificate", "sex", "nationality")},
        YEARS,
        when="Abgangsjahr",
        lost_zeros=True,
        notes="Schlüssel ohne führende Null.",
    ).add(raw, figures)


def _training(raw: Raw, figures: Figures) -> None:
    texts = dict(zip(("dual", "Schulberufssystem", "Übergang"), SECTORS, strict=True))
    columns = {
        f"{text} {sex}": ("berufsbildung_anfaenge", (sector, SEX[sex])) for text, sector in texts.items() for sex in SEX
    }
    columns |= {f"Studierende {sex}": ("studierende", (SEX[sex],)) for sex in SEX}
    dims = {"berufsbildung_anfaenge": ("sector", "sex"), "studierende": ("sex",)}
    Wide(
        "berufsbildung_studium",
        "Neu in beruflicher Bildung und Studierende nach Wohnadresse 2015/16–2024/25",
        "schule",
        "wohnort",
        columns,
        dims,
        SCHOOL_YEARS,
        label=school_year,
        when="Schuljahr",
    ).add(raw, figures)


assert tuple(SEX.values()) == SEXES
