"""What someone can work out who knows every published count, that counts are whole and not negative, and every sum.

`Attack.intervals` gives for hidden variables the least and the greatest value that agree with everything published.
Equations with a single unknown are solved first; a variable in one equation only has a closed form; everything else
goes to the solver (HiGHS). Groups of unknowns that share no equation are independent, so one solver call answers one
question of every group at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from dkbm_monitor.disclosure.solver import cheapest, linked

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TOLERANCE = 1e-6
CAP = 1e9  # stands for "without end" in the solver
BROKEN = 1e-4  # farther from a whole number than the solver's own tolerance
LOOKS = 6
CHUNK = 2_500  # unknowns in one solver call; larger calls are slower in sum


class ContradictionError(Exception):
    """What is published cannot all be true under the equations assumed."""


@dataclass(frozen=True)
class Attack:
    """Equations (`equations @ x = right`) over unknown x between bounds; `whole` marks whole numbers."""

    equations: sparse.csr_array
    right: Floats
    lower: Floats
    upper: Floats
    whole: Mask

    @cached_property
    def groups(self) -> Ints:
        """Number of the group of unknowns that each unknown belongs to."""
        pattern = sparse.csr_array(abs(self.equations))
        n_equations, n = pattern.shape
        if not pattern.nnz:
            return np.arange(n)
        labels = linked([[None, pattern], [pattern.T, None]])
        return np.unique(labels[n_equations:], return_inverse=True)[1].astype("int64")

    def intervals(self, wanted: Ints, enough: Floats | None = None) -> tuple[Floats, Floats]:
        """Least and greatest value of the wanted unknowns.

        With `enough` (one width for each wanted), an interval may be given shorter than it is once it is known to
        be that wide: quicker, and all that a yes or no needs.
        """
        low, high = self._box(wanted)
        hard = np.flatnonzero(self._equations_of_group[self.groups[wanted]] > 1)
        if len(hard):
            sought = None if enough is None else enough[hard]
            low[hard], high[hard] = self._solved(wanted[hard], low[hard], high[hard], sought)
        whole = self.whole[wanted]
        low = np.where(whole, np.ceil(low - TOLERANCE), low)
        high = np.where(whole, np.floor(high + TOLERANCE), high)
        return low, high

    @cached_property
    def _equations_of_group(self) -> Ints:
        n_groups = int(self.groups.max()) + 1 if len(self.groups) else 0
        first = self.equations.indices[self.equations.indptr[:-1][np.diff(self.equations.indptr) > 0]]
        return np.bincount(self.groups[first], minlength=n_groups)

    def _box(self, wanted: Ints) -> tuple[Floats, Floats]:
        """Bounds from each single equation; exact where a variable's group has only one."""
        table = self.equations.tocoo()
        row, column, sign = table.row.astype("int64"), table.col, table.data
        up = np.where(sign > 0, sign * self.upper[column], sign * self.lower[column])
        down = np.where(sign > 0, sign * self.lower[column], sign * self.upper[column])
        low, high = self.lower.copy(), self.upper.copy()
        most, least = _of_others(row, up, len(self.right)), _of_others(row, down, len(self.right))
        one, other = (self.right[row] - most) / sign, (self.right[row] - least) / sign
        np.maximum.at(low, column, np.where(np.isnan(one), -np.inf, np.minimum(one, other)))
        np.minimum.at(high, column, np.where(np.isnan(other), np.inf, np.maximum(one, other)))
        return low[wanted], high[wanted]

    def _solved(self, wanted: Ints, low: Floats, high: Floats, enough: Floats | None) -> tuple[Floats, Floats]:
        """Bounds by the solver, for many groups in one call."""
        out_low, out_high = low.copy(), high.copy()
        present, group = np.unique(self.groups[wanted], return_inverse=True)
        load = np.cumsum(np.bincount(self.groups)[present])
        batch = (load // CHUNK)[group]
        for number in np.unique(batch):
            here = np.flatnonzero(batch == number)
            questions = _Questions(self, wanted[here], low[here], high[here], None if enough is None else enough[here])
            out_low[here], out_high[here] = questions.answered()
        return out_low, out_high


def _of_others(row: Ints, bound: Floats, n: int) -> Floats:
    """For each entry the sum of the bounds of the other entries in its row."""
    endless = np.isinf(bound)
    finite = np.where(endless, 0.0, bound)
    total = np.bincount(row, weights=finite, minlength=n)
    count = np.bincount(row, weights=endless, minlength=n)
    end = np.sign(bound[endless]).sum()  # one direction only: all upper or all lower bounds
    without_end = np.inf if end >= 0 else -np.inf
    return np.where(count[row] - endless > 0, without_end, total[row] - finite)


class _Questions:
    """Bounds wanted of some unknowns, found by putting questions to all groups side by side."""

    def __init__(self, attack: Attack, wanted: Ints, low: Floats, high: Floats, enough: Floats | None) -> None:
        self.attack, self.wanted, self.enough = attack, wanted, enough
        self.group = attack.groups[wanted]
        self.low, self.high = low.copy(), high.copy()
        self.seen_low, self.seen_high = np.full(len(wanted), np.inf), np.full(len(wanted), -np.inf)
        self.asked = np.zeros(len(wanted), dtype=bool)
        if enough is not None:  # too narrow by a single equation already: no need to ask
            self.asked |= high - low < enough - TOLERANCE

    def answered(self) -> tuple[Floats, Floats]:
        """Least and greatest values."""
        if self.enough is not None:
            self._look_around()
        problem = None
        while len(waiting := np.flatnonzero(self._open())):
            groups = np.unique(self.group[waiting])
            if problem is None or 2 * len(groups) < len(problem.groups):
                problem = _Problem(self.attack, groups)
            first = waiting[np.unique(self.group[waiting], return_index=True)[1]]
            for sign, bound in ((1.0, self.low), (-1.0, self.high)):
                bound[first] = self._ask(problem, first, np.full(len(first), sign), bound[first])[first]
            self.asked[first] = True
        low = np.where(self.asked, self.low, self.seen_low)
        high = np.where(self.asked, self.high, self.seen_high)
        return np.where(low <= -CAP, -np.inf, low), np.where(high >= CAP, np.inf, high)

    def _open(self) -> Mask:
        if self.enough is None:
            return ~self.asked
        wide: Mask = self.seen_high - self.seen_low >= self.enough - TOLERANCE
        return ~self.asked & ~wide

    def _look_around(self) -> None:
        """Push all open unknowns in chance directions at once: most intervals prove wide enough that way."""
        chance = np.random.default_rng(0)
        for _look in range(LOOKS):
            waiting = np.flatnonzero(self._open())
            if len(waiting) < LOOKS:
                return
            problem = _Problem(self.attack, np.unique(self.group[waiting]))
            direction = chance.choice([-1.0, 1.0], len(waiting)) * chance.uniform(0.5, 1.5, len(waiting))
            for sign in (1.0, -1.0):
                self._ask(problem, waiting, sign * direction, np.full(len(waiting), np.inf))

    def _ask(self, problem: _Problem, which: Ints, cost: Floats, box: Floats) -> Floats:
        """One solution of the problem for these costs; every unknown is noted where it stands in it."""
        known = np.isin(self.group, problem.groups)
        at = np.searchsorted(problem.unknowns, self.wanted[known])
        values = np.full(len(self.wanted), np.nan)
        values[known] = problem.solution(np.searchsorted(problem.unknowns, self.wanted[which]), cost, box)[at]
        self.seen_low, self.seen_high = np.fmin(self.seen_low, values), np.fmax(self.seen_high, values)
        return values


class _Problem:
    """Some groups as one linear program."""

    def __init__(self, attack: Attack, groups: Ints) -> None:
        self.groups = groups
        self.unknowns = np.flatnonzero(np.isin(attack.groups, groups))
        touched = np.unique(sparse.csc_array(attack.equations)[:, self.unknowns].indices)
        self.equations = attack.equations[touched][:, self.unknowns]
        self.right = attack.right[touched]
        self.lower, self.upper = attack.lower[self.unknowns], attack.upper[self.unknowns]
        self.whole = attack.whole[self.unknowns]

    def solution(self, at: Ints, cost: Floats, box: Floats) -> Floats:
        """The cheapest solution; unknowns whose box is endless are capped, so that there is one."""
        costs = np.zeros(len(self.unknowns))
        costs[at] = cost
        bounds = np.stack([self.lower, self.upper], axis=1)
        endless = at[np.isinf(box)]
        bounds[endless] = np.clip(bounds[endless], -CAP, CAP)
        values = cheapest(costs, self.equations, self.right, bounds)
        if values is None:
            raise ContradictionError
        if (self.whole & (np.abs(values - np.round(values)) > BROKEN)).any():
            values = self._whole_solution(costs, bounds)
        return np.where(self.whole, np.round(values), values)

    def _whole_solution(self, cost: Floats, bounds: Floats) -> Floats:
        """The same question with whole numbers, where the solver's corner is not whole."""
        found = milp(
            cost,
            constraints=LinearConstraint(self.equations, self.right, self.right),
            bounds=Bounds(bounds[:, 0], bounds[:, 1]),
            integrality=self.whole.astype("int64"),
        )
        if found.x is None:
            raise ContradictionError
        return np.asarray(found.x)


def attack_on(
    equations: sparse.csr_array, known: Mask, truth: Floats, lower: Floats, upper: Floats, whole: Mask
) -> tuple[Attack, Ints, Mask]:
    """The attack on a system: what is known becomes a constant; what a single equation gives away becomes known too.

    Returns the attack, the numbers of its unknowns, and what is known at the end.
    """
    known = known.copy()
    pattern = sparse.csr_array((np.ones(equations.nnz), equations.indices, equations.indptr), equations.shape)
    while True:
        unknown = (pattern @ (~known).astype("float64")).round()
        single = np.flatnonzero(unknown == 1)
        if not len(single):
            break
        part = pattern[single]
        known[part.indices[~known[part.indices]]] = True
    unknowns = np.flatnonzero(~known)
    rows = np.flatnonzero(pattern @ (~known).astype("float64") > 0)
    kept = equations[rows]
    right = -(kept @ np.where(known, truth, 0.0))
    inner = sparse.csr_array(kept[:, unknowns])
    return Attack(inner, right, lower[unknowns], upper[unknowns], whole[unknowns]), unknowns, known
