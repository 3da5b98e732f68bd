"""Build a complete town folder from official files, by a declared recipe.

Files are copied unchanged and hashed; `town.yml` and the catalogue come from the recipe; `register.yml` is written
from what was found. The folder is made beside its target and moved there at the end, so a failure leaves nothing.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from dkbm_monitor.core.keys import period
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, raise_errors
from dkbm_monitor.core.provenance import sha256_of
from dkbm_monitor.sources.fetch_plan import DistrictCopy, Plan, RawCopy, plan_for
from dkbm_monitor.sources.models import Register, Source
from dkbm_monitor.sources.recipe import (
    CATALOGUE_FOLDER,
    TOWN_FILE,
    Origin,
    Recipe,
    filled,
    read_recipe,
    recipe_folder,
)

REGISTER_FILE = "register.yml"
GEOMETRY_REGISTER = "districts/herkunft.yml"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Fetched:
    """What was built: the folder, its files, the ids of its sources, and what a reader should know."""

    folder: Path
    files: tuple[str, ...]
    sources: tuple[str, ...]
    problems: tuple[Problem, ...]


def fetch(
    recipe: str,
    *,
    source_folder: Path,
    into: Path,
    retrieved: date | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Build the town folder `into` from the files below `source_folder`.

    `retrieved` is the day the files were downloaded; without it, each file's own date counts. `progress` is
    called with files done, files in all, and a name. Raises `ProblemsError` with everything that stands in the way.
    """
    declared = read_recipe(recipe)
    raise_errors(_folder_problems(source_folder, into))
    plan = plan_for(declared, source_folder)
    warnings = raise_errors(plan.problems)
    with _made_beside(into) as folder:
        _copy_all(plan, folder, progress)
        _write_declarations(recipe_folder(recipe), folder)
        register = _register(declared, plan, folder, retrieved)
        _write_yaml(folder / REGISTER_FILE, _register_header(declared), _plain(register))
        _write_yaml(folder / GEOMETRY_REGISTER, _geometry_header(), _geometry(declared, plan, folder, retrieved))
    files = tuple(sorted(path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()))
    return Fetched(into, files, tuple(source.id for source in register.sources), tuple(warnings))


def _folder_problems(source_folder: Path, into: Path) -> Iterator[Problem]:
    if not source_folder.is_dir():
        what = _("Der Ordner mit den heruntergeladenen Dateien fehlt.")
        yield Problem("F002", Place(str(source_folder)), str(source_folder), what)
    if into.is_file():
        what = _("Am Ziel liegt eine Datei; gebraucht wird ein neuer Ordner.")
        yield Problem("F003", Place(str(into)), str(into), what)
    elif into.is_dir() and any(into.iterdir()):
        what = _("Der Zielordner ist nicht leer; vorhandene Dateien werden nie überschrieben.")
        hint = _("Bitte einen neuen Ordner nennen oder diesen selbst leeren.")
        yield Problem("F003", Place(str(into)), str(into), what, hint)


@contextmanager
def _made_beside(into: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place when all went well and vanishes otherwise."""
    new_parents = [one for one in into.absolute().parents if not one.exists()]
    beside = into.absolute().parent / f".{into.name}.{uuid.uuid4().hex[:8]}"
    try:
        beside.mkdir(parents=True)
        yield beside
        if into.is_dir():
            into.rmdir()
        beside.rename(into)
    except OSError as error:
        _clear(beside, new_parents)
        what = _("Der Stadtordner ist nicht entstanden: {reason}.").format(reason=error.strerror or error)
        raise ProblemsError([Problem("F009", Place(str(error.filename or into)), str(into), what)]) from error
    except BaseException:
        _clear(beside, new_parents)
        raise


def _clear(beside: Path, new_parents: list[Path]) -> None:
    shutil.rmtree(beside, ignore_errors=True)
    for parent in new_parents:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


def _copy_all(plan: Plan, folder: Path, progress: Progress | None) -> None:
    copies = plan.copies()
    for done, copy in enumerate(copies, start=1):
        target = folder / copy.into
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy.found, target)
        if progress:
            progress(done, len(copies), Path(copy.into).name)


def _write_declarations(recipe: Path, folder: Path) -> None:
    shutil.copyfile(recipe / TOWN_FILE, folder / TOWN_FILE)
    for path in sorted((recipe / CATALOGUE_FOLDER).glob("*.yml")):
        target = folder / CATALOGUE_FOLDER / path.name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)


def _register(recipe: Recipe, plan: Plan, folder: Path, retrieved: date | None) -> Register:
    sources = tuple(_source(recipe.origins[copy.family.origin], copy, folder, retrieved) for copy in plan.raw)
    used = {copy.file.table for copy in plan.raw}
    return Register(tables={name: table for name, table in recipe.tables.items() if name in used}, sources=sources)


def _source(origin: Origin, copy: RawCopy, folder: Path, retrieved: date | None) -> Source:
    family, variant, file, year = copy.family, copy.variant, copy.file, copy.year
    stated: dict[str, Any] = {
        "id": filled(file.id, year),
        "file": copy.into,
        "title": " – ".join(text for text in (filled(family.title, year), file.content) if text),
        "publisher": origin.publisher,
        "licence": origin.licence,
        "attribution": "; ".join(text for text in (filled(origin.attribution, year), variant.credit) if text),
        "url": filled(variant.addresses[0], year) if variant.addresses else "",
        "retrieved": retrieved or _file_date(copy.found),
        "reference_date": filled(family.reference_date, year) or None,
        "sha256": sha256_of(folder / copy.into),
        "spatial_principle": family.spatial_principle,
        "gebietsstand": family.gebietsstand,
        "period": family.period or period(str(year)),
        "level": file.level,
        "notes": family.all_notes(variant, file, year),
        "table": file.table,
    }
    return Source(**{key: value for key, value in stated.items() if value not in (None, "")})


def _file_date(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _geometry(recipe: Recipe, plan: Plan, folder: Path, retrieved: date | None) -> dict[str, Any]:
    """Where the geometry files come from; the register proper names only files that are read as tables."""
    return {"files": [_geometry_entry(recipe, copy, folder, retrieved) for copy in plan.districts]}


def _geometry_entry(recipe: Recipe, copy: DistrictCopy, folder: Path, retrieved: date | None) -> dict[str, Any]:
    origin = recipe.origins[copy.file.origin]
    return {
        "file": copy.into,
        "title": copy.file.title,
        "publisher": origin.publisher,
        "licence": origin.licence.model_dump(exclude_unset=True),
        "attribution": origin.attribution,
        "addresses": list(copy.file.addresses),
        "retrieved": (retrieved or _file_date(copy.found)).isoformat(),
        "sha256": sha256_of(folder / copy.into),
        "notes": copy.file.notes,
    }


def _plain(register: Register) -> dict[str, Any]:
    return register.model_dump(mode="json", exclude_unset=True)


def _write_yaml(path: Path, header: str, content: dict[str, Any]) -> None:
    text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=110)
    lines = "".join(f"# {line}\n" for line in header.splitlines())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{lines}\n{text}", encoding="utf-8")


def _register_header(recipe: Recipe) -> str:
    text = _("Register der Rohdateien: {title}.\nAngelegt nach Rezept; die Dateien unter raw/ bleiben unverändert.")
    return text.format(title=recipe.title)


def _geometry_header() -> str:
    return _("Herkunft der Geometrien unter districts/. Die Dateien sind unveränderte Kopien.")
