"""Classes of many variants by the rule of the recipe, carried over to scales the recipe never saw.

Limits in standard deviations hold for every variant once it is standardised. Where the recipe cuts by ranks, by natural
breaks, or by limits on a scale that only its own normalisation has, a variant puts as many districts into each class as
the recipe does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dkbm_monitor.indices.base import Base
from dkbm_monitor.indices.models import Limit
from dkbm_monitor.indices.ranks import Ranks

Singles = npt.NDArray[np.float32]
Small = npt.NDArray[np.int8]
Kind = Literal["none", "limits", "sizes", "range"]


@dataclass(frozen=True)
class ClassRule:
    """How variants are classified: by `limits` in standard deviations, by `range`, or by class `sizes` over ranks."""

    kind: Kind
    k: int
    limits: tuple[Limit, ...]
    of_rank: Small
    base: Small
    ddof: int

    def codes(self, score: Singles, ranks: Ranks) -> Small:
        """Class of each district in each variant (rows, districts); -1 without classes."""
        if self.kind == "none":
            return np.full(score.shape, -1, dtype=np.int8)
        if self.kind == "sizes":
            return self.of_rank[ranks]
        middle, unit = self._scale(score)
        codes = np.zeros(score.shape, dtype=np.int8)
        for limit in self.limits:
            at = (middle + np.float32(limit.at) * unit)[:, None]
            codes += score >= at if limit.equal == "above" else score > at
        return codes

    def _scale(self, score: Singles) -> tuple[Singles, Singles]:
        if self.kind == "range":
            return score.min(1), np.ptp(score, axis=1)
        n = score.shape[1]
        return score.mean(1), score.std(1) * np.float32(np.sqrt(n / (n - self.ddof)))


def class_rule(base: Base) -> ClassRule:
    """The rule of a base, ready for variants."""
    how = base.part.classes
    by_rank = _by_rank(base)
    codes: Small = base.codes.to_numpy().astype(np.int8)
    if how is None:
        return ClassRule("none", 0, (), by_rank, codes, 0)
    k = max(how.count, int(codes.max()) + 1)
    if how.method == "sd" or (how.method == "limits" and base.part.index.method == "z"):
        return ClassRule("limits", k, how.limits, by_rank, codes, base.part.index.ddof)
    if how.method == "equal_interval":
        limits = tuple(Limit(at=one / k) for one in range(1, k))
        return ClassRule("range", k, limits, by_rank, codes, 0)
    return ClassRule("sizes", k, (), by_rank, codes, 0)


def _by_rank(base: Base) -> Small:
    """The class that the recipe gives to each rank; entry 0 is unused."""
    order = np.argsort(-base.score.to_numpy(float), kind="stable")
    of_rank: Small = np.r_[-1, base.codes.to_numpy()[order]].astype(np.int8)
    return of_rank
