"""Do the members of an index measure one thing? Correlations, Cronbach's alpha, KMO, principal components.

Pure functions on complete arrays (districts, members).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Components:
    """Principal components of the correlation matrix, largest first.

    `loadings` (members, components) are correlations of members with components; the first component's add up to
    something positive. `explained` adds up to 1.
    """

    eigenvalues: Floats
    explained: Floats
    loadings: Floats


def correlations(x: Floats) -> Floats:
    """Pearson's correlation of every pair of members."""
    matrix: Floats = np.atleast_2d(np.corrcoef(x, rowvar=False))
    return matrix


def alpha(x: Floats) -> float:
    """Cronbach's alpha of the values as they are: k/(k-1) · (1 - sum of variances / variance of the sum).

    >>> round(alpha(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 5.0]])), 4)
    0.9474
    """
    k = x.shape[1]
    whole = x.sum(1).var(ddof=1)
    return float(k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / whole)) if whole > 0 else float("nan")


def alpha_standardised(x: Floats) -> float:
    """Cronbach's alpha of standardised values, from the mean correlation: k·r / (1 + (k-1)·r)."""
    k = x.shape[1]
    r = (correlations(x).sum() - k) / (k * (k - 1))
    return float(k * r / (1 + (k - 1) * r))


def kmo(x: Floats) -> tuple[float, Floats]:
    """Kaiser-Meyer-Olkin measure of sampling adequacy: overall, and per member; NaN where members are collinear.

    Squared correlations beside squared partial correlations (Kaiser and Rice 1974, Little Jiffy, Mark IV, Educational
    and Psychological Measurement 34, 111-117).
    """
    r = correlations(x)
    k = len(r)
    if k < 2 or np.linalg.cond(r) > 1e10:
        return float("nan"), np.full(k, np.nan)
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(k, dtype=bool)
    plain, partial = np.where(off, r**2, 0.0), np.where(off, (inverse / scale) ** 2, 0.0)
    each: Floats = plain.sum(0) / (plain.sum(0) + partial.sum(0))
    return float(plain.sum() / (plain.sum() + partial.sum())), each


def components(x: Floats) -> Components:
    """All principal components of the correlation matrix."""
    values, vectors = np.linalg.eigh(correlations(x))
    values, vectors = np.clip(values[::-1], 0.0, None), vectors[:, ::-1]
    sides = np.where(vectors.sum(0) < 0, -1.0, 1.0)
    return Components(values, values / values.sum(), vectors * sides * np.sqrt(values))
