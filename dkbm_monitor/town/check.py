"""Everything that can be said about a town folder before anything is computed, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dkbm_monitor.catalogue.rules import check_catalogue
from dkbm_monitor.core.locale import _
from dkbm_monitor.core.problems import Place, Problem, ProblemsError, Severity
from dkbm_monitor.districts.layers import geometry_problems
from dkbm_monitor.sources.register import verify
from dkbm_monitor.town import check_known, check_parts, check_principles, check_series, check_values
from dkbm_monitor.town.observed import Observed
from dkbm_monitor.town.open import Town

Check = Callable[[Observed], Iterator[Problem]]

CONTENT_CHECKS: tuple[Check, ...] = (
    check_principles.unknown_categories,
    check_values.negative_counts,
    check_values.half_persons,
    check_values.delivered_twice,
    check_series.missing_districts,
    check_series.missing_years,
    check_series.spikes,
    check_parts.parts_above_measure,
    check_parts.categories_above_total,
    check_parts.breakdown_sums,
    check_parts.levels_add_up,
    check_principles.shares_above_whole,
    check_known.areas_left_out,
    check_known.columns_without_numbers,
)
WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check_town(town: Town) -> list[Problem]:
    """Every problem of an opened town folder: files, tables, areas, definitions and numbers, errors first."""
    problems = [
        *verify(town.folder, town.register),
        *check_catalogue(town.catalogue),
        *check_principles.unknown_words(town),
        *check_principles.differing_principles(town),
        *_area_problems(town),
        *check_known.register_notes(town),
    ]
    observations, table_problems = town.reading
    problems += table_problems
    if len(observations):
        problems += content_problems(Observed(town, observations))
    elif not any(problem.severity is Severity.ERROR for problem in problems):
        what = _("Der Stadtordner enthält keine einzige lesbare Zahl.")
        hint = _("Bitte Dateien in raw/ legen und in register.yml eintragen.")
        problems.append(Problem("C030", Place("register.yml"), town.name, what, hint, Severity.WARNING))
    return ordered(problems)


def content_problems(seen: Observed) -> list[Problem]:
    """What the numbers themselves give away."""
    return [problem for check in CONTENT_CHECKS for problem in check(seen)]


def _area_problems(town: Town) -> Iterator[Problem]:
    for districts in town.districts.values():
        yield from districts.problems
        try:
            yield from geometry_problems(districts)
        except ProblemsError as error:
            yield from error.problems


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without repetitions: errors, then warnings, then notes; within these by file and row."""
    once = dict.fromkeys(problems)
    return sorted(once, key=lambda one: (WEIGHT[one.severity], one.place.file, one.place.row or 0, one.code))


def as_table_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as flat records for a table or JSON, in order."""
    return [
        {
            "severity": str(one.severity),
            "code": one.code,
            "file": one.place.file,
            "row": one.place.row,
            "column": one.place.column,
            "key": one.place.key,
            "subject": one.subject,
            "found": one.what,
            "hint": one.hint,
        }
        for one in ordered(problems)
    ]
