"""Raw files of youth welfare and health office about children before school."""

from __future__ import annotations

from datetime import date

from childhood import ESU_YEARS, KITA_YEARS
from figures import Figures
from files import QUELLE, Raw, Sheet, csv_bytes, excel_bytes, whole
from plan import BEZIRKE, names, stand_of
from register import district, entry
from residents import SEXES
from wide import Wide

FEW = 25  # the invented health office hides one finding where fewer children than this were seen

# Column groups of the examination: group, sub-group, measure, cells that make up the number, breakdown.
TOP = "Schulanfängerinnen und Schulanfänger"
SOURCE = "Quelle: Gesundheitsamt Musterstadt (erfundene Stadt, erfundene Daten)"
ARCHIVE_UNTIL = 2021  # from then on one workbook a year
LEVELS = {"stadtteil": "Stadtteile", "bezirk": "Bezirke"}
BOTH = (("male",), ("female",))
ESU = (
    ("Untersuchte", "insgesamt", "esu_untersuchte", BOTH, {}),
    ("Untersuchte", "Jungen", "esu_untersuchte", BOTH[:1], {"sex": "male"}),
    ("Untersuchte", "Mädchen", "esu_untersuchte", BOTH[1:], {"sex": "female"}),
    ("Sprachförderbedarf", "insgesamt", "esu_sprachfoerderbedarf", BOTH, {}),
    ("Sprachförderbedarf", "Jungen", "esu_sprachfoerderbedarf", BOTH[:1], {"sex": "male"}),
    ("Sprachförderbedarf", "Mädchen", "esu_sprachfoerderbedarf", BOTH[1:], {"sex": "female"}),
    ("Visuomotorik auffällig", "insgesamt", "esu_visuomotorik", BOTH, {}),
    ("Visuomotorik auffällig", "Jungen", "esu_visuomotorik", BOTH[:1], {"sex": "male"}),
    ("Visuomotorik auffällig", "Mädchen", "esu_visuomotorik", BOTH[1:], {"sex": "female"}),
    ("Gewicht", "Übergewicht Jungen", "esu_uebergewicht", BOTH[:1], {"sex": "male"}),
    ("Gewicht", "Übergewicht Mädchen", "esu_uebergewicht", BOTH[1:], {"sex": "female"}),
    ("Gewicht", "davon Adipositas", "esu_adipositas", ((),), {}),
    ("Früherkennung", "Heft vorgelegt", "esu_heft_vorgelegt", ((),), {}),
    ("Früherkennung", "U1–U9 vollständig", "esu_u_vollstaendig", ((),), {}),
    ("Kita-Besuch", "Dauer bekannt", "esu_kita_dauer_bekannt", ((),), {}),
    ("Kita-Besuch", "3 Jahre und mehr", "esu_kita_3_jahre", ((),), {}),
)


def add_childhood(raw: Raw, figures: Figures) -> None:
    """Everything before school."""
    _care(raw, figures)
    _archive(raw, figures)
    _examinations(raw, figures)


def _care(raw: Raw, figures: Figures) -> None:
    """An export of the Kita administration: cryptic columns, reference date instead of year."""
    care, hours, language = (
        {"K": "kita", "T": "childminder"},
        {"35": "up_to_35", "45": "over_35"},
        {"de": "german", "nd": "other"},
    )
    cells = figures.cells("kita_kinder")
    short = {word: text for group in (care, hours, language) for text, word in group.items()}
    head = [
        "Stichtag",
        "STT",
        *(f"A{age}_{short[kind]}_{short[long]}_{short[speech]}" for age, kind, long, speech in cells),
        "EGH",
    ]
    rows: list[list[object]] = [head]
    for year in KITA_YEARS:
        columns = [
            *(figures.of("kita_kinder", year, *cell) for cell in cells),
            figures.of("kita_eingliederungshilfe", year),
        ]
        for place, key in enumerate(names(stand_of(year))):
            rows.append([f"01.03.{year}", key, *(whole(column[place]) for column in columns)])
    table = {
        "encoding": "cp1252",
        "footer_starts_with": "Quelle",
        "district": district("STT"),
        "period": {"column": "Stichtag", "recode": {f"01.03.{year}": str(year) for year in KITA_YEARS}},
        "columns": [
            {
                "column": "A{age}_{care}_{hours}_{language}",
                "measure": "kita_kinder",
                "recode": {"care": care, "hours": hours, "language": language},
            },
            {"column": "EGH", "measure": "kita_eingliederungshilfe"},
        ],
    }
    notes = (
        "Ausleitung der Kita-Verwaltung: Alter, Betreuung (K, T), Stunden (35, 45) und Familiensprache "
        "(de, nd) stehen im Spaltennamen. Vor 2016 gibt es keine Auswertung nach Wohnadresse."
    )
    one = entry(
        "kita_wohnort",
        "Kinder in Kita und Kindertagespflege nach Wohnadresse 2016–2024",
        "jugend",
        "wohnort",
        table,
        retrieved=date(2025, 1, 22),
        notes=notes,
    )
    raw.add("kita_wohnort_2016-2024.csv", csv_bytes(rows, below=[QUELLE]), one)


def _archive(raw: Raw, figures: Figures) -> None:
    """The years before the new workbook, in one plain file."""
    measures = dict.fromkeys(measure for _, _, measure, _, _ in ESU)
    columns = {}
    for measure in measures:
        for cell in figures.cells(measure):
            text = measure.removeprefix("esu_") + {"male": " J", "female": " M"}.get("".join(cell), "")
            columns[text] = (measure, cell)
    dims = dict.fromkeys(measures, ("sex",))
    Wide(
        "esu_archiv",
        "Schuleingangsuntersuchung 2015–2019, Archivdatei",
        "gesundheit",
        "wohnort",
        columns,
        dims,
        [year for year in ESU_YEARS if year < ARCHIVE_UNTIL],
        notes="2020 wurde wegen der Pandemie nicht untersucht: Das Jahr fehlt.",
    ).add(raw, figures)


def _examinations(raw: Raw, figures: Figures) -> None:
    """One workbook a year with three header rows; Stadtteile and town on one sheet, Bezirke on another."""
    for level, sheet in LEVELS.items():
        columns = [
            {"column": f"{TOP} | {group} | {text}", "measure": measure, **({"where": cell} if cell else {})}
            for group, text, measure, _, cell in ESU
        ]
        raw.table(
            f"esu_{level}",
            f"Schuleingangsuntersuchung, Blatt „{sheet}“: drei Kopfzeilen mit verbundenen Zellen",
            format="excel",
            sheet=sheet,
            header_rows=[4, 5, 6],
            footer_starts_with=["Quelle", "Zeichen"],
            signs={"-": "zero", ".": "secret"},
            district={
                "column": "Nr.",
                "level": level,
                **({"totals": {"Stadt": "stadt"}} if level == "stadtteil" else {}),
            },
            columns=columns,
            ignore=["Name"],
        )
    for year in [year for year in ESU_YEARS if year >= ARCHIVE_UNTIL]:
        notes = (
            "Drei Kopfzeilen mit verbundenen Zellen. Adipositas ist geheim (.), wo weniger als 25 Kinder untersucht "
            "wurden; das Blatt „Bezirke“ ist vollständig."
        )
        fine = entry(
            f"esu_{year}",
            f"Schuleingangsuntersuchung {year}, Stadtteile",
            "gesundheit",
            "wohnort",
            "esu_stadtteil",
            retrieved=date(year, 11, 18),
            period=str(year),
            notes=notes,
        )
        coarse = entry(
            f"esu_{year}_bezirke",
            f"Schuleingangsuntersuchung {year}, Bezirke",
            "gesundheit",
            "wohnort",
            "esu_bezirk",
            retrieved=date(year, 11, 18),
            period=str(year),
        )
        raw.add(f"esu_{year}.xlsx", _examination_of(figures, year), fine, coarse)


def _examination_of(figures: Figures, year: int) -> bytes:
    counts = [figures.summed(measure, year, cells) for _, _, measure, cells, _ in ESU]
    keys = names(stand_of(year))
    fine: list[list[object]] = [
        [key, name, *_line([column[place] for column in counts])] for place, (key, name) in enumerate(keys.items())
    ]
    fine.append(["Stadt", "Musterstadt", *_line([column.sum() for column in counts])])
    coarse: list[list[object]] = []
    for bezirk, name in BEZIRKE.items():
        inside = [place for place, key in enumerate(keys) if key[:2] == bezirk]
        coarse.append([bezirk, name, *_line([column[inside].sum() for column in counts])])
    notes = Sheet("Hinweise", [["Alle Angaben sind erfunden."]])
    return excel_bytes([_sheet("Stadtteile", year, fine), _sheet("Bezirke", year, coarse), notes])


def _sheet(name: str, year: int, body: list[list[object]]) -> Sheet:
    """A sheet with title lines, three header rows whose upper ones are merged, and notes below."""
    groups = [group for group, *_ in ESU]
    starts = [place for place, group in enumerate(groups) if place == 0 or groups[place - 1] != group]
    ends = [*(place - 1 for place in starts[1:]), len(groups) - 1]
    above: list[list[object]] = [
        ["Gesundheitsamt Musterstadt (erfunden)"],
        [f"Schuleingangsuntersuchung zum Schuljahr {year}/{year + 1}, {name}"],
        [],
        ["", "", TOP],
        ["", "", *(group if place in starts else "" for place, group in enumerate(groups))],
        ["Nr.", "Name", *(text for _, text, *_ in ESU)],
    ]
    below: list[list[object]] = [[], ["Zeichen: - = null, . = geheim"], [SOURCE]]
    merged = [(3, 2, 3, 1 + len(groups)), *((4, 2 + a, 4, 2 + b) for a, b in zip(starts, ends, strict=True))]
    return Sheet(name, [*above, *body, *below], merged)


def _line(counts: list[float]) -> list[object]:
    measures = [measure for _, _, measure, _, _ in ESU]
    return [
        "." if measure == "esu_adipositas" and counts[0] < FEW and counts[0] else (int(n) or "-")
        for measure, n in zip(measures, counts, strict=True)
    ]


assert len(SEXES) == len(BOTH)
