"""How much each member counts: equal, given, voted, or taken from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dkbm_monitor.indices.models import Weights

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Component:
    """First principal component: `loadings` have length 1, `explained` is its share of the variance."""

    loadings: Floats
    explained: Floats


def weights_of(how: Weights, inputs: Sequence[str], normalised: Floats) -> tuple[Floats, float | None]:
    """One weight per input, and for a principal component the share of variance it explains."""
    match how.method:
        case "equal":
            return np.ones(len(inputs)), None
        case "given":
            return np.array([how.values[one] for one in inputs]), None
        case "budget":
            return budget(how.votes, inputs), None
        case "pca":
            found = principal(normalised)
            return found.loadings, float(found.explained)


def budget(votes: Mapping[str, Mapping[str, float]], inputs: Sequence[str]) -> Floats:
    """Budget allocation: the mean of everybody's shares, whatever number of points each handed out.

    >>> budget({"A": {"x": 3, "y": 1}, "B": {"x": 25, "y": 75}}, ["x", "y"])
    array([0.5, 0.5])
    """
    points = np.array([[one[name] for name in inputs] for one in votes.values()], dtype=float)
    mean: Floats = (points / points.sum(-1, keepdims=True)).mean(0)
    return mean


def principal(x: Floats) -> Component:
    """First principal component of the correlation matrix, over the complete districts of (..., districts, members).

    Its sign is such that the loadings add up to something positive: with members turned the same way, high stays
    high.
    """
    whole = (~np.isnan(x)).all(-1, keepdims=True)
    n = whole.sum(-2, keepdims=True)
    centred = np.where(whole, x - np.where(whole, x, 0.0).sum(-2, keepdims=True) / np.maximum(n, 1), 0.0)
    length = np.sqrt((centred**2).sum(-2, keepdims=True))
    scaled = centred / np.where(length > 0, length, 1.0)
    values, vectors = np.linalg.eigh(np.swapaxes(scaled, -1, -2) @ scaled)
    loadings = vectors[..., -1]
    side = np.where(loadings.sum(-1, keepdims=True) < 0, -1.0, 1.0)
    return Component(loadings * side, values[..., -1] / values.sum(-1))
