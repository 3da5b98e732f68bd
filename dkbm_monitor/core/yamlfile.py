"""YAML files into strict models, with the line of every mistake.

PyYAML parses, pydantic validates; this module joins the two, so that a message can say file, line, key and
what would be right.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, did_you_mean


class Strict(BaseModel):
    """Base of every model read from a user's file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, validate_default=True)


Model = TypeVar("Model", bound=BaseModel)
_Path = tuple[str | int, ...]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_model(path: Path, model: type[Model], name: str = "") -> Model:
    """Read one YAML file into `model`. `name` is how messages call the file.

    Raises `ProblemsError` with every mistake of the file at once.
    """
    shown = name or path.name
    data, lines = read_plain(path, shown)
    return as_model(data, model, shown, lines)


def read_plain(path: Path, name: str = "") -> tuple[Any, dict[_Path, int]]:
    """The file's content as plain data, and the line on which each key stands."""
    shown = name or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        what = _("Die Datei fehlt.")
        raise ProblemsError([Problem("Y001", Place(shown), shown, what)]) from None
    except UnicodeDecodeError as error:
        what = _("Die Datei ist nicht in UTF-8 gespeichert (Byte {position}).").format(position=error.start)
        hint = _("Bitte im Editor „Speichern unter“ mit Kodierung UTF-8 wählen.")
        raise ProblemsError([Problem("Y002", Place(shown), shown, what, hint)]) from None
    return parse(text, shown)


def parse(text: str, name: str) -> tuple[Any, dict[_Path, int]]:
    """Parse YAML text; raises `ProblemsError` for broken syntax and for keys that stand twice."""
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return {}, {}
        lines: dict[_Path, int] = {}
        twice = list(_walk(node, (), lines, name))
        if twice:
            raise ProblemsError(twice)
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = _("Die Datei ist kein gültiges YAML: {reason}.").format(reason=error.problem or error.context)
        hint = _("Häufige Gründe: Tabulator statt Leerzeichen, fehlender Doppelpunkt, falsche Einrückung.")
        place = Place(name, mark.line + 1 if mark else None)
        raise ProblemsError([Problem("Y003", place, name, what, hint)]) from None
    except ValueError as error:
        what = _("Die Datei ist kein gültiges YAML: {reason}.").format(reason=error)
        raise ProblemsError([Problem("Y003", Place(name), name, what)]) from None
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: _Path, lines: dict[_Path, int], name: str) -> Iterator[Problem]:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            if below in lines:
                what = _("Der Schlüssel „{key}“ steht zweimal.").format(key=key.value)
                yield Problem("Y004", Place(name, key.start_mark.line + 1), str(key.value), what)
            lines[below] = key.start_mark.line + 1
            yield from _walk(value, below, lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*path, index), lines, name)


def as_model(data: Any, model: type[Model], name: str, lines: dict[_Path, int] | None = None) -> Model:
    """Validate plain data into `model`; raises `ProblemsError` with a problem for each mistake."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [_problem(dict(one), model, name, lines or {}) for one in error.errors()]
        raise ProblemsError(found) from None


def _problem(error: dict[str, Any], model: type[BaseModel], name: str, lines: dict[_Path, int]) -> Problem:
    location: _Path = tuple(error["loc"])
    key = ".".join(str(part) for part in location)
    place = Place(name, _line(location, lines), key=key)
    what, hint = _words(error, model, location)
    return Problem("Y005", place, key or name, what, hint)


def _line(location: _Path, lines: dict[_Path, int]) -> int | None:
    """Line of the nearest key that stands in the file (a missing key is reported at its parent).

    Names of union members, which pydantic puts into a location, are passed over.
    """
    known: _Path = ()
    for part in location:
        if (*known, part) in lines:
            known = (*known, part)
    return lines.get(known)


def _words(error: dict[str, Any], model: type[BaseModel], location: _Path) -> tuple[str, str]:
    found = error.get("input")
    match error["type"]:
        case "missing":
            return _("Die Angabe „{key}“ fehlt.").format(key=location[-1]), ""
        case "extra_forbidden":
            what = _("Der Schlüssel „{key}“ ist hier unbekannt.").format(key=location[-1])
            return what, did_you_mean(str(location[-1]), _keys_of(model))
        case "string_type":
            what = _("Hier wird Text erwartet, gefunden wurde {found}.").format(found=repr(found))
            return what, _('Schlüssel mit führenden Nullen bitte in Anführungszeichen setzen, z. B. "0102".')
        case "literal_error" | "enum":
            allowed = str(error["ctx"]["expected"]).replace(" or ", ", ").replace("'", "")
            what = _("„{found}“ ist hier nicht möglich.").format(found=found)
            near = did_you_mean(str(found), allowed.split(", "))
            return what, near or _("Möglich sind: {allowed}.").format(allowed=allowed)
        case "value_error":
            return str(error["ctx"]["error"]), ""
        case _:
            what = _("Der Wert {found} passt nicht: {reason}.").format(found=repr(found), reason=error["msg"])
            return what, ""


def _keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a model and of the models inside it: the words a mistyped key may have meant."""
    keys: set[str] = set()
    for schema in (model.model_json_schema(), *model.model_json_schema().get("$defs", {}).values()):
        keys.update(schema.get("properties", {}))
    return keys
