"""The linear solver (HiGHS through scipy) behind one small door."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def cheapest(cost: Floats, equations: sparse.csr_array, right: Floats, bounds: Floats) -> Floats | None:
    """The cheapest solution of `equations @ x = right` between bounds (one line `low, high` each); None without one."""
    found: Any = linprog(cost, A_eq=equations, b_eq=right, bounds=bounds, method="highs")  # type: ignore[call-overload]
    return np.asarray(found.x, dtype="float64") if found.status == 0 else None


def linked(blocks: list[list[Any]]) -> Ints:
    """Number of the connected part each node belongs to, from the blocks of an adjacency matrix."""
    graph: Any = sparse.block_array(blocks)
    return np.asarray(connected_components(graph, directed=False)[1], dtype="int64")
