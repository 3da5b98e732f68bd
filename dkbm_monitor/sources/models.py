"""The register of raw files and the column maps that say how each is read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from dkbm_monitor.core.keys import period
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import did_you_mean
from dkbm_monitor.core.status import Status
from dkbm_monitor.core.yamlfile import Strict

OFFICIAL_SIGNS: dict[str, Status] = {
    "-": Status.ZERO,
    "–": Status.ZERO,
    ".": Status.SECRET,
    "...": Status.PENDING,
    "…": Status.PENDING,
    "x": Status.NOT_APPLICABLE,
    "X": Status.NOT_APPLICABLE,
    "/": Status.UNRELIABLE,
    "": Status.MISSING,
}

Period = Annotated[str, BeforeValidator(lambda text: period(str(text)))]
# A tab is white space, which other texts lose at their ends.
Delimiter = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=1),
    BeforeValidator(lambda found: "\t" if str(found).lower() in ("tab", "\\t") else found),
]
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda found: [found] if isinstance(found, str) else found)]


class Licence(Strict):
    """Name of a licence and, where the publisher gives one, its address."""

    name: str
    url: str = ""


class DistrictKey(Strict):
    """Which column names the district, and of which level."""

    column: str = Field("", description="Überschrift der Spalte mit dem Gebiet; leer bei Gebieten als Spalten.")
    level: str = Field(description="Ebene, z. B. stadtteil. stadt für Zeilen der Gesamtstadt.")
    by: Literal["key", "name"] = Field("key", description="key: Schlüssel. name: Name des Gebiets.")
    width: int | None = Field(None, ge=1, le=14, description="Auf so viele Stellen mit Nullen auffüllen.")
    recode: dict[str, str] = Field(
        default_factory=dict, description="Abweichende Schreibweisen: Text in der Datei -> Schlüssel oder Name."
    )
    totals: dict[str, str] = Field(
        default_factory=dict,
        description="Summenzeilen: Text in der Gebietsspalte -> Ebene (z. B. Insgesamt: stadt). Sie werden "
        "nicht mitgezählt, sondern gegen die Summe geprüft.",
    )
    drop: dict[str, str] = Field(
        default_factory=dict,
        description="Pseudogebiete, die nicht zum Stadtgebiet gehören: Text -> Grund. Im Prüfbericht genannt.",
    )


class PeriodKey(Strict):
    """From where the period comes: a fixed value, a column, or the headers (`{period}` in a column)."""

    value: Period | None = Field(None, description="Ein Zeitraum für die ganze Datei.")
    column: str = Field("", description="Überschrift der Spalte mit dem Zeitraum.")
    recode: dict[str, Period] = Field(default_factory=dict, description="Text in der Datei -> Zeitraum.")


class ColumnMap(Strict):
    """One value column, or a family of columns whose headers follow a pattern.

    `column` may hold placeholders: `{age}`, `{sex}`, `{period}`, `{district}` or any breakdown. `Alter {age}`
    takes every column `Alter 0`, `Alter 1`, … and reads the breakdown from the header.
    """

    column: str
    measure: str = Field(description="Kennung der Messgröße.")
    where: dict[str, str] = Field(default_factory=dict, description="Gliederung dieser Spalte, z. B. sex: female.")
    recode: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Je Platzhalter: Text in der Überschrift -> Ausprägung."
    )
    scale: float = Field(1, description="Faktor, z. B. 1000, wenn die Datei in Tausend zählt.")


class LongMap(Strict):
    """Long layout: one row a value, the measure and the breakdowns in columns."""

    value: str = Field(description="Spalte mit der Zahl.")
    measure: str = Field("", description="Kennung der Messgröße, wenn die Datei nur eine enthält.")
    measure_column: str = Field("", description="Spalte, die das Merkmal nennt.")
    measures: dict[str, str] = Field(default_factory=dict, description="Text des Merkmals -> Messgröße.")
    measure_cells: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Text des Merkmals -> feste Gliederung, z. B. {sex: female}."
    )
    dims: dict[str, str] = Field(default_factory=dict, description="Gliederung -> Spalte.")
    recode: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Je Gliederung: Text in der Datei -> Ausprägung."
    )


class TableMap(Strict):
    """How one raw table is to be read."""

    format: Literal["csv", "excel"] = "csv"
    encoding: str = Field("utf-8-sig", description="z. B. utf-8-sig, cp1252, cp850.")
    delimiter: Delimiter = Field(";", description='Trennzeichen; der Tabulator heißt "\\t" oder tab.')
    decimal: Literal[",", "."] = ","
    thousands: Literal[".", ",", " ", "'", ""] = "."
    sheet: str = Field("", description="Name des Excel-Blatts; leer: das erste.")
    header_rows: tuple[int, ...] = Field(
        (1,), description="Zeilennummern der Überschriften, ab 1. Mehrere werden mit „ | “ verbunden."
    )
    first_row: int | None = Field(None, description="Erste Datenzeile; sonst die Zeile nach der Überschrift.")
    footer_starts_with: Texts = Field(
        (), description="Beginnt die erste Zelle einer Zeile so, endet die Tabelle davor (z. B. Quelle, ©)."
    )
    signs: dict[str, Status] = Field(
        default_factory=lambda: dict(OFFICIAL_SIGNS), description="Zeichen dieser Quelle und ihre Bedeutung."
    )
    marks: dict[str, str] = Field(
        default_factory=dict, description="Zusätze hinter Zahlen, z. B. r: berichtigt, p: vorläufig."
    )
    district: DistrictKey
    period: PeriodKey = Field(default_factory=PeriodKey)
    columns: tuple[ColumnMap, ...] = Field((), description="Breites Layout: Wertspalten.")
    long: LongMap | None = Field(None, description="Langes Layout.")
    ignore: Texts = Field((), description="Spalten, die bewusst nicht gelesen werden; * steht für beliebiges.")
    rows: dict[str, Texts] = Field(
        default_factory=dict, description="Nur Zeilen, deren Spalte einen dieser Texte hat: Spalte -> Texte."
    )
    excluded: dict[str, Texts] = Field(
        default_factory=dict,
        description="Zeilen, die der Herausgeber von der Berechnung ausnimmt: Spalte -> Texte. Ihre Werte gelten "
        "als nicht zutreffend.",
    )

    @model_validator(mode="after")
    def _one_layout(self) -> TableMap:
        if bool(self.columns) == bool(self.long):
            msg = _("Eine Tabelle braucht entweder „columns“ (breit) oder „long“ (lang).")
            raise ValueError(msg)
        return self

    def period_places(self) -> int:
        """In how many ways the table itself says its period; one is right, none if the register says it."""
        in_headers = any("{period}" in column.column for column in self.columns)
        return sum([self.period.value is not None, bool(self.period.column), in_headers])


class Source(Strict):
    """One registered raw file: who published it, under which licence, how it is read."""

    id: str = Field(description="Kurze Kennung, z. B. ewr_2023.")
    file: str = Field(description="Pfad im Stadtordner, z. B. raw/ewr_2023.csv.")
    title: str
    publisher: str
    licence: Licence
    attribution: str = Field(description="Quellenvermerk, wie ihn die Lizenz verlangt.")
    url: str = ""
    retrieved: date
    reference_date: date | None = Field(None, description="Stichtag der Daten.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    spatial_principle: Literal["wohnort", "schulort"]
    gebietsstand: str | None = Field(None, description="Abweichender Gebietsstand dieser Datei.")
    notes: str = Field("", description="Bekannte Eigenheiten dieser Datei.")
    table: TableMap | str = Field(description="Spaltenzuordnung, oder der Name einer aus „tables“.")
    period: Period | None = Field(None, description="Zeitraum dieser Datei, wenn die Tabelle ihn nicht nennt.")
    level: str | None = Field(None, description="Ebene dieser Datei, wenn sie von der Tabelle abweicht.")


class Register(Strict):
    """Content of `register.yml`: every raw file of a town, and the column maps several files share."""

    tables: dict[str, TableMap] = Field(
        default_factory=dict, description="Spaltenzuordnungen, die mehrere Dateien gemeinsam haben."
    )
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Register:
        ids = [source.id for source in self.sources]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            msg = _("Diese Kennungen stehen mehrfach im Register: {ids}.").format(ids=", ".join(twice))
            raise ValueError(msg)
        for source in self.sources:
            if isinstance(source.table, str) and source.table not in self.tables:
                hint = did_you_mean(source.table, self.tables)
                msg = _("Quelle „{id}“: die Zuordnung „{table}“ steht nicht unter „tables“. {hint}").format(
                    id=source.id, table=source.table, hint=hint
                )
                raise ValueError(msg)
            if self.layout(source).period_places() != 1:
                msg = _(
                    "Quelle „{id}“: Der Zeitraum muss genau einmal angegeben sein: an der Quelle, als fester Wert, "
                    "als Spalte oder als {{period}} in den Überschriften."
                ).format(id=source.id)
                raise ValueError(msg)
        return self

    def layout(self, source: Source) -> TableMap:
        """The column map of a source, with the period and level the source itself states."""
        table = self.tables[source.table] if isinstance(source.table, str) else source.table
        changes: dict[str, object] = {}
        if source.period is not None:
            changes["period"] = PeriodKey(value=source.period)
        if source.level is not None:
            changes["district"] = table.district.model_copy(update={"level": source.level})
        return table.model_copy(update=changes) if changes else table
