"""Secondary suppression: which further rows to hide so that no sensitive count can be worked out.

`protect` takes the rows the rule hides and adds others until, for every sensitive count, the attacker's interval is at
least as wide as the rule asks. Small problems (independent of each other, up to `EXACT_CELLS` counts) are solved
exactly by a mixed integer program; larger ones by the documented heuristic, each round of it tested by the attacker.
`Protection` says what was used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from dkbm_monitor.disclosure.attacker import TOLERANCE, attack_on
from dkbm_monitor.disclosure.cells import System
from dkbm_monitor.disclosure.exact import cheapest_rows
from dkbm_monitor.disclosure.greedy import Widener
from dkbm_monitor.disclosure.solver import linked

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Method = Literal["auto", "exact", "heuristic"]

EXACT_CELLS = 150  # counts in an independent problem that is still solved exactly
EXACT_WORK = 6_000  # counts times sensitive counts: the size of the program
MAX_ROUNDS = 200


@dataclass(frozen=True)
class Protection:
    """The rows to hide, and how they were found."""

    hidden: Mask
    exact: int = 0  # independent problems solved exactly
    heuristic: int = 0
    rounds: int = 0
    narrow: Ints = field(default_factory=lambda: np.zeros(0, dtype="int64"))  # sensitive variables left too narrow

    @property
    def method(self) -> str:
        """In one word, for the run record."""
        if self.exact and self.heuristic:
            return "exact+heuristic"
        return "heuristic" if self.heuristic else "exact" if self.exact else "none needed"


def protect(
    system: System, primary: Mask, weights: Floats, *, fixed: Mask | None = None, method: Method = "auto"
) -> Protection:
    """Hide further rows until every sensitive count is protected.

    `weights` is what hiding a row costs. Rows marked in `fixed` have been published already and stay shown, unless the
    rule hides them.
    """
    hidden = primary | _rows_of(system, system.need > 0)
    locked = np.zeros(len(hidden), dtype=bool) if fixed is None else fixed & ~hidden
    sensitive = np.flatnonzero(system.need > 0)
    if not len(sensitive):
        return Protection(hidden)
    problem = problems_of(system)
    small = np.isin(problem, _small_problems(system, problem, method))
    hidden, exact = _solve_exactly(system, problem, hidden, weights, locked, sensitive[small[sensitive]])
    large = len(np.unique(problem[sensitive[~small[sensitive]]]))
    widener, rounds = Widener(system, weights, locked), 0
    if large:
        hidden, rounds = widener.company(hidden), 1
    narrow = narrow_ones(system, hidden)
    while len(narrow) and rounds < MAX_ROUNDS:
        more = widener.widen(hidden, narrow)
        if not (more & ~hidden).any():
            break
        hidden, rounds = hidden | more, rounds + 1
        narrow = narrow_ones(system, hidden, narrow)  # hiding more never narrows an interval: the others stay wide
    return Protection(hidden, exact, large, rounds, narrow)


def narrow_ones(system: System, hidden: Mask, among: Ints | None = None) -> Ints:
    """Sensitive variables that the attacker can narrow below what they need."""
    sensitive = np.flatnonzero(system.need > 0) if among is None else among
    attack, unknowns, known = attack_on(
        system.equations, system.published(~hidden), system.truth, system.lower, system.upper, system.whole
    )
    given_away, open_ones = sensitive[known[sensitive]], sensitive[~known[sensitive]]
    at = np.searchsorted(unknowns, open_ones)
    low, high = attack.intervals(at, system.need[open_ones])
    return np.sort(np.concatenate([given_away, open_ones[high - low < system.need[open_ones] - TOLERANCE]]))


def _rows_of(system: System, variables: Mask) -> Mask:
    found: Mask = (system.shows.T @ variables.astype("float64")) > 0
    return found


def problems_of(system: System) -> Ints:
    """Number of the independent problem each variable belongs to: linked by equations or by sharing a row."""
    equations, shows = abs(system.equations), system.shows
    return linked([[None, equations.T, shows], [equations, None, None], [shows.T, None, None]])[: system.size]


def _small_problems(system: System, problem: Ints, method: Method) -> Ints:
    """Problems small enough for the exact solver."""
    size = np.bincount(problem)
    sensitive = np.bincount(problem[system.need > 0], minlength=len(size))
    fits = (size <= EXACT_CELLS) & (size * sensitive <= EXACT_WORK)
    return np.flatnonzero((fits | (method == "exact")) & (sensitive > 0) & (method != "heuristic"))


def _solve_exactly(
    system: System, problem: Ints, hidden: Mask, weights: Floats, locked: Mask, sensitive: Ints
) -> tuple[Mask, int]:
    """Solve small problems exactly, those that the attacker can get into; what fails is left to the heuristic."""
    solved = 0
    narrow = narrow_ones(system, hidden, sensitive) if len(sensitive) else sensitive
    for one in np.unique(problem[narrow]):
        found = cheapest_rows(system, np.flatnonzero(problem == one), hidden, weights, locked)
        if found is not None:
            hidden, solved = hidden | found, solved + 1
    return hidden, solved
