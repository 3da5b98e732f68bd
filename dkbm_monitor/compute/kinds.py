"""The arithmetic of each kind of indicator, as pure functions on arrays.

Intervals are two-sided with probability `CONFIDENCE`; even a full register is read as one outcome of a process
that could have come out otherwise (super-population view).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
Z = float(special.ndtri(0.5 + CONFIDENCE / 2))


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Numerator divided by denominator; NaN where the denominator is zero or unknown."""
    known = np.where(denominator > 0, denominator, np.nan)
    return numerator / known


def wilson(numerator: Floats, denominator: Floats, z: float = Z) -> tuple[Floats, Floats]:
    """Wilson score interval of a share, as fractions of 1.

    Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22,
    209-212. NaN where the share is not defined (denominator zero, numerator outside 0..denominator).
    """
    n = np.where((denominator > 0) & (numerator >= 0) & (numerator <= denominator), denominator, np.nan)
    p = numerator / n
    spread = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    middle = p + z * z / (2 * n)
    return np.maximum((middle - spread) / scale, 0.0), np.minimum((middle + spread) / scale, 1.0)


def poisson(count: Floats, exposure: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Exact interval of a rate from a Poisson count, per unit of exposure.

    Source: Garwood, F. (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442.
    """
    tail = (1 - confidence) / 2
    known = np.where((exposure > 0) & (count >= 0), exposure, np.nan)
    safe = np.where(np.isnan(known), 1.0, np.nan_to_num(count))
    low = np.where(safe > 0, special.gammaincinv(np.maximum(safe, 1e-300), tail), 0.0)
    high = special.gammaincinv(safe + 1, 1 - tail)
    return low / known, high / known


def newcombe(
    numerator: Floats, denominator: Floats, other_numerator: Floats, other_denominator: Floats, z: float = Z
) -> tuple[Floats, Floats]:
    """Interval of the difference of two independent shares, as fractions of 1 (first minus other).

    Source: Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, 873-890, method 10.
    """
    p, q = ratio(numerator, denominator), ratio(other_numerator, other_denominator)
    low_p, high_p = wilson(numerator, denominator, z)
    low_q, high_q = wilson(other_numerator, other_denominator, z)
    low = (p - q) - np.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    high = (p - q) + np.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return low, high


def share_difference_p(
    numerator: Floats, denominator: Floats, other_numerator: Floats, other_denominator: Floats
) -> Floats:
    """Two-sided p value of the pooled z test that two independent shares are equal."""
    pooled = ratio(numerator + other_numerator, denominator + other_denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(pooled * (1 - pooled) * (1 / denominator + 1 / other_denominator))
        z = (ratio(numerator, denominator) - ratio(other_numerator, other_denominator)) / spread
    return np.where(spread == 0, 1.0, _two_sided(z))


def rate_difference_p(count: Floats, exposure: Floats, other_count: Floats, other_exposure: Floats) -> Floats:
    """Two-sided p value that two Poisson rates are equal: the exact conditional binomial test, doubled tail.

    Source: Przyborowski, J. & Wilenski, H. (1940), Homogeneity of results in testing samples from Poisson series,
    Biometrika 31, 313-323.
    """
    n = count + other_count
    share = ratio(exposure, exposure + other_exposure)
    # Tails of the binomial as incomplete beta functions: they take counts that are not whole, and NaN.
    below = np.where(other_count > 0, special.betainc(np.maximum(other_count, 1e-300), count + 1, 1 - share), 1.0)
    above = np.where(count > 0, special.betainc(np.maximum(count, 1e-300), other_count + 1, share), 1.0)
    p = np.where(n == 0, 1.0, np.minimum(1.0, 2 * np.minimum(below, above)))
    return np.where(np.isnan(n) | np.isnan(share), np.nan, p)


def _two_sided(z: Floats) -> Floats:
    return 2 * special.ndtr(-np.abs(z))
