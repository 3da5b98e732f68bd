"""Released values as a table file: CSV for German Excel, Parquet for programs, XLSX for people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from dkbm_monitor.core.files import replacing
from dkbm_monitor.core.frames import NUMBER_COLUMNS, TOWN, VALUE_COLUMNS, Values
from dkbm_monitor.core.locale import _, language
from dkbm_monitor.core.problems import Place, Problem, ProblemsError
from dkbm_monitor.core.status import Status
from dkbm_monitor.disclosure.release import Release
from dkbm_monitor.view.blanks import Blank
from dkbm_monitor.view.labels import invented_words, reason_words

NUMBERS = tuple(NUMBER_COLUMNS)
EXTRA_COLUMNS = ("indicator_title", "unit", "district_name", "level_title", "status_text", "town")
EXCEL_ROWS = 1_048_575  # below the header row of one sheet
DIGITS = "%.12g"  # counts stay whole, 1/3 keeps more digits than any source has


def save_values(release: Release, path: str | Path) -> Path:
    """Write every released value to `path`, by its ending `.csv`, `.parquet` or `.xlsx`, and the run record beside.

    A suppressed or missing value is an empty cell with its status beside it, never a zero.
    """
    target = Path(path)
    writers = _writers()
    if target.suffix.lower() not in writers:
        what = _("Dateien mit der Endung „{suffix}“ können nicht geschrieben werden.").format(suffix=target.suffix)
        hint = _("Möglich sind: {allowed}.").format(allowed=", ".join(writers))
        raise ProblemsError([Problem("P004", Place(str(target)), target.suffix, what, hint)])
    table = named(release)
    with replacing(target) as unfinished:
        writers[target.suffix.lower()](release, table, unfinished)
    attributions = release.attributions(release.values)
    release.run.with_settings(
        attributions=attributions, town_note=invented_words(invented=release.invented)
    ).save_beside(target)
    return target


def _writers() -> dict[str, Callable[[Release, pd.DataFrame, Path], None]]:
    return {".csv": _write_csv, ".parquet": _write_parquet, ".xlsx": _write_xlsx}


def named(release: Release) -> pd.DataFrame:
    """The released values with the names a reader needs: titles, units, districts, levels, status in words."""
    table = release.values[list(VALUE_COLUMNS)].copy()
    titles = {key: str(card.title) for key, card in release.indicators.items()}
    units = {key: str(card.unit) for key, card in release.indicators.items()}
    keys = table["indicator"].astype("str")
    table["indicator_title"] = keys.map(titles)
    table["unit"] = keys.map(units)
    table["district_name"] = _names(release, table)
    table["level_title"] = _level_titles(release, table)
    table["status_text"] = table["status"].astype("str").map(status_words())
    table["town"] = town_label(release)
    return table


def town_label(release: Release) -> str:
    """The town's name, marked where the town is invented."""
    return _("{town} (erfundene Stadt)").format(town=release.town) if release.invented else release.town


def status_words() -> dict[str, str]:
    """What each status means; a status without a value in the words that maps use as well."""
    carrying = {Status.OK: _("Wert"), Status.ZERO: _("genau null"), Status.ROUNDED: _("vom Herausgeber gerundet")}
    return {str(status): carrying.get(status) or reason_words(Blank(str(status))) for status in Status}


def _names(release: Release, table: Values) -> pd.Series[str]:
    names = {
        (gebietsstand, level, key): name
        for gebietsstand, districts in release.districts.items()
        for level in districts.levels
        for key, name in districts.names(level).items()
    }
    rows = zip(table["gebietsstand"], table["level"], table["district"], strict=True)
    return pd.Series([names.get(row, "") for row in rows], index=table.index, dtype="str")


def _level_titles(release: Release, table: Values) -> pd.Series[str]:
    titles = {
        (gebietsstand, level.id): level.title
        for gebietsstand, districts in release.districts.items()
        for level in districts.gebietsstand.levels
    }
    rows = zip(table["gebietsstand"], table["level"], strict=True)
    words = [titles.get(row, _("Stadt") if row[1] == TOWN else row[1]) for row in rows]
    return pd.Series(words, index=table.index, dtype="str")


def _write_csv(release: Release, table: pd.DataFrame, path: Path) -> None:
    """For Excel set to German: semicolons, decimal commas, a byte order mark; in English points and commas."""
    german = language() == "de"
    text = table.copy()
    for column in NUMBERS:
        text[column] = _digits(table[column], "," if german else ".")
    for column in ("indicator_title", "district_name", "town"):
        text[column] = _harmless(text[column])
    text.to_csv(path, sep=";" if german else ",", index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _digits(numbers: pd.Series[float], decimal: str) -> list[str]:
    return ["" if pd.isna(number) else (DIGITS % number).replace(".", decimal) for number in numbers]


def _harmless(texts: pd.Series[str]) -> pd.Series[str]:
    """Texts a spreadsheet would run as a formula get an apostrophe in front."""
    return texts.astype("str").str.replace(r"^([=+@\t\r-])", r"'\1", regex=True)


def _write_parquet(release: Release, table: pd.DataFrame, path: Path) -> None:
    texts = [column for column in table.columns if column not in NUMBERS]
    typed = table.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(NUMBERS, "float64")})
    typed.to_parquet(path, index=False)


def _write_xlsx(release: Release, table: pd.DataFrame, path: Path) -> None:
    from dkbm_monitor.products.workbook import write_workbook  # noqa: PLC0415 - XlsxWriter only when asked for

    if len(table) > EXCEL_ROWS:
        what = _("Die Tabelle hat mehr Zeilen, als ein Excel-Blatt fasst.")
        hint = _("Bitte weniger Ebenen oder Zeiträume wählen oder als .csv oder .parquet schreiben.")
        raise ProblemsError([Problem("P006", Place(str(path)), path.name, what, hint)])
    write_workbook(release, table, path)
