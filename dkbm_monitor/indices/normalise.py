"""Making values comparable: pure functions on arrays of shape (..., districts, members).

The first axes may hold variants. NaN stays NaN and never enters a mean, a spread or a rank. `reference` holds the
districts against which is measured (another period, all periods); without it the values measure themselves.
High stays high: turn a resource into a burden by its sign before, bounds included.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dkbm_monitor.indices.models import Normalise, Ties

Floats = npt.NDArray[np.float64]
DISTRICTS = -2
MAD_TO_SD = 1.482602218505602  # makes the median absolute deviation of a normal distribution its SD
NOTHING = 1e-13  # a spread this small beside the mean is rounding: the values are all the same


def centre(x: Floats, weights: Floats | None = None) -> Floats:
    """Mean over the districts, one per member; `weights` holds one weight per district."""
    known = ~np.isnan(x)
    w = known if weights is None else known * np.asarray(weights, float)[..., :, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = (np.where(known, x, 0.0) * w).sum(DISTRICTS, keepdims=True) / w.sum(DISTRICTS, keepdims=True)
    return mean


def spread(x: Floats, ddof: int = 0, weights: Floats | None = None) -> Floats:
    """Standard deviation over the districts, one per member."""
    known = ~np.isnan(x)
    w = known if weights is None else known * np.asarray(weights, float)[..., :, None]
    squares = np.where(known, x - centre(x, weights), 0.0) ** 2
    n = known.sum(DISTRICTS, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (squares * w).sum(DISTRICTS, keepdims=True) / w.sum(DISTRICTS, keepdims=True) * (n / (n - ddof))
        sd: Floats = np.sqrt(variance)
    return sd


def z(x: Floats, *, ddof: int = 0, weights: Floats | None = None, reference: Floats | None = None) -> Floats:
    """Distance from the mean in standard deviations.

    >>> z(np.array([[1.0], [2.0], [3.0]]), ddof=1).ravel()
    array([-1.,  0.,  1.])
    """
    ref = x if reference is None else reference
    middle, sd = centre(ref, weights), spread(ref, ddof, weights)
    return _divided(x - middle, np.where(sd <= NOTHING * np.abs(middle), 0.0, sd))


def robust_z(x: Floats, *, reference: Floats | None = None) -> Floats:
    """Distance from the median in median absolute deviations, scaled to SDs of a normal distribution."""
    ref = x if reference is None else reference
    middle = np.nanmedian(ref, DISTRICTS, keepdims=True)
    deviation = np.nanmedian(np.abs(ref - middle), DISTRICTS, keepdims=True)
    return _divided(x - middle, MAD_TO_SD * deviation)


def minmax(x: Floats, *, range: tuple[float, float] = (0.0, 1.0), reference: Floats | None = None) -> Floats:
    """Place between the lowest and the highest value."""
    low, high = _extremes(x if reference is None else reference)
    return range[0] + (range[1] - range[0]) * _divided(x - low, high - low)


def scaled(x: Floats, *, low: Floats, high: Floats, range: tuple[float, float] = (0.0, 1.0)) -> Floats:
    """Place between two fixed bounds; values beyond them lie beyond the range."""
    return range[0] + (range[1] - range[0]) * _divided(x - low, np.asarray(high) - low)


def goalposts(x: Floats, *, low: Floats, high: Floats, range: tuple[float, float] = (0.0, 1.0)) -> Floats:
    """Place between two fixed bounds; values beyond them count as the bound."""
    place = np.clip(_divided(x - low, np.asarray(high) - low), 0.0, 1.0)
    return range[0] + (range[1] - range[0]) * place


def rank(x: Floats, *, ties: Ties = "average", descending: bool = False, reference: Floats | None = None) -> Floats:
    """Rank from 1; equal values share a rank by the rule `ties`."""
    signed = -x if descending else x
    if reference is not None:
        return _rank_among(signed, -reference if descending else reference)
    from scipy.stats import rankdata  # noqa: PLC0415 - scipy.stats takes half a second to load

    ranks: Floats = np.asarray(rankdata(signed, method=ties, axis=DISTRICTS, nan_policy="omit"), dtype=float)
    return ranks


def percentile_rank(x: Floats, *, ties: Ties = "average", reference: Floats | None = None) -> Floats:
    """Rank between 0 (lowest) and 1 (highest)."""
    n = _n(x if reference is None else reference)
    return _divided(rank(x, ties=ties, reference=reference) - 1, n - 1)


def borda(x: Floats, *, ties: Ties = "average", reference: Floats | None = None) -> Floats:
    """Number of districts that lie below."""
    return rank(x, ties=ties, reference=reference) - 1


def rank_normal(x: Floats, *, ties: Ties = "average", reference: Floats | None = None) -> Floats:
    """Normal scores of the ranks, by Blom: (rank - 3/8) / (N + 1/4)."""
    from scipy.special import ndtri  # noqa: PLC0415

    n = _n(x if reference is None else reference)
    scores: Floats = ndtri((rank(x, ties=ties, reference=reference) - 0.375) / (n + 0.25))
    return scores


def exponential(share: Floats, *, base: float = 23.0) -> Floats:
    """The English IMD's transformation of a rank share (0 least, 1 most deprived) to 0..100.

    >>> exponential(np.array([0.1, 0.9, 1.0])).round(4)
    array([  2.3903,  50.4267, 100.    ])
    """
    scores: Floats = -base * np.log(1 - share * (1 - np.exp(-100.0 / base)))
    return scores


def exponential_rank(
    x: Floats, *, ties: Ties = "average", base: float = 23.0, reference: Floats | None = None
) -> Floats:
    """Exponentially transformed rank/N, so that only high values cannot be cancelled out by low ones."""
    n = _n(x if reference is None else reference)
    return exponential(_divided(rank(x, ties=ties, reference=reference), n), base=base)


def distance_to_target(x: Floats, *, target: Floats, reference: Floats | None = None) -> Floats:
    """Way from the lowest value to a target; whoever reached it counts 1."""
    low, _high = _extremes(x if reference is None else reference)
    reached: Floats = np.minimum(_divided(x - low, target - low), 1.0)
    return reached


def distance_to_reference(x: Floats, *, point: Floats, reference: Floats | None = None) -> Floats:
    """1 at a reference point (for instance the town), 0 at the lowest value, more than 1 above the point."""
    low, _high = _extremes(x if reference is None else reference)
    return 1 - _divided(point - x, point - low)


def distance_to_max(x: Floats, *, reference: Floats | None = None) -> Floats:
    """1 at the highest value, less below, in units of the range."""
    low, high = _extremes(x if reference is None else reference)
    return 1 - _divided(high - x, high - low)


def fraction_of_max(x: Floats, *, reference: Floats | None = None) -> Floats:
    """Value divided by the highest value."""
    _low, high = _extremes(x if reference is None else reference)
    return _divided(x, high)


def normalise(
    x: Floats,
    how: Normalise,
    *,
    bounds: Mapping[str, Floats] | None = None,
    weights: Floats | None = None,
    reference: Floats | None = None,
) -> Floats:
    """Normalise by a declared method. `bounds` holds low, high, target and reference, one number per member."""
    given = dict(bounds or {})
    ref = {"reference": reference}
    match how.method:
        case "none":
            return x.astype(float)
        case "z":
            return z(x, ddof=how.ddof, weights=weights if how.weighted else None, reference=reference)
        case "minmax":
            return minmax(x, range=how.range, reference=reference)
        case "scaled":
            return scaled(x, low=given["low"], high=given["high"], range=how.range)
        case "goalposts":
            return goalposts(x, low=given["low"], high=given["high"], range=how.range)
        case "rank":
            return rank(x, ties=how.ties, descending=how.descending, reference=reference)
        case "exponential_rank":
            return exponential_rank(x, ties=how.ties, base=how.base, reference=reference)
        case "distance_to_target":
            return distance_to_target(x, target=given["target"], reference=reference)
        case "distance_to_reference":
            return distance_to_reference(x, point=given["reference"], reference=reference)
        case "percentile_rank" | "borda" | "rank_normal":
            by_rank = {"percentile_rank": percentile_rank, "borda": borda, "rank_normal": rank_normal}
            return by_rank[how.method](x, ties=how.ties, reference=reference)
        case "robust_z":
            return robust_z(x, **ref)
        case "distance_to_max":
            return distance_to_max(x, **ref)
        case "fraction_of_max":
            return fraction_of_max(x, **ref)


def _n(x: Floats) -> Floats:
    known: Floats = (~np.isnan(x)).sum(DISTRICTS, keepdims=True).astype(float)
    return known


def _extremes(x: Floats) -> tuple[Floats, Floats]:
    missing = np.isnan(x)
    low = np.where(missing, np.inf, x).min(DISTRICTS, keepdims=True)
    high = np.where(missing, -np.inf, x).max(DISTRICTS, keepdims=True)
    return np.where(np.isinf(low), np.nan, low), np.where(np.isinf(high), np.nan, high)


def _divided(above: Floats, below: Floats) -> Floats:
    """Quotient; NaN where nothing varies, never an infinity."""
    below = np.asarray(below, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        quotient: Floats = np.where(below != 0, above / np.where(below != 0, below, np.nan), np.nan)
    return quotient


def _rank_among(x: Floats, reference: Floats) -> Floats:
    """Average rank each value has among the reference districts; a value outside stands between two ranks."""
    shape = np.broadcast_shapes(x.shape[:-2], reference.shape[:-2])
    wide = np.broadcast_to(x, (*shape, *x.shape[-2:]))
    among = np.broadcast_to(reference, (*shape, *reference.shape[-2:]))
    out = np.full(wide.shape, np.nan)
    for place in np.ndindex(*shape, x.shape[-1]):
        at = (*place[:-1], slice(None), place[-1])
        known = np.sort(among[at][~np.isnan(among[at])])
        below = np.searchsorted(known, wide[at], "left")
        upto = np.searchsorted(known, wide[at], "right")
        out[at] = np.where(np.isnan(wide[at]), np.nan, (below + upto + 1) / 2)
    return out
