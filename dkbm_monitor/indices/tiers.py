"""Tiers: groups of districts that the variants cannot tell apart.

Two districts are told apart where one lies before the other in at least `level` of the variants (95 %). Tiers are
built from the top of the median ranks down: a tier opens with the first district that has none, and closes before the
first district that can be told apart from the one that opened it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from dkbm_monitor.core.locale import _, number, plural
from dkbm_monitor.indices.ranks import Ranks
from dkbm_monitor.indices.robustness import Robustness

Floats = npt.NDArray[np.float64]
LEVEL = 0.95
STEP = 32  # districts compared with the opener of a tier at once


def tiers(found: Robustness, *, level: float = LEVEL) -> pd.Series[int]:
    """Tier of each district; 1 holds the highest values of the index."""
    order = np.lexsort((found.base.rank.to_numpy(), found.ranks.mean(0), found.intervals.median))
    number_of = np.empty(len(order), dtype=np.int64)
    opener, tier = 0, 1
    while opener < len(order):
        end = _end(found.ranks, order, opener, level)
        number_of[order[opener:end]] = tier
        opener, tier = end, tier + 1
    return pd.Series(number_of, index=pd.Index(found.base.districts, name="district"), name="tier")


def _end(ranks: Ranks, order: npt.NDArray[np.intp], opener: int, level: float) -> int:
    """Place of the first district that can be told apart from the opener."""
    first = ranks[:, order[opener]]
    for start in range(opener + 1, len(order), STEP):
        ahead = (first[:, None] < ranks[:, order[start : start + STEP]]).mean(0)
        apart = np.flatnonzero(ahead >= level)
        if len(apart):
            return start + int(apart[0])
    return len(order)


def before(found: Robustness, district: str) -> pd.Series[float]:
    """Share of the variants in which a district lies before each of the others; ties count half."""
    if district not in found.base.districts:
        msg = f"district '{district}' has no index in this examination"
        raise ValueError(msg)
    own = found.ranks[:, found.base.districts.index(district)][:, None]
    share = (own < found.ranks).mean(0) + 0.5 * (own == found.ranks).mean(0)
    return pd.Series(share, index=pd.Index(found.base.districts, name="district"), name="before")


def alike(found: Robustness, district: str, *, level: float = LEVEL) -> list[str]:
    """The districts that cannot be told apart from this one, in the order of their keys."""
    share = before(found, district)
    near = share[(share < level) & (share > 1 - level)]
    return sorted(str(one) for one in near.index if one != district)


def in_words(found: Robustness, *, level: float = LEVEL) -> str:
    """One sentence on how finely the index can tell districts apart."""
    found_tiers = tiers(found, level=level)
    n = int(found_tiers.max())
    if n == 1:
        return _("Kein Gebiet lässt sich über alle Varianten hinweg verlässlich vom ersten unterscheiden.")
    sentence = _("Von {all} Rängen bleiben {tiers}, zwischen denen die Varianten verlässlich unterscheiden.")
    groups = plural("{n} Gruppe", "{n} Gruppen", n)
    return sentence.format(all=number(len(found_tiers)), tiers=groups)
