"""Raw tables into observations, driven by their column maps.

Nothing is guessed silently and nothing is dropped silently: whatever is not read as declared becomes a problem.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dkbm_monitor.core.frames import Observations
from dkbm_monitor.core.problems import Problem
from dkbm_monitor.sources.assemble import Part, frame_of, read_part
from dkbm_monitor.sources.findings import Findings
from dkbm_monitor.sources.models import Register, Source, TableMap
from dkbm_monitor.sources.places import Known

GebietsstandOf = Callable[[str], str | None]


def read_source(
    folder: Path, source: Source, table: TableMap, known: Known, gebietsstand_of: GebietsstandOf
) -> tuple[Observations, list[Problem]]:
    """Observations of one registered file, and every problem met while reading it.

    `known` maps (Gebietsstand id, level id) to the names of its districts by key; `gebietsstand_of` gives the
    Gebietsstand a period belongs to. Mistakes in the file never raise: what can be read is read.
    """
    part, problems = _read(folder, source, table, known, gebietsstand_of)
    return frame_of([part] if part else []), problems


def read_all(
    folder: Path, register: Register, known: Known, gebietsstand_of: GebietsstandOf
) -> tuple[Observations, list[Problem]]:
    """Observations of all registered files, one below the other, and the problems of all."""
    parts: list[Part] = []
    problems: list[Problem] = []
    for source in register.sources:
        part, found = _read(folder, source, register.layout(source), known, gebietsstand_of)
        problems += found
        if part:
            parts.append(part)
    return frame_of(parts), problems


def _read(
    folder: Path, source: Source, table: TableMap, known: Known, gebietsstand_of: GebietsstandOf
) -> tuple[Part | None, list[Problem]]:
    findings = Findings(source.file, source.id)
    part = read_part(folder, source, table, known, gebietsstand_of, findings)
    return part, findings.problems
