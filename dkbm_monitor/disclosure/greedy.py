"""The heuristic: hide the cheapest neighbours in every equation that gives too much away.

For a hidden count in one equation there is a simple bound on its interval: it can grow by what the other hidden counts
of the equation can give, and shrink by what they can take. Where that is less than needed, the equation is open to
attack whatever the rest of the table does. So every such equation hides one more count, the one that costs least for
the width it adds, until no equation is open. What the attacker still narrows lies in the interplay of equations: there
first every hidden count of the group must have company in each of its equations, then a linear program looks for the
cheapest change of the tables around the narrow count, and what would have to change is hidden.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dkbm_monitor.disclosure.cells import System
from dkbm_monitor.disclosure.solver import cheapest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

ENDLESS = 1e12
MAX_STEPS = 500
CHANGED = 1e-5
STEPS_AROUND = 4  # equations away from a narrow count that the search for room goes
MANY_AROUND = 2_000


class Widener:
    """Finds rows to hide; remembers which counts must have company in their equations."""

    def __init__(self, system: System, weights: Floats, locked: Mask) -> None:
        self.system = system
        self.weights = weights
        self.locked = locked
        table = system.equations.tocoo()
        self.row, self.column, self.sign = table.row, table.col, table.data
        self.room = np.where(np.isinf(system.lower), ENDLESS, system.truth - system.lower)
        self.need = system.need.copy()
        self.by_column = sparse.csc_array(system.equations)
        self.pressed: set[int] = set()

    def widen(self, hidden: Mask, narrow: Ints) -> Mask:
        """Rows to hide, so that the narrow variables get room. Each call does a little more than the one before."""
        fresh = [int(one) for one in narrow if int(one) not in self.pressed]
        if fresh:
            self.pressed.update(fresh)
            self.need = np.maximum(self.need, self._group_needs(hidden, np.array(fresh)))
            more = self.company(hidden)
            if (more & ~hidden).any():
                return more
        return self._rerouted(hidden, narrow)

    def company(self, hidden: Mask) -> Mask:
        """Hide rows until no equation alone narrows a count below its need."""
        hidden = hidden.copy()
        for _step in range(MAX_STEPS):
            chosen = self._cheapest(hidden, *self._lacking(hidden))
            if not len(chosen):
                break
            hidden |= self._rows(chosen, hidden)
        return hidden

    def _lacking(self, hidden: Mask) -> tuple[Floats, Floats]:
        """Per equation how much width it lacks for its neediest hidden count, and the sign that count has."""
        unknown = ~self.system.published(~hidden)
        n = self.system.equations.shape[0]
        width = self._width(unknown)
        short = np.where(unknown[self.column], self.need[self.column] - width, 0.0)
        short = np.where(self.need[self.column] > 0, short, 0.0)
        lack = np.zeros(n)
        np.maximum.at(lack, self.row, short)
        worst = (short > 1e-6) & (short >= lack[self.row] - 1e-9)
        sign = np.zeros(n)
        sign[self.row[worst]] = self.sign[worst]
        return lack, sign

    def _width(self, unknown: Mask) -> Floats:
        """For each entry of an equation the width that this equation alone leaves it."""
        n = self.system.equations.shape[0]
        inside = unknown[self.column]
        same, other = np.zeros(len(self.row)), np.zeros(len(self.row))
        count = {}
        for sign in (1.0, -1.0):
            mine = inside & (self.sign * sign > 0)
            amount = np.bincount(self.row[mine], weights=self.room[self.column[mine]], minlength=n)
            count[sign] = np.bincount(self.row[mine], minlength=n)
            here = self.sign * sign > 0
            same[here] += amount[self.row[here]] - np.where(inside, self.room[self.column], 0.0)[here]
            other[~here] += amount[self.row[~here]]
        positive = self.sign > 0
        n_same = np.where(positive, count[1.0][self.row], count[-1.0][self.row]) - inside
        n_other = np.where(positive, count[-1.0][self.row], count[1.0][self.row])
        up = np.where(n_other > 0, ENDLESS, same)
        down = np.minimum(self.room[self.column], np.where(n_same > 0, ENDLESS, other))
        width: Floats = up + down
        return width

    def costs(self, hidden: Mask) -> Floats:
        """What hiding each variable costs: the rows that still show it; for a rest the cheaper of part and whole."""
        system = self.system
        cost: Floats = system.shows @ np.where(hidden, 0.0, self.weights + self.locked * ENDLESS)
        if len(system.rests):
            rest, part, whole = system.rests.T
            cost[rest] = np.minimum(cost[part], cost[whole])
        return cost

    def _cheapest(self, hidden: Mask, lack: Floats, sign: Floats) -> Ints:
        """For each lacking equation the variable that adds most for what it costs."""
        system = self.system
        cost = self.costs(hidden)
        known = system.published(~hidden)
        gain = np.where(self.sign * sign[self.row] > 0, self.room[self.column], ENDLESS)
        usable = (lack[self.row] > 1e-6) & known[self.column] & (gain > 1e-6) & (cost[self.column] < ENDLESS)
        entry = np.flatnonzero(usable)
        useful = np.minimum(gain[entry], lack[self.row[entry]])
        score = cost[self.column[entry]] / useful
        order = np.lexsort((self.column[entry], score, self.row[entry]))
        first = np.unique(self.row[entry][order], return_index=True)[1]
        found: Ints = np.unique(self.column[entry][order][first])
        return found

    def _rows(self, variables: Ints, hidden: Mask) -> Mask:
        """All rows that show these variables; of a rest the cheaper of its part and its whole."""
        system = self.system
        marked = np.zeros(system.size)
        marked[variables] = 1.0
        if len(system.rests):
            cost = self.costs(hidden)
            rest, part, whole = system.rests.T
            chosen = marked[rest] > 0
            marked[np.where(cost[part] <= cost[whole], part, whole)[chosen]] = 1.0
        rows: Mask = (system.shows.T @ marked) > 0
        return rows & ~self.locked

    def _unknown_groups(self, hidden: Mask) -> tuple[Mask, Ints]:
        unknown = ~self.system.published(~hidden)
        inside = unknown[self.column]
        n, size = self.system.equations.shape
        ones = np.ones(int(inside.sum()))
        link = sparse.coo_array((ones, (self.row[inside], n + self.column[inside])), shape=(n + size, n + size))
        return unknown, connected_components(link, directed=False)[1][n:].astype("int64")

    def _group_needs(self, hidden: Mask, narrow: Ints) -> Floats:
        """Company for every hidden variable that shares a group with a narrow one."""
        unknown, group = self._unknown_groups(hidden)
        return np.where(unknown & np.isin(group, group[narrow]), 1.0, 0.0)

    def _rerouted(self, hidden: Mask, narrow: Ints) -> Mask:
        """For one narrow count of every group the cheapest change of the tables around it that gives it width."""
        _unknown, group = self._unknown_groups(hidden)
        firsts = narrow[np.unique(group[narrow], return_index=True)[1]]
        hidden = hidden.copy()
        for target in firsts:
            found = self._change(int(target), hidden)
            if found is not None:
                hidden |= self._rows(found, hidden)
        return hidden

    def _change(self, target: int, hidden: Mask) -> Ints | None:
        """Published counts that differ between two tables in which the target differs by its need, at least cost."""
        near, equations = self._around(target)
        known = self.system.published(~hidden)[near]
        cost = np.where(known, self.costs(hidden)[near], 0.0)
        cost[np.isin(near, self.system.rests[:, 0])] = 0.0  # a rest moves only with its part or its whole
        at = int(np.searchsorted(near, target))
        room, need = self.room[near], self.system.need[target]
        down = np.where(cost >= ENDLESS, 0.0, np.minimum(room, ENDLESS))
        up = np.where(cost >= ENDLESS, 0.0, np.minimum(self.system.upper[near] - self.system.truth[near], ENDLESS))
        moved = self._moved(equations, cost, up, down, at, need)
        if moved is None:
            return None
        return near[known & (moved > CHANGED) & (cost > 0)]

    def _around(self, target: int) -> tuple[Ints, sparse.csr_array]:
        """Counts and equations within some steps of a count."""
        rows = np.zeros(0, dtype="int64")
        near = np.array([target])
        for _step in range(STEPS_AROUND):
            rows = np.unique(self.by_column[:, near].indices)
            near = np.unique(self.system.equations[rows].indices)
            if len(near) > MANY_AROUND:
                break
        return near, sparse.csr_array(self.system.equations[rows][:, near])

    @staticmethod
    def _moved(
        equations: sparse.csr_array, cost: Floats, up: Floats, down: Floats, at: int, need: float
    ) -> Floats | None:
        """How far each count moves in the cheapest two tables that lie so far apart in the target; None if none do."""
        n, m = len(cost), equations.shape[0]
        apart = np.zeros((1, 4 * n))
        apart[0, [at, n + at, 2 * n + at, 3 * n + at]] = 1.0, -1.0, -1.0, 1.0
        one = sparse.hstack([equations, -equations])
        both = sparse.vstack([sparse.block_diag([one, one]), sparse.csr_array(apart)])
        moved = cheapest(
            np.tile(cost, 4) + 1e-6,
            sparse.csr_array(both),
            np.concatenate([np.zeros(2 * m), [need]]),
            np.stack([np.zeros(4 * n), np.tile(np.concatenate([up, down]), 2)], axis=1),
        )
        return None if moved is None else moved.reshape(4, n).sum(axis=0)
