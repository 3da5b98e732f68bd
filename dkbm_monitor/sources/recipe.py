"""What a recipe says: which official files make up a town folder, where they come from, how they are read.

A recipe is a folder of declarations: `recipe.yml` (the files), `town.yml` (copied as it is) and `catalogue/` (the
town's own definitions, copied as they are). It holds addresses, not code; nothing here opens a connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.core.yamlfile import Strict, read_model
from dkbm_monitor.sources.models import Licence, Period, TableMap

RECIPES = Path(__file__).parent / "recipes"
RECIPE_FILE = "recipe.yml"
TOWN_FILE = "town.yml"
CATALOGUE_FOLDER = "catalogue"
YEAR = "{year}"


def _only_year(text: str) -> str:
    if unknown := sorted(set(re.findall(r"\{.*?\}", text)) - {YEAR}):
        msg = _("In Mustern ist nur {{year}} als Platzhalter möglich, nicht {unknown}.").format(
            unknown=", ".join(unknown)
        )
        raise ValueError(msg)
    return text


def _inside(text: str) -> str:
    if Path(text).is_absolute() or ".." in Path(text).parts:
        msg = _("„{path}“ muss ein Pfad innerhalb des Ordners sein.").format(path=text)
        raise ValueError(msg)
    return _only_year(text)


Pattern = Annotated[str, AfterValidator(_only_year)]
PathPattern = Annotated[str, AfterValidator(_inside)]


def filled(pattern: str, year: int | None) -> str:
    """The pattern with its year; unchanged where there is none.

    >>> filled("EWR{year}12E_Matrix.csv", 2019)
    'EWR201912E_Matrix.csv'
    """
    return pattern if year is None else pattern.replace(YEAR, str(year))


class Years(Strict):
    """A run of years, both ends included."""

    first: int = Field(ge=1990, le=2100)
    last: int = Field(ge=1990, le=2100)

    @model_validator(mode="after")
    def _in_order(self) -> Years:
        if self.last < self.first:
            msg = _("Das letzte Jahr liegt vor dem ersten.")
            raise ValueError(msg)
        return self

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and self.first <= year <= self.last

    def each(self) -> range:
        """Every year of the run."""
        return range(self.first, self.last + 1)


class Origin(Strict):
    """Who publishes, under which licence, and how to quote it. Several files share one."""

    publisher: str
    licence: Licence
    attribution: Pattern = Field(description="Quellenvermerk, wie ihn die Lizenz verlangt; {year} möglich.")


class YearNote(Strict):
    """A remark that concerns only some years of a family of files."""

    years: Years
    text: str


class RawFile(Strict):
    """One file of a variant: where it lies below `--from`, and how it is read."""

    file: PathPattern = Field(description="Pfad unterhalb von --from; {year} steht für das Jahr.")
    id: Pattern = Field(description="Kennung im Register, z. B. ewr_{year}.")
    table: str = Field(description="Name einer Zuordnung aus „tables“.")
    level: str | None = Field(None, description="Ebene der Zeilen, wenn sie von der Zuordnung abweicht.")
    content: str = Field("", description="Was gerade diese Datei enthält; ergänzt den Titel.")
    required: bool = Field(True, description="false: Die Variante ist auch ohne diese Datei brauchbar.")
    notes: str = ""


class Variant(Strict):
    """One form in which a source is to be had: the publisher's own files, or a re-publication."""

    id: str
    title: str
    years: Years | None = Field(None, description="Nur in diesen Jahren gibt es diese Form.")
    addresses: tuple[Pattern, ...] = Field((), description="Amtliche Adressen; {year} möglich.")
    credit: str = Field("", description="Zusatz zum Quellenvermerk, z. B. wer neu veröffentlicht hat.")
    notes: str = ""
    files: tuple[RawFile, ...] = Field(min_length=1)

    def offers(self, year: int | None) -> bool:
        """True if this form exists for that year."""
        return self.years is None or year is None or year in self.years


class Family(Strict):
    """One official source, for one period or for a run of years, in one or several variants."""

    id: str
    title: Pattern
    origin: str = Field(description="Name eines Herausgebers aus „origins“.")
    into: PathPattern = Field(description="Ordner im Stadtordner, z. B. raw/bevoelkerung.")
    spatial_principle: Literal["wohnort", "schulort"]
    years: Years | None = Field(None, description="Jahre, für die gesucht wird.")
    period: Period | None = Field(None, description="Der eine Zeitraum, wenn es keine Jahresreihe ist.")
    reference_date: Pattern = Field("", description="Stichtag, z. B. {year}-12-31.")
    gebietsstand: str | None = Field(None, description="Abweichender Gebietsstand, wenn er nicht der des Jahres ist.")
    required: bool = Field(False, description="true: Ohne mindestens einen Zeitraum entsteht kein Ordner.")
    notes: str = ""
    year_notes: tuple[YearNote, ...] = ()
    variants: tuple[Variant, ...] = Field(min_length=1, description="In der Reihenfolge, in der sie gelten sollen.")

    @model_validator(mode="after")
    def _one_period(self) -> Family:
        if (self.years is None) == (self.period is None):
            msg = _("Quelle „{id}“ braucht entweder „years“ oder „period“.").format(id=self.id)
            raise ValueError(msg)
        for file in (file for variant in self.variants for file in variant.files):
            if (YEAR in file.file and YEAR in file.id) != (self.years is not None):
                msg = _("Quelle „{id}“: {{year}} gehört genau dann in „file“ und „id“, wenn es „years“ gibt.").format(
                    id=self.id
                )
                raise ValueError(msg)
        return self

    def each_year(self) -> Iterator[int | None]:
        """The years to look for; a single None for a family of one period."""
        yield from self.years.each() if self.years else (None,)

    def all_notes(self, variant: Variant, file: RawFile, year: int | None) -> str:
        """Every remark that holds for one file, as one text."""
        mine = [note.text for note in self.year_notes if year in note.years]
        return " ".join(text for text in (self.notes, variant.notes, file.notes, *mine) if text)


class DistrictFile(Strict):
    """A geometry file, copied unchanged; `companions` are the other parts of a Shapefile."""

    file: PathPattern
    into: PathPattern
    origin: str
    title: str
    addresses: tuple[str, ...] = ()
    companions: tuple[str, ...] = Field((), description="Weitere Endungen, z. B. .dbf, .prj.")
    required: bool = True
    notes: str = ""


class Recipe(Strict):
    """Content of `recipe.yml`."""

    title: str
    description: str
    origins: dict[str, Origin]
    districts: tuple[DistrictFile, ...] = Field(min_length=1)
    tables: dict[str, TableMap]
    families: tuple[Family, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_known(self) -> Recipe:
        files = [file for family in self.families for variant in family.variants for file in variant.files]
        origins = [*(one.origin for one in self.districts), *(one.origin for one in self.families)]
        wanted = [(name, list(self.origins)) for name in origins]
        wanted += [(file.table, list(self.tables)) for file in files]
        for name, known in wanted:
            if name not in known:
                msg = _("„{name}“ ist nicht angegeben. {hint}").format(name=name, hint=did_you_mean(name, known))
                raise ValueError(msg)
        return self


def recipe_names() -> list[str]:
    """Names of the recipes that come with the package."""
    return sorted(path.parent.name for path in RECIPES.glob(f"*/{RECIPE_FILE}"))


def recipe_folder(name: str) -> Path:
    """The folder of a shipped recipe; raises `ProblemsError` with the nearest name for an unknown one."""
    known = recipe_names()
    if name in known:
        return RECIPES / name
    what = _("Das Rezept „{name}“ gibt es nicht.").format(name=name)
    hint = did_you_mean(name, known) or _("Vorhanden: {names}.").format(names=", ".join(known))
    raise ProblemsError([Problem("F001", Place(key=name), name, what, hint)])


def read_recipe(name: str) -> Recipe:
    """The shipped recipe of that name."""
    return read_model(recipe_folder(name) / RECIPE_FILE, Recipe, f"{name}/{RECIPE_FILE}")
