"""Which files a recipe finds in a folder, and everything it does not find, in one list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, Severity, did_you_mean
from dkbm_monitor.sources.recipe import YEAR, DistrictFile, Family, RawFile, Recipe, Variant, filled

NOT_DATA = (b"<!doctype html", b"<html", b"version https://git-lfs", b"/annex/objects/")
ANY_YEAR = "JJJJ"  # in messages, where a file of several years is missing
SNIFFED = 200  # bytes that tell a web page or a pointer from a table


@dataclass(frozen=True)
class RawCopy:
    """One raw file to be copied and registered."""

    found: Path
    into: str
    family: Family
    variant: Variant
    file: RawFile
    year: int | None


@dataclass(frozen=True)
class DistrictCopy:
    """One geometry file to be copied."""

    found: Path
    into: str
    file: DistrictFile


@dataclass
class Plan:
    """What will be copied, and what is missing."""

    raw: list[RawCopy] = field(default_factory=list)
    districts: list[DistrictCopy] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def copies(self) -> list[DistrictCopy | RawCopy]:
        """Everything to be copied, geometry first."""
        return [*self.districts, *self.raw]


class Shelf:
    """The files below `--from`: looked for at their path, and by name in the folder itself."""

    def __init__(self, folder: Path, expected: frozenset[str] = frozenset()) -> None:
        self.folder = folder
        self.expected = expected

    def find(self, path: str) -> Path | None:
        """The file at that path or, for those who keep everything in one folder, of that name."""
        for candidate in (self.folder / path, self.folder / Path(path).name):
            if candidate.is_file():
                return candidate
        return None

    def nearest(self, path: str) -> str:
        """A hint naming the file nearest to a missing one, among those that are not something else we know."""
        folder = (self.folder / path).parent
        names = {one.name for one in folder.iterdir()} - self.expected if folder.is_dir() else set()
        return did_you_mean(Path(path).name, names)


def plan_for(recipe: Recipe, folder: Path) -> Plan:
    """Look for every file of a recipe. Errors and warnings come together in `Plan.problems`."""
    plan, shelf = Plan(), Shelf(folder, frozenset(_expected(recipe)))
    for file in recipe.districts:
        _find_districts(file, shelf, plan)
    for family in recipe.families:
        _find_family(family, shelf, plan)
    for copy in plan.copies():
        plan.problems.extend(_not_data(copy.found, folder))
    return plan


def _expected(recipe: Recipe) -> Iterator[str]:
    """Name of every file the recipe would take, in any year."""
    for outline in recipe.districts:
        yield from (Path(path).name for path in _parts(outline.file, outline))
    for family in recipe.families:
        for variant in family.variants:
            for file in variant.files:
                yield from (Path(filled(file.file, year)).name for year in family.each_year())


def _find_districts(file: DistrictFile, shelf: Shelf, plan: Plan) -> None:
    if not shelf.find(file.file):
        plan.problems.append(_no_districts(file, file.file, shelf))
        return
    for path, into in zip(_parts(file.file, file), _parts(file.into, file), strict=True):
        found = shelf.find(path)
        if found:
            plan.districts.append(DistrictCopy(found, into, file))
        else:
            plan.problems.append(_no_districts(file, path, shelf))


def _no_districts(file: DistrictFile, path: str, shelf: Shelf) -> Problem:
    code, severity = ("F004", Severity.ERROR) if file.required else ("F005", Severity.NOTE)
    what = _("{title}: Die Datei fehlt.").format(title=file.title)
    hint = shelf.nearest(path) or _address(file.addresses)
    return Problem(code, Place(path), file.title, what, hint, severity)


def _parts(path: str, file: DistrictFile) -> list[str]:
    return [path, *(str(Path(path).with_suffix(suffix)) for suffix in file.companions)]


def _find_family(family: Family, shelf: Shelf, plan: Plan) -> None:
    without: list[int | None] = []
    for year in family.each_year():
        chosen = _choose(family, shelf, year)
        if chosen is None:
            without.append(year)
            plan.problems.extend(_incomplete(family, shelf, year))
            continue
        for file in chosen.files:
            _find_raw(RawCopy(Path(), "", family, chosen, file, year), shelf, plan)
    if without:
        plan.problems.append(_lacking(family, without))


def _choose(family: Family, shelf: Shelf, year: int | None) -> Variant | None:
    """The first complete variant; otherwise the first that lacks only files it can do without."""
    offered = [variant for variant in family.variants if variant.offers(year)]
    for complete in (True, False):
        for variant in offered:
            if all(shelf.find(filled(file.file, year)) for file in variant.files if complete or file.required):
                return variant
    return None


def _find_raw(wanted: RawCopy, shelf: Shelf, plan: Plan) -> None:
    path = filled(wanted.file.file, wanted.year)
    found = shelf.find(path)
    if found:
        into = f"{wanted.family.into}/{Path(path).name}"
        plan.raw.append(RawCopy(found, into, wanted.family, wanted.variant, wanted.file, wanted.year))
        return
    what = _("{title}: Diese Datei fehlt; ohne sie entfällt: {content}.").format(
        title=_title(wanted.family, wanted.year), content=wanted.file.content or Path(path).name
    )
    plan.problems.append(Problem("F006", Place(path), wanted.family.id, what, shelf.nearest(path), Severity.WARNING))


def _incomplete(family: Family, shelf: Shelf, year: int | None) -> Iterator[Problem]:
    """Files that are there while their indispensable neighbours are not: nothing is left aside silently."""
    for variant in family.variants:
        if not variant.offers(year):
            continue
        paths = {filled(file.file, year): file for file in variant.files}
        there = [path for path in paths if shelf.find(path)]
        for path, file in paths.items():
            if there and file.required and path not in there:
                what = _("{title}: Die Datei fehlt, obwohl {there} vorliegt.").format(
                    title=_title(family, year), there=", ".join(Path(one).name for one in there)
                )
                yield Problem("F007", Place(path), family.id, what, shelf.nearest(path))


def _lacking(family: Family, years: Sequence[int | None]) -> Problem:
    """One problem for all periods of a family of which no variant is there."""
    nothing = len(years) == len(list(family.each_year()))
    error = nothing and family.required
    title = family.title.replace("{year}", _spans([year for year in years if year is not None]))
    what = _("{title}: nicht gefunden.").format(title=title)
    offered = [variant for variant in family.variants if any(variant.offers(year) for year in years)]
    looked = _("; oder ").join(_looked_for(variant, years) for variant in offered)
    hint = _("Gesucht wurde: {variants}.").format(variants=looked)
    if ANY_YEAR in looked:
        hint += " " + _("{sign} steht für das Jahr.").format(sign=ANY_YEAR)
    if error:
        hint += " " + _address([address for variant in offered for address in variant.addresses[:1]])
    severity = Severity.ERROR if error else Severity.WARNING
    return Problem("F004" if error else "F005", Place(key=family.id), family.id, what, hint, severity)


def _looked_for(variant: Variant, years: Sequence[int | None]) -> str:
    """The indispensable files of a variant, `ANY_YEAR` standing for several years."""
    offered = [year for year in years if variant.offers(year)]
    names = [file.file for file in variant.files if file.required]
    shown = [filled(name, offered[0]) if len(offered) == 1 else name.replace(YEAR, ANY_YEAR) for name in names]
    return f"{', '.join(shown)} ({variant.title})"


def _address(addresses: Sequence[str]) -> str:
    shown = ", ".join(addresses).replace(YEAR, ANY_YEAR)
    return _("Zu finden unter: {address}").format(address=shown) if shown else ""


def _title(family: Family, year: int | None) -> str:
    return filled(family.title, year)


def _spans(years: Sequence[int]) -> str:
    """Years as spans.

    >>> _spans([2015, 2016, 2017, 2021])
    '2015–2017, 2021'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)


def _not_data(path: Path, folder: Path) -> Iterator[Problem]:
    """A file that is empty, a saved web page, or a pointer to a file somewhere else."""
    with path.open("rb") as file:
        start = file.read(SNIFFED).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    name = path.relative_to(folder).as_posix()
    if not start:
        yield Problem("F008", Place(name), name, _("Die Datei ist leer."), _("Bitte noch einmal herunterladen."))
    elif start.startswith(NOT_DATA):
        what = _("Die Datei enthält keine Daten, sondern eine Internetseite oder einen Verweis.")
        hint = _("Beim Herunterladen ging etwas schief; bitte die Datei selbst speichern.")
        yield Problem("F008", Place(name), name, what, hint)
