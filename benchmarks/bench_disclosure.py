"""How fast a town is protected and audited, and how many cells the heuristic loses against the exact optimum.

Run: python benchmarks/bench_disclosure.py [TOWN FOLDER]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from scipy import sparse

import dkbm_monitor as dkbm
from dkbm_monitor.disclosure.audit import audit
from dkbm_monitor.disclosure.cells import System
from dkbm_monitor.disclosure.protect import protect

MUSTERSTADT = Path(__file__).parents[1] / "data" / "musterstadt"
LEAST = 5  # smallest count that may be shown


def small_table(chance: np.random.Generator, groups: int = 3, size: int = 4) -> System:
    """One count in districts, groups of districts and the town, every cell a row of its own."""
    fine = chance.poisson(6, groups * size).astype("float64")
    coarse = fine.reshape(groups, size).sum(axis=1)
    truth = np.concatenate([fine, coarse, [fine.sum()]])
    equations = np.zeros((groups + 1, len(truth)))
    for group in range(groups):
        equations[group, group * size : (group + 1) * size] = -1
        equations[group, groups * size + group] = 1
    equations[groups, groups * size : -1], equations[groups, -1] = -1, 1
    n = len(truth)
    return System(
        truth=truth,
        lower=np.zeros(n),
        upper=np.full(n, np.inf),
        whole=np.ones(n, dtype=bool),
        need=np.where((truth > 0) & (truth < LEAST), float(LEAST), 0.0),
        shows=sparse.csr_array(sparse.eye_array(n)),
        equations=sparse.csr_array(equations),
        rests=np.zeros((0, 3), dtype="int64"),
        coarseness=np.zeros(n, dtype="int64"),
        place=np.arange(n),
    )


def loss(tables: int = 200) -> None:
    """Cells hidden by the heuristic and by the exact optimum on the same small tables."""
    chance = np.random.default_rng(2026)
    lost = {"exact": 0, "heuristic": 0}
    for _number in range(tables):
        system = small_table(chance)
        weights = np.repeat([1.0, 8.0, 512.0], [12, 3, 1])
        for method in lost:
            found = protect(system, system.need > 0, weights, method=method)
            assert not len(found.narrow)
            lost[method] += int((found.hidden & ~(system.need > 0)).sum())
    print(
        f"{tables} small tables, cells hidden to protect others: {lost}, ratio {lost['heuristic'] / lost['exact']:.2f}"
    )


def whole_town(folder: Path) -> None:
    """Seconds for computing, releasing and auditing everything a town has."""
    town = dkbm.open_town(folder)
    len(town.observations)
    marks = [time.perf_counter()]
    values = dkbm.compute(town)
    marks.append(time.perf_counter())
    release = dkbm.release(values, town)
    marks.append(time.perf_counter())
    known = town.catalogue
    found = audit([release.values], release.rule, known.indicators, known.measures, town.districts, truth=values)
    marks.append(time.perf_counter())
    steps = ", ".join(f"{name} {later - one:.1f} s" for name, one, later in zip(STEPS, marks, marks[1:], strict=False))
    print(f"{town.name}: {len(values)} rows: {steps}; audit passed: {found.passed}")


STEPS = ("compute", "release (computing everything included)", "audit")

if __name__ == "__main__":
    loss()
    whole_town(Path(sys.argv[1]) if len(sys.argv) > 1 else MUSTERSTADT)
