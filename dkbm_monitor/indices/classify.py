"""Classes of an index: numbers from 0 (lowest values) up, -1 where there is no index. Arrays (..., districts)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dkbm_monitor.indices.models import Classes, Limit
from dkbm_monitor.indices.normalise import spread

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def by_limits(index: Floats, limits: Sequence[Limit]) -> Codes:
    """Class by exact limits; each limit says to which side a value exactly on it belongs.

    >>> by_limits(np.array([-1.0, 1.0, 1.2]), [Limit(at=-1, equal="above"), Limit(at=1, equal="below")])
    array([1, 1, 2])
    """
    codes = np.zeros(index.shape, dtype=np.int64)
    for limit in limits:
        codes += index >= limit.at if limit.equal == "above" else index > limit.at
    return np.where(np.isnan(index), -1, codes)


def by_rank(rank: Floats, k: int, *, floor: bool = False) -> Codes:
    """Equal-sized groups of ranks 1..N: ceil(k·rank/N), or floor(k·(rank-1)/N)+1; group 1 is class 0.

    >>> by_rank(np.array([1.0, 2.0, 3.0, 4.0]), 2)
    array([0, 0, 1, 1])
    """
    n = (~np.isnan(rank)).sum(-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        group = np.floor(k * (rank - 1) / n) if floor else np.ceil(k * rank / n) - 1
    return np.where(np.isnan(rank), -1, np.nan_to_num(group)).astype(np.int64)


def limits_of(index: Floats, how: Classes, reference: Floats | None = None) -> tuple[Limit, ...]:
    """The limits a method draws for one index; empty where classes follow from ranks."""
    known = index if reference is None else reference
    known = known[~np.isnan(known)]
    if how.method == "limits" or not len(known):
        return how.limits
    match how.method:
        case "sd":
            middle, sd = known.mean(), float(spread(known[:, None]).item())
            return tuple(Limit(at=middle + one.at * sd, equal=one.equal) for one in how.limits)
        case "quantiles":
            return _plain(np.quantile(known, np.arange(1, how.count) / how.count))
        case "equal_interval":
            return _plain(np.linspace(known.min(), known.max(), how.count + 1)[1:-1])
        case "natural_breaks":
            return _plain(_natural_breaks(known, how.count))
        case _:
            return ()


def _plain(at: Floats) -> tuple[Limit, ...]:
    return tuple(Limit(at=float(one)) for one in at)


def _natural_breaks(known: Floats, k: int) -> Floats:
    from mapclassify import FisherJenks  # noqa: PLC0415 - 1 s to load

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Numba")  # slower without it, not different
        bins: Floats = np.asarray(FisherJenks(known, k=min(k, len(np.unique(known)))).bins, dtype=float)
    return bins[:-1]
