"""The exact choice of rows for a small problem, by a mixed integer program (HiGHS).

Fewest costs such that for every sensitive count there are two tables, both in agreement with what stays published,
in which the count differs by at least what it needs. Only hidden counts may differ from the truth.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from dkbm_monitor.disclosure.cells import System

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def cheapest_rows(system: System, variables: Ints, hidden: Mask, weights: Floats, locked: Mask) -> Mask | None:
    """Rows to hide for one independent problem, or None where it cannot be solved."""
    program = _Program(system, variables, hidden, weights, locked)
    found = milp(
        program.cost,
        constraints=program.constraints(),
        bounds=Bounds(program.lower, program.upper),
        integrality=program.integrality,
    )
    if found.status != 0 or found.x is None:
        return None
    rows = np.zeros(len(hidden), dtype=bool)
    rows[program.rows[found.x[: len(program.rows)] > 0.5]] = True
    return rows


class _Program:
    """Columns: one per row of the table (hidden or not), one per count (hidden or not), then for every sensitive
    count one table above the truth and one below, as differences from it.
    """

    def __init__(self, system: System, variables: Ints, hidden: Mask, weights: Floats, locked: Mask) -> None:
        self.system = system
        self.variables = variables
        self.shows = sparse.csr_array(system.shows[variables])
        self.rows = np.unique(self.shows.indices)
        self.shows = sparse.csr_array(self.shows[:, self.rows])
        touched = np.unique(sparse.csc_array(system.equations)[:, variables].indices)
        self.equations = sparse.csr_array(system.equations[touched][:, variables])
        self.targets = np.flatnonzero(system.need[variables] > 0)
        self.n_rows, self.n = len(self.rows), len(variables)
        self.first = self.n_rows + self.n
        n_columns = self.first + 2 * self.n * len(self.targets)
        self.cost = np.zeros(n_columns)
        self.cost[: self.n_rows] = weights[self.rows]
        self.integrality = np.zeros(n_columns, dtype="int64")
        self.integrality[: self.n_rows] = 1
        self.lower, self.upper = np.zeros(n_columns), np.ones(n_columns)
        self.lower[: self.n_rows] = hidden[self.rows]
        self.upper[: self.n_rows] = np.where(locked[self.rows], 0.0, 1.0)
        self.far = float(2 * system.need[variables].max(initial=0.0) + np.abs(system.truth[variables]).sum() + 1)
        self.far = min(self.far, 4 * float(system.need[variables].max(initial=1.0)) * max(self.n, 1))
        self.lower[self.first :], self.upper[self.first :] = -self.far, self.far

    def constraints(self) -> list[LinearConstraint]:
        """A count is hidden only if every row that shows it is; tables agree with all equations."""
        found = [self._hidden_by_rows(), *self._rests()]
        for number, target in enumerate(self.targets):
            for side in (0, 1):
                found.extend(self._table(self.first + (2 * number + side) * self.n))
            found.append(self._wide(number, target))
        return found

    def _columns(self, *blocks: tuple[int, sparse.csr_array]) -> sparse.csr_array:
        """A matrix over all columns with blocks that begin at the given columns."""
        height = blocks[0][1].shape[0]
        parts = [block.tocoo() for _start, block in blocks]
        data = np.concatenate([part.data for part in parts])
        row = np.concatenate([part.row for part in parts])
        column = np.concatenate([part.col + start for part, (start, _block) in zip(parts, blocks, strict=True)])
        return sparse.csr_array((data, (row, column)), shape=(height, len(self.cost)))

    def _hidden_by_rows(self) -> LinearConstraint:
        entries = self.shows.tocoo()
        n = len(entries.row)
        each = np.arange(n)
        count = sparse.csr_array((np.ones(n), (each, entries.row)), shape=(n, self.n))
        row = sparse.csr_array((-np.ones(n), (each, entries.col)), shape=(n, self.n_rows))
        return LinearConstraint(self._columns((self.n_rows, count), (0, row)), -np.inf, 0.0)

    def _rests(self) -> list[LinearConstraint]:
        """The rest of a share is hidden only if its part or its whole is."""
        rests = self.system.rests
        inside = rests[np.isin(rests[:, 0], self.variables)] if len(rests) else rests
        if not len(inside):
            return []
        at = np.searchsorted(self.variables, inside)
        each = np.repeat(np.arange(len(at)), 3)
        signs = np.tile([1.0, -1.0, -1.0], len(at))
        block = sparse.csr_array((signs, (each, at.ravel())), shape=(len(at), self.n))
        return [LinearConstraint(self._columns((self.n_rows, block)), -np.inf, 0.0)]

    def _table(self, start: int) -> list[LinearConstraint]:
        system, eye = self.system, sparse.csr_array(sparse.eye_array(self.n))
        truth = system.truth[self.variables]
        down = np.minimum(truth - system.lower[self.variables], self.far)
        up = np.minimum(system.upper[self.variables] - truth, self.far)
        least = self._columns((start, eye), (self.n_rows, sparse.csr_array(sparse.diags_array(down))))
        most = self._columns((start, eye), (self.n_rows, sparse.csr_array(sparse.diags_array(-up))))
        return [
            LinearConstraint(self._columns((start, self.equations)), 0.0, 0.0),
            LinearConstraint(least, 0.0, np.inf),
            LinearConstraint(most, -np.inf, 0.0),
        ]

    def _wide(self, number: int, target: np.int64) -> LinearConstraint:
        above, below = (self.first + (2 * number + side) * self.n for side in (0, 1))
        one = sparse.csr_array(([1.0], ([0], [target])), shape=(1, self.n))
        return LinearConstraint(
            self._columns((above, one), (below, -one)), self.system.need[self.variables[target]], np.inf
        )
