"""Recipes by name or from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean
from dkbm_monitor.core.provenance import text_hash
from dkbm_monitor.core.yamlfile import read_model
from dkbm_monitor.indices.models import IndexRecipe

SHIPPED = Path(__file__).parent / "recipes"


def read_recipe(path: Path) -> IndexRecipe:
    """One recipe file; raises `ProblemsError` with all its mistakes."""
    return read_model(path, IndexRecipe)


@cache
def shipped() -> Mapping[str, IndexRecipe]:
    """The official recipes, by id."""
    found = [read_recipe(path) for path in sorted(SHIPPED.glob("*.yml"))]
    return {one.id: one for one in found}


def recipe_of(wanted: str | Path, *, folders: Sequence[Path] = ()) -> IndexRecipe:
    """The recipe of that id, from `folders` first and the shipped ones then; or the recipe of that file.

    Raises `ProblemsError` naming the nearest id if there is none.
    """
    path = Path(wanted)
    if path.suffix.lower() in (".yml", ".yaml"):
        return read_recipe(path)
    own = {file.stem: file for folder in folders for file in sorted(folder.glob("*.yml"))}
    if str(wanted) in own:
        return read_recipe(own[str(wanted)])
    if str(wanted) in names():
        return read_recipe(SHIPPED / f"{wanted}.yml")
    known = sorted({*names(), *own})
    what = _("Das Rezept „{name}“ gibt es nicht.").format(name=wanted)
    hint = did_you_mean(str(wanted), known) or _("Vorhanden sind: {names}.").format(names=", ".join(known))
    raise ProblemsError([Problem("I001", Place(key=str(wanted)), str(wanted), what, hint)])


@cache
def names() -> tuple[str, ...]:
    """Ids of the shipped recipes; a recipe's file bears its id."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yml")))


def recipe_hash(recipe: IndexRecipe) -> str:
    """Hash of everything a recipe says, for run records."""
    return text_hash(recipe.model_dump_json())
